"""Agreements from files: what is read, what is refused, and where."""

import zipfile
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from corridor.deliver.agreements import HEADERS, MAX_BYTES, build_template, read_agreements
from corridor.errors import InputError
from corridor.locale import label, translator

TODAY = date(2026, 11, 23)
HEAD = "title,first_party,second_party,stage,date,amount,currency,evidence,reason\n"
GOOD = "Safe city,Authority,Maker,memorandum,2024-12-13,1200000,USD,Press release,\n"


def read(text: str, name: str = "summit.csv", encoding: str = "utf-8") -> object:
    return read_agreements(text.encode(encoding), name, today=TODAY)


def test_good_row_is_read() -> None:
    found = read_agreements((HEAD + GOOD).encode(), "summit.csv", today=TODAY)
    assert found.errors == ()
    row = found.rows.row(0, named=True)
    assert row["date"] == date(2024, 12, 13)
    assert (row["row"], row["stage"], row["amount"], row["currency"]) == (2, "memorandum", 1_200_000.0, "USD")


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (",Authority,Maker,lead,2024-12-13,,,,", "What was agreed", ""),
        ("Title,A,B,handshake,2024-12-13,,,,", "Stage reached", "handshake"),
        ("Title,A,B,lead,2027-01-01,,,,", "Date of that stage", "2027-01-01"),
        ("Title,A,B,lead,13.12.24,,,,", "Date of that stage", "13.12.24"),
        ("Title,A,B,lead,2024-02-30,,,,", "Date of that stage", "2024-02-30"),
        ("Title,A,B,lead,2024-12-13,a lot,USD,,", "Amount", "a lot"),
        ("Title,A,B,lead,2024-12-13,-5,USD,,", "Amount", "-5"),
        ("Title,A,B,lead,2024-12-13,5,dollar,,", "Currency", "dollar"),
        ("Title,A,B,lead,2024-12-13,5,,,", "Currency", ""),
        ("Title,A,B,contract,2024-12-13,,,,", "Evidence", ""),
        ("Title,A,B,ended,2024-12-13,,,,", "Reason of the end", ""),
        ("Title,A,B,lead,2024-12-13,,,,price", "Reason of the end", "price"),
    ],
)
def test_bad_cell_is_named_by_row_column_and_value(line: str, column: str, value: str) -> None:
    found = read_agreements((HEAD + GOOD + line + "\n").encode(), "summit.csv", today=TODAY)
    assert [(error.row, error.column, error.value) for error in found.errors] == [(3, column, value)]
    assert found.rows["row"].to_list() == [2]


def test_every_error_of_a_file_is_reported_at_once() -> None:
    text = HEAD + "Title,,,handshake,never,x,y,,\n"
    found = read_agreements(text.encode(), "summit.csv", today=TODAY)
    assert {error.column for error in found.errors} == {
        "First party",
        "Second party",
        "Stage reached",
        "Date of that stage",
        "Amount",
        "Currency",
    }


def test_same_agreement_twice_is_told_whatever_case_and_order_of_parties() -> None:
    again = "SAFE  city,maker,authority,memorandum,2024-12-13,,,Press release,\n"
    found = read_agreements((HEAD + GOOD + again).encode(), "summit.csv", today=TODAY)
    assert found.duplicates == ((3, 2),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_text_in_any_usual_encoding(encoding: str) -> None:
    text = HEAD + "平安城市,旁遮普省,华为,lead,2024年12月13日,,,,\n"
    row = read_agreements(text.encode(encoding), "summit.csv", today=TODAY).rows.row(0, named=True)
    assert (row["second_party"], row["date"]) == ("华为", date(2024, 12, 13))


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ur"])
def test_template_filled_in_its_language_is_read_back(language: str) -> None:
    book = openpyxl.load_workbook(BytesIO(build_template(language)))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert [str(head).strip(" *") for head in heads] == [
        translator(language).gettext(message) for message in HEADERS.values()
    ]
    values = {
        "title": "Title",
        "first_party": "A",
        "second_party": "B",
        "stage": label("memorandum", language),
        "date": date(2024, 1, 2),
        "evidence": "Signed paper",
        "evidence_kind": label("document", language),
        "field": label("safe_city", language),
    }
    for place, name in enumerate(HEADERS, start=1):
        if name in values:
            sheet.cell(row=2, column=place, value=values[name])
    buffer = BytesIO()
    book.save(buffer)
    found = read_agreements(buffer.getvalue(), "filled.xlsx", today=TODAY)
    assert found.errors == ()
    row = found.rows.row(0, named=True)
    assert (row["stage"], row["field"], row["evidence_kind"]) == ("memorandum", "safe_city", "document")


def test_missing_column_is_named_with_what_was_found() -> None:
    with pytest.raises(InputError, match=r"lacks the columns .*Second party.*found: title"):
        read_agreements(b"title,first_party,stage,date\n", "summit.csv", today=TODAY)


def test_column_twice_is_refused() -> None:
    with pytest.raises(InputError, match="twice"):
        read_agreements(b"title,Title,first_party,second_party,stage,date\n", "summit.csv", today=TODAY)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.csv"), (b"PK\x03\x04rest", "a.xlsx"), (b"%PDF", "a.pdf"), (b"\xff\xfe\x00\xd8\xff", "a.csv")],
)
def test_other_files_are_refused_politely(content: bytes, name: str) -> None:
    with pytest.raises(InputError):
        read_agreements(content, name, today=TODAY)


def test_damaged_archive_is_refused_wherever_the_damage_is() -> None:
    whole = build_template("en")
    for place in range(0, len(whole), 37):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        try:
            read_agreements(bytes(damaged), "a.xlsx", today=TODAY)
        except InputError as error:
            assert "a.xlsx" in str(error)


def test_too_large_a_file_is_refused() -> None:
    with pytest.raises(InputError, match="at most 8 MB"):
        read_agreements(b"x" * (MAX_BYTES + 1), "a.csv", today=TODAY)


def test_archive_that_unpacks_beyond_bounds_is_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 90_000_000)
    with pytest.raises(InputError, match="unpacks to more than 80 MB"):
        read_agreements(buffer.getvalue(), "bomb.xlsx", today=TODAY)


def test_formula_is_not_run() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["title", "first_party", "second_party", "stage", "date"])
    sheet.append(['=HYPERLINK("http://x")', "A", "B", "lead", date(2024, 1, 1)])
    buffer = BytesIO()
    book.save(buffer)
    found = read_agreements(buffer.getvalue(), "a.xlsx", today=TODAY)
    assert [error.column for error in found.errors] == ["What was agreed"]


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ur"])
def test_row_errors_are_in_the_language_asked_for(language: str) -> None:
    text = HEAD + "Title,A,B,handshake,2024-12-13,,,,\n"
    (error,) = read_agreements(text.encode(), "a.csv", today=TODAY, language=language).errors
    assert error.column == translator(language).gettext("Stage reached")
    assert label("memorandum", language) in error.rule


def test_characters_no_database_keeps_are_refused() -> None:
    found = read_agreements((HEAD + GOOD.replace("Maker", "Ma\0ker")).encode(), "a.csv", today=TODAY)
    assert [(error.column, error.rule) for error in found.errors] == [
        ("Second party", "no control characters")
    ]
