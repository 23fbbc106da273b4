"""In which quarter each project starts: within the budget of each quarter, after what it requires.

A linear relaxation bounds the value, projects placed one after the other in many orders give a first
roadmap, and CP-SAT improves it and closes the gap where it can. A project's cost is spread evenly over its
quarters, to the cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from time import perf_counter
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.errors import InputError
from corridor.locale.catalogue import gettext_noop
from corridor.plan.conflicts import find_conflicts, measure_chains
from corridor.plan.exact import Limits, PhaseModel, settle_goal
from corridor.plan.projects import Portfolio, read_portfolio
from corridor.plan.quarters import Quarters
from corridor.plan.relaxation import Relaxation, relax_phases
from corridor.plan.serial import place_serially
from corridor.solvers.cpsat import WORK_A_SECOND
from corridor.solvers.highs import SOLVER as HIGHS
from corridor.solvers.outcome import Outcome, Status, check_limits
from corridor.solvers.watch import Progress, narrow_progress

#: The most quarters of a roadmap: fifty years.
MOST_QUARTERS: Final = 200
AT_ONCE: Final = "starts_at_once"
AFTER_REQUIREMENT: Final = "after_requirement"
WAITS_FOR_BUDGET: Final = "waits_for_budget"


@dataclass(frozen=True)
class Level:
    """One level of the lexicographic objective: its goal (value, makespan, finish) and its outcome."""

    goal: str
    outcome: Outcome


@dataclass(frozen=True)
class Phasing:
    """A roadmap of all the projects given, or the reasons why there is none.

    phases: schema ``tables.PHASES``, by start. spending: quarter, spent_usd, budget_usd, left_usd.
    reasons: project, reason (starts_at_once; after_requirement, ``detail`` names the last one;
        waits_for_budget: it could start earlier but for the budget), detail.
    conflicts: code, project, needed, available; empty unless no roadmap exists (see ``find_conflicts``).
    levels: value (discounted value of the projects when finished, greatest), makespan (quarters until the
        last is finished, fewest), finish (sum of the quarters in which projects end, fewest).
    outcome: of the value; optimal only where every level is.
    """

    phases: pl.DataFrame = field(repr=False)
    spending: pl.DataFrame = field(repr=False)
    reasons: pl.DataFrame = field(repr=False)
    conflicts: pl.DataFrame = field(repr=False)
    levels: tuple[Level, ...]
    outcome: Outcome


def phase_projects(
    projects: pl.DataFrame,
    *,
    budget_by_quarter: Sequence[float] | float,
    quarters: int,
    carry_over: bool = False,
    discount_rate: float = 0.1,
    seed: int = 7,
    time_limit_s: float = 10.0,
    progress: Progress | None = None,
) -> Phasing:
    """Start every project as early as budgets and requirements allow, the valuable ones first.

    Lexicographic objective: the discounted value Σ max(value, 0) / (1 + discount_rate)^(end / 4) is
    greatest (each project's counted to the cent); then the last project ends soonest; then the sum of the
    quarters in which projects end is least.

    Parameters
    ----------
    projects: schema ``tables.PROJECTS``; all of them are phased.
    budget_by_quarter: USD for each quarter, or one amount for every quarter. carry_over: what a quarter
        leaves may be spent later. quarters: how many there are. discount_rate: a year.

    Raises
    ------
    SchemaError, InputError: see ``read_portfolio``; budgets that do not cover the quarters or are below 0.
    """
    check_limits(seed, time_limit_s)
    portfolio = read_portfolio(projects)
    budget = _read_budget(budget_by_quarter, quarters)
    if not (isfinite(discount_rate) and discount_rate > -1):
        raise InputError(f"discount_rate {discount_rate} is not usable", rule="a rate is above −1")
    line = Quarters(portfolio, budget, carry_over, discount_rate)
    starts, levels = _settle_levels(line, seed, time_limit_s, progress)
    if progress:
        progress(1.0, gettext_noop("Projects phased"))
    conflicts = find_conflicts(portfolio, budget / 100, carry_over, proved=_is_refuted(levels))
    return _lay_out(line, starts, levels, conflicts)


def _is_refuted(levels: tuple[Level, ...]) -> bool:
    return bool(levels) and levels[0].outcome.status == "infeasible"


def _read_budget(budget: Sequence[float] | float, quarters: int) -> NDArray[np.int64]:
    """Return the budget of each quarter in cents."""
    if not 1 <= quarters <= MOST_QUARTERS:
        raise InputError(f"{quarters} quarters", rule=f"a roadmap has 1 to {MOST_QUARTERS} quarters")
    amounts = np.asarray(budget, dtype=np.float64)
    if amounts.ndim == 0:
        amounts = np.full(quarters, float(amounts))
    if amounts.shape != (quarters,):
        raise InputError(
            f"{amounts.size} budgets for {quarters} quarters", rule="one budget a quarter, or one for all"
        )
    bad = np.flatnonzero(~(np.isfinite(amounts) & (amounts >= 0)))
    if bad.size:
        raise InputError(
            f"budget {amounts[bad[0]]} in quarter {bad[0]}", rule="a budget is a number not below 0"
        )
    return np.rint(amounts * 100).astype(np.int64)


#: Share of the time allowed that each level may spend.
SHARES: Final = {"value": 0.6, "makespan": 0.2, "finish": 0.2}


def _settle_levels(
    quarters: Quarters, seed: int, time_limit_s: float, progress: Progress | None
) -> tuple[NDArray[np.int64] | None, tuple[Level, ...]]:
    """Return the start of each project (None without a roadmap) and the outcome of each level."""
    ends = perf_counter() + time_limit_s
    if not (quarters.windows > 0).all():
        return None, (Level("value", Outcome("infeasible", None, None, 0.0, seed, "arithmetic")),)
    if progress:
        progress(0.0, gettext_noop("Bounding the value of projects"))
    started = perf_counter()
    relaxation = relax_phases(quarters, seed=seed, time_limit_s=0.3 * time_limit_s)
    if relaxation.status == "infeasible":
        seconds = perf_counter() - started
        return None, (Level("value", Outcome("infeasible", None, None, seconds, seed, HIGHS)),)
    starts = place_serially(
        quarters, _rank_projects(quarters, relaxation), seed=seed, ends=perf_counter() + 0.2 * time_limit_s
    )
    model, levels, done = PhaseModel(quarters), [], 0.0
    bounds = _bound_goals(quarters, relaxation)
    for goal, share in SHARES.items():
        inner = narrow_progress(progress, done, done + share)
        left = max(0.05, (ends - perf_counter()) * (1.0 if goal == "finish" else 0.7))
        limits = Limits(seed, left, WORK_A_SECOND * share * time_limit_s)
        starts, outcome = settle_goal(model, goal, starts, bounds[goal], limits, inner)
        levels.append(Level(goal, outcome))
        done += share
        if starts is None:
            break
    return starts, tuple(levels)


def _bound_goals(quarters: Quarters, relaxation: Relaxation) -> dict[str, float | None]:
    """Return what is known of each goal before the search, in the units of ``measure_goal``."""
    chains = measure_chains(quarters.portfolio)
    return {
        "value": None if relaxation.bound is None else relaxation.bound / 100,
        "makespan": float(max(quarters.soonest(), chains.max(initial=0))),
        "finish": float(chains.sum()),
    }


def _rank_projects(quarters: Quarters, relaxation: Relaxation) -> list[NDArray[np.float64]]:
    """Return orders to begin with: the relaxation's, value for money, as given."""
    portfolio = quarters.portfolio
    density = np.maximum(portfolio.value, 0) / np.maximum(portfolio.cost, 1.0)
    ranks = [-density, np.arange(density.size, dtype=np.float64)]
    return ranks if relaxation.mean_start is None else [relaxation.mean_start, *ranks]


def _lay_out(
    quarters: Quarters,
    starts: NDArray[np.int64] | None,
    levels: tuple[Level, ...],
    conflicts: pl.DataFrame,
) -> Phasing:
    portfolio = quarters.portfolio
    shown = np.arange(0 if starts is None else len(portfolio.names))
    begin = np.zeros(0, dtype=np.int64) if starts is None else starts
    end = begin + portfolio.duration[shown]
    phases = pl.DataFrame(
        {
            "project": pl.Series([portfolio.names[number] for number in shown.tolist()], dtype=pl.String),
            "start_quarter": begin.astype(np.int32),
            "end_quarter": end.astype(np.int32),
            "cost_usd": portfolio.cost[shown],
        }
    )
    return Phasing(
        phases=phases.sort("start_quarter", "end_quarter", "project"),
        spending=_list_spending(quarters, begin),
        reasons=_explain_starts(portfolio, begin, end),
        conflicts=conflicts if starts is None else conflicts.clear(),
        levels=levels,
        outcome=_sum_up(levels),
    )


def _sum_up(levels: tuple[Level, ...]) -> Outcome:
    value = levels[0].outcome
    proved = all(level.outcome.status == "optimal" for level in levels)
    status: Status = "feasible" if value.status == "optimal" and not proved else value.status
    seconds = sum(level.outcome.seconds for level in levels)
    return Outcome(status, value.objective, value.bound, seconds, value.seed, value.solver)


def _list_spending(quarters: Quarters, begin: NDArray[np.int64]) -> pl.DataFrame:
    cents = quarters.spend(begin)
    return pl.DataFrame(
        {
            "quarter": np.arange(quarters.count, dtype=np.int32),
            "spent_usd": cents / 100,
            "budget_usd": quarters.budget / 100,
            "left_usd": (quarters.budget - cents) / 100,
        }
    )


def _explain_starts(portfolio: Portfolio, begin: NDArray[np.int64], end: NDArray[np.int64]) -> pl.DataFrame:
    names = portfolio.names
    starts = pl.DataFrame(
        {
            "number": np.arange(begin.size),
            "project": pl.Series(names[: begin.size], dtype=pl.String),
            "start": begin,
        }
    )
    needs = portfolio.needs if begin.size else portfolio.needs[:0]
    after = (
        pl.DataFrame(
            {
                "number": needs[:, 0],
                "ready": end[needs[:, 1]],
                "detail": pl.Series([names[number] for number in needs[:, 1].tolist()], dtype=pl.String),
            }
        )
        .sort("number", "ready", "detail")
        .group_by("number", maintain_order=True)
        .last()
    )
    ready = pl.col("ready").fill_null(0)
    return (
        starts.join(after, on="number", how="left", maintain_order="left")
        .with_columns(
            reason=pl.when(pl.col("start") > ready)
            .then(pl.lit(WAITS_FOR_BUDGET))
            .when(pl.col("start") > 0)
            .then(pl.lit(AFTER_REQUIREMENT))
            .otherwise(pl.lit(AT_ONCE))
        )
        .select("project", "reason", detail=pl.when(pl.col("reason") == AFTER_REQUIREMENT).then("detail"))
    )
