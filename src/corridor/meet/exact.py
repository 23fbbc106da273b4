"""The event as a CP-SAT model: floor, value and breaks, each to be made best while others are required.

x[r, s] = 1 where request r is held in slot s. A participant is in at most one meeting a slot, a slot has
at most as many meetings as tables. A break of a participant is a group of idle slots between two of their
meetings (Bofill et al., JAIR 74 (2022) 263–301, section 2), counted over the slots in which they are
there: Σ over the slots of [busy now, not busy in the slot before] − [has a meeting].
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from corridor.meet.idle import count_breaks, mark_busy
from corridor.meet.problem import Event
from corridor.solvers.cpsat import CpResult, solve_cp
from corridor.solvers.steps import Steps, count_steps
from corridor.solvers.watch import Progress


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

    def goal(self, goal: str) -> Any:
        """Return the expression of a goal: floor and value to be made great, breaks to be made small."""
        return {"floor": self._floor, "value": self._value, "breaks": self._breaks}[goal]()

    def require(self, placed: NDArray[np.int64], goal: str) -> None:
        """Let every further schedule be at least as good on ``goal`` (floor or value) as this one."""
        reached = (
            int(self.steps.counts[placed >= 0].sum())
            if goal == "value"
            else round(measure_goal(self.event, placed, goal))
        )
        self.model.add(self.goal(goal) >= reached)

    def in_units(self, goal: str, bound: float) -> float:
        """Return the model's bound in the units of the goal, with what rounding weights may hide."""
        if goal != "value":
            return bound
        places = min(len(self.event.keys), self.event.tables * self.event.slots)
        return bound * self.steps.unit + self.steps.slack * places

    def _floor(self) -> Any:
        """Return how many participants have a meeting: a variable each that is 1 only if they do."""
        met = []
        for person in np.flatnonzero(self.event.asked).tolist():
            mine = [v for slot in range(self.event.slots) for v in self._busy.get((person, slot), ())]
            one = self.model.new_bool_var("")
            self.model.add_bool_or([*mine, one.negated()])
            met.append(one)
        return sum(met)

    def _value(self) -> Any:
        """Return the value held, in steps."""
        return cp_model.LinearExpr.weighted_sum(self.held, self.steps.counts[self.requests].tolist())

    def _breaks(self) -> Any:
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


def settle_goal(
    exact: ExactModel,
    placed: NDArray[np.int64],
    goal: str,
    *,
    bound: float,
    seed: int,
    time_limit_s: float,
    work_limit: float,
    progress: Progress | None = None,
) -> tuple[NDArray[np.int64], float]:
    """Improve a schedule on one goal as far as work and time allow; return it and the bound proved.

    placed: shape (R,), a correct schedule that meets what the model was told to require. bound: known
    before: no schedule is better.
    """
    sign = -1 if goal == "breaks" else 1
    expression = exact.goal(goal)
    exact.hint(placed)
    if sign < 0:
        exact.model.minimize(expression)
    else:
        exact.model.maximize(expression)
    result = solve_cp(
        exact.model,
        seed=seed,
        time_limit_s=time_limit_s,
        work_limit=work_limit,
        progress=progress,
        message=f"meetings: {goal}",
    )
    if result.values is not None:
        found = exact.read(result)
        if sign * measure_goal(exact.event, found, goal) >= sign * measure_goal(exact.event, placed, goal):
            placed = found
    if result.outcome.bound is not None:
        bound = sign * min(sign * bound, sign * exact.in_units(goal, result.outcome.bound))
    return placed, bound


def measure_goal(event: Event, placed: NDArray[np.int64], goal: str) -> float:
    """Return how many have a meeting (floor), the value held, or the sum of breaks of a schedule."""
    if goal == "value":
        return float(event.weight[placed >= 0].sum())
    busy = mark_busy(event, placed)
    if goal == "floor":
        return float(busy.any(axis=1).sum())
    return float(count_breaks(busy, event.free)[0].sum())
