"""Pages of this app."""

from typing import Any

import polars as pl
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from corridor import charts
from corridor.deliver.agreements import HEADERS, REQUIRED, build_template
from corridor.errors import CorridorError, InputError
from corridor.vocabulary import ENDED, STAGES
from corridor_web.accounts.models import User
from corridor_web.common.errors import describe_error
from corridor_web.common.language import current_language
from corridor_web.common.permissions import require_role
from corridor_web.common.templatetags.corridor import day, label
from corridor_web.deliver import domain
from corridor_web.deliver.forms import (
    BoardFilterForm,
    EndForm,
    FollowUpForm,
    PublicFilterForm,
    StepForm,
    UploadForm,
    WithdrawForm,
)
from corridor_web.deliver.listings import (
    list_batch_problems,
    list_batch_rows,
    list_board,
    list_comparison,
    list_public,
)
from corridor_web.deliver.queries import (
    Pipeline,
    count_illustrative,
    count_pipeline,
    days_silent,
    filter_engagements,
    list_desks,
    list_due,
    list_owners,
    list_state_changes,
    list_waiting,
    plan_import,
    published,
    read_batch,
    read_engagement,
    serves_desk,
    today,
)
from corridor_web.registry.domain import append_step
from corridor_web.registry.models import Desk, Engagement
from corridor_web.registry.queries import changeable_engagements, visible_engagements


def index(request: HttpRequest) -> HttpResponse:
    """Show the board to who is signed in, and to everybody else what is public."""
    if not isinstance(request.user, User):
        return public(request)
    engagements = visible_engagements(request.user)
    filters = BoardFilterForm(request.GET)
    source = _describe_source()
    listing = list_board(request, filter_engagements(engagements, filters.chosen, request.user), source)
    if answer := listing.download():
        return answer
    pipeline = count_pipeline(engagements)
    context = {
        "pipeline": pipeline,
        "illustrative": count_illustrative(engagements),
        "funnel": _draw_funnel(pipeline),
        "due": list_due(engagements),
        "today": today(),
        "filters": filters,
        "listing": listing,
        "source": source,
        "may_import": serves_desk(request.user),
    }
    return render(request, "deliver/index.html", context)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """Show everyone what was promised and what was delivered."""
    filters = PublicFilterForm(request.GET)
    source = _describe_source()
    listing = list_public(request, filter_engagements(published(), filters.chosen), source)
    comparison = list_comparison(request)
    if answer := listing.download() or comparison.download():
        return answer
    pipeline = count_pipeline(published().filter(illustrative=False))
    context = {
        "pipeline": pipeline,
        "illustrative": count_illustrative(published()),
        "funnel": _draw_funnel(pipeline),
        "filters": filters,
        "listing": listing,
        "comparison": comparison,
        "source": source,
    }
    return render(request, "deliver/public.html", context)


@require_safe
def public_engagement(request: HttpRequest, key: str) -> HttpResponse:
    """Show everyone one engagement, at its permanent address."""
    engagement = read_engagement(published(), key)
    desks = list_desks()
    context = {
        **_describe_engagement(engagement),
        "timeline": [
            {"step": step, "recorder": _name_recorder(step.recorded_by, desks, named=False)}
            for step in engagement.steps.all()
        ],
        "changes": _describe_changes(engagement, desks, named=False),
        "desks": [desk for desk in desks.values() if desk.email],
        "address": request.build_absolute_uri(reverse("deliver:public_engagement", args=[key])),
    }
    response = render(request, "deliver/public_engagement.html", context)
    if engagement.illustrative:
        response["X-Robots-Tag"] = "noindex"
    return response


@require_role()
@require_safe
def engagement(request: HttpRequest, key: str) -> HttpResponse:
    """Show one engagement to who follows it up."""
    return _show_engagement(request, read_engagement(visible_engagements(request.user), key))


@require_role()
@require_POST
def append(request: HttpRequest, key: str) -> HttpResponse:
    """Append a step."""
    found = _read_changeable(request, key)
    form = StepForm(request.POST, request.FILES)
    return _append(request, found, form, "step_form", request.POST.get("stage", ""))


@require_role()
@require_POST
def end(request: HttpRequest, key: str) -> HttpResponse:
    """End an engagement, with a reason."""
    found = _read_changeable(request, key)
    return _append(request, found, EndForm(request.POST, request.FILES), "end_form", ENDED)


@require_role()
@require_POST
def follow_up(request: HttpRequest, key: str) -> HttpResponse:
    """Set the owner and the next action."""
    found = _read_changeable(request, key)
    form = FollowUpForm(request.POST, owners=list_owners(found))
    if not form.is_valid():
        return _show_engagement(request, found, follow_up_form=form)
    domain.set_follow_up(actor_of(request), found, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("deliver:engagement", key)


@require_role()
@require_POST
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Show an engagement to everyone."""
    domain.publish_engagement(actor_of(request), _read_publishable(request, key))
    messages.success(request, _("Everyone can see it now."))
    return redirect("deliver:engagement", key)


@require_role()
@require_POST
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Take an engagement off the public page, with a reason."""
    found = _read_publishable(request, key)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _show_engagement(request, found, withdraw_form=form)
    domain.withdraw_engagement(actor_of(request), found, reason=form.cleaned_data["reason"])
    messages.success(request, _("It is a draft again; the reason stays in its history."))
    return redirect("deliver:engagement", key)


@require_role()
def import_agreements(request: HttpRequest) -> HttpResponse:
    """Take a table of existing agreements and lead to its dry run."""
    _refuse_other_than_desks(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = domain.prepare_import(
                actor_of(request), file.name, file.read(), language=current_language()
            )
        except InputError as error:
            form.add_error("file", describe_error(error))
        else:
            return redirect("deliver:import_batch", batch.key)
    context = {"form": form, "columns": _describe_columns(), "waiting": list_waiting(actor_of(request))}
    return render(request, "deliver/import.html", context)


@require_role()
@require_safe
def import_template(request: HttpRequest) -> HttpResponse:
    """Hand out the empty table, its headers in the reader's language."""
    _refuse_other_than_desks(request)
    response = HttpResponse(build_template(current_language()), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="agreements.xlsx"'
    return response


@require_role()
@require_safe
def import_batch(request: HttpRequest, key: str) -> HttpResponse:
    """Show what an upload would create, row by row."""
    batch = read_batch(actor_of(request), key)
    plan = plan_import(batch)
    rows, problems = list_batch_rows(request, plan), list_batch_problems(request, batch)
    if answer := rows.download() or problems.download():
        return answer
    context = {"batch": batch, "plan": plan, "rows": rows, "problems": problems}
    return render(request, "deliver/import_batch.html", context)


@require_role()
@require_POST
def confirm_batch(request: HttpRequest, key: str) -> HttpResponse:
    """Create the engagements of an upload, all or none, once."""
    batch = read_batch(actor_of(request), key)
    try:
        created = domain.confirm_import(actor_of(request), batch)
    except CorridorError as error:
        messages.error(request, describe_error(error))
        return redirect("deliver:import_batch", key)
    if created is None:
        messages.info(request, _("This upload was imported before; nothing was created twice."))
    else:
        text = ngettext("%(n)d draft was created.", "%(n)d drafts were created.", created)
        messages.success(request, text % {"n": created})
    return redirect(reverse("deliver:index") + "?owner=mine&state=draft")


@require_role()
@require_POST
def discard_batch(request: HttpRequest, key: str) -> HttpResponse:
    """Forget an upload."""
    read_batch(actor_of(request), key).delete()
    messages.success(request, _("The upload is forgotten; nothing was created."))
    return redirect("deliver:import")


def actor_of(request: HttpRequest) -> User:
    """Return the account that asks; views behind ``require_role`` always have one."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _refuse_other_than_desks(request: HttpRequest) -> None:
    if not serves_desk(request.user):
        raise PermissionDenied


def _read_changeable(request: HttpRequest, key: str) -> Engagement:
    """Return the engagement to append to: 404 where it is hidden, 403 where it may only be read."""
    found = read_engagement(visible_engagements(request.user), key)
    if not changeable_engagements(request.user).filter(pk=found.pk).exists():
        raise PermissionDenied
    return found


def _read_publishable(request: HttpRequest, key: str) -> Engagement:
    """Return the engagement to publish or withdraw: desks only; the rest sees what is public, at most."""
    if serves_desk(request.user):
        return read_engagement(visible_engagements(request.user), key)
    read_engagement(published(), key)
    raise PermissionDenied


def _append(
    request: HttpRequest, found: Engagement, form: StepForm | EndForm, name: str, stage: str
) -> HttpResponse:
    if form.is_valid():
        form.check_step(found, stage)
    if form.is_valid():
        data = form.cleaned_data
        try:
            append_step(
                actor_of(request),
                found,
                stage=stage,
                date=data["date"],
                evidence=form.evidence,
                reason=data.get("reason", ""),
                note=data["note"],
                owner_name=str(found.owner or ""),
            )
        except InputError as error:
            form.add_error(None, describe_error(error))
        else:
            messages.success(request, _("The step is recorded."))
            return redirect("deliver:engagement", found.key)
    return _show_engagement(request, found, **{name: form})


def _show_engagement(request: HttpRequest, found: Engagement, **bound: Any) -> HttpResponse:
    """Show the page of an engagement; ``bound`` forms carry their errors."""
    desks = list_desks()
    officer = serves_desk(request.user)
    described = _describe_engagement(found)
    ahead = described["ahead"]
    context = {
        **described,
        "timeline": [
            {"step": step, "recorder": _name_recorder(step.recorded_by, desks, named=True)}
            for step in found.steps.all()
        ],
        "changes": _describe_changes(found, desks, named=True),
        "named": True,
        "today": today(),
        "may_change": officer or changeable_engagements(request.user).filter(pk=found.pk).exists(),
        "may_publish": officer,
    }
    if context["may_change"]:
        context |= {
            "step_form": StepForm(initial={"stage": ahead[0] if ahead else found.stage, "date": today()}),
            "end_form": EndForm(initial={"date": today()}),
            "follow_up_form": FollowUpForm(
                initial={
                    "owner": found.owner_id,
                    "next_action": found.next_action,
                    "next_date": found.next_date,
                },
                owners=list_owners(found),
            ),
        }
    if officer:
        context["withdraw_form"] = WithdrawForm()
    return render(request, "deliver/engagement.html", context | bound)


def _describe_engagement(found: Engagement) -> dict[str, Any]:
    ahead = STAGES[STAGES.index(found.stage) + 1 :] if found.stage in STAGES else ()
    return {
        "engagement": found,
        "silent": days_silent(found),
        "ahead": ahead,
    }


def _describe_changes(found: Engagement, desks: dict[str, Desk], *, named: bool) -> list[dict[str, Any]]:
    return [
        {
            "at": change.at,
            "who": _name_recorder(change.by, desks, named=named),
            "state": change.state,
            "reason": change.reason,
        }
        for change in list_state_changes(found)
    ]


def _name_recorder(user: User | None, desks: dict[str, Desk], *, named: bool) -> str:
    """Return who recorded something: for the public the office, for those who work on it the person."""
    if user is None:
        return "Corridor"
    if named:
        return str(user)
    if user.is_desk_officer and user.economy in desks:
        return desks[user.economy].name
    return _("the administrator") if user.is_administrator else _("a party to it")


def _describe_columns() -> list[dict[str, Any]]:
    return [{"name": _(header), "required": name in REQUIRED} for name, header in HEADERS.items()]


def _draw_funnel(pipeline: Pipeline) -> dict[str, Any]:
    names = {count.stage: label(count.stage) for count in pipeline.stages}
    return charts.conversion_funnel(
        pl.DataFrame(pipeline.reached, schema={"stage": pl.String, "reached": pl.Int64}),
        names=names,
        language=current_language(),
    )


def _describe_source() -> str:
    return _("Source: the records of the two desks on this site, %(day)s.") % {"day": day(today())}
