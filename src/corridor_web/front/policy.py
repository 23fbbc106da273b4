"""Who may do what: rows of the policy table."""

from corridor_web.common.policy import EVERYONE, Rule, open_to

RULES = (
    Rule("front:home", open_to(EVERYONE)),
    Rule("front:methods", open_to(EVERYONE)),
)
