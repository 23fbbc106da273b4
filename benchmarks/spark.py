"""Sums of a trade table by Polars (this library), DuckDB and Spark in local mode, and the sweep on Spark.

``python benchmarks/spark.py [TRADE_FILE] [--years 1 4 16] [--cores 2] [--memory 2g] [--sweep]`` prints JSON
lines: seconds of wall and processor, rows a second, peak memory of the side and its children, and the largest
relative difference of any sum from Polars'. A case of N years holds the file N times, one copy a year, read
from disk and averaged with weights. Each side runs in a process of its own. TRADE_FILE is Parquet with
importer, hs6, exporter, value_usd; by default that in ``../shared/data/trade``. A side whose package is not
installed is named as absent.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from corridor.errors import MissingExtraError
from corridor.find.margins import TradeMargins, TradeSums, build_margins, measure_margins, weigh_years
from corridor.find.spark import measure_margins_on_spark, open_local_session, require_spark, sweep_on_spark

DEFAULT: Final = (
    Path(__file__).resolve().parents[2] / "shared/data/trade/baci_hs17_2024_bilateral_hs6.parquet"
)
LAST_YEAR: Final = 2024
MARKETS: Final = ("CHN", "PAK")
SELLERS: Final = ("PAK",)


def main() -> None:
    """Measure every side at every size, or one side where a parent asks for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--years", nargs="+", type=int, default=[1], help="copies of the file, one a year")
    parser.add_argument("--cores", type=int, default=2, help="threads of each side")
    parser.add_argument("--memory", default="2g", help="of Spark's process")
    parser.add_argument("--sweep", action="store_true", help="also the sweep over all markets, on Spark")
    parser.add_argument("--side", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        SIDES[asked.side](asked)
        return
    if not asked.file.is_file():
        print(json.dumps({"benchmark": "spark", "absent": asked.file.name}))
        return
    for years in asked.years:
        compare_sides(asked, years)


def compare_sides(asked: argparse.Namespace, years: int) -> None:
    """Run the sides one after the other on the same copies."""
    with tempfile.TemporaryDirectory(prefix="corridor-bench-") as name:
        folder = Path(name)
        for year in range(LAST_YEAR - years + 1, LAST_YEAR + 1):
            write_year(asked.file, folder / f"{year}.parquet", year)
        for side in SIDES:
            if side == "sweep" and not asked.sweep:
                continue
            if reason := find_missing(side):
                print(json.dumps({"benchmark": "spark", "side": side, "absent": reason}), flush=True)
                continue
            run_side(asked, side, folder)


def write_year(file: Path, target: Path, year: int) -> None:
    """Write the file again as the table ``TRADE`` of one year."""
    pl.scan_parquet(file).select(
        pl.lit(year, dtype=pl.Int32).alias("year"),
        "exporter",
        "importer",
        pl.col("hs6").alias("product"),
        pl.col("value_usd").cast(pl.Float64),
    ).sink_parquet(target, row_group_size=500_000)


def find_missing(side: str) -> str:
    """Return why a side cannot run, empty where it can."""
    if side == "duckdb" and find_spec("duckdb") is None:
        return "duckdb"
    if side in ("spark", "sweep"):
        try:
            require_spark()
        except MissingExtraError as error:
            return error.problem
    return ""


def run_side(asked: argparse.Namespace, side: str, folder: Path) -> None:
    """Run one side in a process of its own, so that its memory and threads are its own."""
    command = [sys.executable, __file__, "--side", side, "--folder", str(folder)]
    command += ["--cores", str(asked.cores), "--memory", asked.memory]
    subprocess.run(command, check=True, env=os.environ | {"POLARS_MAX_THREADS": str(asked.cores)})


def list_files(folder: Path) -> list[str]:
    """Return the files of the case, oldest year first."""
    return sorted(str(path) for path in folder.glob("*.parquet"))


def measure_polars(asked: argparse.Namespace) -> None:
    """Sum with this library on one machine; its margins are what the others are compared with."""
    files = list_files(asked.folder)
    with timed("polars", "margins", files) as line:
        margins = measure_margins(
            pl.scan_parquet(files), MARKETS, exporters=SELLERS, year=LAST_YEAR, window=len(files)
        )
    np.savez(asked.folder / "margins.npz", *list_matrices(margins))
    print(json.dumps(line), flush=True)


def measure_duckdb(asked: argparse.Namespace) -> None:
    """Sum with DuckDB into the same margins."""
    import duckdb

    files = list_files(asked.folder)
    with timed("duckdb", "margins", files) as line, duckdb.connect() as connection:
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute(f"SET threads = {asked.cores}")
        weights = weigh_years(range(LAST_YEAR - len(files) + 1, LAST_YEAR + 1), LAST_YEAR, len(files))
        connection.register(
            "weights", pl.DataFrame(list(weights.items()), ["year", "weight"], orient="row").to_arrow()
        )
        connection.execute(
            f"CREATE VIEW flows AS SELECT exporter, importer, product, value_usd * weight AS value "
            f"FROM read_parquet({files}) JOIN weights USING (year) WHERE exporter <> importer"
        )
        tables = [
            connection.sql(f"SELECT {keys}, sum(value) AS value FROM flows {where} GROUP BY ALL").pl()
            for keys, where in (
                ("exporter, product", ""),
                ("importer, product", ""),
                ("exporter, importer, product", f"WHERE importer IN {MARKETS} OR exporter = '{SELLERS[0]}'"),
            )
        ]
        sums = TradeSums(tables[0].with_columns(bad=pl.lit(False)), tables[1], tables[2])
        margins = build_margins(sums, weights, MARKETS, SELLERS)
    print(json.dumps(line | compare_margins(margins, asked.folder)), flush=True)


def measure_spark(asked: argparse.Namespace) -> None:
    """Sum with Spark, twice: a cold start compiles its plans first."""
    files = list_files(asked.folder)
    began = time.perf_counter()
    with open_local_session(cores=asked.cores, memory=asked.memory) as session:
        trade = session.read.parquet(*files)
        started = time.perf_counter() - began
        for case in ("margins, first", "margins, again"):
            with timed("spark", case, files) as line:
                margins = measure_margins_on_spark(
                    trade, MARKETS, exporters=SELLERS, year=LAST_YEAR, window=len(files)
                )
            difference = compare_margins(margins, asked.folder)
            print(json.dumps(line | difference | {"start_seconds": round(started, 2)}), flush=True)


def measure_sweep(asked: argparse.Namespace) -> None:
    """Sweep all exporters and markets on Spark; potentials of a market sum to what it imports."""
    files = list_files(asked.folder)
    with open_local_session(cores=asked.cores, memory=asked.memory) as session:
        trade = session.read.parquet(*files)
        with timed("spark", "sweep of all markets", files) as line:
            found = sweep_on_spark(trade)
    row = [found.margins.index_economy(market) for market in found.markets]
    demand = pl.DataFrame({"importer": found.markets, "demand": found.margins.imports[row].sum(axis=1)})
    sums = found.totals.group_by("importer").agg(pl.col("potential_usd").sum()).join(demand, on="importer")
    error = sums.select((pl.col("potential_usd") / pl.col("demand") - 1).abs().max()).item()
    figures = {"markets": len(found.markets), "cells": found.top.height, "invariant_error": error}
    print(json.dumps(line | figures), flush=True)


SIDES: Final[dict[str, Callable[[argparse.Namespace], None]]] = {
    "polars": measure_polars,
    "duckdb": measure_duckdb,
    "spark": measure_spark,
    "sweep": measure_sweep,
}


def list_matrices(margins: TradeMargins) -> list[Any]:
    """Return all sums of the margins."""
    return [margins.exports, margins.imports, *margins.flows.values(), *margins.sales.values()]


def compare_margins(margins: TradeMargins, folder: Path) -> dict[str, float]:
    """Return the largest relative difference of any sum from those of Polars."""
    with np.load(folder / "margins.npz") as kept:
        pairs = list(zip(list_matrices(margins), kept.values(), strict=True))
    differences = [np.abs(ours - theirs) / np.where(theirs > 0, theirs, 1) for ours, theirs in pairs]
    return {"max_relative_difference": max(float(each.max()) for each in differences)}


@contextmanager
def timed(side: str, case: str, files: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the line of a case, with its times and memory once the block is left."""
    rows = pl.scan_parquet(files).select(pl.len()).collect().item()
    line: dict[str, Any] = {
        "benchmark": "spark",
        "side": side,
        "case": case,
        "years": len(files),
        "rows": rows,
    }
    began, worked = time.perf_counter(), watch_processes()[0]
    yield line
    line["seconds"] = round(time.perf_counter() - began, 2)
    worked_after, peak = watch_processes()
    line["cpu_seconds"] = round(worked_after - worked, 2)
    line["million_rows_a_second"] = round(rows / line["seconds"] / 1e6, 2)
    line["peak_mib"] = round(peak)


def watch_processes() -> tuple[float, float]:
    """Return the processor seconds and the summed peaks in MiB of this process and all below it."""
    if not Path("/proc/self/status").exists():
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
    family, seen = {os.getpid()}, 0
    while len(family) > seen:
        seen = len(family)
        family |= {process for process, fields in parents.items() if int(fields[1]) in family}
    ticks = sum(int(field) for process in family for field in parents[process][11:15])
    peaks = [read_peak(process) for process in family]
    return ticks / os.sysconf("SC_CLK_TCK"), sum(peaks) / 1024


def read_peak(process: int) -> int:
    """Return the largest resident memory of a process in KiB."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main()
