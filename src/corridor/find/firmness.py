"""How firm a line's place is: over the published conventions, and with noise in the data.

Conventions: what descriptions of the indicator leave open is varied; firmness is the share of the
conventions that keep the line in the shortlist. Noise: in each draw one convention is taken in turn and
every flow is multiplied by a log-normal error, the larger the smaller the flow; the ranks of a line over
the draws give its range. A flow of zero stays zero: what is not reported at all is not in the model.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corridor.errors import InputError
from corridor.find.matrices import Matrix, divide
from corridor.find.options import EaseBasis, PotentialOptions, UnknownTradeBalance, WorldBasis
from corridor.find.potential import MarketStudy
from corridor.find.shortlist import choose_shortlist
from corridor.find.terms import SupplyTerms

Draws = npt.NDArray[np.float32]
_WORLDS: Final[tuple[WorldBasis, ...]] = ("all", "without_importer")
_TREATMENTS: Final[tuple[tuple[bool, UnknownTradeBalance, EaseBasis], ...]] = (
    (True, "impute", "static"),
    (True, "impute", "projected"),
    (True, "one", "static"),
    (True, "one", "projected"),
    (False, "impute", "static"),
)


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """Errors of trade flows: independent, multiplicative, log-normal with mean 1.

    The standard deviation of the logarithm falls in a straight line in log10 of the flow from ``small`` at
    and below ``small_usd`` to ``large`` at and above ``large_usd``: what two partners report of one flow
    differs most where little is traded. The figures are an assumption, not an estimate from these data.
    draws, seed: how many, and of which stream. tail: share of draws outside either end of a range.
    """

    small: float = 0.5
    small_usd: float = 1e4
    large: float = 0.05
    large_usd: float = 1e9
    draws: int = 200
    seed: int = 1
    tail: float = 0.05

    def __post_init__(self) -> None:
        if not 0 <= self.large <= self.small <= 2:
            raise InputError(
                f"noise from {self.large} to {self.small}", rule="0 ≤ large ≤ small ≤ 2 (log points)"
            )
        if not 0 < self.small_usd < self.large_usd:
            raise InputError(
                f"flows from {self.small_usd:g} to {self.large_usd:g}", rule="0 < small_usd < large_usd"
            )
        if not 1 <= self.draws <= 100_000:
            raise InputError(f"{self.draws} draws", rule="from 1 to 100,000")
        if not 0 <= self.tail < 0.5:
            raise InputError(f"tail {self.tail}", rule="from 0 to below 0.5")

    def spread(self, values: Matrix) -> Matrix:
        """Return the standard deviation of the logarithm of each flow; 0 where nothing flows."""
        span = np.log10(self.large_usd / self.small_usd)
        place = np.log10(np.maximum(values, self.small_usd) / self.small_usd) / span
        spread = self.small + (self.large - self.small) * np.minimum(place, 1.0)
        return np.where(values > 0, spread, 0.0)


@dataclass(frozen=True)
class NoiseResult:
    """Ranges over the draws, for the P products of a pair.

    rank_low, rank_high: P. kept: P, share of draws whose shortlist holds the line. totals: measure
    (potential, unrealised, current), low_usd, median_usd, high_usd, draws.
    """

    rank_low: npt.NDArray[np.int32]
    rank_high: npt.NDArray[np.int32]
    kept: Matrix
    totals: pl.DataFrame


def list_variants(options: PotentialOptions) -> Sequence[PotentialOptions]:
    """Return the conventions over which firmness is counted, the given one first.

    TB imputed where unknown, one where unknown, or switched off × Ease static or projected (the same
    where TB is off) × world exports with or without the importer's: ten in all, and the given one beside
    them where it is none of these.
    """
    grid = [
        replace(options, trade_balance=used, unknown_trade_balance=unknown, ease=ease, world=world)
        for used, unknown, ease in _TREATMENTS
        for world in _WORLDS
    ]
    ranged = options.unknown_trade_balance == "range"
    given = replace(options, unknown_trade_balance="impute") if ranged else options
    return [given, *[variant for variant in grid if variant != given]]


def vary_conventions(study: MarketStudy, row: int, options: PotentialOptions) -> tuple[pl.DataFrame, Matrix]:
    """Return a row per convention, and the share of conventions that shortlist each product (P)."""
    rows, kept = [], []
    demand = study.expected_demand
    for variant in list_variants(options):
        ease, claimed, normaliser = study.weigh(variant)
        own = study.supply(variant).product[row] * ease[row]
        if study.market.pull is not None:
            own = own * study.market.pull[row]
        potential = divide(own, normaliser) * demand
        unrealised = np.maximum(potential - study.current[row], 0.0)
        everyone = float((divide(claimed, normaliser) * demand).sum())
        chosen = choose_shortlist(unrealised, variant.carried_share)
        kept.append(chosen)
        rows.append(
            {
                "trade_balance": variant.unknown_trade_balance if variant.trade_balance else "off",
                "ease": variant.ease,
                "world": variant.world,
                "potential_usd": float(potential.sum()),
                "unrealised_usd": float(unrealised.sum()),
                "exporter_share": float(potential.sum()) / everyone if everyone else 0.0,
                "lines": int(chosen.sum()),
            }
        )
    return pl.DataFrame(rows), np.mean(kept, axis=0)


@dataclass(frozen=True)
class _Base:
    """What the draws start from, for the L lines of a pair, all in USD but the spreads (log points).

    here: sold to the market; elsewhere: to all others; bought: the market's imports from others;
    own: the exporter's imports, imputed where unknown. Spreads of the sums of independent flows.
    """

    here: Matrix
    elsewhere: Matrix
    bought: Matrix
    spreads: tuple[Matrix, Matrix, Matrix]


@dataclass(frozen=True)
class _Variant:
    """One convention for L lines.

    claim, plain: the exporter's claim with all terms, and as it stands in the normaliser. balance: its TB.
    others: all other claims in the normaliser, with their spread. ease_weight: what Ease's expectation sums.
    """

    claim: Matrix
    balance: Matrix
    plain: Matrix
    others: Matrix
    others_spread: Matrix
    ease_weight: Matrix
    ease_fixed: bool
    normalise: bool
    scale: float


def draw_noise(
    study: MarketStudy, exporter: str, options: PotentialOptions, model: NoiseModel
) -> NoiseResult:
    """Return the ranges of ranks and totals under noise and conventions together.

    What the pair needs is drawn: the flow of each line, the exporter's sales elsewhere, the market's
    purchases from others, and the claims of all other suppliers; the errors of their sums follow from
    those of independent flows. World totals cancel.
    """
    margins = study.margins
    row = margins.index_economy(exporter)
    lines = np.flatnonzero(((margins.exports[row] > 0) & (study.demand > 0)) | (study.current[row] > 0))
    base = _describe_base(study, exporter, row, lines, model)
    variants = list_variants(options)
    rng = np.random.default_rng(model.seed)
    unrealised = np.empty((model.draws, len(lines)), dtype=np.float32)
    totals = np.empty((3, model.draws))
    kept = np.zeros(len(lines))
    squares = _square_claims(study, model.spread(margins.exports))
    for place, convention in enumerate(variants[: model.draws]):
        turns = np.arange(place, model.draws, len(variants))
        variant = _describe_variant(study, row, lines, convention, squares)
        current, potential = _draw_lines(base, variant, rng, len(turns))
        left = np.maximum(potential - current, 0)
        unrealised[turns] = left
        totals[:, turns] = [potential.sum(axis=1), left.sum(axis=1), current.sum(axis=1)]
    ranks = _rank_draws(unrealised, options.carried_share, kept)
    low, high = _take_tails(ranks, model.tail)
    count = len(margins.products)
    return NoiseResult(
        rank_low=_spread_out(low, lines, count).astype(np.int32),
        rank_high=_spread_out(high, lines, count).astype(np.int32),
        kept=_spread_out(kept / model.draws, lines, count),
        totals=_summarise_totals(totals, model),
    )


def _describe_base(
    study: MarketStudy, exporter: str, row: int, lines: npt.NDArray[np.int64], model: NoiseModel
) -> _Base:
    margins = study.margins
    here = study.current[row, lines]
    elsewhere = np.maximum(margins.exports[row, lines] - here, 0.0)
    bought = np.maximum(study.demand[lines] - here, 0.0)
    sales = margins.sales.get(exporter)
    if sales is None:  # sums whose parts are not known count as one flow
        elsewhere_spread = model.spread(elsewhere)
    else:
        elsewhere_spread = _combine(np.delete(sales[:, lines], study.row, axis=0), model)
    others_spread = _combine(np.delete(study.current[:, lines], row, axis=0), model)
    return _Base(here, elsewhere, bought, (model.spread(here), elsewhere_spread, others_spread))


def _combine(flows: Matrix, model: NoiseModel) -> Matrix:
    """Return the spread of sums of independent flows, by column."""
    squares = ((flows * model.spread(flows)) ** 2).sum(axis=0)
    return divide(np.sqrt(squares), flows.sum(axis=0))


def _square_claims(study: MarketStudy, spread: Matrix) -> Callable[[SupplyTerms, bool], Matrix]:
    """Return what gives, for terms of supply, the squared errors of all claims before Ease (E × P), kept."""
    kept: dict[int, Matrix] = {}
    pull = study.market.pull

    def square(supply: SupplyTerms, before: bool) -> Matrix:
        if id(supply) not in kept:
            claims = supply.product if pull is None or before else supply.product * pull
            kept[id(supply)] = (claims * spread) ** 2
        return kept[id(supply)]

    return square


def _describe_variant(
    study: MarketStudy,
    row: int,
    lines: npt.NDArray[np.int64],
    options: PotentialOptions,
    squares: Callable[[SupplyTerms, bool], Matrix],
) -> _Variant:
    supply, pull = study.supply(options), study.market.pull
    ease, _, normaliser = study.weigh(options)
    before = options.normalise_at == "before"
    own = supply.product[row, lines] * ease[row]
    pulled = own if pull is None else own * pull[row, lines]
    plain = own if before else pulled
    others = np.maximum(normaliser[lines] - plain, 0.0)
    errors = squares(supply, before)
    squared = ease**2 @ errors - ease[row] ** 2 * errors[row]
    weights = supply.market_share[row]
    if options.ease == "projected":
        weights = supply.product[row] if pull is None else supply.product[row] * pull[row]
    return _Variant(
        claim=pulled,
        balance=supply.trade_balance[row, lines],
        plain=plain,
        others=others,
        others_spread=divide(np.sqrt(np.maximum(squared[lines], 0.0)), others),
        ease_weight=weights[lines],
        ease_fixed=options.ease == "off" or (options.ease == "gravity" and _is_given(study, row)),
        normalise=options.normalise,
        scale=study.market.demand_growth or 1.0,
    )


def _is_given(study: MarketStudy, row: int) -> bool:
    """Tell whether the ease of a pair is supplied: errors of its trade then do not move it."""
    eases = study.evidence.ease
    return eases is not None and not np.isnan(eases[row, study.row])


def _draw_lines(base: _Base, variant: _Variant, rng: np.random.Generator, count: int) -> tuple[Draws, Draws]:
    """Return current trade and potential, draws × lines."""
    shape = (count, len(base.here))

    def shake(values: Matrix, spread: Matrix) -> Draws:
        error = rng.standard_normal(shape, dtype=np.float32)
        error *= spread.astype(np.float32)
        error -= (spread**2 / 2).astype(np.float32)
        np.exp(error, out=error)
        error *= values.astype(np.float32)
        return error

    here = shake(base.here, base.spreads[0])
    exports = here + shake(base.elsewhere, base.spreads[1])
    demand = here + shake(base.bought, base.spreads[2])
    before = base.here + base.elsewhere
    grown = exports / np.where(before > 0, before, 1).astype(np.float32)
    if variant.ease_fixed:
        eased = np.ones((count, 1), dtype=np.float32)
    else:
        expected = (grown * demand) @ variant.ease_weight.astype(np.float32)
        usual = float((base.here + base.bought) @ variant.ease_weight)
        sold = float(base.here.sum())
        eased = ((here.sum(axis=1) / sold if sold else np.ones(count)) * usual / expected)[:, None]
    # where TB is below 1 it grows with exports, up to 1
    balance = variant.balance.astype(np.float32)
    limit = np.divide(1, balance, out=np.ones_like(balance), where=balance > 0)
    grown *= np.where(balance < 1, np.minimum(grown, limit), np.float32(1))
    grown *= eased.astype(np.float32)
    claim = grown * variant.claim.astype(np.float32)
    if variant.normalise:
        total = grown * variant.plain.astype(np.float32) + shake(variant.others, variant.others_spread)
        claim = np.divide(claim, total, out=np.zeros_like(claim), where=total > 0)
    return here, claim * demand * np.float32(variant.scale)


def _rank_draws(unrealised: Draws, share: float, kept: Matrix) -> npt.NDArray[np.int32]:
    """Return ranks, draws × lines, and count in ``kept`` how often each line is in the shortlist."""
    ranks = np.empty(unrealised.shape, dtype=np.int32)
    places = np.arange(1, unrealised.shape[1] + 1, dtype=np.int32)
    for draw, values in enumerate(unrealised):
        order = np.argsort(-values, kind="stable")
        ranks[draw, order] = places
        carried = np.cumsum(values[order], dtype=np.float64)
        if len(values) and carried[-1] > 0:
            kept[order[: int(np.searchsorted(carried, share * carried[-1])) + 1]] += 1
    return ranks


def _take_tails(ranks: npt.NDArray[np.int32], tail: float) -> tuple[Matrix, Matrix]:
    """Return the order statistics that leave ``tail`` of the draws outside at either end, by column."""
    last = len(ranks) - 1
    low, high = round(tail * last), round((1 - tail) * last)
    parts = np.partition(ranks, (low, high), axis=0)
    return parts[low].astype(np.float64), parts[high].astype(np.float64)


def _spread_out(values: Matrix, places: npt.NDArray[np.int64], count: int) -> Matrix:
    whole = np.zeros(count)
    whole[places] = values
    return whole


def _summarise_totals(totals: Matrix, model: NoiseModel) -> pl.DataFrame:
    low, middle, high = np.quantile(totals, (model.tail, 0.5, 1 - model.tail), axis=1)
    return pl.DataFrame(
        {
            "measure": ["potential", "unrealised", "current"],
            "low_usd": low,
            "median_usd": middle,
            "high_usd": high,
            "draws": [model.draws] * 3,
        },
        schema_overrides={"draws": pl.Int32},
    )
