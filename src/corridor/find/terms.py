"""The terms of the export potential: of supply (E × P, the same in every market) and of one market."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from corridor.errors import InputError
from corridor.find.duties import FALLBACKS, average_faced
from corridor.find.inputs import Evidence, InputGap, Known, make_gap, share_gaps
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Matrix, divide
from corridor.find.options import PotentialOptions

#: What ``TariffBook.code`` counts, from 1 on; 0 is a preferential rate.
RATES: Final = ("mfn_rate", *FALLBACKS)


@dataclass(frozen=True)
class SupplyTerms:
    """MS, its growth, TB, GTA and their product, each E × P; None where off, which counts as 1."""

    market_share: Matrix
    trade_balance: Matrix
    supply_growth: Matrix | None
    global_tariff: Matrix | None
    product: Matrix


@dataclass(frozen=True)
class MarketTerms:
    """MTA and DF of one market (E × P), their product ``pull``, and what its demand grows by; None where off."""

    market_tariff: Matrix | None
    distance_factor: Matrix | None
    pull: Matrix | None
    demand_growth: float | None


def build_supply_terms(
    share: Matrix, balance: Matrix, tariff: Matrix | None, evidence: Evidence, options: PotentialOptions
) -> SupplyTerms:
    """Return the terms of supply from MS, TB and GTA, with expected growth where it is given and used."""
    growth = None
    product = share * balance
    if evidence.growth is not None and options.supply_growth:
        ratio = evidence.growth.values
        growth = divide(ratio[:, None], ratio @ share)  # GDP^_i over the mean of the product's exporters
        product *= growth
    if tariff is not None:
        product *= tariff
    return SupplyTerms(share, balance, growth, tariff, product)


def neutralise_tariffs(margins: TradeMargins, evidence: Evidence) -> Matrix | None:
    """Return GTA, E × P: [(1 + mean rate the exporter meets) / (1 + the world's mean)]^σ, None without tariffs.

    It takes out of an exporter's share what rests on lower tariffs than others meet; MTA brings in what
    holds in the market at hand.
    """
    if evidence.tariffs is None or evidence.elasticity is None:
        return None
    mean, world = average_faced(evidence.tariffs, margins)
    factor: Matrix = ((1 + mean) / (1 + world)) ** evidence.elasticity.values
    return factor


def share_of_world(margins: TradeMargins, left_out: int | None = None) -> Matrix:
    """Return MS, E × P: shares of world exports, with or without one economy's own."""
    exports = margins.exports
    if left_out is not None:
        exports = exports.copy()
        exports[left_out] = 0.0
    return divide(exports, exports.sum(axis=0))


def build_market_terms(
    margins: TradeMargins,
    market: int,
    current: Callable[[], Matrix],
    evidence: Evidence,
    options: PotentialOptions,
) -> MarketTerms:
    """Return the terms of the market in row ``market``; ``current`` gives its imports by supplier (E × P)."""
    tariff = distance = None
    if evidence.tariffs is not None and evidence.elasticity is not None and options.market_tariff:
        rates = evidence.tariffs.levy(market)
        tariff = favour_by_tariff(rates, current(), evidence.elasticity.values)
    if evidence.log_distance is not None and options.distance:
        distance = favour_by_distance(fill_distance(evidence.log_distance, market, current()), current())
    pull = tariff if distance is None else distance if tariff is None else tariff * distance
    return MarketTerms(tariff, distance, pull, grow_demand(market, evidence, options))


def take_ease(evidence: Evidence, markets: int | slice, static: Matrix) -> Matrix:
    """Return the supplied eases of one market (E) or of all (E × E); where none is known the static one.

    Raises
    ------
    InputError: no eases are given.
    """
    if evidence.ease is None:
        raise without_eases()
    given = evidence.ease[:, markets]
    return np.where(np.isnan(given), static, given)


def without_eases() -> InputError:
    """Return the error of an ease by gravity without a table of eases."""
    return InputError(
        "the ease 'gravity' without eases",
        rule="it takes a table of eases by exporter and importer",
        fix="Maybe make one with 'corridor find gravity ... --output FILE' and give it as --eases FILE",
    )


def favour_by_tariff(rates: Matrix, current: Matrix, elasticity: Matrix) -> Matrix:
    """Return MTA, E × P: [(1 + mean rate of the market's imports) / (1 + rate)]^σ; 1 where nothing is imported."""
    demand = current.sum(axis=0)
    mean = divide((rates * current).sum(axis=0), demand)
    return np.where(demand > 0, ((1 + mean) / (1 + rates)) ** elasticity, 1.0)


def favour_by_distance(log_distance: Matrix, current: Matrix) -> Matrix:
    """Return DF, E × P: exp(−|mean log distance of the market's imports − log distance|), from E log distances."""
    demand = current.sum(axis=0)
    mean = divide(log_distance @ current, demand)
    factor: Matrix = np.exp(-np.abs(mean - log_distance[:, None]))
    return np.where(demand > 0, factor, 1.0)


def fill_distance(log_distance: Matrix, market: int, current: Matrix) -> Matrix:
    """Return E log distances to one market; where not known, the mean of its suppliers weighted by imports."""
    column = log_distance[:, market]
    known = ~np.isnan(column)
    if known.all():
        return np.asarray(column)
    weights = current.sum(axis=1)[known]
    if not known.any():  # every supplier is then at the mean distance, wherever that is
        return np.zeros(len(column))
    mean = np.average(column[known], weights=weights if weights.any() else None)
    return np.where(known, column, mean)


def grow_demand(market: int, evidence: Evidence, options: PotentialOptions) -> float | None:
    """Return (GDP^ / POP^)^E · POP^ of the market, None where off."""
    if evidence.growth is None or not options.demand_growth:
        return None
    growth = float(evidence.growth.values[market])
    if evidence.population is None:  # E = 1: population cancels
        return growth
    people = float(evidence.population.values[market])
    return float((growth / people) ** options.demand_elasticity * people)


def list_gaps(
    margins: TradeMargins,
    row: int,
    market: int,
    current: Matrix,
    evidence: Evidence,
    options: PotentialOptions,
) -> Iterator[InputGap]:
    """Yield what rests on fallbacks for the exporter in ``row`` in one market."""
    exports = margins.exports[row]
    if evidence.growth is not None and options.supply_growth:
        yield from share_gaps(evidence.growth, current, exports, "supply_growth", axis=0, row=row)
    if evidence.growth is not None and options.demand_growth:
        for name, known in (("demand_growth", evidence.growth), ("population_growth", evidence.population)):
            if known is not None and known.codes[market]:
                yield InputGap(name, known.fallbacks[known.codes[market] - 1], 1.0, 1.0)
    if evidence.log_distance is not None and options.distance:
        missing = np.isnan(evidence.log_distance[:, market])
        missing[market] = False
        flags = Known(np.zeros(len(missing)), missing.astype(np.int8), ("market_average",))
        yield from share_gaps(flags, current, exports, "distance", axis=0, row=row)
    if evidence.ease is not None and options.ease == "gravity":
        missing = np.isnan(evidence.ease[:, market])
        missing[market] = False
        flags = Known(np.zeros(len(missing)), missing.astype(np.int8), ("static_ease",))
        yield from share_gaps(flags, current, exports, "ease", axis=0, row=row)
    if evidence.tariffs is None or evidence.elasticity is None:
        return
    if options.market_tariff or options.global_tariff:
        yield from share_gaps(evidence.elasticity, current, exports, "elasticity", axis=1, row=row)
    if options.market_tariff:
        yield from _list_rate_gaps(evidence.tariffs.code(market), current, exports, row)
    if options.global_tariff:
        assumed = evidence.tariffs.codes == RATES.index("product_mean")
        share = divide((margins.imports * assumed).sum(axis=0), margins.imports.sum(axis=0))
        gap = make_gap(
            "global_tariff",
            "product_mean",
            current.sum(axis=0) @ share,
            current.sum(),
            exports @ share,
            exports.sum(),
        )
        if gap.import_share or gap.export_share:
            yield gap


def _list_rate_gaps(
    codes: np.ndarray[tuple[int, ...], np.dtype[np.int8]], current: Matrix, exports: Matrix, row: int
) -> Iterator[InputGap]:
    for code, fallback in enumerate(RATES, start=1):
        flagged = codes == code
        gap = make_gap(
            "market_tariff",
            fallback,
            current[flagged].sum(),
            current.sum(),
            exports @ flagged[row],
            exports.sum(),
        )
        if gap.import_share or gap.export_share:
            yield gap
