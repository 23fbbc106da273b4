"""Two runs compared on lines small enough to work out by hand."""

from dataclasses import replace
from math import log

import polars as pl
import pytest

from corridor.errors import InputError
from corridor.find.compare import FACTORS, TERMS, compare_runs, split_changes
from corridor.find.pair import analyse_pair
from corridor.find.potential import PotentialOptions
from corridor.find.stored import stored_run


def line(product: str, current: float, **factors: float) -> dict[str, object]:
    given = dict.fromkeys(("supply_share", "trade_balance", "ease", "normaliser"), 1.0) | factors
    potential = given["partner_imports_usd"]
    for name, power in FACTORS.items():
        potential *= given.get(name, 1.0) ** power if name != "partner_imports_usd" else 1.0
    return {
        "product": product,
        "description": None,
        "chapter": product[:2],
        "current_usd": current,
        "potential_usd": potential,
        "unrealised_usd": max(0.0, potential - current),
        "rank": 1,
        "shortlisted": True,
        **given,
    }


def split(first: list[dict[str, object]], second: list[dict[str, object]]) -> dict[str, object]:
    schema = {"rank": pl.Int32, "description": pl.String}
    frames = [pl.DataFrame(rows, schema_overrides=schema) for rows in (first, second)]
    return split_changes(*frames).row(0, named=True)


def terms(row: dict[str, object], measure: str) -> dict[str, float]:
    found = {term: row[f"{measure}_{term}"] for term in TERMS}
    return {term: value for term, value in found.items() if abs(value) > 1e-12}


def test_two_factors_share_a_change_by_their_logarithms():
    row = split(
        [line("100630", 0.0, partner_imports_usd=100.0, supply_share=0.1)],
        [line("100630", 0.0, partner_imports_usd=200.0, supply_share=0.4)],
    )
    # 10 → 80: ln 8 = ln 2 + ln 4, so one third and two thirds of 70
    assert terms(row, "potential") == pytest.approx({"partner_imports_usd": 70 / 3, "supply_share": 140 / 3})
    assert terms(row, "unrealised") == pytest.approx(terms(row, "potential"))


def test_current_trade_takes_from_what_is_unrealised():
    row = split(
        [line("100630", 10.0, partner_imports_usd=100.0)], [line("100630", 30.0, partner_imports_usd=100.0)]
    )
    assert terms(row, "unrealised") == {"current_trade": -20.0}
    assert terms(row, "potential") == {}


def test_above_its_potential_a_line_does_not_change():
    row = split(
        [line("100630", 500.0, partner_imports_usd=100.0)], [line("100630", 600.0, partner_imports_usd=300.0)]
    )
    assert terms(row, "unrealised") == {}
    assert terms(row, "potential") == {"partner_imports_usd": 200.0}


def test_where_the_bend_is_crossed_both_orders_count_half():
    row = split(
        [line("100630", 50.0, partner_imports_usd=100.0)], [line("100630", 200.0, partner_imports_usd=150.0)]
    )
    # 50 → 0. Potential first: +50, then −100; trade first: −50, then 0.
    assert terms(row, "unrealised") == {"partner_imports_usd": 25.0, "current_trade": -75.0}


def test_factors_against_each_other_show_where_the_potential_stands_still():
    row = split(
        [line("100630", 0.0, partner_imports_usd=100.0, ease=2.0)],
        [line("100630", 0.0, partner_imports_usd=200.0, ease=1.0)],
    )
    assert terms(row, "unrealised") == pytest.approx(
        {"partner_imports_usd": 200 * log(2), "ease": -200 * log(2)}
    )


def test_a_normaliser_divides():
    row = split(
        [line("100630", 0.0, partner_imports_usd=100.0)],
        [line("100630", 0.0, partner_imports_usd=100.0, normaliser=2.0)],
    )
    assert terms(row, "potential") == pytest.approx({"normaliser": -50.0})


def test_a_term_that_one_run_does_not_use_counted_as_one():
    row = split(
        [line("100630", 0.0, partner_imports_usd=100.0)],
        [line("100630", 0.0, partner_imports_usd=100.0, distance_factor=0.5)],
    )
    assert terms(row, "potential") == pytest.approx({"distance_factor": -50.0})


def test_lines_of_one_run_only_enter_or_leave_whole():
    one, other = (
        line("100630", 10.0, partner_imports_usd=100.0),
        line("520100", 20.0, partner_imports_usd=60.0),
    )
    schema = {"rank": pl.Int32, "description": pl.String}
    rows = split_changes(*(pl.DataFrame([row], schema_overrides=schema) for row in (one, other)))
    left, entered = rows.sort("product").to_dicts()
    assert left["state"] == "left" and entered["state"] == "entered"
    assert terms(left, "potential") == {"left": -100.0}
    assert terms(entered, "potential") == {"entered": 60.0}
    assert left["rank_second"] is None and left["shortlisted_second"] is False
    for row, change in ((left, -90.0), (entered, 40.0)):
        assert row["change_usd"] == change
        assert sum(terms(row, "unrealised").values()) == pytest.approx(change)


def test_rounded_figures_have_a_visible_term():
    first = line("100630", 0.0, partner_imports_usd=100.0, supply_share=0.333)
    rounded = first | {"potential_usd": 30.0, "unrealised_usd": 31.0}
    row = split([first], [rounded])
    # the potential is read as 30, the unrealised part as 31: both differences are rounding
    assert terms(row, "potential") == pytest.approx({"rounding": -3.3})
    assert terms(row, "unrealised") == pytest.approx({"rounding": -2.3})


def test_a_run_against_itself_has_no_terms(trade):
    analysis = analyse_pair(trade, "XAA", "XAB")
    comparison = compare_runs(analysis, analysis)
    assert comparison.terms["potential_usd"].abs().max() == 0
    assert comparison.terms["unrealised_usd"].abs().max() == 0
    assert comparison.options == {} and comparison.joined.is_empty() and comparison.dropped.is_empty()


def test_options_that_differ_are_named_and_explain_the_change(trade):
    first = analyse_pair(trade, "XAA", "XAB")
    second = analyse_pair(trade, "XAA", "XAB", options=PotentialOptions(trade_balance=False))
    comparison = compare_runs(first, second)
    assert comparison.options == {"trade_balance": (True, False)}
    for measure in ("potential", "unrealised"):
        total = comparison.terms[f"{measure}_usd"].sum()
        assert total == pytest.approx(comparison.change(measure), abs=1e-9)
        moved = comparison.terms.filter(pl.col(f"{measure}_usd").abs() > 1e-9)["term"].to_list()
        assert set(moved) <= {"trade_balance", "normaliser"}


def test_runs_of_different_pairs_are_refused():
    with pytest.raises(InputError, match="PAK → CHN and of CHN → PAK"):
        compare_runs(stored_run("PAK", "CHN"), stored_run("CHN", "PAK"))


def test_a_run_without_its_terms_is_refused(trade):
    analysis = analyse_pair(trade, "XAA", "XAB")
    bare = replace(analysis, opportunities=analysis.opportunities.drop("normaliser"))
    with pytest.raises(InputError, match="without the term 'normaliser'"):
        compare_runs(analysis, bare)


def test_optional_terms_are_told(trade):
    analysis = analyse_pair(trade, "XAA", "XAB")
    more = replace(analysis, opportunities=analysis.opportunities.with_columns(demand_growth=pl.lit(1.0)))
    assert compare_runs(analysis, more).terms_on == {"demand_growth": "second"}
    assert compare_runs(more, analysis).terms_on == {"demand_growth": "first"}
