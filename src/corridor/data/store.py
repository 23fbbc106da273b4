"""The store: one folder a dataset, immutable Parquet files and the manifest that names them.

Writing is all or nothing. Files are written into a hidden folder inside the store, flushed to the
disk, and only then one rename makes them a dataset. To replace a dataset, the new files are moved
beside the old ones under other names (a file carries its hash in its name), and renaming the new
manifest over the old one is the switch. Whoever is killed in between leaves a hidden folder, or files
that no manifest names; the next writer removes them once their owner is gone, which a file lock tells
(process numbers are used again, locks are not).
"""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import polars as pl

from corridor import __version__
from corridor.data.coverage import Margins, cover, measure_contents, measure_margins
from corridor.data.manifest import MANIFEST_FILE, FileRecord, Manifest, read_manifest
from corridor.errors import (
    DatasetDamagedError,
    DatasetNotFoundError,
    InputError,
    StorageError,
)

_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")
_PARTIAL: Final = ".partial-"
_STORE_LOCK: Final = ".lock"
_OWNER_LOCK: Final = ".owner"
_HASH_BLOCK: Final = 1 << 20
#: Where the compression and the group size serve a reader that filters by economy.
PARQUET: Final[Mapping[str, Any]] = {"compression": "zstd", "compression_level": 3, "row_group_size": 262_144}


def default_store() -> "Store":
    """Return the user's store: ``$CORRIDOR_HOME/datasets``, else the platform's data folder."""
    home = os.environ.get("CORRIDOR_HOME")
    if home:
        return Store(Path(home) / "datasets")
    base = os.environ.get("XDG_DATA_HOME")
    return Store((Path(base) if base else Path.home() / ".local" / "share") / "corridor" / "datasets")


def check_name(name: str) -> str:
    """Return ``name`` if it can name a dataset.

    Raises
    ------
    InputError: it has other characters, or would leave the store.
    """
    if not _NAME.fullmatch(name) or ".." in name:
        proposal = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64]
        raise InputError(
            f"{name!r} cannot name a dataset",
            rule="up to 64 of the characters a-z, 0-9, '-', '_' and '.', with a letter or digit at both ends",
            fix=f"Maybe '{proposal}'" if proposal else "",
        )
    return name


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into a ``StorageError`` of one sentence."""
    try:
        yield
    except OSError as error:
        raise _storage_error(error, _find_code(error), path) from error
    except pl.exceptions.ComputeError as error:
        code = _find_code(error)
        if code is None:
            raise
        raise _storage_error(error, code, path) from error


def _find_code(error: Exception) -> int | None:
    """Return the number of a system error; Polars tells it only in its text."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    told = re.search(r"os error (\d+)", str(error))
    return int(told[1]) if told else None


def _storage_error(error: Exception, code: int | None, path: Path) -> StorageError:
    where = getattr(error, "filename", None) or str(path)
    reason = os.strerror(code) if code is not None else str(error)
    if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageError(
            f"the disk is full: '{where}' could not be written",
            fix="Nothing was kept; free some space or set CORRIDOR_HOME to a folder on another disk",
        )
    if code in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StorageError(
            f"'{where}' may not be written ({reason})",
            fix="Nothing was kept; set CORRIDOR_HOME to a folder you may write",
        )
    return StorageError(f"'{where}' could not be written or read ({reason})")


class Store:
    """The datasets below one folder. Reading never changes it; it is made by the first write."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    @property
    def path(self) -> Path:
        """Return the folder of the store."""
        return self.root

    def names(self) -> list[str]:
        """Return the names of all datasets, sorted."""
        if not self.root.is_dir():
            return []
        with storage_errors(self.root):
            return sorted(
                folder.name
                for folder in self.root.iterdir()
                if _NAME.fullmatch(folder.name) and folder.is_dir()
            )

    def list(self) -> "list[Manifest]":
        """Return the manifests of all readable datasets, by name; ``verify`` tells of the others."""
        manifests = []
        for name in self.names():
            try:
                manifests.append(read_manifest(self.root / name))
            except DatasetDamagedError:
                continue
        return manifests

    def folder(self, name: str) -> Path:
        """Return the folder of a dataset.

        Raises
        ------
        DatasetNotFoundError: there is none of that name.
        """
        folder = self.root / check_name(name)
        if not folder.is_dir():
            raise _not_found(name, self.names())
        return folder

    def info(self, name: str) -> Manifest:
        """Return the manifest of a dataset."""
        folder = self.folder(name)
        with storage_errors(folder):
            return read_manifest(folder)

    def scan(self, name: str, table: str = "trade") -> pl.LazyFrame:
        """Return a table of a dataset, unread.

        Raises
        ------
        DatasetNotFoundError: no such dataset, or it has no such table.
        DatasetDamagedError: a file is missing.
        """
        manifest = self.info(name)
        records = [record for record in manifest.files if record.table == table and record.rows is not None]
        if not records:
            raise DatasetNotFoundError(
                f"dataset '{name}' has no table '{table}'", rule=f"it has {', '.join(manifest.tables)}"
            )
        paths = [self.root / name / record.file for record in records]
        for path in paths:
            if not path.is_file():
                raise _damaged(name, [path.name + " is missing"])
        return pl.scan_parquet(paths, glob=False)

    def verify(self, name: str) -> Manifest:
        """Check every byte of a dataset against its manifest, and return the manifest.

        Raises
        ------
        DatasetDamagedError: a file is missing, or has another size or hash; all of them are named.
        """
        manifest = self.info(name)
        faults = []
        for record in manifest.files:
            path = self.root / name / record.file
            with storage_errors(path):
                if not path.is_file():
                    faults.append(f"{record.file} is missing")
                elif path.stat().st_size != record.bytes:
                    faults.append(f"{record.file} has {path.stat().st_size} bytes instead of {record.bytes}")
                elif hash_file(path) != record.sha256:
                    faults.append(f"{record.file} has another sha256")
        if faults:
            raise _damaged(name, faults)
        return manifest

    def remove(self, name: str) -> None:
        """Remove a dataset: from one moment to the next it is gone."""
        with storage_errors(self.root):
            folder = self.folder(name)
            with self._locked():
                doomed = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=self.root))
                folder.rename(doomed / name)
                _sync_folder(self.root)
            shutil.rmtree(doomed, ignore_errors=True)

    @contextmanager
    def write(self, name: str, *, replace: bool = False) -> "Iterator[DatasetWriter]":
        """Open a new dataset for writing; nothing is visible before ``commit``.

        Leaving the block without ``commit``, by an error or otherwise, removes everything written.

        Raises
        ------
        InputError: the name cannot be used, or is taken and ``replace`` is not set.
        StorageError: the disk refuses.
        """
        self.check_free(name, replace)
        with storage_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            with self._locked():
                self._sweep()
                folder = Path(tempfile.mkdtemp(prefix=f"{_PARTIAL}{name}-", dir=self.root))
                owner = _lock_file(folder / _OWNER_LOCK, wait=False)
        try:
            with storage_errors(folder):
                yield DatasetWriter(self, name, folder, replace)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            if owner is not None:
                os.close(owner)

    def check_free(self, name: str, replace: bool) -> None:
        """Refuse a name that is taken, unless its dataset is to be replaced.

        Raises
        ------
        InputError: the name cannot be used, or is taken.
        """
        check_name(name)
        if not replace and (self.root / name).exists():
            raise InputError(
                f"there is already a dataset '{name}'",
                rule="a dataset never changes",
                fix="Choose another name, or replace it as a whole with --replace",
            )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the store's lock for a moment: making, publishing and sweeping exclude each other."""
        lock = _lock_file(self.root / _STORE_LOCK, wait=True)
        try:
            yield
        finally:
            if lock is not None:
                os.close(lock)

    def _sweep(self) -> None:
        """Remove what killed writers left behind; a writer that lives holds the lock of its folder."""
        for folder in self.root.glob(f"{_PARTIAL}*"):
            owner = _lock_file(folder / _OWNER_LOCK, wait=False)
            if owner is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(owner)
        for name in self.names():
            _remove_unnamed(self.root / name)

    def _publish(self, folder: Path, manifest: Manifest, replace: bool) -> None:
        """Make the written folder the dataset, in one step."""
        target = self.root / manifest.name
        with self._locked():
            self.check_free(manifest.name, replace)
            (folder / _OWNER_LOCK).unlink()
            if not target.exists():
                _sync_folder(folder)
                folder.rename(target)
            else:
                for record in manifest.files:
                    (folder / record.file).replace(target / record.file)
                _sync_folder(target)
                (folder / MANIFEST_FILE).replace(target / MANIFEST_FILE)
                _sync_folder(target)
                _remove_unnamed(target)
            _sync_folder(self.root)


class DatasetWriter:
    """A dataset being written. Add tables, then ``commit``."""

    def __init__(self, store: Store, name: str, folder: Path, replace: bool) -> None:
        self.name, self.folder = name, folder
        self._store, self._replace = store, replace
        self._records: list[FileRecord] = []
        self._columns: dict[str, tuple[str, ...]] = {}

    def add(self, table: str, frame: pl.DataFrame | pl.LazyFrame, *, part: str = "") -> FileRecord:
        """Write a table, or one ``part`` of it such as a year, as Parquet. A lazy frame is streamed."""
        partial = self.folder / f"{table}.tmp"
        with storage_errors(partial):
            frame.lazy().sink_parquet(partial, **PARQUET)
        self._columns[table] = tuple(pl.read_parquet_schema(partial))
        rows = pl.scan_parquet(partial, glob=False).select(pl.len()).collect().item()
        return self._record(partial, table, f"{table}-{part}" if part else table, ".parquet", rows)

    def add_file(self, path: Path, *, table: str) -> FileRecord:
        """Move a finished file that is no table, such as the list of rejected rows, into the dataset."""
        return self._record(path, table, path.stem, path.suffix, None)

    def commit(
        self,
        *,
        kind: str,
        source: str,
        licence: str,
        attribution: str,
        as_of: str = "",
        nomenclature: str = "",
        nomenclature_by_year: Mapping[int, str] | None = None,
        duplicates_summed: int = 0,
        rows_rejected: int = 0,
        rows_left_out: Mapping[str, int] | None = None,
        notes: tuple[str, ...] = (),
        listed_products: Collection[str] | None = None,
        illustrative: bool = False,
    ) -> Manifest:
        """Write the manifest and publish the dataset.

        Parameters
        ----------
        kind: the table the dataset is about, such as ``trade``.
        as_of: ISO date of the data, or its first part (``2026-01``); empty where not known.
        listed_products: the codes that the trade could have, so that absent ones can be counted.

        Raises
        ------
        InputError: no table ``kind`` was added.
        StorageError: the disk refuses.
        """
        if kind not in self._columns:
            raise InputError(f"dataset '{self.name}' was given no table '{kind}'", rule="its main table")
        margins = self._measure_trade() if "trade" in self._columns else []
        manifest = Manifest(
            name=self.name,
            kind=kind,
            source=source,
            licence=licence,
            attribution=attribution,
            as_of=as_of,
            rows=sum(record.rows or 0 for record in self._records if record.table == kind),
            columns=self._columns[kind],
            files=tuple(self._records),
            tables=tuple(self._columns),
            imported_at=datetime.now(UTC).isoformat(timespec="seconds"),
            corridor_version=__version__,
            nomenclature=nomenclature,
            nomenclature_by_year={str(year): name for year, name in (nomenclature_by_year or {}).items()},
            duplicates_summed=duplicates_summed,
            rows_rejected=rows_rejected,
            rows_left_out=dict(rows_left_out or {}),
            notes=notes,
            coverage=cover(margins, listed_products=listed_products) if margins else None,
            coverage_by_year={
                str(margin.year): cover([margin], listed_products=listed_products) for margin in margins
            },
            contents=None if margins else measure_contents(self._scan(kind)),
            illustrative=illustrative,
        )
        with storage_errors(self.folder):
            self._drop_scratch(manifest)
            _write_synced(self.folder / MANIFEST_FILE, manifest.to_json())
            self._store._publish(self.folder, manifest, self._replace)
        return manifest

    def _measure_trade(self) -> list[Margins]:
        """Return the margins of each year, file by file where no year stands in two: memory of one year."""
        paths = [self.folder / record.file for record in self._records if record.table == "trade"]
        parts = [part for path in paths for part in measure_margins(pl.scan_parquet(path, glob=False))]
        if len({part.year for part in parts}) < len(parts):
            return measure_margins(self._scan("trade"))
        return sorted(parts, key=lambda part: part.year)

    def _scan(self, table: str) -> pl.LazyFrame:
        paths = [self.folder / record.file for record in self._records if record.table == table]
        return pl.scan_parquet(paths, glob=False)

    def _record(self, path: Path, table: str, stem: str, suffix: str, rows: int | None) -> FileRecord:
        with storage_errors(path):
            digest = hash_file(path)
            target = self.folder / f"{stem}-{digest[:12]}{suffix}"
            path.rename(target)
            _sync_file(target)
            record = FileRecord(target.name, table, target.stat().st_size, digest, rows)
        self._records.append(record)
        return record

    def _drop_scratch(self, manifest: Manifest) -> None:
        keep = {record.file for record in manifest.files} | {_OWNER_LOCK}
        for path in self.folder.iterdir():
            if path.name not in keep:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def hash_file(path: Path) -> str:
    """Return the sha256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_HASH_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _remove_unnamed(folder: Path) -> None:
    """Remove files of a replaced dataset that its manifest does not name (any more)."""
    try:
        manifest = read_manifest(folder)
    except DatasetDamagedError:
        return  # nothing says what belongs there: leave it for the user to look at
    keep = {record.file for record in manifest.files} | {MANIFEST_FILE}
    for path in folder.iterdir():
        if path.name not in keep and path.is_file():
            path.unlink(missing_ok=True)


def _lock_file(path: Path, *, wait: bool) -> int | None:
    """Lock a file (made where missing) and return its descriptor, or None where another holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return handle


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_file(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _damaged(name: str, faults: "list[str]") -> DatasetDamagedError:
    return DatasetDamagedError(
        f"dataset '{name}' is damaged: {'; '.join(faults)}",
        rule="every file has the size and sha256 that its manifest states",
        fix=f"Remove it with 'corridor data remove {name}' and import it again",
    )


def _not_found(name: str, names: "list[str]") -> DatasetNotFoundError:
    close = get_close_matches(name, names, n=1)
    if close:
        fix = f"Maybe you meant '{close[0]}'"
    elif names:
        fix = f"There are {', '.join(names)}"
    else:
        fix = (
            "There is none yet: 'corridor data import FILE' makes one, 'corridor data illustrate' an example"
        )
    return DatasetNotFoundError(f"there is no dataset '{name}'", fix=fix)
