r"""Export potential of every exporter in one market, after the International Trade Centre's indicator.

Source: Decreux, Y. and Spies, J. (2016), "Export Potential Assessments", International Trade Centre
(transcribed from analysts' descriptions; see docs/methods/find-potential.md). For exporter i, market j,
product k

.. math::
    EPI_{ijk} = \frac{MS_{ik}\,TB_{ik}\,GTA_{ik}\,Ease_{ij}\,MTA_{ijk}\,DF_{ijk}}{\sum_{i'} \ldots}\; M_{jk}

MS is the exporter's share of world exports of the product (of expected supply where growth is given),
TB = min(1, exports / imports) discounts what is re-exported, GTA takes out of the share what rests on
tariffs already enjoyed elsewhere, Ease compares the pair's trade with what shares alone would give (or is supplied, from gravity), MTA
is the tariff advantage and DF the distance factor in the market, M are the market's (expected) imports.
A term that is off counts as 1, and every result says so in ``terms_off``.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.inputs import Evidence, InputGap, PotentialInputs, align_inputs
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Mask, Matrix, divide
from corridor.find.options import EaseBasis, PotentialOptions, UnknownTradeBalance, WorldBasis
from corridor.find.terms import (
    MarketTerms,
    SupplyTerms,
    build_market_terms,
    build_supply_terms,
    list_gaps,
    neutralise_tariffs,
    share_of_world,
    take_ease,
    without_eases,
)

__all__ = [
    "FACTORS",
    "TERMS_OFF",
    "EaseBasis",
    "MarketPotential",
    "MarketStudy",
    "PotentialOptions",
    "UnknownTradeBalance",
    "WorldBasis",
    "SupplyBook",
    "align_options",
    "balance_trade",
    "compute_potential",
    "find_gaps",
    "impute_imports",
    "list_terms_off",
    "tabulate_potential",
]
#: Groups of terms of the full indicator that count as 1 where no further evidence is given.
TERMS_OFF: Final = ("expected_growth", "tariff_advantage", "distance")
#: The columns of a line whose product, over the normaliser, is its potential; those not shown count as 1.
FACTORS: Final = (
    "supply_share",
    "supply_growth",
    "trade_balance",
    "global_tariff",
    "ease",
    "market_tariff",
    "distance_factor",
    "partner_imports_usd",
    "demand_growth",
)


@dataclass(frozen=True)
class MarketPotential:
    """Potential of E exporters in one market over P products, with every term.

    market_share, trade_balance, current: E × P. ease: E. demand, normaliser: P; demand are today's
    imports, demand_growth what they are expected to grow by (1 where off). supply_growth, global_tariff,
    market_tariff, distance_factor: E × P, None where off. imputed: E flags of exporters whose TB rests on
    imputed (or assumed) imports. gaps are in ``coverage`` of a pair. Values in USD; the terms have no unit.
    """

    margins: TradeMargins
    importer: str
    options: PotentialOptions
    market_share: Matrix
    trade_balance: Matrix
    ease: Matrix
    demand: Matrix
    normaliser: Matrix
    current: Matrix
    imputed: Mask
    demand_growth: float | None = None
    supply_growth: Matrix | None = None
    global_tariff: Matrix | None = None
    market_tariff: Matrix | None = None
    distance_factor: Matrix | None = None
    claims: Matrix = field(repr=False, default_factory=lambda: np.zeros((0, 0)))
    evidence: Evidence = field(default_factory=Evidence, repr=False)
    terms_off: tuple[str, ...] = TERMS_OFF

    @property
    def expected_demand(self) -> Matrix:
        """P imports of the market at the end of the horizon, today's where growth is off."""
        return self.demand if self.demand_growth is None else self.demand * self.demand_growth

    @cached_property
    def potential(self) -> Matrix:
        """E × P in USD."""
        return divide(self.claims, self.normaliser) * self.expected_demand

    @cached_property
    def unrealised(self) -> Matrix:
        """E × P, potential − min(current, potential)."""
        return np.maximum(self.potential - self.current, 0.0)


class SupplyBook:
    """Terms of supply under several conventions, for one or many markets: each is computed once."""

    def __init__(self, margins: TradeMargins, evidence: Evidence) -> None:
        self.margins, self.evidence = margins, evidence
        self._supply: dict[tuple[object, ...], SupplyTerms] = {}
        self._shares: dict[int | None, Matrix] = {}
        self._balances: dict[tuple[bool, bool], Matrix] = {}
        self._global_tariff: Matrix | None = None

    def open(self, options: PotentialOptions, market: int) -> SupplyTerms:
        """Return the terms of supply under a convention, for the market in row ``market``."""
        left_out = market if options.world == "without_importer" else None
        key = (left_out, options.trade_balance, options.unknown_trade_balance)
        if key not in self._supply:
            self._supply[key] = build_supply_terms(
                self._share(left_out),
                self._balance(options),
                self._neutral(options),
                self.evidence,
                options,
            )
        return self._supply[key]

    def forget(self, market: int) -> None:
        """Drop what is kept of one market only."""
        self._shares.pop(market, None)
        self._supply = {key: terms for key, terms in self._supply.items() if key[0] != market}

    def _share(self, left_out: int | None) -> Matrix:
        if left_out not in self._shares:
            self._shares[left_out] = share_of_world(self.margins, left_out)
        return self._shares[left_out]

    def _balance(self, options: PotentialOptions) -> Matrix:
        key = options.trade_balance, options.unknown_trade_balance == "one"
        if key not in self._balances:
            self._balances[key] = balance_trade(self.margins, options)
        return self._balances[key]

    def _neutral(self, options: PotentialOptions) -> Matrix | None:
        if not options.global_tariff:
            return None
        if self._global_tariff is None:
            self._global_tariff = neutralise_tariffs(self.margins, self.evidence)
        return self._global_tariff


class MarketStudy:
    """One market under several conventions: what they share is computed once.

    book: terms of supply shared with other markets. current: the E × P imports of the market by supplier,
    those of the margins where not given. sold: their sums by supplier, where ``current`` is not needed.
    """

    def __init__(
        self,
        margins: TradeMargins,
        importer: str,
        evidence: Evidence,
        options: PotentialOptions,
        *,
        book: SupplyBook | None = None,
        current: Matrix | None = None,
        sold: Matrix | None = None,
    ) -> None:
        self.margins, self.importer, self.evidence = margins, importer, evidence
        self.demand = _demand_of(margins, importer)
        self.row = margins.index_economy(importer)
        self.book = book or SupplyBook(margins, evidence)
        self._current = current
        self.sold = self.current.sum(axis=1) if sold is None else sold
        self.market: MarketTerms = build_market_terms(
            margins, self.row, lambda: self.current, evidence, options
        )

    @property
    def current(self) -> Matrix:
        """E × P imports of the market by supplier."""
        return self.margins.flows[self.importer] if self._current is None else self._current

    def supply(self, options: PotentialOptions) -> SupplyTerms:
        """Return the terms of supply under a convention."""
        return self.book.open(options, self.row)

    def weigh(self, options: PotentialOptions) -> tuple[Matrix, Matrix, Matrix]:
        """Return Ease (E), the sum of claims (P) and the normaliser (P) under a convention."""
        supply, market = self.supply(options), self.market
        ease = self._ease(supply, options)
        pull = market.pull
        claimed = ease @ (supply.product if pull is None else supply.product * pull)
        if not options.normalise:
            return ease, claimed, np.ones(len(claimed))
        before = options.normalise_at == "before" and pull is not None
        return ease, claimed, ease @ supply.product if before else claimed

    def _ease(self, supply: SupplyTerms, options: PotentialOptions) -> Matrix:
        if options.ease == "off":
            ones = np.ones(len(self.sold))
            ones[self.row] = 0.0  # a market is no supplier of its own imports
            return ones
        if options.ease == "gravity":
            return take_ease(self.evidence, self.row, divide(self.sold, supply.market_share @ self.demand))
        if options.ease == "static":
            expected = supply.market_share @ self.demand
        elif self.market.pull is None:
            expected = supply.product @ self.expected_demand
        else:
            expected = (supply.product * self.market.pull) @ self.expected_demand
        return divide(self.sold, expected)

    @property
    def expected_demand(self) -> Matrix:
        """P imports at the end of the horizon, today's where growth is off."""
        growth = self.market.demand_growth
        return self.demand if growth is None else self.demand * growth


def compute_potential(
    margins: TradeMargins,
    importer: str,
    options: PotentialOptions | None = None,
    evidence: Evidence | PotentialInputs | None = None,
    *,
    study: MarketStudy | None = None,
) -> MarketPotential:
    """Compute the potential of every exporter in ``importer`` for every product.

    An exporter that sells the market nothing has Ease 0 and therefore no potential there: the indicator
    extends relations that exist. evidence: further inputs, aligned or not. study: what is shared with
    other conventions of the same market and evidence.

    Raises
    ------
    InputError: the data lack the market's imports, which are then unknown, not zero.
    """
    options = options or PotentialOptions()
    if not isinstance(evidence, Evidence):
        evidence = align_options(margins, evidence, options)
    study = study or MarketStudy(margins, importer, evidence, options)
    supply, market = study.supply(options), study.market
    ease, _, normaliser = study.weigh(options)
    claims = supply.product * ease[:, None]
    if market.pull is not None:
        claims *= market.pull
    return MarketPotential(
        margins=margins,
        importer=importer,
        options=options,
        market_share=supply.market_share,
        trade_balance=supply.trade_balance,
        ease=ease,
        demand=study.demand,
        normaliser=normaliser,
        current=study.current,
        imputed=~margins.importing,
        demand_growth=market.demand_growth,
        supply_growth=supply.supply_growth,
        global_tariff=supply.global_tariff,
        market_tariff=market.market_tariff,
        distance_factor=market.distance_factor,
        claims=claims,
        evidence=evidence,
        terms_off=list_terms_off(evidence, options),
    )


def align_options(
    margins: TradeMargins, inputs: PotentialInputs | None, options: PotentialOptions
) -> Evidence:
    """Return inputs in the order of the margins, as the options want them.

    Raises
    ------
    as ``align_inputs``; InputError: the ease is that of gravity and no eases are given.
    """
    if options.ease != "gravity" and inputs is not None:
        sources = tuple(source for source in inputs.sources if source.input != "ease")
        inputs = replace(inputs, ease=None, sources=sources)
    elif options.ease == "gravity" and (inputs is None or inputs.ease is None):
        raise without_eases()
    return align_inputs(
        margins,
        inputs,
        horizon=options.horizon,
        elasticity=options.elasticity,
        demand_elasticity=options.demand_elasticity,
    )


def list_terms_off(evidence: Evidence, options: PotentialOptions) -> tuple[str, ...]:
    """Return the codes of terms that count as 1: of a whole group where all of it is off."""
    off: list[str] = []
    growth, tariffs = evidence.growth is not None, evidence.tariffs is not None
    for group, parts in (
        (
            "expected_growth",
            {
                "supply_growth": growth and options.supply_growth,
                "demand_growth": growth and options.demand_growth,
            },
        ),
        (
            "tariff_advantage",
            {
                "global_tariff": tariffs and options.global_tariff,
                "market_tariff": tariffs and options.market_tariff,
            },
        ),
    ):
        missing = [name for name, used in parts.items() if not used]
        off += [group] if len(missing) == len(parts) else missing
    if evidence.log_distance is None or not options.distance:
        off.append("distance")
    if not options.trade_balance:
        off.append("trade_balance")
    if options.ease == "off":
        off.append("ease")
    return tuple(off)


def find_gaps(market: MarketPotential, exporter: str) -> tuple[InputGap, ...]:
    """Return what rests on fallbacks, for one exporter in the market."""
    row = market.margins.index_economy(exporter)
    column = market.margins.index_economy(market.importer)
    return tuple(list_gaps(market.margins, row, column, market.current, market.evidence, market.options))


def tabulate_potential(market: MarketPotential, exporter: str | None = None) -> pl.DataFrame:
    """Return a row per exporter and product with potential or current trade, with every term visible.

    Columns: exporter, importer, product, current_usd, partner_imports_usd, exporter_total_usd,
    potential_usd, unrealised_usd, supply_share, import_share, trade_balance, ease, normaliser, imputed
    (TB rests on imputed imports), those of ``FACTORS`` that are on, and ``potential_low_usd``,
    ``potential_high_usd`` with the option ``range``. potential_usd is the product of the columns
    ``FACTORS`` over normaliser.
    """
    margins = market.margins
    rows = slice(None)
    if exporter is not None:
        place = margins.index_economy(exporter)
        rows = slice(place, place + 1)
    current = market.current[rows]
    potential = divide(market.claims[rows], market.normaliser) * market.expected_demand
    shown = (potential > 0) | (current > 0)
    row, column = np.nonzero(shown)
    exporters = pl.Series(margins.economies[rows], dtype=pl.String)
    columns: dict[str, object] = {
        "exporter": exporters.gather(row),
        "importer": pl.repeat(market.importer, len(row), eager=True),
        "product": pl.Series(margins.products, dtype=pl.String).gather(column),
        "current_usd": current[shown],
        "partner_imports_usd": market.demand[column],
        "exporter_total_usd": margins.exports[rows][shown],
        "potential_usd": potential[shown],
        "unrealised_usd": np.maximum(potential - current, 0.0)[shown],
        "supply_share": market.market_share[rows][shown],
        "import_share": divide(current[shown], market.demand[column]),
        "trade_balance": market.trade_balance[rows][shown],
        "ease": market.ease[rows][row],
        "normaliser": market.normaliser[column],
        "imputed": market.imputed[rows][row],
    }
    for name, term in (
        ("supply_growth", market.supply_growth),
        ("global_tariff", market.global_tariff),
        ("market_tariff", market.market_tariff),
        ("distance_factor", market.distance_factor),
    ):
        if term is not None:
            columns[name] = term[rows][shown]
    if market.demand_growth is not None:
        columns["demand_growth"] = np.full(len(row), market.demand_growth)
    if market.options.unknown_trade_balance == "range":
        low, high = _range_potential(market)
        columns |= {"potential_low_usd": low[rows][shown], "potential_high_usd": high[rows][shown]}
    return pl.DataFrame(columns)


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
    if options.unknown_trade_balance != "one" and not margins.importing.all():
        unknown = ~margins.importing
        imports = imports.copy()
        imports[unknown] = impute_imports(margins)[unknown]
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


def _range_potential(market: MarketPotential) -> tuple[Matrix, Matrix]:
    other = compute_potential(
        market.margins,
        market.importer,
        replace(market.options, unknown_trade_balance="one"),
        market.evidence,
    ).potential
    return np.minimum(market.potential, other), np.maximum(market.potential, other)
