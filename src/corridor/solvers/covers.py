"""The smallest set of candidates that covers every element: set covering, with a proven bound.

min Σ cost·x subject to Σ over the candidates that cover an element ≥ its demand, x ∈ {0, 1} (Toregas,
Swain, ReVelle & Bergman, Operations Research 19 (1971) 1363–1373); solved by HiGHS.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from corridor.errors import InputError
from corridor.solvers.highs import solve_mip
from corridor.solvers.outcome import Outcome
from corridor.solvers.watch import Progress


@dataclass(frozen=True)
class Cover:
    """chosen: shape (candidates,); None where none was found. uncoverable: elements no choice covers."""

    outcome: Outcome
    chosen: NDArray[np.bool_] | None = field(repr=False)
    uncoverable: NDArray[np.int64] = field(repr=False)


def find_smallest_cover(
    covers: ArrayLike,
    *,
    costs: ArrayLike = 1.0,
    demands: ArrayLike = 1,
    seed: int = 7,
    time_limit_s: float = 10.0,
    progress: Progress | None = None,
) -> Cover:
    """Choose candidates of least total cost so that each element is covered as often as it demands.

    Parameters
    ----------
    covers: shape (elements, candidates), true where a candidate covers an element.
    costs: of each candidate, > 0; 1 each asks for the smallest set. demands: of each element, ≥ 0.

    Returns
    -------
    The cover. Where all candidates together do not meet a demand, the status is infeasible and
    ``uncoverable`` holds the numbers of those elements.

    Raises
    ------
    InputError: a cost is not above 0, a demand below 0, or the shape is not that of a matrix.
    """
    matrix = np.asarray(covers, dtype=bool)
    if matrix.ndim != 2:
        raise InputError(f"covers have shape {matrix.shape}", rule="a matrix: elements by candidates")
    cost = np.broadcast_to(np.asarray(costs, dtype=np.float64), matrix.shape[1])
    demand = np.broadcast_to(np.asarray(demands, dtype=np.float64), matrix.shape[0])
    if not (np.isfinite(cost).all() and (cost > 0).all()):
        raise InputError("a cost is not usable", rule="a cost is a finite number above 0")
    if not (np.isfinite(demand).all() and (demand >= 0).all()):
        raise InputError("a demand is not usable", rule="a demand is a finite number, 0 or more")
    result = solve_mip(
        cost,
        csr_array(matrix.astype(np.float64)),
        row_lower=demand,
        row_upper=np.inf,
        seed=seed,
        time_limit_s=time_limit_s,
        progress=progress,
        message="covering",
    )
    chosen = None if result.values is None else result.values > 0.5
    return Cover(result.outcome, chosen, np.flatnonzero(matrix.sum(axis=1) < demand))
