"""Choices under conditions, fronts and strategies on tables small enough to check by hand."""

import numpy as np
import polars as pl
import pytest

from corridor.errors import InputError
from corridor.find.choice import Conditions, choose_lines, parse_codes
from corridor.find.pareto import find_front, sort_layers
from corridor.find.stored import stored_run
from corridor.find.strategy import STRATEGIES, rank_by_strategy

LINES = pl.DataFrame(
    {
        "product": ["100630", "520100", "520942", "930690", "240120"],
        "unrealised_usd": [50.0, 30.0, 10.0, 8.0, 2.0],
        "firmness": [1.0, 1.0, 0.4, 1.0, None],
        "rca": [3.0, 2.0, 0.5, 0.1, 1.0],
        "pci": [-1.0, -0.5, 0.0, None, -2.0],
    }
)


def chosen(result) -> list[str]:
    return result.lines["product"].to_list()


def test_exclusions_take_everything_below_a_code():
    result = choose_lines(LINES, Conditions(share=1.0, exclude=("93", "2401")))
    assert chosen(result) == ["100630", "520100", "520942"]
    assert result.left_out.to_dicts() == [{"rule": "exclude", "lines": 2, "value": 10.0}]
    assert result.share_of_eligible == 1.0 and result.share_of_all == 0.9


def test_a_share_of_all_can_be_out_of_reach_and_says_why():
    result = choose_lines(LINES, Conditions(share=0.95, share_of="all", exclude=("93", "24")))
    assert result.outcome.status == "infeasible" and result.lines is None
    assert result.binding == ("exclude",)
    assert result.reachable == 90.0


def test_several_rules_together_may_stand_in_the_way():
    asked = Conditions(share=1.0, share_of="all", exclude=("93",), least_rca=1.0)
    result = choose_lines(LINES, asked)
    assert result.outcome.status == "infeasible"
    assert result.binding == ()


def test_what_must_be_in_is_in_and_filters_do_not_hit_it():
    result = choose_lines(LINES, Conditions(share=0.5, include=("240120",), least_firmness=0.9))
    assert chosen(result) == ["100630", "240120"]
    assert result.lines["by_hand"].to_list() == [False, True]


def test_a_line_without_the_figure_does_not_have_it():
    result = choose_lines(LINES, Conditions(share=1.0, least_firmness=0.0))
    assert "240120" not in chosen(result)


def test_limits_a_chapter_spread_the_choice():
    result = choose_lines(LINES, Conditions(share=0.8, most_per_chapter=1))
    assert chosen(result) == ["100630", "520100"]
    wide = choose_lines(LINES, Conditions(share=0.8, least_sections=3))
    assert chosen(wide) == ["100630", "520100", "930690"]
    assert wide.outcomes["lines"].solver.startswith("OR-Tools")
    assert wide.plain_lines == 2


def test_more_sections_than_there_are_cannot_be_had():
    result = choose_lines(LINES, Conditions(share=0.5, least_sections=9))
    assert result.binding == ("least_sections",)
    assert result.reachable is None


def test_the_best_with_a_number_of_lines():
    result = choose_lines(LINES, Conditions(share=None, lines=2, exclude=("10",)))
    assert chosen(result) == ["520100", "520942"]
    assert list(result.outcomes) == ["value"]


def test_a_choice_leaves_its_input_alone():
    before = LINES.clone()
    choose_lines(LINES, Conditions(least_sections=3, include=("240120",)))
    assert LINES.equals(before)


def test_lines_without_value_give_an_empty_choice():
    result = choose_lines(LINES.with_columns(unrealised_usd=pl.lit(0.0)))
    assert result.lines.is_empty() and result.outcome.status == "optimal"


def test_the_stored_shortlist_is_the_choice_without_conditions():
    analysis = stored_run("PAK", "CHN")
    result = choose_lines(analysis.opportunities)
    assert result.lines.height == analysis.shortlist.lines


@pytest.mark.parametrize(
    "bad",
    [
        {"share": None},
        {"share": 0.0},
        {"share": 1.5},
        {"share_of": "some"},
        {"lines": 0},
        {"most_per_chapter": -1},
        {"exclude": ("arms",)},
        {"exclude": ("9",)},
        {"include": ("93",)},
        {"exclude": ("93",), "include": ("930690",)},
    ],
)
def test_unusable_conditions_are_refused(bad):
    with pytest.raises(InputError, match="Rule:"):
        Conditions(**bad)


def test_lines_that_cannot_be_judged_are_refused():
    with pytest.raises(InputError, match="100000 must be in"):
        choose_lines(LINES, Conditions(include=("100000",)))
    with pytest.raises(InputError, match="no column 'firmness'"):
        choose_lines(LINES.drop("firmness"), Conditions(least_firmness=0.5))
    with pytest.raises(InputError, match="unrealised_usd of 100630 is -1"):
        choose_lines(LINES.with_columns(unrealised_usd=pl.lit(-1.0)))
    with pytest.raises(InputError, match="time limit"):
        choose_lines(LINES, time_limit_s=0)


def test_codes_are_read_from_text():
    assert parse_codes("93, 2401;24 93") == ("93", "2401", "24")


# ------------------------------------------------------------------------------------------ fronts
def test_a_front_names_absent_criteria_and_counts_incomplete_rows():
    front = find_front(LINES)
    assert front.absent == ("feasibility",)
    assert list(front.criteria) == ["potential", "firmness", "complexity"]
    assert front.incomplete == 2
    # cotton fabric is not firm and small, but the most complex
    assert front.lines.select("product", "layer").rows() == [("100630", 1), ("520100", 1), ("520942", 1)]


def test_equal_rows_share_a_layer():
    layers = sort_layers(np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]))
    assert layers.tolist() == [1, 1, 2, 3]


def test_a_front_of_one_criterion_is_refused():
    with pytest.raises(InputError, match="only potential has figures"):
        find_front(LINES.select("product", "unrealised_usd"))


# -------------------------------------------------------------------------------------- strategies
POSITIONS = pl.DataFrame(
    {
        "product": ["a", "b", "c", "d", "e"],
        "rca": [0.0, 0.5, 0.9, 2.0, 0.1],
        "pci": [3.0, 0.0, 1.0, 1.0, None],
        "density": [0.1, 0.4, 0.2, 0.9, 0.3],
        "cog": [1.0, 0.0, 0.5, 0.0, 0.1],
    }
)


def test_strategies_weigh_to_one():
    for strategy in STRATEGIES.values():
        assert strategy.nearness + strategy.complexity + strategy.outlook == pytest.approx(1)


def test_scores_by_hand():
    ranking = rank_by_strategy(POSITIONS, "low_hanging")
    scores = dict(ranking.products.select("product", "score").iter_rows())
    assert scores == pytest.approx({"a": 0.15 + 0.25, "b": 0.60, "c": 0.60 / 3 + 0.15 / 3 + 0.25 / 2})
    assert ranking.products["product"].to_list() == ["b", "a", "c"]
    assert ranking.incomplete == 1
    assert ranking.ceiling is None and ranking.ceiling_reason == "unknown"


def test_poorer_economies_have_a_ceiling():
    poor = rank_by_strategy(POSITIONS, "strategic_bets", eci=-0.5, income_usd=1500)
    assert poor.ceiling == 1.5 and poor.above_ceiling == 1
    assert "a" not in poor.products["product"].to_list()
    assert rank_by_strategy(POSITIONS, "long_jump", eci=0.5, income_usd=6000).ceiling == 3.0
    rich = rank_by_strategy(POSITIONS, "strategic_bets", eci=-0.5, income_usd=6001)
    assert rich.ceiling is None and rich.ceiling_reason == "income_above" and rich.above_ceiling == 0


def test_ranks_scale_too():
    ranking = rank_by_strategy(POSITIONS, "light_touch", scaling="rank")
    nearness = dict(ranking.products.select("product", "nearness").iter_rows())
    assert nearness == {"a": 0.0, "b": 1.0, "c": 0.5}


def test_unknown_strategies_and_columns_are_refused():
    with pytest.raises(InputError, match="strategy 'bold'"):
        rank_by_strategy(POSITIONS, "bold")
    with pytest.raises(InputError, match="scaling 'z'"):
        rank_by_strategy(POSITIONS, "light_touch", scaling="z")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no column 'cog'"):
        rank_by_strategy(POSITIONS.drop("cog"), "light_touch")
