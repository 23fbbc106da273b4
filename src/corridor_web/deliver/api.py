"""The API of this app: engagements as their pages show them, with the same permissions."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Query, Router, Schema

from corridor_web.accounts.models import User
from corridor_web.common.api import LARGEST_OFFSET, SignInRequired
from corridor_web.deliver.queries import (
    count_illustrative,
    count_pipeline,
    days_silent,
    filter_engagements,
    for_list,
    list_state_changes,
    published,
    read_engagement,
)
from corridor_web.registry.models import Engagement, Step
from corridor_web.registry.queries import visible_engagements

router = Router(tags=["deliver"])


class FilterIn(Schema):
    """What to keep: codes as in the vocabulary; ``silent`` in days; ``show`` real or illustrative."""

    stage: str = ""
    field: str = ""
    silent: int = Field(0, ge=0, le=36_500)
    show: str = ""
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0, le=LARGEST_OFFSET)


class EngagementOut(Schema):
    """One engagement; the amount in its own currency, ``days_silent`` null once it ended."""

    key: str
    address: str
    title: str
    first_party: str
    second_party: str
    field: str
    stage: str
    as_of: date
    days_silent: int | None
    amount: float | None
    currency: str
    amount_kind: str
    certainty: str
    evidence_count: int
    illustrative: bool
    source: str


class FollowedEngagementOut(EngagementOut):
    """What those who follow it up see besides."""

    state: str
    owner: str | None
    next_action: str
    next_date: date | None


class EvidenceOut(Schema):
    """What shows that a step happened."""

    kind: str
    title: str
    url: str
    stated_by: str
    sha256: str


class StepOut(Schema):
    """One dated step."""

    stage: str
    date: date
    reason: str
    note: str
    recorded_at: datetime
    evidence: list[EvidenceOut]


class ChangeOut(Schema):
    """When it was published or withdrawn."""

    at: datetime
    state: str
    reason: str


class RecordOut(EngagementOut):
    """An engagement with its steps and the history of its state."""

    steps: list[StepOut]
    changes: list[ChangeOut]


class FollowedRecordOut(FollowedEngagementOut):
    """The same for those who follow it up."""

    steps: list[StepOut]
    changes: list[ChangeOut]


class EngagementPage(Schema):
    """A slice of the public engagements, real ones first."""

    count: int
    illustrative: int
    items: list[EngagementOut]


class FollowedPage(Schema):
    """A slice of the engagements the account may see."""

    count: int
    illustrative: int
    items: list[FollowedEngagementOut]


class StageOut(Schema):
    """How many real, public engagements stand at a stage, and how many came at least this far."""

    stage: str
    standing: int
    reached: int
    reached_share: float | None


class PipelineOut(Schema):
    """The figures of the public page: real engagements only; silent for more than 90 days."""

    total: int
    ended: int
    silent: int
    stages: list[StageOut]


@router.get("/engagements", response=FollowedPage, url_name="deliver_engagements")
def list_followed(
    request: HttpRequest,
    filters: Query[FilterIn],
) -> dict[str, Any]:
    """List the engagements the account may see, latest first."""
    engagements = _filter(visible_engagements(_signed_in(request)), filters)
    return _slice(engagements.order_by("-as_of", "pk"), filters, _describe_followed)


@router.get("/engagements/{key}", response=FollowedRecordOut, url_name="deliver_engagement")
def get_followed(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return one engagement with its steps and evidence."""
    found = read_engagement(visible_engagements(_signed_in(request)), key)
    return _describe_followed(found) | _describe_record(found)


@router.get("/public", response=EngagementPage, url_name="deliver_public")
def list_public(
    request: HttpRequest,
    filters: Query[FilterIn],
) -> dict[str, Any]:
    """List what is public, real engagements first."""
    engagements = _filter(published(), filters)
    return _slice(engagements.order_by("illustrative", "-as_of", "pk"), filters, _describe)


@router.get("/public/figures", response=PipelineOut, url_name="deliver_figures")
def get_figures(request: HttpRequest) -> Any:
    """Return how many real, public engagements stand where."""
    return count_pipeline(published().filter(illustrative=False))


@router.get("/public/{key}", response=RecordOut, url_name="deliver_public_engagement")
def get_public(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return one public engagement with its steps and evidence."""
    found = read_engagement(published(), key)
    return _describe(found) | _describe_record(found)


def _signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInRequired
    return request.user


def _filter(engagements: QuerySet[Engagement], filters: FilterIn) -> QuerySet[Engagement]:
    chosen = {"stage": filters.stage, "field": filters.field, "show": filters.show}
    return filter_engagements(engagements, chosen | {"silent": str(filters.silent or "")})


def _slice(
    engagements: QuerySet[Engagement],
    filters: FilterIn,
    describe: Callable[[Engagement], dict[str, Any]],
) -> dict[str, Any]:
    return {
        "count": engagements.count(),
        "illustrative": count_illustrative(engagements),
        "items": [
            describe(found)
            for found in for_list(engagements)[filters.offset : filters.offset + filters.limit]
        ],
    }


def _describe(found: Engagement) -> dict[str, Any]:
    names = "key title first_party second_party field stage as_of currency amount_kind certainty illustrative source"
    return {name: getattr(found, name) for name in names.split()} | {
        "address": reverse("deliver:public_engagement", args=[found.key]),
        "days_silent": days_silent(found),
        "amount": None if found.amount is None else float(found.amount),
        "evidence_count": found.evidence_count,  # type: ignore[attr-defined]  # annotated by for_list
    }


def _describe_followed(found: Engagement) -> dict[str, Any]:
    return _describe(found) | {
        "address": reverse("deliver:engagement", args=[found.key]),
        "state": found.state,
        "owner": str(found.owner) if found.owner else None,
        "next_action": found.next_action,
        "next_date": found.next_date,
    }


def _describe_record(found: Engagement) -> dict[str, Any]:
    return {
        "steps": [_describe_step(step) for step in found.steps.all()],
        "changes": [
            {"at": change.at, "state": change.state, "reason": change.reason}
            for change in list_state_changes(found)
        ],
    }


def _describe_step(step: Step) -> dict[str, Any]:
    names = ("stage", "date", "reason", "note", "recorded_at")
    return {name: getattr(step, name) for name in names} | {"evidence": list(step.evidence.all())}
