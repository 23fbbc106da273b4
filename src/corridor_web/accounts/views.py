"""Signing in and out, one's own account, and the administrator's list of accounts."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext

from corridor_web.accounts.domain import create_account, save_account
from corridor_web.accounts.forms import AccountForm, NewAccountForm, SignInForm
from corridor_web.accounts.models import Role, User
from corridor_web.accounts.queries import all_accounts, list_demo_accounts
from corridor_web.common.listing import Column, Listing
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


class ChangePassword(PasswordChangeView):
    """Change one's own password, when signed in; other sessions of the account end."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:profile")

    def form_valid(self, form: object) -> HttpResponse:
        """Say that it was done."""
        messages.success(self.request, gettext("The password was changed."))
        return super().form_valid(form)  # type: ignore[arg-type]


@require_role(Role.ADMINISTRATOR)
def accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts."""
    listing = Listing(
        request,
        all_accounts(),
        (
            Column(
                "username",
                gettext("User name"),
                link=lambda user: reverse("accounts:account", args=[user.username]),
            ),
            Column("display_name", gettext("Name"), kind="name"),
            Column("role", gettext("Role"), value=lambda user: user.get_role_display(), order="role"),
            Column("economy", gettext("Desk"), kind="economy"),
            Column("last_login", gettext("Last signed in"), kind="date"),
        ),
        title="accounts",
        search=("username", "display_name"),
        default_sort="username",
    )
    return listing.download() or render(request, "accounts/accounts.html", {"listing": listing})


@require_role(Role.ADMINISTRATOR)
def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    form = NewAccountForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        user = create_account(
            given["username"],
            given["password"],
            role=given["role"],
            economy=given["economy"],
            display_name=given["display_name"],
        )
        messages.success(request, gettext("The account was made."))
        return redirect("accounts:account", username=user.username)
    return render(request, "accounts/account_form.html", {"form": form})


@require_role(Role.ADMINISTRATOR)
def account(request: HttpRequest, username: str) -> HttpResponse:
    """Show and change an account."""
    found = get_object_or_404(all_accounts(), username=username)
    form = AccountForm(request.POST or None, instance=found)
    if form.is_valid():
        save_account(form.instance)
        messages.success(request, gettext("The account was changed."))
        return redirect("accounts:account", username=username)
    # A rejected form has already written its values into the instance.
    shown = User.objects.get(pk=found.pk)
    return render(request, "accounts/account_form.html", {"form": form, "account": shown})
