"""Tables as files: CSV, XLSX, Parquet, JSON. Text that a spreadsheet would run is escaped."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any, Final

import polars as pl
import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

FORMATS: Final = ("csv", "xlsx", "parquet", "json")
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def escape_formula(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would take for a formula (OWASP, CSV injection)."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def download_rows(
    names: Sequence[str], rows: Sequence[Sequence[Any]], form: str, *, filename: str, source: str = ""
) -> HttpResponse:
    """Return ``rows`` as a file of the given format; ``source`` travels with it."""
    plain = [[_plain(value) for value in row] for row in rows]
    write = {"csv": _write_csv, "xlsx": _write_xlsx, "parquet": _write_parquet, "json": _write_json}[form]
    response = HttpResponse(write(names, plain, source), content_type=_TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, f"{filename}.{form}") or "attachment"
    return response


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str, date, datetime)):
        return value
    if isinstance(value, (list, tuple)):
        return ";".join(str(item) for item in value)
    return str(value)


def _write_csv(names: Sequence[str], rows: Sequence[Sequence[Any]], source: str) -> bytes:
    escaped = [[escape_formula(value) for value in row] for row in rows]
    buffer = StringIO()
    _frame(names, escaped).write_csv(buffer)
    note = f"# {source}\r\n" if source else ""
    return ("\ufeff" + note + buffer.getvalue()).encode()


def _write_xlsx(names: Sequence[str], rows: Sequence[Sequence[Any]], source: str) -> bytes:
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, names, bold)
        for index, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, (date, datetime)):
                    naive = value.replace(tzinfo=None) if isinstance(value, datetime) else value
                    sheet.write_datetime(index, place, naive, day)
                elif value is not None:
                    sheet.write(index, place, value)
        sheet.freeze_panes(1, 0)
        if source:
            book.add_worksheet("source").write_string(0, 0, source)
    return buffer.getvalue()


def _write_parquet(names: Sequence[str], rows: Sequence[Sequence[Any]], source: str) -> bytes:
    buffer = BytesIO()
    _frame(names, rows).write_parquet(buffer, metadata={"source": source})
    return buffer.getvalue()


def _write_json(names: Sequence[str], rows: Sequence[Sequence[Any]], source: str) -> bytes:
    records = [dict(zip(names, row, strict=True)) for row in rows]
    body = {"source": source, "rows": records}
    return json.dumps(body, ensure_ascii=False, default=str).encode()


def _frame(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return pl.DataFrame({name: pl.Series(name, values, strict=False) for name, values in columns.items()})
