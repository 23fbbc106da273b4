"""Which table a meeting sits at: those who stay need not move."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from corridor.meet.problem import Event


def deal_tables(event: Event, placed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the table of each request, −1 where it is left out; shape (R,).

    Slot by slot the meetings are assigned to tables so that as many participants as possible stay at the
    table of their last meeting (an assignment problem a slot; moves are not part of the objective).
    """
    table = np.full(placed.size, -1, dtype=np.int64)
    last = np.full(len(event.names), -1, dtype=np.int64)
    for slot in range(event.slots):
        now = np.flatnonzero(placed == slot)
        if not now.size:
            continue
        stays = np.zeros((now.size, event.tables))
        for side in (event.first, event.second):
            known = np.flatnonzero(last[side[now]] >= 0)
            stays[known, last[side[now[known]]]] += 1
        rows, seats = linear_sum_assignment(stays, maximize=True)
        table[now[rows]] = seats
        for side in (event.first, event.second):
            last[side[now]] = table[now]
    return table
