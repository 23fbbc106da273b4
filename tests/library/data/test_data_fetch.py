"""Fetching against a server on this machine that breaks off, lies, drips, moves and forbids."""

import ast
import functools
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import corridor
from corridor.data.fetch import Patience, Receipt, describe_stop, fetch_file
from corridor.data.importers import import_file
from corridor.data.inputs import Reading
from corridor.data.publishers import fetch_release, find_release, import_release, list_releases
from corridor.data.store import Store
from corridor.errors import BadRowsError, CancelledError, FetchError, InputError
from corridor.tables import INDICATORS

BODY = bytes(range(256)) * 1200
DIGEST = hashlib.sha256(BODY).hexdigest()
QUICK = Patience(timeout_s=2.0, attempts=3, pause_s=0.0, slow_s=0.3, slowest_bytes_s=1000)

Reply = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers each request by the next reply, the last one for ever; remembers what was asked."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.asked: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append({"path": self.path, **dict(self.headers.items())})
                reply = outer.replies.pop(0) if len(outer.replies) > 1 else outer.replies[0]
                reply(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/file.bin"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def send(
    handler: BaseHTTPRequestHandler,
    *,
    body: bytes = BODY,
    tag: str = '"one"',
    cut: int | None = None,
    ranges: bool = True,
    length: int | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> None:
    """Send a file, or the part that was asked for; ``cut`` closes the connection after so many bytes."""
    begin = 0
    asked = handler.headers.get("Range", "")
    if ranges and asked and handler.headers.get("If-Range") == tag:
        begin = int(asked.removeprefix("bytes=").rstrip("-"))
        if begin >= len(body):
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(body)}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        handler.send_response(206)
        handler.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
    else:
        handler.send_response(200)
    part = body[begin:]
    if tag:
        handler.send_header("ETag", tag)
    for name, value in headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(part) if length is None else length))
    handler.end_headers()
    handler.wfile.write(part if cut is None else part[:cut])
    handler.close_connection = True


def status(code: int, *headers: tuple[str, str]) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return reply


part = functools.partial


def fetch(server: Server, folder: Path, **options: object) -> Receipt:
    options = {"patience": QUICK, "pause": lambda seconds: None, **options}
    return fetch_file(server.address, folder / "file.bin", **options)  # type: ignore[arg-type]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# -------------------------------------------------------------------------------------------- it works
def test_a_file_comes_whole_with_a_receipt_and_is_not_fetched_twice(server: Server, tmp_path: Path) -> None:
    server.replies = [send]
    seen: list[float] = []
    receipt = fetch(server, tmp_path, sha256=DIGEST, progress=lambda share, what: seen.append(share))
    assert (tmp_path / "file.bin").read_bytes() == BODY
    assert (receipt.sha256, receipt.bytes, receipt.expected, receipt.fetched) == (
        DIGEST,
        len(BODY),
        True,
        True,
    )
    assert json.loads((tmp_path / "file.bin.json").read_text())["sha256"] == DIGEST
    assert names(tmp_path) == ["file.bin", "file.bin.json"]
    assert seen == sorted(seen) and seen[-1] == 1.0
    assert not fetch(server, tmp_path).fetched and len(server.asked) == 1
    assert fetch(server, tmp_path, again=True).fetched and len(server.asked) == 2


def test_a_file_that_was_changed_here_is_fetched_anew(server: Server, tmp_path: Path) -> None:
    server.replies = [send]
    fetch(server, tmp_path)
    (tmp_path / "file.bin").write_bytes(b"x" + BODY[1:])
    assert fetch(server, tmp_path).fetched
    assert (tmp_path / "file.bin").read_bytes() == BODY
    assert not fetch(server, tmp_path).expected


def test_a_cut_connection_is_taken_up_where_it_stopped(server: Server, tmp_path: Path) -> None:
    server.replies = [part(send, cut=100_000), part(send, cut=120_000), send]
    receipt = fetch(server, tmp_path, sha256=DIGEST)
    assert receipt.sha256 == DIGEST
    assert [asked.get("Range") for asked in server.asked] == [None, "bytes=100000-", "bytes=220000-"]
    assert {asked.get("If-Range") for asked in server.asked[1:]} == {'"one"'}


def test_a_connection_that_breaks_off_more_often_than_it_may_fail_gets_there(
    server: Server, tmp_path: Path
) -> None:
    server.replies = [part(send, cut=70_000)]
    assert fetch(server, tmp_path, sha256=DIGEST).bytes == len(BODY)
    assert len(server.asked) == 5 > QUICK.attempts


def test_a_later_fetch_goes_on_from_what_an_earlier_one_left(server: Server, tmp_path: Path) -> None:
    server.replies = [part(send, cut=100_000), status(503)]
    with pytest.raises(FetchError, match=r"the server answers 503.*100,000 bytes are kept"):
        fetch(server, tmp_path)
    assert names(tmp_path) == ["file.bin.partial", "file.bin.partial.json"]
    server.replies = [send]
    assert fetch(server, tmp_path, sha256=DIGEST).bytes == len(BODY)
    assert server.asked[-1]["Range"] == "bytes=100000-"
    assert names(tmp_path) == ["file.bin", "file.bin.json"]


def test_a_server_that_ignores_ranges_is_begun_again(server: Server, tmp_path: Path) -> None:
    server.replies = [part(send, cut=100_000, ranges=False), part(send, ranges=False)]
    fetch(server, tmp_path, sha256=DIGEST)
    assert server.asked[1]["Range"] == "bytes=100000-"
    assert (tmp_path / "file.bin").read_bytes() == BODY


def test_a_file_that_changed_meanwhile_is_begun_again_never_mixed(server: Server, tmp_path: Path) -> None:
    new = BODY[::-1]
    server.replies = [part(send, cut=100_000), part(send, body=new, tag='"two"')]
    receipt = fetch(server, tmp_path)
    assert (tmp_path / "file.bin").read_bytes() == new
    assert receipt.validator == '"two"'


def test_without_a_validator_nothing_is_taken_up(server: Server, tmp_path: Path) -> None:
    server.replies = [part(send, cut=100_000, tag=""), part(send, tag="")]
    fetch(server, tmp_path, sha256=DIGEST)
    assert all("Range" not in asked for asked in server.asked)
    weak = part(send, tag='W/"x"', headers=(("Last-Modified", "Mon, 05 Jan 2026 10:00:00 GMT"),))
    server.replies = [part(weak, cut=100_000), weak]
    fetch(server, tmp_path, again=True, sha256=DIGEST)
    assert server.asked[-1]["If-Range"] == "Mon, 05 Jan 2026 10:00:00 GMT"


def test_what_is_whole_already_is_not_sent_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.partial").write_bytes(BODY)
    note = {"address": server.address, "validator": '"one"', "total": len(BODY)}
    (tmp_path / "file.bin.partial.json").write_text(json.dumps(note))
    server.replies = [send]
    assert fetch(server, tmp_path, sha256=DIGEST).sha256 == DIGEST
    assert len(server.asked) == 1


def test_a_part_of_another_address_is_not_taken_up(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.partial").write_bytes(b"y" * 1000)
    note = {"address": "https://elsewhere.example/x", "validator": '"one"', "total": len(BODY)}
    (tmp_path / "file.bin.partial.json").write_text(json.dumps(note))
    server.replies = [send]
    fetch(server, tmp_path, sha256=DIGEST)
    assert "Range" not in server.asked[0]


def test_503_then_200_waits_as_it_is_asked_to(server: Server, tmp_path: Path) -> None:
    server.replies = [status(503, ("Retry-After", "7")), status(429, ("Retry-After", "900")), send]
    pauses: list[float] = []
    fetch(server, tmp_path, pause=pauses.append, sha256=DIGEST)
    assert pauses == [7.0, 60.0]


def test_pauses_double_and_attempts_end(server: Server, tmp_path: Path) -> None:
    server.replies = [status(502)]
    pauses: list[float] = []
    patience = Patience(attempts=4, pause_s=1.0)
    with pytest.raises(FetchError, match=r"answers 502.*4 attempts were made"):
        fetch(server, tmp_path, patience=patience, pause=pauses.append)
    assert pauses == [1.0, 2.0, 4.0]
    assert names(tmp_path) == []


# ----------------------------------------------------------------------------------------- what is wrong
def test_404_is_final_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    server.replies = [status(404)]
    with pytest.raises(FetchError, match=r"answers 404.*--from"):
        fetch(server, tmp_path)
    assert len(server.asked) == 1 and names(tmp_path) == []


def test_a_wrong_checksum_or_length_leaves_nothing(server: Server, tmp_path: Path) -> None:
    server.replies = [send]
    with pytest.raises(FetchError, match=rf"sha256 {DIGEST} instead of {'0' * 64}"):
        fetch(server, tmp_path, sha256="0" * 64)
    with pytest.raises(FetchError, match="307,200 bytes instead of 307,201"):
        fetch(server, tmp_path, size=len(BODY) + 1)
    assert names(tmp_path) == []


def test_a_length_that_never_comes_ends_in_an_error_that_says_so(server: Server, tmp_path: Path) -> None:
    server.replies = [part(send, length=len(BODY) + 10, tag="")]
    with pytest.raises(FetchError, match="broke off after 307,200 of 307,210 bytes"):
        fetch(server, tmp_path)
    assert not (tmp_path / "file.bin").exists()


def test_a_part_other_than_asked_for_is_not_appended(server: Server, tmp_path: Path) -> None:
    def lie(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(206)
        handler.send_header("Content-Range", f"bytes 5-{len(BODY) - 1}/{len(BODY)}")
        handler.send_header("Content-Length", str(len(BODY) - 5))
        handler.end_headers()
        handler.wfile.write(BODY[5:])

    server.replies = [part(send, cut=100_000), lie, send]
    fetch(server, tmp_path, sha256=DIGEST)
    assert "Range" not in server.asked[-1]


def test_a_file_larger_than_allowed_is_refused_before_and_while_it_comes(
    server: Server, tmp_path: Path
) -> None:
    server.replies = [send]
    with pytest.raises(FetchError, match="sends more than 1,000 bytes"):
        fetch(server, tmp_path, max_bytes=1000)

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x" * 10_000)

    server.replies = [endless]
    with pytest.raises(FetchError, match="sends more than 50,000 bytes"):
        fetch(server, tmp_path, max_bytes=50_000)
    assert names(tmp_path) == []


def test_a_page_in_the_place_of_an_archive_is_refused(server: Server, tmp_path: Path) -> None:
    server.replies = [part(send, body=b"<html>moved</html>")]
    with pytest.raises(FetchError, match=r"does not begin as a \.zip file does"):
        fetch_file(server.address, tmp_path / "a.zip", patience=QUICK)
    server.replies = [part(send, body=b"")]
    with pytest.raises(FetchError, match="an empty file"):
        fetch(server, tmp_path)
    assert names(tmp_path) == []


def test_a_silent_and_a_dripping_server_are_given_up(server: Server, tmp_path: Path) -> None:
    def silent(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "10")
        handler.end_headers()
        time.sleep(1.0)

    server.replies = [silent]
    patience = Patience(timeout_s=0.2, attempts=2, pause_s=0)
    with pytest.raises(FetchError, match="timed out"):
        fetch(server, tmp_path, patience=patience)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(30):
            try:
                handler.wfile.write(b".")
                handler.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    server.replies = [drip]
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"only .* bytes a second came"):
        fetch(server, tmp_path, patience=Patience(2.0, 2, 0, 0.3, 1000))
    assert time.monotonic() - started < 5


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"no answer.*Maybe there is no connection"):
        fetch_file(
            "http://127.0.0.1:9/x", tmp_path / "x", patience=Patience(1, 2, 0), pause=lambda seconds: None
        )
    assert names(tmp_path) == []


# ---------------------------------------------------------------------------------- addresses, redirects
@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/x.zip",
        "ftp://example.org/x.zip",
        "file:///etc/passwd",
        "x.zip",
        "http://127.0.0.1.example.org/x",
        "https:///x",
    ],
)
def test_other_addresses_are_never_asked(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        fetch_file(address, tmp_path / "x")
    assert names(tmp_path) == []


def test_redirects_on_this_machine_are_followed_with_their_range(server: Server, tmp_path: Path) -> None:
    moved = status(302, ("Location", "/moved.bin"))
    server.replies = [moved, part(send, cut=100_000), moved, send]
    fetch(server, tmp_path, sha256=DIGEST)
    assert [asked["path"] for asked in server.asked] == ["/file.bin", "/moved.bin"] * 2
    assert server.asked[-1]["Range"] == "bytes=100000-"


@pytest.mark.parametrize(
    ("to", "match"),
    [
        ("http://example.org/x", "leads on to 'http://example.org/x'"),
        ("ftp://example.org/x", r"leads on to|answers 302"),
    ],
)
def test_redirects_to_open_addresses_are_refused(server: Server, tmp_path: Path, to: str, match: str) -> None:
    server.replies = [status(302, ("Location", to))]
    with pytest.raises(FetchError, match=match):
        fetch(server, tmp_path)
    assert names(tmp_path) == []


def test_a_circle_of_redirects_ends(server: Server, tmp_path: Path) -> None:
    server.replies = [status(302, ("Location", "/file.bin"))]
    with pytest.raises(FetchError, match="answers 302"):
        fetch(server, tmp_path)


def test_no_proxy_stands_between_this_machine_and_itself(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.replies = [send]
    assert fetch(server, tmp_path).sha256 == DIGEST


# ----------------------------------------------------------------------------------------------- stopped
def test_a_cancelled_fetch_says_what_is_kept_and_goes_on(server: Server, tmp_path: Path) -> None:
    def cancel(share: float, what: str) -> None:
        if share > 0.2 and what.startswith("fetching"):
            raise CancelledError("stopped")

    server.replies = [send]
    with pytest.raises(CancelledError):
        fetch(server, tmp_path, progress=cancel)
    assert names(tmp_path) == ["file.bin.partial", "file.bin.partial.json"]
    assert "bytes are kept" in str(describe_stop(tmp_path / "file.bin"))
    fetch(server, tmp_path, sha256=DIGEST)
    assert server.asked[-1]["Range"].startswith("bytes=")
    assert "Nothing was kept" in str(describe_stop(tmp_path / "other.bin"))


def test_two_fetches_of_one_file_do_not_mix(server: Server, tmp_path: Path) -> None:
    failures: list[Exception] = []

    def second(share: float, what: str) -> None:
        if not failures:
            try:
                fetch(server, tmp_path)
            except FetchError as error:
                failures.append(error)

    server.replies = [send]
    fetch(server, tmp_path, sha256=DIGEST, progress=second)
    assert "is being fetched already" in str(failures[0])


# --------------------------------------------------------------------------------------------- releases
def test_every_release_has_a_lawful_address_and_what_it_becomes() -> None:
    for release in list_releases():
        assert release.address.startswith("https://") and release.page.startswith("https://")
        assert release.publisher and release.licence and release.attribution and release.title
        assert 0 < release.max_bytes <= 8 << 30


def test_options_are_filled_in_and_a_next_release_may_be_named() -> None:
    release = find_release("baci", {"hs": "92", "release": "202701"})
    assert release.address == "https://www.cepii.fr/DATA_DOWNLOAD/baci/data/BACI_HS92_V202701.zip"
    assert (release.file, release.name) == ("BACI_HS92_V202701.zip", "baci-hs92")
    for options, match in (
        ({"hs": "2017"}, "no hs"),
        ({"hs": "../x"}, "no hs"),
        ({"release": "2026/1"}, "no release"),
    ):
        with pytest.raises(InputError, match=match):
            find_release("baci", options)
    with pytest.raises(InputError, match="Maybe you meant 'baci'"):
        find_release("bacci")
    with pytest.raises(InputError, match="has no option 'hs'"):
        find_release("worldbank gdp", {"hs": "17"})


def test_a_fetched_baci_becomes_a_dataset_of_one_year_that_says_where_it_is_from(
    server: Server, tmp_path: Path, store: Store, baci_zip: Path
) -> None:
    server.replies = [part(send, body=baci_zip.read_bytes())]
    release = find_release("baci")
    file, receipt = fetch_release(release, tmp_path / "downloads", address=server.address, patience=QUICK)
    manifest = import_release(store, release, file, receipt, years=(2024,))
    assert (manifest.name, manifest.rows, manifest.nomenclature) == ("baci-hs17", 5, "HS17")
    assert manifest.coverage is not None and manifest.coverage.years == (2024,)
    assert f"sha256 {receipt.sha256} (recorded at this first fetch)" in manifest.notes[0]
    assert (manifest.licence, manifest.as_of) == ("Etalab 2.0", "2026-01")
    with pytest.raises(InputError, match=r"no file is named after 1999.*2023, 2024"):
        import_release(store, release, file, receipt, name="x", years=(1999,))


WORLD_BANK = (
    '"Data Source","World Development Indicators",\n\n"Last Updated Date","2026-01-15",\n\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2022","2023","2024",\n'
    '"Pakistan","PAK","GDP (current US$)","NY.GDP.MKTP.CD","374697500000","338368500000","",\n'
    '"World","WLD","GDP (current US$)","NY.GDP.MKTP.CD","1e14","1e14","1e14",\n'
)


def test_a_world_bank_archive_is_read_as_it_comes(server: Server, tmp_path: Path, store: Store) -> None:
    import zipfile

    path = tmp_path / "api.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Metadata_Country_API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv", '"a","b"\n')
        archive.writestr("API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv", "\ufeff" + WORLD_BANK)
    server.replies = [part(send, body=path.read_bytes())]
    release = find_release("worldbank gdp")
    file, receipt = fetch_release(release, tmp_path / "downloads", address=server.address, patience=QUICK)
    manifest = import_release(store, release, file, receipt)
    frame = INDICATORS.check(store.scan("worldbank-gdp", "indicators").collect())
    assert frame.select("economy", "year", "value").rows() == [
        ("PAK", 2022, 374697500000.0),
        ("PAK", 2023, 338368500000.0),
    ]
    assert manifest.rows_left_out == {"no value": 1, "regional aggregate": 3}


def test_a_bad_cell_below_the_rows_about_the_source_is_named_by_its_row(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "API_x.csv"
    path.write_text(WORLD_BANK.replace('"338368500000"', '"soon"'))
    with pytest.raises(BadRowsError) as caught:
        import_file(store, path, name="x", reading=Reading("gdp"))
    assert [(error.row, error.value) for error in caught.value.errors] == [(6, "soon")]


# ----------------------------------------------------------------------------------------- the contract
NETWORK = {
    "urllib.request",
    "urllib.error",
    "http",
    "socket",
    "ssl",
    "ftplib",
    "smtplib",
    "asyncio",
    "requests",
    "httpx",
    "urllib3",
}


def test_no_other_module_of_the_library_uses_the_network() -> None:
    root = Path(corridor.__file__).parent
    users = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(module in NETWORK or module.split(".")[0] in NETWORK for module in modules):
                users.add(path.relative_to(root).as_posix())
    assert users == {"data/fetch.py"}


def test_importing_the_library_opens_no_connection() -> None:
    code = (
        "import pkgutil, importlib, socket\n"
        "def refuse(*a, **k): raise AssertionError('a connection was opened')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "import corridor\n"
        "for found in pkgutil.walk_packages(corridor.__path__, 'corridor.'):\n"
        "    importlib.import_module(found.name)\n"
    )
    here = {**os.environ, "PYTHONPATH": str(Path(corridor.__file__).parents[1])}
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=here
    )
    assert outcome.returncode == 0, outcome.stderr
