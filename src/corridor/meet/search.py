"""The search for a schedule: bound first, then chains, then proof where the event is small enough.

Floor, value and breaks are settled in this order. A relaxation bounds floor and value and says which
requests are worth holding; Kempe chains find room for them and anneal the breaks; CP-SAT closes what gap
is left in events of up to ``EXACT_CELLS`` (request, slot) pairs. Larger events keep the bounds.
"""

from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corridor.locale.catalogue import gettext_noop
from corridor.meet.board import Board
from corridor.meet.exact import ExactModel, measure_goal, settle_goal
from corridor.meet.improve import insert_requests, reduce_breaks
from corridor.meet.problem import Event
from corridor.meet.relaxation import Relaxation, relax_event
from corridor.solvers.cpsat import SOLVER as CP_SAT
from corridor.solvers.cpsat import WORK_A_SECOND
from corridor.solvers.outcome import CLOSED, Outcome, judge_outcome
from corridor.solvers.watch import Progress, narrow_progress

#: Above this many possible (request, slot) pairs no exact model of a goal is built: it would prove nothing
#: in the seconds allowed (measured on events of 20 to 400 participants).
EXACT_CELLS: Final = {"floor": 60_000, "value": 60_000, "breaks": 8_000}
#: Chains tried for each meeting held, and at most for each second allowed; a core tries a million a second
#: where most fail at once, so that the count and not the clock ends the annealing.
TRIES_A_MEETING: Final = 10_000
TRIES_A_SECOND: Final = 100_000
TRIES_A_SECOND_WITHOUT_PROOF: Final = 500_000
#: Share of the time allowed that each level may spend on proof.
SHARES: Final = {"floor": 0.1, "value": 0.3, "breaks": 0.5}
CHAINS: Final = "flow bound, Kempe chains"


@dataclass
class Search:
    """A search under way. placed: shape (R,), slot by request, −1 where left out."""

    event: Event
    seed: int
    time_limit_s: float
    ends: float
    progress: Progress | None
    placed: NDArray[np.int64] = field(repr=False)
    levels: list[tuple[str, Outcome]] = field(default_factory=list)

    def left(self, share: float = 1.0) -> float:
        """Return a share of the seconds that are left, at least a twentieth of a second."""
        return max(0.05, share * (self.ends - perf_counter()))

    def proves(self, goal: str) -> bool:
        """Return whether the event is small enough for an exact model of a goal."""
        return int(self.event.open.sum()) <= EXACT_CELLS[goal]


def search_schedule(
    event: Event, *, seed: int, time_limit_s: float, progress: Progress | None = None
) -> tuple[NDArray[np.int64], list[tuple[str, Outcome]]]:
    """Return the slot of each request (−1 where left out) and the outcome of each level in order."""
    search = Search(
        event=event,
        seed=seed,
        time_limit_s=time_limit_s,
        ends=perf_counter() + time_limit_s,
        progress=progress,
        placed=np.full(len(event.keys), -1, dtype=np.int64),
    )
    started = perf_counter()
    relaxation = relax_event(event, seed=seed, time_limit_s=search.left(0.2))
    _hold_requests(search, relaxation)
    _settle(search, "floor", float(relaxation.floor_bound), started)
    reached = measure_goal(event, search.placed, "floor")
    met = reached >= relaxation.floor_bound
    _settle(search, "value", relaxation.value_bound if met else relaxation.loose_bound, perf_counter())
    started = perf_counter()
    _anneal_breaks(search)
    _settle(search, "breaks", 0.0, started)
    return search.placed, search.levels


def _hold_requests(search: Search, relaxation: Relaxation) -> None:
    """Place the fixed meetings, then the requests the relaxation chose, then whatever still finds room."""
    event = search.event
    for request, slot in event.fixed.items():
        search.placed[request] = slot
    board = Board(event, search.placed)
    if search.progress:
        search.progress(0.02, gettext_noop("Placing meetings"))
    order = np.lexsort((-event.weight, ~relaxation.chosen))
    waiting = order[(search.placed[order] < 0) & event.open[order].any(axis=1)].tolist()
    insert_requests(board, waiting, ends=perf_counter() + search.left(0.4))
    search.placed = board.as_array()


def _settle(search: Search, goal: str, bound: float, started: float) -> None:
    """Close the gap of one level by CP-SAT where the event is small enough, and note its outcome."""
    solver = CHAINS
    reached = measure_goal(search.event, search.placed, goal)
    if abs(reached - bound) > CLOSED * max(1.0, abs(bound)) and search.proves(goal):
        solver = f"{CHAINS}, {CP_SAT}"
        search.placed, bound = settle_goal(
            _require_levels(search),
            search.placed,
            goal,
            bound=bound,
            seed=search.seed,
            time_limit_s=search.left(1.0 if goal == "breaks" else SHARES[goal]),
            work_limit=WORK_A_SECOND * SHARES[goal] * search.time_limit_s,
            progress=narrow_progress(search.progress, _START[goal], _END[goal]),
        )
        reached = measure_goal(search.event, search.placed, goal)
    outcome = judge_outcome(reached, bound, seconds=perf_counter() - started, seed=search.seed, solver=solver)
    search.levels.append((goal, outcome))


_START: Final = {"floor": 0.05, "value": 0.1, "breaks": 0.6}
_END: Final = {"floor": 0.1, "value": 0.4, "breaks": 1.0}


def _require_levels(search: Search) -> ExactModel:
    """Return the exact model with every level settled so far required."""
    exact = ExactModel(search.event)
    for goal, _ in search.levels:
        exact.require(search.placed, goal)
    return exact


def _anneal_breaks(search: Search) -> None:
    board = Board(search.event, search.placed)
    held = int((search.placed >= 0).sum())
    small = search.proves("breaks")
    seconds = search.left(1.0 - SHARES["breaks"] if small else 1.0)
    pace = TRIES_A_SECOND if small else TRIES_A_SECOND_WITHOUT_PROOF
    report = narrow_progress(search.progress, _END["value"], _START["breaks"])
    best = reduce_breaks(
        board,
        seed=search.seed,
        tries=min(TRIES_A_MEETING * held, round(pace * search.time_limit_s)),
        ends=perf_counter() + seconds,
        beat=None if report is None else lambda share: report(share, gettext_noop("Removing breaks")),
    )
    search.placed = np.array(best, dtype=np.int64)
