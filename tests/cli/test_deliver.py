"""``corridor deliver`` as a person calls it."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from corridor_cli.main import app

runner = CliRunner()
HEADER = "title,first_party,second_party,stage,date,amount,currency,evidence_kind,evidence\n"
GOOD = "Smart campus,Uni A,公司,memorandum,2026-01-01,5,USD,link,https://example.org/m\n"


def run(*arguments: object) -> Any:
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def agreements(tmp_path: Path) -> Path:
    path = tmp_path / "agreements.csv"
    path.write_text(HEADER + GOOD, encoding="utf-8")
    return path


def test_a_good_file_passes(agreements: Path, tmp_path: Path) -> None:
    output = tmp_path / "rows.json"
    result = run("deliver", "check", agreements, "--today", "2026-11-23", "--output", output)
    assert result.exit_code == 0, result.output
    assert "1 agreements read, 0 bad cells. Nothing was stored." in result.output
    assert "公司" in output.read_text(encoding="utf-8")


def test_bad_cells_are_named_and_exit_1(agreements: Path, tmp_path: Path) -> None:
    output = tmp_path / "rows.csv"
    agreements.write_text(HEADER + GOOD + "Late,A,B,lead,2027-05-01,,,,\n", encoding="utf-8")
    result = run("deliver", "check", agreements, "--today", "2026-11-23", "--output", output)
    assert result.exit_code == 1
    assert "agreements.csv, row 3" in result.output
    assert "2027-05-01" in result.output
    assert not output.exists()


def test_a_repeated_agreement_is_told(agreements: Path) -> None:
    agreements.write_text(HEADER + GOOD + GOOD, encoding="utf-8")
    result = run("deliver", "check", agreements, "--today", "2026-11-23")
    assert result.exit_code == 0
    assert "row 3 repeats row 2" in result.output


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ur"])
def test_the_template_of_each_language_is_read_back(tmp_path: Path, language: str) -> None:
    book = tmp_path / "template.xlsx"
    assert run("deliver", "template", book, "--language", language).exit_code == 0
    result = run("deliver", "check", book)
    assert result.exit_code == 0, result.output
    assert "0 agreements read" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "nowhere.csv"), "there is no file"),
        (("template", "t.csv"), "an .xlsx file"),
        (("template", "t.xlsx", "--language", "fr"), "'fr' is not available"),
    ],
)
def test_bad_input_is_explained(arguments: tuple[str, ...], message: str) -> None:
    result = run("deliver", *arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_bad_day_is_refused(agreements: Path) -> None:
    result = run("deliver", "check", agreements, "--today", "soon")
    assert result.exit_code == 1
    assert "'soon' is not a date" in result.output
