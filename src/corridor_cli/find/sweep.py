"""``corridor find sweep`` and ``diversify``: all markets at once; products not yet exported."""

import os
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from corridor.data.runs import describe_source
from corridor.errors import InputError
from corridor.find.diversification import rank_diversification
from corridor.find.inputs import check_nomenclature
from corridor.find.potential import PotentialOptions
from corridor.find.sweep import Sweep, sweep_potential
from corridor.locale.labels import label
from corridor_cli.find import options as given
from corridor_cli.find.opening import name_lines, open_further, open_trade_window
from corridor_cli.find.options import Exporter, Importer, Output, Year
from corridor_cli.find.printing import add_provenance, billions, print_margins, source_line
from corridor_cli.frames import check_output, write_frame
from corridor_cli.say import show

NeededTrade = Annotated[str, typer.Option("--trade", help="Trade file or dataset.")]
Markets = Annotated[Path | None, typer.Option(help="Write the sums by exporter and market to such a file.")]
Products = Annotated[Path | None, typer.Option(help="Write the sums by exporter and product to such a file.")]
Totals = Annotated[Path | None, typer.Option(help="Write the sums by exporter to such a file.")]


def sweep(
    exporters: Annotated[
        list[str] | None, typer.Argument(help="Economy codes of who sells; all where none is named.")
    ] = None,
    *,
    trade: NeededTrade,
    year: Year = None,
    top: Annotated[int, typer.Option(min=0, help="Cells kept for each exporter.")] = 200,
    output: Output = None,
    markets_output: Markets = None,
    products_output: Products = None,
    totals_output: Totals = None,
    window: given.Window = 1,
    growth: given.Growth = None,
    distances: given.Distances = None,
    tariffs: given.Tariffs = None,
    elasticities: given.Elasticities = None,
    elasticity: given.Elasticity = None,
) -> None:
    """Compute the export potential of exporters in every market for every product.

    --output holds the cells with the largest unrealised potential; the others hold sums by exporter and
    market, by exporter and product, and by exporter.
    """
    for path in (output, markets_output, products_output, totals_output):
        check_output(path)
    options = PotentialOptions(window=window, elasticity=elasticity)
    inputs = open_further(growth, distances, tariffs, elasticities)
    laid_out, opened = open_trade_window(trade, year, window)
    source = describe_source(opened)
    check_nomenclature(inputs.sources if inputs else (), source.nomenclature)
    result = sweep_potential(
        laid_out,
        exporters=exporters or None,
        options=options,
        inputs=inputs,
        top=top,
        workers=os.cpu_count() or 1,
        progress=show,
    )
    _print_sweep(result)
    print(source_line(source))
    for path, table in (
        (output, name_lines(result.lines, trade, source)),
        (markets_output, result.markets),
        (products_output, name_lines(result.products, trade, source)),
        (totals_output, result.totals),
    ):
        if path:
            write_frame(add_provenance(table, source), path)


def _print_sweep(result: Sweep) -> None:
    from rich.console import Console
    from rich.table import Table

    totals = result.totals.sort(["unrealised_usd", "exporter"], descending=[True, False])
    table = Table("exporter", "now", "potential", "unrealised", "cells above zero")
    for row in totals.head(20).iter_rows(named=True):
        table.add_row(
            row["exporter"],
            *[f"{row[name] / 1e9:,.2f}" for name in ("current_usd", "potential_usd", "unrealised_usd")],
            f"{row['lines']:,}",
        )
    table.caption = "billion USD, over all markets in the data"
    Console(width=100).print(table)
    if totals.height == 1:
        _print_markets(result.markets)
    years = f"year{'s' if len(result.years) > 1 else ''} {', '.join(map(str, result.years))}"
    exporters = f"{totals.height} exporter{'s' if totals.height > 1 else ''}"
    print(f"{exporters}, {result.cells:,} cells, {years}.")
    if result.markets_left_out:
        print(f"Imports unknown, so no markets: {', '.join(result.markets_left_out)}.")
    if result.terms_off:
        print(f"Switched off: {', '.join(label(code, 'en').lower() for code in result.terms_off)}.")


def _print_markets(markets: pl.DataFrame) -> None:
    for row in markets.head(10).iter_rows(named=True):
        print(
            f"{row['rank']:>3} {row['importer']}: {billions(row['current_usd'])} now, "
            f"{billions(row['unrealised_usd'])} unrealised in {row['lines']} products, ease {row['ease']:.2f}"
        )


def diversify(
    exporter: Exporter,
    importer: Importer,
    *,
    trade: NeededTrade,
    year: Year = None,
    top: Annotated[int, typer.Option(min=1, help="Products to print.")] = 20,
    output: Output = None,
    window: given.Window = 1,
) -> None:
    """Rank products that EXPORTER does not export competitively yet for IMPORTER, by closeness and demand."""
    check_output(output)
    if exporter == importer:
        raise InputError(f"exporter and importer are both {exporter!r}", rule="two different economies")
    laid_out, opened = open_trade_window(trade, year, window)
    source = describe_source(opened)
    options = PotentialOptions(window=window)
    margins = laid_out.margins([importer])
    ranked = rank_diversification(margins, exporter, importer, options=options)
    table = name_lines(ranked, trade, source)
    for row in table.head(top).iter_rows(named=True):
        print(
            f"{row['rank']:>4} {row['product']} {(row['description'] or '')[:44]:44} score {row['score']:.3f}"
            f"  density {row['density']:.2f}  {importer} buys {billions(row['partner_imports_usd'])}"
        )
    print(f"{table.height} products. The score orders products of one market; it is no amount of money.")
    print_margins(margins, opened)
    if output:
        write_frame(add_provenance(table, source), output)
