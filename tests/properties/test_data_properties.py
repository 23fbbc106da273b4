"""What goes into an import comes out: totals by flow, whatever the order, the spelling or the pieces."""

import tempfile
from collections import defaultdict
from pathlib import Path
from unittest.mock import patch

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.data.importers import import_file
from corridor.data.store import Store
from corridor.tables import TRADE

NUMBERS = {"PAK": "586", "CHN": "156", "USA": "842", "AFG": "4", "S19": "490", "NAM": "516"}
SPELLINGS = {code: (code, number, number.zfill(3), f" {number} ") for code, number in NUMBERS.items()}
economies = st.sampled_from(sorted(NUMBERS))
flows = st.lists(
    st.tuples(
        st.integers(2022, 2024),
        economies,
        economies,
        st.sampled_from(["010121", "090411", "520100", "999999"]),
        st.integers(0, 10**12),
        st.none() | st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=60,
)


@settings(deadline=None, max_examples=40)
@given(rows=flows, choice=st.randoms(use_true_random=False), piece=st.sampled_from([32, 200, 1 << 20]))
def test_totals_by_flow_survive_an_import(rows: list[tuple], choice, piece: int) -> None:
    lines = ["t,i,j,k,v,q"]
    expected: dict[tuple, float] = defaultdict(float)
    quantities: dict[tuple, list[int | None]] = defaultdict(list)
    for year, exporter, importer, product, value, quantity in rows:
        lines.append(
            ",".join(
                (
                    str(year),
                    choice.choice(SPELLINGS[exporter]),
                    choice.choice(SPELLINGS[importer]),
                    choice.choice((product, product.removeprefix("0"), f'"{product}"')),
                    str(value),
                    choice.choice(("NA", "", "   NA")) if quantity is None else str(quantity),
                )
            )
        )
        expected[year, exporter, importer, product] += value * 1000
        quantities[year, exporter, importer, product].append(quantity)
    with tempfile.TemporaryDirectory() as folder, patch("corridor.data.blocks._PIECE", piece):
        path = Path(folder) / "flows.csv"
        path.write_text(choice.choice(("\n", "\r\n")).join(lines) + choice.choice(("", "\n", "\n\n")))
        store = Store(Path(folder) / "store")
        manifest = import_file(store, path, name="flows")
        frame = TRADE.check(store.scan("flows").collect())
    assert {row[:4]: row[4] for row in frame.iter_rows()} == dict(expected)
    assert {row[:4]: row[5] for row in frame.iter_rows()} == {
        key: None if None in parts else sum(parts) for key, parts in quantities.items()
    }
    assert manifest.duplicates_summed == len(rows) - len(expected)
    assert manifest.coverage is not None
    assert manifest.coverage.rows == frame.height == len(expected)
    assert frame.equals(frame.sort("year", "exporter", "importer", "product"))
    positive = frame.filter(pl.col("value_usd") > 0, pl.col("exporter") != pl.col("importer"))
    assert set(manifest.coverage.missing_importers) == set(positive["exporter"]) - set(positive["importer"])
