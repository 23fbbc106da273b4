"""Each variant of revealed comparative advantage by hand on two economies and two products."""

import numpy as np
import pytest

from corridor.errors import InputError
from corridor.find.rca import NEUTRAL, measure_advantage, measure_rca

# World 100: A sells 60, B 40; product p 50, q 50.
VALUES = np.array([[40.0, 20.0], [10.0, 30.0]])


def test_balassa_by_hand():
    expected = [[(40 / 60) / 0.5, (20 / 60) / 0.5], [(10 / 40) / 0.5, (30 / 40) / 0.5]]
    assert measure_rca(VALUES) == pytest.approx(np.array(expected), rel=1e-15)


def test_symmetric_and_log_are_functions_of_balassa():
    rca = measure_rca(VALUES)
    assert measure_advantage(VALUES, "symmetric") == pytest.approx((rca - 1) / (rca + 1), rel=1e-15)
    assert measure_advantage(VALUES, "log") == pytest.approx(np.log(rca), rel=1e-15)
    nothing = np.array([[1.0, 0.0], [1.0, 1.0]])
    assert measure_advantage(nothing, "symmetric")[0, 1] == -1
    assert np.isnan(measure_advantage(nothing, "log")[0, 1])


def test_vollrath_compares_with_the_others_alone():
    # A in p: 40 against the others' 10; in all else 20 against 30.
    expected = [
        [(40 / 10) / (20 / 30), (20 / 30) / (40 / 10)],
        [(10 / 40) / (30 / 20), (30 / 20) / (10 / 40)],
    ]
    assert measure_advantage(VALUES, "vollrath") == pytest.approx(np.array(expected), rel=1e-15)


def test_vollrath_at_its_edges():
    alone = np.array([[5.0, 1.0], [0.0, 3.0]])
    result = measure_advantage(alone, "vollrath")
    assert result[0, 0] == np.inf  # nobody else sells it
    assert result[1, 0] == 0
    assert result[1, 1] == np.inf  # it sells nothing else
    assert not np.isnan(result).any()


def test_proudman_redding_has_mean_one_in_each_economy():
    result = measure_advantage(VALUES, "proudman-redding")
    assert result == pytest.approx(np.array([[0.8 / 0.6, 0.4 / 0.6], [0.2 / 0.4, 0.6 / 0.4]]), rel=1e-15)
    assert result.mean(axis=1) == pytest.approx(1)


def test_population_compares_by_head():
    # 3 persons of A, 1 of B: A sells 13⅓ a head of p, the world 12½.
    result = measure_advantage(VALUES, "population", np.array([3.0, 1.0]))
    assert result == pytest.approx(
        np.array([[40 / 3 / 12.5, 20 / 3 / 12.5], [10 / 12.5, 30 / 12.5]]), rel=1e-15
    )


@pytest.mark.parametrize("variant", list(NEUTRAL))
def test_an_economy_like_the_world_is_neutral(variant):
    values = np.outer([3.0, 1.0], [2.0, 2.0])
    result = measure_advantage(values, variant, np.array([3.0, 1.0]))
    assert result == pytest.approx(NEUTRAL[variant], abs=1e-15)


def test_what_is_not_known_is_named():
    with pytest.raises(InputError, match="'balasa' is not known"):
        measure_advantage(VALUES, "balasa")
    with pytest.raises(InputError, match="without a population"):
        measure_advantage(VALUES, "population")
