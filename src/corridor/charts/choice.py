"""Charts of a choice: value against firmness or another criterion, with the layers of the Pareto front."""

from collections.abc import Mapping
from math import floor as floor_of
from math import log10
from typing import Final

import polars as pl

from corridor.charts.find import SMALLEST_SHOWN_USD
from corridor.charts.theme import Spec, base_spec, finish_spec, reading
from corridor.charts.units import money_unit
from corridor.locale import format_decimal, translator

#: Points drawn at most, and points named.
SHOWN: Final = 600
NAMED: Final = 8
#: What a name takes of the width and height of a narrow chart.
LABEL_ROOM: Final = (0.2, 0.06)


def front_scatter(
    lines: pl.DataFrame,
    *,
    across: str,
    names: Mapping[str, str],
    language: str,
    scheme: str = "light",
) -> Spec:
    """Return products by unrealised potential (upwards) and one more criterion, the front in the first colour.

    Amounts below 10,000 USD are drawn at 10,000 (a logarithm has no zero); the axis says so.

    Parameters
    ----------
    lines: product, unrealised_usd, the column ``across`` and layer (1 = the front), by layer.
    names: words for the column ``across``.
    """
    t = translator(language)
    reader = reading(language)
    shown = lines.filter(pl.col("unrealised_usd") > 0).head(SHOWN)
    unit = money_unit(float(shown["unrealised_usd"].max() or 0.0), language)  # type: ignore[arg-type]
    floor = SMALLEST_SHOWN_USD / unit.factor
    amount = pl.col("unrealised_usd").clip(lower_bound=SMALLEST_SHOWN_USD) / unit.factor
    groups = [t.gettext("On the front"), t.gettext("Beaten by another product")]
    values = (
        shown.select(
            "product",
            x=across,
            y=amount,
            group=pl.when(pl.col("layer") == 1).then(pl.lit(groups[0])).otherwise(pl.lit(groups[1])),
        )
    ).to_dicts()
    front = shown.filter(pl.col("layer") == 1)
    labels = _space_labels(front.select("product", "unrealised_usd", x=across, y=amount))
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("What no other product beats in every respect"),
            description=t.gettext(
                "Scatter plot of products by unrealised potential and %(criterion)s; %(count)s are on the front."
            )
            % {"criterion": names.get(across, across), "count": front.height},
            height=260,
        ),
        "encoding": {
            "x": {
                "field": "x",
                "type": "quantitative",
                "scale": reader.scale(zero=False, nice=True),
                "axis": {"title": names.get(across, across), "tickCount": 6, "format": "~r"},
            },
            "y": {
                "field": "y",
                "type": "quantitative",
                "scale": {"type": "log", "nice": True},
                "axis": {
                    "title": t.gettext("Unrealised, %(unit)s (log; below %(floor)s shown at %(floor)s)")
                    % {
                        "unit": unit.words,
                        "floor": format_decimal(floor, language, digits=_count_digits(floor)),
                    },
                    "tickCount": 5,
                    "format": "~r",
                    "orient": reader.start,
                },
            },
        },
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "circle", "size": 34, "opacity": 0.75},
                "encoding": {
                    "color": {
                        "field": "group",
                        "type": "nominal",
                        "scale": {"domain": groups, "range": "series"},
                        "legend": {"title": None, "labelLimit": 320},
                    }
                },
            },
            {
                "data": {"values": labels},
                "mark": {
                    "type": "text",
                    "style": "value_label",
                    "align": reader.start,
                    "dx": reader.shift(6),
                    "dy": -4,
                },
                "encoding": {"text": {"field": "product"}},
            },
        ],
    }
    return finish_spec(spec, language)


def _space_labels(front: pl.DataFrame) -> list[Spec]:
    """Return the points to name, the largest first, that do not crowd each other on a narrow screen."""
    if front.is_empty():
        return []
    placed = front.with_columns(up=pl.col("y").log10())
    across, upward = placed.select(pl.col("x", "up").max() - pl.col("x", "up").min()).row(0)
    wide, high = LABEL_ROOM[0] * across, LABEL_ROOM[1] * upward
    kept: list[Spec] = []
    for row in placed.sort("unrealised_usd", "product", descending=[True, False]).head(4 * NAMED).to_dicts():
        free = all(abs(row["x"] - other["x"]) > wide or abs(row["up"] - other["up"]) > high for other in kept)
        if free and len(kept) < NAMED:
            kept.append(row)
    return [{name: row[name] for name in ("product", "x", "y")} for row in kept]


def _count_digits(value: float) -> int:
    """Return the decimals that show one significant digit."""
    return max(0, -floor_of(log10(value)))
