"""What can go wrong, said so that a person can act on it.

Every error names the offending value, the rule it breaks and the likely fix. The library raises
these; the command prints them and exits 1; the web answers with them. The three parts are kept
apart so that a front end can lay them out, and ``code`` so that it can translate them.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class CorridorError(Exception):
    """A failure the user can understand and mend.

    Parameters
    ----------
    problem: one clause with the offending value, such as ``"exporter 'PK' is not a known code"``.
    rule: what was expected, such as ``"codes have three letters (ISO 3166-1 alpha-3)"``.
    fix: the likely mend, such as ``"Maybe you meant 'PAK'."``.
    """

    code = "error"

    def __init__(self, problem: str, *, rule: str = "", fix: str = "") -> None:
        self.problem, self.rule, self.fix = problem, rule, fix
        super().__init__(self.__str__())

    def __str__(self) -> str:
        parts = [self.problem.rstrip(".") + "."]
        if self.rule:
            parts.append("Rule: " + self.rule.rstrip(".") + ".")
        if self.fix:
            parts.append(self.fix.rstrip(".") + ".")
        return " ".join(parts)


class InputError(CorridorError):
    """A value given by the user is not usable."""

    code = "input"


class SchemaError(CorridorError):
    """A table lacks a column, has the wrong type, or holds a value its schema forbids."""

    code = "schema"


class UnknownEconomyError(InputError):
    """An economy code that the dataset does not know."""

    code = "unknown-economy"


class DatasetNotFoundError(InputError):
    """A dataset name or file that is not there."""

    code = "dataset-not-found"


class DatasetDamagedError(CorridorError):
    """A stored dataset whose bytes no longer match its manifest."""

    code = "dataset-damaged"


class StorageError(CorridorError):
    """The disk refused: full, read-only, or locked."""

    code = "storage"


class FetchError(CorridorError):
    """A file could not be had from its publisher: no answer, a broken one, or not what was expected."""

    code = "fetch"


class MissingFontError(CorridorError):
    """A document holds characters that no font found on this machine can draw."""

    code = "missing-font"


class MissingExtraError(CorridorError):
    """An optional extra of Corridor, or a program that it needs, is not installed."""

    code = "missing-extra"


class CancelledError(CorridorError):
    """The user stopped a long operation; nothing was written."""

    code = "cancelled"


@dataclass(frozen=True, slots=True)
class RowError:
    """One bad cell of an imported file. ``row`` counts as a spreadsheet does: the header is row 1."""

    file: str
    row: int
    column: str
    value: str
    rule: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, column '{self.column}': {self.value!r} – {self.rule}"


class BadRowsError(CorridorError):
    """An imported file has rows that break a rule; nothing of it was kept."""

    code = "bad-rows"

    def __init__(self, errors: Sequence[RowError], *, total: int | None = None, fix: str = "") -> None:
        self.errors = tuple(errors)
        self.total = len(self.errors) if total is None else total
        shown = "; ".join(str(error) for error in self.errors[:5])
        more = f" (and {self.total - 5} more)" if self.total > 5 else ""
        super().__init__(f"{self.total} bad rows: {shown}{more}", fix=fix)
