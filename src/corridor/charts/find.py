"""Charts of the stage find: suppliers, shortlist, potential, chapters, target."""

from collections.abc import Mapping, Sequence
from math import log10
from typing import Final

import polars as pl

from corridor.charts.theme import Reading, Spec, base_spec, finish_spec, fit_labels, reading
from corridor.charts.units import money_unit
from corridor.locale import format_decimal, format_percent, translator

BAR_STEP: Final = 22
#: Points of a cumulative curve: enough for print, few enough for a page.
CURVE_POINTS: Final = 300
#: A logarithm has no zero: smaller amounts are drawn here, and the axis says so.
SMALLEST_SHOWN_USD: Final = 10_000.0
#: Two labels of a scatter plot keep this distance, in decades of either axis.
LABEL_DISTANCE: Final = (0.55, 0.16)


def suppliers_bar(
    suppliers: pl.DataFrame,
    *,
    highlight: str,
    names: Mapping[str, str],
    language: str,
    top: int = 10,
    scheme: str = "light",
) -> Spec:
    """Return a bar chart of an importer's largest suppliers with ``highlight`` always among them.

    Parameters
    ----------
    suppliers: ``tables.SUPPLIERS`` of one importer.
    highlight: supplier shown in the accent colour, at its rank.
    names: words for economy codes in ``language``; a code without words is shown itself.
    """
    t = translator(language)
    shown = suppliers.filter((pl.col("rank") <= top) | (pl.col("supplier") == highlight)).sort("rank")
    ours = shown.filter(pl.col("supplier") == highlight)
    unit = money_unit(_largest(shown, "value_usd"), language)
    values = [
        {
            "name": f"{row['rank']}. {names.get(row['supplier'], row['supplier'])}",
            "value": row["value_usd"] / unit.factor,
            "label": format_percent(row["share"], language, digits=2 if row["share"] < 0.01 else 1),
            "who": 0 if row["supplier"] == highlight else 1,
        }
        for row in shown.to_dicts()
    ]
    share = float(ours["share"][0]) if ours.height else 0.0
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("The partner's imports by supplier"),
            description=t.gettext(
                "Bar chart of the largest suppliers. %(name)s supplies %(share)s of all imports."
            )
            % {"name": names.get(highlight, highlight), "share": format_percent(share, language, digits=2)},
            height={"step": BAR_STEP},
        ),
        **_labelled_bars(values, t.gettext("Imports, %(unit)s") % {"unit": unit.words}, language),
    }
    return finish_spec(spec, language)


def chapter_bar(
    chapters: pl.DataFrame,
    *,
    names: Mapping[str, str],
    language: str,
    top: int = 10,
    scheme: str = "light",
) -> Spec:
    """Return a bar chart of unrealised potential by HS chapter.

    Parameters
    ----------
    chapters: columns ``chapter`` (two digits) and ``unrealised_usd``; any further columns are ignored.
    names: words for chapters in ``language``.
    """
    t = translator(language)
    total = float(chapters["unrealised_usd"].sum() or 0.0)
    shown = chapters.sort("unrealised_usd", "chapter", descending=[True, False]).head(top)
    unit = money_unit(_largest(shown, "unrealised_usd"), language)
    values = [
        {
            "name": shorten(f"{row['chapter']} {names.get(row['chapter'], '')}".strip(), 46),
            "value": row["unrealised_usd"] / unit.factor,
            "label": format_percent(row["unrealised_usd"] / total if total else 0.0, language),
            "who": 0,
        }
        for row in shown.to_dicts()
    ]
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("Unrealised potential by chapter"),
            description=t.gettext(
                "Bar chart of the %(count)s chapters with most unrealised potential, with their shares."
            )
            % {"count": len(values)},
            height={"step": BAR_STEP},
        ),
        **_labelled_bars(
            values, t.gettext("Unrealised potential, %(unit)s") % {"unit": unit.words}, language
        ),
    }
    return finish_spec(spec, language)


def _labelled_bars(values: Sequence[Mapping[str, object]], axis_title: str, language: str) -> Spec:
    lines = reading(language)
    longest = max((float(str(row["value"])) for row in values), default=1.0)
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelLimit": 300, "orient": lines.start, "domain": False},
    }
    x = {
        "field": "value",
        "type": "quantitative",
        "scale": lines.scale(**fit_labels(longest, (str(row["label"]) for row in values)), nice=False),
        "axis": {"title": axis_title, "tickCount": 5, "format": "~r"},
    }
    return {
        "data": {"values": list(values)},
        "encoding": {"y": y, "x": x},
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.68}},
                "encoding": {"color": highlight_colour()},
            },
            {
                "mark": {
                    "type": "text",
                    "style": "value_label",
                    "align": lines.start,
                    "baseline": "middle",
                    "dx": lines.shift(5),
                },
                "encoding": {"text": {"field": "label"}},
            },
        ],
    }


def highlight_colour() -> Spec:
    """Return the colour channel of ``who``: 0 is ours, 1 is everyone else."""
    return {
        "field": "who",
        "type": "ordinal",
        "scale": {"domain": [0, 1], "range": "series"},
        "legend": None,
    }


def shortlist_pareto(
    opportunities: pl.DataFrame, *, language: str, target_share: float = 0.8, scheme: str = "light"
) -> Spec:
    """Return the curve of cumulative unrealised potential over lines ranked by it.

    A vertical line marks the smallest number of lines that carries ``target_share``.

    Parameters
    ----------
    opportunities: needs ``unrealised_usd``; lines without any are left out of the count.
    """
    t = translator(language)
    ranked = opportunities.filter(pl.col("unrealised_usd") > 0).sort("unrealised_usd", descending=True)
    curve = ranked.select(
        lines=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        share=pl.col("unrealised_usd").cum_sum() / pl.col("unrealised_usd").sum(),
    )
    needed = min(curve.filter(pl.col("share") < target_share - 1e-12).height + 1, curve.height)
    height = 170
    words = {
        "count": format_decimal(needed, language),
        "total": format_decimal(curve.height, language),
        "share": format_percent(target_share, language, digits=0),
    }
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("How few lines carry most of the potential"),
            description=t.gettext(
                "Cumulative curve: %(count)s of %(total)s lines carry %(share)s of the unrealised potential."
            )
            % words,
            height=height,
        ),
        **_pareto_layers(
            _thin(curve, needed),
            needed,
            target_share,
            t.ngettext("%(count)s line: %(share)s", "%(count)s lines: %(share)s", needed) % words,
            t.gettext("Lines, largest first"),
            t.gettext("Share of the unrealised potential"),
            language,
        ),
    }
    return finish_spec(spec, language)


def _thin(curve: pl.DataFrame, needed: int) -> list[dict[str, float]]:
    step = max(1, curve.height // CURVE_POINTS)
    kept = curve.filter(
        (pl.col("lines") <= 60)
        | (pl.col("lines") == needed)
        | (pl.col("lines") % step == 0)
        | (pl.col("lines") == curve.height)
    )
    return [{"lines": 0, "share": 0.0}, *kept.to_dicts()]


def _pareto_layers(
    points: list[dict[str, float]],
    needed: int,
    target_share: float,
    words: str,
    x_title: str,
    y_title: str,
    language: str,
) -> Spec:
    lines = reading(language)
    x = {
        "field": "lines",
        "type": "quantitative",
        "scale": lines.scale(nice=False),
        "axis": {"title": x_title, "grid": False, "tickCount": 8, "format": ",d"},
    }
    y = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {"title": y_title, "format": ".0%", "tickCount": 5, "orient": lines.start},
    }
    mark = [{"lines": needed, "share": target_share, "words": words}]
    return {
        "encoding": {"x": x, "y": y},
        "layer": [
            {"data": {"values": points}, "mark": {"type": "area", "style": "curve_area"}},
            {"data": {"values": points}, "mark": {"type": "line", "style": "curve"}},
            {
                "data": {"values": mark},
                "mark": {"type": "rule", "style": "mark_line"},
                "encoding": {"x": None, "y": y},
            },
            {
                "data": {"values": mark},
                "mark": {"type": "rule", "style": "mark_line"},
                "encoding": {"x": x, "y": None},
            },
            {
                "data": {"values": mark},
                "mark": {
                    "type": "text",
                    "style": "warm_label",
                    "align": lines.start,
                    "baseline": "top",
                    "dx": lines.shift(8),
                    "dy": 8,
                },
                "encoding": {"text": {"field": "words"}},
            },
        ],
    }


def potential_scatter(
    opportunities: pl.DataFrame, *, language: str, labelled: int = 8, points: int = 600, scheme: str = "light"
) -> Spec:
    """Return exports today against potential, both on log axes, shortlisted lines in the accent.

    Amounts below 10,000 USD are drawn at 10,000 (a logarithm has no zero); the axis says so. At most
    ``points`` lines are drawn, those with most potential; up to ``labelled`` of them carry their code,
    where there is room.

    Parameters
    ----------
    opportunities: needs ``product, current_usd, potential_usd, unrealised_usd, shortlisted``.
    """
    t = translator(language)
    unit = money_unit(SMALLEST_SHOWN_USD, language)
    floor = SMALLEST_SHOWN_USD / unit.factor
    groups = [t.gettext("On the shortlist"), t.gettext("Not on the shortlist")]
    shown = (
        opportunities.filter(pl.col("potential_usd") > SMALLEST_SHOWN_USD)
        .sort("potential_usd", "product", descending=[True, False])
        .head(points)
        .select(
            "product",
            "unrealised_usd",
            current=pl.col("current_usd").clip(lower_bound=SMALLEST_SHOWN_USD) / unit.factor,
            potential=pl.col("potential_usd") / unit.factor,
            group=pl.when("shortlisted").then(pl.lit(groups[0])).otherwise(pl.lit(groups[1])),
        )
    )
    # accented points last, so that they lie on top
    values = shown.drop("unrealised_usd").sort(pl.col("group") == groups[0]).to_dicts()
    largest = _largest(shown, "potential") or floor
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("Exports today and potential, line by line"),
            description=t.gettext(
                "Scatter plot on logarithmic axes; lines above the diagonal have unrealised potential."
            ),
            height=230,
        ),
        "encoding": _log_axes(unit.words, floor, language),
        "layer": _scatter_layers(
            values, _spaced_labels(shown, labelled), [floor, largest], groups, reading(language)
        ),
    }
    return finish_spec(spec, language)


def _spaced_labels(shown: pl.DataFrame, count: int) -> list[Spec]:
    """Return the points to label: the largest by unrealised potential that do not crowd each other."""
    candidates = shown.sort("unrealised_usd", descending=True).head(4 * count).to_dicts()
    kept: list[Spec] = []
    for row in candidates:
        far = all(
            abs(log10(row["current"] / other["current"])) > LABEL_DISTANCE[0]
            or abs(log10(row["potential"] / other["potential"])) > LABEL_DISTANCE[1]
            for other in kept
        )
        if far and len(kept) < count:
            kept.append({"product": row["product"], "current": row["current"], "potential": row["potential"]})
    return kept


def _log_axes(unit: str, floor: float, language: str) -> Spec:
    t, lines = translator(language), reading(language)
    words = {"unit": unit, "floor": format_decimal(floor, language, digits=2 if floor < 1 else 0)}
    axis = {"format": "~r", "tickCount": 5}
    return {
        "x": {
            "field": "current",
            "type": "quantitative",
            "scale": lines.scale(type="log", nice=True),
            "axis": {
                **axis,
                "title": t.gettext("Exports today, %(unit)s (log scale; below %(floor)s shown at %(floor)s)")
                % words,
            },
        },
        "y": {
            "field": "potential",
            "type": "quantitative",
            "scale": {"type": "log", "nice": True},
            "axis": {
                **axis,
                "title": t.gettext("Potential, %(unit)s (log scale)") % words,
                "orient": lines.start,
            },
        },
    }


def _scatter_layers(
    values: list[Spec], labels: list[Spec], ends: list[float], groups: list[str], lines: Reading
) -> list[Spec]:
    return [
        {
            "data": {"values": [{"current": end, "potential": end} for end in ends]},
            "mark": {"type": "line", "style": "diagonal"},
        },
        {
            "data": {"values": values},
            "mark": {"type": "circle", "size": 34, "opacity": 0.75},
            "encoding": {
                "color": {
                    "field": "group",
                    "type": "nominal",
                    "scale": {"domain": groups, "range": "series"},
                }
            },
        },
        {
            "data": {"values": labels},
            "mark": {
                "type": "text",
                "style": "value_label",
                "align": lines.start,
                "dx": lines.shift(6),
                "dy": -4,
            },
            "encoding": {"text": {"field": "product"}},
        },
    ]


def shorten(text: str, limit: int) -> str:
    """Return ``text`` cut at a word before ``limit`` characters, with an ellipsis where it was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" ,;:") + "…"


def _largest(frame: pl.DataFrame, column: str) -> float:
    largest = frame[column].max()
    return float(largest) if isinstance(largest, (int, float)) else 0.0
