"""Existing agreements from a table (XLSX or CSV), checked row by row, and back into a table.

Headers may be English, Chinese or Urdu, in any order. Nothing in a file is executed: formulas are
read as the values they last had. Files and archives are bounded in size before they are opened.
"""

import csv
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import PurePath
from typing import Any, Final

import openpyxl
import polars as pl
import xlsxwriter

from corridor.errors import InputError, RowError
from corridor.locale import Translator, format_decimal, join_words, label, translator
from corridor.locale.catalogue import gettext_noop
from corridor.locale.labels import LABELS
from corridor.vocabulary import END_REASONS, ENDED, EVIDENCE_KINDS, FIELDS, LANGUAGES, STAGES

MAX_BYTES: Final = 8_000_000
MAX_UNPACKED: Final = 80_000_000
MAX_ROWS: Final = 20_000
MAX_TEXT: Final = 2_000
#: What a spreadsheet program takes for the beginning of a formula (OWASP, CSV injection).
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
#: A line of a downloaded table that says where its figures come from.
NOTE: Final = "#"
#: 1250000, 1,250,000 or 1250000.50; a comma that groups no thousands may mean a decimal, so it is refused.
AMOUNT: Final = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE]\+?\d{1,2})?")

AMOUNT_KINDS: Final = ("grant", "loan", "equity", "procurement")
CERTAINTIES: Final = ("announced", "signed", "committed", "disbursed")


#: Column and its header; the order is that of the template.
HEADERS: Final[Mapping[str, str]] = {
    "title": gettext_noop("What was agreed"),
    "first_party": gettext_noop("First party"),
    "second_party": gettext_noop("Second party"),
    "field": gettext_noop("Field"),
    "stage": gettext_noop("Stage reached"),
    "date": gettext_noop("Date of that stage"),
    "amount": gettext_noop("Amount"),
    "currency": gettext_noop("Currency"),
    "amount_kind": gettext_noop("Kind of amount"),
    "certainty": gettext_noop("Certainty"),
    "evidence_kind": gettext_noop("Kind of evidence"),
    "evidence": gettext_noop("Evidence"),
    "owner": gettext_noop("Owner"),
    "reason": gettext_noop("Reason of the end"),
    "note": gettext_noop("Note"),
}
REQUIRED: Final = ("title", "first_party", "second_party", "stage", "date")
LONGEST: Final = {"title": 240, "first_party": 240, "second_party": 240, "owner": 160, "evidence": 500}


@dataclass(frozen=True)
class AgreementImport:
    """What a file holds.

    rows: a row an agreement without errors, columns of ``HEADERS`` and ``row`` (as a spreadsheet counts).
    errors: every bad cell. duplicates: pairs (row, earlier row) of the same title, parties and date.
    """

    rows: pl.DataFrame = field(repr=False)
    errors: tuple[RowError, ...]
    duplicates: tuple[tuple[int, int], ...]


def read_agreements(content: bytes, filename: str, *, today: date, language: str = "en") -> AgreementImport:
    """Read the agreements of an XLSX or CSV file.

    Parameters
    ----------
    content: the file. filename: its name, which tells the format and stands in errors.
    today: no agreement has a later date. language: of every error and of the column names in it.

    Raises
    ------
    InputError: the file is too large, of another format, damaged, or lacks a required column.
    """
    t = translator(language)
    if len(content) > MAX_BYTES:
        raise InputError(
            t.gettext("'%(file)s' has %(size)s MB") % {"file": filename, "size": f"{len(content) / 1e6:.1f}"},
            rule=t.gettext("at most %(size)s MB") % {"size": f"{MAX_BYTES / 1e6:.0f}"},
        )
    first_row, lines = _read_lines(content, filename, t)
    if not lines:
        raise InputError(
            t.gettext("'%(file)s' is empty") % {"file": filename},
            rule=t.gettext("the first row holds the headers"),
        )
    columns = _find_columns(lines[0], filename, language)
    numbered = enumerate(lines[1:], start=first_row + 1)
    body = [(number, line) for number, line in numbered if any(map(_has_text, line))]
    if len(body) > MAX_ROWS:
        raise InputError(
            t.gettext("'%(file)s' has %(rows)s rows")
            % {"file": filename, "rows": format_decimal(len(body), language)},
            rule=t.gettext("at most %(rows)s rows") % {"rows": format_decimal(MAX_ROWS, language)},
        )
    reader = _RowReader(filename, columns, today, language)
    rows = [row for number, line in body if (row := reader.read(number, line)) is not None]
    return AgreementImport(
        rows=pl.DataFrame(rows, schema=_SCHEMA),
        errors=tuple(reader.errors),
        duplicates=_find_duplicates(rows),
    )


_SCHEMA: Final[dict[str, Any]] = {
    "row": pl.Int64,
    **dict.fromkeys(HEADERS, pl.String),
    "date": pl.Date,
    "amount": pl.Float64,
}


def _has_text(value: Any) -> bool:
    return value is not None and str(value).strip() != ""


def _read_lines(content: bytes, filename: str, t: Translator) -> tuple[int, list[list[Any]]]:
    """Return the row of the headers, as a spreadsheet counts, and the lines from there on."""
    suffix = PurePath(filename).suffix.lower()
    if suffix == ".xlsx":
        return 1, _read_workbook(content, filename, t)
    if suffix == ".csv":
        return _read_csv(content, filename, t)
    raise InputError(
        t.gettext("'%(file)s' is neither .xlsx nor .csv") % {"file": filename},
        fix=t.gettext("Maybe save it as .xlsx"),
    )


def _read_workbook(content: bytes, filename: str, t: Translator) -> list[list[Any]]:
    _check_archive(content, filename, t)
    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        lines = [list(line) for line in sheet.iter_rows(values_only=True, max_col=60, max_row=MAX_ROWS + 2)]
        book.close()
    except Exception as error:  # openpyxl raises whatever its XML parser met
        raise InputError(
            t.gettext("'%(file)s' cannot be read as a workbook (%(fault)s)")
            % {"file": filename, "fault": type(error).__name__},
            fix=t.gettext("Maybe open it in a spreadsheet program and save it as .xlsx again"),
        ) from error
    while lines and not any(map(_has_text, lines[-1])):
        lines.pop()
    return lines


def _check_archive(content: bytes, filename: str, t: Translator) -> None:
    """Refuse an archive that is none or that would unpack to more than ``MAX_UNPACKED`` bytes."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            size = 0
            for entry in entries:
                with archive.open(entry) as stream:
                    while block := stream.read(1 << 20):
                        size += len(block)
                        if size > MAX_UNPACKED:
                            raise InputError(
                                t.gettext("'%(file)s' unpacks to more than %(size)s MB")
                                % {"file": filename, "size": f"{MAX_UNPACKED / 1e6:.0f}"},
                                rule=t.gettext("a table of agreements is much smaller"),
                            )
    except InputError:
        raise
    except Exception as error:  # each decompressor has faults of its own
        raise InputError(
            t.gettext("'%(file)s' is not a workbook") % {"file": filename},
            rule=t.gettext("an .xlsx file"),
            fix=t.gettext("Maybe save it as .xlsx"),
        ) from error


def _unescape(value: str) -> str:
    """Take away the apostrophe that a table was written with before what looks like a formula."""
    return value[1:] if value.startswith("'") and value[1:].startswith((*FORMULA_STARTS, "'")) else value


def _read_csv(content: bytes, filename: str, t: Translator) -> tuple[int, list[list[Any]]]:
    lines = list(StringIO(_decode(content, filename, t), newline=""))
    # a downloaded table says first where it comes from; those lines count as rows of a spreadsheet
    notes = next((number for number, line in enumerate(lines) if not line.startswith(NOTE)), len(lines))
    head = lines[notes] if notes < len(lines) else ""
    delimiter = max(",;\t", key=head.count)
    try:
        body = [list(map(_unescape, line)) for line in csv.reader(lines[notes:], delimiter=delimiter)]
        return notes + 1, body
    except csv.Error as error:
        raise InputError(
            t.gettext("'%(file)s' is not a CSV file (%(fault)s)") % {"file": filename, "fault": error}
        ) from error


def _decode(content: bytes, filename: str, t: Translator) -> str:
    """Decode UTF-8 (with or without mark) or GB18030, which Chinese spreadsheet programs write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(
        t.gettext("the text of '%(file)s' is in an unknown encoding") % {"file": filename},
        rule=t.gettext("UTF-8 or GB18030"),
        fix=t.gettext("Maybe save it as .xlsx"),
    )


def _normalise(value: Any) -> str:
    return " ".join(str(value or "").split()).strip("*: ").casefold()


def _spellings(words: Mapping[str, str]) -> dict[str, str]:
    """Return code by each spelling: the code itself and its words in every language."""
    found = {}
    for code, message in words.items():
        found[_normalise(code)] = code
        found[_normalise(code.replace("_", " "))] = code
        for language in LANGUAGES:
            found[_normalise(translator(language).gettext(message))] = code
    return found


def _words(codes: Sequence[str]) -> dict[str, str]:
    return {code: LABELS[code] for code in codes}


def _find_columns(headers: Sequence[Any], filename: str, language: str) -> dict[str, int]:
    t = translator(language)
    known = _spellings(HEADERS)
    columns = {}
    for place, header in enumerate(headers):
        code = known.get(_normalise(header))
        if code in columns:
            raise InputError(
                t.gettext("'%(file)s' has the column '%(column)s' twice")
                % {"file": filename, "column": header},
                rule=t.gettext("each column stands once"),
            )
        if code:
            columns[code] = place
    missing = [t.gettext(HEADERS[name]) for name in REQUIRED if name not in columns]
    if missing:
        found = join_words([str(header) for header in headers if _has_text(header)], language)[:300]
        raise InputError(
            t.gettext("'%(file)s' lacks the columns %(columns)s")
            % {"file": filename, "columns": join_words(missing, language)},
            rule=t.gettext("the first row holds the headers; found: %(headers)s")
            % {"headers": found or t.gettext("none")},
            fix=t.gettext("Maybe start from the template"),
        )
    return columns


class _RowReader:
    """Turns lines into rows and collects every error on the way."""

    def __init__(self, filename: str, columns: Mapping[str, int], today: date, language: str) -> None:
        self.filename, self.columns, self.today, self.language = filename, columns, today, language
        self.t = translator(language)
        self.errors: list[RowError] = []
        self.choices = {
            "field": _spellings(_words(FIELDS)),
            "stage": _spellings(_words((*STAGES, ENDED))),
            "reason": _spellings(_words(END_REASONS)),
            "amount_kind": _spellings(_words(AMOUNT_KINDS)),
            "certainty": _spellings(_words(CERTAINTIES)),
            "evidence_kind": _spellings(_words(EVIDENCE_KINDS)),
        }

    def read(self, number: int, line: Sequence[Any]) -> dict[str, Any] | None:
        """Return one row, or None where a cell of it is bad."""
        before = len(self.errors)
        row: dict[str, Any] = {"row": number}
        for name in HEADERS:
            row[name] = self._read_cell(number, name, line)
        if len(self.errors) == before:
            self._check_together(number, row)
        return row if len(self.errors) == before else None

    def _read_cell(self, number: int, name: str, line: Sequence[Any]) -> Any:
        place = self.columns.get(name)
        value = line[place] if place is not None and place < len(line) else None
        if not _has_text(value):
            if name in REQUIRED:
                self._refuse(number, name, "", self.t.gettext("must not be empty"))
            return None
        parse: Callable[[int, str, Any], Any] = self._parsers().get(name, self._read_text)
        return parse(number, name, value)

    def _parsers(self) -> dict[str, Callable[[int, str, Any], Any]]:
        return {
            **dict.fromkeys(self.choices, self._read_choice),
            "date": self._read_date,
            "amount": self._read_amount,
            "currency": self._read_currency,
        }

    def _refuse(self, number: int, name: str, value: Any, rule: str) -> None:
        self.errors.append(
            RowError(self.filename, number, self.t.gettext(HEADERS[name]), str(value)[:80], rule)
        )

    def _read_text(self, number: int, name: str, value: Any) -> str | None:
        text = " ".join(str(value).split())
        if any(unicodedata.category(character) == "Cc" for character in text):
            self._refuse(number, name, text, self.t.gettext("no control characters"))
            return None
        longest = LONGEST.get(name, MAX_TEXT)
        if len(text) > longest:
            self._refuse(
                number, name, text, self.t.gettext("at most %(number)d characters") % {"number": longest}
            )
            return None
        return text

    def _read_choice(self, number: int, name: str, value: Any) -> str | None:
        code = self.choices[name].get(_normalise(value))
        if code is None:
            codes = dict.fromkeys(self.choices[name].values())
            allowed = join_words((label(code, self.language) for code in codes), self.language)
            self._refuse(number, name, value, self.t.gettext("one of: %(values)s") % {"values": allowed})
        return code

    def _read_date(self, number: int, name: str, value: Any) -> date | None:
        day = _parse_date(value)
        if day is None:
            self._refuse(number, name, value, self.t.gettext("a date such as 2026-11-23"))
        elif day > self.today:
            self._refuse(number, name, value, self.t.gettext("not in the future"))
        elif day.year < 1950:
            self._refuse(number, name, value, self.t.gettext("not before 1950"))
        else:
            return day
        return None

    def _read_amount(self, number: int, name: str, value: Any) -> float | None:
        text = "".join(str(value).split())
        if not AMOUNT.fullmatch(text):
            self._refuse(number, name, value, self.t.gettext("a number such as 1250000"))
            return None
        amount = Decimal(text.replace(",", ""))
        if amount < 0 or amount >= Decimal("1e17"):
            self._refuse(number, name, value, self.t.gettext("zero or more, below 10^17"))
            return None
        return float(amount)

    def _read_currency(self, number: int, name: str, value: Any) -> str | None:
        code = str(value).strip().upper()
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            self._refuse(number, name, value, self.t.gettext("an ISO 4217 code such as USD, CNY, PKR"))
            return None
        return code

    def _check_together(self, number: int, row: Mapping[str, Any]) -> None:
        if row["amount"] is not None and row["currency"] is None:
            self._refuse(number, "currency", "", self.t.gettext("an amount needs its currency"))
        if row["stage"] == ENDED and row["reason"] is None:
            self._refuse(number, "reason", "", self.t.gettext("an end names its reason"))
        if row["stage"] not in (None, ENDED) and row["reason"] is not None:
            self._refuse(number, "reason", row["reason"], self.t.gettext("only an end has a reason"))
        if row["evidence"] is None and row["stage"] in STAGES[STAGES.index("memorandum") :]:
            self._refuse(number, "evidence", "", self.t.gettext("needed from the memorandum on"))
        if row["evidence_kind"] == "link" and not str(row["evidence"] or "").startswith(
            ("https://", "http://")
        ):
            self._refuse(
                number,
                "evidence",
                row["evidence"] or "",
                self.t.gettext("a link begins with https:// or http://"),
            )


def _parse_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip().replace("/", "-").replace(".", "-")
    text = text.replace("年", "-").replace("月", "-").replace("日", "")
    parts = text.split(" ")[0].split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts) or len(parts[0]) != 4:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def identify_agreement(title: str, first_party: str, second_party: str, day: date) -> str:
    """Return what makes two agreements the same: title, parties in any order, date; case and spaces aside."""
    parties = sorted((_normalise(first_party), _normalise(second_party)))
    return "|".join((_normalise(title), *parties, day.isoformat()))


def _find_duplicates(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[int, int], ...]:
    first: dict[str, int] = {}
    found = []
    for row in rows:
        key = identify_agreement(row["title"], row["first_party"], row["second_party"], row["date"])
        if key in first:
            found.append((row["row"], first[key]))
        first.setdefault(key, row["row"])
    return tuple(found)


def build_template(language: str) -> bytes:
    """Return an XLSX workbook to fill: headers in ``language``, drop-down lists, and what each column means."""
    t = translator(language)
    lists = {
        "field": FIELDS,
        "stage": (*STAGES, ENDED),
        "amount_kind": AMOUNT_KINDS,
        "certainty": CERTAINTIES,
        "evidence_kind": EVIDENCE_KINDS,
        "reason": END_REASONS,
    }
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("agreements")
        choices = book.add_worksheet("lists")
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        if language == "ur":
            sheet.right_to_left()
        for place, (name, header) in enumerate(HEADERS.items()):
            words = t.gettext(header) + (" *" if name in REQUIRED else "")
            sheet.write_string(0, place, words, bold)
            sheet.set_column(place, place, 30 if name == "title" else 18, day if name == "date" else None)
            if name in lists:
                options = [label(code, language) for code in lists[name]]
                choices.write_column(0, place, options)
                column = chr(ord("A") + place)
                source = f"=lists!${column}$1:${column}${len(options)}"
                sheet.data_validation(1, place, 1000, place, {"validate": "list", "source": source})
        sheet.freeze_panes(1, 0)
        choices.hide()
    return buffer.getvalue()
