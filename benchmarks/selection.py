"""Selections with published optima: seven of Petersen (1967), one of Weingartner & Ness (1967).

``python benchmarks/selection.py [FOLDER]`` prints one JSON line an instance. FOLDER holds OR-Library's
``mknap1.txt`` and ``weing1.dat``; by default ``../shared/benchmarks/planning/orlib``, else the benchmark
says that it is absent. The solver is the one behind ``select_projects``.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corridor.solvers.knapsacks import choose_items

DEFAULT = Path(__file__).resolve().parents[2] / "shared/benchmarks/planning/orlib"
SECONDS = 60.0
Instance = tuple[str, float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def read_instances(folder: Path) -> Iterator[Instance]:
    """Yield (name, published optimum, values, weights, capacities)."""
    numbers = np.array((folder / "mknap1.txt").read_text().split(), dtype=np.float64)
    place = 1
    for number in range(int(numbers[0])):
        n, m, optimum = int(numbers[place]), int(numbers[place + 1]), float(numbers[place + 2])
        values, weights, capacities = np.split(numbers[place + 3 : place + 3 + n + n * m + m], [n, n + n * m])
        yield f"mknap1-{number + 1}", optimum, values, weights.reshape(m, n), capacities
        place += 3 + n + n * m + m
    numbers = np.array((folder / "weing1.dat").read_text().split(), dtype=np.float64)
    m, n = int(numbers[0]), int(numbers[1])
    values, capacities, weights = np.split(numbers[2 : 2 + n + m + n * m], [n, n + m])
    yield "weing1", float(numbers[-1]), values, weights.reshape(m, n), capacities


def main() -> None:
    """Solve every instance and print what was proved beside what was published."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not folder.is_dir():
        print(json.dumps({"benchmark": "selection", "absent": folder.name}))
        return
    for name, published, values, weights, capacities in read_instances(folder):
        outcome = choose_items(values, weights, capacities, time_limit_s=SECONDS).outcome
        record = {
            "benchmark": "selection",
            "instance": name,
            "status": outcome.status,
            "objective": outcome.objective,
            "bound": outcome.bound,
            "published": published,
            "equal": outcome.objective == published,
            "seconds": round(outcome.seconds, 3),
        }
        print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
