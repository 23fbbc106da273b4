"""Forms of this app."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from corridor_web.accounts.models import Role, User
from corridor_web.common.templatetags.corridor import economy as economy_name


class SignInForm(AuthenticationForm):
    """User name and password."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The user name or the password is wrong. Both are case-sensitive."),
    }


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an administrator says of an account."""

    economy = forms.ChoiceField(label=_("Desk"), required=False)

    class Meta:
        model = User
        fields = ("display_name", "role", "economy", "is_active")
        labels = {"display_name": _("Name"), "role": _("Role"), "is_active": _("May sign in")}
        help_texts = {"is_active": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desks = [(code, economy_name(code)) for code in settings.CORRIDOR_PAIR]
        self.fields["economy"].choices = [("", "–"), *desks]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A desk officer serves a desk; the others serve none."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("role") == Role.DESK_OFFICER and not cleaned.get("economy"):
            self.add_error("economy", _("A desk officer serves the desk of an economy: name it."))
        elif cleaned.get("role") != Role.DESK_OFFICER:
            cleaned["economy"] = ""
        return cleaned


class NewAccountForm(AccountForm):
    """A new account with its first password."""

    password = forms.CharField(
        label=_("First password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    class Meta(AccountForm.Meta):
        fields = ("username", "display_name", "role", "economy")
        labels = {**AccountForm.Meta.labels, "username": _("User name")}

    def clean_password(self) -> str:
        """Hold the password against the rules of the site."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password
