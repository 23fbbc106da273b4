"""``corridor brief`` as a person calls it."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from corridor_cli.main import app

runner = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CORRIDOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: object) -> Result:
    quick = ("--time-limit", "0.5", "--as-of", "2026-11-23")
    return runner.invoke(app, ["brief", *map(str, arguments), *quick])


def test_three_formats_in_three_languages(tmp_path: Path) -> None:
    out = tmp_path / "papers"
    done = run("PAK", "CHN", "--out", out)
    assert done.exit_code == 0, done.output
    expected = {
        f"brief-PAK-CHN.{language}.{form}"
        for language in ("en", "zh-Hans", "ur")
        for form in ("html", "pdf", "docx")
    }
    assert {path.name for path in out.iterdir()} == expected
    assert {Path(line).name for line in done.stdout.split()} == expected


def test_one_language_and_format(tmp_path: Path) -> None:
    done = run("CHN", "PAK", "--out", tmp_path / "p", "--language", "ur", "--formats", "html", "--real-only")
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["brief-CHN-PAK.ur.html"]


def test_imported_dataset_is_used_where_it_covers_the_pair(tmp_path: Path) -> None:
    made = runner.invoke(app, ["data", "illustrate", "--economies", "6", "--products", "30", "--years", "1"])
    assert made.exit_code == 0, made.output
    done = run("XAA", "XAB", "--out", tmp_path / "p", "--language", "en", "--formats", "html")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "p" / "brief-XAA-XAB.en.html").read_text(encoding="utf-8")
    assert "Illustrative data, generated: not real trade." in page
    assert "illustrative, 2024" in page
    captions = re.findall(r"<figcaption>.*?</figcaption>", page)
    assert captions
    assert all('<span class="tag">illustrative</span>' in caption for caption in captions)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("PAK", "QQQ"), "QQQ"),
        (("PAK", "CHN", "--trade", "nowhere.parquet"), "nowhere.parquet"),
        (("PAK", "CHN", "--trade", "no-such-set"), "no-such-set"),
        (("PAK", "CHN", "--language", "fr"), "'fr'"),
        (("PAK", "CHN", "--formats", "odt"), "'odt'"),
        (("PAK", "CHN", "--as-of", "tomorrow"), "'tomorrow'"),
        (("PAK", "CHN", "--target-usd", "5e9"), "--target-source"),
        (("PAK", "CHN", "--year", "2023"), "2023"),
    ],
)
def test_refusals_are_one_message_and_leave_nothing(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    run_arguments = (*arguments[:2], "--out", tmp_path / "p", *arguments[2:])
    # the date given last would win
    quick = ("--time-limit", "0.5")
    done = runner.invoke(app, ["brief", *map(str, run_arguments), *quick])
    assert done.exit_code == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "p").exists() or not list((tmp_path / "p").iterdir())


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    done = run("PAK", "CHN", "--out", tmp_path / "taken")
    assert done.exit_code == 1
    assert "nothing can be written to" in done.stderr
