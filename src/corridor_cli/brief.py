"""``corridor brief``: one paper on a pair, in three languages, as HTML, PDF and DOCX."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from corridor.data.sources import TradeSource, open_trade
from corridor.data.store import default_store
from corridor.errors import InputError, MissingFontError
from corridor.flow import (
    FlowOptions,
    FlowResult,
    TargetWish,
    compose_flow,
    find_dataset,
    known_target,
    read_products,
)
from corridor.reports.brief import build_brief
from corridor.reports.files import prepare_folder
from corridor.reports.render import check_formats, write_document
from corridor.vocabulary import LANGUAGES
from corridor_cli.say import show


def command(
    exporter: Annotated[str, typer.Argument(help="Economy code of who sells, such as PAK.")],
    importer: Annotated[str, typer.Argument(help="Economy code of who buys, such as CHN.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the papers; made where missing.")],
    trade: Annotated[
        str | None,
        typer.Option(
            help="Trade file or dataset; by default a dataset that covers the pair, else the stored run."
        ),
    ] = None,
    year: Annotated[int | None, typer.Option(help="Year of the trade; the latest by default.")] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="en, zh-Hans or ur, may be repeated; all by default.")
    ] = None,
    formats: Annotated[str, typer.Option(help="html, pdf, docx, separated by commas.")] = "html,pdf,docx",
    real_only: Annotated[
        bool, typer.Option("--real-only", help="Leave out every section without real records.")
    ] = False,
    target_usd: Annotated[
        float | None,
        typer.Option(help="Target of yearly exports, such as 50e9; the published one by default."),
    ] = None,
    target_years: Annotated[int, typer.Option(min=1, max=200, help="Years from today to --target-usd.")] = 10,
    target_source: Annotated[str, typer.Option(help="Who named --target-usd.")] = "",
    budget_usd: Annotated[
        float | None, typer.Option(help="Budget of the roadmap; half of what all projects cost by default.")
    ] = None,
    discount_rate: Annotated[float, typer.Option(help="A year, 0.08 = 8 %.")] = 0.08,
    seed: Annotated[int, typer.Option(min=0, help="Of generated records and of each solver call.")] = 7,
    time_limit: Annotated[float, typer.Option(help="Seconds for each solver call.")] = 5.0,
    as_of: Annotated[
        str | None, typer.Option(help="Date of the paper, YYYY-MM-DD; today by default.")
    ] = None,
) -> None:
    """Write one paper on a pair: where it pays, who could do it, a visit, a roadmap, the gap to a target."""
    wanted = check_formats([name.strip() for name in formats.split(",") if name.strip()])
    languages = check_languages(language or LANGUAGES)
    options = FlowOptions(
        as_of=read_day(as_of),
        seed=seed,
        time_limit_s=time_limit,
        real_only=real_only,
        budget_usd=budget_usd,
        discount_rate=discount_rate,
        target=choose_target(exporter, importer, target_usd, target_years, target_source),
    )
    prepare_folder(out)
    source, products = choose_trade(exporter, importer, trade, year)
    result = compose_flow(exporter, importer, options, trade=source, products=products, progress=show)
    write_papers(result, out, languages, wanted)


def check_languages(languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages asked for, each once, in the order of the vocabulary.

    Raises
    ------
    InputError: one is not available.
    """
    for name in languages:
        if name not in LANGUAGES:
            raise InputError(f"language {name!r} is not available", rule=f"one of {', '.join(LANGUAGES)}")
    return tuple(name for name in LANGUAGES if name in languages)


def read_day(text: str | None) -> date:
    """Return the date of the paper.

    Raises
    ------
    InputError: it is no date.
    """
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"--as-of {text!r} is no date", rule="year, month and day, such as 2026-11-23"
        ) from error


def choose_target(
    exporter: str, importer: str, usd: float | None, years: int, source: str
) -> TargetWish | None:
    """Return the target given, else the published one of the pair.

    Raises
    ------
    InputError: a target without the name of who set it.
    """
    if usd is None:
        return known_target(exporter, importer)
    if not source:
        raise InputError(
            f"--target-usd {usd:g} has no source", rule="a target names who set it: --target-source"
        )
    return TargetWish(usd, years, source)


def choose_trade(
    exporter: str, importer: str, trade: str | None, year: int | None
) -> tuple[TradeSource | None, pl.DataFrame | None]:
    """Return the trade to use and the names of its products; None means the run the project carries."""
    store = default_store()
    name = trade or find_dataset(exporter, importer, store)
    if name is None:
        if year is not None:
            raise InputError(
                f"--year {year} without trade data",
                rule="the run the project carries has one year",
                fix="Maybe give --trade FILE_OR_DATASET",
            )
        return None, None
    source = open_trade(name, store, year=year, progress=show)
    return source, read_products(name, store) if name in store.names() else None


def write_papers(result: FlowResult, out: Path, languages: Sequence[str], formats: Sequence[str]) -> None:
    """Write the paper in each language and name the files.

    Raises
    ------
    MissingFontError: a PDF was refused; every other file has been written.
    """
    stem = f"brief-{result.analysis.exporter}-{result.analysis.importer}"
    refused: list[MissingFontError] = []
    for name in languages:
        try:
            for path in write_document(build_brief(result, name), out, stem, formats):
                print(path)
        except MissingFontError as error:
            refused.append(error)
    if refused:
        raise refused[0] if len(refused) == 1 else MissingFontError(" ".join(map(str, refused)))
