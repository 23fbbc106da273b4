"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Show the pair at a glance."""
    return render(request, "front/home.html")


def methods(request: HttpRequest) -> HttpResponse:
    """Show formulas, sources and limits."""
    return render(request, "front/methods.html")
