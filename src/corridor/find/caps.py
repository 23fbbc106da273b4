r"""What a source of a target can carry at most, each computed without looking at the target.

- Growth of the market: today's exports times the growth of the partner's imports, the exporter's share held.
- Tariff cuts: what the unrealised potential gains where the partner's duty on the exporter falls to zero.
  Of the tariff advantage [(1 + mean rate) / (1 + own rate)]^σ (Decreux & Spies 2016) only the own rate
  changes, so the exporter's claim on a product grows by (1 + own rate)^σ; with s its share of the potentials
  of all suppliers before, it is s·r / (1 + s·(r − 1)) after, since all together still meet the demand.
- New products: what the exporter sells without advantage today, up to the share of the market that
  comparable exporters hold. Comparable are the economies that are as near to the product as the exporter
  (its density), in which zeros count: the median says what half of them reach. Only what lies above both
  today's exports and the potential counts, so that nothing is counted twice.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from corridor.errors import InputError
from corridor.find.diversification import Specialisation
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Mask, Matrix, divide
from corridor.find.tariffs import CHAPTER_MEAN, UNKNOWN, rate_matrix
from corridor.tables import DIVERSIFICATION, ELASTICITIES, INDICATORS

#: Comparable exporters a product.
PEERS: Final = 15
#: Share of comparable exporters that reach the high figure, from above: an upper quartile.
UPPER: Final = 0.75
#: Most promising products that a run keeps.
KEPT_PRODUCTS: Final = 500
GDP_GROWTH: Final = "gdp_growth_percent"


@dataclass(frozen=True, slots=True)
class MarketGrowth:
    """Growth of a market's imports a year, 0.04 = 4 %.

    basis: ``imports_by_year``, ``gdp_growth`` (imports are taken to grow with GDP) or ``stated``.
    from_year, to_year: the years it was measured over, None where it was stated.
    """

    rate: float
    basis: str
    source: str
    from_year: int | None = None
    to_year: int | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.rate) and -1 < self.rate <= 1):
            raise InputError(
                f"growth of the market of {self.rate}", rule="above −1 and at most 1 a year (0.04 is 4 %)"
            )


def measure_import_growth(years: pl.DataFrame, *, source: str) -> MarketGrowth | None:
    """Return the growth of a market's imports over the years of a run, None where it holds fewer than two.

    years: columns year, market_usd (rows of products or whole markets); compound growth between the first
    and the last year.
    """
    totals = years.group_by("year").agg(pl.col("market_usd").sum()).sort("year")
    totals = totals.filter(pl.col("market_usd") > 0)
    if totals.height < 2:
        return None
    (first, before), (last, after) = totals.row(0), totals.row(-1)
    rate = (after / before) ** (1 / (last - first)) - 1
    return MarketGrowth(float(rate), "imports_by_year", source, int(first), int(last))


def expect_import_growth(
    indicators: pl.DataFrame, economy: str, *, from_year: int, to_year: int, source: str
) -> MarketGrowth | None:
    """Return expected growth of an economy's GDP a year, with which its imports are taken to grow.

    indicators: schema ``INDICATORS`` with ``gdp_growth_percent`` of the years after ``from_year``; where
    they end before ``to_year`` the mean of those known stands for the rest. None where there is none.
    """
    known = INDICATORS.check(indicators).filter(
        pl.col("economy") == economy,
        pl.col("indicator") == GDP_GROWTH,
        pl.col("year").is_between(from_year + 1, to_year),
    )
    if known.is_empty():
        return None
    rates = known["value"].to_numpy()
    factors = 1 + rates / 100
    if not (factors > 0).all():
        raise InputError(f"growth of GDP of {economy} of {rates.min()} %", rule="above −100 % a year")
    years = known["year"].to_numpy()
    rate = float(np.exp(np.log(factors).mean()) - 1)
    return MarketGrowth(rate, "gdp_growth", source, int(years.min()), int(years.max()))


def cut_tariffs(
    lines: pl.DataFrame,
    tariffs: pl.DataFrame,
    elasticities: pl.DataFrame,
    *,
    exporter: str,
    importer: str,
    year: int,
    normalised: bool = True,
) -> pl.DataFrame:
    """Return what each line's unrealised potential gains where the importer's duty on it falls to zero.

    Parameters
    ----------
    lines: schema ``OPPORTUNITIES``. tariffs: schema ``TARIFFS``; the rate on the exporter as it is stated for
        ``year`` (see ``find.tariffs.rate_matrix``). elasticities: schema ``ELASTICITIES``.
    normalised: the potentials of all suppliers of a product sum to the market's imports.

    Returns
    -------
    product, potential_usd, rate_percent, elasticity, gain_usd; the last is null where the rate or the
    elasticity is not known: such a line is left out of the sum, not taken for duty-free.
    """
    rates = _find_rates(tariffs, lines["product"], exporter, importer, year)
    known = ELASTICITIES.check(elasticities).select("product", "elasticity")
    rows = (
        lines.select("product", "current_usd", "potential_usd", "partner_imports_usd")
        .join(rates, on="product", how="left", maintain_order="left")
        .join(known, on="product", how="left", maintain_order="left")
    )
    push = (1 + pl.col("rate_percent") / 100) ** pl.col("elasticity")
    share = pl.col("potential_usd") / pl.col("partner_imports_usd")
    scale = 1 + share * (push - 1) if normalised else pl.lit(1.0)
    after = pl.col("potential_usd") * push / scale
    gain = pl.max_horizontal(after, "current_usd") - pl.max_horizontal("potential_usd", "current_usd")
    unknown = pl.col("rate_percent").is_null() | pl.col("elasticity").is_null()
    return rows.select(
        "product",
        "potential_usd",
        "rate_percent",
        "elasticity",
        gain_usd=pl.when(unknown).then(None).otherwise(gain.clip(lower_bound=0.0)),
    )


def _find_rates(
    tariffs: pl.DataFrame, products: pl.Series, exporter: str, importer: str, year: int
) -> pl.DataFrame:
    """Return product, rate_percent where one is stated: a mean of the chapter is no rate that could be cut."""
    found = rate_matrix(tariffs, importer, [exporter], products.to_list(), year=year)
    stated = ~np.isin(found.basis[0], [UNKNOWN, CHAPTER_MEAN])
    table = pl.DataFrame(
        {"product": found.products, "rate_percent": found.rates[0]}, schema_overrides={"product": pl.String}
    )
    return table.filter(pl.Series(stated))


def find_new_products(
    margins: TradeMargins,
    lines: pl.DataFrame,
    ranking: pl.DataFrame,
    specialisation: Specialisation,
    *,
    exporter: str,
    importer: str,
    kept: int = KEPT_PRODUCTS,
) -> pl.DataFrame:
    """Return the products in which the exporter has no advantage yet, the most promising first.

    Parameters
    ----------
    margins: with ``importer`` among its markets. lines: schema ``OPPORTUNITIES`` of the pair, for what its
    potential covers already. ranking: schema ``DIVERSIFICATION`` of the pair. specialisation: of the same
    margins. kept: rows returned.

    Returns
    -------
    product, pdi_rank (the rank there: within the market, never an amount), density, rca,
    partner_imports_usd, covered_usd (the larger of current trade and potential), peers, peers_selling,
    median_share, upper_share (of the market, over the peers, zeros counted), addition_usd and
    addition_high_usd (what median and upper share hold above ``covered_usd``).
    """
    home, market = margins.index_economy(exporter), margins.index_economy(importer)
    first = DIVERSIFICATION.check(ranking).head(kept)
    flows = margins.flows[importer]
    others = (flows.sum(axis=1) > 0) & (margins.exports.sum(axis=1) > 0)
    others[[home, market]] = False
    places = first["product"].cast(pl.Enum(margins.products)).to_physical().to_numpy().astype(np.int64)
    held = divide(flows[:, places], first["partner_imports_usd"].to_numpy())
    shares = _share_of_peers(held, specialisation.compare_around(places), home, others)
    none = np.zeros(len(places))
    covered = lines.select("product", covered_usd=pl.max_horizontal("current_usd", "potential_usd"))
    return (
        first.select("product", "density", "rca", "partner_imports_usd", pdi_rank="rank")
        .join(covered, on="product", how="left", maintain_order="left")
        .with_columns(
            pl.col("covered_usd").fill_null(0.0),
            peers=pl.lit(len(shares), dtype=pl.Int32),
            peers_selling=pl.Series((shares > 0).sum(axis=0), dtype=pl.Int32),
            median_share=pl.Series(np.median(shares, axis=0) if len(shares) else none),
            upper_share=pl.Series(np.quantile(shares, UPPER, axis=0) if len(shares) else none),
        )
        .with_columns(addition_usd=_lie_above("median_share"), addition_high_usd=_lie_above("upper_share"))
    )


def _lie_above(share: str) -> pl.Expr:
    held = pl.col(share) * pl.col("partner_imports_usd")
    return (held - pl.col("covered_usd")).clip(lower_bound=0.0)


def _share_of_peers(shares: Matrix, density: Matrix, home: int, others: Mask) -> Matrix:
    """Return the shares of each product's peers, PEERS × P: the economies nearest to home in density."""
    rows = np.flatnonzero(others)
    distance = np.abs(density[rows] - density[home])
    nearest = rows[np.argsort(distance, axis=0, kind="stable")[:PEERS]]
    return np.take_along_axis(shares, nearest, axis=0)
