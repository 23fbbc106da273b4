"""What no schedule can exceed, and which requests a schedule should hold: the event without its clock.

Times are forgotten: each participant has at most as many meetings as slots in which they are there, all
together at most Σ over slots of min(tables, half of those there). Where requests run between two sides
this is a minimum-cost flow, otherwise a mixed-integer programme; either way its optimum bounds every
schedule, and without absences and with tables enough a schedule attains it (König's edge colouring).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.csgraph import breadth_first_order, connected_components

from corridor.meet.problem import Event
from corridor.solvers.flows import Pairing, match_pairs
from corridor.solvers.highs import solve_mip


@dataclass(frozen=True)
class Relaxation:
    """chosen: shape (R,), requests worth holding. floor_bound: no more participants can have a meeting.

    value_bound: no schedule in which ``floor_bound`` participants meet holds more value.
    loose_bound: no schedule at all does.
    """

    chosen: NDArray[np.bool_] = field(repr=False)
    floor_bound: int
    value_bound: float
    loose_bound: float


def relax_event(event: Event, *, seed: int, time_limit_s: float) -> Relaxation:
    """Return the relaxation of an event: floor first, then value."""
    reachable = np.flatnonzero(event.open.any(axis=1))
    sides = split_sides(event)
    if sides is None:
        chosen, floor, value, loose = _relax_any(event, reachable, seed, time_limit_s)
    else:
        chosen, floor, value, loose = _relax_sides(event, reachable, sides, seed, time_limit_s)
    mask = np.zeros(len(event.keys), dtype=bool)
    mask[reachable[chosen]] = True
    return Relaxation(mask, floor, value, loose)


def split_sides(event: Event) -> NDArray[np.bool_] | None:
    """Return for each participant whether they stand on the first of two sides; None if there are none.

    Two sides exist where requests never close an odd circle (the graph is bipartite).
    """
    count = len(event.names)
    ends = np.concatenate([event.first, event.second]), np.concatenate([event.second, event.first])
    graph = csr_array((np.ones(ends[0].size), ends), shape=(count, count))
    side = np.zeros(count, dtype=bool)
    parts, part = connected_components(graph, directed=False)
    roots = np.unique(part, return_index=True)[1] if parts else np.zeros(0, dtype=np.int64)
    for root in roots.tolist():
        order, before = breadth_first_order(graph, root, directed=False)
        for one in order[1:].tolist():
            side[one] = not side[before[one]]
    return None if (side[event.first] == side[event.second]).any() else side


def seat_total(event: Event) -> int:
    """Return the most meetings that slots, tables and those present allow."""
    return int(np.minimum(event.tables, event.free.sum(axis=0) // 2).sum())


def _relax_sides(
    event: Event, reachable: NDArray[np.int64], sides: NDArray[np.bool_], seed: int, time_limit_s: float
) -> tuple[NDArray[np.bool_], int, float, float]:
    swapped = ~sides[event.first[reachable]]
    one, two = event.first[reachable], event.second[reachable]
    left, right = np.where(swapped, two, one), np.where(swapped, one, two)
    most, weight = event.free.sum(axis=1), event.weight[reachable]

    def match(floor: int) -> Pairing:
        return match_pairs(
            left,
            right,
            weight,
            most,
            most,
            floor=floor,
            total=seat_total(event),
            seed=seed,
            time_limit_s=time_limit_s,
        )

    held, loose = match(1), match(0)
    return (
        held.chosen,
        held.floor_met,
        float(held.outcome.bound or 0.0),
        float(loose.outcome.bound or 0.0),
    )


def _relax_any(
    event: Event, reachable: NDArray[np.int64], seed: int, time_limit_s: float
) -> tuple[NDArray[np.bool_], int, float, float]:
    count, pairs = len(event.names), reachable.size
    ends = np.concatenate([event.first[reachable], event.second[reachable]])
    degree = csr_array((np.ones(2 * pairs), (ends, np.tile(np.arange(pairs), 2))), shape=(count, pairs))
    seats = csr_array(np.ones((1, pairs)))
    met = csr_array((np.ones(count), (np.arange(count), np.arange(count))), shape=(count, count))
    # rows: everyone's slots; all seats; who counts as met has a meeting; how many have to be met
    rows = vstack(
        [
            hstack([vstack([degree, seats]), csr_array((count + 1, count))]),
            hstack([-degree, met]),
            hstack([csr_array((1, pairs)), csr_array(np.ones((1, count)))]),
        ],
        format="csr",
    )
    upper = np.concatenate([event.free.sum(axis=1), [seat_total(event)], np.zeros(count), [np.inf]])
    weight = np.concatenate([event.weight[reachable], np.zeros(count)])
    people = np.concatenate([np.zeros(pairs), np.ones(count)])

    def solve(cost: NDArray[np.float64], least: float) -> tuple[NDArray[np.float64] | None, float]:
        lower = np.full(upper.size, -np.inf)
        lower[-1] = least
        result = solve_mip(
            cost,
            rows,
            row_lower=lower,
            row_upper=upper,
            maximise=True,
            seed=seed,
            time_limit_s=time_limit_s,
        )
        bound = result.outcome.bound
        return result.values, float(cost.sum()) if bound is None else bound * (1 + 1e-9)

    _, floor = solve(people, 0.0)
    values, value = solve(weight, np.floor(floor + 1e-6))
    _, loose = solve(weight, 0.0)
    chosen = np.ones(pairs, dtype=bool) if values is None else values[:pairs] > 0.5
    return chosen, int(floor + 1e-6), value, loose
