"""`corridor db`: migrate, backup, restore, as a person runs them."""

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.installation import Installation, one_sentence

NAMES = (
    "from corridor_web.accounts.models import User; print(*User.objects.values_list('username', flat=True))"
)
TABLES = "from django.db import connection; print(sorted(connection.introspection.table_names()))"
MAKE = "import sys; from corridor_web.accounts.models import User; User.objects.create(username=sys.argv[1])"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    site = Installation(tmp_path / "home")
    assert site.run("db", "migrate").returncode == 0
    yield site
    site.stop_all()


def test_migrate_says_what_it_did_and_nothing_the_second_time(tmp_path: Path) -> None:
    site = Installation(tmp_path / "home")
    assert "changes applied" in site.run("db", "migrate").stdout
    assert site.run("db", "migrate").stdout == "The database is up to date.\n"


def test_a_migration_that_fails_halfway_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    site = Installation(tmp_path / "home")
    # The last app's tables are not there yet; somebody else's table stands in the way of one of them.
    site.python(
        "from django.core.management import call_command; from django.db import connection\n"
        "call_command('migrate', 'accounts', verbosity=0)\n"
        "connection.cursor().execute('CREATE TABLE common_job (x)')"
    )
    before = site.python(TABLES)
    assert "common_job" in one_sentence(site.run("db", "migrate"))
    assert site.python(TABLES) == before
    assert not list(site.home.glob(".*"))
    site.python("from django.db import connection; connection.cursor().execute('DROP TABLE common_job')")
    assert "changes applied" in site.run("db", "migrate").stdout
    assert (site.home / "corridor.sqlite3.replaced").exists()


def test_a_backup_comes_back(site: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    site.python(MAKE, "amna")
    assert "Copied to" in site.run("db", "backup", str(copy)).stdout
    site.python(MAKE, "bilal")
    done = site.run("db", "restore", str(copy))
    assert done.returncode == 0, done.stderr
    assert site.python(NAMES).split() == ["amna"]
    kept = site.home / "corridor.sqlite3.replaced"
    with closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT count(*) FROM accounts_user").fetchone() == (2,)


def test_a_backup_is_whole_while_the_server_writes(site: Installation, tmp_path: Path) -> None:
    site.start()
    copy = tmp_path / "copy.sqlite3"
    writing = (
        "from django.db import transaction; from corridor_web.accounts.models import User\n"
        "for n in range(150):\n"
        "    with transaction.atomic():\n"
        "        User.objects.create(username=f'a{n}'); User.objects.create(username=f'b{n}')\n"
    )
    writer = threading.Thread(target=site.python, args=(writing,))
    writer.start()
    counts = []
    number = 0
    while writer.is_alive():
        path = copy.with_name(f"copy{number}.sqlite3")
        assert site.run("db", "backup", str(path)).returncode == 0
        with closing(sqlite3.connect(path)) as taken:
            assert taken.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            counts.append(taken.execute("SELECT count(*) FROM accounts_user").fetchone()[0])
        number += 1
    writer.join()
    assert counts
    assert all(count % 2 == 0 for count in counts), "a copy holds half of a transaction"


def test_a_backup_never_overwrites(site: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy.write_text("precious")
    assert "exists already" in one_sentence(site.run("db", "backup", str(copy)))
    assert copy.read_text() == "precious"


def test_a_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    site = Installation(tmp_path / "home")
    assert "there is no database" in one_sentence(site.run("db", "backup", str(tmp_path / "copy")))
    assert not (tmp_path / "copy").exists()


def test_restore_waits_for_nobody_while_a_server_runs_unless_told(site: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    site.run("db", "backup", str(copy))
    site.start()
    assert "in use by another Corridor process" in one_sentence(site.run("db", "restore", str(copy)))
    assert not (site.home / "corridor.sqlite3.replaced").exists()
    assert site.run("db", "restore", "--force", str(copy)).returncode == 0


def test_nothing_starts_while_a_restore_runs(site: Installation) -> None:
    with (site.home / "corridor.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "in use by another Corridor process" in one_sentence(site.run("serve", "--port", "0"))
        assert "in use by another Corridor process" in one_sentence(site.run("worker"))


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 8192] = b"\xff" * 8192
    path.write_bytes(data)


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title)")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '0999_later', '2030-01-01')"
        )
        connection.commit()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (damaged, "copy.sqlite3' is damaged"),
        (foreign, "is not a database of Corridor"),
        (newer, "comes from a newer Corridor (accounts.0999_later)"),
        (lambda path: path.write_text("hello"), "cannot be read as a database"),
        (lambda path: path.unlink(), "is not a file"),
    ],
    ids=["damaged", "foreign", "newer", "text", "missing"],
)
def test_an_unfit_file_is_refused_and_the_database_stays(
    site: Installation, tmp_path: Path, change: object, said: str
) -> None:
    copy = tmp_path / "copy.sqlite3"
    site.python(MAKE, "amna")
    site.run("db", "backup", str(copy))
    change(copy)  # type: ignore[operator]
    assert said in one_sentence(site.run("db", "restore", str(copy)))
    assert site.python(NAMES).split() == ["amna"]
    assert [path.name for path in site.home.glob("*.partial*")] == []


def test_a_locked_database_is_named_in_one_sentence(site: Installation) -> None:
    with closing(sqlite3.connect(site.home / "corridor.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "is locked by another program" in one_sentence(site.run("db", "migrate"))


def test_the_first_administrator(site: Installation) -> None:
    weak = site.run("db", "administrator", "amna", CORRIDOR_PASSWORD="short")
    assert "account 'amna' was refused" in one_sentence(weak)
    done = site.run("db", "administrator", "amna", CORRIDOR_PASSWORD="a-good-long-passphrase")
    assert done.returncode == 0, done.stderr
    again = site.run("db", "administrator", "amna", CORRIDOR_PASSWORD="a-good-long-passphrase")
    assert "account 'amna' was refused" in one_sentence(again)
    assert site.python(NAMES).split() == ["amna"]


@pytest.mark.postgres
def test_a_backup_of_postgres_comes_back(tmp_path: Path, scratch_postgres: str) -> None:
    site = Installation(tmp_path / "home")
    site.env["DATABASE_URL"] = scratch_postgres
    copy = tmp_path / "copy.dump"
    assert "changes applied" in site.run("db", "migrate").stdout
    site.python(MAKE, "amna")
    assert "Copied to" in site.run("db", "backup", str(copy)).stdout
    site.python(MAKE, "bilal")
    done = site.run("db", "restore", str(copy))
    assert done.returncode == 0, done.stderr
    assert site.python(NAMES).split() == ["amna"]
    copy.write_bytes(copy.read_bytes()[:3000])
    site.python(MAKE, "sana")
    assert "ended without success" in one_sentence(site.run("db", "restore", str(copy)))
    assert sorted(site.python(NAMES).split()) == ["amna", "sana"]


def test_without_postgresqls_programs_one_sentence_says_so(tmp_path: Path) -> None:
    site = Installation(tmp_path / "home")
    refused = site.run(
        "db", "backup", str(tmp_path / "copy"), DATABASE_URL="postgres://u:p@127.0.0.1:1/x", PATH=""
    )
    assert "pg_dump is not installed here" in one_sentence(refused)
