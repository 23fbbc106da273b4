"""Copies of the whole database: taken while the site runs, checked before they replace it.

SQLite is copied by its own backup interface, in one step and therefore of one moment. PostgreSQL is
left to ``pg_dump`` and ``pg_restore``. A copy appears under its name whole or not at all.
"""

import os
import shutil
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from corridor.errors import InputError, StorageError
from corridor_web.config.database import load_sqlite

WEB: Final = Path(__file__).resolve().parents[1]


def back_up_database(settings: dict[str, Any], target: Path) -> None:
    """Write a copy of the database that Django's ``settings`` describe to ``target``.

    Raises
    ------
    InputError: ``target`` exists already.
    StorageError: there is no database yet, or PostgreSQL's programs are missing or fail.
    """
    if target.exists():
        raise InputError(
            f"'{target}' exists already", rule="a backup never overwrites", fix="Choose another name"
        )
    if not target.parent.is_dir():
        raise InputError(f"the folder '{target.parent}' does not exist", fix="Create it first")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        if _is_sqlite(settings):
            copy_sqlite(_require_file(settings), partial)
        else:
            _run_postgres(["pg_dump", "--format=custom", f"--file={partial}"], settings)
        _sync_file(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def restore_database(settings: dict[str, Any], source: Path) -> Path | None:
    """Replace the database by the copy in ``source``; return where the old SQLite file went.

    The copy is checked first; the swap is one rename (SQLite) or one transaction (PostgreSQL).

    Raises
    ------
    InputError: ``source`` is missing, damaged, not of Corridor, or of a newer version.
    StorageError: PostgreSQL's programs are missing or fail; the database is as it was.
    """
    if not source.is_file():
        raise InputError(f"'{source}' is not a file", fix="Name a file that `corridor db backup` wrote")
    if not _is_sqlite(settings):
        _run_postgres(["pg_restore", "--list", str(source)], settings)
        options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
        _run_postgres(["pg_restore", *options, f"--dbname={settings['NAME']}", str(source)], settings)
        return None
    check_sqlite(source)
    database = Path(settings["NAME"])
    partial = database.with_name(f".{database.name}.{os.getpid()}.partial")
    try:
        copy_sqlite(source, partial)
        return replace_sqlite(partial, database)
    finally:
        partial.unlink(missing_ok=True)


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database of one moment, also while others write to it."""
    sqlite3 = load_sqlite()

    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=20)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        # The copy stands alone: no write-ahead log beside it.
        new.execute("PRAGMA journal_mode=DELETE")


def check_sqlite(path: Path) -> None:
    """Raise ``InputError`` unless ``path`` is a whole database of this version of Corridor or an older one."""
    sqlite3 = load_sqlite()

    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            state = connection.execute("PRAGMA integrity_check").fetchone()[0]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            applied: set[tuple[str, str]] = set()
            if "django_migrations" in tables:
                applied = set(connection.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.DatabaseError as error:
        raise InputError(
            f"'{path}' cannot be read as a database ({error})",
            rule="a backup is a whole SQLite file",
            fix="Name a file that `corridor db backup` wrote",
        ) from error
    if state != "ok" or orphans:
        raise InputError(
            f"'{path}' is damaged ({str(state).splitlines()[-1] if state != 'ok' else 'broken references'})",
            rule="only a sound copy replaces the database",
            fix="Take an older backup",
        )
    if "accounts_user" not in tables:
        raise InputError(f"'{path}' is not a database of Corridor", rule="it has the table accounts_user")
    newer = sorted(f"{app}.{name}" for app, name in applied if not _is_known(app, name))
    if newer:
        raise InputError(
            f"'{path}' comes from a newer Corridor ({newer[0]})",
            rule="a backup is restored by the version that made it or a newer one",
            fix="Update Corridor first",
        )


def _is_known(app: str, name: str) -> bool:
    folder = WEB / app / "migrations"
    return not folder.is_dir() or (folder / f"{name}.py").exists()


def replace_sqlite(partial: Path, database: Path) -> Path | None:
    """Put ``partial`` in the place of ``database`` by one rename; return where the old one was kept.

    Nobody else may use either file.
    """
    _fold_log(partial)
    kept = None
    if database.exists():
        _fold_log(database)
        kept = database.with_name(database.name + ".replaced")
        kept.unlink(missing_ok=True)
        os.link(database, kept)
    _sync_file(partial)
    partial.replace(database)
    _sync_file(database.parent)
    return kept


def _fold_log(database: Path) -> None:
    """Bring the write-ahead log into the file: beside another file it would be applied to that one."""
    sqlite3 = load_sqlite()
    with (
        suppress(sqlite3.DatabaseError),  # a damaged database is the reason for many a restore
        closing(sqlite3.connect(database, timeout=5)) as connection,
    ):
        connection.execute("PRAGMA journal_mode=DELETE")
    for suffix in ("-wal", "-shm"):
        log = database.with_name(database.name + suffix)
        if log.exists():
            log.replace(database.with_name(f"{database.name}.replaced{suffix}"))


def _is_sqlite(settings: dict[str, Any]) -> bool:
    return bool(settings["ENGINE"].endswith("sqlite3"))


def _require_file(settings: dict[str, Any]) -> Path:
    path = Path(settings["NAME"])
    if not path.exists():
        raise StorageError(
            f"there is no database at '{path}'", fix="Start `corridor serve` once, or set CORRIDOR_HOME"
        )
    return path


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _run_postgres(command: list[str], settings: dict[str, Any]) -> None:
    """Run one of PostgreSQL's programs; the password goes through its environment, not its arguments."""
    if shutil.which(command[0]) is None:
        raise StorageError(
            f"{command[0]} is not installed here",
            rule="PostgreSQL is copied by its own programs",
            fix="Maybe: apt-get install postgresql-client",
        )
    given = {
        "PGDATABASE": settings["NAME"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
    }
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[0]
        raise StorageError(f"{said}", rule=f"{command[0]} ended without success; nothing was changed")
