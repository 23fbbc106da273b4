"""``corridor meet``: who sits with whom, when, and how good that provably is."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from corridor.meet.check import check_schedule, refuse_faults
from corridor.meet.demand import measure_demand
from corridor.meet.schedule import Schedule, schedule_meetings
from corridor.tables import PARTICIPANTS, REQUESTS
from corridor_cli.frames import check_output, read_frame, write_frame
from corridor_cli.say import say_outcome, show_progress

app = typer.Typer(no_args_is_help=True, add_completion=False, help="When, where and with whom?")

People = Annotated[
    Path, typer.Argument(help="Participants: participant, organisation, name, side, available (0;1;2 …).")
]
Wishes = Annotated[Path, typer.Argument(help="Requests: request, first, second, weight.")]
Slots = Annotated[int, typer.Option(help="How many slots there are; they count from 0.")]
Tables = Annotated[int, typer.Option(help="How many tables there are; one meeting each a slot.")]


@app.command()
def schedule(
    participants: People,
    requests: Wishes,
    slots: Slots,
    tables: Tables,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the meetings (.csv, .xlsx, .parquet, .json).")
    ] = None,
    left_out: Annotated[
        Path | None, typer.Option(help="Write the requests left out, with reasons, to a file.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same schedule.")] = 7,
    time_limit: Annotated[float, typer.Option(help="Seconds allowed.")] = 10.0,
) -> None:
    """Schedule the requested meetings: everyone who can meets, then most value, then fewest breaks."""
    for path in (output, left_out):
        check_output(path)
    people, wishes = read_event_files(participants, requests)
    with show_progress() as progress:
        found = schedule_meetings(
            people,
            wishes,
            slots=slots,
            tables=tables,
            seed=seed,
            time_limit_s=time_limit,
            progress=progress,
        )
    refuse_faults(check_schedule(found.meetings, people, wishes, slots=slots, tables=tables))
    print_schedule(found)
    if output:
        write_frame(found.meetings, output)
    if left_out:
        write_frame(found.left_out, left_out)


@app.command()
def demand(participants: People, requests: Wishes, slots: Slots, tables: Tables) -> None:
    """Compare demand with capacity before anything is scheduled."""
    people, wishes = read_event_files(participants, requests)
    found = measure_demand(people, wishes, slots=slots, tables=tables)
    print(f"{found.requests} requests, {found.reachable} of people who are there at the same time.")
    print(f"Room for {found.seats} meetings; the busiest participant is wanted {found.busiest} times.")
    print(f"To hold all: with {tables} tables at least {found.slots_needed} slots,", end=" ")
    print(f"with {slots} slots at least {found.tables_needed} tables.")
    for row in found.sides.to_dicts():
        print(f"{row['side']}: {row['participants']} participants, {row['each']:.1f} requests each.")
    short = found.people.filter(pl.col("short") > 0).sort("short", "participant", descending=[True, False])
    for row in short.head(10).to_dicts():
        print(f"  {row['participant']}: {row['short']} more requests than slots")


def read_event_files(participants: Path, requests: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read both tables of an event; a request without weight counts 1."""
    return read_frame(participants, PARTICIPANTS), read_frame(requests, REQUESTS, defaults={"weight": "1"})


def print_schedule(found: Schedule) -> None:
    """Print what is held, how good it is, and why the rest was left out."""
    print(f"{found.meetings.height} meetings, {found.left_out.height} requests left out.")
    words = {"floor": "participants with a meeting", "value": "value held", "breaks": "breaks"}
    for level in found.levels:
        print(f"  {words[level.goal]}: {say_outcome(level.outcome)}")
    for row in found.left_out.group_by("reason").len().sort("reason").to_dicts():
        print(f"  left out, {row['reason']}: {row['len']}")
    for row in found.binding.head(5).to_dicts():
        where = row["participant"] if row["slot"] is None else f"slot {row['slot']}"
        print(f"  in the way: {where} ({row['requests']} requests worth {row['weight']:g})")
