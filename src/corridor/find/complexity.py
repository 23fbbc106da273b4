r"""Economic complexity: ECI, PCI, proximity, density, opportunity outlook, from exports by economy and product.

Definitions: Hausmann, Hidalgo et al. (2014), *The Atlas of Economic Complexity*; Hidalgo et al. (2007),
Science 317, 482 (proximity); Tacchella et al. (2012), Scientific Reports 2, 723 (fitness); Balassa (1965).
With M the economies × products matrix of specialisation, d diversity and u ubiquity,

.. math::
    \phi_{pq} = \frac{(M'M)_{pq}}{\max(u_p, u_q)}, \quad density = \frac{M\phi}{\sum\phi}, \quad
    k_c = D_d^{-1} M k_p, \quad \lambda k_p = D_u^{-1} M' k_c

k_c and k_p come from one symmetric C × C eigenproblem of :math:`D_d^{-1/2} M D_u^{-1} M' D_d^{-1/2}`,
never from a P × P one. Published implementations differ; each convention here reproduces one of them.
"""

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, Literal

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from corridor.errors import InputError, SchemaError
from corridor.find.matrices import Mask, Matrix, divide, fill_matrix

ConventionName = Literal["stata", "atlas", "economiccomplexity-r"]
Disconnected = Literal["refuse", "largest"]


@dataclass(frozen=True, slots=True)
class Convention:
    """What published implementations do differently.

    strict: M = 1 where RCA > threshold, else ≥. diagonal: of the proximity matrix used for density and
    outlook. method: ``eigenvector`` or ``fitness``. scaled: COI as a z-score, COG over the standard
    deviation of k_c; else both raw. ddof: of standard deviations, taken over economy × product rows.
    """

    strict: bool
    diagonal: float
    method: Literal["eigenvector", "fitness"]
    scaled: bool
    ddof: int


#: stata: Harvard's Stata command ``ecomplexity``. atlas: its Python package ``ecomplexity`` 0.5.3 (Growth
#: Lab). economiccomplexity-r: the R package ``economiccomplexity`` 2.0 with its default, fitness.
CONVENTIONS: Final[dict[str, Convention]] = {
    "stata": Convention(strict=True, diagonal=0.0, method="eigenvector", scaled=True, ddof=1),
    "atlas": Convention(strict=False, diagonal=1.0, method="eigenvector", scaled=True, ddof=0),
    "economiccomplexity-r": Convention(strict=False, diagonal=1.0, method="fitness", scaled=False, ddof=1),
}
#: The R package counts the start as the first of 20 iterations.
FITNESS_UPDATES: Final = 19
#: Two eigenvalues closer than this are one: the second eigenvector is then not unique.
EIGENVALUE_GAP: Final = 1e-10
BLOCK: Final = 64


@dataclass(frozen=True)
class ComplexityResult:
    """Complexity of C economies and P products.

    economies: economy, eci, diversity, coi, by code. products: product, pci, ubiquity, by code.
    table: a row per economy and product: economy, product, value, rca, m, density, cog.
    proximity: P × P in the order of ``products``, with the convention's diagonal.
    left_out_economies, left_out_products: codes whose eci or pci is null, since they have no
    specialisation (M = 0 throughout) or, with ``disconnected='largest'``, stand in a smaller block.
    """

    economies: pl.DataFrame = field(repr=False)
    products: pl.DataFrame = field(repr=False)
    table: pl.DataFrame = field(repr=False)
    proximity: Matrix = field(repr=False)
    convention: str
    threshold: float
    left_out_economies: tuple[str, ...]
    left_out_products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scores:
    """Scores of the connected block: k_c and k_p raw, ECI and PCI as shown, sd of k_c."""

    k_c: Matrix
    k_p: Matrix
    eci: Matrix
    pci: Matrix
    spread: float


def compute_complexity(
    exports: pl.DataFrame,
    *,
    convention: str = "stata",
    threshold: float = 1.0,
    disconnected: Disconnected = "refuse",
) -> ComplexityResult:
    """Compute every complexity measure from one table of exports.

    Parameters
    ----------
    exports: columns economy, product (text) and value (any unit, not negative); rows not listed are
        zero, rows listed twice are summed.
    convention: ``stata``, ``atlas`` or ``economiccomplexity-r``. threshold: of the RCA.
    disconnected: where economies and products fall into blocks that share nothing, the second eigenvector
        only tells the blocks apart: ``refuse``, or score the ``largest`` block and leave the rest null.

    Raises
    ------
    SchemaError: a column is missing, or a value is empty, negative or infinite.
    InputError: an unknown convention, no trade, disconnected blocks, or scores that are not determined.
    """
    rules = _find_convention(convention)
    economies, products, values = _read_exports(exports)
    rca = measure_rca(values)
    m = (rca > threshold if rules.strict else rca >= threshold).astype(np.float64)
    diversity, ubiquity = m.sum(axis=1), m.sum(axis=0)
    block_c, block_p = _choose_block(m, disconnected)
    scores = _score_block(m[np.ix_(block_c, block_p)], rules)
    proximity = relate_products(m, diagonal=rules.diagonal)
    nearness = proximity.sum(axis=0)
    density = divide(m @ proximity, nearness)
    k_p = _spread_out(scores.k_p, block_p, 0.0)
    absent = 1 - m
    coi = ((density * absent) @ k_p)[block_c]
    cog = absent * ((absent * divide(k_p, nearness)) @ proximity)
    if rules.scaled:
        coi = (coi - coi.mean()) / _deviate(coi, int(block_p.sum()), rules.ddof)
        cog /= scores.spread
    missing = np.nan
    return ComplexityResult(
        economies=_null_missing(
            pl.DataFrame(
                {
                    "economy": economies,
                    "eci": _spread_out(scores.eci, block_c, missing),
                    "diversity": diversity.astype(np.int64),
                    "coi": _spread_out(coi, block_c, missing),
                }
            )
        ),
        products=_null_missing(
            pl.DataFrame(
                {
                    "product": products,
                    "pci": _spread_out(scores.pci, block_p, missing),
                    "ubiquity": ubiquity.astype(np.int64),
                }
            )
        ),
        table=_tabulate(economies, products, (values, rca, m, density, cog), nearness > 0, block_p),
        proximity=proximity,
        convention=convention,
        threshold=threshold,
        left_out_economies=tuple(economies.filter(pl.Series(~block_c))),
        left_out_products=tuple(products.filter(pl.Series(~block_p))),
    )


def measure_rca(values: Matrix) -> Matrix:
    """Return Balassa's revealed comparative advantage, C × P; 0 where an economy or a product has no trade."""
    shares = divide(values, values.sum(axis=1, keepdims=True))
    return divide(shares, values.sum(axis=0) / values.sum())


def relate_products(m: Matrix, *, diagonal: float) -> Matrix:
    """Return the P × P proximity of products from specialisation ``m`` (C × P of 0 and 1, float).

    Products nobody specialises in are related to none: their rows are zero, diagonal included.
    """
    ubiquity = m.sum(axis=0)
    proximity = m.T @ m  # in float: integer matrices do not reach BLAS
    floor = np.maximum(ubiquity, 1.0)  # where nobody specialises the numerator is zero anyway
    for start in range(0, len(floor), BLOCK):  # in blocks that stay in the processor's cache
        block = slice(start, start + BLOCK)
        proximity[block] /= np.maximum(floor[block, None], floor)
    np.fill_diagonal(proximity, np.where(ubiquity > 0, diagonal, 0.0))
    return proximity


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
    for column in ("economy", "product", "value"):
        if column not in exports.columns:
            raise SchemaError(
                f"the table of exports has no column {column!r}",
                rule="it needs economy, product, value",
                fix=f"Its columns are {', '.join(exports.columns)}",
            )
    rows = exports.select(
        pl.col("economy", "product").cast(pl.String), pl.col("value").cast(pl.Float64, strict=False)
    )
    bad = rows.select(
        pl.any_horizontal(pl.all().is_null(), ~pl.col("value").is_finite(), pl.col("value") < 0).fill_null(
            True
        )
    ).to_series()
    if bad.any():
        position = bad.arg_max() or 0
        raise SchemaError(
            f"row {position} of the exports is {exports.row(position)}",
            rule="economy and product are not empty; values are finite numbers, not negative",
            fix=f"Maybe drop or mend the {bad.sum()} such rows",
        )
    sums = rows.group_by("economy", "product").agg(pl.col("value").sum())
    if not sums["value"].sum():
        raise InputError("the exports sum to zero", rule="at least one economy exports something")
    economies, products = sums["economy"].unique().sort(), sums["product"].unique().sort()
    return economies, products, fill_matrix(sums, ("economy", "product"), economies, products)


def _choose_block(m: Matrix, disconnected: Disconnected) -> tuple[Mask, Mask]:
    """Return flags of the economies and products that are scored: one connected block with M > 0."""
    economies = len(m)
    row, column = np.nonzero(m)
    size = sum(m.shape)
    links = csr_array((np.ones(len(row)), (row, column + economies)), shape=(size, size))
    _, labels = connected_components(links, directed=False)
    linked = np.concatenate([m.any(axis=1), m.any(axis=0)])
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


def _score_block(m: Matrix, rules: Convention) -> _Scores:
    if rules.method == "fitness":
        fitness, complexity = iterate_fitness(m)
        return _Scores(fitness, complexity, fitness, complexity, 1.0)
    k_c, k_p = solve_reflections(m)
    mean, spread = k_c.mean(), _deviate(k_c, m.shape[1], rules.ddof)
    return _Scores(k_c, k_p, (k_c - mean) / spread, (k_p - mean) / spread, spread)


def solve_reflections(m: Matrix) -> tuple[Matrix, Matrix]:
    """Return k_c and k_p, the second eigenvectors of the method of reflections, signed by diversity.

    ``m`` is one connected block without empty rows or columns.

    Raises
    ------
    InputError: the second eigenvector is not unique, or all economies export the same products.
    """
    diversity, ubiquity = m.sum(axis=1), m.sum(axis=0)
    root = np.sqrt(diversity)
    values, vectors = np.linalg.eigh((m / ubiquity) @ m.T / np.outer(root, root))
    second = values[-2] if len(values) > 1 else 0.0
    if second < EIGENVALUE_GAP:
        raise InputError(
            "all economies are specialised in the same products",
            rule="ECI needs economies that differ",
            fix="Maybe use more economies or a higher threshold",
        )
    if len(values) > 2 and second - values[-3] < EIGENVALUE_GAP:
        raise InputError(
            f"the second eigenvalue {second:.6g} stands twice",
            rule="ECI is its eigenvector, which is then not unique",
            fix="Maybe the data are symmetric; use real exports or the fitness convention",
        )
    k_c = vectors[:, -2] / root
    lean = np.sum((k_c - k_c.mean()) * (diversity - diversity.mean()))
    # Equal diversity gives no direction: then the first economy that is not at zero is counted as high.
    k_c = k_c * (np.sign(lean) or np.sign(k_c[np.argmax(np.abs(k_c))]))
    return k_c, m.T @ k_c / ubiquity / second


def iterate_fitness(m: Matrix, updates: int = FITNESS_UPDATES) -> tuple[Matrix, Matrix]:
    """Return fitness of economies and complexity of products, each with mean 1 (Tacchella et al. 2012, eq. 1)."""
    fitness, complexity = np.ones(len(m)), np.ones(m.shape[1])
    for _ in range(updates):
        fitness, complexity = m @ complexity, 1 / (m.T @ (1 / fitness))
        fitness, complexity = fitness / fitness.mean(), complexity / complexity.mean()
    return fitness, complexity


def _deviate(values: Matrix, repeats: int, ddof: int) -> float:
    """Return the standard deviation of ``values`` each standing in ``repeats`` rows, as Stata has it."""
    squares = float(np.sum((values - values.mean()) ** 2)) * repeats
    return float(np.sqrt(squares / (len(values) * repeats - ddof)))


def _spread_out(values: Matrix, where: Mask, otherwise: float) -> Matrix:
    whole = np.full(len(where), otherwise)
    whole[where] = values
    return whole


def _null_missing(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def _tabulate(
    economies: pl.Series, products: pl.Series, matrices: tuple[Matrix, ...], related: Mask, scored: Mask
) -> pl.DataFrame:
    values, rca, m, density, cog = matrices
    # A product nobody specialises in has no density, and one without PCI no gain: null, not zero.
    density = np.where(related, density, np.nan)
    cog = np.where(scored, cog, np.nan)
    return _null_missing(
        pl.DataFrame(
            {
                "economy": economies.gather(np.repeat(np.arange(len(economies)), len(products))),
                "product": products.gather(np.tile(np.arange(len(products)), len(economies))),
                "value": values.ravel(),
                "rca": rca.ravel(),
                "m": m.ravel().astype(np.int8),
                "density": density.ravel(),
                "cog": cog.ravel(),
            }
        )
    )
