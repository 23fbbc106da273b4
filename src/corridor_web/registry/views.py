"""Pages of this app: organisations, offers and needs, the two desks and what waits at them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from corridor.errors import InputError
from corridor.locale import format_date
from corridor.locale.economies import economy_name
from corridor.locale.nomenclature import chapter_name
from corridor_web.accounts.models import Role
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column
from corridor_web.common.listing import Listing as Table
from corridor_web.common.permissions import View, require_role
from corridor_web.registry import domain, queries
from corridor_web.registry.forms import (
    LANGUAGE_NAMES,
    ListingForm,
    OrganisationForm,
    RemarkForm,
    field_choices,
    kind_choices,
    organisation_kind_choices,
    side_choices,
)
from corridor_web.registry.models import Listing, Organisation, Status

SUBMITTED = gettext_lazy("Your desk has it for review.")
PUBLISHED = gettext_lazy("It is published.")
WITHDRAWN = gettext_lazy("It is withdrawn. Others no longer see it.")


@dataclass(frozen=True)
class Choice:
    """One filter of a list: its parameter, its words, what can be chosen, and what is."""

    name: str
    title: Any
    options: Sequence[tuple[str, str]]
    value: str


def read_choices(request: HttpRequest, *filters: tuple[str, Any, Sequence[tuple[str, str]]]) -> list[Choice]:
    """Return the filters of a list with the reader's choices; what cannot be chosen counts as none."""
    found = []
    for name, title, options in filters:
        value = request.GET.get(name, "")
        found.append(Choice(name, title, options, value if value in dict(options) else ""))
    return found


def is_narrowed(choices: Sequence[Choice]) -> bool:
    """Whether the reader chose anything."""
    return any(choice.value for choice in choices)


def economy_choices(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Return economies in the reader's language."""
    return [(code, economy_name(code, current_language())) for code in codes]


def records_choices() -> list[tuple[str, str]]:
    """Return the two kinds of record: public facts with their source, and generated ones."""
    return [("facts", _("Public facts")), ("illustrative", _("Illustrative"))]


def _source_line() -> str:
    today = format_date(timezone.localdate(), current_language())
    return _("Corridor registry, as of %(date)s. Public facts name their source on the page.") % {
        "date": today
    }


# ------------------------------------------------------------------------------------- organisations
def index(request: HttpRequest) -> HttpResponse:
    """List the organisations."""
    visible = queries.visible_organisations(request.user)
    choices = read_choices(
        request,
        ("economy", gettext_lazy("Economy"), economy_choices(queries.list_economies(request.user))),
        ("kind", gettext_lazy("Kind"), organisation_kind_choices()),
        ("field", gettext_lazy("Sector or field"), field_choices()),
        ("records", gettext_lazy("Records"), records_choices()),
    )
    rows = queries.filter_organisations(visible, **{choice.name: choice.value for choice in choices})
    language = current_language()
    columns = [
        Column(
            "name",
            gettext_lazy("Organisation"),
            "name",
            order={"zh-Hans": "name_zh", "ur": "name_ur"}.get(language, "name_en"),
            link=lambda row: reverse("registry:organisation", args=[row.key]),
            value=lambda row: row.name_in(language),
        ),
        Column("illustrative", _("Record"), "flag", order=""),
        Column("kind", gettext_lazy("Kind"), "label"),
        Column("economy", gettext_lazy("Economy"), "economy"),
        Column("city", gettext_lazy("City"), "name", secondary=True),
        Column("fields", gettext_lazy("Sectors and fields"), "labels", order="", secondary=True),
    ]
    table = Table(
        request,
        rows,
        columns,
        title="organisations",
        search=("name_en", "name_zh", "name_ur", "city"),
        default_sort="name_en",
        source=_source_line(),
    )
    if answer := table.download():
        return answer
    return render(
        request,
        "registry/organisations.html",
        {
            "listing": table,
            "choices": choices,
            "filtered": is_narrowed(choices),
            "desks": queries.summarise_desks(request.user),
        },
    )


def organisation(request: HttpRequest, key: str) -> HttpResponse:
    """Show an organisation: facts, reference projects, offers and needs, people, engagements."""
    found = get_object_or_404(queries.visible_organisations(request.user), key=key)
    listings = list(queries.visible_listings(request.user).filter(organisation=found))
    may_edit = queries.editable_organisations(request.user).filter(pk=found.pk).exists()
    language = current_language()
    context = {
        "organisation": found,
        "name": found.name_in(language),
        "projects": list(found.reference_projects.all()),
        "offers": [listing for listing in listings if listing.side == "offer"],
        "needs": [listing for listing in listings if listing.side == "need"],
        "people": [
            (person, person.title_in(language)) for person in queries.list_people(request.user, found)
        ],
        "engagements": queries.list_engagements(request.user, found),
        "may_edit": may_edit,
        "may_review": queries.reviewable_organisations(request.user).filter(pk=found.pk).exists(),
        "remark_form": RemarkForm(),
    }
    return render(request, "registry/organisation.html", context)


@require_role(Role.MEMBER)
def mine(request: HttpRequest) -> HttpResponse:
    """Lead a member to the own organisation."""
    own = queries.own_organisation(request.user)
    if own is None:
        messages.warning(request, _("Your account belongs to no organisation yet. Ask your desk."))
        return redirect("registry:index")
    return redirect("registry:organisation", own.key)


@require_role()
def edit_organisation(request: HttpRequest, key: str) -> HttpResponse:
    """Change the facts of the own organisation."""
    found = get_object_or_404(queries.editable_organisations(request.user), key=key)
    form = OrganisationForm(request.POST or None, initial=OrganisationForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        domain.change_organisation(request.user, found, form.values)
        messages.success(request, _("The changes are stored."))
        return redirect("registry:organisation", key)
    return render(request, "registry/organisation_form.html", {"form": form, "organisation": found})


# ------------------------------------------------------------------------------------------ listings
def listings(request: HttpRequest) -> HttpResponse:
    """List the offers and needs."""
    visible = queries.visible_listings(request.user)
    choices = read_choices(
        request,
        ("side", gettext_lazy("Offer or need"), side_choices()),
        ("kind", gettext_lazy("Kind"), kind_choices()),
        ("field", gettext_lazy("Sector or field"), field_choices()),
        ("economy", gettext_lazy("Economy"), economy_choices(queries.list_economies(request.user))),
        ("language", gettext_lazy("Language"), LANGUAGE_NAMES),
        ("records", gettext_lazy("Records"), records_choices()),
    )
    rows = queries.filter_listings(visible, **{choice.name: choice.value for choice in choices})
    table = Table(
        request,
        rows,
        _listing_columns(with_status=request.user.is_authenticated),
        title="listings",
        search=(
            "title",
            "text",
            "organisation__name_en",
            "organisation__name_zh",
            "organisation__name_ur",
        ),
        default_sort="-changed",
        source=_source_line(),
        empty=_("No offer or need fits these filters."),
    )
    if answer := table.download():
        return answer
    context = {
        "listing": table,
        "choices": choices,
        "filtered": is_narrowed(choices),
        "own": queries.own_organisation(request.user),
    }
    return render(request, "registry/listings.html", context)


def _listing_columns(*, with_status: bool) -> list[Column]:
    language = current_language()
    columns = [
        Column(
            "title",
            gettext_lazy("Title"),
            link=lambda row: reverse("registry:listing", args=[row.key]),
            lang_of=lambda row: row.language,
        ),
        Column("illustrative", _("Record"), "flag", order=""),
        Column("side", gettext_lazy("Side"), "label"),
        Column("kind", gettext_lazy("Kind"), "label", secondary=True),
        Column("fields", gettext_lazy("Sectors and fields"), "labels", order="", secondary=True),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            "name",
            order="organisation__name_en",
            link=lambda row: reverse("registry:organisation", args=[row.organisation.key]),
            value=lambda row: row.organisation.name_in(language),
            secondary=True,
        ),
        Column("organisation.economy", gettext_lazy("Economy"), "economy", secondary=True),
        Column("changed", gettext_lazy("Changed"), "date", secondary=True),
    ]
    if with_status:
        status = Column(
            "status", gettext_lazy("Status"), value=lambda row: row.get_status_display(), order="status"
        )
        columns.append(status)
    return columns


def listing(request: HttpRequest, key: str) -> HttpResponse:
    """Show an offer or a need in its language."""
    found = get_object_or_404(queries.visible_listings(request.user), key=key)
    language = current_language()
    context = {
        "listing": found,
        "organisation": found.organisation,
        "name": found.organisation.name_in(language),
        "products": [(code, chapter_name(code[:2], language)) for code in found.products],
        "may_edit": queries.editable_listings(request.user).filter(pk=found.pk).exists(),
        "may_review": queries.reviewable_listings(request.user).filter(pk=found.pk).exists(),
        "remark_form": RemarkForm(),
    }
    return render(request, "registry/listing.html", context)


@require_role()
def create_listing(request: HttpRequest, key: str) -> HttpResponse:
    """Write a new offer or need of the own organisation."""
    own = get_object_or_404(queries.editable_organisations(request.user), key=key)
    initial = {
        "side": request.GET.get("side", "offer"),
        "language": current_language(),
        "visibility": Listing.Visibility.PUBLIC,
        "field_codes": own.fields,
    }
    form = ListingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        stored = domain.create_listing(request.user, own, form.values)
        return _finish_listing(request, stored)
    return render(request, "registry/listing_form.html", {"form": form, "organisation": own, "listing": None})


@require_role()
def edit_listing(request: HttpRequest, key: str) -> HttpResponse:
    """Change an offer or need of the own organisation."""
    found = get_object_or_404(queries.editable_listings(request.user), key=key)
    form = ListingForm(request.POST or None, initial=ListingForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            stored = domain.change_listing(request.user, found, form.values)
        except InputError:
            messages.error(request, _("It is in review. Withdraw it first, then change it."))
            return redirect("registry:listing", key)
        return _finish_listing(request, stored)
    context = {"form": form, "organisation": found.organisation, "listing": found}
    return render(request, "registry/listing_form.html", context)


def _finish_listing(request: HttpRequest, stored: Listing) -> HttpResponse:
    """Leave the draft, or send it to the desk if the reader pressed that button."""
    if "submit" in request.POST:
        domain.submit_listing(request.user, stored)
        messages.success(request, SUBMITTED)
    else:
        messages.success(request, _("The draft is stored. Only your organisation sees it."))
    return redirect("registry:listing", stored.key)


# --------------------------------------------------------------------------------- changes of status
Record = Organisation | Listing
Records = Callable[[queries.Reader], QuerySet[Any]]


def _lead_back(record: Record) -> HttpResponse:
    page = "registry:organisation" if isinstance(record, Organisation) else "registry:listing"
    return redirect(page, record.key)


def _status_view(records: Records, change: Callable[[queries.Reader, Any], Record], done: Any) -> View:
    """Return the view that changes the status of one of ``records`` and leads back to its page."""

    @require_POST
    @require_role()
    def view(request: HttpRequest, key: str) -> HttpResponse:
        found = get_object_or_404(records(request.user), key=key)
        try:
            change(request.user, found)
        except InputError:
            messages.error(request, _("This cannot be done in its present state. Look at the page again."))
        else:
            messages.success(request, done)
        return _lead_back(found)

    return view


def _return_view(records: Records, change: Callable[[queries.Reader, Any, str], Record]) -> View:
    """Return the view that sends one of ``records`` back with the desk's remark."""

    @require_POST
    @require_role()
    def view(request: HttpRequest, key: str) -> HttpResponse:
        found = get_object_or_404(records(request.user), key=key)
        form = RemarkForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Write a remark first: it says what should be mended."))
            return _lead_back(found)
        try:
            change(request.user, found, form.cleaned_data["remark"])
        except InputError:
            messages.error(request, _("This cannot be done in its present state. Look at the page again."))
        else:
            messages.success(request, _("It went back with your remark."))
        return _lead_back(found)

    return view


submit_listing = _status_view(queries.editable_listings, domain.submit_listing, SUBMITTED)
publish_listing = _status_view(queries.reviewable_listings, domain.publish_listing, PUBLISHED)
return_listing = _return_view(queries.reviewable_listings, domain.return_listing)
withdraw_listing = _status_view(queries.withdrawable_listings, domain.withdraw_listing, WITHDRAWN)
submit_organisation = _status_view(queries.editable_organisations, domain.submit_organisation, SUBMITTED)
publish_organisation = _status_view(queries.reviewable_organisations, domain.publish_organisation, PUBLISHED)
return_organisation = _return_view(queries.reviewable_organisations, domain.return_organisation)
withdraw_organisation = _status_view(
    queries.withdrawable_organisations, domain.withdraw_organisation, WITHDRAWN
)


# --------------------------------------------------------------------------------------------- desks
def desks(request: HttpRequest) -> HttpResponse:
    """Show the two desks side by side."""
    return render(request, "registry/desks.html", {"desks": queries.summarise_desks(request.user)})


def desk(request: HttpRequest, economy: str) -> HttpResponse:
    """Show one desk: who serves it, what stands there."""
    summary = queries.read_desk(request.user, economy)
    officers = queries.list_officers(request.user, summary.desk)
    context = {"desk": summary.desk, "summary": summary, "officers": officers}
    return render(request, "registry/desk.html", context)


@require_role(Role.DESK_OFFICER, Role.ADMINISTRATOR)
def review(request: HttpRequest) -> HttpResponse:
    """List what waits for the desk."""
    waiting = queries.reviewable_listings(request.user).filter(status=Status.REVIEW)
    table = Table(
        request,
        waiting,
        _listing_columns(with_status=False),
        title="review",
        search=("title", "text", "organisation__name_en"),
        default_sort="changed",
        source=_source_line(),
        empty=_("No offer or need waits for you."),
    )
    if answer := table.download():
        return answer
    pages = queries.reviewable_organisations(request.user).filter(status=Status.REVIEW)
    return render(request, "registry/review.html", {"listing": table, "pages": list(pages)})
