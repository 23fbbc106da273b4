"""The brief: what the paper says, in every language, of real and of generated records."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from corridor.flow import FlowOptions, FlowResult, compose_flow, known_target
from corridor.reports.brief import build_brief
from corridor.reports.document import (
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Table,
    iterate_spans,
    plain,
)
from corridor.vocabulary import LANGUAGES

OPTIONS = FlowOptions(as_of=date(2026, 11, 23), time_limit_s=0.5, target=known_target("PAK", "CHN"))


@pytest.fixture(scope="module")
def result() -> FlowResult:
    return compose_flow("PAK", "CHN", OPTIONS)


@pytest.fixture(scope="module")
def real_result() -> FlowResult:
    return compose_flow("PAK", "CHN", replace(OPTIONS, real_only=True))


def headings(paper: Document) -> list[str]:
    return [block.anchor for block in paper.blocks if isinstance(block, Heading) and block.level == 1]


def sentences(paper: Document) -> str:
    return " ".join(plain(block.content) for block in paper.blocks if isinstance(block, Paragraph))


def tables(paper: Document) -> Iterator[Table]:
    return (block for block in paper.blocks if isinstance(block, Table))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sections_stand_in_order_in_every_language(result: FlowResult, language: str) -> None:
    paper = build_brief(result, language)
    assert headings(paper) == [
        "areas",
        "find",
        "sources",
        "match",
        "meet",
        "plan",
        "target",
        "deliver",
        "provenance",
    ]
    assert isinstance(paper.blocks[0], Paragraph)
    assert paper.blocks[0].role == "lead"
    assert isinstance(paper.blocks[1], Facts)
    assert len(paper.blocks[1].items) <= 5


def section(paper: Document, anchor: str) -> Document:
    """Return a paper with the blocks of one section only."""
    starts = [
        place for place, block in enumerate(paper.blocks) if isinstance(block, Heading) and block.level == 1
    ]
    first = next(place for place in starts if paper.blocks[place].anchor == anchor)
    last = next((place for place in starts if place > first), len(paper.blocks))
    return replace(paper, blocks=paper.blocks[first:last])


def test_areas_come_first_with_a_reason_each_and_what_cannot_be_compared(result: FlowResult) -> None:
    part = section(build_brief(result, "en"), "areas")
    words = sentences(part)
    chosen = result.areas.areas.filter("chosen")
    assert f"{chosen.height} of {result.areas.compared} comparable areas carry" in words
    # both directions are known, so that what home buys counts too
    assert "of what Pakistan exports" in words and "of what it imports" in words
    assert "cannot be compared and are not ranked low for that" in words and "must not be added up" in words
    table = next(tables(part))
    strong = [row.cells[1][0].strong for row in table.rows]
    assert strong == [True] * chosen.height + [False] * (len(table.rows) - chosen.height)
    assert len({plain(row.cells[4]) for row in table.rows}) == len(table.rows) <= 10
    assert all(plain(row.cells[4]).endswith(".") for row in table.rows)
    assert "BACI" in table.source


def test_ranges_of_ranks_are_shown_where_they_were_drawn(result: FlowResult) -> None:
    plainly = section(build_brief(result, "en"), "find")
    assert "draws" not in sentences(plainly) and plain(next(iter(tables(plainly))).rows[0].cells[0]) == "1"
    analysis = result.analysis
    lines = analysis.opportunities.with_columns(rank_low=pl.col("rank"), rank_high=pl.col("rank") + 4)
    drawn = pl.DataFrame(
        {"measure": ["unrealised"], "low_usd": [7e8], "median_usd": [8e8], "high_usd": [9e8], "draws": [200]}
    )
    told = replace(analysis, opportunities=lines, tables={**analysis.tables, "uncertainty": drawn})
    part = section(build_brief(replace(result, analysis=told), "en"), "find")
    assert "in 90 of 100 draws (200 draws" in sentences(part)
    table = next(iter(tables(part)))
    assert plain(table.rows[1].cells[0]).strip("\u2066\u2069") == "2 (2–6)"
    assert table.columns[0].title == "No. (range)"


def test_missing_importers_are_named(result: FlowResult) -> None:
    text = sentences(build_brief(result, "en"))
    assert "220 destination markets" in text
    for name in ("United States", "Germany", "France", "United Kingdom", "Netherlands", "Spain"):
        assert name in text


def test_answer_states_the_denominator_and_the_gap(result: FlowResult) -> None:
    lead = sentences(build_brief(result, "en"))
    shortlist = result.analysis.shortlist
    assert f"{shortlist.lines} of the {shortlist.positive_lines:,} product lines" in lead
    assert "no source is found" in lead


def test_no_source_is_a_visible_line(result: FlowResult) -> None:
    paper = section(build_brief(result, "en"), "target")
    rows = [row for table in tables(paper) for row in table.rows if row.emphasis]
    assert [plain(row.cells[0]) for row in rows] == ["No source found", "Target"]


def test_product_names_stay_english_in_every_language(result: FlowResult) -> None:
    first = next(table for table in tables(build_brief(result, "ur")) if len(table.columns) == 6)
    assert len(first.rows) == 20
    assert {span.language for row in first.rows for span in row.cells[2]} == {"en"}
    english = next(tables(build_brief(result, "en")))
    assert {span.language for row in english.rows for span in row.cells[2]} == {None}


def test_generated_records_say_so_in_every_row(result: FlowResult) -> None:
    paper = build_brief(result, "en")
    start = next(
        place
        for place, block in enumerate(paper.blocks)
        if isinstance(block, Heading) and block.anchor == "meet"
    )
    stop = next(
        place
        for place, block in enumerate(paper.blocks)
        if isinstance(block, Heading) and block.anchor == "target"
    )
    part = paper.blocks[start:stop]
    rows = [row for block in part if isinstance(block, Table) for row in block.rows]
    assert rows
    assert all(row.illustrative for row in rows)
    assert all(block.illustrative for block in part if isinstance(block, Figure))


def test_sentences_that_count_generated_records_say_so(result: FlowResult) -> None:
    blocks = build_brief(result, "en").blocks
    after = {
        block.anchor: blocks[place + 1]
        for place, block in enumerate(blocks)
        if isinstance(block, Heading) and block.anchor in {"match", "meet", "plan", "deliver"}
    }
    assert len(after) == 4
    assert all(isinstance(block, Paragraph) and block.illustrative for block in after.values())


def test_solver_results_are_shown_with_their_bound(result: FlowResult) -> None:
    text = sentences(build_brief(result, "en"))
    # three levels of the schedule, the choice of projects, their order
    assert text.count("Status: ") >= 5
    assert text.count(", bound ") >= 5
    assert text.count(", gap ") >= 5


def test_real_only_leaves_generated_sections_out_and_says_so(real_result: FlowResult) -> None:
    paper = build_brief(real_result, "en")
    assert headings(paper) == ["areas", "find", "sources", "match", "target", "deliver", "provenance"]
    assert "no real records of them: offers and needs, a visit, projects, engagements" in sentences(paper)
    assert not any(row.illustrative for table in tables(paper) for row in table.rows)
    assert all(
        plain(row.cells[-1])
        for table in tables(paper)
        if table.columns[-1].title == "Source"
        for row in table.rows
    )


def test_tag_stands_where_there_is_room(result: FlowResult) -> None:
    lines = next(table for table in tables(build_brief(result, "en")) if len(table.columns) == 6)
    assert lines.columns[lines.tag_column].title == "Product (name in English)"


def test_without_target_the_section_is_absent(result: FlowResult) -> None:
    paper = build_brief(replace(result, target=None), "en")
    assert "target" not in headings(paper)
    assert "of the target" not in sentences(paper)


def test_provenance_names_data_version_parameters_and_date(result: FlowResult) -> None:
    table = list(tables(build_brief(result, "en")))[-1]
    facts = {plain(row.cells[0]): plain(row.cells[1]) for row in table.rows}
    assert facts["Data"].startswith("CEPII BACI")
    assert facts["Date of this paper"] == "23 Nov 2026"
    assert "seed=7" in facts["Parameters"]
    assert facts["Corridor version"] == result.version


def test_no_text_is_left_unformatted(result: FlowResult) -> None:
    for language in LANGUAGES:
        for span in iterate_spans(build_brief(result, language)):
            assert "%(" not in span.text
            assert "None" not in span.text
