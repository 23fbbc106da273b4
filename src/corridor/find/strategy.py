"""The Atlas's strategies for new products: distance, complexity and outlook gain, weighed.

The live Atlas of Economic Complexity (Growth Lab at Harvard University, country profiles, "strategy
approach") lists fifty products an economy does not export with advantage yet, scored by three weights: how
near they are to what it makes (distance, which is 1 − density), how complex they are (PCI) and how many
further complex products they open (COG). The weights, the number and the ceiling of complexity for poorer
economies are the Atlas's; how it scales the three before weighing is not published in what was read, so
that is an option here: from the least to the greatest of the products compared (``span``), or by rank.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.pair import PairAnalysis
from corridor.find.space import POSITIONS, STANDING

Scaling = Literal["span", "rank"]
#: Above this income a head the Atlas sets no ceiling to the complexity of what it proposes.
CEILING_INCOME_USD: Final = 6000.0
#: Products that the Atlas lists.
LISTED: Final = 50
COLUMNS: Final = ("product", "rca", "pci", "density", "cog")


@dataclass(frozen=True, slots=True)
class Strategy:
    """Weights of nearness, complexity and outlook gain, which sum to 1, and how far above the economy's
    own complexity a product may lie."""

    nearness: float
    complexity: float
    outlook: float
    ceiling: float = 2.0


STRATEGIES: Final[dict[str, Strategy]] = {
    "low_hanging": Strategy(0.60, 0.15, 0.25),
    "long_jump": Strategy(0.45, 0.20, 0.35, ceiling=2.5),
    "strategic_bets": Strategy(0.50, 0.15, 0.35),
    "parsimonious": Strategy(0.55, 0.20, 0.25),
    "light_touch": Strategy(0.60, 0.20, 0.20),
}


@dataclass(frozen=True)
class StrategyRanking:
    """Products by their score.

    products: the columns given with ``nearness``, ``complexity``, ``outlook`` (each 0…1 as scaled), ``score``
    and ``rank``, the best first. ceiling: the greatest PCI allowed, None where none applies. ceiling_reason:
    ``applied``, ``income_above`` or, where income or the economy's complexity is not known, ``unknown``.
    above_ceiling, incomplete: products left out by the ceiling, and because a figure is not known.
    """

    strategy: str
    scaling: Scaling
    products: pl.DataFrame = field(repr=False)
    ceiling: float | None
    ceiling_reason: str
    above_ceiling: int
    incomplete: int


def rank_pair(analysis: PairAnalysis, strategy: str, *, income_usd: float | None = None) -> StrategyRanking:
    """Score the products of a pair in which the exporter has no advantage yet, with what the pair's lines say.

    income_usd: the exporter's income a head, for the ceiling of complexity (see ``rank_by_strategy``).

    Raises
    ------
    InputError: an unknown strategy; the analysis holds no complexity of products.
    """
    positions = analysis.tables.get(POSITIONS)
    if positions is None:
        raise InputError(
            "the complexity of products is not in this analysis",
            rule="a strategy weighs complexity",
            fix="Maybe compute it from trade data of more economies and products",
        )
    lines = analysis.opportunities.select("product", "description", "unrealised_usd", "firmness")
    named = positions.join(lines, on="product", how="left", maintain_order="left")
    standing = analysis.tables.get(STANDING)
    own = [] if standing is None else standing.filter(pl.col("economy") == analysis.exporter)["eci"].to_list()
    return rank_by_strategy(named, strategy, eci=own[0] if own else None, income_usd=income_usd)


def rank_by_strategy(
    positions: pl.DataFrame,
    strategy: str,
    *,
    eci: float | None = None,
    income_usd: float | None = None,
    scaling: Scaling = "span",
    threshold: float = 1.0,
) -> StrategyRanking:
    """Score the products that an economy does not export with advantage yet.

    Parameters
    ----------
    positions: product, rca, pci, density, cog of one economy; further columns are kept.
    eci: the economy's complexity on the scale of ``pci``. income_usd: its GDP a head; up to 6,000 USD no
        product more complex than eci + 2 (2.5 for the long jump) is listed. threshold: of the RCA.

    Raises
    ------
    InputError: an unknown strategy or scaling, or a column is missing.
    """
    weights = find_strategy(strategy)
    if scaling not in ("span", "rank"):
        raise InputError(f"scaling {scaling!r}", rule="one of span, rank")
    missing = [column for column in COLUMNS if column not in positions.columns]
    if missing:
        raise InputError(f"positions have no column '{missing[0]}'", rule=f"they need {', '.join(COLUMNS)}")
    candidates = positions.filter(pl.col("rca") < threshold)
    complete = candidates.drop_nulls(["pci", "density", "cog"])
    ceiling, reason = _find_ceiling(weights, eci, income_usd)
    allowed = complete if ceiling is None else complete.filter(pl.col("pci") <= ceiling)
    scored = allowed.with_columns(
        nearness=_scale("density", scaling), complexity=_scale("pci", scaling), outlook=_scale("cog", scaling)
    ).with_columns(
        score=weights.nearness * pl.col("nearness")
        + weights.complexity * pl.col("complexity")
        + weights.outlook * pl.col("outlook")
    )
    ranked = scored.sort("score", "product", descending=[True, False]).with_columns(
        rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32)
    )
    return StrategyRanking(
        strategy=strategy,
        scaling=scaling,
        products=ranked,
        ceiling=ceiling,
        ceiling_reason=reason,
        above_ceiling=complete.height - allowed.height,
        incomplete=candidates.height - complete.height,
    )


def find_strategy(name: str) -> Strategy:
    """Return the weights of a strategy.

    Raises
    ------
    InputError: there is none of that name.
    """
    if name not in STRATEGIES:
        raise InputError(f"strategy {name!r}", rule=f"one of {', '.join(STRATEGIES)}")
    return STRATEGIES[name]


def _find_ceiling(weights: Strategy, eci: float | None, income_usd: float | None) -> tuple[float | None, str]:
    if income_usd is not None and income_usd > CEILING_INCOME_USD:
        return None, "income_above"
    if income_usd is None or eci is None or not np.isfinite(eci):
        return None, "unknown"
    return eci + weights.ceiling, "applied"


def _scale(column: str, scaling: Scaling) -> pl.Expr:
    """Return a column from 0 (the least of the products compared) to 1; one half where all are equal."""
    value = pl.col(column) if scaling == "span" else pl.col(column).rank("average")
    low, high = value.min(), value.max()
    return pl.when(high > low).then((value - low) / (high - low)).otherwise(0.5)
