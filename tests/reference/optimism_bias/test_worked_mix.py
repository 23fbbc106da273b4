"""The worked mixes of Mott MacDonald, Review of Large Public Procurement in the UK (2002), for HM Treasury.

A combined building project, 30 % non-standard and 70 % standard: 32.1 % of capital expenditure and
14.5 % of works duration. Tolerance: none beyond floating point.
"""

import pytest

from corridor.plan.bias import CAPITAL_COST, WORKS_DURATION, blend_uplift

MIX = {"non_standard_buildings": 0.3, "standard_buildings": 0.7}


def test_the_mix_of_capital_expenditure() -> None:
    assert blend_uplift(MIX) == pytest.approx(0.321, abs=1e-12)


def test_the_mix_of_works_duration() -> None:
    assert blend_uplift(MIX, WORKS_DURATION) == pytest.approx(0.145, abs=1e-12)


def test_the_upper_bounds_as_published() -> None:
    assert (CAPITAL_COST["standard_civil"], CAPITAL_COST["non_standard_civil"]) == (0.44, 0.66)
    assert CAPITAL_COST["equipment"] == 2.0
