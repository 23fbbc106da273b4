"""Every term of the export potential, Pakistan → China, on the 2024 file.

Origin: ``independent.py`` beside this file, dense loops over the formula that share nothing with the engine
but the readers of the inputs. Growth and population: figures that look like the IMF's World Economic Outlook;
distances: CEPII GeoDist; elasticities: Broda and Weinstein through the package ``concordance``; tariffs: a
made-up rule (``inputs.make_tariffs``), so no figure with tariffs says anything of real duties. Tolerance:
1e-9 relative, what the order of sums leaves; order of the first five lines exact.
"""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from corridor.find.firmness import NoiseModel
from corridor.find.inputs import PotentialInputs
from corridor.find.margins import TradeMargins, measure_margins
from corridor.find.pair import analyse_margins
from corridor.find.potential import FACTORS, compute_potential

pytestmark = pytest.mark.shared

EXPECTED = {
    "default": (2923369684.0614567, 850948026.422077, "100630 520942 901890 300490 080450"),
    "growth": (3609604646.14472, 1195470019.5549676, "100630 901890 520942 300490 080450"),
    "distance": (2776966234.010612, 878170771.6546332, "100630 520942 080450 620342 620462"),
    "tariffs": (2983129939.1269555, 899180991.2305179, "100630 520942 901890 300490 620342"),
    "all": (3493550357.6300077, 1292482527.2908359, "100630 520942 080450 620342 740319"),
}


@pytest.fixture(scope="module")
def margins(shared) -> TradeMargins:
    trade = pl.scan_parquet(shared / "data" / "trade" / "baci_hs17_2024_bilateral_hs6.parquet").select(
        pl.lit(2024, dtype=pl.Int32).alias("year"),
        "exporter",
        "importer",
        pl.col("hs6").alias("product"),
        "value_usd",
    )
    return measure_margins(trade, ["CHN"], exporters=["PAK"])


@pytest.fixture(scope="module")
def cases(shared, margins) -> dict[str, PotentialInputs]:
    spec = spec_from_file_location("terms_inputs", Path(__file__).with_name("inputs.py"))
    assert spec and spec.loader
    read = module_from_spec(spec)
    spec.loader.exec_module(read)
    growth, distances = read.read_growth(shared), read.read_distances(shared)
    sigma, tariffs = read.read_elasticities(shared), read.make_tariffs(list(margins.products))
    return {
        "default": PotentialInputs(),
        "growth": PotentialInputs(growth=growth),
        "distance": PotentialInputs(distances=distances),
        "tariffs": PotentialInputs(tariffs=tariffs, elasticities=sigma),
        "all": PotentialInputs(growth, distances, tariffs, sigma),
    }


@pytest.mark.parametrize("case", EXPECTED)
def test_each_term_gives_the_independent_figures(margins, cases, case):
    analysis = analyse_margins(margins, "PAK", "CHN", inputs=cases[case])
    potential, unrealised, first = EXPECTED[case]
    assert analysis.totals.potential_usd == pytest.approx(potential, rel=1e-9)
    assert analysis.totals.unrealised_usd == pytest.approx(unrealised, rel=1e-9)
    assert analysis.opportunities["product"].head(5).to_list() == first.split()
    shown = [name for name in FACTORS if name in analysis.opportunities.columns]
    product = analysis.opportunities.select(pl.fold(1.0, lambda left, right: left * right, pl.col(shown)))
    lines = analysis.opportunities.with_columns(again=product.to_series() / pl.col("normaliser"))
    assert lines["again"].to_numpy() == pytest.approx(lines["potential_usd"].to_numpy(), rel=1e-12)


def test_all_terms_still_sum_to_what_the_market_is_expected_to_buy(margins, cases):
    market = compute_potential(margins, "CHN", evidence=cases["all"])
    assert market.terms_off == ()
    sums = market.potential.sum(axis=0)
    assert sums == pytest.approx(market.expected_demand, rel=1e-9, abs=0)
    assert market.expected_demand.sum() > 1.1 * market.demand.sum()


def test_what_rests_on_fallbacks_is_told(margins, cases):
    gaps = {
        (gap.input, gap.fallback): (gap.import_share, gap.export_share)
        for gap in analyse_margins(margins, "PAK", "CHN", inputs=cases["all"]).coverage.gaps
    }
    # Counted by hand from the tables: 24 suppliers without growth, mainly Taiwan, 12.4 % of China's imports.
    assert gaps["supply_growth", "world_average"] == pytest.approx((0.124, 0), abs=1e-3)
    assert gaps["distance", "market_average"] == pytest.approx((0.064, 0), abs=1e-3)
    assert gaps["market_tariff", "chapter_mean"] == pytest.approx((0.268, 0.094), abs=1e-3)
    assert gaps["global_tariff", "product_mean"] == pytest.approx((0.498, 0.795), abs=1e-3)


def test_noise_and_conventions_give_each_rank_a_range(margins):
    analysis = analyse_margins(margins, "PAK", "CHN", noise=NoiseModel())
    lines = analysis.opportunities
    positive = lines.filter(pl.col("unrealised_usd") > 0)
    assert (positive["rank_low"] <= positive["rank_high"]).all()
    inside = positive.select(pl.col("rank").is_between("rank_low", "rank_high").mean()).item()
    assert inside > 0.9
    total = analysis.tables["uncertainty"].filter(measure="unrealised").row(0, named=True)
    assert total["low_usd"] < analysis.totals.unrealised_usd < total["high_usd"]
    again = analyse_margins(margins, "PAK", "CHN", noise=NoiseModel())
    assert again.opportunities.equals(lines)
    calm = analyse_margins(margins, "PAK", "CHN", noise=NoiseModel(small=0, large=0, draws=10)).opportunities
    # Without noise ten draws are the ten conventions once each.
    assert np.abs(calm["firmness_noise"] - calm["firmness"]).max() < 1e-12
