"""DOCX: styles, directions, languages, fonts per script, headers that repeat, pictures with words."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from corridor.reports.document import Document, Table
from corridor.reports.docx import render_docx
from corridor.reports.render import draw_figures
from corridor.vocabulary import LANGUAGES

MakePaper = Callable[[str], Document]


def read(paper: Document) -> Any:
    return docx.Document(BytesIO(render_docx(paper, draw_figures(paper))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_real_styles(make_paper: MakePaper, language: str) -> None:
    paper = read(make_paper(language))
    styles = [paragraph.style.name for paragraph in paper.paragraphs]
    assert styles[:2] == ["Title", "Subtitle"]
    assert [name for name in styles if name.startswith("Heading")] == ["Heading 1", "Heading 2"]
    level = paper.styles["Heading 2"].element.find(".//" + qn("w:outlineLvl"))
    assert level.get(qn("w:val")) == "1"
    assert paper.core_properties.language.startswith(language[:2])


def test_styles_name_a_font_for_each_script(make_paper: MakePaper) -> None:
    fonts = read(make_paper("ur")).styles["Normal"].element.find(".//" + qn("w:rFonts"))
    named = {key: fonts.get(qn(f"w:{key}")) for key in ("ascii", "hAnsi", "eastAsia", "cs")}
    assert named == {
        "ascii": "Noto Serif",
        "hAnsi": "Noto Serif",
        "eastAsia": "Noto Serif CJK SC",
        "cs": "Noto Nastaliq Urdu",
    }
    assert not [key for key in fonts.attrib if "Theme" in key]


def test_urdu_runs_right_to_left_and_its_numbers_do_not(make_paper: MakePaper) -> None:
    paper = read(make_paper("ur"))
    lead = next(paragraph for paragraph in paper.paragraphs if paragraph.style.name == "Lead")
    runs = {run.text.strip(): run._r.find(".//" + qn("w:rtl")) is not None for run in lead.runs}
    assert runs == {"پاکستان اور چین": True, "2.84": False, "": True, "HS 520811": False}
    assert paper.styles["Normal"].element.find(".//" + qn("w:bidi")) is not None
    assert all(table._tbl.tblPr.find(qn("w:bidiVisual")) is not None for table in paper.tables)


def test_english_cell_in_urdu_reads_left_to_right(make_paper: MakePaper) -> None:
    cell = read(make_paper("ur")).tables[1].rows[1].cells[0].paragraphs[0]
    assert cell._p.pPr.find(qn("w:bidi")).get(qn("w:val")) == "0"
    assert cell.text == "Cotton yarn  [illustrative]"


def test_a_paragraph_on_generated_records_says_so(make_paper: MakePaper) -> None:
    texts = [paragraph.text for paragraph in read(make_paper("en")).paragraphs]
    assert "24 of 30  [illustrative]" in texts


def test_english_has_no_right_to_left(make_paper: MakePaper) -> None:
    body = read(make_paper("en")).element
    assert not list(body.iter(qn("w:rtl"), qn("w:bidi"), qn("w:bidiVisual")))


def test_header_row_repeats_and_rows_stay_whole(make_paper: MakePaper, spite: str) -> None:
    table = read(make_paper("en")).tables[1]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows[1:])
    assert table.rows[2].cells[0].text == spite


def test_whole_table_stays_on_one_page(make_paper: MakePaper) -> None:
    paper = make_paper("en")
    table = next(block for block in paper.blocks if isinstance(block, Table))
    kept = [
        replace(table, rows=table.rows[:3], whole=True) if block is table else block for block in paper.blocks
    ]
    rows = read(replace(paper, blocks=tuple(kept))).tables[1].rows
    keeps = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in rows]
    assert keeps == [True, True, True, None]


def test_pictures_have_words(make_paper: MakePaper) -> None:
    picture = next(read(make_paper("en")).element.iter(qn("wp:docPr")))
    assert picture.get("descr").startswith("Bar chart")


def test_properties_stand_in_schema_order(make_paper: MakePaper) -> None:
    body = read(make_paper("ur")).element
    order = ["rFonts", "b", "bCs", "color", "sz", "szCs", "rtl", "lang"]
    for properties in body.iter(qn("w:rPr")):
        names = [child.tag.split("}")[1] for child in properties]
        places = [order.index(name) for name in names]
        assert places == sorted(places), names
