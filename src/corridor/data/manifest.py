"""What a dataset says of itself: where it comes from, what it covers, and the hash of each file.

The manifest is the only file a reader trusts: a Parquet file it does not name is not part of the
dataset, and one whose hash differs is damaged.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import UnionType
from typing import Any, Final, get_args, get_origin

from corridor.errors import DatasetDamagedError

MANIFEST_FILE: Final = "manifest.json"
FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a trade table covers: for one year, or for all its years together.

    ``missing_importers`` are the economies that export but whose own imports are not in the data:
    what goes there is unknown, not zero. They are ordered by their exports, largest first.
    """

    years: tuple[int, ...]
    rows: int
    value_usd: float
    exporters: int
    destination_markets: int
    products: int
    missing_importers: tuple[str, ...] = ()
    missing_importers_export_share: float = 0.0
    #: Codes of the product list given with the data that have no flow; None where no list was given.
    absent_products: int | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a table that is no trade covers: its years, how many of each code it has, and shares of its rows.

    Shares (0…1) tell what the rows rest on, such as ``mfn`` and ``preferential``.
    """

    years: tuple[int, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file of a dataset."""

    file: str
    table: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a stored dataset."""

    name: str
    kind: str
    source: str
    licence: str
    attribution: str
    as_of: str
    rows: int
    columns: tuple[str, ...]
    files: tuple[FileRecord, ...]
    tables: tuple[str, ...]
    imported_at: str
    corridor_version: str
    nomenclature: str = ""
    #: Year → revision of the Harmonized System, where it is known.
    nomenclature_by_year: Mapping[str, str] = field(default_factory=dict)
    duplicates_summed: int = 0
    rows_rejected: int = 0
    #: Rows left out for a stated reason that is no error, such as regional aggregates: reason → rows.
    rows_left_out: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    coverage: Coverage | None = None
    coverage_by_year: Mapping[str, Coverage] = field(default_factory=dict)
    contents: Contents | None = None
    illustrative: bool = False
    format: int = FORMAT

    @property
    def bytes(self) -> int:
        """Return the size of all files."""
        return sum(record.bytes for record in self.files)

    def to_json(self) -> str:
        """Return the manifest as JSON text, the same for the same content."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a dataset folder.

    Raises
    ------
    DatasetDamagedError: it is missing, no JSON, or lacks a field.
    """
    path = folder / MANIFEST_FILE
    try:
        manifest: Manifest = _build(Manifest, json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError, KeyError, FileNotFoundError) as error:
        raise DatasetDamagedError(
            f"the manifest of dataset '{folder.name}' cannot be read ({error})",
            rule=f"each dataset holds a {MANIFEST_FILE} written by Corridor",
            fix=f"Remove it with 'corridor data remove {folder.name}' and import it again",
        ) from error
    if manifest.name != folder.name or manifest.format != FORMAT:
        raise DatasetDamagedError(
            f"the manifest in '{folder.name}' is of dataset '{manifest.name}', format {manifest.format}",
            rule=f"it names its own folder and has format {FORMAT}",
            fix="Import the data again",
        )
    return manifest


def _build(target: type[Any], raw: Any) -> Any:
    """Build a dataclass from parsed JSON, checking each field's type."""
    if not isinstance(raw, dict):
        raise TypeError(f"{target.__name__} must be an object")
    known = {item.name: item.type for item in fields(target)}
    return target(**{name: _convert(known[name], value, name) for name, value in raw.items()})


def _convert(kind: Any, value: Any, name: str) -> Any:
    if get_origin(kind) is UnionType:
        if value is None:
            return None
        kind = next(option for option in get_args(kind) if option is not type(None))
    if kind in (Coverage, Contents, FileRecord):
        return _build(kind, value)
    if get_origin(kind) is tuple:
        return tuple(_convert(get_args(kind)[0], item, name) for item in value)
    if get_origin(kind) is Mapping:
        return {str(key): _convert(get_args(kind)[1], item, name) for key, item in value.items()}
    if kind is float and isinstance(value, int):
        return float(value)
    if type(value) is not kind:
        raise TypeError(f"'{name}' must be {kind.__name__}, not {value!r}")
    return value
