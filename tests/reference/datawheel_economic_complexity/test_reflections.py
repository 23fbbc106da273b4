"""Reflections and relatedness against Datawheel's ``economic-complexity`` 0.3.0 and the R package's formula.

Origin: the values are what ``complexity(rca)`` and ``relatedness(rca)`` of the package (PyPI) return for the
exports of the R reference (226 economies × 785 products, zeros filled in). Its 20 iterations count the start
as the first: economies are read after 18 reflections, products after 19, each standardised by itself with
ddof 1. ``complexity_measures(method = "reflections")`` of the R package ``economiccomplexity`` 2.0 has the same
recursion. RCA ≥ 1; relatedness is the density with a proximity whose diagonal is 0.
Tolerance: 5e-8, since the package keeps the common level of the plain recursion and loses digits
that way, ours takes it off; relatedness 1e-12.
"""

import numpy as np
import polars as pl
import pytest

from corridor.find.complexity import ComplexityResult, compute_complexity
from corridor.find.proximity import measure_density, relate_products

pytestmark = pytest.mark.shared

ECONOMIES = {
    "pak": -0.5955470139006948,
    "chn": 0.5913259310278283,
    "deu": 1.8928339469147133,
    "usa": 1.8294514433473867,
}
PRODUCTS = {
    "0011": -0.6625510475321721,
    "7284": 2.2345183059800036,
    "6521": -1.3331360475300502,
    "8510": 0.1622241095083134,
}
RELATEDNESS_OF_PAKISTAN = {
    "0011": 0.28883549678746845,
    "7284": 0.20996095996307093,
    "6521": 0.36492030479721754,
    "8510": 0.321806604750971,
}


@pytest.fixture(scope="module")
def exports(shared) -> pl.DataFrame:
    path = shared / "data" / "reference" / "ots_world_trade_avg_1998_2000_sitc2.parquet"
    return pl.read_parquet(path).rename({"country": "economy"})


@pytest.fixture(scope="module")
def result(exports) -> ComplexityResult:
    return compute_complexity(exports, convention="economiccomplexity-r", method="reflections", steps=18)


def test_economies_and_products(result):
    ours = dict(result.economies.select("economy", "eci").iter_rows())
    assert {code: ours[code] for code in ECONOMIES} == pytest.approx(ECONOMIES, abs=5e-8)
    ours = dict(result.products.select("product", "pci").iter_rows())
    assert {code: ours[code] for code in PRODUCTS} == pytest.approx(PRODUCTS, abs=5e-8)


def test_relatedness(result):
    m = result.table["m"].to_numpy().reshape(226, 785).astype(float)
    density, _ = measure_density(m, relate_products(m, diagonal=0.0))
    codes = result.products["product"].to_list()
    own = density[result.economies["economy"].to_list().index("pak")]
    ours = {code: own[codes.index(code)] for code in RELATEDNESS_OF_PAKISTAN}
    assert ours == pytest.approx(RELATEDNESS_OF_PAKISTAN, abs=1e-12)


def test_twenty_iterations_have_not_converged_and_two_hundred_have(exports, result):
    assert not result.convergence.converged
    options = {"convention": "economiccomplexity-r", "steps": 200, "method": "reflections"}
    further = compute_complexity(exports, **options)
    solved = compute_complexity(exports, convention="economiccomplexity-r", method="eigenvector")
    assert further.convergence.converged
    for part, measure in (("economies", "eci"), ("products", "pci")):
        limit = getattr(solved, part)[measure].to_numpy()
        assert getattr(further, part)[measure].to_numpy() == pytest.approx(limit, abs=1e-4)
        assert np.abs(getattr(result, part)[measure].to_numpy() - limit).max() > 0.01
