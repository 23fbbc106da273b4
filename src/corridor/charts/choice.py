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
    labels = [
        {"product": row["product"], "x": row[across], "y": row["y"]}
        for row in front.with_columns(y=amount).sort("unrealised_usd", descending=True).head(NAMED).to_dicts()
    ]
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
                    "title": t.gettext(
                        "Unrealised potential, %(unit)s (log scale; below %(floor)s shown at %(floor)s)"
                    )
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


def _count_digits(value: float) -> int:
    """Return the decimals that show one significant digit."""
    return max(0, -floor_of(log10(value)))
