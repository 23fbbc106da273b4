"""Projects on a line of quarters: what each costs when, what ending it is worth, what there is to spend."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corridor.plan.projects import Portfolio


@dataclass(frozen=True)
class Quarters:
    """budget: cents by quarter, shape (Q,). limits: what spending is compared with: the budget of each
    quarter, or their running sums where what is left is carried over.

    gain: cents, shape (N, Q + 1): what ending project p at the end of quarter q is worth today.
    windows: shape (N,), in how many quarters each project could start; 0 where it is too long.
    """

    portfolio: Portfolio
    budget: NDArray[np.int64] = field(repr=False)
    carry_over: bool
    discount_rate: float

    @property
    def count(self) -> int:
        """Return the number of quarters."""
        return int(self.budget.size)

    @property
    def windows(self) -> NDArray[np.int64]:
        """Return in how many quarters each project could start."""
        return np.maximum(0, self.count - self.portfolio.duration + 1)

    @property
    def limits(self) -> NDArray[np.int64]:
        """Return what spending, running sums of it when carried over, may not exceed."""
        return np.cumsum(self.budget) if self.carry_over else self.budget

    @property
    def gain(self) -> NDArray[np.int64]:
        """Return max(value, 0) / (1 + rate)^(end / 4) in cents by project and end."""
        factors = (1 + self.discount_rate) ** (-np.arange(self.count + 1) / 4)
        return np.rint(np.maximum(self.portfolio.value, 0)[:, None] * factors * 100).astype(np.int64)

    def parts_of(self, project: int) -> NDArray[np.int64]:
        """Return the cents a project costs in each of its quarters; they sum to its cost."""
        cents, count = round(float(self.portfolio.cost[project]) * 100), int(self.portfolio.duration[project])
        return np.diff(np.arange(count + 1) * cents // count)

    def spend(self, starts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the cents spent in each quarter by a roadmap; shape (Q,)."""
        cents = np.zeros(self.count, dtype=np.int64)
        for project, start in enumerate(starts.tolist()):
            parts = self.parts_of(project)
            cents[start : start + parts.size] += parts
        return cents

    def value(self, starts: NDArray[np.int64]) -> int:
        """Return the discounted value of a roadmap in cents."""
        return int(self.gain[np.arange(starts.size), starts + self.portfolio.duration].sum())

    def soonest(self) -> int:
        """Return the first quarter by whose end the budgets so far pay for every project."""
        cost = sum(int(self.parts_of(number).sum()) for number in range(self.windows.size))
        paid = np.cumsum(self.budget) >= cost
        return int(paid.argmax()) + 1 if cost and paid.any() else 0
