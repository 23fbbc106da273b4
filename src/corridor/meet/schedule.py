"""From requests to a schedule: who sits with whom, when, at which table, and how good that provably is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.locale.catalogue import gettext_noop
from corridor.meet.idle import count_breaks, mark_busy
from corridor.meet.problem import Event, read_event
from corridor.meet.reasons import explain_left_out, find_binding
from corridor.meet.search import search_schedule
from corridor.meet.seating import deal_tables
from corridor.solvers.outcome import Outcome, Status, check_limits
from corridor.solvers.watch import Progress


@dataclass(frozen=True)
class Level:
    """One level of the lexicographic objective: its goal (floor, value, breaks) and how it was settled."""

    goal: str
    outcome: Outcome


@dataclass(frozen=True)
class Schedule:
    """A schedule of meetings with what was left out and why.

    meetings: schema ``tables.MEETINGS``, by slot and table.
    left_out: request, first, second, weight, reason (no_common_slot, participant_full, tables_full,
        capacity) and, for participant_full, which participant.
    people: participant, requests, meetings, breaks, idle_slots (between first and last meeting).
    binding: code, participant, slot, requests, weight: what stands in the way of what was left out.
    levels: floor (participants with a meeting, of those who can have one), value (weight held, given
        the floor), breaks (idle groups, given the value): each with objective, bound and gap.
    """

    meetings: pl.DataFrame = field(repr=False)
    left_out: pl.DataFrame = field(repr=False)
    people: pl.DataFrame = field(repr=False)
    binding: pl.DataFrame = field(repr=False)
    levels: tuple[Level, ...]
    outcome: Outcome

    def level(self, goal: str) -> Outcome:
        """Return the outcome of the level ``floor``, ``value`` or ``breaks``."""
        return next(level.outcome for level in self.levels if level.goal == goal)


def schedule_meetings(
    participants: pl.DataFrame,
    requests: pl.DataFrame,
    *,
    slots: int,
    tables: int,
    seed: int = 7,
    time_limit_s: float = 10.0,
    fixed: Iterable[tuple[str, int]] = (),
    forbidden: Iterable[tuple[str, int]] = (),
    progress: Progress | None = None,
) -> Schedule:
    """Schedule the requested meetings.

    Lexicographic objective: as many participants as possible get a meeting (the floor); then the value
    held is greatest; then the participants' breaks are fewest. Requests may be left out.

    Parameters
    ----------
    participants, requests: schemas ``tables.PARTICIPANTS`` and ``tables.REQUESTS``.
    slots, tables: how many there are; numbers count from 0. A table seats one meeting a slot.
    fixed: (request, slot) that must be held then. forbidden: (participant, slot) in which not to meet.
    progress: told a share 0…1 and what is being done; an exception raised in it stops the search.

    Returns
    -------
    The schedule. ``outcome`` is that of the value; its status is optimal only where every level is.

    Raises
    ------
    SchemaError, InputError: see ``read_event``; the offending value and the rule are named.
    """
    check_limits(seed, time_limit_s)
    started = perf_counter()
    event = read_event(participants, requests, slots=slots, tables=tables, fixed=fixed, forbidden=forbidden)
    placed, levels = search_schedule(event, seed=seed, time_limit_s=time_limit_s, progress=progress)
    settled = tuple(Level(goal, outcome) for goal, outcome in levels)
    schedule = _lay_out(event, placed, settled, perf_counter() - started)
    if progress:
        progress(1.0, gettext_noop("Meetings scheduled"))
    return schedule


def _lay_out(event: Event, placed: NDArray[np.int64], levels: tuple[Level, ...], seconds: float) -> Schedule:
    left_out = explain_left_out(event, placed)
    return Schedule(
        meetings=_list_meetings(event, placed),
        left_out=left_out,
        people=_list_people(event, placed),
        binding=find_binding(event, placed, left_out),
        levels=levels,
        outcome=_sum_up(levels, seconds),
    )


def _sum_up(levels: tuple[Level, ...], seconds: float) -> Outcome:
    value = next(level.outcome for level in levels if level.goal == "value")
    proved = all(level.outcome.status == "optimal" for level in levels)
    status: Status = "optimal" if proved else "feasible"
    return Outcome(status, value.objective, value.bound, seconds, value.seed, value.solver)


def _list_meetings(event: Event, placed: NDArray[np.int64]) -> pl.DataFrame:
    held = np.flatnonzero(placed >= 0)
    names, keys = np.array(event.names, dtype=object), np.array(event.keys, dtype=object)
    return pl.DataFrame(
        {
            "request": keys[held].tolist(),
            "first": names[event.first[held]].tolist(),
            "second": names[event.second[held]].tolist(),
            "slot": placed[held].astype(np.int32),
            "table": deal_tables(event, placed)[held].astype(np.int32),
        },
        schema={
            "request": pl.String,
            "first": pl.String,
            "second": pl.String,
            "slot": pl.Int32,
            "table": pl.Int32,
        },
    ).sort("slot", "table")


def _list_people(event: Event, placed: NDArray[np.int64]) -> pl.DataFrame:
    busy = mark_busy(event, placed)
    breaks, idle = count_breaks(busy, event.free)
    asked = np.bincount(np.concatenate([event.first, event.second]), minlength=len(event.names))
    return pl.DataFrame(
        {
            "participant": list(event.names),
            "requests": asked.astype(np.int32),
            "meetings": busy.sum(axis=1).astype(np.int32),
            "breaks": breaks.astype(np.int32),
            "idle_slots": idle.astype(np.int32),
        },
        schema_overrides={"participant": pl.String},
    )
