"""Engagements in all stages with their dated steps: some alive, some silent for long, some ended."""

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from corridor.data.world.actors import SOURCE
from corridor.data.world.content import read_json
from corridor.vocabulary import END_REASONS, ENDED, STAGES

#: Days since the latest step, taken in turn: most are recent, every fifth has been silent for long.
SILENCES: Final = (6, 19, 34, 58, 310, 11, 27, 45, 83, 540, 15, 72, 120)
PARTY_KINDS: Final = ("company", "university", "city", "ministry", "association", "zone", "institute")
CERTAINTY: Final = {
    "lead": "announced",
    "meeting": "announced",
    "memorandum": "signed",
    "contract": "committed",
    "delivery": "committed",
    "results": "disbursed",
    ENDED: "announced",
}
EVIDENCE: Final = {
    "lead": ("statement", "Interest stated in a message to the desk"),
    "meeting": ("document", "Minutes of the meeting"),
    "memorandum": ("document", "Memorandum, signed copy"),
    "contract": ("document", "Contract, first page and signatures"),
    "delivery": ("document", "Acceptance certificate, first lot"),
    "results": ("link", "Published result after one year"),
    ENDED: ("statement", "Letter that closes the file"),
}
NEXT_ACTIONS: Final = {
    "lead": "Propose a first meeting",
    "meeting": "Send the draft memorandum",
    "memorandum": "Agree price and schedule",
    "contract": "Confirm the first delivery date",
    "delivery": "Collect the acceptance certificate",
    "results": "",
    ENDED: "",
}


def build_agreements(
    organisations: pl.DataFrame, people: pl.DataFrame, pair: tuple[str, str], seed: int, as_of: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return engagements and their steps; first party of the pair's first economy, second of the second."""
    rng = np.random.default_rng([seed, 8])
    parties = {code: _list_parties(organisations, people, code) for code in pair}
    engagements, steps = [], []
    for number, content in enumerate(read_json("programmes")["engagements"], start=1):
        path = _draw_path(content[0], number, as_of, rng)
        sides = [_choose_party(parties[code], content[1], number) for code in pair]
        engagement, taken = _describe(f"engagement-{number:02d}", content, path, sides, as_of)
        engagements.append(engagement)
        steps += taken
    nullable = {"amount": pl.Float64, "currency": pl.String, "next_date": pl.Date, "amount_kind": pl.String}
    return (
        pl.DataFrame(engagements, schema_overrides=nullable, infer_schema_length=None),
        pl.DataFrame(steps, schema_overrides={"reason": pl.String}, infer_schema_length=None),
    )


def _list_parties(organisations: pl.DataFrame, people: pl.DataFrame, economy: str) -> list[dict[str, Any]]:
    first = people.unique("organisation", maintain_order=True).select("organisation", owner="name")
    return (
        organisations.filter(pl.col("kind").is_in(PARTY_KINDS), economy=economy)
        .join(first, on="organisation", maintain_order="left")
        .to_dicts()
    )


def _choose_party(parties: list[dict[str, Any]], field: str, turn: int) -> dict[str, Any]:
    """Return a party that works in the field; engagements take turns among several."""
    able = [party for party in parties if field in party["fields"]]
    return able[turn % len(able)]


def _draw_path(
    last: str, number: int, as_of: date, rng: np.random.Generator
) -> list[tuple[str, date, str | None]]:
    """Return (stage, date, reason) of each step, the latest some days before ``as_of``."""
    if last == ENDED:
        stages = [*STAGES[: 1 + number % 3], ENDED]
        reason = END_REASONS[number % len(END_REASONS)]
    else:
        stages, reason = list(STAGES[: STAGES.index(last) + 1]), None
    gaps = rng.integers(24, 150, len(stages))
    gaps[-1] = SILENCES[number % len(SILENCES)]
    days = np.cumsum(gaps[::-1])[::-1]
    return [
        (stage, as_of - timedelta(days=int(back)), reason if stage == ENDED else None)
        for stage, back in zip(stages, days, strict=True)
    ]


def _describe(
    identifier: str,
    content: list[Any],
    path: list[tuple[str, date, str | None]],
    sides: list[dict[str, Any]],
    as_of: date,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return an engagement and its steps."""
    _, field, title, millions, kind = content
    stage, latest, _ = path[-1]
    first, second = sides
    action = NEXT_ACTIONS[stage]
    engagement = {
        "engagement": identifier,
        "title": title,
        "first_party": first["name_en"],
        "second_party": second["name_en"],
        "field": field,
        "stage": stage,
        "as_of": latest,
        "amount": None if millions is None else millions * 1e6,
        "currency": None if millions is None else "USD",
        "illustrative": True,
        "source": SOURCE,
        "first_organisation": first["organisation"],
        "second_organisation": second["organisation"],
        "amount_kind": kind or None,
        "certainty": CERTAINTY[stage],
        "next_action": action,
        "next_date": max(latest + timedelta(days=30), as_of + timedelta(days=7)) if action else None,
    }
    steps = [
        {
            "engagement": identifier,
            "stage": reached,
            "date": day,
            "evidence": EVIDENCE[reached][1],
            "owner": first["owner"],
            "reason": reason,
            "evidence_kind": EVIDENCE[reached][0],
            "illustrative": True,
        }
        for reached, day, reason in path
    ]
    return engagement, steps
