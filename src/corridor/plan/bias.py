"""Optimism bias: how much more, and longer, projects of a kind have taken than was planned.

Upper bounds of capital expenditure and works duration: Mott MacDonald, Review of Large Public Procurement
in the UK (2002), table 2, taken over by HM Treasury, Supplementary Green Book Guidance: Optimism Bias,
table 1. They are starting values for a project whose risks nobody manages yet.
"""

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType
from typing import Final

from corridor.errors import InputError

#: Uplift of the capital cost by kind of work, 0.44 = +44 %.
CAPITAL_COST: Final[Mapping[str, float]] = MappingProxyType(
    {
        "standard_buildings": 0.24,
        "non_standard_buildings": 0.51,
        "standard_civil": 0.44,
        "non_standard_civil": 0.66,
        "equipment": 2.00,
    }
)
#: Uplift of the works' duration by kind of work.
WORKS_DURATION: Final[Mapping[str, float]] = MappingProxyType(
    {
        "standard_buildings": 0.04,
        "non_standard_buildings": 0.39,
        "standard_civil": 0.20,
        "non_standard_civil": 0.25,
        "equipment": 0.54,
    }
)


def blend_uplift(shares: Mapping[str, float], uplifts: Mapping[str, float] = CAPITAL_COST) -> float:
    """Return the uplift of a project that mixes kinds of work: Σ share·uplift.

    Parameters
    ----------
    shares: of the cost by kind of work, 0…1, summing to 1. uplifts: by kind, 0.44 = +44 %.

    Raises
    ------
    InputError: a kind without uplift, a share outside 0…1, or shares that do not sum to 1.
    """
    for kind, share in shares.items():
        if kind not in uplifts:
            raise InputError(f"kind of work {kind!r} has no uplift", rule=f"one of {', '.join(uplifts)}")
        if not (isfinite(share) and 0 <= share <= 1):
            raise InputError(f"share {share} of {kind!r}", rule="a share lies between 0 and 1")
    if abs(sum(shares.values()) - 1) > 1e-9:
        raise InputError(f"shares sum to {sum(shares.values()):g}", rule="they sum to 1")
    return sum(share * uplifts[kind] for kind, share in shares.items())
