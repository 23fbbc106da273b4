"""A delegation of twenty on a visit: who comes, when they are free, and whom they wish to meet."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from corridor.data.world.actors import SOURCE, Side

EVENT: Final = "visit-1"
GUESTS: Final = 20
DAYS: Final = 2
SLOTS_A_DAY: Final = 8
SLOT_MINUTES: Final = 40
TABLES: Final = 10
EXTRA_REQUESTS: Final = 36
WEEKS_AHEAD: Final = 6


@dataclass(frozen=True)
class Visit:
    """An event with its participants and requests."""

    events: pl.DataFrame
    participants: pl.DataFrame
    requests: pl.DataFrame


def build_visit(
    organisations: pl.DataFrame,
    people: pl.DataFrame,
    listings: pl.DataFrame,
    true_pairs: pl.DataFrame,
    sides: tuple[Side, Side],
    seed: int,
    as_of: date,
) -> Visit:
    """Return a visit of twenty guests (the Chinese-writing side) to hosts of the other side.

    Requests come from offers and needs that fit (weights 3 … 5) and from curiosity (1 … 2).
    """
    rng = np.random.default_rng([seed, 6])
    host, guest = sides
    interest = _count_interest(listings, true_pairs, organisations, host, guest)
    guests = _choose_delegates(people, interest["guest"].unique(maintain_order=True).to_list(), GUESTS)
    wanted = interest.filter(pl.col("guest").is_in(guests["organisation"].to_list()))
    seats = organisations.filter(economy=host.economy)["organisation"].to_list()
    hosts = people.filter(pl.col("organisation").is_in(seats)).unique("organisation", maintain_order=True)
    return Visit(
        events=_describe_event(organisations, host, as_of),
        participants=_list_participants(guests, hosts, rng),
        requests=_draw_requests(wanted, guests, hosts, rng),
    )


def _count_interest(
    listings: pl.DataFrame, true_pairs: pl.DataFrame, organisations: pl.DataFrame, host: Side, guest: Side
) -> pl.DataFrame:
    """Return (guest, host, fits): organisations with offers and needs for one another, most first."""
    seat = listings.join(organisations.select("organisation", "economy"), on="organisation").select(
        "listing", "organisation", "economy"
    )
    both = true_pairs.join(seat, left_on="offer", right_on="listing").join(
        seat, left_on="need", right_on="listing", suffix="_need"
    )
    is_guest = pl.col("economy") == guest.economy
    return (
        both.select(
            guest=pl.when(is_guest).then("organisation").otherwise("organisation_need"),
            host=pl.when(is_guest).then("organisation_need").otherwise("organisation"),
        )
        .group_by("guest", "host")
        .agg(fits=pl.len())
        .sort(["fits", "guest", "host"], descending=[True, False, False])
    )


def _choose_delegates(people: pl.DataFrame, organisations: list[str], count: int) -> pl.DataFrame:
    """Return one person each of the organisations with most to discuss, then second ones."""
    order = pl.DataFrame({"organisation": organisations, "place": range(len(organisations))})
    return (
        people.join(order, on="organisation")
        .with_columns(turn=pl.int_range(pl.len()).over("organisation"))
        .sort("turn", "place")
        .head(count)
    )


def _describe_event(organisations: pl.DataFrame, host: Side, as_of: date) -> pl.DataFrame:
    city, local = organisations.filter(economy=host.economy).select("city", "city_local").row(0)
    first = as_of + timedelta(weeks=WEEKS_AHEAD)
    starts = first + timedelta(days=(1 - first.weekday()) % 7)  # a Tuesday
    return pl.DataFrame(
        {
            "event": [EVENT],
            "kind": ["visit"],
            "name_en": [f"Delegation of {GUESTS} to {city}"],
            "name_zh": [f"{GUESTS}人代表团访问{city}"],
            "name_ur": [f"{GUESTS} رکنی وفد کا دورۂ {local}"],
            "economy": [host.economy],
            "city": [city],
            "starts": [starts],
            "days": [DAYS],
            "slots_per_day": [SLOTS_A_DAY],
            "slot_minutes": [SLOT_MINUTES],
            "tables": [TABLES],
            "illustrative": [True],
            "source": [SOURCE],
        }
    )


def _list_participants(guests: pl.DataFrame, hosts: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    everyone = pl.concat(
        [
            guests.select("person", "organisation", "name", "languages", side=pl.lit("guest")),
            hosts.select("person", "organisation", "name", "languages", side=pl.lit("host")),
        ]
    )
    return everyone.rename({"person": "participant"}).with_columns(
        available=pl.Series(
            [_draw_availability(side, rng) for side in everyone["side"]], dtype=pl.List(pl.Int32)
        ),
        event=pl.lit(EVENT),
        illustrative=pl.lit(True),
    )


def _draw_availability(side: str, rng: np.random.Generator) -> list[int]:
    """Return the slots in which somebody is there: hosts may come for one day, guests may miss a session."""
    slots = np.arange(DAYS * SLOTS_A_DAY)
    chance = rng.random()
    if side == "host" and chance < 0.35:
        day = int(rng.integers(DAYS))
        slots = slots[slots // SLOTS_A_DAY == day]
    elif chance < 0.5:
        half = SLOTS_A_DAY // 2
        slots = slots[slots // half != int(rng.integers(DAYS * 2))]
    return [int(slot) for slot in slots]


def _draw_requests(
    interest: pl.DataFrame, guests: pl.DataFrame, hosts: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Return requests, first the guest, then the host; no pair of participants twice."""
    visitor = guests.unique("organisation", maintain_order=True).select(guest="organisation", first="person")
    fitting = (
        interest.join(visitor, on="guest")
        .join(hosts.select(host="organisation", second="person"), on="host")
        .select("first", "second", weight=(2.0 + pl.col("fits")).clip(3.0, 5.0))
    )
    cells = rng.choice(guests.height * hosts.height, size=4 * EXTRA_REQUESTS, replace=False)
    curious = pl.DataFrame(
        {
            "first": guests["person"].gather(cells // hosts.height),
            "second": hosts["person"].gather(cells % hosts.height),
            "weight": rng.integers(1, 3, len(cells)).astype(float),
        }
    ).join(fitting, on=["first", "second"], how="anti", maintain_order="left")
    requests = pl.concat([fitting, curious.head(EXTRA_REQUESTS)]).sort("first", "second")
    return requests.select(
        pl.format("request-{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(3)).alias("request"),
        "first",
        "second",
        "weight",
        event=pl.lit(EVENT),
        illustrative=pl.lit(True),
    )
