"""The API of this app: the same querysets as the pages, so the same permissions."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from corridor_web.match import queries
from corridor_web.match.models import Introduction
from corridor_web.registry.api import Slice
from corridor_web.registry.models import Listing
from corridor_web.registry.queries import visible_listings

router = Router(tags=["match"])


class MatchFilter(Slice):
    """Which matches; empty means any. ``economy`` is that of the offer, ``listing`` a key."""

    field: str = ""
    economy: str = ""
    listing: str = ""


class ReasonOut(Schema):
    """Why the two fit: a code, what matched, and how much it added."""

    code: str
    value: str
    weight: float


class SideOut(Schema):
    """One of the two listings."""

    key: str
    title: str
    language: str
    organisation: str
    name_en: str
    economy: str


class MatchOut(Schema):
    """A match; ``state`` is told to the parties, their desks and the administrator, else null."""

    key: str
    offer: SideOut
    need: SideOut
    score: float
    offer_fit: float
    need_fit: float
    reasons: list[ReasonOut]
    state: str | None
    illustrative: bool


class MatchPage(Schema):
    """A slice of the matches the reader may see; ``count`` is over all of these."""

    count: int
    items: list[MatchOut]


def _side(listing: Listing) -> dict[str, Any]:
    return {
        "key": listing.key,
        "title": listing.title,
        "language": listing.language,
        "organisation": listing.organisation.key,
        "name_en": listing.organisation.name_en,
        "economy": listing.organisation.economy,
    }


def _match(found: Introduction, standing: queries.Standing) -> dict[str, Any]:
    return {
        "key": found.key,
        "offer": _side(found.offer),
        "need": _side(found.need),
        "score": found.score,
        "offer_fit": found.offer_fit,
        "need_fit": found.need_fit,
        "reasons": found.reasons,
        "state": found.state if standing.knows_answers(found) else None,
        "illustrative": found.illustrative,
    }


@router.get("/matches", response=MatchPage, url_name="match_matches")
def list_matches(request: HttpRequest, filters: Query[MatchFilter]) -> dict[str, Any]:
    """List matches, the best fit first."""
    listing = None
    if filters.listing:
        listing = get_object_or_404(visible_listings(request.user), key=filters.listing)
    rows = queries.filter_introductions(
        queries.visible_introductions(request.user),
        field=filters.field,
        economy=filters.economy,
        listing=listing,
    ).order_by("-score", "pk")
    standing = queries.read_standing(request.user)
    part = rows[filters.offset : filters.offset + filters.limit]
    return {"count": rows.count(), "items": [_match(row, standing) for row in part]}


@router.get("/matches/{key}", response=MatchOut, url_name="match_match")
def get_match(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return one match."""
    found = get_object_or_404(queries.visible_introductions(request.user), key=key)
    return _match(found, queries.read_standing(request.user))
