"""``corridor match run`` as a person calls it."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from corridor.data.world import build_world
from corridor.data.world.files import write_world
from corridor_cli.main import app

runner = CliRunner()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The illustrative organisations and listings as CSV files."""
    folder = tmp_path_factory.mktemp("match") / "world"
    write_world(build_world(economies=5, products=20, years=1, pair=("PAK", "CHN")), folder)
    return folder


def run(world: Path, *arguments: object, listings: Path | None = None) -> Result:
    """Run the command on the files."""
    files = [world / "organisations.csv", listings or world / "listings.csv"]
    return runner.invoke(app, ["match", "run", *map(str, files), "--pair", "PAK,CHN", *map(str, arguments)])


def test_prints_matches_and_says_illustrative(world: Path) -> None:
    """The best come first, with words for why."""
    done = run(world, "--top", 3)
    assert done.exit_code == 0, done.output
    assert "matches of 166 listings" in done.stdout
    assert "ILLUSTRATIVE: 166 of 166" in done.stdout
    assert "texts" in done.stdout


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json"])
def test_writes_every_row(world: Path, tmp_path: Path, suffix: str) -> None:
    """Whatever the format, all matches are in the file and nothing else is beside it."""
    output = tmp_path / f"matches{suffix}"
    done = run(world, "--references", world / "references.csv", "-o", output)
    assert done.exit_code == 0, done.output
    read = {".csv": pl.read_csv, ".parquet": pl.read_parquet, ".json": pl.read_json}[suffix](output)
    assert read.height > 200
    assert read["score"].is_sorted(descending=True)
    assert [path.name for path in tmp_path.iterdir()] == [output.name]


def test_introductions_reach_everybody(world: Path, tmp_path: Path) -> None:
    """With --introduce: capacity, floor and the bound."""
    output = tmp_path / "introductions.csv"
    done = run(world, "--introduce", "--capacity", 3, "-o", output)
    assert done.exit_code == 0, done.output
    assert "introductions reach" in done.stdout
    assert "bound" in done.stdout
    chosen = pl.read_csv(output)
    assert chosen.group_by("first").len()["len"].max() <= 3


def test_bad_cells_are_named_by_row_and_column(world: Path, tmp_path: Path) -> None:
    """All of them, and nothing is written."""
    listed = pl.read_csv(world / "listings.csv", infer_schema=False)
    spoiled = listed.with_columns(
        title=pl.when(pl.int_range(pl.len()) == 3).then(None).otherwise("title"),
        illustrative=pl.when(pl.int_range(pl.len()) == 5).then(pl.lit("perhaps")).otherwise("illustrative"),
    )
    spoiled.write_csv(tmp_path / "listings.csv")
    done = run(world, "-o", tmp_path / "out.csv", listings=tmp_path / "listings.csv")
    assert done.exit_code == 1
    assert "row 5, column 'title'" in done.stderr
    assert "row 7, column 'illustrative': 'perhaps'" in done.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("listing,organisation\na,b\n", "has no column 'side'"),
        ("", "could not be read as CSV"),
        (None, "there is no file"),
    ],
)
def test_wrong_files_give_one_sentence(world: Path, tmp_path: Path, content: str | None, named: str) -> None:
    """No traceback, exit code 1."""
    path = tmp_path / "listings.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    done = run(world, listings=path)
    assert done.exit_code == 1
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_options_are_refused_before_any_work(world: Path, tmp_path: Path) -> None:
    """A pair of one, an unknown suffix, a folder that is not there."""
    assert "is not a pair" in run(world, "--pair", "PAK").stderr
    assert "another suffix" in run(world, "-o", tmp_path / "x.xls").stderr
    assert "no folder" in run(world, "-o", tmp_path / "none" / "x.csv").stderr
