r"""Economic complexity: ECI, PCI, proximity, density, opportunity outlook, from exports by economy and product.

Definitions: Hausmann, Hidalgo et al. (2014), *The Atlas of Economic Complexity*; the parts stand in
``find.rca`` (advantage), ``find.proximity`` (proximity, density, neighbours), ``find.reflections``
(eigenvector, reflections, fitness) and ``find.filters`` (the Atlas's filters). With M the economies ×
products matrix of specialisation, φ proximity, k_p the raw score of products, d diversity,

.. math::
    COI_c = \sum_p density_{cp} (1 - M_{cp}) k_p, \qquad
    COG_{cp} = (1 - M_{cp}) \sum_q (1 - M_{cq}) \frac{k_q}{\sum_r \phi_{qr}} \phi_{qp}

Published implementations differ; each convention here reproduces one of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from corridor.errors import InputError, SchemaError
from corridor.find.filters import AtlasFilters, apply_filters
from corridor.find.matrices import Mask, Matrix, divide
from corridor.find.proximity import FloatMatrix, find_neighbours
from corridor.find.proximity import relate_products as relate_products  # part of this module's interface
from corridor.find.rca import NEUTRAL, NOTHING, measure_advantage
from corridor.find.rca import measure_rca as measure_rca
from corridor.find.reflections import (
    FITNESS_UPDATES,
    Convergence,
    iterate_fitness,
    iterate_reflections,
    solve_reflections,
)

ConventionName = Literal["stata", "atlas", "economiccomplexity-r"]
Method = Literal["eigenvector", "reflections", "fitness"]
Disconnected = Literal["refuse", "largest"]
Precision = Literal["double", "single"]


@dataclass(frozen=True, slots=True)
class Convention:
    """What published implementations do differently.

    strict: M = 1 where RCA > threshold, else ≥. diagonal: of the proximity matrix used for density and
    outlook. method: of the index. joint: ECI and PCI both by ECI's mean and standard deviation, so that ECI
    is the mean PCI of an economy's products; else each by its own. outlook: COI and COG weigh products by
    the ``raw`` eigenvector, whose zero is its mean weighted by ubiquity, or by the ``index`` as it is shown.
    scaled: COI as a z-score, COG over the standard deviation of k_c; else both unscaled.
    ddof: of standard deviations, taken over economy × product rows where ``joint``.
    """

    strict: bool
    diagonal: float
    method: Method
    joint: bool
    outlook: Literal["raw", "index"]
    scaled: bool
    ddof: int


#: stata: Harvard's Stata command ``ecomplexity``. atlas: its Python package ``ecomplexity`` 0.5.3 (Growth
#: Lab). economiccomplexity-r: the R package ``economiccomplexity`` 2.0 with its default, fitness.
CONVENTIONS: Final[dict[str, Convention]] = {
    "stata": Convention(True, 0.0, "eigenvector", joint=True, outlook="raw", scaled=True, ddof=1),
    "atlas": Convention(False, 1.0, "eigenvector", joint=True, outlook="raw", scaled=True, ddof=0),
    "economiccomplexity-r": Convention(
        False, 1.0, "fitness", joint=False, outlook="index", scaled=False, ddof=1
    ),
}
METHODS: Final[tuple[Method, ...]] = ("eigenvector", "reflections", "fitness")
#: k_c of the 18th and k_p of the 19th reflection: what 20 iterations of the R package and of
#: ``economic-complexity`` give, since both count the start as the first.
REFLECTIONS: Final = 18


@dataclass(frozen=True)
class ComplexityResult:
    """Complexity of C economies and P products.

    economies: economy, eci, diversity, coi, by code. products: product, pci, ubiquity, by code.
    table: a row per economy and product: economy, product, value, rca, m, density, cog; value and rca are
    null where M was supplied.
    proximity: P × P in the order of ``products``, with the convention's diagonal.
    left_out_economies, left_out_products: codes whose eci or pci is null, since they have no
    specialisation (M = 0 throughout) or, with ``disconnected='largest'``, stand in a smaller block.
    filtered: code, kind, reason of what filters took out before anything was computed.
    convergence: of reflections and fitness, None for the eigenvector.
    """

    economies: pl.DataFrame = field(repr=False)
    products: pl.DataFrame = field(repr=False)
    table: pl.DataFrame = field(repr=False)
    proximity: FloatMatrix = field(repr=False)
    convention: str
    rca: str | None
    threshold: float | None
    method: Method
    left_out_economies: tuple[str, ...]
    left_out_products: tuple[str, ...]
    filtered: pl.DataFrame = field(repr=False)
    convergence: Convergence | None = None

    def neighbours(self, count: int) -> pl.DataFrame:
        """Return the ``count`` nearest products of each with their proximities (``find.proximity``)."""
        return find_neighbours(self.proximity, self.products["product"], count)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Everything asked for that does not depend on where M comes from."""

    name: str
    convention: Convention
    method: Method
    steps: int | None
    disconnected: Disconnected
    precision: Precision


@dataclass(frozen=True, slots=True)
class _Scores:
    """Scores of the connected block: ECI and PCI as shown, what outlook weighs products by and is divided by."""

    eci: Matrix
    pci: Matrix
    weights: Matrix
    spread: float
    convergence: Convergence | None


def compute_complexity(
    exports: pl.DataFrame,
    *,
    convention: str = "stata",
    rca: str = "balassa",
    threshold: float | None = None,
    population: pl.DataFrame | None = None,
    method: Method | None = None,
    steps: int | None = None,
    disconnected: Disconnected = "refuse",
    filters: AtlasFilters | None = None,
    precision: Precision = "double",
) -> ComplexityResult:
    """Compute every complexity measure from one table of exports.

    Parameters
    ----------
    exports: columns economy, product (text) and value (any unit, not negative); rows not listed are
        zero, rows listed twice are summed.
    convention: ``stata``, ``atlas`` or ``economiccomplexity-r``.
    rca: a variant of ``find.rca``. threshold: of it; the variant's neutral value where not given.
    population: economy, population of every economy, for the variant ``population``.
    method: ``eigenvector``, ``reflections`` or ``fitness``, the convention's where not given. steps: of
        reflections (even, 18 where not given) or updates of fitness (19).
    disconnected: where economies and products fall into blocks that share nothing, the second eigenvector
        only tells the blocks apart: ``refuse``, or score the ``largest`` block and leave the rest null.
    filters: of the Atlas, applied to the exports before anything is computed.
    precision: ``single`` computes proximity, density and outlook in float32, after M and the scores in
        float64: half the memory and time, for errors up to 2e-5 of density and 1e-5 of COG (in units of
        their own; checked in the tests at 230 × 5,000).

    Raises
    ------
    SchemaError: a column is missing, or a value is empty, negative or infinite.
    InputError: an unknown convention, variant or method, no trade, disconnected blocks, or scores that are
        not determined.
    """
    rules = _settle_rules(convention, method, steps, disconnected, precision)
    economies, products, values = _read_exports(exports)
    filtered = pl.DataFrame(schema=dict.fromkeys(("code", "kind", "reason"), pl.String))
    if filters is not None:
        kept = apply_filters(values, economies, products, filters)
        values, filtered = values[np.ix_(kept.economies, kept.products)], kept.left_out
        economies = economies.filter(pl.Series(kept.economies))
        products = products.filter(pl.Series(kept.products))
    people = None if population is None else _read_population(population, economies)
    advantage = _measure_live(values, rca, people)
    limit = NEUTRAL[rca] if threshold is None else threshold
    present = advantage > limit if rules.convention.strict else advantage >= limit
    return _compute(
        economies,
        products,
        present,
        rules,
        values=values,
        advantage=advantage,
        rca=rca,
        threshold=limit,
        filtered=filtered,
    )


def compute_specialisation(
    specialisation: pl.DataFrame,
    *,
    convention: str = "stata",
    method: Method | None = None,
    steps: int | None = None,
    disconnected: Disconnected = "refuse",
    precision: Precision = "double",
) -> ComplexityResult:
    """Compute every complexity measure from a matrix M that is supplied, such as patents by field.

    Parameters
    ----------
    specialisation: columns economy, product (text) and m (0 or 1); pairs not listed are 0. A wide matrix
        becomes such a table by ``melt_matrix``. Else as ``compute_complexity``.

    Raises
    ------
    SchemaError: a column is missing, an entry is neither 0 nor 1, or a pair is listed twice.
    InputError: as ``compute_complexity``.
    """
    rules = _settle_rules(convention, method, steps, disconnected, precision)
    economies, products, m = _read_specialisation(specialisation)
    empty = pl.DataFrame(schema=dict.fromkeys(("code", "kind", "reason"), pl.String))
    return _compute(economies, products, m, rules, filtered=empty)


def compute_years(
    table: pl.DataFrame,
    compute: Callable[..., ComplexityResult] = compute_complexity,
    **options: Any,
) -> dict[Any, ComplexityResult]:
    """Compute each year of a table with a column ``year`` by itself; the years in order.

    ``compute`` is ``compute_complexity`` or ``compute_specialisation``, which takes the ``options``.

    Raises
    ------
    SchemaError: there is no column ``year``. InputError: as ``compute``, with the year named.
    """
    if "year" not in table.columns:
        raise SchemaError(
            "the table has no column 'year'",
            rule="years are computed apart",
            fix=f"Its columns are {', '.join(table.columns)}",
        )
    groups = table.partition_by("year", as_dict=True, include_key=False)
    results = {}
    for (year,) in sorted(groups, key=lambda key: (key[0] is None, key[0])):
        try:
            results[year] = compute(groups[(year,)], **options)
        except (InputError, SchemaError) as error:
            raise type(error)(f"{year}: {error.problem}", rule=error.rule, fix=error.fix) from error
    return results


def melt_matrix(wide: pl.DataFrame, *, economy: str) -> pl.DataFrame:
    """Return a wide matrix, one row an economy and one column a product, as a table economy, product, m."""
    return wide.unpivot(index=economy, variable_name="product", value_name="m").rename({economy: "economy"})


def join_scores(result: ComplexityResult) -> pl.DataFrame:
    """Return the long table with the scores of economies and products beside each cell."""
    return result.table.join(result.economies, on="economy", maintain_order="left").join(
        result.products, on="product", maintain_order="left"
    )


def _compute(
    economies: pl.Series,
    products: pl.Series,
    present: Mask,
    rules: _Rules,
    *,
    filtered: pl.DataFrame,
    values: Matrix | None = None,
    advantage: Matrix | None = None,
    rca: str | None = None,
    threshold: float | None = None,
) -> ComplexityResult:
    m = present.astype(np.float64)
    diversity, ubiquity = m.sum(axis=1), m.sum(axis=0)
    block_c, block_p = _choose_block(present, rules.disconnected)
    inside = m if block_c.all() and block_p.all() else m[np.ix_(block_c, block_p)]
    scores = _score_block(inside, rules)
    weights = _spread_out(scores.weights, block_p, 0.0)
    proximity, density, cog, related = _look_out(m, weights, rules)
    coi = np.sum(density * (1 - m) * weights, axis=1)[block_c]
    if rules.convention.scaled:
        coi = _scale_outlook(coi, int(block_p.sum()), rules.convention.ddof)
        cog /= scores.spread
    missing = np.nan
    by_economy = {"eci": _spread_out(scores.eci, block_c, missing), "diversity": diversity.astype(np.int64)}
    by_economy["coi"] = _spread_out(coi, block_c, missing)
    by_product = {"pci": _spread_out(scores.pci, block_p, missing), "ubiquity": ubiquity.astype(np.int64)}
    cells = {"value": values, "rca": advantage, "m": m, "density": density, "cog": cog}
    return ComplexityResult(
        economies=_null_missing(pl.DataFrame({"economy": economies, **by_economy})),
        products=_null_missing(pl.DataFrame({"product": products, **by_product})),
        table=_tabulate(economies, products, cells, related, block_p),
        proximity=proximity,
        convention=rules.name,
        rca=rca,
        threshold=threshold,
        method=rules.method,
        left_out_economies=tuple(economies.filter(pl.Series(~block_c))),
        left_out_products=tuple(products.filter(pl.Series(~block_p))),
        filtered=filtered,
        convergence=scores.convergence,
    )


def _settle_rules(
    name: str, method: Method | None, steps: int | None, disconnected: Disconnected, precision: Precision
) -> _Rules:
    convention = _find_convention(name)
    for what, value, known in (
        ("method", method or convention.method, METHODS),
        ("disconnected", disconnected, ("refuse", "largest")),
        ("precision", precision, ("double", "single")),
    ):
        if value not in known:
            raise InputError(f"{what} {value!r} is not known", rule=f"one of {', '.join(known)}")
    chosen = method or convention.method
    if steps is not None and chosen == "eigenvector":
        raise InputError(
            f"{steps} steps of an eigenvector",
            rule="reflections and fitness are iterated, the eigenvector is solved",
            fix="Maybe give the method too (method='reflections', --reflections N)",
        )
    return _Rules(name, convention, chosen, steps, disconnected, precision)


def _find_convention(name: str) -> Convention:
    if name not in CONVENTIONS:
        near = get_close_matches(name, CONVENTIONS, n=1, cutoff=0.3)
        raise InputError(
            f"convention {name!r} is not known",
            rule=f"one of {', '.join(CONVENTIONS)}",
            fix=f"Maybe you meant {near[0]!r}" if near else "",
        )
    return CONVENTIONS[name]


def _read_exports(exports: pl.DataFrame) -> tuple[pl.Series, pl.Series, Matrix]:
    rows = _read_rows(exports, "exports", "value")
    value = rows["value"]
    bad = value.is_null() | ~value.is_finite() | (value < 0)
    _refuse_rows(exports, "exports", rows, bad, "values are finite numbers, not negative")
    economies, products, cells = _place_cells(rows)
    # one pass that sums rows listed twice
    summed = np.bincount(cells, weights=value.to_numpy(), minlength=len(economies) * len(products))
    flat = np.asarray(summed, dtype=np.float64)
    if not flat.any():
        raise InputError("the exports sum to zero", rule="at least one economy exports something")
    return economies, products, flat.reshape(len(economies), len(products))


def _read_specialisation(table: pl.DataFrame) -> tuple[pl.Series, pl.Series, Mask]:
    rows = _read_rows(table, "specialisation", "m")
    _refuse_rows(table, "matrix", rows, ~rows["m"].is_in([0.0, 1.0]).fill_null(False), "every m is 0 or 1")
    twice = rows.select("economy", "product").is_duplicated()
    _refuse_rows(
        table, "matrix", rows, twice, "each pair of economy and product stands once: 0 and 1 are not summed"
    )
    if not rows.height:
        raise InputError("the matrix is empty", rule="at least one economy is specialised in something")
    economies, products, cells = _place_cells(rows)
    flat = np.zeros(len(economies) * len(products), dtype=bool)
    flat[cells] = rows["m"].to_numpy() == 1
    return economies, products, flat.reshape(len(economies), len(products))


def _read_rows(table: pl.DataFrame, what: str, value: str) -> pl.DataFrame:
    for column in ("economy", "product", value):
        if column not in table.columns:
            raise SchemaError(
                f"the table of {what} has no column {column!r}",
                rule=f"it needs economy, product, {value}",
                fix=f"Its columns are {', '.join(table.columns)}",
            )
    return table.select(
        pl.col("economy", "product").cast(pl.String), pl.col(value).cast(pl.Float64, strict=False)
    )


def _refuse_rows(table: pl.DataFrame, what: str, rows: pl.DataFrame, bad: pl.Series, rule: str) -> None:
    """Refuse rows flagged as ``bad`` (null counts as bad), or without economy or product, naming the first."""
    bad = bad.fill_null(True)
    if rows["economy"].null_count() or rows["product"].null_count():
        bad = bad | rows["economy"].is_null() | rows["product"].is_null()
    if bad.any():
        position = bad.arg_max() or 0
        raise SchemaError(
            f"row {position} of the {what} is {table.row(position)}",
            rule=f"economy and product are not empty; {rule}",
            fix=f"Maybe drop or mend the {bad.sum()} such rows",
        )


def _place_cells(
    rows: pl.DataFrame,
) -> tuple[pl.Series, pl.Series, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the sorted codes, and for each row its place in the flat matrix."""
    economies, products = rows["economy"].unique().sort(), rows["product"].unique().sort()
    row = rows["economy"].cast(pl.Enum(economies)).to_physical().to_numpy()
    column = rows["product"].cast(pl.Enum(products)).to_physical().to_numpy()
    return economies, products, row.astype(np.int64) * len(products) + column


def _read_population(population: pl.DataFrame, economies: pl.Series) -> Matrix:
    for column in ("economy", "population"):
        if column not in population.columns:
            raise SchemaError(
                f"the table of population has no column {column!r}",
                rule="it needs economy, population",
                fix=f"Its columns are {', '.join(population.columns)}",
            )
    known = dict(population.select(pl.col("economy").cast(pl.String), "population").iter_rows())
    lacking = [code for code in economies if not (known.get(code) or 0) > 0]
    if lacking:
        raise InputError(
            f"no population of {', '.join(lacking[:10])}{' ...' if len(lacking) > 10 else ''}",
            rule="every economy in the exports has a population above zero: unknown is not zero",
            fix="Maybe leave these economies out of the exports",
        )
    return np.array([known[code] for code in economies], dtype=np.float64)


def _measure_live(values: Matrix, variant: str, population: Matrix | None) -> Matrix:
    """Return the advantage, measured among the economies and products that trade at all.

    So one without trade changes no other's figure, not even by the rounding of a sum over a longer axis,
    which would decide an RCA of exactly 1.
    """
    economies, products = values.any(axis=1), values.any(axis=0)
    if economies.all() and products.all():
        return measure_advantage(values, variant, population)
    live = np.ix_(economies, products)
    advantage = np.full(values.shape, NOTHING.get(variant, 0.0))
    advantage[live] = measure_advantage(
        values[live], variant, None if population is None else population[economies]
    )
    return advantage


def _choose_block(present: Mask, disconnected: Disconnected) -> tuple[Mask, Mask]:
    """Return flags of the economies and products that are scored: one connected block with M > 0."""
    economies = len(present)
    row, column = np.nonzero(present)
    size = sum(present.shape)
    links = csr_array((np.ones(len(row), dtype=np.int8), (row, column + economies)), shape=(size, size))
    _, labels = connected_components(links, directed=False)
    linked = np.concatenate([present.any(axis=1), present.any(axis=0)])
    if not linked.any():
        raise InputError("no economy is specialised in any product", rule="some RCA must reach the threshold")
    blocks, sizes = np.unique(labels[linked], return_counts=True)
    if len(blocks) > 1 and disconnected == "refuse":
        raise InputError(
            f"economies and products fall into {len(blocks)} blocks that share nothing "
            f"(the largest has {sizes.max()} of {sizes.sum()} members)",
            rule="one index orders only what is connected",
            fix="Maybe score the largest block only (disconnected='largest', --largest-block)",
        )
    chosen = linked & (labels == blocks[sizes.argmax()])
    return chosen[:economies], chosen[economies:]


def _score_block(m: Matrix, rules: _Rules) -> _Scores:
    convention = rules.convention
    if rules.method == "fitness":
        fitness, complexity, state = iterate_fitness(m, rules.steps or FITNESS_UPDATES)
        return _Scores(fitness, complexity, complexity, 1.0, state)
    if rules.method == "reflections":
        k_c, k_p, state = iterate_reflections(m, REFLECTIONS if rules.steps is None else rules.steps)
        return _standardise_apart(k_c, k_p, convention, state)
    k_c, k_p = solve_reflections(m)
    if not convention.joint:
        return _standardise_apart(k_c, k_p, convention, None)
    mean, spread = k_c.mean(), _deviate(k_c, m.shape[1], convention.ddof)
    eci, pci = (k_c - mean) / spread, (k_p - mean) / spread
    if convention.outlook == "raw":
        return _Scores(eci, pci, k_p, spread, None)
    return _Scores(eci, pci, pci, 1.0, None)


def _standardise_apart(
    k_c: Matrix, k_p: Matrix, convention: Convention, state: Convergence | None
) -> _Scores:
    """Standardise each by its own rows: reflections of two orders have no common scale."""
    eci, pci = ((k - k.mean()) / k.std(ddof=convention.ddof) for k in (k_c, k_p))
    return _Scores(eci, pci, pci, 1.0, state)


def _look_out(m: Matrix, weights: Matrix, rules: _Rules) -> tuple[FloatMatrix, Matrix, Matrix, Mask]:
    """Return proximity (P × P), density and unscaled COG (C × P), and P flags of products related to any."""
    kind = np.float32 if rules.precision == "single" else np.float64
    proximity = relate_products(m.astype(kind, copy=False), diagonal=rules.convention.diagonal)
    nearness = proximity.sum(axis=0, dtype=np.float64)
    economies = len(m)
    # both products in one call, which reads the largest matrix once
    both = np.empty((2 * economies, m.shape[1]), dtype=kind)
    both[:economies] = m
    np.multiply(1 - m, divide(weights, nearness), out=both[economies:], casting="same_kind")
    both = both @ proximity
    density = divide(both[:economies].astype(np.float64, copy=False), nearness)
    cog = (1 - m) * both[economies:]
    return proximity, density, cog, nearness > 0


def _scale_outlook(coi: Matrix, repeats: int, ddof: int) -> Matrix:
    spread = _deviate(coi, repeats, ddof)
    # One economy alone, or all alike: no outlook stands out.
    return np.asarray(divide(coi - coi.mean(), np.array(spread)))


def _deviate(values: Matrix, repeats: int, ddof: int) -> float:
    """Return the standard deviation of ``values`` each standing in ``repeats`` rows, as Stata has it."""
    squares = float(np.sum((values - values.mean()) ** 2)) * repeats
    rows = len(values) * repeats - ddof
    return float(np.sqrt(squares / rows)) if rows > 0 else 0.0


def _spread_out(values: Matrix, where: Mask, otherwise: float) -> Matrix:
    whole = np.full(len(where), otherwise)
    whole[where] = values
    return whole


def _null_missing(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def _tabulate(
    economies: pl.Series,
    products: pl.Series,
    cells: dict[str, Matrix | None],
    related: Mask,
    scored: Mask,
) -> pl.DataFrame:
    rows = len(economies) * len(products)
    columns: dict[str, Any] = {
        name: pl.Series([None], dtype=pl.Float64).new_from_index(0, rows) if part is None else part.ravel()
        for name, part in cells.items()
    }
    columns["m"] = columns["m"].astype(np.int8)
    table = pl.DataFrame(
        {
            "economy": economies.gather(np.repeat(np.arange(len(economies)), len(products))),
            "product": products.gather(np.tile(np.arange(len(products)), len(economies))),
            **columns,
        }
    )
    # A product nobody specialises in has no density, and one without PCI no gain: null, not zero.
    for name, flags in (("density", related), ("cog", scored)):
        if not flags.all():
            shown = pl.Series(np.tile(flags, len(economies)))
            table = table.with_columns(pl.when(shown).then(pl.col(name)).alias(name))
    return table.with_columns(pl.col("rca").fill_nan(None))
