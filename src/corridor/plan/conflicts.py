"""Why no roadmap exists: reason codes with what is needed and what there is."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.plan.projects import Portfolio

SCHEMA: Final = {
    "code": pl.String,
    "project": pl.String,
    "needed": pl.Float64,
    "available": pl.Float64,
}


def find_conflicts(
    portfolio: Portfolio, budget: NDArray[np.float64], carry_over: bool, *, proved: bool
) -> pl.DataFrame:
    """Return what makes a roadmap impossible; budget in USD, shape (quarters,).

    too_long: the project, with all it must wait for, takes more quarters (needed) than there are.
    quarter_budget: the project costs more a quarter (needed, USD) than any quarter's budget.
    total_budget: all projects cost more than all quarters' budgets together (project is null).
    budget_timing: none of these, yet proved impossible: money comes too late or requirements wait for it.
    """
    rows = [
        *_find_too_long(portfolio, budget.size),
        *([] if carry_over else _find_too_dear(portfolio, budget)),
    ]
    cost, there = float(portfolio.cost.sum()), float(budget.sum())
    if cost > there + 0.005:
        rows.append(("total_budget", None, cost, there))
    if proved and not rows:
        rows.append(("budget_timing", None, cost, there))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _find_too_long(portfolio: Portfolio, quarters: int) -> list[tuple[str, str | None, float, float]]:
    finish = measure_chains(portfolio)
    return [
        ("too_long", portfolio.names[number], float(finish[number]), float(quarters))
        for number in np.flatnonzero(finish > quarters).tolist()
    ]


def measure_chains(portfolio: Portfolio) -> NDArray[np.int64]:
    """Return the earliest quarter in which each project can be finished, budgets aside; shape (N,)."""
    finish = portfolio.duration.copy()
    # what a project requires has a smaller closure than the project itself
    for number in np.argsort(portfolio.closure.sum(axis=1), kind="stable").tolist():
        needed = portfolio.needs[portfolio.needs[:, 0] == number, 1]
        finish[number] += int(finish[needed].max(initial=0))
    return finish


def _find_too_dear(
    portfolio: Portfolio, budget: NDArray[np.float64]
) -> list[tuple[str, str | None, float, float]]:
    a_quarter = portfolio.cost / portfolio.duration
    most = float(budget.max())
    return [
        ("quarter_budget", portfolio.names[number], float(a_quarter[number]), most)
        for number in np.flatnonzero(a_quarter > most + 0.01).tolist()
    ]
