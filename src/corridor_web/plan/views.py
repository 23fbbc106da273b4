"""Pages of this app."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def index(request: HttpRequest) -> HttpResponse:
    """Show the first page of this stage."""
    return render(request, "plan/index.html")
