"""The folder of one installation: that it can be written, its secret, and who is using it.

Nothing here needs Django: the command checks the folder before it loads the platform.
"""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from corridor.errors import StorageError

LOCK: Final = "corridor.lock"
SECRET_FILE: Final = "secret"  # noqa: S105 - the name of a file


def open_home(home: Path) -> Path:
    """Create the folder if need be and return its full path.

    Raises
    ------
    StorageError: it cannot be created or nothing can be written into it.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"corridor")
            probe.flush()
    except OSError as error:
        raise StorageError(
            f"the folder '{home}' cannot be written ({error.strerror})",
            rule="CORRIDOR_HOME holds the database, the datasets and generated files",
            fix="Maybe set CORRIDOR_HOME to a folder of your own with free space",
        ) from error
    return home.resolve()


def read_or_make_secret(home: Path) -> str:
    """Return the installation's secret key; the first call makes one that only its owner can read."""
    path = home / SECRET_FILE
    if not path.exists():
        descriptor, name = tempfile.mkstemp(dir=home, prefix=f".{SECRET_FILE}.")
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_urlsafe(48))
                stream.flush()
                os.fsync(stream.fileno())
            # A link, not a rename: of two that start at once, the second keeps the first's secret.
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            Path(name).unlink()
    path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


@contextmanager
def hold_home(home: Path, *, alone: bool = False) -> Iterator[None]:
    """Mark the folder as in use while the block runs; the system lets go if the process is killed.

    Servers, workers and commands share it. ``alone`` is for what replaces the database as a whole.

    Raises
    ------
    StorageError: ``alone`` was asked while others use the folder, or somebody else has it alone.
    """
    descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise StorageError(
            f"'{home}' is in use by another Corridor process",
            rule="nothing else runs on a database while it is migrated or restored",
            fix="Stop `corridor serve`, `corridor worker` or `corridor db` there first",
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)
