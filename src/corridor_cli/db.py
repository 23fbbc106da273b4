"""``corridor db``: bring the platform's database up to date, copy it, put a copy back."""

import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import typer

from corridor_cli.serve import require_web

app = typer.Typer(no_args_is_help=True, help="The platform's database: migrate, back up, restore.")
HOME = typer.Option(
    Path("var"), envvar="CORRIDOR_HOME", help="Folder of the database, the datasets and generated files."
)


@app.command()
def migrate(home: Path = HOME) -> None:
    """Bring the tables up to date; the data stay, and an SQLite file of before is kept."""
    _enter(home)
    import django

    from corridor_web.config.prepare import check_database, explained, migrate_database

    with explained():
        django.setup()
        check_database()
        count = migrate_database()
    print(f"{count} changes applied." if count else "The database is up to date.")


@app.command()
def backup(
    file: Path = typer.Argument(help="Where the copy goes; it must not exist yet."), home: Path = HOME
) -> None:
    """Copy the database to FILE, also while the site runs."""
    place = _enter(home)
    from corridor_web.config.backup import back_up_database
    from corridor_web.config.home import hold_home

    with hold_home(place):
        back_up_database(_database(place), file)
    print(f"Copied to {file} ({file.stat().st_size:,} bytes).")


@app.command()
def restore(
    file: Path = typer.Argument(help="A copy that `corridor db backup` wrote."),
    home: Path = HOME,
    force: bool = typer.Option(False, "--force", help="Restore although a server or worker is running."),
) -> None:
    """Replace the database by the copy in FILE, after checking it."""
    place = _enter(home)
    from corridor_web.config.backup import restore_database
    from corridor_web.config.home import hold_home

    with nullcontext() if force else hold_home(place, alone=True):
        kept = restore_database(_database(place), file)
    print(f"Restored {file}." + (f" The database before it is kept as {kept}." if kept else ""))


@app.command()
def administrator(
    username: str = typer.Argument(help="Name of the account to make."),
    password: str = typer.Option(
        ..., envvar="CORRIDOR_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True
    ),
    home: Path = HOME,
) -> None:
    """Make an administrator's account, the first of a site in production."""
    place = _enter(home)
    import django

    from corridor_web.config.home import hold_home
    from corridor_web.config.prepare import explained, require_migrated

    with hold_home(place), explained():
        django.setup()
        require_migrated()
        from corridor_web.accounts.domain import create_account

        create_account(username, password, role="administrator")
    print(f"{username} can sign in as an administrator.")


def _enter(home: Path) -> Path:
    """Check the folder and set what Django reads; nothing of Django is loaded yet."""
    require_web()
    from corridor_web.config.home import open_home
    from corridor_web.config.start import plan_environment

    place = open_home(home)
    os.environ.update(plan_environment(os.environ, place))
    return place


def _database(home: Path) -> dict[str, Any]:
    from corridor_web.config.database import database

    return database(os.environ.get("DATABASE_URL", ""), home)
