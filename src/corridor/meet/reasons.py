"""Why a request was left out, and what binds the schedule: reason codes with their values."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.meet.idle import mark_busy
from corridor.meet.problem import Event

NO_COMMON_SLOT: Final = "no_common_slot"
PARTICIPANT_FULL: Final = "participant_full"
TABLES_FULL: Final = "tables_full"
CAPACITY: Final = "capacity"


def explain_left_out(event: Event, placed: NDArray[np.int64]) -> pl.DataFrame:
    """Return a row for each request left out: request, first, second, weight, reason, participant.

    no_common_slot: the two are never there at the same time. participant_full: one of them (named in
    ``participant``) has a meeting in every slot in which they are there. tables_full: both are free
    together only where every table is taken. capacity: both have free slots, but not the same ones, and
    moving other meetings gains nothing.
    """
    busy = mark_busy(event, placed)
    full = np.asarray((busy | ~event.free).all(axis=1))
    out = np.flatnonzero(placed < 0)
    one, two = event.first[out], event.second[out]
    together = event.open[out] & ~busy[one] & ~busy[two]
    names, keys = np.array(event.names, dtype=object), np.array(event.keys, dtype=object)
    frame = pl.DataFrame(
        {
            "request": pl.Series(keys[out].tolist(), dtype=pl.String),
            "first": pl.Series(names[one].tolist(), dtype=pl.String),
            "second": pl.Series(names[two].tolist(), dtype=pl.String),
            "weight": event.weight[out],
            "meetable": event.open[out].any(axis=1),
            "first_full": full[one],
            "second_full": full[two],
            "together": together.any(axis=1),
        }
    )
    return frame.select("request", "first", "second", "weight", reason=_REASON, participant=_WHO)


_REASON: Final = (
    pl.when(~pl.col("meetable"))
    .then(pl.lit(NO_COMMON_SLOT))
    .when(pl.col("first_full") | pl.col("second_full"))
    .then(pl.lit(PARTICIPANT_FULL))
    .when(pl.col("together"))
    .then(pl.lit(TABLES_FULL))
    .otherwise(pl.lit(CAPACITY))
)
_WHO: Final = (
    pl.when(pl.col("meetable") & pl.col("first_full"))
    .then("first")
    .when(pl.col("meetable") & pl.col("second_full"))
    .then("second")
)


def find_binding(event: Event, placed: NDArray[np.int64], left_out: pl.DataFrame) -> pl.DataFrame:
    """Return what stands in the way of requests left out, the costliest first.

    Columns: code (participant_full, tables_full), participant, slot, requests (how many left-out requests
    it stands in the way of) and weight (their value). A request may be counted in several rows.
    """
    full = left_out.filter(pl.col("reason") == PARTICIPANT_FULL)
    people = full.group_by("participant").agg(requests=pl.len(), weight=pl.col("weight").sum())
    rows = pl.concat(
        [
            people.select(
                pl.lit(PARTICIPANT_FULL).alias("code"),
                "participant",
                pl.lit(None, pl.Int32).alias("slot"),
                *_SUMS,
            ),
            _full_slots(event, placed, left_out),
        ],
        how="vertical_relaxed",
    )
    return rows.sort(["weight", "participant", "slot"], descending=[True, False, False])


_SUMS: Final = (pl.col("requests").cast(pl.Int64), pl.col("weight"))


def _full_slots(event: Event, placed: NDArray[np.int64], left_out: pl.DataFrame) -> pl.DataFrame:
    number = {key: index for index, key in enumerate(event.keys)}
    blocked = left_out.filter(pl.col("reason") == TABLES_FULL)["request"].to_list()
    out = np.array([number[key] for key in blocked], dtype=np.int64)
    busy = mark_busy(event, placed)
    could = event.open[out] & ~busy[event.first[out]] & ~busy[event.second[out]]
    slots = np.flatnonzero(could.any(axis=0)) if out.size else np.zeros(0, dtype=np.int64)
    return pl.DataFrame(
        {
            "code": [TABLES_FULL] * slots.size,
            "participant": [None] * slots.size,
            "slot": slots.astype(np.int32),
            "requests": could[:, slots].sum(axis=0).astype(np.int64),
            "weight": (event.weight[out] @ could[:, slots]).astype(np.float64),
        },
        schema={
            "code": pl.String,
            "participant": pl.String,
            "slot": pl.Int32,
            "requests": pl.Int64,
            "weight": pl.Float64,
        },
    )
