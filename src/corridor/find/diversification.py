"""Products not yet exported competitively, ranked within one market: density × demand × ease.

After the product diversification indicator of Decreux and Spies (2016), International Trade Centre, with
density after Hidalgo et al. (2007). The score orders products; it is no amount of money. Specialisation
rests on exports corrected by the trade balance, so that what is only re-exported is no evidence.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corridor.errors import InputError
from corridor.find.inputs import Evidence, PotentialInputs
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Matrix, divide
from corridor.find.options import PotentialOptions
from corridor.find.potential import MarketStudy, align_options, balance_trade
from corridor.find.proximity import FloatMatrix, relate_products
from corridor.find.rca import measure_rca
from corridor.tables import DIVERSIFICATION

#: A product is exported competitively from this corrected RCA on.
THRESHOLD: Final = 1.0


@dataclass(frozen=True)
class Specialisation:
    """What C economies are specialised in, and how near P products are, without what is only re-exported.

    rca: C × P, of exports × TB. m: C × P, 1 where rca reaches the threshold. proximity: P × P, zero with
    itself. nearness: P sums of it.
    """

    rca: Matrix
    m: Matrix
    proximity: FloatMatrix = field(repr=False)
    nearness: Matrix

    def surround(self, row: int) -> Matrix:
        """Return the density of the economy in ``row`` around each product, P: Mφ / Σφ."""
        return divide(self.m[row] @ self.proximity, self.nearness)

    def compare_around(self, products: npt.NDArray[np.int64]) -> Matrix:
        """Return the density of every economy around some products, C × N."""
        return divide(self.m @ self.proximity[:, products], self.nearness[products])


def measure_specialisation(
    margins: TradeMargins, options: PotentialOptions | None = None, *, threshold: float = THRESHOLD
) -> Specialisation:
    """Return what everybody is specialised in by exports corrected for the trade balance.

    Raises
    ------
    InputError: the threshold is not above 0.
    """
    if threshold <= 0:
        raise InputError(f"threshold {threshold}", rule="above 0")
    rca = measure_rca(margins.exports * balance_trade(margins, options or PotentialOptions()))
    m = (rca >= threshold).astype(np.float64)
    proximity = relate_products(m, diagonal=0.0)
    return Specialisation(rca, m, proximity, np.asarray(proximity.sum(axis=0)))


def rank_diversification(
    margins: TradeMargins,
    exporter: str,
    importer: str,
    *,
    options: PotentialOptions | None = None,
    inputs: PotentialInputs | Evidence | None = None,
    threshold: float = THRESHOLD,
    specialisation: Specialisation | None = None,
) -> pl.DataFrame:
    """Return the products with corrected RCA below ``threshold`` that ``importer`` buys (``DIVERSIFICATION``).

    The highest score first; empty where the exporter sells the market nothing (Ease is then 0) or is
    specialised in nothing. specialisation: of the same margins, options and threshold, computed where not
    given.

    Raises
    ------
    UnknownEconomyError: a code without trade. InputError: a market without known imports.
    """
    options = options or PotentialOptions()
    row = margins.index_economy(exporter)
    evidence = inputs if isinstance(inputs, Evidence) else align_options(margins, inputs, options)
    study = MarketStudy(margins, importer, evidence, options)
    ease = float(study.weigh(options)[0][row])
    factor = np.full(len(margins.products), study.market.demand_growth or 1.0)
    if study.market.pull is not None:
        factor = factor * study.market.pull[row]
    known = specialisation or measure_specialisation(margins, options, threshold=threshold)
    density = known.surround(row)
    score = density * study.demand * factor * ease
    open_lines = (known.rca[row] < threshold) & (score > 0)
    table = pl.DataFrame(
        {
            "product": margins.products,
            "score": score / score[open_lines].max() if open_lines.any() else score,
            "density": density,
            "partner_imports_usd": study.demand,
            "demand_factor": factor,
            "ease": np.full(len(score), ease),
            "rca": known.rca[row],
            "current_usd": study.current[row],
        }
    )
    ranked = (
        table.filter(pl.Series(open_lines))
        .sort(["score", "product"], descending=[True, False])
        .with_columns(
            exporter=pl.lit(exporter),
            importer=pl.lit(importer),
            rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32),
        )
    )
    return DIVERSIFICATION.check(ranked)
