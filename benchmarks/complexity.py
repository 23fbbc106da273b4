"""One year of complexity, 230 economies × 5,000 products, 45 % nonzero, beside plain NumPy and the peers.

``python benchmarks/complexity.py [--repeats 5] [--peers]`` prints JSON lines. On every side a long table
goes in and tables come out (ECI, PCI, density, COI, COG, proximity); the sides take turns, so that a busy
machine slows all of them. Peers (``pip install 'corridor[bench]'``) are reported as absent where they are.
"""

import argparse
import json
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import polars as pl

from corridor.find.complexity import compute_complexity

ECONOMIES, PRODUCTS, FILLED, SEED = 230, 5_000, 0.45, 7


def make_exports() -> pl.DataFrame:
    """Return a long table of lognormal exports, complete in shape, 45 % of its cells filled."""
    random = np.random.default_rng(SEED)
    filled = random.random((ECONOMIES, PRODUCTS)) < FILLED
    economy, product = np.nonzero(filled)
    values = np.exp(random.normal(10, 3, len(economy)))
    names = pl.Series([f"X{number:03d}" for number in range(ECONOMIES)])
    codes = pl.Series([f"{number:06d}" for number in range(PRODUCTS)])
    return pl.DataFrame({"economy": names.gather(economy), "product": codes.gather(product), "value": values})


def compute_plain(exports: pl.DataFrame) -> tuple[np.ndarray, ...]:
    """Do the same by the textbook in NumPy float64: the bound."""
    economies, products = exports["economy"].unique().sort(), exports["product"].unique().sort()
    values = np.zeros((len(economies), len(products)))
    row = exports["economy"].cast(pl.Enum(economies)).to_physical().to_numpy()
    column = exports["product"].cast(pl.Enum(products)).to_physical().to_numpy()
    np.add.at(values, (row, column), exports["value"].to_numpy())
    rca = values / values.sum(1, keepdims=True) / (values.sum(0) / values.sum())
    m = (rca > 1).astype(float)
    diversity, ubiquity = m.sum(1), m.sum(0)
    root = np.sqrt(diversity)
    eigenvalues, vectors = np.linalg.eigh((m / ubiquity) @ m.T / np.outer(root, root))
    k_c = vectors[:, -2] / root
    k_c *= np.sign(np.corrcoef(k_c, diversity)[0, 1])
    k_p = m.T @ k_c / ubiquity / eigenvalues[-2]
    eci, pci = (k_c - k_c.mean()) / k_c.std(), (k_p - k_c.mean()) / k_c.std()
    proximity = m.T @ m / np.maximum.outer(ubiquity, ubiquity)
    np.fill_diagonal(proximity, 0)
    near = proximity.sum(0)
    density = m @ proximity / near
    coi = (density * (1 - m)) @ k_p
    cog = (1 - m) * ((1 - m) @ (proximity * (k_p / near)[:, None])) / k_c.std()
    table = pl.DataFrame(
        {
            "economy": economies.gather(np.repeat(np.arange(len(economies)), len(products))),
            "product": products.gather(np.tile(np.arange(len(products)), len(economies))),
            "rca": rca.ravel(),
            "m": m.ravel(),
            "density": density.ravel(),
            "cog": cog.ravel(),
        }
    )
    return eci, pci, coi, table, proximity


def run_ecomplexity(exports: pl.DataFrame) -> object:
    """Harvard Growth Lab's Python package."""
    import pandas as pd
    from ecomplexity import ecomplexity

    frame = pd.DataFrame(exports.to_dict(as_series=False)).assign(year=2024)
    columns = {"time": "year", "loc": "economy", "prod": "product", "val": "value"}
    return ecomplexity(frame, columns, check_logsupermodularity=False, verbose=False)


def run_economic_complexity(exports: pl.DataFrame) -> object:
    """Datawheel's package: ECI, PCI, proximity, relatedness and opportunity gain."""
    import pandas as pd
    from economic_complexity import complexity, opportunity_gain, proximity, rca, relatedness

    frame = pd.DataFrame(exports.to_dict(as_series=False))
    ratio = rca(frame.pivot(index="economy", columns="product", values="value").fillna(0.0))
    near = proximity(ratio)
    _eci, pci = complexity(ratio)
    return relatedness(ratio, proximities=near), opportunity_gain(ratio, proximities=near, pci=pci)


def measure(work: Callable[[pl.DataFrame], object], exports: pl.DataFrame) -> float:
    """Return the seconds of one run."""
    start = time.perf_counter()
    work(exports)
    return time.perf_counter() - start


def main() -> None:
    """Take turns and print the best and the median of each side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="also run the peers, once each: minutes")
    asked = parser.parse_args()
    exports = make_exports()
    sides: dict[str, Callable[[pl.DataFrame], object]] = {
        "corridor": compute_complexity,
        "numpy float64": compute_plain,
    }
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for work in sides.values():
        measure(work, exports)  # the first run also pays for loading
    for _ in range(asked.repeats):
        for name, work in sides.items():
            seconds[name].append(measure(work, exports))
    peers = {"economic_complexity": run_economic_complexity, "ecomplexity": run_ecomplexity}
    for module, work in peers.items():
        if find_spec(module) is None:
            print(json.dumps({"benchmark": "complexity", "side": module, "absent": True}))
        elif asked.peers:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                seconds[module] = [measure(work, exports)]
    bound = min(seconds["numpy float64"])
    for name, taken in seconds.items():
        best = min(taken)
        print(
            json.dumps(
                {
                    "benchmark": "complexity",
                    "side": name,
                    "economies": ECONOMIES,
                    "products": PRODUCTS,
                    "runs": len(taken),
                    "best_s": round(best, 3),
                    "median_s": round(float(np.median(taken)), 3),
                    "times_numpy": round(best / bound, 2),
                }
            )
        )


if __name__ == "__main__":
    main()
