"""A document as PDF, set by Typst.

The template is ours; the document reaches it as JSON in ``sys.inputs`` and is only ever shown, never
read as markup. No package is loaded, nothing is downloaded. Fonts are embedded as subsets.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst

from corridor.charts.render import found_fonts
from corridor.errors import CorridorError
from corridor.locale import format_date
from corridor.reports.document import (
    Block,
    Document,
    Facts,
    Figure,
    Heading,
    Inline,
    Paragraph,
    Table,
)
from corridor.reports.fonts import FACES, check_glyphs

TEMPLATE: Final = Path(__file__).parent / "templates" / "brief.typ"


def render_pdf(document: Document, svgs: Mapping[int, str]) -> bytes:
    """Return the paper as PDF.

    Parameters
    ----------
    svgs: the drawn chart of each figure, by its place among ``document.blocks``.

    Raises
    ------
    MissingFontError: a letter that no font on this machine has.
    """
    check_glyphs(document)
    paper = json.dumps(describe_document(document, svgs), ensure_ascii=False)
    day = document.day
    try:
        pdf = typst.compile(
            str(TEMPLATE),
            format="pdf",
            root=str(TEMPLATE.parent),
            font_paths=found_fonts(),
            sys_inputs={"paper": paper},
            timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise CorridorError(f"Typst could not set the paper ({error})") from error
    return bytes(pdf)


def describe_document(document: Document, svgs: Mapping[int, str]) -> dict[str, Any]:
    """Return a document as the JSON that the template reads."""
    day = document.day
    return {
        "language": document.language,
        "direction": document.direction,
        "title": document.title,
        "subtitle": document.subtitle,
        "running": document.running,
        "source": document.source,
        "day": [day.year, day.month, day.day],
        "day-words": format_date(day, document.language),
        "words": dict(document.words),
        "faces": {language: asdict(faces) for language, faces in FACES.items()},
        "blocks": [_describe_block(block, svgs.get(place)) for place, block in enumerate(document.blocks)],
    }


def _describe_block(block: Block, svg: str | None) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", **asdict(block)}
        case Paragraph():
            return {
                "kind": "paragraph",
                "role": block.role,
                "content": _describe_spans(block.content),
                "illustrative": block.illustrative,
            }
        case Facts():
            return {"kind": "facts", **asdict(block)}
        case Table():
            return {"kind": "table", **_describe_table(block)}
        case Figure():
            return {
                "kind": "figure",
                "svg": svg,
                "caption": block.caption,
                "description": block.description,
                "source": block.source,
                "illustrative": block.illustrative,
            }


def _describe_table(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "source": table.source,
        "whole": table.whole,
        "tag-column": table.tag_column,
        "columns": [asdict(column) for column in table.columns],
        "rows": [
            {
                "cells": [_describe_spans(cell) for cell in row.cells],
                "illustrative": row.illustrative,
                "emphasis": row.emphasis,
            }
            for row in table.rows
        ],
    }


def _describe_spans(content: Inline) -> Sequence[Mapping[str, Any]]:
    return [
        {"text": span.text, "strong": span.strong} | ({"language": span.language} if span.language else {})
        for span in content
    ]
