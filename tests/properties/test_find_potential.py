"""Properties of the export potential with every combination of terms."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.find.firmness import NoiseModel
from corridor.find.inputs import PotentialInputs
from corridor.find.margins import TradeMargins, measure_margins
from corridor.find.pair import analyse_margins
from corridor.find.potential import FACTORS, PotentialOptions, compute_potential, tabulate_potential
from corridor.tables import ELASTICITIES

ECONOMIES = ("XAA", "XAB", "XAC", "XAD")
PRODUCTS = ("010101", "010202", "030303")
FLOW = st.one_of(st.just(0.0), st.floats(1.0, 1e9))
SHAPE = (len(ECONOMIES), len(ECONOMIES), len(PRODUCTS))


def tabulate_trade(cube) -> pl.DataFrame:
    exporter, importer, product = np.nonzero(cube)
    return pl.DataFrame(
        {
            "year": np.full(len(exporter), 2024, dtype=np.int32),
            "exporter": np.array(ECONOMIES)[exporter],
            "importer": np.array(ECONOMIES)[importer],
            "product": np.array(PRODUCTS)[product],
            "value_usd": cube[exporter, importer, product],
        }
    )


@st.composite
def trades(draw) -> pl.DataFrame:
    cube = draw(arrays(float, SHAPE, elements=FLOW))
    cube[np.arange(SHAPE[0]), np.arange(SHAPE[0])] = 0
    assume(cube[:, 1].sum() > 0)
    return tabulate_trade(cube)


@st.composite
def markets(draw) -> TradeMargins:
    return measure_margins(draw(trades()), ["XAB"])


def subset(rows: list[tuple], kept: list[bool], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Return some of the rows, at least the first: what is missing has to be met by a fallback."""
    chosen = [row for row, keep in zip(rows, [True, *kept], strict=False) if keep]
    return pl.DataFrame(chosen, schema=schema, orient="row")


@st.composite
def inputs(draw) -> PotentialInputs:
    some = st.lists(st.booleans(), min_size=40, max_size=40)
    growth = [("XAB", "gdp_growth_percent", year, draw(st.floats(-5, 12))) for year in range(2025, 2030)] + [
        (code, "gdp_growth_percent", 2025, draw(st.floats(-5, 12))) for code in ("XAA", "XAC", "XAD")
    ]
    distance = [
        (first, second, draw(st.floats(50, 19_000)))
        for second in ("XAB", "XAA", "XAC")
        for first in ECONOMIES
        if first != second
    ]
    rates = [
        (
            market,
            exporter,
            product,
            2024,
            draw(st.floats(0, 60)),
            "mfn" if exporter == "MFN" else "preferential",
        )
        for market in ("XAB", "XAA")
        for exporter in ("MFN", "XAC", "XAA")
        for product in PRODUCTS
        if market != exporter
    ]
    sigma = [(product, draw(st.floats(1.01, 12))) for product in PRODUCTS]
    text = pl.String()
    whole = PotentialInputs(
        growth=subset(
            growth,
            draw(some),
            {"economy": text, "indicator": text, "year": pl.Int32(), "value": pl.Float64()},
        ),
        distances=subset(
            distance, draw(some), {"exporter": text, "importer": text, "distance_km": pl.Float64()}
        ),
        tariffs=subset(
            rates,
            draw(some),
            {
                "importer": text,
                "exporter": text,
                "product": text,
                "year": pl.Int32(),
                "rate_percent": pl.Float64(),
                "basis": text,
            },
        ),
        elasticities=subset(
            sigma,
            draw(some),
            {name: each.dtype for name, each in ELASTICITIES.columns.items() if not each.optional},
        ),
    )
    used = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
    pairs = [(*row[:2], draw(st.floats(0.01, 20))) for row in distance]
    keys = {"exporter": text, "importer": text, "ease": pl.Float64()}
    return PotentialInputs(
        ease=subset(pairs, draw(some), keys),
        growth=whole.growth if used[0] else None,
        distances=whole.distances if used[1] else None,
        tariffs=whole.tariffs if used[2] else None,
        elasticities=whole.elasticities if used[2] else None,
    )


options = st.builds(
    PotentialOptions,
    trade_balance=st.booleans(),
    unknown_trade_balance=st.sampled_from(["impute", "one"]),
    ease=st.sampled_from(["static", "projected", "gravity", "off"]),
    world=st.sampled_from(["all", "without_importer"]),
    normalise_at=st.sampled_from(["after", "before"]),
    supply_growth=st.booleans(),
    demand_growth=st.booleans(),
    global_tariff=st.booleans(),
    market_tariff=st.booleans(),
    distance=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(markets(), inputs(), options)
def test_potentials_sum_to_expected_imports_with_every_combination(margins, given_inputs, chosen):
    assume(set(ECONOMIES) <= set(margins.economies) and set(PRODUCTS) <= set(margins.products))
    market = compute_potential(margins, "XAB", chosen, given_inputs)
    potential = market.potential
    if chosen.normalise_at == "before":
        # The terms after the scale shift the sum: without them it holds.
        for term in (market.market_tariff, market.distance_factor):
            potential = potential if term is None else potential / term
    supplied = market.normaliser > 0
    assert potential.sum(axis=0)[supplied] == pytest.approx(market.expected_demand[supplied], rel=1e-9)
    # Only where no supplier can have any claim is a product left without potential.
    assert (market.claims[:, ~supplied] == 0).all()
    if chosen.world == "all" and chosen.ease != "off":
        assert supplied[market.demand > 0].all()


@settings(max_examples=80, deadline=None)
@given(markets(), inputs(), options)
def test_shown_terms_multiply_to_the_potential(margins, given_inputs, chosen):
    assume(set(ECONOMIES) <= set(margins.economies) and set(PRODUCTS) <= set(margins.products))
    lines = tabulate_potential(compute_potential(margins, "XAB", chosen, given_inputs))
    shown = [name for name in FACTORS if name in lines.columns]
    product = pl.fold(1.0, lambda left, right: left * right, pl.col(shown)) / pl.col("normaliser")
    lines = lines.filter(pl.col("normaliser") > 0)
    assert lines.select(product).to_series().to_list() == pytest.approx(
        lines["potential_usd"].to_list(), rel=1e-12
    )
    assert lines.select(pl.all_horizontal(pl.col(pl.Float64).is_finite()).all()).item()


@settings(max_examples=60, deadline=None)
@given(markets(), inputs())
def test_gaps_are_shares(margins, given_inputs):
    assume(set(ECONOMIES) <= set(margins.economies) and set(PRODUCTS) <= set(margins.products))
    assume(margins.exports[0].any())
    analysis = analyse_margins(margins, "XAA", "XAB", inputs=given_inputs)
    for gap in analysis.coverage.gaps:
        assert 0 <= gap.import_share <= 1 + 1e-12
        assert 0 <= gap.export_share <= 1 + 1e-12
        assert gap.import_share + gap.export_share > 0


@settings(max_examples=30, deadline=None)
@given(markets(), st.integers(0, 5))
def test_without_noise_draws_are_conventions(margins, seed):
    assume("XAA" in margins.economies and margins.exports[margins.index_economy("XAA")].any())
    calm = NoiseModel(small=0, large=0, draws=10, seed=seed)
    lines = analyse_margins(margins, "XAA", "XAB", noise=calm).opportunities
    # Draws are kept in single precision: a line at the very edge of the share may fall on either side.
    assert lines["firmness_noise"].to_list() == pytest.approx(lines["firmness"].to_list(), abs=1)
    assert (lines["rank_low"] <= lines["rank_high"]).all()
