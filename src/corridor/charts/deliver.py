"""Charts of the stage deliver: how many promises reached which stage."""

from collections.abc import Mapping

import polars as pl

from corridor.charts.theme import Spec, base_spec, finish_spec, label_room, reading
from corridor.locale import format_decimal, format_percent, translator


def conversion_funnel(
    reached: pl.DataFrame, *, names: Mapping[str, str], language: str, scheme: str = "light"
) -> Spec:
    """Return how many engagements reached each stage, with the share of the first stage.

    Parameters
    ----------
    reached: columns ``stage`` (code, in order of the pipeline) and ``reached`` (count).
    names: words for stages in ``language``.
    """
    t, lines = translator(language), reading(language)
    first = max(int(reached["reached"][0]), 1) if reached.height else 1
    values = [
        {
            "name": names.get(row["stage"], row["stage"]),
            "value": row["reached"],
            "label": (
                t.gettext("%(count)s (%(share)s)")
                % {
                    "count": format_decimal(row["reached"], language),
                    "share": format_percent(row["reached"] / first, language, digits=0),
                }
            ),
        }
        for row in reached.to_dicts()
    ]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "orient": lines.start, "domain": False},
    }
    x = {
        "field": "value",
        "type": "quantitative",
        "scale": lines.scale(domain=[0, first * label_room(str(row["label"]) for row in values)], nice=False),
        "axis": {"title": t.gettext("Engagements that reached the stage"), "tickMinStep": 1, "tickCount": 6},
    }
    text = {
        "type": "text",
        "style": "value_label",
        "align": lines.start,
        "baseline": "middle",
        "dx": lines.shift(5),
    }
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("From lead to results"),
            description=t.gettext("Bar chart of engagements by stage reached: %(parts)s.")
            % {"parts": "; ".join(f"{row['name']} {row['label']}" for row in values)},
            height={"step": 26},
        ),
        "data": {"values": values},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "style": "ours", "height": {"band": 0.64}}},
            {"mark": text, "encoding": {"text": {"field": "label"}}},
        ],
    }
    return finish_spec(spec, language)
