"""Rates of six digits equal a computation by hand from the tariff lines, whatever their order."""

from collections import defaultdict

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.data.tariffs import average_lines
from corridor.errors import InputError

LINES = ("01012110", "01012190", "01012910", "52010000")
Line = tuple[str, str, float | None]
lines = st.lists(
    st.tuples(
        st.sampled_from(("MFN", "PAK", "USA")),
        st.sampled_from(LINES),
        st.none() | st.integers(0, 200).map(lambda n: n / 4),
    ),
    min_size=1,
    max_size=25,
)


def compute_rates(rows: list[Line]) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Return mean, lowest and highest rate of each exporter and six-digit code, step by step."""
    stated: dict[tuple[str, str], list[float]] = defaultdict(list)
    for exporter, line, rate in rows:
        stated[exporter, line] += [] if rate is None else [rate]
    single = {
        key: (sum(set(rates)) / len(set(rates)) if key[0] == "MFN" else min(rates)) if rates else None
        for key, rates in stated.items()
    }
    found = {}
    for exporter, code in {(exporter, line[:6]) for exporter, line in single}:
        rates = []
        for line in (line for line in LINES if line[:6] == code):
            if (exporter, line) in single:
                rates.append(single[exporter, line])
            elif exporter != "MFN":
                rates.append(single.get(("MFN", line)))
        known = [rate for rate in rates if rate is not None]
        if known:
            found[exporter, code] = (sum(known) / len(known), min(known), max(known))
    return found


@settings(deadline=None, max_examples=150)
@given(rows=lines, data=st.data())
def test_rates_equal_a_computation_by_hand(rows: list[Line], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    frame = pl.DataFrame(
        [("CHN", *row, 2024) for row in shuffled],
        schema={
            "importer": pl.String,
            "exporter": pl.String,
            "product": pl.String,
            "rate_percent": pl.Float64,
            "year": pl.Int32,
        },
        orient="row",
    )
    expected = compute_rates(rows)
    if not expected:
        with pytest.raises(InputError, match="no line of the files"):
            average_lines(frame, plain=True)
        return
    table = average_lines(frame, plain=True)
    found = {
        (row["exporter"], row["product"]): (
            row["rate_percent"],
            row["minimum_percent"],
            row["maximum_percent"],
        )
        for row in table.frame.iter_rows(named=True)
    }
    assert found.keys() == expected.keys()
    for key, rates in expected.items():
        assert found[key] == pytest.approx(rates, rel=1e-12)
    given_groups = {(exporter, line[:6]) for exporter, line, _ in rows}
    assert sum(table.left_out.values()) == len(given_groups) - len(expected)
