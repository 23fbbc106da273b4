"""Why a line stands where it stands, as reason codes that reports turn into a sentence."""

from collections.abc import Mapping
from typing import Any, Final

#: A product is much bought by a partner when it makes a thousandth or more of all that it imports.
MUCH_BOUGHT: Final = 0.001
#: A relation is underused below half of its potential.
UNDERUSED: Final = 0.5
#: Codes in the order in which a sentence should name them.
REASONS: Final = (
    "strong_supplier",
    "partner_buys_much",
    "not_yet_sold",
    "underused_relation",
    "potential_reached",
    "sells_more_than_it_buys",
    "partly_re_exported",
    "firm",
    "depends_on_convention",
)


def explain_line(row: Mapping[str, Any], *, importer_imports_usd: float) -> list[str]:
    """Return the reason codes of one row of an opportunities table, the strongest argument first.

    strong_supplier: the exporter's share of the product is above its share of all exports (RCA > 1).
    partner_buys_much: the product is a thousandth or more of the partner's imports.
    not_yet_sold, underused_relation (below half of the potential), potential_reached: exclusive.
    sells_more_than_it_buys: TB is 1; partly_re_exported: TB below one half.
    firm: in the shortlist under every convention; depends_on_convention: under fewer than half.
    """
    current, potential = row["current_usd"], row["potential_usd"]
    told = {
        "strong_supplier": row["rca"] > 1,
        "partner_buys_much": row["partner_imports_usd"] >= MUCH_BOUGHT * importer_imports_usd,
        "not_yet_sold": current == 0 < potential,
        "underused_relation": 0 < current < UNDERUSED * potential,
        "potential_reached": current > 0 and current >= potential,
        "sells_more_than_it_buys": row["trade_balance"] >= 1,
        "partly_re_exported": row["trade_balance"] < UNDERUSED,
        "firm": row["firmness"] == 1,
        "depends_on_convention": 0 < row["firmness"] < UNDERUSED,
    }
    return [code for code in REASONS if told[code]]
