"""Who may do what: rows of the policy table.

States of a pair: ``stored`` (the run the project carries), ``unpublished`` and ``published`` (a run that
the analyst computed here). A run is deleted by who made it or by the administrator.
"""

from corridor_web.common.policy import (
    ADMINISTRATOR,
    ANALYST,
    EVERYONE,
    FORBIDDEN,
    OFFICERS,
    SIGN_IN,
    SIGNED_IN,
    Rule,
    open_to,
)

_PAIR = {"stored": EVERYONE, "unpublished": SIGNED_IN, "published": EVERYONE}
_COMPUTERS = OFFICERS | {ANALYST}
_BY_DESKS = open_to(OFFICERS, "unpublished", "published")
_SET_BY_DESKS = open_to(OFFICERS, "stored", "unpublished", "published")
_BY_MAKER = open_to({ANALYST, ADMINISTRATOR}, "unpublished", "published")

RULES = (
    Rule("find:index", open_to(EVERYONE)),
    Rule("find:pair", _PAIR, object="pair"),
    Rule("find:explore", _PAIR, object="pair"),
    Rule("find:line", _PAIR, object="line"),
    Rule("find:areas", open_to(EVERYONE)),
    Rule("find:pair_areas", _PAIR, object="pair"),
    Rule("find:area", _PAIR, object="area"),
    Rule("find:target", _PAIR, object="pair"),
    Rule(
        "find:set_target",
        _SET_BY_DESKS,
        method="POST",
        refusal=FORBIDDEN,
        anonymous=SIGN_IN,
        object="pair",
        data={"value": "50", "year": "2050", "source": "ministry"},
    ),
    Rule("find:choose", _PAIR, object="pair"),
    Rule("find:compare", _PAIR, object="comparison"),
    Rule("find:supply", _PAIR, object="pair"),
    Rule("find:runs", open_to(_COMPUTERS), refusal=FORBIDDEN, anonymous=SIGN_IN),
    Rule("find:runs", open_to(_COMPUTERS), method="POST", refusal=FORBIDDEN, anonymous=SIGN_IN),
    Rule("find:publish", _BY_DESKS, method="POST", refusal=FORBIDDEN, anonymous=SIGN_IN, object="run"),
    Rule("find:withdraw", _BY_DESKS, method="POST", refusal=FORBIDDEN, anonymous=SIGN_IN, object="run"),
    Rule("find:delete", _BY_MAKER, method="POST", refusal=FORBIDDEN, anonymous=SIGN_IN, object="run"),
    Rule("api:find_pairs", open_to(EVERYONE)),
    Rule("api:find_pair", _PAIR, object="pair"),
    Rule("api:find_areas", _PAIR, object="pair"),
    Rule("api:find_opportunities", _PAIR, object="pair"),
    Rule("api:find_target", _PAIR, object="pair", data={"value_usd": "5e10", "year": "2050"}),
    Rule("api:find_compare", _PAIR, object="comparison"),
    Rule("api:find_competitors", _PAIR, object="pair"),
    Rule("api:find_dependence", _PAIR, object="pair"),
    Rule("api:find_positions", _PAIR, object="pair"),
)
