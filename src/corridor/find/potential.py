r"""Export potential of every exporter in one market, after the International Trade Centre's indicator.

Source: Decreux, Y. and Spies, J. (2016), "Export Potential Assessments", International Trade Centre
(transcribed from analysts' descriptions; see docs/methods/find.md). For exporter i, market j, product k

.. math::
    EPI_{ijk} = \frac{MS_{ik}\,TB_{ik}\,Ease_{ij}}{\sum_{i'} MS_{i'k}\,TB_{i'k}\,Ease_{i'j}}\; M_{jk}

MS is the exporter's share of world exports of the product, TB = min(1, exports / imports) discounts what
is re-exported, Ease compares the pair's trade with what shares alone would give, M are the market's
imports. Expected growth, tariff advantage and distance are switched off: they count as 1, and every
result says so in ``terms_off``.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Mask, Matrix, divide

UnknownTradeBalance = Literal["impute", "one", "range"]
EaseBasis = Literal["static", "projected"]
WorldBasis = Literal["all", "without_importer"]
#: Terms of the full indicator that count as 1 here.
TERMS_OFF: Final = ("expected_growth", "tariff_advantage", "distance")


@dataclass(frozen=True, slots=True)
class PotentialOptions:
    """The conventions that published descriptions leave open, each with its default.

    trade_balance: use the term TB.
    unknown_trade_balance: TB of an economy whose imports the data lack. ``impute``: its imports are taken
        to be as large as its exports and composed as the imports of all known economies; ``one``: TB is 1;
        ``range``: as ``impute``, with the lowest and highest potential of both beside it.
    ease: ``static`` compares trade with world shares; ``projected`` with shares times TB.
    world: world exports with or ``without_importer``'s own.
    normalise: scale so that the potentials of a market and product sum to its imports.
    window: years averaged, weights 1 … n.
    carried_share: what the shortlist must carry of the unrealised potential.
    """

    trade_balance: bool = True
    unknown_trade_balance: UnknownTradeBalance = "impute"
    ease: EaseBasis = "static"
    world: WorldBasis = "all"
    normalise: bool = True
    window: int = 1
    carried_share: float = 0.8

    def __post_init__(self) -> None:
        for name, value, known in (
            ("unknown_trade_balance", self.unknown_trade_balance, get_args(UnknownTradeBalance)),
            ("ease", self.ease, get_args(EaseBasis)),
            ("world", self.world, get_args(WorldBasis)),
        ):
            if value not in known:
                raise InputError(f"option {name} is {value!r}", rule=f"one of {', '.join(known)}")
        if not 0 < self.carried_share <= 1:
            raise InputError(f"option carried_share is {self.carried_share}", rule="above 0 and at most 1")
        if self.window < 1:
            raise InputError(f"option window is {self.window}", rule="at least one year is averaged")


@dataclass(frozen=True)
class MarketPotential:
    """Potential of E exporters in one market over P products, with every term.

    market_share, trade_balance, potential, current, unrealised: E × P. ease: E. demand, normaliser: P.
    imputed: E flags of exporters whose TB rests on imputed (or assumed) imports.
    Values in USD; the terms have no unit.
    """

    margins: TradeMargins
    importer: str
    options: PotentialOptions
    market_share: Matrix
    trade_balance: Matrix
    ease: Matrix
    demand: Matrix
    normaliser: Matrix
    potential: Matrix
    current: Matrix
    unrealised: Matrix
    imputed: Mask
    terms_off: tuple[str, ...] = TERMS_OFF


def compute_potential(
    margins: TradeMargins, importer: str, options: PotentialOptions | None = None
) -> MarketPotential:
    """Compute the potential of every exporter in ``importer`` for every product.

    An exporter that sells the market nothing has Ease 0 and therefore no potential there: the indicator
    extends relations that exist.

    Raises
    ------
    InputError: the data lack the market's imports, which are then unknown, not zero.
    """
    options = options or PotentialOptions()
    demand = _demand_of(margins, importer)
    current = margins.flows[importer]
    market_share = _share_of_world(margins, importer, options)
    trade_balance = balance_trade(margins, options)
    supply = market_share * trade_balance
    ease = _ease_trade(current, (supply if options.ease == "projected" else market_share) @ demand)
    claims = supply * ease[:, None]
    normaliser = claims.sum(axis=0) if options.normalise else np.ones(len(demand))
    potential = divide(claims, normaliser) * demand
    return MarketPotential(
        margins=margins,
        importer=importer,
        options=options,
        market_share=market_share,
        trade_balance=trade_balance,
        ease=ease,
        demand=demand,
        normaliser=normaliser,
        potential=potential,
        current=current,
        unrealised=np.maximum(potential - current, 0.0),
        imputed=~margins.importing,
    )


def tabulate_potential(market: MarketPotential, exporter: str | None = None) -> pl.DataFrame:
    """Return a row per exporter and product with potential or current trade, with every term visible.

    Columns: exporter, importer, product, current_usd, partner_imports_usd, exporter_total_usd,
    potential_usd, unrealised_usd, supply_share, import_share, trade_balance, ease, normaliser, imputed
    (TB rests on imputed imports), and ``potential_low_usd``, ``potential_high_usd`` with the option
    ``range``. potential_usd = supply_share · trade_balance · ease / normaliser · partner_imports_usd.
    """
    chosen = np.zeros(len(market.margins.economies), dtype=bool)
    chosen[slice(None) if exporter is None else market.margins.index_economy(exporter)] = True
    shown = ((market.potential > 0) | (market.current > 0)) & chosen[:, None]
    row, column = np.nonzero(shown)
    margins = market.margins
    columns = {
        "exporter": np.array(margins.economies)[row],
        "importer": np.full(len(row), market.importer),
        "product": np.array(margins.products)[column],
        "current_usd": market.current[shown],
        "partner_imports_usd": market.demand[column],
        "exporter_total_usd": margins.exports[shown],
        "potential_usd": market.potential[shown],
        "unrealised_usd": market.unrealised[shown],
        "supply_share": market.market_share[shown],
        "import_share": divide(market.current[shown], market.demand[column]),
        "trade_balance": market.trade_balance[shown],
        "ease": market.ease[row],
        "normaliser": market.normaliser[column],
        "imputed": market.imputed[row],
    }
    if market.options.unknown_trade_balance == "range":
        low, high = _range_potential(market)
        columns |= {"potential_low_usd": low[shown], "potential_high_usd": high[shown]}
    texts = {"exporter": pl.String, "importer": pl.String, "product": pl.String}
    return pl.DataFrame(columns, schema_overrides=texts)


def balance_trade(margins: TradeMargins, options: PotentialOptions) -> Matrix:
    """Return TB, E × P: min(1, exports / imports), 1 where imports are *known* to be zero.

    Where an economy's imports are not in the data they are imputed unless the option says ``one``:
    m̂_ik = v_i · m_k / m with the sums of the known importers. Hidden in turn, the 25 largest exporters of
    the 2024 file are met with an export-weighted mean error of 0.08, against 0.10 for TB = 1 and 0.20
    for the product's export-weighted mean (tests/reference/potential_2024).
    """
    if not options.trade_balance:
        return np.ones_like(margins.exports)
    imports = margins.imports
    if options.unknown_trade_balance != "one":
        imports = np.where(margins.importing[:, None], imports, impute_imports(margins))
    return np.minimum(1.0, divide(margins.exports, imports, where_zero=1.0))


def impute_imports(margins: TradeMargins) -> Matrix:
    """Return E × P imports as if each economy's trade balanced and its imports were composed as the world's."""
    by_product = margins.imports.sum(axis=0)
    return np.outer(margins.exports.sum(axis=1), by_product / by_product.sum())


def _demand_of(margins: TradeMargins, importer: str) -> Matrix:
    row = margins.index_economy(importer)
    if not margins.importing[row]:
        raise InputError(
            f"the imports of {importer!r} are not in this dataset",
            rule="a market's imports must be known; an absent importer's are unknown, not zero",
            fix="Maybe use a dataset that covers it, or exchange exporter and importer",
        )
    return np.asarray(margins.imports[row])


def _share_of_world(margins: TradeMargins, importer: str, options: PotentialOptions) -> Matrix:
    exports = margins.exports
    if options.world == "without_importer":
        exports = exports.copy()
        exports[margins.index_economy(importer)] = 0.0
    return divide(exports, exports.sum(axis=0))


def _ease_trade(current: Matrix, expected: Matrix) -> Matrix:
    return divide(current.sum(axis=1), expected)


def _range_potential(market: MarketPotential) -> tuple[Matrix, Matrix]:
    other = compute_potential(
        market.margins, market.importer, replace(market.options, unknown_trade_balance="one")
    ).potential
    return np.minimum(market.potential, other), np.maximum(market.potential, other)
