"""Who may do what: rows of the policy table.

The offer is the member's own (PAK), the need the other member's (CHN): both are parties, and both
desks may answer on behalf of their side.
"""

from typing import Final

from corridor_web.common.policy import (
    ADMINISTRATOR,
    EVERYONE,
    FORBIDDEN,
    MEMBER,
    OFFICER,
    OFFICERS,
    OTHER_MEMBER,
    OTHER_OFFICER,
    SIGN_IN,
    SIGNED_IN,
    Rule,
    open_to,
)

PARTIES: Final = frozenset({MEMBER, OTHER_MEMBER, OFFICER, OTHER_OFFICER})
#: Who sees an introduction: ``members`` has a listing for the signed-in, ``hidden`` one in review.
READERS: Final = {
    "proposed": EVERYONE,
    "mutual": EVERYONE,
    "members": SIGNED_IN,
    "declined": PARTIES | {ADMINISTRATOR},
    "expired": PARTIES | {ADMINISTRATOR},
    "hidden": frozenset({MEMBER, OFFICER, ADMINISTRATOR}),
}

RULES = (
    Rule("match:index", open_to(EVERYONE)),
    Rule("match:introduction", READERS, object="introduction"),
    Rule(
        "match:answer",
        open_to(PARTIES, "proposed", "members"),
        "POST",
        object="introduction",
        refusal=FORBIDDEN,
        anonymous=SIGN_IN,
        data={"answer": "yes"},
    ),
    Rule("match:refresh", open_to(OFFICERS), "POST", refusal=FORBIDDEN, anonymous=SIGN_IN),
    Rule("api:match_matches", open_to(EVERYONE)),
    Rule("api:match_match", READERS, object="introduction"),
)
