"""A small glossary of terms in English, Chinese and Urdu: the bridge between texts of two languages.

Without it a Chinese text and an Urdu one have nothing in common to compare, and comparing them all the
same would mislead (English sentence vectors on raw Chinese find the right text in 4 of 100 cases).
A term is found as a run of characters in Chinese, as whole words (stemmed) in English and Urdu.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import polars as pl

from corridor.match.text import normalise, tokenise

FILE: Final = Path(__file__).parent / "glossary.json"


@dataclass(frozen=True)
class Glossary:
    """names: code → (English, Chinese, Urdu); the English name is the code. patterns: pattern → code."""

    names: dict[str, tuple[str, str, str]]
    patterns: dict[str, str]


@lru_cache(maxsize=1)
def load_glossary() -> Glossary:
    """Return the glossary that the project carries."""
    names: dict[str, tuple[str, str, str]] = {}
    patterns: dict[str, str] = {}
    for code, english, chinese, urdu in json.loads(FILE.read_text(encoding="utf-8")):
        names[code] = (code, chinese[0], urdu[0])
        patterns |= {_pad(variant): code for variant in (*english, *urdu)}
        patterns |= {normalise(variant): code for variant in chinese}
    return Glossary(names, patterns)


def name_term(code: str, language: str) -> str:
    """Return the words for a glossary code in a language; the code itself where it is not one."""
    names = load_glossary().names.get(code)
    if names is None:
        return code
    return names[{"zh-Hans": 1, "ur": 2}.get(language, 0)]


def find_terms(texts: Sequence[str]) -> list[list[str]]:
    """Return the glossary codes found in each text, sorted, each once."""
    glossary = load_glossary()
    padded = [_pad(text) + normalise(text) for text in texts]
    patterns = list(glossary.patterns)
    found = pl.Series(padded, dtype=pl.String).str.extract_many(patterns, overlapping=True)
    codes = found.list.eval(pl.element().replace(glossary.patterns))
    return codes.list.unique().list.sort().to_list()


def _pad(text: str) -> str:
    """Return the stemmed words with a blank on either side of each, so that only whole words are found."""
    return f" {' '.join(tokenise(text))} "
