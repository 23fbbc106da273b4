"""Components and their combination."""

import numpy as np
import pytest

from corridor.errors import InputError
from corridor.match.score import (
    KIND_FIT,
    NEED_COMPONENTS,
    OFFER_COMPONENTS,
    PARTNER_FIT,
    Direction,
    ScoreWeights,
    cover_sets,
    fit_goods,
    fit_kinds,
    fit_partners,
    join_directions,
    weigh_parts,
)
from corridor.vocabulary import LISTING_KINDS, ORGANISATION_KINDS


def test_kinds_fit_as_the_table_says() -> None:
    """Same kind 1, listed pairs their value, all others 0."""
    kinds = np.array(LISTING_KINDS)
    table = fit_kinds(kinds, kinds)
    assert np.diag(table).tolist() == [1.0] * len(kinds)
    for row, offer in enumerate(LISTING_KINDS):
        for column, need in enumerate(LISTING_KINDS):
            if offer != need:
                assert table[row, column] == KIND_FIT.get((offer, need), 0.0)


def test_partner_table_covers_the_vocabulary() -> None:
    """Every listing kind × organisation kind has a value between 0 and 1."""
    assert set(PARTNER_FIT) == set(LISTING_KINDS)
    assert {len(row) for row in PARTNER_FIT.values()} == {len(ORGANISATION_KINDS)}
    found = fit_partners(np.array(["research", "training"]), np.array(["university", "investor"]))
    assert found.tolist() == [1.0, 0.2]


def test_unknown_kind_is_named() -> None:
    """The offending value and the rule."""
    with pytest.raises(InputError, match="'trade' is not a known kind"):
        fit_kinds(np.array(["trade"]), np.array(["technology"]))


def test_cover_is_the_share_of_what_is_asked() -> None:
    """One of two fields covered is one half; asking nothing is covered by nothing."""
    offers = np.array([[1.0, 0, 0], [1, 1, 1]])
    needs = np.array([[1.0, 1, 0], [0, 0, 0]])
    assert cover_sets(offers, needs).tolist() == [[0.5, 0], [1, 0]]


def test_goods_agree_by_their_longest_common_code() -> None:
    """Six, four or two digits; unknown where either names none."""
    two = {2: np.array([[1.0], [1], [0]]), 4: np.array([[1.0], [1], [0]]), 6: np.array([[1.0], [0], [0]])}
    asked = {2: np.array([[1.0]]), 4: np.array([[1.0]]), 6: np.array([[1.0]])}
    found = fit_goods(two, asked)[:, 0]
    assert found[:2].tolist() == [1.0, 0.7]
    assert np.isnan(found[2])


def test_unknown_components_leave_the_mean() -> None:
    """NaN neither helps nor harms; parts sum to the fit."""
    parts = {"a": np.array([[1.0, 1.0]]), "b": np.array([[np.nan, 0.0]])}
    direction = weigh_parts(parts, {"a": 1, "b": 3})
    assert direction.fit.tolist() == [[1.0, 0.25]]
    assert sum(direction.parts.values()).tolist() == direction.fit.tolist()


def test_geometric_mean_punishes_one_sided_interest() -> None:
    """Full interest of one side and little of the other is less than half of both."""

    def direction(value: float) -> Direction:
        return Direction({}, np.array([[value]]))

    allowed = np.array([[True]])
    one_sided = join_directions(direction(1.0), direction(0.04), allowed).item()
    both = join_directions(direction(0.52), direction(0.52), allowed).item()
    assert one_sided == pytest.approx(0.2)
    assert both == pytest.approx(0.52)
    assert join_directions(direction(1.0), direction(1.0), ~allowed).item() == 0


@pytest.mark.parametrize(
    "weights",
    [
        {"offer": {"kind_fits": 1}},
        {"offer": dict.fromkeys(OFFER_COMPONENTS, 0)},
        {"need": dict.fromkeys(NEED_COMPONENTS, -1)},
        {"full_similarity": 0},
        {"full_terms": 1.5},
    ],
)
def test_weights_that_cannot_be_used_are_refused(weights: dict[str, object]) -> None:
    """Missing, all zero, negative, out of range."""
    with pytest.raises(InputError, match="cannot be used"):
        ScoreWeights(**weights)  # type: ignore[arg-type]
