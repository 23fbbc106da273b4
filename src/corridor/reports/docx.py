"""A document as DOCX for people who edit it: real styles, captions, table headers that repeat.

Right-to-left needs more than alignment: ``w:bidi`` on the paragraph, ``w:rtl`` on the run, ``bidiVisual``
on the table, and fonts and languages named for the complex script (ISO/IEC 29500-1, 17.3 and 17.4).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from corridor.charts import svg_to_png
from corridor.locale import direction, format_date
from corridor.reports.document import (
    Block,
    Column,
    Document,
    Facts,
    Figure,
    Heading,
    Inline,
    Paragraph,
    Row,
    Span,
    Table,
    inline,
)

MARGIN_MM: Final = 21
TEXT_MM: Final = 210 - 2 * MARGIN_MM
CHART_SCALE: Final = 2.5
_LATIN: Final = re.compile(r"([A-Za-z0-9](?:[!-~\u2013\u2019 ]*[A-Za-z0-9%])?)")
#: Colours as Word writes them.
INK, QUIET, ACCENT, WARM, TINT, LINE = "1D2B33", "56656E", "0B6E75", "A4540F", "F1F6F6", "CFD8DC"
_CODES: Final = {"en": "en-GB", "zh-Hans": "zh-CN", "ur": "ur-PK"}
#: Fonts by script; an office program replaces them one by one where they are missing.
_READING: Final = {"ascii": "Noto Serif", "eastAsia": "Noto Serif CJK SC", "cs": "Noto Nastaliq Urdu"}
_TABLE: Final = {"ascii": "Noto Sans", "eastAsia": "Noto Sans CJK SC", "cs": "Noto Naskh Arabic"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph style looks; sizes and spaces in points."""

    fonts: Mapping[str, str]
    size: float
    colour: str = INK
    bold: bool = False
    before: float = 0
    after: float = 6
    keep_next: bool = False
    shade: str | None = None


_LOOKS: Final[dict[str, Look]] = {
    "Normal": Look(_READING, 10.5),
    "Title": Look(_READING, 20, bold=True, after=4, keep_next=True),
    "Subtitle": Look(_TABLE, 9.5, QUIET, after=12),
    "Heading 1": Look(_READING, 15, ACCENT, bold=True, before=18, after=6, keep_next=True),
    "Heading 2": Look(_READING, 12, bold=True, before=12, after=4, keep_next=True),
    "Caption": Look(_TABLE, 9.5, bold=True, before=10, after=4, keep_next=True),
    "Lead": Look(_READING, 12, after=10),
    "Note": Look(_TABLE, 9, after=8, shade=TINT),
    "Source": Look(_TABLE, 8, QUIET, before=3, after=10),
    "Table text": Look(_TABLE, 8.5, after=0),
    "Figure": Look(_TABLE, 8, after=0, keep_next=True),
    "Header": Look(_TABLE, 8, QUIET, after=0),
    "Footer": Look(_TABLE, 8, QUIET, after=0),
}


def render_docx(document: Document, svgs: Mapping[int, str]) -> bytes:
    """Return the paper as DOCX.

    Parameters
    ----------
    svgs: the drawn chart of each figure, by its place among ``document.blocks``; stored as PNG.
    """
    paper = docx.Document()
    writer = _Writer(paper, document.language, document.words)
    _set_properties(paper, document)
    _set_page(paper, writer, document)
    writer.add_paragraph("Title", inline(document.title))
    writer.add_paragraph("Subtitle", inline(document.subtitle))
    for place, block in enumerate(document.blocks):
        writer.add_block(block, svgs.get(place))
    stream = BytesIO()
    paper.save(stream)
    return stream.getvalue()


def _set_properties(paper: Any, document: Document) -> None:
    properties = paper.core_properties
    day = datetime(document.day.year, document.day.month, document.day.day, tzinfo=UTC)
    properties.title, properties.author, properties.comments = document.title, "Corridor", ""
    properties.language = _CODES[document.language]
    properties.created = properties.modified = day
    properties.last_modified_by = "Corridor"


def _set_page(paper: Any, writer: "_Writer", document: Document) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(MARGIN_MM)
    section.top_margin = section.bottom_margin = Mm(24)
    section.different_first_page_header_footer = True
    day = format_date(document.day, document.language)
    writer.fill(section.header.paragraphs[0], "Header", inline(f"{document.running}  ·  {day}"))
    for footer in (section.first_page_footer, section.footer):
        words = footer.paragraphs[0]
        writer.fill(words, "Footer", inline(document.source))
        numbers = footer.add_paragraph()
        writer.fill(numbers, "Footer", ())
        _add_field(numbers, "PAGE")
        numbers.add_run(" / ")
        _add_field(numbers, "NUMPAGES")
    if document.direction == "rtl":
        _set_flag(section._sectPr, "w:bidi", True)


def _add_field(paragraph: Any, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


class _Writer:
    """Writes blocks in one language: each paragraph and run carries its direction and language."""

    def __init__(self, paper: Any, language: str, words: Mapping[str, str]) -> None:
        self.paper, self.language, self.words = paper, language, words
        self.rtl = direction(language) == "rtl"
        for name, look in _LOOKS.items():
            _set_style(paper, name, look, self.rtl)

    def add_block(self, block: Block, svg: str | None) -> None:
        match block:
            case Heading():
                self.add_paragraph(f"Heading {block.level}", inline(block.text))
            case Paragraph():
                style = {"body": "Normal", "lead": "Lead", "note": "Note"}[block.role]
                paragraph = self.add_paragraph(style, block.content)
                if block.illustrative:
                    self.add_tag(paragraph)
            case Facts():
                self.add_facts(block)
            case Table():
                self.add_table(block)
            case Figure():
                self.add_figure(block, svg or "")

    def add_paragraph(self, style: str, content: Inline) -> Any:
        paragraph = self.paper.add_paragraph()
        self.fill(paragraph, style, content)
        return paragraph

    def fill(
        self, paragraph: Any, style: str, content: Inline, *, bold: bool = False, size: float = 0
    ) -> None:
        """Write spans into an empty paragraph; one wholly in another language reads in its direction."""
        paragraph.style = self.paper.styles[style]
        languages = {span.language or self.language for span in content}
        rtl = direction(languages.pop()) == "rtl" if len(languages) == 1 else self.rtl
        if rtl != self.rtl:
            _set_flag(paragraph._p.get_or_add_pPr(), "w:bidi", rtl)
        for span in content:
            self._add_run(paragraph, span, bold=bold, size=size)

    def _add_run(self, paragraph: Any, span: Span, *, bold: bool, size: float) -> None:
        language = span.language or self.language
        for text, rtl in _split_directions(span.text, language):
            self._add_piece(paragraph, Span(text, language, span.strong or bold), rtl=rtl, size=size)

    def _add_piece(self, paragraph: Any, span: Span, *, rtl: bool, size: float) -> None:
        run = paragraph.add_run(span.text)
        properties = run._r.get_or_add_rPr()
        if span.strong:
            run.bold = True
            _set_flag(properties, "w:bCs", True)
        if size:
            run.font.size = Pt(size)
            _set_value(properties, "w:szCs", str(int(size * 2)))
        if rtl:
            _set_flag(properties, "w:rtl", True)
        properties.append(_language_element(span.language or self.language))

    def add_tag(self, paragraph: Any) -> None:
        """Write the word ``illustrative`` in its own colour after what stands there."""
        self._add_run(paragraph, Span(f"  [{self.words['illustrative']}]"), bold=False, size=0)
        colour = OxmlElement("w:color")
        colour.set(qn("w:val"), WARM)
        # the schema orders run properties; colour comes before size, direction and language
        paragraph.runs[-1]._r.get_or_add_rPr().insert(0, colour)

    def add_figure(self, figure: Figure, svg: str) -> None:
        caption = self.add_paragraph("Caption", inline(figure.caption))
        if figure.illustrative:
            self.add_tag(caption)
        holder = self.paper.add_paragraph(style=self.paper.styles["Figure"])
        holder.add_run().add_picture(BytesIO(svg_to_png(svg, scale=CHART_SCALE)), width=Mm(TEXT_MM))
        for picture in holder._p.iter(qn("wp:docPr")):
            picture.set("descr", figure.description)
            picture.set("title", figure.caption)
        self.add_paragraph("Source", inline(figure.source))

    def add_facts(self, facts: Facts) -> None:
        table = self._new_table(1, [1.0] * len(facts.items))
        for cell, item in zip(table.rows[0].cells, facts.items, strict=True):
            self.fill(cell.paragraphs[0], "Table text", inline(item.value), bold=True, size=13)
            self.fill(cell.add_paragraph(), "Table text", inline(item.label))
            _set_border(cell, "top", ACCENT, 12)
        self.add_paragraph("Normal", ())

    def add_table(self, content: Table) -> None:
        if content.caption:
            self.add_paragraph("Caption", inline(content.caption))
        table = self._new_table(1 + len(content.rows), [column.width for column in content.columns])
        rows = list(table.rows)
        _set_flag(rows[0]._tr.get_or_add_trPr(), "w:tblHeader", True)
        for cell, column in zip(rows[0].cells, content.columns, strict=True):
            self.fill(cell.paragraphs[0], "Table text", inline(column.title), bold=True)
            self._align(cell.paragraphs[0], column)
            _set_border(cell, "bottom", INK, 8)
        for target, row in zip(rows[1:], content.rows, strict=True):
            self._fill_row(target, row, content)
        if content.whole:
            _keep_together(rows)
        self.add_paragraph("Source", inline(content.source))

    def _fill_row(self, target: Any, row: Row, table: Table) -> None:
        _set_flag(target._tr.get_or_add_trPr(), "w:cantSplit", True)
        for place, (cell, content, column) in enumerate(
            zip(target.cells, row.cells, table.columns, strict=True)
        ):
            paragraph = cell.paragraphs[0]
            self.fill(paragraph, "Table text", content, bold=row.emphasis)
            self._align(paragraph, column)
            if place == table.tag_column and row.illustrative:
                self.add_tag(paragraph)
            if row.emphasis:
                _shade(cell._tc.get_or_add_tcPr(), TINT)
            _set_border(cell, "bottom", LINE, 4)

    def _align(self, paragraph: Any, column: Column) -> None:
        if column.align == "end":
            _set_value(paragraph._p.get_or_add_pPr(), "w:jc", "right")

    def _new_table(self, rows: int, widths: list[float]) -> Any:
        table = self.paper.add_table(rows=rows, cols=len(widths))
        table.autofit = False
        if self.rtl:
            _set_flag(table._tbl.tblPr, "w:bidiVisual", True)
        _set_cell_margins(table._tbl.tblPr)
        total = sum(widths)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(TEXT_MM * width / total)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(TEXT_MM * width / total)
        return table


def _set_style(paper: Any, name: str, look: Look, rtl: bool) -> None:
    styles = paper.styles
    if name in [style.name for style in styles]:
        style = styles[name]
    else:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
    _clear(style.element)
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, False
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(look.before), Pt(look.after)
    style.paragraph_format.keep_with_next = look.keep_next
    style.paragraph_format.widow_control = True
    style.paragraph_format.line_spacing = 1.0 if look.fonts is _TABLE or rtl else 1.2
    properties = style.element.get_or_add_rPr()
    properties.insert(0, _fonts_element(look.fonts))
    _set_flag(properties, "w:bCs", look.bold)
    _set_value(properties, "w:szCs", str(int(look.size * 2)))
    _set_value(properties, "w:color", look.colour)
    paragraph = style.element.get_or_add_pPr()
    if look.shade:
        _shade(paragraph, look.shade)
    if rtl:
        _set_flag(paragraph, "w:bidi", True)


def _split_directions(text: str, language: str) -> list[tuple[str, bool]]:
    """Return the pieces of a text and whether each is set as complex script.

    In Urdu, numbers and Latin words are runs of their own: an office program draws everything in a
    right-to-left run with the complex-script font and, by its settings, with other digits.
    """
    if direction(language) == "ltr":
        return [(text, False)]
    return [(piece, not _LATIN.fullmatch(piece)) for piece in _LATIN.split(text) if piece]


def _clear(style: Any) -> None:
    """Drop what the built-in template says of a style, but for its place in the outline."""
    for tag in ("w:rPr", "w:pPr"):
        for element in style.findall(qn(tag)):
            level = element.find(qn("w:outlineLvl"))
            for child in list(element):
                if child is not level:
                    element.remove(child)


#: Where an element goes among its siblings (ISO/IEC 29500-1, CT_PPr, CT_RPr, CT_TrPr, CT_TblPr, CT_TcPr).
_ORDER: Final = (
    *("w:pStyle", "w:keepNext", "w:keepLines", "w:pageBreakBefore", "w:widowControl", "w:numPr", "w:pBdr"),
    *("w:rStyle", "w:rFonts", "w:b", "w:bCs", "w:i", "w:iCs", "w:color", "w:sz", "w:szCs", "w:u"),
    *("w:cantSplit", "w:tblHeader"),
    *("w:tblStyle", "w:bidiVisual", "w:tblW"),
    *("w:tcW", "w:tcBorders"),
    *("w:shd", "w:tabs", "w:bidi", "w:spacing", "w:ind", "w:jc", "w:tblLayout", "w:tblCellMar", "w:tblLook"),
    *("w:rtl", "w:cs", "w:lang", "w:outlineLvl", "w:rPr", "w:sectPr", "w:docGrid"),
)


def _put(parent: Any, element: Any) -> None:
    """Insert ``element`` where the schema wants it, in place of one of the same name."""
    for old in parent.findall(element.tag):
        parent.remove(old)
    order = {qn(name): place for place, name in enumerate(_ORDER)}
    own = order[element.tag]
    later = [child for child in parent if order.get(child.tag, own) > own]
    if later:
        later[0].addprevious(element)
    else:
        parent.append(element)


def _set_flag(parent: Any, name: str, on: bool) -> None:
    element = OxmlElement(name)
    if not on:
        element.set(qn("w:val"), "0")
    _put(parent, element)


def _set_value(parent: Any, name: str, value: str) -> None:
    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    _put(parent, element)


def _shade(parent: Any, colour: str) -> None:
    element = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        element.set(qn(name), value)
    _put(parent, element)


def _set_border(cell: Any, side: str, colour: str, eighths: int) -> None:
    borders, edge = OxmlElement("w:tcBorders"), OxmlElement(f"w:{side}")
    for name, value in (("w:val", "single"), ("w:sz", str(eighths)), ("w:space", "0"), ("w:color", colour)):
        edge.set(qn(name), value)
    borders.append(edge)
    _put(cell._tc.get_or_add_tcPr(), borders)


def _keep_together(rows: list[Any]) -> None:
    """Keep every row but the last with the next, so that the table stays on one page."""
    for row in rows[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _set_cell_margins(properties: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 40), ("left", 60), ("bottom", 40), ("right", 60)):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(twips))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    _put(properties, margins)


def _fonts_element(fonts: Mapping[str, str]) -> Any:
    element = OxmlElement("w:rFonts")
    for name, font in {**fonts, "hAnsi": fonts["ascii"]}.items():
        element.set(qn(f"w:{name}"), font)
    return element


def _language_element(language: str) -> Any:
    element = OxmlElement("w:lang")
    slot = {"en": "w:val", "zh-Hans": "w:eastAsia", "ur": "w:bidi"}[language]
    element.set(qn(slot), _CODES[language])
    return element
