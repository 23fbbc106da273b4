"""The reverse view on the small table: what XAA buys, on whom it depends, what it could make."""

import polars as pl
import pytest

from corridor.errors import InputError
from corridor.find.margins import measure_margins
from corridor.find.pair import analyse_pair
from corridor.find.supply import (
    explain_dependence,
    is_dependent,
    list_alternatives,
    list_home_options,
    measure_dependence,
    read_dependence,
)
from corridor.tables import ALTERNATIVES, DEPENDENCE


@pytest.fixture
def margins(trade):
    return measure_margins(trade, ["XAA", "XAB"], exporters=["XAA"])


def line(table: pl.DataFrame, product: str) -> dict[str, object]:
    return table.row(by_predicate=pl.col("product") == product, named=True)


def test_dependence_by_hand(margins):
    # XAA buys 850760: 50 from XAB, 30 from XAC; and 100630: 5 from XAB.
    table = measure_dependence(margins, "XAA", "XAB")
    DEPENDENCE.check(table)
    assert table["product"].to_list() == ["850760", "100630"]
    battery = line(table, "850760")
    assert (battery["imports_usd"], battery["partner_usd"], battery["partner_share"]) == (80, 50, 0.625)
    assert (battery["top_supplier"], battery["top_share"]) == ("XAB", 0.625)
    assert battery["hhi"] == pytest.approx(0.625**2 + 0.375**2)
    # Beside XAA itself and XAB, only XAC sells it: 30 of the other economies' 80.
    assert battery["alternatives"] == 1
    # XAA sells 50 in all, 20 of it batteries, of a world of 145 with 100.
    assert battery["home_rca"] == pytest.approx((20 / 50) / (100 / 145))


def test_alternatives_leave_out_home_and_the_largest_supplier(margins):
    table = list_alternatives(margins, "XAA", ["850760"])
    ALTERNATIVES.check(table)
    assert table.rows() == [("850760", "XAC", pytest.approx(30 / 80), 30.0)]


def test_a_product_that_home_only_sells_has_no_suppliers(trade):
    sells = trade.filter((pl.col("importer") != "XAA") | (pl.col("product") != "100630"))
    table = measure_dependence(measure_margins(sells, ["XAA"]), "XAA", "XAB")
    rice = line(table, "100630")
    assert rice["imports_usd"] == 0 and rice["home_exports_usd"] == 30
    assert rice["top_supplier"] is None and rice["hhi"] is None and rice["partner_share"] is None


def test_unknown_imports_are_refused(trade):
    with pytest.raises(InputError, match="imports of 'XAC' are not in this dataset"):
        measure_dependence(measure_margins(trade, ["XAC"]), "XAC", "XAB")


UNKNOWN = {"hhi": None, "top_supplier": None, "alternatives": None, "home_rca": None}
BASE = {
    "partner_share": 0.2,
    "imports_usd": 10.0,
    "home_exports_usd": 1.0,
    "hhi": 0.9,
    "top_supplier": "XAB",
    "alternatives": 1,
    "home_rca": 0.1,
}


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, ["depends_on_partner", "few_alternatives"]),
        ({"top_supplier": "XAC", "alternatives": 8}, ["depends_on_other", "many_alternatives"]),
        ({"hhi": 0.4}, ["several_suppliers", "few_alternatives"]),
        (
            {"home_exports_usd": 10.0, "home_rca": 3.0},
            ["concentrated_but_made", "few_alternatives", "home_is_strong"],
        ),
        (UNKNOWN | {"partner_share": 0.5}, ["suppliers_unknown"]),
        # the square of the partner's share is the least that the concentration can be
        (UNKNOWN | {"partner_share": 0.7}, ["depends_on_partner"]),
        (UNKNOWN | {"partner_share": 0.7, "home_exports_usd": 20.0}, ["concentrated_but_made"]),
        ({"hhi": None, "imports_usd": 0.0}, ["not_imported", "few_alternatives"]),
    ],
)
def test_reasons(change, codes):
    assert explain_dependence(BASE | change, "XAB") == codes


def test_the_condition_agrees_with_the_reasons():
    changes = [
        {},
        {"hhi": 0.4},
        {"home_exports_usd": 10.0},
        {"hhi": None, "partner_share": 0.7},
        {"hhi": None, "partner_share": 0.6},
        {"home_exports_usd": None},
        {"imports_usd": 0.0, "hhi": None, "partner_share": None},
    ]
    table = pl.DataFrame([BASE | change for change in changes], infer_schema_length=None)
    flags = table.select(flag=is_dependent())["flag"].to_list()
    assert flags == [True, False, False, True, False, True, False]
    told = [explain_dependence(row, "XAB")[0].startswith("depends") for row in table.to_dicts()]
    assert told == flags


def test_runs_of_both_directions_tell_part_of_it(trade):
    bought = analyse_pair(trade, "XAB", "XAA").opportunities
    sold = analyse_pair(trade, "XAA", "XAB").opportunities
    table = read_dependence(bought, sold)
    full = measure_dependence(measure_margins(trade, ["XAA"]), "XAA", "XAB")
    known = ["product", "imports_usd", "partner_usd", "partner_share", "home_exports_usd", "home_rca"]
    assert table.select(known).equals(full.select(known))
    assert table["hhi"].null_count() == table["alternatives"].null_count() == table.height
    assert read_dependence(bought)["home_exports_usd"].null_count() == table.height


def lines(**columns) -> pl.DataFrame:
    size = len(columns["product"])
    base = {
        "partner_usd": [0.0] * size,
        "partner_share": [0.0] * size,
        "top_supplier": ["XAB"] * size,
        "top_share": [1.0] * size,
        "hhi": [1.0] * size,
        "alternatives": [1] * size,
    }
    types = {"alternatives": pl.Int32, "home_exports_usd": pl.Float64, "home_rca": pl.Float64}
    return DEPENDENCE.check(pl.DataFrame(base | columns).cast(types))


def test_home_options_and_their_evidence():
    table = lines(
        product=["000001", "000002", "000003", "000004", "000005"],
        imports_usd=[100.0, 90.0, 80.0, 70.0, 60.0],
        home_exports_usd=[5.0, 9.0, 0.0, 0.0, 70.0],
        home_rca=[2.0, 0.5, 0.0, 0.0, 4.0],
    )
    options = list_home_options(table, neighbours=["000003"])
    assert options.select("product", "evidence").rows() == [
        ("000001", ["exports_it_already"]),
        ("000002", ["exports_some"]),
        ("000003", ["makes_another_tier"]),
    ]
    assert options["net_imports_usd"].to_list() == [95.0, 81.0, 80.0]


def test_closeness_needs_densities():
    table = lines(
        product=["000001", "000002"],
        imports_usd=[100.0, 90.0],
        home_exports_usd=[0.0, 0.0],
        home_rca=[0.0, 0.0],
    )
    assert list_home_options(table).is_empty()
    densities = pl.DataFrame({"product": ["000001", "000002"], "density": [0.3, 0.1]})
    options = list_home_options(table, densities=densities)
    assert options.select("product", "density", "evidence").rows() == [("000001", 0.3, ["close_to_exports"])]


def test_unknown_exports_are_no_evidence():
    table = lines(product=["000001"], imports_usd=[10.0], home_exports_usd=[None], home_rca=[None])
    assert list_home_options(table, neighbours=["000001"]).is_empty()
