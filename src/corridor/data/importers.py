"""One door for every file: recognised, checked row by row, and stored whole or not at all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as change
from pathlib import Path
from typing import Final

import polars as pl

from corridor.data.blocks import Block, TableFile
from corridor.data.codelists import CodeLists, read_code_lists, write_product
from corridor.data.concordance import chain_concordances
from corridor.data.flows import FlowParts
from corridor.data.inputs import Inputs, Reading, collect_inputs, recognise_files
from corridor.data.layouts import Layout
from corridor.data.manifest import Manifest
from corridor.data.origins import INFERRED_NOTE, UNSTATED, Origin, find_nomenclature, infer_origin
from corridor.data.readers import EconomyCodes
from corridor.data.rejects import RejectFile
from corridor.data.revisions import TO
from corridor.data.rules import Parsed, list_errors, parse_block
from corridor.data.shapes import Context, Shaped, shape_table
from corridor.data.store import DatasetWriter, Store
from corridor.errors import BadRowsError, InputError, RowError
from corridor.tables import ELASTICITIES

Progress = Callable[[float, str], None]
ERRORS_NAMED: Final = 20
_BAD_ROWS_FIX: Final = "Mend the file, or import the rest with --skip-bad-rows (the bad rows are then listed)"
_READING_SHARE: Final = 0.75


@dataclass(slots=True)
class Tally:
    """What was met while reading."""

    errors: list[RowError] = field(default_factory=list)
    bad_rows: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


def import_file(
    store: Store,
    source: Path | Sequence[Path],
    *,
    name: str,
    reading: Reading | None = None,
    origin: Origin | None = None,
    notes: Sequence[str] = (),
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
    notes: further sentences for the manifest, such as where the file was fetched.
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
    lists = read_code_lists(inputs.economies, inputs.products, inputs.groups, kind=inputs.kind)
    layouts = recognise_files(inputs, reading)
    context = Context(layouts[0], lists.listed_products, lists.groups, _open_concordance(store, reading))
    tally = Tally()
    with store.write(name, replace=replace) as writer:
        rejects = RejectFile(writer.folder / "rejects.csv") if reading.skip_bad_rows else None
        frames = _read_frames(inputs.files, layouts, lists.codes, tally, rejects, progress)
        revisions: dict[int, str] = {}
        if inputs.kind == "trade":
            shaped, revisions = _store_flows(writer, frames, lists, reading.nomenclature, progress)
        else:
            shaped = _store_table(writer, frames, inputs.kind, context)
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
            nomenclature=reading.nomenclature
            or shaped.nomenclature
            or _name_codes(store, reading, context, full),
            nomenclature_by_year=revisions,
            duplicates_summed=shaped.duplicates,
            rows_rejected=tally.bad_rows,
            rows_left_out=tally.left_out | dict(shaped.left_out),
            notes=(*notes, *_collect_notes(inputs, layouts, lists, stated, full), *shaped.notes),
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
    layouts = recognise_files(inputs, reading)
    parts = FlowParts(lists.codes.kept)
    for frame, layout, _ in _read_frames(inputs.files, layouts, lists.codes, Tally(), None, progress):
        parts.add(frame, layout.year)
    origin = _infer_origin(inputs, layouts)
    notes = _collect_notes(inputs, layouts, lists, Origin(), origin)
    return {year: parts.take(year) for year in parts.years}, origin, notes


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
) -> Iterator[tuple[pl.DataFrame, Layout, str]]:
    """Yield the good rows of all files, block by block, with their file's layout and name; at the end, bad rows raise unless they are listed."""
    whole = sum(file.size for file in files) or 1
    before = 0
    for file, layout in zip(files, layouts, strict=True):
        for block in file.read():
            parsed = parse_block(block.frame, layout, codes)
            _count(parsed, block, file.name, tally, rejects)
            yield parsed.frame, layout, file.name
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
    frames: Iterable[tuple[pl.DataFrame, Layout, str]],
    lists: CodeLists,
    nomenclature: str,
    progress: Progress | None,
) -> tuple[Shaped, dict[int, str]]:
    """Store trade a year at a time; return what was done and the revision of each year that is known."""
    scratch = writer.folder / "scratch"
    scratch.mkdir()
    parts = FlowParts(lists.codes.kept, scratch)
    revisions: dict[int, str] = {}
    for frame, layout, file in frames:
        parts.add(frame, layout.year)
        years = [layout.year] if layout.year is not None else frame["year"].unique().to_list()
        _note_revision(revisions, years, nomenclature or find_nomenclature(file), file)
    if not parts.years:
        raise _no_rows()
    for position, year in enumerate(parts.years):
        share = _READING_SHARE + (1 - _READING_SHARE) * position / len(parts.years)
        _report(progress, share, f"sorting and writing {year}")
        writer.add("trade", parts.take(year), part=str(year))
    for table, listed in (("economies", lists.economies), ("products", lists.products)):
        if listed is not None:
            writer.add(table, listed)
    several = ", ".join(dict.fromkeys(revisions[year] for year in sorted(revisions)))
    return Shaped(pl.DataFrame(), parts.duplicates, nomenclature=several), revisions


def _note_revision(revisions: dict[int, str], years: Sequence[int], revision: str, file: str) -> None:
    """Remember the revision of the years of a file; one year in two would add up different goods."""
    for year in years:
        if revision and revisions.setdefault(year, revision) != revision:
            raise InputError(
                f"'{file}' gives {year} in {revision}, another file in {revisions[year]}",
                rule="one revision of the Harmonized System a year",
                fix="Import them as two datasets, and move one with 'corridor data bridge'",
            )


def _store_table(
    writer: DatasetWriter,
    frames: Iterable[tuple[pl.DataFrame, Layout, str]],
    kind: str,
    context: Context,
) -> Shaped:
    """Store a table that fits into memory; rows given twice are stored once and counted."""
    table = context.layout.table
    read = [
        frame.with_columns(
            [
                pl.lit(value, dtype=table.columns[name].dtype).alias(name)
                for name, value in layout.constants.items()
            ]
        )
        for frame, layout, _ in frames
    ]
    if not sum(frame.height for frame in read):
        raise _no_rows()
    whole = pl.concat(read, how="diagonal")
    if whole.schema.get("product") == pl.UInt32:
        whole = whole.with_columns(write_product())
    whole = whole.with_columns(pl.col(pl.Enum).cast(pl.String)) if _has_codes(whole) else whole
    shaped = shape_table(kind, whole, context)
    writer.add(table.name, table.check(shaped.frame))
    return shaped


def _open_concordance(store: Store, reading: Reading) -> pl.DataFrame | None:
    if not reading.concordances:
        return None
    steps = [store.scan(name, "concordance").collect() for name in reading.concordances]
    return chain_concordances(steps)


def _name_codes(store: Store, reading: Reading, context: Context, origin: Origin) -> str:
    """Return the revision of the codes of a table: of those that values were spread to, else of the files."""
    if reading.concordances:
        return store.info(reading.concordances[0]).nomenclature.partition(TO)[0]
    spread = context.layout.table is ELASTICITIES and context.products is not None
    return "" if spread else origin.nomenclature


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
