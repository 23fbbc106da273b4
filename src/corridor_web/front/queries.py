"""Reads of the home page and of the brief: what each stage shows a visitor, and who may read a paper."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from corridor.find.stored import list_stored_pairs, stored_run
from corridor_web.accounts.models import Role
from corridor_web.common.models import Job
from corridor_web.find.models import Run
from corridor_web.find.queries import list_pairs, visible_runs
from corridor_web.registry.models import Engagement, Listing, Organisation


@dataclass(frozen=True)
class Glance:
    """Counts of what everybody may see; illustrative engagements are counted apart and in no other figure."""

    organisations: int
    illustrative_organisations: int
    offers: int
    needs: int
    engagements: int
    illustrative_engagements: int
    with_results: int
    as_of: date


def read_glance() -> Glance:
    """Count public records in three queries."""
    organisations = Organisation.objects.filter(status=Organisation.Status.PUBLISHED).aggregate(
        all=Count("pk"), illustrative=Count("pk", filter=Q(illustrative=True))
    )
    listings = Listing.objects.filter(
        status=Listing.Status.PUBLISHED,
        organisation__status=Organisation.Status.PUBLISHED,
        visibility=Listing.Visibility.PUBLIC,
    ).aggregate(offers=Count("pk", filter=Q(side="offer")), needs=Count("pk", filter=Q(side="need")))
    engagements = Engagement.objects.filter(state=Engagement.State.PUBLISHED).aggregate(
        real=Count("pk", filter=Q(illustrative=False)),
        generated=Count("pk", filter=Q(illustrative=True)),
        results=Count("pk", filter=Q(illustrative=False, stage="results")),
    )
    return Glance(
        organisations=organisations["all"],
        illustrative_organisations=organisations["illustrative"],
        offers=listings["offers"],
        needs=listings["needs"],
        engagements=engagements["real"],
        illustrative_engagements=engagements["generated"],
        with_results=engagements["results"],
        as_of=timezone.localdate(),
    )


#: The kind of the job that makes a brief; its key names the folder of the papers.
BRIEF: Final = "front.brief"
#: How long papers are kept.
KEPT: Final = timedelta(days=7)
OFFERED_RUNS: Final = 20


@dataclass(frozen=True)
class Figures:
    """What a brief may rest on: a run computed here, or (``run`` None) the one the project carries."""

    code: str
    exporter: str
    importer: str
    year: int
    run: Run | None


def list_figures(user: Any) -> list[Figures]:
    """Return what ``user`` may make a brief on: the site's pair first, newest first, carried runs last."""
    runs = [
        Figures(run.key, run.exporter, run.importer, run.year, run)
        for run in visible_runs(user)[:OFFERED_RUNS]
    ]
    carried = [
        Figures(
            f"stored:{exporter}:{importer}", exporter, importer, stored_run(exporter, importer).year, None
        )
        for exporter, importer in list_stored_pairs()
    ]
    order = {pair: place for place, pair in enumerate(list_pairs())}
    found = [*runs, *carried]
    return sorted(found, key=lambda one: order.get((one.exporter, one.importer), len(order)))


def briefs_folder() -> Path:
    """Return the folder with a folder of papers for each brief."""
    return Path(settings.HOME) / "briefs"


def visible_briefs(user: Any) -> QuerySet[Job]:
    """Return the briefs whose papers ``user`` may read: their own; all for officers and administrators."""
    briefs = Job.objects.filter(kind=BRIEF, state=Job.State.DONE, finished__gte=timezone.now() - KEPT)
    if not getattr(user, "is_authenticated", False):
        return briefs.none()
    if user.role in (Role.DESK_OFFICER, Role.ADMINISTRATOR):
        return briefs
    return briefs.filter(created_by=user)


def open_brief(user: Any) -> Job | None:
    """Return the brief of ``user`` that waits or is being made."""
    return Job.objects.filter(
        kind=BRIEF, created_by=user, state__in=(Job.State.QUEUED, Job.State.RUNNING)
    ).first()


def list_papers(job: Job) -> list[Path]:
    """Return the files of a brief by name; none where it was not made or has been swept."""
    folder = briefs_folder() / job.key
    return sorted(folder.iterdir()) if folder.is_dir() else []
