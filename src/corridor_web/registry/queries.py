"""Reads of this app: what a reader sees of organisations, listings and engagements.

Every page, count, download, match and API answer starts from one of the ``visible_…`` querysets, so
that what a reader may not see is nowhere.
"""

from typing import TypeGuard

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from corridor_web.accounts.models import Role, User
from corridor_web.registry.models import Engagement, Listing, Organisation, Person

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
    if not isinstance(reader, User) or reader.role != Role.MEMBER:
        return Organisation.objects.none()
    return Organisation.objects.filter(people__user=reader)


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
