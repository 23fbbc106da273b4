"""The door to OR-Tools CP-SAT: exact search over integers, one worker, one seed.

With one worker and one seed the search takes the same path each time. It ends when it has done a counted
amount of work, so that the same seed gives the same result on a slower machine too; the clock only ends
what takes far longer than its work should.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from threading import Event
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from corridor.errors import CorridorError
from corridor.solvers.outcome import Outcome, Status, check_limits
from corridor.solvers.watch import Progress, run_watched

SOLVER: Final = f"OR-Tools CP-SAT {version('ortools')}"
#: CP-SAT counts its work in units of about a second of one idle core (measured: 0.8 to 1.0 a second).
WORK_A_SECOND: Final = 0.5
_STATUS: Final[dict[Any, Status]] = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
    cp_model.UNKNOWN: "unknown",
}


@dataclass(frozen=True)
class CpResult:
    """An outcome and, where a solution was found, the value of each variable by its index."""

    outcome: Outcome
    values: NDArray[np.int64] | None = field(repr=False)

    def pick(self, variables: Sequence[Any]) -> NDArray[np.int64]:
        """Return the values of ``variables``, in their order."""
        if self.values is None:
            raise CorridorError("there is no solution to read", rule="the status is optimal or feasible")
        return self.values[[variable.index for variable in variables]]


class _StopWhenAsked(cp_model.CpSolverSolutionCallback):
    """Stops the search at the next solution when asked to before the solver could be reached."""

    def __init__(self, asked: Event) -> None:
        super().__init__()
        self._asked = asked

    def on_solution_callback(self) -> None:
        if self._asked.is_set():
            self.StopSearch()


def solve_cp(
    model: cp_model.CpModel,
    *,
    seed: int = 7,
    time_limit_s: float = 10.0,
    work_limit: float | None = None,
    progress: Progress | None = None,
    message: str = "solving",
    scale: float = 1.0,
    settings: Mapping[str, Any] | None = None,
) -> CpResult:
    """Solve a CP-SAT model within ``time_limit_s`` seconds, single-threaded.

    Parameters
    ----------
    model: variables, constraints and, if wanted, an objective and hints.
    work_limit: units of work; half as many as the seconds allowed unless given.
    scale: objective units per unit reported (a model in cents reports dollars with scale 100).
    progress: told the share of the time limit; an exception raised in it stops the search.
    settings: further CP-SAT parameters by name.

    Raises
    ------
    CorridorError: the model is not valid (an overflow, an empty domain).
    """
    check_limits(seed, time_limit_s)
    solver, asked = cp_model.CpSolver(), Event()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = time_limit_s
    work = WORK_A_SECOND * time_limit_s if work_limit is None else work_limit
    solver.parameters.max_deterministic_time = work
    for name, value in (settings or {}).items():
        setattr(solver.parameters, name, value)
    started = perf_counter()

    def stop() -> None:
        asked.set()
        solver.stop_search()

    status = run_watched(
        lambda: solver.solve(model, _StopWhenAsked(asked)),
        stop=stop,
        time_limit_s=time_limit_s,
        progress=progress,
        message=message,
    )
    if status not in _STATUS:
        raise CorridorError(f"the model is not valid: {model.validate()}", rule="coefficients fit 64 bits")
    outcome = _read_outcome(model, solver, _STATUS[status], scale, perf_counter() - started, seed)
    found = outcome.objective is not None
    values = np.array(solver.response_proto.solution, dtype=np.int64) if found else None
    return CpResult(outcome, values)


def _read_outcome(
    model: cp_model.CpModel,
    solver: cp_model.CpSolver,
    status: Status,
    scale: float,
    seconds: float,
    seed: int,
) -> Outcome:
    found = status in ("optimal", "feasible")
    if not model.has_objective():
        # a question of feasibility: any solution is as good as another
        return Outcome(status, 0.0 if found else None, 0.0 if found else None, seconds, seed, SOLVER)
    # a search that found nothing may not have set its bound yet
    bound = solver.best_objective_bound / scale if found else None
    return Outcome(status, solver.objective_value / scale if found else None, bound, seconds, seed, SOLVER)
