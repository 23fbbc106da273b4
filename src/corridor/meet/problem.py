"""An event as arrays: who is there when, who asks for whom. Everything wrong with it is refused here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corridor.errors import InputError
from corridor.tables import PARTICIPANTS, REQUESTS

#: The most slots, tables, participants and requests that are taken at all.
LIMITS = {"slots": 2_000, "tables": 10_000, "participants": 50_000, "requests": 200_000}


@dataclass(frozen=True)
class Event:
    """Arrays of an event. P participants, R requests, S slots.

    names, keys: identifiers of participants and requests. first, second: shape (R,), participant numbers.
    weight: shape (R,). free: shape (P, S), the participant is there and not forbidden.
    open: shape (R, S), both are free. fixed: slot by request number.
    """

    names: tuple[str, ...] = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    first: NDArray[np.int64] = field(repr=False)
    second: NDArray[np.int64] = field(repr=False)
    weight: NDArray[np.float64] = field(repr=False)
    free: NDArray[np.bool_] = field(repr=False)
    open: NDArray[np.bool_] = field(repr=False)
    fixed: Mapping[int, int] = field(repr=False)
    slots: int
    tables: int

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Return, for each participant, whether some request of theirs has a common slot; shape (P,)."""
        reachable = self.open.any(axis=1)
        members = np.concatenate([self.first[reachable], self.second[reachable]])
        return np.bincount(members, minlength=len(self.names)).astype(bool)


def read_event(
    participants: pl.DataFrame,
    requests: pl.DataFrame,
    *,
    slots: int,
    tables: int,
    fixed: Iterable[tuple[str, int]] = (),
    forbidden: Iterable[tuple[str, int]] = (),
) -> Event:
    """Return the event of ``tables.PARTICIPANTS`` and ``tables.REQUESTS``.

    Parameters
    ----------
    fixed: (request, slot) that must be held then. forbidden: (participant, slot) in which not to meet.

    Raises
    ------
    SchemaError: a table does not have its columns. InputError: an unknown participant, a slot that does
    not exist, a request of someone with themselves, a weight not above 0, or fixed meetings that clash.
    """
    people, wishes = PARTICIPANTS.check(participants), REQUESTS.check(requests)
    _refuse_sizes(slots=slots, tables=tables, participants=people.height, requests=wishes.height)
    _refuse_requests(people, wishes)
    names, keys = tuple(people["participant"].to_list()), tuple(wishes["request"].to_list())
    number = {name: index for index, name in enumerate(names)}
    first, second = (
        np.array([number[name] for name in wishes[side].to_list()], dtype=np.int64)
        for side in ("first", "second")
    )
    free = _read_free(people, number, slots)
    for name, slot in forbidden:
        free[_find(number, name, "participant"), _check_slot(slot, slots, f"forbidden for {name!r}")] = False
    event = Event(
        names=names,
        keys=keys,
        first=first,
        second=second,
        weight=wishes["weight"].to_numpy(),
        free=free,
        open=free[first] & free[second],
        fixed=_read_fixed(fixed, keys, slots),
        slots=slots,
        tables=tables,
    )
    _refuse_fixed(event)
    return event


def _refuse_sizes(**sizes: int) -> None:
    for name, size in sizes.items():
        least = 1 if name in ("slots", "tables") else 0
        if not least <= size <= LIMITS[name]:
            raise InputError(
                f"the event has {size} {name}", rule=f"an event has {least} to {LIMITS[name]:,} {name}"
            )


def _refuse_requests(people: pl.DataFrame, wishes: pl.DataFrame) -> None:
    known = people["participant"].to_list()
    for side in ("first", "second"):
        unknown = wishes.filter(~pl.col(side).is_in(known))
        if unknown.height:
            name = unknown[side][0]
            close = get_close_matches(name, known, n=1)
            raise InputError(
                f"request {unknown['request'][0]!r} names {name!r}, who does not take part",
                rule="both parties of a request are participants",
                fix=f"Maybe you meant {close[0]!r}" if close else "",
            )
    alone = wishes.filter(pl.col("first") == pl.col("second"))
    if alone.height:
        raise InputError(
            f"request {alone['request'][0]!r} joins {alone['first'][0]!r} with themselves",
            rule="a meeting has two different participants",
        )
    odd = wishes.filter(~(pl.col("weight").is_finite() & (pl.col("weight") > 0)))
    if odd.height:
        raise InputError(
            f"request {odd['request'][0]!r} has the weight {odd['weight'][0]}",
            rule="a weight is a finite number above 0",
        )


def _read_free(people: pl.DataFrame, number: Mapping[str, int], slots: int) -> NDArray[np.bool_]:
    there = people.select("participant", slot="available").explode("slot").drop_nulls("slot")
    outside = there.filter((pl.col("slot") < 0) | (pl.col("slot") >= slots))
    if outside.height:
        name, slot = outside.row(0)
        _check_slot(slot, slots, f"{name!r} is available")
    free = np.zeros((len(number), slots), dtype=bool)
    rows = np.array([number[name] for name in there["participant"].to_list()], dtype=np.int64)
    free[rows, there["slot"].to_numpy()] = True
    return free


def _check_slot(slot: int, slots: int, what: str) -> int:
    if not 0 <= slot < slots:
        raise InputError(
            f"{what} in slot {slot}", rule=f"slots run from 0 to {slots - 1}", fix="Maybe count slots from 0"
        )
    return slot


def _find(number: Mapping[str, int], name: str, kind: str) -> int:
    if name not in number:
        close = get_close_matches(name, list(number), n=1)
        raise InputError(
            f"{kind} {name!r} is unknown",
            rule=f"a {kind} is named as in its table",
            fix=f"Maybe you meant {close[0]!r}" if close else "",
        )
    return number[name]


def _read_fixed(fixed: Iterable[tuple[str, int]], keys: Sequence[str], slots: int) -> dict[int, int]:
    number = {key: index for index, key in enumerate(keys)}
    return {
        _find(number, key, "request"): _check_slot(slot, slots, f"request {key!r} is fixed")
        for key, slot in fixed
    }


def _refuse_fixed(event: Event) -> None:
    """Refuse fixed meetings that cannot all be held; every other meeting may be left out."""
    taken: dict[tuple[int, int], int] = {}
    held = np.zeros(event.slots, dtype=np.int64)
    for request, slot in event.fixed.items():
        key = event.keys[request]
        for person in (int(event.first[request]), int(event.second[request])):
            name = event.names[person]
            if not event.free[person, slot]:
                raise InputError(
                    f"meeting {key!r} is fixed in slot {slot}, when {name!r} is not there",
                    rule="a fixed meeting stands in a slot in which both are available",
                )
            if (person, slot) in taken:
                other = event.keys[taken[person, slot]]
                raise InputError(
                    f"meetings {other!r} and {key!r} are both fixed in slot {slot} for {name!r}",
                    rule="nobody sits in two meetings at once",
                )
            taken[person, slot] = request
        held[slot] += 1
    if (held > event.tables).any():
        slot = int(held.argmax())
        raise InputError(
            f"{held[slot]} meetings are fixed in slot {slot}",
            rule=f"at most {event.tables} meetings a slot, one a table",
        )
