"""Elasticities of import demand for each HS6 code, from estimates that are given for groups of codes.

Published estimates (Broda and Weinstein 2006, "Globalization and the Gains from Variety", Quarterly
Journal of Economics 121(2); Broda, Greenfield and Weinstein 2006, NBER working paper 12512) are for an
importer and the first three digits of HS 1992 codes. Each code gets the estimate of its longest given
beginning, through a concordance where its nomenclature is another; a code without one the median of its
chapter; a code whose chapter has none stays without.
"""

from typing import Final

import polars as pl

from corridor.errors import InputError
from corridor.tables import ELASTICITIES

#: An estimate above this says "perfect substitutes", not how perfect.
_REMARKABLE: Final = 100
_HS6: Final = 6


def pool_importers(estimates: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return one elasticity a beginning of codes: the median over the importers that are given.

    Raises
    ------
    InputError: without importers, a beginning has two elasticities.
    """
    if "importer" not in estimates.columns:
        once = estimates.select("product", "elasticity").unique()
        repeated = once.filter(pl.col("product").is_duplicated()).sort("product")
        if repeated.height:
            raise InputError(
                f"'{repeated['product'][0]}' has more than one elasticity",
                rule="one for each code, or a column of importers",
                fix="Name the column of importers with --column importer=NAME",
            )
        return once.sort("product"), ()
    importers = estimates["importer"].unique().sort()
    pooled = estimates.group_by("product").agg(pl.col("elasticity").median()).sort("product")
    if len(importers) == 1:
        return pooled, (f"The elasticities are those of {importers[0]}.",)
    return pooled, (f"Each elasticity is the median over {len(importers)} importers.",)


def assign_elasticities(pooled: pl.DataFrame, codes: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Give each code an elasticity.

    Parameters
    ----------
    pooled: ``product`` (a beginning of 2 to 6 digits, each once), ``elasticity``.
    codes: a concordance (schema ``CONCORDANCE``) from the codes that are wanted to those of the
        estimates; several targets are averaged by their shares.

    Returns
    -------
    The table (schema ``ELASTICITIES`` with ``basis``: ``stated`` or ``chapter_median``) and notes.
    """
    found = codes.with_columns(stated=pl.lit(None, dtype=pl.Float64))
    lengths = pooled["product"].str.len_bytes().unique().sort(descending=True)
    for length in lengths:
        part = pooled.filter(pl.col("product").str.len_bytes() == length)
        found = found.join(
            part.select(beginning="product", value="elasticity"),
            left_on=pl.col("target").str.head(length),
            right_on="beginning",
            how="left",
        )
        found = found.with_columns(stated=pl.coalesce("stated", "value")).select([*codes.columns, "stated"])
    known = pl.col("stated").is_not_null()
    direct = found.group_by(product="source").agg(
        stated=(pl.col("stated") * pl.col("share")).sum() / (known * pl.col("share")).sum(),
        known=known.any(),
        chapter=pl.col("target").str.head(2).sort_by("share", "target", descending=[True, False]).first(),
    )
    medians = pooled.group_by(chapter=pl.col("product").str.head(2)).agg(median=pl.col("elasticity").median())
    table = direct.join(medians, on="chapter", how="left").with_columns(
        elasticity=pl.when("known").then("stated").otherwise("median"),
        basis=pl.when("known").then(pl.lit("stated")).otherwise(pl.lit("chapter_median")),
    )
    unknown = table.filter(pl.col("elasticity").is_null()).height
    table = table.filter(pl.col("elasticity").is_not_null()).select("product", "elasticity", "basis")
    return ELASTICITIES.check(table.sort("product")), _describe(table, unknown)


def spread_elasticities(
    pooled: pl.DataFrame, codes: pl.DataFrame | None
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """As ``assign_elasticities``; without ``codes`` the estimates must be for whole codes.

    Raises
    ------
    InputError: they are for beginnings of codes, and no codes are known.
    """
    if codes is not None:
        return assign_elasticities(pooled, codes)
    short = pooled.filter(pl.col("product").str.len_bytes() < _HS6)
    if short.height:
        raise InputError(
            f"the elasticity of '{short['product'][0]}' is for all codes that begin so",
            rule="the codes come from a concordance or a list of products",
            fix="Name one with --concordance DATASET (from the codes you want to those of the file), "
            "or with --products FILE",
        )
    return ELASTICITIES.check(pooled.with_columns(basis=pl.lit("stated"))), ()


def _describe(table: pl.DataFrame, unknown: int) -> tuple[str, ...]:
    fallback = table.filter(pl.col("basis") == "chapter_median").height
    notes = [
        f"{table.height - fallback:,} codes have an elasticity of their own group, {fallback:,} the median of "
        f"their chapter, {unknown:,} none."
    ]
    high = table.filter(pl.col("elasticity") > _REMARKABLE).height
    if high:
        notes.append(f"{high:,} elasticities are above {_REMARKABLE}.")
    return tuple(notes)
