"""Write the policy table as a page: ``python tools/policy_table.py write | check``.

``write`` renders the rows of every app's ``policy.py`` into docs/policy.md; ``check`` exits 1 where the
page is behind.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corridor_web.config.settings")

from corridor_web.common.policy import ANONYMOUS, FORBIDDEN, HIDDEN, ROLES, SIGN_IN, Rule
from corridor_web.config.policy import collect_rules

PAGE = Path(__file__).resolve().parents[1] / "docs" / "policy.md"
ANSWERS = {HIDDEN: "404", FORBIDDEN: "403", SIGN_IN: "sign in"}
HEADER = """# Who may do what

Every address of the site, page or API, by method and by the state of the object it shows. The rows
stand in each app's `policy.py`; `tests/web/test_policy.py` holds every endpoint against them for every
role and state, so that this page cannot promise what the site does not keep. It is rendered by
`python tools/policy_table.py write`.

`member` belongs to the object's own organisation, `other_member` to another one; `desk_officer` serves
the desk of the object's side, `other_officer` the partner's. The others get 404 where the object is
hidden from them, 403 where they may see it but not do this; "sign in" is a redirect for a page and 401
in the API.
"""


def name_roles(roles: Iterable[str]) -> str:
    chosen = [role for role in ROLES if role in set(roles)]
    if len(chosen) == len(ROLES):
        return "everyone"
    if chosen == [role for role in ROLES if role != ANONYMOUS]:
        return "everyone signed in"
    return ", ".join(chosen) or "nobody"


def name_answers(rule: Rule, roles: frozenset[str]) -> str:
    signed_in_left = set(ROLES) - {ANONYMOUS} - roles
    answers = [ANSWERS[rule.refusal]] if signed_in_left else []
    if ANONYMOUS not in roles:
        anonymous = ANSWERS[rule.anonymous]
        if not signed_in_left:
            return anonymous
        if anonymous != answers[0]:
            answers.append(f"{anonymous} (anonymous)")
    return ", ".join(answers) or "–"


def render_rows(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| address | method | state | let in | the others get |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        for state, roles in rule.allowed.items():
            yield (
                f"| `{rule.endpoint}` | {rule.method} | {state or '–'} | {name_roles(roles)} "
                f"| {name_answers(rule, roles)} |"
            )


def render_page() -> str:
    def room(rule: Rule) -> str:
        space, _, name = rule.endpoint.partition(":")
        if space != "api":
            return space.capitalize()
        return f"API: {name.split('_')[0]}" if "_" in name else "API"

    parts = [HEADER]
    ordered = sorted(collect_rules(), key=lambda rule: room(rule).startswith("API"))
    for title, rules in groupby(ordered, key=room):
        parts.append(f"## {title}\n\n" + "\n".join(render_rows(rules)) + "\n")
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    if arguments == ["write"]:
        PAGE.write_text(render_page(), encoding="utf-8")
        return 0
    if arguments == ["check"]:
        current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        if current == render_page():
            return 0
        print("docs/policy.md is behind the rows: python tools/policy_table.py write", file=sys.stderr)
        return 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
