"""Caps by hand, and targets under assumptions: nothing is counted twice, nothing absent is filled in."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from corridor.errors import InputError
from corridor.find.caps import (
    MarketGrowth,
    cut_tariffs,
    expect_import_growth,
    find_new_products,
    measure_import_growth,
)
from corridor.find.diversification import measure_specialisation, rank_diversification
from corridor.find.margins import TradeMargins
from corridor.find.options import PotentialOptions
from corridor.find.pair import analyse_pair
from corridor.find.scenarios import (
    Assumptions,
    Spread,
    TargetEvidence,
    compare_scenarios,
    date_base,
    list_sources,
    name_lines,
    read_evidence,
    read_total_evidence,
    study_target,
)
from corridor.find.stored import stored_run
from corridor.find.target import TargetBase, TargetSource

CENTRAL_BANK = TargetBase(2.476e9, "State Bank of Pakistan, FY2025", 2025, 10)


def table(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame(columns)


# ------------------------------------------------------------------------------------------ growth
def test_imports_of_several_years_give_growth():
    years = table(year=[2020, 2020, 2024, 2022], market_usd=[60.0, 40.0, 146.41, 130.0])
    growth = measure_import_growth(years, source="any")
    assert growth is not None and growth.rate == pytest.approx(0.1)
    assert (growth.from_year, growth.to_year, growth.basis) == (2020, 2024, "imports_by_year")
    assert measure_import_growth(years.filter(pl.col("year") == 2024), source="any") is None


def test_expected_growth_of_gdp_stands_in_for_imports():
    indicators = pl.DataFrame(
        {
            "economy": ["CHN"] * 3,
            "indicator": ["gdp_growth_percent"] * 3,
            "year": [2024, 2025, 2026],
            "value": [99.0, 4.0, 5.0],
        },
        schema_overrides={"year": pl.Int32},
    )
    growth = expect_import_growth(indicators, "CHN", from_year=2024, to_year=2035, source="any")
    assert growth is not None
    assert growth.rate == pytest.approx((1.04 * 1.05) ** 0.5 - 1)
    assert (growth.from_year, growth.to_year, growth.basis) == (2025, 2026, "gdp_growth")
    assert expect_import_growth(indicators, "PAK", from_year=2024, to_year=2035, source="any") is None


@pytest.mark.parametrize("rate", [-1.0, 1.5, float("nan")])
def test_growth_of_the_market_has_bounds(rate):
    with pytest.raises(InputError, match="growth of the market"):
        MarketGrowth(rate, "stated", "any")


# ----------------------------------------------------------------------------------------- tariffs
def cut(lines: pl.DataFrame, **options: object) -> dict[str, float | None]:
    tariffs = pl.DataFrame(
        {
            "importer": ["CHN", "CHN", "CHN", "CHN", "CHN", "IND"],
            "exporter": ["MFN", "PAK", "MFN", "PAK", "MFN", "MFN"],
            "product": ["100630", "100630", "520100", "520942", "520942", "240120"],
            "year": [2024, 2020, 2024, 2030, 2024, 2024],
            "rate_percent": [65.0, 10.0, 0.0, 50.0, 20.0, 30.0],
            "basis": ["mfn", "preferential", "mfn", "preferential", "mfn", "mfn"],
        },
        schema_overrides={"year": pl.Int32},
    )
    elasticities = table(product=["100630", "520100", "520942"], elasticity=[2.0, 3.0, 2.0])
    asked = {"exporter": "PAK", "importer": "CHN", "year": 2024} | options
    rows = cut_tariffs(lines, tariffs, elasticities, **asked)
    return dict(rows.select("product", "gain_usd").iter_rows())


LINES = table(
    product=["100630", "520100", "520942", "240120"],
    current_usd=[0.0, 5.0, 30.0, 0.0],
    potential_usd=[20.0, 10.0, 25.0, 8.0],
    partner_imports_usd=[100.0, 100.0, 100.0, 50.0],
)


def test_a_duty_of_ten_percent_falls_to_zero():
    gains = cut(LINES)
    # rice: own rate 10 % (not the MFN 65 %), σ 2: r = 1.21; share 0.2 → 0.242 / 1.042
    assert gains["100630"] == pytest.approx(100 * (0.242 / 1.042) - 20)
    assert gains["520100"] == 0
    # denim: MFN 20 %, since the preference is only in Pakistan's schedule of 2030; 36 / 1.11, above today's 30
    assert gains["520942"] == pytest.approx(36 / 1.11 - 30)
    # no rate in this market: unknown, not free of duty
    assert gains["240120"] is None


def test_a_mean_of_the_chapter_is_no_duty_that_could_be_cut():
    unstated = LINES.with_columns(product=pl.col("product").replace("240120", "100640"))
    assert cut(unstated)["100640"] is None


def test_without_normalisation_the_potential_itself_grows():
    assert cut(LINES, normalised=False)["100630"] == pytest.approx(20 * 0.21)


# ------------------------------------------------------------------------------------ new products
def test_new_products_reach_what_half_of_comparable_exporters_hold():
    exports = np.array(
        [
            [90.0, 0.0, 10.0],  # home: advantage in the first only
            [1.0, 1.0, 1.0],  # the market
            [55.0, 40.0, 5.0],  # who sells the first sells the second
            [60.0, 5.0, 35.0],  # or the third
            [10.0, 30.0, 60.0],
        ]
    )
    flows = np.array([[9.0, 0.0, 2.0], [0.0] * 3, [1.0, 20.0, 0.0], [1.0, 10.0, 4.0], [1.0, 0.0, 4.0]])
    imports = np.zeros_like(exports)
    imports[1] = flows.sum(axis=0)
    margins = TradeMargins(
        years=(2024,),
        weights=(1.0,),
        economies=("XAA", "XAB", "XAC", "XAD", "XAE"),
        products=("010101", "020202", "030303"),
        exports=exports,
        imports=imports,
        flows={"XAB": flows},
    )
    lines = table(product=["030303"], current_usd=[2.0], potential_usd=[3.0])
    plain = PotentialOptions(trade_balance=False, ease="off")
    known = measure_specialisation(margins, plain)
    ranking = rank_diversification(margins, "XAA", "XAB", options=plain, specialisation=known)
    found = find_new_products(margins, lines, ranking, known, exporter="XAA", importer="XAB")
    rows = {row["product"]: row for row in found.to_dicts()}
    assert set(rows) == {"020202", "030303"}
    # shares of the three others in the second product: 20/30, 10/30, 0 — zeros count
    assert rows["020202"]["median_share"] == pytest.approx(1 / 3)
    assert rows["020202"]["addition_usd"] == pytest.approx(10.0)
    assert rows["020202"]["peers"] == 3 and rows["020202"]["peers_selling"] == 2
    # the third: 0, 4/10, 4/10 of 10, and 3 are covered by the potential already
    assert rows["030303"]["addition_usd"] == pytest.approx(1.0)
    assert found["pdi_rank"].to_list() == ranking["rank"].to_list() == [1, 2]


# --------------------------------------------------------------------------------------- scenarios
def evidence(**given: object) -> TargetEvidence:
    base = date_base(2.84e9, "BACI 2024", 2024, target_year=2035)
    known = {"market_usd": 2e12, "unrealised": Spread(0.85e9, 0.79e9, 0.94e9)} | given
    return TargetEvidence("PAK", "CHN", base, (CENTRAL_BANK,), **known)


def lines_of(study) -> dict[str, float]:
    return dict(study.decomposition.lines.select("line", "value_usd").iter_rows())


def test_missing_evidence_is_named_and_never_filled_in():
    study = study_target(50e9, evidence())
    assert lines_of(study) == pytest.approx(
        {"realised": 2.84e9, "unrealised_potential": 0.85e9, "no_source_found": 46.31e9}
    )
    assert {missing.line: missing.reason for missing in study.missing} == {
        "market_growth": "growth_not_supplied",
        "tariff_cuts": "tariffs_not_supplied",
        "new_products": "run_without_new_products",
        "services": "no_evidence_imported",
    }
    assert name_lines(study) == [
        "realised",
        "unrealised_potential",
        "market_growth",
        "tariff_cuts",
        "new_products",
        "services",
        "no_source_found",
    ]


def test_the_base_of_the_data_leads_and_the_other_stands_beside():
    wanted = study_target(50e9, evidence()).decomposition
    assert wanted.years == 11 and wanted.required_growth == pytest.approx(0.298, abs=5e-4)
    assert wanted.base_year == 2024
    (other,) = wanted.others
    assert other.base_source == CENTRAL_BANK.source and other.years == 10
    assert other.required_growth == pytest.approx(0.351, abs=5e-4)
    assert other.no_source_usd == pytest.approx(50e9 - 2.476e9 - 0.85e9)


def test_growth_of_the_market_is_of_todays_exports_only():
    study = study_target(50e9, evidence(growth=MarketGrowth(0.04, "stated", "any")))
    assert lines_of(study)["market_growth"] == pytest.approx(2.84e9 * (1.04**11 - 1), rel=1e-9)
    half = study_target(50e9, study.evidence, Assumptions(growth=0.5))
    assert lines_of(half)["market_growth"] == pytest.approx(lines_of(study)["market_growth"] / 2)


def test_growth_in_the_potential_is_not_counted_twice():
    _sources, missing = list_sources(
        evidence(growing=True, growth=MarketGrowth(0.04, "stated", "any")), Assumptions()
    )
    assert ("market_growth", "counted_in_potential") in [(one.line, one.reason) for one in missing]


def test_a_shrinking_market_adds_nothing():
    study = study_target(50e9, evidence(growth=MarketGrowth(-0.04, "stated", "any")))
    assert lines_of(study)["market_growth"] == 0


def test_what_a_tariff_cut_counts_is_not_counted_as_new():
    new = table(product=["a", "b"], pdi_rank=[1, 2], addition_usd=[10.0, 5.0], addition_high_usd=[20.0, 9.0])
    cuts = table(product=["a", "c"], gain_usd=[4.0, None])
    known = evidence(new_products=new, tariff_cuts=cuts)
    uncut = lines_of(study_target(50e9, known))
    assert (uncut["new_products"], uncut["tariff_cuts"]) == (15.0, 0.0)
    full = lines_of(study_target(50e9, known, Assumptions(tariff_cut=1.0)))
    assert (full["new_products"], full["tariff_cuts"]) == (11.0, 4.0)
    first = lines_of(study_target(50e9, known, Assumptions(products=1)))
    assert first["new_products"] == 10.0


def test_scenarios_stand_side_by_side_and_each_closes():
    known = evidence(
        growth=MarketGrowth(0.04, "stated", "any"),
        services=TargetSource("services", 1e9, "stated", 0.5e9, 2e9),
    )
    studies = compare_scenarios(50e9, known)
    rests = [study.decomposition.no_source_usd for study in studies]
    assert rests == sorted(rests, reverse=True)
    for study in studies:
        assert round(sum(lines_of(study).values()), 2) == 50e9
    assert lines_of(studies[0])["unrealised_potential"] == pytest.approx(0.5 * 0.79e9)
    assert lines_of(studies[2])["unrealised_potential"] == 0.94e9
    with pytest.raises(InputError, match="a name of its own"):
        compare_scenarios(50e9, known, [Assumptions(), Assumptions(realisation=0.5)])


def test_sensitivity_moves_one_source_at_a_time():
    study = study_target(50e9, evidence(growth=MarketGrowth(0.04, "stated", "any")))
    rows = {row["source"]: row for row in study.sensitivity.to_dicts()}
    assert rows["unrealised_potential"]["high_usd"] - rows["unrealised_potential"][
        "low_usd"
    ] == pytest.approx(0.94e9 - 0.79e9)
    assert rows["market_growth"]["low_usd"] == pytest.approx(study.decomposition.no_source_usd)
    assert study.sensitivity["source"][0] == "market_growth"


def test_a_run_gives_its_own_evidence(trade):
    analysis = analyse_pair(trade, "XAA", "XAB")
    years = table(year=[2020, 2024], market_usd=[100.0, 121.0])
    known = read_evidence(replace(analysis, tables={"years": years}), target_year=2030)
    assert known.growth is not None and known.growth.rate == pytest.approx(1.21**0.25 - 1)
    assert known.base == TargetBase(analysis.totals.current_usd, "", 2024, 6)
    spread = known.unrealised
    assert spread is not None and spread.central == analysis.totals.unrealised_usd
    assert spread.at("low") <= spread.at("central") <= spread.at("high")


def test_the_stored_run_tells_fifty_billion_honestly():
    known = read_evidence(stored_run("PAK", "CHN"), target_year=2035, other_bases=[CENTRAL_BANK])
    study = study_target(50e9, known)
    assert study.decomposition.base_usd == 2.84e9
    assert study.decomposition.no_source_usd == pytest.approx(46.3e9, abs=0.05e9)
    assert [missing.line for missing in study.missing] == [
        "market_growth",
        "tariff_cuts",
        "new_products",
        "services",
    ]


def test_all_markets_together_start_from_a_complete_count():
    stated = TargetBase(30e9, "Planning minister", 2025, 10)
    run = replace(stored_run("PAK", "CHN"), tables={})
    known = read_total_evidence(run, target_year=2035, other_bases=[stated])
    # the data lack six importers, so their count of exports is too small to lead
    assert known.base == stated and known.other_bases[0].usd == run.totals.exporter_exports_usd
    assert set(known.unknown_markets) == {"USA", "DEU", "FRA", "GBR", "NLD", "ESP"}
    study = study_target(150e9, known)
    assert study.decomposition.required_growth == pytest.approx(0.175, abs=5e-4)
    assert ("unrealised_potential", "run_without_markets") in [
        (missing.line, missing.reason) for missing in study.missing
    ]
    assert {
        missing.reason for missing in study.missing if missing.line in ("market_growth", "new_products")
    } == {"one_market_only"}
    markets = table(importer=["CHN", "IND"], unrealised_usd=[1e9, 2e9])
    known = read_total_evidence(replace(run, tables={"markets": markets}), target_year=2035)
    assert known.unrealised == Spread(3e9)
    assert lines_of(study_target(150e9, known))["unrealised_potential"] == 3e9


@pytest.mark.parametrize(
    "bad",
    [
        {"realisation": 1.5},
        {"growth": -0.1},
        {"tariff_cut": 2.0},
        {"services": -1.0},
        {"potential": "best"},
        {"products_level": "most"},
        {"products": -1},
    ],
)
def test_assumptions_have_bounds(bad):
    with pytest.raises(InputError, match="Rule:"):
        Assumptions(**bad)


def test_a_target_lies_after_its_base():
    with pytest.raises(InputError, match="a target in 2024 from a base of 2024"):
        date_base(1.0, "any", 2024, target_year=2024)
