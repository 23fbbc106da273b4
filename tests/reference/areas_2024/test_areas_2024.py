"""Areas of Pakistan and China on the 2024 file, against sums taken straight from the file.

Origin: CEPII BACI HS17 2024 with 220 of 226 importers, summed here by one query an indicator, independent
of the margins, the joins and the maps' code (tolerance 1e-9). The run that the project carries holds the
same figures rounded to three digits, line by line: shares agree to 1 %, and the set is the same.
"""

import polars as pl
import pytest

from corridor.find.areas import AreaComparison, compare_areas
from corridor.find.goods import read_goods
from corridor.find.stored import stored_run
from corridor.find.study import study_pair

pytestmark = pytest.mark.shared

VEHICLES = [
    "870240", "870360", "870370", "870380", "871160", "850760", "850790", "850131", "850132", "850133",
    "850152", "850153", "850440", "854430",
]  # fmt: skip


@pytest.fixture(scope="module")
def trade(shared) -> pl.LazyFrame:
    return pl.scan_parquet(shared / "data" / "trade" / "baci_hs17_2024_bilateral_hs6.parquet").select(
        pl.lit(2024, dtype=pl.Int32).alias("year"),
        "exporter",
        "importer",
        pl.col("hs6").alias("product"),
        "value_usd",
    )


@pytest.fixture(scope="module")
def whole(trade) -> AreaComparison:
    return compare_areas(read_goods(study_pair(trade, "PAK", "CHN")))


@pytest.fixture(scope="module")
def stored() -> AreaComparison:
    return compare_areas(read_goods(stored_run("PAK", "CHN"), stored_run("CHN", "PAK")))


def row_of(comparison: AreaComparison, area: str) -> dict:
    return comparison.areas.filter(area=area).to_dicts()[0]


def test_electric_vehicles_summed_from_the_file(trade, whole):
    flows = trade.filter(pl.col("product").is_in(VEHICLES))

    def total(frame: pl.LazyFrame) -> float:
        return frame.select(pl.col("value_usd").sum()).collect().item()

    row = row_of(whole, "electric_vehicles")
    china, world = total(flows.filter(exporter="CHN")), total(flows)
    assert row["partner_world_share"] == pytest.approx(china / world, rel=1e-9)
    bought = total(flows.filter(importer="PAK"))
    sold = total(flows.filter(exporter="PAK"))
    assert row["home_imports_usd"] == pytest.approx(bought, rel=1e-9)
    assert row["home_net_imports_usd"] == pytest.approx(bought - sold, rel=1e-9)
    assert row["partner_import_share"] == pytest.approx(
        total(flows.filter(importer="PAK", exporter="CHN")) / bought, rel=1e-9
    )
    assert row["current_usd"] == pytest.approx(total(flows.filter(exporter="PAK", importer="CHN")), rel=1e-9)
    own = total(trade.filter(exporter="PAK")) / total(trade)
    assert row["home_rca"] == pytest.approx(sold / world / own, rel=1e-9)


def test_textiles_are_chapters_50_to_63_and_machines(trade, whole):
    chapters = trade.filter(pl.col("product").str.head(2).is_in([str(number) for number in range(50, 64)]))
    sold = chapters.filter(exporter="PAK").select(pl.col("value_usd").sum()).collect().item()
    own = whole.products.filter(pl.col("area") == "textiles", pl.col("role") != "machinery")
    assert own["home_exports_usd"].sum() == pytest.approx(sold, rel=1e-9)


def test_the_run_that_is_carried_says_the_same(whole, stored):
    assert stored.goods.home_imports_held > 0.999
    columns = ["area", "partner_world_share", "home_imports_usd", "current_usd", "home_rca"]
    both = whole.areas.filter("comparable").select(columns).join(stored.areas.select(columns), on="area")
    for name in columns[1:]:
        assert both[f"{name}_right"].to_list() == pytest.approx(both[name].to_list(), rel=0.01, abs=1)
    sets = [set(each.areas.filter("chosen")["area"]) for each in (whole, stored)]
    assert sets[0] == sets[1]


def test_the_picture_of_2024(whole):
    """Sanity: textiles and food first; solar, ICT and electric vehicles in; no field without goods ranked."""
    ranked = whole.areas.filter("comparable")["area"].to_list()
    assert set(ranked[:2]) == {"textiles", "agriculture_food"}
    assert {"solar_energy", "ict_goods", "electric_vehicles"} <= set(whole.areas.filter("chosen")["area"])
    assert not whole.areas.filter(area="artificial_intelligence")["comparable"].item()
    assert (whole.chosen, whole.compared) == (8, 13)
    assert row_of(whole, "solar_energy")["partner_import_share"] > 0.95
