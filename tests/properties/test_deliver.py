"""Agreements come back as they were written; no bytes bring the reader down; steps only go forward."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from corridor.deliver.agreements import AMOUNT_KINDS, CERTAINTIES, HEADERS, read_agreements
from corridor.deliver.export import export_agreements
from corridor.deliver.pipeline import check_step, days_silent, needs_evidence, next_stages
from corridor.errors import InputError
from corridor.vocabulary import END_REASONS, ENDED, EVIDENCE_KINDS, FIELDS, LANGUAGES, STAGES

TODAY = date(2026, 11, 23)
#: Printable text in several scripts, spaces single and inside, as the reader leaves it.
TEXT = (
    st.text(
        st.characters(categories=["L", "N", "P", "Sm", "Sc", "Zs"], exclude_characters="\u2028\u2029"),
        max_size=30,
    )
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


@st.composite
def agreements(draw: st.DrawFn) -> dict[str, object]:
    stage = draw(st.sampled_from((*STAGES, ENDED)))
    amount = draw(st.none() | st.integers(0, 10**14).map(lambda cents: cents / 100))
    link = draw(st.booleans())
    return {
        "title": draw(TEXT),
        "first_party": draw(TEXT),
        "second_party": draw(TEXT),
        "field": draw(st.none() | st.sampled_from(FIELDS)),
        "stage": stage,
        "date": draw(st.dates(date(1950, 1, 1), TODAY)),
        "amount": amount,
        "currency": None if amount is None else draw(st.sampled_from(("USD", "CNY", "PKR"))),
        "amount_kind": draw(st.none() | st.sampled_from(AMOUNT_KINDS)),
        "certainty": draw(st.none() | st.sampled_from(CERTAINTIES)),
        "evidence_kind": "link" if link else draw(st.none() | st.sampled_from(EVIDENCE_KINDS[:1])),
        "evidence": "https://example.org/a" if link else draw(TEXT),
        "owner": draw(st.none() | TEXT),
        "reason": draw(st.sampled_from(END_REASONS)) if stage == ENDED else None,
        "note": draw(st.none() | TEXT),
    }


@given(st.lists(agreements(), max_size=4), st.sampled_from(("csv", "xlsx")), st.sampled_from(LANGUAGES))
@settings(max_examples=60, deadline=None)
def test_what_is_written_comes_back(rows: list[dict[str, object]], form: str, language: str) -> None:
    schema = {**dict.fromkeys(HEADERS, pl.String), "date": pl.Date, "amount": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    found = read_agreements(export_agreements(frame, form, language=language), f"a.{form}", today=TODAY)
    assert found.errors == ()
    assert_frame_equal(found.rows.drop("row"), frame, abs_tol=1e-6)


@given(st.binary(max_size=400), st.sampled_from(("a.csv", "a.xlsx")))
@settings(max_examples=150)
def test_no_bytes_bring_the_reader_down(content: bytes, name: str) -> None:
    try:
        found = read_agreements(content, name, today=TODAY)
    except InputError as error:
        assert error.problem
    else:
        assert found.rows.height >= 0


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=12), st.floats(), st.dates()), max_size=8), max_size=5
    )
)
@settings(max_examples=60, deadline=None)
def test_any_cells_under_the_headers_are_read_or_refused_by_row(lines: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(HEADERS))
    for line in lines:
        try:
            sheet.append(line)
        except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
            return  # not a cell that a workbook can hold
    buffer = BytesIO()
    book.save(buffer)
    found = read_agreements(buffer.getvalue(), "a.xlsx", today=TODAY)
    told = {error.row for error in found.errors} | set(found.rows["row"])
    assert not {error.row for error in found.errors} & set(found.rows["row"])
    assert told <= set(range(2, len(lines) + 2))


@given(st.lists(st.tuples(st.sampled_from((*STAGES, ENDED)), st.integers(0, 400)), max_size=6))
def test_steps_only_go_forward(steps: list[tuple[str, int]]) -> None:
    last_stage, last_day = None, None
    for stage, days in steps:
        day = date(2026, 1, 1) + timedelta(days=days)
        late = day > TODAY or (last_day is not None and day < last_day)
        wrong = stage not in next_stages(last_stage) and not (stage == ENDED and last_stage is None)
        options = {
            "today": TODAY,
            "reason": "price" if stage == ENDED else "",
            "has_evidence": True,
            "last_stage": last_stage,
            "last_day": last_day,
        }
        if late or wrong:
            with pytest.raises(InputError):
                check_step(stage, day, **options)  # type: ignore[arg-type]
            continue
        check_step(stage, day, **options)  # type: ignore[arg-type]
        if needs_evidence(stage):
            with pytest.raises(InputError, match="evidence"):
                check_step(stage, day, **{**options, "has_evidence": False})  # type: ignore[arg-type]
        last_stage, last_day = stage, day


@given(st.dates(), st.dates())
def test_silence_is_never_negative(last: date, as_of: date) -> None:
    assert days_silent(last, as_of) == max(0, (as_of - last).days)
