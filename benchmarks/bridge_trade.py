"""How fast a year of trade moves from HS 2017 to HS 1992, and in how much memory, beside a plain join.

    python benchmarks/bridge_trade.py [TRADE.parquet CONCORDANCE.parquet]

TRADE has ``importer, hs6, exporter, value_usd``; CONCORDANCE ``HS5_6d, HS0_6d``; by default those of
``../shared/data``, else the benchmark says that they are absent. Prints a JSON line a
contender, each in a process of its own, with the sum before and after.

- ``corridor_bridge``: ``data.concordance.bridge_trade``: shares checked, codes counted, flows summed and
  sorted, back as a table.
- ``polars_in_memory``, ``polars_streaming``: the bound: join and group_by, nothing checked or counted, unsorted.
"""

import argparse
import json
import multiprocessing
import sys
import time
from pathlib import Path

import polars as pl

SHARED = Path(__file__).resolve().parents[2] / "shared/data"
KEY = ("year", "exporter", "importer", "product")


def open_inputs(trade: str, concordance: str) -> tuple[pl.LazyFrame, pl.DataFrame]:
    flows = pl.scan_parquet(trade).select(
        pl.lit(2024, dtype=pl.Int32).alias("year"),
        "exporter",
        "importer",
        pl.col("hs6").alias("product"),
        pl.col("value_usd").cast(pl.Float64),
    )
    step = pl.read_parquet(concordance).select(source="HS5_6d", target="HS0_6d", share=pl.lit(1.0))
    return flows, step


def bridge_with_corridor(trade: str, concordance: str) -> float:
    from corridor.data.concordance import bridge_trade

    moved, _ = bridge_trade(*open_inputs(trade, concordance))
    return float(moved.collect()["value_usd"].sum())


def join_with_polars(trade: str, concordance: str, engine: str) -> float:
    flows, step = open_inputs(trade, concordance)
    moved = (
        flows.join(step.lazy(), left_on="product", right_on="source", how="left")
        .with_columns(
            product=pl.coalesce("target", "product"), value_usd=pl.col("value_usd") * pl.col("share")
        )
        .group_by(KEY)
        .agg(pl.col("value_usd").sum())
    )
    return float(moved.collect(engine=engine)["value_usd"].sum())  # type: ignore[call-overload]


def join_in_memory(trade: str, concordance: str) -> float:
    return join_with_polars(trade, concordance, "in-memory")


def join_streaming(trade: str, concordance: str) -> float:
    return join_with_polars(trade, concordance, "streaming")


CONTENDERS = {
    "corridor_bridge": bridge_with_corridor,
    "polars_in_memory": join_in_memory,
    "polars_streaming": join_streaming,
}


def _run(name: str, trade: str, concordance: str, sender: object) -> None:
    start = time.perf_counter()
    value = CONTENDERS[name](trade, concordance)
    wall = time.perf_counter() - start
    status = Path("/proc/self/status").read_text()
    peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
    sender.send((wall, peak / (1 << 20), value))  # type: ignore[attr-defined]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "trade", nargs="?", default=str(SHARED / "trade/baci_hs17_2024_bilateral_hs6.parquet")
    )
    parser.add_argument("concordance", nargs="?", default=str(SHARED / "concordance/hs5_hs0.parquet"))
    arguments = parser.parse_args()
    for file in (arguments.trade, arguments.concordance):
        if not Path(file).is_file():
            print(json.dumps({"benchmark": "bridge_trade", "absent": Path(file).name}))
            return
    flows, _ = open_inputs(arguments.trade, arguments.concordance)
    rows, before = flows.select(pl.len(), pl.col("value_usd").sum().alias("value")).collect().row(0)
    context = multiprocessing.get_context("spawn")
    for name in CONTENDERS:
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_run, args=(name, arguments.trade, arguments.concordance, sender))
        process.start()
        sender.close()
        wall, peak, after = receiver.recv()
        process.join()
        line = {
            "benchmark": "bridge_trade",
            "case": name,
            "rows": rows,
            "wall_s": round(wall, 3),
            "peak_rss_gib": round(peak, 3),
            "relative_error_of_sum": abs(after / before - 1),
        }
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
