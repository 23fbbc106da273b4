"""Moving trade between nomenclatures conserves every sum, whatever the codes, shares and pieces."""

from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.data.concordance import bridge_trade, chain_concordances, make_identity
from corridor.tables import CONCORDANCE, TRADE

CODES = [f"{number:06d}" for number in (10121, 10129, 520100, 847130, 851762, 999999)]
ECONOMIES = ["CHN", "PAK", "S19", "USA"]
KEY = ["year", "exporter", "importer", "product"]

flows = st.dictionaries(
    st.tuples(
        st.integers(2022, 2024),
        st.sampled_from(ECONOMIES),
        st.sampled_from(ECONOMIES),
        st.sampled_from(CODES),
    ),
    st.floats(0, 1e12, allow_nan=False),
    min_size=1,
    max_size=50,
)
weights = st.dictionaries(
    st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), st.floats(0.01, 100), max_size=20
)


def make_trade(rows: dict[tuple, float]) -> pl.DataFrame:
    schema = {name: TRADE.columns[name].dtype for name in [*KEY, "value_usd"]}
    return pl.DataFrame([(*key, value) for key, value in rows.items()], schema=schema, orient="row")


def make_concordance(parts: dict[tuple[str, str], float]) -> pl.DataFrame:
    schema = {name: column.dtype for name, column in CONCORDANCE.columns.items()}
    table = pl.DataFrame([(*pair, weight) for pair, weight in parts.items()], schema=schema, orient="row")
    return table.with_columns(share=pl.col("share") / pl.col("share").sum().over("source"))


@settings(deadline=None, max_examples=60)
@given(rows=flows, parts=weights, chunk=st.sampled_from([1, 7, 1_000_000]))
def test_sums_by_pair_and_year_are_conserved_and_equal_a_count_by_hand(
    rows: dict[tuple, float], parts: dict[tuple[str, str], float], chunk: int
) -> None:
    concordance = make_concordance(parts)
    with patch("corridor.data.concordance._CHUNK", chunk):
        moved, report = bridge_trade(make_trade(rows), concordance)
    frame = TRADE.check(moved.collect())
    shares: dict[str, dict[str, float]] = {}
    for source, target, share in concordance.iter_rows():
        shares.setdefault(source, {})[target] = share
    expected: dict[tuple, float] = {}
    for (year, exporter, importer, product), value in rows.items():
        for target, share in shares.get(product, {product: 1.0}).items():
            key = (year, exporter, importer, target)
            expected[key] = expected.get(key, 0.0) + value * share
    found = {row[:4]: row[4] for row in frame.iter_rows()}
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert frame["value_usd"].sum() == pytest.approx(sum(rows.values()), rel=1e-12)
    by_pair = frame.group_by(KEY[:3]).agg(pl.col("value_usd").sum()).sort(KEY[:3])
    before = make_trade(rows).group_by(KEY[:3]).agg(pl.col("value_usd").sum()).sort(KEY[:3])
    assert np.allclose(by_pair["value_usd"], before["value_usd"], rtol=1e-12)
    unknown = sum(value for key, value in rows.items() if key[3] not in shares)
    assert report.unmapped_value_share * report.value_usd == pytest.approx(unknown, rel=1e-9, abs=1e-3)


@settings(deadline=None, max_examples=40)
@given(rows=flows)
def test_the_identity_changes_nothing_and_twice_is_once(rows: dict[tuple, float]) -> None:
    before = make_trade(rows).sort(KEY)
    once = bridge_trade(before, make_identity(CODES))[0].collect()
    assert once.equals(before)
    assert bridge_trade(once, make_identity(CODES))[0].collect().equals(before)


@settings(deadline=None, max_examples=40)
@given(rows=flows, first=weights, second=weights)
def test_a_chain_is_one_step_after_the_other(
    rows: dict[tuple, float], first: dict[tuple[str, str], float], second: dict[tuple[str, str], float]
) -> None:
    # every code is known to both, since a chain cannot tell a code it keeps from one it reaches
    steps = [
        make_concordance({**{(code, code): 1.0 for code in CODES}, **parts}) for parts in (first, second)
    ]
    apart = bridge_trade(bridge_trade(make_trade(rows), steps[0])[0], steps[1])[0].collect()
    together = bridge_trade(make_trade(rows), chain_concordances(steps))[0].collect()
    assert apart.select(KEY).equals(together.select(KEY))
    assert np.allclose(apart["value_usd"], together["value_usd"], rtol=1e-9)
