"""Selections within a budget and the reasons for what was left out."""

from collections.abc import Callable

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from corridor.errors import InputError
from corridor.plan.select import select_projects

Build = Callable[..., pl.DataFrame]


@pytest.fixture
def projects(make_projects: Build) -> pl.DataFrame:
    """Return seven projects; c needs b, f needs e, g costs more than any budget here."""
    return make_projects(
        ("a", 60, 60, 1, ()),
        ("b", 30, -5, 1, ()),
        ("c", 30, 90, 1, ("b",)),
        ("d", 50, 45, 1, ()),
        ("e", 10, 1, 1, ()),
        ("f", 10, -3, 1, ("e",)),
        ("g", 500, 900, 1, ()),
    )


def test_the_best_portfolio_takes_what_it_requires(projects: pl.DataFrame) -> None:
    found = select_projects(projects, 130)
    # b at a loss, because c is worth it
    assert found.chosen["project"].to_list() == ["a", "b", "c", "e"]
    assert (found.spent_usd, found.value_usd) == (130, 146)
    assert found.outcome.status == "optimal"
    assert found.outcome.objective == found.outcome.bound == 146


def test_every_project_left_out_has_its_reason(projects: pl.DataFrame) -> None:
    found = select_projects(projects, 120, excluded=["e"])
    reasons = {row["project"]: row for row in found.left_out.to_dicts()}
    assert found.chosen["project"].to_list() == ["a", "b", "c"]
    assert reasons["e"]["reason"] == "excluded"
    assert (reasons["f"]["reason"], reasons["f"]["detail"]) == ("requirement_excluded", "e")
    assert (reasons["g"]["reason"], reasons["g"]["more_usd"]) == ("over_budget", 500)
    assert (reasons["d"]["reason"], reasons["d"]["more_usd"]) == ("displaced", 50)
    assert reasons["e"]["more_usd"] is None
    assert found.budget_binds
    assert (found.next_project, found.next_usd) == ("d", 50)


def test_a_project_without_value_is_left_out_for_that(projects: pl.DataFrame) -> None:
    found = select_projects(projects, 10_000)
    reasons = dict(found.left_out.select("project", "reason").rows())
    assert reasons == {"f": "no_value"}
    assert not found.budget_binds
    assert found.next_project is None


def test_a_required_project_is_chosen_at_a_loss(projects: pl.DataFrame) -> None:
    found = select_projects(projects, 130, required=["f"])
    assert {"e", "f"} <= set(found.chosen["project"])
    assert found.value_usd < 146


def test_the_budget_counts_to_the_cent(make_projects: Build) -> None:
    pair = make_projects(("a", 0.1, 1, 1, ()), ("b", 0.2, 1, 1, ()))
    # 0.1 + 0.2 is above 0.3 in floating point, yet thirty cents pay for both
    assert select_projects(pair, 0.3).chosen.height == 2
    assert select_projects(pair, 0.29).chosen.height == 1


def test_nothing_is_chosen_from_nothing(make_projects: Build) -> None:
    found = select_projects(make_projects(), 100)
    assert found.chosen.is_empty()
    assert found.left_out.is_empty()
    assert found.outcome.status == "optimal"


def test_the_table_is_not_modified(projects: pl.DataFrame) -> None:
    before = projects.clone()
    select_projects(projects, 100)
    assert_frame_equal(projects, before)


@pytest.mark.parametrize(
    ("budget", "options", "message"),
    [
        (-1, {}, "budget -1"),
        (float("nan"), {}, "budget nan"),
        (100, {"required": ["g"]}, "cost 500.00 USD"),
        (100, {"required": ["c"], "excluded": ["b"]}, "'b' is excluded, yet required"),
        (100, {"required": ["z"]}, "required project 'z'"),
        (100, {"excluded": ["A"]}, "Maybe you meant|not in the table"),
    ],
)
def test_wishes_that_contradict_are_refused(projects: pl.DataFrame, budget, options, message: str) -> None:
    with pytest.raises(InputError, match=message):
        select_projects(projects, budget, **options)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("a", -1, 1, 1, ()), "cost_usd -1.0"),
        (("a", 1, float("inf"), 1, ()), "value_usd inf"),
        (("a", 1, 1, 0, ()), "duration_quarters 0"),
        (("a", 1, 1, 1, ("b",)), "requires 'b'"),
        (("a", 1, 1, 1, ("a",)), "circle: a → a"),
    ],
)
def test_a_bad_project_is_named(make_projects: Build, row, message: str) -> None:
    with pytest.raises(InputError, match=message):
        select_projects(make_projects(row), 10)


def test_requirements_in_a_circle_are_shown(make_projects: Build) -> None:
    circle = make_projects(("a", 1, 1, 1, ("b",)), ("b", 1, 1, 1, ("c",)), ("c", 1, 1, 1, ("a",)))
    with pytest.raises(InputError, match="circle") as caught:
        select_projects(circle, 10)
    assert (
        "a → b → c → a" in str(caught.value)
        or "b → c → a → b" in str(caught.value)
        or ("c → a → b → c" in str(caught.value))
    )
