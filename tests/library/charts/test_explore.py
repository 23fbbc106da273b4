"""Scatter plots, product space and markets: what they draw and say."""

import json

import polars as pl
import pytest

from corridor import charts
from corridor.charts.explore import SMALLEST_SHOWN_USD
from corridor.charts.render import render_svg
from corridor.vocabulary import LANGUAGES


@pytest.fixture
def lines() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "product": ["100630", "520942", "850760", "010121"],
            "description": ["Rice", "Denim", None, "Horses"],
            "unrealised_usd": [60e6, 36e6, 2e6, SMALLEST_SHOWN_USD],
            "firmness": [1.0, 1.0, 0.4, 0.0],
            "shortlisted": [True, True, False, False],
            "pci": [-2.7, -2.1, None, 0.3],
        }
    )


@pytest.fixture
def space() -> tuple[pl.DataFrame, pl.DataFrame]:
    nodes = pl.DataFrame(
        {
            "node": ["0101", "5209", "8507"],
            "rca": [0.2, 22.9, 0.004],
            "m": [0, 1, 0],
            "pci": [0.9, -2.1, None],
            "world_usd": [1e9, 2e9, 3e9],
            "x": [0.0, 0.5, 1.0],
            "y": [0.25, 1.0, 0.0],
        }
    )
    links = pl.DataFrame({"source": ["0101", "5209"], "target": ["5209", "8507"]})
    return nodes, links


def points(spec) -> list[dict]:
    return spec["layer"][0]["data"]["values"]


def test_firmness_is_spread_within_its_step_only(lines):
    spec = charts.potential_by_firmness(lines, language="en")
    assert len(points(spec)) == 3  # the smallest amount is left out
    for point in points(spec):
        told = float(point["tip"].rsplit("; ", 1)[1].rstrip("%")) / 100
        assert abs(point["y"] - told) <= 0.025 + 1e-9
    assert "2 of them, with 96 million USD" in spec["description"]


def test_complexity_leaves_out_what_is_not_known(lines):
    shown = points(charts.potential_by_complexity(lines, language="en"))
    assert [point["y"] for point in shown] == [-2.1, -2.7]


def test_labels_do_not_lie_over_each_other(lines):
    close = pl.concat([lines.head(1).with_columns(product=pl.lit(f"10063{n}")) for n in range(9)])
    labels = charts.potential_by_complexity(close, language="en")["layer"][1]["data"]["values"]
    assert [label["label"] for label in labels] == ["100630"]


def test_space_fills_what_is_sold_and_rings_what_is_wanted(space):
    nodes, links = space
    spec = charts.product_space(nodes, links, language="en", wanted={"0101": 3, "9999": 1})
    drawn, others, held, rings = (layer["data"]["values"] for layer in spec["layer"])
    assert [node["node"] for node in held] == ["5209"]
    assert [node["node"] for node in others] == ["0101", "8507"]
    assert rings == [{"x": 0, "y": 2500}]
    assert drawn[0] == {"x": 0, "y": 2500, "x2": 5000, "y2": 10000}
    assert others[0]["lines"] == 3 and "pci" not in others[1]
    assert "Ringed: the 1 with lines" in spec["description"] and "0 of them filled" in spec["description"]


def test_markets_keep_the_partner_among_them():
    markets = pl.DataFrame(
        {
            "importer": [f"XB{letter}" for letter in "ABCDEF"],
            "unrealised_usd": [6e8, 5e8, 4e8, 3e8, 2e8, 1e6],
            "rank": pl.Series(range(1, 7), dtype=pl.Int32),
        }
    )
    spec = charts.market_bars(markets, highlight="XBF", names={"XBA": "Alpha"}, language="en", top=2)
    values = spec["data"]["values"]
    assert [row["name"] for row in values] == ["1. Alpha", "2. XBB", "6. XBF"]
    assert [row["who"] for row in values] == [1, 1, 0]
    assert "1. Alpha 600 million USD" in spec["description"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_can_be_drawn(lines, space, language):
    drawn = [
        charts.potential_by_firmness(lines, language=language, link=str),
        charts.potential_by_complexity(lines, language=language),
        charts.product_space(*space, language=language, wanted={"0101": 1}),
    ]
    for spec in drawn:
        json.dumps(spec)
        svg = render_svg(spec)
        # every point, tile and node is drawn: nothing was dropped for a field that is not there
        assert svg.count("<path") >= 3
