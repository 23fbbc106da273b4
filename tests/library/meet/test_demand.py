"""Demand against capacity."""

import polars as pl

from corridor.meet.demand import measure_demand


def test_demand_says_who_cannot_be_served_and_what_would_help() -> None:
    people = pl.DataFrame(
        {
            "participant": ["g0", "h0", "h1", "h2"],
            "organisation": [None] * 4,
            "name": ["G", "H", "I", "J"],
            "side": ["guest", "host", "host", "host"],
            "available": [[0, 1], [0, 1], [0, 1], [2]],
        },
        schema_overrides={"organisation": pl.String, "available": pl.List(pl.Int32)},
    )
    requests = pl.DataFrame(
        {
            "request": ["a", "b", "c", "d"],
            "first": ["g0", "g0", "g0", "h0"],
            "second": ["h0", "h1", "h2", "h1"],
            "weight": [1.0, 1.0, 1.0, 1.0],
        }
    )
    demand = measure_demand(people, requests, slots=3, tables=1)
    assert (demand.requests, demand.reachable) == (4, 3)
    assert demand.unreachable["request"].to_list() == ["c"]
    # slot 2 has one participant only, so no meeting
    assert demand.seats == 2
    assert demand.busiest == 2
    assert demand.slots_needed == 3
    assert demand.tables_needed == 1
    assert demand.people.select("participant", "reachable", "slots", "short").rows() == [
        ("g0", 2, 2, 0),
        ("h0", 2, 2, 0),
        ("h1", 2, 2, 0),
        ("h2", 0, 1, 0),
    ]
    assert demand.sides.rows() == [("guest", 1, 3, 2.0), ("host", 3, 5, 4 / 3)]


def test_demand_of_nobody_is_nothing() -> None:
    people = pl.DataFrame(
        schema={
            "participant": pl.String,
            "organisation": pl.String,
            "name": pl.String,
            "side": pl.String,
            "available": pl.List(pl.Int32),
        }
    )
    requests = pl.DataFrame(
        schema={"request": pl.String, "first": pl.String, "second": pl.String, "weight": pl.Float64}
    )
    demand = measure_demand(people, requests, slots=2, tables=2)
    assert (demand.requests, demand.seats, demand.busiest, demand.slots_needed) == (0, 0, 0, 0)
