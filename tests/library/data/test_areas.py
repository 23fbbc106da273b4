"""Sector maps: those that the project carries, and a user's own."""

import json
import re

import polars as pl
import pytest

from corridor.data.areas import FOLDER, Area, AreaGroup, load_areas, map_products, merge_areas, read_areas
from corridor.errors import BadRowsError, InputError
from corridor.locale.labels import LABELS
from corridor.vocabulary import AREAS


@pytest.fixture(scope="module")
def nomenclature(shared) -> list[str]:
    table = shared / "data" / "nomenclature" / "baci_product_codes_hs17_en.csv"
    return pl.read_csv(table, infer_schema=False)["hs6"].to_list()


def test_every_area_of_the_vocabulary_has_one_map():
    assert tuple(area.area for area in load_areas()) == AREAS
    assert {path.stem for path in FOLDER.glob("*.json")} == set(AREAS)


def test_every_area_and_role_has_a_label_and_every_group_a_source():
    for area in load_areas():
        assert area.area in LABELS
        assert area.has_goods or area.note, f"{area.area} has neither goods nor a reason"
        for group in area.groups:
            assert f"goods_{group.role}" in LABELS
            assert group.source


@pytest.mark.shared
def test_every_code_exists_in_hs_2017(nomenclature):
    for area in load_areas():
        for group in area.groups:
            for code in group.codes:
                assert any(product.startswith(code) for product in nomenclature), (area.area, code)


@pytest.mark.shared
def test_a_product_has_one_role_in_an_area(nomenclature):
    mapped = map_products(load_areas(), nomenclature)
    assert not mapped.select("area", "product").is_duplicated().any()
    counts = dict(mapped.group_by("area").len().iter_rows())
    # counted by hand in the nomenclature: 2 headings of vehicles and 8 single codes more
    assert counts["electric_vehicles"] == 14
    assert counts["textiles"] > 800


def test_prefixes_of_every_length_find_their_products():
    areas = [
        Area("one", (AreaGroup("a", ("01", "0203", "850760"), "s"),)),
        Area("two", (AreaGroup("b", ("850760",), "s"),)),
        Area("none"),
    ]
    found = map_products(areas, ["010121", "020311", "020411", "850760", "850710", "850760"])
    assert found.rows() == [
        ("one", "a", "010121"),
        ("one", "a", "020311"),
        ("one", "a", "850760"),
        ("two", "b", "850760"),
    ]
    assert map_products([Area("none")], ["010121"]).is_empty()


def test_own_areas_take_the_place_of_those_carried():
    own = [Area("textiles", (AreaGroup("all", ("61",), "ours"),)), Area("leather", name="Leather")]
    merged = merge_areas(load_areas(), own)
    assert [area.area for area in merged] == [*AREAS, "leather"]
    assert merged[AREAS.index("textiles")] is own[0]


def test_a_table_is_read(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text(
        "area,role,code,source\nleather,hides,4101,ours\nleather,hides,4102,ours\nleather,shoes,64,ours\n"
    )
    (area,) = read_areas(file)
    assert area.groups == (AreaGroup("hides", ("4101", "4102"), "ours"), AreaGroup("shoes", ("64",), "ours"))


def test_json_of_the_form_carried_is_read():
    assert read_areas(FOLDER / "solar_energy.json") == (load_areas()[AREAS.index("solar_energy")],)


@pytest.mark.parametrize(
    ("rows", "row", "column", "value", "fix"),
    [
        ("Leather goods,hides,4101,ours", 2, "area", "Leather goods", "leather_goods"),
        ("leather,hides,4101,ours\nleather,,4102,ours", 3, "role", "", ""),
        ("leather,hides,101,ours", 2, "code", "101", "'0101'"),
        ("leather,hides,4101.20,ours", 2, "code", "4101.20", "'410120'"),
        ("leather,hides,0012,ours", 2, "code", "0012", ""),
        ("leather,hides,41,ours\nleather,skins,4102,ours", 3, "code", "4102", ""),
        ("leather,hides,41,", 2, "source", "", ""),
    ],
)
def test_a_bad_row_is_named(tmp_path, rows, row, column, value, fix):
    file = tmp_path / "areas.csv"
    file.write_text("area,role,code,source\n" + rows + "\n")
    with pytest.raises(BadRowsError) as caught:
        read_areas(file)
    (error,) = caught.value.errors
    assert (error.row, error.column, error.value) == (row, column, value)
    assert error.rule
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([{"area": "a1", "groups": []}, {"area": "a1", "groups": []}], "row 2, column 'area'"),
        ({"area": "a1"}, "column 'entry'"),
        ({"area": "a1", "groups": [{"role": "r", "codes": "61", "source": "s"}]}, "column 'groups'"),
        ({"area": "a1", "groups": [], "colour": 1}, "column 'colour'"),
        ({"area": "a1", "groups": [], "nomenclature": "HS 2022"}, "HS 2017"),
        ({"area": "a1", "groups": [{"role": "r", "codes": [61, "6101"], "source": "s"}]}, "'6101'"),
    ],
)
def test_a_bad_entry_is_named(tmp_path, content, told):
    file = tmp_path / "areas.json"
    file.write_text(json.dumps(content))
    with pytest.raises(BadRowsError, match=re.escape(told)):
        read_areas(file)


def test_files_that_cannot_be_used(tmp_path):
    with pytest.raises(InputError, match="no file"):
        read_areas(tmp_path / "none.json")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(InputError, match="JSON"):
        read_areas(broken)
    table = tmp_path / "areas.csv"
    table.write_text("area,role,codes,source\n")
    with pytest.raises(InputError, match="'codes'"):
        read_areas(table)
