"""``corridor find areas``: areas of cooperation compared on evidence."""

import sys
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from corridor.data.areas import load_areas, merge_areas, read_areas
from corridor.data.runs import describe_source
from corridor.data.sources import open_trade
from corridor.errors import InputError
from corridor.find.area_scores import NORMALISATIONS, AreaOptions
from corridor.find.areas import EQUAL_WEIGHTS, AreaComparison, compare_areas
from corridor.find.goods import PairGoods, analyse_goods, read_goods
from corridor.find.stored import list_stored_pairs, stored_run
from corridor.tables import AREA_EVIDENCE
from corridor.vocabulary import AREA_CRITERIA
from corridor_cli.find.opening import read_products, read_table
from corridor_cli.find.options import Output, Trade, Year
from corridor_cli.find.printing import add_provenance, source_line
from corridor_cli.frames import check_output, write_frame
from corridor_cli.say import show


def areas(
    home: Annotated[str, typer.Argument(help="Economy code of whose exports and needs count, such as PAK.")],
    partner: Annotated[str, typer.Argument(help="Economy code of the partner, such as CHN.")],
    trade: Trade = None,
    year: Year = None,
    weights: Annotated[
        str, typer.Option(help="Of the criteria: strength=1,need=1,effect=2,readiness=1. Equal by default.")
    ] = "",
    evidence: Annotated[
        str | None,
        typer.Option(help="Further indicators: a file or dataset of kind area-evidence."),
    ] = None,
    own_areas: Annotated[
        Path | None,
        typer.Option(
            "--areas", help="Your own map of areas to HS codes (.json or a table); adds or replaces."
        ),
    ] = None,
    normalisation: Annotated[str, typer.Option(help=f"One of {', '.join(NORMALISATIONS)}.")] = "ratio",
    share: Annotated[float, typer.Option(help="Share of the score that the set carries.")] = 0.8,
    least_evidence: Annotated[
        float, typer.Option(help="Share of the weight with evidence from which an area is compared.")
    ] = 0.5,
    noise: Annotated[float, typer.Option(help="How far a figure may be off, one standard deviation.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Of the draws.")] = 1,
    output: Output = None,
    indicators: Annotated[
        Path | None, typer.Option(help="Write all evidence to a .csv, .xlsx, .parquet or .json file.")
    ] = None,
) -> None:
    """Compare areas of cooperation and find the few that carry 80 % of the score."""
    check_output(output)
    check_output(indicators)
    options = AreaOptions(
        read_weights(weights),
        normalisation=normalisation,  # type: ignore[arg-type]
        carried_share=share,
        least_evidence=least_evidence,
        noise=noise,
        seed=seed,
    )
    maps = load_areas() if own_areas is None else merge_areas(load_areas(), read_areas(own_areas))
    imported = None if evidence is None else read_evidence(evidence)
    goods = open_goods(home, partner, trade, year)
    comparison = compare_areas(goods, areas=maps, imported=imported, options=options)
    print_areas(comparison)
    if output:
        write_frame(add_provenance(name_rows(comparison), goods.source), output)
    if indicators:
        write_frame(
            comparison.indicators.with_columns(illustrative=pl.lit(goods.source.illustrative)), indicators
        )


def read_weights(text: str) -> dict[str, float]:
    """Read ``strength=1,need=2``; a criterion that is not named weighs 0, no text is equal weights.

    Raises
    ------
    InputError: not of that form, or no number.
    """
    if not text.strip():
        return dict(EQUAL_WEIGHTS)
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        if name in weights:
            raise InputError(f"the weight of {name!r} is given twice", rule="each criterion once")
        try:
            weights[name] = float(number)
        except ValueError:
            raise InputError(
                f"{part.strip()!r} is no weight",
                rule=f"NAME=NUMBER, separated by commas; names are {', '.join(AREA_CRITERIA)}",
                fix="Maybe --weights strength=1,need=1,effect=1,readiness=1",
            ) from None
    return weights


def read_evidence(file_or_dataset: str) -> pl.DataFrame:
    """Return imported indicators (``AREA_EVIDENCE``) from a dataset of the store, or a file checked cell by cell.

    Raises
    ------
    DatasetNotFoundError: no such dataset. BadRowsError, InputError: a file with faults, a dataset of another kind.
    """
    table = read_table(file_or_dataset, AREA_EVIDENCE)
    for column, allowed in (("criterion", AREA_CRITERIA), ("better", ("higher", "lower"))):
        other = table.filter(~pl.col(column).is_in(allowed))
        if other.height:
            raise InputError(
                f"'{file_or_dataset}' holds the {column} {other[column][0]!r}",
                rule=f"one of {', '.join(allowed)}",
            )
    return table


def open_goods(home: str, partner: str, trade: str | None, year: int | None) -> PairGoods:
    """Return the goods of a pair from trade data, or from the runs that the project carries."""
    if trade is None:
        if year is not None:
            raise InputError("a year without trade data", rule="--year goes with --trade")
        other = stored_run(partner, home) if (partner, home) in list_stored_pairs() else None
        return read_goods(stored_run(home, partner), other)
    source = open_trade(trade, year=year, progress=show)
    return read_goods(
        analyse_goods(
            source.frame,
            home,
            partner,
            products=read_products(trade),
            source=describe_source(source),
            progress=show,
        )
    )


def name_rows(comparison: AreaComparison) -> pl.DataFrame:
    """Return the areas with their English names and reasons."""
    from corridor.reports.areas import area_sentence, name_area

    rows = comparison.areas.to_dicts()
    return comparison.areas.with_columns(
        name=pl.Series([name_area(row["area"], "en", comparison.maps) for row in rows], dtype=pl.String),
        reason=pl.Series([area_sentence(row, comparison, "en") for row in rows], dtype=pl.String),
    )


def print_areas(comparison: AreaComparison) -> None:
    """Print the ranked areas with reasons, then what the comparison leaves out, and its source."""
    from rich.console import Console
    from rich.table import Table

    from corridor.reports.areas import limit_sentences, set_sentence, spread_sentences

    goods = comparison.goods
    print(f"{goods.home} with {goods.partner}, {goods.year}")
    print(" ".join([set_sentence(comparison, "en"), *spread_sentences(comparison, "en")]))
    table = Table("rank", "area", "score", "of", "firm", "strength", "need", "effect", "ready", "why")
    for row in name_rows(comparison).to_dicts():
        numbers = [_two(row[name]) for name in AREA_CRITERIA]
        table.add_row(
            f"{row['rank']}{'*' if row['chosen'] else ''}" if row["comparable"] else "-",
            row["name"],
            _two(row["score"]),
            f"{row['completeness']:.0%}",
            "" if row["firmness"] is None else f"{row['firmness']:.0%}",
            *numbers,
            row["reason"],
        )
    table.caption = "* in the set; 'of': share of the weight with evidence"
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    for sentence in limit_sentences(comparison, "en"):
        print(sentence)
    coverage = goods.coverage
    print(f"Coverage: {coverage.destination_markets} destination markets, {coverage.products} products.")
    if coverage.missing_importers:
        print(f"Imports unknown: {', '.join(coverage.missing_importers)}.")
    print(source_line(goods.source))
    if goods.rounded_digits:
        print(f"Stored figures, rounded to {goods.rounded_digits} significant digits.")


def _two(value: float | None) -> str:
    return "missing" if value is None else f"{value:.2f}"
