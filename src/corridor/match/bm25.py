"""How alike texts are: BM25 weights of words, compared by the cosine.

Robertson & Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond, equation 3.15, with
k₁ = 1.2 and b = 0.75; the inverse document frequency with 1 added inside the logarithm, so that a
word of every second text still counts above zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

K1: Final = 1.2
B: Final = 0.75


@dataclass(frozen=True)
class TermWeights:
    """rows: texts × terms, each row of length 1 (or 0 where a text has no word). terms: sorted."""

    rows: sparse.csr_matrix
    terms: NDArray[np.str_]


def weigh_terms(texts: Sequence[Sequence[str]]) -> TermWeights:
    """Return the BM25 weights of tokenised texts, rows scaled to length 1."""
    counts, terms = count_terms(texts)
    length = np.asarray(counts.sum(axis=1)).ravel()
    mean = max(float(length.mean()) if length.size else 0.0, 1.0)
    cells = counts.tocoo()
    saturated = cells.data * (K1 + 1) / (cells.data + K1 * (1 - B + B * length[cells.row] / mean))
    idf = measure_rarity(counts)
    rows = sparse.csr_matrix((saturated * idf[cells.col], (cells.row, cells.col)), shape=counts.shape)
    return TermWeights(scale_rows(rows), terms)


def count_terms(texts: Sequence[Sequence[str]]) -> tuple[sparse.csr_matrix, NDArray[np.str_]]:
    """Return how often each term occurs in each text, and the terms sorted."""
    long = (
        pl.DataFrame(
            {
                "text": pl.Series(range(len(texts)), dtype=pl.Int64),
                "term": pl.Series(texts, dtype=pl.List(pl.String)),
            }
        )
        .explode("term")
        .drop_nulls()
    )
    counted = long.group_by("text", "term").len().sort("text", "term")
    terms = counted["term"].unique().sort()
    column = terms.search_sorted(counted["term"]).to_numpy()
    shape = (len(texts), len(terms))
    counts = sparse.csr_matrix(
        (counted["len"].to_numpy().astype(np.float64), (counted["text"].to_numpy(), column)), shape=shape
    )
    return counts, terms.to_numpy().astype(np.str_)


def measure_rarity(counts: sparse.csr_matrix) -> NDArray[np.float64]:
    """Return the inverse document frequency of each term, ln(1 + (N − n + ½)/(n + ½))."""
    found = np.asarray((counts > 0).sum(axis=0)).ravel()
    rarity: NDArray[np.float64] = np.log1p((counts.shape[0] - found + 0.5) / (found + 0.5))
    return rarity


def scale_rows(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """Scale rows to length 1; rows of zeros stay."""
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags_array(1 / np.where(length > 0, length, 1.0)) @ rows)
