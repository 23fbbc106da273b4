"""What several sub-commands print: the outcome of a solver call, progress."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from corridor.solvers.outcome import Outcome
from corridor.solvers.watch import Progress


def say_outcome(outcome: Outcome) -> str:
    """Return objective, bound and gap in one line."""
    if outcome.objective is None:
        return outcome.status
    objective = f"{outcome.objective:,.10g}"
    if outcome.status == "optimal":
        return f"{objective} (proven best)"
    if outcome.bound is None:
        return f"{objective} (no bound)"
    gap = outcome.gap
    told = "" if gap is None or gap > 10 else f", gap {gap:.3%}"
    return f"{objective} (bound {outcome.bound:,.10g}{told})"


@contextmanager
def show_progress() -> Iterator[Progress | None]:
    """Show progress on a terminal's error stream; give no callback where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return

    def report(share: float, message: str) -> None:
        print(f"\r{share:4.0%} {message:<40}", end="", file=sys.stderr, flush=True)

    try:
        yield report
    finally:
        print("\r" + " " * 50 + "\r", end="", file=sys.stderr, flush=True)


def show(share: float, message: str) -> None:
    """Show progress on a terminal's error stream; say nothing in a pipe."""
    if sys.stderr.isatty():
        end = "\n" if share >= 1 else ""
        print(f"\r\033[K{share:4.0%} {message}", end=end, file=sys.stderr, flush=True)
