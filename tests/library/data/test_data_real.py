"""The importers on the real files beside the project; the figures are of ``../shared/data/README.md``."""

from pathlib import Path

import polars as pl
import pytest

from corridor.data.importers import Reading, import_file
from corridor.data.store import Store
from corridor.errors import BadRowsError
from corridor.tables import DISTANCES, INDICATORS

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
