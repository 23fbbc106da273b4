"""Codes of economies as files write them, and the one code that Corridor keeps for each.

Three letters (ISO 3166-1 alpha-3) are kept. Files also use UN M49 numbers with the deviations of
CEPII BACI (842 for the United States, 490 for "Other Asia, nes"), codes that ISO has replaced, and the
inventions of publishers; regional aggregates stand among economies in World Bank files.
"""

from functools import lru_cache
from string import ascii_uppercase
from typing import Final

import polars as pl
from babel.core import get_global

from corridor.locale.economies import two_letter_codes

#: CEPII BACI, ``country_codes_V2026*.csv``: numbers that are not in M49 today, and their codes there.
BACI_NUMBERS: Final = {
    "58": "BEL",
    "200": "CSK",
    "251": "FRA",
    "278": "DDR",
    "280": "DEU",
    "490": "S19",
    "530": "ANT",
    "579": "NOR",
    "697": "R20",
    "699": "IND",
    "711": "ZA1",
    "736": "SDN",
    "757": "CHE",
    "810": "SUN",
    "842": "USA",
    "849": "PUS",
    "891": "SCG",
}
#: Codes of states that are gone and of BACI's residual areas: kept as they are.
FORMER_AND_RESIDUAL: Final = ("ANT", "CSK", "DDR", "PUS", "R20", "S19", "SCG", "SUN", "YUG", "ZA1", "YMD")
#: Other codes for an economy that has one: replaced in ISO 3166-3, or used by one publisher.
REPLACED: Final = {
    "BUR": "MMR",
    "FXX": "FRA",
    "KSV": "XKX",
    "PAL": "PSE",  # CEPII GeoDist
    "ROM": "ROU",
    "TMP": "TLS",
    "TWN": "S19",  # trade files count it as "Other Asia, nes": one code, so that tables join
    "UVK": "XKX",  # IMF
    "WBG": "PSE",  # IMF
    "XKK": "XKX",
    "ZAR": "COD",
}
#: Groups in World Bank files, which are sums of economies and no economies.
_AGGREGATES: Final = (
    "AFE AFW ARB CEB CHI CSS EAP EAR EAS ECA ECS EMU EUU FCS HIC HPC IBD IBT IDA IDB IDX INX LAC LCN LDC "
    "LIC LMC LMY LTE MEA MIC MNA NAC OED OSS PRE PSS PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS UMC WLD"
)
AGGREGATES: Final = frozenset(_AGGREGATES.split())


@lru_cache(maxsize=1)
def kept_codes() -> tuple[str, ...]:
    """Return all codes that Corridor keeps, sorted: current, former, residual and user-assigned."""
    assigned = [f"X{second}{third}" for second in ascii_uppercase for third in ascii_uppercase]
    current = set(two_letter_codes()) - set(REPLACED)
    return tuple(sorted(current | set(FORMER_AND_RESIDUAL) | set(assigned)))


@lru_cache(maxsize=1)
def numbers() -> dict[str, str]:
    """Return the kept code of each UN M49 number, written without leading zeros."""
    by_two_letters = {two: three for three, two in two_letter_codes().items() if three not in REPLACED}
    m49 = {
        number.lstrip("0"): by_two_letters[targets[0]]
        for number, targets in get_global("territory_aliases").items()
        if number.isdigit() and len(number) == 3 and len(targets) == 1 and targets[0] in by_two_letters
    }
    return m49 | BACI_NUMBERS


def economy_table(declared: dict[str, str] | None = None) -> pl.DataFrame:
    """Return the spellings a file may use and the kept code of each.

    Parameters
    ----------
    declared: spellings that the data's own list of economies adds or overrides, such as BACI's codes.

    Returns
    -------
    Columns ``spelling`` (unique) and ``economy``.
    """
    spellings = {code: code for code in kept_codes()} | REPLACED
    for number, code in numbers().items():
        spellings |= {number: code, number.zfill(3): code}
    for spelling, code in (declared or {}).items():
        spellings[spelling] = REPLACED.get(code, code)
    return pl.DataFrame({"spelling": list(spellings), "economy": list(spellings.values())})
