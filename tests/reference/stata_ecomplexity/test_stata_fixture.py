"""The convention ``stata`` against Harvard's Stata command ``ecomplexity``.

Origin: cid-harvard/py-ecomplexity @ 554cc5dc (MIT), which tests itself against these results of the Stata
implementation: 10 countries × 30 products (HS 1992, four digits), 1995. Tolerance 1e-12 absolute; the last
digits differ since Stata solves a product × product eigenproblem.
"""

import polars as pl
import pytest

from corridor.find.complexity import ComplexityResult, compute_complexity

pytestmark = pytest.mark.shared
TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def reference(shared):
    return shared / "data" / "reference"


@pytest.fixture(scope="module")
def result(reference) -> ComplexityResult:
    exports = pl.read_csv(
        reference / "stata_ecomplexity_input_1995.csv", schema_overrides={"hs92": pl.String}
    ).select(economy="origin", product="hs92", value="export_val")
    return compute_complexity(exports, convention="stata")


def read_expected(path, key: str, ours: pl.DataFrame, name: str) -> pl.DataFrame:
    expected = pl.read_csv(path, schema_overrides={key: pl.String})
    joined = expected.join(ours, left_on=key, right_on=name, how="left", suffix="_ours")
    assert joined.height == expected.height > 0
    return joined


@pytest.mark.parametrize("measure", ["eci", "diversity", "coi"])
def test_economies(reference, result, measure):
    path = reference / "stata_ecomplexity_expected_1995_countries.csv"
    joined = read_expected(path, "origin", result.economies, "economy")
    assert joined[f"{measure}_ours"].to_list() == pytest.approx(joined[measure].to_list(), abs=TOLERANCE)


@pytest.mark.parametrize("measure", ["pci", "ubiquity"])
def test_products(reference, result, measure):
    path = reference / "stata_ecomplexity_expected_1995_products.csv"
    joined = read_expected(path, "hs92", result.products, "product")
    assert joined[f"{measure}_ours"].to_list() == pytest.approx(joined[measure].to_list(), abs=TOLERANCE)


@pytest.mark.parametrize(
    ("economy", "measure", "column"), [("aut", "density", "density_aut"), ("blx", "cog", "cog_blx")]
)
def test_cells(reference, result, economy, measure, column):
    path = reference / "stata_ecomplexity_expected_1995_products.csv"
    own = result.table.filter(pl.col("economy") == economy)
    joined = read_expected(path, "hs92", own, "product")
    assert joined[measure].to_list() == pytest.approx(joined[column].to_list(), abs=TOLERANCE)
