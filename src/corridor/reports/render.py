"""From a document to its files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from corridor.charts import render_svg
from corridor.errors import InputError, MissingFontError
from corridor.reports.document import Document, Figure
from corridor.reports.docx import render_docx
from corridor.reports.files import prepare_folder, write_file
from corridor.reports.html import render_html
from corridor.reports.pdf import render_pdf

#: In the order in which they are written: what may be refused for a missing font comes last.
FORMATS: Final = ("html", "docx", "pdf")
_RENDERERS: Final = {"html": render_html, "docx": render_docx, "pdf": render_pdf}


def check_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """Return the formats in writing order, each once.

    Raises
    ------
    InputError: one is not known, or there is none.
    """
    for name in formats:
        if name not in FORMATS:
            raise InputError(f"format {name!r} is not available", rule=f"one of {', '.join(FORMATS)}")
    if not formats:
        raise InputError("no format was asked for", rule=f"one or more of {', '.join(FORMATS)}")
    return tuple(name for name in FORMATS if name in formats)


def draw_figures(document: Document) -> dict[int, str]:
    """Return each figure of a document as SVG, by its place among the blocks."""
    return {
        place: render_svg(block.spec)
        for place, block in enumerate(document.blocks)
        if isinstance(block, Figure)
    }


def write_document(
    document: Document, folder: Path, stem: str, formats: Sequence[str] = FORMATS
) -> list[Path]:
    """Write ``STEM.LANGUAGE.FORMAT`` for each format and return the paths.

    Raises
    ------
    MissingFontError: the PDF was refused; the other formats are written.
    StorageError: the folder or the disk refused.
    """
    wanted = check_formats(formats)
    prepare_folder(folder)
    svgs = draw_figures(document)
    written: list[Path] = []
    for name in wanted:
        path = folder / f"{stem}.{document.language}.{name}"
        try:
            written.append(write_file(path, _RENDERERS[name](document, svgs)))
        except MissingFontError as error:
            kept = ", ".join(str(path) for path in written)
            raise MissingFontError(
                f"'{path}' was not written: {error.problem}",
                rule=error.rule,
                fix=f"{error.fix}. Written: {kept}" if kept else error.fix,
            ) from error
    return written
