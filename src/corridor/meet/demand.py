"""Demand against capacity, before anything is solved: who cannot be served, and what would change it."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.meet.problem import Event, read_event
from corridor.meet.relaxation import seat_total


@dataclass(frozen=True)
class Demand:
    """What is asked for and what there is room for.

    requests, reachable: how many there are, and of how many the two are ever there together.
    seats: the most meetings that tables and those present allow. busiest: the most reachable requests of
        one participant. people: participant, side, requests, reachable, slots (there), short (reachable
        requests beyond those slots; they cannot all be held). sides: side, participants, requests,
        each (reachable requests for each participant).
    slots_needed: fewer slots cannot hold every reachable request, whatever the schedule; tables_needed:
        nor can fewer tables, with the slots there are.
    unreachable: requests whose participants are never there together.
    """

    requests: int
    reachable: int
    seats: int
    busiest: int
    slots_needed: int
    tables_needed: int
    people: pl.DataFrame = field(repr=False)
    sides: pl.DataFrame = field(repr=False)
    unreachable: pl.DataFrame = field(repr=False)


def measure_demand(participants: pl.DataFrame, requests: pl.DataFrame, *, slots: int, tables: int) -> Demand:
    """Measure demand against capacity.

    Parameters
    ----------
    participants, requests: schemas ``tables.PARTICIPANTS`` and ``tables.REQUESTS``.

    Raises
    ------
    SchemaError, InputError: as in ``read_event``.
    """
    event = read_event(participants, requests, slots=slots, tables=tables)
    reachable = np.asarray(event.open.any(axis=1))
    people = _list_people(event, participants["side"], reachable)
    held = int(reachable.sum())
    busiest = max(people["reachable"].to_list(), default=0)
    return Demand(
        requests=len(event.keys),
        reachable=held,
        seats=seat_total(event),
        busiest=busiest,
        slots_needed=max(busiest, -(-held // tables)),
        tables_needed=-(-held // slots),
        people=people,
        sides=_sum_sides(people),
        unreachable=requests.filter(pl.Series(~reachable)),
    )


def _list_people(event: Event, side: pl.Series, reachable: NDArray[np.bool_]) -> pl.DataFrame:
    count = len(event.names)
    members = np.concatenate([event.first, event.second])
    asked = np.bincount(members, minlength=count)
    could = np.bincount(members[np.tile(reachable, 2)], minlength=count)
    there = event.free.sum(axis=1)
    return pl.DataFrame(
        {
            "participant": pl.Series(event.names, dtype=pl.String),
            "side": side,
            "requests": asked.astype(np.int32),
            "reachable": could.astype(np.int32),
            "slots": there.astype(np.int32),
            "short": np.maximum(0, could - there).astype(np.int32),
        }
    )


def _sum_sides(people: pl.DataFrame) -> pl.DataFrame:
    return (
        people.group_by("side")
        .agg(
            participants=pl.len().cast(pl.Int32),
            requests=pl.col("requests").sum().cast(pl.Int32),
            each=pl.col("reachable").mean(),
        )
        .sort("side")
    )
