"""Moving trade and duties from one revision of the Harmonized System to another.

A concordance says which codes a code becomes, and which part of its trade goes to each (the share). Where
a file gives no weights a code that is split goes to its targets in equal parts: a convention, not a
measurement; what it touches is counted. A code that the concordance does not know is kept as it is and
counted. Nothing is dropped, so sums are what they were.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from corridor.data.flows import FlowParts
from corridor.errors import InputError, SchemaError
from corridor.tables import CONCORDANCE

_CHUNK: Final = 1_000_000
_NAMED: Final = 10
_TOLERANCE: Final = 1e-9

Batched = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class BridgeReport:
    """What a concordance did to a table of trade.

    Codes are those of the nomenclature that is left: with one target, split over several, and unknown to
    the concordance (kept as they are; the largest are named). Shares are of the value of all flows, 0…1.
    """

    codes_moved: int
    codes_split: int
    codes_unmapped: int
    value_usd: float
    split_value_share: float
    unmapped_value_share: float
    largest_unmapped: tuple[str, ...] = ()


def check_concordance(concordance: pl.DataFrame) -> pl.DataFrame:
    """Return the checked concordance.

    Raises
    ------
    SchemaError: a column is missing or of another type, a pair stands twice, a share is not above 0, or
        the shares of a source do not sum to 1.
    """
    table = CONCORDANCE.check(concordance)
    sums = table.group_by("source").agg(pl.col("share").sum(), low=pl.col("share").min())
    wrong = sums.filter(~((pl.col("share") - 1).abs() < _TOLERANCE) | ~(pl.col("low") > 0))
    if wrong.height:
        code, total, _ = wrong.sort("source").row(0)
        raise SchemaError(
            f"the shares of '{code}' in table 'concordance' sum to {total:g}",
            rule="shares are above 0 and sum to 1 for each source",
        )
    return table


def make_identity(codes: Sequence[str] | pl.Series) -> pl.DataFrame:
    """Return the concordance that leaves every code as it is."""
    source = pl.Series("source", codes, dtype=pl.String)
    return pl.DataFrame(
        {"source": source, "target": source, "share": pl.repeat(1.0, len(source), eager=True)}
    )


def chain_concordances(concordances: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the concordance that goes through all of ``concordances`` in their order.

    A code that a later one does not know stays as the earlier one left it.

    Raises
    ------
    InputError: there is none.
    """
    if not concordances:
        raise InputError("no concordance was given", rule="at least one")
    whole = check_concordance(concordances[0])
    for each in concordances[1:]:
        step = check_concordance(each).rename({"source": "target", "target": "next", "share": "part"})
        whole = (
            whole.join(step, on="target", how="left")
            .select(
                "source",
                target=pl.coalesce("next", "target"),
                share=pl.col("share") * pl.col("part").fill_null(1.0),
            )
            .group_by("source", "target")
            .agg(pl.col("share").sum())
        )
    return whole.sort("source", "target")


def bridge_trade(
    trade: pl.LazyFrame | pl.DataFrame, concordance: pl.DataFrame
) -> tuple[pl.LazyFrame, BridgeReport]:
    """Move a table of trade (schema ``TRADE``) to the nomenclature that ``concordance`` reaches.

    Flows that meet in one code are summed; a sum of quantities with an unknown part is unknown. The value
    of all flows is the same before and after, but for rounding (relative 1e-12). The work is done in
    pieces: 24 bytes a flow stay in memory.

    Returns
    -------
    The table, sorted by its key, and what was done to it.

    Raises
    ------
    SchemaError: ``concordance`` is none.
    """
    table = trade.lazy()
    parts, report = collect_bridged(table, concordance, FlowParts)
    return pl.concat([parts.take(year) for year in parts.years] or [table.head(0)]), report


def collect_bridged(
    trade: pl.LazyFrame,
    concordance: pl.DataFrame,
    make_parts: Callable[[pl.Enum], FlowParts],
    batched: Batched | None = None,
) -> tuple[FlowParts, BridgeReport]:
    """Move trade into ``FlowParts``, from which it is taken a year at a time; ``batched`` gets the share done."""
    table = check_concordance(concordance)
    economies, codes, rows = _survey(trade)
    parts = make_parts(economies)
    step = table.with_columns(pl.col("source").cast(pl.String), target=pl.col("target").cast(pl.UInt32))
    done = 0
    for batch in trade.collect_batches(chunk_size=_CHUNK, maintain_order=False):
        parts.add(_move(batch, step, economies), None)
        done += batch.height
        if batched:
            batched(done / max(rows, 1))
    return parts, _report(codes, table)


def _survey(trade: pl.LazyFrame) -> tuple[pl.Enum, pl.DataFrame, int]:
    """Return the economies, the value of each code, and the number of rows, in one pass."""
    exporters, importers, codes, rows = pl.collect_all(
        [
            trade.select(pl.col("exporter").unique()),
            trade.select(pl.col("importer").unique()),
            trade.group_by("product").agg(pl.col("value_usd").sum()),
            trade.select(pl.len()),
        ],
        engine="streaming",
    )
    economies = pl.concat([exporters["exporter"], importers["importer"]]).unique().sort()
    return pl.Enum(economies), codes, int(rows.item())


def _move(batch: pl.DataFrame, step: pl.DataFrame, economies: pl.Enum) -> pl.DataFrame:
    share = pl.col("share").fill_null(1.0)
    moved = batch.join(step, left_on="product", right_on="source", how="left")
    columns = [
        pl.col("year"),
        pl.col("exporter").cast(economies),
        pl.col("importer").cast(economies),
        pl.coalesce("target", pl.col("product").cast(pl.UInt32)).alias("product"),
        pl.col("value_usd") * share,
    ]
    if "quantity_t" in batch.columns:
        columns.append(pl.col("quantity_t") * share)
    return moved.select(columns)


def _report(codes: pl.DataFrame, concordance: pl.DataFrame) -> BridgeReport:
    targets = concordance.group_by("source").agg(targets=pl.len())
    known = codes.join(targets, left_on="product", right_on="source", how="left")
    unmapped = known.filter(pl.col("targets").is_null()).sort(
        "value_usd", "product", descending=[True, False]
    )
    split = known.filter(pl.col("targets") > 1)
    total = float(codes["value_usd"].sum())
    return BridgeReport(
        codes_moved=int((known["targets"] == 1).sum()),
        codes_split=split.height,
        codes_unmapped=unmapped.height,
        value_usd=total,
        split_value_share=float(split["value_usd"].sum()) / total if total else 0.0,
        unmapped_value_share=float(unmapped["value_usd"].sum()) / total if total else 0.0,
        largest_unmapped=tuple(unmapped["product"].head(_NAMED)),
    )
