"""What the solvers prove equals what trying everything finds."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.solvers.covers import find_smallest_cover
from corridor.solvers.flows import match_pairs
from corridor.solvers.knapsacks import choose_items
from corridor.solvers.steps import count_steps

WEIGHT = st.one_of(st.integers(1, 9).map(float), st.floats(0.01, 100))


@st.composite
def knapsacks(draw: st.DrawFn):
    items, limits = draw(st.integers(1, 8)), draw(st.integers(1, 3))
    values = draw(arrays(float, items, elements=st.integers(-20, 40).map(lambda cents: cents / 4)))
    weights = draw(arrays(float, (limits, items), elements=st.integers(0, 40).map(lambda cents: cents / 4)))
    capacities = draw(arrays(float, limits, elements=st.integers(0, 120).map(lambda cents: cents / 4)))
    number = st.integers(0, items - 1)
    needs = draw(st.lists(st.tuples(number, number), max_size=3))
    return (
        values,
        weights,
        capacities,
        needs,
        draw(st.sets(number, max_size=1)),
        draw(st.sets(number, max_size=2)),
    )


@given(knapsacks())
@settings(max_examples=150, deadline=None)
def test_a_knapsack_is_filled_best(problem) -> None:
    values, weights, capacities, needs, required, excluded = problem
    choice = choose_items(
        values, weights, capacities, needs=needs, required=sorted(required), excluded=sorted(excluded)
    )
    allowed = [
        values @ np.array(taken)
        for taken in product((0, 1), repeat=values.size)
        if (weights @ np.array(taken) <= capacities).all()
        and all(taken[one] <= taken[other] for one, other in needs)
        and all(taken[number] for number in required)
        and not any(taken[number] for number in excluded)
    ]
    if not allowed:
        assert choice.outcome.status == "infeasible"
        assert choice.taken is None
        return
    assert choice.outcome.status == "optimal"
    assert choice.outcome.objective == pytest.approx(max(allowed))
    assert choice.taken is not None
    assert values @ choice.taken == pytest.approx(max(allowed))


@st.composite
def pairings(draw: st.DrawFn):
    left, right = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    pair = st.tuples(st.integers(0, left - 1), st.integers(0, right - 1))
    pairs = draw(st.lists(pair, max_size=8))
    weights = [draw(WEIGHT) for _ in pairs]
    capacity = st.integers(0, 3)
    most = [draw(capacity) for _ in range(left)], [draw(capacity) for _ in range(right)]
    return pairs, weights, most, draw(st.integers(0, 2)), draw(st.one_of(st.none(), st.integers(0, 5)))


@given(pairings())
@settings(max_examples=150, deadline=None)
def test_pairs_are_chosen_best(problem) -> None:
    pairs, weights, most, floor, total = problem
    one, two = [first for first, _ in pairs], [second for _, second in pairs]
    pairing = match_pairs(one, two, weights, *most, floor=floor, total=total)

    def judge(taken: tuple[int, ...]) -> tuple[int, float] | None:
        chosen = np.array(taken, dtype=bool)
        counts = [
            np.bincount(np.array(members, dtype=int)[chosen], minlength=len(side))
            for members, side in zip((one, two), most, strict=True)
        ]
        full = any((count > side).any() for count, side in zip(counts, most, strict=True))
        if full or (total is not None and chosen.sum() > total):
            return None
        met = sum(int(np.minimum(count, floor).sum()) for count in counts)
        return met, float(np.array(weights)[chosen].sum()) if pairs else 0.0

    met, weight = max(found for taken in product((0, 1), repeat=len(pairs)) if (found := judge(taken)))
    assert pairing.floor_met == met
    assert pairing.outcome.objective == pytest.approx(weight, rel=1e-9)
    assert pairing.outcome.bound is not None
    assert pairing.outcome.bound >= weight * (1 - 1e-12)


@given(st.integers(1, 5).flatmap(lambda rows: arrays(bool, (rows, 5))))
@settings(max_examples=80, deadline=None)
def test_the_smallest_cover_is_smallest(covers: np.ndarray) -> None:
    cover = find_smallest_cover(covers)
    sizes = [sum(taken) for taken in product((0, 1), repeat=5) if (covers @ np.array(taken) >= 1).all()]
    if not sizes:
        assert cover.outcome.status == "infeasible"
        assert cover.uncoverable.tolist() == np.flatnonzero(~covers.any(axis=1)).tolist()
    else:
        assert cover.outcome.objective == min(sizes)
        assert cover.chosen is not None
        assert (covers @ cover.chosen).all()


@given(st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), max_size=20))
def test_counting_in_steps_is_off_by_at_most_its_slack(numbers: list[float]) -> None:
    weights = np.array(numbers)
    steps = count_steps(weights)
    error = np.abs(steps.counts * steps.unit - weights).max(initial=0.0)
    assert error <= steps.slack + 1e-12 * np.abs(weights).max(initial=0.0)


@given(st.lists(st.integers(-(10**9), 10**9).map(lambda number: number / 1000), min_size=1, max_size=20))
def test_weights_with_few_decimals_are_counted_exactly(numbers: list[float]) -> None:
    steps = count_steps(np.array(numbers))
    assert steps.slack == 0
    assert (steps.counts / round(1 / steps.unit)).tolist() == numbers
