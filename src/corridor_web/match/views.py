"""Pages of this app: matches with their reasons, and the answers of both sides."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from corridor.errors import InputError
from corridor.locale import format_date
from corridor_web.accounts.models import Role
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column
from corridor_web.common.listing import Listing as Table
from corridor_web.common.permissions import require_role
from corridor_web.match import domain, queries
from corridor_web.match.forms import AnswerForm
from corridor_web.match.models import Introduction
from corridor_web.match.sentences import explain_match, say_match
from corridor_web.registry.forms import field_choices
from corridor_web.registry.queries import list_economies, visible_listings
from corridor_web.registry.views import economy_choices, is_narrowed, read_choices

PAGE_SIZE = 15


def index(request: HttpRequest) -> HttpResponse:
    """Rank the matches the reader may see."""
    chosen = None
    if key := request.GET.get("listing", ""):
        chosen = get_object_or_404(visible_listings(request.user), key=key)
    standing = queries.read_standing(request.user)
    choices = read_choices(
        request,
        ("field", gettext_lazy("Sector or field"), field_choices()),
        ("economy", gettext_lazy("Who offers"), economy_choices(list_economies(request.user))),
        ("answers", gettext_lazy("Answers"), _answer_choices(standing)),
    )
    narrowed = {choice.name: choice.value for choice in choices}
    visible = queries.visible_introductions(request.user)
    rows = visible
    if narrowed.pop("answers") == "waiting":
        rows = queries.waiting_for(request.user)
    rows = queries.filter_introductions(rows, listing=chosen, **narrowed)
    table = Table(
        request,
        rows,
        _columns(standing),
        title="matches",
        search=(
            "offer__title",
            "need__title",
            "offer__organisation__name_en",
            "offer__organisation__name_zh",
            "need__organisation__name_en",
            "need__organisation__name_zh",
        ),
        default_sort="-score",
        source=_source_line(),
        page_size=PAGE_SIZE,
    )
    if answer := table.download():
        return answer
    context = {
        "listing": table,
        "choices": choices,
        "filtered": is_narrowed(choices),
        "chosen": chosen,
        "cards": [_card(row, standing) for row in table.page],
        "total": visible.count(),
        "waiting": queries.waiting_for(request.user).count() if _speaks(standing) else None,
        "mutual": visible.filter(state=Introduction.State.MUTUAL).count() if _speaks(standing) else None,
        "may_refresh": request.user.is_authenticated
        and (request.user.is_desk_officer or request.user.is_administrator),
    }
    return render(request, "match/index.html", context)


def _speaks(standing: queries.Standing) -> bool:
    return standing.organisation is not None or bool(standing.economy)


def _answer_choices(standing: queries.Standing) -> list[tuple[str, str]]:
    return [("waiting", _("Waiting for you"))] if _speaks(standing) else []


def _source_line() -> str:
    today = format_date(timezone.localdate(), current_language())
    return _("Computed from the published offers and needs of this site; as of %(date)s.") % {"date": today}


def _columns(standing: queries.Standing) -> list[Column]:
    """Return the columns of a download; the page itself shows cards."""
    language = current_language()
    return [
        Column("score", gettext_lazy("Fit"), "share"),
        Column("offer.title", gettext_lazy("Offer"), lang_of=lambda row: row.offer.language),
        Column("offered_by", gettext_lazy("Who offers"), order="", value=lambda row: _name(row, "offer")),
        Column("offer.organisation.economy", gettext_lazy("Economy"), "economy"),
        Column("need.title", gettext_lazy("Need"), lang_of=lambda row: row.need.language),
        Column("needed_by", gettext_lazy("Who needs"), order="", value=lambda row: _name(row, "need")),
        Column("need.organisation.economy", gettext_lazy("Economy"), "economy"),
        Column("why", gettext_lazy("Why"), order="", value=lambda row: say_match(row, language)),
        Column("state", gettext_lazy("State"), order="", value=lambda row: _state(row, standing)),
        Column("illustrative", gettext_lazy("Illustrative"), "flag", order=""),
    ]


def _name(row: Introduction, side: str) -> str:
    name: str = getattr(row, side).organisation.name_in(current_language())
    return name


def _state(row: Introduction, standing: queries.Standing) -> str:
    return row.get_state_display() if standing.knows_answers(row) else ""


def _card(row: Introduction, standing: queries.Standing) -> dict[str, Any]:
    return {
        "introduction": row,
        "sentence": say_match(row, current_language()),
        "offered_by": _name(row, "offer"),
        "needed_by": _name(row, "need"),
        "knows": standing.knows_answers(row),
        "waits": any(not getattr(row, f"{side}_answer") for side in standing.sides(row)) and row.is_open,
    }


def introduction(request: HttpRequest, key: str) -> HttpResponse:
    """Show a match: both parties, the words and codes that matched, and what each added."""
    found = get_object_or_404(queries.visible_introductions(request.user), key=key)
    standing = queries.read_standing(request.user)
    sides = standing.sides(found)
    language = current_language()
    context = {
        **_card(found, standing),
        "reasons": explain_match(found, language),
        "parties": [_party(found, side, standing) for side in queries.SIDES],
        "answers": [_answer_of(found, side) for side in sides],
        "form": AnswerForm(),
        "source": _source_line(),
    }
    return render(request, "match/introduction.html", context)


def _party(found: Introduction, side: str, standing: queries.Standing) -> dict[str, Any]:
    listing = getattr(found, side)
    knows = standing.knows_answers(found)
    return {
        "side": side,
        "listing": listing,
        "organisation": listing.organisation,
        "name": listing.organisation.name_in(current_language()),
        "fit": getattr(found, f"{side}_fit"),
        "answer": getattr(found, f"get_{side}_answer_display")() if knows else "",
        "answered": getattr(found, f"{side}_answered") if knows else None,
        "reason": getattr(found, f"{side}_reason")
        if standing.administrator or side in standing.sides(found)
        else "",
    }


def _answer_of(found: Introduction, side: str) -> dict[str, Any]:
    return {"side": side, "name": _name(found, side), "answer": getattr(found, f"{side}_answer")}


@require_POST
@require_role()
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Say yes, no or later for the own organisation, or as a desk on an organisation's behalf."""
    found = get_object_or_404(queries.visible_introductions(request.user), key=key)
    if not queries.read_standing(request.user).sides(found):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say yes, no with a reason, or later."))
        return redirect("match:introduction", key)
    try:
        stored = domain.answer_introduction(request.user, found, **form.cleaned_data)
    except InputError:
        messages.error(
            request, _("Not stored: a no needs a reason, and only an open introduction is answered.")
        )
    else:
        messages.success(request, _say_outcome(stored))
    return redirect("match:introduction", key)


def _say_outcome(stored: Introduction) -> str:
    if stored.state == Introduction.State.MUTUAL:
        return _("Both sides are interested. An engagement is open; a first meeting comes next.")
    if stored.state == Introduction.State.DECLINED:
        return _("Your answer is stored. The other side is told that it does not fit, not why.")
    return _("Your answer is stored. The desks and the other side see it.")


@require_POST
@require_role(Role.DESK_OFFICER, Role.ADMINISTRATOR)
def refresh(request: HttpRequest) -> HttpResponse:
    """Compute the matches again, in the background."""
    job = domain.queue_refresh(request.user)
    return redirect(reverse("common:job", args=[job.key]))
