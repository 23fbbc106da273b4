"""``corridor find potential``."""

from typing import Annotated

import typer

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
