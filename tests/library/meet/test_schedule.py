"""Schedules of a visit: a delegation of twenty with absences and tables."""

import time

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from corridor.errors import CancelledError, InputError, SchemaError
from corridor.meet.check import check_schedule, refuse_faults
from corridor.meet.schedule import schedule_meetings
from corridor.tables import MEETINGS

SLOTS, TABLES = 14, 20


def make_people(there: dict[str, list[int]]) -> pl.DataFrame:
    """Return participants with the slots in which they are there."""
    return pl.DataFrame(
        {
            "participant": list(there),
            "organisation": [None] * len(there),
            "name": [f"Person {name}" for name in there],
            "side": ["guest" if name.startswith("g") else "host" for name in there],
            "available": list(there.values()),
        },
        schema={
            "participant": pl.String,
            "organisation": pl.String,
            "name": pl.String,
            "side": pl.String,
            "available": pl.List(pl.Int32),
        },
    )


def make_requests(*wishes: tuple[str, str, float]) -> pl.DataFrame:
    """Return requests r0, r1, … of (first, second, weight)."""
    return pl.DataFrame(
        [(f"r{number}", *wish) for number, wish in enumerate(wishes)],
        schema={"request": pl.String, "first": pl.String, "second": pl.String, "weight": pl.Float64},
        orient="row",
    )


@pytest.fixture(scope="module")
def visit() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return twenty guests and sixty hosts who are away now and then, with 160 weighted requests."""
    numbers = np.random.default_rng(42)
    names = [f"g{n}" for n in range(20)] + [f"h{n}" for n in range(60)]
    there = {name: np.flatnonzero(numbers.random(SLOTS) > 0.12).tolist() for name in names}
    pairs = sorted({(int(numbers.integers(20)), int(numbers.integers(60))) for _ in range(180)})
    wishes = [(f"g{one}", f"h{two}", float(numbers.integers(1, 6))) for one, two in pairs[:160]]
    return make_people(there), make_requests(*wishes)


def test_a_delegation_of_twenty_is_scheduled_with_proof(visit: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    people, requests = visit
    started = time.perf_counter()
    schedule = schedule_meetings(people, requests, slots=SLOTS, tables=TABLES)
    assert time.perf_counter() - started < 10
    assert check_schedule(schedule.meetings, people, requests, slots=SLOTS, tables=TABLES).is_empty()
    MEETINGS.check(schedule.meetings)
    assert [level.goal for level in schedule.levels] == ["floor", "value", "breaks"]
    assert schedule.level("floor").gap == 0
    assert schedule.level("value").gap == 0
    assert schedule.meetings.height + schedule.left_out.height == requests.height
    # nobody waits: the bound of 0 breaks is reached
    assert schedule.people["breaks"].sum() == schedule.level("breaks").objective == 0
    assert schedule.outcome.status == "optimal"


def test_the_same_seed_gives_the_same_schedule(visit: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    first, second = (schedule_meetings(*visit, slots=SLOTS, tables=TABLES, seed=11) for _ in range(2))
    assert_frame_equal(first.meetings, second.meetings)


def test_inputs_are_not_modified(visit: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    people, requests = (frame.clone() for frame in visit)
    schedule_meetings(*visit, slots=SLOTS, tables=TABLES)
    assert_frame_equal(people, visit[0])
    assert_frame_equal(requests, visit[1])


def test_tables_bound_a_slot(visit: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    people, requests = visit
    schedule = schedule_meetings(people, requests, slots=SLOTS, tables=4, time_limit_s=2)
    assert check_schedule(schedule.meetings, people, requests, slots=SLOTS, tables=4).is_empty()
    assert schedule.meetings.height == 4 * SLOTS
    assert "tables_full" in schedule.left_out["reason"].to_list()
    slots = schedule.binding.filter(pl.col("code") == "tables_full")
    assert slots["slot"].is_between(0, SLOTS - 1).all()
    assert (slots["weight"] > 0).all()


def test_everyone_who_can_meets_before_value_counts() -> None:
    people = make_people({"g0": [0], "g1": [0], "h0": [0], "h1": [0]})
    requests = make_requests(("g0", "h0", 9.0), ("g0", "h1", 1.0), ("g1", "h0", 1.0))
    schedule = schedule_meetings(people, requests, slots=1, tables=2)
    assert schedule.level("floor").objective == 4
    assert schedule.level("value").objective == 2
    assert schedule.left_out["request"].to_list() == ["r0"]


def test_reasons_name_what_is_in_the_way() -> None:
    people = make_people({"g0": [0], "g1": [0, 1], "h0": [0], "h1": [0, 1], "h2": [1]})
    requests = make_requests(
        ("g0", "h0", 3.0), ("g0", "h1", 2.0), ("g0", "h2", 5.0), ("g1", "h1", 4.0), ("g1", "h2", 1.0)
    )
    schedule = schedule_meetings(people, requests, slots=2, tables=1)
    held = schedule.meetings["request"].to_list()
    reasons = {row["request"]: (row["reason"], row["participant"]) for row in schedule.left_out.to_dicts()}
    # one table: two meetings; four may meet, and these two are worth most
    assert sorted(held) == ["r0", "r3"]
    assert reasons["r1"] == ("participant_full", "g0")
    assert reasons["r2"] == ("no_common_slot", None)
    # g1 is free in slot 0 only, when h2 is not there
    assert reasons["r4"] == ("capacity", None)


def test_a_fixed_meeting_stays_and_a_forbidden_slot_stays_empty() -> None:
    people = make_people({"g0": [0, 1, 2], "h0": [0, 1, 2], "h1": [0, 1, 2]})
    requests = make_requests(("g0", "h0", 1.0), ("g0", "h1", 1.0))
    schedule = schedule_meetings(
        people, requests, slots=3, tables=1, fixed=[("r0", 2)], forbidden=[("h1", 1), ("h1", 0)]
    )
    # r1 fits slot 2 only, which the fixed meeting takes
    assert schedule.meetings.select("request", "slot").rows() == [("r0", 2)]
    assert schedule.left_out["reason"].to_list() == ["capacity"]


def test_participants_keep_their_table_where_they_can() -> None:
    people = make_people(
        {"g0": [0, 1, 2], "h0": [0], "h1": [1], "h2": [2], "g1": [0, 1], "h3": [0], "h4": [1]}
    )
    requests = make_requests(
        ("g0", "h0", 1.0), ("g0", "h1", 1.0), ("g0", "h2", 1.0), ("g1", "h3", 1.0), ("g1", "h4", 1.0)
    )
    meetings = schedule_meetings(people, requests, slots=3, tables=4).meetings
    of_first = meetings.group_by("first").agg(pl.col("table").n_unique())
    assert of_first["table"].to_list() == [1, 1]


def test_an_event_without_requests_is_settled() -> None:
    schedule = schedule_meetings(make_people({"g0": [0]}), make_requests(), slots=1, tables=1)
    assert schedule.meetings.is_empty()
    assert schedule.outcome.status == "optimal"
    assert schedule.people["meetings"].to_list() == [0]


def test_an_event_without_anyone_is_settled() -> None:
    schedule = schedule_meetings(make_people({}), make_requests(), slots=1, tables=1)
    assert schedule.meetings.is_empty()
    assert schedule.outcome.objective == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fixed": [("r0", 1)]}, "when 'h0' is not there"),
        ({"fixed": [("r0", 0), ("r1", 0)]}, "both fixed in slot 0 for 'g0'"),
        ({"fixed": [("r0", 0), ("r2", 0)]}, "2 meetings are fixed in slot 0"),
        ({"fixed": [("r9", 0)]}, "request 'r9' is unknown"),
        ({"fixed": [("r0", 9)]}, "slots run from 0 to 1"),
        ({"forbidden": [("g9", 0)]}, "participant 'g9' is unknown"),
        ({"tables": 0}, "0 tables"),
        ({"slots": 1}, "available in slot 1"),
        ({"time_limit_s": 0}, "time limit 0"),
    ],
)
def test_what_cannot_be_is_refused_with_the_rule(options: dict[str, object], message: str) -> None:
    people = make_people({"g0": [0, 1], "g1": [0, 1], "h0": [0], "h1": [0, 1]})
    requests = make_requests(("g0", "h0", 1.0), ("g0", "h1", 1.0), ("g1", "h1", 1.0))
    with pytest.raises(InputError, match=message):
        schedule_meetings(people, requests, **{"slots": 2, "tables": 1, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (("g0", "h9", 1.0), "names 'h9', who does not take part"),
        (("g0", "g0", 1.0), "with themselves"),
        (("g0", "h0", 0.0), "weight 0.0"),
        (("g0", "h0", float("nan")), "weight nan"),
    ],
)
def test_a_bad_request_is_named(wish: tuple[str, str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        schedule_meetings(make_people({"g0": [0], "h0": [0]}), make_requests(wish), slots=1, tables=1)


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(SchemaError, match="weight"):
        schedule_meetings(make_people({"g0": [0]}), make_requests().drop("weight"), slots=1, tables=1)


def test_a_search_can_be_cancelled(visit: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    def stop(share: float, message: str) -> None:
        if share > 0.45:
            raise CancelledError("stopped", rule=message)

    started = time.perf_counter()
    with pytest.raises(CancelledError):
        schedule_meetings(*visit, slots=SLOTS, tables=4, time_limit_s=60, progress=stop)
    assert time.perf_counter() - started < 40


def test_progress_rises_to_its_end(visit: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    told: list[float] = []
    schedule_meetings(
        *visit, slots=SLOTS, tables=4, time_limit_s=1.5, progress=lambda share, _: told.append(share)
    )
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_each_fault_of_a_schedule_is_found() -> None:
    people = make_people({"g0": [0, 1], "g1": [0], "h0": [0, 1], "h1": [1]})
    requests = make_requests(("g0", "h0", 1.0), ("g0", "h1", 1.0), ("g1", "h1", 1.0))
    meetings = pl.DataFrame(
        [
            ("r0", "g0", "h0", 0, 0),
            ("r1", "g0", "h1", 0, 0),
            ("r2", "g1", "h1", 7, 0),
            ("r9", "g1", "h0", 1, 5),
        ],
        schema={name: column.dtype for name, column in MEETINGS.columns.items()},
        orient="row",
    )
    faults = check_schedule(
        meetings, people, requests, slots=2, tables=2, fixed=[("r2", 0)], forbidden=[("h0", 0)]
    )
    assert set(faults["code"]) == {
        "slot_unknown",
        "table_unknown",
        "not_requested",
        "participant_absent",
        "participant_forbidden",
        "participant_double_booked",
        "table_double_booked",
        "fixed_not_held",
    }
    with pytest.raises(InputError, match="faults"):
        refuse_faults(faults)
    refuse_faults(faults.clear())
