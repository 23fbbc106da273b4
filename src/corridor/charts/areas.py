"""Charts of areas: what each criterion adds to the score, and where the interval of the missing lies."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from corridor.charts.theme import Spec, base_spec, finish_spec, label_room, reading
from corridor.locale import format_decimal, format_percent, translator

BAR_STEP: Final = 24
#: On a phone names take half of the width: the labels need this much beyond the longest bar.
NARROW_ROOM: Final = 1.5


def area_bars(
    areas: pl.DataFrame,
    *,
    weights: Mapping[str, float],
    names: Mapping[str, str],
    criteria: Mapping[str, str],
    language: str,
    scheme: str = "light",
) -> Spec:
    """Return stacked bars: what each criterion adds to an area's score, with how firm its place in the set is.

    Parameters
    ----------
    areas: ``tables.AREA_SCORES``; areas that are not comparable are left out.
    weights: of the criteria, summing to 1. names, criteria: words for areas and criteria in ``language``.
    """
    t, lines = translator(language), reading(language)
    shown = areas.filter("comparable").sort("rank").to_dicts()
    values, labels = [], []
    for row in shown:
        present = sum(weights[name] for name in criteria if row[name] is not None) or 1.0
        name = f"{row['rank']}. {names.get(row['area'], row['area'])}"
        words = f"{format_decimal(row['score'], language, digits=2)} · {format_percent(row['firmness'], language, digits=0)}"
        labels.append({"name": name, "value": row["score"], "words": words, "chosen": row["chosen"]})
        values += [
            {
                "name": name,
                "part": (row[criterion] or 0.0) * weights[criterion] / present,
                "criterion": words_of,
                "place": place,
                "shown": row["chosen"],
            }
            for place, (criterion, words_of) in enumerate(criteria.items())
        ]
    longest = max((row["value"] for row in labels), default=1.0) or 1.0
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelLimit": 260, "orient": lines.start, "domain": False},
    }
    room = max(NARROW_ROOM, label_room(row["words"] for row in labels))
    scale = lines.scale(domain=[0, longest * room], nice=False)
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("What each criterion adds to the score"),
            description=t.gettext(
                "Stacked bars of %(count)s areas by score; beside each its score and how often it stays in the set."
            )
            % {"count": len(shown)},
            height={"step": BAR_STEP},
        ),
        "layer": [_stack(values, y, scale, list(criteria.values()), t.gettext("Score"))],
    }
    spec["layer"].append(
        {
            "data": {"values": labels},
            "mark": {
                "type": "text",
                "style": "value_label",
                "align": lines.start,
                "baseline": "middle",
                "dx": lines.shift(5),
            },
            "encoding": {
                "y": y,
                "x": {"field": "value", "type": "quantitative", "scale": scale},
                "text": {"field": "words"},
            },
        }
    )
    return finish_spec(spec, language)


def _stack(values: list[Spec], y: Spec, scale: Spec, order: list[str], title: str) -> Spec:
    return {
        "data": {"values": values},
        "mark": {"type": "bar", "height": {"band": 0.68}},
        "encoding": {
            "y": y,
            "x": {
                "field": "part",
                "type": "quantitative",
                "stack": "zero",
                "scale": scale,
                "axis": {"title": title, "tickCount": 5, "format": "~r"},
            },
            "color": {
                "field": "criterion",
                "type": "nominal",
                "scale": {"domain": order},
                "sort": order,
                "legend": {"columns": 1},
            },
            "order": {"field": "place", "type": "quantitative"},
            # areas outside the set stand back
            "opacity": {
                "field": "shown",
                "type": "nominal",
                "scale": {"domain": [True, False], "range": [1.0, 0.45]},
                "legend": None,
            },
        },
    }
