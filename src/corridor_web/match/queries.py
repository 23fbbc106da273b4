"""Reads of this app: introductions a reader sees, and whose answer a reader may give."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from corridor.tables import LISTINGS, ORGANISATIONS
from corridor_web.accounts.models import Role, User
from corridor_web.match.models import Introduction
from corridor_web.registry.models import Listing, Organisation, Person, ReferenceProject, Status
from corridor_web.registry.queries import (
    Reader,
    is_administrator,
    is_officer,
    own_organisation,
    visible_listings,
)

SIDES: Final = ("offer", "need")
#: States that only the parties and the desks are told of.
PRIVATE: Final = (Introduction.State.DECLINED, Introduction.State.EXPIRED)


def visible_introductions(reader: Reader) -> QuerySet[Introduction]:
    """Return the introductions ``reader`` may see: both listings are visible to the reader.

    What was declined or has expired is seen by the parties and the desks of their sides only.
    """
    listings = visible_listings(reader).values("pk")
    introductions = Introduction.objects.filter(offer__in=listings, need__in=listings).select_related(
        "offer__organisation", "need__organisation", "engagement"
    )
    if is_administrator(reader):
        return introductions
    return introductions.filter(~Q(state__in=PRIVATE) | party_condition(reader))


def party_condition(reader: Reader) -> Q:
    """Return the condition that ``reader`` may answer for one of the two sides."""
    return _side_condition(reader, "offer") | _side_condition(reader, "need")


def _side_condition(reader: Reader, side: str) -> Q:
    if is_officer(reader):
        return Q(**{f"{side}__organisation__economy": reader.economy})
    if isinstance(reader, User) and reader.role == Role.MEMBER:
        return Q(**{f"{side}__organisation__in": Person.objects.filter(user=reader).values("organisation")})
    return Q(pk__in=())


@dataclass(frozen=True)
class Standing:
    """For whom a reader speaks: the own organisation, the desk's economy, or (administrator) all to know."""

    organisation: int | None = None
    economy: str = ""
    administrator: bool = False

    def sides(self, introduction: Introduction) -> tuple[str, ...]:
        """Return the sides of an introduction for which the reader may answer."""
        return tuple(side for side in SIDES if self._speaks_for(getattr(introduction, side).organisation))

    def knows_answers(self, introduction: Introduction) -> bool:
        """Whether the reader is told how the parties answered."""
        return self.administrator or bool(self.sides(introduction))

    def _speaks_for(self, organisation: Organisation) -> bool:
        return organisation.pk == self.organisation or organisation.economy == self.economy


def read_standing(reader: Reader) -> Standing:
    """Return for whom ``reader`` speaks."""
    if is_administrator(reader):
        return Standing(administrator=True)
    if is_officer(reader):
        return Standing(economy=reader.economy)
    own = own_organisation(reader)
    return Standing(organisation=own.pk if own else None)


def filter_introductions(
    introductions: QuerySet[Introduction],
    *,
    field: str = "",
    economy: str = "",
    listing: Listing | None = None,
) -> QuerySet[Introduction]:
    """Narrow a list: by a field of the need, by the economy that offers, by one of the two listings."""
    if economy:
        introductions = introductions.filter(offer__organisation__economy=economy)
    if field:
        text = Cast("need__fields", TextField())
        introductions = introductions.annotate(fields_text=text).filter(fields_text__contains=f'"{field}"')
    if listing is not None:
        introductions = introductions.filter(Q(offer=listing) | Q(need=listing))
    return introductions


def waiting_for(reader: Reader) -> QuerySet[Introduction]:
    """Return the introductions that wait for an answer which ``reader`` may give."""
    open_states = (
        Introduction.State.PROPOSED,
        Introduction.State.INTERESTED_OFFER,
        Introduction.State.INTERESTED_NEED,
    )
    unanswered = (_side_condition(reader, "offer") & Q(offer_answer="")) | (
        _side_condition(reader, "need") & Q(need_answer="")
    )
    return visible_introductions(reader).filter(unanswered, state__in=open_states)


def published_listings() -> QuerySet[Listing]:
    """Return what is matched: published listings of published organisations."""
    return Listing.objects.filter(
        status=Status.PUBLISHED, organisation__status=Status.PUBLISHED
    ).select_related("organisation")


def tabulate_listings(listings: Iterable[Listing]) -> pl.DataFrame:
    """Return listings as the library's table; the identifier is the public key."""
    rows = [
        {
            "listing": listing.key,
            "organisation": listing.organisation.key,
            "side": listing.side,
            "kind": listing.kind,
            "fields": listing.fields,
            "products": listing.products,
            "language": listing.language,
            "title": listing.title,
            "text": listing.text,
            "illustrative": listing.illustrative,
            "source": listing.source or None,
        }
        for listing in listings
    ]
    return LISTINGS.check(pl.DataFrame(rows, schema=LISTINGS.empty().schema))


def tabulate_organisations(organisations: Iterable[Organisation]) -> pl.DataFrame:
    """Return organisations as the library's table; the identifier is the public key."""
    rows = [
        {
            "organisation": organisation.key,
            "economy": organisation.economy,
            "kind": organisation.kind,
            "name_en": organisation.name_en,
            "name_zh": organisation.name_zh or None,
            "name_ur": organisation.name_ur or None,
            "city": organisation.city or None,
            "fields": organisation.fields,
            "illustrative": organisation.illustrative,
            "source": organisation.source or None,
        }
        for organisation in organisations
    ]
    return ORGANISATIONS.check(pl.DataFrame(rows, schema=ORGANISATIONS.empty().schema))


def tabulate_references(projects: Iterable[ReferenceProject]) -> pl.DataFrame:
    """Return reference projects as the library wants them: organisation, field, economy."""
    rows = [
        {"organisation": project.organisation.key, "field": project.field, "economy": project.economy}
        for project in projects
    ]
    return pl.DataFrame(rows, schema={"organisation": pl.String, "field": pl.String, "economy": pl.String})


def references_of(organisations: Iterable[Organisation]) -> QuerySet[ReferenceProject]:
    """Return what these organisations have delivered."""
    return ReferenceProject.objects.filter(organisation__in=list(organisations)).select_related(
        "organisation"
    )
