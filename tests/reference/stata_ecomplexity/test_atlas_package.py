"""The convention ``atlas`` against Harvard Growth Lab's Python package ``ecomplexity`` 0.5.3.

Origin: the values below are what that package (PyPI) returns for the same input as the Stata fixture,
``ecomplexity(data, {"time": "year", "loc": "origin", "prod": "hs92", "val": "export_val"})``. With RCA
above 1 nowhere exactly 1, M equals Stata's; the diagonal of the proximity and ddof differ. Tolerance 1e-12.
"""

import polars as pl
import pytest

from corridor.find.complexity import ComplexityResult, compute_complexity

pytestmark = pytest.mark.shared

ECI = {
    "aut": 1.0750003808433666,
    "blx": -0.3165044111315204,
    "che": 1.0695212368204243,
    "deu": 1.2028676104070963,
    "dnk": -0.9793382273679516,
    "esp": 0.018069184739590936,
    "gbr": 0.5368160540594384,
    "ita": -0.42188773555836123,
    "pol": -2.1743362616198594,
    "svn": -0.010207831192223763,
}
COI = {
    "aut": -0.9982053393068994,
    "blx": 1.0922609368309228,
    "che": -1.4921851328886517,
    "deu": -1.3931444411527512,
    "dnk": 1.1472858188873802,
    "esp": 0.4440109658867214,
    "gbr": -0.8356911003133093,
    "ita": 0.6450144608031179,
    "pol": 0.8507158545798803,
    "svn": 0.5399379766735886,
}
# product: PCI, and Denmark's density and COG
CELLS = {
    "1806": (0.9914872971354466, 0.3395149786019972, 0.439576926305962),
    "3208": (1.2138634747005859, 0.2878464818763326, 0.6276612838692895),
    "3402": (0.7588268506708974, 0.3141176470588235, 0.41946619318303147),
    "3917": (2.799476014529631, 0.2594397076735688, 0.7650380518136537),
    "3922": (1.0579925106666128, 0.2783018867924528, 0.5703154888133577),
}


@pytest.fixture(scope="module")
def result(shared) -> ComplexityResult:
    exports = pl.read_csv(
        shared / "data" / "reference" / "stata_ecomplexity_input_1995.csv",
        schema_overrides={"hs92": pl.String},
    ).select(economy="origin", product="hs92", value="export_val")
    return compute_complexity(exports, convention="atlas")


@pytest.mark.parametrize(("measure", "expected"), [("eci", ECI), ("coi", COI)])
def test_economies(result, measure, expected):
    ours = dict(result.economies.select("economy", measure).iter_rows())
    assert ours == pytest.approx(expected, abs=1e-12)


def test_products_and_cells(result):
    cells = result.table.filter(economy="dnk").join(result.products, on="product")
    ours = {row["product"]: (row["pci"], row["density"], row["cog"]) for row in cells.to_dicts()}
    for product, expected in CELLS.items():
        assert ours[product] == pytest.approx(expected, abs=1e-12)
