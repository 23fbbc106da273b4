"""The actors of a pair: complete, marked, in three scripts, consistent with one another."""

from datetime import date

import polars as pl
import pytest

from corridor.data.world import AS_OF, Actors, build_actors
from corridor.data.world.actors import choose_sides
from corridor.data.world.content import read_themes
from corridor.vocabulary import ENDED, FIELDS, LISTING_KINDS, ORGANISATION_KINDS, STAGES

URDU, CHINESE = "[\u0600-\u06ff]", "[\u4e00-\u9fff]"


@pytest.fixture(scope="module")
def actors() -> Actors:
    """The actors of the default demonstration."""
    return build_actors(("PAK", "CHN"))


def frames(actors: Actors) -> dict[str, pl.DataFrame]:
    """Return the frames by name."""
    return {name: value for name, value in vars(actors).items() if isinstance(value, pl.DataFrame)}


def test_every_row_says_illustrative(actors: Actors) -> None:
    """Nothing here can be taken for a real record; pairs of listings carry no claim."""
    for name, frame in frames(actors).items():
        if name != "true_pairs":
            assert frame["illustrative"].all(), name


def test_both_sides_and_all_kinds_are_there(actors: Actors) -> None:
    """About sixty organisations, half a side, of every kind."""
    assert 55 <= actors.organisations.height <= 70
    counts = dict(actors.organisations.group_by("economy").len().iter_rows())
    assert min(counts.values()) >= 28
    for economy in ("PAK", "CHN"):
        kinds = actors.organisations.filter(economy=economy)["kind"].unique().to_list()
        assert set(kinds) == set(ORGANISATION_KINDS)


def test_names_have_their_script_and_their_invented_seat(actors: Actors) -> None:
    """A name contains its seat, and the seats are the ten invented cities."""
    urdu = actors.organisations.filter(economy="PAK")
    chinese = actors.organisations.filter(economy="CHN")
    assert urdu["name_ur"].str.contains(URDU).all()
    assert urdu["name_zh"].null_count() == urdu.height
    assert chinese["name_zh"].str.contains(CHINESE).all()
    assert chinese["name_ur"].null_count() == chinese.height
    for side, column in ((urdu, "name_ur"), (chinese, "name_zh")):
        assert side.select(pl.col("name_en").str.contains(pl.col("city"), literal=True).all()).item()
        assert side.select(pl.col(column).str.contains(pl.col("city_local"), literal=True).all()).item()
    assert actors.organisations["name_en"].n_unique() == actors.organisations.height
    assert actors.organisations["city"].n_unique() == 10


def test_listings_cover_fields_kinds_sides_and_languages(actors: Actors) -> None:
    """About 160 listings; every field as first field on both sides; every kind; three languages."""
    listings = actors.listings
    assert 150 <= listings.height <= 180
    for side in ("offer", "need"):
        of_side = listings.filter(side=side)
        assert set(of_side["fields"].list.first()) == set(FIELDS)
        assert set(of_side["kind"]) == set(LISTING_KINDS)
    languages = dict(listings.group_by("language").len().iter_rows())
    assert min(languages.values()) >= 20
    assert set(languages) == {"en", "zh-Hans", "ur"}


def test_listings_are_written_in_their_language(actors: Actors) -> None:
    """The text is really in the language that the row names, and no place is left unfilled."""
    by_script = {"ur": URDU, "zh-Hans": CHINESE}
    for language, script in by_script.items():
        texts = actors.listings.filter(language=language)["text"]
        share = texts.str.count_matches(script) / texts.str.len_chars()
        assert share.min() > 0.6
    english = actors.listings.filter(language="en")["text"]
    assert not english.str.contains(f"{URDU}|{CHINESE}").any()
    assert not actors.listings["text"].str.contains(r"[{}]").any()
    assert actors.listings["text"].n_unique() == actors.listings.height


def test_listing_belongs_to_an_organisation_of_its_kind_and_field(actors: Actors) -> None:
    """Whoever lists a text works in one of its fields."""
    joined = actors.listings.join(
        actors.organisations.select("organisation", "economy", own="fields"), on="organisation"
    )
    shared = joined["fields"].list.set_intersection(joined["own"]).list.len()
    assert (shared > 0).mean() > 0.95


def test_true_pairs_join_the_two_economies(actors: Actors) -> None:
    """Each theme gives one offer and one need, one a side."""
    assert actors.true_pairs.height == len(read_themes())
    seat = actors.listings.join(actors.organisations, on="organisation").select("listing", "economy", "side")
    both = actors.true_pairs.join(seat, left_on="offer", right_on="listing").join(
        seat, left_on="need", right_on="listing", suffix="_need"
    )
    assert both.height == actors.true_pairs.height
    assert (both["economy"] != both["economy_need"]).all()
    assert (both["side"] == "offer").all()


def test_goods_codes_are_codes(actors: Actors) -> None:
    """HS codes have four or six digits."""
    assert actors.listings["products"].explode().drop_nulls().str.contains("^([0-9]{4}|[0-9]{6})$").all()


def test_visit_brings_twenty_guests_with_requests_that_can_be_met(actors: Actors) -> None:
    """Twenty guests, requests between guest and host, slots inside the event."""
    event = actors.events.row(0, named=True)
    slots = event["days"] * event["slots_per_day"]
    guests = actors.participants.filter(side="guest")["participant"]
    hosts = actors.participants.filter(side="host")["participant"]
    assert len(guests) == 20
    assert actors.requests["first"].is_in(guests.to_list()).all()
    assert actors.requests["second"].is_in(hosts.to_list()).all()
    assert 80 <= actors.requests.height <= event["tables"] * slots
    assert not actors.requests.select("first", "second").is_duplicated().any()
    available = actors.participants["available"].explode()
    assert available.min() == 0
    assert available.max() == slots - 1
    assert event["starts"] > AS_OF
    assert event["starts"].weekday() == 1


def test_projects_worth_and_cost_follow_from_their_cash_flows(actors: Actors) -> None:
    """NPV at 8 % and investment recomputed from the flows; predecessors exist."""
    flows = actors.cash_flows.with_columns(
        worth=(pl.col("benefit_usd") - pl.col("cost_usd")) / 1.08 ** pl.col("period")
    )
    worth = flows.group_by("project").agg(pl.col("worth").sum())
    joined = actors.projects.join(worth, on="project")
    assert joined.height == actors.projects.height
    assert ((joined["worth"] - joined["value_usd"]).abs() <= 1).all()
    assert (actors.projects["value_usd"] < 0).any()
    assert (
        actors.projects["requires"].explode().drop_nulls().is_in(actors.projects["project"].to_list()).all()
    )
    assert actors.projects["programme"].is_in(actors.programmes["programme"].to_list()).all()


def test_engagements_stand_in_every_stage_and_repeat_their_last_step(actors: Actors) -> None:
    """All stages and ended ones with a reason; ``stage`` and ``as_of`` are those of the latest step."""
    assert set(actors.engagements["stage"]) == {*STAGES, ENDED}
    latest = actors.steps.sort("date").group_by("engagement", maintain_order=True).last()
    joined = actors.engagements.join(latest, on="engagement", suffix="_step")
    assert (joined["stage"] == joined["stage_step"]).all()
    assert (joined["as_of"] == joined["date"]).all()
    ended = actors.steps.filter(stage=ENDED)
    assert ended["reason"].null_count() == 0
    assert ended["reason"].n_unique() >= 6
    assert (
        actors.steps.filter(pl.col("stage") != ENDED)["reason"].null_count()
        == actors.steps.height - ended.height
    )
    silent = (AS_OF - pl.Series(actors.engagements["as_of"])).dt.total_days()
    assert (silent > 300).sum() >= 4
    assert (silent < 60).sum() >= 15
    assert silent.min() > 0


def test_people_have_names_in_both_scripts(actors: Actors) -> None:
    """Every organisation has somebody; names differ within a side."""
    assert set(actors.people["organisation"]) == set(actors.organisations["organisation"])
    assert actors.people["name"].n_unique() == actors.people.height
    assert actors.people["name_local"].str.contains(f"{URDU}|{CHINESE}").all()


def test_references_lie_in_invented_places(actors: Actors) -> None:
    """Cities of the pair are the invented ones; elsewhere the economy itself is invented."""
    invented = actors.organisations["city"].unique().to_list()
    at_home = actors.references.filter(pl.col("economy").is_in(["PAK", "CHN"]))
    assert at_home["city"].is_in(invented).all()
    assert (
        actors.references.filter(~pl.col("economy").is_in(["PAK", "CHN"]))["economy"]
        .str.contains("^XA")
        .all()
    )


@pytest.mark.parametrize(
    ("pair", "chinese"),
    [(("PAK", "CHN"), "CHN"), (("CHN", "PAK"), "CHN"), (("XAA", "XAB"), "XAB"), (("UZB", "PAK"), "UZB")],
)
def test_sides_take_their_script(pair: tuple[str, str], chinese: str) -> None:
    """China and Pakistan keep their languages on whichever side they stand."""
    urdu_side, chinese_side = choose_sides(pair)
    assert chinese_side.economy == chinese
    assert {urdu_side.economy, chinese_side.economy} == set(pair)


def test_same_seed_same_actors_other_seed_other_figures() -> None:
    """Actors are a function of pair, seed and day."""
    first, again, other = (build_actors(("PAK", "CHN"), seed) for seed in (3, 3, 4))
    for name, frame in frames(first).items():
        assert frame.serialize() == frames(again)[name].serialize(), name
    assert not first.listings.equals(other.listings)
    assert not first.people.equals(other.people)
    later = build_actors(("PAK", "CHN"), 3, as_of=date(2027, 1, 1))
    assert later.engagements["as_of"].max() > first.engagements["as_of"].max()
