r"""Proximity of products, an economy's density around each, and the nearest neighbours of a product.

.. math::
    \phi_{pq} = \frac{(M'M)_{pq}}{\max(u_p, u_q)}, \qquad
    density_{cp} = \frac{\sum_q M_{cq}\,\phi_{qp}}{\sum_q \phi_{qp}}

Source: Hidalgo, Klinger, Barabási & Hausmann (2007), Science 317, 482: the smaller of the two conditional
probabilities that an economy specialised in one product is specialised in the other.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corridor.errors import InputError
from corridor.find.matrices import Mask, Matrix, divide

#: A matrix in float64, or in float32 where that was asked for.
FloatMatrix = npt.NDArray[np.floating[Any]]
#: Rows searched for neighbours at a time.
ROWS: Final = 512
#: Rows scaled at a time: what stays in the processor's cache.
BLOCK: Final = 64


def relate_products(m: FloatMatrix, *, diagonal: float) -> FloatMatrix:
    """Return the P × P proximity of products from specialisation ``m`` (C × P of 0 and 1, float).

    Products nobody specialises in are related to none: their rows are zero, diagonal included. The result
    has the precision of ``m``.
    """
    ubiquity = m.sum(axis=0)
    proximity: FloatMatrix = m.T @ m  # in float: integer matrices do not reach BLAS
    floor = np.maximum(ubiquity, 1)  # where nobody specialises the numerator is zero anyway
    for start in range(0, len(floor), BLOCK):
        block = slice(start, start + BLOCK)
        proximity[block] /= np.maximum(floor[block, None], floor)
    np.fill_diagonal(proximity, np.where(ubiquity > 0, diagonal, 0.0))
    return proximity


def measure_density(m: FloatMatrix, proximity: FloatMatrix) -> tuple[Matrix, Mask]:
    """Return the C × P density, 0 where a product is related to none, and P flags of those that are related."""
    nearness = proximity.sum(axis=0)
    return divide(
        np.asarray(m @ proximity, dtype=np.float64), np.asarray(nearness, dtype=np.float64)
    ), nearness > 0


def find_neighbours(proximity: FloatMatrix, products: pl.Series, count: int) -> pl.DataFrame:
    """Return the nearest neighbours of every product: product, neighbour, rank (1 = nearest), proximity.

    At most ``count`` each, never the product itself, and none without proximity: a product nobody
    specialises in has none. Ties go to the lower code, so ``products`` is sorted.

    Raises
    ------
    InputError: ``count`` is below 1.
    """
    order, nearest = _choose_nearest(proximity, count)
    kept = order.shape[1]
    return pl.DataFrame(
        {
            "product": products.gather(np.repeat(np.arange(len(products)), kept)),
            "neighbour": products.gather(order.ravel()),
            "rank": np.tile(np.arange(1, kept + 1, dtype=np.int32), len(products)),
            "proximity": nearest.ravel(),
        }
    ).filter(pl.col("proximity") > 0)


def average_neighbours(m: FloatMatrix, proximity: FloatMatrix, count: int) -> Matrix:
    """Return the C × P density over the ``count`` nearest products alone (a k-nearest-neighbour density).

    An average weighted by proximity, 0 … 1: 1 where an economy is specialised in all of them. NaN where a
    product has no neighbour.

    Raises
    ------
    InputError: ``count`` is below 1.
    """
    order, nearest = _choose_nearest(proximity, count)
    weights = np.zeros(proximity.shape)
    np.put_along_axis(weights, order, np.maximum(nearest, 0.0), axis=1)
    return divide(np.asarray(m, dtype=np.float64) @ weights.T, weights.sum(axis=1), where_zero=np.nan)


def _choose_nearest(proximity: FloatMatrix, count: int) -> tuple[npt.NDArray[np.intp], Matrix]:
    """Return the places and proximities of the ``count`` nearest of each row, the nearest first, ties by place."""
    if count < 1:
        raise InputError(f"{count} neighbours", rule="at least one neighbour of each product")
    size = len(proximity)
    kept = min(count, size - 1)
    order = np.empty((size, kept), dtype=np.intp)
    if not kept:
        return order, np.empty((size, 0))
    for start in range(0, size, ROWS):
        block = np.array(proximity[start : start + ROWS], dtype=np.float64)
        own = np.arange(len(block))
        block[own, start + own] = -1.0
        # the smallest kept value, then of those equal to it the first ones: cheaper than sorting whole rows
        least = np.partition(block, size - kept, axis=1)[:, size - kept : size - kept + 1]
        above, equal = block > least, block == least
        chosen = above | (equal & (np.cumsum(equal, axis=1) <= kept - above.sum(axis=1, keepdims=True)))
        order[start : start + ROWS] = np.nonzero(chosen)[1].reshape(len(block), kept)
    nearest = np.take_along_axis(proximity, order, axis=1).astype(np.float64)
    rank = np.argsort(-nearest, axis=1, kind="stable")
    return np.take_along_axis(order, rank, axis=1), np.take_along_axis(nearest, rank, axis=1)
