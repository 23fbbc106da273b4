"""Reading text into typed columns, a block of rows at a time, and telling which cells cannot be read.

All of it works on whole columns. Codes go through an ``Enum`` of the known spellings, which costs one
hash a row; what is left over (blanks around a code, say) is looked at only where something is left.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from corridor.data.blocks import SURPLUS, Block
from corridor.data.codes import AGGREGATES, economy_table
from corridor.data.layouts import Field, Layout, Rule
from corridor.errors import RowError

#: How publishers write "not known".
_UNKNOWN: Final = ("", "NA", "NaN", "N/A", "n/a", "nan", "null", "NULL", ".", "..", "-")
_HEADING_DIGITS: Final = (2, 4)
SURPLUS_FIELD: Final = Field(
    SURPLUS,
    SURPLUS,
    Rule("surplus", "no more cells than the header; a comma within a cell needs quotation marks"),
)


class EconomyCodes:
    """The spellings that a file may use and the codes kept for them."""

    def __init__(self, declared: Mapping[str, str] | None = None) -> None:
        table = economy_table(dict(declared or {}))
        self.kept = pl.Enum(table["economy"].unique().sort())
        self._spellings = pl.Enum(table["spelling"])
        self._codes = table["economy"].cast(self.kept)

    def read(self, column: pl.Series) -> pl.Series:
        """Return the kept code of each spelling, null where it is not known."""
        text = column.cast(pl.String)
        found = text.cast(self._spellings, strict=False)
        if found.null_count():
            found = text.str.strip_chars().cast(self._spellings, strict=False)
        return self._codes.gather(found.to_physical())


@dataclass(frozen=True, slots=True)
class Fault:
    """The rows (a mask) of which one column breaks its rule."""

    field: Field
    rows: pl.Series


@dataclass(frozen=True, slots=True)
class Parsed:
    """A block that was read.

    ``frame`` has the good rows only, one column a field: years Int32, economies as ``EconomyCodes.kept``,
    products UInt32 (the code as a number), numbers Float64, texts String. ``bad`` marks the bad rows of
    the block, ``faults`` say why. ``left_out`` counts the rows that are no error and no record either.
    """

    frame: pl.DataFrame
    bad: pl.Series
    faults: tuple[Fault, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


def parse_block(frame: pl.DataFrame, layout: Layout, codes: EconomyCodes) -> Parsed:
    """Read a block of text or typed columns by ``layout``."""
    columns = {}
    faults = []
    surplus = (SURPLUS_FIELD,) if SURPLUS in frame.columns else ()
    for item in (*layout.fields, *surplus):
        values, wrong = _READERS[item.rule.reads](frame[item.source], item.rule, item.factor, codes)
        columns[item.target] = values
        if wrong.any():
            faults.append(Fault(item, wrong))
    parsed = pl.DataFrame(columns).drop(SURPLUS, strict=False)
    if not faults and not layout.filters:
        return Parsed(parsed, pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True))
    reasons = _leave_out(frame, layout, faults)
    left = _any(list(reasons.values()), frame.height)
    remaining = [Fault(fault.field, fault.rows & ~left) for fault in faults]
    bad = _any([fault.rows for fault in remaining], frame.height)
    return Parsed(
        frame=parsed.filter(~(bad | left)),
        bad=bad,
        faults=tuple(fault for fault in remaining if fault.rows.any()),
        left_out={reason: int(rows.sum()) for reason, rows in reasons.items() if reason and rows.any()},
    )


def list_errors(parsed: Parsed, block: Block, *, file: str, limit: int) -> list[RowError]:
    """Return the first ``limit`` bad cells of a block in the order of its rows and columns."""
    found = [
        (int(row), position, fault)
        for position, fault in enumerate(parsed.faults)
        for row in fault.rows.arg_true().head(limit)
    ]
    found.sort(key=lambda item: item[:2])
    return [
        RowError(
            file=file,
            row=block.row_number(row),
            column=fault.field.source,
            value=_show(block.frame[fault.field.source][row]),
            rule=fault.field.rule.sentence,
        )
        for row, _, fault in found[:limit]
    ]


def _show(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _leave_out(frame: pl.DataFrame, layout: Layout, faults: list[Fault]) -> dict[str, pl.Series]:
    """Return which rows are no records, by reason; blank rows have no reason worth telling."""
    reasons = {"": _blank_rows(frame)}
    for column, value in layout.filters.items():
        text = frame[column].cast(pl.String).str.strip_chars()
        reasons[f"{column} is not {value}"] = (text != value).fill_null(True)
    for fault in faults:
        cells = frame[fault.field.source].cast(pl.String).str.strip_chars()
        excuse, excused = _excuse(cells, fault, layout.table.name)
        if excuse:
            earlier = reasons.get(excuse, pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True))
            reasons[excuse] = earlier | (excused & fault.rows)
    taken = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    for reason, rows in reasons.items():
        reasons[reason], taken = rows & ~taken, taken | rows
    return reasons


def _excuse(column: pl.Series, fault: Fault, table: str) -> tuple[str, pl.Series]:
    """Return why cells that cannot be read are no error, and which ones."""
    rule = fault.field.rule
    if rule.reads == "economy" and table == "indicators":
        return "regional aggregate", column.is_in(list(AGGREGATES)).fill_null(False)
    if rule.reads == "product" and table == "products":
        lengths = column.str.len_chars()
        return "heading above six digits", (
            column.str.contains(r"^[0-9]+$") & lengths.is_in(_HEADING_DIGITS)
        ).fill_null(False)
    if rule.empty == "skip":
        return "no value", _is_unknown(column)
    return "", fault.rows


def _blank_rows(frame: pl.DataFrame) -> pl.Series:
    empty = pl.all().cast(pl.String).str.strip_chars().fill_null("") == ""
    return frame.select(pl.all_horizontal(empty).alias("blank"))["blank"]


def _any(masks: list[pl.Series], height: int) -> pl.Series:
    result = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    for mask in masks:
        result = result | mask
    return result


def _read_economy(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    values = codes.read(column)
    return values, values.is_null()


def _read_year(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    values = _to_integer(column, pl.Int32)
    return values, ~values.is_between(int(rule.low), int(rule.high)).fill_null(False)


def _read_product(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    """Read HS6 codes; five digits have lost the leading zero of chapters 01 to 09, which is given back."""
    values = _to_integer(column, pl.UInt32)
    good = values.is_between(10_000, 999_999)
    if column.dtype == pl.String:
        text = column.str.strip_chars() if values.null_count() else column
        lengths = text.str.len_bytes()
        whole = (lengths == 6) & ((values >= 100_000) | text.str.starts_with("0"))
        good = good & (whole | (lengths == 5) & (values >= 10_000))
    return values, ~good.fill_null(False)


def _read_number(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    values = column.cast(pl.Float64, strict=False)
    text = column.dtype == pl.String
    if text and values.null_count():
        values = column.str.strip_chars().cast(pl.Float64, strict=False)
    if factor != 1.0:
        values = values * factor
    good = (values.is_between(rule.low, rule.high) & values.is_finite()).fill_null(False)
    if rule.empty == "null" and not good.all():
        unknown = _is_unknown(column)
        values = values.set(unknown, None)
        good = good | unknown
    return values, ~good


def _is_unknown(column: pl.Series) -> pl.Series:
    text = column.cast(pl.String).str.strip_chars()
    return text.is_null() | text.is_in(_UNKNOWN)


def _read_surplus(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    return column, column.is_not_null()


def _read_text(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    values = column.cast(pl.String).str.strip_chars()
    return values, (values == "").fill_null(True)


def _read_choice(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    values = column.cast(pl.String).str.strip_chars().str.to_lowercase()
    return values, ~values.is_in(list(rule.choices)).fill_null(False)


def _to_integer(column: pl.Series, dtype: type[pl.DataType]) -> pl.Series:
    """Cast to whole numbers; what has a fraction, or is none, becomes null."""
    values = column.cast(dtype, strict=False)
    if column.dtype == pl.String and values.null_count():
        return column.str.strip_chars().cast(dtype, strict=False)
    if column.dtype.is_float():
        return values.set((values != column).fill_null(True), None)
    return values


_Reader = Callable[[pl.Series, Rule, float, EconomyCodes], tuple[pl.Series, pl.Series]]
_READERS: Final[Mapping[str, _Reader]] = {
    "economy": _read_economy,
    "year": _read_year,
    "product": _read_product,
    "number": _read_number,
    "text": _read_text,
    "choice": _read_choice,
    "surplus": _read_surplus,
}
