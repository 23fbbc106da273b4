"""``corridor find compare``: two runs of a pair."""

import sys
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from corridor.data.runs import load_run
from corridor.errors import InputError
from corridor.find.compare import RunComparison, compare_runs
from corridor.find.pair import PairAnalysis
from corridor.find.potential import PotentialOptions
from corridor.find.stored import read_analysis, stored_run
from corridor.locale.labels import LABELS, label
from corridor.reports.compare import (
    caution_sentences,
    change_sentence,
    line_change_sentence,
    option_words,
    run_sentence,
    shortlist_sentence,
)
from corridor_cli.find.opening import open_pair
from corridor_cli.find.options import Exporter, Importer, Output
from corridor_cli.find.printing import source_line
from corridor_cli.frames import check_output, write_frame

#: In the place of a file: the run that the project carries.
STORED = "stored"


def compare(
    exporter: Exporter,
    importer: Importer,
    first: Annotated[
        str, typer.Argument(help="Trade file or dataset, a run's .json file, or 'stored'.")
    ] = STORED,
    second: Annotated[
        str | None, typer.Argument(help="The same for the second run; the first's data by default.")
    ] = None,
    first_year: Annotated[int | None, typer.Option(help="Year of the first; its latest by default.")] = None,
    second_year: Annotated[int | None, typer.Option(help="Year of the second.")] = None,
    first_options: Annotated[
        str,
        typer.Option(
            "--first-options", "--first", help="Of the potential, such as trade_balance=off,ease=projected."
        ),
    ] = "",
    second_options: Annotated[
        str, typer.Option("--second-options", "--second", help="The same for the second.")
    ] = "",
    top: Annotated[int, typer.Option(min=0, help="Products to print.")] = 12,
    output: Output = None,
) -> None:
    """Say what changed from one run of EXPORTER to IMPORTER to another: terms that sum exactly."""
    check_output(output)
    one = _open(exporter, importer, first, first_year, first_options)
    other = _open(exporter, importer, second or first, second_year, second_options)
    comparison = compare_runs(one, other)
    print_comparison(comparison, top)
    for name, run in (("First", one), ("Second", other)):
        missing = run.coverage.missing_importers
        unknown = f" Imports unknown: {', '.join(missing)}." if missing else ""
        print(f"{name}: {source_line(run.source)} {run.coverage.destination_markets} markets.{unknown}")
    if output:
        sources = {"first_source": pl.lit(one.source.title), "second_source": pl.lit(other.source.title)}
        illustrative = pl.lit(one.source.illustrative or other.source.illustrative)
        write_frame(comparison.lines.with_columns(illustrative=illustrative, **sources), output)


def _open(exporter: str, importer: str, what: str, year: int | None, options: str) -> PairAnalysis:
    if what.endswith(".json"):
        if year is not None or options:
            raise InputError(
                f"year or options of the run {what!r}", rule="a run has its own, from when it was computed"
            )
        return read_analysis(load_run(Path(what)))
    if what == STORED:
        if year is not None or options:
            raise InputError(
                "year or options of the stored run",
                rule="the run the project carries was computed with the defaults",
                fix="Maybe name a trade file or dataset instead",
            )
        return stored_run(exporter, importer)
    return open_pair(exporter, importer, what, year, read_options(options))


def read_options(text: str) -> PotentialOptions:
    """Return options from text such as ``trade_balance=off,ease=projected``.

    Raises
    ------
    InputError: an option that there is not, or a value that it does not take.
    """
    known = PotentialOptions.__dataclass_fields__
    given: dict[str, object] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _equals, value = part.partition("=")
        if name not in known:
            raise InputError(f"option {name!r}", rule=f"one of {', '.join(known)}")
        given[name] = _read_value(name, value, getattr(PotentialOptions(), name))
    return PotentialOptions(**given)  # type: ignore[arg-type]


def _read_value(name: str, text: str, default: object) -> object:
    truths = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}
    try:
        if isinstance(default, bool):
            return truths[text.lower()]
        if isinstance(default, int):
            return int(text)
        return float(text) if isinstance(default, float) else text
    except (KeyError, ValueError) as error:
        kind = "on or off" if isinstance(default, bool) else "a number"
        raise InputError(f"option {name} is {text!r}", rule=kind) from error


def print_comparison(comparison: RunComparison, top: int) -> None:
    """Print both runs, the options that differ, the terms and the products that changed most."""
    print(f"{comparison.exporter} -> {comparison.importer}")
    print(f"First run:  {run_sentence(comparison.first, 'en')}")
    print(f"Second run: {run_sentence(comparison.second, 'en')}")
    for name, (before, after) in comparison.options.items():
        words = label(name, "en") if name in LABELS else name
        print(f"{words}: {option_words(before, 'en')} -> {option_words(after, 'en')}")
    print(change_sentence(comparison, "en"))
    print(f"{'term':36} {'unrealised':>14} {'potential':>14}   (million USD)")
    for row in comparison.terms.filter(
        pl.any_horizontal(pl.col("potential_usd", "unrealised_usd") != 0)
    ).to_dicts():
        print(
            f"{label(row['term'], 'en'):36} {row['unrealised_usd'] / 1e6:14,.3f} {row['potential_usd'] / 1e6:14,.3f}"
        )
    totals = [comparison.change(measure) / 1e6 for measure in ("unrealised", "potential")]
    print(f"{'difference':36} {totals[0]:14,.3f} {totals[1]:14,.3f}")
    print(shortlist_sentence(comparison, "en"))
    for row in comparison.lines.head(top).to_dicts():
        print(f"  {row['product']} {(row['description'] or '')[:48]:48} {line_change_sentence(row, 'en')}")
    for sentence in caution_sentences(comparison, "en"):
        print(sentence, file=sys.stderr)
