"""The generated trade looks like trade: gravity, Zipf, nestedness, sparsity; and it is the same every time."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from corridor.data.world import World, build_world
from corridor.data.world.economies import build_economies, economy_codes
from corridor.data.world.trade import build_products
from corridor.errors import InputError


@pytest.fixture(scope="module")
def world() -> World:
    """The world as the command makes it by default."""
    return build_world()


def presence(world: World) -> NDArray[np.float64]:
    """Return the economy × product matrix of what is exported in the last year, 0 or 1."""
    cells = world.trade.filter(year=2024).select("exporter", "product").unique()
    rows = world.economies["economy"].to_list()
    columns = world.products["product"].to_list()
    matrix = np.zeros((len(rows), len(columns)))
    matrix[
        [rows.index(code) for code in cells["exporter"]], [columns.index(code) for code in cells["product"]]
    ] = 1
    return matrix


def half_nodf(matrix: NDArray[np.float64]) -> tuple[float, int]:
    """Return the sum of paired overlaps of rows with decreasing fill, and the number of pairs."""
    matrix = matrix[np.argsort(-matrix.sum(axis=1), kind="stable")]
    fill = matrix.sum(axis=1)
    upper, lower = np.triu_indices(len(fill), 1)
    counted = (fill[upper] > fill[lower]) & (fill[lower] > 0)
    overlap = (matrix @ matrix.T)[upper, lower] / np.maximum(fill[lower], 1)
    return float((overlap * counted).sum()), len(upper)


def nodf(matrix: NDArray[np.float64]) -> float:
    """Return nestedness by overlap and decreasing fill, 0…100 (Almeida-Neto et al. 2008, eq. 3)."""
    rows, row_pairs = half_nodf(matrix)
    columns, column_pairs = half_nodf(matrix.T)
    return 100 * (rows + columns) / (row_pairs + column_pairs)


def rank_slope(values: pl.Series) -> float:
    """Return the slope of log value on log rank."""
    ordered = np.sort(values.to_numpy())[::-1]
    return float(np.polyfit(np.log(np.arange(1, len(ordered) + 1)), np.log(ordered), 1)[0])


def test_fill_is_that_of_real_trade(world: World) -> None:
    """About half of economy × product (BACI: 45 %) and a seventh of all bilateral cells are traded."""
    assert 0.40 <= presence(world).mean() <= 0.65
    last = world.trade.filter(year=2024).height
    assert 0.10 <= last / (40 * 39 * 300) <= 0.20


def test_nestedness_is_far_above_a_shuffled_null(world: World) -> None:
    """Shuffling the same number of cells lowers NODF by more than twenty points."""
    matrix = presence(world)
    rng = np.random.default_rng(0)
    null = [nodf(rng.permutation(matrix.ravel()).reshape(matrix.shape)) for _ in range(5)]
    assert nodf(matrix) > max(null) + 20


def test_diverse_economies_also_export_ubiquitous_products(world: World) -> None:
    """Diversity of the exporter and mean ubiquity of its products go opposite ways (Hidalgo & Hausmann 2009)."""
    matrix = presence(world)
    diversity = matrix.sum(axis=1)
    mean_ubiquity = matrix @ matrix.sum(axis=0) / diversity
    assert np.corrcoef(diversity, mean_ubiquity)[0, 1] < -0.8


def test_sizes_follow_zipf(world: World) -> None:
    """The rank-size slope of GDP and of exports is near −1."""
    gdp = world.indicators.filter(indicator="gdp_usd", year=2024)["value"]
    exports = world.trade.filter(year=2024).group_by("exporter").agg(pl.col("value_usd").sum())["value_usd"]
    assert -1.3 < rank_slope(gdp) < -0.75
    assert -1.4 < rank_slope(exports) < -0.75


def test_gravity_regression_finds_the_law(world: World) -> None:
    """log trade on log sizes and log distance gives about 1, 1 and −1."""
    size = world.indicators.filter(indicator="gdp_usd", year=2024).select("economy", "value")
    flows = (
        world.trade.filter(year=2024)
        .group_by("exporter", "importer", maintain_order=True)
        .agg(pl.col("value_usd").sum())
        .join(world.distances, on=["exporter", "importer"])
        .join(size, left_on="exporter", right_on="economy")
        .join(size, left_on="importer", right_on="economy", suffix="_importer")
    )
    terms = [np.log(flows[name].to_numpy()) for name in ("value", "value_importer", "distance_km")]
    design = np.column_stack([np.ones(flows.height), *terms])
    found = np.linalg.lstsq(design, np.log(flows["value_usd"].to_numpy()), rcond=None)[0]
    assert found[1:] == pytest.approx([1, 1, -1], abs=0.3)


def test_codes_cannot_be_taken_for_real(world: World) -> None:
    """Economies have user-assigned codes, products stand in chapters 98 and 99, all rows say illustrative."""
    assert world.economies["economy"].str.contains("^X[A-Z]{2}$").all()
    assert world.products["product"].str.contains("^9[89][0-9]{4}$").all()
    assert world.products["description"].str.starts_with("Illustrative").all()
    for frame in (world.trade, world.economies, world.products, world.distances, world.indicators):
        assert frame["illustrative"].all()


def test_names_differ_in_three_scripts() -> None:
    """All 676 codes have different names in each language."""
    economies = build_economies(economy_codes(676))
    for column, script in (
        ("name_en", "[a-z]"),
        ("name_zh", "[\u4e00-\u9fff]"),
        ("name_ur", "[\u0600-\u06ff]"),
    ):
        assert economies[column].n_unique() == 676
        assert economies[column].str.contains(script).all()


def test_every_product_code_is_different() -> None:
    """The codes do not run out before the limit."""
    assert build_products(9_000, 7)["product"].n_unique() == 9_000


def test_same_seed_same_bytes_other_seed_other_trade(world: World) -> None:
    """A world is a function of its arguments."""
    again = build_world()
    assert again.trade.equals(world.trade)
    assert again.trade.serialize() == world.trade.serialize()
    assert again.indicators.equals(world.indicators)
    assert not build_world(seed=8).trade.equals(world.trade)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"economies": 4}, "economies = 4"),
        ({"products": 10}, "products = 10"),
        ({"years": 0}, "years = 0"),
        ({"economies": 600, "products": 9_000}, "cells"),
        ({"pair": ("XAA", "XAA")}, "twice"),
        ({"pair": ("XAA", "xab")}, "xab"),
    ],
)
def test_what_is_not_possible_is_named(arguments: dict[str, object], named: str) -> None:
    """Refusals state the offending value."""
    with pytest.raises(InputError, match=named):
        build_world(**arguments)  # type: ignore[arg-type]


def test_progress_rises_to_one() -> None:
    """The callback hears where the work stands."""
    heard: list[float] = []
    build_world(economies=5, products=20, years=1, progress=lambda share, _: heard.append(share))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
