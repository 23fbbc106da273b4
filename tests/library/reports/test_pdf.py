"""PDF: text only as data, fonts embedded, pages numbered, the same bytes for the same paper."""

from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader

from corridor.reports.document import Document
from corridor.reports.pdf import render_pdf
from corridor.reports.render import draw_figures
from corridor.vocabulary import LANGUAGES

MakePaper = Callable[[str], Document]


def read(paper: Document) -> PdfReader:
    return PdfReader(BytesIO(render_pdf(paper, draw_figures(paper))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_is_set_in_every_language(make_paper: MakePaper, language: str) -> None:
    pdf = read(make_paper(language))
    assert len(pdf.pages) >= 2
    assert pdf.metadata is not None
    assert pdf.metadata.title == make_paper(language).title
    assert str(pdf.root_object["/Lang"]).lower().startswith({"zh-Hans": "zh"}.get(language, language))


def test_markup_in_a_text_is_only_text(make_paper: MakePaper) -> None:
    text = "".join(page.extract_text() for page in read(make_paper("en")).pages)
    assert '#import "@preview/x:1.0.0"' in text.replace("\n", " ")
    assert "*bold*" in text


def test_header_row_repeats_and_pages_are_numbered(make_paper: MakePaper) -> None:
    pages = [page.extract_text() for page in read(make_paper("en")).pages]
    assert all("Product" in page for page in pages[1:-1])
    assert all(f"{number}/{len(pages)}" in page for number, page in enumerate(pages, 1))
    assert all("Source 2024" in page for page in pages)


def test_every_row_of_generated_records_says_so(make_paper: MakePaper) -> None:
    text = "".join(page.extract_text() for page in read(make_paper("en")).pages)
    assert text.count("illustrative") == 3


def test_fonts_are_embedded_as_subsets(make_paper: MakePaper) -> None:
    for page in read(make_paper("ur")).pages:
        fonts = page["/Resources"]["/Font"].get_object()
        for font in fonts.values():
            name = font.get_object()["/BaseFont"]
            assert name[7] == "+", name


def test_same_paper_same_bytes(make_paper: MakePaper) -> None:
    paper = make_paper("zh-Hans")
    svgs = draw_figures(paper)
    assert render_pdf(paper, svgs) == render_pdf(paper, svgs)
