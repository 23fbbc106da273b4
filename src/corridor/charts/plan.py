"""Charts of the stage plan: the roadmap over quarters."""

from collections.abc import Mapping, Sequence
from unicodedata import east_asian_width

import polars as pl

from corridor.charts.find import shorten
from corridor.charts.theme import (
    LABEL_CHARACTER,
    Spec,
    base_spec,
    finish_spec,
    label_room,
    reading,
)
from corridor.charts.units import short_usd
from corridor.locale import translator


def roadmap_gantt(
    phases: pl.DataFrame,
    *,
    names: Mapping[str, str],
    quarter_labels: Sequence[str],
    language: str,
    scheme: str = "light",
) -> Spec:
    """Return the chosen projects as bars over quarters, earliest first, with their cost.

    Parameters
    ----------
    phases: ``tables.PHASES``.
    names: words for projects in ``language``.
    quarter_labels: words for quarters 0, 1, …; a bar ends before ``end_quarter``.
    """
    t, lines = translator(language), reading(language)
    ordered = phases.sort("start_quarter", "end_quarter", "project")
    values = [
        {
            "name": shorten(names.get(row["project"], row["project"]), 44),
            "start": row["start_quarter"],
            "stop": row["end_quarter"],
            "label": short_usd(row["cost_usd"], language),
        }
        for row in ordered.to_dicts()
    ]
    count = len(quarter_labels)
    room = label_room(row["label"] for row in values)
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("Roadmap by quarter, with cost"),
            description=t.gettext("Gantt chart of %(count)s projects over %(quarters)s quarters.")
            % {"count": len(values), "quarters": count},
            height={"step": 20},
        ),
        "data": {"values": values},
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "labelLimit": 280, "orient": lines.start, "domain": False},
            }
        },
        "layer": _gantt_layers(quarter_labels, room, language),
    }
    return finish_spec(spec, language)


def _gantt_layers(quarter_labels: Sequence[str], room: float, language: str) -> list[Spec]:
    lines = reading(language)
    count = len(quarter_labels)
    marks = [{"quarter": quarter, "label": words} for quarter, words in enumerate(quarter_labels)]
    # as many labels as fit side by side, on a page of any width
    needed = round((max(map(_measure_words, quarter_labels), default=0.0) + 8) * count * room)
    fits = f"datum.quarter % max(1, ceil({needed} / width)) == 0"
    x = {
        "field": "start",
        "type": "quantitative",
        "scale": lines.scale(domain=[0, count * room], nice=False),
        "axis": {"labels": False, "title": None, "values": list(range(count + 1))},
    }
    return [
        {
            "mark": {"type": "bar", "style": "ours", "height": {"band": 0.62}, "cornerRadius": 2},
            "encoding": {"x": x, "x2": {"field": "stop"}},
        },
        {
            "mark": {
                "type": "text",
                "style": "value_label",
                "align": lines.start,
                "baseline": "middle",
                "dx": lines.shift(5),
            },
            "encoding": {"x": {**x, "field": "stop"}, "text": {"field": "label"}},
        },
        {
            # ordinary tick labels sit on the line; a quarter's name belongs to the span after it
            "data": {"values": marks},
            "transform": [{"filter": fits}],
            "mark": {
                "type": "text",
                "style": "quiet_label",
                "align": lines.start,
                "baseline": "top",
                "dx": lines.shift(3),
                "dy": 6,
            },
            "encoding": {
                "x": {**x, "field": "quarter"},
                "y": {"value": "height"},
                "text": {"field": "label"},
            },
        },
    ]


def _measure_words(words: str) -> float:
    """Return about how wide words are, in px: a Chinese character takes the room of nearly two others."""
    return sum(LABEL_CHARACTER * (1.7 if east_asian_width(sign) in "WF" else 1.0) for sign in words)
