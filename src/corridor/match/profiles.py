"""Listings in the forms that can be compared: words, glossary terms, fields, goods, experience, clarity."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from corridor.match.bm25 import TermWeights, count_terms, measure_rarity, scale_rows, weigh_terms
from corridor.match.glossary import find_terms
from corridor.match.score import Floats
from corridor.match.text import tokenise
from corridor.vocabulary import FIELDS

#: Characters after which a text says enough; Chinese says the same in about a third of the characters.
FULL_LENGTH: Final = {"en": 160, "ur": 150, "zh-Hans": 55}


@dataclass(frozen=True)
class Texts:
    """What can be compared of the texts of offers or needs: words by language, and glossary terms."""

    language: NDArray[np.str_]
    words: TermWeights
    terms: TermWeights


def read_texts(offers: pl.DataFrame, needs: pl.DataFrame) -> tuple[Texts, Texts]:
    """Return comparable forms of all texts. A word carries its language, so languages never mix."""
    both = pl.concat([offers.select("language", "title", "text"), needs.select("language", "title", "text")])
    texts = (both["title"] + "\n" + both["text"]).to_list()
    languages = both["language"].to_list()
    words = [
        [f"{language}:{word}" for word in tokenise(text)]
        for text, language in zip(texts, languages, strict=True)
    ]
    return _halve(weigh_terms(words), _weigh_glossary(find_terms(texts)), languages, offers.height)


def _weigh_glossary(found: list[list[str]]) -> TermWeights:
    """Return glossary terms weighted by rarity alone: a term is in a text or not."""
    counts, terms = count_terms(found)
    rows = sparse.csr_matrix(counts @ sparse.diags_array(measure_rarity(counts)))
    return TermWeights(scale_rows(rows), terms)


def _halve(words: TermWeights, terms: TermWeights, languages: list[str], offers: int) -> tuple[Texts, Texts]:
    spoken = np.array(languages, dtype=np.str_)
    first, second = slice(0, offers), slice(offers, None)
    one, two = (
        Texts(
            spoken[part],
            TermWeights(words.rows[part], words.terms),
            TermWeights(terms.rows[part], terms.terms),
        )
        for part in (first, second)
    )
    return one, two


def mark_fields(fields: pl.Series) -> Floats:
    """Return rows × FIELDS: 1 where the row names the field."""
    return np.stack([fields.list.contains(field).to_numpy() for field in FIELDS], axis=1).astype(np.float64)


def mark_goods(offers: pl.Series, needs: pl.Series) -> tuple[dict[int, Floats], dict[int, Floats]]:
    """Return, by number of digits, indicator matrices of offers and of needs over the codes of both."""
    marks: tuple[dict[int, Floats], dict[int, Floats]] = ({}, {})
    for digits in (2, 4, 6):
        both = pl.concat([offers, needs]).list.eval(
            pl.element().filter(pl.element().str.len_chars() >= digits).str.slice(0, digits)
        )
        counts, _ = count_terms(both.list.unique().to_list())
        dense = counts.toarray()
        marks[0][digits], marks[1][digits] = dense[: len(offers)], dense[len(offers) :]
    return marks


def find_served(offers: pl.DataFrame, needs: pl.DataFrame, references: pl.DataFrame | None) -> Floats:
    """Return offers × needs: 1 where the offerer delivered in the other's economy, ½ elsewhere abroad."""
    shape = (offers.height, needs.height)
    if references is None:
        return np.full(shape, np.nan)
    homes = offers.select("organisation", "economy")
    abroad = (
        references.select("organisation", delivered="economy")
        .join(homes.unique(), on="organisation")
        .filter(pl.col("delivered") != pl.col("economy"))
    )
    anywhere = offers["organisation"].is_in(abroad["organisation"].unique().to_list()).to_numpy()
    served = 0.5 * np.repeat(anywhere[:, None], needs.height, axis=1)
    for economy in needs["economy"].unique().sort():
        there = abroad.filter(delivered=economy)["organisation"].unique().to_list()
        here = (
            offers["organisation"].is_in(there).to_numpy()[:, None]
            & (needs["economy"] == economy).to_numpy()[None, :]
        )
        served = np.where(here, 1.0, served)
    return served


def find_experience(needs: pl.DataFrame, references: pl.DataFrame | None) -> Floats:
    """Return needs × FIELDS: 1 where the needing organisation has delivered in the field; empty if unknown."""
    if references is None:
        return np.empty((0, 0))
    by_owner = references.group_by("organisation").agg(done=pl.col("field").unique())
    joined = needs.select("organisation").join(by_owner, on="organisation", how="left", maintain_order="left")
    return mark_fields(joined["done"].fill_null(pl.Series([[]], dtype=pl.List(pl.String))))


def measure_clarity(listings: pl.DataFrame) -> Floats:
    """Return how clearly each listing asks, 0…1: the mean of three questions.

    Is the text long enough to say something (full at 160 English characters or the like)? Does it name
    a quantity? Does it name one to three fields, rather than none or everything?
    """
    return (
        listings.select(
            (
                (
                    pl.col("text").str.len_chars()
                    / pl.col("language").replace_strict(FULL_LENGTH, return_dtype=pl.Float64)
                ).clip(0, 1)
                + pl.col("text").str.contains(r"\p{Nd}").cast(pl.Float64)
                + pl.col("fields").list.len().is_between(1, 3).cast(pl.Float64)
            )
            / 3
        )
        .to_series()
        .to_numpy()
    )
