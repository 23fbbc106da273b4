r"""Three ways to score economies and products from their specialisation M: eigenvector, reflections, fitness.

Reflections: Hidalgo & Hausmann (2009), PNAS 106, 10570. With d diversity and u ubiquity,
:math:`k_{c,N} = D^{-1} M k_{p,N-1}` and :math:`k_{p,N} = U^{-1} M' k_{c,N-1}`, from :math:`k_{c,0} = d` and
:math:`k_{p,0} = u`. Their limit is the second eigenvector of :math:`D^{-1} M U^{-1} M'` (Hausmann, Hidalgo et
al. 2014, technical box 2.1), solved here as the symmetric C × C problem of
:math:`D^{-1/2} M U^{-1} M' D^{-1/2}`, never as a P × P one.

Fitness: Tacchella, Cristelli, Caldarelli, Gabrielli & Pietronero (2012), Scientific Reports 2, 723,
equation 1. It need not converge to positive values: where the matrix bends inwards, the fitness of some
economies tends to zero (Pugliese, Zaccaria & Pietronero 2016, European Physical Journal Special Topics 225,
1893); the order of economies settles long before.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from corridor.errors import InputError
from corridor.find.matrices import Matrix

#: Two eigenvalues closer than this are one: the second eigenvector is then not unique.
EIGENVALUE_GAP: Final = 1e-10
#: The R package counts the start as the first of its 20 iterations.
FITNESS_UPDATES: Final = 19
#: An iteration has converged when no score moves by more than this in a step.
TOLERANCE: Final = 1e-6
#: Fitness below this part of the mean counts as vanishing.
VANISHING: Final = 1e-6
#: Keeps 1 / fitness finite, and sums of it.
SMALLEST: Final = 1e-290


@dataclass(frozen=True, slots=True)
class Convergence:
    """How an iteration stood when it ended.

    steps: done. change: the largest change of an economy's score in the last step (reflections: of two, in
    standard deviations; fitness: relative). converged: change is at most ``tolerance``.
    settled: steps at the end during which the order of economies stayed the same.
    vanishing: economies whose fitness was below a millionth of the mean.
    """

    method: str
    steps: int
    change: float
    tolerance: float
    settled: int
    vanishing: int = 0

    @property
    def converged(self) -> bool:
        """Whether no score moved by more than the tolerance in the last step."""
        return self.change <= self.tolerance


def solve_reflections(m: Matrix) -> tuple[Matrix, Matrix]:
    """Return k_c and k_p, the second eigenvectors of the method of reflections, signed by diversity.

    ``m`` is one connected block without empty rows or columns. k_p is scaled so that k_c is the mean k_p of
    an economy's products; weighted by ubiquity it averages to zero.

    Raises
    ------
    InputError: the second eigenvector is not unique, or all economies export the same products.
    """
    diversity, ubiquity = m.sum(axis=1), m.sum(axis=0)
    root = np.sqrt(diversity)
    values, vectors = np.linalg.eigh((m / ubiquity) @ m.T / np.outer(root, root))
    second = values[-2] if len(values) > 1 else 0.0
    if second < EIGENVALUE_GAP:
        raise InputError(
            "all economies are specialised in the same products",
            rule="ECI needs economies that differ",
            fix="Maybe use more economies or a higher threshold",
        )
    if len(values) > 2 and second - values[-3] < EIGENVALUE_GAP:
        raise InputError(
            f"the second eigenvalue {second:.6g} stands twice",
            rule="ECI is its eigenvector, which is then not unique",
            fix="Maybe the data are symmetric; use real exports or the fitness convention",
        )
    k_c = vectors[:, -2] / root
    lean = np.sum((k_c - k_c.mean()) * (diversity - diversity.mean()))
    # Equal diversity gives no direction: then the first economy that is not at zero is counted as high.
    k_c = k_c * (np.sign(lean) or np.sign(k_c[np.argmax(np.abs(k_c))]))
    return k_c, m.T @ k_c / ubiquity / second


def iterate_reflections(m: Matrix, steps: int) -> tuple[Matrix, Matrix, Convergence]:
    """Return k_c after ``steps`` reflections and k_p after one more, up to shift and scale, and how they stood.

    After an even number of reflections k_c is a generalised diversity, after an odd one k_p the mean of it
    over a product's exporters. Every two steps the mean that reflections preserve (weighted by diversity) is
    taken off and the rest scaled: standardised scores stay what they are, while in the plain recursion
    they drown in rounding, since all k_c tend to one value.

    Raises
    ------
    InputError: ``steps`` is odd or below 2, or all economies have the same diversity.
    """
    if steps < 2 or steps % 2:
        raise InputError(f"{steps} reflections", rule="an even number, at least 2: odd ones measure ubiquity")
    diversity, ubiquity = m.sum(axis=1), m.sum(axis=0)
    k_c = _centre(diversity, diversity)
    order, settled, change = np.argsort(k_c, kind="stable"), 0, np.inf
    for _ in range(steps // 2):
        before = k_c
        k_c = _centre(m @ (m.T @ k_c / ubiquity) / diversity, diversity)
        change = float(np.max(np.abs(_standardise(k_c) - _standardise(before))))
        now = np.argsort(k_c, kind="stable")
        settled = settled + 2 if np.array_equal(now, order) else 0
        order = now
    return k_c, m.T @ k_c / ubiquity, Convergence("reflections", steps, change, TOLERANCE, settled)


def iterate_fitness(m: Matrix, updates: int = FITNESS_UPDATES) -> tuple[Matrix, Matrix, Convergence]:
    """Return fitness of economies and complexity of products, each with mean 1, and how they stood.

    Raises
    ------
    InputError: ``updates`` is below 1.
    """
    if updates < 1:
        raise InputError(f"{updates} updates of fitness", rule="at least one")
    fitness, complexity = np.ones(len(m)), np.ones(m.shape[1])
    order, settled, change = np.argsort(fitness, kind="stable"), 0, np.inf
    for _ in range(updates):
        before = fitness
        fitness, complexity = m @ complexity, 1 / (m.T @ (1 / np.maximum(fitness, SMALLEST)))
        fitness, complexity = fitness / fitness.mean(), complexity / complexity.mean()
        change = float(np.max(np.abs(fitness - before) / np.maximum(before, VANISHING)))
        now = np.argsort(fitness, kind="stable")
        settled = settled + 1 if np.array_equal(now, order) else 0
        order = now
    vanishing = int((fitness < VANISHING).sum())
    return fitness, complexity, Convergence("fitness", updates, change, TOLERANCE, settled, vanishing)


def _centre(k_c: Matrix, diversity: Matrix) -> Matrix:
    centred = k_c - (k_c @ diversity) / diversity.sum()
    largest = float(np.abs(centred).max())
    if largest <= EIGENVALUE_GAP * float(np.abs(k_c).max()):
        raise InputError(
            "reflections from equal diversity stay equal",
            rule="economies differ in how many products they are specialised in",
            fix="Maybe use the eigenvector (method='eigenvector')",
        )
    return np.asarray(centred / largest)


def _standardise(values: Matrix) -> Matrix:
    return np.asarray((values - values.mean()) / values.std())
