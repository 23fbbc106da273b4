"""A day of meetings: Corridor's schedule beside first come, first served, and the proven bound.

``python benchmarks/meeting_day.py [--seeds 1 2 3] [--seconds 10]`` prints one JSON line a run. Events are
generated: requests come in random order with weights 1 to 5 and go to popular hosts more often (Zipf), one
in ten (participant, slot) pairs is absent. First come, first served gives each request, in the order it
came, the first slot in which both are free and a table is left: what a desk does by hand.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from corridor.meet.check import check_schedule
from corridor.meet.exact import measure_goal
from corridor.meet.problem import Event, read_event
from corridor.meet.schedule import schedule_meetings


@dataclass(frozen=True)
class Day:
    """The size of an event: two sides, requests wanted, slots and tables."""

    name: str
    guests: int
    hosts: int
    requests: int
    slots: int
    tables: int


DAYS = (
    Day("delegation 20 x 40", 20, 40, 150, 14, 20),
    Day("delegation 20 x 100", 20, 100, 240, 16, 20),
    Day("delegation 20 x 60, 8 tables", 20, 60, 180, 16, 8),
    Day("event 200 x 200", 200, 200, 2_000, 20, 100),
    Day("event 200 x 200, 50 tables", 200, 200, 2_000, 20, 50),
)
ABSENT = 0.1
ZIPF = 1.4


def draw_day(day: Day, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return participants and requests of a generated event."""
    random = np.random.default_rng(seed)
    names = [f"g{number}" for number in range(day.guests)] + [f"h{number}" for number in range(day.hosts)]
    there = random.random((len(names), day.slots)) >= ABSENT
    popular = 1 / np.arange(1, day.hosts + 1) ** (ZIPF - 1)
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < day.requests:
        guest = int(random.integers(day.guests))
        pairs[guest, int(random.choice(day.hosts, p=popular / popular.sum()))] = None
    people = pl.DataFrame(
        {
            "participant": names,
            "organisation": [None] * len(names),
            "name": names,
            "side": ["guest"] * day.guests + ["host"] * day.hosts,
            "available": [np.flatnonzero(row).tolist() for row in there],
        },
        schema_overrides={"organisation": pl.String, "available": pl.List(pl.Int32)},
    )
    requests = pl.DataFrame(
        {
            "request": [f"r{number}" for number in range(len(pairs))],
            "first": [f"g{guest}" for guest, _ in pairs],
            "second": [f"h{host}" for _, host in pairs],
            "weight": random.integers(1, 6, len(pairs)).astype(np.float64),
        }
    )
    return people, requests


def serve_in_order(event: Event) -> np.ndarray:
    """Return the slot of each request, first come, first served; −1 where there was no room."""
    placed = np.full(len(event.keys), -1, dtype=np.int64)
    room, left = event.free.copy(), np.full(event.slots, event.tables)
    for request in range(len(event.keys)):
        one, two = event.first[request], event.second[request]
        could = room[one] & room[two] & (left > 0)
        slot = int(could.argmax())
        if could[slot]:
            placed[request] = slot
            room[one, slot] = room[two, slot] = False
            left[slot] -= 1
    return placed


def measure_day(day: Day, seed: int, seconds: float) -> Iterator[dict[str, object]]:
    """Yield a record for first come, first served and one for Corridor."""
    people, requests = draw_day(day, seed)
    event = read_event(people, requests, slots=day.slots, tables=day.tables)
    base = {"benchmark": "meeting_day", "event": day.name, "seed": seed, "requests": requests.height}
    started = time.perf_counter()
    placed = serve_in_order(event)
    by_hand = {goal: measure_goal(event, placed, goal) for goal in ("floor", "value", "breaks")}
    yield {
        **base,
        "method": "first come, first served",
        **by_hand,
        "held": int((placed >= 0).sum()),
        "seconds": round(time.perf_counter() - started, 3),
    }
    started = time.perf_counter()
    found = schedule_meetings(
        people, requests, slots=day.slots, tables=day.tables, seed=seed, time_limit_s=seconds
    )
    taken = time.perf_counter() - started
    faults = check_schedule(found.meetings, people, requests, slots=day.slots, tables=day.tables)
    levels = {level.goal: level.outcome for level in found.levels}
    yield {
        **base,
        "method": "corridor",
        **{goal: outcome.objective for goal, outcome in levels.items()},
        **{f"{goal}_bound": outcome.bound for goal, outcome in levels.items()},
        "value_gap": levels["value"].gap,
        "status": found.outcome.status,
        "held": found.meetings.height,
        "faults": faults.height,
        "seconds": round(taken, 3),
        "value_over_by_hand": round((levels["value"].objective or 0) / by_hand["value"], 4),
    }


def main() -> None:
    """Run every event with every seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    for day in DAYS:
        for seed in options.seeds:
            for record in measure_day(day, seed, options.seconds):
                print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
