"""``corridor find complexity``: any table of exports."""

import sys
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from corridor.errors import BadRowsError, InputError, RowError
from corridor.find.complexity import CONVENTIONS, ComplexityResult, compute_complexity
from corridor_cli.frames import check_output, write_frame


def complexity(
    input_file: Annotated[Path, typer.Option("--input", help="A .csv or .parquet file with a header.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv, .xlsx, .parquet or .json file.")],
    country_column: Annotated[str, typer.Option(help="Column of economies.")],
    product_column: Annotated[str, typer.Option(help="Column of products.")],
    value_column: Annotated[str, typer.Option(help="Column of export values.")],
    year_column: Annotated[
        str | None, typer.Option(help="Column of years, each computed by itself; else all rows are summed.")
    ] = None,
    convention: Annotated[str, typer.Option(help=f"One of {', '.join(CONVENTIONS)}.")] = "stata",
    threshold: Annotated[float, typer.Option(help="Of the revealed comparative advantage.")] = 1.0,
    largest_block: Annotated[
        bool, typer.Option("--largest-block", help="Score the largest of disconnected blocks.")
    ] = False,
) -> None:
    """Compute ECI, PCI, density, COI and COG of any table of exports, as one long table."""
    check_output(output)
    keys = {"economy": country_column, "product": product_column, "value": value_column}
    exports = read_exports(input_file, keys | ({"year": year_column} if year_column else {}))
    groups = exports.partition_by("year", as_dict=True) if year_column else {(): exports}
    parts = []
    for group in sorted(groups):
        result = compute_complexity(
            groups[group],
            convention=convention,
            threshold=threshold,
            disconnected="largest" if largest_block else "refuse",
        )
        print_left_out(result, *group)
        part = join_scores(result)
        parts.append(part.select(pl.lit(group[0]).alias("year"), *part.columns) if group else part)
    table = pl.concat(parts).rename(keys | ({"year": year_column} if year_column else {}))
    write_frame(table, output)
    print(f"{table.height} rows, convention {convention}, written to {output}")


def print_left_out(result: ComplexityResult, *group: Any) -> None:
    """Say on the error stream what has no score."""
    where = f"{group[0]}: " if group else ""
    for what, codes in (
        ("economies", result.left_out_economies),
        ("products", result.left_out_products),
    ):
        if codes:
            shown = ", ".join(codes[:10]) + (" ..." if len(codes) > 10 else "")
            print(f"{where}{len(codes)} {what} without score (left empty): {shown}", file=sys.stderr)


def join_scores(result: ComplexityResult) -> pl.DataFrame:
    """Return the long table with the scores of economies and products beside each cell."""
    return result.table.join(result.economies, on="economy", maintain_order="left").join(
        result.products, on="product", maintain_order="left"
    )


def read_exports(path: Path, keys: dict[str, str]) -> pl.DataFrame:
    """Read the columns ``keys`` of a CSV or Parquet file; codes as text, so that leading zeros stay.

    Raises
    ------
    InputError: no such file, another kind of file, or a column is missing. BadRowsError: values that
    are no numbers, each named by row.
    """
    if not path.is_file():
        raise InputError(f"file '{path}' is not there", rule="--input names a .csv or .parquet file")
    if path.suffix not in (".csv", ".parquet"):
        raise InputError(f"file '{path.name}' is of another kind", rule="a .csv or .parquet file")
    try:
        table = pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"file '{path.name}' cannot be read ({error})") from error
    for column in keys.values():
        if column not in table.columns:
            raise InputError(
                f"file '{path.name}' has no column '{column}'",
                rule=f"its columns are {', '.join(table.columns)}",
            )
    rows = table.select(**{name: pl.col(column) for name, column in keys.items()})
    parsed = rows.with_columns(pl.col("value").cast(pl.Float64, strict=False))
    bad = rows["value"].is_null() | parsed["value"].is_null() | ~parsed["value"].is_finite()
    if bad.any():
        errors = [
            RowError(path.name, position + 2, keys["value"], str(rows["value"][position]), "a finite number")
            for position in bad.arg_true().head(5)
        ]
        raise BadRowsError(errors, total=int(bad.sum()))
    return parsed
