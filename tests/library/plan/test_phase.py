"""Roadmaps over quarters."""

import time
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from corridor.errors import CancelledError, InputError
from corridor.plan.phase import phase_projects
from corridor.tables import PHASES

Build = Callable[..., pl.DataFrame]


def test_projects_wait_for_what_they_require_and_for_budget(make_projects: Build) -> None:
    projects = make_projects(("a", 20, 50, 2, ()), ("b", 10, 10, 1, ("a",)), ("c", 10, 5, 1, ()))
    found = phase_projects(projects, budget_by_quarter=10, quarters=6)
    PHASES.check(found.phases)
    assert found.phases.select("project", "start_quarter", "end_quarter").rows() == [
        ("a", 0, 2),
        ("b", 2, 3),
        ("c", 3, 4),
    ]
    reasons = {row["project"]: (row["reason"], row["detail"]) for row in found.reasons.to_dicts()}
    assert reasons == {
        "a": ("starts_at_once", None),
        "b": ("after_requirement", "a"),
        "c": ("waits_for_budget", None),
    }
    assert found.spending["spent_usd"].to_list() == [10, 10, 10, 10, 0, 0]
    assert [level.outcome.status for level in found.levels] == ["optimal"] * 3
    assert found.outcome.status == "optimal"
    assert found.conflicts.is_empty()


def test_what_is_left_may_be_carried_over(make_projects: Build) -> None:
    projects = make_projects(("a", 30, 5, 1, ()))
    assert phase_projects(projects, budget_by_quarter=10, quarters=4).phases.is_empty()
    saved = phase_projects(projects, budget_by_quarter=10, quarters=4, carry_over=True)
    # three quarters have to be saved for
    assert saved.phases["start_quarter"].to_list() == [2]


def test_costs_are_spread_to_the_cent(make_projects: Build) -> None:
    found = phase_projects(make_projects(("a", 100.00, 5, 3, ())), budget_by_quarter=50, quarters=3)
    assert found.spending["spent_usd"].to_list() == [33.33, 33.33, 33.34]
    assert found.phases["cost_usd"].to_list() == [100.0]


@pytest.mark.parametrize(
    ("rows", "budget", "options", "code"),
    [
        ([("a", 1, 1, 9, ())], 10, {}, "too_long"),
        ([("a", 1, 1, 3, ()), ("b", 1, 1, 3, ("a",))], 10, {}, "too_long"),
        ([("a", 30, 1, 1, ())], 10, {}, "quarter_budget"),
        ([("a", 30, 1, 4, ()), ("b", 30, 1, 4, ())], 10, {}, "total_budget"),
        ([("a", 20, 1, 2, ())], [10, 0, 10, 0], {}, "budget_timing"),
        ([("a", 60, 1, 4, ())], 10, {"carry_over": True}, "total_budget"),
    ],
)
def test_an_impossible_roadmap_says_why(make_projects: Build, rows, budget, options, code: str) -> None:
    found = phase_projects(make_projects(*rows), budget_by_quarter=budget, quarters=4, **options)
    assert found.phases.is_empty()
    assert found.reasons.is_empty()
    assert found.outcome.status == "infeasible"
    assert code in found.conflicts["code"].to_list()
    assert (found.conflicts["needed"] > 0).all()


def test_no_projects_make_an_empty_roadmap(make_projects: Build) -> None:
    found = phase_projects(make_projects(), budget_by_quarter=5, quarters=2)
    assert found.phases.is_empty()
    assert found.outcome.status == "optimal"
    assert found.spending["left_usd"].to_list() == [5, 5]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"quarters": 0}, "0 quarters"),
        ({"quarters": 201}, "201 quarters"),
        ({"budget_by_quarter": [1, 2, 3]}, "3 budgets for 4 quarters"),
        ({"budget_by_quarter": -1}, "budget -1.0 in quarter 0"),
        ({"discount_rate": -1}, "discount_rate -1"),
        ({"time_limit_s": -1}, "time limit"),
    ],
)
def test_what_cannot_be_is_refused(make_projects: Build, options, message: str) -> None:
    with pytest.raises(InputError, match=message):
        phase_projects(
            make_projects(("a", 1, 1, 1, ())), **{"budget_by_quarter": 5, "quarters": 4, **options}
        )


@pytest.fixture(scope="module")
def many(make_projects: Build) -> pl.DataFrame:
    """Return forty projects, some of which require others."""
    numbers = np.random.default_rng(3)
    return make_projects(
        *[
            (
                f"p{n}",
                float(numbers.integers(1, 50)) * 1e6,
                float(numbers.integers(1, 90)) * 1e6,
                int(numbers.integers(1, 9)),
                (f"p{n - 7}",) if n % 3 == 0 and n > 7 else (),
            )
            for n in range(40)
        ]
    )


def test_forty_projects_are_phased_within_two_hundredths_of_the_bound(many: pl.DataFrame) -> None:
    found = phase_projects(many, budget_by_quarter=6e7, quarters=40, time_limit_s=6)
    assert found.phases.height == 40
    assert (found.spending["left_usd"] >= 0).all()
    assert found.outcome.gap is not None
    assert found.outcome.gap < 0.02


def test_the_same_seed_gives_the_same_roadmap(many: pl.DataFrame) -> None:
    first, second = (
        phase_projects(many.head(15), budget_by_quarter=6e7, quarters=24, seed=5, time_limit_s=2)
        for _ in "ab"
    )
    assert_frame_equal(first.phases, second.phases)


def test_phasing_can_be_cancelled(many: pl.DataFrame) -> None:
    def stop(share: float, message: str) -> None:
        if share > 0.02:
            raise CancelledError("stopped", rule=message)

    started = time.perf_counter()
    with pytest.raises(CancelledError):
        phase_projects(many, budget_by_quarter=6e7, quarters=40, time_limit_s=60, progress=stop)
    assert time.perf_counter() - started < 45
