"""Introductions: capacity, floors, nobody who can be reached left out, equal to brute force."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from tests.library.match.rows import listings_of, make_listing, make_organisation, organisations_of

from corridor.data.world import Actors
from corridor.errors import InputError
from corridor.match.introduce import Introductions, choose_introductions
from corridor.match.matching import find_matches
from corridor.tables import MATCHES


def introduce(scores: dict[tuple[int, int], float], **options) -> Introductions:
    """Choose among matches given as (Chinese firm, Pakistani firm) → score."""
    ends = [sorted({pair[side] for pair in scores}) for side in (0, 1)]
    owners = [make_organisation(f"c{n}", "CHN") for n in ends[0]] + [
        make_organisation(f"p{n}", "PAK") for n in ends[1]
    ]
    listed = [make_listing(f"offer{n}", f"c{n}", "offer") for n in ends[0]] + [
        make_listing(f"need{n}", f"p{n}", "need") for n in ends[1]
    ]
    matches = pl.DataFrame(
        [
            {
                "offer": f"offer{a}",
                "need": f"need{b}",
                "score": score,
                "offer_fit": score,
                "need_fit": score,
                "reasons": [],
            }
            for (a, b), score in scores.items()
        ],
        schema=MATCHES.empty().schema,
    )
    return choose_introductions(
        matches, organisations=organisations_of(*owners), listings=listings_of(*listed), **options
    )


def best_by_force(scores: dict[tuple[int, int], float], capacity: int, floor: int) -> tuple[int, int, float]:
    """Return the best (organisations reached, floor met, score) over all subsets within capacity."""
    pairs = list(scores)
    best = (0, 0, 0.0)
    for picks in product((False, True), repeat=len(pairs)):
        chosen = [pair for pair, pick in zip(pairs, picks, strict=True) if pick]
        counts: dict[tuple[int, int], int] = {}
        for pair in chosen:
            for side in (0, 1):
                counts[side, pair[side]] = counts.get((side, pair[side]), 0) + 1
        if max(counts.values(), default=0) > capacity:
            continue
        reached = len(counts) if floor else 0
        met = sum(min(count, floor) for count in counts.values())
        best = max(best, (reached, met, round(sum(scores[pair] for pair in chosen), 9)))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_equals_brute_force(seed: int) -> None:
    """Reached first, then floors, then scores: the best of all subsets, on random small cases."""
    rng = np.random.default_rng(seed)
    cells = rng.choice(16, size=int(rng.integers(3, 11)), replace=False)
    scores = {(int(cell // 4), int(cell % 4)): float(rng.integers(1, 100)) / 100 for cell in cells}
    capacity, floor = int(rng.integers(1, 4)), int(rng.integers(0, 3))
    found = introduce(scores, capacity=capacity, floor=floor)
    reached, met, total = best_by_force(scores, capacity, floor)
    assert found.floor_met == met
    if floor:
        assert found.reached == reached
    assert found.outcome.objective == pytest.approx(total, abs=1e-9)
    assert found.outcome.bound == found.outcome.objective
    assert found.outcome.status == "optimal"


def test_nobody_reachable_is_left_out_though_floors_tie() -> None:
    """Two plans meet the same floors; the one that leaves b out is not taken, though it scores more."""
    found = introduce({(0, 0): 0.9, (0, 1): 0.9, (1, 0): 0.1}, capacity=2, floor=2)
    assert found.left_out == ()
    tight = introduce({(0, 0): 0.9, (0, 1): 0.9, (1, 0): 0.1}, capacity=1, floor=1)
    assert tight.reached == 4
    assert tight.introductions["score"].to_list() == [0.9, 0.1]


def test_full_partners_leave_somebody_out_and_say_whom() -> None:
    """Three want one partner with room for two."""
    found = introduce({(0, 0): 0.5, (1, 0): 0.7, (2, 0): 0.9}, capacity=2, floor=1)
    assert found.left_out == ("c0",)
    assert (found.reached, found.reachable) == (3, 4)


def test_capacity_by_organisation() -> None:
    """One firm takes a single introduction, the others five."""
    scores = {(0, n): 0.5 + n / 100 for n in range(4)}
    assert introduce(scores, capacity={"c0": 1}).introductions["second"].to_list() == ["p3"]
    assert introduce(scores).introductions.height == 4


def test_two_organisations_are_introduced_once_by_their_best_match(actors: Actors) -> None:
    """Many matches, one introduction; everybody who has a match gets one; capacity holds."""
    matches = find_matches(actors.organisations, actors.listings, pair=("PAK", "CHN"))
    found = choose_introductions(matches, organisations=actors.organisations, listings=actors.listings)
    chosen = found.introductions
    assert not chosen.select("first", "second").is_duplicated().any()
    for side in ("first", "second"):
        assert chosen.group_by(side).len()["len"].max() <= 5
    assert found.left_out == ()
    best = matches.filter(
        pl.struct("offer", "need").is_in(chosen.select(pl.struct("offer", "need")).to_series().to_list())
    )
    assert best.height == chosen.height
    assert chosen["matches"].max() > 1


def test_many_firms_with_floors(actors: Actors) -> None:
    """300 × 250 firms: proved, everyone reached, in well under a second."""
    rng = np.random.default_rng(1)
    likes = rng.beta(2, 5, (300, 250)) * rng.uniform(0.3, 1, (1, 250))
    top = likes >= np.sort(likes, axis=1)[:, -12:-11]
    scores = {(int(a), int(b)): float(likes[a, b]) for a, b in zip(*np.nonzero(top), strict=True)}
    found = introduce(scores)
    assert found.outcome.gap == 0
    assert found.reached == found.reachable
    assert found.outcome.seconds < 5


def test_no_match_no_introduction() -> None:
    """An empty table is an answer."""
    found = introduce({})
    assert found.introductions.is_empty()
    assert found.reachable == 0


def test_refusals_name_the_value(actors: Actors) -> None:
    """Negative numbers, and matches within one economy."""
    with pytest.raises(InputError, match="floor = -1"):
        introduce({(0, 0): 0.5}, floor=-1)
    with pytest.raises(InputError, match="capacity -1"):
        introduce({(0, 0): 0.5}, capacity=-1)
    matches = find_matches(actors.organisations, actors.listings, pair=("PAK", "CHN"))
    one = actors.organisations.with_columns(economy=pl.lit("PAK"))
    with pytest.raises(InputError, match="the matches join PAK"):
        choose_introductions(matches, organisations=one, listings=actors.listings)
    with pytest.raises(InputError, match="organisation is not there"):
        choose_introductions(matches, organisations=one.head(3), listings=actors.listings)
