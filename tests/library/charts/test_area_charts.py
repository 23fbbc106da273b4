"""The bars of areas: parts that sum to the score, only what is comparable, whose names are only data."""

import json

import polars as pl
import pytest

from corridor import charts
from corridor.vocabulary import AREA_CRITERIA, LANGUAGES

WEIGHTS = {"strength": 0.4, "need": 0.3, "effect": 0.2, "readiness": 0.1}


def areas() -> pl.DataFrame:
    rows = [
        ("one", 1, (0.4 * 1.0 + 0.3 * 0.5) / 0.7, 0.9, True, True, 1.0, 0.5, None, None),
        ("two", 2, 0.4, 0.1, True, False, 0.4, 0.4, 0.4, 0.4),
        ("three", None, None, None, False, False, None, None, None, None),
    ]
    names = ("area", "rank", "score", "firmness", "comparable", "chosen", *AREA_CRITERIA)
    return pl.DataFrame(rows, schema=list(names), orient="row")


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_sum_to_the_score_over_the_evidence_there_is(language):
    spec = charts.area_bars(
        areas(),
        weights=WEIGHTS,
        names={"one": "One", "two": "</script>"},
        criteria={name: name for name in AREA_CRITERIA},
        language=language,
    )
    parts = pl.DataFrame(spec["layer"][0]["data"]["values"])
    sums = dict(parts.group_by("name").agg(pl.col("part").sum()).iter_rows())
    assert len(sums) == 2
    assert sorted(sums.values()) == pytest.approx([0.4, 0.55 / 0.7])
    assert "three" not in json.dumps(spec)
    charts.render_svg(spec)
