"""Writes of this app: refusals first, then one transaction."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from corridor.deliver.pipeline import check_step
from corridor.errors import InputError
from corridor.vocabulary import EVIDENCE_KINDS
from corridor_web.accounts.models import User
from corridor_web.registry.models import (
    Engagement,
    Evidence,
    Listing,
    Organisation,
    Status,
    Step,
)
from corridor_web.registry.queries import (
    Reader,
    changeable_engagements,
    editable_listings,
    editable_organisations,
    is_administrator,
    is_officer,
    own_organisations,
    reviewable_listings,
    reviewable_organisations,
    withdrawable_listings,
    withdrawable_organisations,
)

RecordT = TypeVar("RecordT", Organisation, Listing)


@dataclass(frozen=True)
class EvidenceInput:
    """What shows that a step happened, before it is stored.

    A link needs ``url``, a statement ``stated_by``, a document ``sha256`` or ``url``.
    """

    kind: str
    title: str
    url: str = ""
    stated_by: str = ""
    sha256: str = ""


@transaction.atomic
def open_engagement(
    actor: User | None,
    *,
    title: str,
    first_party: str = "",
    second_party: str = "",
    first_organisation: Organisation | None = None,
    second_organisation: Organisation | None = None,
    stage: str = "lead",
    date: datetime.date | None = None,
    evidence: Iterable[EvidenceInput] = (),
    field: str = "",
    owner: User | None = None,
    owner_name: str = "",
    reason: str = "",
    note: str = "",
    next_action: str = "",
    next_date: datetime.date | None = None,
    amount: Decimal | None = None,
    currency: str = "",
    amount_kind: str = "",
    certainty: str = "",
    illustrative: bool = False,
    source: str = "",
) -> Engagement:
    """Open an engagement with its first step and return it; it starts as a draft.

    ``actor`` None is the site itself (mutual interest, seeds). A party is named by its organisation
    or by a name; ``date`` defaults to today.

    Raises
    ------
    PermissionDenied: ``actor`` is neither a desk officer, the administrator, nor a member of a party.
    InputError: no title or party; the step breaks a rule (see ``append_step``).
    """
    _refuse_opening(actor, first_organisation, second_organisation)
    first_party = first_party or (first_organisation.name_en if first_organisation else "")
    second_party = second_party or (second_organisation.name_en if second_organisation else "")
    if not title.strip():
        raise InputError("the engagement has no title", rule="a title says what was promised")
    if not first_party or not second_party:
        raise InputError("the engagement lacks a party", rule="an engagement has two parties, each named")
    day = date or timezone.localdate()
    engagement = Engagement(
        title=title.strip(),
        first_party=first_party,
        second_party=second_party,
        first_organisation=first_organisation,
        second_organisation=second_organisation,
        field=field,
        stage=stage,
        as_of=day,
        owner=owner,
        next_action=next_action,
        next_date=next_date,
        amount=amount,
        currency=currency,
        amount_kind=amount_kind,
        certainty=certainty,
        illustrative=illustrative,
        source=source,
    )
    proofs = tuple(evidence)
    _refuse_step(None, stage, day, proofs, reason)
    engagement.save()
    _store_step(actor, engagement, stage, day, proofs, owner_name, reason, note)
    return engagement


@transaction.atomic
def append_step(
    actor: User | None,
    engagement: Engagement,
    *,
    stage: str,
    date: datetime.date,
    evidence: Iterable[EvidenceInput] = (),
    owner_name: str = "",
    reason: str = "",
    note: str = "",
) -> Step:
    """Append a dated step to an engagement and return it; steps are never changed.

    A form sent twice records one step: the same words again from the same account return the step there.

    Raises
    ------
    PermissionDenied: ``actor`` may not append to this engagement (None is the site itself).
    InputError: the stage goes back or is unknown, the date is before the last step or in the future,
        evidence is missing from the memorandum on, or an end lacks its reason.
    """
    if actor is not None and not changeable_engagements(actor).filter(pk=engagement.pk).exists():
        raise PermissionDenied
    locked = Engagement.objects.select_for_update().get(pk=engagement.pk)
    proofs = tuple(evidence)
    if same := _find_repeated(actor, locked, stage, date, proofs, reason, note):
        engagement.stage, engagement.as_of = locked.stage, locked.as_of
        return same
    _refuse_step(locked, stage, date, proofs, reason)
    step = _store_step(actor, locked, stage, date, proofs, owner_name, reason, note)
    locked.stage, locked.as_of = stage, date
    locked.save(update_fields=["stage", "as_of", "changed"])
    engagement.stage, engagement.as_of = stage, date
    return step


def _find_repeated(
    actor: User | None,
    engagement: Engagement,
    stage: str,
    date: datetime.date,
    evidence: tuple[EvidenceInput, ...],
    reason: str,
    note: str,
) -> Step | None:
    """Return the latest step of ``engagement`` where it is this very one."""
    last = engagement.steps.last()
    if last is None or last.recorded_by != actor:
        return None
    if (last.stage, last.date, last.reason, last.note) != (stage, date, reason, note):
        return None
    known = last.evidence.order_by("pk").values_list("kind", "title", "url", "stated_by", "sha256")
    given = [(proof.kind, proof.title, proof.url, proof.stated_by, proof.sha256) for proof in evidence]
    return last if list(known) == given else None


def _refuse_opening(actor: User | None, *organisations: Organisation | None) -> None:
    if actor is None or is_officer(actor) or is_administrator(actor):
        return
    parties = [organisation.pk for organisation in organisations if organisation]
    if not own_organisations(actor).filter(pk__in=parties).exists():
        raise PermissionDenied


def _refuse_step(
    engagement: Engagement | None,
    stage: str,
    date: datetime.date,
    evidence: tuple[EvidenceInput, ...],
    reason: str,
) -> None:
    check_step(
        stage,
        date,
        today=timezone.localdate(),
        reason=reason,
        has_evidence=bool(evidence),
        last_stage=engagement.stage if engagement else None,
        last_day=engagement.as_of if engagement else None,
    )
    for proof in evidence:
        _refuse_evidence(proof)


def _refuse_evidence(proof: EvidenceInput) -> None:
    if proof.kind not in EVIDENCE_KINDS:
        raise InputError(f"evidence {proof.kind!r} is unknown", rule=f"one of {', '.join(EVIDENCE_KINDS)}")
    if not proof.title.strip():
        raise InputError("evidence without a title", rule="evidence says what it is")
    needed = {
        "link": (proof.url, "a link needs its address"),
        "statement": (proof.stated_by, "a statement names who made it"),
        "document": (proof.sha256 or proof.url, "a document needs its SHA-256 or its address"),
    }
    present, rule = needed[proof.kind]
    if not present:
        raise InputError(f"evidence {proof.title!r} is incomplete", rule=rule)
    if proof.url and not proof.url.startswith(("https://", "http://")):
        raise InputError(
            f"address {proof.url!r} is not a web address", rule="it begins with https:// or http://"
        )


def _store_step(
    actor: User | None,
    engagement: Engagement,
    stage: str,
    date: datetime.date,
    evidence: tuple[EvidenceInput, ...],
    owner_name: str,
    reason: str,
    note: str,
) -> Step:
    step = Step.objects.create(
        engagement=engagement,
        stage=stage,
        date=date,
        owner_name=owner_name,
        reason=reason,
        note=note,
        recorded_by=actor,
    )
    Evidence.objects.bulk_create(
        Evidence(
            step=step,
            kind=proof.kind,
            title=proof.title,
            url=proof.url,
            stated_by=proof.stated_by,
            sha256=proof.sha256,
        )
        for proof in evidence
    )
    return step


@transaction.atomic
def create_listing(actor: Reader, organisation: Organisation, values: Mapping[str, Any]) -> Listing:
    """Store a draft of an offer or a need of ``organisation`` and return it.

    What an illustrative organisation lists is illustrative too.

    Raises
    ------
    PermissionDenied: ``actor`` does not act for the organisation.
    """
    if not editable_organisations(actor).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    return Listing.objects.create(
        **values, organisation=organisation, status=Status.DRAFT, illustrative=organisation.illustrative
    )


@transaction.atomic
def change_listing(actor: Reader, listing: Listing, values: Mapping[str, Any]) -> Listing:
    """Change an offer or a need; it becomes a draft again, since a desk has not read the new text.

    Raises
    ------
    PermissionDenied: ``actor`` does not act for the organisation.
    InputError: the listing is in review.
    """
    if not editable_listings(actor).filter(pk=listing.pk).exists():
        raise PermissionDenied
    stored = Listing.objects.select_for_update().get(pk=listing.pk)
    if stored.status == Status.REVIEW:
        raise InputError(
            f"'{stored.title}' is in review",
            rule="the desk reads what does not change meanwhile",
            fix="Withdraw it first, then change it",
        )
    for name, value in values.items():
        setattr(stored, name, value)
    stored.status = Status.DRAFT
    stored.save()
    return stored


@transaction.atomic
def change_organisation(actor: Reader, organisation: Organisation, values: Mapping[str, Any]) -> Organisation:
    """Change the facts of an organisation; each version stays in its history.

    Raises
    ------
    PermissionDenied: ``actor`` does not act for the organisation.
    """
    if not editable_organisations(actor).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    stored = Organisation.objects.select_for_update().get(pk=organisation.pk)
    for name, value in values.items():
        setattr(stored, name, value)
    stored.save()
    return stored


def submit_listing(actor: Reader, listing: Listing) -> Listing:
    """Send a draft or withdrawn listing to the desk of its economy."""
    return _move(editable_listings(actor), listing, (Status.DRAFT, Status.WITHDRAWN), Status.REVIEW)


def publish_listing(actor: Reader, listing: Listing) -> Listing:
    """Publish a listing that is in review."""
    return _move(reviewable_listings(actor), listing, (Status.REVIEW,), Status.PUBLISHED)


def return_listing(actor: Reader, listing: Listing, remark: str) -> Listing:
    """Send a listing in review back to its organisation with a remark."""
    _refuse_silence(remark)
    return _move(reviewable_listings(actor), listing, (Status.REVIEW,), Status.DRAFT, remark)


def withdraw_listing(actor: Reader, listing: Listing) -> Listing:
    """Take a listing back: others no longer see it."""
    allowed = (Status.REVIEW, Status.PUBLISHED)
    return _move(withdrawable_listings(actor), listing, allowed, Status.WITHDRAWN)


def submit_organisation(actor: Reader, organisation: Organisation) -> Organisation:
    """Send the page of a draft or withdrawn organisation to the desk of its economy."""
    allowed = (Status.DRAFT, Status.WITHDRAWN)
    return _move(editable_organisations(actor), organisation, allowed, Status.REVIEW)


def publish_organisation(actor: Reader, organisation: Organisation) -> Organisation:
    """Publish the page of an organisation that is in review."""
    return _move(reviewable_organisations(actor), organisation, (Status.REVIEW,), Status.PUBLISHED)


def return_organisation(actor: Reader, organisation: Organisation, remark: str) -> Organisation:
    """Send the page of an organisation in review back with a remark."""
    _refuse_silence(remark)
    return _move(reviewable_organisations(actor), organisation, (Status.REVIEW,), Status.DRAFT, remark)


def withdraw_organisation(actor: Reader, organisation: Organisation) -> Organisation:
    """Take the page of an organisation back, and with it its listings: others no longer see them."""
    allowed = (Status.REVIEW, Status.PUBLISHED)
    return _move(withdrawable_organisations(actor), organisation, allowed, Status.WITHDRAWN)


def _refuse_silence(remark: str) -> None:
    if not remark.strip():
        raise InputError("the remark is empty", rule="a page goes back with a remark that says what to mend")


@transaction.atomic
def _move(
    allowed: QuerySet[RecordT],
    record: RecordT,
    before: tuple[Status, ...],
    after: Status,
    remark: str = "",
) -> RecordT:
    if not allowed.filter(pk=record.pk).exists():
        raise PermissionDenied
    stored = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if stored.status not in before:
        raise InputError(
            f"'{stored}' is in state '{stored.status}'",
            rule=f"this can be done in state {' or '.join(before)}",
            fix="Somebody may have been faster: look at the page again",
        )
    stored.status, stored.remark = after, remark.strip()
    stored.save()
    return stored
