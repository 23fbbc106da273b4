"""Writing a paper: complete or not at all."""

import os
import tempfile
from pathlib import Path

from corridor.errors import StorageError


def prepare_folder(folder: Path) -> None:
    """Make ``folder`` where it is missing and see that a file can be written there.

    Raises
    ------
    StorageError: it is a file, cannot be made, or cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".corridor-", dir=folder)
        os.close(handle)
        Path(name).unlink()
    except OSError as error:
        raise StorageError(
            f"nothing can be written to '{folder}' ({error.strerror})",
            rule="the output folder must be one you may write to",
            fix="Maybe choose another folder with --out",
        ) from error


def write_file(path: Path, content: bytes) -> Path:
    """Write ``content`` under a temporary name beside ``path``, then rename: a reader never sees half.

    Raises
    ------
    StorageError: the disk refused; ``path`` is as it was.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StorageError(
            f"'{path}' could not be written ({error.strerror})",
            fix="Maybe the disk is full or the folder is read-only",
        ) from error
    return path
