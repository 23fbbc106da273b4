"""Growth that stated targets need (arithmetic on public figures).

30 → 150 billion USD of exports in ten years (planning minister of Pakistan): 17.5 % a year. 2.476 billion
(State Bank of Pakistan, exports to China, fiscal year 2025) → 50 billion: 35.1 % a year. Tolerance: the
digit stated.
"""

import pytest

from corridor.plan.roadmap import grow_path


@pytest.mark.parametrize(("base", "target", "growth"), [(30e9, 150e9, 0.175), (2.476e9, 50e9, 0.351)])
def test_growth_of_a_target(base: float, target: float, growth: float) -> None:
    path, found = grow_path(base, target, 10)
    assert found == pytest.approx(growth, abs=5e-4)
    assert found is not None
    assert path == pytest.approx([base * (1 + found) ** year for year in range(11)], rel=1e-12)
