"""The Atlas's filters, each reason by hand and the whole against a plain reading of the rule."""

import numpy as np
import polars as pl
import pytest

from corridor.errors import InputError
from corridor.find.complexity import compute_complexity
from corridor.find.filters import AtlasFilters, apply_filters

ECONOMIES = pl.Series([f"X{letter}" for letter in "ABCDE"])
PRODUCTS = pl.Series(["0101", "0202", "0303", "0404", "0505", "7108", "9999"])


@pytest.fixture
def values() -> np.ndarray:
    return np.array(
        [
            [900.0, 100.0, 100.0, 0.01, 90.0, 5000.0, 10.0],
            [1.0, 300.0, 90.0, 0.01, 80.0, 0.0, 10.0],
            [1.0, 10.0, 300.0, 0.01, 70.0, 0.0, 10.0],
            [1.0, 250.0, 40.0, 0.01, 60.0, 0.0, 10.0],
            [500.0, 9.0, 9.0, 9.0, 9.0, 0.0, 0.0],
        ]
    )


def test_each_reason(values):
    kept = apply_filters(values, ECONOMIES, PRODUCTS, AtlasFilters(economies=("XA", "XB", "XC", "XD")))
    reasons = dict(kept.left_out.select("code", "reason").iter_rows())
    assert reasons["XE"] == "not_reliable"
    assert reasons["7108"] == reasons["9999"] == "noisy_code"
    assert reasons["0404"] == "small_share"
    assert reasons["0101"] == "few_exporters"  # 900 of 903: 1.007 effective exporters
    # XB, XD are specialised in 0202; two are too few.
    assert reasons["0202"] == "low_ubiquity"
    assert kept.economies.tolist() == [True, True, True, True, False]
    assert kept.products.tolist() == [code not in reasons for code in PRODUCTS]


def test_the_smallest_products_go_together():
    # 0.01 % each: two of them make 0.02 %, a third would pass 0.025 %.
    shares = np.array([1.0, 1.0, 1.0, 9997.0])
    values = np.outer([1.0, 1.0, 1.0], shares) + np.eye(3, 4) * 1e-9
    products = pl.Series(["a", "b", "c", "d"])
    filters = AtlasFilters(exporters=0, ubiquity=-1)
    kept = apply_filters(values, ECONOMIES[:3], products, filters)
    assert kept.products.tolist() == [False, False, True, True]


def test_filtered_scores_are_those_of_what_is_kept():
    random = np.random.default_rng(5)
    values = random.lognormal(0, 2, (12, 40)) * (random.random((12, 40)) < 0.8)
    codes = [f"X{number:02d}" for number in range(12)], [f"{number:04d}" for number in range(40)]
    table = pl.DataFrame(
        {"economy": np.repeat(codes[0], 40), "product": np.tile(codes[1], 12), "value": values.ravel()}
    )
    reliable = tuple(codes[0][:10])
    result = compute_complexity(table, convention="atlas", filters=AtlasFilters(economies=reliable))
    gone = result.filtered.filter(kind="product")["code"].to_list()
    assert gone, "the case should filter something"
    by_hand = table.filter(pl.col("economy").is_in(reliable) & ~pl.col("product").is_in(gone))
    plain = compute_complexity(by_hand, convention="atlas")
    assert result.economies.equals(plain.economies) and result.products.equals(plain.products)
    # the rule again, product by product, in plain Python
    kept = by_hand["product"].unique().to_list()
    trade = {code: values[:10, place] for place, code in enumerate(codes[1])}
    total = sum(part.sum() for part in trade.values())
    rising = 0.0
    for code in sorted(trade, key=lambda code: trade[code].sum()):
        part = trade[code]
        rising += part.sum() / total
        share = part / part.sum()
        rca = (part / values[:10].sum(axis=1)) / (part.sum() / total)
        passes = rising > 0.00025 and 1 / (share**2).sum() > 2 and (rca >= 1).sum() > 2
        assert passes == (code in kept)


def test_nothing_left_is_refused(values):
    with pytest.raises(InputError, match="passes the filters"):
        apply_filters(values, ECONOMIES, PRODUCTS, AtlasFilters(economies=("PAK",)))
    with pytest.raises(InputError, match="passes the filters"):
        apply_filters(values, ECONOMIES, PRODUCTS, AtlasFilters(ubiquity=9))
