"""The illustrative world: a small generated world in which everything can be tried before any download.

Trade, distances and indicators exist only for economies with user-assigned codes (XAA, XAB …; ISO 3166
reserves XAA to XZZ for users) and for products in chapters 98 and 99. Organisations, people, listings,
events, projects and agreements are made for any pair the caller names; every row says illustrative.

Names cannot be those of real organisations: each contains the name of its seat, and no such place
exists (five invented cities a side; see docs/methods/illustrative-world.md for how that was checked).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from corridor.data.world.actors import build_organisations, build_people, build_references, choose_sides
from corridor.data.world.agreements import build_agreements
from corridor.data.world.economies import build_economies, check_code, economy_codes
from corridor.data.world.events import build_visit
from corridor.data.world.listings import build_listings
from corridor.data.world.programmes import build_programmes
from corridor.data.world.trade import build_products, build_trade
from corridor.errors import InputError
from corridor.tables import (
    CASH_FLOWS,
    DISTANCES,
    ECONOMIES,
    ENGAGEMENTS,
    INDICATORS,
    LISTINGS,
    ORGANISATIONS,
    PARTICIPANTS,
    PRODUCTS,
    PROJECTS,
    REQUESTS,
    STEPS,
    TRADE,
)

Progress = Callable[[float, str], None]

AS_OF: Final = date(2026, 11, 1)
LAST_YEAR: Final = 2024
MOST_CELLS: Final = 20_000_000
DEFAULT_PAIR: Final = ("XAA", "XAB")

__all__ = ["AS_OF", "DEFAULT_PAIR", "Actors", "World", "build_actors", "build_world"]


@dataclass(frozen=True)
class Actors:
    """Who takes part and what happens between them; every row has ``illustrative`` = true.

    organisations, listings, participants, requests, projects, cash_flows, engagements, steps: schemas of
    ``corridor.tables`` (participants and requests with a column ``event``, projects with ``programme``,
    ``name_zh``, ``name_ur``; engagements with ``first_organisation``, ``second_organisation``,
    ``amount_kind``, ``certainty``, ``next_action``, ``next_date``; steps with ``evidence_kind``).
    people: person, organisation, name, name_local, title_en, title_zh, title_ur, languages.
    references: reference, organisation, name, field, city, economy, year, value_usd, delivered.
    events: event, kind, name_en, name_zh, name_ur, economy, city, starts, days, slots_per_day,
    slot_minutes, tables. programmes: programme, name_en, name_zh, name_ur, field, city, budget_usd.
    true_pairs: offer, need: the listings written for one another, by which matching is measured.
    """

    pair: tuple[str, str]
    organisations: pl.DataFrame
    people: pl.DataFrame
    references: pl.DataFrame
    listings: pl.DataFrame
    true_pairs: pl.DataFrame
    events: pl.DataFrame
    participants: pl.DataFrame
    requests: pl.DataFrame
    programmes: pl.DataFrame
    projects: pl.DataFrame
    cash_flows: pl.DataFrame
    engagements: pl.DataFrame
    steps: pl.DataFrame


@dataclass(frozen=True)
class World:
    """Trade of invented economies, and the actors of one pair. Frames as in ``corridor.tables``."""

    seed: int
    trade: pl.DataFrame
    economies: pl.DataFrame
    products: pl.DataFrame
    distances: pl.DataFrame
    indicators: pl.DataFrame
    actors: Actors


def build_world(
    *,
    economies: int = 40,
    products: int = 300,
    years: int = 3,
    seed: int = 7,
    pair: tuple[str, str] = DEFAULT_PAIR,
    progress: Progress | None = None,
) -> World:
    """Generate the illustrative world; the same arguments give the same bytes.

    Trade has gravity structure (supply × demand / distance), Zipf-like sizes, and nestedness: products
    have a complexity, economies a reach, and economies of wide reach also export what everybody exports.
    XAA is a middling economy near XAB, the second largest. ``years`` end with 2024.

    Raises
    ------
    InputError: fewer than 5 or more than 676 economies, 20 … 9,000 products, 1 … 30 years; a bad pair.
    """
    _check_range("economies", economies, 5, 676)
    _check_range("products", products, 20, 9_000)
    _check_range("years", years, 1, 30)
    _check_cells(economies, products)
    report = progress or _ignore
    report(0.0, "Economies and products")
    codes = economy_codes(economies)
    goods = build_products(products, seed)
    calendar = range(LAST_YEAR - years + 1, LAST_YEAR + 1)
    report(0.1, "Trade")
    made = build_trade(codes, goods, calendar, seed)
    report(0.8, "Organisations, offers and needs, events, projects, agreements")
    actors = build_actors(pair, seed)
    report(1.0, "Done")
    return World(
        seed=seed,
        trade=TRADE.check(made.trade),
        economies=ECONOMIES.check(build_economies(codes)),
        products=PRODUCTS.check(goods),
        distances=DISTANCES.check(made.distances),
        indicators=INDICATORS.check(made.indicators),
        actors=actors,
    )


def build_actors(pair: tuple[str, str], seed: int = 7, *, as_of: date = AS_OF) -> Actors:
    """Generate the organisations, people, listings, visit, projects and agreements of a pair.

    One side has Urdu and English names, the other Chinese and English: China (CHN) gets the Chinese
    ones wherever it stands in the pair, else the second economy does. ``as_of`` is the day on which the
    agreements are looked at; the visit is some weeks later.

    Raises
    ------
    InputError: the pair is not two different codes of three capital letters.
    """
    for code in pair:
        check_code(code)
    if pair[0] == pair[1]:
        raise InputError(f"the pair {pair} names one economy twice", rule="a pair is two different economies")
    sides = choose_sides(pair)
    organisations = build_organisations(sides)
    people = build_people(organisations, sides, seed)
    listings, true_pairs = build_listings(organisations, sides, seed)
    visit = build_visit(organisations, people, listings, true_pairs, sides, seed, as_of)
    programmes, projects, cash_flows = build_programmes(seed)
    engagements, steps = build_agreements(organisations, people, pair, seed, as_of)
    return Actors(
        pair=pair,
        organisations=ORGANISATIONS.check(organisations),
        people=people,
        references=build_references(organisations, pair, seed),
        listings=LISTINGS.check(listings),
        true_pairs=true_pairs,
        events=visit.events,
        participants=PARTICIPANTS.check(visit.participants),
        requests=REQUESTS.check(visit.requests),
        programmes=programmes,
        projects=PROJECTS.check(projects),
        cash_flows=CASH_FLOWS.check(cash_flows),
        engagements=ENGAGEMENTS.check(engagements),
        steps=STEPS.check(steps),
    )


def _check_range(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InputError(
            f"{name} = {value} is not possible",
            rule=f"{name} lies between {least} and {most}",
            fix=f"Maybe {name} = {min(max(value, least), most)}",
        )


def _check_cells(economies: int, products: int) -> None:
    if economies**2 * products > MOST_CELLS:
        raise InputError(
            f"{economies} economies and {products} products make {economies**2 * products:,} cells",
            rule=f"economies² × products may reach {MOST_CELLS:,}; the world is for trying things out",
            fix=f"Maybe products = {max(20, MOST_CELLS // economies**2)}",
        )


def _ignore(fraction: float, message: str) -> None:
    """Take a progress report that nobody asked for."""
