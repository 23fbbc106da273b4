"""``corridor find complexity``: any table of exports, a supplied matrix, or a dataset of trade."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from corridor.data.runs import Attribution, describe_source
from corridor.data.sources import TradeSource, open_trade
from corridor.errors import BadRowsError, InputError, RowError
from corridor.find.complexity import (
    CONVENTIONS,
    METHODS,
    ComplexityResult,
    compute_complexity,
    compute_specialisation,
    compute_years,
    join_scores,
    melt_matrix,
)
from corridor.find.filters import AtlasFilters
from corridor.find.rca import NEUTRAL
from corridor.locale.labels import label
from corridor_cli.find.options import Year
from corridor_cli.find.printing import add_provenance, source_line
from corridor_cli.frames import check_output, write_frame
from corridor_cli.say import show

KEYS = {"economy": "economy", "product": "product", "value": "value"}


@dataclass(frozen=True, slots=True)
class _Input:
    """A table with columns economy, product, value (or m), a year where years are apart, and their names."""

    table: pl.DataFrame
    names: Mapping[str, str]
    source: Attribution | None = None


def complexity(
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv, .xlsx, .parquet or .json file.")],
    input_file: Annotated[
        Path | None, typer.Option("--input", help="A .csv or .parquet file with a header.")
    ] = None,
    country_column: Annotated[str | None, typer.Option(help="Column of economies.")] = None,
    product_column: Annotated[str | None, typer.Option(help="Column of products.")] = None,
    value_column: Annotated[
        str | None, typer.Option(help="Column of export values; with --matrix of 0 and 1.")
    ] = None,
    year_column: Annotated[
        str | None, typer.Option(help="Column of years, each computed by itself; else all rows are summed.")
    ] = None,
    trade: Annotated[
        str | None,
        typer.Option("--trade", help="Trade file or dataset, in the place of --input and its columns."),
    ] = None,
    year: Year = None,
    every_year: Annotated[
        bool, typer.Option("--every-year", help="Of --trade: all its years, each by itself.")
    ] = False,
    digits: Annotated[
        int | None, typer.Option(help="Sum products by this many digits of their code, such as 4.")
    ] = None,
    convention: Annotated[str, typer.Option(help=f"One of {', '.join(CONVENTIONS)}.")] = "stata",
    rca: Annotated[str, typer.Option(help=f"Measure of advantage: {', '.join(NEUTRAL)}.")] = "balassa",
    threshold: Annotated[
        float | None, typer.Option(help="Of the measure of advantage; its neutral value by default.")
    ] = None,
    population: Annotated[
        Path | None, typer.Option(help="File with columns economy, population, for --rca population.")
    ] = None,
    matrix: Annotated[
        bool,
        typer.Option(
            "--matrix",
            help="Values are 0 and 1; without a product column: a row an economy, a column a product.",
        ),
    ] = False,
    method: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(METHODS)}; the convention's by default.")
    ] = None,
    reflections: Annotated[int | None, typer.Option(help="Score by this even number of reflections.")] = None,
    filters: Annotated[
        str | None, typer.Option(help="atlas: leave out what the Atlas of Economic Complexity leaves out.")
    ] = None,
    reliable: Annotated[
        str, typer.Option(help="With --filters: codes of the economies to keep, with commas between.")
    ] = "",
    neighbours: Annotated[
        int | None, typer.Option(help="Also write the nearest products of each, beside the output.")
    ] = None,
    precision: Annotated[
        str, typer.Option(help="double, or single: faster, to about five digits.")
    ] = "double",
    largest_block: Annotated[
        bool, typer.Option("--largest-block", help="Score the largest of disconnected blocks.")
    ] = False,
) -> None:
    """Compute ECI, PCI, density, COI and COG of any table of exports, as one long table."""
    check_output(output)
    options: dict[str, Any] = {
        "convention": convention,
        "method": "reflections" if reflections is not None else method,
        "steps": reflections,
        "disconnected": "largest" if largest_block else "refuse",
        "precision": precision,
    }
    if matrix:
        _refuse_with_matrix(trade, filters, rca, threshold)
    else:
        options |= {"rca": rca, "threshold": threshold, "filters": _choose_filters(filters, reliable)}
        options["population"] = None if population is None else _read_population(population)
    if trade is not None:
        asked = _read_trade(trade, year, every_year)
    else:
        asked = _read_input(input_file, (country_column, product_column, value_column), year_column, matrix)
    table = asked.table if digits is None else _cut_codes(asked.table, digits)
    compute = compute_specialisation if matrix else compute_complexity
    if "year" in table.columns:
        results = compute_years(table, compute, **options)
    else:
        results = {None: compute(table, **options)}
    _write_tables(results, asked, output, neighbours)
    if asked.source is not None:
        print(source_line(asked.source))


def _write_tables(
    results: Mapping[Any, ComplexityResult], asked: _Input, output: Path, neighbours: int | None
) -> None:
    parts, nearest = [], []
    for year, result in results.items():
        print_state(result, year)
        parts.append(_mark_year(join_scores(result), year))
        if neighbours is not None:
            nearest.append(_mark_year(result.neighbours(neighbours), year))
    table = _rename_back(pl.concat(parts), asked)
    _write(table, asked, output)
    first = next(iter(results.values()))
    print(f"{table.height} rows, convention {first.convention}, {first.method}, written to {output}")
    if nearest:
        beside = output.with_name(f"{output.stem}.neighbours{output.suffix}")
        near = pl.concat(nearest)
        _write(near, asked, beside)
        print(f"{near.height} rows of nearest products written to {beside}")


def _rename_back(table: pl.DataFrame, asked: _Input) -> pl.DataFrame:
    """Give the input's columns their own names again; a supplied matrix has no value and no advantage."""
    if "m" in asked.table.columns:
        table = table.drop("value", "rca")
    names = {name: word for name, word in asked.names.items() if name in table.columns}
    if clash := sorted(set(names.values()) & (set(table.columns) - set(names))):
        raise InputError(
            f"the input's column '{clash[0]}' is also the name of a result",
            rule=f"results are {', '.join(name for name in table.columns if name not in names)}",
            fix="Maybe rename the column in the file",
        )
    return table.rename(names)


def _write(table: pl.DataFrame, asked: _Input, output: Path) -> None:
    write_frame(table if asked.source is None else add_provenance(table, asked.source), output)


def _mark_year(table: pl.DataFrame, year: Any) -> pl.DataFrame:
    return table if year is None else table.select(pl.lit(year).alias("year"), *table.columns)


def print_state(result: ComplexityResult, year: Any = None) -> None:
    """Say on the error stream what has no score, what filters took out, and how an iteration stood."""
    where = "" if year is None else f"{year}: "
    for what, codes in (
        ("economies", result.left_out_economies),
        ("products", result.left_out_products),
    ):
        if codes:
            shown = ", ".join(codes[:10]) + (" ..." if len(codes) > 10 else "")
            print(f"{where}{len(codes)} {what} without score (left empty): {shown}", file=sys.stderr)
    for reason, count in result.filtered.group_by("reason", maintain_order=True).len().iter_rows():
        print(f"{where}filtered: {count} ({label(reason, 'en').lower()})", file=sys.stderr)
    if state := result.convergence:
        reached = "converged" if state.converged else "not converged"
        print(
            f"{where}{state.method}: {reached} after {state.steps} steps, last change {state.change:.2g}, "
            f"order unchanged for {state.settled}"
            + (f", fitness of {state.vanishing} economies tends to zero" if state.vanishing else ""),
            file=sys.stderr,
        )


def _choose_filters(name: str | None, reliable: str) -> AtlasFilters | None:
    if name is None:
        return None
    if name != "atlas":
        raise InputError(f"filters {name!r} are not known", rule="--filters atlas, or none")
    codes = tuple(code.strip() for code in reliable.split(",") if code.strip())
    if not codes:
        print("--reliable names no economy: all are kept (the Atlas keeps about 123)", file=sys.stderr)
    return AtlasFilters(economies=codes or None)


def _refuse_with_matrix(trade: str | None, filters: str | None, rca: str, threshold: float | None) -> None:
    given = {
        "--trade": trade is not None,
        "--filters": filters is not None,
        "--rca": rca != "balassa",
        "--threshold": threshold is not None,
    }
    if any(given.values()):
        raise InputError(
            f"--matrix with {', '.join(name for name, used in given.items() if used)}",
            rule="a matrix of 0 and 1 is what a measure and a threshold would give",
            fix="Maybe leave out one of them",
        )


def _read_trade(trade: str, year: int | None, every_year: bool) -> _Input:
    source = open_trade(trade, year=year, progress=show)
    sources = [source]
    if every_year:
        sources = [source if each == source.year else open_trade(trade, year=each) for each in source.years]
    table = pl.concat([_sum_exports(each) for each in sources])
    for each in sources:
        coverage = each.coverage
        print(f"{each.label}: {coverage.destination_markets} destination markets.")
        if coverage.missing_importers:
            print(f"Imports unknown, so exports leave them out: {', '.join(coverage.missing_importers)}.")
    return _Input(table if every_year else table.drop("year"), KEYS, describe_source(source))


def _sum_exports(source: TradeSource) -> pl.DataFrame:
    flows = source.frame.filter(pl.col("exporter") != pl.col("importer"))
    grouped = flows.group_by(economy="exporter", product="product").agg(value=pl.col("value_usd").sum())
    return grouped.with_columns(year=pl.lit(source.year)).collect(engine="streaming")


def _cut_codes(table: pl.DataFrame, digits: int) -> pl.DataFrame:
    if digits < 1 or "value" not in table.columns:
        raise InputError(f"--digits {digits}", rule="at least one digit, and values that can be summed")
    return table.with_columns(pl.col("product").cast(pl.String).str.head(digits))


def _read_population(path: Path) -> pl.DataFrame:
    return read_columns(path, {"economy": "economy", "population": "population"}, "population")


def _read_input(
    path: Path | None, columns: tuple[str | None, str | None, str | None], year: str | None, matrix: bool
) -> _Input:
    country, product, value = columns
    years = {"year": year} if year else {}
    if path is None or country is None:
        raise InputError(
            "no table was named", rule="--input FILE with --country-column …, or --trade DATASET"
        )
    if matrix and product is None and value is None:
        wide = read_table(path)
        _refuse_missing(path, wide, [country, *years.values()])
        if years:
            raise InputError("a wide matrix with a year column", rule="years are apart in a long table only")
        return _Input(melt_matrix(wide, economy=country), {"economy": country})
    if product is None or value is None:
        raise InputError(
            "no column of products or of values was named",
            rule="--country-column, --product-column and --value-column",
        )
    keys = {"economy": country, "product": product, "value": value} | years
    table = read_exports(path, keys)
    return _Input(table.rename({"value": "m"}) if matrix else table, keys)


def read_table(path: Path) -> pl.DataFrame:
    """Read a CSV (every cell as text, so that leading zeros stay) or Parquet file.

    Raises
    ------
    InputError: no such file, another kind of file, or one that cannot be read.
    """
    if not path.is_file():
        raise InputError(f"file '{path}' is not there", rule="--input names a .csv or .parquet file")
    if path.suffix not in (".csv", ".parquet"):
        raise InputError(f"file '{path.name}' is of another kind", rule="a .csv or .parquet file")
    try:
        return pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"file '{path.name}' cannot be read ({error})") from error


def read_exports(path: Path, keys: Mapping[str, str]) -> pl.DataFrame:
    """Read the columns ``keys`` of a CSV or Parquet file, ``value`` as a number.

    Raises
    ------
    as ``read_columns``.
    """
    return read_columns(path, keys, "value")


def read_columns(path: Path, keys: Mapping[str, str], number: str) -> pl.DataFrame:
    """Read the columns ``keys`` of a CSV or Parquet file under their own names, ``number`` as a number.

    Raises
    ------
    InputError: no such file, another kind of file, or a column is missing. BadRowsError: values that
    are no numbers, each named by row.
    """
    table = read_table(path)
    _refuse_missing(path, table, list(keys.values()))
    rows = table.select(**{name: pl.col(column) for name, column in keys.items()})
    parsed = rows.with_columns(pl.col(number).cast(pl.Float64, strict=False))
    bad = rows[number].is_null() | parsed[number].is_null() | ~parsed[number].is_finite()
    if bad.any():
        errors = [
            RowError(path.name, position + 2, keys[number], str(rows[number][position]), "a finite number")
            for position in bad.arg_true().head(5)
        ]
        raise BadRowsError(errors, total=int(bad.sum()))
    return parsed


def _refuse_missing(path: Path, table: pl.DataFrame, columns: list[str]) -> None:
    for column in columns:
        if column not in table.columns:
            raise InputError(
                f"file '{path.name}' has no column '{column}'",
                rule=f"its columns are {', '.join(table.columns)}",
            )
