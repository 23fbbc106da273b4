"""What no roadmap can exceed: the linear relaxation of the time-indexed model.

x[p, q] = the part of project p that starts in quarter q. The rows say: each project starts once; by any
quarter no more of a project has begun than of what it requires was finished (Christofides,
Alvarez-Valdes & Tamarit, European Journal of Operational Research 29 (1987) 262–273); each quarter keeps
its budget. Solved by HiGHS; its mean starts also order a first roadmap (Hall, Schulz, Shmoys & Wein,
Mathematics of Operations Research 22 (1997) 513–544).
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from corridor.plan.quarters import Quarters
from corridor.solvers.highs import solve_mip
from corridor.solvers.outcome import Status

#: Above this many non-zero entries the relaxation is left out: it would take longer than the search.
MOST_ENTRIES: Final = 3_000_000


@dataclass(frozen=True)
class Relaxation:
    """status: optimal, infeasible, or unknown where it was not solved.

    bound: no roadmap has a greater value, in cents; None unless solved. mean_start: shape (N,), in quarters.
    """

    status: Status
    bound: float | None
    mean_start: NDArray[np.float64] | None = field(repr=False)


def relax_phases(quarters: Quarters, *, seed: int, time_limit_s: float) -> Relaxation:
    """Return the relaxation's bound on the discounted value, and the mean start of each project."""
    project, start = _list_starts(quarters)
    needs = quarters.portfolio.needs
    entries = project.size * int(quarters.portfolio.duration.max(initial=1)) + needs.size * quarters.count**2
    if entries > MOST_ENTRIES or not project.size:
        return Relaxation("unknown", None, None)
    once = csr_array((np.ones(project.size), (project, np.arange(project.size))))
    order = _order_rows(quarters, project, start)
    spend = _spend_rows(quarters, project, start)
    rows = vstack([once, order, spend], format="csr")
    ones, before = np.ones(once.shape[0]), order.shape[0]
    # budgets are given as shares of themselves, so that all rows are of one size
    result = solve_mip(
        quarters.gain[project, start + quarters.portfolio.duration[project]] / 100,
        rows,
        row_lower=np.concatenate([ones, np.full(before + quarters.count, -np.inf)]),
        row_upper=np.concatenate([ones, np.zeros(before), np.ones(quarters.count)]),
        integer=False,
        maximise=True,
        seed=seed,
        time_limit_s=time_limit_s,
    )
    bound = result.outcome.bound
    if result.values is None or bound is None:
        return Relaxation(result.outcome.status, None, None)
    mean = np.bincount(project, weights=result.values * start, minlength=once.shape[0])
    return Relaxation("optimal", bound * 100 * (1 + 1e-9) + 1e-6, mean.astype(np.float64))


def _list_starts(quarters: Quarters) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    windows = quarters.windows
    project = np.repeat(np.arange(windows.size), windows)
    start = np.arange(project.size) - np.repeat(np.cumsum(windows) - windows, windows)
    return project, start


def _order_rows(quarters: Quarters, project: NDArray[np.int64], start: NDArray[np.int64]) -> csr_array:
    """Return rows (requirement, quarter): begun by the quarter − required and finished before it ≤ 0."""
    needs, count = quarters.portfolio.needs, quarters.count
    edges = [_order_edge(quarters, project, start, one, other) for one, other in needs.tolist()]
    return vstack(edges, format="csr") if edges else csr_array((0 * count, project.size))


def _order_edge(
    quarters: Quarters, project: NDArray[np.int64], start: NDArray[np.int64], one: int, other: int
) -> csr_array:
    by = np.arange(quarters.count)[:, None]
    wait = int(quarters.portfolio.duration[other])
    mine, its = np.flatnonzero(project == one), np.flatnonzero(project == other)
    begun_row, begun = np.nonzero(start[mine] <= by)
    done_row, done = np.nonzero(start[its] + wait <= by)
    values = np.concatenate([np.ones(begun.size), -np.ones(done.size)])
    places = np.concatenate([begun_row, done_row]), np.concatenate([mine[begun], its[done]])
    return csr_array((values, places), shape=(quarters.count, project.size))


def _spend_rows(quarters: Quarters, project: NDArray[np.int64], start: NDArray[np.int64]) -> csr_array:
    parts = [quarters.parts_of(number) for number in range(quarters.windows.size)]
    lengths = quarters.portfolio.duration[project]
    column = np.repeat(np.arange(project.size), lengths)
    offset = np.arange(column.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    cents = np.concatenate([parts[number] for number in project.tolist()]).astype(np.float64)
    shape = (quarters.count, project.size)
    spend = csr_array((cents, (start[column] + offset, column)), shape=shape)
    if quarters.carry_over:
        spend = csr_array(np.cumsum(spend.toarray(), axis=0))
    limits = quarters.limits.astype(np.float64)
    return csr_array(spend.multiply(1 / np.maximum(limits, 1.0)[:, None]))
