"""Reads of this app: how many engagements stand where, how silent they are.

What is hidden is decided by ``registry.queries.visible_engagements``; every page, count, download and
API answer starts from it or from ``published``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone

from corridor.deliver.agreements import identify_agreement
from corridor.vocabulary import ENDED, STAGES
from corridor_web.accounts.models import Role, User
from corridor_web.deliver.models import ImportBatch
from corridor_web.registry.models import Desk, Engagement, Evidence, Organisation, Step
from corridor_web.registry.queries import Reader, is_administrator, is_officer

#: Days of silence that the filters offer.
SILENCES: Final = (30, 90, 180, 365)


def today() -> date:
    """Return the date against which silence is counted."""
    return timezone.localdate()


def serves_desk(reader: Reader) -> bool:
    """Whether ``reader`` is an officer of one of the pair's two desks, or the administrator."""
    return is_officer(reader) or is_administrator(reader)


def published() -> QuerySet[Engagement]:
    """Return what the public sees, whoever asks."""
    return Engagement.objects.filter(state=Engagement.State.PUBLISHED)


@dataclass(frozen=True)
class StageCount:
    """How many engagements stand at a stage today, and how many ever reached it."""

    stage: str
    standing: int
    reached: int
    reached_share: float | None


@dataclass(frozen=True)
class Pipeline:
    """The figures of a set of engagements; ``stages`` in order, then those that ended."""

    total: int
    stages: tuple[StageCount, ...]
    ended: int
    silent: int

    @property
    def with_results(self) -> StageCount:
        """The last stage."""
        return self.stages[-1]

    @property
    def reached(self) -> list[dict[str, str | int]]:
        """Stage and count, as the funnel's chart takes them."""
        return [{"stage": count.stage, "reached": count.reached} for count in self.stages]


def _rank_of_step() -> Case:
    whens = [When(steps__stage=stage, then=Value(rank)) for rank, stage in enumerate(STAGES)]
    return Case(*whens, default=Value(-1), output_field=IntegerField())


def count_pipeline(engagements: QuerySet[Engagement], *, silent_days: int = 90) -> Pipeline:
    """Count where engagements stand and how far they ever came (two queries, whatever their number).

    An engagement that ended counts as having reached the furthest stage among its steps. Silent are
    those without a step for more than ``silent_days`` that neither ended nor have results.
    """
    plain = engagements.order_by()
    last_day = today() - timedelta(days=silent_days)
    open_stage = ~Q(stage__in=(ENDED, STAGES[-1]))
    standing = plain.aggregate(
        total=Count("pk"),
        silent=Count("pk", filter=Q(as_of__lt=last_day) & open_stage),
        **{f"at_{stage}": Count("pk", filter=Q(stage=stage)) for stage in (*STAGES, ENDED)},
    )
    reached = plain.annotate(furthest=Max(_rank_of_step())).aggregate(
        **{stage: Count("pk", filter=Q(furthest__gte=rank)) for rank, stage in enumerate(STAGES)}
    )
    total = standing["total"]
    stages = tuple(
        StageCount(stage, standing[f"at_{stage}"], reached[stage], reached[stage] / total if total else None)
        for stage in STAGES
    )
    return Pipeline(total, stages, standing[f"at_{ENDED}"], standing["silent"])


def count_illustrative(engagements: QuerySet[Engagement]) -> int:
    """Return how many of ``engagements`` were generated."""
    return engagements.filter(illustrative=True).count()


def filter_engagements(
    engagements: QuerySet[Engagement], chosen: Mapping[str, str], reader: Reader | None = None
) -> QuerySet[Engagement]:
    """Keep the engagements that fit a filter form: stage, field, state, silent, owner, show."""
    for name in ("stage", "field", "state"):
        if value := chosen.get(name):
            engagements = engagements.filter(**{name: value})
    if days := chosen.get("silent"):
        before = today() - timedelta(days=int(days))
        engagements = engagements.filter(as_of__lt=before).exclude(stage=ENDED)
    if chosen.get("owner") == "mine" and isinstance(reader, User):
        engagements = engagements.filter(owner=reader)
    if show := chosen.get("show"):
        engagements = engagements.filter(illustrative=show == "illustrative")
    return engagements


def for_list(engagements: QuerySet[Engagement]) -> QuerySet[Engagement]:
    """Return engagements with what a list shows of each: owner and the number of pieces of evidence."""
    evidence = (
        Evidence.objects.filter(step__engagement=OuterRef("pk"))
        .order_by()
        .values("step__engagement")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return engagements.select_related("owner").annotate(
        evidence_count=Coalesce(Subquery(evidence, output_field=IntegerField()), 0)
    )


def list_due(engagements: QuerySet[Engagement], *, limit: int = 6) -> list[Engagement]:
    """Return the engagements whose next action is due first."""
    waiting = engagements.filter(next_date__isnull=False).exclude(stage=ENDED)
    return list(waiting.select_related("owner").order_by("next_date", "pk")[:limit])


def days_silent(engagement: Engagement) -> int | None:
    """Return the days since the latest step; an engagement that ended is not silent."""
    return None if engagement.stage == ENDED else (today() - engagement.as_of).days


def read_engagement(engagements: QuerySet[Engagement], key: str) -> Engagement:
    """Return one of ``engagements`` with its parties, steps and evidence, or 404."""
    steps = Prefetch("steps", Step.objects.select_related("recorded_by").prefetch_related("evidence"))
    parties = ("first_organisation", "second_organisation")
    return get_object_or_404(for_list(engagements).select_related(*parties).prefetch_related(steps), key=key)


@dataclass(frozen=True)
class Change:
    """One change of a record: when, by whom, what it became, and why."""

    at: datetime
    by: User | None
    state: str
    reason: str


def list_state_changes(engagement: Engagement) -> list[Change]:
    """Return when the engagement was published and withdrawn, and by whom, oldest first."""
    changes: list[Change] = []
    state = Engagement.State.DRAFT.value
    for record in engagement.history.select_related("history_user").order_by("history_date", "history_id"):
        if record.state != state:
            state = record.state
            changes.append(
                Change(record.history_date, record.history_user, state, record.history_change_reason or "")
            )
    return changes


def list_desks() -> dict[str, Desk]:
    """Return the pair's desks by economy."""
    return {desk.economy: desk for desk in Desk.objects.filter(economy__in=settings.CORRIDOR_PAIR)}


def list_owners(engagement: Engagement) -> QuerySet[User]:
    """Return who may own an engagement: officers of both desks and members of its parties."""
    organisations = [engagement.first_organisation_id, engagement.second_organisation_id]
    known = [pk for pk in organisations if pk is not None]
    return User.objects.filter(
        Q(role=Role.DESK_OFFICER, economy__in=settings.CORRIDOR_PAIR)
        | Q(role=Role.MEMBER, person__organisation__in=known),
        is_active=True,
    ).order_by("display_name", "username", "pk")


def read_batch(reader: User, key: str) -> ImportBatch:
    """Return an upload of one's own that has not expired, or 404."""
    return get_object_or_404(ImportBatch, key=key, owner=reader, expires__gt=timezone.now())


def list_waiting(reader: User) -> list[ImportBatch]:
    """Return one's own uploads that wait for a confirmation, newest first."""
    return list(
        ImportBatch.objects.filter(
            owner=reader, status=ImportBatch.Status.WAITING, expires__gt=timezone.now()
        ).defer("rows", "problems")[:5]
    )


@dataclass(frozen=True)
class PlannedRow:
    """One row of an upload: what it holds, whom its parties are, and whether it repeats something."""

    values: Mapping[str, Any]
    first_organisation: Organisation | None
    second_organisation: Organisation | None
    same_row: int | None
    same_engagement: str

    @property
    def creates(self) -> bool:
        """Whether the row becomes an engagement."""
        return self.same_row is None and not self.same_engagement


@dataclass(frozen=True)
class ImportPlan:
    """What confirming an upload would do today."""

    rows: tuple[PlannedRow, ...]
    problems: int

    @property
    def new(self) -> tuple[PlannedRow, ...]:
        """The rows that become engagements."""
        return tuple(row for row in self.rows if row.creates)

    @property
    def left_out(self) -> int:
        """How many rows repeat another row or an engagement."""
        return len(self.rows) - len(self.new)

    @property
    def confirmable(self) -> bool:
        """Whether there is something to create and no bad row."""
        return not self.problems and bool(self.new)


def plan_import(batch: ImportBatch) -> ImportPlan:
    """Return what an upload would create, held against the database as it is now."""
    organisations = _list_names()
    known = _find_known(batch.rows)
    first_rows: dict[str, int] = {}
    planned = []
    for values in batch.rows:
        identity = _identify(values)
        earlier = first_rows.setdefault(identity, values["row"])
        planned.append(
            PlannedRow(
                values=values,
                first_organisation=organisations.get(_fold(values["first_party"])),
                second_organisation=organisations.get(_fold(values["second_party"])),
                same_row=earlier if earlier != values["row"] else None,
                same_engagement=known.get(identity, ""),
            )
        )
    return ImportPlan(tuple(planned), len({problem["row"] for problem in batch.problems}))


def _identify(values: Mapping[str, Any]) -> str:
    day = date.fromisoformat(values["date"])
    return identify_agreement(values["title"], values["first_party"], values["second_party"], day)


def _find_known(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the key of the engagement by identity, for steps on the dates of the rows."""
    steps = Step.objects.filter(date__in={row["date"] for row in rows}).select_related("engagement")
    return {
        identify_agreement(
            step.engagement.title, step.engagement.first_party, step.engagement.second_party, step.date
        ): step.engagement.key
        for step in steps
    }


def _list_names() -> dict[str, Organisation | None]:
    """Return the pair's published organisations by each of their names; a name of two is nobody's."""
    found: dict[str, Organisation | None] = {}
    published = Organisation.objects.filter(
        status=Organisation.Status.PUBLISHED, economy__in=settings.CORRIDOR_PAIR
    )
    for organisation in published:
        for name in {organisation.name_en, organisation.name_zh, organisation.name_ur} - {""}:
            folded = _fold(name)
            found[folded] = None if folded in found else organisation
    return found


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()
