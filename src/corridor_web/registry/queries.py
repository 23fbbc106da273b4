"""Reads of this app: what a reader sees of organisations, listings and engagements.

Every page, count, download, match and API answer starts from one of the ``visible_…`` querysets, so
that what a reader may not see is nowhere.
"""

from dataclasses import dataclass
from typing import Any, TypeGuard

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import Http404

from corridor_web.accounts.models import Role, User
from corridor_web.registry.models import Desk, Engagement, Listing, Organisation, Person, Status

Reader = User | AnonymousUser
#: Nobody: a condition that no row fulfils.
NONE = Q(pk__in=())


def is_administrator(reader: Reader) -> TypeGuard[User]:
    """Whether ``reader`` runs the site."""
    return isinstance(reader, User) and reader.is_administrator


def is_officer(reader: Reader) -> TypeGuard[User]:
    """Whether ``reader`` serves one of the pair's two desks."""
    return isinstance(reader, User) and reader.is_desk_officer and reader.economy in settings.CORRIDOR_PAIR


def own_organisations(reader: Reader) -> QuerySet[Organisation]:
    """Return the organisations ``reader`` is a member of (in any state); empty for other roles."""
    return Organisation.objects.filter(_own(reader, "pk"))


def own_organisation(reader: Reader) -> Organisation | None:
    """Return the organisation ``reader`` acts for."""
    return own_organisations(reader).first()


def _own(reader: Reader, name: str) -> Q:
    if not isinstance(reader, User) or reader.role != Role.MEMBER:
        return NONE
    return Q(**{name + "__in": Person.objects.filter(user=reader).values("organisation")})


def visible_organisations(reader: Reader) -> QuerySet[Organisation]:
    """Return the organisations ``reader`` may see.

    Published: everyone. Draft: its own members. In review or withdrawn: its members and the desk of
    its economy. The administrator sees all.
    """
    if is_administrator(reader):
        return Organisation.objects.all()
    condition = Q(status=Organisation.Status.PUBLISHED) | _own(reader, "pk")
    if is_officer(reader):
        condition |= Q(economy=reader.economy) & ~Q(status=Organisation.Status.DRAFT)
    return Organisation.objects.filter(condition)


def visible_listings(reader: Reader) -> QuerySet[Listing]:
    """Return the offers and needs ``reader`` may see, with their organisations.

    Published and public: everyone; published for members: everybody signed in; both only once the
    organisation is published. Draft: its own organisation. In review or withdrawn: its organisation
    and the desk of its economy. The administrator sees all.
    """
    listings = Listing.objects.select_related("organisation")
    if is_administrator(reader):
        return listings
    published = Q(status=Listing.Status.PUBLISHED, organisation__status=Organisation.Status.PUBLISHED)
    if not reader.is_authenticated:
        published &= Q(visibility=Listing.Visibility.PUBLIC)
    condition = published | _own(reader, "organisation")
    if is_officer(reader):
        drafts = Q(status=Listing.Status.DRAFT) | Q(organisation__status=Organisation.Status.DRAFT)
        condition |= Q(organisation__economy=reader.economy) & ~drafts
    return listings.filter(condition)


def visible_engagements(reader: Reader) -> QuerySet[Engagement]:
    """Return the engagements ``reader`` may see: published ones, one's own, for the desks all."""
    if is_administrator(reader) or is_officer(reader):
        return Engagement.objects.all()
    return Engagement.objects.filter(Q(state=Engagement.State.PUBLISHED) | _party(reader))


def changeable_engagements(reader: Reader) -> QuerySet[Engagement]:
    """Return the engagements to which ``reader`` may append: one's own, for the desks all."""
    if is_administrator(reader) or is_officer(reader):
        return Engagement.objects.all()
    return Engagement.objects.filter(_party(reader))


def _party(reader: Reader) -> Q:
    return _own(reader, "first_organisation") | _own(reader, "second_organisation")


def editable_organisations(reader: Reader) -> QuerySet[Organisation]:
    """Return the organisations whose page ``reader`` may change: one's own; the administrator's are all."""
    return Organisation.objects.all() if is_administrator(reader) else own_organisations(reader)


def editable_listings(reader: Reader) -> QuerySet[Listing]:
    """Return the listings ``reader`` may change: those of one's own organisation."""
    listings = Listing.objects.select_related("organisation")
    return listings if is_administrator(reader) else listings.filter(_own(reader, "organisation"))


def reviewable_organisations(reader: Reader) -> QuerySet[Organisation]:
    """Return the organisations a desk has been shown: those of its economy past the draft."""
    return _past_draft(reader, Organisation.objects.all(), "economy")


def reviewable_listings(reader: Reader) -> QuerySet[Listing]:
    """Return the listings a desk has been shown: those of its economy past the draft."""
    listings = Listing.objects.select_related("organisation")
    return _past_draft(reader, listings, "organisation__economy").exclude(
        organisation__status=Organisation.Status.DRAFT
    )


def _past_draft(reader: Reader, records: QuerySet[Any], economy: str) -> QuerySet[Any]:
    shown: QuerySet[Any] = records.exclude(status=Status.DRAFT)
    if not is_administrator(reader):
        shown = shown.filter(**{economy: reader.economy}) if is_officer(reader) else shown.none()
    return shown


def withdrawable_listings(reader: Reader) -> QuerySet[Listing]:
    """Return the listings ``reader`` may withdraw: one's own, and for a desk those of its economy."""
    return editable_listings(reader) | reviewable_listings(reader)


def withdrawable_organisations(reader: Reader) -> QuerySet[Organisation]:
    """Return the organisations ``reader`` may withdraw: one's own, and for a desk those of its economy."""
    return editable_organisations(reader) | reviewable_organisations(reader)


def filter_organisations(
    organisations: QuerySet[Organisation],
    *,
    economy: str = "",
    kind: str = "",
    field: str = "",
    records: str = "",
) -> QuerySet[Organisation]:
    """Narrow a list of organisations; empty means any. ``records`` is ``facts`` or ``illustrative``."""
    chosen = {name: value for name, value in (("economy", economy), ("kind", kind)) if value}
    return _with_records(_with_field(organisations.filter(**chosen), field), records)


def filter_listings(
    listings: QuerySet[Listing],
    *,
    side: str = "",
    kind: str = "",
    field: str = "",
    economy: str = "",
    language: str = "",
    records: str = "",
) -> QuerySet[Listing]:
    """Narrow a list of listings; empty means any. ``records`` is ``facts`` or ``illustrative``."""
    pairs = (("side", side), ("kind", kind), ("organisation__economy", economy), ("language", language))
    chosen = {name: value for name, value in pairs if value}
    return _with_records(_with_field(listings.filter(**chosen), field), records)


def _with_field(records: QuerySet[Any], field: str) -> QuerySet[Any]:
    """Keep records whose JSON list ``fields`` holds the code: the same text search on every database."""
    if not field:
        return records
    text = Cast("fields", TextField())
    found: QuerySet[Any] = records.annotate(fields_text=text).filter(fields_text__contains=f'"{field}"')
    return found


def filter_products(listings: QuerySet[Listing], product: str) -> QuerySet[Listing]:
    """Keep listings whose HS codes, of two to six digits, hold ``product`` or a heading it belongs to."""
    text = Cast("products", TextField())
    condition = NONE
    for digits in range(2, len(product) + 1):
        condition |= Q(products_text__contains=f'"{product[:digits]}"')
    found: QuerySet[Listing] = listings.annotate(products_text=text).filter(condition)
    return found


def _with_records(rows: QuerySet[Any], records: str) -> QuerySet[Any]:
    known = {"facts": False, "illustrative": True}
    return rows.filter(illustrative=known[records]) if records in known else rows


def list_economies(reader: Reader) -> list[str]:
    """Return the economies of the organisations ``reader`` may see."""
    found = visible_organisations(reader).order_by("economy").values_list("economy", flat=True)
    return list(found.distinct())


def list_people(reader: Reader, organisation: Organisation) -> list[Person]:
    """Return the people of an organisation: illustrative ones to everyone, real ones to the signed-in."""
    people = organisation.people.all()
    return list(people if reader.is_authenticated else people.filter(illustrative=True))


def list_engagements(reader: Reader, organisation: Organisation) -> list[Engagement]:
    """Return the engagements of an organisation that ``reader`` may see, newest first."""
    parties = Q(first_organisation=organisation) | Q(second_organisation=organisation)
    return list(visible_engagements(reader).filter(parties).order_by("-as_of", "pk"))


@dataclass(frozen=True)
class DeskSummary:
    """What stands at a desk, counted over what the reader may see."""

    desk: Desk
    organisations: int
    offers: int
    needs: int
    waiting: int | None


def summarise_desks(reader: Reader) -> list[DeskSummary]:
    """Return the desks of the pair, home first, with counts over what ``reader`` may see.

    ``waiting`` counts what waits for review; only the desk itself and the administrator are told.
    """
    organisations = _count(visible_organisations(reader).filter(status=Status.PUBLISHED), "economy")
    published = visible_listings(reader).filter(status=Status.PUBLISHED)
    offers = _count(published.filter(side="offer"), "organisation__economy")
    needs = _count(published.filter(side="need"), "organisation__economy")
    listings = _count(reviewable_listings(reader).filter(status=Status.REVIEW), "organisation__economy")
    pages = _count(reviewable_organisations(reader).filter(status=Status.REVIEW), "economy")
    desks = {desk.economy: desk for desk in Desk.objects.filter(economy__in=settings.CORRIDOR_PAIR)}
    return [
        DeskSummary(
            desks[economy],
            organisations.get(economy, 0),
            offers.get(economy, 0),
            needs.get(economy, 0),
            listings.get(economy, 0) + pages.get(economy, 0) if _sees_queue(reader, economy) else None,
        )
        for economy in settings.CORRIDOR_PAIR
        if economy in desks
    ]


def read_desk(reader: Reader, economy: str) -> DeskSummary:
    """Return one desk with its counts.

    Raises
    ------
    Http404: the pair has no desk of this economy.
    """
    for summary in summarise_desks(reader):
        if summary.desk.economy == economy:
            return summary
    raise Http404


def _count(records: QuerySet[Any], name: str) -> dict[str, int]:
    return dict(records.order_by().values_list(name).annotate(number=Count("pk")))


def _sees_queue(reader: Reader, economy: str) -> bool:
    return is_administrator(reader) or (is_officer(reader) and reader.economy == economy)


def list_officers(reader: Reader, desk: Desk) -> list[User]:
    """Return who serves a desk, to the signed-in; demo accounts only in the demonstration."""
    if not reader.is_authenticated:
        return []
    officers = User.objects.filter(role=Role.DESK_OFFICER, economy=desk.economy, is_active=True)
    if not settings.DEMO:
        officers = officers.filter(is_demo=False)
    return list(officers.order_by("display_name", "pk"))
