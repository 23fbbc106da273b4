"""Knapsacks with published optima.

mknap1: seven problems of Petersen, "Computational experience with variants of the Balas algorithm applied
to the selection of R&D projects", Management Science 13 (1967) 736–750; OR-Library (Beasley 1990), which
states the optima in the file. weing1: Weingartner & Ness, "Methods for the solution of the
multidimensional 0/1 knapsack problem", Operations Research 15 (1967) 83–103; optimum 141,278.
Tolerance: none, all are proved.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corridor.solvers.knapsacks import choose_items

PUBLISHED = (3800, 8706.1, 4015, 6120, 12400, 10618, 16537)


def read_mknap(
    text: str,
) -> list[tuple[float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]:
    """Return (published optimum, values, weights, capacities) of each problem of an OR-Library file."""
    numbers = np.array(text.split(), dtype=np.float64)
    problems, place = [], 1
    for _ in range(int(numbers[0])):
        n, m, optimum = int(numbers[place]), int(numbers[place + 1]), float(numbers[place + 2])
        parts = np.split(numbers[place + 3 : place + 3 + n + n * m + m], [n, n + n * m])
        problems.append((optimum, parts[0], parts[1].reshape(m, n), parts[2]))
        place += 3 + n + n * m + m
    return problems


@pytest.mark.shared
def test_mknap1_is_solved_exactly(shared: Path) -> None:
    text = (shared / "benchmarks/planning/orlib/mknap1.txt").read_text()
    problems = read_mknap(text)
    assert tuple(optimum for optimum, *_ in problems) == PUBLISHED
    for optimum, values, weights, capacities in problems:
        choice = choose_items(values, weights, capacities, time_limit_s=60)
        assert choice.outcome.status == "optimal"
        assert choice.outcome.objective == optimum
        assert choice.outcome.bound == optimum
        assert choice.taken is not None
        assert (weights @ choice.taken <= capacities).all()


@pytest.mark.shared
def test_weingartner_1_is_solved_exactly(shared: Path) -> None:
    lines = (shared / "benchmarks/planning/orlib/weing1.dat").read_text().split()
    m, n = int(lines[0]), int(lines[1])
    numbers = np.array(lines[2:], dtype=np.float64)
    values, capacities = numbers[:n], numbers[n : n + m]
    weights = numbers[n + m : n + m + n * m].reshape(m, n)
    choice = choose_items(values, weights, capacities, time_limit_s=60)
    assert float(lines[-1]) == choice.outcome.objective == 141278
    assert choice.outcome.status == "optimal"
