"""The demonstration's real engagements: public facts, each step with the publications that report it.

What the named publications do not say is not here: no amount where they conflict, no stage beyond
what they report. The illustrative engagements are loaded by ``front.seed``.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from corridor.data.world import Actors
from corridor_web.deliver.domain import publish_engagement
from corridor_web.registry.domain import EvidenceInput, append_step, open_engagement
from corridor_web.registry.models import Engagement, Organisation

FACTS: Final = Path(__file__).parent / "public_facts.json"
#: The economies whose cooperation the facts are about, first party first.
FACTS_PAIR: Final = ("PAK", "CHN")


def load(actors: Actors) -> None:
    """Load and publish the real engagements of the pair; what is there already stays as it is."""
    if tuple(settings.CORRIDOR_PAIR) != FACTS_PAIR:
        return
    for record in json.loads(FACTS.read_text(encoding="utf-8")):
        if not Engagement.objects.filter(key=record["key"]).exists():
            _load_record(record)


@transaction.atomic
def _load_record(record: dict[str, Any]) -> None:
    """Store one engagement at its permanent address, with its steps in order, and publish it."""
    first, *later = record["steps"]
    organisations = Organisation.objects.in_bulk(
        [record["first_organisation"], record["second_organisation"]], field_name="key"
    )
    names = (
        "title",
        "first_party",
        "second_party",
        "field",
        "currency",
        "amount_kind",
        "certainty",
        "source",
    )
    engagement = open_engagement(
        None,
        **{name: record[name] for name in names},
        first_organisation=organisations.get(record["first_organisation"]),
        second_organisation=organisations.get(record["second_organisation"]),
        amount=None if record["amount"] is None else Decimal(record["amount"]),
        **_describe_step(first),
    )
    Engagement.objects.filter(pk=engagement.pk).update(key=record["key"])
    for step in later:
        append_step(None, engagement, **_describe_step(step))
    publish_engagement(None, engagement)


def _describe_step(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "stage": step["stage"],
        "date": date.fromisoformat(step["date"]),
        "note": step["note"],
        "evidence": [EvidenceInput("link", title, url=address) for title, address in step["evidence"]],
    }
