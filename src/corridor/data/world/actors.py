"""Organisations, the people who act for them, and the systems they have delivered."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from corridor.data.world.content import read_json
from corridor.data.world.economies import name_economy

SOURCE: Final = "Corridor illustrative world"
ABROAD: Final = ("XAC", "XAD", "XAE", "XAF", "XAG")
PEOPLE_A_KIND: Final = {"company": 2, "city": 2, "zone": 2}
REFERENCE_YEARS: Final = (2016, 2025)


@dataclass(frozen=True, slots=True)
class Side:
    """One economy of the pair: its code, the key of its texts, and the language it writes beside English."""

    economy: str
    key: str
    language: str


def choose_sides(pair: tuple[str, str]) -> tuple[Side, Side]:
    """Return the Urdu-writing side, then the Chinese-writing one."""
    urdu, chinese = (pair[1], pair[0]) if pair[0] == "CHN" or pair[1] == "PAK" else pair
    return Side(urdu, "ur", "ur"), Side(chinese, "zh", "zh-Hans")


def build_organisations(sides: tuple[Side, Side]) -> pl.DataFrame:
    """Return the organisations of both sides; ``city_local`` is the seat in the side's own script."""
    content = read_json("organisations")
    rows = [row for side in sides for row in _list_organisations(content[side.key], side)]
    return pl.DataFrame(
        [{"organisation": f"org-{number:02d}"} | row for number, row in enumerate(rows, start=1)],
        schema_overrides={"name_zh": pl.String, "name_ur": pl.String},
    )


def _list_organisations(content: dict[str, Any], side: Side) -> list[dict[str, Any]]:
    cities = content["cities"]
    return [
        {
            "economy": side.economy,
            "kind": kind,
            "name_en": english,
            "name_zh": local if side.key == "zh" else None,
            "name_ur": local if side.key == "ur" else None,
            "city": cities[seat]["en"],
            "city_local": cities[seat]["local"],
            "fields": fields,
            "illustrative": True,
            "source": SOURCE,
        }
        for kind, seat, english, local, fields in content["organisations"]
    ]


def build_people(organisations: pl.DataFrame, sides: tuple[Side, Side], seed: int) -> pl.DataFrame:
    """Return one or two people an organisation, with names in Latin letters and in their own script."""
    rng = np.random.default_rng([seed, 3])
    content = read_json("people")
    rows = []
    for side in sides:
        seats = organisations.filter(economy=side.economy)
        posts = [
            (organisation, kind, post)
            for organisation, kind in seats.select("organisation", "kind").iter_rows()
            for post in range(PEOPLE_A_KIND.get(kind, 1))
        ]
        names = _draw_names(content[side.key], len(posts), rng)
        rows += [
            _describe_person(post, name, side, content["titles"], rng)
            for post, name in zip(posts, names, strict=True)
        ]
    return pl.DataFrame([{"person": f"person-{n:03d}"} | row for n, row in enumerate(rows, start=1)])


def _draw_names(content: dict[str, Any], count: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Return ``count`` different full names, Latin and local, in the side's own order."""
    given, family = content["given"], content["family"]
    drawn = rng.choice(len(given) * len(family), size=count, replace=False)
    pairs = [(given[n % len(given)], family[n // len(given)]) for n in drawn]
    if content["order"] == "family":
        return [(f"{f[0]} {g[0]}", f"{f[1]}{g[1]}") for g, f in pairs]
    return [(f"{g[0]} {f[0]}", f"{g[1]} {f[1]}") for g, f in pairs]


def _describe_person(
    post: tuple[str, str, int],
    name: tuple[str, str],
    side: Side,
    titles: dict[str, list[list[str]]],
    rng: np.random.Generator,
) -> dict[str, Any]:
    organisation, kind, place = post
    english, chinese, urdu = titles[kind][place % len(titles[kind])]
    return {
        "organisation": organisation,
        "name": name[0],
        "name_local": name[1],
        "title_en": english,
        "title_zh": chinese,
        "title_ur": urdu,
        "languages": _draw_languages(side, rng),
        "illustrative": True,
    }


def _draw_languages(side: Side, rng: np.random.Generator) -> list[str]:
    """Return the languages a person speaks: nearly all some English, a few the other side's."""
    chance = rng.random()
    if side.key == "zh":
        return (
            ["zh-Hans"] if chance < 0.35 else ["zh-Hans", "en", "ur"] if chance > 0.95 else ["zh-Hans", "en"]
        )
    return ["ur", "en", "zh-Hans"] if chance > 0.9 else ["ur", "en"]


def build_references(organisations: pl.DataFrame, pair: tuple[str, str], seed: int) -> pl.DataFrame:
    """Return the systems that companies have delivered, at home, in the partner's economy and elsewhere.

    Cities of the pair are the invented ones; other economies are those of the illustrative world.
    """
    rng = np.random.default_rng([seed, 4])
    texts = read_json("programmes")["references"]
    makers = organisations.filter(pl.col("kind").is_in(["company", "institute", "university"]))
    cities = {code: organisations.filter(economy=code)["city"].unique().sort().to_list() for code in pair}
    rows = [
        _describe_reference(maker, texts, cities, rng)
        for maker in makers.select("organisation", "economy", "fields").iter_rows()
        for _ in range(int(rng.integers(1, 4)))
    ]
    return pl.DataFrame([{"reference": f"reference-{n:02d}"} | row for n, row in enumerate(rows, start=1)])


def _describe_reference(
    maker: tuple[str, str, list[str]],
    texts: dict[str, list[str]],
    cities: dict[str, list[str]],
    rng: np.random.Generator,
) -> dict[str, Any]:
    organisation, home, fields = maker
    field = fields[int(rng.integers(len(fields)))]
    partner = next(code for code in cities if code != home)
    chance = rng.random()
    economy = home if chance < 0.45 else partner if chance < 0.7 else str(rng.choice(ABROAD))
    city = str(rng.choice(cities[economy])) if economy in cities else f"Port {name_economy(economy)[0]}"
    name, delivered = texts[field]
    return {
        "organisation": organisation,
        "name": f"{name}, {city}",
        "field": field,
        "city": city,
        "economy": economy,
        "year": int(rng.integers(*REFERENCE_YEARS)),
        "value_usd": float(np.round(np.exp(rng.normal(15.2, 0.9)), -4)),
        "delivered": delivered,
        "illustrative": True,
        "source": SOURCE,
    }
