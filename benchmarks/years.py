"""Many generated years: imported, then complexity and the potential of everybody everywhere, a year at a time.

    python benchmarks/years.py [--years 1,4,12,28] [--rows 9000000] [--folder FOLDER]

Writes BACI-like Parquet files of generated trade (``_trade_years``) into FOLDER, about 100 MB a year, and
prints JSON lines. For each number of years, in a process of its own:

- ``import``: all files as one dataset (checked, sorted, stored, hashed); ``rows_per_processor_s`` is the rate
  of a core.
- ``analyse``: for every year ECI, PCI, density, COI and COG, and the potential of all exporters in all markets
  for all products with the 200 best cells of each; tables written. ``seconds_a_year`` tells whether the cost
  is linear in the years.

``plain numpy`` does one year of both as the textbook has it, beside it. Everything written is removed.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from _peers import score_with_numpy, sweep_with_numpy
from _processes import measure
from _trade_years import write_years
from corridor.data.importers import import_file
from corridor.data.store import Store
from corridor.find.complexity import compute_complexity
from corridor.find.cube import CubeWindow, build_cube
from corridor.find.sweep import sweep_potential

NAME = "generated"


def generate(folder: Path, years: int, rows: int) -> dict[str, Any]:
    paths = list(write_years(folder, years, rows))
    sizes = [pl.scan_parquet(path).select(pl.len()).collect().item() for path in paths]
    return {"years": years, "rows": sum(sizes), "bytes": sum(path.stat().st_size for path in paths)}


def import_years(source: Path, folder: Path, years: int) -> dict[str, Any]:
    paths = sorted(source.glob("*.parquet"))[:years]
    manifest = import_file(Store(folder), paths, name=NAME)
    return {"years": years, "rows": manifest.rows, "bytes": manifest.bytes}


def analyse_years(folder: Path, output: Path) -> dict[str, Any]:
    store = Store(folder)
    coverage = store.info(NAME).coverage
    assert coverage is not None
    parts = {"lay_out_s": 0.0, "complexity_s": 0.0, "potential_s": 0.0}
    cells = 0
    for year in coverage.years:
        start = time.perf_counter()
        cube = build_cube(store.scan(NAME), year)
        laid_out = time.perf_counter()
        row, column = np.nonzero(cube.exports)
        exports = pl.DataFrame(
            {
                "economy": pl.Series(cube.economies).gather(row),
                "product": pl.Series(cube.products).gather(column),
                "value": cube.exports[row, column],
            }
        )
        result = compute_complexity(exports)
        result.economies.write_parquet(output / f"economies-{year}.parquet")
        result.products.write_parquet(output / f"products-{year}.parquet")
        result.table.write_parquet(output / f"complexity-{year}.parquet")
        scored = time.perf_counter()
        sweep = sweep_potential(CubeWindow([cube], [1.0]), workers=os.cpu_count() or 1)
        sweep.lines.write_parquet(output / f"lines-{year}.parquet")
        sweep.markets.write_parquet(output / f"markets-{year}.parquet")
        cells += sweep.cells
        for name, seconds in zip(
            parts, (laid_out - start, scored - laid_out, time.perf_counter() - scored), strict=True
        ):
            parts[name] += seconds
        for path in output.iterdir():
            path.unlink()
    figures = {name: round(seconds, 2) for name, seconds in parts.items()}
    return {"years": len(coverage.years), "rows": coverage.rows, "cells": cells} | figures


def run_plain(source: Path) -> dict[str, Any]:
    """One year of the potential, and of ECI, PCI, density and COI, without checks or tables."""
    path = min(source.glob("*.parquet"))
    table = pl.read_parquet(path).rename({"i": "exporter", "j": "importer", "k": "hs6", "v": "value_usd"})
    plain = path.with_suffix(".plain")
    table.with_columns(pl.col("exporter", "importer").cast(pl.String)).write_parquet(plain)
    start = time.perf_counter()
    sweep_with_numpy(plain)
    swept = time.perf_counter()
    score_with_numpy(plain)
    plain.unlink()
    return {
        "years": 1,
        "rows": table.height,
        "potential_s": round(swept - start, 2),
        "complexity_s": round(time.perf_counter() - swept, 2),
    }


def report(case: str, figures: dict[str, Any]) -> None:
    line = {"benchmark": "years", "case": case, "cores": os.cpu_count()} | figures
    if "years" in figures:
        line["seconds_a_year"] = round(figures["seconds"] / figures["years"], 2)
    if case in ("import", "generate"):
        line["rows_per_s"] = round(figures["rows"] / figures["seconds"])
        line["rows_per_processor_s"] = round(figures["rows"] / figures["processor_s"])
    print(json.dumps(line), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", default="1,4,12,28", help="how many, separated by commas")
    parser.add_argument("--rows", type=int, default=9_000_000, help="flows a year")
    parser.add_argument("--folder", type=Path, help="where all is written: about 350 MB a year")
    asked = parser.parse_args()
    counts = sorted(int(count) for count in asked.years.split(","))
    with tempfile.TemporaryDirectory(dir=asked.folder) as kept:
        folder = Path(kept)
        needed = counts[-1] * asked.rows * 60
        if shutil.disk_usage(folder).free < needed:
            print(f"needs {needed:,} bytes in {folder.parent}", file=sys.stderr)
            return 1
        source = folder / "files"
        source.mkdir()
        report("generate", measure(generate, source, counts[-1], asked.rows))
        report("plain numpy", measure(run_plain, source))
        for count in counts:
            store, output = folder / "store", folder / "tables"
            output.mkdir()
            report("import", measure(import_years, source, store, count))
            report("analyse", measure(analyse_years, store, output))
            shutil.rmtree(store)
            shutil.rmtree(output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
