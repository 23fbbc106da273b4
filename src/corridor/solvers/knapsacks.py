"""The multi-dimensional knapsack with dependencies: which items to take within several capacities.

max Σ value·x subject to weights·x ≤ capacities, x ∈ {0, 1} (Petersen, Operations Research 15 (1967)
736–750; Weingartner & Ness, Operations Research 15 (1967) 83–103), and x_a ≤ x_b where a needs b.
Solved in whole numbers by CP-SAT, so that no choice exceeds a capacity by a rounding error.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from ortools.sat.python import cp_model

from corridor.errors import InputError
from corridor.solvers.cpsat import solve_cp
from corridor.solvers.outcome import Outcome
from corridor.solvers.watch import Progress

#: Sums stay far below 2⁶³ ≈ 9.2e18, so that CP-SAT never overflows.
LARGEST_SUM: Final = 4e18
#: CP-SAT's own knapsack cuts and a portfolio of sub-solvers need their turns even with one worker.
SETTINGS: Final = {"interleave_search": False, "linearization_level": 2}


@dataclass(frozen=True)
class Choice:
    """taken: shape (n,), which items to take; None where none was found (see the outcome)."""

    outcome: Outcome
    taken: NDArray[np.bool_] | None = field(repr=False)


def choose_items(
    values: ArrayLike,
    weights: ArrayLike,
    capacities: ArrayLike,
    *,
    needs: Sequence[tuple[int, int]] = (),
    required: Sequence[int] = (),
    excluded: Sequence[int] = (),
    scale: float = 100.0,
    seed: int = 7,
    time_limit_s: float = 10.0,
    progress: Progress | None = None,
) -> Choice:
    """Choose the items of greatest total value within every capacity.

    Parameters
    ----------
    values: shape (n,), any sign. weights: shape (m, n), ≥ 0. capacities: shape (m,), ≥ 0.
    needs: pairs (a, b) of item numbers: a only together with b. required, excluded: item numbers.
    scale: steps per unit; values and weights are counted in 1 / scale (100: cents).

    Raises
    ------
    InputError: shapes do not fit, a number is not finite, a weight is negative, or sums are too large.
    """
    value, weight, capacity = (np.asarray(part, dtype=np.float64) for part in (values, weights, capacities))
    _refuse_shapes(value, weight, capacity)
    _refuse_numbers(value, weight, capacity, scale)
    model = cp_model.CpModel()
    items = [model.new_bool_var("") for _ in range(value.size)]
    for row, limit in zip(_round_up(weight * scale), -_round_up(-capacity * scale), strict=True):
        model.add(cp_model.LinearExpr.weighted_sum(items, row.tolist()) <= int(limit))
    for one, other in needs:
        model.add_implication(items[one], items[other])
    for number in required:
        model.add(items[number] == 1)
    for number in excluded:
        model.add(items[number] == 0)
    model.maximize(cp_model.LinearExpr.weighted_sum(items, np.rint(value * scale).astype(np.int64).tolist()))
    result = solve_cp(
        model, seed=seed, time_limit_s=time_limit_s, progress=progress, message="choosing", scale=scale
    )
    taken = None if result.values is None else result.pick(items).astype(bool)
    return Choice(result.outcome, taken)


def _refuse_shapes(
    value: NDArray[np.float64], weight: NDArray[np.float64], capacity: NDArray[np.float64]
) -> None:
    if value.ndim != 1 or weight.shape != (capacity.size, value.size):
        raise InputError(
            f"values {value.shape}, weights {weight.shape} and capacities {capacity.shape} do not fit",
            rule="values have shape (n,), weights (m, n), capacities (m,)",
        )


def _refuse_numbers(
    value: NDArray[np.float64], weight: NDArray[np.float64], capacity: NDArray[np.float64], scale: float
) -> None:
    for name, part in (("value", value), ("weight", weight), ("capacity", capacity)):
        if not np.isfinite(part).all():
            raise InputError(f"a {name} is not a finite number", rule="all numbers are finite")
    for name, part in (("weight", weight), ("capacity", capacity)):
        if (part < 0).any():
            raise InputError(f"{name} {part.min()} is negative", rule=f"a {name} is not below 0")
    largest = max(np.abs(value).sum(), weight.sum(axis=1).max(initial=0), capacity.max(initial=0))
    if not isfinite(largest * scale) or largest * scale > LARGEST_SUM:
        raise InputError(
            f"numbers sum to {largest:.3g}",
            rule=f"sums in steps of 1/{scale:g} stay below {LARGEST_SUM:.0e}",
            fix="Maybe give them in thousands or millions",
        )


def _round_up(steps: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round up to whole steps, but not for what floating point adds to a whole number."""
    return np.ceil(steps - 1e-9 * np.maximum(1.0, np.abs(steps))).astype(np.int64)
