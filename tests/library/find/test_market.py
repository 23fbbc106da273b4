"""Who supplies a market: ranks, concentration and tariffs, by hand on the small table."""

import numpy as np
import polars as pl
import pytest

from corridor.errors import UnknownEconomyError
from corridor.find.margins import measure_margins
from corridor.find.market import (
    average_margin,
    compare_tariffs,
    measure_concentration,
    rank_competitors,
)
from corridor.find.tariffs import MFN_RATE, PREFERENTIAL, UNKNOWN, TariffRates
from corridor.tables import COMPETITORS, CONCENTRATION


@pytest.fixture
def margins(trade):
    return measure_margins(trade, ["XAA", "XAB"], exporters=["XAA"])


def test_competitors_of_each_product_by_rank(margins):
    table = rank_competitors(margins, "XAB")
    COMPETITORS.check(table)
    assert table.select("product", "supplier", "value_usd", "share", "rank").rows() == [
        ("100630", "XAA", 30.0, 0.75, 1),
        ("100630", "XAC", 10.0, 0.25, 2),
        ("850760", "XAA", 20.0, 1.0, 1),
    ]


def test_the_exporter_is_kept_at_its_rank(margins):
    table = rank_competitors(margins, "XAB", exporter="XAC", top=1)
    assert table.select("product", "supplier", "rank").rows() == [
        ("100630", "XAA", 1),
        ("100630", "XAC", 2),
        ("850760", "XAA", 1),
    ]


def test_only_the_products_asked_for(margins):
    assert rank_competitors(margins, "XAB", products=["850760", "999999"])["product"].to_list() == ["850760"]
    assert rank_competitors(margins, "XAB", products=[]).is_empty()


def test_equal_suppliers_stand_by_code():
    trade = pl.DataFrame(
        {
            "year": [2024] * 2,
            "exporter": ["XAC", "XAA"],
            "importer": ["XAB"] * 2,
            "product": ["100630"] * 2,
            "value_usd": [5.0, 5.0],
        }
    )
    table = rank_competitors(measure_margins(trade, ["XAB"]), "XAB")
    assert table.select("supplier", "rank").rows() == [("XAA", 1), ("XAC", 2)]


def test_concentration_by_hand(margins):
    table = measure_concentration(margins, "XAB")
    CONCENTRATION.check(table)
    rice = table.row(0, named=True)
    assert rice["hhi"] == pytest.approx(0.75**2 + 0.25**2)
    assert rice["effective_suppliers"] == pytest.approx(1.6)
    assert (rice["suppliers"], rice["imports_usd"]) == (2, 40.0)
    assert table.row(1, named=True)["effective_suppliers"] == 1


def test_a_product_not_bought_has_no_concentration(trade):
    bought = trade.filter((pl.col("product") == "100630") | (pl.col("importer") != "XAB"))
    table = measure_concentration(measure_margins(bought, ["XAB"]), "XAB")
    assert table["product"].to_list() == ["100630"]


def test_an_unknown_market_is_named(margins):
    with pytest.raises(UnknownEconomyError, match="XZZ"):
        measure_concentration(margins, "XZZ")


def duties(rates: np.ndarray, basis: np.ndarray) -> TariffRates:
    return TariffRates("XAB", "XAB", ("XAA", "XAB", "XAC"), ("100630", "850760"), rates, basis, {})


def test_tariff_margin_against_each_competitor(margins):
    competitors = rank_competitors(margins, "XAB")
    rates = np.array([[5.0, 0.0], [np.nan, np.nan], [12.0, np.nan]])
    basis = np.array([[PREFERENTIAL, MFN_RATE], [UNKNOWN, UNKNOWN], [MFN_RATE, UNKNOWN]], dtype=np.int8)
    table = compare_tariffs(competitors, "XAA", duties(rates, basis))
    told = ("supplier", "rate_percent", "rate_basis", "own_rate_percent", "margin_points")
    assert table.select(told).rows() == [
        ("XAA", 5.0, "preferential", 5.0, 0.0),
        ("XAC", 12.0, "mfn", 5.0, 7.0),
        ("XAA", 0.0, "mfn", 0.0, 0.0),
    ]


def test_an_unknown_rate_has_no_margin_and_says_how_much_is_known(margins):
    competitors = rank_competitors(margins, "XAA")  # 850760 from XAB 50 and XAC 30; 100630 from XAB 5
    rates = np.array([[1.0, 1.0], [np.nan, 4.0], [np.nan, np.nan]])
    compared = compare_tariffs(competitors, "XAA", duties(rates, np.zeros(rates.shape, dtype=np.int8)))
    assert compared["margin_points"].to_list() == [None, 3.0, None]
    assert average_margin(compared, "XAA").rows() == [("100630", None, 0.0), ("850760", 3.0, 50 / 80)]
