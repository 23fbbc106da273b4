"""One door for every file: recognised, checked row by row, and stored whole or not at all."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as change
from pathlib import Path
from typing import Final

import polars as pl

from corridor.data.blocks import Block, TableFile, open_archive, open_table
from corridor.data.codelists import CodeLists, keep_current, read_code_lists, write_product
from corridor.data.flows import FlowParts
from corridor.data.layouts import KINDS, Layout, guess_kind, recognise_layout
from corridor.data.manifest import Manifest
from corridor.data.origins import INFERRED_NOTE, UNSTATED, Origin, find_year, infer_origin
from corridor.data.rejects import RejectFile
from corridor.data.rules import EconomyCodes, Parsed, list_errors, parse_block
from corridor.data.store import DatasetWriter, Store
from corridor.errors import BadRowsError, InputError, RowError
from corridor.tables import ECONOMIES, Table

Progress = Callable[[float, str], None]
ERRORS_NAMED: Final = 20
_BAD_ROWS_FIX: Final = "Mend the file, or import the rest with --skip-bad-rows (the bad rows are then listed)"
_READING_SHARE: Final = 0.75
SUFFIXES: Final = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".xlsx", ".zip")


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


@dataclass(slots=True)
class Tally:
    """What was met while reading."""

    errors: list[RowError] = field(default_factory=list)
    bad_rows: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of one import: data, and the lists of codes that came with them."""

    kind: str
    files: tuple[TableFile, ...]
    economies: TableFile | None
    products: TableFile | None


def import_file(
    store: Store,
    source: Path | Sequence[Path],
    *,
    name: str,
    reading: Reading | None = None,
    origin: Origin | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Import files as one dataset and return its manifest.

    Parameters
    ----------
    source: a CSV, TSV, Parquet or XLSX file, a zip or folder as CEPII publishes BACI, or several files
        of the same layout (such as one a year).
    name: of the dataset.
    reading: the kind (a key of ``layouts.KINDS``; recognised where left out), names of columns, unit …
    origin: source, licence, attribution and date; what is not stated is inferred from the layout.
    replace: put the dataset in the place of one of the same name, in one step.
    progress: called with the share done (0…1) and what is being done; an error it raises, such as
        ``CancelledError``, stops the import.

    Raises
    ------
    BadRowsError: rows break a rule (with ``skip_bad_rows`` they are listed in the dataset instead).
    InputError: a file, column, unit or name cannot be used.
    StorageError: the disk refuses. In every case nothing is kept.
    """
    reading = reading or Reading()
    inputs = collect_inputs([source] if isinstance(source, Path) else list(source), reading)
    lists = read_code_lists(inputs.economies, inputs.products)
    layouts = _recognise(inputs, reading)
    tally = Tally()
    with store.write(name, replace=replace) as writer:
        rejects = RejectFile(writer.folder / "rejects.csv") if reading.skip_bad_rows else None
        frames = _read_frames(inputs.files, layouts, lists.codes, tally, rejects, progress)
        if inputs.kind == "trade":
            duplicates = _store_flows(writer, frames, lists, progress)
        else:
            duplicates = _store_table(writer, frames, layouts[0].table)
        if rejects and rejects.rows:
            writer.add_file(rejects.path, table="rejects")
        stated = origin or Origin()
        full = stated.complete(_infer_origin(inputs, layouts))
        manifest = writer.commit(
            kind=layouts[0].table.name,
            source=full.source,
            licence=full.licence,
            attribution=full.attribution,
            as_of=full.as_of,
            nomenclature=full.nomenclature,
            duplicates_summed=duplicates,
            rows_rejected=tally.bad_rows,
            rows_left_out=tally.left_out,
            notes=_collect_notes(inputs, layouts, lists, stated, full),
            listed_products=lists.listed_products,
        )
    _report(progress, 1.0, f"stored {manifest.rows:,} rows as '{name}'")
    return manifest


def read_trade(
    source: Path, *, reading: Reading | None = None, progress: Progress | None = None
) -> tuple[dict[int, pl.LazyFrame], Origin, tuple[str, ...]]:
    """Read trade from a file into memory: one frame of ``tables.TRADE`` a year, its origin, notes.

    The rules are those of ``import_file``; bad rows always raise ``BadRowsError``.
    """
    reading = change(reading or Reading(), kind="trade", skip_bad_rows=False)
    inputs = collect_inputs([source], reading)
    lists = read_code_lists(inputs.economies, inputs.products)
    layouts = _recognise(inputs, reading)
    parts = FlowParts(lists.codes.kept)
    for frame, layout in _read_frames(inputs.files, layouts, lists.codes, Tally(), None, progress):
        parts.add(frame, layout.year)
    origin = _infer_origin(inputs, layouts)
    notes = _collect_notes(inputs, layouts, lists, Origin(), origin)
    return {year: parts.take(year) for year in parts.years}, origin, notes


def collect_inputs(paths: Sequence[Path], reading: Reading) -> Inputs:
    """Open all files; lists of codes beside BACI's years are told by their names."""
    files = [file for path in paths for file in _open_path(path)]
    economies = open_table(reading.economies) if reading.economies else None
    products = open_table(reading.products) if reading.products else None
    kind = reading.kind or _guess_kind(files)
    if kind not in KINDS:
        raise InputError(f"kind '{kind}' is not known", rule=f"one of {', '.join(KINDS)}")
    if kind == "trade":
        economies = economies or _pick(files, "country_codes")
        products = products or _pick(files, "product_codes")
        files = [file for file in files if not _is_list(file)]
    if not files:
        raise InputError("there is no file of data", rule="at least one CSV, Parquet or XLSX file")
    return Inputs(kind, tuple(files), economies, products)


def _open_path(path: Path) -> list[TableFile]:
    if not path.exists():
        raise InputError(f"there is no file '{path}'", rule="a file or folder that exists")
    if path.is_dir():
        found = sorted(item for item in path.iterdir() if item.suffix.lower() in SUFFIXES[:2])
        if not found:
            raise InputError(f"folder '{path.name}' holds no CSV file", rule="CEPII's unpacked files")
        return [open_table(item) for item in found]
    if path.suffix.lower() == ".zip":
        members = open_archive(path)
        if not members:
            raise InputError(f"'{path.name}' holds no CSV file", rule="a zip as CEPII publishes it")
        return members
    return [open_table(path)]


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


def _recognise(inputs: Inputs, reading: Reading) -> list[Layout]:
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
    if len(columns) > 1:
        raise InputError("the files have different columns", rule="one layout for all files of a dataset")
    return layouts


def _infer_origin(inputs: Inputs, layouts: Sequence[Layout]) -> Origin:
    names = [file.name for file in inputs.files]
    notes = [note for file in inputs.files for note in file.notes]
    return infer_origin(names, inputs.files[0].columns, layouts[0].publisher, notes)


def _read_frames(
    files: Sequence[TableFile],
    layouts: Sequence[Layout],
    codes: EconomyCodes,
    tally: Tally,
    rejects: RejectFile | None,
    progress: Progress | None,
) -> Iterator[tuple[pl.DataFrame, Layout]]:
    """Yield the good rows of all files, block by block; at the end, bad rows raise unless they are listed."""
    whole = sum(file.size for file in files) or 1
    before = 0
    for file, layout in zip(files, layouts, strict=True):
        for block in file.read():
            parsed = parse_block(block.frame, layout, codes)
            _count(parsed, block, file.name, tally, rejects)
            yield parsed.frame, layout
            share = (before + block.done * file.size) / whole
            _report(progress, _READING_SHARE * share, f"reading {file.name}")
        before += file.size
    if tally.bad_rows and rejects is None:
        raise BadRowsError(tally.errors, total=tally.bad_rows, fix=_BAD_ROWS_FIX)


def _count(parsed: Parsed, block: Block, file: str, tally: Tally, rejects: RejectFile | None) -> None:
    for reason, rows in parsed.left_out.items():
        tally.left_out[reason] = tally.left_out.get(reason, 0) + rows
    if not parsed.faults:
        return
    tally.bad_rows += int(parsed.bad.sum())
    missing = ERRORS_NAMED - len(tally.errors)
    tally.errors += list_errors(parsed, block, file=file, limit=missing)
    if rejects:
        rejects.add(parsed, block, file)


def _store_flows(
    writer: DatasetWriter,
    frames: Iterable[tuple[pl.DataFrame, Layout]],
    lists: CodeLists,
    progress: Progress | None,
) -> int:
    scratch = writer.folder / "scratch"
    scratch.mkdir()
    parts = FlowParts(lists.codes.kept, scratch)
    for frame, layout in frames:
        parts.add(frame, layout.year)
    if not parts.years:
        raise _no_rows()
    for position, year in enumerate(parts.years):
        share = _READING_SHARE + (1 - _READING_SHARE) * position / len(parts.years)
        _report(progress, share, f"sorting and writing {year}")
        writer.add("trade", parts.take(year), part=str(year))
    for table, listed in (("economies", lists.economies), ("products", lists.products)):
        if listed is not None:
            writer.add(table, listed)
    return parts.duplicates


def _store_table(writer: DatasetWriter, frames: Iterable[tuple[pl.DataFrame, Layout]], table: Table) -> int:
    """Store a table that fits into memory; rows given twice are stored once and counted."""
    read = [
        frame.with_columns(
            [
                pl.lit(value, dtype=table.columns[name].dtype).alias(name)
                for name, value in layout.constants.items()
            ]
        )
        for frame, layout in frames
    ]
    if not sum(frame.height for frame in read):
        raise _no_rows()
    whole = pl.concat(read)
    if "product" in whole.columns:
        whole = whole.with_columns(write_product())
    whole = whole.with_columns(pl.col(pl.Enum).cast(pl.String)) if _has_codes(whole) else whole
    once = keep_current(whole) if table is ECONOMIES else whole.unique(maintain_order=True).sort(table.key)
    writer.add(table.name, table.check(once))
    return whole.height - once.height


def _has_codes(frame: pl.DataFrame) -> bool:
    return any(isinstance(dtype, pl.Enum) for dtype in frame.dtypes)


def _no_rows() -> InputError:
    return InputError(
        "the files hold no usable row",
        rule="at least one",
        fix="Maybe the columns or the filter are not the right ones",
    )


def _collect_notes(
    inputs: Inputs, layouts: Sequence[Layout], lists: CodeLists, stated: Origin, full: Origin
) -> tuple[str, ...]:
    notes = [note for file in inputs.files for note in file.notes]
    notes += lists.notes
    if not stated.licence and full.licence != UNSTATED:
        notes.append(INFERRED_NOTE)
    if "year" in layouts[0].constants:
        notes.append(
            f"The files have no column of years; the year was taken as {layouts[0].constants['year']}."
        )
    return tuple(notes)


def _report(progress: Progress | None, share: float, what: str) -> None:
    if progress is not None:
        progress(share, what)
