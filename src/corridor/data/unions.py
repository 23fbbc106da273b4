"""The European Union: one code levies the duty for all members, and none among them.

Publishers of tariffs report it as one importer (918, ``EUN``). Its members by year are public facts:
the treaties of accession, in force on 1 January of the first year named here (Austria, Finland, Sweden
1995; Bulgaria, Romania 2007) or during it (1 May 2004; 1 July 2013), counted from that year on. The
United Kingdom left the customs union at the end of 2020.
Source: European Union, "EU countries", and the Withdrawal Agreement (OJ L 29, 31.1.2020), article 126.
"""

from typing import Final

EUROPEAN_UNION: Final = "EUN"
_JOINED: Final = {
    1958: "BEL DEU FRA ITA LUX NLD",
    1973: "DNK GBR IRL",
    1981: "GRC",
    1986: "ESP PRT",
    1995: "AUT FIN SWE",
    2004: "CYP CZE EST HUN LTU LVA MLT POL SVK SVN",
    2007: "BGR ROU",
    2013: "HRV",
}
_LAST_YEAR: Final = {"GBR": 2020}


def list_members(year: int) -> frozenset[str]:
    """Return the members of the European Union's customs union in ``year``."""
    joined = {code for first, codes in _JOINED.items() if first <= year for code in codes.split()}
    return frozenset(code for code in joined if year <= _LAST_YEAR.get(code, year))
