"""A trade table small enough to check by hand."""

import polars as pl
import pytest

from corridor.tables import TRADE

# Three economies, two products, one year; XAC sells but its imports are not recorded.
FLOWS = [
    ("XAA", "XAB", "100630", 30.0),
    ("XAC", "XAB", "100630", 10.0),
    ("XAB", "XAA", "850760", 50.0),
    ("XAC", "XAA", "850760", 30.0),
    ("XAA", "XAB", "850760", 20.0),
    ("XAB", "XAA", "100630", 5.0),
]


@pytest.fixture
def trade() -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "year": [2024] * len(FLOWS),
            "exporter": [flow[0] for flow in FLOWS],
            "importer": [flow[1] for flow in FLOWS],
            "product": [flow[2] for flow in FLOWS],
            "value_usd": [flow[3] for flow in FLOWS],
        },
        schema_overrides={"year": pl.Int32},
    )
    return TRADE.check(frame)
