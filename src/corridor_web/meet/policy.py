"""Who may do what: rows of the policy table.

States of an event: ``draft`` and ``published`` (with a published schedule). A member owns the
participant; the participant's agenda is for its organisation and the desks.
"""

from corridor_web.common.policy import (
    EVERYONE,
    FORBIDDEN,
    MEMBER,
    OFFICERS,
    SIGN_IN,
    SIGNED_IN,
    Rule,
    open_to,
)

_EVENT = {"draft": OFFICERS, "published": EVERYONE}
_AGENDA = {"draft": OFFICERS, "published": OFFICERS | {MEMBER}}

RULES = (
    Rule("meet:index", open_to(EVERYONE)),
    Rule("meet:event", _EVENT, object="event"),
    Rule(
        "meet:solve",
        open_to(OFFICERS, "draft", "published"),
        method="POST",
        refusal=FORBIDDEN,
        anonymous=SIGN_IN,
        object="event",
    ),
    Rule(
        "meet:publish",
        open_to(OFFICERS, "draft", "published"),
        method="POST",
        refusal=FORBIDDEN,
        anonymous=SIGN_IN,
        object="schedule",
    ),
    Rule("meet:agenda", _AGENDA, anonymous=SIGN_IN, object="participant"),
    Rule("meet:renew", _AGENDA, method="POST", anonymous=SIGN_IN, object="participant"),
    Rule("meet:calendar", {"draft": frozenset(), "published": EVERYONE}, object="calendar"),
    Rule("api:meet_events", open_to(EVERYONE)),
    Rule(
        "api:meet_schedule",
        {"draft": OFFICERS, "published": SIGNED_IN},
        object="event",
        anonymous=SIGN_IN,
    ),
)
