"""Who is busy when, and the breaks between their meetings."""

import numpy as np
from numpy.typing import NDArray

from corridor.meet.problem import Event


def mark_busy(event: Event, placed: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return shape (P, S): the participant sits in a meeting in the slot."""
    busy = np.zeros(event.free.shape, dtype=bool)
    held = placed >= 0
    for side in (event.first, event.second):
        busy[side[held], placed[held]] = True
    return busy


def count_breaks(
    busy: NDArray[np.bool_], free: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return breaks and idle slots of each participant; shapes (P,).

    A break is a group of idle slots between two meetings of one participant (Bofill et al. 2022,
    section 2). Only slots in which the participant is there count: absence is not idleness.
    """
    people, slots = np.nonzero(free)
    now = busy[people, slots]
    same = np.concatenate([[False], people[1:] == people[:-1]])
    before = np.concatenate([[False], now[:-1]]) & same
    runs = np.bincount(people[now & ~before], minlength=free.shape[0])
    return np.maximum(runs - 1, 0), _count_idle(busy, free)


def _count_idle(busy: NDArray[np.bool_], free: NDArray[np.bool_]) -> NDArray[np.int64]:
    begun = np.logical_or.accumulate(busy, axis=1)
    going_on = np.logical_or.accumulate(busy[:, ::-1], axis=1)[:, ::-1]
    inside: NDArray[np.int64] = (begun & going_on & free & ~busy).sum(axis=1)
    return inside
