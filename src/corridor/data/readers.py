"""Cells into typed columns: one reader for each way a column is written.

All of it works on whole columns. Codes go through an ``Enum`` of the known spellings, which costs one
hash a row; what is left over (blanks around a code, say) is looked at only where something is left.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final

import polars as pl

from corridor.data.codes import economy_table
from corridor.data.kinds import Rule

#: How publishers write "not known".
_UNKNOWN: Final = ("", "NA", "NaN", "N/A", "n/a", "nan", "null", "NULL", ".", "..", "-")
#: How publishers of tariffs and regional trade write "all partners", in lower case.
_EVERYONE: Final = ("0", "00", "000", "mfn", "wld", "world", "all", "erga omnes")
#: How TRAINS names groups of partners.
_GROUP: Final = r"^[A-Z]{1,2}[0-9]{1,3}$"
_FREE: Final = ("free", "duty free", "nil")
#: Names of duties, as WITS and Market Access Map write them, in lower case; the first that fits counts.
_DUTIES: Final = (
    (r"^(mfn\b|most.favou?red)", "mfn"),
    (r"^(bnd|bound)\b", "bound"),
    (r"^(ahs|applied|effectively applied)\b", "applied"),
    (r"^(prf|pref|fta|agr)\b|preferential", "preferential"),
    (r"^schedule$", "schedule"),
)
_HS6_WITHOUT_ZERO: Final = 5
#: A share times 100 keeps no digits that its text did not have.
_RATE_DIGITS: Final = 10


class EconomyCodes:
    """The spellings that a file may use and the codes kept for them; ``groups`` are known groups of partners."""

    def __init__(
        self, declared: Mapping[str, str] | None = None, groups: Collection[str] = frozenset()
    ) -> None:
        self.groups = frozenset(groups)
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


def _read_economy(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    values = codes.read(column)
    return values, values.is_null()


def _read_choice(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    values = column.cast(pl.String).str.strip_chars().str.to_lowercase()
    return values, ~values.is_in(list(rule.choices)).fill_null(False)


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
        unknown = is_unknown(column)
        values = values.set(unknown, None)
        good = good | unknown
    return values, ~good


def is_unknown(column: pl.Series) -> pl.Series:
    """Return which cells say that nothing is known."""
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
    empty = (values == "").fill_null(True)
    if rule.empty == "null":
        return values.set(empty, None), pl.repeat(False, len(column), dtype=pl.Boolean, eager=True)
    return values, empty


def _read_partner(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    """Read an economy, everyone (``rule.general``), or a group of partners, which keeps its own name."""
    text = column.cast(pl.String).str.strip_chars()
    values = codes.read(text).cast(pl.String)
    everyone = (text == "").fill_null(True) | text.str.to_lowercase().is_in(_EVERYONE).fill_null(False)
    group = text.is_in(list(codes.groups)) | text.str.contains(_GROUP)
    values = values.zip_with(values.is_not_null() | ~group.fill_null(False), text)
    values = values.set(everyone, rule.general)
    return values, values.is_null()


def _read_line(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    """Read a tariff line as its digits; a number, and five digits, have lost the zero of chapters 01 to 09."""
    if column.dtype.is_numeric():
        values = _to_integer(column, pl.Int64).cast(pl.String)
        lost = values.str.len_bytes() % 2 == 1
    else:
        values = column.cast(pl.String).str.replace_all(r"[.\s]", "")
        lost = values.str.len_bytes() == _HS6_WITHOUT_ZERO
    values = values.zip_with(~lost.fill_null(False), "0" + values)
    good = values.str.contains(r"^\d{4,12}$") & ~values.str.starts_with("00")
    return values, ~good.fill_null(False)


def _read_duty(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    text = column.cast(pl.String).str.strip_chars().str.to_lowercase()
    frame = text.alias("text").to_frame()
    kind = pl.coalesce(
        pl.when(pl.col("text").str.contains(pattern)).then(pl.lit(duty)) for pattern, duty in _DUTIES
    )
    values = frame.select(kind.alias("duty"))["duty"]
    return values, values.is_null()


def _read_rate(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    """Read a rate; a duty in words, such as ``Rs 5 per kg``, is unknown and never zero."""
    if column.dtype != pl.String:
        return _read_number(column, rule, factor, codes)
    text = column.str.strip_chars()
    percent = text.str.ends_with("%").fill_null(False)
    values = text.str.strip_chars_end("% ").cast(pl.Float64, strict=False)
    values = values.zip_with(percent, (values * factor).round(_RATE_DIGITS))
    free = text.str.to_lowercase().is_in(_FREE).fill_null(False)
    values = values.set(free, 0.0)
    specific = text.str.contains(r"\d") & text.str.contains(r"[^\d.,%\s-]") & values.is_null()
    unknown = is_unknown(column) | specific.fill_null(False)
    good = (values.is_between(rule.low, rule.high) & values.is_finite()).fill_null(False)
    return values.set(unknown, None), ~(good | unknown)


def _read_prefix(
    column: pl.Series, rule: Rule, factor: float, codes: EconomyCodes
) -> tuple[pl.Series, pl.Series]:
    """Read the beginning of a code; a number is a whole code, since a short one may have lost its zero."""
    values = column.cast(pl.String).str.strip_chars()
    shortest = _HS6_WITHOUT_ZERO if column.dtype.is_numeric() else 2
    lost = (values.str.len_bytes() == _HS6_WITHOUT_ZERO).fill_null(False)
    good = values.str.contains(rf"^\d{{{shortest},6}}$")
    values = values.zip_with(~lost, "0" + values)
    return values, ~(good & ~values.str.starts_with("00")).fill_null(False)


def _to_integer(column: pl.Series, dtype: type[pl.DataType]) -> pl.Series:
    """Cast to whole numbers; what has a fraction, or is none, becomes null."""
    values = column.cast(dtype, strict=False)
    if column.dtype == pl.String and values.null_count():
        return column.str.strip_chars().cast(dtype, strict=False)
    if column.dtype.is_float():
        return values.set((values != column).fill_null(True), None)
    return values


Reader = Callable[[pl.Series, Rule, float, EconomyCodes], tuple[pl.Series, pl.Series]]
READERS: Final[Mapping[str, Reader]] = {
    "economy": _read_economy,
    "choice": _read_choice,
    "year": _read_year,
    "product": _read_product,
    "number": _read_number,
    "text": _read_text,
    "partner": _read_partner,
    "line": _read_line,
    "duty": _read_duty,
    "rate": _read_rate,
    "prefix": _read_prefix,
    "surplus": _read_surplus,
}
