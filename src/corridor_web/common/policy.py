"""The policy table: who may do what, endpoint by endpoint, written down once.

Views and queries enforce it; ``tests/web/test_policy.py`` holds every endpoint of the site against it
for every role and every state of the object. An endpoint without a row fails that test.

Roles: the five of the product, with two of them split so that both desks and both sides are tested:
``member`` belongs to the object's own organisation, ``other_member`` to another one; ``desk_officer``
serves the desk of the object's side, ``other_officer`` the partner's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

ANONYMOUS, MEMBER, OTHER_MEMBER = "anonymous", "member", "other_member"
ANALYST, OFFICER, OTHER_OFFICER, ADMINISTRATOR = (
    "analyst",
    "desk_officer",
    "other_officer",
    "administrator",
)
ROLES: Final = (ANONYMOUS, MEMBER, OTHER_MEMBER, ANALYST, OFFICER, OTHER_OFFICER, ADMINISTRATOR)
OFFICERS: Final = frozenset({OFFICER, OTHER_OFFICER, ADMINISTRATOR})
SIGNED_IN: Final = frozenset(ROLES) - {ANONYMOUS}
EVERYONE: Final = frozenset(ROLES)
NOBODY: Final[frozenset[str]] = frozenset()

#: What the others get: a page that hides the object (404), a refusal (403), or the way to sign in.
HIDDEN, FORBIDDEN, SIGN_IN = "hidden", "forbidden", "sign_in"


@dataclass(frozen=True)
class Rule:
    """One endpoint: its URL name (``app:name``), the method, and who is let in, by the object's state.

    ``allowed`` maps a state to the roles that succeed; an endpoint without an object has the one
    state ``""``. ``refusal`` is what the rest gets; anonymous readers are sent to sign in where
    ``anonymous`` says so (a 302 for pages, a 401 for the API).
    """

    endpoint: str
    allowed: Mapping[str, frozenset[str]]
    method: str = "GET"
    refusal: str = HIDDEN
    anonymous: str = HIDDEN
    object: str = ""
    data: Mapping[str, str] = field(default_factory=dict)

    def outcome(self, role: str, state: str) -> str:
        """Return ``allowed`` or the refusal that ``role`` gets for an object in ``state``."""
        if role in self.allowed[state]:
            return "allowed"
        return self.anonymous if role == ANONYMOUS else self.refusal


def open_to(roles: Iterable[str], *states: str) -> dict[str, frozenset[str]]:
    """Return ``allowed`` that lets ``roles`` in for each of ``states`` (default: the one state ``""``)."""
    return {state: frozenset(roles) for state in (states or ("",))}


RULES: Final[tuple[Rule, ...]] = (
    Rule("common:health", open_to(EVERYONE)),
    Rule("common:jobs", open_to(SIGNED_IN), anonymous=SIGN_IN),
    Rule(
        "common:job",
        open_to({MEMBER, OFFICER, ADMINISTRATOR}, "queued", "done"),
        anonymous=SIGN_IN,
        object="job",
    ),
    Rule(
        "common:cancel_job",
        open_to({MEMBER, OFFICER, ADMINISTRATOR}, "queued", "done"),
        method="POST",
        anonymous=SIGN_IN,
        object="job",
    ),
)
