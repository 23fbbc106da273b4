"""A paper as data: what it says, in which language, before anyone decides how it looks.

A document is built once a language and drawn by three renderers (``html``, ``pdf``, ``docx``). A text
is a sequence of spans, so that an English product name inside an Urdu sentence keeps its language and
direction. Whatever rests on generated records carries ``illustrative``; the renderers say so in words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from corridor.charts import Spec
from corridor.locale import direction


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text; ``language`` None is the document's own."""

    text: str
    language: str | None = None
    strong: bool = False


Inline = tuple[Span, ...]
#: A column with this share of a table's width has room for a tag.
TAG_SHARE: Final = 0.12
Align = Literal["start", "end"]


def inline(*parts: str | Span) -> Inline:
    """Return texts and spans as one run of spans."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


def plain(content: Inline) -> str:
    """Return the text of ``content`` without its markup."""
    return "".join(span.text for span in content)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (a section) or 2; ``anchor`` names it in links."""

    text: str
    anchor: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: ``lead`` is the one-paragraph answer, ``note`` a remark such as a source or caution.

    illustrative: what it says rests on generated records.
    """

    content: Inline
    role: Literal["body", "lead", "note"] = "body"
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One key figure with what it counts."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A band of key figures, at most five."""

    items: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` is its share of the table's width, relative to the others."""

    title: str
    width: float
    align: Align = "start"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``emphasis`` marks totals and the line that must not be overlooked."""

    cells: tuple[Inline, ...]
    illustrative: bool = False
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption and the source line under it; ``whole`` keeps it on one page."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    source: str = ""
    whole: bool = False

    @property
    def tag_column(self) -> int:
        """Return the place of the first column of text with room for the word ``illustrative``."""
        total = sum(column.width for column in self.columns)
        roomy = (
            place
            for place, column in enumerate(self.columns)
            if column.align == "start" and column.width / total >= TAG_SHARE
        )
        return next(roomy, 0)


@dataclass(frozen=True)
class Figure:
    """A chart: a Vega-Lite specification, its caption, and a sentence for who cannot see it."""

    spec: Spec = field(repr=False)
    caption: str
    description: str
    source: str = ""
    illustrative: bool = False


Block = Heading | Paragraph | Facts | Table | Figure


@dataclass(frozen=True)
class Document:
    """One paper in one language.

    subtitle: under the title. running: the short line at the head of each page. source: the line at
    its foot. words: the renderers' own words (``page``, ``illustrative``) in the language.
    """

    language: str
    title: str
    subtitle: str
    running: str
    source: str
    day: date
    blocks: tuple[Block, ...]
    words: Mapping[str, str]

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``."""
        return direction(self.language)


def figure(spec: Spec, *, source: str = "", illustrative: bool = False) -> Figure:
    """Return a chart as a figure: its title becomes the caption, set by the renderer."""
    untitled = {key: part for key, part in spec.items() if key != "title"}
    caption = str(spec["title"]).strip("\u2067\u2069")
    return Figure(untitled, caption, str(spec["description"]), source, illustrative)


def iterate_spans(document: Document) -> Iterator[Span]:
    """Yield every text of a document that is set in type, charts included."""
    own = [document.title, document.subtitle, document.running, document.source, *document.words.values()]
    yield from map(Span, own)
    for block in document.blocks:
        yield from _block_spans(block)


def _block_spans(block: Block) -> Iterator[Span]:
    match block:
        case Heading(text=text):
            yield Span(text)
        case Paragraph(content=content):
            yield from content
        case Facts(items=items):
            for item in items:
                yield from (Span(item.value), Span(item.label))
        case Table():
            yield from map(Span, [block.caption, block.source, *(column.title for column in block.columns)])
            for row in block.rows:
                for cell in row.cells:
                    yield from cell
        case Figure():
            yield from map(Span, [block.caption, block.source, *_texts(block.spec)])


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        yield from _nested(part.values())
    elif isinstance(part, list):
        yield from _nested(part)


def _nested(parts: Iterable[object]) -> Iterator[str]:
    for part in parts:
        yield from _texts(part)
