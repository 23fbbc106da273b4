"""Matches of two economies: constraints, both directions, reasons, planted pairs."""

from time import perf_counter

import polars as pl
import pytest
from tests.library.match.rows import listings_of, make_listing, make_organisation, organisations_of

from corridor.data.world import Actors, build_actors
from corridor.errors import InputError, SchemaError
from corridor.locale.labels import LABELS
from corridor.match.matching import find_matches
from corridor.match.score import NOT_COMPARABLE, REASONS, SHARED_TERMS
from corridor.tables import MATCHES

PAIR = ("PAK", "CHN")
MAKER = make_organisation("maker", "CHN")
FARM = make_organisation("farm", "PAK")
OFFER = make_listing("pumps", "maker", "offer")
NEED = make_listing("wells", "farm", "need")


def match_one(offer: dict, need: dict, owners: tuple[dict, ...] = (MAKER, FARM), **options) -> pl.DataFrame:
    """Match one offer with one need, whatever the score."""
    return find_matches(organisations_of(*owners), listings_of(offer, need), pair=PAIR, minimum=0, **options)


def codes(matches: pl.DataFrame) -> dict[str, dict]:
    """Return the reasons of the first match by code."""
    return {reason["code"]: reason for reason in matches["reasons"][0]}


def test_a_perfect_pair_scores_one_and_says_why() -> None:
    """Everything agrees: both directions are full."""
    row = match_one(OFFER, NEED).row(0, named=True)
    assert (row["offer"], row["need"]) == ("pumps", "wells")
    assert row["offer_fit"] == pytest.approx(1)
    assert row["need_fit"] == pytest.approx(1)
    assert row["score"] == pytest.approx(1)
    told = codes(match_one(OFFER, NEED))
    assert told["same_goods"]["value"] == "841370"
    assert told["shared_fields"]["value"] == "solar_energy"
    assert told["similar_text"]["value"]


@pytest.mark.parametrize(
    ("offer", "need", "owners"),
    [
        (OFFER, NEED, (make_organisation("maker", "PAK"), FARM)),  # one economy
        (OFFER, NEED, (make_organisation("maker", "UZB"), FARM)),  # outside the pair
        (OFFER | {"kind": "relocation"}, NEED, (MAKER, FARM)),  # kinds that do not go together
        (OFFER | {"side": "need"}, NEED, (MAKER, FARM)),  # two needs
        (OFFER, NEED | {"organisation": "maker"}, (MAKER, FARM)),  # the same organisation
    ],
)
def test_hard_constraints_forbid(offer: dict, need: dict, owners: tuple[dict, ...]) -> None:
    """However alike the texts are."""
    assert match_one(offer, need, owners).is_empty()


def test_one_sided_interest_scores_low() -> None:
    """The offer answers the need, but a vague need of a fund outside the field suits nobody."""
    fund = make_organisation("farm", "PAK", kind="investor", fields=["textiles"])
    offer, vague = OFFER | {"text": "Solar pumps."}, NEED | {"text": "Solar pumps."}
    full = match_one(OFFER, NEED).row(0, named=True)
    poor = match_one(offer, vague, (MAKER, fund)).row(0, named=True)
    assert poor["offer_fit"] == pytest.approx(1)
    assert poor["need_fit"] < 0.35
    assert poor["score"] < 0.6 < full["score"]
    assert poor["score"] < (poor["offer_fit"] + poor["need_fit"]) / 2


def test_languages_without_a_bridge_add_nothing_and_say_so() -> None:
    """Chinese against English with no glossary term: no text reason, one note without weight."""
    strange = OFFER | {"language": "zh-Hans", "title": "甲乙丙丁", "text": "戊己庚辛壬癸子丑寅卯"}
    told = codes(match_one(strange, NEED))
    assert told[NOT_COMPARABLE] == {"code": NOT_COMPARABLE, "value": "zh-Hans, en", "weight": 0.0}
    assert "similar_text" not in told
    assert SHARED_TERMS not in told
    assert match_one(strange, NEED)["score"][0] < match_one(OFFER, NEED)["score"][0]


def test_glossary_bridges_languages() -> None:
    """Chinese and Urdu texts on solar pumps share terms, named by their codes."""
    chinese = OFFER | {
        "language": "zh-Hans",
        "title": "太阳能水泵",
        "text": "太阳能水泵与控制器，提供培训，功率11千瓦",
    }
    urdu = NEED | {
        "language": "ur",
        "title": "شمسی ٹیوب ویل",
        "text": "ہمیں 11 کلوواٹ کے شمسی پمپ، کنٹرولر اور تربیت درکار ہے",
    }
    told = codes(match_one(chinese, urdu))
    assert set(told[SHARED_TERMS]["value"].split(", ")) <= {
        "solar power",
        "pump",
        "inverter",
        "training",
        "water",
    }
    assert told[SHARED_TERMS]["weight"] > 0
    assert NOT_COMPARABLE not in told


def test_raw_words_never_cross_languages() -> None:
    """The same letters under two language names are not compared as words."""
    claimed = OFFER | {"language": "ur", "title": "kilometre gauge", "text": "kilometre gauge zebra"}
    told = codes(match_one(claimed, NEED | {"title": "kilometre gauge", "text": "kilometre gauge zebra"}))
    assert "similar_text" not in told


def test_reference_projects_count_where_they_are_given() -> None:
    """Delivered in the partner's economy counts fully, elsewhere abroad half, at home not."""

    def score(economy: str) -> float:
        done = pl.DataFrame({"organisation": ["maker"], "field": ["textiles"], "economy": [economy]})
        return match_one(OFFER, NEED, references=done)["need_fit"][0]

    assert score("PAK") > score("UZB") > score("CHN")
    assert "served_partner_economy" not in codes(match_one(OFFER, NEED))


def test_reasons_sum_to_the_score_and_have_words(actors: Actors) -> None:
    """The decomposition closes, the codes are known and can be shown."""
    found = find_matches(actors.organisations, actors.listings, pair=PAIR, references=actors.references)
    weights = found["reasons"].list.eval(pl.element().struct.field("weight"))
    assert (weights.list.sum() - found["score"]).abs().max() < 1e-9
    assert weights.list.min().min() >= 0
    told = set(found["reasons"].explode().struct.field("code"))
    assert told <= set(REASONS)
    assert set(REASONS) <= set(LABELS)
    product = (found["offer_fit"] * found["need_fit"]).sqrt()
    assert (product - found["score"]).abs().max() < 1e-9
    MATCHES.check(found)


@pytest.mark.parametrize("seed", [7, 11])
def test_planted_pairs_rank_first(seed: int) -> None:
    """In the illustrative world each need's best offer is the one written for it, in at least 95 of 100."""
    made = build_actors(PAIR, seed)
    found = find_matches(made.organisations, made.listings, pair=PAIR, references=made.references)
    best = found.group_by("need", maintain_order=True).first().select("need", best="offer")
    hit = made.true_pairs.join(best, on="need", how="left").select((pl.col("offer") == pl.col("best")).mean())
    assert hit.item() >= 0.95


def test_planted_pairs_are_found_by_text_alone(actors: Actors) -> None:
    """With fields, goods and kinds blanked, at least nine in ten are still among the best five."""
    blank = actors.listings.with_columns(
        fields=pl.lit([], dtype=pl.List(pl.String)),
        products=pl.lit([], dtype=pl.List(pl.String)),
        kind=pl.lit("technology"),
    )
    found = find_matches(actors.organisations, blank, pair=PAIR, minimum=0)
    hit = actors.true_pairs.join(found, on=["offer", "need"], how="semi").height
    assert hit >= 0.9 * actors.true_pairs.height


def test_every_listing_keeps_its_best(actors: Actors) -> None:
    """per_listing = 1 keeps, for each listing with any match, the best of a run that keeps all."""
    everything = find_matches(actors.organisations, actors.listings, pair=PAIR, per_listing=500)
    best = find_matches(actors.organisations, actors.listings, pair=PAIR, per_listing=1)
    for side in ("offer", "need"):
        top = everything.group_by(side, maintain_order=True).first().select("offer", "need")
        assert top.join(best, on=["offer", "need"], how="anti").is_empty()
    assert best.join(everything, on=["offer", "need"], how="anti").is_empty()
    assert best.height < everything.height


def test_blocks_give_the_same_as_one(actors: Actors, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scoring a few offers at a time changes nothing."""
    whole = find_matches(actors.organisations, actors.listings, pair=PAIR)
    monkeypatch.setattr("corridor.match.matching.BLOCK_CELLS", 300)
    assert find_matches(actors.organisations, actors.listings, pair=PAIR).equals(whole)


def test_two_hundred_by_two_hundred_in_a_second(actors: Actors) -> None:
    """Fast enough to run while somebody waits (bound with slack for a busy machine)."""
    copies = [actors.listings.with_columns(listing=pl.col("listing") + f"-{copy}") for copy in range(3)]
    many = pl.concat(copies)
    assert min(many.filter(side="offer").height, many.filter(side="need").height) >= 200
    started = perf_counter()
    find_matches(actors.organisations, many, pair=PAIR, references=actors.references)
    assert perf_counter() - started < 3


def test_inputs_stay_as_they_were(actors: Actors) -> None:
    """Matching reads; it changes nothing."""
    before = actors.listings.clone(), actors.organisations.clone()
    find_matches(actors.organisations, actors.listings, pair=PAIR)
    assert actors.listings.equals(before[0])
    assert actors.organisations.equals(before[1])


def test_nothing_to_match_gives_an_empty_table() -> None:
    """No listing, or only offers."""
    owners = organisations_of(MAKER, FARM)
    assert find_matches(owners, listings_of(), pair=PAIR).equals(MATCHES.empty())
    assert find_matches(owners, listings_of(OFFER), pair=PAIR).equals(MATCHES.empty())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"organisation": "nobody"}, "'nobody', which is not there"),
        ({"language": "fr"}, "language 'fr'"),
        ({"side": "wish"}, "side 'wish'"),
        ({"kind": "trade"}, "kind 'trade'"),
        ({"fields": ["solar"]}, "Maybe 'solar_energy'"),
    ],
)
def test_bad_listings_are_named(change: dict, named: str) -> None:
    """The offending value and what is allowed."""
    with pytest.raises(InputError, match=named):
        match_one(OFFER | change, NEED)


def test_bad_arguments_are_named() -> None:
    """Pair, counts, minimum, columns."""
    owners, listed = organisations_of(MAKER, FARM), listings_of(OFFER, NEED)
    with pytest.raises(InputError, match="not a pair"):
        find_matches(owners, listed, pair=("PAK", "PAK"))
    with pytest.raises(InputError, match="per_listing = 0"):
        find_matches(owners, listed, pair=PAIR, per_listing=0)
    with pytest.raises(InputError, match="minimum = 2"):
        find_matches(owners, listed, pair=PAIR, minimum=2)
    with pytest.raises(SchemaError, match="no column 'kind'"):
        find_matches(owners.drop("kind"), listed, pair=PAIR)
