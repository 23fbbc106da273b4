"""Is a schedule right? Written apart from the search, on tables alone, so that each checks the other."""

from collections.abc import Iterable

import polars as pl

from corridor.errors import InputError
from corridor.tables import MEETINGS, PARTICIPANTS, REQUESTS

FAULTS = {
    "code": pl.String,
    "request": pl.String,
    "participant": pl.String,
    "slot": pl.Int32,
    "table": pl.Int32,
}


def check_schedule(
    meetings: pl.DataFrame,
    participants: pl.DataFrame,
    requests: pl.DataFrame,
    *,
    slots: int,
    tables: int,
    fixed: Iterable[tuple[str, int]] = (),
    forbidden: Iterable[tuple[str, int]] = (),
) -> pl.DataFrame:
    """Return every fault of a schedule, one a row; empty where it is right.

    Columns code, request, participant, slot, table. Codes: slot_unknown, table_unknown, not_requested (no
    such request, or of other participants), participant_absent, participant_forbidden,
    participant_double_booked, table_double_booked, fixed_not_held.

    Parameters
    ----------
    meetings, participants, requests: their schemas in ``corridor.tables``. fixed: (request, slot).
    forbidden: (participant, slot).
    """
    held = MEETINGS.check(meetings)
    people, wishes = PARTICIPANTS.check(participants), REQUESTS.check(requests)
    seats = _list_seats(held)
    faults = [
        _mark(held.filter(~pl.col("slot").is_between(0, slots - 1)), "slot_unknown"),
        _mark(held.filter(~pl.col("table").is_between(0, tables - 1)), "table_unknown"),
        _mark(held.join(wishes, on=["request", "first", "second"], how="anti"), "not_requested"),
        _mark(_find_absent(seats, people), "participant_absent"),
        _mark(_find_forbidden(seats, forbidden), "participant_forbidden"),
        _mark(seats.filter(pl.struct("participant", "slot").is_duplicated()), "participant_double_booked"),
        _mark(held.filter(pl.struct("slot", "table").is_duplicated()), "table_double_booked"),
        _mark(_find_unheld(held, fixed), "fixed_not_held"),
    ]
    return pl.concat(faults).sort("code", "slot", "request", "participant", nulls_last=True)


def refuse_faults(faults: pl.DataFrame) -> None:
    """Raise ``InputError`` naming the first fault of ``check_schedule``; return where there is none."""
    if faults.is_empty():
        return
    row = faults.row(0, named=True)
    where = ", ".join(
        f"{name} {value!r}" for name, value in row.items() if name != "code" and value is not None
    )
    raise InputError(
        f"the schedule has {faults.height} faults, first {row['code']} ({where})",
        rule="nobody and no table is in two meetings at once, and everyone is there",
    )


def _list_seats(held: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(
        [held.select("request", "slot", "table", participant=side) for side in ("first", "second")]
    )


def _mark(rows: pl.DataFrame, code: str) -> pl.DataFrame:
    columns = [
        pl.col(name).cast(dtype) if name in rows.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in FAULTS.items()
        if name != "code"
    ]
    return rows.select(pl.lit(code).alias("code"), *columns)


def _find_absent(seats: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    there = people.select("participant", slot="available").explode("slot").drop_nulls("slot")
    return seats.join(there, on=["participant", "slot"], how="anti")


def _find_forbidden(seats: pl.DataFrame, forbidden: Iterable[tuple[str, int]]) -> pl.DataFrame:
    barred = pl.DataFrame(list(forbidden), schema={"participant": pl.String, "slot": pl.Int32}, orient="row")
    return seats.join(barred, on=["participant", "slot"], how="semi")


def _find_unheld(held: pl.DataFrame, fixed: Iterable[tuple[str, int]]) -> pl.DataFrame:
    wanted = pl.DataFrame(list(fixed), schema={"request": pl.String, "slot": pl.Int32}, orient="row")
    return wanted.join(held, on=["request", "slot"], how="anti")
