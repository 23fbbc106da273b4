"""The gravity equation on the 2024 file with CEPII GeoDist, against statsmodels.

Origin: statsmodels 0.15.0, GLM with Poisson family, dummies of exporters and importers (all but one),
tol 1e-12, cov_type HC0, on the sample that ``build_sample`` makes of the 2024 BACI file (values in
millions of USD) and GeoDist: 44,726 pairs. Tolerance: estimates 1e-6 absolute; standard errors 1e-6
against the same formula, 1 % against pyfixest, which corrects for small samples.

Published for comparison: Santos Silva & Tenreyro (2006), table 5, 1990 trade of 136 economies with
effects of both sides: log distance −0.750. Other data, so only its neighbourhood is asked for.
"""

from importlib.util import find_spec

import polars as pl
import pytest
from tests.library.find.poisson import fit_plainly

from corridor.data.codes import REPLACED
from corridor.find.gravity import TERMS, build_sample, estimate_gravity, name_links, sum_pairs

pytestmark = pytest.mark.shared
ESTIMATES = [-0.7169020967112448, 0.4267994517144201, -0.023969404361234313, 0.3964393181360418]
ERRORS = [0.03770590354952605, 0.11238968894575005, 0.07949588782720408, 0.12180366574496335]
PUBLISHED_DISTANCE = -0.750


@pytest.fixture(scope="module")
def flows(shared) -> pl.DataFrame:
    trade = pl.scan_parquet(shared / "data" / "trade" / "baci_hs17_2024_bilateral_hs6.parquet")
    return sum_pairs(trade.with_columns(year=pl.lit(2024)), year=2024)


@pytest.fixture(scope="module")
def links(shared) -> pl.DataFrame:
    table = pl.read_parquet(shared / "data" / "gravity" / "cepii_geodist_dyadic.parquet")
    return name_links(table.with_columns(pl.col("iso_o", "iso_d").replace(REPLACED)))


def test_an_independent_iteration_gives_the_coefficients_of_statsmodels(flows, links):
    sample = build_sample(flows, links)
    assert sample.height == 44726
    estimates, errors, fitted = fit_plainly(sample)
    assert estimates.tolist() == pytest.approx(ESTIMATES, abs=1e-6)
    assert errors.tolist() == pytest.approx(ERRORS, abs=1e-6)
    assert fitted.sum() == pytest.approx(sample["value_usd"].sum() / 1e6, rel=1e-9)
    assert estimates[TERMS.index("log_distance")] == pytest.approx(PUBLISHED_DISTANCE, abs=0.1)


@pytest.mark.extras
@pytest.mark.skipif(
    find_spec("pyfixest") is None, reason="extra [gravity] is not installed: pyfixest not found"
)
def test_the_library_gives_the_same(flows, links):
    fit = estimate_gravity(flows, links, year=2024)
    assert fit.coefficients["term"].to_list() == list(TERMS)
    assert fit.coefficients["estimate"].to_list() == pytest.approx(ESTIMATES, abs=1e-6)
    assert fit.coefficients["standard_error"].to_list() == pytest.approx(ERRORS, rel=0.01)
    assert fit.left_out == ("ASM", "ATF", "BES", "BLM", "CUW", "GUM", "IOT", "MNE", "SRB", "SSD", "SXM")
    assert fit.left_out_share == pytest.approx(0.00501, abs=1e-5)
    pair = fit.pairs.filter(exporter="PAK", importer="CHN").row(0, named=True)
    assert pair["ratio"] == pytest.approx(0.537, abs=5e-4)
