"""The list of rows that an import left out because they break a rule."""

import re
from pathlib import Path
from typing import Final

import polars as pl

from corridor.data.blocks import Block
from corridor.data.rules import Parsed

#: A cell that starts so is run as a formula by a spreadsheet.
_FORMULA: Final = r"^([=+\-@\t\r])"
_ADDED: Final = ("file", "row", "column", "value", "rule")


class RejectFile:
    """A CSV file with each rejected row: where it stood, the first rule it breaks, and all its cells."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0

    def add(self, parsed: Parsed, block: Block, file: str) -> None:
        """Append the bad rows of a block."""
        listed = _list_rows(parsed, block, file)
        with self.path.open("ab") as stream:
            listed.write_csv(stream, include_header=self.rows == 0)
        self.rows += listed.height


def _list_rows(parsed: Parsed, block: Block, file: str) -> pl.DataFrame:
    height = block.frame.height
    numbers = block.rows
    if numbers is None:
        numbers = pl.int_range(block.first_row, block.first_row + height, dtype=pl.UInt32, eager=True)
    column = value = rule = pl.repeat(None, height, dtype=pl.String, eager=True)
    for fault in reversed(parsed.faults):  # so that the first column's fault is what remains
        column = column.set(fault.rows, fault.field.source)
        value = block.frame[fault.field.source].cast(pl.String).zip_with(fault.rows, value)
        rule = rule.set(fault.rows, fault.field.rule.sentence)
    where = (pl.repeat(file, height, eager=True), numbers, column, value, rule)
    added = pl.DataFrame(dict(zip(_ADDED, where, strict=True)))
    cells = block.frame.select(pl.all().name.map(lambda name: name if name not in _ADDED else f"{name} "))
    return escape_formulas(pl.concat([added, cells], how="horizontal").filter(parsed.bad))


def escape_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each text and column name that a spreadsheet would run as a formula."""
    names = {name: re.sub(_FORMULA, r"'\1", name) for name in frame.columns}
    return frame.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'${1}")).rename(names)
