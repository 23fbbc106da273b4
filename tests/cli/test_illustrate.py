"""``corridor data illustrate`` in a store and in a folder."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from corridor.data.sources import open_trade
from corridor.data.store import Store, hash_file
from corridor_cli.main import app

SMALL = ["data", "illustrate", "--economies", "8", "--products", "30", "--years", "2"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for the store."""
    monkeypatch.setenv("CORRIDOR_HOME", str(tmp_path / "home"))
    return tmp_path


def test_dataset_says_illustrative_and_opens_as_trade(home: Path) -> None:
    """The stored world is whole, marked, and usable by its name."""
    done = CliRunner().invoke(app, SMALL)
    assert done.exit_code == 0, done.output
    store = Store(home / "home" / "datasets")
    manifest = store.verify("illustrative")
    assert manifest.illustrative
    assert {"trade", "organisations", "listings", "requests", "engagements"} <= set(manifest.tables)
    source = open_trade("illustrative", store)
    assert source.illustrative
    assert source.years == (2023, 2024)
    assert set(source.frame.collect()["exporter"]) <= {f"XA{letter}" for letter in "ABCDEFGH"}


def test_a_name_that_is_taken_stays_as_it_was(home: Path) -> None:
    """A second run is refused without --replace and changes nothing."""
    runner = CliRunner()
    runner.invoke(app, SMALL)
    store = Store(home / "home" / "datasets")
    before = store.info("illustrative")
    again = runner.invoke(app, [*SMALL, "--seed", "8"])
    assert again.exit_code == 1
    assert "already a dataset" in again.stderr
    assert store.info("illustrative") == before
    assert runner.invoke(app, [*SMALL, "--seed", "8", "--replace"]).exit_code == 0
    assert store.info("illustrative").files != before.files


def test_folder_holds_every_table_and_a_manifest(home: Path) -> None:
    """Files for people: CSV with lists in one cell, each with its hash in the manifest."""
    out = home / "world"
    done = CliRunner().invoke(app, [*SMALL, "--pair", "PAK,CHN", "--out", str(out)])
    assert done.exit_code == 0, done.output
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["illustrative"] is True
    assert manifest["pair"] == ["PAK", "CHN"]
    assert {record["file"] for record in manifest["files"]} == {path.name for path in out.glob("*.csv")}
    for record in manifest["files"]:
        assert hash_file(out / record["file"]) == record["sha256"]
    listings = pl.read_csv(out / "listings.csv", schema_overrides={"products": pl.String})
    assert listings["illustrative"].all()
    assert listings["fields"].str.contains(";").any()
    trade = pl.read_csv(out / "trade.csv")
    assert trade["exporter"].str.starts_with("X").all()
    assert [path.name for path in home.iterdir()] == ["world"]


def test_same_seed_gives_the_same_files(home: Path) -> None:
    """Byte for byte."""
    for name in ("first", "second"):
        CliRunner().invoke(app, [*SMALL, "--out", str(home / name)])
    first, second = ((home / name / "manifest.json").read_bytes() for name in ("first", "second"))
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--economies", "2"], "economies = 2"),
        (["--pair", "PAK"], "'PAK' is not a pair"),
        (["--pair", "PAK,chn"], "Maybe 'CHN'"),
        (["--name", "My World"], "Maybe 'my-world'"),
    ],
)
def test_refusals_are_one_sentence_and_write_nothing(home: Path, arguments: list[str], named: str) -> None:
    """The offending value and the likely fix, exit code 1."""
    refused = CliRunner().invoke(app, [*SMALL, *arguments])
    assert refused.exit_code == 1
    assert named in refused.stderr
    assert not list(home.rglob("*.parquet"))


def test_a_folder_in_use_is_not_touched(home: Path) -> None:
    """Files that are there stay; nothing is added."""
    (home / "taken").mkdir()
    (home / "taken" / "notes.txt").write_text("mine", encoding="utf-8")
    refused = CliRunner().invoke(app, [*SMALL, "--out", str(home / "taken")])
    assert refused.exit_code == 1
    assert "there already" in refused.stderr
    assert [path.name for path in (home / "taken").iterdir()] == ["notes.txt"]
