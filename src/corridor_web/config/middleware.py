"""The policy table at work: a page answers only the methods that a row of the table names."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from corridor_web.common.api import problem
from corridor_web.config.policy import collect_rules

GetResponse = Callable[[HttpRequest], HttpResponse]


class MethodMiddleware:
    """Refuse methods that no row of the policy table speaks of; answer the API's refusals as problems."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.methods: dict[str, set[str]] = {}
        for rule in collect_rules():
            known = self.methods.setdefault(rule.endpoint, {"OPTIONS"})
            known |= {"GET", "HEAD"} if rule.method == "GET" else {rule.method}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.path.startswith("/api/"):
            refusal = problem(HTTPStatus.METHOD_NOT_ALLOWED)
            refusal["Allow"] = response.get("Allow", "")
            return refusal
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer 405 where the table knows the page but not the method."""
        match = request.resolver_match
        known = self.methods.get(match.view_name) if match and match.app_name != "ninja" else None
        if known is None or request.method in known:
            return None
        refusal = HttpResponseNotAllowed(sorted(known))
        # The page for requests that could not be read says what helps here too.
        refusal.content = render(request, "common/400.html").content
        return refusal
