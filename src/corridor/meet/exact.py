"""The event as a CP-SAT model: floor, value and breaks as one lexicographic objective, each level proved.

x[r, s] = 1 where request r is held in slot s. A participant is in at most one meeting a slot, a slot has
at most as many meetings as tables. A break of a participant is a group of idle slots between two of their
meetings (Bofill et al., JAIR 74 (2022) 263–301, section 2), counted over the slots in which they are
there: Σ over the slots of [busy now, not busy in the slot before] − [has a meeting].
"""

from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from corridor.meet.idle import count_breaks, mark_busy
from corridor.meet.problem import Event
from corridor.solvers.cpsat import SOLVER, CpResult, solve_cp
from corridor.solvers.outcome import CLOSED, Outcome, judge_outcome
from corridor.solvers.steps import Steps, count_steps
from corridor.solvers.watch import Progress, narrow_progress


@dataclass(frozen=True)
class Search:
    """placed: shape (R,), the slot of each request, −1 where left out. levels: (goal, outcome)."""

    placed: NDArray[np.int64] = field(repr=False)
    levels: tuple[tuple[str, Outcome], ...]


class ExactModel:
    """The CP-SAT model of an event, to which each level adds what it has settled."""

    def __init__(self, event: Event) -> None:
        self.event, self.model = event, cp_model.CpModel()
        self.requests, self.slots = np.nonzero(event.open)
        self.held = [self.model.new_bool_var("") for _ in self.requests]
        self.steps: Steps = count_steps(event.weight)
        self._of_request = self._group(self.requests, len(event.keys))
        self._of_slot = self._group(self.slots, event.slots)
        self._busy = self._group_people()
        self._constrain()

    def _group(self, labels: NDArray[np.int64], count: int) -> list[list[Any]]:
        groups: list[list[Any]] = [[] for _ in range(count)]
        for label, variable in zip(labels.tolist(), self.held, strict=True):
            groups[label].append(variable)
        return groups

    def _group_people(self) -> dict[tuple[int, int], list[Any]]:
        busy: dict[tuple[int, int], list[Any]] = {}
        for side in (self.event.first, self.event.second):
            people = side[self.requests].tolist()
            for person, slot, variable in zip(people, self.slots.tolist(), self.held, strict=True):
                busy.setdefault((person, slot), []).append(variable)
        return busy

    def _constrain(self) -> None:
        for group in [*self._of_request, *self._busy.values()]:
            if len(group) > 1:
                self.model.add_at_most_one(group)
        for group in self._of_slot:
            if len(group) > self.event.tables:
                self.model.add(sum(group) <= self.event.tables)
        for request, slot in self.event.fixed.items():
            place = np.flatnonzero((self.requests == request) & (self.slots == slot))[0]
            self.model.add(self.held[place] == 1)

    def floor(self) -> list[Any]:
        """Return, for each participant who can meet anyone, a variable that is 1 only if they do."""
        met = []
        for person in np.flatnonzero(self.event.asked).tolist():
            mine = [v for slot in range(self.event.slots) for v in self._busy.get((person, slot), ())]
            one = self.model.new_bool_var("")
            self.model.add_bool_or([*mine, one.negated()])
            met.append(one)
        return met

    def value(self) -> Any:
        """Return the value held, in steps."""
        return cp_model.LinearExpr.weighted_sum(self.held, self.steps.counts[self.requests].tolist())

    def breaks(self) -> Any:
        """Return the sum of everyone's breaks as an expression to be minimised."""
        people = np.unique(np.concatenate([self.event.first, self.event.second])).tolist()
        return sum(self._breaks_of(person) for person in people)

    def _breaks_of(self, person: int) -> Any:
        slots = np.flatnonzero(self.event.free[person]).tolist()
        busy = [self._busy_in(person, slot) for slot in slots]
        starts: list[Any] = []
        for before, now in zip([0, *busy], busy, strict=False):
            start = self.model.new_bool_var("")
            self.model.add(start >= now - before)
            starts.append(start)
        if not starts:
            return 0
        anyone = self.model.new_bool_var("")
        self.model.add(anyone <= sum(busy))
        # a participant with meetings begins at least one run of them
        self.model.add(anyone <= sum(starts))
        return sum(starts) - anyone

    def _busy_in(self, person: int, slot: int) -> Any:
        return sum(self._busy.get((person, slot), ()))

    def hint(self, placed: NDArray[np.int64]) -> None:
        """Start the next search from a schedule."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for variable, request, slot in zip(
            self.held, self.requests.tolist(), self.slots.tolist(), strict=True
        ):
            self.model.add_hint(variable, int(placed[request] == slot))

    def read(self, result: CpResult) -> NDArray[np.int64]:
        """Return the slot of each request, −1 where it is left out."""
        placed = np.full(len(self.event.keys), -1, dtype=np.int64)
        chosen = result.pick(self.held).astype(bool)
        placed[self.requests[chosen]] = self.slots[chosen]
        return placed


def search_exact(
    event: Event,
    start: NDArray[np.int64],
    *,
    value_bound: float,
    seed: int,
    time_limit_s: float,
    progress: Progress | None = None,
) -> Search:
    """Settle floor, value and breaks in this order, each within what the levels before it left of the time.

    Parameters
    ----------
    start: shape (R,), a correct schedule. value_bound: no schedule holds more value.
    """
    exact, ends = ExactModel(event), perf_counter() + time_limit_s
    placed, levels = start, []
    for goal, part, share in (("floor", 0.0, 0.2), ("value", 0.2, 0.6), ("breaks", 0.6, 1.0)):
        left = max(0.05, ends - perf_counter())
        level = Level(goal, value_bound, seed, left if goal == "breaks" else left * share)
        placed, outcome = settle_level(exact, placed, level, narrow_progress(progress, part, share))
        levels.append((goal, outcome))
    return Search(placed, tuple(levels))


@dataclass(frozen=True)
class Level:
    """One goal of the lexicographic objective and the means to settle it."""

    goal: str
    value_bound: float
    seed: int
    time_limit_s: float


def settle_level(
    exact: ExactModel, placed: NDArray[np.int64], level: Level, progress: Progress | None
) -> tuple[NDArray[np.int64], Outcome]:
    """Improve ``placed`` on one goal, then bind the model to what was reached."""
    event, started = exact.event, perf_counter()
    bound = {"floor": float(event.asked.sum()), "value": level.value_bound, "breaks": 0.0}[level.goal]
    reached = measure_goal(event, placed, level.goal)
    expression = {"floor": lambda: sum(exact.floor()), "value": exact.value, "breaks": exact.breaks}[
        level.goal
    ]()
    if abs(reached - bound) > CLOSED * max(1.0, abs(bound)) and exact.held:
        exact.hint(placed)
        if level.goal == "breaks":
            exact.model.minimize(expression)
        else:
            exact.model.maximize(expression)
        result = solve_cp(
            exact.model,
            seed=level.seed,
            time_limit_s=level.time_limit_s,
            progress=progress,
            message=f"meetings: {level.goal}",
        )
        placed, bound = _take_better(exact, placed, level.goal, bound, result)
        reached = measure_goal(event, placed, level.goal)
    _bind_level(exact, expression, placed, level.goal)
    seconds = perf_counter() - started
    return placed, judge_outcome(reached, bound, seconds=seconds, seed=level.seed, solver=SOLVER)


def _take_better(
    exact: ExactModel, placed: NDArray[np.int64], goal: str, bound: float, result: CpResult
) -> tuple[NDArray[np.int64], float]:
    sign = -1 if goal == "breaks" else 1
    if result.values is not None:
        found = exact.read(result)
        if sign * measure_goal(exact.event, found, goal) >= sign * measure_goal(exact.event, placed, goal):
            placed = found
    if result.outcome.bound is not None:
        proved = result.outcome.bound
        if goal == "value":
            places = min(len(exact.event.keys), exact.event.tables * exact.event.slots)
            proved = proved * exact.steps.unit + exact.steps.slack * places
        bound = sign * min(sign * bound, sign * proved)
    return placed, bound


def _bind_level(exact: ExactModel, expression: Any, placed: NDArray[np.int64], goal: str) -> None:
    if not exact.held:
        return
    if goal == "value":
        exact.model.add(expression >= int(exact.steps.counts[placed >= 0].sum()))
    elif goal == "floor":
        exact.model.add(expression >= round(measure_goal(exact.event, placed, goal)))


def measure_goal(event: Event, placed: NDArray[np.int64], goal: str) -> float:
    """Return how many have a meeting (floor), the value held, or the sum of breaks of a schedule."""
    if goal == "value":
        return float(event.weight[placed >= 0].sum())
    busy = mark_busy(event, placed)
    if goal == "floor":
        return float(busy.any(axis=1).sum())
    return float(count_breaks(busy, event.free)[0].sum())
