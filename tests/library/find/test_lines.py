"""Choosing lines: each filter alone and together."""

import polars as pl
import pytest

from corridor.find.lines import LineFilter, add_sections

LINES = pl.DataFrame(
    {
        "product": ["100630", "520942", "850760", "980000"],
        "description": ["Rice, milled", "Denim", None, "National [goods]"],
        "chapter": ["10", "52", "85", "98"],
        "firmness": [1.0, 0.8, 0.3, 0.0],
        "current_usd": [5.0, 0.0, 0.0, 1.0],
    }
)


def test_sections():
    assert add_sections(LINES)["section"].to_list() == ["II", "XI", "XVI", ""]


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (LineFilter(), ["100630", "520942", "850760", "980000"]),
        (LineFilter(section="XI"), ["520942"]),
        (LineFilter(chapter="85"), ["850760"]),
        (LineFilter(firmness=0.8), ["100630", "520942"]),
        (LineFilter(unsold=True), ["520942", "850760"]),
        (LineFilter(words="RICE"), ["100630"]),
        (LineFilter(words="8507"), ["850760"]),
        (LineFilter(words="[goods]"), ["980000"]),
        (LineFilter(words=".*"), []),
        (LineFilter(unsold=True, firmness=0.5), ["520942"]),
    ],
)
def test_filters(chosen, kept):
    assert chosen.keep(LINES)["product"].to_list() == kept
