"""Properties of find that hold for any data."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from polars.testing import assert_frame_equal

from corridor.errors import InputError
from corridor.find.complexity import compute_complexity
from corridor.find.margins import TradeMargins, measure_margins
from corridor.find.pair import analyse_margins, list_variants
from corridor.find.potential import PotentialOptions, compute_potential, tabulate_potential
from corridor.find.rca import measure_rca
from corridor.find.shortlist import choose_shortlist
from corridor.find.target import TargetSource, decompose_target

ECONOMIES = ("XAA", "XAB", "XAC", "XAD", "XAE")
PRODUCTS = ("010101", "020202", "030303", "040404")
# Trade is mostly zero, and where it is not it spans many magnitudes.
FLOW = st.one_of(st.just(0.0), st.floats(1.0, 1e9))


@st.composite
def markets(draw) -> TradeMargins:
    cube = draw(arrays(float, (len(ECONOMIES), len(ECONOMIES), len(PRODUCTS)), elements=FLOW))
    cube[np.arange(len(ECONOMIES)), np.arange(len(ECONOMIES))] = 0
    exporter, importer, product = np.nonzero(cube)
    assume(cube[:, 1].sum() > 0)
    trade = pl.DataFrame(
        {
            "year": np.full(len(exporter), 2024, dtype=np.int32),
            "exporter": np.array(ECONOMIES)[exporter],
            "importer": np.array(ECONOMIES)[importer],
            "product": np.array(PRODUCTS)[product],
            "value_usd": cube[exporter, importer, product],
        }
    )
    return measure_margins(trade, ["XAB"])


@settings(max_examples=60, deadline=None)
@given(markets(), st.sampled_from(list_variants(PotentialOptions())))
def test_potentials_sum_to_the_markets_imports(margins, options):
    market = compute_potential(margins, "XAB", options)
    assert market.potential.sum(axis=0) == pytest.approx(market.demand, rel=1e-9, abs=0)


@settings(max_examples=60, deadline=None)
@given(markets())
def test_unrealised_is_never_negative_nor_above_potential(margins):
    table = tabulate_potential(compute_potential(margins, "XAB"))
    assert (table["unrealised_usd"] >= 0).all()
    assert (table["unrealised_usd"] <= table["potential_usd"]).all()
    assert table["trade_balance"].is_between(0, 1).all()
    assert table.select(pl.all_horizontal(pl.col(pl.Float64).is_finite()).all()).item()


@settings(max_examples=40, deadline=None)
@given(markets(), st.floats(1e-3, 1e3))
def test_shares_do_not_depend_on_the_unit(margins, factor):
    scaled = TradeMargins(
        margins.years,
        margins.weights,
        margins.economies,
        margins.products,
        margins.exports * factor,
        margins.imports * factor,
        {"XAB": margins.flows["XAB"] * factor},
    )
    plain, other = (compute_potential(each, "XAB") for each in (margins, scaled))
    assert other.potential == pytest.approx(plain.potential * factor, rel=1e-9)
    assert other.ease == pytest.approx(plain.ease, rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(markets())
def test_firmness_and_shortlist_agree(margins):
    assume("XAA" in margins.economies and margins.exports[margins.economies.index("XAA")].any())
    lines = analyse_margins(margins, "XAA", "XAB").opportunities
    assert lines["firmness"].is_between(0, 1).all()
    # The given convention is one of those counted, so a shortlisted line is kept at least once.
    assert (lines.filter("shortlisted")["firmness"] > 0).all()
    assert lines["unrealised_usd"].is_sorted(descending=True)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 20), max_size=9), st.sampled_from([0.25, 0.5, 0.75, 1.0]))
def test_the_shortlist_is_smallest(values, share):
    chosen = choose_shortlist(np.array(values, dtype=float), share)
    wanted = share * sum(values)
    sizes = [
        size
        for size in range(len(values) + 1)
        if any(sum(subset) >= wanted for subset in combinations(values, size))
    ]
    assert chosen.sum() == (sizes[0] if sum(values) else 0)
    assert np.array(values)[chosen].sum() >= wanted


exports = arrays(float, (5, 6), elements=st.one_of(st.just(0.0), st.floats(1.0, 1e6)))


@settings(max_examples=100, deadline=None)
@given(exports, arrays(float, 5, elements=st.floats(1e-3, 1e3)))
def test_rca_does_not_depend_on_the_unit_nor_on_an_economys_size_alone(values, sizes):
    assume(values.sum() > 0)
    assert measure_rca(values * 7.3) == pytest.approx(measure_rca(values), rel=1e-9)
    rca = measure_rca(values)
    world = values.sum(axis=0) / values.sum()
    for row in np.flatnonzero(values.sum(axis=1)):
        # Weighted by world shares an economy's RCA averages to one: it is a comparison, not a level.
        assert rca[row] @ world == pytest.approx(1, rel=1e-9)
    scaled = values * sizes[:, None]
    own = scaled / np.where(scaled.sum(axis=1, keepdims=True) > 0, scaled.sum(axis=1, keepdims=True), 1)
    assert measure_rca(scaled) * (scaled.sum(axis=0) / scaled.sum()) == pytest.approx(own, rel=1e-9)


def tabulate(values, economies, products) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "economy": np.repeat(economies, len(products)),
            "product": np.tile(products, len(economies)),
            "value": values.ravel(),
        }
    )


@settings(max_examples=60, deadline=None)
@given(exports, st.permutations(range(5)), st.permutations(range(6)))
def test_complexity_does_not_depend_on_the_order_of_rows(values, rows, columns):
    economies = np.array([f"X{row}" for row in range(5)])
    products = np.array([f"p{column}" for column in range(6)])
    table = tabulate(values, economies, products)
    mixed = tabulate(values[rows][:, columns], economies[rows], products[columns])
    results = []
    for each in (table, mixed):
        try:
            results.append(compute_complexity(each, convention="atlas", disconnected="largest"))
        except InputError as error:
            results.append(error.problem)
    if isinstance(results[0], str):
        assert results[0] == results[1]
        return
    first, second = results
    for part in ("economies", "products", "table"):
        assert_frame_equal(getattr(first, part), getattr(second, part))
    assert first.table["density"].is_nan().sum() == 0
    left = first.economies["eci"].is_null().to_list()
    assert left == [code in first.left_out_economies for code in first.economies["economy"]]


def count_cents(amount: float) -> int:
    return int((Decimal(str(amount)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@settings(max_examples=100, deadline=None)
@example(target=175921860444.265, base=0.0, caps=[])
@given(st.floats(1, 1e12), st.floats(0, 1e12), st.lists(st.floats(0, 1e12), max_size=4))
def test_a_target_closes_to_the_cent(target, base, caps):
    further = [TargetSource(f"source_{place}", cap, "any") for place, cap in enumerate(caps)]
    result = decompose_target(target, base_usd=base, years=5, base_source="any", further=further)
    # In decimals: 100 × a float may fall on the other side of half a cent.
    cents = [count_cents(value) for value in result.lines["value_usd"]]
    assert sum(cents) == count_cents(target)
    capped = result.lines.drop_nulls("cap_usd")
    assert (capped["value_usd"] <= capped["cap_usd"] + 0.005).all()
    assert result.lines["line"][-1] == "no_source_found"
