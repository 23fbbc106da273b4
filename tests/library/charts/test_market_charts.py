"""Charts of a product's suppliers: valid, ours in the accent, names that do not crowd."""

import json

import polars as pl
import pytest

from corridor.charts import competitors_bar, render_svg, shares_lines

NAMES = {"XAA": "Ours", "XAB": "First", "XAC": "Second", "XAD": "Third"}
COMPETITORS = pl.DataFrame(
    {
        "importer": ["XZZ"] * 3,
        "product": ["100630"] * 3,
        "supplier": ["XAB", "XAC", "XAA"],
        "value_usd": [50.0, 30.0, 1.0],
        "share": [0.6, 0.36, 0.01],
        "rank": [1, 2, 9],
    }
)
YEARS = pl.DataFrame(
    {
        "year": [2022, 2024] * 4,
        "supplier": ["XAA"] * 2 + ["XAB"] * 2 + ["XAC"] * 2 + ["XAD"] * 2,
        "share": [0.1, 0.10, 0.5, 0.6, 0.4, 0.11, 0.1, 0.3],
    }
)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ur"])
def test_charts_render(language):
    for chart in (
        competitors_bar(COMPETITORS, highlight="XAA", names=NAMES, language=language),
        shares_lines(YEARS, highlight="XAA", names=NAMES, language=language),
    ):
        assert "<svg" in render_svg(chart)
        assert chart["title"] and chart["description"]


def test_the_exporter_has_the_accent_and_its_rank():
    chart = competitors_bar(COMPETITORS, highlight="XAA", names=NAMES, language="en")
    ours = [row for row in chart["data"]["values"] if row["who"] == 0]
    assert [row["name"] for row in ours] == ["9. Ours"]
    assert "First with 60.0%" in chart["description"]


def test_our_name_is_kept_and_crowding_ones_are_dropped():
    chart = shares_lines(YEARS, highlight="XAA", names=NAMES, language="en")
    labels = [row["name"] for row in chart["layer"][1]["data"]["values"]]
    # Second ends at 11 %, beside our 10 %.
    assert labels == ["Ours", "First", "Third"]
    assert chart["layer"][0]["encoding"]["x"]["axis"]["values"] == [2022, 2024]
    assert "XAC" not in json.dumps(chart)
