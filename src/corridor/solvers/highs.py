"""The door to HiGHS: linear and mixed-integer programmes, one thread, one seed."""

from dataclasses import dataclass, field
from importlib.metadata import version
from math import isfinite
from threading import Event
from time import perf_counter
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from corridor.errors import CorridorError, InputError
from corridor.solvers.outcome import Outcome, Status, check_limits
from corridor.solvers.watch import Progress, run_watched

SOLVER: Final = f"HiGHS {version('highspy')}"
_ENDED: Final = highspy.HighsModelStatus


@dataclass(frozen=True)
class MipResult:
    """An outcome and, where a solution was found, the value of each variable.

    row_duals: of a linear programme solved to optimality, the change of the objective for one more unit
    of each row's binding side; None otherwise.
    """

    outcome: Outcome
    values: NDArray[np.float64] | None = field(repr=False)
    row_duals: NDArray[np.float64] | None = field(repr=False, default=None)


def solve_mip(
    cost: ArrayLike,
    rows: csr_array,
    *,
    row_lower: ArrayLike,
    row_upper: ArrayLike,
    lower: ArrayLike = 0.0,
    upper: ArrayLike = 1.0,
    integer: ArrayLike = True,
    maximise: bool = False,
    seed: int = 7,
    time_limit_s: float = 10.0,
    progress: Progress | None = None,
    message: str = "solving",
) -> MipResult:
    """Solve min (or max) cost·x subject to row_lower ≤ rows·x ≤ row_upper and lower ≤ x ≤ upper.

    Parameters
    ----------
    cost: shape (n,). rows: shape (m, n). Bounds and ``integer`` broadcast over rows or variables;
    infinite bounds are free. The relative and absolute optimality gaps asked for are zero.

    Raises
    ------
    InputError: shapes do not fit, or a coefficient is not a number.
    CorridorError: HiGHS refused the model.
    """
    check_limits(seed, time_limit_s)
    costs = np.asarray(cost, dtype=np.float64)
    _refuse_shapes(costs, rows)
    if not costs.size:
        return _judge_empty(row_lower, row_upper, rows.shape[0], seed)
    program = _pass_program(costs, rows, row_lower, row_upper, lower, upper, integer, maximise)
    highs, asked = _open_highs(seed, time_limit_s), Event()
    if highs.passModel(program) == highspy.HighsStatus.kError:
        raise CorridorError("HiGHS refused the model", rule="lower bounds do not exceed upper bounds")
    for callback in (highs.cbMipInterrupt, highs.cbSimplexInterrupt, highs.cbIpmInterrupt):
        callback.subscribe(lambda event: event.interrupt() if asked.is_set() else None)
    started = perf_counter()
    run_watched(highs.run, stop=asked.set, time_limit_s=time_limit_s, progress=progress, message=message)
    return _read_result(highs, bool(np.any(integer)), maximise, perf_counter() - started, seed)


def _judge_empty(row_lower: ArrayLike, row_upper: ArrayLike, rows: int, seed: int) -> MipResult:
    """Return the result of a programme without variables: every row holds 0."""
    possible = bool((_spread(row_lower, rows) <= 0).all() and (_spread(row_upper, rows) >= 0).all())
    if not possible:
        return MipResult(Outcome("infeasible", None, None, 0.0, seed, SOLVER), None)
    return MipResult(Outcome("optimal", 0.0, 0.0, 0.0, seed, SOLVER), np.zeros(0))


def _refuse_shapes(costs: NDArray[np.float64], rows: csr_array) -> None:
    if costs.ndim != 1 or rows.shape[1] != costs.size:
        raise InputError(
            f"costs of shape {costs.shape} and rows of shape {rows.shape} do not fit",
            rule="rows have a column for each cost",
        )
    if not (np.isfinite(costs).all() and np.isfinite(rows.data).all()):
        raise InputError("a coefficient is not a finite number", rule="costs and rows hold finite numbers")


class _QuietHighs(highspy.Highs):
    """HiGHS that prints nothing: its first instance prints a banner once callbacks are on."""

    def enableCallbacks(self) -> None:  # noqa: N802 – the name is HiGHS's
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def _open_highs(seed: int, time_limit_s: float) -> Any:
    highs: Any = _QuietHighs()  # type: ignore[no-untyped-call]
    options = {
        "threads": 1,
        "random_seed": seed,
        "time_limit": time_limit_s,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.0,
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs


def _pass_program(
    costs: NDArray[np.float64],
    rows: csr_array,
    row_lower: ArrayLike,
    row_upper: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    integer: ArrayLike,
    maximise: bool,
) -> Any:
    m, n = rows.shape
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = n, m
    program.sense_ = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
    program.col_cost_ = costs
    program.col_lower_, program.col_upper_ = _spread(lower, n), _spread(upper, n)
    program.row_lower_, program.row_upper_ = _spread(row_lower, m), _spread(row_upper, m)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = rows.indptr.astype(np.int32)
    program.a_matrix_.index_ = rows.indices.astype(np.int32)
    program.a_matrix_.value_ = rows.data.astype(np.float64)
    kinds = np.broadcast_to(np.asarray(integer, dtype=bool), (n,))
    if kinds.any():
        types = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [types[int(kind)] for kind in kinds]
    return program


def _spread(values: ArrayLike, count: int) -> NDArray[np.float64]:
    return np.ascontiguousarray(np.broadcast_to(np.asarray(values, dtype=np.float64), (count,)))


def _read_result(highs: Any, integral: bool, maximise: bool, seconds: float, seed: int) -> MipResult:
    info, ended = highs.getInfo(), highs.getModelStatus()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    objective = float(info.objective_function_value) if found else None
    status = _name_status(ended, found)
    if status == "infeasible":
        return MipResult(Outcome(status, None, None, seconds, seed, SOLVER), None)
    bound = objective if status == "optimal" else _read_bound(info, integral)
    values = np.array(highs.getSolution().col_value) if found else None
    duals = np.array(highs.getSolution().row_dual) if status == "optimal" and not integral else None
    return MipResult(Outcome(status, objective, bound, seconds, seed, SOLVER), values, duals)


def _name_status(ended: Any, found: bool) -> Status:
    if ended == _ENDED.kOptimal:
        return "optimal"
    if ended in (_ENDED.kInfeasible, _ENDED.kUnboundedOrInfeasible):
        return "infeasible"
    if ended == _ENDED.kUnbounded:
        raise CorridorError("the programme has no best solution", rule="the objective is bounded")
    return "feasible" if found else "unknown"


def _read_bound(info: Any, integral: bool) -> float | None:
    bound = float(info.mip_dual_bound) if integral else float("nan")
    return bound if isfinite(bound) else None
