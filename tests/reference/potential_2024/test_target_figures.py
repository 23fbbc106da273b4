"""Published targets in numbers.

Origin: speeches of Pakistan's planning minister (30 → 150 billion USD of exports in ten years; 50 billion
to China out of imports of 2.7 trillion), State Bank of Pakistan FY25 exports to China of 2.476 billion.
Tolerance: the published rounding (three digits).
"""

import pytest

from corridor.find.target import decompose_target, require_growth


def test_required_growth():
    assert require_growth(30e9, 150e9, 10) == pytest.approx(0.175, abs=5e-4)
    assert require_growth(2.476e9, 50e9, 10) == pytest.approx(0.351, abs=5e-4)


def test_share_of_the_market_today_and_at_the_target():
    result = decompose_target(
        50e9, base_usd=2.476e9, years=10, base_source="State Bank of Pakistan, FY25", market_usd=2.7e12
    )
    assert result.market_share == pytest.approx(0.0185, abs=5e-5)
    assert result.market_share_today == pytest.approx(0.00092, abs=5e-6)


@pytest.mark.parametrize(
    ("base_usd", "source"), [(2.476e9, "State Bank of Pakistan"), (2.840e9, "BACI 2024")]
)
def test_about_46_billion_have_no_source_in_todays_potential(base_usd, source):
    result = decompose_target(50e9, base_usd=base_usd, years=10, base_source=source, unrealised_usd=0.85e9)
    assert result.no_source_usd == pytest.approx(46e9, abs=0.7e9)
    assert round(result.lines["value_usd"].sum(), 2) == 50e9
