"""Properties of the market and the supply side, against a plain loop on tiny cases."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.find.growth import TERMS, compute_terms, decompose_change
from corridor.find.margins import measure_margins
from corridor.find.market import concentrate, measure_concentration, rank_competitors
from corridor.find.supply import measure_dependence

ECONOMIES = ("XAA", "XAB", "XAC", "XAD")
PRODUCTS = ("010101", "020202", "030303")
FLOW = st.one_of(st.just(0.0), st.sampled_from([5.0, 7.0]), st.floats(1.0, 1e9))
CUBE = arrays(float, (len(ECONOMIES), len(ECONOMIES), len(PRODUCTS)), elements=FLOW)


def tabulate(cube, year: int = 2024) -> pl.DataFrame:
    cube = cube.copy()
    cube[np.arange(len(ECONOMIES)), np.arange(len(ECONOMIES))] = 0
    exporter, importer, product = np.nonzero(cube)
    return pl.DataFrame(
        {
            "year": np.full(len(exporter), year, dtype=np.int32),
            "exporter": np.array(ECONOMIES)[exporter],
            "importer": np.array(ECONOMIES)[importer],
            "product": np.array(PRODUCTS)[product],
            "value_usd": cube[exporter, importer, product],
        }
    )


def rank_plainly(trade: pl.DataFrame, importer: str, top: int) -> list[tuple[str, str, int]]:
    found = []
    for product in PRODUCTS:
        rows = [
            (-row["value_usd"], row["exporter"])
            for row in trade.to_dicts()
            if row["importer"] == importer and row["product"] == product
        ]
        found += [(product, code, place) for place, (_, code) in enumerate(sorted(rows), 1) if place <= top]
    return found


@settings(max_examples=60, deadline=None)
@given(CUBE, st.integers(1, 3))
def test_competitors_are_those_of_a_plain_loop(cube, top):
    trade = tabulate(cube)
    assume("XAB" in trade["importer"].to_list())
    table = rank_competitors(measure_margins(trade, ["XAB"]), "XAB", top=top)
    assert table.select("product", "supplier", "rank").rows() == rank_plainly(trade, "XAB", top)
    full = rank_competitors(measure_margins(trade, ["XAB"]), "XAB", top=len(ECONOMIES))
    sums = full.group_by("product").agg(pl.col("share").sum())["share"]
    assert sums.to_list() == pytest.approx([1.0] * len(sums))


@settings(max_examples=60, deadline=None)
@given(CUBE)
def test_effective_suppliers_lie_between_one_and_their_number(cube):
    trade = tabulate(cube)
    assume("XAB" in trade["importer"].to_list())
    table = measure_concentration(measure_margins(trade, ["XAB"]), "XAB")
    assert (table["effective_suppliers"] >= 1 - 1e-12).all()
    assert (table["effective_suppliers"] <= table["suppliers"] + 1e-9).all()


@given(st.integers(1, 20))
def test_equal_suppliers_are_as_many_as_they_count(count):
    assert 1 / concentrate(np.full((count, 1), 3.0))[0] == pytest.approx(count)


@settings(max_examples=60, deadline=None)
@given(CUBE)
def test_dependence_sums_to_the_imports_and_shares_are_shares(cube):
    trade = tabulate(cube)
    assume("XAB" in trade["importer"].to_list() and "XAA" in {*trade["exporter"], *trade["importer"]})
    table = measure_dependence(measure_margins(trade, ["XAB"]), "XAB", "XAA")
    bought = trade.filter(importer="XAB")
    assert table["imports_usd"].sum() == pytest.approx(bought["value_usd"].sum())
    assert table["partner_usd"].sum() == pytest.approx(bought.filter(exporter="XAA")["value_usd"].sum())
    known = table.drop_nulls("top_share")
    assert (known["partner_share"] <= known["top_share"]).all()
    assert (known["hhi"] <= known["top_share"] + 1e-12).all()
    assert (known["hhi"] >= known["top_share"] ** 2 - 1e-12).all()


def decompose_plainly(sold0, sold1, bought0, bought1) -> dict[str, float]:
    """Sum the terms cell by cell, as they are written in the literature."""
    world = (bought1.sum() - bought0.sum()) / bought0.sum()
    sums = dict.fromkeys(TERMS, 0.0)
    for market in range(bought0.shape[0]):
        for good in range(bought0.shape[1]):
            v0, v1 = sold0[market, good], sold1[market, good]
            m0, m1 = bought0[market, good], bought1[market, good]
            good0, good1 = bought0[:, good].sum(), bought1[:, good].sum()
            of_good = (good1 - good0) / good0 if good0 else 0.0
            sums["world_growth"] += world * v0
            sums["composition"] += (of_good - world) * v0
            if m0:
                sums["distribution"] += ((m1 - m0) / m0 - of_good) * v0
                if m1:
                    sums["competitiveness"] += (v1 / m1 - v0 / m0) * m0
                    sums["interaction"] += (v1 / m1 - v0 / m0) * (m1 - m0)
            else:
                sums["interaction"] += v1
    return sums


MARKETS = arrays(float, (3, 2), elements=st.one_of(st.just(0.0), st.floats(1.0, 1e6)))


@settings(max_examples=150, deadline=None)
@given(MARKETS, MARKETS, arrays(float, (2, 3, 2), elements=st.floats(0, 1)))
def test_constant_market_shares_are_those_of_a_plain_loop(bought0, bought1, shares):
    assume(bought0.sum() > 0)
    sold0, sold1 = shares[0] * bought0, shares[1] * bought1
    terms = compute_terms(sold0, sold1, bought0, bought1)
    scale = max(bought0.sum(), bought1.sum(), abs(terms["world_growth"]).sum())
    assert {name: part.sum() for name, part in terms.items()} == pytest.approx(
        decompose_plainly(sold0, sold1, bought0, bought1), abs=1e-9 * scale
    )
    assert sum(terms.values()) == pytest.approx(sold1 - sold0, abs=1e-9 * scale)


@settings(max_examples=60, deadline=None)
@given(CUBE, CUBE)
def test_markets_and_products_sum_to_the_same_change(before, after):
    trade = pl.concat([tabulate(before, 2020), tabulate(after, 2024)])
    assume({2020, 2024} <= set(trade["year"]))
    assume(all("XAA" in trade.filter(year=year)["exporter"].to_list() for year in (2020, 2024)))
    change = decompose_change(
        *(measure_margins(trade, [], exporters=["XAA"], year=year) for year in (2020, 2024)), "XAA"
    )
    scale = float(trade["value_usd"].sum())
    for name, total in change.total.items():
        assert change.products[name].sum() == pytest.approx(total, abs=1e-9 * scale)
    parts = sum(change.total[f"{term}_usd"] for term in TERMS)
    assert parts == pytest.approx(change.total["change_usd"], abs=1e-9 * scale)
    assert 0 <= change.left_out_share <= 1 + 1e-12
