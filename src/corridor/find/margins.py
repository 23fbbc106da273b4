"""Margins of a trade table: what every economy sells and buys of every product, as matrices.

Everything in ``find`` needs only these sums and the bilateral flows into the markets under study.
They are taken in one pass over the table; afterwards all work is on dense matrices.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

import numpy as np
import polars as pl

from corridor.errors import InputError, SchemaError, UnknownEconomyError
from corridor.find.matrices import Mask, Matrix, fill_matrix
from corridor.locale.catalogue import gettext_noop

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class TradeMargins:
    """Sums over a trade table of E economies and P products, in current USD.

    Attributes
    ----------
    years: the calendar years averaged, oldest first; weights: their weights, which sum to 1.
    economies, products: E and P sorted codes; they name the rows and columns of every matrix.
    exports, imports: E × P, an economy's exports to all and imports from all.
    flows: for each market under study the E × P imports of that market by supplier.
    sales: for each exporter under study its E × P exports by destination.
    """

    years: tuple[int, ...]
    weights: tuple[float, ...]
    economies: tuple[str, ...]
    products: tuple[str, ...]
    exports: Matrix
    imports: Matrix
    flows: dict[str, Matrix]
    sales: dict[str, Matrix] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The latest year."""
        return self.years[-1]

    @cached_property
    def importing(self) -> Mask:
        """E flags: the economy's imports are in the data."""
        return np.asarray(self.imports.sum(axis=1) > 0)

    @cached_property
    def missing_importers(self) -> tuple[str, ...]:
        """Economies that sell but never buy: their imports are unknown, not zero."""
        unknown = ~self.importing & (self.exports.sum(axis=1) > 0)
        return tuple(np.array(self.economies)[unknown].tolist())

    def index_economy(self, economy: str) -> int:
        """Return the row of an economy.

        Raises
        ------
        UnknownEconomyError: the data hold no trade of this code.
        """
        if economy not in self.economies:
            raise unknown_economy(economy, self.economies)
        return self.economies.index(economy)


@dataclass(frozen=True, slots=True)
class TradeSums:
    """What an engine sums of a trade table, as long tables whose last columns are ``value`` (USD), each key once.

    by_exporter: exporter, product, value, ``bad`` (some value was empty, negative or not finite).
    by_importer: importer, product, value. cells: exporter, importer, product, value; those of the economies
    under study.
    """

    by_exporter: pl.DataFrame
    by_importer: pl.DataFrame
    cells: pl.DataFrame


def unknown_economy(economy: str, known: Sequence[str]) -> UnknownEconomyError:
    """Return the error for a code that the data do not hold, with the nearest ones that they do."""
    near = get_close_matches(economy.upper(), known, n=3, cutoff=0.5)
    hint = f"Maybe you meant {' or '.join(repr(code) for code in near)}" if near else ""
    return UnknownEconomyError(
        f"economy {economy!r} has no trade in this dataset",
        rule=f"the dataset holds {len(known)} economies by their three-letter codes (ISO 3166-1 alpha-3)",
        fix=hint or "Maybe choose another dataset: 'corridor data list' names them",
    )


def measure_margins(
    trade: pl.LazyFrame | pl.DataFrame,
    importers: Sequence[str],
    *,
    exporters: Sequence[str] = (),
    year: int | None = None,
    window: int = 1,
    progress: Progress | None = None,
) -> TradeMargins:
    """Sum a trade table (schema ``TRADE``) by exporter, by importer, and by cell of ``importers`` and ``exporters``.

    Duplicate rows are summed; flows of an economy to itself are left out, since they are not trade
    between economies. With ``window`` n > 1 the years ``year − n + 1 … year`` that are in the data are
    averaged with weights 1 … n by their distance, as the International Trade Centre is understood to do.

    Raises
    ------
    SchemaError: a column is missing, or a value is empty, negative or not finite.
    InputError: the table is empty or lacks the year. UnknownEconomyError: an economy asked for is not in it.
    """
    report = progress or _ignore
    table = trade.lazy()
    check_columns(table.collect_schema().names())
    report(0.05, gettext_noop("Reading the years"))
    weights = weigh_years(table, year, window)
    rows = _select_rows(table, weights)
    report(0.1, gettext_noop("Summing trade by exporter and importer"))
    sums = TradeSums(
        *pl.collect_all(
            [
                rows.group_by("exporter", "product").agg(pl.col("value").sum(), pl.col("bad").any()),
                rows.group_by("importer", "product").agg(pl.col("value").sum()),
                rows.filter(
                    pl.col("importer").is_in(list(importers)) | pl.col("exporter").is_in(list(exporters))
                )
                .group_by("exporter", "importer", "product")
                .agg(pl.col("value").sum()),
            ],
            engine="streaming",
            # a scan that the sums share would be held in memory whole; three scans cost no more time
            optimizations=pl.QueryOptFlags(comm_subplan_elim=False),
        )
    )
    report(0.9, gettext_noop("Building matrices"))
    margins = build_margins(sums, weights, importers, exporters)
    report(1.0, gettext_noop("Margins ready"))
    return margins


def build_margins(
    sums: TradeSums, weights: Mapping[int, float], importers: Sequence[str], exporters: Sequence[str]
) -> TradeMargins:
    """Build the matrices from the sums, whichever engine took them; ``weights`` by year, oldest first.

    Raises
    ------
    SchemaError: a value was bad. UnknownEconomyError: an economy asked for has no trade.
    """
    if sums.by_exporter["bad"].any():
        raise SchemaError(
            "column 'value_usd' of table 'trade' holds an empty, negative or infinite value",
            rule="trade values are finite and not negative, in USD",
            fix="Maybe import the file again: 'corridor data import' names each bad row",
        )
    economies = tuple(pl.concat([sums.by_exporter["exporter"], sums.by_importer["importer"]]).unique().sort())
    products = tuple(sums.by_exporter["product"].unique().sort())
    for asked in (*importers, *exporters):
        if asked not in economies:
            raise unknown_economy(asked, economies)

    def fill(table: pl.DataFrame, key: str) -> Matrix:
        return fill_matrix(table, (key, "product"), economies, products)

    return TradeMargins(
        years=tuple(weights),
        weights=tuple(weights.values()),
        economies=economies,
        products=products,
        exports=fill(sums.by_exporter, "exporter"),
        imports=fill(sums.by_importer, "importer"),
        flows={each: fill(sums.cells.filter(pl.col("importer") == each), "exporter") for each in importers},
        sales={each: fill(sums.cells.filter(pl.col("exporter") == each), "importer") for each in exporters},
    )


def _ignore(_share: float, _message: str) -> None:
    """Take a progress report nobody asked for."""


def check_columns(names: Sequence[str]) -> None:
    """Raise ``SchemaError`` where a trade table with these columns lacks one."""
    for column in ("year", "exporter", "importer", "product", "value_usd"):
        if column not in names:
            raise SchemaError(
                f"table 'trade' has no column {column!r}",
                rule="it needs year, exporter, importer, product, value_usd",
                fix=f"Its columns are {', '.join(names)}",
            )


def weigh_years(table: pl.LazyFrame | Sequence[int], year: int | None, window: int) -> dict[int, float]:
    """Return the years that are averaged, oldest first, with weights that sum to 1.

    ``table`` is a trade table or the years it has. The years ``year − n + 1 … year`` of a window of n that
    are there weigh 1 … n by their distance from its beginning.

    Raises
    ------
    InputError: an impossible window, no year at all, or ``year`` is not there.
    """
    if window < 1:
        raise InputError(f"a window of {window} years", rule="at least one year is averaged")
    found = list_years(table) if isinstance(table, pl.LazyFrame) else sorted(table)
    if not found:
        raise InputError("the trade table is empty", rule="it needs at least one flow")
    last = found[-1] if year is None else year
    if last not in found:
        raise InputError(
            f"year {last} is not in this dataset",
            rule=f"it holds {', '.join(map(str, found))}",
            fix=f"Maybe choose {found[-1]}",
        )
    raw = {each: each - (last - window) for each in found if last - window < each <= last}
    return {each: weight / sum(raw.values()) for each, weight in raw.items()}


def list_years(table: pl.LazyFrame | pl.DataFrame) -> list[int]:
    """Return the years that a trade table holds, in order."""
    years = table.lazy().select(pl.col("year").unique().sort()).collect(engine="streaming")["year"]
    return [int(year) for year in years]


def _select_rows(table: pl.LazyFrame, weights: dict[int, float]) -> pl.LazyFrame:
    value = pl.col("value_usd").cast(pl.Float64)
    rows = table.filter(pl.col("year").is_in(list(weights)), pl.col("exporter") != pl.col("importer"))
    if len(weights) > 1:
        factor = pl.col("year").replace_strict(weights, return_dtype=pl.Float64)
    else:
        factor = pl.lit(1.0)
    return rows.select(
        "exporter",
        "importer",
        "product",
        value=value * factor,
        bad=value.is_null() | ~value.is_finite() | (value < 0),
    )
