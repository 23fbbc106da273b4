"""What the data know completely: who supplies a market, and with what share."""

import numpy as np
import polars as pl

from corridor.find.margins import TradeMargins
from corridor.find.matrices import divide
from corridor.tables import SUPPLIERS


def rank_suppliers(margins: TradeMargins, importer: str) -> pl.DataFrame:
    """Return the suppliers of ``importer`` (schema ``SUPPLIERS``), the largest first.

    Complete even where other importers are missing: it only needs the market's own imports.
    """
    margins.index_economy(importer)
    values = margins.flows[importer].sum(axis=1)
    table = pl.DataFrame(
        {
            "importer": np.full(len(values), importer),
            "supplier": np.array(margins.economies),
            "value_usd": values,
            "share": divide(values, values.sum()),
        },
        schema_overrides={"importer": pl.String, "supplier": pl.String},
    )
    ranked = (
        table.filter(pl.col("value_usd") > 0)
        .sort(["value_usd", "supplier"], descending=[True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
    )
    return SUPPLIERS.check(ranked)
