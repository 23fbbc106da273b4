"""Who may do what: rows of the policy table. A brief was made by the member."""

from corridor_web.common.policy import EVERYONE, MEMBER, OFFICERS, SIGN_IN, SIGNED_IN, Rule, open_to

_PAPERS = open_to(OFFICERS | {MEMBER}, "made")

RULES = (
    Rule("front:home", open_to(EVERYONE)),
    Rule("front:methods", open_to(EVERYONE)),
    Rule("front:brief", open_to(EVERYONE)),
    Rule("front:brief", open_to(SIGNED_IN), method="POST", anonymous=SIGN_IN),
    Rule("front:papers", _PAPERS, object="brief"),
    Rule("front:paper", _PAPERS, object="paper"),
)
