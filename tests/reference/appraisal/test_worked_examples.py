"""Appraisals with published results.

Each case keeps its flows, what was published and the digits it was published with. Sources:
RWJ: Ross, Westerfield & Jaffe, Corporate Finance, problem "Multiple IRRs" of the chapter on investment
rules: flows made to have the rates 25, 33⅓, 42.86 and 66⅔ %.
BMA: Brealey & Myers, Principles of Corporate Finance, chapter 5, sections on payback and on the pitfalls
of the IRR rule.
CFA: practice questions of CFA level 1, quantitative methods.
MS: Microsoft Support, examples of the functions IRR, NPV and MIRR of Excel.
"""

import pytest

from corridor.plan.appraise import Appraisal, appraise_cash_flows


def appraise_net(net: list[float], rate: float = 0.1, **rates: float) -> Appraisal:
    """Appraise published net flows: what is negative is a cost."""
    costs, benefits = [max(0, -flow) for flow in net], [max(0, flow) for flow in net]
    return appraise_cash_flows((costs, benefits), rate, **rates)


@pytest.mark.parametrize(
    ("source", "net", "published", "tolerance"),
    [
        ("RWJ", [-252, 1431, -3035, 2850, -1000], (0.25, 1 / 3, 3 / 7, 2 / 3), 1e-9),
        ("BMA", [-4000, 25000, -25000], (0.25, 4.0), 1e-12),
        ("BMA", [1000, -3000, 2500], (), 0),
        ("BMA", [-4000, 2000, 4000], (0.2808,), 5e-5),
        ("CFA", [-2000, 10000, -10000], (0.38, 2.60), 0.02),
        ("CFA", [-750_000, 200_000, 300_000, 400_000], (0.0865,), 1e-4),
        ("MS IRR, five years", [-70_000, 12_000, 15_000, 18_000, 21_000, 26_000], (0.087,), 5e-4),
        ("MS IRR, four years", [-70_000, 12_000, 15_000, 18_000, 21_000], (-0.021,), 5e-4),
    ],
)
def test_every_rate_of_return_is_found(
    source: str, net: list[float], published: tuple[float, ...], tolerance: float
) -> None:
    found = appraise_net(net)
    assert found.irr == pytest.approx(published, abs=tolerance or 0), source
    assert found.irr_status == {0: "none", 1: "one"}.get(len(published), "several")


@pytest.mark.parametrize(
    ("source", "net", "rate", "published", "tolerance"),
    [
        ("BMA", [1000, -3000, 2500], 0.10, 339, 0.5),
        ("BMA", [-2000, 500, 500, 5000], 0.10, 2624, 0.5),
        ("BMA", [-2000, 500, 1800, 0], 0.10, -58, 0.5),
        ("BMA", [-2000, 1800, 500, 0], 0.10, 50, 0.5),
        ("CFA", [-50_000, 25_000, 20_000, 10_000, 3_000], 0.12, -2_710, 5),
        ("CFA", [-750_000, 200_000, 300_000, 400_000], 0.10, -19_722, 0.5),
        ("MS NPV", [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500], 0.08, 1_922.06, 0.005),
        ("MS NPV", [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500, -9_000], 0.08, -3_749.47, 0.005),
    ],
)
def test_the_net_present_value(
    source: str, net: list[float], rate: float, published: float, tolerance: float
) -> None:
    assert appraise_net(net, rate).npv_usd == pytest.approx(published, abs=tolerance), source


@pytest.mark.parametrize(
    ("net", "reinvest", "published"),
    [
        ([-120_000, 39_000, 30_000, 21_000, 37_000, 46_000], 0.12, 0.1261),
        ([-120_000, 39_000, 30_000, 21_000], 0.12, -0.0480),
        ([-120_000, 39_000, 30_000, 21_000, 37_000, 46_000], 0.14, 0.1348),
    ],
)
def test_the_modified_rate_of_return(net: list[float], reinvest: float, published: float) -> None:
    found = appraise_net(net, finance_rate=0.10, reinvest_rate=reinvest)
    assert found.mirr == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize(
    ("net", "published"),
    [([-2000, 500, 500, 5000], 3), ([-2000, 500, 1800, 0], 2), ([-2000, 1800, 500, 0], 2)],
)
def test_the_payback_in_whole_years(net: list[float], published: int) -> None:
    payback = appraise_net(net).payback_periods
    assert payback is not None
    # the book counts the year in which the money is back; ours says when in that year
    assert published - 1 < payback <= published
