"""Complexity: by hand on a few economies, and every fault that published packages are known for."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from corridor.errors import InputError, SchemaError
from corridor.find.complexity import (
    CONVENTIONS,
    compute_complexity,
    compute_specialisation,
    compute_years,
    melt_matrix,
)
from corridor.find.reflections import iterate_fitness, solve_reflections

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


@pytest.mark.parametrize("convention", list(CONVENTIONS))
@pytest.mark.parametrize("method", ["eigenvector", "reflections", "fitness"])
def test_every_measure_against_loops_written_out(convention, method):
    random = np.random.default_rng(11)
    values = random.lognormal(0, 1.5, (7, 9)) * (random.random((7, 9)) < 0.8)
    names = [f"X{row}" for row in range(7)], [f"p{column}" for column in range(9)]
    exports = pl.DataFrame(
        {"economy": np.repeat(names[0], 9), "product": np.tile(names[1], 7), "value": values.ravel()}
    )
    result = compute_complexity(exports, convention=convention, method=method)
    rules = CONVENTIONS[convention]
    m = [[0] * 9 for _ in range(7)]
    for c in range(7):
        for p in range(9):
            rca = (values[c, p] / values[c].sum()) / (values[:, p].sum() / values.sum())
            m[c][p] = int(rca > 1 if rules.strict else rca >= 1)
            assert cell(result, f"X{c}", f"p{p}")["rca"] == pytest.approx(rca, rel=1e-12)
    ubiquity = [sum(m[c][p] for c in range(7)) for p in range(9)]
    phi = [[rules.diagonal] * 9 for _ in range(9)]
    for p in range(9):
        for q in range(9):
            if p != q:
                both = sum(m[c][p] * m[c][q] for c in range(7))
                phi[p][q] = both / max(ubiquity[p], ubiquity[q])
    pci = result.products["pci"].to_list()
    weights, spread, outlook = pci, 1.0, []
    if rules.outlook == "raw" and method == "eigenvector":
        k_c, k_p = solve_reflections(np.array(m, dtype=float))
        weights = k_p.tolist()
        spread = float(np.repeat(k_c, 9).std(ddof=rules.ddof))
    for c in range(7):
        total = 0.0
        for p in range(9):
            near = sum(phi[q][p] for q in range(9))
            density = sum(m[c][q] * phi[q][p] for q in range(9)) / near
            gain = 0.0
            for q in range(9):
                gain += (1 - m[c][q]) * phi[q][p] * weights[q] / sum(phi[q])
            gain *= 1 - m[c][p]
            shown = cell(result, f"X{c}", f"p{p}")
            assert shown["density"] == pytest.approx(density, rel=1e-12)
            assert shown["cog"] == pytest.approx(gain / (spread if rules.scaled else 1), rel=1e-9, abs=1e-12)
            total += density * (1 - m[c][p]) * weights[p]
        outlook.append(total)
    if rules.scaled:
        rows = np.repeat(outlook, 9)
        outlook = ((np.array(outlook) - rows.mean()) / rows.std(ddof=rules.ddof)).tolist()
    assert result.economies["coi"].to_list() == pytest.approx(outlook, rel=1e-9, abs=1e-12)
    assert result.economies["diversity"].to_list() == [sum(row) for row in m]
    assert result.products["ubiquity"].to_list() == ubiquity


def test_fitness_has_mean_one_and_rewards_rare_products():
    fitness, complexity, _state = iterate_fitness(np.array([[1.0, 1.0], [1.0, 0.0]]))
    assert fitness.mean() == pytest.approx(1)
    assert complexity[1] > complexity[0]


def test_methods_that_iterate_say_how_they_stood(exports):
    assert compute_complexity(exports).convergence is None
    few = compute_complexity(exports, method="reflections", steps=2).convergence
    many = compute_complexity(exports, method="reflections", steps=400).convergence
    assert few.steps == 2 and not few.converged and many.converged
    assert compute_complexity(exports, convention="economiccomplexity-r").convergence.steps == 19
    eigen = compute_complexity(exports).economies["eci"]
    iterated = compute_complexity(exports, method="reflections", steps=400).economies["eci"]
    assert eigen.rank().to_list() == iterated.rank().to_list()


def test_one_economy_with_one_product_has_fitness_and_no_outlook_that_stands_out():
    apart = table({"XAA": {"p1": 1}, "XAB": {"p2": 1}})
    result = compute_complexity(apart, method="fitness", disconnected="largest")
    assert result.economies["eci"].to_list() == [1.0, None]
    assert result.economies["coi"].to_list() == [0.0, None]


# ------------------------------------------------------------------------------------ other ways to get M
@pytest.mark.parametrize(("variant", "same_as"), [("symmetric", 0.0), ("log", 0.0)], ids=["symmetric", "log"])
def test_monotone_variants_give_the_same_m_at_their_own_threshold(exports, variant, same_as):
    result = compute_complexity(exports, rca=variant)
    plain = compute_complexity(exports)
    assert result.threshold == same_as and result.rca == variant
    assert result.table["m"].to_list() == plain.table["m"].to_list()
    assert result.economies.equals(plain.economies)
    assert result.table["rca"].is_nan().sum() == 0


def test_log_of_nothing_is_null_and_not_specialised(exports):
    shown = cell(compute_complexity(exports, rca="log"), "XAD", "p4")
    assert shown["rca"] is None and shown["m"] == 0


def test_population_variant(exports):
    people = pl.DataFrame({"economy": ["XAA", "XAB", "XAC", "XAD"], "population": [4, 3, 2, 1]})
    result = compute_complexity(exports, rca="population", population=people, disconnected="largest")
    assert cell(result, "XAB", "p1")["rca"] == pytest.approx((20 / 3) / (85 / 10))
    with pytest.raises(InputError, match="no population of XAD"):
        compute_complexity(exports, rca="population", population=people.head(3))
    with pytest.raises(SchemaError, match="no column 'population'"):
        compute_complexity(exports, rca="population", population=people.rename({"population": "n"}))


def test_supplied_matrix_gives_what_the_exports_gave(exports):
    plain = compute_complexity(exports)
    long = plain.table.select("economy", "product", "m")
    wide = long.pivot(on="product", index="economy", values="m")
    for supplied in (long, long.filter(m=1), melt_matrix(wide, economy="economy")):
        result = compute_specialisation(supplied)
        assert_frame_equal(result.economies, plain.economies)
        assert_frame_equal(result.products, plain.products)
        columns = ["economy", "product", "m", "density", "cog"]
        assert_frame_equal(result.table.select(columns), plain.table.select(columns))
        assert result.table["rca"].null_count() == result.table["value"].null_count() == result.table.height
        assert result.rca is None and result.threshold is None


def test_supplied_matrix_holds_zeros_and_ones_once_each():
    m = pl.DataFrame({"economy": ["XAA", "XAA"], "product": ["p1", "p2"], "m": [1, 0]})
    with pytest.raises(SchemaError, match=r"row 1 of the matrix.*every m is 0 or 1"):
        compute_specialisation(m.with_columns(m=pl.Series([1.0, 0.5])))
    with pytest.raises(SchemaError, match="stands once"):
        compute_specialisation(pl.concat([m, m]))
    with pytest.raises(SchemaError, match="no column 'm'"):
        compute_specialisation(m.drop("m"))
    with pytest.raises(InputError, match="is empty"):
        compute_specialisation(m.clear())


def test_years_are_computed_apart_and_named_where_they_fail(exports):
    earlier = exports.with_columns(pl.col("value") * 2, year=2023)
    both = pl.concat([exports.with_columns(year=2024), earlier])
    results = compute_years(both, convention="atlas")
    assert list(results) == [2023, 2024]
    plain = compute_complexity(exports, convention="atlas")
    for result in results.values():
        assert_frame_equal(result.economies, plain.economies)
    m = plain.table.select("economy", "product", "m").with_columns(year=2024)
    assert_frame_equal(
        compute_years(m, compute_specialisation, convention="atlas")[2024].economies, plain.economies
    )
    with pytest.raises(InputError, match="2025: the exports sum to zero"):
        compute_years(pl.concat([both, exports.with_columns(value=pl.lit(0.0), year=2025)]))
    with pytest.raises(SchemaError, match="no column 'year'"):
        compute_years(exports)


def test_single_precision_keeps_m_and_scores_and_states_its_errors():
    random = np.random.default_rng(7)
    filled = random.random((120, 900)) < 0.45
    economy, product = np.nonzero(filled)
    exports = pl.DataFrame(
        {
            "economy": [f"X{row:03d}" for row in economy],
            "product": [f"{column:06d}" for column in product],
            "value": np.exp(random.normal(10, 3, len(economy))),
        }
    )
    double, single = (compute_complexity(exports, precision=kind) for kind in ("double", "single"))
    assert single.proximity.dtype == np.float32 and double.proximity.dtype == np.float64
    assert single.economies["eci"].equals(double.economies["eci"])
    assert single.products.equals(double.products)
    assert single.table["m"].equals(double.table["m"])
    for measure, bound in (("density", 2e-5), ("cog", 1e-5)):
        gap = (single.table[measure] - double.table[measure]).abs().max()
        assert 0 < gap < bound
    assert (single.economies["coi"] - double.economies["coi"]).abs().max() < 1e-4


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


@pytest.mark.parametrize("variant", ["balassa", "symmetric", "log", "vollrath", "proudman-redding"])
def test_no_variant_is_moved_by_what_does_not_trade(exports, variant):
    nothing = table({"XAE": {"p1": 0}, "XAA": {"p9": 0}})
    plain = compute_complexity(exports, rca=variant, disconnected="largest")
    more = compute_complexity(pl.concat([exports, nothing]), rca=variant, disconnected="largest")
    inside = more.table.filter(pl.col("economy") != "XAE", pl.col("product") != "p9")
    assert_frame_equal(inside.select("rca", "m"), plain.table.select("rca", "m"))
    outside = more.table.filter((pl.col("economy") == "XAE") | (pl.col("product") == "p9"))
    assert outside["m"].sum() == 0
    assert outside["rca"].unique().to_list() == [{"symmetric": -1.0, "log": None}.get(variant, 0.0)]


@pytest.mark.parametrize("convention", list(CONVENTIONS))
def test_a_product_never_traded_leaves_the_rest_untouched(exports, convention):
    nothing = table({"XAA": {"p9": 0}, "XAB": {"p9": 0}})
    result = compute_complexity(pl.concat([exports, nothing]), convention=convention)
    plain = compute_complexity(exports, convention=convention)
    assert result.left_out_products == ("p9",)
    assert_frame_equal(result.economies, plain.economies)
    assert_frame_equal(result.table.filter(pl.col("product") != "p9"), plain.table)


def test_neighbours_are_products_with_their_proximity(exports):
    result = compute_complexity(exports)
    nearest = result.neighbours(2)
    codes = result.products["product"].to_list()
    for product, neighbour, _rank, proximity in nearest.iter_rows():
        assert product != neighbour
        assert proximity == result.proximity[codes.index(product), codes.index(neighbour)]
    assert nearest.group_by("product").len()["len"].max() == 2


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
    for what in ("method", "disconnected", "precision"):
        with pytest.raises(InputError, match=f"{what} 'none' is not known"):
            compute_complexity(exports, **{what: "none"})
    with pytest.raises(InputError, match="20 steps of an eigenvector"):
        compute_complexity(exports, steps=20)
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
