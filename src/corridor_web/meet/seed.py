"""The illustrative visit of a delegation of twenty, with a published schedule."""

from datetime import time
from typing import Final

import polars as pl

from corridor.data.world import Actors
from corridor_web.meet.domain import Solver, add_event, publish_schedule, solve_event
from corridor_web.meet.models import Event, Participant
from corridor_web.registry.models import Organisation

ZONES: Final = {"PAK": "Asia/Karachi", "CHN": "Asia/Shanghai"}
FIRST_START: Final = time(9, 30)


def load(actors: Actors) -> None:
    """Store the events of the illustrative world and solve each once."""
    if Event.objects.filter(illustrative=True).exists():
        return
    organisations = {organisation.key: organisation for organisation in Organisation.objects.all()}
    sides = dict(actors.organisations.select("organisation", "economy").iter_rows())
    for row in actors.events.to_dicts():
        event = Event(
            name_en=row["name_en"],
            name_zh=row["name_zh"] or "",
            name_ur=row["name_ur"] or "",
            kind=row["kind"],
            city=row["city"],
            economy=row["economy"],
            date=row["starts"],
            time_zone=ZONES.get(row["economy"], "UTC"),
            first_start=FIRST_START,
            slot_minutes=row["slot_minutes"],
            days=row["days"],
            slots_per_day=row["slots_per_day"],
            tables=row["tables"],
            state=Event.State.PUBLISHED,
            illustrative=True,
        )
        _store_event(event, actors, row["event"], organisations, sides)
        publish_schedule(solve_event(event, None, solver=Solver(time_limit_s=5.0)), None)


def _store_event(
    event: Event,
    actors: Actors,
    name: str,
    organisations: dict[str, Organisation],
    sides: dict[str, str],
) -> None:
    rows = actors.participants.filter(pl.col("event") == name).to_dicts()
    people = [
        Participant(
            name=row["name"],
            organisation=organisations.get(row["organisation"]),
            economy=sides[row["organisation"]],
            available=row["available"],
            languages=row["languages"],
        )
        for row in rows
    ]
    places = {row["participant"]: place for place, row in enumerate(rows)}
    wishes = [
        (places[row["first"]], places[row["second"]], row["weight"])
        for row in actors.requests.filter(pl.col("event") == name).to_dicts()
    ]
    add_event(event, people, wishes)
