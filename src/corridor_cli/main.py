"""The command ``corridor``: one sub-command a stage, each in its own module, loaded when it is called.

A sub-command is a module of this package that exposes either ``app`` (a ``typer.Typer``, for a command
with sub-commands) or ``command`` (a function). Nothing is imported before it is needed: ``corridor
--help`` lists the modules that are there from the table below.

Exit codes: 0 done, 1 a failure that was explained in one message, 2 wrong usage.
"""

import errno
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from corridor import __version__
from corridor.errors import BadRowsError, CorridorError

#: What ``corridor --help`` says of each sub-command, in the order of the flow.
SUMMARIES: Final = {
    "brief": "Write one paper on a pair: where it pays, who, when, which projects, what came of it.",
    "find": "Where does cooperation pay? Ranked opportunities and the shortlist.",
    "match": "Who could do it together? Two-sided matches with reasons.",
    "meet": "When, where and with whom? A schedule with its bound.",
    "plan": "Which projects, in what order, at what cost? Appraisal, portfolio, roadmap.",
    "deliver": "Did it happen? Agreements, evidence, results.",
    "data": "Datasets: fetch, import, bridge, list, verify, remove.",
    "serve": "Run the platform on this machine.",
    "worker": "Work through the background jobs.",
    "db": "The platform's database: migrate, back up, restore.",
}


class LazyGroup(TyperGroup):
    """A group whose sub-commands are modules, imported when one is run."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the sub-commands whose module is installed."""
        return [name for name in SUMMARIES if find_spec(f"corridor_cli.{name}")]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a name with its summary, enough for a listing, without importing the module."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return TyperCommand(name=cmd_name, help=SUMMARIES[cmd_name])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import the module of the sub-command that was asked for."""
        self.commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name and command else command, rest

    def invoke(self, ctx: Any) -> Any:
        """Run the sub-command; a failure the user can mend becomes one message and exit code 1."""
        try:
            return super().invoke(ctx)
        except CorridorError as error:
            raise _explain(explain_error(error)) from error
        except KeyboardInterrupt as stop:
            raise _explain("Stopped; nothing was written.") from stop
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            raise _explain(explain_os_error(error)) from error


def load_command(name: str) -> Any:
    """Import ``corridor_cli.<name>`` and return its command."""
    module = import_module(f"corridor_cli.{name}")
    if hasattr(module, "app"):
        group = typer.main.get_group(module.app)
        group.name = name
        return group
    single = typer.Typer(add_completion=False)
    single.command(name)(module.command)
    return typer.main.get_command(single)


def explain_error(error: CorridorError) -> str:
    """Say what went wrong; bad rows stand one below the other."""
    if not isinstance(error, BadRowsError):
        return str(error)
    more = error.total - len({(row.file, row.row) for row in error.errors})
    lines = [f"{error.total:,} bad rows; nothing was kept.", *map(str, error.errors)]
    if more > 0:
        lines.append(f"… and {more:,} more rows")
    return "\n".join([*lines, error.fix] if error.fix else lines)


def explain_os_error(error: OSError) -> str:
    """Say in one sentence what the operating system refused."""
    where = f": {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"The disk is full{where}. Nothing was kept; free some space and run it again."
    return f"{error.strerror or error}{where}."


def _explain(message: str) -> typer.Exit:
    print(message, file=sys.stderr)
    return typer.Exit(1)


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"corridor {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_print_version, is_eager=True
    ),
) -> None:
    """Corridor: two economies' technology cooperation, from evidence to results."""


def run() -> None:
    """Run the command line; the entry point of the installed script."""
    app(prog_name="corridor")
