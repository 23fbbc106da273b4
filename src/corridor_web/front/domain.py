"""Making a brief: the papers of one brief appear together or not at all."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Final

from django.utils import timezone

from corridor.data.store import storage_errors
from corridor.errors import InputError, MissingFontError
from corridor.flow import FlowOptions, FlowResult, compose_flow, known_target
from corridor.locale.catalogue import gettext_noop
from corridor.reports.brief import build_brief
from corridor.reports.document import Document
from corridor.reports.docx import render_docx
from corridor.reports.files import write_file
from corridor.reports.html import render_html
from corridor.reports.pdf import render_pdf
from corridor.reports.render import check_formats, draw_figures
from corridor_web.accounts.models import User
from corridor_web.find.domain import open_dataset
from corridor_web.front.queries import KEPT, Figures, briefs_folder, list_figures

Progress = Callable[[float, str], None]
SEED: Final = 7
TIME_LIMIT_S: Final = 5.0
PARTIAL: Final = ".partial-"


@dataclass(frozen=True)
class BriefWish:
    """What a brief is asked to be; ``figures`` is the code of ``queries.Figures``."""

    figures: str
    language: str
    formats: tuple[str, ...]
    real_only: bool


def make_brief(
    key: str, wish: BriefWish, user: User | None, *, progress: Progress
) -> MissingFontError | None:
    """Compose the five stages, write the papers into ``briefs/KEY``, and sweep those that are too old.

    Returns why there is no PDF, where a letter has no font on this machine; then there is always the
    HTML.

    Raises
    ------
    InputError: the figures are no longer there for ``user``, or their dataset is not.
    DatasetDamagedError: the dataset is not as written. StorageError: the disk refuses.
    """
    formats = check_formats(wish.formats)
    figures = _find_figures(wish.figures, user)
    result = _compose(figures, wish.real_only, lambda share, message: progress(0.8 * share, message))
    paper = build_brief(result, wish.language)
    progress(0.85, gettext_noop("Drawing the papers"))
    contents, refused = _render(paper, formats)
    progress(1.0, gettext_noop("Storing the papers"))
    stem = f"brief-{figures.exporter}-{figures.importer}.{wish.language}"
    _store(key, {f"{stem}.{name}": content for name, content in contents.items()})
    sweep_briefs()
    return refused


def _find_figures(code: str, user: User | None) -> Figures:
    found = next((one for one in list_figures(user) if one.code == code), None)
    if found is None:
        raise InputError("the run that the brief was to rest on is no longer there", fix="Choose another one")
    return found


def _compose(figures: Figures, real_only: bool, progress: Progress) -> FlowResult:
    pair = figures.exporter, figures.importer
    options = FlowOptions(
        as_of=timezone.localdate(),
        seed=SEED,
        time_limit_s=TIME_LIMIT_S,
        real_only=real_only,
        target=known_target(*pair),
    )
    progress(0.0, gettext_noop("Opening the data"))
    run = figures.run
    trade, products = (None, None) if run is None else open_dataset(run.dataset, run.year)
    return compose_flow(*pair, options, trade=trade, products=products, progress=progress)


def _render(paper: Document, formats: tuple[str, ...]) -> tuple[dict[str, bytes], MissingFontError | None]:
    """Return the papers by format; without a PDF for want of a font the HTML stands in."""
    svgs = draw_figures(paper)
    contents: dict[str, bytes] = {}
    refused = None
    if "pdf" in formats:
        try:
            contents["pdf"] = render_pdf(paper, svgs)
        except MissingFontError as error:
            refused = error
    if "html" in formats or refused:
        contents["html"] = render_html(paper, svgs)
    if "docx" in formats:
        contents["docx"] = render_docx(paper, svgs)
    return contents, refused


def _store(key: str, contents: dict[str, bytes]) -> None:
    folder = briefs_folder() / key
    partial = briefs_folder() / f"{PARTIAL}{key}"
    with storage_errors(folder):
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        try:
            for name, content in contents.items():
                write_file(partial / name, content)
            shutil.rmtree(folder, ignore_errors=True)
            partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def sweep_briefs() -> None:
    """Remove the papers that are older than they are kept."""
    oldest = time() - KEPT.total_seconds()
    for folder in briefs_folder().iterdir():
        if _written(folder) < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _written(folder: Path) -> float:
    """Return when a folder was written; one that another worker has just swept counts as new."""
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return time()
