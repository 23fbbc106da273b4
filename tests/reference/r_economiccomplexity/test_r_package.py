"""The convention ``economiccomplexity-r`` against the R package ``economiccomplexity`` 2.0.

Origin: pachadotdev/economiccomplexity @ 423d5b48 (Apache-2.0): exports of 226 economies in 785 products
(SITC rev. 2, mean of 1998–2000, Open Trade Statistics) and the package's stored results. Proximity is
stored as Float32 and must be equal after that rounding; the indices are fitness with ``iterations = 20``,
of which the first is the start. Tolerance 1e-12 absolute.
"""

import numpy as np
import polars as pl
import pytest

from corridor.find.complexity import ComplexityResult, compute_complexity

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def reference(shared):
    return shared / "data" / "reference"


@pytest.fixture(scope="module")
def result(reference) -> ComplexityResult:
    exports = pl.read_parquet(reference / "ots_world_trade_avg_1998_2000_sitc2.parquet")
    return compute_complexity(exports.rename({"country": "economy"}), convention="economiccomplexity-r")


def test_sizes(result):
    assert (result.economies.height, result.products.height) == (226, 785)
    assert result.left_out_economies == result.left_out_products == ()


def test_proximity_is_equal_in_float32(reference, result):
    stored = pl.read_parquet(reference / "economiccomplexity_R_product_proximity_785x785.parquet")
    products = result.products["product"].to_list()
    expected = stored.sort("__index_level_0__").select(products).to_numpy()
    assert stored["__index_level_0__"].sort().to_list() == products
    assert np.count_nonzero(result.proximity.astype(np.float32) != expected) == 0


@pytest.mark.parametrize(
    ("side", "name", "measure"), [("country", "economy", "eci"), ("product", "product", "pci")]
)
def test_fitness(reference, result, side, name, measure):
    expected = pl.read_csv(
        reference / f"economiccomplexity_R_{side}_index.csv", schema_overrides={side: pl.String}
    ).sort(side)
    ours = (result.economies if side == "country" else result.products).sort(name)
    assert ours[name].to_list() == expected[side].to_list()
    assert ours[measure].to_list() == pytest.approx(expected["complexity_index"].to_list(), abs=1e-12)
