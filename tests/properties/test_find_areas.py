"""What must hold of scores whatever the evidence: bounds, order, units, the smallest set, dominance."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.find.area_scores import (
    NORMALISATIONS,
    AreaOptions,
    Indicators,
    bound_ranks,
    choose_sets,
    find_dominance,
    measure_firmness,
    normalise,
    score_areas,
)
from corridor.vocabulary import AREA_CRITERIA

VALUES = st.one_of(st.just(0.0), st.floats(1e-3, 1e6))
HOLES = st.one_of(VALUES, VALUES, st.just(float("nan")))
WEIGHTS = st.fixed_dictionaries(dict.fromkeys(AREA_CRITERIA, st.floats(0, 10))).filter(
    lambda weights: sum(weights.values()) > 0.1
)


@st.composite
def evidence(draw, elements=HOLES) -> Indicators:
    areas, count = draw(st.integers(2, 6)), draw(st.integers(1, 6))
    values = draw(arrays(np.float64, (areas, count), elements=elements))
    known = (~np.isnan(values)).sum(axis=0)
    # as for indicators: at least two areas have a value
    values[:2, known < 2] = 1.0
    criterion = draw(arrays(np.int64, count, elements=st.integers(0, 3)))
    return Indicators(values, criterion, draw(arrays(np.bool_, count)))


@st.composite
def options(draw) -> AreaOptions:
    return AreaOptions(
        draw(WEIGHTS),
        normalisation=draw(st.sampled_from(NORMALISATIONS)),
        least_evidence=draw(st.sampled_from([0.01, 0.5, 1.0])),
        draws=50,
    )


@given(evidence(), st.sampled_from(NORMALISATIONS))
def test_normalised_values_lie_between_0_and_1_and_missing_stays_missing(indicators, method):
    placed = normalise(indicators.values, indicators.lower, method)
    assert (np.isnan(placed) == np.isnan(indicators.values)).all()
    assert np.nanmin(placed) >= 0
    assert np.nanmax(placed) <= 1 + 1e-12


@given(evidence(), st.sampled_from(NORMALISATIONS), st.floats(1e-3, 1e3))
def test_the_unit_of_an_indicator_does_not_matter(indicators, method, factor):
    placed = normalise(indicators.values, indicators.lower, method)
    scaled = normalise(indicators.values * factor, indicators.lower, method)
    # ties of a scaled pair may break by one rounding
    if method == "rank":
        scaled = normalise(indicators.values * 2.0, indicators.lower, method)
    np.testing.assert_allclose(scaled, placed, rtol=1e-9, atol=1e-12)


@given(evidence(), st.sampled_from(NORMALISATIONS))
def test_better_is_never_scored_worse(indicators, method):
    placed = normalise(indicators.values, indicators.lower, method)
    for column, lower in enumerate(indicators.lower):
        known = ~np.isnan(indicators.values[:, column])
        value = indicators.values[known, column] * (-1 if lower else 1)
        order = np.argsort(value, kind="stable")
        assert (np.diff(placed[known, column][order]) >= -1e-12).all()


@given(evidence(), options(), st.randoms(use_true_random=False))
def test_the_order_of_areas_does_not_matter(indicators, chosen, random):
    order = list(range(len(indicators.values)))
    random.shuffle(order)
    turned = Indicators(indicators.values[order], indicators.criterion, indicators.lower)
    first, second = score_areas(indicators, chosen), score_areas(turned, chosen)
    for name in ("score", "low", "high", "completeness"):
        np.testing.assert_allclose(getattr(second, name), getattr(first, name)[order], atol=1e-12)
    assert (second.comparable == first.comparable[order]).all()


@given(evidence(), options(), st.data())
def test_a_better_value_never_lowers_the_own_score(indicators, chosen, data):
    row = data.draw(st.integers(0, len(indicators.values) - 1))
    column = data.draw(st.integers(0, indicators.values.shape[1] - 1))
    better = indicators.values.copy()
    better[row, column] *= 0.5 if indicators.lower[column] else 2.0
    before = score_areas(indicators, chosen).score[row]
    after = score_areas(Indicators(better, indicators.criterion, indicators.lower), chosen).score[row]
    assert np.isnan(before) or after >= before - 1e-12


@given(evidence(), options())
def test_the_score_lies_in_its_interval_and_is_exact_with_all_evidence(indicators, chosen):
    scores = score_areas(indicators, chosen)
    known = ~np.isnan(scores.score)
    assert (scores.low[known] <= scores.score[known] + 1e-9).all()
    assert (scores.score[known] <= scores.high[known] + 1e-9).all()
    np.testing.assert_allclose(scores.high - scores.low, 1 - scores.completeness, atol=1e-12)
    full = ~np.isnan(indicators.values).any(axis=1)
    used = np.unique(indicators.criterion)
    if full.any() and sum(chosen.weights[AREA_CRITERIA[place]] for place in used) > 1 - 1e-12:
        np.testing.assert_allclose(scores.low[full], scores.high[full], atol=1e-9)


@given(evidence(), options(), st.randoms(use_true_random=False))
def test_no_filling_of_the_gaps_leaves_the_interval(indicators, chosen, random):
    """Missing indicators set to any value between 0 and 1 keep the score within low and high."""
    placed = normalise(indicators.values, indicators.lower, chosen.normalisation)
    filled = np.where(np.isnan(placed), random.random(), placed)
    weights = np.array([chosen.weights[name] for name in AREA_CRITERIA])
    means = np.column_stack(
        [
            filled[:, indicators.criterion == place].mean(axis=1)
            if (indicators.criterion == place).any()
            else np.full(len(filled), random.random())
            for place in range(len(AREA_CRITERIA))
        ]
    )
    scores = score_areas(indicators, chosen)
    assert (means @ weights >= scores.low - 1e-9).all()
    assert (means @ weights <= scores.high + 1e-9).all()


@given(arrays(np.float64, st.integers(1, 8), elements=VALUES), st.sampled_from([0.5, 0.8, 1.0]))
def test_the_set_is_the_smallest_that_carries_the_share(scores, share):
    chosen = choose_sets(scores[None], share)[0]
    total = scores.sum()
    if total == 0:
        assert not chosen.any()
        return
    assert scores[chosen].sum() >= share * total * (1 - 1e-9)
    for size in range(int(chosen.sum())):
        for other in combinations(range(len(scores)), size):
            assert scores[list(other)].sum() < share * total * (1 - 1e-13)


@given(
    evidence(),
    options(),
    arrays(np.float64, (4,), elements=st.floats(0.001, 1)),
    st.randoms(use_true_random=False),
)
def test_dominance_holds_under_any_weighting_and_any_missing_value(indicators, chosen, weights, random):
    scores = score_areas(indicators, chosen)
    beats = find_dominance(scores)
    told = ~np.isnan(scores.criteria).all(axis=0)
    weight = np.where(told, weights, 0.0)
    somewhere = scores.lows + random.random() * (scores.highs - scores.lows)
    totals = somewhere @ weight
    for first, second in zip(*np.nonzero(beats), strict=True):
        assert totals[first] >= totals[second] - 1e-9
    assert not (beats & beats.T).any()


@given(evidence(elements=VALUES), WEIGHTS, WEIGHTS)
def test_ranks_stay_within_their_bounds_under_any_weighting(indicators, weights, others):
    base = score_areas(indicators, AreaOptions(weights, least_evidence=0.01))
    other = score_areas(indicators, AreaOptions(others, least_evidence=0.01))
    if not (base.comparable.all() and other.comparable.all()):
        return
    best, worst = bound_ranks(find_dominance(base), base.comparable)
    ahead = (other.score[None, :] > other.score[:, None] + 1e-9).sum(axis=1)
    level = (np.abs(other.score[None, :] - other.score[:, None]) <= 1e-9).sum(axis=1)
    assert (ahead + 1 <= worst).all()
    assert (ahead + level >= best).all()


@given(evidence(), options())
def test_firmness_is_a_share_and_certain_without_noise(indicators, chosen):
    scores = score_areas(indicators, chosen)
    firm = measure_firmness(indicators, scores, chosen)
    assert (np.isnan(firm.kept) == ~scores.comparable).all()
    kept = firm.kept[scores.comparable]
    assert ((kept >= 0) & (kept <= 1)).all()


def test_without_wobble_the_draws_repeat_the_choice():
    rng = np.random.default_rng(3)
    indicators = Indicators(rng.random((7, 5)), np.array([0, 1, 2, 3, 3]), np.zeros(5, dtype=bool))
    steady = AreaOptions(dict.fromkeys(AREA_CRITERIA, 1.0), noise=0.0, concentration=1e12, draws=20)
    scores = score_areas(indicators, steady)
    firm = measure_firmness(indicators, scores, steady)
    assert (firm.kept == scores.chosen).all()
    assert (firm.rank_low == firm.rank_high).all()
    shaken = measure_firmness(indicators, scores, AreaOptions(steady.weights, noise=0.3))
    assert ((shaken.kept > 0) & (shaken.kept < 1)).any()


def test_negative_values_are_placed_between_the_extremes():
    values = np.array([[-2.0], [0.0], [2.0]])
    for method in ("ratio", "log"):
        assert normalise(values, np.array([False]), method)[:, 0] == pytest.approx([0, 0.5, 1])
        assert normalise(values, np.array([True]), method)[:, 0] == pytest.approx([1, 0.5, 0])
