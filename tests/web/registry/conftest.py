"""The accounts of the policy table."""

from collections.abc import Callable

import pytest

from corridor_web.accounts.models import User

Users = dict[str, User]


@pytest.fixture
def users(make_user: Callable[..., User]) -> Users:
    """Return one account for each role that signs in; officers serve PAK and CHN."""
    return {
        "member": make_user("member"),
        "other_member": make_user("other_member"),
        "analyst": make_user("analyst", "analyst"),
        "desk_officer": make_user("desk_officer", "desk_officer", "PAK"),
        "other_officer": make_user("other_officer", "desk_officer", "CHN"),
        "administrator": make_user("administrator", "administrator"),
    }
