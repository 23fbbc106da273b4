"""Trade of invented economies: gravity in space, nestedness in products, Zipf in size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EARTH_RADIUS_KM: Final = 6371.0
LARGEST_GDP_USD: Final = 6.0e12
PRESENT_SHARE: Final = 0.58  # of the economy × product cells that can be exported at all
LEAST_USD: Final = 1_000.0
BILATERAL_SHARE: Final = 0.15  # of the exporter × importer × product cells that are traded
GRADES: Final = (
    "raw",
    "cleaned",
    "sorted",
    "blended",
    "semi-finished",
    "finished",
    "coated",
    "precision",
    "assembled",
    "programmable",
)
FAMILIES: Final = (
    "grain",
    "fruit",
    "fibre",
    "yarn",
    "cloth",
    "garment",
    "leather ware",
    "stone ware",
    "metal ware",
    "paper ware",
    "polymer",
    "dye",
    "fertiliser",
    "medicine",
    "reagent",
    "hand tool",
    "pump",
    "motor",
    "cable",
    "battery",
    "panel",
    "lamp",
    "vehicle part",
    "vehicle",
    "sensor",
    "meter",
    "controller",
    "display",
    "processor",
    "instrument",
)


@dataclass(frozen=True)
class TradeWorld:
    """What the generator makes: tables in the schemas of ``corridor.tables``."""

    trade: pl.DataFrame
    distances: pl.DataFrame
    indicators: pl.DataFrame


def build_products(count: int, seed: int) -> pl.DataFrame:
    """Return products in chapters 98 and 99, which no customs schedule uses for ordinary goods.

    The columns ``complexity`` (0…1) and ``family`` say how the product was made; the trade follows them.
    """
    rng = np.random.default_rng([seed, 1])
    number = np.arange(count)
    heading, grade = number // len(GRADES), number % len(GRADES)
    family = heading % len(FAMILIES)
    base = family / (len(FAMILIES) - 1)
    complexity = 0.75 * base + 0.25 * grade / (len(GRADES) - 1) + rng.normal(0, 0.06, count)
    half = [f"{98 + h % 2}{h // 2 % 99 + 1:02d}" for h in heading]
    line = (heading // 198) * len(GRADES) + grade
    return pl.DataFrame(
        {
            "product": [f"{h}{n + 10:02d}" for h, n in zip(half, line, strict=True)],
            "description": [
                f"Illustrative product: {FAMILIES[f]}, {GRADES[g]}"
                + (f", type {h // len(FAMILIES) + 1}" if h >= len(FAMILIES) else "")
                for f, g, h in zip(family, grade, heading, strict=True)
            ],
            "complexity": _rank_share(complexity),
            "family": family.astype(np.int64),
            "illustrative": np.ones(count, dtype=bool),
        }
    )


def build_trade(codes: Sequence[str], products: pl.DataFrame, years: Sequence[int], seed: int) -> TradeWorld:
    """Generate trade, distances and indicators.

    codes: economies; the first is a middling economy, the second the second largest and its neighbour.
    products: as ``build_products`` returns them. Values in current USD, whole numbers.
    """
    rng = np.random.default_rng([seed, 2])
    size = _draw_sizes(len(codes), rng)
    income = np.exp(rng.normal(0, 0.9, len(codes)) + 0.15 * np.log(size))
    distance = _draw_distances(len(codes), rng)
    supply = _draw_supply(size, income, products, rng)
    expected = _share_out(supply, _draw_demand(size, products.height, rng), distance, rng)
    luck = rng.normal(0, 1.6, expected.shape)
    growth = rng.normal(0.04, 0.02, len(codes))
    trade = pl.concat(
        _observe_year(expected * (1 + growth[:, None, None]) ** step, luck, year, rng)
        for step, year in enumerate(years)
    )
    return TradeWorld(
        trade=_name_cells(trade, codes, products["product"]),
        distances=_tabulate_distances(distance, codes),
        indicators=_tabulate_indicators(size, income, growth, codes, years),
    )


def _rank_share(values: Floats) -> Floats:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable") / max(len(values) - 1, 1)


def _draw_sizes(count: int, rng: np.random.Generator) -> Floats:
    """Return GDP in USD: rank⁻¹ with noise, the largest fixed (Zipf's law for sizes)."""
    ranks: Floats = rng.permutation(count).astype(np.float64) + 1.0
    _swap_rank(ranks, 1, 2.0)
    _swap_rank(ranks, 0, float(max(3, count // 3)))
    sizes: Floats = LARGEST_GDP_USD / ranks * np.exp(rng.normal(0, 0.12, count))
    return sizes


def _swap_rank(ranks: Floats, position: int, wanted: float) -> None:
    other = int(np.flatnonzero(ranks == wanted)[0])
    ranks[position], ranks[other] = ranks[other], ranks[position]


def _draw_distances(count: int, rng: np.random.Generator) -> Floats:
    """Return great-circle distances in km of points on a sphere, at least 200 km apart."""
    points: Floats = rng.normal(size=(count, 3))
    points[1] = points[0] / np.linalg.norm(points[0]) + 0.3 * points[1] / np.linalg.norm(points[1])
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    cosine: Floats = np.clip(np.einsum("ia,ja->ij", points, points), -1, 1)
    kilometres: Floats = np.maximum(np.arccos(cosine) * EARTH_RADIUS_KM, 200.0)
    return kilometres


def _draw_supply(size: Floats, income: Floats, products: pl.DataFrame, rng: np.random.Generator) -> Floats:
    """Return exports by economy × product in USD, zero where the capability is missing."""
    complexity = products["complexity"].to_numpy()
    reach = _rank_share(0.5 * np.log(size) + 0.9 * np.log(income) + rng.normal(0, 0.3, len(size)))
    families = products["family"].to_numpy()
    taste = rng.normal(size=(len(size), int(families.max()) + 1))[:, families]
    fit = 3.2 * (reach[:, None] - complexity[None, :]) + 0.7 * taste
    fit += rng.normal(0, 0.8, fit.shape)
    present = fit > np.quantile(fit, 1 - PRESENT_SHARE)
    world = 1.0 / (rng.permutation(len(complexity)) + 20.0)
    specialisation = np.exp(0.9 * taste + 0.9 * reach[:, None] * complexity[None, :])
    weight = present * world * specialisation * np.exp(rng.normal(0, 0.7, fit.shape))
    openness = rng.uniform(0.12, 0.32, len(size))
    share: Floats = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    supply: Floats = share * (openness * size)[:, None]
    return supply


def _draw_demand(size: Floats, products: int, rng: np.random.Generator) -> Floats:
    return size[:, None] * np.exp(rng.normal(0, 0.6, (len(size), products)))


def _share_out(supply: Floats, demand: Floats, distance: Floats, rng: np.random.Generator) -> Floats:
    """Return expected trade, exporter × importer × product: supply split over markets by demand / distance."""
    affinity = np.exp(rng.normal(0, 0.35, distance.shape)) / distance
    np.fill_diagonal(affinity, 0.0)
    pull: Floats = affinity[:, :, None] * demand[None, :, :]
    pull *= np.exp(rng.normal(0, 1.7, pull.shape))
    pull *= (supply / pull.sum(axis=1))[:, None, :]
    return pull


def _observe_year(expected: Floats, luck: Floats, year: int, rng: np.random.Generator) -> pl.DataFrame:
    """Return the cells traded in one year.

    Whether a cell is traded depends on its size, on luck that stays, and a little on the year: large
    flows nearly always appear, small ones come and go, and the smallest are a few thousand USD.
    """
    noisy = expected * np.exp(rng.normal(0, 0.15, expected.shape))
    with np.errstate(divide="ignore"):
        score = np.log(noisy) + luck
    cells = int(BILATERAL_SHARE * noisy.shape[0] * (noisy.shape[0] - 1) * noisy.shape[2])
    least = np.partition(score, score.size - cells, axis=None)[score.size - cells]
    exporter, importer, product = np.nonzero((score >= least) & (noisy >= LEAST_USD))
    return pl.DataFrame(
        {
            "year": np.full(len(exporter), year, dtype=np.int32),
            "exporter": exporter,
            "importer": importer,
            "product": product,
            "value_usd": np.round(noisy[exporter, importer, product]),
        }
    )


def _name_cells(trade: pl.DataFrame, codes: Sequence[str], products: pl.Series) -> pl.DataFrame:
    names = pl.Series(codes)
    return trade.with_columns(
        exporter=names.gather(trade["exporter"]),
        importer=names.gather(trade["importer"]),
        product=products.gather(trade["product"]),
        illustrative=pl.lit(True),
    )


def _tabulate_distances(distance: Floats, codes: Sequence[str]) -> pl.DataFrame:
    first, second = np.nonzero(~np.eye(len(codes), dtype=bool))
    names = pl.Series(codes)
    return pl.DataFrame(
        {
            "exporter": names.gather(first),
            "importer": names.gather(second),
            "distance_km": np.round(distance[first, second], 1),
            "illustrative": np.ones(len(first), dtype=bool),
        }
    )


def _tabulate_indicators(
    size: Floats, income: Floats, growth: Floats, codes: Sequence[str], years: Sequence[int]
) -> pl.DataFrame:
    step = np.arange(len(years))
    gdp = size[:, None] * (1 + growth[:, None]) ** step
    per_head = 9_000.0 * income / np.median(income)
    population = (size / per_head)[:, None] * 1.012**step
    percent = np.repeat(100 * growth[:, None], len(years), axis=1)
    values = np.stack([np.round(gdp, -6), np.round(population), np.round(percent, 2)], axis=1)
    names = ("gdp_usd", "population", "gdp_growth_percent")
    return pl.DataFrame(
        {
            "economy": np.repeat(np.asarray(codes), len(names) * len(years)),
            "indicator": np.tile(np.repeat(np.asarray(names), len(years)), len(codes)),
            "year": np.tile(np.asarray(years, dtype=np.int32), len(codes) * len(names)),
            "value": values.ravel(),
            "illustrative": np.ones(values.size, dtype=bool),
        }
    )
