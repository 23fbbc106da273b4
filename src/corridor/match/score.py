"""How well an offer and a need fit, in both directions, and why.

Each direction is a weighted mean of components between 0 and 1. The offer answers the need by its kind,
its fields, its goods and what it says; the need suits the offerer by what its organisation does, what
it is, how clearly it asks, and by experience on either side. The score is the geometric mean of both
directions, so that interest of one side alone carries little.

Because the geometric mean is homogeneous of degree 1, Euler's theorem splits it exactly: a component
that adds a to its direction f adds a · score / (2 f) to the score. Those are the weights of the reasons.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corridor.errors import InputError
from corridor.vocabulary import LISTING_KINDS, ORGANISATION_KINDS

Floats = NDArray[np.float64]

OFFER_COMPONENTS: Final = ("kind_fits", "shared_fields", "same_goods", "similar_text")
NEED_COMPONENTS: Final = (
    "partner_active_in_field",
    "partner_kind_suits",
    "clear_request",
    "served_partner_economy",
    "partner_has_experience",
)
#: The text component where the texts are in two languages: glossary terms that both contain.
SHARED_TERMS: Final = "shared_terms"
#: A reason without weight: the texts are in two languages and no glossary term bridges them.
NOT_COMPARABLE: Final = "languages_not_comparable"
REASONS: Final = (*OFFER_COMPONENTS, SHARED_TERMS, *NEED_COMPONENTS, NOT_COMPARABLE)

#: How far an offer of one kind answers a need of another; 1 for the same kind, 0 for pairs not listed.
KIND_FIT: Final[Mapping[tuple[str, str], float]] = {
    ("technology", "business"): 0.6,
    ("business", "technology"): 0.6,
    ("technology", "research"): 0.4,
    ("research", "technology"): 0.4,
    ("business", "expertise"): 0.5,
    ("business", "investment"): 0.4,
    ("investment", "business"): 0.5,
    ("relocation", "investment"): 0.6,
    ("research", "expertise"): 0.5,
    ("expertise", "research"): 0.5,
    ("expertise", "training"): 0.6,
    ("training", "expertise"): 0.6,
}
#: How readily an organisation of a kind (columns as ORGANISATION_KINDS) brings a need to a contract.
PARTNER_FIT: Final[Mapping[str, tuple[float, ...]]] = {
    #              company university institute zone city ministry association investor
    "technology": (1.0, 0.7, 0.6, 0.6, 0.9, 0.9, 0.7, 0.3),
    "business": (1.0, 0.3, 0.3, 0.5, 0.5, 0.4, 0.8, 0.5),
    "research": (0.8, 1.0, 1.0, 0.3, 0.4, 0.5, 0.4, 0.3),
    "investment": (1.0, 0.6, 0.5, 0.9, 0.8, 0.7, 0.4, 0.8),
    "relocation": (1.0, 0.5, 0.5, 0.3, 0.3, 0.3, 0.4, 0.7),
    "expertise": (0.8, 0.9, 0.9, 0.8, 1.0, 1.0, 0.7, 0.4),
    "training": (0.8, 1.0, 0.8, 0.8, 0.9, 1.0, 0.9, 0.2),
}
#: What the same six, four or two digits of an HS code count.
GOODS_FIT: Final[Mapping[int, float]] = {6: 1.0, 4: 0.7, 2: 0.3}


@dataclass(frozen=True, slots=True)
class ScoreWeights:
    """What each component counts inside its direction, and the similarity that counts as full.

    A component that cannot be known (no goods named, no reference projects given) leaves the mean; the
    text never leaves it: where it cannot be compared it adds nothing.
    """

    offer: Mapping[str, float] = field(
        default_factory=lambda: {"kind_fits": 1, "shared_fields": 2, "same_goods": 1.5, "similar_text": 4}
    )
    need: Mapping[str, float] = field(
        default_factory=lambda: {
            "partner_active_in_field": 3,
            "partner_kind_suits": 2,
            "clear_request": 2,
            "served_partner_economy": 1,
            "partner_has_experience": 1,
        }
    )
    full_similarity: float = 0.40
    full_terms: float = 0.80

    def __post_init__(self) -> None:
        for given, known in ((self.offer, OFFER_COMPONENTS), (self.need, NEED_COMPONENTS)):
            if set(given) != set(known) or min(given.values()) < 0 or max(given.values()) <= 0:
                raise InputError(
                    f"weights {dict(given)} cannot be used",
                    rule=f"numbers not below 0, one above, for {', '.join(known)}",
                )
        if not (0 < self.full_similarity <= 1 and 0 < self.full_terms <= 1):
            raise InputError(
                f"full similarity {self.full_similarity} and {self.full_terms} cannot be used",
                rule="above 0 and at most 1",
            )


def fit_kinds(offers: NDArray[np.str_], needs: NDArray[np.str_]) -> Floats:
    """Return offers × needs: how far the kinds go together."""
    table = np.eye(len(LISTING_KINDS))
    for (offer, need), value in KIND_FIT.items():
        table[LISTING_KINDS.index(offer), LISTING_KINDS.index(need)] = value
    return table[np.ix_(_place(offers, LISTING_KINDS), _place(needs, LISTING_KINDS))]


def fit_partners(kinds: NDArray[np.str_], organisations: NDArray[np.str_]) -> Floats:
    """Return for each need how readily its organisation's kind brings such a need to a contract."""
    table = np.array([PARTNER_FIT[kind] for kind in LISTING_KINDS])
    return table[_place(kinds, LISTING_KINDS), _place(organisations, ORGANISATION_KINDS)]


def cover_sets(covering: Floats, covered: Floats) -> Floats:
    """Return rows of ``covering`` × rows of ``covered``: the share of the second's members in the first.

    Both are indicator matrices (rows × members); a row without members is covered by nothing.
    """
    size = covered.sum(axis=1)
    shares: Floats = covering @ covered.T / np.maximum(size, 1)[None, :]
    return shares


def fit_goods(offers: Mapping[int, Floats], needs: Mapping[int, Floats]) -> Floats:
    """Return offers × needs: the longest agreement of HS codes, NaN where either names no goods.

    ``offers`` and ``needs`` hold, by number of digits, indicator matrices over the codes of that length.
    """
    best = np.zeros((offers[2].shape[0], needs[2].shape[0]))
    for digits, value in GOODS_FIT.items():
        best = np.maximum(best, value * (offers[digits] @ needs[digits].T > 0))
    unnamed = (offers[2].sum(axis=1) == 0)[:, None] | (needs[2].sum(axis=1) == 0)[None, :]
    return np.where(unnamed, np.nan, best)


@dataclass(frozen=True)
class Direction:
    """One direction of fit. parts: component → what it adds, offers × needs; fit: their sum, 0…1."""

    parts: Mapping[str, Floats]
    fit: Floats


def weigh_parts(components: Mapping[str, Floats], weights: Mapping[str, float]) -> Direction:
    """Return the weighted mean of components that may be NaN (unknown: left out of the mean)."""
    known = {name: ~np.isnan(values) for name, values in components.items()}
    total = np.asarray(sum(weights[name] * mask for name, mask in known.items()))
    parts = {
        name: weights[name] * np.where(known[name], values, 0.0) / np.maximum(total, 1e-12)
        for name, values in components.items()
    }
    return Direction(parts, np.asarray(sum(parts.values())))


def join_directions(offer: Direction, need: Direction, allowed: NDArray[np.bool_]) -> Floats:
    """Return the geometric mean of both directions, 0 where a hard constraint forbids the pair."""
    return np.where(allowed, np.sqrt(offer.fit * need.fit), 0.0)


def _place(values: NDArray[np.str_], known: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the position of each value in ``known``."""
    order = np.argsort(known)
    ordered = np.array(known)[order]
    found = np.minimum(np.searchsorted(ordered, values), len(known) - 1)
    wrong = ordered[found] != values
    if wrong.any():
        raise InputError(f"{str(values[wrong][0])!r} is not a known kind", rule=f"one of {', '.join(known)}")
    return order[found].astype(np.int64)
