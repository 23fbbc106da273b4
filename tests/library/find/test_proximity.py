"""Proximity, density and neighbours by hand."""

import numpy as np
import polars as pl
import pytest

from corridor.errors import InputError
from corridor.find.proximity import average_neighbours, find_neighbours, measure_density, relate_products

# Four economies; p4 is nobody's.
M = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]], dtype=float)
PRODUCTS = pl.Series(["p1", "p2", "p3", "p4"])


@pytest.fixture
def proximity():
    return relate_products(M, diagonal=0.0)


def test_proximity_by_hand(proximity):
    # u = 3, 2, 2, 0; together: p1 p2 twice, p1 p3 once, p2 p3 once
    expected = [[0, 2 / 3, 1 / 3, 0], [2 / 3, 0, 1 / 2, 0], [1 / 3, 1 / 2, 0, 0], [0, 0, 0, 0]]
    assert proximity == pytest.approx(np.array(expected), rel=1e-15)
    assert np.diag(relate_products(M, diagonal=1.0)).tolist() == [1, 1, 1, 0]


def test_neighbours_are_products_with_proximities_and_not_counts(proximity):
    table = find_neighbours(proximity, PRODUCTS, 2)
    assert table.rows() == [
        ("p1", "p2", 1, 2 / 3),
        ("p1", "p3", 2, 1 / 3),
        ("p2", "p1", 1, 2 / 3),
        ("p2", "p3", 2, 1 / 2),
        ("p3", "p2", 1, 1 / 2),
        ("p3", "p1", 2, 1 / 3),
    ]
    # never the product itself, also where the diagonal is one, and never more than there are
    everyone = find_neighbours(relate_products(M, diagonal=1.0), PRODUCTS, 99)
    assert everyone.filter(pl.col("product") == pl.col("neighbour")).is_empty()
    assert everyone.equals(table)


def test_ties_go_to_the_lower_code():
    equal = find_neighbours(relate_products(np.ones((2, 4)), diagonal=0.0), PRODUCTS, 1)
    assert equal["neighbour"].to_list() == ["p2", "p1", "p1", "p1"]


def test_density_by_hand(proximity):
    density, related = measure_density(M, proximity)
    assert related.tolist() == [True, True, True, False]
    assert density[1, 2] == pytest.approx((1 / 3 + 1 / 2) / (1 / 3 + 1 / 2))
    assert density[2, 1] == pytest.approx((2 / 3) / (2 / 3 + 1 / 2))
    assert density[:, 3].tolist() == [0, 0, 0, 0]


def test_density_of_the_nearest_is_an_average_and_not_a_count(proximity):
    nearest = average_neighbours(M, proximity, 1)
    # the nearest product of p2 is p1, of p3 it is p2
    assert nearest[:, 1].tolist() == M[:, 0].tolist()
    assert nearest[:, 2].tolist() == M[:, 1].tolist()
    assert np.isnan(nearest[:, 3]).all()
    both = average_neighbours(M, proximity, 2)
    assert both[2, 1] == pytest.approx((2 / 3) / (2 / 3 + 1 / 2))
    whole, _ = measure_density(M, proximity)
    assert average_neighbours(M, proximity, 3)[:, :3] == pytest.approx(whole[:, :3])


def test_less_than_one_neighbour_is_refused(proximity):
    with pytest.raises(InputError, match="0 neighbours"):
        find_neighbours(proximity, PRODUCTS, 0)
    with pytest.raises(InputError, match="0 neighbours"):
        average_neighbours(M, proximity, 0)
