"""Whatever two runs are compared, the terms sum to the difference, line by line and in all."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.find.compare import TERMS, compare_runs, split_changes
from corridor.find.margins import measure_margins
from corridor.find.pair import PairAnalysis, analyse_margins, list_variants
from corridor.find.potential import PotentialOptions
from corridor.find.stored import make_run, read_analysis

ECONOMIES = ("XAA", "XAB", "XAC", "XAD")
PRODUCTS = ("010101", "020202", "030303", "040404", "050505")
FLOW = st.one_of(st.just(0.0), st.floats(1.0, 1e9))


@st.composite
def analyses(draw, *, digits: int | None = None) -> PairAnalysis:
    cube = draw(arrays(float, (len(ECONOMIES), len(ECONOMIES), len(PRODUCTS)), elements=FLOW))
    cube[np.arange(len(ECONOMIES)), np.arange(len(ECONOMIES))] = 0
    cube[1, 0, 0] = 1.0  # both economies stand in the data whatever is drawn
    cube[0, 1, 0] += 1.0
    exporter, importer, product = np.nonzero(cube)
    trade = pl.DataFrame(
        {
            "year": np.full(len(exporter), 2024, dtype=np.int32),
            "exporter": np.array(ECONOMIES)[exporter],
            "importer": np.array(ECONOMIES)[importer],
            "product": np.array(PRODUCTS)[product],
            "value_usd": cube[exporter, importer, product],
        }
    )
    options = draw(st.sampled_from(list_variants(PotentialOptions())))
    analysis = analyse_margins(measure_margins(trade, ["XAB"]), "XAA", "XAB", options=options)
    return read_analysis(make_run(analysis, digits=digits)) if digits else analysis


def check_sums(first: PairAnalysis, second: PairAnalysis) -> None:
    comparison = compare_runs(first, second)
    lines = comparison.lines
    for measure in ("potential", "unrealised"):
        size = max(
            1.0, getattr(comparison.first, f"{measure}_usd"), getattr(comparison.second, f"{measure}_usd")
        )
        size = max(size, comparison.first.potential_usd, comparison.second.potential_usd)
        total = comparison.terms[f"{measure}_usd"].sum()
        assert total == pytest.approx(comparison.change(measure), rel=0, abs=1e-9 * size)
        change = lines[f"{measure}_usd_second"] - lines[f"{measure}_usd_first"]
        summed = lines.select(pl.sum_horizontal(f"{measure}_{term}" for term in TERMS)).to_series()
        largest = lines.select(pl.max_horizontal("potential_usd_first", "potential_usd_second")).to_series()
        assert ((summed - change).abs() <= 1e-9 * largest.clip(1.0)).all()


@settings(max_examples=60, deadline=None)
@given(analyses(), analyses())
def test_terms_sum_to_the_difference(first, second):
    check_sums(first, second)


@settings(max_examples=30, deadline=None)
@given(analyses(digits=3), analyses())
def test_they_do_so_where_a_run_is_rounded(first, second):
    check_sums(first, second)


@settings(max_examples=30, deadline=None)
@given(analyses(), analyses())
def test_exchanging_the_runs_changes_the_sign(first, second):
    there, back = compare_runs(first, second).terms, compare_runs(second, first).terms
    renamed = {"entered": "left", "left": "entered"}
    back = back.with_columns(pl.col("term").replace(renamed)).sort("term")
    there = there.sort("term")
    for measure in ("potential_usd", "unrealised_usd"):
        size = max(1.0, first.totals.potential_usd, second.totals.potential_usd)
        assert there[measure].to_list() == pytest.approx(
            (-back[measure]).to_list(), rel=1e-9, abs=1e-9 * size
        )


AMOUNT = st.floats(1e-3, 1e12)


@settings(max_examples=200, deadline=None)
@given(
    *[st.tuples(AMOUNT, st.floats(1e-6, 1), st.floats(0.1, 9), st.one_of(st.just(0.0), AMOUNT))] * 2,
    st.floats(-1e-9, 1e-9),
)
def test_the_smallest_changes_are_split_too(first, second, drift):
    """Factors of any size, and potentials that differ by almost nothing."""
    assume(first[0] > 0)

    def frame(demand: float, share: float, ease: float, current: float) -> pl.DataFrame:
        potential = demand * share * ease
        return pl.DataFrame(
            {
                "product": ["010101"],
                "description": [None],
                "chapter": ["01"],
                "current_usd": [current],
                "potential_usd": [potential],
                "unrealised_usd": [max(0.0, potential - current)],
                "rank": [1],
                "shortlisted": [True],
                "supply_share": [share],
                "trade_balance": [1.0],
                "ease": [ease],
                "normaliser": [1.0],
                "partner_imports_usd": [demand],
            },
            schema_overrides={"description": pl.String, "rank": pl.Int32},
        )

    near = (first[0] * (1 + drift), first[1], first[2], first[3])
    for other in (second, near):
        row = split_changes(frame(*first), frame(*other)).row(0, named=True)
        for measure in ("potential", "unrealised"):
            change = row[f"{measure}_usd_second"] - row[f"{measure}_usd_first"]
            size = max(row["potential_usd_first"], row["potential_usd_second"])
            assert abs(sum(row[f"{measure}_{term}"] for term in TERMS) - change) <= 1e-9 * size
