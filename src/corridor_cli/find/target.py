"""``corridor find target``."""

from typing import Annotated

import typer

from corridor.errors import InputError
from corridor.find.potential import PotentialOptions
from corridor.find.target import TargetDecomposition, decompose_target
from corridor.locale.labels import label
from corridor_cli.find.opening import open_pair
from corridor_cli.find.options import Exporter, Importer, Output, Trade, Year
from corridor_cli.find.printing import add_provenance, billions, print_coverage
from corridor_cli.frames import check_output, write_frame


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
        write_frame(add_provenance(result.lines, analysis.source), output)


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
