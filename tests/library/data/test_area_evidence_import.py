"""Imported indicators on areas go through the one door, each bad cell named."""

import pytest

from corridor.data.importers import Reading, import_file
from corridor.data.store import Store
from corridor.errors import BadRowsError
from corridor.tables import AREA_EVIDENCE

HEADER = "area,criterion,indicator,economy,year,value,unit,better,source\n"
GOOD = "artificial_intelligence,strength,patents,CHN,2023,38210,patents,higher,Some office 2024\n"


def write(tmp_path, text):
    file = tmp_path / "evidence.csv"
    file.write_text(HEADER + text)
    return file


def test_evidence_is_recognised_and_stored(tmp_path):
    file = write(tmp_path, GOOD + "cloud,readiness,price,586,2023,12.5,USD,Lower,Another office\n")
    store = Store(tmp_path / "store")
    manifest = import_file(store, file, name="evidence")
    assert manifest.kind == "area_evidence"
    table = AREA_EVIDENCE.check(store.scan("evidence", "area_evidence").collect())
    assert table["economy"].to_list() == ["CHN", "PAK"]
    assert table["better"].to_list() == ["higher", "lower"]


def test_a_value_that_is_not_known_is_left_out_and_never_zero(tmp_path):
    file = write(tmp_path, GOOD + "cloud,strength,patents,CHN,2023,NA,patents,higher,Some office 2024\n")
    store = Store(tmp_path / "store")
    manifest = import_file(store, file, name="evidence", reading=Reading(kind="area-evidence"))
    assert manifest.rows == 1
    assert manifest.rows_left_out == {"no value": 1}


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (GOOD.replace("strength", "power"), "criterion", "power"),
        (GOOD.replace("higher", "up"), "better", "up"),
        (GOOD.replace("CHN", "CHX"), "economy", "CHX"),
        (GOOD.replace("38210", "many"), "value", "many"),
        (GOOD.replace("Some office 2024", ""), "source", ""),
        (GOOD.replace("2023", "23"), "year", "23"),
    ],
)
def test_a_bad_cell_is_named(tmp_path, row, column, value):
    store = Store(tmp_path / "store")
    with pytest.raises(BadRowsError) as caught:
        import_file(store, write(tmp_path, GOOD + row), name="evidence")
    (error,) = caught.value.errors
    assert (error.row, error.column, error.value) == (3, column, value)
    assert store.names() == []
