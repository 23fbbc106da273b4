"""Tables to matrices and the one division that never yields NaN."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Matrix = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def fill_matrix(
    sums: pl.DataFrame,
    keys: tuple[str, str],
    rows: Sequence[str] | pl.Series,
    columns: Sequence[str] | pl.Series,
) -> Matrix:
    """Return the matrix whose cell (rows[i], columns[j]) is ``value`` of that key, 0 where there is none.

    ``sums`` has each pair of keys once; every key is in ``rows`` and ``columns``.
    """
    matrix = np.zeros((len(rows), len(columns)))
    row = sums[keys[0]].cast(pl.Enum(rows)).to_physical().to_numpy()
    column = sums[keys[1]].cast(pl.Enum(columns)).to_physical().to_numpy()
    matrix[row, column] = sums["value"].to_numpy()
    return matrix


def divide(numerator: Matrix, denominator: Matrix, *, where_zero: float = 0.0) -> Matrix:
    """Divide elementwise, giving ``where_zero`` where the denominator is zero."""
    shape = np.broadcast_shapes(numerator.shape, denominator.shape)
    quotient: Matrix = np.full(shape, where_zero)
    np.divide(numerator, denominator, out=quotient, where=denominator != 0)
    return quotient
