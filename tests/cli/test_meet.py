"""``corridor meet`` as a person calls it."""

from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from corridor_cli.main import app

runner = CliRunner()
PEOPLE = """participant,organisation,name,side,available
g0,,Guest,guest,0;1
g1,,Gäst,guest,0;1
h0,,主机,host,0;1
h1,,ہوسٹ,host,1
"""
REQUESTS = "request,first,second,weight\nr0,g0,h0,2\nr1,g0,h1,1\nr2,g1,h0,1.5\nr3,g1,h1,1\n"


def run(*arguments: object) -> Any:
    return runner.invoke(app, [str(argument) for argument in arguments])


def read_workbook(path: Path) -> pl.DataFrame:
    header, *rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return pl.DataFrame(rows, schema=list(header), orient="row")


@pytest.fixture
def event(tmp_path: Path) -> tuple[Path, Path]:
    """Write an event of four participants and four requests."""
    people, requests = tmp_path / "people.csv", tmp_path / "requests.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    requests.write_text(REQUESTS, encoding="utf-8")
    return people, requests


def schedule(event: tuple[Path, Path], *more: object) -> Any:
    return run("meet", "schedule", *event, "--slots", 2, "--tables", 2, *more)


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "json"])
def test_a_schedule_is_printed_with_its_proof_and_written(event, tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"meetings.{suffix}"
    result = schedule(event, "--output", output)
    assert result.exit_code == 0, result.output
    assert "3 meetings, 1 requests left out." in result.output
    assert "value held: 4.5 (proven best)" in result.output
    read = {
        "csv": pl.read_csv,
        "xlsx": read_workbook,
        "parquet": pl.read_parquet,
        "json": pl.read_json,
    }
    table = read[suffix](output)
    assert table.height == 3
    assert table.columns == ["request", "first", "second", "slot", "table"]


def test_files_of_other_kinds_give_the_same_schedule(event, tmp_path: Path) -> None:
    book, store = tmp_path / "people.xlsx", tmp_path / "requests.parquet"
    pl.read_csv(event[0]).write_excel(book)
    pl.read_csv(event[1]).with_columns(pl.col("weight").cast(pl.Float64)).write_parquet(store)
    assert schedule((book, store)).output == schedule(event).output


def test_what_was_left_out_is_written_with_its_reason(event, tmp_path: Path) -> None:
    left_out = tmp_path / "left.csv"
    assert schedule(event, "--left-out", left_out).exit_code == 0
    table = pl.read_csv(left_out)
    assert table.height == 1
    assert table["reason"].to_list() == ["participant_full"]


def test_a_bad_cell_is_named_and_nothing_is_written(event, tmp_path: Path) -> None:
    output = tmp_path / "meetings.csv"
    event[1].write_text(REQUESTS + "r4,g0,h0,many\nr5,g1,,1\n", encoding="utf-8")
    result = schedule(event, "--output", output)
    assert result.exit_code == 1
    assert "requests.csv, row 6, column 'weight': 'many'" in result.output
    assert "requests.csv, row 7, column 'second': ''" in result.output
    assert not output.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("participant,name,side\ng0,G,guest\n", "no column 'available'"),
        (PEOPLE.replace("0;1", "0;soon"), "column 'available': '0;soon'"),
        (PEOPLE + "g0,,Again,guest,0\n", "more than once"),
        (PEOPLE.replace("h1,,ہوسٹ,host,1", "h1,,ہوسٹ,host,7"), "slot 7"),
        ("", "could not be read as CSV"),
    ],
)
def test_a_bad_file_is_explained_in_one_message(event, text: str, message: str) -> None:
    event[0].write_text(text, encoding="utf-8")
    result = schedule(event)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_semicolons_notes_and_gb18030_are_read(event) -> None:
    notes = "# Source: a desk\r\n" + PEOPLE.replace(";", " ").replace(",", ";").replace("0 1", '"0;1"')
    event[0].write_bytes(notes.replace("ہوسٹ", "主").encode("gb18030"))
    result = schedule(event)
    assert result.exit_code == 0, result.output


def test_demand_is_compared_with_capacity(event) -> None:
    result = run("meet", "demand", *event, "--slots", 2, "--tables", 1)
    assert result.exit_code == 0
    assert "4 requests, 4 of people who are there at the same time." in result.output
    assert "with 1 tables at least 4 slots" in result.output
    assert "h1: 1 more requests than slots" in result.output


def test_an_output_that_cannot_be_written_is_refused_first(event, tmp_path: Path) -> None:
    assert "is of another kind" in schedule(event, "--output", tmp_path / "x.doc").output
    assert "is not there" in schedule(event, "--output", tmp_path / "no" / "x.csv").output
