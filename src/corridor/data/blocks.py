"""Reading files as blocks of rows: CSV as text, Parquet as it is typed, XLSX as text.

A CSV file is read in pieces of whole rows, so that a file of any size takes the memory of one piece,
and every row keeps its number. Codes stay text: leading zeros survive.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import openpyxl
import polars as pl

from corridor.data.archive import list_members, open_member
from corridor.data.stata import read_stata
from corridor.errors import BadRowsError, InputError, RowError

#: The column of a block that holds what a row has beyond the header's columns.
SURPLUS: Final = "(beyond the last column)"
_PIECE: Final = 24 << 20
_MAX_PIECE: Final = 8 * _PIECE
_MAX_XLSX: Final = 512 << 20
_PARQUET_ROWS: Final = 1_000_000
_SEPARATORS: Final = (",", ";", "\t", "|")
_FIRST_RECORD: Final = 2
#: World Bank files tell their source in some rows above the header.
_WORLD_BANK_PREAMBLE: Final = b'"Data Source"'
_WORLD_BANK_HEADER: Final = b'"Country Name"'

Opener = Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file. ``rows`` are their numbers, where they are not ``first_row`` and on."""

    frame: pl.DataFrame
    first_row: int
    done: float
    rows: pl.Series | None = None

    def row_number(self, index: int) -> int:
        """Return the number of a row as a spreadsheet counts: the header is row 1."""
        return self.first_row + index if self.rows is None else int(self.rows[index])


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file with a header. ``read`` yields its blocks; ``unit`` is what its cells' format states."""

    name: str
    size: int
    columns: tuple[str, ...]
    read: Callable[[], Iterator[Block]]
    unit: str | None = None
    notes: tuple[str, ...] = ()


def open_table(path: Path) -> TableFile:
    """Open a CSV, Parquet, XLSX or Stata file by its suffix.

    Raises
    ------
    InputError: it is none of them, is empty, or cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        return _open_parquet(path)
    if suffix == ".xlsx":
        return _open_xlsx(path)
    if suffix in (".csv", ".tsv", ".txt"):
        return open_csv(path.name, path.stat().st_size, lambda: path.open("rb"))
    if suffix == ".dta":
        return _open_frame(path, read_stata(path))
    raise InputError(
        f"'{path.name}' is of no kind that can be read",
        rule="a file named .csv, .tsv, .parquet, .xlsx, .dta or .zip",
    )


def open_csv(name: str, size: int, opener: Opener) -> TableFile:
    """Open delimited text in UTF-8 (or Windows-1252); the header tells the separator."""
    with opener() as stream:
        first, skipped, row = _read_header(name, stream)
    line = _decode(first).strip("\r\n")
    separator = max(_SEPARATORS, key=line.count)
    if "\r" in line:
        raise InputError(
            f"'{name}' ends its rows in an old way", rule="line feeds", fix="Save it as 'CSV UTF-8'"
        )
    columns = _name_columns(next(csv.reader([line], delimiter=separator)), name)
    return TableFile(
        name=name,
        size=size,
        columns=_name_unpivoted(columns),
        read=lambda: map(
            _unpivot_block, _read_csv(name, size, opener, skipped + len(first), row, columns, separator)
        ),
    )


def _read_header(name: str, stream: IO[bytes]) -> tuple[bytes, int, int]:
    """Return the row that names the columns, the bytes before it, and the number of the row after it."""
    first, skipped, row = stream.readline(1 << 20), 0, _FIRST_RECORD
    if first.strip(b"\xef\xbb\xbf").startswith(_WORLD_BANK_PREAMBLE):
        while first and not first.startswith(_WORLD_BANK_HEADER):
            skipped, row = skipped + len(first), row + 1
            first = stream.readline(1 << 20)
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"'{name}' is written in UTF-16", rule="UTF-8", fix="Save it as 'CSV UTF-8'")
    if first.startswith((b"PK\x03\x04", b"PAR1", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise InputError(f"'{name}' is no text", rule="a file whose name ends as its content is")
    if not first.strip(b"\xef\xbb\xbf \r\n"):
        raise InputError(f"'{name}' has no header", rule="the first row names the columns")
    return first, skipped, row


def _name_columns(cells: list[str], file: str) -> tuple[str, ...]:
    printable = ["".join(filter(str.isprintable, cell)).strip() for cell in cells]
    names = [cell or f"column {position}" for position, cell in enumerate(printable, start=1)]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise InputError(
            f"'{file}' has more than one column named {', '.join(sorted(repeated))}", rule="names differ"
        )
    return tuple(names)


def _read_csv(
    name: str, size: int, opener: Opener, header: int, row: int, columns: tuple[str, ...], separator: str
) -> Iterator[Block]:
    done, rest = header, b""
    with opener() as stream:
        stream.read(header)
        while piece := stream.read(_PIECE):
            done += len(piece)
            data = rest + piece
            cut = _find_cut(data)
            if not cut and len(data) > _MAX_PIECE:
                raise InputError(
                    f"'{name}', row {row}: a quotation mark is never closed", rule="they come in pairs"
                )
            rest = data[cut:]
            if cut:
                frame = _parse_csv(data[:cut], columns, separator, name, row)
                yield Block(frame, row, min(1.0, done / max(size, 1)))
                row += frame.height
    if rest.strip():
        yield Block(_parse_csv(rest, columns, separator, name, row), row, 1.0)


def _find_cut(data: bytes) -> int:
    """Return where the last whole row ends, or 0. A line break within quotation marks ends no row."""
    cut = data.rfind(b"\n") + 1
    if b'"' not in data:
        return cut
    while cut and data.count(b'"', 0, cut) % 2:
        cut = data.rfind(b"\n", 0, data.rfind(b'"', 0, cut)) + 1
    return cut


def _parse_csv(data: bytes, columns: tuple[str, ...], separator: str, name: str, row: int) -> pl.DataFrame:
    schema = dict.fromkeys((*columns, SURPLUS), pl.String)
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            separator=separator,
            schema=schema,
            infer_schema=False,
            missing_columns="insert",
            extra_columns="ignore",
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError:
        frame = _parse_odd_csv(_decode(data), len(columns), separator, name, row, schema)
    return frame.drop(SURPLUS) if frame[SURPLUS].null_count() == frame.height else frame


def _parse_odd_csv(
    text: str, width: int, separator: str, name: str, first_row: int, schema: dict[str, type[pl.String]]
) -> pl.DataFrame:
    """Read a piece that Polars refuses: other letters than UTF-8, or quotation marks out of place.

    Where a quotation mark leaves it open how a row ends, that row is named: it cannot be skipped.
    """
    rows: list[list[str | None]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            padded = [*cells, *[None] * (width - len(cells))]
            rows.append([*padded[:width], separator.join(cells[width:]) or None])
    except csv.Error as error:
        line = text.splitlines()[min(len(rows), text.count("\n"))]
        rule = "quotation marks enclose a whole cell and come in pairs; one within a cell is written twice"
        raise BadRowsError([RowError(name, first_row + len(rows), "(whole row)", line[:60], rule)]) from error
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep())


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _open_parquet(path: Path) -> TableFile:
    with _parquet_errors(path):
        schema = pl.read_parquet_schema(path)
        height = int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())
    cells = {name: dtype for name, dtype in schema.items() if not (dtype.is_nested() or dtype == pl.Binary)}
    others = [name for name, dtype in cells.items() if not (dtype.is_numeric() or dtype == pl.String)]
    return TableFile(
        name=path.name,
        size=path.stat().st_size,
        columns=tuple(cells),
        read=lambda: _read_parquet(path, height, tuple(cells), others),
    )


def _read_parquet(path: Path, height: int, columns: tuple[str, ...], others: list[str]) -> Iterator[Block]:
    """Yield numbers as they are and everything else, such as categories and dates, as text."""
    scan = pl.scan_parquet(path, glob=False).select(columns)
    for start in range(0, height, _PARQUET_ROWS):
        with _parquet_errors(path):
            frame = scan.slice(start, _PARQUET_ROWS).collect(engine="in-memory")
        frame = frame.with_columns(pl.col(others).cast(pl.String))
        yield Block(frame, _FIRST_RECORD + start, (start + frame.height) / height)


@contextmanager
def _parquet_errors(path: Path) -> Iterator[None]:
    """Polars tells of a damaged file by any of its errors, and by panics where it met the unforeseen."""
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _unreadable(path.name, "Parquet", error) from error


def _open_frame(path: Path, frame: pl.DataFrame) -> TableFile:
    return TableFile(
        name=path.name,
        size=path.stat().st_size,
        columns=tuple(frame.columns),
        read=lambda: iter([Block(frame, _FIRST_RECORD, 1.0)]),
    )


def _open_xlsx(path: Path) -> TableFile:
    """Open the first sheet. Columns named by years become rows (``Year``, ``Value``)."""
    list_members(path, max_bytes=_MAX_XLSX)
    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
        cells = [list(row) for row in workbook.worksheets[0].iter_rows()]
        workbook.close()
    except Exception as error:  # openpyxl lets any error of a broken file through
        raise _unreadable(path.name, "XLSX", error) from error
    if not cells:
        raise InputError(f"'{path.name}' is empty", rule="the first row names the columns")
    width = max((position + 1 for position, cell in enumerate(cells[0]) if cell.value is not None), default=0)
    header = _name_columns([_text(cell.value) for cell in cells[0][:width]], path.name)
    rows = [[_text(cell.value) for cell in row[:width]] for row in cells[1:]]
    notes = tuple(row[0] for row in rows if row[0] and not any(row[1:])) if width > 1 else ()
    numbers = [position + _FIRST_RECORD for position, row in enumerate(rows) if any(row[1:])]
    kept = [[*row, *[""] * (width - len(row))] for row in rows if any(row[1:])]
    frame = pl.DataFrame(kept, schema=dict.fromkeys(header, pl.String), orient="row")
    is_percent = any(
        "%" in str(cell.number_format) for cell in cells[min(1, len(cells) - 1)] if cell.value is not None
    )
    frame, places = _unpivot_years(frame.with_columns(pl.Series("(row)", numbers, dtype=pl.UInt32)))
    return TableFile(
        name=path.name,
        size=path.stat().st_size,
        columns=tuple(frame.columns),
        read=lambda: iter([Block(frame, _FIRST_RECORD, 1.0, places)]),
        unit="share" if is_percent else None,
        notes=notes,
    )


def _list_years(columns: Sequence[str]) -> list[str]:
    years = [name for name in columns if name.isdigit() and 1900 <= int(name) <= 2100]
    return years if len(years) > 1 else []


def _name_unpivoted(columns: tuple[str, ...]) -> tuple[str, ...]:
    years = _list_years(columns)
    return (*[name for name in columns if name not in years], "Year", "Value") if years else columns


def _unpivot_block(block: Block) -> Block:
    """Turn columns named by years into rows; each keeps the number of the row it stood in."""
    if not _list_years(block.frame.columns):
        return block
    numbers = pl.int_range(
        block.first_row, block.first_row + block.frame.height, dtype=pl.UInt32, eager=True
    ).alias("(row)")
    frame, places = _unpivot_years(block.frame.with_columns(numbers))
    return Block(frame, block.first_row, block.done, places)


def _unpivot_years(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    years = _list_years(frame.columns)
    if years:
        others = [name for name in frame.columns if name not in years]
        frame = frame.unpivot(years, index=others, variable_name="Year", value_name="Value")
        frame = frame.sort("(row)", maintain_order=True)
    return frame.drop("(row)"), frame["(row)"]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _unreadable(name: str, kind: str, error: Exception) -> InputError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(f"'{name}' is no {kind} file that can be read ({reason})", rule=f"a whole {kind} file")


def open_archive(path: Path) -> list[TableFile]:
    """Open every CSV file of a zip, unread."""
    members = [member for member in list_members(path) if _is_data(Path(member.filename).name.lower())]
    return [
        open_csv(
            Path(member.filename).name,
            member.file_size,
            lambda member=member: open_member(path, member),  # type: ignore[misc]
        )
        for member in members
    ]


def _is_data(name: str) -> bool:
    """Tell a file of data from one that describes it, as the World Bank packs them together."""
    return name.endswith(".csv") and not name.startswith("metadata_")


def read_all(file: TableFile) -> pl.DataFrame:
    """Read a small file, such as a list of codes, as a whole."""
    frames = [block.frame for block in file.read()]
    if not frames:
        return pl.DataFrame(schema=dict.fromkeys(file.columns, pl.String))
    return pl.concat(frames, how="diagonal")
