"""``corridor plan`` as a person calls it."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from corridor_cli.main import app

runner = CliRunner()
FLOWS = "project,period,cost_usd,benefit_usd\nmetro,0,100,0\nmetro,1,0,60\nmetro,2,0,70\nbus,0,10,0\n"
PROJECTS = (
    "project,name,cost_usd,value_usd,duration_quarters,requires\n"
    "a,A,10,5,2,\nb,=1+1,20,30,1,a\nc,C,30,20,3,\n"
)


def run(*arguments: object) -> Any:
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    path = tmp_path / "flows.csv"
    path.write_text(FLOWS, encoding="utf-8")
    return path


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    path = tmp_path / "projects.csv"
    path.write_text(PROJECTS, encoding="utf-8")
    return path


def test_each_project_is_appraised(flows: Path, tmp_path: Path) -> None:
    output = tmp_path / "appraisal.json"
    result = run("plan", "appraise", flows, "--discount-rate", 0.1, "--output", output)
    assert result.exit_code == 0, result.output
    assert "metro: NPV 12 USD at 0.1; IRR 18.88%" in result.output
    assert "bus: NPV -10 USD at 0.1; IRR none" in result.output
    table = {row["project"]: row for row in json.loads(output.read_text())}
    assert table["metro"]["bcr"] == pytest.approx(1.12397, abs=1e-5)
    assert table["bus"]["irr"] == []


def test_an_uplift_is_added_to_costs(flows: Path) -> None:
    plain, dearer = (run("plan", "appraise", flows, *more).output for more in ((), ("--cost-uplift", 0.44)))
    assert "metro: NPV 12 USD" in plain
    assert "metro: NPV -32 USD" in dearer


def test_a_selection_is_printed_with_reasons_and_written_escaped(projects: Path, tmp_path: Path) -> None:
    output = tmp_path / "chosen.csv"
    result = run("plan", "select", projects, "--budget", 45, "--output", output)
    assert result.exit_code == 0, result.output
    assert "value: 35 (proven best)" in result.output
    assert "- c: displaced" in result.output
    assert "With 15 USD more, c would fit besides." in result.output
    table = pl.read_csv(output)
    assert table["project"].to_list() == ["a", "b"]
    # a spreadsheet would run it
    assert table["name"].to_list() == ["A", "'=1+1"]
    assert [text or "" for text in table["requires"]] == ["", "a"]


def test_a_workbook_holds_text_not_formulas(projects: Path, tmp_path: Path) -> None:
    output = tmp_path / "chosen.xlsx"
    assert run("plan", "select", projects, "--budget", 45, "--output", output).exit_code == 0
    sheet = openpyxl.load_workbook(output).worksheets[0]
    cell = sheet["B3"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    # what was written is read again
    assert run("plan", "select", output, "--budget", 45).exit_code == 0


def test_projects_are_required_and_excluded_by_name(projects: Path) -> None:
    result = run("plan", "select", projects, "--budget", 45, "--require", "c", "--exclude", "b")
    assert "+ c" in result.output
    assert "- b: excluded" in result.output
    wrong = run("plan", "select", projects, "--budget", 45, "--require", "z")
    assert wrong.exit_code == 1
    assert "'z'" in wrong.output


def test_a_roadmap_is_printed_and_written(projects: Path, tmp_path: Path) -> None:
    output = tmp_path / "phases.parquet"
    result = run("plan", "phase", projects, "--quarters", 6, "--budget", 20, "--output", output)
    assert result.exit_code == 0, result.output
    assert "makespan: 4 (proven best)" in result.output
    assert "b (waits_for_budget)" in result.output
    assert pl.read_parquet(output).height == 3


def test_an_impossible_roadmap_exits_1_and_writes_nothing(projects: Path, tmp_path: Path) -> None:
    output = tmp_path / "phases.csv"
    result = run("plan", "phase", projects, "--quarters", 6, "--budget", "5;5;5;5;5;5", "--output", output)
    assert result.exit_code == 1
    assert "quarter_budget (b: needs 20, has 5)" in result.output
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("select", "nowhere.csv", "--budget", "1"), "there is no file 'nowhere.csv'"),
        (("phase", "{projects}", "--quarters", "2", "--budget", "much"), "'much' is not a number"),
        (("phase", "{projects}", "--quarters", "2", "--budget", ";"), "budget is empty"),
        (("phase", "{projects}", "--quarters", "2", "--budget", "1;2;3"), "3 budgets for 2 quarters"),
        (("appraise", "{projects}"), "no column 'period'"),
    ],
)
def test_bad_input_is_explained(projects: Path, arguments: tuple[str, ...], message: str) -> None:
    result = run("plan", *[part.format(projects=projects) for part in arguments])
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output
