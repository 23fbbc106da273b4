"""What a server needs before its first request: ``python -m corridor_web.config.prepare``.

``corridor serve`` runs it as a process of its own, so that the server's own process starts with no
threads and no connections. It migrates the database, loads the illustrative world where asked, and
writes the static files; whatever is there already costs only a look. Exit code 1 and one sentence
where something is refused.
"""
# ruff: noqa: T201 - what it prints is what the person who started the server reads

import errno
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from corridor import __version__
from corridor.errors import CorridorError, InputError, StorageError
from corridor_web.common.assets import write_chart_bundle
from corridor_web.config.backup import copy_sqlite, replace_sqlite
from corridor_web.config.database import load_sqlite
from corridor_web.config.home import hold_home

PATIENCE: Final = 5.0


def main() -> int:
    """Prepare, and say in one sentence what hinders it."""
    try:
        with explained():
            django.setup()
            prepare()
    except CorridorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the database and the disk refuse into one sentence."""
    try:
        yield
    except (DatabaseError, load_sqlite().Error) as error:
        raise explain_database_error(error) from error
    except OSError as error:
        raise explain_os_error(error) from error


def prepare() -> None:
    """Bring the database and the static files up to date."""
    check_database()
    migrate_database()
    if settings.PRODUCTION:
        refuse_demo_accounts()
    if settings.DEMO:
        load_demonstration()
    write_chart_bundle(settings.HOME)
    collect_static_files()


def check_database() -> None:
    """Find out soon, and not after Django's long patience, that somebody holds an SQLite database.

    Raises
    ------
    StorageError: it stays locked for five seconds.
    """
    name = connection.settings_dict["NAME"]
    if connection.vendor != "sqlite" or not Path(name).exists():
        return
    sqlite3 = load_sqlite()
    probe = sqlite3.connect(name, timeout=PATIENCE, isolation_level=None)
    try:
        probe.execute("BEGIN IMMEDIATE")
        probe.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        raise StorageError(
            f"the database '{name}' is locked by another program",
            rule="a write waits five seconds at the start",
            fix="Close what has the file open, then start again",
        ) from error
    finally:
        probe.close()


def list_missing_migrations() -> list[str]:
    """Name the migrations that the database lacks."""
    executor = MigrationExecutor(connection)
    return [str(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def migrate_database() -> int:
    """Apply the migrations that are missing, all or none of them; return how many there were.

    PostgreSQL undoes a migration that fails. With SQLite a full disk or a kill may leave a step of one
    behind, so the changes are made in a copy, which then replaces the database; the old file is kept.

    Raises
    ------
    StorageError: something is missing while another process uses the database.
    """
    missing = len(list_missing_migrations())
    if not missing:
        return 0
    print("Preparing the database …", flush=True)
    with hold_home(settings.HOME, alone=True):
        if connection.vendor == "sqlite":
            migrate_copy(Path(connection.settings_dict["NAME"]))
        else:
            call_command("migrate", verbosity=0, interactive=False)
    return missing


def migrate_copy(database: Path) -> None:
    """Migrate a copy of an SQLite database and put it in its place."""
    is_new = not connection.introspection.table_names()
    connection.close()
    for left in database.parent.glob(f".{database.name}.*.partial*"):
        left.unlink()
    partial = database.with_name(f".{database.name}.{os.getpid()}.partial")
    try:
        copy_sqlite(database, partial)
        connection.settings_dict["NAME"] = str(partial)
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()
        kept = replace_sqlite(partial, database)
        if kept and is_new:
            kept.unlink()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = str(database)
        for left in database.parent.glob(f"{partial.name}*"):
            left.unlink()


def require_migrated() -> None:
    """Raise where the database is older than the program."""
    missing = list_missing_migrations()
    if missing:
        raise StorageError(
            f"the database lacks {len(missing)} changes of this version (first: {missing[0]})",
            rule="a worker starts on a database that is up to date",
            fix="Run `corridor db migrate`, or start `corridor serve` first",
        )


def refuse_demo_accounts() -> None:
    """Raise where the accounts of the illustrative world would be open to others."""
    from corridor_web.accounts.queries import list_demo_accounts

    names = ", ".join(user.username for user in list_demo_accounts())
    if names:
        raise InputError(
            f"the database holds demo accounts ({names})",
            rule="a site in production has none: everybody knows their password",
            fix="Maybe set CORRIDOR_HOME to another folder, or DATABASE_URL to another database",
        )


def load_demonstration() -> None:
    """Load the illustrative world once and name the accounts that come with it."""
    from corridor_web.accounts.queries import DEMO_PASSWORD, list_demo_accounts
    from corridor_web.front.seed import load_world

    if not list_demo_accounts():
        print("Loading the illustrative world …", flush=True)
    load_world()
    print(f"Demo accounts (password {DEMO_PASSWORD}; they exist on this machine only):")
    for user in list_demo_accounts():
        print(f"  {user.username:<18} {user.role:<14} {user.economy}".rstrip())
    sys.stdout.flush()


def collect_static_files() -> bool:
    """Hash and compress the static files unless they are as they were; return whether it did."""
    stamp = settings.STATIC_ROOT / "collected.json"
    state = json.dumps(sorted(describe_static_files()))
    wanted = hashlib.sha256(state.encode()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted, encoding="ascii")
    return True


def describe_static_files() -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of each source, and the versions that shape the result."""
    yield f"corridor {__version__}, whitenoise {version('whitenoise')}", 0, 0
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            yield name, found.st_size, found.st_mtime_ns


def explain_database_error(error: Exception) -> StorageError:
    """Say in one sentence what the database refused."""
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    where = connection.settings_dict["NAME"]
    if "full" in said or "disk I/O" in said:
        return StorageError(
            f"the disk is full: {where}", fix="Nothing was kept; free some space and start again"
        )
    if "locked" in said:
        return StorageError(
            f"the database '{where}' is locked by another program", fix="Close it, then start again"
        )
    return StorageError(f"the database '{where}' does not answer: {said}", fix="Maybe check DATABASE_URL")


def explain_os_error(error: OSError) -> StorageError:
    """Say in one sentence what the operating system refused."""
    where = error.filename or settings.HOME
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageError(
            f"the disk is full: {where}", fix="Nothing was kept; free some space and start again"
        )
    return StorageError(f"'{where}' cannot be written ({error.strerror or error})")


if __name__ == "__main__":
    sys.exit(main())
