"""Reads of this app."""

from corridor_web.accounts.models import User

DEMO_PASSWORD = "demo-corridor-2026"  # noqa: S105 - refused outside loopback


def list_demo_accounts() -> list[User]:
    """Return the accounts that exist only with the illustrative world."""
    return list(User.objects.filter(is_demo=True).order_by("pk"))
