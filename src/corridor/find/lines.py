"""Choosing lines of a pair: by section, chapter, firmness, what is not yet sold, and words."""

from dataclasses import dataclass

import polars as pl

from corridor.locale.nomenclature import CHAPTERS, section_of


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines are kept; empty values keep all.

    section: of the Harmonized System, such as XI. chapter: two digits. firmness: at least this, 0…1.
    unsold: only what the exporter does not sell the importer yet. words: part of the code or of the
    description, in any case.
    """

    section: str = ""
    chapter: str = ""
    firmness: float = 0.0
    unsold: bool = False
    words: str = ""

    def keep(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Return the kept rows of a table of opportunities, with a further column ``section``."""
        kept = add_sections(lines)
        if self.section:
            kept = kept.filter(pl.col("section") == self.section)
        if self.chapter:
            kept = kept.filter(pl.col("chapter") == self.chapter)
        if self.firmness > 0:
            kept = kept.filter(pl.col("firmness") >= self.firmness - 1e-9)
        if self.unsold:
            kept = kept.filter(pl.col("current_usd") == 0)
        if self.words:
            needle = self.words.lower()
            texts = pl.col("product", "description").str.to_lowercase().str.contains(needle, literal=True)
            kept = kept.filter(pl.any_horizontal(texts.fill_null(False)))
        return kept


def add_sections(lines: pl.DataFrame) -> pl.DataFrame:
    """Add the column ``section`` of each line's chapter; ``""`` for 98, 99 and codes of no chapter."""
    sections = {code: section_of(code) for code in CHAPTERS}
    return lines.with_columns(
        section=pl.col("product").str.head(2).replace_strict(sections, default="", return_dtype=pl.String)
    )
