"""What holds for every set of organisations and listings."""

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.library.match.rows import listings_of, make_listing, make_organisation, organisations_of

from corridor.match.bm25 import weigh_terms
from corridor.match.matching import find_matches
from corridor.match.text import normalise, tokenise
from corridor.vocabulary import FIELDS, LISTING_KINDS, ORGANISATION_KINDS

WORDS = st.lists(st.sampled_from(["pump", "solar", "太阳能", "水泵", "شمسی", "پمپ", "11"]), max_size=6)
CODES = st.lists(st.sampled_from(["841370", "8413", "84", "850440"]), max_size=2, unique=True)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw up to six organisations of three economies, and up to eight listings."""
    owners = [
        make_organisation(
            f"org{number}",
            draw(st.sampled_from(["PAK", "CHN", "UZB"])),
            kind=draw(st.sampled_from(ORGANISATION_KINDS)),
            fields=draw(st.lists(st.sampled_from(FIELDS[:4]), max_size=2, unique=True)),
        )
        for number in range(draw(st.integers(1, 6)))
    ]
    listed = [
        make_listing(
            f"listing{number}",
            draw(st.sampled_from(owners))["organisation"],
            draw(st.sampled_from(["offer", "need"])),
            kind=draw(st.sampled_from(LISTING_KINDS[:3])),
            fields=draw(st.lists(st.sampled_from(FIELDS[:4]), max_size=2, unique=True)),
            products=draw(CODES),
            language=draw(st.sampled_from(["en", "zh-Hans", "ur"])),
            title=" ".join(draw(WORDS)),
            text=" ".join(draw(WORDS)),
        )
        for number in range(draw(st.integers(0, 8)))
    ]
    return organisations_of(*owners), listings_of(*listed)


def match(world: tuple[pl.DataFrame, pl.DataFrame], pair: tuple[str, str], **options: Any) -> pl.DataFrame:
    """Match with nothing cut off."""
    return find_matches(*world, pair=pair, minimum=0, **options)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_order_of_pair_and_rows_changes_nothing(world: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    """A match is a property of two listings, not of where they stand."""
    found = match(world, ("PAK", "CHN"))
    assert match(world, ("CHN", "PAK")).equals(found)
    assert match((world[0].reverse(), world[1].reverse()), ("PAK", "CHN")).equals(found)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_scores_are_sound(world: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    """Between 0 and 1; the geometric mean of both fits; reasons sum to it; economies differ."""
    found = match(world, ("PAK", "CHN"))
    seat = dict(world[0].select("organisation", "economy").iter_rows())
    owner = {
        name: seat[organisation]
        for name, organisation in world[1].select("listing", "organisation").iter_rows()
    }
    for row in found.iter_rows(named=True):
        assert 0 < row["score"] <= 1
        assert abs(row["score"] ** 2 - row["offer_fit"] * row["need_fit"]) < 1e-9
        assert abs(row["score"] - sum(reason["weight"] for reason in row["reasons"])) < 1e-9
        assert min(row["offer_fit"], row["need_fit"]) <= row["score"] + 1e-9
        assert {owner[row["offer"]], owner[row["need"]]} == {"PAK", "CHN"}


@settings(max_examples=40, deadline=None)
@given(worlds(), st.integers(1, 3))
def test_fewer_a_listing_are_the_best_of_more(world: tuple[pl.DataFrame, pl.DataFrame], count: int) -> None:
    """Asking for fewer keeps a subset, and each listing's best."""
    everything, some = match(world, ("PAK", "CHN")), match(world, ("PAK", "CHN"), per_listing=count)
    assert some.join(everything, on=["offer", "need"], how="anti").is_empty()
    best = everything.group_by("need", maintain_order=True).first().select("offer", "need")
    assert best.join(some, on=["offer", "need"], how="anti").is_empty()


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    """And words are not empty."""
    once = normalise(text)
    assert tokenise(once) == tokenise(text)
    assert all(tokenise(text))


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), max_size=8))
def test_likeness_is_a_cosine(texts: list[list[str]]) -> None:
    """Between 0 and 1, the same both ways, 1 with itself where there is a word."""
    rows = weigh_terms(texts).rows
    likeness = (rows @ rows.T).toarray()
    assert (likeness >= 0).all()
    assert (likeness <= 1 + 1e-12).all()
    assert (abs(likeness - likeness.T) < 1e-12).all()
    for place, text in enumerate(texts):
        assert abs(likeness[place, place] - bool(text)) < 1e-9
