"""First roadmaps: projects placed one after the other, each as early as possible, in many orders.

Serial schedule generation (Kelley 1963); the orders are drawn around a few good ones by a seeded
generator, and their number, not the clock, ends the search.
"""

from collections.abc import Sequence
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corridor.plan.quarters import Quarters

ORDERS: Final = 300
#: How far an order is shaken, as shares of the number of projects; small shakes keep what is good.
SHAKES: Final = (0.05, 0.15, 0.4)


def place_serially(
    quarters: Quarters, ranks: Sequence[NDArray[np.float64]], *, seed: int, ends: float
) -> NDArray[np.int64] | None:
    """Return the best roadmap of those tried as a start a project, or None where none was found.

    ranks: orders to begin with, each shape (N,), the least first. ends: of ``time.perf_counter()``.
    Best: greatest discounted value, then the last end soonest, then the least sum of ends.
    """
    random = np.random.default_rng(seed)
    parts = [quarters.parts_of(number) for number in range(quarters.windows.size)]
    best: tuple[tuple[int, int, int], NDArray[np.int64], NDArray[np.float64]] | None = None
    for number in range(ORDERS):
        if perf_counter() > ends:
            break
        if number < len(ranks):
            rank = np.argsort(np.argsort(ranks[number], kind="stable")).astype(np.float64)
        elif best is None:
            rank = random.permutation(len(parts)).astype(np.float64)
        else:
            shake = SHAKES[number % len(SHAKES)] * len(parts)
            rank = best[2] + random.normal(0.0, max(1.0, shake), len(parts))
        starts = _place_in_order(quarters, parts, rank)
        if starts is None:
            continue
        score = _score(quarters, starts)
        if best is None or score > best[0]:
            best = score, starts, np.argsort(np.argsort(rank, kind="stable")).astype(np.float64)
    return None if best is None else best[1]


def _score(quarters: Quarters, starts: NDArray[np.int64]) -> tuple[int, int, int]:
    ends = starts + quarters.portfolio.duration
    return quarters.value(starts), -int(ends.max(initial=0)), -int(ends.sum())


def _place_in_order(
    quarters: Quarters, parts: Sequence[NDArray[np.int64]], rank: NDArray[np.float64]
) -> NDArray[np.int64] | None:
    """Place projects by rank, what they require first; None where one finds no room."""
    starts = np.full(len(parts), -1, dtype=np.int64)
    room = quarters.limits.copy()
    for project in _sort_after_needs(quarters, rank):
        needed = quarters.portfolio.needs[quarters.portfolio.needs[:, 0] == project, 1]
        ready = int((starts[needed] + quarters.portfolio.duration[needed]).max(initial=0))
        start = _find_room(room, parts[project], ready, quarters.carry_over)
        if start is None:
            return None
        starts[project] = start
        _take_room(room, parts[project], start, quarters.carry_over)
    return starts


def _sort_after_needs(quarters: Quarters, rank: NDArray[np.float64]) -> list[int]:
    """Return the projects by rank, but each after all that it requires."""
    closure = quarters.portfolio.closure
    # a project counts as late as the latest it requires; among equals the one with less to wait for first
    latest = np.where(closure, rank, -np.inf).max(axis=1, initial=-np.inf)
    order: list[int] = np.lexsort((rank, closure.sum(axis=1), latest)).tolist()
    return order


def _find_room(room: NDArray[np.int64], parts: NDArray[np.int64], ready: int, carry_over: bool) -> int | None:
    count = room.size - parts.size + 1
    if ready >= count:
        return None
    if carry_over:
        # from a quarter on the running sums may fall by no more than the least room that follows
        least = np.minimum.accumulate(room[::-1])[::-1]
        fits = np.lib.stride_tricks.sliding_window_view(least, parts.size) >= np.cumsum(parts)
    else:
        fits = np.lib.stride_tricks.sliding_window_view(room, parts.size) >= parts
    good = np.flatnonzero(np.asarray(fits.all(axis=1))[ready:])
    return ready + int(good[0]) if good.size else None


def _take_room(room: NDArray[np.int64], parts: NDArray[np.int64], start: int, carry_over: bool) -> None:
    if carry_over:
        room[start : start + parts.size] -= np.cumsum(parts)
        room[start + parts.size :] -= parts.sum()
    else:
        room[start : start + parts.size] -= parts
