"""Who may do what: rows of the policy table."""

from corridor_web.common.policy import (
    EVERYONE,
    FORBIDDEN,
    HIDDEN,
    MEMBER,
    NOBODY,
    OFFICER,
    OFFICERS,
    SIGN_IN,
    SIGNED_IN,
    Rule,
    open_to,
)

PARTIES = OFFICERS | {MEMBER}
STEP = {"stage": "results", "date": "2026-01-15", "evidence_kind": "statement", "evidence_title": "Report"}
STEP |= {"evidence_stated_by": "Somebody", "note": "It works."}
READ = open_to(PARTIES, "draft") | open_to(SIGNED_IN, "published")
OWN_UPLOAD = open_to({OFFICER}, "waiting", "confirmed") | open_to(NOBODY, "expired")
READ_PUBLIC = open_to(NOBODY, "draft") | open_to(EVERYONE, "published")


def _change(endpoint: str, allowed: frozenset[str], data: dict[str, str] | None = None) -> tuple[Rule, Rule]:
    """Return the rows of a change: a draft is hidden from the rest, a published one only refuses."""
    readers = {"draft": HIDDEN, "published": FORBIDDEN}
    return tuple(  # type: ignore[return-value]
        Rule(endpoint, open_to(allowed, state), "POST", refusal, SIGN_IN, "engagement", data or {})
        for state, refusal in readers.items()
    )


RULES: tuple[Rule, ...] = (
    Rule("deliver:index", open_to(EVERYONE)),
    Rule("deliver:public", open_to(EVERYONE)),
    Rule("deliver:public_engagement", READ_PUBLIC, object="engagement"),
    Rule("deliver:engagement", READ, anonymous=SIGN_IN, object="engagement"),
    *_change("deliver:append", PARTIES, STEP),
    *_change("deliver:end", PARTIES, {"reason": "financing", "date": "2026-01-15"}),
    *_change("deliver:follow_up", PARTIES, {"next_action": "Call"}),
    *_change("deliver:publish", OFFICERS),
    *_change("deliver:withdraw", OFFICERS, {"reason": "Wrong amount"}),
    Rule("deliver:import", open_to(OFFICERS), refusal=FORBIDDEN, anonymous=SIGN_IN),
    Rule("deliver:import", open_to(OFFICERS), "POST", refusal=FORBIDDEN, anonymous=SIGN_IN),
    Rule("deliver:import_template", open_to(OFFICERS), refusal=FORBIDDEN, anonymous=SIGN_IN),
    Rule("deliver:import_batch", OWN_UPLOAD, anonymous=SIGN_IN, object="import_batch"),
    Rule("deliver:confirm_batch", OWN_UPLOAD, "POST", anonymous=SIGN_IN, object="import_batch"),
    Rule("deliver:discard_batch", OWN_UPLOAD, "POST", anonymous=SIGN_IN, object="import_batch"),
    Rule("api:deliver_engagements", open_to(SIGNED_IN), anonymous=SIGN_IN),
    Rule("api:deliver_engagement", READ, anonymous=SIGN_IN, object="engagement"),
    Rule("api:deliver_public", open_to(EVERYONE)),
    Rule("api:deliver_figures", open_to(EVERYONE)),
    Rule("api:deliver_public_engagement", READ_PUBLIC, object="engagement"),
)
