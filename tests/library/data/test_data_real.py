"""The importers on the real files beside the project; the figures are of ``../shared/data/README.md``."""

from pathlib import Path

import polars as pl
import pytest

from corridor.data.bridging import bridge_dataset
from corridor.data.importers import import_file
from corridor.data.inputs import Reading
from corridor.data.store import Store
from corridor.errors import BadRowsError
from corridor.tables import DISTANCES, ELASTICITIES, INDICATORS

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def trade(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("store"))
    import_file(
        store,
        shared / "data/trade/baci_hs17_2024_bilateral_hs6.parquet",
        name="baci-2024",
        reading=Reading(products=shared / "data/nomenclature/baci_product_codes_hs17_en.csv"),
    )
    return store


def test_the_2024_file_is_imported_whole_with_its_coverage(trade: Store) -> None:
    manifest = trade.verify("baci-2024")
    coverage = manifest.coverage
    assert coverage is not None
    assert manifest.rows == 9_933_867
    assert (manifest.duplicates_summed, manifest.rows_rejected) == (0, 0)
    assert set(coverage.missing_importers) == {"USA", "DEU", "FRA", "GBR", "NLD", "ESP"}
    assert coverage.missing_importers[0] == "USA"
    assert (coverage.exporters, coverage.destination_markets, coverage.absent_products) == (226, 220, 305)
    assert coverage.value_usd == pytest.approx(15.0e12, rel=0.005)


def test_figures_of_the_pair(trade: Store) -> None:
    def total(**cells: str) -> tuple[float, int]:
        frame = trade.scan("baci-2024").filter(**cells).select(pl.col("value_usd").sum(), pl.len()).collect()
        return float(frame.item(0, 0)), int(frame.item(0, 1))

    assert total(exporter="PAK", importer="CHN") == (2_839_776_089.0, 1063)
    assert total(exporter="CHN", importer="PAK")[0] == pytest.approx(18.4e9, rel=0.005)
    assert total(importer="PAK")[0] == pytest.approx(57.0e9, rel=0.005)
    # the sum of the file itself; its README rounds it to 2,041 billion
    assert total(importer="CHN")[0] == 2_031_074_590_050.0


def test_distances_reach_every_economy_with_replaced_codes(shared: Path, store: Store) -> None:
    manifest = import_file(store, shared / "data/gravity/cepii_geodist_dyadic.parquet", name="d")
    frame = DISTANCES.check(store.scan("d", "distances").collect())
    assert manifest.rows == 50_176
    assert {"ROU", "COD", "PSE", "TLS", "S19"} <= set(frame["exporter"])
    pair = frame.filter(exporter="PAK", importer="CHN")["distance_km"].item()
    assert pair == pytest.approx(4_800, rel=0.2)


@pytest.mark.parametrize(
    ("file", "kind", "rows"),
    [("worldbank_gdp_current_usd.csv", "gdp", 11_129), ("worldbank_population.csv", "population", 14_010)],
)
def test_world_bank(shared: Path, store: Store, file: str, kind: str, rows: int) -> None:
    manifest = import_file(store, shared / "data/macro" / file, name=kind, reading=Reading(kind))
    frame = INDICATORS.check(store.scan(kind, "indicators").collect())
    assert manifest.rows == rows
    assert manifest.rows_left_out["regional aggregate"] > 2_000
    assert frame.filter(economy="PAK", year=2023)["value"].item() > 2e8


def test_imf_growth_in_percent(shared: Path, store: Store) -> None:
    path = shared / "data/macro/imf_weo_gdp_growth_2022_2030.xlsx"
    manifest = import_file(store, path, name="growth", reading=Reading("growth"))
    frame = INDICATORS.check(store.scan("growth", "indicators").collect())
    assert frame.filter(economy="AFG", year=2022)["value"].item() == pytest.approx(-6.24)
    assert frame.filter(economy="PAK", year=2023).is_empty()
    assert "International Monetary Fund" in manifest.source


def test_imf_population_of_mixed_units_is_refused(shared: Path, store: Store) -> None:
    path = shared / "data/macro/imf_weo_population_2015_2030.xlsx"
    with pytest.raises(BadRowsError, match="below 2 billion"):
        import_file(store, path, name="p", reading=Reading("population", unit="one"))


def test_descriptions(shared: Path, store: Store) -> None:
    folder = shared / "data/nomenclature"
    assert import_file(store, folder / "baci_product_codes_hs17_en.csv", name="b").rows == 5_384
    reading = Reading("products", filters={"revision": "H5"})
    assert (
        import_file(store, folder / "hs_descriptions_H0_H6_en.parquet", name="h", reading=reading).rows
        > 5_300
    )


@pytest.fixture(scope="module")
def concordances(shared: Path, trade: Store) -> Store:
    folder = shared / "data/concordance"
    import_file(trade, folder / "hs5_hs0.parquet", name="hs17-hs92")
    import_file(trade, folder / "hs6_hs5.parquet", name="hs22-hs17")
    back = Reading("concordance", {"source": "HS0_6d", "target": "HS5_6d"})
    import_file(trade, folder / "hs5_hs0.parquet", name="hs92-hs17", reading=back)
    return trade


def test_every_concordance_between_revisions_is_read(shared: Path, store: Store) -> None:
    for number, name in ((0, "HS92"), (1, "HS96"), (2, "HS02"), (3, "HS07"), (4, "HS12")):
        path = shared / f"data/concordance/hs5_hs{number}.parquet"
        manifest = import_file(store, path, name=f"c{number}")
        assert (manifest.kind, manifest.nomenclature) == ("concordance", f"HS17 to {name}")
        assert manifest.contents is not None and manifest.contents.counts["sources"] == 5_388


def test_the_2024_file_moves_to_1992_and_back_with_its_value(concordances: Store) -> None:
    old = bridge_dataset(concordances, "baci-2024", ["hs17-hs92"], "baci-92")
    assert (old.rows, old.nomenclature) == (9_394_411, "HS92")
    assert "0 are unknown to the concordance" in old.notes[-1]
    back = bridge_dataset(concordances, "baci-92", ["hs92-hs17"], "baci-back")
    assert any("368 are split over several (25.74% of the value)" in note for note in back.notes)
    values = [concordances.info(name).coverage for name in ("baci-2024", "baci-92", "baci-back")]
    totals = [coverage.value_usd for coverage in values if coverage]
    assert totals == pytest.approx([totals[0]] * 3, rel=1e-12)
    by_pair = [
        concordances.scan(name)
        .group_by("exporter", "importer")
        .agg(pl.col("value_usd").sum())
        .sort("exporter", "importer")
        .collect()
        for name in ("baci-2024", "baci-92")
    ]
    assert by_pair[0].select("exporter", "importer").equals(by_pair[1].select("exporter", "importer"))
    ratio = by_pair[1]["value_usd"] / by_pair[0]["value_usd"]
    assert ratio.is_between(1 - 1e-12, 1 + 1e-12).all()


def test_broda_weinstein_elasticities_reach_the_codes_of_2017_and_2022(
    shared: Path, concordances: Store
) -> None:
    path = shared / "data/concordance/sigma_hs0.parquet"
    for name, steps, codes in (("17", ("hs17-hs92",), 5_380), ("22", ("hs22-hs17", "hs17-hs92"), 5_600)):
        manifest = import_file(
            concordances, path, name=f"sigma{name}", reading=Reading("elasticities", concordances=steps)
        )
        table = ELASTICITIES.check(concordances.scan(f"sigma{name}", "elasticities").collect())
        assert table.height == pytest.approx(codes, abs=15)
        assert table["elasticity"].min() > 1  # type: ignore[operator]
        assert "Each elasticity is the median over 73 importers." in manifest.notes
        assert manifest.contents is not None and manifest.contents.shares["stated"] > 0.99
