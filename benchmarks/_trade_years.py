"""Generated years of world trade in the layout of BACI, one Parquet file a year, streamed.

No figure is of a real economy: codes are real so that files import as they would, values are drawn. Sizes
of economies, tastes for products and distances give a value its level, noise spreads it; the cells with
trade drift slowly from year to year, as they do in customs records. The same seed gives the same files.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from corridor.data.codes import numbers

ECONOMIES = 230
PRODUCTS = 5_000
FIRST_YEAR = 1996
SEED = 11
#: Cells are drawn for so many exporters at a time, so that memory does not grow with the year.
BLOCK = 23
#: Of a year's cells, so many are drawn anew in the next.
DRIFT = 0.1


def write_years(folder: Path, years: int, rows: int, *, seed: int = SEED) -> Iterator[Path]:
    """Write a file a year and yield its path; ``rows`` is the mean number of flows a year."""
    rng = np.random.default_rng(seed)
    by_economy = {economy: int(number) for number, economy in numbers().items()}
    codes = np.sort(list(by_economy.values()))[:ECONOMIES].astype(np.int16)
    goods = np.sort(rng.choice(np.arange(10_111, 970_700), PRODUCTS, replace=False))
    named = pl.Series([f"{code:06d}" for code in goods])
    size, reach = rng.lognormal(0, 2, ECONOMIES), rng.lognormal(0, 1.5, ECONOMIES)
    taste, skill = rng.lognormal(0, 1.5, PRODUCTS), rng.lognormal(0, 1.5, (ECONOMIES, PRODUCTS))
    for year in range(FIRST_YEAR, FIRST_YEAR + years):
        parts = []
        for start in range(0, ECONOMIES, BLOCK):
            cells = draw_cells(start, year, rows, seed)
            exporter, importer, product = split_cells(cells, start)
            other = importer != exporter
            exporter, importer, product = exporter[other], importer[other], product[other]
            noise = np.random.default_rng((seed, year, start, 1)).lognormal(0, 1.5, len(product))
            value = size[exporter] * reach[importer] * taste[product] * skill[exporter, product] * noise
            parts.append(
                pl.DataFrame(
                    {
                        "t": np.full(len(product), year, dtype=np.int16),
                        "i": codes[exporter],
                        "j": codes[importer],
                        "k": named.gather(product),
                        "v": np.round(value, 3) + 0.001,
                        "q": np.round(value / 3, 3),
                    }
                )
            )
        path = folder / f"BACI_HS96_Y{year}_V202601.parquet"
        pl.concat(parts).write_parquet(path, compression="zstd", compression_level=1)
        yield path


def draw_cells(start: int, year: int, rows: int, seed: int) -> np.ndarray:
    """Return sorted, distinct cells of one block of exporters; most of them stand in the year before too."""
    count = BLOCK * ECONOMIES * PRODUCTS
    share = rows / (ECONOMIES * ECONOMIES * PRODUCTS)
    stay = np.random.default_rng((seed, start, 2))
    fresh = np.random.default_rng((seed, year, start, 3))
    lasting, passing = (
        np.cumsum(rng.geometric(part, int(count * part * 1.02) + 1_000)) - 1
        for rng, part in ((stay, share * (1 - DRIFT)), (fresh, share * DRIFT))
    )
    both = np.concatenate([lasting, passing])
    both = np.sort(both[both < count], kind="stable")  # two sorted runs, merged
    return both[np.concatenate([[True], both[1:] != both[:-1]])]


def split_cells(cells: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return places of exporters, importers and products."""
    pair, product = np.divmod(cells, PRODUCTS)
    exporter, importer = np.divmod(pair, ECONOMIES)
    return exporter + start, importer, product
