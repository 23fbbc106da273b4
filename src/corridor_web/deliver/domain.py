"""Writes of this app: refusals first, then one transaction.

Steps are appended by ``registry.domain.append_step``; here an engagement is published and withdrawn,
gets an owner and a next action, and tables of existing agreements are imported.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from corridor.deliver.agreements import HEADERS, read_agreements
from corridor.errors import BadRowsError, InputError, RowError
from corridor.locale import format_decimal
from corridor_web.accounts.models import User
from corridor_web.deliver.models import ImportBatch
from corridor_web.deliver.queries import PlannedRow, list_owners, plan_import, serves_desk
from corridor_web.registry.domain import EvidenceInput, open_engagement
from corridor_web.registry.models import Desk, Engagement
from corridor_web.registry.queries import changeable_engagements

#: Rows of one upload, and uploads that wait for their owner's confirmation.
LARGEST_IMPORT: Final = 2_000
KEPT_UPLOADS: Final = 5


@transaction.atomic
def publish_engagement(actor: User | None, engagement: Engagement) -> None:
    """Show an engagement to everyone; who did so and when stays in its history. Twice is once.

    Raises
    ------
    PermissionDenied: ``actor`` serves no desk (None is the site itself, as for seeds).
    """
    locked = _lock(actor, engagement)
    if locked.state == Engagement.State.PUBLISHED:
        return
    locked.state = Engagement.State.PUBLISHED
    locked.published_at, locked.published_by = timezone.now(), actor
    _save_with_trace(actor, locked, ["state", "published_at", "published_by", "changed"])


@transaction.atomic
def withdraw_engagement(actor: User | None, engagement: Engagement, *, reason: str) -> None:
    """Take an engagement off the public page; the reason stays in its history.

    Raises
    ------
    PermissionDenied: ``actor`` serves no desk.
    InputError: no reason.
    """
    if not reason.strip():
        raise InputError("no reason is given", rule="who withdraws a record says why")
    locked = _lock(actor, engagement)
    if locked.state == Engagement.State.DRAFT:
        return
    locked.state = Engagement.State.DRAFT
    _save_with_trace(actor, locked, ["state", "changed"], reason=reason.strip()[:100])


@transaction.atomic
def set_follow_up(
    actor: User,
    engagement: Engagement,
    *,
    owner: User | None,
    next_action: str,
    next_date: date | None,
) -> None:
    """Say who answers for an engagement and what is due when.

    Raises
    ------
    PermissionDenied: ``actor`` may not change this engagement.
    InputError: ``owner`` is neither an officer of a desk nor a member of a party.
    """
    if not changeable_engagements(actor).filter(pk=engagement.pk).exists():
        raise PermissionDenied
    locked = Engagement.objects.select_for_update().get(pk=engagement.pk)
    if owner is not None and not list_owners(locked).filter(pk=owner.pk).exists():
        raise InputError(
            f"'{owner}' cannot own it", rule="owners are officers of the desks and members of a party"
        )
    locked.owner, locked.next_action, locked.next_date = owner, next_action.strip(), next_date
    _save_with_trace(actor, locked, ["owner", "next_action", "next_date", "changed"])


def prepare_import(actor: User, filename: str, content: bytes, *, language: str = "en") -> ImportBatch:
    """Read a table of existing agreements and keep its rows for the confirmation; nothing else is written.

    Parameters
    ----------
    filename: tells the format. content: XLSX or CSV. language: of the row errors.

    Raises
    ------
    PermissionDenied: ``actor`` serves no desk.
    InputError: the file cannot be read, is too large, or holds no row.
    """
    if not serves_desk(actor):
        raise PermissionDenied
    found = read_agreements(content, filename, today=timezone.localdate(), language=language)
    bad = {error.row for error in found.errors}
    if not found.rows.height and not bad:
        raise InputError(
            _("'%(file)s' holds no agreement") % {"file": filename},
            rule=_("one row an agreement, below the headers"),
        )
    if found.rows.height + len(bad) > LARGEST_IMPORT:
        raise InputError(
            _("'%(file)s' has %(rows)s rows")
            % {"file": filename, "rows": format_decimal(found.rows.height + len(bad), language)},
            rule=_("at most %(rows)s rows") % {"rows": format_decimal(LARGEST_IMPORT, language)},
            fix=_("Maybe split the table"),
        )
    _forget_uploads(actor)
    return ImportBatch.objects.create(
        owner=actor,
        economy=actor.economy,
        file_name=filename[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=[row | {"date": row["date"].isoformat()} for row in found.rows.to_dicts()],
        problems=[
            {"row": error.row, "column": error.column, "value": error.value, "rule": error.rule}
            for error in found.errors
        ],
    )


@transaction.atomic
def confirm_import(actor: User, batch: ImportBatch) -> int | None:
    """Create the drafts of an upload, all or none; return how many, or None where it was done before.

    Rows that repeat another row or an engagement are left out.

    Raises
    ------
    PermissionDenied: ``actor`` serves no desk.
    BadRowsError: a row cannot be stored; then none is.
    InputError: the upload has bad rows.
    """
    if not serves_desk(actor):
        raise PermissionDenied
    waiting = ImportBatch.objects.filter(
        pk=batch.pk, owner=actor, status=ImportBatch.Status.WAITING, expires__gt=timezone.now()
    )
    if not waiting.update(status=ImportBatch.Status.CONFIRMED):
        return None
    plan = plan_import(batch)
    if plan.problems:
        raise InputError(
            f"'{batch.file_name}' has {plan.problems} bad rows", rule="all rows or none are imported"
        )
    desk = Desk.objects.filter(economy=actor.economy).first()
    office = desk.name if desk else str(actor)
    for row in plan.new:
        _create_draft(actor, batch, row, office)
    ImportBatch.objects.filter(pk=batch.pk).update(imported=len(plan.new))
    return len(plan.new)


def _create_draft(actor: User, batch: ImportBatch, row: PlannedRow, office: str) -> None:
    values = row.values
    try:
        open_engagement(
            actor,
            title=values["title"],
            first_party=values["first_party"],
            second_party=values["second_party"],
            first_organisation=row.first_organisation,
            second_organisation=row.second_organisation,
            stage=values["stage"],
            date=date.fromisoformat(values["date"]),
            evidence=_describe_evidence(values, office),
            field=values["field"] or "",
            owner=actor,
            owner_name=values["owner"] or str(actor),
            reason=values["reason"] or "",
            note=values["note"] or "",
            amount=None
            if values["amount"] is None
            else Decimal(str(values["amount"])).quantize(Decimal("0.01")),
            currency=values["currency"] or "",
            amount_kind=values["amount_kind"] or "",
            certainty=values["certainty"] or "",
            source=f"{batch.file_name}, {office}, SHA-256 {batch.sha256[:16]}…",
        )
    except InputError as error:
        cell = RowError(batch.file_name, values["row"], HEADERS["title"], values["title"], str(error))
        raise BadRowsError([cell]) from error


def _describe_evidence(values: Mapping[str, Any], office: str) -> tuple[EvidenceInput, ...]:
    """Return a row's evidence: a web address is a link; else the desk states it, as no document is at hand."""
    text = values["evidence"]
    if not text:
        return ()
    title = text[:240]
    if text.startswith(("https://", "http://")):
        return (EvidenceInput("link", title, url=text),)
    return (EvidenceInput("statement", title, stated_by=office[:160]),)


def _forget_uploads(actor: User) -> None:
    """Remove what has expired, and all but the latest uploads that ``actor`` never confirmed."""
    ImportBatch.objects.filter(expires__lte=timezone.now()).delete()
    waiting = ImportBatch.objects.filter(owner=actor, status=ImportBatch.Status.WAITING)
    kept = list(waiting.values_list("pk", flat=True)[: KEPT_UPLOADS - 1])
    waiting.exclude(pk__in=kept).delete()


def _lock(actor: User | None, engagement: Engagement) -> Engagement:
    if actor is not None and not serves_desk(actor):
        raise PermissionDenied
    return Engagement.objects.select_for_update().get(pk=engagement.pk)


def _save_with_trace(
    actor: User | None, engagement: Engagement, names: list[str], *, reason: str = ""
) -> None:
    engagement._history_user = actor  # type: ignore[attr-defined]  # read by simple_history
    engagement._change_reason = reason  # type: ignore[attr-defined]
    engagement.save(update_fields=names)
