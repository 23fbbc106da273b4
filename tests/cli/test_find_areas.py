"""``corridor find areas`` as a person calls it."""

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from corridor_cli.main import app

runner = CliRunner()
HEADER = "area,criterion,indicator,economy,year,value,unit,better,source\n"
EVIDENCE = HEADER + "".join(
    f"{area},{criterion},index {criterion},{economy},2023,{value},points,higher,An office\n"
    for area, value in (("cloud", 4), ("textiles", 2))
    for criterion, economy in (("strength", "CHN"), ("need", "PAK"), ("effect", "PAK"), ("readiness", "PAK"))
)


def run(*arguments: object):
    return runner.invoke(app, ["find", "areas", *[str(argument) for argument in arguments]])


def test_areas_of_the_run_that_is_carried():
    result = run("PAK", "CHN")
    assert result.exit_code == 0, result.output
    assert "8 of 13 comparable areas carry 84% of the score" in result.output
    assert "missing" in result.output and "220 destination markets" in result.output
    assert "BACI" in result.output and "must not be added up" in result.output


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json", "xlsx"])
def test_areas_are_written_with_reasons_and_source(tmp_path, suffix):
    output = tmp_path / f"areas.{suffix}"
    result = run("PAK", "CHN", "--output", output)
    assert result.exit_code == 0, result.output
    if suffix == "json":
        rows = json.loads(output.read_text())
        assert rows[0]["area"] == "textiles" and "Both are strong" in rows[0]["reason"]
        assert "BACI" in rows[0]["source"]
        assert rows[-1]["score"] is None
    assert output.stat().st_size > 500


def test_weights_decide_the_order(tmp_path):
    output = tmp_path / "areas.parquet"
    result = run("PAK", "CHN", "--weights", "strength=1", "--output", output)
    assert result.exit_code == 0, result.output
    assert pl.read_parquet(output)["area"][0] == "digital_education"


def test_evidence_and_own_areas_join_in(tmp_path):
    evidence, own = tmp_path / "evidence.csv", tmp_path / "own.csv"
    evidence.write_text(EVIDENCE)
    own.write_text("area,role,code,source\nleather,hides,41,ours\n")
    written, indicators = tmp_path / "areas.parquet", tmp_path / "indicators.csv"
    result = run(
        "PAK", "CHN", "--evidence", evidence, "--areas", own, "--least-evidence", 0.3,
        "--output", written, "--indicators", indicators,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    table = pl.read_parquet(written)
    cloud = table.filter(area="cloud").to_dicts()[0]
    assert cloud["comparable"] and cloud["completeness"] == pytest.approx(1 / 3)
    assert table.filter(area="leather")["comparable"].item()
    assert "An office" in indicators.read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--weights", "power=1"), "power"),
        (("--weights", "need"), "NAME=NUMBER"),
        (("--weights", "need=1,need=2"), "twice"),
        (("--weights", "need=0"), "all weights are 0"),
        (("--normalisation", "zscore"), "zscore"),
        (("--evidence", "no-such-dataset"), "no-such-dataset"),
        (("--areas", "no-such-file.csv"), "no-such-file.csv"),
        (("--year", "2023"), "--trade"),
        (("--output", "areas.txt"), "areas.txt"),
    ],
)
def test_what_cannot_be_used_is_named(arguments, told):
    result = run("PAK", "CHN", *arguments)
    assert result.exit_code == 1
    assert told in result.output


def test_a_bad_row_of_evidence_is_named(tmp_path):
    evidence = tmp_path / "evidence.csv"
    evidence.write_text(EVIDENCE.replace("index strength,CHN,2023,4", "index strength,CHN,2023,four"))
    result = run("PAK", "CHN", "--evidence", evidence)
    assert result.exit_code == 1
    assert "row 2" in result.output
    evidence.write_text(EVIDENCE.replace("strength,index", "power,index"))
    assert "'power'" in run("PAK", "CHN", "--evidence", evidence).output
