"""The database: what DATABASE_URL means, and that SQLite's safe settings hold at runtime."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from tests.cli.installation import Installation

from corridor.errors import InputError
from corridor_web.config.database import FIXED_WAL, database, load_sqlite, sqlite_database

LOOK = """
from django.db import connection, transaction
with connection.cursor() as cursor:
    for name in ("journal_mode", "synchronous", "foreign_keys"):
        cursor.execute(f"PRAGMA {name}")
        print(name, cursor.fetchone()[0])
import sqlite3
print("version", sqlite3.sqlite_version)
from django.test.utils import CaptureQueriesContext
with CaptureQueriesContext(connection) as queries, transaction.atomic():
    pass
print("begin", queries[0]["sql"])
"""
COUNT_UP = """
from django.db import transaction
from corridor_web.common.models import Job
for _ in range(100):
    with transaction.atomic():
        job = Job.objects.get(kind="counter")
        job.attempts += 1
        job.save()
"""


@pytest.fixture
def site(tmp_path: Path) -> Installation:
    site = Installation(tmp_path / "home")
    assert site.run("db", "migrate").returncode == 0
    return site


def test_sqlites_safe_settings_hold_at_runtime(site: Installation) -> None:
    found = dict(line.split(" ", 1) for line in site.python(LOOK).splitlines())
    version = tuple(int(part) for part in found.pop("version").split("."))
    assert version >= FIXED_WAL
    assert found == {
        "journal_mode": "wal",
        "synchronous": "2",
        "foreign_keys": "1",
        "begin": "BEGIN IMMEDIATE",
    }


def test_writers_in_two_processes_lose_nothing_and_are_never_refused(site: Installation) -> None:
    site.python("from corridor_web.common.models import Job; Job.objects.create(kind='counter')")
    settings = {**site.env, "DJANGO_SETTINGS_MODULE": "corridor_web.config.settings"}
    command = [sys.executable, "-c", "import django; django.setup()\n" + COUNT_UP]
    writers = [subprocess.Popen(command, env=settings, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [writer.communicate(timeout=60)[1].decode() for writer in writers]
    assert errors == ["", ""]
    counted = site.python("from corridor_web.common.models import Job; print(Job.objects.get().attempts)")
    assert int(counted) == 200


def test_the_write_ahead_log_stays_off_where_sqlite_has_the_fault(tmp_path: Path) -> None:
    faulty = sqlite_database(tmp_path / "x", (3, 40, 1))["OPTIONS"]["init_command"]
    sound = sqlite_database(tmp_path / "x", (3, 51, 3))["OPTIONS"]["init_command"]
    assert "journal_mode=DELETE" in faulty
    assert "journal_mode=WAL" in sound


def test_one_sqlite_serves_django_and_the_command() -> None:
    assert load_sqlite().sqlite_version_info >= FIXED_WAL
    if connection.vendor == "sqlite":
        assert connection.Database.sqlite_version == load_sqlite().sqlite_version


def test_a_postgres_address_with_its_options(tmp_path: Path) -> None:
    found = database("postgres://amna:p%40ss@db.example:5433/corridor?sslmode=require", tmp_path)
    assert found["ENGINE"].endswith("postgresql")
    wanted = {"NAME": "corridor", "USER": "amna", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": "5433"}
    assert wanted.items() <= found.items()
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_another_database_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'mysql'"):
        database("mysql://x/y", tmp_path)
