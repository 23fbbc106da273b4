r"""Measures of revealed comparative advantage: six variants, each with the value at which it is neutral.

With v_ik the exports of economy i of product k, and a dot for a sum,

=================== ============================================================== ======= ==================
variant             definition                                                     neutral range
=================== ============================================================== ======= ==================
balassa             (v_ik / v_i.) / (v_.k / v_..)                                   1       0 … ∞
symmetric           (B − 1) / (B + 1), B = balassa                                  0       −1 … 1
log                 ln B; not defined where nothing is exported                     0       −∞ … ∞
vollrath            as balassa against the others alone: without i, without k       1       0 … ∞
proudman-redding    (v_ik / v_.k) / mean over k of (v_ik / v_.k)                     1       0 … number of k
population          (v_ik / n_i) / (v_.k / n_.), n = population                      1       0 … ∞
=================== ============================================================== ======= ==================

Sources: Balassa (1965), The Manchester School 33, 99; symmetric: Dalum, Laursen & Villumsen (1998),
International Review of Applied Economics 12, 423; log and vollrath (its relative export advantage, and the
logarithm of it): Vollrath (1991), Weltwirtschaftliches Archiv 127, 265; proudman-redding: Proudman & Redding
(2000), Review of International Economics 8, 373; population: the presence test ``rpop`` of Growth Lab's
package ``ecomplexity``.
"""

from typing import Final, Literal, get_args

import numpy as np

from corridor.errors import InputError
from corridor.find.matrices import Matrix, divide

RcaVariant = Literal["balassa", "symmetric", "log", "vollrath", "proudman-redding", "population"]
#: The value at which an economy exports what would be expected: the default threshold of M.
NEUTRAL: Final[dict[str, float]] = {
    "balassa": 1.0,
    "symmetric": 0.0,
    "log": 0.0,
    "vollrath": 1.0,
    "proudman-redding": 1.0,
    "population": 1.0,
}
#: What a variant says of a cell without exports, where it is not 0.
NOTHING: Final[dict[str, float]] = {"symmetric": -1.0, "log": np.nan}


def measure_rca(values: Matrix) -> Matrix:
    """Return Balassa's revealed comparative advantage, C × P; 0 where an economy or a product has no trade."""
    shares = divide(values, values.sum(axis=1, keepdims=True))
    return divide(shares, values.sum(axis=0) / values.sum())


def measure_advantage(values: Matrix, variant: str, population: Matrix | None = None) -> Matrix:
    """Return one variant of revealed comparative advantage, C × P.

    Parameters
    ----------
    values: C × P exports, in any unit. population: C persons, needed by ``population`` alone.

    NaN where the variant is not defined (log of 0); 0 or −1 where nothing is exported, as its range has it.

    Raises
    ------
    InputError: an unknown variant, or a population that is missing or not above zero.
    """
    if variant == "balassa":
        return measure_rca(values)
    if variant == "symmetric":
        rca = measure_rca(values)
        return (rca - 1) / (rca + 1)
    if variant == "log":
        rca = measure_rca(values)
        return np.log(rca, out=np.full_like(rca, np.nan), where=rca > 0)
    if variant == "vollrath":
        return _compare_with_others(values)
    if variant == "proudman-redding":
        shares = divide(values, values.sum(axis=0))
        return divide(shares, shares.mean(axis=1, keepdims=True))
    if variant == "population":
        return _compare_by_head(values, population)
    raise InputError(
        f"measure of advantage {variant!r} is not known", rule=f"one of {', '.join(get_args(RcaVariant))}"
    )


def _compare_with_others(values: Matrix) -> Matrix:
    """Return Vollrath's relative export advantage; infinite where nobody else sells it or nothing else is sold."""
    by_economy, by_product = values.sum(axis=1, keepdims=True), values.sum(axis=0)
    other_economies = np.maximum(by_product - values, 0.0)
    other_products = np.maximum(by_economy - values, 0.0)
    rest = np.maximum(values.sum() - by_economy - by_product + values, 0.0)
    own = divide(values, other_economies, where_zero=np.inf)
    others = divide(other_products, rest, where_zero=np.inf)
    unbounded = np.isinf(own) | (other_products == 0)
    ratio = divide(np.where(unbounded, 0.0, own), np.where(unbounded, 1.0, others))
    return np.where(values == 0, 0.0, np.where(unbounded, np.inf, ratio))


def _compare_by_head(values: Matrix, population: Matrix | None) -> Matrix:
    if population is None:
        raise InputError(
            "the measure 'population' was asked for without a population",
            rule="it compares exports by head",
            fix="Maybe give a table economy, population (--population FILE)",
        )
    return divide(values / population[:, None], values.sum(axis=0) / population.sum())
