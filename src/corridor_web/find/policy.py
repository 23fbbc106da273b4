"""Who may do what: rows of the policy table."""

from corridor_web.common.policy import EVERYONE, Rule, open_to

RULES = (
    Rule("find:index", open_to(EVERYONE)),
    Rule("find:pair", open_to(EVERYONE, "stored"), object="pair"),
    Rule("find:line", open_to(EVERYONE, "stored"), object="line"),
    Rule("api:find_pairs", open_to(EVERYONE)),
    Rule("api:find_pair", open_to(EVERYONE, "stored"), object="pair"),
    Rule("api:find_opportunities", open_to(EVERYONE, "stored"), object="pair"),
)
