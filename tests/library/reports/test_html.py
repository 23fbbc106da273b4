"""HTML: self-contained, escaped, in its language and direction."""

import re
from base64 import b64decode
from collections.abc import Callable

import pytest
from lxml import html

from corridor.reports.document import Document
from corridor.reports.html import render_html
from corridor.reports.render import draw_figures
from corridor.vocabulary import LANGUAGES

MakePaper = Callable[[str], Document]


def parse(paper: Document) -> html.HtmlElement:
    return html.fromstring(render_html(paper, draw_figures(paper)).decode("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_states_its_language_and_direction(make_paper: MakePaper, language: str) -> None:
    page = parse(make_paper(language))
    assert page.get("lang") == language
    assert page.get("dir") == ("rtl" if language == "ur" else "ltr")
    assert [heading.tag for heading in page.xpath("//h1|//h2|//h3")] == ["h1", "h2", "h3"]


def test_nothing_is_fetched_and_nothing_runs(make_paper: MakePaper) -> None:
    page = parse(make_paper("en"))
    assert not page.xpath("//script|//link|//iframe|//object")
    addresses = page.xpath("//@src|//@href")
    assert addresses
    assert all(address.startswith("data:image/svg+xml;base64,") for address in addresses)
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    chart = b64decode(addresses[0].split(",", 1)[1])
    assert chart.startswith(b"<svg")


def test_text_is_shown_as_it_is(make_paper: MakePaper, spite: str) -> None:
    page = parse(make_paper("en"))
    assert spite in [paragraph.text_content() for paragraph in page.xpath("//main/p")]
    assert spite in [cell.text_content() for cell in page.xpath("//td")]


def test_a_paragraph_on_generated_records_says_so(make_paper: MakePaper) -> None:
    page = parse(make_paper("en"))
    assert "24 of 30 illustrative" in [paragraph.text_content() for paragraph in page.xpath("//main/p")]


def test_english_names_keep_their_language_in_urdu(make_paper: MakePaper) -> None:
    page = parse(make_paper("ur"))
    cell = page.xpath("//td[@lang='en']")[0]
    assert (cell.get("dir"), cell.text_content()) == ("ltr", "Cotton yarn illustrative")
    assert page.xpath("//p[@class='lead']//span[@lang='en' and @dir='ltr']")


def test_cells_carry_their_column_for_narrow_screens(make_paper: MakePaper) -> None:
    page = parse(make_paper("en"))
    assert page.xpath("//td[2]/@data-label")[0] == "Amount"
    assert page.xpath("//img/@alt")[0].startswith("Bar chart")


def test_style_sheet_has_no_sides(make_paper: MakePaper) -> None:
    style = parse(make_paper("en")).xpath("//style")[0].text
    assert (
        re.findall(
            r"(?<![-\w])(?:(?:margin|padding|border)-)?(?:left|right|top|bottom|width|height)\s*:", style
        )
        == []
    )
