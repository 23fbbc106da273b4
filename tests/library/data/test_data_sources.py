"""Opening trade by the name of a dataset or from a file on the spot."""

from pathlib import Path

import polars as pl
import pytest

from corridor.data.importers import import_file
from corridor.data.inputs import Reading
from corridor.data.sources import open_trade
from corridor.data.store import Store
from corridor.errors import BadRowsError, DatasetNotFoundError, InputError
from corridor.tables import TRADE


def test_a_dataset_opens_at_its_latest_year(store: Store, baci_zip: Path) -> None:
    import_file(store, baci_zip, name="baci")
    latest, earlier = open_trade("baci", store), open_trade("baci", store, year=2023)
    assert (latest.year, latest.years, latest.label) == (2024, (2023, 2024), "baci, 2024")
    assert TRADE.check(latest.frame.collect()).height == latest.coverage.rows == 5
    assert TRADE.check(earlier.frame.collect()).height == earlier.coverage.rows == 3
    assert earlier.coverage.years == (2023,)
    assert (latest.licence, latest.as_of) == ("Etalab 2.0", "2026-01")


def test_a_file_opens_with_the_figures_of_its_import(store: Store, baci_zip: Path) -> None:
    import_file(store, baci_zip, name="baci")
    stored, direct = open_trade("baci", store), open_trade(baci_zip)
    assert direct.frame.collect().equals(stored.frame.collect())
    assert direct.coverage.missing_importers == stored.coverage.missing_importers == ("S19", "USA")
    assert direct.attribution == stored.attribution
    assert open_trade(str(baci_zip), year=2023).year == 2023


def test_a_parquet_of_our_own_schema_opens(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"year": [2024], "exporter": ["XAA"], "importer": ["XAB"], "product": ["010121"], "value_usd": [1.5]},
        schema_overrides={"year": pl.Int32},
    )
    frame.write_parquet(tmp_path / "t.parquet")
    assert TRADE.check(open_trade(tmp_path / "t.parquet").frame.collect()).equals(frame)


def test_bad_rows_of_a_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / "flows_2024.csv"
    path.write_text("exporter,importer,product,value_usd\nPK,CHN,010121,1\n")
    with pytest.raises(BadRowsError, match="row 2, column 'exporter': 'PK'"):
        open_trade(path)


def test_what_is_not_there_is_said(store: Store, flows_csv: Path, tmp_path: Path) -> None:
    import_file(store, flows_csv, name="flows")
    with pytest.raises(DatasetNotFoundError, match="Maybe you meant 'flows'"):
        open_trade("flow", store)
    with pytest.raises(DatasetNotFoundError, match="there is no file"):
        open_trade(tmp_path / "gone.parquet")
    with pytest.raises(DatasetNotFoundError, match="there is no file"):
        open_trade("gone.parquet", store)
    with pytest.raises(InputError, match=r"no year 1999.*it has 2024"):
        open_trade("flows", store, year=1999)


def test_a_dataset_without_trade_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("iso_o,iso_d,dist\nPAK,CHN,1\n")
    import_file(store, path, name="d", reading=Reading("distances"))
    with pytest.raises(InputError, match="holds distances and no trade"):
        open_trade("d", store)
