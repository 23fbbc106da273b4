"""Who may do what with accounts."""

from typing import Final

from corridor_web.common.policy import EVERYONE, SIGN_IN, SIGNED_IN, Rule, open_to

RULES: Final[tuple[Rule, ...]] = (
    Rule("accounts:sign_in", open_to(EVERYONE)),
    Rule("accounts:sign_in", open_to(EVERYONE), method="POST"),
    Rule("accounts:sign_out", open_to(EVERYONE), method="POST"),
    Rule("accounts:profile", open_to(SIGNED_IN), anonymous=SIGN_IN),
)
