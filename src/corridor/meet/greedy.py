"""Filling a schedule request by request, the most valuable first."""

import numpy as np
from numpy.typing import NDArray

from corridor.meet.problem import Event


def fill_greedily(event: Event, placed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Return ``placed`` (or the fixed meetings alone) with every further request that still finds room.

    Requests take the first slot in which both are free and a table is left, by falling weight; so no
    schedule passes that leaves out a meeting for which there was room. Shape (R,), −1 where left out.
    """
    if placed is None:
        placed = np.full(len(event.keys), -1, dtype=np.int64)
        for request, slot in event.fixed.items():
            placed[request] = slot
    filled = placed.copy()
    room = event.free.copy()
    held = np.flatnonzero(filled >= 0)
    for side in (event.first, event.second):
        room[side[held], filled[held]] = False
    left = event.tables - np.bincount(filled[held], minlength=event.slots)
    order = np.argsort(-event.weight, kind="stable")
    for request in order[filled[order] < 0].tolist():
        one, two = event.first[request], event.second[request]
        could = room[one] & room[two] & (left > 0)
        slot = int(could.argmax())
        if could[slot]:
            filled[request] = slot
            room[one, slot] = room[two, slot] = False
            left[slot] -= 1
    return filled
