"""The treemap of unrealised potential, squarified: areas in proportion to values, as near to squares as they go.

Source: Bruls, Huizing & van Wijk (2000), "Squarified Treemaps", Data Visualization 2000, 33–42. Vega-Lite
has no mark for them, so the rectangles are laid out here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from corridor.charts.find import shorten
from corridor.charts.sections import colour_sections, name_chapter, name_section
from corridor.charts.theme import WIDTH, Spec, base_spec, finish_spec, reading
from corridor.charts.units import short_usd
from corridor.errors import InputError
from corridor.locale import format_decimal, format_percent, translator

LEVELS: Final = ("section", "chapter", "product")
#: Height in pixels: known, while the width is the page's.
TREE_HEIGHT: Final = 460
#: A section's strip with its name, in pixels; below this height a section has none.
STRIP: Final = 18
STRIP_FROM: Final = 44
#: Tiles of single products; the rest of a chapter is one tile.
TILES: Final = 220
#: Coordinates are whole numbers up to this: a third of the size of fractions.
GRID: Final = 10_000
#: Room that a character of a label takes, in pixels; scripts of wide characters take more.
CHARACTER: Final = {"en": 6.0, "zh-Hans": 11.5, "ur": 6.5}
Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left upper corner, width and height, in any unit."""

    x: float
    y: float
    width: float
    height: float

    def below(self, strip: float) -> "Box":
        """Return what is left under a strip of this height at the top."""
        return Box(self.x, self.y + strip, self.width, max(self.height - strip, 0.0))


def squarify(values: Sequence[float], box: Box) -> list[Box]:
    """Return a rectangle within ``box`` for each value, in order; areas are in proportion to the values.

    ``values`` are not negative and fall (largest first), as the method wants them. Where all are zero every
    rectangle is empty.
    """
    total = sum(values)
    if not total:
        return [Box(box.x, box.y, 0.0, 0.0) for _ in values]
    scale = box.width * box.height / total
    areas = [value * scale for value in values]
    placed: list[Box] = []
    start, free = 0, box
    while start < len(areas):
        stop = _fill_row(areas, start, min(free.width, free.height))
        row, free = _place_row(areas[start:stop], free)
        placed += row
        start = stop
    return placed


def _fill_row(areas: Sequence[float], start: int, side: float) -> int:
    """Return where the row that begins at ``start`` ends: one more would make its worst rectangle longer."""
    stop, worst = start, float("inf")
    total = 0.0
    while stop < len(areas):
        total += areas[stop]
        longer = _measure_worst(areas[start], areas[stop], total, side)
        if longer > worst:
            break
        stop, worst = stop + 1, longer
    return max(stop, start + 1)


def _measure_worst(largest: float, smallest: float, total: float, side: float) -> float:
    """Return the largest ratio of sides in a row along ``side`` (section 3 of the paper)."""
    if not smallest or not side:
        return float("inf")
    return max(side * side * largest / (total * total), total * total / (side * side * smallest))


def _place_row(areas: Sequence[float], free: Box) -> tuple[list[Box], Box]:
    """Return the rectangles of a row along the shorter side, and what remains free."""
    total = sum(areas)
    upright = free.width >= free.height
    side = free.height if upright else free.width
    depth = total / side if side else 0.0
    boxes, along = [], 0.0
    for area in areas:
        length = area / depth if depth else 0.0
        if upright:
            boxes.append(Box(free.x, free.y + along, depth, length))
        else:
            boxes.append(Box(free.x + along, free.y, length, depth))
        along += length
    if upright:
        return boxes, Box(free.x + depth, free.y, max(free.width - depth, 0.0), free.height)
    return boxes, Box(free.x, free.y + depth, free.width, max(free.height - depth, 0.0))


@dataclass(frozen=True, slots=True)
class _Tile:
    """One rectangle: what it is, its value and where it lies (in pixels of a chart of the nominal width)."""

    kind: str
    section: str
    code: str
    name: str
    value: float
    box: Box
    shortlisted: bool = False


def potential_treemap(
    lines: pl.DataFrame,
    *,
    language: str,
    level: str = "product",
    link: Link | None = None,
    scheme: str = "light",
) -> Spec:
    """Return a treemap of unrealised potential by section, chapter and product of the Harmonized System.

    Single tiles are drawn for the largest products, one for the rest of each chapter. Labels stand only
    where they fit. Tiles of the shortlist are stronger in colour.

    Parameters
    ----------
    lines: product, description, chapter, section (``""`` for none), unrealised_usd, shortlisted.
    level: how far down, ``section``, ``chapter`` or ``product``.
    link: gives the address that the tile of a product leads to.

    Raises
    ------
    InputError: an unknown level.
    """
    if level not in LEVELS:
        raise InputError(f"level {level!r} of a treemap", rule=f"one of {', '.join(LEVELS)}")
    t = translator(language)
    positive = lines.filter(pl.col("unrealised_usd") > 0)
    total = float(positive["unrealised_usd"].sum())
    tiles = _lay_tiles(positive, level, language)
    largest = sorted((tile for tile in tiles if tile.kind == "section"), key=lambda tile: -tile.value)[:3]
    words = {
        "lines": format_decimal(positive.height, language),
        "usd": short_usd(total, language),
        "parts": "; ".join(
            f"{tile.name} {format_percent(tile.value / total, language, digits=0)}" for tile in largest
        ),
    }
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("Unrealised potential by section, chapter and product"),
            description=t.gettext(
                "Treemap of the unrealised potential of %(lines)s products, together %(usd)s. Largest: %(parts)s."
            )
            % words,
            height=TREE_HEIGHT,
        ),
        **_draw_tiles(tiles, total, language, link),
    }
    return finish_spec(spec, language)


def _lay_tiles(lines: pl.DataFrame, level: str, language: str) -> list[_Tile]:
    frame = Box(0, 0, WIDTH, TREE_HEIGHT)
    tiles: list[_Tile] = []
    for section, part, box in _split(lines, "section", frame):
        name = name_section(section, language)
        value = float(part["unrealised_usd"].sum())
        tiles.append(_Tile("section", section, section, name, value, box))
        if level == "section":
            continue
        inner = box.below(STRIP) if box.height >= STRIP_FROM else box
        for chapter, goods, place in _split(part, "chapter", inner):
            value = float(goods["unrealised_usd"].sum())
            tiles.append(_Tile("chapter", section, chapter, name_chapter(chapter, language), value, place))
            if level == "product":
                tiles += _lay_products(goods, section, place, lines, language)
    return tiles


def _lay_products(
    goods: pl.DataFrame, section: str, box: Box, lines: pl.DataFrame, language: str
) -> list[_Tile]:
    """Return a tile for each of the chapter's products that are large enough, and one for the rest."""
    ranked = lines["unrealised_usd"].sort(descending=True)
    large = pl.col("unrealised_usd") >= float(ranked[min(TILES, len(ranked)) - 1])
    rest = goods.filter(~large)
    entries = [
        (
            row["unrealised_usd"],
            "product",
            row["product"],
            row["description"] or row["product"],
            row["shortlisted"],
        )
        for row in goods.filter(large).sort("product").to_dicts()
    ]
    if rest.height:
        count = format_decimal(rest.height, language)
        more = translator(language).ngettext(
            "%(count)s smaller product", "%(count)s smaller products", rest.height
        )
        value = float(rest["unrealised_usd"].sum())
        entries.append((value, "rest", f"+{count}", more % {"count": count}, False))
    entries.sort(key=lambda entry: -entry[0])
    boxes = squarify([entry[0] for entry in entries], box)
    return [
        _Tile(kind, section, code, name, value, where, shortlisted)
        for (value, kind, code, name, shortlisted), where in zip(entries, boxes, strict=True)
    ]


def _split(lines: pl.DataFrame, by: str, box: Box) -> list[tuple[str, pl.DataFrame, Box]]:
    """Return the parts of ``lines`` by a column, the largest first, each with its rectangle."""
    sums = (
        lines.group_by(by)
        .agg(pl.col("unrealised_usd").sum())
        .sort(["unrealised_usd", by], descending=[True, False])
    )
    parts = lines.partition_by(by, as_dict=True)
    boxes = squarify(sums["unrealised_usd"].to_list(), box)
    return [(code, parts[(code,)], where) for code, where in zip(sums[by], boxes, strict=True)]


def _draw_tiles(tiles: Sequence[_Tile], total: float, language: str, link: Link | None) -> Spec:
    lines = reading(language)
    deepest = [tile for tile in tiles if tile.kind in ("product", "rest")]
    deepest = deepest or [tile for tile in tiles if tile.kind == "chapter"] or list(tiles)
    nested = deepest[0].kind != "section" if deepest else False
    values = [_describe_tile(tile, total, language, link) for tile in deepest]
    strips = [
        _describe_tile(tile, total, language, None)
        for tile in tiles
        if nested and tile.kind == "section" and tile.box.height >= STRIP_FROM
    ]
    frames = [_place(tile.box) for tile in tiles if nested and tile.kind in ("section", "chapter")]
    place = {
        "x": {
            "field": "a",
            "type": "quantitative",
            "scale": lines.scale(domain=[0, GRID], nice=False, zero=False),
            "axis": None,
        },
        "x2": {"field": "b"},
        "y": {
            "field": "c",
            "type": "quantitative",
            "scale": {"domain": [0, GRID], "reverse": True, "nice": False},
            "axis": None,
        },
        "y2": {"field": "d"},
    }
    text = {
        "type": "text",
        "style": "value_label",
        "baseline": "top",
        "align": lines.start,
        "dx": lines.shift(4),
    }
    label = {"x": place["x"], "y": place["y"], "text": {"field": "label"}}
    # ``width`` is the page's, known only where the chart is drawn
    wide = f"(datum.b - datum.a) / {GRID} * width > "
    tall = f"(datum.d - datum.c) / {GRID} * {TREE_HEIGHT} > "
    fits, brief, small = wide + "datum.room", wide + "datum.less", wide + "46"
    return {
        "data": {"values": values},
        "layer": [
            {
                "mark": {
                    "type": "rect",
                    "style": "tile",
                    "tooltip": True,
                    "cursor": "pointer" if link else None,
                },
                "encoding": {
                    **place,
                    "color": colour_sections(language, legend=False),
                    "opacity": {"field": "strong", "type": "quantitative", "scale": None},
                    **({"href": {"field": "href"}} if link else {}),
                    "tooltip": [{"field": "tip", "title": translator(language).gettext("Product")}],
                },
            },
            {
                "data": {"values": frames},
                "mark": {"type": "rect", "filled": False, "style": "frame"},
                "encoding": place,
            },
            {
                "transform": [{"filter": f"{fits} && {tall} 16"}],
                "mark": {**text, "dy": 4},
                "encoding": label,
            },
            {
                "transform": [{"filter": f"!({fits}) && {brief} && {tall} 16"}],
                "mark": {**text, "dy": 4},
                "encoding": {**label, "text": {"field": "short"}},
            },
            {
                "transform": [{"filter": f"!({brief}) && {small} && {tall} 16"}],
                "mark": {**text, "dy": 4},
                "encoding": {**label, "text": {"field": "code"}},
            },
            {
                "transform": [{"filter": f"{small} && {tall} 34"}],
                "mark": {**text, "dy": 19, "style": "quiet_label"},
                "encoding": {**label, "text": {"field": "share"}},
            },
            *_label_strips(strips, {"label": fits, "short": f"!({fits}) && {brief}"}, text, label),
        ],
    }


def _label_strips(strips: list[Spec], conditions: dict[str, str], text: Spec, label: Spec) -> list[Spec]:
    """Return the layers of the sections' names: each field is shown where its condition holds."""
    return [
        {
            "data": {"values": strips},
            "transform": [{"filter": condition}],
            "mark": {**text, "dy": 4, "fontWeight": "bold"},
            "encoding": {**label, "text": {"field": words}},
        }
        for words, condition in conditions.items()
    ]


def _place(box: Box) -> dict[str, Any]:
    return {
        "a": round(box.x / WIDTH * GRID),
        "b": round((box.x + box.width) / WIDTH * GRID),
        "c": round(box.y / TREE_HEIGHT * GRID),
        "d": round((box.y + box.height) / TREE_HEIGHT * GRID),
    }


def _describe_tile(tile: _Tile, total: float, language: str, link: Link | None) -> dict[str, Any]:
    share = format_percent(tile.value / total if total else 0.0, language)
    name, short = shorten(tile.name, 30), shorten(tile.name, 16)
    character = CHARACTER["en" if tile.kind == "product" else language]
    row = {
        **_place(tile.box),
        "section": name_section(tile.section, language),
        "code": tile.code,
        "label": name,
        "short": short,
        "room": round(8 + len(name) * character),
        "less": round(8 + len(short) * character),
        "share": share,
        "strong": 0.62 if tile.shortlisted else 0.34,
        "tip": f"{tile.code} {shorten(tile.name, 70)}: {short_usd(tile.value, language)} ({share})",
    }
    if link is not None and tile.kind == "product":
        row["href"] = link(tile.code)
    return row
