"""A roadmap as a time-indexed CP-SAT model, to be made best on one goal after the other.

start[p, q] = 1 where project p starts in quarter q (Pritsker, Watters & Wolfe, Management Science 16
(1969) 93–108).
"""

from dataclasses import dataclass
from math import inf, isfinite
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from corridor.plan.quarters import Quarters
from corridor.solvers.cpsat import SOLVER as CP_SAT
from corridor.solvers.cpsat import CpResult, solve_cp
from corridor.solvers.highs import SOLVER as HIGHS
from corridor.solvers.outcome import Outcome, judge_outcome
from corridor.solvers.watch import Progress


class PhaseModel:
    """The time-indexed model, to which each level adds what it has settled."""

    def __init__(self, quarters: Quarters) -> None:
        self.quarters, self.portfolio = quarters, quarters.portfolio
        self.model = cp_model.CpModel()
        self._starts = [[self.model.new_bool_var("") for _ in range(count)] for count in quarters.windows]
        for row in self._starts:
            self.model.add_exactly_one(row)
        for one, other in self.portfolio.needs.tolist():
            self.model.add(self._start_of(one) >= self._start_of(other) + int(self.portfolio.duration[other]))
        self._keep_budget()

    def _start_of(self, project: int) -> Any:
        return sum(quarter * variable for quarter, variable in enumerate(self._starts[project]))

    def _keep_budget(self) -> None:
        spent: list[list[Any]] = [[] for _ in range(self.quarters.count)]
        for project, row in enumerate(self._starts):
            parts = self.quarters.parts_of(project).tolist()
            for start, variable in enumerate(row):
                for offset, cents in enumerate(parts):
                    if cents:
                        spent[start + offset].append(cents * variable)
        running: list[Any] = []
        for terms, limit in zip(spent, self.quarters.limits.tolist(), strict=True):
            running = [*running, *terms] if self.quarters.carry_over else terms
            if running:
                self.model.add(sum(running) <= limit)

    def goal(self, goal: str) -> Any:
        """Return the expression of a level: value (cents, greatest), makespan or finish (least)."""
        return {"value": self._value, "makespan": self._makespan, "finish": self._finish}[goal]()

    def _value(self) -> Any:
        gain, ends = self.quarters.gain, self.portfolio.duration.tolist()
        return sum(
            int(gain[project, start + ends[project]]) * variable
            for project, row in enumerate(self._starts)
            for start, variable in enumerate(row)
        )

    def _makespan(self) -> Any:
        last = self.model.new_int_var(self.quarters.soonest(), self.quarters.count, "")
        for project in range(len(self._starts)):
            self.model.add(last >= self._start_of(project) + int(self.portfolio.duration[project]))
        return last

    def _finish(self) -> Any:
        return sum(map(self._start_of, range(len(self._starts)))) + int(self.portfolio.duration.sum())

    def hint(self, starts: NDArray[np.int64]) -> None:
        """Start the next search from a roadmap."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for row, start in zip(self._starts, starts.tolist(), strict=True):
            for quarter, variable in enumerate(row):
                self.model.add_hint(variable, int(quarter == start))

    def read(self, result: CpResult) -> NDArray[np.int64]:
        """Return the start of each project."""
        return np.array([int(result.pick(row).argmax()) for row in self._starts], dtype=np.int64)


@dataclass(frozen=True)
class Limits:
    """What one level may use: the seed, seconds, and CP-SAT's units of work."""

    seed: int
    seconds: float
    work: float


def measure_goal(quarters: Quarters, starts: NDArray[np.int64], goal: str) -> float:
    """Return the discounted value (USD), the last end, or the sum of ends of a roadmap."""
    ends = starts + quarters.portfolio.duration
    if goal == "value":
        return quarters.value(starts) / 100
    return float(ends.max(initial=0) if goal == "makespan" else ends.sum())


def settle_goal(
    model: PhaseModel,
    goal: str,
    starts: NDArray[np.int64] | None,
    bound: float | None,
    limits: Limits,
    progress: Progress | None,
) -> tuple[NDArray[np.int64] | None, Outcome]:
    """Improve a roadmap on one goal, bind the model to what was reached, and tell the outcome.

    starts: shape (N,), the roadmap so far, None where there is none yet. bound: known before, in the units
    of ``measure_goal``.
    """
    sign, scale = (1, 100.0) if goal == "value" else (-1, 1.0)
    started, expression = perf_counter(), model.goal(goal)
    if starts is not None:
        model.hint(starts)
    if sign > 0:
        model.model.maximize(expression)
    else:
        model.model.minimize(expression)
    result = solve_cp(
        model.model,
        seed=limits.seed,
        time_limit_s=limits.seconds,
        work_limit=limits.work,
        progress=progress,
        message=f"projects: {goal}",
        scale=scale,
    )
    if result.outcome.status == "infeasible":
        return None, result.outcome
    if result.values is not None:
        found = model.read(result)
        if starts is None or sign * measure_goal(model.quarters, found, goal) >= sign * measure_goal(
            model.quarters, starts, goal
        ):
            starts = found
    known = (result.outcome.bound, bound)
    best = sign * min((sign * one for one in known if one is not None), default=inf)
    reached = None if starts is None else measure_goal(model.quarters, starts, goal)
    if reached is not None:
        # proofs in floating point may stop a rounding error short of what was reached
        best = sign * max(sign * best, sign * reached)
        steps = round(reached * scale)
        model.model.add(expression >= steps if sign > 0 else expression <= steps)
    outcome = judge_outcome(
        reached,
        best if isfinite(best) else None,
        seconds=perf_counter() - started,
        seed=limits.seed,
        solver=f"{HIGHS} relaxation, {CP_SAT}",
    )
    return starts, outcome
