"""Offers and needs, composed from themes in which an offer and a need were written for one another."""

from typing import Any

import numpy as np
import polars as pl

from corridor.data.world.actors import SOURCE, Side
from corridor.data.world.content import read_lines, read_themes
from corridor.tables import LISTINGS


def build_listings(
    organisations: pl.DataFrame, sides: tuple[Side, Side], seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the listings, and which offer and need were written for one another.

    Figures in the texts are drawn for each listing apart, so that the two of a theme agree in substance
    and not in wording. Every listing belongs to an organisation of the kind the text speaks for.
    """
    rng = np.random.default_rng([seed, 5])
    economies = {side.key: side.economy for side in sides}
    register = _Register(organisations, economies, rng)
    rows, pairs = [], []
    for theme in read_themes():
        pair = _compose_theme(theme, register)
        rows += pair
        pairs.append({"offer": pair[0]["listing"], "need": pair[1]["listing"]})
    rows += [_compose_single(single, register) for single in read_lines("singles")]
    return pl.DataFrame(rows, schema=LISTINGS.empty().schema), pl.DataFrame(pairs)


class _Register:
    """Finds who lists a text: an organisation of its side and kind with the most fields in common."""

    def __init__(
        self, organisations: pl.DataFrame, economies: dict[str, str], rng: np.random.Generator
    ) -> None:
        self.rng = rng
        self._used: dict[str, int] = {}
        self._members = {
            key: [
                (organisation, kind, frozenset(fields))
                for organisation, kind, fields in organisations.filter(economy=economy)
                .select("organisation", "kind", "fields")
                .iter_rows()
            ]
            for key, economy in economies.items()
        }

    def choose(self, side: str, kind: str, fields: list[str]) -> str:
        """Return the organisation; among equals the one with fewest listings, then the first."""
        of_kind = [member for member in self._members[side] if member[1] == kind]
        best = min(
            of_kind,
            key=lambda member: (
                fields[0] not in member[2],
                -len(member[2].intersection(fields)),
                self._used.get(member[0], 0),
            ),
        )
        organisation: str = best[0]
        self._used[organisation] = self._used.get(organisation, 0) + 1
        return organisation

    def fill(self, text: str, choices: dict[str, list[str]]) -> str:
        """Put drawn figures into the places of a text."""
        drawn = {name: values[int(self.rng.integers(len(values)))] for name, values in choices.items()}
        return text.format(**drawn)


def _compose_theme(theme: dict[str, Any], register: _Register) -> list[dict[str, Any]]:
    kinds = theme["k"] if isinstance(theme["k"], list) else [theme["k"]] * 2
    other = {"ur": "zh", "zh": "ur"}[theme["from"]]
    return [
        _compose(theme, register, side="offer", of=theme["from"], kind=kinds[0], text=theme["o"]),
        _compose(theme, register, side="need", of=other, kind=kinds[1], text=theme["n"]),
    ]


def _compose_single(single: dict[str, Any], register: _Register) -> dict[str, Any]:
    return _compose(
        single, register, side=single["side"], of=single["of"], kind=single["k"], text=single["l"]
    )


def _compose(
    theme: dict[str, Any], register: _Register, *, side: str, of: str, kind: str, text: list[str]
) -> dict[str, Any]:
    lister, language, title, body = text
    return {
        "listing": f"{theme['t']}-{side}",
        "organisation": register.choose(of, lister, theme["f"]),
        "side": side,
        "kind": kind,
        "fields": theme["f"],
        "products": theme["hs"],
        "language": language,
        "title": register.fill(title, theme["v"]),
        "text": register.fill(body, theme["v"]),
        "illustrative": True,
        "source": SOURCE,
    }
