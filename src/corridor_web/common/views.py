"""Error pages, the health check and the pages of background jobs."""

import sys
from http import HTTPStatus

from django.contrib import messages
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from corridor_web.common.api import problem
from corridor_web.common.jobs import cancel_job
from corridor_web.common.listing import Column, Listing
from corridor_web.common.models import Job
from corridor_web.common.permissions import require_role
from corridor_web.common.queries import jobs_visible_to


def _problem(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(status)
    return render(request, f"common/{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return _problem(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _problem(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: also for what the reader may not see."""
    return _problem(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 where the database or the disk refused, without touching either."""
    refused = isinstance(sys.exc_info()[1], (OperationalError, OSError))
    status = HTTPStatus.SERVICE_UNAVAILABLE if refused else HTTPStatus.INTERNAL_SERVER_ERROR
    if request.path.startswith("/api/"):
        response = problem(status)
    else:
        response = HttpResponse(render_to_string(f"common/{status}.html"), status=status)
    if refused:
        response["Retry-After"] = "10"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form whose token is missing or old."""
    return _problem(request, HTTPStatus.FORBIDDEN)


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_GET
@require_role()
def jobs(request: HttpRequest) -> HttpResponse:
    """List the background jobs one may follow."""
    listing = Listing(
        request,
        jobs_visible_to(request.user),
        (
            Column(
                "title", gettext("Job"), value=str, link=lambda job: reverse("common:job", args=[job.key])
            ),
            Column("state", gettext("State"), value=lambda job: job.get_state_display(), order="state"),
            Column("progress", gettext("Progress"), kind="share"),
            Column("created", gettext("Started"), kind="date"),
        ),
        title="jobs",
        default_sort="-created",
        empty=gettext("No background job has been started."),
    )
    return listing.download() or render(request, "common/jobs.html", {"listing": listing})


@require_GET
@require_role()
def job(request: HttpRequest, key: str) -> HttpResponse:
    """Show how far a job is; the page polls itself until the job has ended."""
    found = get_object_or_404(jobs_visible_to(request.user), key=key)
    return render(request, "common/job.html", {"job": found})


@require_POST
@require_role()
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Cancel a job that has not ended."""
    found: Job = get_object_or_404(jobs_visible_to(request.user), key=key)
    if cancel_job(found):
        messages.success(request, gettext("The job was cancelled; nothing of it was kept."))
    else:
        messages.warning(request, gettext("The job had already ended."))
    return redirect("common:job", key=key)
