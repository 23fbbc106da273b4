"""Minimum-cost flow, and what is one: choosing pairs within everyone's capacity, with a proven bound.

A maximum-weight b-matching of a bipartite graph is a minimum-cost flow, whose optimum is integral
(Ahuja, Magnanti & Orlin 1993, Network Flows, sections 9.4 and 12.4); solved by OR-Tools' cost-scaling.
"""

from dataclasses import dataclass, field
from importlib.metadata import version
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from ortools.graph.python import min_cost_flow

from corridor.errors import CorridorError, InputError
from corridor.solvers.outcome import Outcome, check_limits, judge_outcome
from corridor.solvers.steps import MOST_STEPS, Steps, count_steps
from corridor.solvers.watch import Progress, run_watched

SOLVER: Final = f"OR-Tools min-cost flow {version('ortools')}"


@dataclass(frozen=True)
class FlowResult:
    """flow: shape (arcs,), the flow on each arc; None where the supplies cannot be sent."""

    outcome: Outcome
    flow: NDArray[np.int64] | None = field(repr=False)


@dataclass(frozen=True)
class Pairing:
    """chosen: shape (pairs,). The outcome's objective is the weight chosen; its bound holds for floats.

    floor_met: Σ over both sides of min(chosen pairs, floor); floor_wanted: what was asked for.
    """

    outcome: Outcome
    chosen: NDArray[np.bool_] = field(repr=False)
    floor_met: int
    floor_wanted: int


def send_flow(
    tails: ArrayLike,
    heads: ArrayLike,
    capacities: ArrayLike,
    costs: ArrayLike,
    supplies: ArrayLike,
    *,
    seed: int = 7,
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> FlowResult:
    """Send the supplies at least cost; every argument holds whole numbers.

    Parameters
    ----------
    tails, heads, capacities, costs: shape (arcs,). supplies: shape (nodes,), positive at sources,
    negative at sinks, summing to 0. The seed changes nothing (the algorithm draws no numbers) and the
    algorithm ends by itself in polynomial time: the time limit only paces ``progress``.

    Raises
    ------
    InputError: supplies do not sum to 0. CorridorError: costs are too large for 64 bits.
    """
    check_limits(seed, time_limit_s)
    supply = np.asarray(supplies, dtype=np.int64)
    if supply.sum():
        raise InputError(f"supplies sum to {supply.sum()}", rule="what is sent is received: they sum to 0")
    started = perf_counter()
    network = min_cost_flow.SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(
        np.asarray(tails, dtype=np.int32),
        np.asarray(heads, dtype=np.int32),
        np.asarray(capacities, dtype=np.int64),
        np.asarray(costs, dtype=np.int64),
    )
    network.set_nodes_supplies(np.arange(supply.size, dtype=np.int32), supply)
    status = run_watched(
        network.solve,
        stop=lambda: None,
        time_limit_s=time_limit_s,
        progress=progress,
        message="sending flow",
    )
    seconds = perf_counter() - started
    if status == network.INFEASIBLE:
        return FlowResult(Outcome("infeasible", None, None, seconds, seed, SOLVER), None)
    if status != network.OPTIMAL:
        raise CorridorError(f"the flow was refused ({status})", rule="costs and capacities fit 64 bits")
    cost = float(network.optimal_cost())
    outcome = Outcome("optimal", cost, cost, seconds, seed, SOLVER)
    return FlowResult(outcome, np.asarray(network.flows(arcs), dtype=np.int64))


def match_pairs(
    first: ArrayLike,
    second: ArrayLike,
    weights: ArrayLike,
    first_capacity: ArrayLike,
    second_capacity: ArrayLike,
    *,
    floor: int = 0,
    total: int | None = None,
    seed: int = 7,
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> Pairing:
    """Choose pairs of greatest total weight within each side's capacities (b-matching).

    Parameters
    ----------
    first, second: shape (pairs,), member numbers on either side. weights: shape (pairs,), > 0.
    first_capacity, second_capacity: shape (members,), the most pairs of each member.
    floor: pairs that each member should have; Σ min(pairs, floor) over all members is made as large as
        can be before any weight counts. total: the most pairs altogether.

    Returns
    -------
    The pairs chosen. Where weights cannot be counted exactly (more than six decimals) the bound adds to
    the optimum what rounding may have hidden, half a step of the largest weight a pair (a step is at
    most a billionth up to 40,000 members).

    Raises
    ------
    InputError: shapes do not fit, or a weight or capacity is not usable.
    """
    one, two = (np.asarray(side, dtype=np.int64) for side in (first, second))
    weight = np.asarray(weights, dtype=np.float64)
    most = [np.asarray(side, dtype=np.int64) for side in (first_capacity, second_capacity)]
    _refuse_pairs(one, two, weight, most)
    wanted = int(sum(np.minimum(side, floor).sum() for side in most))
    if not weight.size:
        return Pairing(Outcome("optimal", 0.0, 0.0, 0.0, seed, SOLVER), np.zeros(0, dtype=bool), 0, wanted)
    started = perf_counter()
    # the algorithm scales costs by the number of nodes, and the bonus is a path of weights
    nodes = most[0].size + most[1].size + 2
    steps = count_steps(weight, most=min(MOST_STEPS, 2**61 // (nodes + 1) ** 2))
    network = _build_network(one, two, steps.counts, most, floor, total)
    result = send_flow(*network, seed=seed, time_limit_s=time_limit_s, progress=progress)
    if result.flow is None:
        raise CorridorError("pairs could not be chosen", rule="sending nothing is always possible")
    chosen = result.flow[: weight.size].astype(bool)
    return _read_pairing(one, two, weight, steps, chosen, most, floor, wanted, perf_counter() - started, seed)


def _refuse_pairs(
    one: NDArray[np.int64], two: NDArray[np.int64], weight: NDArray[np.float64], most: list[NDArray[np.int64]]
) -> None:
    if not one.shape == two.shape == weight.shape or weight.ndim != 1:
        raise InputError(
            f"pairs have shapes {one.shape}, {two.shape} and {weight.shape}", rule="each has shape (pairs,)"
        )
    if not (np.isfinite(weight).all() and (weight > 0).all()):
        raise InputError("a weight is not usable", rule="a weight is a finite number above 0")
    for members, capacity in zip((one, two), most, strict=True):
        if (capacity < 0).any():
            raise InputError(f"capacity {capacity.min()} is negative", rule="a capacity is not below 0")
        if members.size and not 0 <= members.min() <= members.max() < capacity.size:
            raise InputError(
                f"member numbers run from {members.min()} to {members.max()}",
                rule=f"they run from 0 to {capacity.size - 1}",
            )


def _build_network(
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    steps: NDArray[np.int64],
    most: list[NDArray[np.int64]],
    floor: int,
    total: int | None,
) -> tuple[NDArray[np.int64], ...]:
    """Return arcs (pairs first) and supplies: source → first → second → sink → source, a circulation.

    A member's first ``floor`` pairs earn a bonus above every weight together, the rest none.
    """
    a, b = most[0].size, most[1].size
    source, sink = a + b, a + b + 1
    firsts, seconds = np.arange(a), a + np.arange(b)
    bonus = _floor_bonus(steps, most, floor)
    tails = [one, np.full(a, source), np.full(a, source), seconds, seconds, np.array([sink])]
    heads = [a + two, firsts, firsts, np.full(b, sink), np.full(b, sink), np.array([source])]
    low = [np.minimum(side, floor) for side in most]
    limit = int(min(most[0].sum(), most[1].sum()))
    capacities = [
        np.ones(one.size, dtype=np.int64),
        low[0],
        most[0] - low[0],
        low[1],
        most[1] - low[1],
        np.array([limit if total is None else min(total, limit)]),
    ]
    none_a, none_b = np.zeros(a, dtype=np.int64), np.zeros(b, dtype=np.int64)
    costs = [-steps, none_a - bonus, none_a, none_b - bonus, none_b, np.zeros(1, dtype=np.int64)]
    arcs = tuple(np.concatenate(parts).astype(np.int64) for parts in (tails, heads, capacities, costs))
    return (*arcs, np.zeros(a + b + 2, dtype=np.int64))


def _floor_bonus(steps: NDArray[np.int64], most: list[NDArray[np.int64]], floor: int) -> int:
    """Return a bonus no weight can outbid: a cycle of exchanges visits each member at most once."""
    longest = min(steps.size, most[0].size + most[1].size + 2)
    return int(steps.max()) * longest + 1 if floor else 0


def _read_pairing(
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    weight: NDArray[np.float64],
    steps: Steps,
    chosen: NDArray[np.bool_],
    most: list[NDArray[np.int64]],
    floor: int,
    wanted: int,
    seconds: float,
    seed: int,
) -> Pairing:
    objective = float(weight[chosen].sum())
    places = int(min(most[0].sum(), most[1].sum(), weight.size))
    bound = max(objective, float(steps.counts[chosen].sum()) * steps.unit + steps.slack * places)
    met = sum(
        int(np.minimum(np.bincount(members[chosen], minlength=side.size), floor).sum())
        for members, side in zip((one, two), most, strict=True)
    )
    outcome = judge_outcome(objective, bound, seconds=seconds, seed=seed, solver=SOLVER)
    return Pairing(outcome, chosen, met, wanted)
