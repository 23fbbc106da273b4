"""Treemaps: areas, nesting, and the worked example of Bruls, Huizing & van Wijk."""

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor import charts
from corridor.charts.treemaps import GRID, Box, squarify
from corridor.errors import InputError
from corridor.find.lines import add_sections


def test_the_worked_example_of_the_paper():
    # Figure 4: areas 6, 6, 4, 3, 2, 2, 1 in a rectangle of 6 × 4.
    boxes = squarify([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))
    expected = [
        (0, 0, 3, 2),
        (0, 2, 3, 2),
        (3, 0, 12 / 7, 7 / 3),
        (3 + 12 / 7, 0, 9 / 7, 7 / 3),
        (3, 7 / 3, 6 / 5, 5 / 3),
        (3 + 6 / 5, 7 / 3, 6 / 5, 5 / 3),
        (3 + 12 / 5, 7 / 3, 3 / 5, 5 / 3),
    ]
    for box, (x, y, width, height) in zip(boxes, expected, strict=True):
        assert (box.x, box.y, box.width, box.height) == pytest.approx((x, y, width, height))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40), st.floats(1, 900), st.floats(1, 900))
def test_areas_are_in_proportion_inside_and_do_not_overlap(values, width, height):
    values = sorted(values, reverse=True)
    frame = Box(3, 5, width, height)
    boxes = squarify(values, frame)
    total = width * height
    for value, box in zip(values, boxes, strict=True):
        assert box.width * box.height == pytest.approx(value / sum(values) * total, rel=1e-6)
        assert box.x >= 3 - 1e-6 and box.x + box.width <= 3 + width * (1 + 1e-6)
        assert box.y >= 5 - 1e-6 and box.y + box.height <= 5 + height * (1 + 1e-6)
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert across < 1e-6 * width or down < 1e-6 * height


def test_nothing_to_show_gives_empty_rectangles():
    assert squarify([0, 0], Box(0, 0, 4, 4)) == [Box(0, 0, 0, 0)] * 2
    assert squarify([], Box(0, 0, 4, 4)) == []


@pytest.fixture
def lines() -> pl.DataFrame:
    codes = ["100630", "100590", "520942", "520512", "850760", "990000"]
    return add_sections(
        pl.DataFrame(
            {
                "product": codes,
                "description": ["Rice, milled", "Maize", "Denim", None, "Lithium-ion accumulators", "Other"],
                "chapter": [code[:2] for code in codes],
                "unrealised_usd": [60e6, 28e6, 36e6, 6e6, 3e6, 0.0],
                "shortlisted": [True, True, True, False, False, False],
            }
        )
    )


def tiles(spec) -> list[dict]:
    return spec["data"]["values"]


@pytest.mark.parametrize(("level", "count"), [("section", 3), ("chapter", 3), ("product", 5)])
def test_areas_of_the_tiles_sum_to_the_whole_but_for_strips(lines, level, count):
    shown = tiles(charts.potential_treemap(lines, language="en", level=level))
    assert len(shown) == count
    area = sum((tile["b"] - tile["a"]) * (tile["d"] - tile["c"]) for tile in shown) / GRID**2
    assert area == pytest.approx(1 if level == "section" else 0.96, abs=0.03)


def test_tiles_say_what_they_are_and_lead_to_their_product(lines):
    spec = charts.potential_treemap(lines, language="en", link=lambda code: f"/line/{code}?run=x")
    by_code = {tile["code"]: tile for tile in tiles(spec)}
    assert by_code["100630"]["href"] == "/line/100630?run=x"
    assert "Rice, milled" in by_code["100630"]["tip"] and "60" in by_code["100630"]["tip"]
    assert by_code["100630"]["strong"] > by_code["850760"]["strong"]
    assert "990000" not in by_code
    assert "Plant products 66%" in spec["description"]


def test_addresses_stay_as_they_are_in_urdu_and_words_are_isolated(lines):
    spec = charts.potential_treemap(lines, language="ur", link=lambda code: f"/line/{code}")
    tile = tiles(spec)[0]
    assert tile["href"] == "/line/100630"
    assert tile["tip"].startswith("\u2067")
    assert spec["layer"][0]["encoding"]["x"]["scale"]["reverse"] is True


def test_the_smallest_products_of_a_chapter_share_a_tile():
    many = add_sections(
        pl.DataFrame(
            {
                "product": [f"52{number:04d}" for number in range(400)],
                "description": "Cotton",
                "chapter": "52",
                "unrealised_usd": [float(1000 - number) for number in range(400)],
                "shortlisted": False,
            }
        )
    )
    spec = charts.potential_treemap(many, language="en", link=lambda code: code)
    rest = [tile for tile in tiles(spec) if "href" not in tile]
    assert len(tiles(spec)) == 221 and len(rest) == 1
    assert rest[0]["label"] == "180 smaller products" and rest[0]["code"] == "+180"
    assert len(json.dumps(spec)) < 150_000


def test_an_unknown_level_is_named(lines):
    with pytest.raises(InputError, match="level 'heading'"):
        charts.potential_treemap(lines, language="en", level="heading")
