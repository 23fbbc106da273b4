"""Properties of complexity that hold for any exports."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from polars.testing import assert_frame_equal

from corridor.errors import InputError
from corridor.find.complexity import CONVENTIONS, ComplexityResult, compute_complexity, compute_specialisation
from corridor.find.rca import NEUTRAL, measure_advantage, measure_rca

ECONOMIES, PRODUCTS = 6, 8
EXPORTS = arrays(float, (ECONOMIES, PRODUCTS), elements=st.one_of(st.just(0.0), st.floats(1.0, 1e6)))
CONVENTION = st.sampled_from(list(CONVENTIONS))


def tabulate(values: np.ndarray, column: str = "value") -> pl.DataFrame:
    rows, columns = values.shape
    return pl.DataFrame(
        {
            "economy": np.repeat([f"X{row}" for row in range(rows)], columns),
            "product": np.tile([f"p{place}" for place in range(columns)], rows),
            column: values.ravel(),
        }
    )


def score(values: np.ndarray, convention: str, **options) -> ComplexityResult:
    try:
        return compute_complexity(tabulate(values), convention=convention, disconnected="largest", **options)
    except InputError:
        assume(False)
        raise


@settings(max_examples=60, deadline=None)
@given(EXPORTS, CONVENTION, st.sampled_from(["eigenvector", "reflections", "fitness"]))
def test_ranges(values, convention, method):
    result = score(values, convention, method=method)
    assert np.array_equal(result.proximity, result.proximity.T)
    assert ((result.proximity >= 0) & (result.proximity <= 1 + 1e-12)).all()
    density = result.table["density"].drop_nulls()
    assert density.is_between(0, 1 + 1e-12).all()
    # There is nothing to gain from what an economy has.
    assert (result.table.filter(m=1)["cog"].drop_nulls() == 0).all()
    for part in (result.table, result.economies, result.products):
        assert part.select(pl.col(pl.Float64).is_nan().any()).sum_horizontal().sum() == 0
    for part, code, score_of in (
        (result.economies, result.left_out_economies, "eci"),
        (result.products, result.left_out_products, "pci"),
    ):
        assert part.filter(pl.col(score_of).is_null()).to_series().to_list() == list(code)


@settings(max_examples=60, deadline=None)
@given(EXPORTS, st.sampled_from(["stata", "atlas"]))
def test_eci_has_mean_zero_and_deviation_one_and_is_the_mean_pci_of_what_an_economy_sells(values, convention):
    result = score(values, convention)
    eci = result.economies["eci"].drop_nulls().to_numpy()
    rows = np.repeat(eci, result.products["pci"].count())
    assert rows.mean() == pytest.approx(0, abs=1e-9)
    assert rows.std(ddof=CONVENTIONS[convention].ddof) == pytest.approx(1, rel=1e-9)
    sold = (
        result.table.filter(m=1).join(result.products, on="product").group_by("economy", maintain_order=True)
    )
    means = dict(sold.agg(pl.col("pci").mean()).drop_nulls().iter_rows())
    for economy, value in result.economies.select("economy", "eci").drop_nulls().iter_rows():
        assert value == pytest.approx(means[economy], abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(EXPORTS, CONVENTION)
def test_an_economy_without_exports_and_a_product_without_trade_change_nothing(values, convention):
    plain = score(values, convention)
    more = score(np.pad(values, ((0, 1), (0, 1))), convention)
    last = f"X{ECONOMIES}", f"p{PRODUCTS}"
    # To rounding alone: sums over a longer axis may be grouped otherwise.
    assert_frame_equal(
        more.economies.filter(pl.col("economy") != last[0]), plain.economies, rel_tol=1e-6, abs_tol=1e-7
    )
    assert_frame_equal(
        more.products.filter(pl.col("product") != last[1]), plain.products, rel_tol=1e-6, abs_tol=1e-7
    )
    held = more.table.filter(pl.col("economy") != last[0], pl.col("product") != last[1])
    assert held["m"].equals(plain.table["m"])
    inside = (pl.col("economy") != last[0]) & (pl.col("product") != last[1])
    assert_frame_equal(more.table.filter(inside), plain.table, rel_tol=1e-6, abs_tol=1e-7)


@settings(max_examples=60, deadline=None)
@given(EXPORTS, st.integers(0, ECONOMIES - 1), st.floats(1e-3, 1e3))
def test_scaling_one_economy_keeps_ratios_within_a_product(values, row, factor):
    """World shares change, and RCA with them; who is more specialised than whom in a product does not."""
    assume(values.sum() > 0)
    scaled = values.copy()
    scaled[row] *= factor
    before, after = measure_rca(values), measure_rca(scaled)
    for column in np.flatnonzero(values.sum(axis=0)):
        ratio = before[:, column] / before[:, column].max()
        assert after[:, column] / after[:, column].max() == pytest.approx(ratio, rel=1e-9, abs=1e-15)


@settings(max_examples=40, deadline=None)
@given(EXPORTS, CONVENTION, st.sampled_from([name for name in NEUTRAL if name != "population"]))
def test_the_unit_of_exports_does_not_matter(values, convention, variant):
    # A power of two scales without rounding, so that no RCA crosses the threshold by it.
    plain, other = (score(values * unit, convention, rca=variant) for unit in (1.0, 1024.0))
    assert_frame_equal(plain.economies, other.economies)
    assert_frame_equal(plain.table.drop("value"), other.table.drop("value"))


@settings(max_examples=40, deadline=None)
@given(EXPORTS)
def test_variants_agree_on_who_stands_above_neutral(values):
    assume(values.sum() > 0)
    above = measure_rca(values) > 1 + 1e-9
    for variant in ("symmetric", "log", "vollrath"):
        other = np.nan_to_num(measure_advantage(values, variant), nan=-np.inf, posinf=np.inf, neginf=-np.inf)
        # Against the others alone the verdict is the same: own share above the world's means above the rest's.
        assert (other[above] > NEUTRAL[variant]).all()


@settings(max_examples=40, deadline=None)
@given(arrays(np.int8, (ECONOMIES, PRODUCTS), elements=st.integers(0, 1)), CONVENTION)
def test_neighbours_are_the_largest_proximities(m, convention):
    try:
        result = compute_specialisation(tabulate(m, "m"), convention=convention, disconnected="largest")
    except InputError:
        assume(False)
        raise
    nearest = result.neighbours(3)
    codes = result.products["product"].to_list()
    for place, code in enumerate(codes):
        others = sorted(
            (-result.proximity[place, other], codes[other]) for other in range(len(codes)) if other != place
        )
        expected = [(code, -value) for value, code in others[:3] if value < 0]
        assert nearest.filter(product=code).select("neighbour", "proximity").rows() == expected
