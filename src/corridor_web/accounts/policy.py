"""Who may do what with accounts."""

from typing import Final

from corridor_web.common.policy import (
    ADMINISTRATOR,
    EVERYONE,
    FORBIDDEN,
    SIGN_IN,
    SIGNED_IN,
    Rule,
    open_to,
)


def _administrators(endpoint: str, method: str = "GET", object_name: str = "") -> Rule:
    states = ("active", "inactive") if object_name else ()
    allowed = open_to({ADMINISTRATOR}, *states)
    return Rule(endpoint, allowed, method, FORBIDDEN, anonymous=SIGN_IN, object=object_name)


RULES: Final[tuple[Rule, ...]] = (
    Rule("accounts:sign_in", open_to(EVERYONE)),
    Rule("accounts:sign_in", open_to(EVERYONE), method="POST"),
    Rule("accounts:sign_out", open_to(EVERYONE), method="POST"),
    Rule("accounts:profile", open_to(SIGNED_IN), anonymous=SIGN_IN),
    Rule("accounts:password", open_to(SIGNED_IN), anonymous=SIGN_IN),
    Rule("accounts:password", open_to(SIGNED_IN), method="POST", anonymous=SIGN_IN),
    _administrators("accounts:accounts"),
    _administrators("accounts:new"),
    _administrators("accounts:new", "POST"),
    _administrators("accounts:account", object_name="account"),
    _administrators("accounts:account", "POST", "account"),
)
