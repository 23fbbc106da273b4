"""Sentences of the market and the supply side."""

import pytest

from corridor.find.chains import read_chains
from corridor.find.supply import EVIDENCE
from corridor.locale.labels import LABELS
from corridor.reports.market import (
    CHAIN_TEXTS,
    dependence_sentence,
    growth_sentence,
    option_sentence,
    suppliers_sentence,
    supply_limits,
)

ROW = {
    "imports_usd": 2e9,
    "partner_usd": 1.9e9,
    "partner_share": 0.95,
    "top_supplier": "CHN",
    "top_share": 0.95,
    "hhi": 0.9,
    "alternatives": 11,
    "home_exports_usd": 1e6,
    "home_rca": 0.1,
}


def test_every_text_of_a_chain_can_be_translated():
    texts = {chain.title for chain in read_chains()} | {chain.limits for chain in read_chains()}
    texts |= {tier.title for chain in read_chains() for tier in chain.tiers}
    assert texts == set(CHAIN_TEXTS)


def test_every_code_has_words():
    assert set(EVIDENCE) <= set(LABELS)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "China supplies 95.0% of 2 billion USD. 11 other economies have"),
        ({"alternatives": 1}, "Only 1 other economy has"),
        ({"alternatives": 0}, "No other economy"),
        (
            {"top_supplier": "JPN", "partner_share": 0.02},
            "Japan supplies 95.0% of 2 billion USD, China 2.0%.",
        ),
        ({"home_rca": 3.0}, "Home is itself a strong exporter"),
        ({"hhi": 0.2, "top_share": 0.3}, "Several suppliers share"),
        ({"home_exports_usd": 3e9}, "home sells more than it buys: 3 billion USD"),
        (
            {"hhi": None, "top_supplier": None, "top_share": None, "alternatives": None},
            "Other sources are not in this run.",
        ),
        (
            {"hhi": None, "partner_share": 0.3, "alternatives": None},
            "the other suppliers are not in this run",
        ),
        ({"imports_usd": 0.0, "hhi": None}, "Home buys none and sells 1 million USD."),
    ],
)
def test_dependence(change, says):
    assert says in dependence_sentence(ROW | change, "CHN", "en")


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ur"])
def test_no_placeholder_is_left(language):
    growth = {"base_year": 2020, "end_year": 2024, "market_growth": 0.05, "current_growth": None}
    sentences = [
        dependence_sentence(ROW, "CHN", language),
        option_sentence({"evidence": ["exports_some"], "net_imports_usd": 1e6}, language),
        suppliers_sentence({"suppliers": 3, "effective_suppliers": 2.5, "hhi": 0.4}, None, None, language),
        growth_sentence(growth, language),
        *supply_limits(["USA", "DEU"], language),
    ]
    assert not any("%(" in sentence or not sentence for sentence in sentences)


def test_growth_from_zero_has_no_rate():
    row = {"base_year": 2020, "end_year": 2024, "market_growth": None, "current_growth": None}
    assert "no growth rate" in growth_sentence(row, "en")


def test_the_exporter_that_does_not_sell_is_said():
    row = {"suppliers": 1, "effective_suppliers": 1.0, "hhi": 1.0}
    assert suppliers_sentence(row, None, None, "en") == (
        "1 supplier, as concentrated as 1.0 of equal size (HHI 1.00). The exporter is not among them."
    )


def test_complete_data_have_no_limits():
    assert supply_limits([], "en") == []
