"""Constant market shares worked by hand, two goods in two markets.

Origin: worked for this test from the identity of Leamer & Stern (1970, ch. 7) and Richardson (1971), each
term on paper as written beside it. Tolerance: 1e-12, rounding only.

    base            market J        market L        end             market J        market L
    good A      10 of 100         20 of 100                      24 of 160         20 of  80
    good B       5 of  50          0 of 150                       6 of  75        15 of 185

World: 400 → 500, r = 0.25. Good A: 200 → 240, r_A = 0.2. Good B: 200 → 260, r_B = 0.3.
Cells: r_AJ = 0.6, r_AL = −0.2, r_BJ = 0.5, r_BL = 35/150.
"""

import polars as pl
import pytest

from corridor.find.growth import decompose_change
from corridor.find.margins import measure_margins

CELLS = [
    # year, market, good, ours, all
    (2020, "XJJ", "100000", 10, 100),
    (2020, "XLL", "100000", 20, 100),
    (2020, "XJJ", "200000", 5, 50),
    (2020, "XLL", "200000", 0, 150),
    (2024, "XJJ", "100000", 24, 160),
    (2024, "XLL", "100000", 20, 80),
    (2024, "XJJ", "200000", 6, 75),
    (2024, "XLL", "200000", 15, 185),
]


@pytest.fixture
def change():
    rows = [
        (year, exporter, market, good, float(value))
        for year, market, good, ours, whole in CELLS
        for exporter, value in (("XAA", ours), ("XRR", whole - ours))
    ]
    names = ("year", "exporter", "importer", "product", "value_usd")
    trade = pl.DataFrame(rows, schema=names, orient="row").cast({"year": pl.Int32})
    margins = [measure_margins(trade, [], exporters=["XAA"], year=year) for year in (2020, 2024)]
    return decompose_change(*margins, "XAA")


def test_each_term(change):
    expected = {
        "base_usd": 35,
        "end_usd": 65,
        "change_usd": 30,
        "world_growth_usd": 0.25 * 35,
        # (0.2 − 0.25) · 30 + (0.3 − 0.25) · 5
        "composition_usd": -1.25,
        # (0.6 − 0.2) · 10 + (−0.2 − 0.2) · 20 + (0.5 − 0.3) · 5 + 0
        "distribution_usd": -3.0,
        # (0.15 − 0.1) · 100 + (0.25 − 0.2) · 100 + (0.08 − 0.1) · 50 + (15/185 − 0) · 150
        "competitiveness_usd": 5 + 5 - 1 + 15 / 185 * 150,
        # 0.05 · 60 + 0.05 · (−20) − 0.02 · 25 + 15/185 · 35
        "interaction_usd": 3 - 1 - 0.5 + 15 / 185 * 35,
    }
    assert change.total == pytest.approx(expected, abs=1e-12)


def test_the_market_j_alone(change):
    row = change.markets.row(by_predicate=pl.col("market") == "XJJ", named=True)
    assert row["change_usd"] == 15
    assert row["world_growth_usd"] == pytest.approx(0.25 * 15)
    assert row["composition_usd"] == pytest.approx(-0.05 * 10 + 0.05 * 5)
    assert row["distribution_usd"] == pytest.approx(0.4 * 10 + 0.2 * 5)
    assert row["competitiveness_usd"] == pytest.approx(5 - 1)
    assert row["interaction_usd"] == pytest.approx(3 - 0.5)


def test_the_original_residual_is_competitiveness_and_interaction(change):
    # Σ (V1 − V0 − r_kj V0) = 24 − 16 + 20 − 16 + 6 − 7.5 + 15
    assert change.total["competitiveness_usd"] + change.total["interaction_usd"] == pytest.approx(25.5)
