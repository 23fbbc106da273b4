"""Schedules of tiny random events equal what trying everything finds; larger ones are always right."""

from itertools import product
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.meet.check import check_schedule
from corridor.meet.demand import measure_demand
from corridor.meet.idle import count_breaks
from corridor.meet.schedule import Schedule, schedule_meetings

COLUMNS = {
    "participant": pl.String,
    "organisation": pl.String,
    "name": pl.String,
    "side": pl.String,
    "available": pl.List(pl.Int32),
}


class Tiny(NamedTuple):
    """An event as plain Python: slots each is there, (first, second, weight), forbidden (person, slot)."""

    there: list[list[int]]
    wishes: list[tuple[int, int, float]]
    slots: int
    tables: int
    forbidden: list[tuple[int, int]]
    fixed: dict[int, int]


@st.composite
def tiny_events(draw: st.DrawFn, *, people: int = 5, wishes: int = 5, slots: int = 4) -> Tiny:
    """Draw an event small enough to try every schedule; requests may close odd circles and repeat."""
    count, width = draw(st.integers(2, people)), draw(st.integers(1, slots))
    there = [sorted(draw(st.sets(st.integers(0, width - 1)))) for _ in range(count)]
    pair = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(
        lambda two: two[0] != two[1]
    )
    weight = st.sampled_from([0.5, 1.0, 2.0, 1 / 3, 3.25])
    asked = [(*one, draw(weight)) for one in draw(st.lists(pair, max_size=wishes))]
    forbidden = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, width - 1)), max_size=2))
    event = Tiny(there, asked, width, draw(st.integers(1, 3)), forbidden, {})
    if asked and draw(st.booleans()):
        free = _common(event, 0)
        if free:
            return event._replace(fixed={0: draw(st.sampled_from(free))})
    return event


def _common(event: Tiny, request: int) -> list[int]:
    one, two, _ = event.wishes[request]
    return [
        slot
        for slot in range(event.slots)
        if all(slot in event.there[who] and (who, slot) not in event.forbidden for who in (one, two))
    ]


def _tables(event: Tiny) -> tuple[pl.DataFrame, pl.DataFrame]:
    people = [
        {"participant": f"p{who}", "organisation": None, "name": f"P {who}", "side": "a", "available": slots}
        for who, slots in enumerate(event.there)
    ]
    asked = [
        {"request": f"r{number}", "first": f"p{one}", "second": f"p{two}", "weight": weight}
        for number, (one, two, weight) in enumerate(event.wishes)
    ]
    schema = {"request": pl.String, "first": pl.String, "second": pl.String, "weight": pl.Float64}
    return pl.DataFrame(people, schema=COLUMNS), pl.DataFrame(asked, schema=schema)


def _named(event: Tiny) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    fixed = [(f"r{number}", slot) for number, slot in event.fixed.items()]
    return fixed, [(f"p{who}", slot) for who, slot in event.forbidden]


def _schedule(event: Tiny, **options: int) -> Schedule:
    people, asked = _tables(event)
    fixed, forbidden = _named(event)
    return schedule_meetings(
        people,
        asked,
        slots=event.slots,
        tables=event.tables,
        fixed=fixed,
        forbidden=forbidden,
        time_limit_s=20.0,
        **options,
    )


def _judge(event: Tiny, places: tuple[int, ...]) -> tuple[int, float, int] | None:
    """Return (floor, value, −breaks) of a schedule given as a slot or −1 a request; None where it is wrong."""
    taken: set[tuple[int, int]] = set()
    for (one, two, _), slot in zip(event.wishes, places, strict=True):
        if slot < 0:
            continue
        if (one, slot) in taken or (two, slot) in taken:
            return None
        taken |= {(one, slot), (two, slot)}
    if any(places.count(slot) > event.tables for slot in range(event.slots)):
        return None
    value = sum(weight for (_, _, weight), slot in zip(event.wishes, places, strict=True) if slot >= 0)
    breaks = sum(_breaks_of(event, who, taken) for who in range(len(event.there)))
    return len({who for who, _ in taken}), round(value, 9), -breaks


def _breaks_of(event: Tiny, who: int, taken: set[tuple[int, int]]) -> int:
    line = [
        "x" if (who, slot) in taken else "."
        for slot in event.there[who]
        if (who, slot) not in event.forbidden
    ]
    return max(0, len([part for part in "".join(line).split(".") if part]) - 1)


def _try_everything(event: Tiny) -> tuple[int, float, int]:
    choices = [
        [event.fixed[number]] if number in event.fixed else [-1, *_common(event, number)]
        for number in range(len(event.wishes))
    ]
    return max(found for places in product(*choices) if (found := _judge(event, places)) is not None)


@given(tiny_events())
@settings(max_examples=120, deadline=None)
def test_a_tiny_schedule_is_the_best_there_is(event: Tiny) -> None:
    schedule = _schedule(event)
    floor, value, breaks = _try_everything(event)
    assert schedule.outcome.status == "optimal"
    assert schedule.level("floor").objective == floor
    assert schedule.level("value").objective == pytest.approx(value, abs=1e-6)
    assert schedule.level("breaks").objective == -breaks
    assert [level.outcome.gap for level in schedule.levels] == [0, 0, 0]


@given(tiny_events(people=9, wishes=24, slots=6))
@settings(max_examples=60, deadline=None)
def test_a_schedule_is_right_and_accounts_for_every_request(event: Tiny) -> None:
    schedule = _schedule(event, seed=3)
    people, asked = _tables(event)
    fixed, forbidden = _named(event)
    faults = check_schedule(
        schedule.meetings,
        people,
        asked,
        slots=event.slots,
        tables=event.tables,
        fixed=fixed,
        forbidden=forbidden,
    )
    assert faults.is_empty()
    told = schedule.meetings["request"].to_list() + schedule.left_out["request"].to_list()
    assert sorted(told) == sorted(asked["request"].to_list())
    assert schedule.people["meetings"].sum() == 2 * schedule.meetings.height
    value = schedule.level("value")
    assert value.objective is not None and value.bound is not None
    assert value.objective <= value.bound * (1 + 1e-9)
    held = asked.join(schedule.meetings, on="request", how="semi")["weight"].sum()
    assert abs(value.objective - held) < 1e-9


@given(tiny_events(people=8, wishes=20, slots=5))
@settings(max_examples=40, deadline=None)
def test_every_reason_of_a_request_left_out_is_true(event: Tiny) -> None:
    schedule = _schedule(event)
    busy = {(row[side], row["slot"]) for row in schedule.meetings.to_dicts() for side in ("first", "second")}
    used = schedule.meetings["slot"].to_list()
    for row in schedule.left_out.to_dicts():
        common = _common(event, int(row["request"][1:]))
        both = [s for s in common if (row["first"], s) not in busy and (row["second"], s) not in busy]
        if row["reason"] == "no_common_slot":
            assert not common
        elif row["reason"] == "participant_full":
            who = int(row["participant"][1:])
            there = [s for s in event.there[who] if (who, s) not in event.forbidden]
            assert all((row["participant"], slot) in busy for slot in there)
        elif row["reason"] == "tables_full":
            assert both
            assert all(used.count(slot) == event.tables for slot in both)
        else:
            assert row["reason"] == "capacity"
            assert common
            assert not both


@given(tiny_events(people=8, wishes=16, slots=5))
@settings(max_examples=60, deadline=None)
def test_demand_never_promises_less_than_a_schedule_holds(event: Tiny) -> None:
    plain = event._replace(forbidden=[], fixed={})
    demand = measure_demand(*_tables(plain), slots=plain.slots, tables=plain.tables)
    schedule = _schedule(plain)
    assert schedule.meetings.height <= min(demand.seats, demand.reachable)
    if schedule.meetings.height == demand.reachable:
        assert demand.slots_needed <= plain.slots
        assert demand.tables_needed <= plain.tables
        assert demand.people["short"].sum() == 0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
def test_breaks_are_groups_of_idle_slots_between_meetings(line: list[tuple[bool, bool]]) -> None:
    free = np.array([[one for one, _ in line]], dtype=bool)
    busy = np.array([[one and other for one, other in line]], dtype=bool)
    breaks, idle = count_breaks(busy, free)
    text = "".join("x" if other else "." for one, other in line if one).strip(".")
    assert idle[0] == text.count(".")
    assert breaks[0] == len([part for part in text.split("x") if part])
