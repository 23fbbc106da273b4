"""What no schedule can exceed: the value held, bounded by a flow or a linear programme."""

from collections import deque

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from corridor.meet.problem import Event
from corridor.solvers.flows import Pairing, match_pairs
from corridor.solvers.highs import solve_mip


def split_sides(event: Event) -> NDArray[np.bool_] | None:
    """Return for each participant whether they stand on the first of two sides; None if there are none.

    Two sides exist where requests never close an odd circle (the graph is bipartite).
    """
    count = len(event.names)
    ends = np.concatenate([event.first, event.second]), np.concatenate([event.second, event.first])
    graph = csr_array((np.ones(ends[0].size), ends), shape=(count, count))
    side = np.full(count, -1, dtype=np.int8)
    for root in range(count):
        if side[root] < 0 and not _colour_sides(graph, side, root):
            return None
    return side.astype(bool)


def _colour_sides(graph: csr_array, side: NDArray[np.int8], root: int) -> bool:
    side[root] = 1
    queue = deque([root])
    while queue:
        one = queue.popleft()
        others = graph.indices[graph.indptr[one] : graph.indptr[one + 1]]
        if (side[others] == side[one]).any():
            return False
        fresh = np.unique(others[side[others] < 0])
        side[fresh] = 1 - side[one]
        queue.extend(fresh.tolist())
    return True


def bound_value(event: Event) -> float:
    """Return a value that no schedule exceeds.

    Each participant has at most as many meetings as slots in which they are there, all together at most
    as many as Σ over slots of min(tables, half of those there). For two sides this is a minimum-cost flow
    and the bound that of its optimum; otherwise the linear relaxation.
    """
    sides = split_sides(event)
    if sides is not None:
        return float(choose_pairs(event, sides).outcome.bound or 0.0)
    return _relax_value(event)


def choose_pairs(event: Event, sides: NDArray[np.bool_], *, floor: int = 0, seed: int = 7) -> Pairing:
    """Return the requests of greatest value within everyone's slots and all tables, by flow."""
    reachable = np.flatnonzero(event.open.any(axis=1))
    left = np.where(sides[event.first], event.first, event.second)[reachable]
    right = np.where(sides[event.first], event.second, event.first)[reachable]
    most = event.free.sum(axis=1)
    pairing = match_pairs(
        left, right, event.weight[reachable], most, most, floor=floor, total=seat_total(event), seed=seed
    )
    chosen = np.zeros(len(event.keys), dtype=bool)
    chosen[reachable[pairing.chosen]] = True
    return Pairing(pairing.outcome, chosen, pairing.floor_met, pairing.floor_wanted)


def seat_total(event: Event) -> int:
    """Return the most meetings that slots, tables and those present allow."""
    return int(np.minimum(event.tables, event.free.sum(axis=0) // 2).sum())


def _relax_value(event: Event) -> float:
    reachable = np.flatnonzero(event.open.any(axis=1))
    if not reachable.size:
        return 0.0
    count, columns = len(event.names), np.arange(reachable.size)
    rows = np.concatenate([event.first[reachable], event.second[reachable], np.full(reachable.size, count)])
    matrix = csr_array((np.ones(rows.size), (rows, np.tile(columns, 3))), shape=(count + 1, reachable.size))
    most = np.append(event.free.sum(axis=1), seat_total(event)).astype(np.float64)
    result = solve_mip(
        event.weight[reachable],
        matrix,
        row_lower=-np.inf,
        row_upper=most,
        integer=False,
        maximise=True,
        time_limit_s=60.0,
    )
    bound = result.outcome.bound
    return float(event.weight[reachable].sum()) if bound is None else bound * (1 + 1e-9)
