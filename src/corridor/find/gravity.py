r"""Trade that distance, borders, language and history suggest: a gravity equation by Poisson pseudo-maximum likelihood.

Source: Santos Silva, J. M. C. and Tenreyro, S. (2006), "The log of gravity", Review of Economics and
Statistics 88(4), 641–658; exporter and importer effects as there in table 5. For exporter i, importer j

.. math::
    v_{ij} = \exp(a_i + b_j + \beta_1 \ln d_{ij} + \beta_2\,contiguous + \beta_3\,language + \beta_4\,colony)

over all pairs with a known importer, zero flows included. It is estimated by the library pyfixest (extra
``gravity``). Two figures follow for a pair, of which the second is an alternative to the term Ease:

    ratio        = actual / fitted: above 1 the two trade more than their distance, border, language and
                   colonial history suggest
    ease         = fitted / Σ_k MS_ik · M_jk, where Ease has actual trade: what is fitted is known for
                   pairs that do not trade yet, and chance years of a small pair do not move it
"""

import warnings
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

import numpy as np
import polars as pl

from corridor.errors import InputError, MissingExtraError
from corridor.find.margins import TradeMargins
from corridor.find.matrices import Matrix, divide
from corridor.tables import EASES, LINKS

TERMS: Final = ("log_distance", "contiguous", "common_language", "colonial_link")
#: Values in millions of USD keep the iterations well scaled; the coefficients do not depend on it.
_SCALE: Final = 1e6


@dataclass(frozen=True)
class GravityFit:
    """An estimated gravity equation.

    coefficients: term, estimate, standard_error (robust to heteroskedasticity). pairs: exporter, importer,
    value_usd, fitted_usd, ratio (actual / fitted). left_out: economies without links (distance and the
    like); left_out_share: their share of the trade.
    """

    year: int
    coefficients: pl.DataFrame
    pairs: pl.DataFrame = field(repr=False)
    left_out: tuple[str, ...]
    left_out_share: float

    @property
    def observations(self) -> int:
        """Pairs in the estimate."""
        return self.pairs.height

    @property
    def zero_share(self) -> float:
        """Share of the pairs that do not trade."""
        return self.pairs.filter(pl.col("value_usd") == 0).height / self.pairs.height


def name_links(table: pl.DataFrame) -> pl.DataFrame:
    """Return the dyadic table of CEPII GeoDist (Mayer & Zignago 2011) in the schema ``LINKS``.

    Columns iso_o, iso_d, dist, contig, comlang_off, colony. A pair of one economy with itself is left out.

    Raises
    ------
    InputError: a column is missing.
    """
    names = {
        "exporter": "iso_o",
        "importer": "iso_d",
        "distance_km": "dist",
        "contiguous": "contig",
        "common_language": "comlang_off",
        "colonial_link": "colony",
    }
    if missing := [name for name in names.values() if name not in table.columns]:
        raise InputError(
            f"the table of links has no column {missing[0]!r}",
            rule=f"as CEPII's dist_cepii has it: {', '.join(names.values())}",
            fix=f"Its columns are {', '.join(table.columns)}",
        )
    flags = ("contiguous", "common_language", "colonial_link")
    links = table.select(
        pl.col(names["exporter"]).alias("exporter"),
        pl.col(names["importer"]).alias("importer"),
        pl.col(names["distance_km"]).cast(pl.Float64).alias("distance_km"),
        *[(pl.col(names[flag]).cast(pl.Float64) > 0).alias(flag) for flag in flags],
    )
    return LINKS.check(links.filter(pl.col("exporter") != pl.col("importer")))


def sum_pairs(trade: pl.LazyFrame | pl.DataFrame, *, year: int) -> pl.DataFrame:
    """Return the trade of each exporter with each importer in one year: exporter, importer, value_usd."""
    return (
        trade.lazy()
        .filter(pl.col("year") == year, pl.col("exporter") != pl.col("importer"))
        .group_by("exporter", "importer")
        .agg(pl.col("value_usd").cast(pl.Float64).sum())
        .filter(pl.col("value_usd") > 0)
        .sort("exporter", "importer")
        .collect(engine="streaming")
    )


def build_sample(flows: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Return every pair of an exporter and a known importer with links: the flow, 0 where there is none.

    Columns exporter, importer, value_usd and ``TERMS``. Economies that then trade with nobody are left out,
    since no effect of theirs could be estimated.
    """
    sample = (
        LINKS.check(links)
        .filter(
            pl.col("exporter").is_in(flows["exporter"].unique().to_list()),
            pl.col("importer").is_in(flows["importer"].unique().to_list()),
            pl.col("distance_km") > 0,
        )
        .join(flows, on=["exporter", "importer"], how="left")
        .select(
            "exporter",
            "importer",
            pl.col("value_usd").fill_null(0.0),
            log_distance=pl.col("distance_km").log(),
            contiguous=pl.col("contiguous").cast(pl.Float64),
            common_language=pl.col("common_language").cast(pl.Float64),
            colonial_link=pl.col("colonial_link").cast(pl.Float64),
        )
        .sort("exporter", "importer")
    )
    while True:
        trading = sample.filter(
            pl.col("value_usd").sum().over("exporter") > 0, pl.col("value_usd").sum().over("importer") > 0
        )
        if trading.height == sample.height:
            return sample
        sample = trading


def estimate_gravity(flows: pl.DataFrame, links: pl.DataFrame, *, year: int) -> GravityFit:
    """Estimate the gravity equation on the trade of one year.

    Parameters
    ----------
    flows: exporter, importer, value_usd of ``sum_pairs``; an importer without any row is unknown and left
        out. links: schema ``LINKS``.

    Raises
    ------
    MissingExtraError: the extra ``gravity`` is not installed. InputError: no pair has links, or the estimate failed.
    """
    sample = build_sample(flows, links)
    if sample.height <= len(TERMS):
        raise InputError(
            f"{sample.height} pairs have trade and links",
            rule=f"more than {len(TERMS)} pairs",
            fix="Maybe the two tables name economies by different codes",
        )
    estimate, error, fitted = _fit_poisson(sample)
    pairs = sample.select(
        "exporter",
        "importer",
        "value_usd",
        fitted_usd=pl.Series(fitted * _SCALE),
    ).with_columns(ratio=pl.col("value_usd") / pl.col("fitted_usd"))
    linked = {*sample["exporter"], *sample["importer"]}
    traded = {*flows["exporter"], *flows["importer"]}
    total = float(flows["value_usd"].sum())
    return GravityFit(
        year=year,
        coefficients=pl.DataFrame({"term": TERMS, "estimate": estimate, "standard_error": error}),
        pairs=pairs,
        left_out=tuple(sorted(traded - linked)),
        left_out_share=1 - float(sample["value_usd"].sum()) / total,
    )


def _fit_poisson(sample: pl.DataFrame) -> tuple[Matrix, Matrix, Matrix]:
    """Return estimates and standard errors of ``TERMS`` and the fitted values of each row."""
    pandas, fixest = _import_extra("pandas"), _import_extra("pyfixest")
    columns: dict[str, Any] = {name: sample[name].to_list() for name in ("exporter", "importer")}
    columns |= {name: sample[name].to_numpy() for name in TERMS}
    frame = pandas.DataFrame(columns | {"trade": sample["value_usd"].to_numpy() / _SCALE})
    with warnings.catch_warnings():
        # what pandas will drop one day concerns the library, not who runs it
        warnings.simplefilter("ignore", DeprecationWarning)
        formula = f"trade ~ {' + '.join(TERMS)} | exporter + importer"
        model = fixest.fepois(formula, data=frame, vcov="hetero")
        fitted = np.asarray(model.predict(type="response"), dtype=float)
    if len(fitted) != sample.height or not model.convergence:
        raise InputError(
            f"the gravity equation was estimated on {len(fitted)} of {sample.height} pairs"
            f"{'' if model.convergence else ' and did not converge'}",
            rule="every pair counts, and the iterations converge",
            fix="Maybe the data hold too few pairs that trade",
        )
    return (
        model.coef().loc[list(TERMS)].to_numpy(dtype=float),
        model.se().loc[list(TERMS)].to_numpy(dtype=float),
        fitted,
    )


def _import_extra(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            f"extra [gravity] is not installed: {name} not found",
            rule="gravity is estimated by the library pyfixest, which comes with the extra",
            fix="Install it with: pip install 'corridor[gravity]'",
        ) from error


def ease_pairs(fit: GravityFit, margins: TradeMargins) -> pl.DataFrame:
    """Return both eases of the pairs of a fit, from the same margins as the potential (schema ``EASES``).

    Columns of ``GravityFit.pairs`` and expected_usd = Σ_k MS_ik · M_jk, ease = fitted / expected and
    ease_static = actual / expected. Pairs of which nothing is expected are left out.
    """
    expected = divide(margins.exports, margins.exports.sum(axis=0)) @ margins.imports.T
    rows = fit.pairs["exporter"].cast(pl.Enum(margins.economies)).to_physical().to_numpy()
    columns = fit.pairs["importer"].cast(pl.Enum(margins.economies)).to_physical().to_numpy()
    shares = pl.Series(expected[rows, columns])
    table = fit.pairs.with_columns(expected_usd=shares).filter(pl.col("expected_usd") > 0)
    return EASES.check(
        table.with_columns(
            ease=pl.col("fitted_usd") / pl.col("expected_usd"),
            ease_static=pl.col("value_usd") / pl.col("expected_usd"),
        )
    )
