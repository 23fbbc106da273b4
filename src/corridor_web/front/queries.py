"""Reads of the home page: what each stage has to show a visitor."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from corridor_web.registry.models import Engagement, Listing, Organisation


@dataclass(frozen=True)
class Glance:
    """Counts of what everybody may see; ``illustrative`` parts are counted apart."""

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
        status=Listing.Status.PUBLISHED, visibility=Listing.Visibility.PUBLIC
    ).aggregate(offers=Count("pk", filter=Q(side="offer")), needs=Count("pk", filter=Q(side="need")))
    engagements = Engagement.objects.filter(state=Engagement.State.PUBLISHED).aggregate(
        all=Count("pk"),
        illustrative=Count("pk", filter=Q(illustrative=True)),
        results=Count("pk", filter=Q(stage="results")),
    )
    return Glance(
        organisations=organisations["all"],
        illustrative_organisations=organisations["illustrative"],
        offers=listings["offers"],
        needs=listings["needs"],
        engagements=engagements["all"],
        illustrative_engagements=engagements["illustrative"],
        with_results=engagements["results"],
        as_of=timezone.localdate(),
    )
