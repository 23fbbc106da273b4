"""Who may do what: rows of the policy table.

States of a programme: ``draft`` and ``published`` (with a published roadmap).
"""

from corridor_web.common.policy import EVERYONE, FORBIDDEN, OFFICERS, SIGN_IN, Rule, open_to

_PROGRAMME = {"draft": OFFICERS, "published": EVERYONE}
_BY_DESKS = open_to(OFFICERS, "draft", "published")

RULES = (
    Rule("plan:index", open_to(EVERYONE)),
    Rule("plan:programme", _PROGRAMME, object="programme"),
    Rule("plan:project", _PROGRAMME, object="project"),
    Rule("plan:draw", _BY_DESKS, method="POST", refusal=FORBIDDEN, anonymous=SIGN_IN, object="programme"),
    Rule("plan:publish", _BY_DESKS, method="POST", refusal=FORBIDDEN, anonymous=SIGN_IN, object="roadmap"),
    Rule("api:plan_programmes", open_to(EVERYONE)),
    Rule("api:plan_projects", _PROGRAMME, object="programme"),
    Rule("api:plan_roadmap", _PROGRAMME, object="programme"),
)
