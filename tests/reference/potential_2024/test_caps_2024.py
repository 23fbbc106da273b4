"""Caps of the lines of a target Pakistan → China on the 2024 file, each computed a second way.

Origin: CEPII BACI HS17 2024 with 220 of 226 importers. New products are recomputed here from the table of
flows without the matrices of the library's ``caps``; tolerance 1e-9 relative. The totals, 0.0161 (median) and
0.905 billion USD (upper quartile) over the first hundred, are this project's own; tolerance 1 %.
"""

import numpy as np
import polars as pl
import pytest

from corridor.find.caps import find_new_products
from corridor.find.diversification import measure_specialisation, rank_diversification
from corridor.find.margins import TradeMargins, measure_margins
from corridor.find.pair import PairAnalysis, analyse_margins
from corridor.find.potential import PotentialOptions, balance_trade

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def margins(shared) -> TradeMargins:
    trade = pl.scan_parquet(shared / "data" / "trade" / "baci_hs17_2024_bilateral_hs6.parquet").select(
        pl.lit(2024, dtype=pl.Int32).alias("year"),
        "exporter",
        "importer",
        pl.col("hs6").alias("product"),
        "value_usd",
    )
    return measure_margins(trade, ["CHN"])


@pytest.fixture(scope="module")
def analysis(margins) -> PairAnalysis:
    return analyse_margins(margins, "PAK", "CHN")


@pytest.fixture(scope="module")
def found(margins, analysis) -> pl.DataFrame:
    known = measure_specialisation(margins)
    ranking = rank_diversification(margins, "PAK", "CHN", specialisation=known)
    lines = analysis.opportunities
    return find_new_products(margins, lines, ranking, known, exporter="PAK", importer="CHN")


def test_half_of_comparable_exporters_sell_next_to_nothing(found):
    first = found.filter(pl.col("pdi_rank") <= 100)
    assert first["addition_usd"].sum() == pytest.approx(0.0161e9, rel=0.01)
    assert first["addition_high_usd"].sum() == pytest.approx(0.905e9, rel=0.01)


def test_one_product_computed_by_hand(margins, analysis, found):
    row = found.sort("addition_usd", descending=True).row(0, named=True)
    place = margins.products.index(row["product"])
    exports = margins.exports * balance_trade(margins, PotentialOptions())
    rca = (exports / exports.sum(axis=1, keepdims=True).clip(1)) / (exports.sum(axis=0) / exports.sum())
    m = (rca >= 1).astype(float)
    ubiquity = m.sum(axis=0)
    near = (m.T @ m[:, place]) / np.maximum(ubiquity, ubiquity[place])
    near[place] = 0.0
    density = m @ near / near.sum()
    home, market = margins.index_economy("PAK"), margins.index_economy("CHN")
    flows = margins.flows["CHN"]
    others = [
        row
        for row in range(len(exports))
        if row not in (home, market) and flows[row].any() and exports[row].any()
    ]
    peers = sorted(others, key=lambda other: (abs(density[other] - density[home]), other))[:15]
    demand = flows[:, place].sum()
    shares = sorted(flows[peer, place] / demand for peer in peers)
    assert row["density"] == pytest.approx(density[home], rel=1e-9)
    assert row["median_share"] == pytest.approx(shares[7], rel=1e-9)
    line = analysis.opportunities.filter(product=row["product"])
    covered = max(line["current_usd"].sum(), line["potential_usd"].sum())
    assert row["addition_usd"] == pytest.approx(shares[7] * demand - covered, rel=1e-9)
