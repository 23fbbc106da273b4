"""Unit values: known only where the quantity is."""

import polars as pl
import pytest

from corridor.find.unit_values import measure_unit_values, position_unit_values
from corridor.tables import UNIT_VALUES

TRADE = pl.DataFrame(
    {
        "year": [2024] * 6,
        "exporter": ["XAA", "XAC", "XAD", "XAE", "XAA", "XAC"],
        "importer": ["XAB"] * 6,
        "product": ["100630"] * 4 + ["850760"] * 2,
        "value_usd": [1000.0, 800.0, 900.0, 300.0, 50.0, 50.0],
        "quantity_t": [2.0, 2.0, 1.0, None, 0.0, None],
    }
)


def test_unit_values_and_what_is_unknown():
    table = measure_unit_values(TRADE, "XAB", year=2024)
    assert table is not None
    assert table["unit_value_usd_t"].to_list() == [500.0, 400.0, 900.0, None, None, None]


def test_a_sum_with_an_unknown_part_is_unknown():
    twice = pl.concat([TRADE, TRADE.head(1).with_columns(quantity_t=pl.lit(None, dtype=pl.Float64))])
    table = measure_unit_values(twice, "XAB", year=2024)
    assert table is not None and table["unit_value_usd_t"][0] is None


def test_without_quantities_there_is_no_table():
    assert measure_unit_values(TRADE.drop("quantity_t"), "XAB", year=2024) is None
    empty = TRADE.with_columns(quantity_t=pl.lit(None, dtype=pl.Float64))
    assert measure_unit_values(empty, "XAB", year=2024) is None


def test_position_against_the_weighted_median():
    # By unit value: XAC 2 t at 400, XAA 2 t at 500, XAD 1 t at 900: half of the 5 t is reached at 500.
    table = measure_unit_values(TRADE, "XAB", year=2024)
    assert table is not None
    placed = position_unit_values(table, "XAA")
    UNIT_VALUES.check(placed)
    rice, battery = placed.to_dicts()
    assert (rice["market_median_usd_t"], rice["unit_value_usd_t"], rice["ratio"]) == (500.0, 500.0, 1.0)
    assert rice["cheaper_share"] == pytest.approx(2 / 5)
    assert rice["covered_share"] == pytest.approx(2700 / 3000)
    assert rice["suppliers"] == 3
    assert battery["ratio"] is None and battery["covered_share"] == 0 and battery["suppliers"] == 0


def test_a_small_odd_shipment_moves_nothing():
    odd = TRADE.head(1).with_columns(exporter=pl.lit("XAF"), value_usd=pl.lit(1e6), quantity_t=pl.lit(0.001))
    table = measure_unit_values(pl.concat([TRADE, odd]), "XAB", year=2024)
    assert table is not None
    assert position_unit_values(table, "XAA")["market_median_usd_t"][0] == 500.0


def test_an_exporter_that_does_not_sell_has_no_position():
    table = measure_unit_values(TRADE, "XAB", year=2024)
    assert table is not None
    rice = position_unit_values(table, "XZZ").row(0, named=True)
    assert rice["ratio"] is None and rice["cheaper_share"] is None and rice["market_median_usd_t"] == 500.0
