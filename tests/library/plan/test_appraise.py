"""Appraisals: conventions, refusals, tables."""

import polars as pl
import pytest

from corridor.errors import InputError
from corridor.plan.appraise import appraise_cash_flows, appraise_projects, list_appraisals
from corridor.plan.bias import blend_uplift
from corridor.tables import CASH_FLOWS

SCHEMA = {name: column.dtype for name, column in CASH_FLOWS.columns.items()}


@pytest.fixture
def flows() -> pl.DataFrame:
    """Return two projects; the second has nothing in period 1."""
    rows = [
        ("a", 0, 100.0, 0.0),
        ("a", 1, 10.0, 70.0),
        ("a", 2, 10.0, 70.0),
        ("b", 0, 50.0, 0.0),
        ("b", 2, 0.0, 60.5),
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_period_zero_is_not_discounted(flows: pl.DataFrame) -> None:
    found = appraise_cash_flows(flows, 0.1, project="a")
    assert found.present_costs_usd == pytest.approx(100 + 10 / 1.1 + 10 / 1.21)
    assert found.present_benefits_usd == pytest.approx(70 / 1.1 + 70 / 1.21)
    assert found.npv_usd == pytest.approx(found.present_benefits_usd - found.present_costs_usd)
    assert found.bcr == pytest.approx(found.present_benefits_usd / found.present_costs_usd)
    assert found.net_usd == (-100, 60, 60)
    assert found.cumulative_usd == (-100, -40, 20)


def test_a_period_that_is_absent_holds_nothing(flows: pl.DataFrame) -> None:
    found = appraise_cash_flows(flows, 0.1, project="b")
    assert found.net_usd == (-50, 0, 60.5)
    assert found.npv_usd == pytest.approx(0.0, abs=1e-12)
    assert found.irr == pytest.approx((0.1,))


def test_switching_values_bring_the_npv_to_nothing(flows: pl.DataFrame) -> None:
    found = appraise_cash_flows(flows, 0.08, project="a")
    assert found.switch_costs is not None
    assert found.switch_benefits is not None
    dearer = appraise_cash_flows(flows, 0.08, project="a", cost_uplift=found.switch_costs)
    assert dearer.npv_usd == pytest.approx(0.0, abs=1e-9)
    leaner = flows.with_columns(pl.col("benefit_usd") * (1 + found.switch_benefits))
    assert appraise_cash_flows(leaner, 0.08, project="a").npv_usd == pytest.approx(0.0, abs=1e-9)


def test_payback_falls_within_its_period(flows: pl.DataFrame) -> None:
    # 40 are left after the first year, 60 come in the second
    assert appraise_cash_flows(flows, 0.0, project="a").payback_periods == pytest.approx(1 + 40 / 60)
    assert appraise_cash_flows(([100], [90]), 0.1).payback_periods is None
    assert appraise_cash_flows(([0, 10], [0, 5]), 0.1).payback_periods == 0.0


def test_figures_without_costs_or_benefits_are_left_open() -> None:
    free = appraise_cash_flows(([0, 0], [5, 5]), 0.1)
    assert (free.bcr, free.switch_costs, free.irr, free.irr_status, free.mirr) == (
        None,
        None,
        (),
        "none",
        None,
    )
    barren = appraise_cash_flows(([5, 5], [0, 0]), 0.1)
    assert (barren.bcr, barren.switch_benefits, barren.irr_status) == (0.0, None, "none")
    nothing = appraise_cash_flows(([0, 0], [0, 0]), 0.1)
    assert (nothing.npv_usd, nothing.irr_status) == (0.0, "none")


def test_all_projects_become_a_table(flows: pl.DataFrame) -> None:
    appraisals = appraise_projects(flows, 0.1)
    table = list_appraisals(appraisals)
    assert table["project"].to_list() == ["a", "b"]
    assert table["npv_usd"].to_list() == [one.npv_usd for one in appraisals.values()]
    assert table["irr"].to_list() == [list(one.irr) for one in appraisals.values()]
    assert table["irr_status"].to_list() == ["one", "one"]


@pytest.mark.parametrize(
    ("flows", "options", "message"),
    [
        (([1, -1], [0, 3]), {}, "cost -1.0 in period 1"),
        (([1, 1], [0, float("inf")]), {}, "benefit inf in period 1"),
        (([1], [0, 3]), {}, "one amount a period"),
        (([], []), {}, "one amount a period"),
        (([1, 1], [0, 3]), {"discount_rate": -1}, "above −1"),
        (([1, 1], [0, 3]), {"discount_rate": float("nan")}, "above −1"),
        (([1, 1], [0, 3]), {"reinvest_rate": -2}, "reinvest_rate -2"),
        (([1, 1], [0, 3]), {"cost_uplift": -1}, "cost_uplift"),
    ],
)
def test_what_cannot_be_is_refused(flows: tuple[list[float], list[float]], options, message: str) -> None:
    with pytest.raises(InputError, match=message):
        appraise_cash_flows(flows, **{"discount_rate": 0.1, **options})


def test_a_frame_says_whose_flows_it_holds(flows: pl.DataFrame) -> None:
    with pytest.raises(InputError, match="2 projects"):
        appraise_cash_flows(flows, 0.1)
    with pytest.raises(InputError, match="'c' has no cash flows"):
        appraise_cash_flows(flows, 0.1, project="c")
    with pytest.raises(InputError, match="periods run from -1"):
        early = flows.with_columns(pl.col("period") - 1)
        appraise_cash_flows(early, 0.1, project="a")


def test_shares_of_work_have_to_make_a_whole() -> None:
    with pytest.raises(InputError, match=r"sum to 0\.9"):
        blend_uplift({"equipment": 0.9})
    with pytest.raises(InputError, match="'bridges' has no uplift"):
        blend_uplift({"bridges": 1.0})
    with pytest.raises(InputError, match=r"share 1.2"):
        blend_uplift({"equipment": 1.2, "standard_civil": -0.2})
