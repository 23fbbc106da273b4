"""Agreements as a file: what ``read_agreements`` reads, written; the same rows come back.

Text that a spreadsheet would run is escaped (OWASP, CSV injection), codes become words of the reader's
language in CSV and XLSX and stay codes in JSON and Parquet.
"""

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final

import polars as pl
import xlsxwriter

from corridor.deliver.agreements import FORMULA_STARTS, HEADERS
from corridor.errors import InputError
from corridor.locale import label, translator

FORMATS: Final = ("csv", "xlsx", "json", "parquet")
#: Columns whose codes are written as words.
CODES: Final = ("field", "stage", "reason", "amount_kind", "certainty", "evidence_kind")


def export_agreements(rows: pl.DataFrame, form: str, *, language: str = "en") -> bytes:
    """Return agreements as a file.

    Parameters
    ----------
    rows: columns of ``HEADERS``, as ``read_agreements`` returns them; absent ones stay empty, others are
        left out. form: csv, xlsx, json or parquet. language: of headers and words in csv and xlsx.

    Raises
    ------
    InputError: another format.
    """
    writers: Mapping[str, Callable[[pl.DataFrame, str], bytes]] = {
        "csv": _write_csv,
        "xlsx": _write_workbook,
        "json": _write_json,
        "parquet": _write_parquet,
    }
    if form not in writers:
        raise InputError(f"format {form!r} is not written", rule=f"one of {', '.join(FORMATS)}")
    known = [pl.col(name) if name in rows.columns else pl.lit(None).alias(name) for name in HEADERS]
    return writers[form](rows.select(known), language)


def _in_words(rows: pl.DataFrame, language: str) -> pl.DataFrame:
    """Return the rows with headers and codes in the reader's language."""
    t = translator(language)
    words = {
        name: {code: label(code, language) for code in rows[name].drop_nulls().unique().to_list()}
        for name in CODES
    }
    told = rows.with_columns(
        pl.col(name).cast(pl.String).replace(words[name]) for name in CODES if words[name]
    )
    return told.rename({name: t.gettext(header) for name, header in HEADERS.items()})


def _write_csv(rows: pl.DataFrame, language: str) -> bytes:
    told = _in_words(rows, language)
    text = [name for name, dtype in told.schema.items() if dtype == pl.String]
    looks = "^[" + "".join(f"\\x{ord(sign):02x}" for sign in (*FORMULA_STARTS, "'")) + "]"
    escaped = told.with_columns(
        pl.when(pl.col(name).str.contains(looks)).then("'" + pl.col(name)).otherwise(name).alias(name)
        for name in text
    )
    buffer = BytesIO()
    # the mark lets spreadsheet programs take the text for UTF-8
    escaped.write_csv(buffer, include_bom=True)
    return buffer.getvalue()


def _write_workbook(rows: pl.DataFrame, language: str) -> bytes:
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        _in_words(rows, language).write_excel(book, "agreements", autofit=True)
        if language == "ur":
            book.get_worksheet_by_name("agreements").right_to_left()
    return buffer.getvalue()


def _write_json(rows: pl.DataFrame, language: str) -> bytes:
    return json.dumps(rows.to_dicts(), ensure_ascii=False, indent=1, default=str).encode()


def _write_parquet(rows: pl.DataFrame, language: str) -> bytes:
    buffer = BytesIO()
    rows.write_parquet(buffer)
    return buffer.getvalue()
