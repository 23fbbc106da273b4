"""Complexity: by hand on a few economies, and every fault that published packages are known for."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from corridor.errors import InputError, SchemaError
from corridor.find.complexity import CONVENTIONS, compute_complexity, iterate_fitness, solve_reflections

# A nested world: XAA makes everything, XAB three products, XAC two, XAD one.
NESTED = {
    "XAA": {"p1": 10, "p2": 12, "p3": 14, "p4": 40},
    "XAB": {"p1": 20, "p2": 15, "p3": 25},
    "XAC": {"p1": 30, "p2": 22},
    "XAD": {"p1": 25},
}


def table(world) -> pl.DataFrame:
    rows = [(economy, product, value) for economy, sold in world.items() for product, value in sold.items()]
    return pl.DataFrame(
        rows, schema={"economy": pl.String, "product": pl.String, "value": pl.Float64}, orient="row"
    )


@pytest.fixture
def exports() -> pl.DataFrame:
    return table(NESTED)


def cell(result, economy: str, product: str) -> dict[str, float]:
    return result.table.row(
        by_predicate=(pl.col("economy") == economy) & (pl.col("product") == product), named=True
    )


def test_rca_proximity_and_density_by_hand(exports):
    result = compute_complexity(exports, convention="stata")
    # World 213; XAA sells 76, of which 40 of p4 (world 40): RCA = (40/76)/(40/213).
    assert cell(result, "XAA", "p4")["rca"] == pytest.approx(213 / 76, rel=1e-14)
    m = result.table.pivot(on="product", index="economy", values="m").drop("economy").to_numpy().astype(float)
    ubiquity = m.sum(axis=0)
    first, second = 1, 2
    together = (m[:, first] * m[:, second]).sum()
    expected = together / max(ubiquity[first], ubiquity[second])
    assert result.proximity[first, second] == pytest.approx(expected, rel=1e-14)
    assert np.diag(result.proximity).tolist() == [0, 0, 0, 0]
    weights = result.proximity[:, first]
    assert cell(result, "XAB", "p2")["density"] == pytest.approx(m[1] @ weights / weights.sum(), rel=1e-14)


def test_conventions_differ_where_they_say(exports):
    stata = compute_complexity(exports, convention="stata")
    atlas = compute_complexity(exports, convention="atlas")
    assert np.diag(atlas.proximity).tolist() == [1, 1, 1, 1]
    assert stata.table["density"].to_list() != atlas.table["density"].to_list()
    # Twins have RCA 1 in everything: specialised by ≥, not by >.
    twins = table({"XAA": {"p1": 1, "p2": 2}, "XAB": {"p1": 1, "p2": 2}})
    assert compute_complexity(twins, convention="economiccomplexity-r").table["m"].sum() == 4
    with pytest.raises(InputError, match="no economy is specialised"):
        compute_complexity(twins, convention="stata")


def test_eci_is_the_mean_pci_of_an_economys_products(exports):
    result = compute_complexity(exports, convention="stata")
    means = (
        result.table.filter(m=1)
        .join(result.products, on="product")
        .group_by("economy")
        .agg(pl.col("pci").mean())
        .sort("economy")
    )
    assert means["pci"].to_list() == pytest.approx(result.economies["eci"].to_list(), abs=1e-12)
    assert result.economies["economy"][result.economies["eci"].arg_max()] == "XAA"


def test_symmetric_problem_agrees_with_the_product_matrix():
    m = (np.random.default_rng(3).random((12, 30)) < 0.6).astype(float)
    k_c, k_p = solve_reflections(m)
    diversity, ubiquity = m.sum(axis=1), m.sum(axis=0)
    matrix = (m / ubiquity).T @ (m / diversity[:, None])
    values = np.sort(np.linalg.eigvals(matrix).real)
    assert matrix @ k_p == pytest.approx(values[-2] * k_p, abs=1e-12)
    assert m @ k_p / diversity == pytest.approx(k_c, abs=1e-12)


def test_fitness_has_mean_one_and_rewards_rare_products():
    fitness, complexity = iterate_fitness(np.array([[1.0, 1.0], [1.0, 0.0]]))
    assert fitness.mean() == pytest.approx(1)
    assert complexity[1] > complexity[0]


# ------------------------------------------------------------------------------- faults of other packages
def test_a_product_nobody_specialises_in_leaves_the_rest_untouched(exports):
    # p5 is sold by all in proportion to their size: RCA = 1 everywhere, ubiquity 0 by the strict rule.
    total = exports.group_by("economy").agg(pl.col("value").sum())
    extra = total.select("economy", pl.lit("p5").alias("product"), pl.col("value") / 213)
    result = compute_complexity(pl.concat([exports, extra]), convention="stata")
    plain = compute_complexity(exports, convention="stata")
    assert result.left_out_products == ("p5",)
    assert result.products.filter(product="p5")["pci"].item() is None
    assert result.table.filter(product="p5")["density"].null_count() == 4
    assert result.table.filter(pl.col("product") != "p5")["density"].to_list() == pytest.approx(
        plain.table["density"].to_list(), rel=1e-12
    )
    assert result.economies["eci"].null_count() == 0


@pytest.mark.parametrize("convention", list(CONVENTIONS))
def test_an_economy_without_exports_leaves_the_rest_untouched(exports, convention):
    nothing = table({"XAE": {"p1": 0}})
    result = compute_complexity(pl.concat([exports, nothing]), convention=convention)
    plain = compute_complexity(exports, convention=convention)
    assert result.left_out_economies == ("XAE",)
    assert result.economies.filter(economy="XAE")["eci"].item() is None
    assert result.products["pci"].to_list() == pytest.approx(plain.products["pci"].to_list(), abs=1e-12)
    assert result.table["density"].is_nan().sum() == result.economies["eci"].is_nan().sum() == 0


def test_zero_rows_and_missing_rows_are_the_same(exports):
    zeros = table({"XAD": {"p4": 0, "p3": 0}, "XAC": {"p4": 0}})
    with_zeros = compute_complexity(pl.concat([exports, zeros]))
    assert_frame_equal(with_zeros.table, compute_complexity(exports).table)


def test_duplicate_rows_are_summed(exports):
    halves = exports.with_columns(pl.col("value") / 2)
    assert_frame_equal(
        compute_complexity(pl.concat([halves, halves])).table, compute_complexity(exports).table
    )


def test_disconnected_blocks_are_refused_or_scored_apart(exports):
    apart = table({"XAX": {"q1": 5, "q2": 1}, "XAY": {"q1": 1, "q2": 5}})
    both = pl.concat([exports, apart])
    with pytest.raises(InputError, match="blocks that share nothing") as caught:
        compute_complexity(both)
    assert "disconnected='largest'" in caught.value.fix
    scored = compute_complexity(both, disconnected="largest")
    assert set(scored.left_out_economies) == {"XAX", "XAY"}
    assert scored.economies.filter(pl.col("economy").str.ends_with("X"))["eci"].item() is None
    kept = scored.economies.filter(pl.col("economy") == "XAA")["eci"].item()
    assert abs(kept) < 5
    assert scored.table["density"].is_nan().sum() == 0


def test_undetermined_scores_are_refused():
    same = table({"XAA": {"p1": 9, "p2": 1}, "XAB": {"p1": 9, "p2": 1}})
    with pytest.raises(InputError, match="specialised in the same products"):
        compute_complexity(same, convention="atlas", threshold=0.5)
    ring = {f"X{i}": {f"p{i}": 5, f"p{(i + 1) % 4}": 5} for i in range(4)}
    with pytest.raises(InputError, match="stands twice"):
        compute_complexity(table(ring))


# -------------------------------------------------------------------------------------------- bad inputs
def test_bad_input_is_named(exports):
    with pytest.raises(InputError, match=r"convention 'strata'.*'stata'"):
        compute_complexity(exports, convention="strata")
    with pytest.raises(SchemaError, match="no column 'value'"):
        compute_complexity(exports.rename({"value": "usd"}))
    for bad in (-1.0, None, float("nan"), float("inf")):
        broken = pl.concat(
            [
                exports,
                pl.DataFrame({"economy": ["XAA"], "product": ["p1"], "value": [bad]}, schema=exports.schema),
            ]
        )
        with pytest.raises(SchemaError, match="row 10 of the exports"):
            compute_complexity(broken)
    with pytest.raises(InputError, match="sum to zero"):
        compute_complexity(exports.with_columns(value=pl.lit(0.0)))
    with pytest.raises(InputError, match="sum to zero"):
        compute_complexity(exports.clear())


def test_input_is_not_modified(exports):
    before = exports.clone()
    compute_complexity(exports)
    assert exports.equals(before)
