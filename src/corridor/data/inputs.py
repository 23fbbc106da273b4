"""The files of one import: what a user may state about them, and how they are found and recognised."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from corridor.data.blocks import TableFile, open_archive, open_table
from corridor.data.kinds import KINDS
from corridor.data.layouts import Layout, guess_kind, recognise_layout
from corridor.data.origins import find_year
from corridor.errors import InputError

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".xlsx", ".dta", ".zip")
_IN_FOLDERS: Final = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: all that a user may state about them."""

    kind: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    year: int | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    economies: Path | None = None
    products: Path | None = None
    skip_bad_rows: bool = False
    #: Members of groups of partners, as TRAINS lists the beneficiaries of its preferences.
    groups: Path | None = None
    #: Names of datasets: from the codes that are wanted to those of the file, step by step.
    concordances: tuple[str, ...] = ()
    #: The revision of the codes, such as ``HS17``, where the files do not tell it.
    nomenclature: str = ""
    #: Of several files named after their years, only those of these years.
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of one import: data, and the lists of codes that came with them."""

    kind: str
    files: tuple[TableFile, ...]
    economies: TableFile | None
    products: TableFile | None
    groups: TableFile | None = None


def collect_inputs(paths: Sequence[Path], reading: Reading) -> Inputs:
    """Open all files; lists of codes beside BACI's years are told by their names.

    Raises
    ------
    InputError: a file is not there or of no known kind, or no data is left.
    """
    files = [file for path in paths for file in _open_path(path)]
    economies = open_table(reading.economies) if reading.economies else None
    products = open_table(reading.products) if reading.products else None
    groups = open_table(reading.groups) if reading.groups else None
    kind = reading.kind or _guess_kind(files)
    if kind not in KINDS:
        raise InputError(f"kind '{kind}' is not known", rule=f"one of {', '.join(KINDS)}")
    if kind == "trade":
        economies = economies or _pick(files, "country_codes")
        products = products or _pick(files, "product_codes")
        files = [file for file in files if not _is_list(file)]
    if reading.years:
        files = _select_years(files, reading.years)
    if not files:
        raise InputError("there is no file of data", rule="at least one CSV, Parquet or XLSX file")
    return Inputs(kind, tuple(files), economies, products, groups)


def recognise_files(inputs: Inputs, reading: Reading) -> list[Layout]:
    """Return the layout of each file.

    Raises
    ------
    InputError: a column is not found, or the files of a dataset differ (tariffs may: general and
        preferential rates come in different files).
    """
    layouts = [
        recognise_layout(
            file.columns,
            inputs.kind,
            mapping=reading.mapping,
            unit=reading.unit or file.unit,
            year=reading.year or find_year(file.name),
            filters=reading.filters,
            file=f"'{file.name}'",
        )
        for file in inputs.files
    ]
    columns = {tuple(sorted(item.target for item in layout.fields)) for layout in layouts}
    if len(columns) > 1 and inputs.kind != "tariffs":
        raise InputError("the files have different columns", rule="one layout for all files of a dataset")
    return layouts


def _open_path(path: Path) -> list[TableFile]:
    if not path.exists():
        raise InputError(f"there is no file '{path}'", rule="a file or folder that exists")
    if path.is_dir():
        return _open_folder(path)
    if path.suffix.lower() == ".zip":
        members = open_archive(path)
        if not members:
            raise InputError(f"'{path.name}' holds no CSV file", rule="a zip as CEPII publishes it")
        return members
    return [open_table(path)]


def _open_folder(path: Path) -> list[TableFile]:
    """Open the text files of a folder, else those of the folders below it, as WITS unpacks."""
    found = [item for item in path.iterdir() if item.suffix.lower() in _IN_FOLDERS]
    found = found or [item for item in path.rglob("*") if item.suffix.lower() in _IN_FOLDERS]
    if not found:
        raise InputError(
            f"folder '{path.name}' holds no CSV file",
            rule="the unpacked files of a publisher",
            fix="Unpack the archives in it first" if any(path.rglob("*.zip")) else "",
        )
    return [open_table(item) for item in sorted(found)]


def _select_years(files: Sequence[TableFile], years: Sequence[int]) -> list[TableFile]:
    named = {file.name: find_year(file.name) for file in files}
    chosen = [file for file in files if named[file.name] in years]
    missing = set(years) - {named[file.name] for file in chosen}
    if missing:
        there = sorted({year for year in named.values() if year})
        raise InputError(
            f"no file is named after {', '.join(map(str, sorted(missing)))}",
            rule=f"there are {', '.join(map(str, there)) or 'no files named after a year'}",
        )
    return chosen


def _is_list(file: TableFile) -> bool:
    return any(word in file.name.lower() for word in ("country_codes", "product_codes"))


def _pick(files: Iterable[TableFile], word: str) -> TableFile | None:
    return next((file for file in files if word in file.name.lower()), None)


def _guess_kind(files: Sequence[TableFile]) -> str:
    data = [file for file in files if not _is_list(file)] or list(files)
    kind = guess_kind(data[0].columns) if data else None
    if kind is None:
        columns = ", ".join(data[0].columns[:12]) if data else ""
        raise InputError(
            f"the columns of '{data[0].name if data else ''}' do not tell what it is ({columns})",
            rule=f"one of {', '.join(KINDS)}",
            fix="State it with --kind",
        )
    return kind
