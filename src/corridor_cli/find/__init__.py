"""``corridor find``: where cooperation pays. One module a command or a few that belong together."""

import typer

from corridor_cli.find.areas import areas
from corridor_cli.find.choose import shortlist
from corridor_cli.find.compare import compare
from corridor_cli.find.complexity import complexity
from corridor_cli.find.gravity import gravity
from corridor_cli.find.market import market
from corridor_cli.find.potential import potential
from corridor_cli.find.supply import supply
from corridor_cli.find.sweep import diversify, sweep
from corridor_cli.find.target import target

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Where does cooperation pay?")
for command in (
    areas,
    potential,
    shortlist,
    sweep,
    diversify,
    complexity,
    market,
    supply,
    gravity,
    target,
    compare,
):
    app.command()(command)
