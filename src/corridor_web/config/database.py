"""The database from one environment variable, with SQLite made safe.

Debian 12 ships SQLite 3.40.1, whose write-ahead log can be reset under a concurrent reader (fixed in
3.51.3). The ``pysqlite3`` package brings a newer one; it takes the place of the standard module
before Django imports it. Below 3.51.3 the write-ahead log stays off.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from corridor.errors import InputError

FIXED_WAL = (3, 51, 3)


def install_sqlite() -> tuple[int, int, int]:
    """Put ``pysqlite3`` in the place of ``sqlite3`` where it is installed; return SQLite's version."""
    try:
        import pysqlite3
    except ImportError:
        import sqlite3

        return sqlite3.sqlite_version_info
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
    version: tuple[int, int, int] = pysqlite3.sqlite_version_info
    return version


def load_sqlite() -> Any:
    """Return the SQLite module that Django uses too: no other one may touch the same file."""
    install_sqlite()
    return import_module("sqlite3")


def sqlite_database(path: Path, version: tuple[int, int, int]) -> dict[str, Any]:
    """Return Django's settings for an SQLite file: IMMEDIATE transactions, synchronous FULL."""
    journal = "WAL" if version >= FIXED_WAL else "DELETE"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def postgres_database(url: str) -> dict[str, Any]:
    """Return Django's settings for ``postgres://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def database(url: str, home: Path) -> dict[str, Any]:
    """Return the settings of the database that ``DATABASE_URL`` names; empty means SQLite in ``home``.

    Raises
    ------
    InputError: the scheme is neither ``postgres(ql)`` nor ``sqlite``.
    """
    version = install_sqlite()
    scheme = urlsplit(url).scheme
    if not url:
        return sqlite_database(home / "corridor.sqlite3", version)
    if scheme == "sqlite":
        return sqlite_database(Path(url.removeprefix("sqlite:///")), version)
    if scheme in {"postgres", "postgresql"}:
        return postgres_database(url)
    raise InputError(
        f"DATABASE_URL has scheme {scheme!r}", rule="postgres://… or sqlite:///PATH", fix="Maybe unset it"
    )
