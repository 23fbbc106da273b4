"""``corridor data`` beyond trade: tariffs, concordances, bridges, and fetching from a server on this machine."""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corridor_cli.main import app

YEAR = "t,i,j,k,v,q\n{year},586,156,010121,2.0,1.0\n{year},842,586,520100,4.0,NA\n"
CODES = "country_code,country_name,country_iso2,country_iso3\n586,Pakistan,PK,PAK\n156,China,CN,CHN\n842,USA,US,USA\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CORRIDOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.fixture
def address() -> Iterator[str]:
    """Serve a small BACI for every path but ``/gone``."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for year in (2023, 2024):
            archive.writestr(f"BACI_HS17_Y{year}_V202601.csv", YEAR.format(year=year))
        archive.writestr("country_codes_V202601.csv", CODES)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"" if self.path == "/gone" else packed.getvalue()
            self.send_response(404 if self.path == "/gone" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_fetch_downloads_imports_and_says_what_it_did(address: str, home: Path) -> None:
    code, out, err = run("data", "fetch", "baci", "--year", 2024, "--from", f"{address}/baci.zip")
    assert (code, err) == (0, "")
    assert f"Fetched {home / 'downloads' / 'BACI_HS17_V202601.zip'}" in out
    assert "no checksum was known; it is recorded for the next time" in out
    assert "Stored 'baci-hs17': 2 rows of trade" in out
    code, out, _ = run("data", "info", "baci-hs17")
    assert f"Fetched from {address}/baci.zip at" in out and "HS17" in out and "CEPII: BACI" in out
    code, out, err = run("data", "fetch", "baci", "--from", f"{address}/baci.zip")
    assert code == 1 and "already a dataset 'baci-hs17'" in err
    code, out, _ = run("data", "fetch", "baci", "--from", f"{address}/baci.zip", "--name", "whole")
    assert code == 0 and "Not asked for again" in out and "2023–2024" in out


def test_only_download_into_a_folder_and_a_checksum(address: str, tmp_path: Path) -> None:
    options = ("data", "fetch", "baci", "--from", f"{address}/x", "--out", tmp_path / "d", "--only-download")
    assert run(*options)[0] == 0
    assert (tmp_path / "d" / "BACI_HS17_V202601.zip").is_file()
    assert run("data", "list")[1].startswith("No dataset yet")
    code, _, err = run(*options, "--again", "--sha256", "0" * 64)
    assert code == 1 and "another file than expected" in err


def test_what_cannot_be_fetched_is_one_sentence(
    address: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run("data", "fetch", "baci", "--from", f"{address}/gone")
    assert (code, out) == (1, "") and "answers 404" in err and "--from" in err
    assert run("data", "fetch", "bacci")[2].startswith("no release is known as 'bacci'")
    assert "is not fetched" in run("data", "fetch", "baci", "--from", "http://example.org/x")[2]
    assert not list((home / "downloads").iterdir())

    def stop(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("corridor.data.fetch._ask", stop)
    code, _, err = run("data", "fetch", "baci", "--from", f"{address}/x")
    assert (code, err) == (1, "the fetch was stopped. Nothing was kept.\n")


def test_the_known_releases_are_listed() -> None:
    for arguments in (("--list",), ()):
        code, out, _ = run("data", "fetch", *arguments)
        assert code == 0
        for words in ("worldbank gdp", "cepii geodist", "Etalab 2.0", "hs 17, 92"):
            assert words in out


def test_tariffs_are_imported_described_and_bridged(tmp_path: Path) -> None:
    schedule = write(
        tmp_path / "tariffs.csv",
        "importer,exporter,product,rate_percent\nCHN,,01012100,10\nCHN,N37,010121,1\nCHN,,170112,5 per kg\n",
    )
    members = write(tmp_path / "groups.csv", "RegionCode,Partner\nN37,586\n")
    code, out, err = run(
        *("data", "import", schedule, "--kind", "tariffs", "--year", 2024, "--groups", members),
        *("--nomenclature", "HS 2017", "--source", "Customs", "--licence", "internal"),
    )
    assert (code, err) == (0, "")
    assert "Stored 'tariffs': 2 rows of tariffs" in out
    assert "Left out (no ad valorem rate (specific duty), so unknown): 1 rows." in out
    code, out, _ = run("data", "info", "tariffs")
    for words in (
        "2024: 1 importers, 1 exporters, 1 products.",
        "preferential 50.0%, schedule 50.0%",
        "HS17",
    ):
        assert words in out
    steps = write(tmp_path / "steps.csv", "HS5_6d,HS0_6d\n010121,010111\n")
    assert (
        "HS17 to HS92" in run("data", "import", steps, "--name", "steps")[1] + run("data", "info", "steps")[1]
    )
    code, out, _ = run("data", "bridge", "tariffs", "--concordance", "steps", "--name", "tariffs92")
    assert code == 0 and "Moved from dataset 'tariffs' by concordance steps: HS17 to HS92." in out
    listed = {entry["name"]: entry for entry in json.loads(run("data", "list", "--json")[1])}
    assert listed["tariffs92"]["nomenclature"] == "HS92"
    assert listed["tariffs"]["contents"]["counts"]["importers"] == 1
    assert run("data", "import", steps, "--name", "x", "--nomenclature", "HS99")[0] == 2


def test_trade_is_bridged_with_its_report(tmp_path: Path) -> None:
    flows = write(
        tmp_path / "flows_hs17.csv",
        "year,exporter,importer,product,value_usd\n2024,PAK,CHN,010121,100\n2024,PAK,CHN,520100,300\n",
    )
    steps = write(tmp_path / "steps.csv", "HS5_6d,HS0_6d\n010121,010111\n010121,010119\n")
    run("data", "import", flows, "--name", "flows")
    run("data", "import", steps, "--name", "steps")
    code, out, _ = run("data", "bridge", "flows", "--concordance", "steps", "--name", "old")
    assert code == 0
    assert "0 codes have one target; 1 are split over several (25.00% of the value)" in out
    assert "1 are unknown to the concordance and kept as they are (75.00% of the value)" in out
    assert "Kept as they are, largest first: 520100." in out
    code, _, err = run("data", "bridge", "old", "--concordance", "steps", "--name", "older")
    assert code == 1 and "is in HS92, the concordance leaves HS17" in err
