"""Agreements written as files."""

import json
from datetime import date
from io import BytesIO

import openpyxl
import polars as pl
import pytest

from corridor.deliver.agreements import read_agreements
from corridor.deliver.export import export_agreements
from corridor.errors import InputError
from corridor.locale import label

TODAY = date(2026, 11, 23)


@pytest.fixture
def rows() -> pl.DataFrame:
    """Return two agreements, one with text that a spreadsheet would run."""
    text = (
        "title,first_party,second_party,stage,date,amount,currency,certainty,evidence,field\n"
        "'=cmd|' /C calc'!A0,A,公司,memorandum,2024-12-13,1200000.5,USD,signed,Paper,safe_city\n"
        '"Line, with comma",B,ادارہ,lead,2025-01-02,,,,,\n'
    )
    found = read_agreements(text.encode(), "a.csv", today=TODAY)
    assert found.errors == ()
    assert found.rows["title"][0] == "=cmd|' /C calc'!A0"
    return found.rows


def test_a_csv_holds_no_formula_and_says_codes_in_words(rows: pl.DataFrame) -> None:
    text = export_agreements(rows, "csv", language="zh-Hans").decode("utf-8-sig")
    first = text.splitlines()[1]
    assert first.startswith("'=cmd|")
    assert label("memorandum", "zh-Hans") in first


def test_a_workbook_holds_text_not_formulas(rows: pl.DataFrame) -> None:
    sheet = openpyxl.load_workbook(BytesIO(export_agreements(rows, "xlsx", language="ur"))).worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=cmd|' /C calc'!A0", "s")
    assert sheet.sheet_view.rightToLeft


def test_machine_formats_keep_codes(rows: pl.DataFrame) -> None:
    table = json.loads(export_agreements(rows, "json"))
    assert table[0]["stage"] == "memorandum"
    assert table[0]["date"] == "2024-12-13"
    assert table[1]["amount"] is None
    store = pl.read_parquet(BytesIO(export_agreements(rows, "parquet")))
    assert store["date"].to_list() == [date(2024, 12, 13), date(2025, 1, 2)]


def test_no_agreements_make_an_empty_table(rows: pl.DataFrame) -> None:
    found = read_agreements(export_agreements(rows.clear(), "csv"), "a.csv", today=TODAY)
    assert found.rows.is_empty()
    assert found.errors == ()


def test_another_format_is_refused(rows: pl.DataFrame) -> None:
    with pytest.raises(InputError, match="'pdf' is not written"):
        export_agreements(rows, "pdf")


def test_notes_above_the_headers_are_skipped_and_counted() -> None:
    text = "# Source: desk, 2026\r\ntitle;first_party;second_party;stage;date\r\nX;A;B;lead;2027-01-01\r\n"
    found = read_agreements(text.encode(), "a.csv", today=TODAY)
    assert [error.row for error in found.errors] == [3]


@pytest.mark.parametrize("amount", ["1,5", "12,34", "1.2.3", "5 USD", "--5", "0x10", "nan", "inf"])
def test_an_amount_that_could_be_misread_is_refused(amount: str) -> None:
    text = (
        f'title,first_party,second_party,stage,date,amount,currency\nX,A,B,lead,2024-01-01,"{amount}",USD\n'
    )
    found = read_agreements(text.encode(), "a.csv", today=TODAY)
    assert [(error.column, error.value) for error in found.errors] == [("Amount", amount)]


@pytest.mark.parametrize(
    ("amount", "value"),
    [("1,234,567", 1234567.0), ("1234567.50", 1234567.5), ("1.5e6", 1.5e6), ("12 000", 12000.0)],
)
def test_amounts_as_people_write_them(amount: str, value: float) -> None:
    text = (
        f'title,first_party,second_party,stage,date,amount,currency\nX,A,B,lead,2024-01-01,"{amount}",USD\n'
    )
    assert read_agreements(text.encode(), "a.csv", today=TODAY).rows["amount"].to_list() == [value]
