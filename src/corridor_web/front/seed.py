"""The demonstration: two desks, demo accounts, public facts with their source, and the illustrative world.

Loaded once, in one transaction; loading it again changes nothing. The records of the world carry the
world's own identifiers as keys, so that the other stages find them: ``load(actors)`` in an app's
``seed.py`` adds its part (events and meetings, programmes and projects, deliveries).
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, Final

import polars as pl
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from corridor.data.facts import load_facts
from corridor.data.world import Actors, build_actors
from corridor.errors import InputError
from corridor.locale.economies import economy_name
from corridor.vocabulary import ENDED, STAGES
from corridor_web.accounts.models import Role, User
from corridor_web.accounts.queries import DEMO_PASSWORD
from corridor_web.registry.models import (
    Desk,
    Engagement,
    Evidence,
    Listing,
    Organisation,
    Person,
    ReferenceProject,
    Step,
)

SEED: Final = 7
#: Addresses of the world end in a name that no network resolves (RFC 2606).
DOMAIN: Final = "corridor.example"
#: One listing in so many is for signed-in readers only.
MEMBERS_ONLY_EVERY: Final = 9
#: So many listings a side wait for the desk.
WAITING: Final = 2
#: Stages later in the flow that add to the demonstration.
LATER: Final = ("match", "meet", "plan", "deliver")


def load_world() -> None:
    """Load the demonstration; what is there already stays as it is.

    Raises
    ------
    InputError: the site does not run as a demonstration.
    """
    if not settings.DEMO:
        raise InputError(
            "the illustrative world was asked for outside the demonstration",
            rule="its accounts have a password that everybody knows",
            fix="Maybe start with `corridor serve --demo`",
        )
    home, partner = settings.CORRIDOR_PAIR
    actors = build_actors((home, partner), seed=SEED, as_of=timezone.localdate())
    with transaction.atomic():
        _load_desks()
        users = _load_accounts()
        _load_facts()
        if not Organisation.objects.filter(key=actors.organisations["organisation"][0]).exists():
            _load_actors(actors, users)
        for app in LATER:
            if find_spec(f"corridor_web.{app}.seed"):
                import_module(f"corridor_web.{app}.seed").load(actors)


def _load_desks() -> None:
    for economy in settings.CORRIDOR_PAIR:
        name = economy_name(economy, "en")
        values = {"name": f"Corridor demonstration, {name} desk", "email": f"{economy.lower()}@{DOMAIN}"}
        Desk.objects.get_or_create(economy=economy, defaults=values)


def _load_accounts() -> dict[str, User]:
    """Make the demo accounts and return them by user name."""
    home, partner = settings.CORRIDOR_PAIR
    short = {"PAK": "pk", "CHN": "cn"}
    first, second = (short.get(code, code.lower()) for code in (home, partner))
    wanted = [
        (f"member.{first}", Role.MEMBER, "", "Member"),
        (f"member.{second}", Role.MEMBER, "", "Member"),
        ("analyst", Role.ANALYST, "", "Analyst"),
        (f"officer.{first}", Role.DESK_OFFICER, home, f"Officer, {economy_name(home, 'en')}"),
        (f"officer.{second}", Role.DESK_OFFICER, partner, f"Officer, {economy_name(partner, 'en')}"),
        ("admin", Role.ADMINISTRATOR, "", "Administrator"),
    ]
    known = User.objects.in_bulk([name for name, *_ in wanted], field_name="username")
    if len(known) < len(wanted):
        password = make_password(DEMO_PASSWORD)
        User.objects.bulk_create(
            User(
                username=name,
                role=role,
                economy=economy,
                display_name=shown,
                password=password,
                is_demo=True,
            )
            for name, role, economy, shown in wanted
            if name not in known
        )
    stored = User.objects.in_bulk([name for name, *_ in wanted], field_name="username")
    return {name: stored[name] for name, *_ in wanted}


def _load_facts() -> None:
    """Store the organisations of the pair that publications name, and what they have delivered."""
    facts = load_facts()
    frame = facts.organisations.filter(pl.col("economy").is_in(list(settings.CORRIDOR_PAIR)))
    keys = frame["organisation"].to_list()
    if Organisation.objects.filter(key__in=keys).count() == len(keys):
        return
    known = set(Organisation.objects.filter(key__in=keys).values_list("key", flat=True))
    new = frame.filter(~pl.col("organisation").is_in(known))
    zones = {row["organisation"]: _describe_zone(row) for row in facts.zones.iter_rows(named=True)}
    organisations = _load_organisations(new, summaries=zones)
    references = facts.references.filter(pl.col("organisation").is_in(list(organisations)))
    _load_references(
        references.with_columns(
            delivered=pl.when(pl.col("note") == "")
            .then("delivered")
            .otherwise(pl.format("{} ({})", "delivered", "note"))
        ),
        organisations,
    )


def _describe_zone(row: dict[str, Any]) -> str:
    return f"{row['acres']:,.0f} acres, {row['place']}, {row['province']}; {row['status']}."


def _load_actors(actors: Actors, users: dict[str, User]) -> None:
    organisations = _load_organisations(actors.organisations)
    people = _load_people(actors.people, organisations)
    _load_references(actors.references, organisations)
    _load_listings(actors, organisations)
    _attach_members(actors, users, people)
    officers = {user.economy: user for user in users.values() if user.role == Role.DESK_OFFICER}
    _load_engagements(actors, organisations, officers)


def _load_organisations(
    frame: pl.DataFrame, *, summaries: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Organisation]:
    bulk_create_with_history(
        [
            Organisation(
                key=row["organisation"],
                economy=row["economy"],
                kind=row["kind"],
                name_en=row["name_en"],
                name_zh=row["name_zh"] or "",
                name_ur=row["name_ur"] or "",
                city=row["city"] or "",
                fields=row["fields"],
                summary=summaries.get(row["organisation"], ""),
                illustrative=row["illustrative"],
                source=row["source"],
            )
            for row in frame.iter_rows(named=True)
        ],
        Organisation,
    )
    return Organisation.objects.in_bulk(frame["organisation"].to_list(), field_name="key")


def _load_people(frame: pl.DataFrame, organisations: dict[str, Organisation]) -> dict[str, Person]:
    rows = frame.to_dicts()
    made = Person.objects.bulk_create(
        Person(
            organisation=organisations[row["organisation"]],
            name=row["name"],
            name_local=row["name_local"],
            title=row["title_en"],
            title_zh=row["title_zh"],
            title_ur=row["title_ur"],
            languages=row["languages"],
            email=f"{row['person']}@{DOMAIN}",
            illustrative=True,
        )
        for row in rows
    )
    return {row["person"]: person for row, person in zip(rows, made, strict=True)}


def _load_references(frame: pl.DataFrame, organisations: dict[str, Organisation]) -> None:
    names = ("name", "field", "city", "economy", "year", "value_usd", "delivered", "source", "illustrative")
    ReferenceProject.objects.bulk_create(
        ReferenceProject(
            key=row["reference"],
            organisation=organisations[row["organisation"]],
            **{name: row[name] for name in names},
        )
        for row in frame.iter_rows(named=True)
    )


def _load_listings(actors: Actors, organisations: dict[str, Organisation]) -> None:
    waiting = _choose_waiting(actors)
    names = ("side", "kind", "fields", "products", "language", "title", "text", "source")
    bulk_create_with_history(
        [
            Listing(
                key=row["listing"],
                organisation=organisations[row["organisation"]],
                status=Listing.Status.REVIEW if row["listing"] in waiting else Listing.Status.PUBLISHED,
                visibility=(
                    Listing.Visibility.PUBLIC if number % MEMBERS_ONLY_EVERY else Listing.Visibility.MEMBERS
                ),
                illustrative=True,
                **{name: row[name] for name in names},
            )
            for number, row in enumerate(actors.listings.iter_rows(named=True), start=1)
        ],
        Listing,
    )


def _choose_waiting(actors: Actors) -> set[str]:
    """Return the listings that wait at a desk: some of each side that were written for nobody."""
    paired = pl.concat([actors.true_pairs["offer"], actors.true_pairs["need"]])
    single = actors.listings.filter(~pl.col("listing").is_in(paired.implode())).join(
        actors.organisations.select("organisation", "economy"), on="organisation", maintain_order="left"
    )
    return set(single.group_by("economy", maintain_order=True).head(WAITING)["listing"])


def _attach_members(actors: Actors, users: dict[str, User], people: dict[str, Person]) -> None:
    """Let each demo member act for the company of its side that lists most, on both sides of a match."""
    members = [user for user in users.values() if user.role == Role.MEMBER]
    for economy, user in zip(actors.pair, members, strict=True):
        companies = actors.organisations.filter(economy=economy, kind="company")
        chosen = (
            actors.listings.join(companies, on="organisation", how="semi")
            .group_by("organisation")
            .agg(
                both=pl.min_horizontal((pl.col("side") == "offer").sum(), (pl.col("side") == "need").sum()),
                all=pl.len(),
            )
            .sort("both", "all", "organisation", descending=[True, True, False])["organisation"][0]
        )
        person = people[actors.people.filter(organisation=chosen)["person"][0]]
        person.user = user
        person.save(update_fields=["user"])
        user.display_name = person.name
        user.save(update_fields=["display_name"])


def _load_engagements(
    actors: Actors, organisations: dict[str, Organisation], officers: dict[str, User]
) -> None:
    """Store the engagements with all their steps; what is signed or ended is open to the public."""
    steps = actors.steps.partition_by("engagement", as_dict=True, maintain_order=True)
    rows = actors.engagements.to_dicts()
    bulk_create_with_history(
        [
            _describe_engagement(row, organisations, officers[actors.pair[number % 2]])
            for number, row in enumerate(rows)
        ],
        Engagement,
    )
    stored = Engagement.objects.in_bulk([row["engagement"] for row in rows], field_name="key")
    for row in rows:
        _load_steps(stored[row["engagement"]], steps[(row["engagement"],)])


def _describe_engagement(
    row: dict[str, Any], organisations: dict[str, Organisation], owner: User
) -> Engagement:
    public = row["stage"] == ENDED or STAGES.index(row["stage"]) >= STAGES.index("memorandum")
    names = ("title", "first_party", "second_party", "stage", "as_of", "amount", "next_date", "source")
    texts = ("field", "currency", "amount_kind", "certainty", "next_action")
    return Engagement(
        key=row["engagement"],
        first_organisation=organisations[row["first_organisation"]],
        second_organisation=organisations[row["second_organisation"]],
        owner=owner,
        state=Engagement.State.PUBLISHED if public else Engagement.State.DRAFT,
        published_at=timezone.now() if public else None,
        published_by=owner if public else None,
        illustrative=True,
        **{name: row[name] for name in names},
        **{name: row[name] or "" for name in texts},
    )


def _load_steps(engagement: Engagement, frame: pl.DataFrame) -> None:
    rows = frame.to_dicts()
    steps = Step.objects.bulk_create(
        Step(
            engagement=engagement,
            stage=row["stage"],
            date=row["date"],
            owner_name=row["owner"] or "",
            reason=row["reason"] or "",
            recorded_by=engagement.owner,
        )
        for row in rows
    )
    Evidence.objects.bulk_create(
        Evidence(
            step=step,
            kind=row["evidence_kind"],
            title=row["evidence"],
            url="" if row["evidence_kind"] == "statement" else _address_evidence(engagement, step),
            stated_by=(row["owner"] or "") if row["evidence_kind"] == "statement" else "",
        )
        for step, row in zip(steps, rows, strict=True)
        if row["evidence"]
    )


def _address_evidence(engagement: Engagement, step: Step) -> str:
    return f"https://{DOMAIN}/evidence/{engagement.key}/{step.stage}"
