"""Public facts about named programmes, organisations, targets and what came of announcements.

Written in our own words from the named publications; every row has its source. Where sources conflict
the figures stand side by side and none is chosen. Texts are English, as HS names are; names of
programmes and organisations are given in three languages where they have them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from corridor.tables import ORGANISATIONS

FOLDER: Final = Path(__file__).parent / "facts"

FIGURES_SCHEMA: Final = {
    "subject": pl.String(),
    "measure": pl.String(),
    "qualifier": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "as_of": pl.String(),
    "source": pl.String(),
    "note": pl.String(),
}
CONVERSIONS_SCHEMA: Final = {
    "record": pl.String(),
    "subject": pl.String(),
    "year": pl.String(),
    "from_step": pl.String(),
    "from_value": pl.Float64(),
    "to_step": pl.String(),
    "to_value": pl.Float64(),
    "unit": pl.String(),
    "source": pl.String(),
    "note": pl.String(),
}
TARGETS_SCHEMA: Final = {
    "target": pl.String(),
    "name": pl.String(),
    "measure": pl.String(),
    "economy": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "years": pl.Int32(),
    "due": pl.String(),
    "base_value": pl.Float64(),
    "base_as_of": pl.String(),
    "base_source": pl.String(),
    "market_value": pl.Float64(),
    "market": pl.String(),
    "source": pl.String(),
}
REFERENCES_SCHEMA: Final = {
    "reference": pl.String(),
    "organisation": pl.String(),
    "name": pl.String(),
    "field": pl.String(),
    "city": pl.String(),
    "economy": pl.String(),
    "year": pl.Int64(),
    "value_usd": pl.Float64(),
    "delivered": pl.String(),
    "source": pl.String(),
    "note": pl.String(),
}
ZONES_SCHEMA: Final = {
    "organisation": pl.String(),
    "acres": pl.Float64(),
    "place": pl.String(),
    "province": pl.String(),
    "status": pl.String(),
    "source": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number. ``as_of`` is a date or its first part, empty where the source gives none."""

    measure: str
    qualifier: str
    value: float
    unit: str
    as_of: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Programme:
    """A named programme, zone, agreement, visit or practice, with its figures.

    kind: programme, zone, agreement, statistic, visit or practice. field, city: empty where none.
    """

    subject: str
    kind: str
    field: str
    city: str
    economy: str
    name_en: str
    name_zh: str
    name_ur: str
    summary: str
    figures: tuple[Figure, ...]

    def name_in(self, language: str) -> str:
        """Return the name in ``language``."""
        return {"zh-Hans": self.name_zh, "ur": self.name_ur}.get(language, self.name_en)

    def list_conflicts(self) -> dict[str, tuple[Figure, ...]]:
        """Return the measures for which sources give different values of the same thing and date."""
        groups: dict[tuple[str, str, str, str], list[Figure]] = {}
        for figure in self.figures:
            same = (figure.measure, figure.qualifier, figure.unit, figure.as_of)
            groups.setdefault(same, []).append(figure)
        return {
            measure: tuple(group)
            for (measure, *_), group in groups.items()
            if len({figure.value for figure in group}) > 1
        }


@dataclass(frozen=True)
class Facts:
    """The public facts; no row is illustrative.

    programmes: typed records. figures: all their figures as one table (``FIGURES_SCHEMA``).
    organisations: schema ``corridor.tables.ORGANISATIONS``. references: systems delivered, with the
    organisation (``REFERENCES_SCHEMA``); where costs conflict the value is null. zones: area and place
    (``ZONES_SCHEMA``). conversions: how much of one step reached the next, with ``share`` 0…1.
    targets: with base, market and ``growth_percent`` a year where base and years are known.
    """

    programmes: tuple[Programme, ...]
    figures: pl.DataFrame
    organisations: pl.DataFrame
    references: pl.DataFrame
    zones: pl.DataFrame
    conversions: pl.DataFrame
    targets: pl.DataFrame

    def programme(self, subject: str) -> Programme:
        """Return the programme of that name.

        Raises
        ------
        KeyError: there is none.
        """
        found = {programme.subject: programme for programme in self.programmes}
        return found[subject]


@lru_cache(maxsize=1)
def load_facts() -> Facts:
    """Return the public facts that the project carries."""
    programmes = tuple(_read_programme(record) for record in _read("programmes"))
    return Facts(
        programmes=programmes,
        figures=_tabulate_figures(programmes),
        organisations=_tabulate_organisations(_read("organisations")),
        references=_tabulate(_read("references"), REFERENCES_SCHEMA),
        zones=_tabulate(_read("zones"), ZONES_SCHEMA),
        conversions=_tabulate(_read("conversions"), CONVERSIONS_SCHEMA).with_columns(
            share=pl.col("to_value") / pl.col("from_value")
        ),
        targets=_tabulate(_read("targets"), TARGETS_SCHEMA).with_columns(
            growth_percent=100 * ((pl.col("value") / pl.col("base_value")) ** (1 / pl.col("years")) - 1)
        ),
    )


def _read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _read_programme(record: dict[str, Any]) -> Programme:
    return Programme(**record | {"figures": tuple(Figure(*figure) for figure in record["figures"])})


def _tabulate(rows: Sequence[Sequence[Any]], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row", infer_schema_length=None).with_columns(
        illustrative=pl.lit(False)
    )


def _tabulate_figures(programmes: Sequence[Programme]) -> pl.DataFrame:
    rows = [
        (
            programme.subject,
            figure.measure,
            figure.qualifier,
            float(figure.value),
            figure.unit,
            figure.as_of,
            figure.source,
            figure.note,
        )
        for programme in programmes
        for figure in programme.figures
    ]
    return _tabulate(rows, FIGURES_SCHEMA)


def _tabulate_organisations(rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    names = ("organisation", "economy", "kind", "name_en", "name_zh", "name_ur", "city", "fields", "source")
    schema = {name: ORGANISATIONS.columns[name].dtype for name in names}
    return ORGANISATIONS.check(_tabulate(rows, schema))
