"""Objects of this app in a given state, for the policy test."""

from typing import Any

from corridor_web.accounts.models import User


def make_account(state: str, users: dict[str, User]) -> dict[str, Any]:
    user = User.objects.create(username="somebody", is_active=state == "active")
    return {"username": user.username, "data": {"role": "member"}}


FACTORIES = {"account": make_account}
