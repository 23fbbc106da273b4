"""``corridor find potential`` and ``shortlist``."""

from typing import Annotated

import typer

from corridor.errors import InputError
from corridor.find.potential import PotentialOptions
from corridor_cli.find.opening import open_pair
from corridor_cli.find.options import Balance, Ease, Exporter, Importer, Output, Trade, Unknown, Year
from corridor_cli.find.printing import add_provenance, print_coverage, print_lines, print_summary
from corridor_cli.frames import check_output, write_frame


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
        write_frame(add_provenance(analysis.opportunities, analysis.source), output)


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
        write_frame(add_provenance(analysis.opportunities.filter("shortlisted"), analysis.source), output)
