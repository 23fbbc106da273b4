"""One pair, checked by hand on three economies and two products."""

import polars as pl
import pytest

from corridor.errors import InputError, SchemaError, UnknownEconomyError
from corridor.find.pair import analyse_pair, list_variants
from corridor.find.potential import PotentialOptions
from corridor.tables import OPPORTUNITIES, SUPPLIERS

PLAIN = PotentialOptions(trade_balance=False)


def line(analysis, product: str) -> dict[str, object]:
    return analysis.opportunities.row(by_predicate=pl.col("product") == product, named=True)


def test_potential_by_hand(trade):
    # World: 100630 XAA 30, XAB 5, XAC 10 (45); 850760 XAA 20, XAB 50, XAC 30 (100).
    # XAB buys 40 and 20. Shares alone give XAA 30/45·40 + 20/100·20 = 30.667, XAC 10/45·40 + 30/100·20 = 14.889.
    ease_a, ease_c = 50 / (30 / 45 * 40 + 4), 10 / (10 / 45 * 40 + 6)
    claim_a, claim_c = 30 / 45 * ease_a, 10 / 45 * ease_c
    analysis = analyse_pair(trade, "XAA", "XAB", options=PLAIN)
    rice = line(analysis, "100630")
    assert rice["ease"] == pytest.approx(ease_a, rel=1e-14)
    assert rice["potential_usd"] == pytest.approx(40 * claim_a / (claim_a + claim_c), rel=1e-14)
    assert rice["unrealised_usd"] == pytest.approx(rice["potential_usd"] - 30, rel=1e-12)


def test_terms_multiply_to_the_potential(trade):
    lines = analyse_pair(trade, "XAA", "XAB").opportunities
    product = lines.select(
        pl.col("supply_share")
        * pl.col("trade_balance")
        * pl.col("ease")
        / pl.col("normaliser")
        * pl.col("partner_imports_usd")
    ).to_series()
    assert product.to_list() == pytest.approx(lines["potential_usd"].to_list(), rel=1e-14)


def test_trade_balance_discounts_re_exports(trade):
    # XAA sells 20 of 850760 and buys 80: a quarter.
    assert line(analyse_pair(trade, "XAA", "XAB"), "850760")["trade_balance"] == 0.25


def test_unknown_imports_are_imputed_not_zero(trade):
    # XAC sells 40 in all; known imports are 45 of 100630 and 100 of 850760, so it is taken to buy 40 · 45/145.
    analysis = analyse_pair(trade, "XAC", "XAB")
    assert line(analysis, "100630")["trade_balance"] == pytest.approx(10 / (40 * 45 / 145), rel=1e-14)
    assert analysis.coverage.missing_importers == ("XAC",)
    assert analysis.coverage.imputed_import_share == pytest.approx(10 / 60)
    one = analyse_pair(trade, "XAC", "XAB", options=PotentialOptions(unknown_trade_balance="one"))
    assert line(one, "100630")["trade_balance"] == 1


def test_range_brackets_the_potential(trade):
    lines = analyse_pair(
        trade, "XAA", "XAB", options=PotentialOptions(unknown_trade_balance="range")
    ).opportunities
    assert (lines["potential_low_usd"] <= lines["potential_usd"]).all()
    assert (lines["potential_high_usd"] >= lines["potential_usd"]).all()
    assert (lines["potential_high_usd"] > lines["potential_low_usd"]).any()


def test_tables_keep_their_schemas_and_totals_agree(trade):
    analysis = analyse_pair(trade, "XAA", "XAB")
    OPPORTUNITIES.check(analysis.opportunities)
    SUPPLIERS.check(analysis.suppliers)
    totals = analysis.totals
    assert (totals.importer_imports_usd, totals.exporter_exports_usd, totals.current_usd) == (60, 50, 50)
    assert totals.exporter_rank_as_supplier == 1
    assert totals.import_share == pytest.approx(50 / 60)
    assert analysis.chapters["unrealised_usd"].sum() == pytest.approx(totals.unrealised_usd)
    assert analysis.opportunities["rank"].to_list() == [1, 2]


def test_ten_distinct_conventions(trade):
    variants = list_variants(PotentialOptions())
    assert len(variants) == len(set(variants)) == 10
    assert analyse_pair(trade, "XAA", "XAB").variants.height == 10


def test_names_and_absent_products_come_from_the_nomenclature(trade):
    names = pl.DataFrame(
        {"product": ["100630", "850760", "271000"], "description": ["Rice", "Batteries", "Oils"]}
    )
    analysis = analyse_pair(trade, "XAA", "XAB", products=names)
    assert line(analysis, "100630")["description"] == "Rice"
    assert analysis.coverage.absent_products == ("271000",)
    assert analyse_pair(trade, "XAA", "XAB").coverage.absent_products is None


def test_reasons_of_the_top_line(trade):
    top = analyse_pair(trade, "XAA", "XAB").top(1)[0]
    assert top["product"] == "100630"
    assert top["reasons"] == [
        "strong_supplier",
        "partner_buys_much",
        "sells_more_than_it_buys",
        "firm",
    ]


def test_duplicates_are_summed_and_own_trade_left_out(trade):
    extra = trade.head(1).with_columns(value_usd=pl.lit(5.0))
    own = trade.head(1).with_columns(importer=pl.lit("XAA"), value_usd=pl.lit(1000.0))
    analysis = analyse_pair(pl.concat([trade, extra, own]), "XAA", "XAB")
    assert line(analysis, "100630")["current_usd"] == 35
    assert analysis.totals.exporter_exports_usd == 55


def test_years_are_averaged_with_rising_weights(trade):
    before = trade.with_columns(year=pl.lit(2023, dtype=pl.Int32), value_usd=pl.col("value_usd") * 4)
    both = pl.concat([trade, before])
    assert analyse_pair(both, "XAA", "XAB").totals.current_usd == 50
    averaged = analyse_pair(both, "XAA", "XAB", options=PotentialOptions(window=2))
    assert averaged.totals.current_usd == pytest.approx((1 * 200 + 2 * 50) / 3)
    assert averaged.coverage.years == (2023, 2024)
    assert analyse_pair(both, "XAA", "XAB", year=2023).totals.current_usd == 200


def test_no_current_trade_means_no_potential(trade):
    analysis = analyse_pair(trade, "XAC", "XAB")
    lone = analyse_pair(
        trade.filter((pl.col("exporter") != "XAC") | (pl.col("importer") != "XAB")), "XAC", "XAB"
    )
    assert analysis.totals.potential_usd > 0
    assert lone.totals.potential_usd == 0
    assert lone.totals.exporter_rank_as_supplier is None
    assert lone.opportunities.is_empty()


@pytest.mark.parametrize(
    ("exporter", "importer", "error", "says"),
    [
        ("XAD", "XAB", UnknownEconomyError, "Maybe you meant"),
        ("xaa", "XAB", UnknownEconomyError, "'XAA'"),
        ("XAA", "ZZZ", UnknownEconomyError, "'ZZZ'"),
        ("XAA", "XAA", InputError, "both 'XAA'"),
        ("XAA", "XAC", InputError, "imports of 'XAC' are not in this dataset"),
    ],
)
def test_refusals_name_the_value_and_the_rule(trade, exporter, importer, error, says):
    with pytest.raises(error, match="Rule:") as caught:
        analyse_pair(trade, exporter, importer)
    assert says in str(caught.value)


def test_bad_tables_are_refused(trade):
    with pytest.raises(InputError, match="year 1999 is not in this dataset"):
        analyse_pair(trade, "XAA", "XAB", year=1999)
    with pytest.raises(InputError, match="empty"):
        analyse_pair(trade.clear(), "XAA", "XAB")
    with pytest.raises(SchemaError, match="no column 'product'"):
        analyse_pair(trade.drop("product"), "XAA", "XAB")
    for bad in (-1.0, None, float("nan"), float("inf")):
        with pytest.raises(SchemaError, match="value_usd"):
            analyse_pair(trade.with_columns(value_usd=pl.lit(bad, dtype=pl.Float64)), "XAA", "XAB")


@pytest.mark.parametrize(
    "option",
    [
        {"ease": "guess"},
        {"unknown_trade_balance": "two"},
        {"world": "none"},
        {"carried_share": 0},
        {"window": 0},
    ],
)
def test_options_are_checked_when_built(option):
    with pytest.raises(InputError, match="Rule:"):
        PotentialOptions(**option)


def test_progress_rises_to_one(trade):
    seen: list[float] = []
    analyse_pair(trade, "XAA", "XAB", progress=lambda share, message: seen.append(share))
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_input_is_not_modified(trade):
    before = trade.clone()
    analyse_pair(trade, "XAA", "XAB")
    assert trade.equals(before)
