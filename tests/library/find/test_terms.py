"""Each term of the potential by hand, on three economies and two products."""

import math
from dataclasses import replace

import polars as pl
import pytest

from corridor.errors import InputError
from corridor.find.inputs import InputSource, PotentialInputs
from corridor.find.margins import measure_margins
from corridor.find.pair import analyse_margins
from corridor.find.potential import FACTORS, PotentialOptions, compute_potential, tabulate_potential

RICE, CELLS = "100630", "850760"
PLAIN = PotentialOptions(trade_balance=False)


@pytest.fixture
def margins(trade):
    return measure_margins(trade, ["XAB"], exporters=["XAA"])


def indicators(*rows: tuple[str, str, int, float]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={"economy": pl.String, "indicator": pl.String, "year": pl.Int32, "value": pl.Float64},
        orient="row",
    )


def grow(**percent: float) -> pl.DataFrame:
    return indicators(
        *[
            (code, "gdp_growth_percent", year, rate)
            for code, rate in percent.items()
            for year in range(2025, 2030)
        ]
    )


def distances(**kilometres: float) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "exporter": list(kilometres),
            "importer": ["XAB"] * len(kilometres),
            "distance_km": [float(each) for each in kilometres.values()],
        }
    )


def tariffs(*rows: tuple[str, str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [(*row[:3], 2024, row[3], "mfn" if row[1] == "MFN" else "preferential") for row in rows],
        schema={
            "importer": pl.String,
            "exporter": pl.String,
            "product": pl.String,
            "year": pl.Int32,
            "rate_percent": pl.Float64,
            "basis": pl.String,
        },
        orient="row",
    )


SIGMA = pl.DataFrame({"product": [RICE, CELLS], "elasticity": [2.0, 3.0]})


def gaps_of(analysis) -> dict[tuple[str, str], tuple[float, float]]:
    return {(gap.input, gap.fallback): (gap.import_share, gap.export_share) for gap in analysis.coverage.gaps}


def test_growth_moves_shares_and_demand(margins):
    inputs = PotentialInputs(growth=grow(XAA=10, XAB=20, XAC=0))
    market = compute_potential(margins, "XAB", PLAIN, inputs)
    # Rice is exported by XAA 30, XAC 10, XAB 5; in five years GDP is 1.1^5, 1 and 1.2^5 of today's.
    mean = (30 * 1.1**5 + 10 + 5 * 1.2**5) / 45
    table = tabulate_potential(market, "XAA").filter(product=RICE).row(0, named=True)
    assert table["supply_share"] == pytest.approx(30 / 45)
    assert table["supply_growth"] == pytest.approx(1.1**5 / mean)
    assert table["demand_growth"] == pytest.approx(1.2**5)
    assert market.potential[:, 0].sum() == pytest.approx(40 * 1.2**5)
    # Ease stays static: 50 over what world shares give of 40 rice and 20 cells.
    assert table["ease"] == pytest.approx(50 / (40 * 30 / 45 + 20 * 20 / 100))


def test_either_side_of_growth_can_be_switched_off(margins):
    inputs = PotentialInputs(growth=grow(XAA=10, XAB=20, XAC=0))
    supply = compute_potential(margins, "XAB", replace(PLAIN, demand_growth=False), inputs)
    demand = compute_potential(margins, "XAB", replace(PLAIN, supply_growth=False), inputs)
    off = compute_potential(margins, "XAB", PLAIN)
    assert supply.terms_off == ("demand_growth", "tariff_advantage", "distance", "trade_balance")
    assert supply.potential.sum() == pytest.approx(60)
    assert demand.terms_off[0] == "supply_growth"
    assert demand.potential == pytest.approx(off.potential * 1.2**5)


def test_demand_per_head(margins):
    people = indicators(
        *[("XAB", "population", year, count) for year, count in ((2024, 100.0), (2029, 125.0))]
    )
    inputs = PotentialInputs(growth=pl.concat([grow(XAA=1, XAB=20, XAC=2), people]))
    market = compute_potential(margins, "XAB", replace(PLAIN, demand_elasticity=2.0), inputs)
    assert market.demand_growth == pytest.approx((1.2**5 / 1.25) ** 2 * 1.25)
    with pytest.raises(InputError, match="needs expected population"):
        compute_potential(
            margins, "XAB", replace(PLAIN, demand_elasticity=2.0), PotentialInputs(growth=grow(XAB=1))
        )


def test_missing_growth_is_the_average_and_a_short_path_is_stretched_and_both_are_told(margins):
    short = indicators(("XAA", "gdp_growth_percent", 2025, 10.0))
    inputs = PotentialInputs(growth=pl.concat([short, grow(XAB=20)]))
    analysis = analyse_margins(margins, "XAA", "XAB", options=PLAIN, inputs=inputs)
    line = analysis.opportunities.filter(product=RICE).row(0, named=True)
    # XAA sells 50 and buys 85, XAB sells 55 and buys 60: the average counts both sides of trade.
    average = (1.1**5 * 135 + 1.2**5 * 115) / 250
    mean = (30 * 1.1**5 + 10 * average + 5 * 1.2**5) / 45
    assert line["supply_growth"] == pytest.approx(1.1**5 / mean)
    gaps = gaps_of(analysis)
    assert gaps["supply_growth", "shorter_path"] == pytest.approx((50 / 60, 1.0))
    assert gaps["supply_growth", "world_average"] == pytest.approx((10 / 60, 0.0))


def test_distance_factor_compares_with_the_average_supplier(margins):
    inputs = PotentialInputs(distances=distances(XAA=1000, XAC=4000))
    market = compute_potential(margins, "XAB", PLAIN, inputs)
    # Of rice XAB imports 30 from 1,000 km and 10 from 4,000 km; cells all from 1,000 km.
    mean = (30 * math.log(1000) + 10 * math.log(4000)) / 40
    rice = [math.exp(-abs(mean - math.log(km))) for km in (1000, 4000)]
    assert market.distance_factor is not None
    assert market.distance_factor[[0, 2], 0] == pytest.approx(rice)
    assert market.distance_factor[[0, 2], 1] == pytest.approx([1, 0.25])
    assert market.potential.sum(axis=0) == pytest.approx([40, 20])


def test_distance_given_one_way_serves_both_and_a_missing_one_is_the_markets_average(margins):
    one_way = pl.DataFrame({"exporter": ["XAB"], "importer": ["XAA"], "distance_km": [1000.0]})
    analysis = analyse_margins(
        margins, "XAA", "XAB", options=PLAIN, inputs=PotentialInputs(distances=one_way)
    )
    assert gaps_of(analysis) == {("distance", "market_average"): pytest.approx((10 / 60, 0.0))}
    assert analysis.opportunities["distance_factor"].to_list() == pytest.approx([1.0, 1.0])


def test_preference_in_the_market_raises_and_preferences_elsewhere_lower(margins):
    rates = tariffs(
        ("XAB", "MFN", RICE, 10.0),
        ("XAB", "XAA", RICE, 0.0),
        ("XAB", "MFN", CELLS, 5.0),
        ("XAA", "MFN", RICE, 8.0),
        ("XAA", "MFN", CELLS, 8.0),
    )
    market = compute_potential(margins, "XAB", PLAIN, PotentialInputs(tariffs=rates, elasticities=SIGMA))
    assert market.market_tariff is not None and market.global_tariff is not None
    # Rice: 30 enter free and 10 at 10 %.
    mean = (30 * 0.0 + 10 * 0.1) / 40
    assert market.market_tariff[[0, 2], 0] == pytest.approx([(1 + mean) ** 2, ((1 + mean) / 1.1) ** 2])
    assert market.market_tariff[[0, 2], 1] == pytest.approx([1, 1])
    # Rice is imported by XAB (40) and XAA (5): XAA meets XAB's rate only, XAC both, XAB only XAA's.
    met = {"XAA": 0.0, "XAB": 0.08, "XAC": (40 * 0.1 + 5 * 0.08) / 45}
    world = (30 * met["XAA"] + 10 * met["XAC"] + 5 * met["XAB"]) / 45
    assert market.global_tariff[:, 0] == pytest.approx([((1 + met[code]) / (1 + world)) ** 2 for code in met])
    assert market.potential.sum(axis=0) == pytest.approx([40, 20])
    before = compute_potential(
        margins,
        "XAB",
        replace(PLAIN, normalise_at="before"),
        PotentialInputs(tariffs=rates, elasticities=SIGMA),
    )
    assert (before.potential / before.market_tariff).sum(axis=0) == pytest.approx([40, 20])


def test_rates_that_are_missing(margins):
    rates = tariffs(("XAB", "MFN", RICE, 10.0), ("XAB", "XAA", RICE, 20.0))
    inputs = PotentialInputs(tariffs=rates, elasticities=SIGMA.head(1))
    analysis = analyse_margins(margins, "XAA", "XAB", options=PLAIN, inputs=inputs)
    gaps = gaps_of(analysis)
    # Nobody pays a preference that is higher than MFN; cells have no rate in their chapter: the market's mean.
    assert analysis.opportunities["market_tariff"].to_list() == pytest.approx([1, 1])
    assert gaps["market_tariff", "mfn_rate"] == pytest.approx((10 / 60, 0))
    assert gaps["market_tariff", "market_mean"] == pytest.approx((20 / 60, 20 / 50))
    assert gaps["elasticity", "overall_median"] == pytest.approx((20 / 60, 20 / 50))
    # XAA's own duties are not known: 5 of 45 of rice imports and 80 of 100 of cells.
    assert gaps["global_tariff", "product_mean"] == pytest.approx(
        ((40 * 5 / 45 + 20 * 0.8) / 60, (30 * 5 / 45 + 20 * 0.8) / 50)
    )


def test_a_later_rate_is_only_taken_where_there_is_no_earlier(margins):
    rates = tariffs(("XAB", "MFN", RICE, 10.0), ("XAB", "MFN", CELLS, 3.0), ("XAB", "XAA", RICE, 4.0))
    years = pl.concat(
        [
            rates.filter(pl.col("exporter") == "MFN").with_columns(year=pl.lit(2022, dtype=pl.Int32)),
            rates.filter(exporter="XAA").with_columns(year=pl.lit(2020, dtype=pl.Int32)),
            rates.filter(exporter="XAA").with_columns(
                year=pl.lit(2023, dtype=pl.Int32), rate_percent=pl.lit(2.0)
            ),
            rates.filter(exporter="XAA").with_columns(
                year=pl.lit(2026, dtype=pl.Int32), rate_percent=pl.lit(0.0)
            ),
        ]
    )
    market = compute_potential(margins, "XAB", PLAIN, PotentialInputs(tariffs=years, elasticities=SIGMA))
    assert market.evidence.tariffs is not None
    assert market.evidence.tariffs.levy(1)[0].tolist() == pytest.approx([0.02, 0.03])


def test_shown_terms_multiply_to_the_potential(margins):
    inputs = PotentialInputs(
        growth=grow(XAA=10, XAB=20, XAC=0),
        distances=distances(XAA=1000, XAC=4000),
        tariffs=tariffs(("XAB", "MFN", RICE, 10.0), ("XAB", "XAC", RICE, 0.0)),
        elasticities=SIGMA,
    )
    for options in (PotentialOptions(), PotentialOptions(ease="projected", normalise_at="before")):
        lines = tabulate_potential(compute_potential(margins, "XAB", options, inputs))
        product = pl.fold(1.0, lambda left, right: left * right, pl.col(FACTORS)) / pl.col("normaliser")
        again = lines.select(product).to_series().to_list()
        assert again == pytest.approx(lines["potential_usd"].to_list(), rel=1e-12)


def test_ease_switched_off_lets_everyone_but_the_market_itself_supply(margins):
    market = compute_potential(margins, "XAB", replace(PLAIN, ease="off"))
    assert market.ease.tolist() == [1, 0, 1]
    assert market.potential[:, 0].tolist() == pytest.approx([30, 0, 10])
    assert "ease" in market.terms_off


def test_sources_of_inputs_stand_in_the_coverage(margins):
    named = InputSource("growth", "weo", "IMF", "2025-04")
    inputs = PotentialInputs(growth=grow(XAA=1, XAB=1, XAC=1), sources=(named,))
    analysis = analyse_margins(margins, "XAA", "XAB", inputs=inputs)
    assert analysis.coverage.inputs == (named,)
    assert analysis.coverage.terms_off == ("tariff_advantage", "distance")
    # All grow alike: shares stay and demand grows by five years of 1 %.
    plain = analyse_margins(margins, "XAA", "XAB")
    assert analysis.totals.potential_usd == pytest.approx(plain.totals.potential_usd * 1.01**5)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        (PotentialInputs(growth=indicators(("XAA", "gdp_growth_percent", 2019, 3.0))), "2025 to 2029"),
        (PotentialInputs(growth=grow(XAA=-100.0)), "finite and above zero"),
        (PotentialInputs(distances=distances(XAA=0.0)), "distance_km 0.0"),
        (PotentialInputs(distances=distances(PAK=10.0)), "none of the economies"),
        (PotentialInputs(tariffs=tariffs(("XAB", "MFN", RICE, 5.0))), "without elasticities"),
        (
            PotentialInputs(tariffs=tariffs(("XAB", "MFN", RICE, -5.0)), elasticities=SIGMA),
            "0 or more",
        ),
        (
            PotentialInputs(tariffs=tariffs(("XAB", "XAA", RICE, 5.0)), elasticities=SIGMA),
            "no MFN rate",
        ),
    ],
)
def test_inputs_that_cannot_be_used_are_refused(margins, inputs, says):
    with pytest.raises(InputError, match="Rule:") as caught:
        compute_potential(margins, "XAB", evidence=inputs)
    assert says in str(caught.value)


def test_one_elasticity_for_all_is_told(margins):
    inputs = PotentialInputs(tariffs=tariffs(("XAB", "MFN", RICE, 5.0), ("XAB", "MFN", CELLS, 5.0)))
    options = replace(PLAIN, elasticity=4.0)
    assert gaps_of(analyse_margins(margins, "XAA", "XAB", options=options, inputs=inputs))[
        "elasticity", "one_elasticity"
    ] == pytest.approx((1.0, 1.0))


def test_members_of_the_union_levy_its_rates_and_none_on_each_other():
    flows = [("DEU", "FRA", 60.0), ("PAK", "FRA", 40.0), ("PAK", "DEU", 20.0), ("FRA", "PAK", 10.0)]
    trade = pl.DataFrame(
        [(2024, seller, buyer, RICE, usd) for seller, buyer, usd in flows],
        schema={
            "year": pl.Int32,
            "exporter": pl.String,
            "importer": pl.String,
            "product": pl.String,
            "value_usd": pl.Float64,
        },
        orient="row",
    )
    rates = tariffs(("EUN", "MFN", RICE, 10.0), ("PAK", "MFN", RICE, 8.0), ("PAK", "EUN", RICE, 2.0))
    market = compute_potential(
        measure_margins(trade, ["FRA"]), "FRA", PLAIN, PotentialInputs(tariffs=rates, elasticities=SIGMA)
    )
    # In the order DEU, FRA, PAK: France lets Germany in free and takes 10 % from Pakistan.
    assert market.market_tariff is not None and market.global_tariff is not None
    assert market.market_tariff[[0, 2], 0] == pytest.approx([(1.04 / 1.0) ** 2, (1.04 / 1.1) ** 2])
    # Germany meets nothing in France (100) and 2 % in Pakistan (10); France the same; Pakistan 10 % in both.
    met = [10 * 0.02 / 110, 10 * 0.02 / 30, 0.1]
    world = (60 * met[0] + 10 * met[1] + 60 * met[2]) / 130
    assert market.global_tariff[:, 0] == pytest.approx([((1 + rate) / (1 + world)) ** 2 for rate in met])
