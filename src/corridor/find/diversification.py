"""Products not yet exported competitively, ranked within one market: density × demand × ease.

After the product diversification indicator of Decreux and Spies (2016), International Trade Centre, with
density after Hidalgo et al. (2007). The score orders products; it is no amount of money. Specialisation
rests on exports corrected by the trade balance, so that what is only re-exported is no evidence.
"""

from typing import Final

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.inputs import Evidence, PotentialInputs
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Matrix, divide
from corridor.find.options import PotentialOptions
from corridor.find.potential import MarketStudy, align_options, balance_trade
from corridor.find.proximity import relate_products
from corridor.find.rca import measure_rca
from corridor.tables import DIVERSIFICATION

#: A product is exported competitively from this corrected RCA on.
THRESHOLD: Final = 1.0


def rank_diversification(
    margins: TradeMargins,
    exporter: str,
    importer: str,
    *,
    options: PotentialOptions | None = None,
    inputs: PotentialInputs | Evidence | None = None,
    threshold: float = THRESHOLD,
) -> pl.DataFrame:
    """Return the products with corrected RCA below ``threshold`` that ``importer`` buys (``DIVERSIFICATION``).

    The highest score first; empty where the exporter sells the market nothing (Ease is then 0) or is
    specialised in nothing.

    Raises
    ------
    UnknownEconomyError: a code without trade. InputError: a market without known imports.
    """
    options = options or PotentialOptions()
    if threshold <= 0:
        raise InputError(f"threshold {threshold}", rule="above 0")
    row = margins.index_economy(exporter)
    evidence = inputs if isinstance(inputs, Evidence) else align_options(margins, inputs, options)
    study = MarketStudy(margins, importer, evidence, options)
    ease = float(study.weigh(options)[0][row])
    factor = np.full(len(margins.products), study.market.demand_growth or 1.0)
    if study.market.pull is not None:
        factor = factor * study.market.pull[row]
    corrected = measure_rca(margins.exports * balance_trade(margins, options))
    density = measure_density(corrected >= threshold, row)
    score = density * study.demand * factor * ease
    open_lines = (corrected[row] < threshold) & (score > 0)
    table = pl.DataFrame(
        {
            "product": margins.products,
            "score": score / score[open_lines].max() if open_lines.any() else score,
            "density": density,
            "partner_imports_usd": study.demand,
            "demand_factor": factor,
            "ease": np.full(len(score), ease),
            "rca": corrected[row],
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


def measure_density(m: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], row: int) -> Matrix:
    """Return the density of one economy around each product, P: Mφ / Σφ without the product itself."""
    proximity = relate_products(m.astype(np.float64), diagonal=0.0)
    return divide(m[row].astype(np.float64) @ proximity, proximity.sum(axis=0))
