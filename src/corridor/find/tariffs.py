"""Duties as a table states them, and the duty on each exporter's products in one market.

``state_rates`` reads the table once for everyone: which year of a schedule counts, who levies the European
Union's rates, who is free of them. ``rate_matrix`` shows one market: the rate of a cell is, in this order,
the rate stated for the pair; the rate that holds for everyone else (most favoured nation); the simple mean
of the market's most-favoured-nation rates in the product's chapter; unknown. A rate that is unknown stays
unknown: it is NaN, never zero. ``find.duties`` lays out all markets for the terms of the potential, which
need a figure everywhere: the same rates where they are stated, with other fallbacks where they are not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corridor.data.unions import EUROPEAN_UNION, list_members
from corridor.errors import InputError, SchemaError
from corridor.find.matrices import Matrix, fill_matrix
from corridor.tables import MFN, TARIFFS

Codes = npt.NDArray[np.int8]
#: What a rate rests on; the position is the code in ``TariffRates.basis``.
BASES: Final = ("unknown", "mfn", "preferential", "schedule", "chapter_mean")
UNKNOWN, MFN_RATE, PREFERENTIAL, SCHEDULE, CHAPTER_MEAN = range(len(BASES))
_CHAPTER_DIGITS: Final = 2


@dataclass(frozen=True)
class StatedRates:
    """The rates of a table that hold in one year.

    rows: importer, exporter (``MFN``: everyone else), product, year, rate_percent, basis (a position in
    ``BASES``), each cell once. ``EUN`` stands among the importers with the rates of the Union. members: of
    the Union in that year. levying: those of them that levy its rates, for want of any of their own; they
    levy none on members.
    """

    rows: pl.DataFrame
    members: frozenset[str]
    levying: frozenset[str]

    def schedule_of(self, importer: str) -> str:
        """Return whose rows hold for an importer: its own, or ``EUN``."""
        return EUROPEAN_UNION if importer in self.levying else importer


@dataclass(frozen=True)
class TariffRates:
    """Duties of one market on E exporters and P products.

    Attributes
    ----------
    importer: the market. schedule: whose duties they are: the market's own, or ``EUN`` for a member.
    economies, products: E and P codes; they name the rows and columns.
    rates: E × P, percent of the value; NaN where nothing is known, and for the market itself.
    basis: E × P codes, positions in ``BASES``.
    years: exporter → the year its stated rates are of; ``MFN`` → that of the rates for everyone else.
    """

    importer: str
    schedule: str
    economies: tuple[str, ...]
    products: tuple[str, ...]
    rates: Matrix
    basis: Codes
    years: Mapping[str, int]

    def share_by_basis(self, imports: Matrix) -> dict[str, float]:
        """Return the share (0…1) of the market's imports, E × P in USD, whose rate rests on each basis.

        All shares are 0 where the market imports nothing.
        """
        total = float(imports.sum())
        return {
            name: float(imports[self.basis == code].sum()) / total if total else 0.0
            for code, name in enumerate(BASES)
        }


def rate_matrix(
    tariffs: pl.DataFrame,
    importer: str,
    economies: Sequence[str],
    products: Sequence[str],
    *,
    year: int | None = None,
) -> TariffRates:
    """Look up the duties of ``importer`` on every exporter and product.

    Parameters
    ----------
    tariffs: schema ``TARIFFS``; rows of other importers, exporters and products are ignored.
    economies, products: E exporters and P HS6 codes, each code once.
    year: the rates of this year. A schedule (the rates for a pair, or for everyone else) that lacks it is
        taken from the latest year before, else from the first year after; ``years`` tells. The latest
        year of each schedule where left out.

    A member of the European Union without rows of its own has the rates of ``EUN``, and trade among
    members is free of duty (basis ``preferential``).

    Raises
    ------
    SchemaError: ``tariffs`` is no table of tariffs, or names another basis. InputError: a code is given
        twice.
    """
    _check_once(economies, "economies")
    _check_once(products, "products")
    stated = state_rates(tariffs, [importer], year=year)
    schedule = stated.schedule_of(importer)
    rows = stated.rows.filter(pl.col("importer") == schedule)
    years = dict(rows.select("exporter", "year").unique().iter_rows())
    general = rows.filter(pl.col("exporter") == MFN)
    rates, basis = _spread_general(general, len(economies), products)
    _set_pairs(rows.filter(pl.col("exporter").is_in(list(economies))), economies, products, rates, basis)
    if schedule != importer:
        _free_members(economies, stated.members, rates, basis)
    if importer in economies:
        own = list(economies).index(importer)
        rates[own], basis[own] = np.nan, UNKNOWN
    kept = {exporter: each for exporter, each in years.items() if exporter == MFN or exporter in economies}
    return TariffRates(importer, schedule, tuple(economies), tuple(products), rates, basis, kept)


def state_rates(tariffs: pl.DataFrame, importers: Sequence[str], *, year: int | None = None) -> StatedRates:
    """Return the rates that hold for ``importers``, with the European Union resolved (see ``rate_matrix``).

    Raises
    ------
    SchemaError: ``tariffs`` is no table of tariffs, or names another basis.
    """
    # rows of others are dropped first: checking them takes long
    if "importer" in tariffs.columns:
        tariffs = tariffs.filter(pl.col("importer").is_in([*importers, EUROPEAN_UNION]))
    table = TARIFFS.check(tariffs)
    stated = [BASES[code] for code in (MFN_RATE, PREFERENTIAL, SCHEDULE)]
    if (other := table.filter(~pl.col("basis").is_in(stated))).height:
        raise SchemaError(
            f"column 'basis' of table 'tariffs' holds '{other['basis'][0]}'",
            rule="mfn, preferential or schedule",
        )
    rows = _choose_years(table, year).select(
        "importer", "exporter", "product", "year", "rate_percent", basis=_code_basis()
    )
    reporters = frozenset(rows["importer"].unique())
    union = rows.filter(pl.col("importer") == EUROPEAN_UNION)
    when = year if year is not None else (union if union.height else rows)["year"].max()
    members = frozenset() if when is None else list_members(int(when))  # type: ignore[arg-type]
    levying = members - reporters if EUROPEAN_UNION in reporters else frozenset()
    return StatedRates(_name_members(rows, members), members, levying)


def _name_members(rows: pl.DataFrame, members: frozenset[str]) -> pl.DataFrame:
    """Return rows with each preference for the Union repeated for its members, one stated for them first."""
    whole = pl.col("exporter") == EUROPEAN_UNION
    repeated = (
        rows.filter(whole)
        .join(pl.DataFrame({"member": sorted(members)}, schema={"member": pl.String}), how="cross")
        .with_columns(exporter="member")
        .select(rows.columns)
    )
    if repeated.is_empty():
        return rows.filter(~whole)
    spread = pl.concat([rows.filter(~whole), repeated])
    return spread.unique(["importer", "exporter", "product"], keep="first", maintain_order=True)


def _check_once(codes: Sequence[str], name: str) -> None:
    if len(set(codes)) < len(codes):
        repeated = next(code for code in codes if list(codes).count(code) > 1)
        raise InputError(f"{name} name '{repeated}' more than once", rule="each code once")


def _choose_years(rows: pl.DataFrame, year: int | None) -> pl.DataFrame:
    """Keep one year of each schedule: ``year``, else the latest before, else the first after."""
    if rows["year"].n_unique() <= 1:
        return rows
    schedule = ["importer", "exporter"]
    if year is None:
        return rows.filter(pl.col("year") == pl.col("year").max().over(schedule))
    before = pl.col("year").filter(pl.col("year") <= year).max()
    chosen = before.fill_null(pl.col("year").min()).over(schedule)
    return rows.filter(pl.col("year") == chosen)


def _spread_general(rows: pl.DataFrame, exporters: int, products: Sequence[str]) -> tuple[Matrix, Codes]:
    """Return the rates for everyone else, and where a product has none its chapter's mean, for each exporter."""
    wanted = pl.DataFrame({"product": list(products)}, schema={"product": pl.String})
    chapter = pl.col("product").str.head(_CHAPTER_DIGITS).alias("chapter")
    means = rows.group_by(chapter).agg(mean=pl.col("rate_percent").mean())
    found = wanted.with_columns(chapter).join(
        rows.select("product", "rate_percent", "basis"), on="product", how="left", maintain_order="left"
    )
    found = found.join(means, on="chapter", how="left", maintain_order="left")
    code = (
        pl.when(pl.col("rate_percent").is_not_null())
        .then("basis")
        .when(pl.col("mean").is_not_null())
        .then(pl.lit(CHAPTER_MEAN))
        .otherwise(pl.lit(UNKNOWN))
    )
    rate = pl.coalesce("rate_percent", "mean").fill_null(float("nan"))
    line = found.select(rate=rate, code=code.cast(pl.Int8))
    return (
        np.tile(line["rate"].to_numpy(), (exporters, 1)),
        np.tile(line["code"].to_numpy(), (exporters, 1)),
    )


def _code_basis() -> pl.Expr:
    codes = {name: code for code, name in enumerate(BASES)}
    return pl.col("basis").replace_strict(codes, return_dtype=pl.Int8)


def _set_pairs(
    rows: pl.DataFrame, economies: Sequence[str], products: Sequence[str], rates: Matrix, basis: Codes
) -> None:
    """Put the rates stated for a pair into their cells; nobody claims a preference above the rate for all."""
    stated = rows.filter(pl.col("product").is_in(list(products)))
    if stated.is_empty():
        return
    keys = ("exporter", "product")
    values = stated.select(*keys, value="rate_percent")
    codes = stated.select(*keys, value=pl.col("basis").cast(pl.Float64))
    found = fill_matrix(codes, keys, economies, products)
    given = fill_matrix(values, keys, economies, products)
    general = (basis != UNKNOWN) & (basis != CHAPTER_MEAN)
    known = (found > 0) & ~(general & (found == PREFERENTIAL) & (given > rates))
    rates[known] = given[known]
    basis[known] = found[known].astype(np.int8)


def _free_members(economies: Sequence[str], members: frozenset[str], rates: Matrix, basis: Codes) -> None:
    inside = np.isin(np.array(economies, dtype=str), list(members))
    rates[inside], basis[inside] = 0.0, PREFERENTIAL
