"""How fast a BACI year of 11 million rows is imported, and in how much memory, beside plain readers.

    python benchmarks/import_trade.py [--rows 11000000] [--folder FOLDER]

Writes a year in CEPII's layout (230 economies, 5,384 products, quantities with NA) into FOLDER, then
runs each contender in a process of its own and prints one JSON line for each: seconds of wall and of
processor, rows a second, rows a second of processor time (a core's rate), peak resident memory.

- ``corridor_import``: ``import_file``: every cell checked, codes mapped, flows sorted, duplicates looked
  for, Parquet and manifest written, hashed and flushed to the disk.
- ``corridor_import_zip``: the same from the zip as published.
- ``polars_read_csv``, ``polars_scan_sink``: the bound: types given, nothing checked; read only, and
  read and written as Parquet.
- ``duckdb_read_csv``, ``duckdb_copy``: the same by DuckDB.
"""

import argparse
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

SEED = 7
ECONOMIES = 230
PRODUCTS = 5_384


def write_year(path: Path, rows: int) -> None:
    """Write distinct flows in the order and form of CEPII's files."""
    from corridor.data.codes import numbers

    rng = np.random.default_rng(SEED)
    by_economy = {economy: int(number) for number, economy in numbers().items()}
    codes = np.sort(list(by_economy.values()))[:ECONOMIES]
    products = np.sort(rng.choice(np.arange(10_111, 970_700), PRODUCTS, replace=False))
    cells = ECONOMIES * ECONOMIES * PRODUCTS
    picked = np.unique(rng.integers(0, cells, int(rows * 1.05)))
    picked = np.sort(rng.choice(picked, rows, replace=False))
    value = np.round(rng.lognormal(3, 3, rows), 3)
    quantity = pl.Series(np.round(value / rng.lognormal(1, 1, rows), 3)).cast(pl.String)
    unknown = pl.Series(rng.random(rows) < 0.04)
    pl.DataFrame(
        {
            "t": np.full(rows, 2024),
            "i": codes[picked // (ECONOMIES * PRODUCTS)],
            "j": codes[picked // PRODUCTS % ECONOMIES],
            "k": pl.Series(products[picked % PRODUCTS]).cast(pl.String).str.zfill(6),
            "v": value,
            "q": quantity.set(unknown, "       NA"),
        }
    ).write_csv(path)


def import_with_corridor(path: Path, folder: Path) -> None:
    from corridor.data.importers import import_file
    from corridor.data.store import Store

    steps: list[float] = []
    import_file(Store(folder), path, name="year", progress=lambda share, what: steps.append(share))
    assert len(steps) > 5


TYPES = {"t": pl.Int32, "i": pl.Int32, "j": pl.Int32, "k": pl.String, "v": pl.Float64, "q": pl.String}


def read_with_polars(path: Path, folder: Path) -> None:
    pl.read_csv(path, schema=TYPES)


def copy_with_polars(path: Path, folder: Path) -> None:
    pl.scan_csv(path, schema=TYPES).sink_parquet(folder / "year.parquet", compression="zstd")


def query_with_duckdb(path: Path, query: str) -> None:
    import duckdb

    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    columns = "{'t':'INT','i':'INT','j':'INT','k':'VARCHAR','v':'DOUBLE','q':'VARCHAR'}"
    connection.execute(query.format(source=f"read_csv('{path}', header=true, columns={columns})")).fetchall()


def read_with_duckdb(path: Path, folder: Path) -> None:
    query_with_duckdb(path, "CREATE TABLE year AS SELECT * FROM {source}")


def copy_with_duckdb(path: Path, folder: Path) -> None:
    target = folder / "year.parquet"
    query_with_duckdb(path, f"COPY (SELECT * FROM {{source}}) TO '{target}' (COMPRESSION zstd)")


def measure(run: Callable[[Path, Path], None], path: Path, folder: Path) -> dict[str, float]:
    """Run in a fresh process; its own peak memory and processor time are what is reported."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(run, path, folder, sender))
    process.start()
    sender.close()
    figures: dict[str, float] = receiver.recv()
    process.join()
    return figures


def _run(run: Callable[[Path, Path], None], path: Path, folder: Path, sender: object) -> None:
    start = time.perf_counter()
    run(path, folder)
    wall = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_SELF)
    processor = usage.ru_utime + usage.ru_stime
    sender.send(  # type: ignore[attr-defined]
        {"wall_s": wall, "processor_s": processor, "peak_rss_gib": read_peak_kib() / (1 << 20)}
    )


def read_peak_kib() -> int:
    """Return the peak resident memory of this process; ``ru_maxrss`` would count its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=11_000_000)
    parser.add_argument("--folder", type=Path, help="where the year is written (about 400 MB)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        path = Path(folder) / "BACI_HS17_Y2024_V202601.csv"
        write_year(path, arguments.rows)
        packed = path.with_suffix(".zip")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(path, path.name)
        contenders = [
            ("corridor_import", import_with_corridor, path),
            ("corridor_import_zip", import_with_corridor, packed),
            ("polars_read_csv", read_with_polars, path),
            ("polars_scan_sink", copy_with_polars, path),
            ("duckdb_read_csv", read_with_duckdb, path),
            ("duckdb_copy", copy_with_duckdb, path),
        ]
        for name, run, source in contenders:
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                figures = measure(run, source, Path(scratch))
            line = {
                "benchmark": "import_trade",
                "case": name,
                "rows": arguments.rows,
                "bytes": source.stat().st_size,
                **{key: round(value, 3) for key, value in figures.items()},
                "rows_per_s": round(arguments.rows / figures["wall_s"]),
                "rows_per_processor_s": round(arguments.rows / figures["processor_s"]),
                "cores": os.cpu_count(),
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
