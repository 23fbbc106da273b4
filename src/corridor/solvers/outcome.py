"""What every solver call says of itself: how good its answer is, and how that is known."""

from dataclasses import dataclass
from math import inf, isfinite
from typing import Any, Final, Literal

from corridor.errors import InputError

Status = Literal["optimal", "feasible", "infeasible", "unknown"]

#: A bound this close to the objective, relative to it, has met it: floating-point sums differ by less.
CLOSED: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a solver call ended.

    status: ``optimal`` (the bound meets the objective), ``feasible`` (a solution, not proved best),
        ``infeasible`` (proved: there is no solution), ``unknown`` (the limit came first).
    objective: of the solution returned; None without one.
    bound: no solution is better than this (above when maximising, below when minimising); None if unknown.
    seconds: wall clock. seed: as given. solver: what solved it, with its version.
    """

    status: Status
    objective: float | None
    bound: float | None
    seconds: float
    seed: int
    solver: str

    @property
    def gap(self) -> float | None:
        """Return |bound − objective| / max(|objective|, 1e-9); 0 when proved, None without both."""
        if self.objective is None or self.bound is None:
            return None
        distance = abs(self.bound - self.objective)
        if distance <= CLOSED * max(1.0, abs(self.objective)):
            return 0.0
        return distance / abs(self.objective) if abs(self.objective) > CLOSED else inf

    def to_record(self) -> dict[str, Any]:
        """Return the fields and the gap as plain values, an infinite gap as None (JSON has none)."""
        gap = self.gap
        return {
            "status": self.status,
            "objective": self.objective,
            "bound": self.bound,
            "gap": gap if gap is None or isfinite(gap) else None,
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "solver": self.solver,
        }


def judge_outcome(
    objective: float | None, bound: float | None, *, seconds: float, seed: int, solver: str
) -> Outcome:
    """Return the outcome of a search that found ``objective`` and proved ``bound``, either may be None."""
    outcome = Outcome("unknown", objective, bound, seconds, seed, solver)
    if objective is None:
        return outcome
    status: Status = "optimal" if outcome.gap == 0 else "feasible"
    return Outcome(status, objective, bound, seconds, seed, solver)


def check_limits(seed: int, time_limit_s: float) -> None:
    """Refuse a seed or time limit that no solver can take.

    Raises
    ------
    InputError: the seed is not in 0 … 2³¹ − 1 or the time limit is not a positive number of seconds.
    """
    if not 0 <= seed < 2**31:
        raise InputError(f"seed {seed} is out of range", rule="a seed is a whole number from 0 to 2147483647")
    if not (isfinite(time_limit_s) and time_limit_s > 0):
        raise InputError(
            f"time limit {time_limit_s} is not usable", rule="a time limit is a positive number of seconds"
        )
