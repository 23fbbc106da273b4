"""A document as one self-contained HTML file: no script, charts as SVG, nothing from another host."""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from corridor import __version__
from corridor.reports.document import Block, Document, Facts, Figure, Heading, Inline, Paragraph, Table

FOLDER: Final = Path(__file__).parent / "templates"


def render_html(document: Document, svgs: Mapping[int, str]) -> bytes:
    """Return the paper as HTML in UTF-8.

    Parameters
    ----------
    svgs: the drawn chart of each figure, by its place among ``document.blocks``.
    """
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    page = environment.get_template("brief.html.jinja").render(
        paper=document,
        version=__version__,
        # our own style sheet, not a user's text
        styles=Markup((FOLDER / "brief.css").read_text(encoding="utf-8")),  # noqa: S704
        blocks=[_describe_block(block, svgs.get(place, "")) for place, block in enumerate(document.blocks)],
    )
    return page.encode("utf-8")


def _describe_block(block: Block, svg: str) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "anchor": block.anchor, "text": block.text}
        case Paragraph():
            return {
                "kind": "paragraph",
                "role": block.role,
                "content": block.content,
                "illustrative": block.illustrative,
            }
        case Facts():
            return {"kind": "facts", "items_": block.items}
        case Table():
            return {"kind": "table", **_describe_table(block)}
        case Figure():
            return {
                "kind": "figure",
                "caption": block.caption,
                "description": block.description,
                "source": block.source,
                "illustrative": block.illustrative,
                # as an image its identifiers cannot clash with those of another chart
                "uri": "data:image/svg+xml;base64," + b64encode(svg.encode("utf-8")).decode("ascii"),
            }


def _describe_table(table: Table) -> dict[str, Any]:
    total = sum(column.width for column in table.columns)
    return {
        "caption": table.caption,
        "source": table.source,
        "tag_column": table.tag_column,
        "columns": [
            {
                "title": column.title,
                "align": column.align,
                "percent": f"{100 * column.width / total:.2f}",
            }
            for column in table.columns
        ],
        "rows": [
            {
                "illustrative": row.illustrative,
                "emphasis": row.emphasis,
                "cells": [{"content": cell, "foreign": foreign_language(cell)} for cell in row.cells],
            }
            for row in table.rows
        ],
    }


def foreign_language(content: Inline) -> str | None:
    """Return the one language of ``content`` where every span names it, else None."""
    languages = {span.language for span in content}
    return languages.pop() if len(languages) == 1 else None
