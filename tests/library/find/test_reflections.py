"""Reflections and fitness: against their plain recursions, and how they say that they have settled."""

import numpy as np
import pytest

from corridor.errors import InputError
from corridor.find.reflections import iterate_fitness, iterate_reflections, solve_reflections


def standardise(values):
    return (values - values.mean()) / values.std()


@pytest.fixture
def m() -> np.ndarray:
    return (np.random.default_rng(3).random((12, 30)) < np.linspace(0.2, 0.9, 12)[:, None]).astype(float)


@pytest.mark.parametrize("steps", [2, 4, 8])
def test_few_reflections_equal_the_plain_recursion(m, steps):
    diversity, ubiquity = m.sum(axis=1), m.sum(axis=0)
    k_c, k_p = [diversity], [ubiquity]
    for _ in range(steps + 1):
        k_c.append(m @ k_p[-1] / diversity)
        k_p.append(m.T @ k_c[-2] / ubiquity)
    ours_c, ours_p, state = iterate_reflections(m, steps)
    assert standardise(ours_c) == pytest.approx(standardise(k_c[steps]), abs=1e-9)
    assert standardise(ours_p) == pytest.approx(standardise(k_p[steps + 1]), abs=1e-9)
    moved = np.abs(standardise(k_c[steps]) - standardise(k_c[steps - 2])).max()
    assert state.change == pytest.approx(moved, abs=1e-9)
    assert not state.converged


def test_many_reflections_reach_the_eigenvector_where_the_plain_recursion_drowns(m):
    ours_c, ours_p, state = iterate_reflections(m, 400)
    k_c, k_p = solve_reflections(m)
    assert state.converged and state.settled > 100
    assert standardise(ours_c) == pytest.approx(standardise(k_c), abs=1e-9)
    assert standardise(ours_p) == pytest.approx(standardise(k_p), abs=1e-9)
    # As published packages have it: by then every k_c is the same number but for rounding.
    diversity, ubiquity = m.sum(axis=1), m.sum(axis=0)
    plain = diversity
    for _ in range(200):
        plain = m @ (m.T @ plain / ubiquity) / diversity
    assert np.abs(standardise(plain) - standardise(k_c)).max() > 0.5


def test_raw_eigenvector_is_centred_on_its_mean_weighted_by_ubiquity(m):
    k_c, k_p = solve_reflections(m)
    assert m.sum(axis=0) @ k_p == pytest.approx(0, abs=1e-12)
    assert m.sum(axis=1) @ k_c == pytest.approx(0, abs=1e-12)
    assert abs(k_p.mean()) > 1e-3


def test_fitness_by_hand():
    # A makes both, B the first alone. One update: F = (2, 1) over 1.5; Q = (1/2, 1) over 3/4.
    fitness, complexity, state = iterate_fitness(np.array([[1.0, 1.0], [1.0, 0.0]]), 1)
    assert fitness == pytest.approx([4 / 3, 2 / 3])
    # Both answer to the values before the update: each product's exporters had fitness 1.
    assert complexity == pytest.approx([2 / 3, 4 / 3])
    assert state.steps == 1 and not state.converged


def test_fitness_that_vanishes_is_counted():
    # Nested: the least diversified tends to zero, ever more slowly; nothing becomes NaN or infinite.
    nested = np.tril(np.ones((8, 8)))[:, ::-1]
    fitness, complexity, state = iterate_fitness(nested, 4000)
    assert np.isfinite(fitness).all() and np.isfinite(complexity).all()
    assert state.vanishing > 0
    assert state.settled > 3000  # the order settles at once


def test_fitness_says_when_it_has_converged(m):
    assert not iterate_fitness(m, 3)[2].converged
    assert iterate_fitness(m, 3000)[2].change < iterate_fitness(m, 30)[2].change


@pytest.mark.parametrize("steps", [0, -2, 3])
def test_an_odd_number_of_reflections_is_refused(m, steps):
    with pytest.raises(InputError, match="reflections"):
        iterate_reflections(m, steps)


def test_equal_diversity_gives_reflections_no_direction():
    with pytest.raises(InputError, match="equal diversity stay equal"):
        iterate_reflections(np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]), 18)
    with pytest.raises(InputError, match="updates"):
        iterate_fitness(np.ones((2, 2)), 0)
