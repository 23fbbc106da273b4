"""The potential of one, some or all exporters over all markets and products, streamed by market.

No cell is kept but the best of each exporter and the sums: a market is weighed once (its suppliers' claims,
its scale), its cells are worked through in blocks that stay in the processor's cache, and a cell is only
looked at again where it reaches what is so far the last of its exporter's best. The result does not depend
on the order of markets or on the number of threads: equal values are ordered by importer, then product.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corridor.errors import InputError
from corridor.find.cube import CubeWindow, Places
from corridor.find.inputs import Evidence, PotentialInputs
from corridor.find.margins import Progress, TradeMargins, unknown_economy
from corridor.find.matrices import Matrix, divide
from corridor.find.options import PotentialOptions
from corridor.find.potential import MarketStudy, SupplyBook, align_options, list_terms_off
from corridor.find.terms import grow_demand, take_ease
from corridor.locale.catalogue import gettext_noop
from corridor.tables import MARKETS, PRODUCT_POTENTIAL

#: Exporters whose cells are worked on together: 32 × 5,000 products are 1.3 MB.
BLOCK: Final = 32
#: Candidates kept before the best are chosen among them.
BUFFER: Final = 400_000
#: Up to so many exporters their sales are laid out at once instead of each market's purchases.
FEW: Final = 8


@dataclass(frozen=True)
class Sweep:
    """Potential over all markets and products.

    lines: the best cells of each exporter: exporter, rank, importer, product, current_usd, potential_usd,
    unrealised_usd. markets: schema ``MARKETS``, a row per exporter and market. products: schema
    ``PRODUCT_POTENTIAL``. totals: a row per exporter: current_usd, potential_usd, unrealised_usd, lines.
    cells: how many were weighed. markets_left_out: economies whose imports the data lack.
    """

    lines: pl.DataFrame = field(repr=False)
    markets: pl.DataFrame = field(repr=False)
    products: pl.DataFrame = field(repr=False)
    totals: pl.DataFrame = field(repr=False)
    years: tuple[int, ...]
    cells: int
    markets_left_out: tuple[str, ...]
    terms_off: tuple[str, ...]


def sweep_potential(
    window: CubeWindow,
    *,
    exporters: Sequence[str] | None = None,
    options: PotentialOptions | None = None,
    inputs: PotentialInputs | Evidence | None = None,
    top: int = 200,
    workers: int = 2,
    progress: Progress | None = None,
) -> Sweep:
    """Compute the potential of exporters (all where not given) in every market for every product.

    top: cells kept for each exporter, those with the largest unrealised potential. workers: threads.
    An error that ``progress`` raises stops the sweep.

    Raises
    ------
    UnknownEconomyError: an exporter without trade. InputError: nothing to keep, or inputs that cannot be
    used.
    """
    if top < 0 or workers < 1:
        raise InputError(f"top {top}, workers {workers}", rule="top is not negative, workers at least one")
    options = options or PotentialOptions()
    task = _make_task(window, exporters, options, inputs, top)
    margins, evidence = task.margins, task.evidence
    # the largest markets first: they raise the bar for all that follow
    order = np.argsort(-margins.imports.sum(axis=1), kind="stable")
    markets = order[margins.importing[order]]
    parts = [markets[start::workers] for start in range(workers)]
    count = _Counter(len(markets), progress)
    if workers == 1:
        bests = [_work_markets(task, markets, count)]
    else:
        with ThreadPoolExecutor(workers) as pool:
            futures = [pool.submit(_work_markets, task, part, count) for part in parts]
            bests = [future.result() for future in futures]
    best = _choose_best(np.concatenate(bests), top)
    return Sweep(
        lines=_tabulate_lines(task, best),
        markets=_tabulate_markets(task, markets),
        products=_tabulate_products(task),
        totals=_tabulate_totals(task),
        years=window.years,
        cells=len(task.rows) * len(markets) * len(margins.products),
        markets_left_out=margins.missing_importers,
        terms_off=list_terms_off(evidence, options),
    )


_CELL: Final = np.dtype(
    [
        ("row", np.int32),
        ("importer", np.int32),
        ("product", np.int32),
        ("potential", np.float64),
        ("unrealised", np.float64),
    ]
)
Cells = npt.NDArray[Any]


class _ProductSums:
    """Sums over markets, R exporters × P products."""

    def __init__(self, rows: int, products: int) -> None:
        self.potential = np.zeros((rows, products))
        self.unrealised = np.zeros((rows, products))
        self.markets = np.zeros((rows, products), dtype=np.int32)


class _Sums:
    """Sums over products, R exporters × E markets, each market written by one thread; and over markets."""

    def __init__(self, rows: int, economies: int, products: int) -> None:
        self.potential = np.zeros((rows, economies))
        self.unrealised = np.zeros((rows, economies))
        self.ease = np.zeros((rows, economies))
        self.lines = np.zeros((rows, economies), dtype=np.int32)
        self.by_product = _ProductSums(rows, products)
        self._lock = Lock()

    def take(self, part: _ProductSums) -> None:
        """Add the sums of one thread."""
        with self._lock:
            self.by_product.potential += part.potential
            self.by_product.unrealised += part.unrealised
            self.by_product.markets += part.markets


class _Counter:
    """Progress of all threads together."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.done, self.progress, self.lock = total, 0, progress, Lock()

    def add(self) -> None:
        with self.lock:
            self.done += 1
            if self.progress is not None:
                self.progress(self.done / self.total, gettext_noop("Weighing markets"))


@dataclass
class _Task:
    """What all threads share. rows: R places of the exporters asked for. sales: R × E × P where R is small.

    pulled: a term rests on each market's flows by supplier. at_once: the weights of all markets, where not.
    """

    window: CubeWindow
    margins: TradeMargins
    evidence: Evidence
    options: PotentialOptions
    rows: Places
    top: int
    sums: _Sums
    pulled: bool
    sales: Matrix | None = None
    at_once: tuple[Matrix, Matrix, Matrix] | None = None


def _make_task(
    window: CubeWindow,
    exporters: Sequence[str] | None,
    options: PotentialOptions,
    inputs: PotentialInputs | Evidence | None,
    top: int,
) -> _Task:
    margins = window.margins([])
    evidence = inputs if isinstance(inputs, Evidence) else align_options(margins, inputs, options)
    rows = _find_rows(margins, exporters)
    tariffs = evidence.tariffs is not None and options.market_tariff
    distances = evidence.log_distance is not None and options.distance
    sums = _Sums(len(rows), *margins.imports.shape)
    task = _Task(window, margins, evidence, options, rows, top, sums, tariffs or distances)
    if len(rows) <= FEW:
        task.sales = np.stack([window.sales_of(int(row)) for row in rows])
    task.at_once = _weigh_at_once(task)
    return task


def _find_rows(margins: TradeMargins, exporters: Sequence[str] | None) -> Places:
    selling = np.asarray(margins.exports.any(axis=1))
    if exporters is None:
        return np.flatnonzero(selling)
    places = []
    for code in exporters:
        place = margins.index_economy(code)
        if not selling[place]:
            raise unknown_economy(code, [each for each in margins.economies if each != code])
        places.append(place)
    return np.array(sorted(set(places)), dtype=np.int64)


@dataclass(frozen=True)
class _Weights:
    """One market: supply (E × P), pull (E × P or None), Ease (E), expected demand over the normaliser (P)."""

    supply: Matrix
    pull: Matrix | None
    ease: Matrix
    scale: Matrix


def _weigh_at_once(task: _Task) -> tuple[Matrix, Matrix, Matrix] | None:
    """Return supply, Ease (E × E) and scales (E × P, by market) of all markets from two matrix products.

    None where the weights of a market rest on its own flows by supplier, or on a world of its own.
    """
    options, margins = task.options, task.margins
    if task.pulled or options.world != "all":
        return None
    terms = SupplyBook(margins, task.evidence).open(options, 0)
    growth = [grow_demand(market, task.evidence, options) or 1.0 for market in range(len(margins.economies))]
    demand = margins.imports * np.array(growth)[:, None]
    if options.ease == "off":
        ease = 1 - np.eye(len(demand))
    elif options.ease == "gravity":
        static = divide(task.window.pairs, terms.market_share @ margins.imports.T)
        ease = take_ease(task.evidence, slice(None), static)
    elif options.ease == "static":
        ease = divide(task.window.pairs, terms.market_share @ margins.imports.T)
    else:
        ease = divide(task.window.pairs, terms.product @ demand.T)
    scale = divide(demand, ease.T @ terms.product) if options.normalise else demand
    return terms.product, ease, scale


def _weigh_market(task: _Task, market: int, book: SupplyBook) -> _Weights:
    if task.at_once is not None:
        supply, ease, scale = task.at_once
        return _Weights(supply, None, ease[:, market], scale[market])
    options = task.options
    study = MarketStudy(
        task.margins,
        task.margins.economies[market],
        task.evidence,
        options,
        book=book,
        current=task.window.flows_into(market) if task.pulled else None,
        sold=np.asarray(task.window.pairs[:, market]),
    )
    ease, _, normaliser = study.weigh(options)
    scale = divide(study.expected_demand, normaliser)
    weights = _Weights(study.supply(options).product, study.market.pull, ease, scale)
    book.forget(market)
    return weights


def _work_markets(task: _Task, markets: Places, count: _Counter) -> Cells:
    """Add the sums of some markets and return their candidates for the best of each exporter."""
    bar = np.full(len(task.rows), np.finfo(float).tiny)
    book = SupplyBook(task.margins, task.evidence)
    own = _ProductSums(len(task.rows), len(task.margins.products))
    kept = [np.empty(0, _CELL)]
    held, limit = 0, min(BUFFER, 20 * task.top * len(task.rows) + 10_000)
    for market in markets.tolist():
        weights = _weigh_market(task, market, book)
        for cells in _work_cells(task, market, weights, bar, own):
            kept.append(cells)
            held += len(cells)
        if held > limit:
            kept = [_choose_best(np.concatenate(kept), task.top)]
            held = len(kept[0])
            _raise_bar(bar, kept[0], task.top)
        count.add()
    task.sums.take(own)
    return _choose_best(np.concatenate(kept), task.top)


def _work_cells(
    task: _Task, market: int, weights: _Weights, bar: Matrix, own: _ProductSums
) -> Iterator[Cells]:
    """Add one market to the sums and yield the cells that reach the bar, block by block."""
    sums, ease = task.sums, weights.ease
    sums.ease[:, market] = ease[task.rows]
    subtract = _prepare_flows(task, market)
    for start in range(0, len(task.rows), BLOCK):
        rows = task.rows[start : start + BLOCK]
        here = slice(start, start + len(rows))
        cells = _weigh_cells(weights, _slice_rows(rows), slice(None), ease[rows][:, None])
        sums.potential[here, market] = cells.sum(axis=1)
        own.potential[here] += cells
        subtract(cells, start)
        np.maximum(cells, 0.0, out=cells)
        sums.unrealised[here, market] = cells.sum(axis=1)
        own.unrealised[here] += cells
        positive = cells > 0
        sums.lines[here, market] = positive.sum(axis=1)
        own.markets[here] += positive
        if task.top:
            place, product = np.divmod(np.flatnonzero(cells >= bar[here][:, None]), cells.shape[1])
            again = _weigh_cells(weights, rows[place], product, ease[rows[place]])
            yield _list_cells(start + place, market, product, again, cells[place, product])


def _weigh_cells(weights: _Weights, rows: Any, products: Any, ease: Matrix) -> Matrix:
    cells: Matrix = np.multiply(weights.supply[rows, products], weights.scale[products])
    cells *= ease
    if weights.pull is not None:
        cells *= weights.pull[rows, products]
    return cells


def _prepare_flows(task: _Task, market: int) -> Callable[[Matrix, int], None]:
    """Return what subtracts today's trade with a market from the cells of a block of exporters."""
    if task.sales is not None:
        sales = task.sales

        def subtract_sales(cells: Matrix, start: int) -> None:
            cells -= sales[start : start + len(cells), market]

        return subtract_sales
    sellers, goods, values = task.window.list_into(market)
    bounds = np.searchsorted(sellers, np.arange(len(task.margins.economies) + 1))

    def subtract_flows(cells: Matrix, start: int) -> None:
        for line, row in zip(cells, task.rows[start : start + len(cells)], strict=True):
            part = slice(bounds[row], bounds[row + 1])
            line[goods[part]] -= values[part]

    return subtract_flows


def _slice_rows(rows: Places) -> Any:
    """Return neighbouring rows as a slice, which copies nothing."""
    first, last = int(rows[0]), int(rows[-1]) + 1
    return slice(first, last) if last - first == len(rows) else rows


def _list_cells(row: Places, market: int, product: Places, potential: Matrix, unrealised: Matrix) -> Cells:
    cells = np.empty(len(row), _CELL)
    cells["row"], cells["importer"], cells["product"] = row, market, product
    cells["potential"], cells["unrealised"] = potential, unrealised
    return cells


def _choose_best(cells: Cells, top: int) -> Cells:
    """Return the ``top`` cells of each exporter by unrealised potential, then importer, then product."""
    order = np.lexsort((cells["product"], cells["importer"], -cells["unrealised"], cells["row"]))
    cells = cells[order]
    return cells[_count_within(cells["row"]) < top]


def _count_within(rows: npt.NDArray[np.int32]) -> Places:
    """Return 0, 1, 2 … within each run of equal rows."""
    first = np.searchsorted(rows, rows)
    return np.arange(len(rows)) - first


def _raise_bar(bar: Matrix, best: Cells, top: int) -> None:
    """Set the bar of each exporter to the last of its best, once it has as many as are kept."""
    last = best[_count_within(best["row"]) == top - 1]
    bar[last["row"]] = last["unrealised"]


def _tabulate_lines(task: _Task, best: Cells) -> pl.DataFrame:
    exporters = task.rows[best["row"]]
    importers, products = best["importer"].astype(np.int64), best["product"].astype(np.int64)
    codes, goods = (
        pl.Series(each, dtype=pl.String) for each in (task.margins.economies, task.margins.products)
    )
    return pl.DataFrame(
        {
            "exporter": codes.gather(exporters),
            "rank": (_count_within(best["row"]) + 1).astype(np.int32),
            "importer": codes.gather(importers),
            "product": goods.gather(products),
            "current_usd": task.window.look_up(exporters, importers, products),
            "potential_usd": best["potential"],
            "unrealised_usd": best["unrealised"],
        }
    )


def _tabulate_markets(task: _Task, markets: Places) -> pl.DataFrame:
    sums, codes = task.sums, pl.Series(task.margins.economies, dtype=pl.String)
    markets = np.sort(markets)
    cells = np.ix_(np.arange(len(task.rows)), markets)
    table = pl.DataFrame(
        {
            "exporter": codes.gather(np.repeat(task.rows, len(markets))),
            "importer": codes.gather(np.tile(markets, len(task.rows))),
            "current_usd": task.window.pairs[np.ix_(task.rows, markets)].ravel(),
            "partner_imports_usd": np.tile(task.margins.imports[markets].sum(axis=1), len(task.rows)),
            "potential_usd": sums.potential[cells].ravel(),
            "unrealised_usd": sums.unrealised[cells].ravel(),
            "ease": sums.ease[cells].ravel(),
            "lines": sums.lines[cells].ravel(),
        }
    ).filter(pl.col("exporter") != pl.col("importer"))
    return MARKETS.check(_rank(table, "importer"))


def _tabulate_products(task: _Task) -> pl.DataFrame:
    sums = task.sums
    # what goes to markets whose imports are not in the data has no potential beside it, and is not counted
    sold = task.margins.exports[task.rows]
    row, product = np.nonzero((sums.by_product.potential > 0) | (sold > 0))
    table = pl.DataFrame(
        {
            "exporter": pl.Series(task.margins.economies, dtype=pl.String).gather(task.rows[row]),
            "product": pl.Series(task.margins.products, dtype=pl.String).gather(product),
            "current_usd": sold[row, product],
            "potential_usd": sums.by_product.potential[row, product],
            "unrealised_usd": sums.by_product.unrealised[row, product],
            "markets": sums.by_product.markets[row, product],
        }
    )
    return PRODUCT_POTENTIAL.check(_rank(table, "product"))


def _rank(table: pl.DataFrame, key: str) -> pl.DataFrame:
    return table.sort(["exporter", "unrealised_usd", key], descending=[False, True, False]).with_columns(
        rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("exporter")
    )


def _tabulate_totals(task: _Task) -> pl.DataFrame:
    sums = task.sums
    return pl.DataFrame(
        {
            "exporter": pl.Series(task.margins.economies, dtype=pl.String).gather(task.rows),
            "current_usd": task.margins.exports[task.rows].sum(axis=1),
            "potential_usd": sums.potential.sum(axis=1),
            "unrealised_usd": sums.unrealised.sum(axis=1),
            "lines": sums.lines.sum(axis=1),
        }
    )
