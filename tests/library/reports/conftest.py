"""A small paper with everything a renderer must handle: scripts, directions, spite, illustration."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from corridor.charts import suppliers_bar
from corridor.reports.document import (
    Column,
    Document,
    Fact,
    Facts,
    Heading,
    Paragraph,
    Row,
    Span,
    Table,
    figure,
    inline,
)
from corridor.tables import SUPPLIERS

SPITE = '</td><script>alert(1)</script> #import "@preview/x:1.0.0": * $x$ *bold* {{ 7*7 }} \\u0000 &amp;'
TITLES = {"en": "Pakistan and China", "zh-Hans": "巴基斯坦与中国", "ur": "پاکستان اور چین"}

MakePaper = Callable[[str], Document]


@pytest.fixture
def spite() -> str:
    return SPITE


@pytest.fixture
def make_paper() -> MakePaper:
    return build_paper


def build_paper(language: str) -> Document:
    suppliers = pl.DataFrame(
        {"importer": ["XAB"], "supplier": ["XAA"], "value_usd": [2e9], "share": [0.5], "rank": [1]},
        schema={name: column.dtype for name, column in SUPPLIERS.columns.items()},
    )
    chart = suppliers_bar(suppliers, highlight="XAA", names={"XAA": TITLES[language]}, language=language)
    rows = [
        Row((inline(Span("Cotton yarn", "en")), inline("24.8")), illustrative=True),
        Row((inline(SPITE), inline("1")), emphasis=True),
        *[Row((inline(f"{TITLES[language]} {number}"), inline("0"))) for number in range(60)],
    ]
    return Document(
        language=language,
        title=TITLES[language],
        subtitle="2024",
        running=TITLES[language],
        source="Source 2024",
        day=date(2026, 3, 2),
        blocks=(
            Facts((Fact("2.84", TITLES[language]), Fact("1 %", "b"))),
            Heading(TITLES[language], "first"),
            Paragraph(inline(TITLES[language], " 2.84 ", Span("HS 520811", "en", strong=True)), "lead"),
            Heading("Two", "second", 2),
            Paragraph(inline(SPITE)),
            Paragraph(inline("24 of 30"), illustrative=True),
            figure(chart, source="Source", illustrative=True),
            Table("Lines", (Column("Product", 3), Column("Amount", 1, "end")), tuple(rows), "Source"),
            Paragraph(inline("Note"), "note"),
        ),
        words={"illustrative": "illustrative"},
    )
