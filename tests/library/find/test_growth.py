"""Growth and constant market shares on a few flows."""

import math

import polars as pl
import pytest

from corridor.errors import InputError
from corridor.find.growth import (
    choose_base_year,
    decompose_change,
    follow_rivals,
    measure_growth,
    measure_years,
)
from corridor.find.margins import measure_margins
from corridor.tables import GROWTH, RIVAL_YEARS, YEARS


def flows(*rows) -> pl.DataFrame:
    names = ("year", "exporter", "importer", "product", "value_usd")
    return pl.DataFrame(rows, schema=names, orient="row").cast({"year": pl.Int32, "value_usd": pl.Float64})


TRADE = flows(
    (2020, "XAA", "XAB", "100630", 10),
    (2020, "XAC", "XAB", "100630", 30),
    (2022, "XAA", "XAB", "100630", 40),
    (2022, "XAC", "XAB", "100630", 40),
    (2022, "XAC", "XAB", "850760", 5),
    (2021, "XAB", "XAA", "100630", 7),
    (2020, "XAB", "XAB", "100630", 99),
)


def test_years_hold_the_market_and_the_exporters_part():
    years = measure_years(TRADE, "XAA", "XAB")
    YEARS.check(years)
    assert years.rows() == [
        (2020, "100630", 40.0, 10.0, pytest.approx(0.625)),
        (2022, "100630", 80.0, 40.0, 0.5),
        (2022, "850760", 5.0, 0.0, 1.0),
    ]
    assert measure_years(TRADE, "XAA", "XAB", end_year=2021)["year"].unique().to_list() == [2020]


def test_growth_is_compound_and_logarithmic():
    growth = measure_growth(measure_years(TRADE, "XAA", "XAB"), base_year=2020, end_year=2022)
    GROWTH.check(growth)
    rice = growth.row(by_predicate=pl.col("product") == "100630", named=True)
    assert rice["market_growth"] == pytest.approx(math.sqrt(2) - 1)
    assert rice["current_growth"] == pytest.approx(1.0)
    assert rice["current_log_growth"] == pytest.approx(math.log(4) / 2)
    assert (rice["base_year"], rice["end_year"]) == (2020, 2022)


def test_from_zero_there_is_no_rate():
    growth = measure_growth(measure_years(TRADE, "XAA", "XAB"), base_year=2020, end_year=2022)
    new = growth.row(by_predicate=pl.col("product") == "850760", named=True)
    assert (new["market_base_usd"], new["market_end_usd"]) == (0.0, 5.0)
    assert new["market_growth"] is None and new["current_log_growth"] is None


@pytest.mark.parametrize(
    ("base", "end", "says"), [(2022, 2020, "comes first"), (2020, 2021, "imports of 2021")]
)
def test_years_that_cannot_be_compared_are_refused(base, end, says):
    with pytest.raises(InputError, match=says):
        measure_growth(measure_years(TRADE, "XAA", "XAB"), base_year=base, end_year=end)


def test_the_base_lies_at_most_five_years_back():
    assert choose_base_year([2010, 2019, 2021, 2024], 2024) == 2019
    assert choose_base_year([2024], 2024) is None


def test_rivals_are_followed_through_the_years():
    named = pl.DataFrame({"importer": ["XAB"] * 2, "product": ["100630"] * 2, "supplier": ["XAA", "XAC"]})
    rivals = follow_rivals(TRADE, named)
    RIVAL_YEARS.check(rivals)
    assert rivals.select("supplier", "year", "share").rows() == [
        ("XAA", 2020, 0.25),
        ("XAA", 2022, 0.5),
        ("XAC", 2020, 0.75),
        ("XAC", 2022, 0.5),
    ]


def test_rivals_stand_in_one_market():
    named = pl.DataFrame({"importer": ["XAB", "XAA"], "product": ["1"] * 2, "supplier": ["XAC"] * 2})
    with pytest.raises(InputError, match="2 markets"):
        follow_rivals(TRADE, named)


def margins_of(year: int, trade: pl.DataFrame = TRADE):
    return measure_margins(trade, [], exporters=["XAA"], year=year)


def test_markets_unknown_in_one_year_are_left_out_and_counted():
    trade = pl.concat([TRADE, flows((2022, "XAA", "XAC", "100630", 50))])
    change = decompose_change(margins_of(2020, trade), margins_of(2022, trade), "XAA")
    assert change.markets["market"].to_list() == ["XAB"]
    assert change.left_out_share == pytest.approx(50 / 100)


def test_a_good_that_a_market_stops_buying_is_no_lost_share():
    trade = flows(
        (2020, "XAA", "XAB", "100630", 10),
        (2020, "XAC", "XAB", "850760", 10),
        (2022, "XAC", "XAB", "850760", 10),
        (2022, "XAA", "XAC", "850760", 1),
    )
    total = decompose_change(margins_of(2020, trade), margins_of(2022, trade), "XAA").total
    assert total["change_usd"] == -10
    assert (total["competitiveness_usd"], total["interaction_usd"]) == (0, 0)


def test_years_and_sales_are_checked():
    with pytest.raises(InputError, match="comes first"):
        decompose_change(margins_of(2022), margins_of(2020), "XAA")
    with pytest.raises(InputError, match="'XAC' were not measured"):
        decompose_change(margins_of(2020), margins_of(2022), "XAC")
