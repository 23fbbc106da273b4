"""Counting floating-point weights in whole steps, exactly where decimals allow it."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Weights with up to six decimals are counted exactly.
FACTORS: Final = tuple(10**power for power in range(7))
#: The largest weight has at most this many steps: sums of millions of weights stay within 64 bits.
MOST_STEPS: Final = 2**40


@dataclass(frozen=True)
class Steps:
    """counts: whole numbers, shape of the weights. unit: what a step is worth.

    slack: by how much one weight may differ from its count; 0 where counting is exact.
    """

    counts: NDArray[np.int64] = field(repr=False)
    unit: float
    slack: float


def count_steps(weights: NDArray[np.float64], *, most: int = MOST_STEPS) -> Steps:
    """Return ``weights`` (finite, any sign) as whole steps, at most ``most`` for the largest."""
    largest = float(np.abs(weights).max(initial=0.0))
    for factor in FACTORS:
        counts = np.rint(weights * factor)
        if largest * factor <= most and np.array_equal(counts / factor, weights):
            return Steps(counts.astype(np.int64), 1 / factor, 0.0)
    unit = largest / most
    return Steps(np.rint(weights / unit).astype(np.int64), unit, unit / 2)
