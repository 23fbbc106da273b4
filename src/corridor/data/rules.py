"""Reading a block of rows into typed columns, and telling which cells break their rule and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from corridor.data.blocks import SURPLUS, Block
from corridor.data.codes import AGGREGATES
from corridor.data.kinds import Rule
from corridor.data.layouts import Field, Layout
from corridor.data.readers import READERS, EconomyCodes, is_unknown
from corridor.errors import RowError

_HEADING_DIGITS: Final = (2, 4)
SURPLUS_FIELD: Final = Field(
    SURPLUS,
    SURPLUS,
    Rule("surplus", "no more cells than the header; a comma within a cell needs quotation marks"),
)


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
        values, wrong = READERS[item.rule.reads](frame[item.source], item.rule, item.factor, codes)
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
        return "no value", is_unknown(column)
    return "", fault.rows


def _blank_rows(frame: pl.DataFrame) -> pl.Series:
    empty = pl.all().cast(pl.String).str.strip_chars().fill_null("") == ""
    return frame.select(pl.all_horizontal(empty).alias("blank"))["blank"]


def _any(masks: list[pl.Series], height: int) -> pl.Series:
    result = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    for mask in masks:
        result = result | mask
    return result
