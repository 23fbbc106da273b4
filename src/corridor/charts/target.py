"""Charts of targets: what would carry one, and several sets of assumptions side by side."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from corridor.charts.theme import Spec, base_spec, finish_spec, reading
from corridor.charts.units import money_unit, short_usd
from corridor.charts.waterfalls import draw_waterfall
from corridor.locale import translator

#: Kinds of lines in the order in which they are stacked.
STACKED: Final = ("realised", "unrealised_potential", "other", "no_source_found")


def target_waterfall(
    target_lines: pl.DataFrame, *, names: Mapping[str, str], language: str, scheme: str = "light"
) -> Spec:
    """Return the steps from nothing to the target, one a line, and the target itself.

    Parameters
    ----------
    target_lines: ``tables.TARGET_LINES`` in the order shown; their values sum to the target.
    names: words for the line codes and for ``target``.
    """
    t = translator(language)
    total = float(target_lines["value_usd"].sum() or 0.0)
    unit = money_unit(total, language)
    steps = target_lines.select(
        "line",
        "value_usd",
        start=(pl.col("value_usd").cum_sum() - pl.col("value_usd")) / unit.factor,
        stop=pl.col("value_usd").cum_sum() / unit.factor,
    ).to_dicts()
    target = {"line": "target", "value_usd": total, "start": 0.0, "stop": total / unit.factor}
    kinds = {"no_source_found": 2, "target": 1}
    values = [
        {
            "name": names.get(str(row["line"]), str(row["line"])),
            "start": row["start"],
            "stop": row["stop"],
            "end": row["stop"],
            "label": short_usd(row["value_usd"], language),
            "kind": kinds.get(str(row["line"]), 0),
        }
        for row in [*steps, target]
    ]
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("What would carry the target"),
            description=t.gettext("Waterfall chart of the target's sources: %(parts)s.")
            % {"parts": "; ".join(f"{row['name']} {row['label']}" for row in values)},
            height={"step": 34},
        ),
        **draw_waterfall(values, title=unit.words, language=language),
    }
    return finish_spec(spec, language)


def _sum_kinds(table: pl.DataFrame) -> dict[str, float]:
    """Return the lines of a target by kind: four colours stay apart, seven would not."""
    kind = pl.when(pl.col("line").is_in(STACKED)).then(pl.col("line")).otherwise(pl.lit("other"))
    summed = table.group_by(kind=kind).agg(pl.col("value_usd").sum())
    return {str(row[0]): float(row[1]) for row in summed.sort("kind").iter_rows()}


def scenario_bars(
    scenarios: Sequence[tuple[str, pl.DataFrame]],
    *,
    names: Mapping[str, str],
    language: str,
    scheme: str = "light",
) -> Spec:
    """Return a bar a scenario: what sources carry of the target, and what has none.

    Parameters
    ----------
    scenarios: the name in words and ``tables.TARGET_LINES`` of each; all sum to the same target.
    names: words for the line codes.
    """
    t = translator(language)
    lines = reading(language)
    largest = max(float(table["value_usd"].sum()) for _name, table in scenarios)
    unit = money_unit(largest, language)
    words = {
        "realised": names.get("realised", "realised"),
        "unrealised_potential": names.get("unrealised_potential", "unrealised_potential"),
        "no_source_found": names.get("no_source_found", "no_source_found"),
        "other": t.gettext("Other sources"),
    }
    rows = [
        {
            "scenario": name,
            "source": words[kind],
            "value": value / unit.factor,
            "order": STACKED.index(kind),
            "label": short_usd(value, language),
        }
        for name, table in scenarios
        for kind, value in _sum_kinds(table).items()
        if value > 0
    ]
    told = "; ".join(f"{row['scenario']}, {row['source']}: {row['label']}" for row in rows)
    sources = [words[kind] for kind in words if any(row["source"] == words[kind] for row in rows)]
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("What carries the target under each set of assumptions"),
            description=t.gettext("Stacked bars, one a set of assumptions: %(parts)s.") % {"parts": told},
            height={"step": 40},
        ),
        "data": {"values": rows},
        "mark": {"type": "bar", "height": {"band": 0.6}},
        "encoding": {
            "y": {
                "field": "scenario",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "labelLimit": 200, "orient": lines.start, "domain": False},
            },
            "x": {
                "field": "value",
                "type": "quantitative",
                "scale": lines.scale(nice=False),
                "axis": {"title": unit.words, "tickCount": 6, "format": "~r"},
            },
            "color": {
                "field": "source",
                "type": "nominal",
                "sort": sources,
                "scale": {"domain": sources, "range": "series"},
                "legend": {"title": None, "columns": 2, "labelLimit": 240},
            },
            "order": {"field": "order"},
        },
    }
    return finish_spec(spec, language)
