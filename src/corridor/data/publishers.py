"""The releases that can be fetched by name: publisher, licence, address, file, and what it is read as."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as change
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from corridor.data.fetch import Patience, Progress, Receipt, fetch_file
from corridor.data.importers import import_file
from corridor.data.inputs import Reading
from corridor.data.manifest import Manifest
from corridor.data.origins import Origin
from corridor.data.store import Store
from corridor.errors import InputError


@dataclass(frozen=True, slots=True)
class Release:
    """A file of a publisher.

    ``address``, ``file`` and ``name`` (of the dataset it becomes) may hold options in braces, whose known
    values ``options`` lists, the usual one first. ``kind`` and ``unit`` are those of the import.
    ``sha256`` and ``bytes`` are None where the publisher states none; ``max_bytes`` is never exceeded.
    """

    key: str
    publisher: str
    title: str
    licence: str
    attribution: str
    page: str
    address: str
    file: str
    name: str
    kind: str
    max_bytes: int
    options: Mapping[str, tuple[str, ...]]
    unit: str = ""
    bytes: int | None = None
    sha256: str | None = None


@lru_cache(maxsize=1)
def list_releases() -> tuple[Release, ...]:
    """Return all known releases, in the order of the catalogue."""
    raw = json.loads((files("corridor.data") / "publishers.json").read_text("utf-8"))
    return tuple(
        Release(
            key=key,
            **entry | {"options": {name: tuple(known) for name, known in entry["options"].items()}},
        )
        for key, entry in raw.items()
        if not key.startswith("_")
    )


def find_release(key: str, options: Mapping[str, str] | None = None) -> Release:
    """Return a release with its options filled in.

    A value that the catalogue does not know is taken as it is where it has the form of the known ones: a
    publisher's next release must not wait for the next Corridor.

    Raises
    ------
    InputError: there is no such release, option or form of value.
    """
    known = {release.key: release for release in list_releases()}
    if key not in known:
        close = get_close_matches(key, known, n=1)
        raise InputError(
            f"no release is known as '{key}'",
            rule=f"one of {', '.join(known)}",
            fix=f"Maybe you meant '{close[0]}'" if close else "",
        )
    release = known[key]
    chosen = {name: values[0] for name, values in release.options.items()}
    for name, value in (options or {}).items():
        if name not in chosen:
            raise InputError(f"'{key}' has no option '{name}'", rule=f"it has {', '.join(chosen) or 'none'}")
        chosen[name] = _check_option(name, value, release.options[name])
    return change(
        release,
        address=release.address.format(**chosen),
        file=release.file.format(**chosen),
        name=release.name.format(**chosen),
    )


def _check_option(name: str, value: str, known: tuple[str, ...]) -> str:
    alike = value.isascii() and value.isalnum() and len(value) in {len(each) for each in known}
    if not alike and not (name == "release" and value.isascii() and value.isalnum() and len(value) <= 8):
        raise InputError(f"'{value}' is no {name}", rule=f"such as {', '.join(known)}")
    return value


def fetch_release(
    release: Release,
    folder: Path,
    *,
    address: str = "",
    sha256: str = "",
    again: bool = False,
    patience: Patience | None = None,
    progress: Progress | None = None,
) -> tuple[Path, Receipt]:
    """Fetch the file of a release into ``folder``; ``address`` and ``sha256`` go before the catalogue's.

    Raises
    ------
    as ``fetch.fetch_file``.
    """
    target = folder / release.file
    receipt = fetch_file(
        address or release.address,
        target,
        sha256=sha256 or release.sha256,
        size=None if address else release.bytes,
        max_bytes=release.max_bytes,
        again=again,
        patience=patience,
        progress=progress,
    )
    return target, receipt


def import_release(
    store: Store,
    release: Release,
    file: Path,
    receipt: Receipt,
    *,
    name: str = "",
    years: tuple[int, ...] = (),
    replace: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Import the fetched file of a release; its address and checksum are noted in the dataset's manifest.

    Raises
    ------
    as ``importers.import_file``.
    """
    checked = "as its publisher states" if receipt.expected else "recorded at this first fetch"
    return import_file(
        store,
        file,
        name=name or release.name,
        reading=Reading(kind=release.kind, unit=release.unit or None, years=years),
        origin=Origin(
            source=f"{release.publisher}: {release.title}",
            licence=release.licence,
            attribution=release.attribution,
        ),
        notes=(
            f"Fetched from {receipt.address} at {receipt.fetched_at}, sha256 {receipt.sha256} ({checked}).",
        ),
        replace=replace,
        progress=progress,
    )
