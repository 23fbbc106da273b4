"""Scores of areas from indicators and weights, and how firm they are. Matrices only, no names.

A areas, I scored indicators, C criteria, D draws. Weighted sums of normalised indicators are as old as
multi-criteria analysis (OECD and JRC 2008, Handbook on Constructing Composite Indicators, steps 5 to 7);
what is added here is that missing evidence never becomes a number: it widens an interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from corridor.errors import InputError
from corridor.find.matrices import Mask, Matrix
from corridor.vocabulary import AREA_CRITERIA

Normalisation = Literal["ratio", "log", "rank"]
NORMALISATIONS: Final[tuple[Normalisation, ...]] = get_args(Normalisation)


@dataclass(frozen=True, slots=True)
class AreaOptions:
    """How areas are scored.

    weights: of the criteria, scaled to sum to 1. normalisation: ``ratio`` to the best area, ``log`` of it,
    or ``rank``. carried_share: what the smallest set carries of the sum of scores. least_evidence: share
    of the weight for which an area must have evidence to be compared. draws, seed: of the firmness.
    concentration: of the Dirichlet distribution of weights around the given ones (20: a weight of 0.25
    varies by 0.09, one standard deviation). noise: standard deviation of an indicator's logarithm.
    """

    weights: Mapping[str, float]
    normalisation: Normalisation = "ratio"
    carried_share: float = 0.8
    least_evidence: float = 0.5
    draws: int = 2000
    seed: int = 1
    concentration: float = 20.0
    noise: float = 0.1

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", scale_weights(self.weights))
        if self.normalisation not in NORMALISATIONS:
            raise InputError(
                f"normalisation {self.normalisation!r}", rule=f"one of {', '.join(NORMALISATIONS)}"
            )
        for name, low, high in (
            ("carried_share", 0.0, 1.0),
            ("least_evidence", 0.0, 1.0),
            ("concentration", 0.0, np.inf),
        ):
            value = getattr(self, name)
            if not (low < value <= high and np.isfinite(value)):
                raise InputError(f"{name} is {value}", rule=f"a number above {low:g}, at most {high:g}")
        if not 0 <= self.noise <= 1:
            raise InputError(f"noise is {self.noise}", rule="from 0 to 1 (0.1 is ten percent)")
        if not 1 <= self.draws <= 100_000:
            raise InputError(f"{self.draws} draws", rule="from 1 to 100,000")


def scale_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Return a weight for every criterion, summing to 1; a criterion that is not named weighs 0.

    Raises
    ------
    InputError: an unknown criterion, a negative or infinite weight, or nothing but zeros.
    """
    for name, weight in weights.items():
        if name not in AREA_CRITERIA:
            raise InputError(f"weight of {name!r}", rule=f"criteria are {', '.join(AREA_CRITERIA)}")
        if not (weight >= 0 and np.isfinite(weight)):
            raise InputError(f"weight of {name} is {weight}", rule="a number of at least 0")
    total = sum(weights.values())
    if total <= 0:
        raise InputError("all weights are 0", rule="at least one criterion weighs more than 0")
    return {name: weights.get(name, 0.0) / total for name in AREA_CRITERIA}


@dataclass(frozen=True)
class Indicators:
    """I indicators of A areas. values: A × I, NaN where missing. criterion: I positions in ``AREA_CRITERIA``.

    lower: I flags, lower values are better.
    """

    values: Matrix
    criterion: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    lower: Mask


@dataclass(frozen=True)
class Scores:
    """Scores of A areas. criteria, lows, highs: A × C; the others have A entries.

    criteria: mean of the indicators there are, NaN where there is none. lows, highs: the same with every
    missing indicator 0 or 1. score: weighted mean of ``criteria`` over those with evidence, NaN where
    none. low, high: weighted means of ``lows`` and ``highs``. completeness: share of the weight with
    evidence. comparable, chosen: flags.
    """

    criteria: Matrix
    lows: Matrix
    highs: Matrix
    score: Matrix
    low: Matrix
    high: Matrix
    completeness: Matrix
    comparable: Mask
    chosen: Mask


@dataclass(frozen=True)
class Firmness:
    """Over D draws of weights and data: share of draws that keep an area in the set; 5th, 95th percentile rank.

    Each has A entries, NaN for areas that are not compared.
    """

    kept: Matrix
    rank_low: Matrix
    rank_high: Matrix


def normalise(values: Matrix, lower: Mask, method: Normalisation) -> Matrix:
    """Return values (… × A × I) as 0…1 across areas, higher is better; NaN stays NaN.

    ratio: value / largest (lower better: smallest / value). log: ln(1 + value / smallest positive value)
    over that of the largest (lower better: 1 minus it). rank: share of the other areas that are worse,
    ties counting half. Where an indicator has a negative value the first two have no meaning and it is
    placed between its smallest and largest value instead.
    """
    if method == "rank":
        return _rank_values(np.where(lower, -values, values))
    with np.errstate(invalid="ignore", divide="ignore"):
        least = np.fmin.reduce(values, axis=-2, keepdims=True)
        most = np.fmax.reduce(values, axis=-2, keepdims=True)
        if method == "ratio":
            placed = np.where(
                lower, np.where(values == 0, 1.0, least / values), np.where(most == 0, 0.0, values / most)
            )
        else:
            floor = np.where(values > 0, values, np.inf).min(axis=-2, keepdims=True)
            logs = np.log1p(values / floor) / np.log1p(most / floor)
            placed = np.where(most == 0, np.where(np.isnan(values), np.nan, 0.0), logs)
            placed = np.where(lower, 1 - placed, placed)
        spread = np.where(most > least, (values - least) / (most - least), 1.0)
        spread = np.where(lower & (most > least), 1 - spread, spread)
    placed = np.where(least < 0, spread, placed)
    return np.asarray(np.where(np.isnan(values), np.nan, placed))


def _rank_values(values: Matrix) -> Matrix:
    """Return the share of the other areas that are worse, ties half; 1 where there is no other."""
    first, second = values[..., :, None, :], values[..., None, :, :]
    both = ~np.isnan(first) & ~np.isnan(second)
    worse = np.sum(both & (first > second), axis=-2) + 0.5 * (np.sum(both & (first == second), axis=-2) - 1)
    others = np.sum(~np.isnan(values), axis=-2, keepdims=True) - 1
    share = np.where(others > 0, worse / np.maximum(others, 1), 1.0)
    return np.asarray(np.where(np.isnan(values), np.nan, share))


def score_areas(indicators: Indicators, options: AreaOptions) -> Scores:
    """Score every area and choose the smallest set that carries the share asked for."""
    placed = normalise(indicators.values, indicators.lower, options.normalisation)
    weights = weigh(options)
    present, counts = _count_evidence(indicators)
    sums = _sum_criteria(placed, indicators.criterion)
    criteria = np.divide(sums, present, out=np.full_like(sums, np.nan), where=present > 0)
    share = np.divide(present, counts, out=np.zeros_like(present), where=counts > 0)
    lows = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
    highs = lows + (1 - share)
    completeness = share @ weights
    comparable = completeness >= options.least_evidence - 1e-12
    score = _weigh_criteria(criteria, weights)
    comparable &= ~np.isnan(score)
    return Scores(
        criteria=criteria,
        lows=lows,
        highs=highs,
        score=score,
        low=lows @ weights,
        high=highs @ weights,
        completeness=completeness,
        comparable=comparable,
        chosen=choose_sets(np.where(comparable, score, 0.0)[None], options.carried_share)[0],
    )


def weigh(options: AreaOptions) -> Matrix:
    """Return the C weights in the order of ``AREA_CRITERIA``."""
    return np.array([options.weights[name] for name in AREA_CRITERIA])


def _count_evidence(indicators: Indicators) -> tuple[Matrix, Matrix]:
    """Return how many indicators each area has a criterion (A × C), and how many there are (C)."""
    present = _sum_criteria(np.where(np.isnan(indicators.values), 0.0, 1.0), indicators.criterion)
    counts = np.bincount(indicators.criterion, minlength=len(AREA_CRITERIA)).astype(np.float64)
    return present, counts


def _sum_criteria(values: Matrix, criterion: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Matrix:
    """Sum … × A × I over the indicators of each criterion: … × A × C; missing ones add nothing."""
    belongs = np.eye(len(AREA_CRITERIA))[criterion]
    return np.asarray(np.nan_to_num(values, nan=0.0) @ belongs)


def _weigh_criteria(criteria: Matrix, weights: Matrix) -> Matrix:
    """Return the weighted mean over the criteria with evidence: criteria … × A × C, weights … × C."""
    known = ~np.isnan(criteria)
    weight = np.where(known, weights[..., None, :], 0.0)
    total = weight.sum(axis=-1)
    summed = np.sum(weight * np.nan_to_num(criteria, nan=0.0), axis=-1)
    return np.asarray(np.divide(summed, total, out=np.full_like(summed, np.nan), where=total > 0))


def choose_sets(scores: Matrix, share: float) -> Mask:
    """Return for each of D rows of scores (D × A, not negative) the smallest set that carries ``share``.

    A prefix of the sorted scores is exact: no other set of n areas carries more than the n best. Ties go
    to the first area.
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    carried = np.cumsum(np.take_along_axis(scores, order, axis=1), axis=1)
    total = carried[:, -1:]
    # an area is needed while those before it carry too little
    before = np.concatenate([np.zeros_like(total), carried[:, :-1]], axis=1)
    needed = (before < share * total * (1 - 1e-12)) & (total > 0)
    chosen = np.zeros_like(needed)
    np.put_along_axis(chosen, order, needed, axis=1)
    return chosen


def measure_firmness(indicators: Indicators, scores: Scores, options: AreaOptions) -> Firmness:
    """Draw weights and data again and again; tell how often an area stays in the set, and its ranks.

    Weights: Dirichlet, mean as given, ``concentration`` in all. Data: each value times exp(noise · ε), ε
    standard normal and independent. What is missing stays missing, and the areas compared stay the same.
    """
    compared = scores.comparable
    empty = np.full(len(compared), np.nan)
    if not compared.any():
        return Firmness(empty, empty.copy(), empty.copy())
    rng = np.random.default_rng(options.seed)
    shape = (options.draws, *indicators.values.shape)
    drawn = indicators.values * np.exp(options.noise * rng.standard_normal(shape))
    weights = rng.standard_gamma(options.concentration * weigh(options), (options.draws, len(AREA_CRITERIA)))
    weights /= weights.sum(axis=1, keepdims=True)
    placed = normalise(drawn, indicators.lower, options.normalisation)[:, compared]
    present = _count_evidence(indicators)[0][compared]
    sums = _sum_criteria(placed, indicators.criterion)
    criteria = np.where(present > 0, sums / np.maximum(present, 1), np.nan)
    drawn_scores = np.nan_to_num(_weigh_criteria(criteria, weights), nan=0.0)
    kept = choose_sets(drawn_scores, options.carried_share).mean(axis=0)
    ranks = np.argsort(np.argsort(-drawn_scores, axis=1, kind="stable"), axis=1) + 1
    low, high = np.percentile(ranks, [5, 95], axis=0, method="inverted_cdf")
    return Firmness(*[_spread(part, compared) for part in (kept, low, high)])


def _spread(part: Matrix, compared: Mask) -> Matrix:
    whole = np.full(len(compared), np.nan)
    whole[compared] = part
    return whole


def find_dominance(scores: Scores) -> Mask:
    """Return A × A flags: row beats column under every weighting, whatever the missing evidence would say.

    True where on each criterion that has evidence for some area the row's lowest value is at least the
    column's highest, and on one of them above it. Only compared areas.
    """
    told = ~np.isnan(scores.criteria).all(axis=0)
    lows, highs = scores.lows[:, None, told], scores.highs[None, :, told]
    beats = (lows >= highs).all(axis=2) & (lows > highs).any(axis=2)
    compared = scores.comparable
    return np.asarray(beats & compared[:, None] & compared[None, :])


def bound_ranks(beats: Mask, comparable: Mask) -> tuple[Matrix, Matrix]:
    """Return the best and the worst rank an area can have under any weighting, from pairwise dominance.

    Those that beat it always stand before it, those it beats behind it. NaN for areas not compared.
    """
    count = comparable.sum()
    best = 1.0 + beats.sum(axis=0)
    worst = count - beats.sum(axis=1).astype(np.float64)
    return np.where(comparable, best, np.nan), np.where(comparable, worst, np.nan)


def compare_methods(indicators: Indicators, options: Sequence[AreaOptions]) -> Matrix:
    """Return the share of the given options under which each area is in the set (A)."""
    return np.asarray(np.mean([score_areas(indicators, each).chosen for each in options], axis=0))
