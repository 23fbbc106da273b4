"""Files of Stata 8 to 12, in which CEPII publishes its distances.

Source: StataCorp, "Description of the .dta file format" (help dta_113, dta_114, dta_115): a header, the
types, names, formats and labels of the variables, expansion fields, then the rows in fixed width.
"""

import struct
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from corridor.errors import InputError

#: Version of the format → bytes of a display format. Names take 33 bytes in each, labels 81.
_FORMAT_BYTES: Final = {113: 12, 114: 49, 115: 49}
_HEADER: Final = 109
_NAME, _LABEL, _SORT = 33, 81, 2
#: Code of a type → its NumPy type and the largest value that is no missing value.
_NUMBERS: Final[dict[int, tuple[str, float]]] = {
    251: ("i1", 100),
    252: ("i2", 32_740),
    253: ("i4", 2_147_483_620),
    254: ("f4", float(np.frombuffer(b"\xff\xff\xff\x7e", "<f4")[0])),
    255: ("f8", 2.0**1023 * (1 - 2.0**-53)),
}
_LONGEST_TEXT: Final = 244


def read_stata(path: Path) -> pl.DataFrame:
    """Return the rows of a Stata file, missing values as nulls.

    Raises
    ------
    InputError: it is no file of these versions, or is cut off.
    """
    data = path.read_bytes()
    if len(data) < _HEADER or data[0] not in _FORMAT_BYTES or data[1] not in (1, 2):
        raise InputError(
            f"'{path.name}' is no Stata file that can be read",
            rule="a file of Stata 8 to 12 (formats 113 to 115)",
            fix="Save it with 'saveold' or 'export delimited'",
        )
    try:
        return _read_rows(data, ">" if data[1] == 1 else "<")
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise InputError(
            f"'{path.name}' is no Stata file that can be read ({error})", rule="a whole file"
        ) from error


def _read_rows(data: bytes, order: str) -> pl.DataFrame:
    variables, rows = struct.unpack_from(f"{order}hi", data, 4)
    types = data[_HEADER : _HEADER + variables]
    place = _HEADER + variables
    names = [_read_text(data[place + _NAME * each :][:_NAME]) for each in range(variables)]
    place += variables * (_NAME + _FORMAT_BYTES[data[0]] + _NAME + _LABEL) + _SORT * (variables + 1)
    place = _skip_expansions(data, place, order)
    kinds = [(f"v{each}", _find_kind(code, order)) for each, code in enumerate(types)]
    table = np.frombuffer(data, np.dtype(kinds), count=rows, offset=place)
    return pl.DataFrame(
        [
            _read_column(name, table[f"v{each}"], code)
            for each, (name, code) in enumerate(zip(names, types, strict=True))
        ]
    )


def _skip_expansions(data: bytes, place: int, order: str) -> int:
    while True:
        kind, length = struct.unpack_from(f"{order}bi", data, place)
        place += 5 + length
        if kind == 0:
            return place


def _find_kind(code: int, order: str) -> str:
    if code <= _LONGEST_TEXT:
        return f"S{code}"
    return order + _NUMBERS[code][0]


def _read_column(name: str, values: "np.ndarray[tuple[int], np.dtype[np.generic]]", code: int) -> pl.Series:
    if code <= _LONGEST_TEXT:
        return pl.Series(name, [_read_text(bytes(value)) for value in values.tolist()], dtype=pl.String)
    numbers = pl.Series(name, values.astype(values.dtype.newbyteorder("=")))
    return numbers.set(numbers > _NUMBERS[code][1], None)


def _read_text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("cp1252", errors="replace")
