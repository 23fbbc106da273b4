"""Charts of a market: suppliers of one product, and how their shares moved."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from corridor.charts.find import highlight_colour, suppliers_bar
from corridor.charts.theme import Spec, base_spec, finish_spec, reading
from corridor.locale import format_percent, translator

#: Two names beside lines keep this distance, in parts of the highest share.
LABEL_ROOM: Final = 0.075


def competitors_bar(
    competitors: pl.DataFrame,
    *,
    highlight: str,
    names: Mapping[str, str],
    language: str,
    scheme: str = "light",
) -> Spec:
    """Return a bar chart of one product's suppliers in a market with ``highlight`` at its rank.

    Parameters
    ----------
    competitors: ``tables.COMPETITORS`` of one product. names: words for economy codes.
    """
    t = translator(language)
    spec = suppliers_bar(
        competitors.drop("product"), highlight=highlight, names=names, language=language, scheme=scheme
    )
    first = competitors.sort("rank").row(0, named=True)
    words = {
        "title": t.gettext("Suppliers of this product"),
        "description": t.gettext(
            "Bar chart of the product's suppliers; the largest is %(name)s with %(share)s."
        )
        % {
            "name": names.get(first["supplier"], first["supplier"]),
            "share": format_percent(first["share"], language),
        },
    }
    return {**spec, **finish_spec(words, language)}


def shares_lines(
    rival_years: pl.DataFrame,
    *,
    highlight: str,
    names: Mapping[str, str],
    language: str,
    scheme: str = "light",
) -> Spec:
    """Return the shares of a product's suppliers over the years, ``highlight`` in the accent colour.

    Parameters
    ----------
    rival_years: ``tables.RIVAL_YEARS`` of one product. names: words for economy codes.
    """
    t, lines = translator(language), reading(language)
    values = [
        {
            "year": row["year"],
            "share": row["share"],
            "name": names.get(row["supplier"], row["supplier"]),
            "who": 0 if row["supplier"] == highlight else 1,
        }
        for row in rival_years.sort("supplier", "year").to_dicts()
    ]
    years = sorted({row["year"] for row in values})
    encoding = {
        "x": {
            "field": "year",
            "type": "quantitative",
            "scale": lines.scale(zero=False, nice=False),
            "axis": {"title": None, "format": "d", "values": years, "grid": False},
        },
        "y": {
            "field": "share",
            "type": "quantitative",
            "axis": {
                "title": t.gettext("Share of the partner's imports of the product"),
                "format": ".0%",
                "tickCount": 5,
                "orient": lines.start,
            },
        },
    }
    label = {
        "data": {"values": _spaced_labels(values)},
        "mark": {
            "type": "text",
            "style": "value_label",
            "align": lines.end,
            "baseline": "bottom",
            "dy": -5,
        },
        "encoding": {**encoding, "text": {"field": "name"}},
    }
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("Shares of suppliers over the years"),
            description=t.gettext("Line chart of the shares of this product's suppliers, year by year."),
            height=210,
        ),
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "line", "point": True, "strokeWidth": 2},
                "encoding": {**encoding, "detail": {"field": "name"}, "color": highlight_colour()},
            },
            label,
        ],
    }
    return finish_spec(spec, language)


def _spaced_labels(values: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the points of the last year that carry a name: ours, then the largest with room around them."""
    last = max((row["year"] for row in values), default=0)
    room = LABEL_ROOM * max((row["share"] for row in values), default=0.0)
    kept: list[Mapping[str, Any]] = []
    for row in sorted(values, key=lambda row: (row["who"], -row["share"])):
        if row["year"] == last and all(abs(row["share"] - other["share"]) >= room for other in kept):
            kept.append(row)
    return kept
