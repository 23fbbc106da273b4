"""What plan proves equals what trying everything finds; rates of return are all found."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corridor.plan.appraise import appraise_cash_flows
from corridor.plan.phase import phase_projects
from corridor.plan.rates import find_rates
from corridor.plan.roadmap import phase_target
from corridor.plan.select import select_projects
from corridor.tables import PROJECTS, TARGET_LINES

SCHEMA = {name: column.dtype for name, column in PROJECTS.columns.items()}


@st.composite
def portfolios(draw: st.DrawFn, *, size: int = 6) -> pl.DataFrame:
    """Draw projects of which later ones may require earlier ones."""
    count = draw(st.integers(1, size))
    rows = []
    for number in range(count):
        earlier = [f"p{other}" for other in range(number)]
        needs = draw(st.sets(st.sampled_from(earlier), max_size=2)) if earlier else set()
        cents = draw(st.integers(0, 4000))
        value = draw(st.integers(-500, 4000)) / 100
        rows.append(
            (f"p{number}", "n", "f", cents / 100, value, draw(st.integers(1, 3)), sorted(needs), True)
        )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@given(portfolios(), st.integers(0, 9000))
@settings(max_examples=120, deadline=None)
def test_a_selection_is_the_best_there_is(projects: pl.DataFrame, cents: int) -> None:
    found = select_projects(projects, cents / 100)
    names = projects["project"].to_list()
    needs = dict(zip(names, projects["requires"].to_list(), strict=True))
    costs = np.rint(projects["cost_usd"].to_numpy() * 100).astype(int)
    best = max(
        float(projects["value_usd"].to_numpy() @ np.array(taken))
        for taken in product((0, 1), repeat=len(names))
        if costs @ np.array(taken) <= cents
        and all(
            taken[names.index(needed)] >= taken[number]
            for number, name in enumerate(names)
            for needed in needs[name]
        )
    )
    assert found.outcome.status == "optimal"
    assert found.value_usd == pytest.approx(best, abs=1e-9)
    assert round(found.spent_usd * 100) <= cents
    chosen = set(found.chosen["project"])
    assert all(set(needs[name]) <= chosen for name in chosen)
    assert sorted([*chosen, *found.left_out["project"]]) == sorted(names)
    waiting = found.left_out.drop_nulls("more_usd")
    for row in waiting.to_dicts():
        # with that much more, the project and what it requires would fit besides
        assert row["more_usd"] > 0


@given(
    portfolios(size=4),
    st.lists(st.integers(0, 4000), min_size=2, max_size=5),
    st.booleans(),
    st.sampled_from([0.0, 0.1]),
)
@settings(max_examples=120, deadline=None)
def test_a_roadmap_is_the_best_there_is(
    projects: pl.DataFrame, cents: list[int], carry_over: bool, rate: float
) -> None:
    found = phase_projects(
        projects,
        budget_by_quarter=[amount / 100 for amount in cents],
        quarters=len(cents),
        carry_over=carry_over,
        discount_rate=rate,
    )
    best = _try_every_roadmap(projects, np.array(cents), carry_over, rate)
    if best is None:
        assert found.outcome.status == "infeasible"
        assert found.phases.is_empty()
        assert found.conflicts.height
        return
    value, makespan, finish = best
    assert found.outcome.status == "optimal"
    reached = [level.outcome.objective for level in found.levels]
    assert reached == [pytest.approx(value / 100, abs=1e-9), -makespan, -finish]
    assert found.phases["end_quarter"].max() == -makespan
    assert (found.spending["left_usd"].cum_sum() >= -1e-9).all()
    assert carry_over or (found.spending["left_usd"] >= -1e-9).all()


def _try_every_roadmap(
    projects: pl.DataFrame, budget: np.ndarray, carry_over: bool, rate: float
) -> tuple[int, int, int] | None:
    """Return (value in cents, −makespan, −sum of ends) of the best roadmap, or None."""
    names, rows = projects["project"].to_list(), projects.to_dicts()
    choices = [range(budget.size - row["duration_quarters"] + 1) for row in rows]
    best = None
    for starts in product(*choices):
        ends = [start + row["duration_quarters"] for start, row in zip(starts, rows, strict=True)]
        waits = all(
            starts[number] >= ends[names.index(needed)]
            for number, row in enumerate(rows)
            for needed in row["requires"]
        )
        spent = np.zeros(budget.size, dtype=int)
        for start, end, row in zip(starts, ends, rows, strict=True):
            total, count = round(row["cost_usd"] * 100), end - start
            spent[start:end] += [total * (k + 1) // count - total * k // count for k in range(count)]
        left = budget - spent
        if not waits or ((np.cumsum(left) if carry_over else left) < 0).any():
            continue
        value = sum(
            round(max(row["value_usd"], 0) * (1 + rate) ** (-end / 4) * 100)
            for row, end in zip(rows, ends, strict=True)
        )
        found = (value, -max(ends), -sum(ends))
        best = found if best is None else max(best, found)
    return best


@given(
    st.lists(st.integers(-80, 300).map(lambda percent: percent / 100), min_size=1, max_size=4, unique=True)
)
def test_every_rate_built_into_flows_is_found(rates: list[float]) -> None:
    spread = np.diff(np.sort(rates)) if len(rates) > 1 else np.array([1.0])
    assume(spread.min() > 0.05)
    roots = [1 / (1 + rate) for rate in rates]
    net = np.polynomial.polynomial.polyfromroots(roots)
    assert find_rates(net) == pytest.approx(sorted(rates), abs=1e-6)


@given(st.lists(st.floats(-1e6, 1e6).map(lambda amount: round(amount, 2)), min_size=1, max_size=30))
def test_a_rate_found_brings_the_npv_to_nothing(net: list[float]) -> None:
    flows = np.array(net)
    for rate in find_rates(flows):
        assert rate > -1
        x = 1 / (1 + rate)
        # sizes may be huge near −100 %: what counts is the value beside the terms it is made of
        terms = (
            flows * x ** np.arange(flows.size)
            if x <= 1
            else flows * x ** (np.arange(flows.size) - flows.size)
        )
        assert abs(terms.sum()) <= 1e-9 * np.abs(terms).sum()


@given(
    st.floats(1, 1e9),
    st.lists(st.floats(0, 1e9), min_size=1, max_size=20),
    st.floats(-0.5, 0.5),
)
def test_one_outlay_before_returns_has_one_rate_at_most(
    outlay: float, returns: list[float], rate: float
) -> None:
    assume(sum(returns) > outlay * 1e-6)
    found = appraise_cash_flows(([outlay, *[0.0] * len(returns)], [0.0, *returns]), rate)
    # Descartes: one change of sign, one rate
    assert found.irr_status == "one"
    tolerance = 1e-6 * found.present_costs_usd
    if found.npv_usd > tolerance:
        assert found.irr[0] > rate
    elif found.npv_usd < -tolerance:
        assert found.irr[0] < rate
    assert found.npv_usd == pytest.approx(
        found.present_benefits_usd - found.present_costs_usd, abs=1e-6 * (outlay + sum(returns)) * 2**20
    )


@given(st.floats(0, 1e11), st.floats(0, 1e11), st.floats(0, 1e11), st.integers(1, 40))
def test_every_period_of_a_target_closes_to_the_cent(
    realised: float, potential: float, rest: float, periods: int
) -> None:
    lines = pl.DataFrame(
        [
            ("realised", realised, None, "x"),
            ("unrealised_potential", potential, None, "x"),
            ("no_source_found", rest, None, "x"),
        ],
        schema={name: column.dtype for name, column in TARGET_LINES.columns.items()},
        orient="row",
    )
    path = phase_target(lines, periods=periods)
    assert (path.lines["value_usd"] >= 0).all()
    cents = path.lines.with_columns(cents=(pl.col("value_usd") * 100).round().cast(pl.Int64))
    sums = cents.group_by("period", maintain_order=True).agg(pl.col("cents").sum())["cents"].to_list()
    assert sums == [round(value * 100) for value in path.required_usd]
    assert path.lines.height == 3 * (periods + 1)
