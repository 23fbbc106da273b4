"""Tables of ``corridor.tables`` from files and back: CSV, XLSX, Parquet; lists are text separated by ``;``.

Every bad cell is named by file, row and column; nothing of a bad file is kept. What is written is written
whole or not at all, and text that a spreadsheet would run is escaped.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, Final

import openpyxl
import polars as pl
import xlsxwriter

from corridor.errors import BadRowsError, InputError, RowError
from corridor.tables import Column, Table

READERS: Final = (".csv", ".xlsx", ".parquet")
WRITERS: Final = (".csv", ".xlsx", ".parquet", ".json")
SEPARATOR: Final = ";"
TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
FORMULA_STARTS: Final = r"^[=+\-@\t\r]"
#: A line of a downloaded file that says where its figures come from.
NOTE: Final = "#"


def read_frame(path: Path, table: Table, *, defaults: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Read a file as ``table``.

    defaults: values of columns that the file may leave out.

    Raises
    ------
    InputError: no such file, another kind of file, or a column that is missing.
    BadRowsError: cells that do not fit their column.
    """
    if not path.is_file():
        raise InputError(f"there is no file '{path}'", rule=f"a {', '.join(READERS)} file")
    if path.suffix.lower() not in READERS:
        raise InputError(f"'{path.name}' is of another kind", rule=f"one of {', '.join(READERS)}")
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path, table, defaults or {})
    text, first_row = _read_csv(path) if path.suffix.lower() == ".csv" else _read_workbook(path)
    return _convert(_fill_columns(text, path, table, defaults or {}), path, table, first_row)


def _read_parquet(path: Path, table: Table, defaults: Mapping[str, Any]) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"'{path.name}' could not be read as Parquet ({_first_line(error)})") from error
    return table.check(_fill_columns(frame, path, table, defaults))


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _read_csv(path: Path) -> tuple[pl.DataFrame, int]:
    """Return the file as text and the number of its first row of values, as a spreadsheet counts."""
    lines = _decode(path).splitlines(keepends=True)
    notes = next((number for number, line in enumerate(lines) if not line.startswith(NOTE)), len(lines))
    head = lines[notes] if notes < len(lines) else ""
    separator = max(",;\t", key=head.count)
    try:
        frame = pl.read_csv(StringIO("".join(lines[notes:])), infer_schema=False, separator=separator)
    except pl.exceptions.PolarsError as error:
        raise InputError(
            f"'{path.name}' could not be read as CSV ({_first_line(error)})",
            rule="one header row, then values",
        ) from error
    return frame, notes + 2


def _decode(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"the text of '{path.name}' is in an unknown encoding", rule="UTF-8 or GB18030")


def _read_workbook(path: Path) -> tuple[pl.DataFrame, int]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        lines = [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
    except Exception as error:  # openpyxl raises whatever its XML parser met
        raise InputError(
            f"'{path.name}' could not be read as a workbook ({_first_line(error)})",
            fix="Maybe save it as .xlsx again",
        ) from error
    if not lines:
        raise InputError(f"'{path.name}' is empty", rule="the first row holds the headers")
    names = [str(name).strip() if name is not None else "" for name in lines[0]]
    kept = {name: place for place, name in enumerate(names) if name}
    columns = {
        name: [None if line[place] is None else str(line[place]) for line in lines[1:]]
        for name, place in kept.items()
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(kept, pl.String)), 2


def _fill_columns(frame: pl.DataFrame, path: Path, table: Table, defaults: Mapping[str, Any]) -> pl.DataFrame:
    """Add the columns that may be left out, and keep only those of the table."""
    added = {}
    for name, column in table.columns.items():
        if name in frame.columns or column.optional:
            continue
        if name not in defaults and not column.nullable:
            raise InputError(
                f"'{path.name}' has no column '{name}'",
                rule=f"it needs {', '.join(table.columns)}",
                fix=f"Its columns are {', '.join(frame.columns)}",
            )
        dtype = column.dtype if path.suffix.lower() == ".parquet" else pl.String
        added[name] = pl.lit(defaults.get(name), dtype=dtype)
    filled = frame.with_columns(**added)
    return filled.select([name for name in table.columns if name in filled.columns])


def _convert(text: pl.DataFrame, path: Path, table: Table, first_row: int) -> pl.DataFrame:
    trimmed = text.with_columns(pl.all().str.strip_chars())
    blank = trimmed.select(pl.all_horizontal(pl.all().fill_null("") == "")).to_series()
    rows = pl.Series(range(first_row, first_row + trimmed.height), dtype=pl.Int64).filter(~blank)
    full = trimmed.filter(~blank).with_columns(pl.when(pl.all() != "").then(pl.all()))
    frame = full.select(_read_column(name, table.columns[name]) for name in full.columns)
    errors = [
        RowError(path.name, rows[place], name, full[name][place] or "", _rule(table.columns[name]))
        for name in full.columns
        for place in _find_bad(full[name], frame[name], table.columns[name])
    ]
    if errors:
        raise BadRowsError(sorted(errors, key=lambda error: error.row))
    return table.check(frame)


def _read_column(name: str, column: Column) -> pl.Expr:
    text, dtype = pl.col(name), column.dtype
    if isinstance(dtype, pl.List):
        items = text.fill_null("").str.split(SEPARATOR).list.eval(pl.element().str.strip_chars())
        return items.list.eval(pl.element().filter(pl.element() != "")).cast(dtype, strict=False).alias(name)
    if dtype == pl.Boolean:
        return text.str.to_lowercase().replace_strict(TRUTHS, default=None, return_dtype=pl.Boolean)
    if dtype == pl.Date:
        return text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    if dtype in (pl.Int32, pl.Int64):
        # a spreadsheet writes 3 as 3.0
        return text.str.replace(r"\.0+$", "").cast(dtype, strict=False)
    return text.cast(dtype, strict=False)


def _find_bad(text: pl.Series, values: pl.Series, column: Column) -> list[int]:
    if isinstance(column.dtype, pl.List):
        return values.list.eval(pl.element().is_null()).list.any().arg_true().to_list()
    bad = values.is_null() & (text.is_not_null() | (not column.nullable))
    return bad.arg_true().to_list()


def _rule(column: Column) -> str:
    kinds: dict[Any, str] = {
        pl.Float64: "a number",
        pl.Int32: "a whole number",
        pl.Int64: "a whole number",
        pl.Boolean: "true or false",
        pl.Date: "a date such as 2026-11-23",
    }
    if isinstance(column.dtype, pl.List):
        return f"values separated by '{SEPARATOR}': {column.meaning}"
    return f"{kinds.get(column.dtype, 'text')}, not empty: {column.meaning}"


def check_output(path: Path | None) -> None:
    """Refuse a file that could not be written, before anything is computed."""
    if path is None:
        return
    if path.suffix.lower() not in WRITERS:
        raise InputError(f"output '{path.name}' is of another kind", rule=f"one of {', '.join(WRITERS)}")
    if not path.parent.is_dir():
        raise InputError(f"folder '{path.parent}' is not there", rule="--output names a file in a folder")


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a table by the suffix of ``path``, whole or not at all."""
    writers: dict[str, Callable[[Path], Any]] = {
        ".csv": lambda partial: _escape(_join_lists(frame)).write_csv(partial, include_bom=True),
        ".xlsx": lambda partial: _write_workbook(_join_lists(frame), partial),
        ".parquet": frame.write_parquet,
        ".json": lambda partial: write_json(frame.to_dicts(), partial),
    }
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix)
    os.close(handle)
    partial = Path(name)
    try:
        writers[path.suffix.lower()](partial)
        partial.chmod(0o644)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_workbook(frame: pl.DataFrame, path: Path) -> None:
    # text that begins with '=' stays text
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        frame.write_excel(book, autofit=True, float_precision=2)


def write_json(value: Any, path: Path) -> None:
    """Write plain values as JSON, other scripts as they are."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def _join_lists(frame: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return frame.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join(SEPARATOR, ignore_nulls=True) for name in lists
    )


def _escape(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before text that a spreadsheet would take for a formula (OWASP, CSV injection)."""
    text = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(FORMULA_STARTS))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(name)
        .alias(name)
        for name in text
    )
