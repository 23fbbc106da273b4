"""BM25 weights against the formula written out."""

from collections import Counter
from math import log, sqrt

import numpy as np
import pytest

from corridor.match.bm25 import K1, B, weigh_terms

TEXTS = [
    ["solar", "pump", "solar", "village"],
    ["pump", "water"],
    [],
    ["water", "leak", "pipe", "leak", "water", "city"],
]


def weigh_by_hand(texts: list[list[str]]) -> list[dict[str, float]]:
    """Return weights scaled to length 1, term by term."""
    mean = sum(map(len, texts)) / len(texts)
    found = Counter(term for text in texts for term in set(text))
    rows = []
    for text in texts:
        counts = Counter(text)
        row = {
            term: log(1 + (len(texts) - found[term] + 0.5) / (found[term] + 0.5))
            * count
            * (K1 + 1)
            / (count + K1 * (1 - B + B * len(text) / mean))
            for term, count in counts.items()
        }
        length = sqrt(sum(weight**2 for weight in row.values())) or 1.0
        rows.append({term: weight / length for term, weight in row.items()})
    return rows


def test_weights_are_those_of_the_formula() -> None:
    """Every cell, and nothing but these cells."""
    weights = weigh_terms(TEXTS)
    dense = weights.rows.toarray()
    assert weights.terms.tolist() == sorted({term for text in TEXTS for term in text})
    for row, expected in zip(dense, weigh_by_hand(TEXTS), strict=True):
        found = {term: value for term, value in zip(weights.terms, row, strict=True) if value}
        assert found == pytest.approx(expected, rel=1e-12)


def test_rows_have_length_one_and_a_text_is_most_like_itself() -> None:
    """The cosine of a text with itself is 1; an empty text is like nothing."""
    rows = weigh_terms(TEXTS).rows
    likeness = (rows @ rows.T).toarray()
    assert np.diag(likeness) == pytest.approx([1, 1, 0, 1])
    assert (likeness <= 1 + 1e-12).all()
    assert likeness[0, 3] == 0


@pytest.mark.parametrize("texts", [[], [[]], [[], []]])
def test_texts_without_words(texts: list[list[str]]) -> None:
    """No terms, one row a text."""
    assert weigh_terms(texts).rows.shape == (len(texts), 0)
