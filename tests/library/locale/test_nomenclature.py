"""Chapters and sections of the Harmonized System."""

import polars as pl
import pytest

from corridor.errors import InputError
from corridor.locale.nomenclature import CHAPTERS, SECTIONS, chapter_name, section_name, section_of


def test_all_chapters_and_sections_are_there():
    expected = {f"{number:02d}" for number in range(1, 100)} - {"77"}
    assert set(CHAPTERS) == expected
    assert len(SECTIONS) == 21


def test_names_are_found_from_longer_codes():
    assert chapter_name("100630", "en") == "Cereals"
    assert section_of("520942") == "XI"
    assert section_name(section_of("85"), "en") == "Machinery and electrical equipment"
    assert section_of("999999") == ""


@pytest.mark.parametrize("code", ["77", "00", "1", "", "XX"])
def test_a_code_without_chapter_is_refused(code):
    with pytest.raises(InputError, match="Rule:"):
        chapter_name(code, "en")
    with pytest.raises(InputError):
        section_of(code)


def test_an_unknown_section_is_refused():
    with pytest.raises(InputError, match="'XXII'"):
        section_name("XXII", "en")


@pytest.mark.shared
def test_sections_agree_with_the_nomenclature(shared):
    # datasets/harmonized-system (PDDL), HS 2022: the section of every chapter.
    listed = pl.read_csv(
        shared / "data" / "nomenclature" / "harmonized-system-2022.csv", infer_schema=False
    ).filter(pl.col("level") == "2", pl.col("section") != "TOTAL")
    assert listed.height >= 96
    for section, code in listed.select("section", "hscode").iter_rows():
        assert section_of(code) == section
