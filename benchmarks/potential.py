"""Export potential on a year of trade: a pair cold and warm, a market, and everything at once beside its peers.

    python benchmarks/potential.py [TRADE_FILE] [--folder FOLDER]

TRADE_FILE is Parquet with importer, hs6, exporter, value_usd (the layout of the merged BACI files); by
default that in ``../shared/data/trade``, else the benchmark says that it is absent. Each case runs in a
process of its own and prints one JSON line: seconds, seconds of processor, peak memory.

- ``one pair from disk``: analyse a pair from the file, nothing kept.
- ``first opening``: import the file, lay it out and keep the arrays (into FOLDER, removed afterwards).
- ``one pair, warm``: the pair from the kept arrays with firmness over ten conventions; ``with_noise``: with
  200 draws of errors besides. The first call of a process and the median of nine.
- ``all exporters in one market``: with every term as a table; ``invariant_error``: of potentials that sum to
  the market's imports.
- ``sweep``: from the file, all exporters × markets × products, the 200 best cells of each exporter and the
  sums; ``sweep, warm``: from the kept arrays.
- ``plain numpy``, ``duckdb``: the same cells by a plain computation and by one SQL query (the bound and a
  peer), which must agree.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from _peers import sweep_with_duckdb, sweep_with_numpy
from _processes import measure
from corridor.data.importers import Reading, import_file
from corridor.data.store import Store
from corridor.find.cube import measure_window, open_window
from corridor.find.firmness import NoiseModel
from corridor.find.margins import measure_margins
from corridor.find.pair import analyse_margins, analyse_pair
from corridor.find.potential import compute_potential, tabulate_potential
from corridor.find.sweep import Sweep, sweep_potential

DEFAULT = Path(__file__).resolve().parents[2] / "shared/data/trade/baci_hs17_2024_bilateral_hs6.parquet"
NAME = "year"


def scan(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path).select(
        pl.lit(2024, dtype=pl.Int32).alias("year"),
        "exporter",
        "importer",
        pl.col("hs6").alias("product"),
        "value_usd",
    )


def analyse_cold(path: Path) -> dict[str, Any]:
    return {"lines": analyse_pair(scan(path), "PAK", "CHN").opportunities.height}


def open_first(path: Path, folder: Path) -> dict[str, Any]:
    store = Store(folder / "datasets")
    start = time.perf_counter()
    manifest = import_file(store, path, name=NAME, reading=Reading(year=2024))
    imported = time.perf_counter()
    open_window(store, NAME)
    return {
        "rows": manifest.rows,
        "import_s": round(imported - start, 3),
        "lay_out_s": round(time.perf_counter() - imported, 3),
    }


def analyse_warm(folder: Path) -> dict[str, Any]:
    store = Store(folder / "datasets")

    def analyse(noise: NoiseModel | None) -> float:
        start = time.perf_counter()
        margins = open_window(store, NAME).margins(["CHN"], ["PAK"])
        analyse_margins(margins, "PAK", "CHN", noise=noise)
        return time.perf_counter() - start

    first = analyse(None)
    plain, noisy = ([analyse(noise) for _ in range(9)] for noise in (None, NoiseModel()))
    return {
        "first_s": round(first, 3),
        "seconds": round(statistics.median(plain), 3),
        "with_noise_s": round(statistics.median(noisy), 3),
    }


def weigh_market(path: Path) -> dict[str, Any]:
    margins = measure_margins(scan(path), ["CHN"])
    start = time.perf_counter()
    market = compute_potential(margins, "CHN")
    table = tabulate_potential(market)
    seconds = time.perf_counter() - start
    demand = market.demand > 0
    error = np.abs(market.potential.sum(axis=0)[demand] / market.demand[demand] - 1).max()
    return {"seconds": round(seconds, 3), "rows": table.height, "invariant_error": float(error)}


def sweep_file(path: Path) -> dict[str, Any]:
    return tell(sweep_potential(measure_window(scan(path)), workers=os.cpu_count() or 1))


def sweep_warm(folder: Path) -> dict[str, Any]:
    return tell(sweep_potential(open_window(Store(folder / "datasets"), NAME), workers=os.cpu_count() or 1))


def tell(result: Sweep) -> dict[str, Any]:
    return {
        "cells": result.cells,
        "lines": result.lines.height,
        "unrealised_usd": float(result.totals["unrealised_usd"].sum()),
        "best_usd": float(result.lines["unrealised_usd"].sum()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trade", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--folder", type=Path, help="where datasets are kept meanwhile (about 300 MB)")
    asked = parser.parse_args()
    if not asked.trade.is_file():
        print(json.dumps({"benchmark": "potential", "absent": asked.trade.name}))
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as kept:
        folder = Path(kept)
        for case, run, arguments in (
            ("one pair from disk", analyse_cold, (asked.trade,)),
            ("first opening", open_first, (asked.trade, folder)),
            ("one pair, warm", analyse_warm, (folder,)),
            ("all exporters in one market", weigh_market, (asked.trade,)),
            ("sweep", sweep_file, (asked.trade,)),
            ("sweep, warm", sweep_warm, (folder,)),
            ("plain numpy", sweep_with_numpy, (asked.trade,)),
            ("duckdb", sweep_with_duckdb, (asked.trade,)),
        ):
            figures = measure(run, *arguments)
            absent = {"side": case, "absent": True} if figures.get("absent") else {}
            line = {"benchmark": "potential", "case": case, "cores": os.cpu_count()} | figures | absent
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
