"""Offers and needs of two economies, matched in both directions, each match with its reasons."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Final

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.locale.catalogue import gettext_noop
from corridor.match.profiles import (
    FULL_LENGTH,
    find_experience,
    find_served,
    mark_fields,
    mark_goods,
    measure_clarity,
    read_texts,
)
from corridor.match.reasons import list_reasons
from corridor.match.score import (
    Direction,
    Floats,
    ScoreWeights,
    cover_sets,
    fit_goods,
    fit_kinds,
    fit_partners,
    join_directions,
    weigh_parts,
)
from corridor.tables import LISTINGS, MATCHES, ORGANISATIONS
from corridor.vocabulary import FIELDS, LISTING_KINDS, LISTING_SIDES

Progress = Callable[[float, str], None]

DEFAULT_MINIMUM: Final = 0.35
BLOCK_CELLS: Final = 1_000_000
DIGITS: Final = 12  # scores are compared after rounding, so that ties are ties on every machine


def find_matches(
    organisations: pl.DataFrame,
    listings: pl.DataFrame,
    *,
    pair: tuple[str, str],
    per_listing: int = 5,
    minimum: float = DEFAULT_MINIMUM,
    references: pl.DataFrame | None = None,
    weights: ScoreWeights | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Match offers of each economy of the pair with needs of the other.

    Parameters
    ----------
    organisations, listings: schemas of ``corridor.tables``; listings of other economies are left out.
    pair: two economy codes, in either order.
    per_listing: every listing keeps its so many best matches; one that is among the best of many others
        can therefore appear more often.
    minimum: the least score kept, 0…1.
    references: systems delivered, with columns organisation, field, economy; without them experience
        does not count.

    Returns
    -------
    Matches (schema ``MATCHES``), best first. ``reasons``: codes of ``score.REASONS`` with what matched;
    their weights sum to the score. ``similar_text`` names words (stemmed) of one language,
    ``shared_terms`` glossary codes that both texts contain in two (``glossary.name_term``).

    Raises
    ------
    SchemaError: a table has other columns. InputError: a pair, kind or number that cannot be used, or a
    listing of an organisation that is not there.
    """
    _check_arguments(pair, per_listing, minimum)
    report = progress or _ignore
    report(0.0, gettext_noop("Reading listings"))
    offers, needs = _join_tables(organisations, listings, pair)
    if offers.is_empty() or needs.is_empty():
        return MATCHES.empty()
    report(0.1, gettext_noop("Comparing texts"))
    scorer = _Scorer(offers, needs, references, weights or ScoreWeights())
    kept = []
    for rows in _split_rows(offers.height, needs.height):
        kept.append(_keep_best(*scorer.score(rows), rows.start, per_listing, minimum))
        report(0.2 + 0.6 * rows.stop / offers.height, gettext_noop("Scoring pairs"))
    chosen = _choose_best(pl.concat(kept), per_listing)
    report(0.8, gettext_noop("Writing reasons"))
    reasons = list_reasons(chosen, offers, needs, *scorer.texts, references)
    report(1.0, gettext_noop("Done"))
    return MATCHES.check(_name_listings(chosen.with_columns(reasons=reasons), offers, needs))


def _check_arguments(pair: tuple[str, str], per_listing: int, minimum: float) -> None:
    if len(pair) != 2 or pair[0] == pair[1]:
        raise InputError(f"{pair} is not a pair", rule="two different economy codes")
    if per_listing < 1:
        raise InputError(f"per_listing = {per_listing} is not possible", rule="1 or more")
    if not 0 <= minimum <= 1:
        raise InputError(f"minimum = {minimum} is not possible", rule="a score lies between 0 and 1")


def _join_tables(
    organisations: pl.DataFrame, listings: pl.DataFrame, pair: tuple[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return offers and needs of the pair with their organisation's economy, kind and fields, by id."""
    owners = ORGANISATIONS.check(organisations).select(
        "organisation", "economy", owner_kind="kind", owner_fields="fields"
    )
    listings = LISTINGS.check(listings)
    strangers = listings.join(owners, on="organisation", how="anti")
    if not strangers.is_empty():
        listing, organisation = strangers.select("listing", "organisation").row(0)
        raise InputError(
            f"listing '{listing}' belongs to organisation '{organisation}', which is not there",
            rule="every listing belongs to an organisation of the table",
        )
    _check_values(listings)
    joined = listings.join(owners, on="organisation").filter(pl.col("economy").is_in(pair)).sort("listing")
    return joined.filter(side="offer"), joined.filter(side="need")


def _check_values(listings: pl.DataFrame) -> None:
    for column, known in (("side", LISTING_SIDES), ("kind", LISTING_KINDS), ("language", tuple(FULL_LENGTH))):
        wrong = listings.filter(~pl.col(column).is_in(known))
        if not wrong.is_empty():
            raise InputError(
                f"listing '{wrong['listing'][0]}' has {column} {wrong[column][0]!r}",
                rule=f"{column} is one of {', '.join(known)}",
            )
    for field in set(listings["fields"].explode().drop_nulls()) - set(FIELDS):
        raise InputError(
            f"a listing has the field {field!r}",
            rule="fields are codes of corridor.vocabulary.FIELDS",
            fix=f"Maybe {get_close_matches(field, FIELDS, n=1, cutoff=0)[0]!r}",
        )


def _split_rows(offers: int, needs: int) -> Iterator[range]:
    step = max(1, BLOCK_CELLS // needs)
    for start in range(0, offers, step):
        yield range(start, min(start + step, offers))


class _Scorer:
    """Scores any rows of the offers against all needs."""

    def __init__(
        self,
        offers: pl.DataFrame,
        needs: pl.DataFrame,
        references: pl.DataFrame | None,
        weights: ScoreWeights,
    ) -> None:
        self.weights = weights
        self.offers, self.needs = offers, needs
        self.texts = read_texts(offers, needs)
        self.offer_fields, self.need_fields = mark_fields(offers["fields"]), mark_fields(needs["fields"])
        self.partner_fields = mark_fields(needs["owner_fields"])
        self.offer_goods, self.need_goods = mark_goods(offers["products"], needs["products"])
        self.served = find_served(offers, needs, references)
        self.experience = find_experience(needs, references)
        self.clarity = measure_clarity(needs)

    def score(self, rows: range) -> tuple[Floats, Direction, Direction]:
        """Return scores of these offers against all needs, and both directions with their parts."""
        offer = weigh_parts(self._answer(rows), self.weights.offer)
        need = weigh_parts(self._suit(rows), self.weights.need)
        allowed = offer.parts["kind_fits"] > 0
        economies = self.offers["economy"].to_numpy()[rows.start : rows.stop, None]
        allowed &= economies != self.needs["economy"].to_numpy()[None, :]
        return np.round(join_directions(offer, need, allowed), DIGITS), offer, need

    def _answer(self, rows: range) -> dict[str, Floats]:
        """Return how the offers answer the needs, by component."""
        part = slice(rows.start, rows.stop)
        goods = {digits: marks[part] for digits, marks in self.offer_goods.items()}
        return {
            "kind_fits": fit_kinds(
                self.offers["kind"].to_numpy().astype(np.str_)[part],
                self.needs["kind"].to_numpy().astype(np.str_),
            ),
            "shared_fields": cover_sets(self.offer_fields[part], self.need_fields),
            "same_goods": fit_goods(goods, self.need_goods),
            "similar_text": self._compare_texts(part),
        }

    def _suit(self, rows: range) -> dict[str, Floats]:
        """Return how the needing organisations suit the offering ones, by component."""
        part = slice(rows.start, rows.stop)
        shape = (len(rows), self.needs.height)
        kinds = fit_partners(
            self.needs["kind"].to_numpy().astype(np.str_), self.needs["owner_kind"].to_numpy().astype(np.str_)
        )
        offered = self.offer_fields[part]
        return {
            "partner_active_in_field": cover_sets(self.partner_fields, offered).T,
            "partner_kind_suits": np.broadcast_to(kinds, shape),
            "clear_request": np.broadcast_to(self.clarity, shape),
            "served_partner_economy": self.served[part],
            "partner_has_experience": np.sign(offered @ self.experience.T)
            if self.experience.size
            else np.full(shape, np.nan),
        }

    def _compare_texts(self, part: slice) -> Floats:
        """Return text similarity, 1 = as alike as texts of one subject; 0 where nothing can be compared."""
        offer, need = self.texts
        words = (offer.words.rows[part] @ need.words.rows.T).toarray()
        terms = (offer.terms.rows[part] @ need.terms.rows.T).toarray()
        same = offer.language[part, None] == need.language[None, :]
        likeness: Floats = np.where(
            same,
            np.minimum(words / self.weights.full_similarity, 1.0),
            np.minimum(terms / self.weights.full_terms, 1.0),
        )
        return likeness


def _keep_best(
    scores: Floats, offer: Direction, need: Direction, start: int, per_listing: int, minimum: float
) -> pl.DataFrame:
    """Return the pairs of a block that can still be among the best of their offer or their need.

    Each component's column holds what it adds to the score: its part × score / (2 × fit).
    """
    least = max(minimum, np.finfo(float).tiny)
    keep = (scores >= np.minimum(_cut(scores, per_listing, 1), _cut(scores, per_listing, 0))) & (
        scores >= least
    )
    rows, columns = np.nonzero(keep)
    score = scores[keep]
    added = {
        name: part[keep] * score / (2 * direction.fit[keep])
        for direction in (offer, need)
        for name, part in direction.parts.items()
    }
    fits = {"offer_fit": offer.fit[keep], "need_fit": need.fit[keep]}
    return pl.DataFrame({"offer": rows + start, "need": columns, "score": score} | fits | added)


def _cut(scores: Floats, count: int, axis: int) -> Floats:
    """Return the ``count``-th largest value along an axis, kept as a row or column."""
    place = max(scores.shape[axis] - count, 0)
    cut: Floats = np.take(np.partition(scores, place, axis=axis), [place], axis=axis)
    return cut


def _choose_best(kept: pl.DataFrame, per_listing: int) -> pl.DataFrame:
    """Return the pairs among the best of their offer or need, best first; ties go by identifier."""
    ordered = kept.sort(["score", "offer", "need"], descending=[True, False, False])
    places = [pl.int_range(pl.len()).over(side) for side in LISTING_SIDES]
    return ordered.filter((places[0] < per_listing) | (places[1] < per_listing))


def _name_listings(chosen: pl.DataFrame, offers: pl.DataFrame, needs: pl.DataFrame) -> pl.DataFrame:
    return chosen.with_columns(
        offer=offers["listing"].gather(chosen["offer"]), need=needs["listing"].gather(chosen["need"])
    ).select(*MATCHES.columns)


def _ignore(fraction: float, message: str) -> None:
    """Take a progress report that nobody asked for."""
