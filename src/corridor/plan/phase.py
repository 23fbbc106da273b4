"""In which quarter each project starts: within the budget of each quarter, after what it requires.

A time-indexed model (Pritsker, Watters & Wolfe, Management Science 16 (1969) 93–108): start[p, q] = 1
where project p starts in quarter q. A project's cost is spread evenly over its quarters, to the cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from time import perf_counter
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from corridor.errors import InputError
from corridor.plan.conflicts import find_conflicts
from corridor.plan.projects import Portfolio, read_portfolio
from corridor.solvers.cpsat import CpResult, solve_cp
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
    model = PhaseModel(portfolio, budget, carry_over, discount_rate)
    starts, levels = model.settle(seed, time_limit_s, progress)
    if progress:
        progress(1.0, "projects phased")
    conflicts = find_conflicts(portfolio, budget / 100, carry_over, proved=_is_refuted(levels))
    return _lay_out(portfolio, model, starts, levels, conflicts)


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


class PhaseModel:
    """The time-indexed model, to which each level adds what it has settled."""

    def __init__(
        self, portfolio: Portfolio, budget: NDArray[np.int64], carry_over: bool, discount_rate: float
    ) -> None:
        self.portfolio, self.budget, self.quarters = portfolio, budget, budget.size
        self.model = cp_model.CpModel()
        windows = self.quarters - portfolio.duration + 1
        self.fits = bool((windows > 0).all())
        self._starts = [[self.model.new_bool_var("") for _ in range(max(0, count))] for count in windows]
        self._gain = self._discount(discount_rate)
        if self.fits:
            self._place_once()
            self._follow_requirements()
            self._keep_budget(carry_over)

    def _discount(self, rate: float) -> NDArray[np.int64]:
        """Return the value of ending each project at the end of each quarter, in cents; shape (N, Q + 1)."""
        factors = (1 + rate) ** (-np.arange(self.quarters + 1) / 4)
        return np.rint(np.maximum(self.portfolio.value, 0)[:, None] * factors * 100).astype(np.int64)

    def _place_once(self) -> None:
        for row in self._starts:
            self.model.add_exactly_one(row)

    def _start_of(self, project: int) -> Any:
        return sum(quarter * variable for quarter, variable in enumerate(self._starts[project]))

    def _follow_requirements(self) -> None:
        for one, other in self.portfolio.needs.tolist():
            self.model.add(self._start_of(one) >= self._start_of(other) + int(self.portfolio.duration[other]))

    def _keep_budget(self, carry_over: bool) -> None:
        spent: list[list[Any]] = [[] for _ in range(self.quarters)]
        for project, row in enumerate(self._starts):
            parts = self.parts_of(project).tolist()
            for start, variable in enumerate(row):
                for offset, cents in enumerate(parts):
                    if cents:
                        spent[start + offset].append(cents * variable)
        limits = np.cumsum(self.budget) if carry_over else self.budget
        running: list[Any] = []
        for terms, limit in zip(spent, limits.tolist(), strict=True):
            running = [*running, *terms] if carry_over else terms
            if running:
                self.model.add(sum(running) <= limit)

    def parts_of(self, project: int) -> NDArray[np.int64]:
        """Return the cents a project costs in each of its quarters; they sum to its cost."""
        cents, count = round(float(self.portfolio.cost[project]) * 100), int(self.portfolio.duration[project])
        return np.diff(np.arange(count + 1) * cents // count)

    def settle(
        self, seed: int, time_limit_s: float, progress: Progress | None
    ) -> tuple[NDArray[np.int64] | None, tuple[Level, ...]]:
        """Return the start of each project (None without a roadmap) and the outcome of each level."""
        if not self.fits:
            return None, (Level("value", Outcome("infeasible", None, None, 0.0, seed, "arithmetic")),)
        ends, starts = perf_counter() + time_limit_s, None
        levels: list[Level] = []
        for goal, part, share in (("value", 0.0, 0.6), ("makespan", 0.6, 0.8), ("finish", 0.8, 1.0)):
            left = max(0.05, (ends - perf_counter()) * (1.0 if goal == "finish" else 0.6))
            result = self._solve(goal, seed, left, narrow_progress(progress, part, share))
            levels.append(Level(goal, result.outcome))
            if result.values is None:
                break
            starts = np.array([int(result.pick(row).argmax()) for row in self._starts], dtype=np.int64)
            self._hint(starts)
        return starts, tuple(levels)

    def _solve(self, goal: str, seed: int, time_limit_s: float, progress: Progress | None) -> CpResult:
        expression = {"value": self._value, "makespan": self._makespan, "finish": self._finish}[goal]()
        if goal == "value":
            self.model.maximize(expression)
        else:
            self.model.minimize(expression)
        result = solve_cp(
            self.model,
            seed=seed,
            time_limit_s=time_limit_s,
            progress=progress,
            message=f"projects: {goal}",
            scale=100.0 if goal == "value" else 1.0,
        )
        if result.outcome.objective is not None and goal != "finish":
            reached = round(result.outcome.objective * (100 if goal == "value" else 1))
            self.model.add(expression >= reached if goal == "value" else expression <= reached)
        return result

    def _value(self) -> Any:
        ends = self.portfolio.duration.tolist()
        return sum(
            int(self._gain[project, start + ends[project]]) * variable
            for project, row in enumerate(self._starts)
            for start, variable in enumerate(row)
        )

    def _makespan(self) -> Any:
        last = self.model.new_int_var(0, self.quarters, "")
        for project in range(len(self._starts)):
            self.model.add(last >= self._start_of(project) + int(self.portfolio.duration[project]))
        return last

    def _finish(self) -> Any:
        return sum(map(self._start_of, range(len(self._starts)))) + int(self.portfolio.duration.sum())

    def _hint(self, starts: NDArray[np.int64]) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for row, start in zip(self._starts, starts.tolist(), strict=True):
            for quarter, variable in enumerate(row):
                self.model.add_hint(variable, int(quarter == start))


def _lay_out(
    portfolio: Portfolio,
    model: PhaseModel,
    starts: NDArray[np.int64] | None,
    levels: tuple[Level, ...],
    conflicts: pl.DataFrame,
) -> Phasing:
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
        spending=_list_spending(model, begin),
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


def _list_spending(model: PhaseModel, begin: NDArray[np.int64]) -> pl.DataFrame:
    cents = np.zeros(model.quarters, dtype=np.int64)
    for project, start in enumerate(begin.tolist()):
        parts = model.parts_of(project)
        cents[start : start + parts.size] += parts
    return pl.DataFrame(
        {
            "quarter": np.arange(model.quarters, dtype=np.int32),
            "spent_usd": cents / 100,
            "budget_usd": model.budget / 100,
            "left_usd": (model.budget - cents) / 100,
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
