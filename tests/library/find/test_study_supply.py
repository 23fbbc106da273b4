"""What a run of a pair holds on the market and the supply side, by what the data allow."""

from itertools import pairwise

import polars as pl
import pytest

from corridor.find.inputs import PotentialInputs
from corridor.find.options import PotentialOptions
from corridor.find.stored import make_run, read_analysis
from corridor.find.study import study_pair
from corridor.tables import (
    ALTERNATIVES,
    CHAIN_TIERS,
    COMPETITORS,
    CONCENTRATION,
    DEPENDENCE,
    GROWTH,
    RIVAL_YEARS,
    SHARE_CHANGE,
    TARIFFS,
    UNIT_VALUES,
    YEARS,
)

ONE_YEAR = {
    "competitors": COMPETITORS,
    "concentration": CONCENTRATION,
    "dependence": DEPENDENCE,
    "alternatives": ALTERNATIVES,
    "chain_tiers": CHAIN_TIERS,
}
YEARLY = {"years": YEARS, "growth": GROWTH, "rival_years": RIVAL_YEARS, "share_change": SHARE_CHANGE}


def earlier(trade: pl.DataFrame, year: int, factor: float) -> pl.DataFrame:
    return trade.with_columns(year=pl.lit(year, dtype=pl.Int32), value_usd=pl.col("value_usd") * factor)


def test_one_year_has_no_growth(trade):
    tables = study_pair(trade, "XAA", "XAB").tables
    for name, schema in ONE_YEAR.items():
        schema.check(tables[name])
    assert not set(YEARLY) & set(tables) and "unit_values" not in tables


def test_several_years_have_growth_from_the_earliest_within_five(trade):
    several = pl.concat([earlier(trade, 2010, 0.1), earlier(trade, 2021, 0.5), trade])
    tables = study_pair(several, "XAA", "XAB").tables
    for name, schema in YEARLY.items():
        schema.check(tables[name])
    growth = tables["growth"]
    assert growth["base_year"].unique().to_list() == [2021]
    assert growth["market_growth"].to_list() == pytest.approx([2 ** (1 / 3) - 1] * 2)
    # Everything doubled: all of the change is the world's growth.
    change = tables["share_change"]
    assert change["world_growth_usd"].to_list() == pytest.approx(change["change_usd"].to_list())


def test_a_year_asked_for_ends_the_history(trade):
    several = pl.concat([earlier(trade, 2021, 0.5), earlier(trade, 2023, 2.0), trade])
    tables = study_pair(several, "XAA", "XAB", year=2023).tables
    assert tables["years"]["year"].max() == 2023
    assert tables["growth"]["end_year"].unique().to_list() == [2023]


def test_quantities_give_unit_values(trade):
    weighed = trade.with_columns(quantity_t=pl.lit(2.0))
    table = study_pair(weighed, "XAA", "XAB").tables["unit_values"]
    UNIT_VALUES.check(table)
    assert table.row(by_predicate=pl.col("product") == "100630", named=True)["unit_value_usd_t"] == 15.0


def test_home_with_unknown_imports_has_no_supply_side(trade):
    tables = study_pair(trade, "XAC", "XAB").tables
    assert "competitors" in tables
    assert not {"dependence", "alternatives", "chain_tiers"} & set(tables)


def test_tables_go_through_a_run_unchanged(trade):
    analysis = study_pair(trade, "XAA", "XAB")
    read = read_analysis(make_run(analysis))
    for name, schema in ONE_YEAR.items():
        assert schema.check(read.tables[name]).equals(analysis.tables[name])


def tariffs(*rows: tuple[str, str, str, float, str]) -> pl.DataFrame:
    names = [name for name, column in TARIFFS.columns.items() if not column.optional]
    frame = pl.DataFrame(
        rows, schema=["importer", "exporter", "product", "rate_percent", "basis"], orient="row"
    )
    return frame.with_columns(year=pl.lit(2023, dtype=pl.Int32)).select(names)


DUTIES = tariffs(
    ("XAB", "MFN", "100630", 20.0, "mfn"),
    ("XAB", "XAA", "100630", 5.0, "preferential"),
    ("XAB", "MFN", "850710", 8.0, "mfn"),
)


def test_duties_are_compared_with_competitors_and_cut(trade):
    sigma = pl.DataFrame({"product": ["100630", "850760"], "elasticity": [2.0, 3.0]})
    analysis = study_pair(trade, "XAA", "XAB", inputs=PotentialInputs(tariffs=DUTIES, elasticities=sigma))
    compared = analysis.tables["tariff_margins"]
    told = compared.select("product", "supplier", "rate_percent", "rate_basis", "margin_points").rows()
    assert told == [
        ("100630", "XAA", 5.0, "preferential", 0.0),
        ("100630", "XAC", 20.0, "mfn", 15.0),
        # 850760 has no rate of its own: the chapter's, and it says so
        ("850760", "XAA", 8.0, "chapter_mean", 0.0),
    ]
    cuts = {row["product"]: row for row in analysis.tables["tariff_cuts"].to_dicts()}
    assert cuts["100630"]["rate_percent"] == 5.0 and cuts["100630"]["gain_usd"] > 0
    assert cuts["850760"]["gain_usd"] is None  # a mean of the chapter is nothing that could be cut
    read = read_analysis(make_run(analysis))
    assert read.tables["tariff_margins"].equals(compared)


def test_one_elasticity_for_all_products_is_enough_for_cuts(trade):
    options = PotentialOptions(elasticity=2.0)
    analysis = study_pair(trade, "XAA", "XAB", inputs=PotentialInputs(tariffs=DUTIES), options=options)
    assert set(analysis.tables["tariff_cuts"]["elasticity"]) == {2.0}


def test_without_duties_there_is_nothing_to_compare(trade):
    assert not {"tariff_margins", "tariff_cuts"} & set(study_pair(trade, "XAA", "XAB").tables)


def test_progress_covers_the_whole_study(trade):
    told: list[tuple[float, str]] = []
    study_pair(trade, "XAA", "XAB", progress=lambda share, message: told.append((share, message)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    assert max(b - a for a, b in pairwise(shares)) < 0.25
    assert len({message for _, message in told}) > 8
