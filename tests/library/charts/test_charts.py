"""Chart functions: what they draw, in which direction, with whose text only as data."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest

from corridor import charts
from corridor.charts.find import shorten
from corridor.charts.theme import Spec
from corridor.charts.units import money_unit
from corridor.tables import MEETINGS, OPPORTUNITIES, PHASES, SUPPLIERS, TARGET_LINES
from corridor.vocabulary import LANGUAGES

SPITEFUL = "datum.x'); alert(1) //<script>&\"%(name)s"


def suppliers() -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "importer": "XAB",
            "supplier": [f"XB{letter}" for letter in "ABCDEFGHIJKLMN"],
            "value_usd": [14.0e9 - 1e9 * step for step in range(14)],
            "share": [(14 - step) / 105 for step in range(14)],
            "rank": pl.Series(range(1, 15), dtype=pl.Int32),
        }
    )
    return SUPPLIERS.check(frame)


def opportunities(unrealised: list[float]) -> pl.DataFrame:
    count = len(unrealised)
    frame = pl.DataFrame(
        {
            "exporter": "XAA",
            "importer": "XAB",
            "product": [f"{number:06d}" for number in range(count)],
            "current_usd": [0.0, *[2e5] * (count - 1)],
            "partner_imports_usd": 1e9,
            "exporter_total_usd": 1e9,
            "potential_usd": [2e5 + value for value in unrealised],
            "unrealised_usd": unrealised,
            "supply_share": 0.1,
            "import_share": 0.1,
            "trade_balance": 1.0,
            "ease": 1.0,
            "rank": pl.Series(range(1, count + 1), dtype=pl.Int32),
            "firmness": 1.0,
            "shortlisted": [number < 2 for number in range(count)],
        }
    )
    return OPPORTUNITIES.check(frame)


def chapters() -> pl.DataFrame:
    return pl.DataFrame({"chapter": ["10", "52"], "unrealised_usd": [3e6, 1e6]})


def target_lines() -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "line": ["realised", "unrealised_potential", "no_source_found"],
            "value_usd": [3e9, 1e9, 46e9],
            "cap_usd": [3e9, 1e9, None],
            "basis": ["trade", "potential", "none"],
        }
    )
    return TARGET_LINES.check(frame)


def meetings() -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "request": ["r1", "r2"],
            "first": ["g1", "h1"],
            "second": ["h1", "g2"],
            "slot": pl.Series([0, 2], dtype=pl.Int32),
            "table": pl.Series([0, 4], dtype=pl.Int32),
        }
    )
    return MEETINGS.check(frame)


def phases() -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "project": ["late", "early"],
            "start_quarter": pl.Series([3, 0], dtype=pl.Int32),
            "end_quarter": pl.Series([5, 2], dtype=pl.Int32),
            "cost_usd": [2e6, 5e6],
        }
    )
    return PHASES.check(frame)


def funnel() -> pl.DataFrame:
    return pl.DataFrame({"stage": ["lead", "contract"], "reached": [40, 10]})


ALL: dict[str, Callable[..., Spec]] = {
    "suppliers_bar": lambda language, name="A": charts.suppliers_bar(
        suppliers(), highlight="XBN", names={"XBN": name}, language=language
    ),
    "chapter_bar": lambda language, name="A": charts.chapter_bar(
        chapters(), names={"10": name}, language=language
    ),
    "shortlist_pareto": lambda language, name="A": charts.shortlist_pareto(
        opportunities([8e6, 1e6, 5e5, 5e5]), language=language
    ),
    "potential_scatter": lambda language, name="A": charts.potential_scatter(
        opportunities([8e6, 1e6, 5e5, 5e5]), language=language
    ),
    "target_waterfall": lambda language, name="A": charts.target_waterfall(
        target_lines(), names={"realised": name}, language=language
    ),
    "scenario_bars": lambda language, name="A": charts.scenario_bars(
        [("low", target_lines()), (name, target_lines())], names={"realised": "R"}, language=language
    ),
    "change_waterfall": lambda language, name="A": charts.change_waterfall(
        pl.DataFrame({"term": ["ease", "left", "rounding", "entered"], "value_usd": [5e8, 0.0, 1e-6, -2e8]}),
        first_usd=8e8,
        second_usd=1.1e9,
        names={"ease": name},
        language=language,
    ),
    "front_scatter": lambda language, name="A": charts.front_scatter(
        opportunities([8e6, 1e6, 5e5, 5e5]).with_columns(layer=pl.int_range(1, pl.len() + 1)),
        across="firmness",
        names={"firmness": name},
        language=language,
    ),
    "schedule_grid": lambda language, name="A": charts.schedule_grid(
        meetings(),
        rows=["g1", "g2"],
        slot_labels=["09:00", "09:30", "10:00"],
        names={"g1": name, "g2": "B"},
        language=language,
    ),
    "roadmap_gantt": lambda language, name="A": charts.roadmap_gantt(
        phases(),
        names={"late": name, "early": "B"},
        quarter_labels=["Q1", "Q2", "Q3", "Q4", "Q5", "Q6"],
        language=language,
    ),
    "conversion_funnel": lambda language, name="A": charts.conversion_funnel(
        funnel(), names={"lead": name}, language=language
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", ALL)
def test_every_chart_is_drawn_in_every_language(chart: str, language: str) -> None:
    spec = ALL[chart](language)
    assert spec["$schema"].endswith("v6.json")
    assert spec["description"].endswith((".", "。", "۔"))
    svg = charts.render_svg(spec)
    assert svg.startswith("<svg")
    assert "NaN" not in svg


def nested(part: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for name, item in part.items():
            yield from nested(item, key if key == "values" else name)
    elif isinstance(part, list):
        for item in part:
            yield from nested(item, key)
    elif isinstance(part, str):
        yield key, part


@pytest.mark.parametrize(
    "chart",
    [
        "suppliers_bar",
        "target_waterfall",
        "schedule_grid",
        "conversion_funnel",
        "scenario_bars",
        "change_waterfall",
        "front_scatter",
    ],
)
def test_a_users_text_is_only_data_or_a_title(chart: str) -> None:
    spec = ALL[chart]("en", SPITEFUL)
    where = {key for key, text in nested(spec) if SPITEFUL in text}
    assert where <= {"values", "sort", "description", "title"}
    assert not {"labelExpr", "calculate", "filter", "transform", "url"} & set(_keys(spec))
    # an expression holds numbers and the width of the plot, nothing else
    expressions = [text for key, text in nested(spec) if key == "expr"]
    assert all(re.fullmatch(r"[-+*/(),. 0-9e]*", re.sub("width|max", "", each)) for each in expressions)
    assert "<script" not in charts.render_svg(spec)


def _keys(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from part
        for item in part.values():
            yield from _keys(item)
    elif isinstance(part, list):
        for item in part:
            yield from _keys(item)


def test_what_is_too_small_for_a_logarithm_is_drawn_at_the_floor_and_said_so() -> None:
    lines = opportunities([8e6, 1e-3]).with_columns(layer=pl.int_range(1, pl.len() + 1))
    spec = charts.front_scatter(lines, across="firmness", names={}, language="en")
    assert [row["y"] for row in spec["layer"][0]["data"]["values"]] == pytest.approx([8.0, 0.01])
    assert spec["encoding"]["y"]["axis"]["title"].endswith("below 0.01 shown at 0.01)")


def test_inputs_are_not_modified() -> None:
    frame = target_lines()
    before = frame.clone()
    charts.target_waterfall(frame, names={}, language="ur")
    assert frame.equals(before)


def test_suppliers_end_with_the_highlighted_one_wherever_it_ranks() -> None:
    values = ALL["suppliers_bar"]("en", "Ours")["data"]["values"]
    assert [row["name"] for row in values][-1] == "14. Ours"
    assert [row["who"] for row in values] == [1] * 10 + [0]
    assert values[-1]["label"] == "0.95%"


def test_pareto_marks_the_smallest_number_of_lines() -> None:
    spec = ALL["shortlist_pareto"]("en")
    rule = spec["layer"][2]["data"]["values"][0]
    assert rule["lines"] == 1
    assert rule["words"] == "1 line: 80%"
    one_more = charts.shortlist_pareto(opportunities([7.9e6, 1e6, 6e5, 5e5, 0.0]), language="en")
    assert one_more["layer"][2]["data"]["values"][0]["lines"] == 2
    assert one_more["layer"][0]["data"]["values"][-1] == {"lines": 4, "share": pytest.approx(1.0)}


def test_scatter_draws_nothing_at_its_floor_and_accents_on_top() -> None:
    spec = ALL["potential_scatter"]("en")
    points = spec["layer"][1]["data"]["values"]
    assert min(row["current"] for row in points) == pytest.approx(0.01)
    assert [row["group"] for row in points][-2:] == ["On the shortlist"] * 2


def test_waterfall_closes_on_the_target() -> None:
    values = ALL["target_waterfall"]("en")["data"]["values"]
    assert [round(row["start"], 9) for row in values] == [0, 3, 4, 0]
    assert [round(row["stop"], 9) for row in values] == [3, 4, 50, 50]
    assert values[2]["label"] == "46 billion USD"


def test_a_change_leads_from_one_total_to_the_other() -> None:
    values = ALL["change_waterfall"]("en")["data"]["values"]
    assert [row["name"] for row in values] == ["first_run", "A", "entered", "second_run"]
    assert [round(row["stop"], 9) for row in values] == [0.8, 1.3, 1.1, 1.1]
    assert [row["kind"] for row in values] == [1, 0, 2, 1]
    assert values[1]["label"] == "+500 million USD"


def test_small_changes_are_drawn_near_the_totals_and_said_so() -> None:
    spec = charts.change_waterfall(
        pl.DataFrame({"term": ["ease", "rounding"], "value_usd": [4e6, -3e6]}),
        first_usd=851e6,
        second_usd=852e6,
        names={},
        language="en",
    )
    x = spec["layer"][0]["encoding"]["x"]
    assert x["scale"]["domain"][0] == pytest.approx(847)
    assert "begins at 847 million USD, not at zero" in x["axis"]["title"]
    assert spec["data"]["values"][0]["start"] == pytest.approx(847)


def test_grid_shows_both_sides_of_a_meeting_with_tables_from_one() -> None:
    filled = ALL["schedule_grid"]("en")["layer"][1]["data"]["values"]
    assert filled == [
        {"name": "A", "with": "h1", "slot": "09:00", "table": "1"},
        {"name": "B", "with": "h1", "slot": "10:00", "table": "5"},
    ]


def test_gantt_begins_with_the_earliest() -> None:
    values = ALL["roadmap_gantt"]("en")["data"]["values"]
    assert [(row["name"], row["start"], row["stop"]) for row in values] == [("B", 0, 2), ("A", 3, 5)]


def test_urdu_reads_from_the_right() -> None:
    spec = ALL["suppliers_bar"]("ur")
    assert spec["encoding"]["x"]["scale"]["reverse"] is True
    assert spec["encoding"]["y"]["axis"]["orient"] == "right"
    assert spec["data"]["values"][0]["name"].startswith("\u2067")
    english = ALL["suppliers_bar"]("en")
    assert "reverse" not in english["encoding"]["x"]["scale"]
    assert "\u2067" not in json.dumps(english)


def test_colours_stand_in_the_configuration_only() -> None:
    for chart in ALL.values():
        spec = dict(chart("en"))
        spec.pop("config")
        assert "#" not in json.dumps({**spec, "$schema": ""})


def test_axis_units_follow_the_language() -> None:
    assert money_unit(5e10, "en").words == "billion USD"
    assert (money_unit(5e10, "zh-Hans").factor, money_unit(5e7, "zh-Hans").factor) == (1e8, 1e4)
    assert money_unit(5e7, "ur").factor == 1e7


def test_names_are_cut_at_a_word() -> None:
    assert shorten("Other made up textile articles", 20) == "Other made up…"
    assert shorten("short", 20) == "short"
