"""Engagements and uploads for tests: each belongs to the organisation of ``users["member"]``."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from tests.web.registry.factories import make_engagement, make_organisation, own_organisation

from corridor_web.accounts.models import User
from corridor_web.deliver.models import ImportBatch


def engagement_in(state: str, users: dict[str, User]) -> dict[str, object]:
    """Make an engagement of the member's organisation in ``state``."""
    engagement = make_engagement(own_organisation(users), make_organisation("CHN"), state=state)
    return {"key": engagement.key}


ROW = {
    "row": 2,
    "title": "Smart poles",
    "first_party": "City of Lahore",
    "second_party": "深圳明视科技",
    "field": "smart_city",
    "stage": "memorandum",
    "date": "2026-01-15",
    "amount": 1_250_000.0,
    "currency": "USD",
    "amount_kind": None,
    "certainty": "signed",
    "evidence_kind": None,
    "evidence": "Signed paper",
    "owner": None,
    "reason": None,
    "note": None,
}


def batch_in(state: str, users: dict[str, User]) -> dict[str, object]:
    """Make an upload of the desk officer: waiting, confirmed or expired."""
    batch = ImportBatch.objects.create(
        owner=users["desk_officer"],
        economy="PAK",
        file_name="summit.xlsx",
        sha256="0" * 64,
        rows=[ROW],
        status="confirmed" if state == "confirmed" else "waiting",
    )
    if state == "expired":
        ImportBatch.objects.filter(pk=batch.pk).update(expires=timezone.now() - timedelta(minutes=1))
    return {"key": batch.key}


FACTORIES: dict[str, Callable[[str, dict[str, User]], dict[str, object]]] = {
    "engagement": engagement_in,
    "import_batch": batch_in,
}
