"""The API of this app: the same querysets as the pages, so the same permissions."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from corridor_web.common.api import LARGEST_OFFSET
from corridor_web.registry import queries
from corridor_web.registry.models import Listing, Organisation

router = Router(tags=["registry"])


class Slice(Schema):
    """Which part of a list."""

    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0, le=LARGEST_OFFSET)


class OrganisationFilter(Slice):
    """Which organisations; empty means any."""

    economy: str = ""
    kind: str = ""
    field: str = ""


class ListingFilter(Slice):
    """Which offers and needs; empty means any."""

    side: str = ""
    kind: str = ""
    field: str = ""
    economy: str = ""
    language: str = ""


class ProjectOut(Schema):
    """A system an organisation has delivered."""

    name: str
    field: str
    city: str
    economy: str
    year: int | None
    value_usd: float | None
    delivered: str
    illustrative: bool
    source: str


class OrganisationOut(Schema):
    """An organisation in a list."""

    key: str
    economy: str
    kind: str
    name_en: str
    name_zh: str
    name_ur: str
    city: str
    fields: list[str]
    website: str
    status: str
    illustrative: bool
    source: str


class OrganisationDetail(OrganisationOut):
    """An organisation with what it has delivered."""

    summary: str
    reference_projects: list[ProjectOut]


class OrganisationPage(Schema):
    """A slice of the organisations the reader may see; ``count`` is over all of these."""

    count: int
    items: list[OrganisationOut]


class ListingOut(Schema):
    """An offer or a need."""

    key: str
    organisation: str
    economy: str
    side: str
    kind: str
    fields: list[str]
    products: list[str]
    language: str
    title: str
    text: str
    status: str
    visibility: str
    changed: datetime
    illustrative: bool
    source: str

    @staticmethod
    def resolve_organisation(listing: Listing) -> str:
        """Return the key of who lists it."""
        return listing.organisation.key

    @staticmethod
    def resolve_economy(listing: Listing) -> str:
        """Return the economy of who lists it."""
        return listing.organisation.economy


class ListingPage(Schema):
    """A slice of the offers and needs the reader may see; ``count`` is over all of these."""

    count: int
    items: list[ListingOut]


class DeskOut(Schema):
    """A desk with counts over what the reader may see; ``waiting`` is told to the desk itself."""

    economy: str
    name: str
    organisations: int
    offers: int
    needs: int
    waiting: int | None


def cut_slice(rows: Any, part: Slice) -> dict[str, Any]:
    """Return ``count`` and the asked ``items`` of a queryset."""
    return {"count": rows.count(), "items": list(rows[part.offset : part.offset + part.limit])}


@router.get("/organisations", response=OrganisationPage, url_name="registry_organisations")
def list_organisations(request: HttpRequest, filters: Query[OrganisationFilter]) -> dict[str, Any]:
    """List organisations by name."""
    rows = queries.filter_organisations(
        queries.visible_organisations(request.user),
        economy=filters.economy,
        kind=filters.kind,
        field=filters.field,
    )
    return cut_slice(rows.order_by("name_en", "pk"), filters)


@router.get("/organisations/{key}", response=OrganisationDetail, url_name="registry_organisation")
def get_organisation(request: HttpRequest, key: str) -> Organisation:
    """Return one organisation."""
    visible = queries.visible_organisations(request.user).prefetch_related("reference_projects")
    return get_object_or_404(visible, key=key)


@router.get("/listings", response=ListingPage, url_name="registry_listings")
def list_listings(request: HttpRequest, filters: Query[ListingFilter]) -> dict[str, Any]:
    """List offers and needs, the latest change first."""
    rows = queries.filter_listings(
        queries.visible_listings(request.user),
        side=filters.side,
        kind=filters.kind,
        field=filters.field,
        economy=filters.economy,
        language=filters.language,
    )
    return cut_slice(rows.order_by("-changed", "pk"), filters)


@router.get("/listings/{key}", response=ListingOut, url_name="registry_listing")
def get_listing(request: HttpRequest, key: str) -> Listing:
    """Return one offer or need."""
    return get_object_or_404(queries.visible_listings(request.user), key=key)


def _desk(summary: queries.DeskSummary) -> dict[str, Any]:
    return {
        "economy": summary.desk.economy,
        "name": summary.desk.name,
        "organisations": summary.organisations,
        "offers": summary.offers,
        "needs": summary.needs,
        "waiting": summary.waiting,
    }


@router.get("/desks", response=list[DeskOut], url_name="registry_desks")
def list_desks(request: HttpRequest) -> list[dict[str, Any]]:
    """List the desks of the pair, home first."""
    return [_desk(summary) for summary in queries.summarise_desks(request.user)]


@router.get("/desks/{economy}", response=DeskOut, url_name="registry_desk")
def get_desk(request: HttpRequest, economy: str) -> dict[str, Any]:
    """Return one desk."""
    return _desk(queries.read_desk(request.user, economy))
