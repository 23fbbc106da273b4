"""All exporters, markets and products at once against one market at a time; diversification by brute force."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.properties.test_find_potential import ECONOMIES, PRODUCTS, inputs, options, tabulate_trade, trades

from corridor.errors import InputError
from corridor.find import sweep as module
from corridor.find.complexity import compute_complexity
from corridor.find.cube import measure_window
from corridor.find.diversification import rank_diversification
from corridor.find.potential import PotentialOptions, align_options, compute_potential
from corridor.find.sweep import sweep_potential


def list_cells(trade, chosen, given_inputs) -> pl.DataFrame:
    """Return every cell, a market at a time, by the function that pages and commands use for one market."""
    window = measure_window(trade)
    margins = window.margins(window.economies)
    evidence = align_options(margins, given_inputs, chosen)
    parts = []
    for importer in np.array(margins.economies)[margins.importing]:
        market = compute_potential(margins, importer, chosen, evidence)
        row, product = np.nonzero(np.ones_like(market.potential))
        parts.append(
            pl.DataFrame(
                {
                    "exporter": np.array(margins.economies)[row],
                    "importer": np.full(len(row), importer),
                    "product": np.array(margins.products)[product],
                    "current_usd": market.current.ravel(),
                    "potential_usd": market.potential.ravel(),
                    "unrealised_usd": market.unrealised.ravel(),
                }
            )
        )
    return pl.concat(parts).filter(pl.col("exporter") != pl.col("importer"))


def close(left: pl.DataFrame, right: pl.DataFrame) -> None:
    for name in ("current_usd", "potential_usd", "unrealised_usd"):
        scale = max(right["potential_usd"].max() or 0, right["current_usd"].max() or 0, 1)
        assert left[name].to_numpy() == pytest.approx(right[name].to_numpy(), rel=1e-9, abs=1e-9 * scale)


@settings(max_examples=60, deadline=None)
@given(trades(), inputs(), options, st.integers(1, 3), st.integers(1, 2))
def test_sums_and_best_cells_are_those_of_every_market_by_itself(trade, given_inputs, chosen, top, workers):
    assume(set(ECONOMIES) == set(trade["exporter"]) and set(PRODUCTS) == set(trade["product"]))
    assume(set(trade["importer"]) >= {"XAA", "XAB"})
    window = measure_window(trade)
    found = sweep_potential(window, options=chosen, inputs=given_inputs, top=top, workers=workers)
    cells = list_cells(trade, chosen, given_inputs)
    sums = [pl.col("current_usd", "potential_usd", "unrealised_usd").sum()]
    by_market = cells.group_by("exporter", "importer").agg(sums).sort("exporter", "importer")
    close(found.markets.sort("exporter", "importer"), by_market)
    by_product = cells.group_by("exporter", "product").agg(sums).sort("exporter", "product")
    listed = by_product.join(found.products, on=["exporter", "product"], how="semi").sort(
        "exporter", "product"
    )
    close(found.products.sort("exporter", "product"), listed)
    assert listed["potential_usd"].sum() == pytest.approx(by_product["potential_usd"].sum())
    close(found.totals, cells.group_by("exporter").agg(sums).sort("exporter"))
    ranked = cells.filter(pl.col("unrealised_usd") > 0).sort(
        ["exporter", "unrealised_usd", "importer", "product"], descending=[False, True, False, False]
    )
    best = ranked.group_by("exporter", maintain_order=True).head(top)
    assert found.lines.height == best.height
    close(found.lines, best)
    key = ["exporter", "importer", "product"]
    # Where two cells are equal but for rounding either may come first, and either may be the last that fits.
    value = pl.col("unrealised_usd")
    apart = (value.diff().abs() > 1e-6 * pl.max_horizontal(value, 1)).fill_null(True).over("exporter")
    if ranked.group_by("exporter", maintain_order=True).head(top + 1).select(apart.all()).item():
        assert found.lines.select(key).equals(best.select(key))
    assert (found.lines["potential_usd"] >= found.lines["unrealised_usd"]).all()


@settings(max_examples=30, deadline=None)
@given(trades(), st.sampled_from(ECONOMIES))
def test_one_exporter_is_its_part_of_the_whole_and_threads_change_nothing(trade, exporter):
    assume(exporter in set(trade["exporter"]))
    window = measure_window(trade)
    whole, one = (
        sweep_potential(window, workers=2, top=2),
        sweep_potential(window, exporters=[exporter], top=2),
    )
    for name in ("lines", "markets", "products", "totals"):
        part = getattr(whole, name).filter(pl.col("exporter") == exporter)
        mine = getattr(one, name)
        assert mine.columns == part.columns
        for column in part.columns:
            if part.schema[column] == pl.Float64:
                assert mine[column].to_numpy() == pytest.approx(part[column].to_numpy(), rel=1e-12)
            else:
                assert mine[column].to_list() == part[column].to_list()
    again = sweep_potential(window, workers=1, top=2)
    assert again.lines.equals(whole.lines)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 4))
def test_equal_cells_are_ordered_by_importer_then_product(seed, top):
    rng = np.random.default_rng(seed)
    cube = np.where(rng.random((4, 4, 3)) < 0.8, 1.0, 0.0)  # many equal cells
    cube[np.arange(4), np.arange(4)] = 0
    assume(cube.sum() > 0)
    window = measure_window(tabulate_trade(cube))
    found = sweep_potential(window, top=100)
    few = sweep_potential(window, top=top)
    assert few.lines.equals(found.lines.filter(pl.col("rank") <= top))


def test_the_best_do_not_depend_on_when_candidates_are_chosen(monkeypatch):
    rng = np.random.default_rng(3)
    cube = np.round(rng.lognormal(3, 2, (4, 4, 3)))
    cube[np.arange(4), np.arange(4)] = 0
    window = measure_window(tabulate_trade(cube))
    late = sweep_potential(window, top=2)
    monkeypatch.setattr(module, "BUFFER", 0)
    assert sweep_potential(window, top=2).lines.equals(late.lines)


cubes = arrays(float, (4, 4, 3), elements=st.one_of(st.just(0.0), st.floats(1.0, 1e6)))


@settings(max_examples=60, deadline=None)
@given(cubes)
def test_diversification_is_density_times_demand_times_ease(cube):
    cube = cube.copy()
    cube[np.arange(4), np.arange(4)] = 0
    assume(cube[0].sum() > 0 and cube[:, 1].sum() > 0)
    trade = tabulate_trade(cube)
    margins = measure_window(trade).margins(["XAB"])
    plain = PotentialOptions(trade_balance=False)
    table = rank_diversification(margins, "XAA", "XAB", options=plain)
    market = compute_potential(margins, "XAB", plain)
    ease = market.ease[margins.index_economy("XAA")]
    exports = trade.select("product", economy="exporter", value="value_usd")
    assert table["rank"].to_list() == list(range(1, table.height + 1))
    assert table["score"].is_sorted(descending=True)
    try:
        known = compute_complexity(exports, convention="stata", disconnected="largest").table
    except InputError:
        return
    own = {row["product"]: row for row in known.filter(economy="XAA").to_dicts()}
    demand = dict(zip(margins.products, market.demand, strict=True))
    assert (table["ease"] == ease).all()
    scores = {}
    for code, row in own.items():
        # RCA of exactly 1 is specialised here and not in that convention.
        if abs(row["rca"] - 1) < 1e-9:
            return
        if row["rca"] < 1 and row["density"]:
            scores[code] = row["density"] * demand[code] * ease
    if any(abs(each - 1) < 1e-9 for each in known["rca"]):
        return
    expected = {code: score for code, score in scores.items() if score > 0}
    assert set(table["product"]) == set(expected)
    if expected:
        highest = max(expected.values())
        assert dict(zip(table["product"], table["score"], strict=True)) == pytest.approx(
            {code: score / highest for code, score in expected.items()}, rel=1e-9
        )


@settings(max_examples=20, deadline=None)
@given(cubes)
def test_diversification_never_names_what_is_competitive(cube):
    cube = cube.copy()
    cube[np.arange(4), np.arange(4)] = 0
    assume(cube[0].sum() > 0 and cube[:, 1].sum() > 0)
    margins = measure_window(tabulate_trade(cube)).margins(["XAB"])
    table = rank_diversification(margins, "XAA", "XAB", options=replace(PotentialOptions(), ease="off"))
    assert (table["rca"] < 1).all()
    assert table["score"].is_between(0, 1).all()
