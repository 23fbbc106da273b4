"""``corridor data`` and the command's own manners: exit codes, one message, a quick start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from corridor.errors import InputError
from corridor_cli.data import showing
from corridor_cli.main import app, explain_os_error

FLOWS = (
    "year,exporter,importer,product,value_usd\n"
    "2024,PAK,CHN,010121,100\n2024,PAK,CHN,10121,1\n2024,CHN,PAK,851762,250.5\n2024,USA,CHN,100630,40\n"
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CORRIDOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "datasets"


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    path = tmp_path / "My Flows.csv"
    path.write_text(FLOWS)
    return path


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_import_list_info_verify_remove(flows: Path, home: Path) -> None:
    code, out, _ = run("data", "import", flows)
    assert code == 0
    assert "Stored 'my-flows': 3 rows of trade" in out
    assert "Missing importers" in out and "USA; they make 10.2% of all exports" in out
    assert "Equal flows summed: 1." in out
    code, out, _ = run("data", "list")
    assert code == 0 and "my-flows" in out
    code, out, _ = run("data", "info", "my-flows")
    assert code == 0
    for words in ("3 exporters, 2 destination markets", "not stated", "sha256", str(home / "my-flows")):
        assert words in out
    assert run("data", "verify")[:2] == (0, run("data", "verify", "my-flows")[1])
    assert run("data", "remove", "my-flows") == (0, "Removed 'my-flows'.\n", "")
    assert "No dataset yet" in run("data", "list")[1]


def test_json(flows: Path) -> None:
    run("data", "import", flows, "--name", "f", "--licence", "none", "--as-of", "2026-02")
    listed = json.loads(run("data", "list", "--json")[1])
    assert [(entry["name"], entry["rows"], entry["licence"]) for entry in listed] == [("f", 3, "none")]
    manifest = json.loads(run("data", "info", "f", "--json")[1])
    assert manifest["as_of"] == "2026-02"
    assert manifest["coverage"]["missing_importers"] == ["USA"]


def test_a_second_import_needs_another_name_or_replace(flows: Path) -> None:
    assert run("data", "import", flows)[0] == 0
    code, out, err = run("data", "import", flows)
    assert (code, out) == (1, "")
    assert "already a dataset 'my-flows'" in err and "--replace" in err
    assert run("data", "import", flows, "--replace")[0] == 0


def test_a_changed_byte_makes_verify_exit_1_naming_the_file(flows: Path, home: Path) -> None:
    run("data", "import", flows, "--name", "good")
    run("data", "import", flows, "--name", "hurt")
    path = next((home / "hurt").glob("*.parquet"))
    raw = bytearray(path.read_bytes())
    raw[50] ^= 1
    path.write_bytes(raw)
    code, out, err = run("data", "verify")
    assert code == 1
    assert "good: 1 files" in out
    assert f"dataset 'hurt' is damaged: {path.name} has another sha256" in err


def test_an_unreadable_manifest_hides_no_other_dataset(flows: Path, home: Path) -> None:
    run("data", "import", flows, "--name", "good")
    run("data", "import", flows, "--name", "hurt")
    (home / "hurt" / "manifest.json").write_text("{")
    code, out, err = run("data", "list")
    assert code == 0 and "good" in out
    assert "Dataset 'hurt' cannot be read" in err
    assert run("data", "info", "hurt")[0] == 1


def test_bad_rows_stand_one_below_the_other(flows: Path) -> None:
    flows.write_text(FLOWS + "".join(f"2024,PK{n},CHN,010121,1\n" for n in range(30)))
    code, out, err = run("data", "import", flows)
    lines = err.splitlines()
    assert (code, out) == (1, "")
    assert lines[0] == "30 bad rows; nothing was kept."
    assert lines[1].startswith("My Flows.csv, row 6, column 'exporter': 'PK0' – a known economy code")
    assert lines[21] == "… and 10 more rows"
    code, out, _ = run("data", "import", flows, "--skip-bad-rows")
    assert code == 0
    listed = Path(out.split("listed in ")[1].splitlines()[0])
    assert len(listed.read_text().splitlines()) == 31


def test_options_of_import_reach_the_importer(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("from,to,hs,kind,amount\nPAK,CHN,010121,x,1.5\nPAK,CHN,520100,y,9\n")
    options = [
        *("--kind", "trade", "--unit", "thousand_usd", "--year", "2023", "--where", "kind=x", "--name", "o"),
        *("--column", "exporter=from", "--column", "importer=to", "--column", "product=hs"),
        *("--column", "value_usd=amount"),
    ]
    code, out, _ = run("data", "import", path, *options)
    assert code == 0
    assert "1 rows of trade" in out and "Left out (kind is not x): 1 rows." in out
    assert "2023: 1 exporters" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["data", "import"],
        ["data", "import", "x.csv", "--column", "exporter"],
        ["data", "nothing"],
        ["dta"],
        ["data", "list", "--yaml"],
    ],
)
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    assert run(*arguments)[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["data", "import", "gone.csv"],
        ["data", "info", "gone"],
        ["data", "remove", "gone"],
        ["data", "verify", "../etc"],
        ["data", "import", "gone.csv", "--kind", "weather"],
    ],
)
def test_a_failure_exits_1_with_one_line_and_no_traceback(arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err


def test_interruption_and_a_full_disk_exit_1(
    flows: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    def refuse(*arguments: object) -> None:
        raise OSError(28, "No space left on device", "/disk/file")

    monkeypatch.setattr("corridor.data.store._sync_file", stop)
    assert run("data", "import", flows) == (1, "", "Stopped; nothing was written.\n")
    monkeypatch.setattr("corridor.data.store._sync_file", refuse)
    code, _, err = run("data", "import", flows)
    assert code == 1 and err.startswith("the disk is full: '/disk/file'")
    assert list(home.iterdir()) == [home / ".lock"]
    assert explain_os_error(OSError(13, "Permission denied", "/x")) == "Permission denied: /x."


def test_progress_is_drawn_only_for_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    with showing.show_progress() as progress:
        assert progress is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with showing.show_progress() as progress:
        assert progress is not None
        progress(0.5, "reading")


def test_help_is_quick_and_loads_no_stage() -> None:
    code = (
        "import sys, corridor_cli.main as main\n"
        "sys.argv = ['corridor', '--help']\n"
        "try:\n    main.run()\n"
        "except SystemExit as stop:\n    code = stop.code\n"
        "heavy = {'django', 'polars', 'duckdb', 'numpy', 'ortools', 'corridor.data'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "sys.exit(code)\n"
    )
    elapsed = []
    for _ in range(3):
        before = os.times()
        outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        after = os.times()
        # The command's own work, whatever else the machine is doing.
        elapsed.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
        assert outcome.returncode == 0, outcome.stderr
        assert "Datasets: fetch, import, bridge, list" in outcome.stdout
    assert min(elapsed) < 0.5


def test_a_module_with_one_function_is_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def command(pair: str, loud: bool = typer.Option(False)) -> None:
        """Say the pair."""
        if pair == "PK":
            raise InputError("exporter 'PK' is not known", fix="Maybe 'PAK'")
        print(pair.upper() if loud else pair)

    module = type(sys)("corridor_cli.brief")
    module.__spec__ = sys.__spec__
    module.command = command  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "corridor_cli.brief", module)
    assert run("brief", "pak", "--loud") == (0, "PAK\n", "")
    assert run("brief", "PK") == (1, "", "exporter 'PK' is not known. Maybe 'PAK'.\n")
    assert run("brief")[0] == 2


def test_version() -> None:
    assert run("--version")[1].startswith("corridor 0.")
