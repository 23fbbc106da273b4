"""Language and errors for every request."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from corridor.errors import CorridorError

GetResponse = Callable[[HttpRequest], HttpResponse]
LANGUAGE_PARAMETER = "lang"


class LanguageMiddleware:
    """Choose the language: ``?lang=`` (a permanent address may carry it), the cookie, the browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.known = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get(LANGUAGE_PARAMETER, "").lower()
        language = asked if asked in self.known else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if asked in self.known:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                asked,
                max_age=365 * 86_400,
                samesite="Lax",
                secure=settings.PRODUCTION,
                httponly=True,
            )
        return response


class ReadableMiddleware:
    """Refuse addresses with a null character: no page has one, and PostgreSQL stores and compares none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or any("\0" in text for _, texts in request.GET.lists() for text in texts):
            raise SuspiciousOperation("null character in the address")
        return self.get_response(request)


class PrivacyMiddleware:
    """Keep what a signed-in reader sees out of every cache: nobody finds it with Back after signing out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class ErrorMiddleware:
    """Answer the library's errors with a page that says what is wrong and how to mend it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return a page for a ``CorridorError``; other exceptions go on."""
        if not isinstance(error, CorridorError):
            return None
        return render(request, "common/error.html", {"error": error}, status=400)
