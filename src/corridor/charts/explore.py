"""Charts of the opportunity explorer beside its treemap: scatter plots, the product space, markets."""

from collections.abc import Callable, Mapping
from math import log10
from typing import Any, Final

import polars as pl

from corridor.charts.find import shorten
from corridor.charts.sections import colour_sections, find_section, name_chapter, name_section
from corridor.charts.theme import Spec, base_spec, finish_spec, label_room, reading
from corridor.charts.units import money_unit, short_usd
from corridor.locale import format_decimal, format_percent, translator
from corridor.locale.nomenclature import CHAPTERS

#: In pixels.
SPACE_HEIGHT: Final = 520
#: Coordinates are whole numbers up to this: a third of the size of fractions.
GRID: Final = 10_000
#: Smaller amounts are left out of the scatter plots.
SMALLEST_SHOWN_USD: Final = 10_000.0
#: Room of a label on a logarithmic axis, in decades, and upwards, as a part of the axis.
LABEL_WIDTH: Final = 0.16
LABEL_HEIGHT: Final = 0.06
Link = Callable[[str], str]


def potential_by_firmness(
    lines: pl.DataFrame,
    *,
    language: str,
    points: int = 500,
    labelled: int = 8,
    link: Link | None = None,
    scheme: str = "light",
) -> Spec:
    """Return unrealised potential (log) against firmness, a point a product.

    Firmness comes in few steps: points of a step are spread a little upwards and downwards, by rank.

    Parameters
    ----------
    lines: product, description, unrealised_usd, firmness, shortlisted.
    """
    t = translator(language)
    shown = _choose_points(lines, points).with_columns(
        height=pl.col("firmness") + 0.05 * ((pl.int_range(pl.len()) * 0.618034) % 1 - 0.5),
        told=pl.col("firmness"),
    )
    firm = shown.filter(pl.col("firmness") >= 1)
    words = {
        "shown": format_decimal(shown.height, language),
        "firm": format_decimal(firm.height, language),
        "usd": short_usd(float(firm["unrealised_usd"].sum()), language),
    }
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("Unrealised potential and how firm it is"),
            description=t.gettext(
                "Scatter plot of the %(shown)s products with most of it: unrealised potential on a logarithmic axis, "
                "firmness upwards. "
                "%(firm)s of them, with %(usd)s, stay in the shortlist under every convention."
            )
            % words,
            height=340,
        ),
        **_draw_points(
            shown,
            {
                "scale": {"domain": [-0.04, 1.04], "nice": False},
                "axis": {
                    "title": t.gettext("Firmness (points spread a little within each step)"),
                    "format": ".0%",
                    "values": [0, 0.2, 0.4, 0.6, 0.8, 1],
                },
            },
            lambda value: format_percent(value, language, digits=0),
            labelled,
            language,
            link,
        ),
    }
    return finish_spec(spec, language)


def potential_by_complexity(
    lines: pl.DataFrame,
    *,
    language: str,
    points: int = 500,
    labelled: int = 8,
    link: Link | None = None,
    scheme: str = "light",
) -> Spec:
    """Return unrealised potential (log) against the complexity of products (PCI), a point a product.

    Parameters
    ----------
    lines: product, description, unrealised_usd, pci (null where not known: left out), shortlisted.
    """
    t = translator(language)
    shown = _choose_points(lines.drop_nulls("pci"), points).with_columns(
        height=pl.col("pci"), told=pl.col("pci")
    )
    words = {"shown": format_decimal(shown.height, language)}
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("Unrealised potential and complexity of the product"),
            description=t.gettext(
                "Scatter plot of the %(shown)s products with most of it: unrealised potential on a logarithmic axis, "
                "complexity upwards."
            )
            % words,
            height=340,
        ),
        **_draw_points(
            shown,
            {"scale": {"zero": False}, "axis": {"title": t.gettext("Product complexity (PCI)")}},
            lambda value: format_decimal(value, language, digits=2),
            labelled,
            language,
            link,
        ),
    }
    return finish_spec(spec, language)


def _choose_points(lines: pl.DataFrame, points: int) -> pl.DataFrame:
    return (
        lines.filter(pl.col("unrealised_usd") > SMALLEST_SHOWN_USD)
        .sort(["unrealised_usd", "product"], descending=[True, False])
        .head(points)
    )


def _draw_points(
    shown: pl.DataFrame,
    y: Spec,
    tell: Callable[[float], str],
    labelled: int,
    language: str,
    link: Link | None,
) -> Spec:
    t, lines = translator(language), reading(language)
    unit = money_unit(SMALLEST_SHOWN_USD, language)
    groups = [t.gettext("On the shortlist"), t.gettext("Not on the shortlist")]
    values = [
        {
            "x": round(row["unrealised_usd"] / unit.factor, 4),
            "y": round(row["height"], 4),
            "group": groups[0] if row["shortlisted"] else groups[1],
            "tip": (
                f"{row['product']} {shorten(row['description'] or '', 60)}: "
                f"{short_usd(row['unrealised_usd'], language)}; {tell(row['told'])}"
            ),
            **({"href": link(row["product"])} if link else {}),
        }
        for row in reversed(shown.to_dicts())
    ]
    named = _choose_labels(shown, labelled, unit.factor)
    ends = [float(str(value["x"])) for value in values] or [1.0]
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": lines.scale(type="log", nice=False, domain=[min(ends) * 0.85, max(ends) * 1.8]),
        "axis": {
            "title": t.gettext("Unrealised potential, %(unit)s (log scale)") % {"unit": unit.words},
            "format": "~r",
            "values": [step * 10.0**power for power in range(-3, 8) for step in (1, 3)],
        },
    }
    upright = {"field": "y", "type": "quantitative", **y, "axis": {**y["axis"], "orient": lines.start}}
    return {
        "encoding": {"x": x, "y": upright},
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "circle", "size": 42, "opacity": 0.72, "tooltip": True},
                "encoding": {
                    "color": {
                        "field": "group",
                        "type": "nominal",
                        "scale": {"domain": groups, "range": "series"},
                    },
                    "tooltip": [{"field": "tip", "title": t.gettext("Product")}],
                    **({"href": {"field": "href"}} if link else {}),
                },
            },
            {
                "data": {"values": named},
                "mark": {
                    "type": "text",
                    "style": "value_label",
                    "align": lines.start,
                    "dx": lines.shift(7),
                    "dy": -8,
                },
                "encoding": {"text": {"field": "label"}},
            },
        ],
    }


def _choose_labels(shown: pl.DataFrame, count: int, factor: float) -> list[dict[str, Any]]:
    """Return labels of the largest points, none where it would lie over an earlier one."""
    heights = shown["height"].to_list() or [0.0]
    line = LABEL_HEIGHT * (max(heights) - min(heights))
    kept: list[dict[str, Any]] = []
    for row in shown.head(2 * count).select("product", "unrealised_usd", "height").to_dicts():
        mark = {"x": row["unrealised_usd"] / factor, "y": row["height"], "label": row["product"]}
        free = all(
            abs(log10(mark["x"] / other["x"])) > LABEL_WIDTH or abs(mark["y"] - other["y"]) > line
            for other in kept
        )
        if free and len(kept) < count:
            kept.append(mark)
    return kept


def product_space(
    nodes: pl.DataFrame,
    links: pl.DataFrame,
    *,
    language: str,
    wanted: Mapping[str, int],
    scheme: str = "light",
) -> Spec:
    """Return the product space: filled where the exporter is specialised, a ring where the shortlist has lines.

    Parameters
    ----------
    nodes: node (HS code of four digits), rca, m, pci, world_usd, x, y. links: source, target.
    wanted: how many lines of the shortlist each node holds; nodes without any may be left out.
    """
    t = translator(language)
    places = [_describe_node(row, wanted.get(row["node"], 0)) for row in nodes.to_dicts()]
    held = [place for place, m in zip(places, nodes["m"], strict=True) if m]
    others = [place for place, m in zip(places, nodes["m"], strict=True) if not m]
    rings = [{"x": place["x"], "y": place["y"]} for place in places if "lines" in place]
    words = {
        "nodes": format_decimal(len(places), language),
        "held": format_decimal(len(held), language),
        "rings": format_decimal(len(rings), language),
        "near": format_decimal(sum("lines" in place for place in held), language),
    }
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("The product space: what is sold, and what lies near it"),
            description=t.gettext(
                "Network of %(nodes)s products, linked where the same economies sell both. Filled: the %(held)s in "
                "which the exporter is specialised. Ringed: the %(rings)s with lines of the shortlist, %(near)s of "
                "them filled."
            )
            % words,
            height=SPACE_HEIGHT,
        ),
        **_draw_space(held, others, rings, _list_links(nodes, links), language),
    }
    return finish_spec(spec, language)


def _describe_node(row: Mapping[str, Any], lines: int) -> dict[str, Any]:
    """Return what is drawn of a node; names stand once, in the tables its keys are looked up in."""
    node = {"x": round(row["x"] * GRID), "y": round(row["y"] * GRID), "node": row["node"]}
    node |= {"chapter": int(row["node"][:2]) if row["node"][:2].isdigit() else 0, "rca": round(row["rca"], 2)}
    if row["pci"] is not None:
        node["pci"] = round(row["pci"], 2)
    if lines:
        node["lines"] = lines
    return node


def _list_links(nodes: pl.DataFrame, links: pl.DataFrame) -> list[dict[str, int]]:
    places = nodes.select(
        "node",
        x=(pl.col("x") * GRID).round().cast(pl.Int32),
        y=(pl.col("y") * GRID).round().cast(pl.Int32),
    )
    ends = links.select("source", "target").join(places, left_on="source", right_on="node")
    ends = ends.join(places.rename({"x": "x2", "y": "y2"}), left_on="target", right_on="node")
    return ends.select("x", "y", "x2", "y2").to_dicts()


def _draw_space(
    held: list[Spec],
    others: list[Spec],
    rings: list[Spec],
    links: list[dict[str, int]],
    language: str,
) -> Spec:
    t = translator(language)
    scale = {"domain": [-0.02 * GRID, 1.02 * GRID], "nice": False, "zero": False}
    place = {
        axis: {"field": axis, "type": "quantitative", "scale": scale, "axis": None} for axis in ("x", "y")
    }
    chapters = [
        {
            "chapter": int(code),
            "name": name_chapter(code, language),
            "section": name_section(find_section(code), language),
        }
        for code in CHAPTERS
    ]
    named = [
        {
            "lookup": "chapter",
            "from": {"data": {"values": chapters}, "key": "chapter", "fields": ["name", "section"]},
            "default": name_section("", language),
        }
    ]
    seen = {
        **place,
        "color": colour_sections(language, legend=True),
        "tooltip": [
            {"field": "node", "title": t.gettext("Products")},
            {"field": "name", "title": t.gettext("Chapter")},
            {"field": "rca", "title": t.gettext("Comparative advantage (RCA)")},
            {"field": "pci", "title": t.gettext("Product complexity (PCI)")},
            {"field": "lines", "title": t.gettext("Lines of the shortlist")},
        ],
    }
    return {
        "layer": [
            {
                "data": {"values": links},
                "mark": {"type": "rule", "style": "link"},
                "encoding": {**place, "x2": {"field": "x2"}, "y2": {"field": "y2"}},
            },
            {
                "data": {"values": others},
                "transform": named,
                "mark": {"type": "point", "filled": False, "size": 16, "strokeWidth": 1, "opacity": 0.55},
                "encoding": seen,
            },
            {
                "data": {"values": held},
                "transform": named,
                "mark": {"type": "circle", "size": 46, "opacity": 0.95},
                "encoding": seen,
            },
            {
                "data": {"values": rings},
                "mark": {"type": "point", "filled": False, "size": 130, "style": "ring"},
                "encoding": place,
            },
        ],
    }


def market_bars(
    markets: pl.DataFrame,
    *,
    highlight: str,
    names: Mapping[str, str],
    language: str,
    top: int = 15,
    scheme: str = "light",
) -> Spec:
    """Return the exporter's markets with the most unrealised potential, ``highlight`` always among them.

    Parameters
    ----------
    markets: importer, unrealised_usd, rank. names: words for economy codes.
    """
    t, lines = translator(language), reading(language)
    shown = markets.filter((pl.col("rank") <= top) | (pl.col("importer") == highlight)).sort("rank")
    largest = float(shown["unrealised_usd"].max() or 0.0)  # type: ignore[arg-type]
    unit = money_unit(largest, language)
    values = [
        {
            "name": f"{row['rank']}. {names.get(row['importer'], row['importer'])}",
            "value": row["unrealised_usd"] / unit.factor,
            "label": short_usd(row["unrealised_usd"], language),
            "who": 0 if row["importer"] == highlight else 1,
        }
        for row in shown.to_dicts()
    ]
    first = "; ".join(f"{row['name']} {row['label']}" for row in values[:3])
    x = {
        "field": "value",
        "type": "quantitative",
        "scale": lines.scale(
            domain=[0, (largest / unit.factor or 1.0) * label_room(str(row["label"]) for row in values)],
            nice=False,
        ),
        "axis": {
            "title": t.gettext("Unrealised potential, %(unit)s") % {"unit": unit.words},
            "tickCount": 5,
            "format": "~r",
        },
    }
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelLimit": 200, "orient": lines.start, "domain": False},
    }
    colour = {
        "field": "who",
        "type": "ordinal",
        "scale": {"domain": [0, 1], "range": "series"},
        "legend": None,
    }
    text = {"type": "text", "style": "value_label", "align": lines.start, "baseline": "middle"}
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("Unrealised potential by market"),
            description=t.gettext("Bar chart of the markets with most unrealised potential: %(parts)s.")
            % {"parts": first},
            height={"step": 22},
        ),
        "data": {"values": values},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.68}}, "encoding": {"color": colour}},
            {"mark": {**text, "dx": lines.shift(5)}, "encoding": {"text": {"field": "label"}}},
        ],
    }
    return finish_spec(spec, language)
