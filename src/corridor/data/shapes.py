"""From rows as a file has them to the rows of a table: what each kind of import does after reading."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from corridor.data.codelists import keep_current
from corridor.data.concordance import check_concordance, make_identity
from corridor.data.elasticities import pool_importers, spread_elasticities
from corridor.data.layouts import Layout
from corridor.data.revisions import TO, name_revision
from corridor.data.tariffs import average_lines
from corridor.errors import InputError
from corridor.tables import REGIONS, WORLD

#: Weights whose sum differs by less are shares already.
_SUMS_TO_ONE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Context:
    """What a shape may need beside the rows.

    products: the HS6 codes of the list that came with the data. groups: members of groups of partners,
    ``group`` and ``economy``. concordance: from the codes that are wanted to those of the file.
    """

    layout: Layout
    products: Sequence[str] | None = None
    groups: pl.DataFrame | None = None
    concordance: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Shaped:
    """A table ready to be stored, and what has to be said about how it came about."""

    frame: pl.DataFrame
    duplicates: int = 0
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    nomenclature: str = ""


def shape_table(kind: str, rows: pl.DataFrame, context: Context) -> Shaped:
    """Return the table of a kind; a row that is given twice is kept once and counted.

    Raises
    ------
    InputError, SchemaError: the rows contradict each other, or do not make a table.
    """
    return _SHAPES.get(kind, _keep_once)(rows, context)


def _keep_once(rows: pl.DataFrame, context: Context) -> Shaped:
    once = rows.unique(maintain_order=True).sort(context.layout.table.key)
    return Shaped(once, rows.height - once.height)


def _keep_economies(rows: pl.DataFrame, context: Context) -> Shaped:
    once = keep_current(rows)
    return Shaped(once, rows.height - once.height)


def _shape_tariffs(rows: pl.DataFrame, context: Context) -> Shaped:
    rows, nomenclature = _take_nomenclature(rows, context.layout)
    plain = not context.layout.publisher
    made = average_lines(rows, groups=context.groups, products=context.products, plain=plain)
    return Shaped(made.frame, notes=made.notes, left_out=made.left_out, nomenclature=nomenclature)


def _take_nomenclature(rows: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, str]:
    """Return the rows without their column of revisions, and the one revision they are in."""
    if "nomenclature" not in rows.columns:
        return rows, ""
    found = rows["nomenclature"].drop_nulls().unique().sort().to_list()
    if len(found) > 1:
        column = next(item.source for item in layout.fields if item.target == "nomenclature")
        raise InputError(
            f"the files are in several nomenclatures: {', '.join(found)}",
            rule="one nomenclature a dataset: the same code means other goods in another revision",
            fix=f"Take one, such as --where {column}={found[-1]}, and move it with 'corridor data bridge'",
        )
    name = (name_revision(found[0]) or found[0]) if found else ""
    return rows.drop("nomenclature"), name


def _shape_elasticities(rows: pl.DataFrame, context: Context) -> Shaped:
    codes = context.concordance
    if codes is None and context.products is not None:
        codes = make_identity(context.products)
    pooled, pooling = pool_importers(rows)
    table, spreading = spread_elasticities(pooled, codes)
    return Shaped(table, notes=(*pooling, *spreading))


def _shape_concordance(rows: pl.DataFrame, context: Context) -> Shaped:
    """Give every source shares that sum to 1: by the weights of the file, else in equal parts."""
    pairs = rows.with_columns(pl.col("source", "target").cast(pl.String).str.zfill(6))
    notes = []
    if "share" in pairs.columns:
        summed = pairs.group_by("source", "target").agg(pl.col("share").sum())
        totals = summed.group_by("source").agg(pl.col("share").sum())["share"]
        if ((totals - 1).abs() > _SUMS_TO_ONE).any():
            notes.append("The weights were divided by their sum for each code.")
    else:
        summed = pairs.unique().with_columns(share=pl.lit(1.0))
    whole = summed.with_columns(share=pl.col("share") / pl.col("share").sum().over("source"))
    split = whole.group_by("source").len().filter(pl.col("len") > 1).height
    if split and "share" not in pairs.columns:
        notes.append(
            f"{split:,} codes have several targets and are split in equal parts: the file has no weights."
        )
    duplicates = pairs.height - whole.height
    table = check_concordance(whole.sort("source", "target"))
    return Shaped(table, duplicates, tuple(notes), nomenclature=_name_step(context.layout))


def _name_step(layout: Layout) -> str:
    columns = {item.target: name_revision(item.source) for item in layout.fields}
    both = columns["source"], columns["target"]
    return TO.join(both) if all(both) else ""


def _sum_regions(rows: pl.DataFrame, context: Context) -> Shaped:
    if "importer" not in rows.columns:
        rows = rows.with_columns(importer=pl.lit(WORLD))
    summed = rows.group_by(REGIONS.key).agg(pl.col("value_usd").sum()).sort(REGIONS.key)
    return Shaped(summed, rows.height - summed.height)


_SHAPES: Final[Mapping[str, Callable[[pl.DataFrame, Context], Shaped]]] = {
    "economies": _keep_economies,
    "tariffs": _shape_tariffs,
    "elasticities": _shape_elasticities,
    "concordance": _shape_concordance,
    "regions": _sum_regions,
}
