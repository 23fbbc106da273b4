"""A target closes exactly, with one visible line for what has no source."""

import pytest

from corridor.errors import InputError
from corridor.find.target import TargetSource, decompose_target, require_growth

BASE = {"base_usd": 2.476e9, "years": 10, "base_source": "State Bank of Pakistan, FY25"}


def lines(decomposition) -> dict[str, float]:
    return dict(decomposition.lines.select("line", "value_usd").iter_rows())


def test_the_rest_stands_in_one_visible_last_line():
    result = decompose_target(50e9, unrealised_usd=0.85e9, **BASE)
    assert lines(result) == {
        "realised": 2.476e9,
        "unrealised_potential": 0.85e9,
        "no_source_found": pytest.approx(46.674e9),
    }
    assert result.lines["line"][-1] == "no_source_found"
    assert result.no_source_usd == pytest.approx(46.674e9)


def test_further_sources_fill_in_order_up_to_their_caps():
    more = [TargetSource("market_growth", 1e9, "import_forecast"), TargetSource("services", 2e9, "survey")]
    result = decompose_target(5e9, unrealised_usd=0.5e9, further=more, **BASE)
    assert lines(result)["market_growth"] == 1e9
    assert lines(result)["services"] == pytest.approx(5e9 - 2.476e9 - 0.5e9 - 1e9)
    assert lines(result)["no_source_found"] == 0


def test_a_target_below_today_needs_nothing_more():
    result = decompose_target(1e9, unrealised_usd=0.5e9, **BASE)
    assert lines(result) == {"realised": 1e9, "unrealised_potential": 0, "no_source_found": 0}
    assert result.required_growth is not None
    assert result.required_growth < 0


def test_without_exports_today_there_is_no_growth_rate():
    result = decompose_target(1e9, base_usd=0, years=5, base_source="none")
    assert result.required_growth is None
    assert result.market_share is None


@pytest.mark.parametrize(
    "bad",
    [
        {"target_usd": -1.0},
        {"target_usd": float("nan")},
        {"target_usd": 1.0, "years": 0},
        {"target_usd": 1.0, "base_usd": -1.0},
        {"target_usd": 1.0, "market_usd": 0.0},
        {"target_usd": 1.0, "further": [TargetSource("realised", 1.0, "twice")]},
        {"target_usd": 1.0, "further": [TargetSource("no_source_found", 1.0, "reserved")]},
        {"target_usd": 1.0, "further": [TargetSource("growth", float("inf"), "endless")]},
    ],
)
def test_unusable_amounts_are_refused(bad):
    with pytest.raises(InputError, match="Rule:"):
        decompose_target(**{**BASE, **bad})


def test_growth_needs_a_base():
    with pytest.raises(InputError, match="base_usd is 0"):
        require_growth(0, 1, 1)
