"""Reads of this app."""

from django.db.models import QuerySet

from corridor_web.accounts.models import User

DEMO_PASSWORD = "demo-corridor-2026"  # noqa: S105 - refused outside loopback


def list_demo_accounts() -> list[User]:
    """Return the accounts that exist only with the illustrative world."""
    return list(User.objects.filter(is_demo=True).order_by("pk"))


def all_accounts() -> QuerySet[User]:
    """Return every account, for the administrator's list."""
    return User.objects.order_by("username")
