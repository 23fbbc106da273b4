"""Rates of return: every real root of the net present value, or none.

With x = 1 / (1 + r) the net present value is the polynomial Σ flow_t·x^t; its positive roots are the
internal rates of return above −100 %. Between two neighbouring roots of its derivative a polynomial is
monotonic, so each root is bracketed exactly once: the roots of the derivatives are found first, from the
last derivative without a change of sign (Descartes' rule: it has no positive root) down to the
polynomial itself. Nothing is missed, also where a root only touches zero.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

#: A value this small beside the sum of the terms' sizes is zero (a root that touches, rounding).
ZERO: Final = 1e-12
#: A flow this small beside the largest is taken for nothing: bounds of roots would overflow.
DUST: Final = 1e-100


def find_rates(net: NDArray[np.float64]) -> tuple[float, ...]:
    """Return every real rate r > −1 with Σ net_t / (1 + r)^t = 0, ascending; empty where none exists.

    net: shape (periods,), period 0 first. All zeros: every rate is a root; returns none.
    """
    largest = np.abs(net).max(initial=0.0)
    if not largest:
        return ()
    scaled = np.where(np.abs(net) > DUST * largest, net / largest, 0.0)
    roots = _positive_roots(_trim(scaled))
    return tuple(sorted(float(1 / root - 1) for root in roots))


def _trim(net: NDArray[np.float64]) -> NDArray[np.float64]:
    filled = np.flatnonzero(net)
    return net[filled[0] : filled[-1] + 1] if filled.size else net[:0]


def _positive_roots(coefficients: NDArray[np.float64]) -> list[float]:
    """Return the positive roots of Σ c_t·x^t, ascending, each once."""
    signs = np.sign(coefficients[coefficients != 0])
    if (signs[1:] == signs[:-1]).all():
        return []
    scaled = coefficients / np.abs(coefficients).max()
    turns = _positive_roots(_trim(np.arange(1, scaled.size) * scaled[1:]))
    # Cauchy: every root lies below 1 + max|c_t / c_last|; that of the reversed polynomial gives the least
    high = 1 + np.abs(scaled[:-1]).max() / abs(scaled[-1])
    low = 1 / (1 + np.abs(scaled[1:]).max() / abs(scaled[0]))
    marks = [low * 0.5, *[turn for turn in turns if low * 0.5 < turn < high * 2], high * 2]
    return _roots_between(scaled, marks)


def _roots_between(coefficients: NDArray[np.float64], marks: list[float]) -> list[float]:
    roots: list[float] = []
    signs = [_sign_at(coefficients, mark) for mark in marks]
    for mark, sign in zip(marks[1:-1], signs[1:-1], strict=True):
        if sign == 0:
            roots.append(mark)
    for left, right, one, other in zip(marks, marks[1:], signs, signs[1:], strict=False):
        if one * other < 0:
            roots.append(_root_in(coefficients, left, right))
    return sorted(roots)


def _sign_at(coefficients: NDArray[np.float64], x: float) -> int:
    value = _evaluate(coefficients, x)
    size = _evaluate(np.abs(coefficients), x)
    return 0 if abs(value) <= ZERO * size else int(np.sign(value))


def _root_in(coefficients: NDArray[np.float64], left: float, right: float) -> float:
    found = brentq(
        lambda x: _evaluate(coefficients, x),
        left,
        right,
        xtol=1e-300,
        rtol=4 * np.finfo(float).eps,
        maxiter=500,
    )
    return float(found)


def _evaluate(coefficients: NDArray[np.float64], x: float) -> float:
    """Evaluate Σ c_t·x^t without overflow: beyond 1 divided by x^degree, which changes no sign."""
    if x <= 1:
        return float(np.polynomial.polynomial.polyval(x, coefficients))
    return float(np.polynomial.polynomial.polyval(1 / x, coefficients[::-1]))
