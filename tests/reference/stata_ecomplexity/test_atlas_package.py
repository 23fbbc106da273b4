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


# The same package on the exports of the R reference: 226 economies × 785 products, every measure.
LARGE_ECONOMIES = {
    "pak": (-0.5912924285307266, 1.500856793739734, 215),
    "chn": (0.6017766314091293, 0.24580599971473874, 294),
    "deu": (1.88437892882395, -6.369796171952162, 385),
    "usa": (1.8250368244853488, -4.564408115506578, 350),
}
LARGE_CELLS_OF_PAKISTAN = {
    "0011": (-1.0703101195402096, 41, 0.28709997101657814, 0.24482513957720523),
    "7284": (5.638347153703971, 27, 0.20861363236291863, 1.250972393312804),
    "6521": (-2.6025591173635356, 59, 0.368407493572109, 0.0),
    "8510": (0.8714826883200816, 51, 0.32018287167424414, 0.4364774862418706),
}


def test_every_measure_at_full_size(shared):
    path = shared / "data" / "reference" / "ots_world_trade_avg_1998_2000_sitc2.parquet"
    exports = pl.read_parquet(path).rename({"country": "economy"})
    result = compute_complexity(exports, convention="atlas")
    economies = {
        row[0]: row[1:] for row in result.economies.select("economy", "eci", "coi", "diversity").rows()
    }
    for code, expected in LARGE_ECONOMIES.items():
        assert economies[code] == pytest.approx(expected, abs=1e-10)
    cells = result.table.filter(economy="pak").join(result.products, on="product")
    rows = {
        row[0]: row[1:] for row in cells.select("product", "pci", "ubiquity", "density", "cog").iter_rows()
    }
    for code, expected in LARGE_CELLS_OF_PAKISTAN.items():
        assert rows[code] == pytest.approx(expected, abs=1e-10)
