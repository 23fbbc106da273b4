"""Each door to a solver: outcomes, limits, seeds, cancelling."""

import time

import numpy as np
import pytest
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy.sparse import csr_array

from corridor.errors import CancelledError, InputError
from corridor.solvers.covers import find_smallest_cover
from corridor.solvers.cpsat import solve_cp
from corridor.solvers.flows import match_pairs, send_flow
from corridor.solvers.highs import solve_mip
from corridor.solvers.knapsacks import choose_items
from corridor.solvers.outcome import Outcome, judge_outcome


def hard_knapsack() -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return values, weights and capacities of a knapsack that takes far longer than a test may."""
    numbers = np.random.default_rng(11)
    weights = numbers.integers(1, 1000, (30, 250))
    return weights.mean(axis=0).astype(int) + numbers.integers(0, 9, 250), weights, weights.sum(axis=1) // 2


def stop_soon(share: float, message: str) -> None:
    if share > 0.01:
        raise CancelledError("stopped", rule=message)


def test_an_outcome_states_its_gap() -> None:
    assert judge_outcome(90.0, 100.0, seconds=1, seed=7, solver="s").gap == pytest.approx(1 / 9)
    assert judge_outcome(90.0, 100.0, seconds=1, seed=7, solver="s").status == "feasible"
    assert judge_outcome(100.0, 100.0, seconds=1, seed=7, solver="s").status == "optimal"
    assert judge_outcome(None, 100.0, seconds=1, seed=7, solver="s").gap is None


def test_an_infinite_gap_is_no_number_in_a_record() -> None:
    record = Outcome("feasible", 0.0, 5.0, 0.1, 7, "s").to_record()
    assert record["gap"] is None
    assert record["bound"] == 5.0


def test_the_lp_door_gives_duals_and_the_mip_door_whole_numbers() -> None:
    rows = csr_array(np.array([[2.0, 3.0], [4.0, 1.0]]))
    lp = solve_mip(
        [3, 2], rows, row_lower=-np.inf, row_upper=[12, 16], upper=np.inf, integer=False, maximise=True
    )
    # vertex where both rows bind: x = 3.6, y = 1.6
    assert lp.outcome.objective == pytest.approx(14.0)
    assert lp.row_duals == pytest.approx([0.5, 0.5])
    whole = solve_mip([3, 2], rows, row_lower=-np.inf, row_upper=[12, 16], upper=np.inf, maximise=True)
    assert whole.values is not None
    # (3, 2) is the best of the whole points: 3·3 + 2·2
    assert whole.values.tolist() == [3, 2]
    assert whole.outcome.status == "optimal"
    assert whole.outcome.bound == whole.outcome.objective == 13


def test_an_impossible_programme_says_so() -> None:
    rows = csr_array(np.ones((1, 2)))
    result = solve_mip([1, 1], rows, row_lower=3, row_upper=np.inf)
    assert result.outcome.status == "infeasible"
    assert result.values is None
    assert result.outcome.gap is None


def test_a_programme_without_variables_is_settled() -> None:
    assert solve_mip([], csr_array((1, 0)), row_lower=0, row_upper=1).outcome.status == "optimal"
    assert solve_mip([], csr_array((1, 0)), row_lower=1, row_upper=1).outcome.status == "infeasible"


def test_highs_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    solve_mip([1], csr_array(np.ones((1, 1))), row_lower=0, row_upper=1)
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("door", ["cpsat", "highs"])
def test_a_search_stops_when_the_progress_callback_raises(door: str) -> None:
    values, weights, capacities = hard_knapsack()
    started = time.perf_counter()
    with pytest.raises(CancelledError):
        if door == "cpsat":
            choose_items(values, weights, capacities, time_limit_s=30, progress=stop_soon)
        else:
            solve_mip(
                values,
                csr_array(weights.astype(float)),
                row_lower=-np.inf,
                row_upper=capacities,
                maximise=True,
                time_limit_s=30,
                progress=stop_soon,
            )
    assert time.perf_counter() - started < 10


def test_a_search_cut_short_keeps_its_solution_and_bound() -> None:
    values, weights, capacities = hard_knapsack()
    choice = choose_items(values, weights, capacities, time_limit_s=1)
    assert choice.taken is not None
    assert (weights[:, choice.taken].sum(axis=1) <= capacities).all()
    assert choice.outcome.status == "feasible"
    assert choice.outcome.objective == values[choice.taken].sum()
    assert choice.outcome.bound is not None and choice.outcome.bound > choice.outcome.objective


def test_the_same_seed_gives_the_same_choice_among_equals() -> None:
    ones, room = np.ones(12), [6.0]
    first, second = (choose_items(ones, ones[None, :], room, seed=5).taken for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.tolist() == second.tolist()
    assert first.sum() == 6


def test_a_search_that_found_nothing_claims_no_bound() -> None:
    values, weights, capacities = hard_knapsack()
    model = cp_model.CpModel()
    items = [model.new_bool_var("") for _ in values]
    for row, limit in zip(weights.tolist(), capacities.tolist(), strict=True):
        model.add(cp_model.LinearExpr.weighted_sum(items, row) <= limit)
    model.maximize(cp_model.LinearExpr.weighted_sum(items, values.tolist()))
    outcome = solve_cp(model, time_limit_s=5, work_limit=1e-9).outcome
    assert outcome.status == "unknown"
    assert (outcome.objective, outcome.bound, outcome.gap) == (None, None, None)


@pytest.mark.parametrize(("seed", "limit"), [(-1, 1.0), (2**31, 1.0), (7, 0.0), (7, float("nan"))])
def test_limits_that_no_solver_takes_are_refused(seed: int, limit: float) -> None:
    with pytest.raises(InputError):
        solve_cp(cp_model.CpModel(), seed=seed, time_limit_s=limit)


def test_a_knapsack_never_exceeds_a_capacity_by_rounding() -> None:
    # three times a third of a cent more than a cent each: only two fit into two cents and a half
    choice = choose_items([1, 1, 1], [[0.0101, 0.0101, 0.0101]], [0.025], scale=100)
    assert choice.taken is not None
    assert choice.taken.sum() * 0.0101 <= 0.025


def test_a_knapsack_refuses_what_it_cannot_count() -> None:
    with pytest.raises(InputError, match="negative"):
        choose_items([1], [[-1]], [1])
    with pytest.raises(InputError, match="finite"):
        choose_items([float("nan")], [[1]], [1])
    with pytest.raises(InputError, match="stay below"):
        choose_items([1e18], [[1]], [1])
    with pytest.raises(InputError, match="do not fit"):
        choose_items([1, 2], [[1]], [1])


def test_a_flow_that_cannot_be_sent_is_infeasible() -> None:
    result = send_flow([0], [1], [1], [1], [2, -2])
    assert result.outcome.status == "infeasible"
    assert result.flow is None
    with pytest.raises(InputError, match="sum to 1"):
        send_flow([0], [1], [1], [1], [1, 0])


def test_a_cheap_way_is_taken_first() -> None:
    # 0 → 2 directly at 5, or over 1 at 1 + 1 for one unit
    result = send_flow([0, 1, 0], [1, 2, 2], [1, 1, 9], [1, 1, 5], [2, 0, -2])
    assert result.outcome.objective == 7
    assert result.flow is not None
    assert result.flow.tolist() == [1, 1, 1]


def test_the_floor_comes_before_any_weight() -> None:
    # alone, the heavy pair is worth more than the two light ones together
    pairs = ([0, 0, 1], [0, 1, 0])
    plain = match_pairs(*pairs, [1000.0, 1.0, 1.0], [1, 1], [1, 1])
    assert plain.chosen.tolist() == [True, False, False]
    fair = match_pairs(*pairs, [1000.0, 1.0, 1.0], [1, 1], [1, 1], floor=1)
    assert fair.chosen.tolist() == [False, True, True]
    assert (fair.floor_met, fair.floor_wanted) == (4, 4)
    assert fair.outcome.status == "optimal"


def test_no_pairs_are_chosen_from_none() -> None:
    empty = match_pairs([], [], [], [1], [1], floor=1)
    assert empty.chosen.size == 0
    assert (empty.floor_met, empty.floor_wanted) == (0, 2)


def test_pairs_are_refused_with_the_rule() -> None:
    with pytest.raises(InputError, match="above 0"):
        match_pairs([0], [0], [0.0], [1], [1])
    with pytest.raises(InputError, match="from 0 to 0"):
        match_pairs([0], [1], [1.0], [1], [1])
    with pytest.raises(InputError, match="negative"):
        match_pairs([0], [0], [1.0], [-1], [1])


def test_a_cover_names_what_nothing_covers() -> None:
    cover = find_smallest_cover([[1, 0], [0, 0]])
    assert cover.outcome.status == "infeasible"
    assert cover.uncoverable.tolist() == [1]
    assert cover.chosen is None


def test_a_dear_candidate_is_avoided() -> None:
    covers = [[1, 1, 0], [1, 0, 1]]
    assert find_smallest_cover(covers).outcome.objective == 1
    chosen = find_smallest_cover(covers, costs=[3, 1, 1]).chosen
    assert chosen is not None
    assert chosen.tolist() == [False, True, True]
    with pytest.raises(InputError, match="above 0"):
        find_smallest_cover(covers, costs=0)
