"""Files: whole or not at all, and refusals in one sentence."""

import os
from pathlib import Path

import pytest

from corridor.errors import InputError, StorageError
from corridor.reports.files import prepare_folder, write_file
from corridor.reports.render import check_formats


def test_folder_is_made(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(StorageError, match="taken"):
        prepare_folder(tmp_path / "taken")


def test_a_folder_that_takes_no_file_is_refused() -> None:
    # Where the kernel shows its processes not even an administrator can make a file.
    with pytest.raises(StorageError, match="--out"):
        prepare_folder(Path("/proc"))


def test_write_replaces_at_once(tmp_path: Path) -> None:
    path = tmp_path / "paper.html"
    write_file(path, b"old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["paper.html"]


def test_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "paper.html"
    write_file(path, b"old")

    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StorageError, match="No space left"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["paper.html"]


def test_formats_are_checked_and_ordered() -> None:
    assert check_formats(["pdf", "html", "pdf"]) == ("html", "pdf")
    with pytest.raises(InputError, match="odt"):
        check_formats(["odt"])
    with pytest.raises(InputError, match="no format"):
        check_formats([])
