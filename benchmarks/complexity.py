"""One year of complexity, 230 economies × 5,000 products, 45 % nonzero, beside plain NumPy and the peers.

``python benchmarks/complexity.py [--repeats 5] [--peers]`` prints JSON lines. On every side a long table
goes in and tables come out (ECI, PCI, density, COI, COG, proximity); the sides take turns, so that a busy
machine slows all of them. Peers (``pip install 'corridor[bench]'``, or an environment of their own named by
``--peers-python PATH``, since they need an older pandas) run once each, a run of both
others after each; where they are not installed they are reported as absent.
"""

import argparse
import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl

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


def measure(work: Callable[[pl.DataFrame], object], exports: pl.DataFrame) -> tuple[float, float]:
    """Return the seconds of one run by the clock, and of processor over all cores."""
    start, spent = time.perf_counter(), time.process_time()
    work(exports)
    return time.perf_counter() - start, time.process_time() - spent


def run_corridor(exports: pl.DataFrame) -> object:
    """Compute every measure, in float64."""
    from corridor.find.complexity import compute_complexity

    return compute_complexity(exports)


def run_corridor_single(exports: pl.DataFrame) -> object:
    """Compute every measure, proximity and what follows from it in float32."""
    from corridor.find.complexity import compute_complexity

    return compute_complexity(exports, precision="single")


PEERS: dict[str, Callable[[pl.DataFrame], object]] = {
    "economic_complexity": run_economic_complexity,
    "ecomplexity": run_ecomplexity,
}


def measure_peer(name: str) -> tuple[float, float] | None:
    """Return the seconds of one run of a peer in this process, None where it is not installed."""
    if find_spec(name) is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return measure(PEERS[name], make_exports())


def ask_peer(name: str, python: str) -> tuple[float, float] | None:
    """Return the seconds of one run of a peer in another environment, None where it is not installed."""
    command = [python, str(Path(__file__).resolve()), "--one-peer", name]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=1800)
    seconds = json.loads(answer.stdout)["seconds"]
    return None if seconds is None else tuple(seconds)


def print_side(name: str, taken: list[tuple[float, float]], bound: float, corridor: float) -> None:
    """Print one side beside the bound and Corridor's best.

    On a busy machine the processor's seconds say more than the clock's: nobody else's work is in them.
    """
    clock, spent = ([run[place] for run in taken] for place in (0, 1))
    line = {"benchmark": "complexity", "side": name, "economies": ECONOMIES, "products": PRODUCTS}
    line |= {
        "runs": len(taken),
        "best_s": round(min(clock), 3),
        "median_s": round(float(np.median(clock)), 3),
    }
    line |= {"cpu_s": round(min(spent), 3)}
    line |= {"times_numpy": round(min(clock) / bound, 2), "times_corridor": round(min(clock) / corridor, 2)}
    print(json.dumps(line))


def main() -> None:
    """Take turns and print the best and the median of each side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="also run the peers, once each: minutes")
    parser.add_argument(
        "--peers-python", default=sys.executable, help="Python of the environment with the peers"
    )
    parser.add_argument("--one-peer", choices=PEERS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one_peer:
        print(json.dumps({"seconds": measure_peer(asked.one_peer)}))
        return
    exports = make_exports()
    sides: dict[str, Callable[[pl.DataFrame], object]] = {
        "corridor": run_corridor,
        "corridor, single": run_corridor_single,
        "numpy float64": compute_plain,
    }
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for work in sides.values():
        measure(work, exports)  # the first run also pays for loading
    for _ in range(asked.repeats):
        for name, work in sides.items():
            seconds[name].append(measure(work, exports))
    for name in PEERS if asked.peers else ():
        taken = ask_peer(name, asked.peers_python)
        if taken is None:
            print(json.dumps({"benchmark": "complexity", "side": name, "absent": True}))
        else:
            seconds[name] = [taken]
        for side in ("corridor", "numpy float64"):
            seconds[side].append(measure(sides[side], exports))
    bound, corridor = min(seconds["numpy float64"])[0], min(seconds["corridor"])[0]
    for name, each in seconds.items():
        print_side(name, each, bound, corridor)


if __name__ == "__main__":
    main()
