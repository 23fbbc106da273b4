"""Reading a publisher's zip without trusting it.

Nothing is ever unpacked to the disk: a member is read as a stream. Names that would leave a folder,
encrypted members, and sizes no data file has (declared, or met while reading) are refused first.
"""

import errno
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final

from corridor.errors import InputError

MAX_MEMBERS: Final = 1_000
MAX_BYTES: Final = 64 << 30
#: Text of numbers is packed 3 to 20 times; a bomb 1,000 times.
MAX_RATIO: Final = 200
_RATIO_FROM: Final = 10 << 20


def list_members(path: Path, *, max_bytes: int = MAX_BYTES) -> list[zipfile.ZipInfo]:
    """Return the files of an archive.

    Raises
    ------
    InputError: it is no zip, or a member is named, packed or protected in a way no data file is.
    """
    with _archive_errors(path), zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.filename.endswith("/")]
    if len(members) > MAX_MEMBERS:
        raise _refused(path.name, f"has {len(members)} files", f"at most {MAX_MEMBERS}")
    total = sum(member.file_size for member in members)
    if total > max_bytes:
        raise _refused(path.name, f"would unpack to {total:,} bytes", f"at most {max_bytes:,}")
    for member in members:
        _check_member(path.name, member)
    return members


def _check_member(archive: str, member: zipfile.ZipInfo) -> None:
    name = member.filename
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name.replace("\\", "/")).parts:
        raise _refused(archive, f"holds a file named {name!r}", "names stay within their folder")
    if member.flag_bits & 0x1:
        raise _refused(archive, f"holds {name!r}, which is encrypted", "no passwords")
    if member.file_size > _RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        raise _refused(
            archive,
            f"holds {name!r}, which would unpack {member.file_size // max(member.compress_size, 1)} times",
            f"at most {MAX_RATIO} times",
        )


@contextmanager
def open_member(path: Path, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    """Open one file of an archive for reading; its checksum is checked as it is read."""
    with _archive_errors(path), zipfile.ZipFile(path) as archive, archive.open(member) as stream:
        yield io.BufferedReader(_Bounded(stream, member, path.name), buffer_size=1 << 20)


@contextmanager
def _archive_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError) as error:
        raise damaged_archive(path.name, error) from error
    except NotImplementedError as error:
        raise _refused(path.name, f"is packed in a way that cannot be read ({error})", "deflate") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # what a wild offset in a damaged zip gives
            raise
        raise damaged_archive(path.name, error) from error


class _Bounded(io.RawIOBase):
    """A stream that gives no more than the archive declared."""

    def __init__(self, stream: IO[bytes], member: zipfile.ZipInfo, archive: str) -> None:
        self._stream, self._left, self._archive = stream, member.file_size, archive
        self._name = member.filename

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._stream.read(len(view))
        self._left -= len(data)
        if self._left < 0:
            raise _refused(self._archive, f"holds {self._name!r}, which is larger than declared", "no more")
        view[: len(data)] = data
        return len(data)


def damaged_archive(name: str, error: Exception) -> InputError:
    """Return the error for an archive that cannot be read to its end."""
    return InputError(
        f"'{name}' is no zip file that can be read ({error})",
        rule="a whole zip file, each member with its checksum",
        fix="Maybe the download broke off; fetch it again",
    )


def _refused(archive: str, what: str, rule: str) -> InputError:
    return InputError(
        f"'{archive}' {what}", rule=rule, fix="Unpack it yourself and give the folder if it is right"
    )
