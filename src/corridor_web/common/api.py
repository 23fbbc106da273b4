"""What every API router shares: who asks, and errors as problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestError
from ninja.pagination import LimitOffsetPagination
from ninja.utils import check_csrf

from corridor.errors import BadRowsError, CorridorError

#: No list is longer, and every database counts this far.
LARGEST_OFFSET: Final = 1_000_000_000


class Pages(LimitOffsetPagination):
    """Django Ninja's own slices of a list, bounded."""

    class Input(Schema):
        """Which part of a list."""

        limit: int = Field(100, ge=1, le=500)
        offset: int = Field(0, ge=0, le=LARGEST_OFFSET)


class SignInRequired(Exception):  # noqa: N818 - names a state, as Django's PermissionDenied does
    """The endpoint needs an account."""


def session_or_anonymous(request: HttpRequest) -> Any:
    """Authenticate by the session cookie; anonymous readers pass and see what is public.

    Requests that change something are checked for CSRF like any form.
    """
    if request.method not in {"GET", "HEAD", "OPTIONS"} and check_csrf(request):
        raise HttpError(403, "CSRF check failed. Rule: send the csrftoken as X-CSRFToken.")
    return request.user


def problem(status: int, detail: str = "", code: str = "about:blank", **extra: object) -> HttpResponse:
    """Return a problem+json answer."""
    body = {"type": code, "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **extra}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def install_problem_handlers(api: NinjaAPI) -> None:
    """Turn every failure into problem+json."""

    @api.exception_handler(Http404)
    def on_missing(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(404)

    @api.exception_handler(SignInRequired)
    def on_anonymous(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(401, "Sign in first.")

    @api.exception_handler(AuthenticationError)
    def on_unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(401, "Sign in first.")

    @api.exception_handler(PermissionDenied)
    def on_forbidden(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(403, str(error))

    @api.exception_handler(HttpError)
    def on_http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, str(error))

    @api.exception_handler(RequestError)
    def on_request(request: HttpRequest, error: RequestError) -> HttpResponse:
        return problem(422, "The request does not fit the schema.", errors=error.errors)

    @api.exception_handler(ValidationError)
    def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(422, "; ".join(error.messages))

    @api.exception_handler(CorridorError)
    def on_corridor(request: HttpRequest, error: CorridorError) -> HttpResponse:
        rows = [str(row) for row in error.errors] if isinstance(error, BadRowsError) else []
        return problem(400, str(error), code=f"corridor:{error.code}", rows=rows)
