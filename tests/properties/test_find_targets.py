"""Whatever is assumed, a study of a target closes, and no line exceeds its cap."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.find.caps import MarketGrowth
from corridor.find.scenarios import LEVELS, Assumptions, Spread, TargetEvidence, name_lines, study_target
from corridor.find.target import TargetBase, TargetSource

SHARE = st.floats(0, 1)
AMOUNT = st.floats(0, 1e12)

assumptions = st.builds(
    Assumptions,
    realisation=SHARE,
    potential=st.sampled_from(LEVELS),
    growth=SHARE,
    products=st.integers(0, 5),
    products_level=st.sampled_from(LEVELS),
    tariff_cut=SHARE,
    services=SHARE,
)


@st.composite
def evidence(draw) -> TargetEvidence:
    low, central, high = sorted(draw(st.tuples(AMOUNT, AMOUNT, AMOUNT)))
    count = draw(st.integers(0, 4))
    additions = sorted(draw(st.lists(AMOUNT, min_size=count, max_size=count)))
    products = pl.DataFrame(
        {
            "product": [f"p{place}" for place in range(count)],
            "pdi_rank": range(1, count + 1),
            "addition_usd": additions,
            "addition_high_usd": [2 * amount for amount in additions],
        },
        schema_overrides={"product": pl.String, "addition_usd": pl.Float64, "addition_high_usd": pl.Float64},
    )
    gains = draw(st.lists(st.one_of(st.none(), AMOUNT), min_size=2, max_size=2))
    cuts = pl.DataFrame(
        {"product": ["p0", "x"], "gain_usd": gains}, schema_overrides={"gain_usd": pl.Float64}
    )
    years = draw(st.integers(1, 40))
    return TargetEvidence(
        exporter="XAA",
        importer=draw(st.sampled_from(["XAB", ""])),
        base=TargetBase(draw(st.floats(1, 1e12)), "any", 2024, years),
        other_bases=(TargetBase(draw(st.floats(1, 1e12)), "other", 2020, years + 4),),
        market_usd=draw(st.one_of(st.none(), st.floats(1, 1e13))),
        unrealised=draw(st.sampled_from([None, Spread(central, low, high), Spread(central)])),
        growing=draw(st.booleans()),
        growth=draw(
            st.sampled_from([None, MarketGrowth(0.04, "stated", "any"), MarketGrowth(-0.1, "stated", "any")])
        ),
        new_products=draw(st.sampled_from([None, products])),
        tariff_cuts=draw(st.sampled_from([None, cuts])),
        services=draw(st.sampled_from([None, TargetSource("services", 1e9, "stated")])),
    )


@settings(max_examples=150, deadline=None)
@given(st.floats(1, 1e13), evidence(), assumptions)
def test_a_study_closes_to_the_cent_within_its_caps(target, known, assumed):
    study = study_target(target, known, assumed)
    for wanted in (study.decomposition, *study.decomposition.others):
        lines = wanted.lines
        cents = sum(round(value * 100) for value in lines["value_usd"])
        assert cents == pytest.approx(target * 100, abs=1, rel=1e-12)
        capped = lines.drop_nulls("cap_usd")
        assert (capped["value_usd"] <= capped["cap_usd"] * (1 + 1e-12) + 0.005).all()
        assert (lines["value_usd"] >= 0).all()
    # a line is either judged or named as not judged, never both, and nothing else is there
    absent = [missing.line for missing in study.missing]
    held = study.decomposition.lines["line"].to_list()
    assert not set(absent) & set(held)
    assert sorted([*absent, *held]) == sorted(name_lines(study))
    assert len(absent) + len(held) == 7


@settings(max_examples=80, deadline=None)
@given(st.floats(1, 1e13), evidence(), assumptions)
def test_assuming_more_never_leaves_more_without_a_source(target, known, assumed):
    more = replace(
        assumed, realisation=1.0, growth=1.0, services=1.0, potential="high", products_level="high"
    )
    if known.tariff_cuts is None:
        more = replace(more, products=5)
    less = study_target(target, known, assumed).decomposition.no_source_usd
    assert study_target(target, known, more).decomposition.no_source_usd <= less + 0.02
