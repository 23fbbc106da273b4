"""``corridor find``: where cooperation pays."""

import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import polars as pl
import typer

from corridor.data.runs import Attribution, describe_source
from corridor.data.sources import open_trade
from corridor.data.store import default_store
from corridor.errors import BadRowsError, InputError, RowError
from corridor.find.complexity import CONVENTIONS, ComplexityResult, compute_complexity
from corridor.find.pair import PairAnalysis, analyse_pair, describe_lines
from corridor.find.potential import PotentialOptions
from corridor.find.stored import read_names, stored_run
from corridor.find.target import TargetDecomposition, decompose_target
from corridor.locale.labels import label

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Where does cooperation pay?")

WRITERS: Final = (".csv", ".parquet", ".json")
Exporter = Annotated[str, typer.Argument(help="Economy code of who sells, such as PAK.")]
Importer = Annotated[str, typer.Argument(help="Economy code of who buys, such as CHN.")]
Trade = Annotated[
    str | None,
    typer.Option("--trade", help="Trade file or dataset; without it the run the project carries."),
]
Year = Annotated[int | None, typer.Option(help="Year of the data; the latest by default.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write all lines to a .csv, .parquet or .json file.")
]
Unknown = Annotated[
    str,
    typer.Option(help="Trade balance of economies without import data: impute, one or range."),
]
Ease = Annotated[str, typer.Option(help="Ease from static or projected shares.")]
Balance = Annotated[bool, typer.Option(help="Use the trade-balance term.")]


@app.command()
def potential(
    exporter: Exporter,
    importer: Importer,
    trade: Trade = None,
    year: Year = None,
    top: Annotated[int, typer.Option(min=1, help="Lines to print.")] = 20,
    output: Output = None,
    unknown_trade_balance: Unknown = "impute",
    ease: Ease = "static",
    trade_balance: Balance = True,
) -> None:
    """Rank what EXPORTER could sell to IMPORTER by unrealised export potential."""
    check_output(output)
    options = PotentialOptions(
        trade_balance=trade_balance,
        unknown_trade_balance=unknown_trade_balance,  # type: ignore[arg-type]
        ease=ease,  # type: ignore[arg-type]
    )
    analysis = open_pair(exporter, importer, trade, year, options)
    print_summary(analysis)
    print_lines(analysis, top)
    print_coverage(analysis)
    if output:
        write_table(add_provenance(analysis.opportunities, analysis.source), output)


@app.command()
def shortlist(
    exporter: Exporter,
    importer: Importer,
    trade: Trade = None,
    year: Year = None,
    share: Annotated[float, typer.Option(help="Share of the unrealised potential to carry, 0 to 1.")] = 0.8,
    output: Output = None,
) -> None:
    """List the fewest products that carry 80 % of the unrealised potential."""
    check_output(output)
    if trade is None and share != 0.8:
        raise InputError(
            f"share {share} without trade data",
            rule="the run the project carries has its shortlist at 0.8",
            fix="Maybe give --trade FILE_OR_DATASET",
        )
    analysis = open_pair(exporter, importer, trade, year, PotentialOptions(carried_share=share))
    chosen = analysis.shortlist
    print_summary(analysis)
    print_lines(analysis, chosen.lines)
    print_coverage(analysis)
    if output:
        write_table(add_provenance(analysis.opportunities.filter("shortlisted"), analysis.source), output)


@app.command()
def target(
    exporter: Exporter,
    importer: Importer,
    target_usd: Annotated[float, typer.Argument(help="Exports a year to be reached, in USD, such as 50e9.")],
    years: Annotated[float, typer.Option(help="Years from today to the target.")],
    trade: Trade = None,
    year: Year = None,
    base_usd: Annotated[
        float | None, typer.Option(help="Exports today in USD; those of the data by default.")
    ] = None,
    base_source: Annotated[str, typer.Option(help="Who counted --base-usd.")] = "",
    output: Output = None,
) -> None:
    """Decompose a target of exports: what is there, what has potential, what has no source."""
    check_output(output)
    if base_usd is not None and not base_source:
        raise InputError(
            f"--base-usd {base_usd:g} has no source", rule="a base names who counted it: --base-source"
        )
    analysis = open_pair(exporter, importer, trade, year, PotentialOptions())
    result = decompose_target(
        target_usd,
        base_usd=analysis.totals.current_usd if base_usd is None else base_usd,
        years=years,
        base_source=base_source or analysis.source.title,
        unrealised_usd=analysis.totals.unrealised_usd,
        market_usd=analysis.totals.importer_imports_usd,
    )
    print_target(result)
    print_coverage(analysis)
    if output:
        write_table(add_provenance(result.lines, analysis.source), output)


@app.command()
def complexity(
    input_file: Annotated[Path, typer.Option("--input", help="A .csv or .parquet file with a header.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv, .parquet or .json file.")],
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
    write_table(table, output)
    print(f"{table.height} rows, convention {convention}, written to {output}")


def open_pair(
    exporter: str, importer: str, trade: str | None, year: int | None, options: PotentialOptions
) -> PairAnalysis:
    """Analyse a pair from trade data, or read the run the project carries."""
    if trade is None:
        if options != PotentialOptions() or year is not None:
            raise InputError(
                "options of the computation without trade data",
                rule="the run the project carries was computed with the defaults",
                fix="Maybe give --trade FILE_OR_DATASET",
            )
        return stored_run(exporter, importer)
    source = open_trade(trade, year=year, progress=show)
    analysis = analyse_pair(
        source.frame,
        exporter,
        importer,
        options=options,
        products=read_products(trade),
        source=describe_source(source),
        progress=show,
    )
    if analysis.coverage.absent_products is None and not source.illustrative:
        unnamed = analysis.opportunities.drop("description")
        return replace(analysis, opportunities=describe_lines(unnamed, read_names()))
    return analysis


def read_products(trade: str) -> pl.DataFrame | None:
    """Return the nomenclature stored with a dataset, None where there is none or ``trade`` is a file."""
    store = default_store()
    if trade not in store.names() or "products" not in store.info(trade).tables:
        return None
    return store.scan(trade, "products").collect()


def show(share: float, message: str) -> None:
    """Show progress on a terminal's error stream; say nothing in a pipe."""
    if sys.stderr.isatty():
        end = "\n" if share >= 1 else ""
        print(f"\r\033[K{share:4.0%} {message}", end=end, file=sys.stderr, flush=True)


def print_summary(analysis: PairAnalysis) -> None:
    """Print the totals and the 80/20 sentence with its denominator."""
    from corridor.reports.sentences import nothing_sentence

    totals, chosen = analysis.totals, analysis.shortlist
    rank = totals.exporter_rank_as_supplier
    print(f"{analysis.exporter} -> {analysis.importer}, {analysis.year}")
    print(
        f"{analysis.importer} imports {billions(totals.importer_imports_usd)}; {analysis.exporter} supplies "
        f"{billions(totals.current_usd)} ({totals.import_share:.2%}, {'no supplier' if rank is None else f'supplier {rank}'})"
    )
    if nothing := nothing_sentence(analysis, "en"):
        print(nothing)
        return
    print(
        f"Export potential {billions(totals.potential_usd)}, unrealised {billions(totals.unrealised_usd)}; "
        f"{chosen.lines} products of {chosen.positive_lines} with unrealised potential carry "
        f"{chosen.share_carried:.1%} of it"
    )
    unrealised = analysis.variants["unrealised_usd"].to_list()
    print(
        f"Over {len(unrealised)} conventions the unrealised potential lies between "
        f"{billions(min(unrealised))} and {billions(max(unrealised))}"
    )


def print_lines(analysis: PairAnalysis, count: int) -> None:
    """Print the first lines as a table."""
    if not analysis.opportunities.height:
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("rank", "product", "name", "now", "partner buys", "potential", "unrealised", "firm", "why")
    for row in analysis.top(count):
        name = (row["description"] or "")[:40]
        money = [
            f"{row[key] / 1e6:,.1f}"
            for key in ("current_usd", "partner_imports_usd", "potential_usd", "unrealised_usd")
        ]
        why = "; ".join(label(code, "en") for code in row["reasons"][:2])
        table.add_row(str(row["rank"]), row["product"], name, *money, f"{row['firmness']:.0%}", why)
    table.caption = "million USD"
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def print_coverage(analysis: PairAnalysis) -> None:
    """Print what the figures leave out, and where they come from."""
    coverage = analysis.coverage
    print(f"Coverage: {coverage.destination_markets} destination markets, {coverage.products} products.")
    if coverage.missing_importers:
        print(
            f"Imports unknown: {', '.join(coverage.missing_importers)}; they supply "
            f"{coverage.imputed_import_share:.1%} of {analysis.importer}'s imports."
        )
    if coverage.absent_products:
        print(f"{len(coverage.absent_products)} codes of the nomenclature have no trade in the data.")
    print(f"Switched off: {', '.join(label(code, 'en').lower() for code in coverage.terms_off)}.")
    print(source_line(analysis.source))
    if analysis.rounded_digits:
        print(f"Stored figures, rounded to {analysis.rounded_digits} significant digits.")


def source_line(source: Attribution) -> str:
    """Return the attribution in one line."""
    parts = [part.rstrip(".") for part in (source.title, source.publisher, source.licence) if part]
    mark = "ILLUSTRATIVE, generated data. " if source.illustrative else ""
    return f"{mark}Source: {'; '.join(parts)}."


def print_target(result: TargetDecomposition) -> None:
    """Print the lines of a target and the growth it asks for."""
    for row in result.lines.to_dicts():
        share = row["value_usd"] / result.target_usd
        print(f"{label(row['line'], 'en'):24} {billions(row['value_usd']):>16} {share:7.1%}")
    print(f"{'Target':24} {billions(result.target_usd):>16}")
    if result.required_growth is not None:
        print(f"Needs {result.required_growth:.1%} a year for {result.years:g} years.")
    if result.market_share is not None and result.market_share_today is not None:
        print(
            f"Share of today's imports: {result.market_share_today:.3%} now, {result.market_share:.2%} at the target."
        )
    print(f"Base: {billions(result.base_usd)}, {result.base_source.rstrip('.')}.")


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


def billions(amount: float) -> str:
    """Return USD in billions with three digits."""
    return f"{amount / 1e9:,.3f} bn USD"


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


def check_output(path: Path | None) -> None:
    """Refuse a file that could not be written, before anything is computed."""
    if path is None:
        return
    if path.suffix not in WRITERS:
        raise InputError(f"output '{path.name}' is of another kind", rule=f"one of {', '.join(WRITERS)}")
    if not path.parent.is_dir():
        raise InputError(f"folder '{path.parent}' is not there", rule="--output names a file in a folder")


def add_provenance(table: pl.DataFrame, source: Attribution) -> pl.DataFrame:
    """Return a table whose rows say whether they are generated, and from which data they come."""
    return table.with_columns(illustrative=pl.lit(source.illustrative), source=pl.lit(source.title))


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Write a table by the suffix of ``path``, complete or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    partial = Path(name)
    try:
        if path.suffix == ".csv":
            table.write_csv(partial)
        elif path.suffix == ".parquet":
            table.write_parquet(partial)
        else:
            partial.write_text(json.dumps(table.to_dicts(), ensure_ascii=False), encoding="utf-8")
        partial.chmod(0o644)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
