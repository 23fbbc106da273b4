"""Files from their publishers over the network: the only module of the library that uses it.

A file is written beside its place under the name ``FILE.partial`` and takes its place in one step, once
its length and checksum are right. A connection that breaks off is taken up where it stopped, if the
server proves by its validator (``ETag``, or the date of the last change) that the file is still the same;
otherwise it is begun again. Nothing is asked for before ``fetch_file`` is called.

Sources: RFC 9110 (HTTP semantics), sections 13.1.5 (If-Range), 14 (range requests), 10.2.3 (Retry-After).
"""

import fcntl
import http.client
import json
import os
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.message import Message
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

from corridor import __version__
from corridor.data.store import hash_file, storage_errors
from corridor.errors import CancelledError, FetchError, InputError

Progress = Callable[[float, str], None]
MAX_BYTES: Final = 8 << 30
_PIECE: Final = 1 << 18
#: What an attempt has to bring so that the count of attempts begins anew.
_ENOUGH: Final = 1 << 16
_REDIRECTS: Final = 5
_LONGEST_PAUSE_S: Final = 60.0
#: Answers after which the same question may be answered: too busy, or for a moment not there.
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_PARTIAL_CONTENT, _OK, _RANGE_REFUSED = 206, 200, 416
#: How a file of a kind begins: a page that says "not found" with status 200 does not.
_BEGINNINGS: Final = {".zip": b"PK", ".xlsx": b"PK", ".parquet": b"PAR1"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a fetch waits and how often it tries.

    timeout_s: for a connection or the next bytes. attempts: in a row that bring little or nothing. pause_s: before
    the second attempt, doubled each time. A transfer slower than ``slowest_bytes_s`` over ``slow_s``
    seconds is broken off as if the connection were lost.
    """

    timeout_s: float = 30.0
    attempts: int = 5
    pause_s: float = 1.0
    slow_s: float = 60.0
    slowest_bytes_s: float = 512.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was fetched: kept beside the file as ``FILE.json``.

    ``expected`` tells whether the checksum was known beforehand and agreed, or is only recorded.
    ``fetched`` is False where the file was there already.
    """

    address: str
    file: str
    bytes: int
    sha256: str
    validator: str
    fetched_at: str
    expected: bool
    fetched: bool = True


@dataclass(slots=True)
class _Transfer:
    """A file under way. ``total`` is its whole length, None where the server does not tell."""

    address: str
    target: Path
    max_bytes: int
    progress: Progress | None
    validator: str = ""
    total: int | None = None

    @property
    def partial(self) -> Path:
        return self.target.with_name(self.target.name + ".partial")

    @property
    def note(self) -> Path:
        return self.target.with_name(self.target.name + ".partial.json")

    @property
    def size(self) -> int:
        return self.partial.stat().st_size if self.partial.exists() else 0


class _BrokenOffError(Exception):
    """The transfer stopped for a reason that may pass; ``wait_s`` is how long the server asked to wait."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def fetch_file(
    address: str,
    target: Path,
    *,
    sha256: str | None = None,
    size: int | None = None,
    max_bytes: int = MAX_BYTES,
    patience: Patience | None = None,
    again: bool = False,
    progress: Progress | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Receipt:
    """Fetch ``address`` into the file ``target`` and return its receipt.

    Parameters
    ----------
    sha256, size: what the file must have; without a checksum, the one found is recorded.
    max_bytes: a longer file is refused, before or while it comes.
    again: fetch even if the file is there and agrees with its receipt.
    progress: called with the share done (0 where the length is not known) and what is being done; an
        error it raises, such as ``CancelledError``, stops the fetch.

    Proxies are those of the environment (``https_proxy``, ``no_proxy``); none for this machine itself.
    What an interrupted fetch leaves is ``FILE.partial`` and ``FILE.partial.json``; the next fetch of the
    same address goes on from there, if the server allows it.

    Raises
    ------
    InputError: the address is neither https nor of this machine.
    FetchError: the server refuses, does not answer, or sends another file than expected; what was
        received of a wrong file is removed. StorageError: the disk refuses.
    """
    _check_address(address)
    transfer = _Transfer(address, target, max_bytes, progress)
    with storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        there = None if again else _find_receipt(transfer, sha256)
        if there:
            return there
        with _hold(transfer):
            _receive(transfer, patience or Patience(), pause)
            return _finish(transfer, sha256, size)


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(address)):
        raise InputError(
            f"'{address}' is not fetched", rule="an address that begins with https:// (http:// only here)"
        )
    if not parts.hostname:
        raise InputError(f"'{address}' names no host", rule="https://HOST/…")


def _is_this_machine(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follow redirects to https only; from this machine also to itself."""

    max_redirections = _REDIRECTS

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        here = _is_this_machine(req.full_url) and _is_this_machine(newurl)
        if urlsplit(newurl).scheme != "https" and not here:
            raise FetchError(
                f"'{req.full_url}' leads on to '{newurl}'", rule="redirects go to https:// addresses only"
            )
        if _is_this_machine(newurl) and not here:
            raise FetchError(
                f"'{req.full_url}' leads on to this machine ('{newurl}')", rule="a publisher does not"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _find_receipt(transfer: _Transfer, sha256: str | None) -> Receipt | None:
    """Return the receipt of a file that is there, was fetched from this address, and is as it was."""
    path = transfer.target.with_name(transfer.target.name + ".json")
    if not (transfer.target.is_file() and path.is_file()):
        return None
    try:
        receipt = Receipt(**json.loads(path.read_text("utf-8")) | {"fetched": False})
    except (ValueError, TypeError):
        return None
    wanted = (transfer.address, transfer.target.stat().st_size, sha256 or receipt.sha256)
    if wanted != (receipt.address, receipt.bytes, receipt.sha256):
        return None
    _tell(transfer, 1.0, "checking the file that is there")
    return receipt if hash_file(transfer.target) == receipt.sha256 else None


@contextmanager
def _hold(transfer: _Transfer) -> Iterator[None]:
    """Hold the partial file, so that two fetches do not write into one; an empty one is not left behind."""
    handle = os.open(transfer.partial, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise FetchError(
            f"'{transfer.target.name}' is being fetched already", fix="Wait for it, or stop the other fetch"
        ) from error
    try:
        yield
    finally:
        if not transfer.size:
            transfer.partial.unlink(missing_ok=True)
            transfer.note.unlink(missing_ok=True)
        os.close(handle)


def _receive(transfer: _Transfer, patience: Patience, pause: Callable[[float], None]) -> None:
    """Ask until the whole file is there; attempts count anew once enough has come."""
    _recall(transfer)
    failures = 0
    while True:
        before = transfer.size
        try:
            _ask(transfer, patience)
            return
        except _BrokenOffError as broken:
            failures = 1 if transfer.size >= before + _ENOUGH else failures + 1
            if failures >= patience.attempts:
                kept = f"{transfer.size:,} bytes are kept; the next fetch goes on from there"
                raise FetchError(
                    f"'{transfer.address}' could not be fetched: {broken}",
                    rule=f"{patience.attempts} attempts were made",
                    fix=kept if transfer.size else "Maybe there is no connection, or the address has changed",
                ) from broken
            _tell(transfer, _share(transfer), f"{broken}; trying again")
            pause(max(patience.pause_s * 2 ** (failures - 1), min(broken.wait_s, _LONGEST_PAUSE_S)))


def _recall(transfer: _Transfer) -> None:
    """Take up what an earlier fetch left, if it was of this address and can be proved to be the same file."""
    try:
        note = json.loads(transfer.note.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        note = {}
    if isinstance(note, dict) and note.get("address") == transfer.address and note.get("validator"):
        transfer.validator, transfer.total = str(note["validator"]), note.get("total")
    else:
        _start_over(transfer)


def _start_over(transfer: _Transfer) -> None:
    transfer.validator, transfer.total = "", None
    os.truncate(transfer.partial, 0)
    transfer.note.unlink(missing_ok=True)


def _ask(transfer: _Transfer, patience: Patience) -> None:
    """Ask once for what is missing and write what comes."""
    if transfer.size and not transfer.validator:
        _start_over(transfer)
    request = urllib.request.Request(transfer.address, headers=_list_headers(transfer))  # noqa: S310
    proxies = urllib.request.ProxyHandler({}) if _is_this_machine(transfer.address) else None
    handlers: list[Any] = [_Redirects(), *([proxies] if proxies else [])]
    try:
        answer = urllib.request.build_opener(*handlers).open(request, timeout=patience.timeout_s)
    except urllib.error.HTTPError as error:
        error.close()
        _weigh_refusal(transfer, error)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLCertVerificationError):
            raise FetchError(
                f"the certificate of '{transfer.address}' is not valid ({reason.verify_message})",
                rule="the server proves who it is",
            ) from error
        raise _BrokenOffError(f"no answer ({reason or type(error).__name__})") from error
    else:
        with answer:
            _take(transfer, answer, patience)


def _list_headers(transfer: _Transfer) -> dict[str, str]:
    headers = {"User-Agent": f"corridor/{__version__}", "Accept-Encoding": "identity"}
    if transfer.size:
        headers |= {"Range": f"bytes={transfer.size}-", "If-Range": transfer.validator}
    return headers


def _weigh_refusal(transfer: _Transfer, error: urllib.error.HTTPError) -> None:
    """Return if all bytes are there already; else say whether asking again can help."""
    if error.code == _RANGE_REFUSED:
        length = error.headers.get("Content-Range", "").rpartition("/")[2]
        if transfer.size and length == str(transfer.size):
            return
        _start_over(transfer)
        raise _BrokenOffError("the file has changed at its publisher") from error
    if error.code in _PASSING:
        wait = error.headers.get("Retry-After", "")
        raise _BrokenOffError(
            f"the server answers {error.code}", float(wait) if wait.isdigit() else 0.0
        ) from error
    raise FetchError(
        f"'{transfer.address}' answers {error.code} ({error.reason})",
        rule="an address that gives the file to everyone",
        fix="Look for the present address on the publisher's page and give it with --from",
    ) from error


def _take(transfer: _Transfer, answer: Any, patience: Patience) -> None:
    """Write an answer's bytes behind those that are there, or in their place."""
    if answer.status == _PARTIAL_CONTENT:
        begin, total = _read_range(answer.headers.get("Content-Range", ""))
        if begin != transfer.size or (transfer.total is not None and total != transfer.total):
            _start_over(transfer)
            raise _BrokenOffError("the server sent another part than was asked for")
    elif answer.status == _OK:
        _start_over(transfer)
        length = answer.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else None
        transfer.validator = _read_validator(answer.headers)
    else:
        raise FetchError(f"'{transfer.address}' answers {answer.status}", rule="200 or 206")
    transfer.total = total
    _check_size(transfer, total or 0)
    if transfer.validator:
        note = {"address": transfer.address, "validator": transfer.validator, "total": total}
        transfer.note.write_text(json.dumps(note), "utf-8")
    with transfer.partial.open("ab") as stream:
        for piece in _read_pieces(answer, patience):
            stream.write(piece)
            _check_size(transfer, stream.tell())
            _tell(transfer, _share(transfer, stream.tell()), f"fetching {transfer.target.name}")
    if total is not None and transfer.size < total:
        raise _BrokenOffError(f"the connection broke off after {transfer.size:,} of {total:,} bytes")


def _read_range(text: str) -> tuple[int, int | None]:
    """Return where ``bytes 100-199/200`` begins and the whole length."""
    span, _, length = text.removeprefix("bytes ").partition("/")
    begin = span.partition("-")[0]
    return int(begin) if begin.isdigit() else -1, int(length) if length.isdigit() else None


def _read_validator(headers: Message) -> str:
    """Return what proves that a file is the same: a strong ETag, else the date of its last change."""
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "")


def _read_pieces(answer: Any, patience: Patience) -> Iterator[bytes]:
    """Yield bytes as they come, and give up on a server that only drips."""
    since, received = time.monotonic(), 0
    while True:
        try:
            piece = answer.read1(_PIECE)
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise _BrokenOffError(f"the connection broke off ({reason})") from error
        if not piece:
            return
        yield piece
        received += len(piece)
        passed = time.monotonic() - since
        if passed >= patience.slow_s:
            if received < patience.slowest_bytes_s * passed:
                raise _BrokenOffError(f"only {received / passed:.0f} bytes a second came")
            since, received = time.monotonic(), 0


def _check_size(transfer: _Transfer, size: int) -> None:
    if size > transfer.max_bytes:
        _start_over(transfer)
        raise FetchError(
            f"'{transfer.address}' sends more than {transfer.max_bytes:,} bytes",
            rule="no file of this release is so large",
            fix="Fetch it with a browser if it is right, and import it with 'corridor data import'",
        )


def _finish(transfer: _Transfer, sha256: str | None, size: int | None) -> Receipt:
    """Check the whole file and put it in its place with its receipt."""
    _tell(transfer, 1.0, "checking")
    found = hash_file(transfer.partial)
    fault = _find_fault(transfer, found, sha256, size)
    if fault:
        _start_over(transfer)
        raise FetchError(
            f"'{transfer.address}' sent another file than expected: {fault}",
            rule="the file its publisher released",
            fix="Nothing was kept. Maybe the publisher has replaced it: compare with its page",
        )
    receipt = Receipt(
        address=transfer.address,
        file=transfer.target.name,
        bytes=transfer.size,
        sha256=found,
        validator=transfer.validator,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        expected=sha256 is not None,
    )
    with transfer.partial.open("rb") as stream:
        os.fsync(stream.fileno())
    transfer.partial.replace(transfer.target)
    path = transfer.target.with_name(transfer.target.name + ".json")
    path.write_text(json.dumps(asdict(receipt), indent=2) + "\n", "utf-8")
    transfer.note.unlink(missing_ok=True)
    return receipt


def _find_fault(transfer: _Transfer, found: str, sha256: str | None, size: int | None) -> str:
    length = transfer.size
    if transfer.total is not None and length != transfer.total:
        return f"{length:,} bytes instead of the {transfer.total:,} that were announced"
    if size is not None and length != size:
        return f"{length:,} bytes instead of {size:,}"
    if sha256 is not None and found != sha256.lower():
        return f"sha256 {found} instead of {sha256.lower()}"
    beginning = _BEGINNINGS.get(transfer.target.suffix.lower(), b"")
    with transfer.partial.open("rb") as stream:
        if not stream.read(len(beginning)).startswith(beginning):
            return (
                f"it does not begin as a {transfer.target.suffix} file does (maybe a page that explains why)"
            )
    return "" if length else "an empty file"


def _share(transfer: _Transfer, size: int | None = None) -> float:
    done = transfer.size if size is None else size
    return min(1.0, done / transfer.total) if transfer.total else 0.0


def _tell(transfer: _Transfer, share: float, what: str) -> None:
    if transfer.progress:
        transfer.progress(share, what)


def describe_stop(target: Path) -> CancelledError:
    """Return the error that says what an interrupted fetch of ``target`` left behind."""
    partial = target.with_name(target.name + ".partial")
    kept = partial.stat().st_size if partial.exists() else 0
    left = f"{kept:,} bytes are kept in '{partial}'; the same command goes on from there" if kept else ""
    return CancelledError("the fetch was stopped", fix=left or "Nothing was kept")
