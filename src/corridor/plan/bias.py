"""Optimism bias: how much more projects of a kind have cost than was planned.

Upper bounds for capital expenditure: HM Treasury, Supplementary Green Book Guidance: Optimism Bias (2013),
table 1, from Mott MacDonald, Review of Large Public Procurement in the UK (2002).
"""

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType
from typing import Final

from corridor.errors import InputError

#: Uplift of the capital cost by kind of work, 0.44 = +44 %.
UPPER_BOUNDS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "standard_buildings": 0.24,
        "non_standard_buildings": 0.51,
        "standard_civil": 0.44,
        "non_standard_civil": 0.66,
        "equipment": 2.00,
    }
)


def blend_uplift(shares: Mapping[str, float], uplifts: Mapping[str, float] = UPPER_BOUNDS) -> float:
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
