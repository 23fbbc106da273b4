"""A choice under conditions is the best there is, and a front holds what nothing beats."""

from itertools import combinations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.find.choice import Conditions, choose_lines, place_sections
from corridor.find.pareto import sort_layers
from corridor.find.shortlist import choose_shortlist

#: Two chapters of section II, two of XI, one of XVI, so that both kinds of limits matter.
CODES = ("080100", "080200", "100100", "520100", "520200", "610100", "850100", "850200")
SECTIONS = place_sections(pl.Series(CODES)).to_list()


@st.composite
def lines(draw) -> pl.DataFrame:
    count = draw(st.integers(1, len(CODES)))
    values = draw(st.lists(st.integers(0, 12), min_size=count, max_size=count))
    firm = draw(st.lists(st.sampled_from([0.2, 0.5, 1.0]), min_size=count, max_size=count))
    return pl.DataFrame(
        {"product": CODES[:count], "unrealised_usd": np.array(values, dtype=float), "firmness": firm}
    )


counts = st.one_of(st.none(), st.integers(1, 4))
conditions = st.builds(
    Conditions,
    share=st.sampled_from([0.25, 0.5, 0.8, 1.0]),
    share_of=st.sampled_from(["eligible", "all"]),
    lines=counts,
    most_per_chapter=counts,
    most_per_section=counts,
    least_sections=counts,
    exclude=st.sampled_from([(), ("08",), ("8501",)]),
    include=st.sampled_from([(), ("100100",), ("520100", "520200")]),
    least_firmness=st.sampled_from([None, 0.5]),
)


def possible_sets(table: pl.DataFrame, asked: Conditions):
    """Every set that fulfils all conditions but the share, by brute force."""
    rows = table.to_dicts()
    may = [
        row
        for row in rows
        if row["product"] in asked.include
        or (
            row["unrealised_usd"] > 0
            and not row["product"].startswith(asked.exclude or ("x",))
            and row["firmness"] >= (asked.least_firmness or 0)
        )
    ]
    for size in range(len(may) + 1):
        for chosen in combinations(may, size):
            codes = [row["product"] for row in chosen]
            chapters = [code[:2] for code in codes]
            sections = [SECTIONS[CODES.index(code)] for code in codes]
            if (
                set(asked.include) <= set(codes)
                and len(codes) <= (asked.lines or 99)
                and all(chapters.count(one) <= (asked.most_per_chapter or 99) for one in chapters)
                and all(sections.count(one) <= (asked.most_per_section or 99) for one in sections)
                and len(set(sections)) >= (asked.least_sections or 0)
            ):
                yield size, sum(row["unrealised_usd"] for row in chosen)
    return may


def count_eligible(table: pl.DataFrame, asked: Conditions) -> float:
    best = Conditions(
        share=0.5, exclude=asked.exclude, include=asked.include, least_firmness=asked.least_firmness
    )
    return max((value for _size, value in possible_sets(table, best)), default=0.0)


@settings(max_examples=120, deadline=None)
@given(lines(), conditions)
def test_the_fewest_lines_and_of_so_few_the_most(table, asked):
    if not set(asked.include) <= set(table["product"]):
        return
    base = float(table["unrealised_usd"].sum()) if asked.share_of == "all" else count_eligible(table, asked)
    enough = [
        (size, value)
        for size, value in possible_sets(table, asked)
        if value >= asked.share * base - 1e-9 * max(1.0, base)
    ]
    result = choose_lines(table, asked, time_limit_s=10)
    if not enough:
        assert result.outcome.status == "infeasible" and result.lines is None
        return
    fewest = min(size for size, _value in enough)
    assert {outcome.status for outcome in result.outcomes.values()} == {"optimal"}
    assert result.lines is not None and result.lines.height == fewest
    assert result.carried == max(value for size, value in enough if size == fewest)
    assert all(outcome.gap == 0 for outcome in result.outcomes.values())


@settings(max_examples=60, deadline=None)
@given(lines(), st.integers(1, 5), counts, counts)
def test_the_most_value_in_so_many_lines(table, most, per_chapter, sections):
    asked = Conditions(share=None, lines=most, most_per_chapter=per_chapter, least_sections=sections)
    values = [value for _size, value in possible_sets(table, asked)]
    result = choose_lines(table, asked, time_limit_s=10)
    if not values:
        assert result.outcome.status == "infeasible"
    else:
        assert result.carried == max(values)


@settings(max_examples=60, deadline=None)
@given(lines(), conditions)
def test_what_binds_does_bind(table, asked):
    if not set(asked.include) <= set(table["product"]):
        return
    result = choose_lines(table, asked, time_limit_s=10)
    if result.outcome.status != "infeasible":
        assert result.binding == ()
        return
    reachable = [value for _size, value in possible_sets(table, asked)]
    assert result.reachable == (max(reachable) if reachable else None)
    assert set(result.binding) <= set(asked.list_rules())


@settings(max_examples=60, deadline=None)
@given(lines(), st.sampled_from([0.25, 0.5, 0.8, 1.0]))
def test_without_conditions_it_is_the_shortlist(table, share):
    result = choose_lines(table, Conditions(share=share))
    chosen = choose_shortlist(table["unrealised_usd"].to_numpy(), share)
    assert result.lines is not None
    assert set(result.lines["product"]) == set(table.filter(pl.Series(chosen))["product"])
    assert result.plain_lines == result.lines.height


@settings(max_examples=100, deadline=None)
@given(arrays(float, st.tuples(st.integers(0, 12), st.integers(1, 4)), elements=st.integers(0, 4)))
def test_layers_against_their_definition(values):
    layers = sort_layers(values)
    left = set(range(len(values)))
    for layer in range(1, len(values) + 1):
        front = {
            one
            for one in left
            if not any(
                (values[other] >= values[one]).all() and (values[other] > values[one]).any() for other in left
            )
        }
        assert front == set(np.flatnonzero(layers == layer).tolist())
        left -= front
    assert not left
