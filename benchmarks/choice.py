"""Pareto layers, choices under conditions and comparisons of runs: seconds, beside what they are checked by.

``python benchmarks/choice.py`` prints JSON lines. Layers of 5,000 random lines × 4 criteria are compared with
the definition (each line against all, in NumPy); choices and comparisons use the run the project carries.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from corridor.find.choice import Conditions, choose_lines
from corridor.find.compare import compare_runs
from corridor.find.pareto import sort_layers
from corridor.find.stored import stored_run

REPEATS = 5


def measure(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the median of the seconds that ``work`` takes, and its result."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds)), result


def report(case: str, seconds: float, **figures: object) -> None:
    """Print one line."""
    line = {"benchmark": "choice", "case": case, "seconds": round(seconds, 4)}
    print(json.dumps(line | figures), flush=True)


def peel_naively(values: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return the layers by their definition, one line against all that are left."""
    layers = np.zeros(len(values), dtype=np.int32)
    layer = 0
    while not layers.all():
        layer += 1
        left = np.flatnonzero(layers == 0)
        part = values[left]
        front = [
            place
            for place, row in zip(left, part, strict=True)
            if not ((part >= row).all(axis=1) & (part > row).any(axis=1)).any()
        ]
        layers[front] = layer
    return layers


def main() -> None:
    """Measure one case after the other."""
    values = np.random.default_rng(7).random((5000, 4))
    seconds, layers = measure(lambda: sort_layers(values))
    start = time.perf_counter()
    naive = peel_naively(values)
    peer = time.perf_counter() - start
    agree = bool((naive == layers).all())
    report("layers, 5000 x 4", seconds, by_definition=round(peer, 3), layers=int(layers.max()), agree=agree)

    run = stored_run("PAK", "CHN")
    for name, conditions in (
        ("no conditions", Conditions()),
        ("nested limits", Conditions(share=0.6, most_per_chapter=3, most_per_section=8)),
        ("sections too", Conditions(share=0.6, most_per_chapter=3, least_sections=16)),
        ("infeasible", Conditions(share=0.99, most_per_chapter=2, least_sections=16)),
    ):
        seconds, choice = measure(lambda conditions=conditions: choose_lines(run.opportunities, conditions))
        outcome = choice.outcome
        report(
            f"choice, {name}",
            seconds,
            lines=None if choice.lines is None else choice.lines.height,
            status=outcome.status,
            gap=outcome.gap,
            binding=list(choice.binding),
        )

    moved = run.opportunities.with_columns(partner_imports_usd=1.1 * pl.col("partner_imports_usd"))
    other = replace(run, opportunities=moved.with_columns(potential_usd=1.1 * pl.col("potential_usd")))
    seconds, comparison = measure(lambda: compare_runs(run, other))
    error = abs(comparison.terms["potential_usd"].sum() - comparison.change("potential"))
    report(
        "comparison",
        seconds,
        lines=comparison.lines.height,
        relative_error=error / comparison.second.potential_usd,
    )


if __name__ == "__main__":
    main()
