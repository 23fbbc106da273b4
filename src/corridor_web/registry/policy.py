"""Who may do what: rows of the policy table."""

from typing import Final

from corridor_web.common.policy import (
    ADMINISTRATOR,
    EVERYONE,
    FORBIDDEN,
    MEMBER,
    OFFICER,
    OFFICERS,
    OTHER_MEMBER,
    SIGN_IN,
    SIGNED_IN,
    Rule,
    open_to,
)

#: Who sees an organisation or a listing, by its state; ``members`` is published for the signed-in.
ORGANISATION_READERS: Final = {
    "draft": frozenset({MEMBER, ADMINISTRATOR}),
    "review": frozenset({MEMBER, OFFICER, ADMINISTRATOR}),
    "published": EVERYONE,
    "withdrawn": frozenset({MEMBER, OFFICER, ADMINISTRATOR}),
}
LISTING_READERS: Final = {**ORGANISATION_READERS, "members": SIGNED_IN}
OWN: Final = frozenset({MEMBER, ADMINISTRATOR})
DESK: Final = frozenset({OFFICER, ADMINISTRATOR})
STATES: Final = ("draft", "review", "published", "withdrawn")
REMARK: Final = {"remark": "Name the standard."}


LISTING_DATA: Final = {
    "side": "offer",
    "kind": "technology",
    "language": "en",
    "title": "Adaptive signals",
    "text": "Signals that follow the traffic.",
    "field_codes": "smart_city",
    "visibility": "public",
}
ORGANISATION_DATA: Final = {"name_en": "Example Works", "kind": "company"}


def _form(endpoint: str, what: str, data: dict[str, str]) -> tuple[Rule, Rule]:
    allowed = open_to(OWN, *STATES)
    return (
        Rule(endpoint, allowed, object=what, anonymous=SIGN_IN),
        Rule(endpoint, allowed, "POST", object=what, anonymous=SIGN_IN, data=data),
    )


def _change(endpoint: str, what: str, roles: frozenset[str], *states: str) -> Rule:
    data = REMARK if endpoint.endswith("_return") else {}
    return Rule(endpoint, open_to(roles, *states), "POST", object=what, anonymous=SIGN_IN, data=data)


RULES = (
    Rule("registry:index", open_to(EVERYONE)),
    Rule("registry:listings", open_to(EVERYONE)),
    Rule("registry:desks", open_to(EVERYONE)),
    Rule("registry:desk", open_to(EVERYONE, "present"), object="desk"),
    Rule("registry:organisation", ORGANISATION_READERS, object="organisation"),
    Rule("registry:listing", LISTING_READERS, object="listing"),
    Rule("registry:review", open_to(OFFICERS), refusal=FORBIDDEN, anonymous=SIGN_IN),
    Rule(
        "registry:mine",
        open_to({MEMBER, OTHER_MEMBER}, "published"),
        object="membership",
        refusal=FORBIDDEN,
        anonymous=SIGN_IN,
    ),
    *_form("registry:organisation_edit", "organisation", ORGANISATION_DATA),
    *_form("registry:listing_create", "organisation", LISTING_DATA),
    *_form("registry:listing_edit", "listing", LISTING_DATA),
    _change("registry:organisation_submit", "organisation", OWN, "draft", "withdrawn"),
    _change("registry:organisation_publish", "organisation", DESK, "review"),
    _change("registry:organisation_return", "organisation", DESK, "review"),
    _change("registry:organisation_withdraw", "organisation", OWN | DESK, "review", "published"),
    _change("registry:listing_submit", "listing", OWN, "draft", "withdrawn"),
    _change("registry:listing_publish", "listing", DESK, "review"),
    _change("registry:listing_return", "listing", DESK, "review"),
    _change("registry:listing_withdraw", "listing", OWN | DESK, "review", "published"),
    Rule("api:registry_organisations", open_to(EVERYONE)),
    Rule("api:registry_organisation", ORGANISATION_READERS, object="organisation"),
    Rule("api:registry_listings", open_to(EVERYONE)),
    Rule("api:registry_listing", LISTING_READERS, object="listing"),
    Rule("api:registry_desks", open_to(EVERYONE)),
    Rule("api:registry_desk", open_to(EVERYONE, "present"), object="desk"),
)
