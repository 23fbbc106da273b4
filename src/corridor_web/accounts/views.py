"""Signing in and out, and the page of one's own account."""

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from corridor_web.accounts.forms import SignInForm
from corridor_web.accounts.queries import list_demo_accounts
from corridor_web.common.permissions import require_role


class SignIn(LoginView):
    """Sign in; in the demonstration the page lists the demo accounts."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Add the demo accounts where they exist."""
        accounts = list_demo_accounts() if settings.DEMO else []
        return {**super().get_context_data(**kwargs), "demo_accounts": accounts}


class SignOut(LogoutView):
    """Sign out (POST only)."""


@require_role()
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    return render(request, "accounts/profile.html")
