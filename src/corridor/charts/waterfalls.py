"""Waterfalls: what leads from one amount to another, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

from corridor.charts.theme import Spec, label_room, reading


def draw_waterfall(
    values: Sequence[Mapping[str, Any]], *, floor: float = 0.0, title: str, language: str
) -> Spec:
    """Return data, encoding and layers of steps from ``start`` to ``stop``, one a row from top to bottom.

    values: name, start, stop, end (where the label stands), label, kind (0…2: ours, others, warm), in the
    unit that ``title`` names. floor: where the axis begins.
    """
    lines = reading(language)
    largest = max(float(row["end"]) for row in values)
    room = label_room(str(row["label"]) for row in values)
    x = {
        "field": "start",
        "type": "quantitative",
        "scale": lines.scale(domain=[floor, floor + (largest - floor) * room], nice=False),
        "axis": {"title": title, "tickCount": 6, "format": "~r"},
    }
    return {
        "data": {"values": list(values)},
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "labelLimit": 260, "orient": lines.start, "domain": False},
            }
        },
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.6}},
                "encoding": {
                    "x": x,
                    "x2": {"field": "stop"},
                    "color": {
                        "field": "kind",
                        "type": "ordinal",
                        "scale": {"domain": [0, 1, 2], "range": "series"},
                        "legend": None,
                    },
                },
            },
            {
                "mark": {
                    "type": "text",
                    "style": "value_label",
                    "align": lines.start,
                    "baseline": "middle",
                    "dx": lines.shift(6),
                },
                "encoding": {"x": {**x, "field": "end"}, "text": {"field": "label"}},
            },
        ],
    }
