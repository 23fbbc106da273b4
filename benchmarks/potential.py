"""Export potential on a year of trade from disk: one pair, and all exporters in one market.

``python benchmarks/potential.py [TRADE_FILE]`` prints JSON lines: seconds, rows, peak memory, the
invariant's error. TRADE_FILE is Parquet with importer, hs6, exporter, value_usd (the layout of the merged
BACI files); by default that in ``../shared/data/trade``, else the benchmark says that it is absent.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from corridor.find.margins import measure_margins
from corridor.find.pair import analyse_margins, analyse_pair
from corridor.find.potential import compute_potential, tabulate_potential

DEFAULT = Path(__file__).resolve().parents[2] / "shared/data/trade/baci_hs17_2024_bilateral_hs6.parquet"


def report(case: str, seconds: float, **figures: object) -> None:
    """Print one line."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = {"benchmark": "potential", "case": case, "seconds": round(seconds, 3), "peak_mib": round(peak)}
    print(json.dumps(line | figures), flush=True)


def main() -> None:
    """Measure the three cases one after the other."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not path.is_file():
        print(json.dumps({"benchmark": "potential", "absent": str(path.name)}))
        return
    trade = pl.scan_parquet(path).select(
        pl.lit(2024, dtype=pl.Int32).alias("year"),
        "exporter",
        "importer",
        pl.col("hs6").alias("product"),
        "value_usd",
    )
    start = time.perf_counter()
    analysis = analyse_pair(trade, "PAK", "CHN")
    report("one pair from disk", time.perf_counter() - start, lines=analysis.opportunities.height)

    margins = measure_margins(trade, ["CHN"])
    start = time.perf_counter()
    analyse_margins(margins, "PAK", "CHN")
    report("one pair, margins measured", time.perf_counter() - start)

    start = time.perf_counter()
    market = compute_potential(margins, "CHN")
    table = tabulate_potential(market)
    seconds = time.perf_counter() - start
    demand = market.demand > 0
    error = np.abs(market.potential.sum(axis=0)[demand] / market.demand[demand] - 1).max()
    report("all exporters in one market", seconds, rows=table.height, invariant_error=float(error))


if __name__ == "__main__":
    main()
