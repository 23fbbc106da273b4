"""The minister's 80/20: areas of cooperation compared on evidence, and the few that carry most of the score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import polars as pl

from corridor.data.areas import Area, load_areas
from corridor.find.area_evidence import Evidence, gather_evidence
from corridor.find.area_scores import (
    NORMALISATIONS,
    AreaOptions,
    Indicators,
    Scores,
    bound_ranks,
    compare_methods,
    find_dominance,
    measure_firmness,
    normalise,
    score_areas,
)
from corridor.find.goods import PairGoods
from corridor.tables import AREA_INDICATORS, AREA_SCORES
from corridor.vocabulary import AREA_CRITERIA

EQUAL_WEIGHTS: Final = dict.fromkeys(AREA_CRITERIA, 1.0)
#: What exports to the partner would gain is much from this share of the pair's whole unrealised potential on.
MUCH: Final = 0.05


@dataclass(frozen=True)
class AreaComparison:
    """Areas compared for a pair.

    areas: schema ``AREA_SCORES``, further columns ``methods`` (share of the normalisations that keep the
    area in the set) and the sums of ``Evidence.sums``; by rank, areas that are not comparable last.
    indicators: schema ``AREA_INDICATORS``. products: the goods of each area with their trade. overlaps: area,
    other, products (codes in both), home_imports_usd and unrealised_usd of these. beats: area, other: the
    first beats the second under every weighting. unused: imported rows not used, by reason. maps: the areas.
    """

    goods: PairGoods
    options: AreaOptions
    areas: pl.DataFrame = field(repr=False)
    indicators: pl.DataFrame = field(repr=False)
    products: pl.DataFrame = field(repr=False)
    overlaps: pl.DataFrame = field(repr=False)
    beats: pl.DataFrame = field(repr=False)
    unused: Mapping[str, int]
    maps: tuple[Area, ...] = field(repr=False)

    @property
    def compared(self) -> int:
        """How many areas are comparable."""
        return int(self.areas["comparable"].sum())

    @property
    def chosen(self) -> int:
        """How many areas the smallest set has."""
        return int(self.areas["chosen"].sum())

    @property
    def share_carried(self) -> float:
        """What the set carries of the sum of the scores."""
        compared = self.areas.filter("comparable")
        total = float(compared["score"].sum())
        return float(compared.filter("chosen")["score"].sum()) / total if total else 0.0

    def map_of(self, code: str) -> Area | None:
        """Return the map of an area, None where there is none of that code."""
        return next((area for area in self.maps if area.area == code), None)

    def reason(self, row: Mapping[str, Any]) -> list[str]:
        """Return the reason codes of one row of ``areas``, see ``explain_area``."""
        total = float(self.goods.table["unrealised_usd"].sum())
        return explain_area(row, unrealised_usd=total)


def compare_areas(
    goods: PairGoods,
    *,
    areas: Sequence[Area] | None = None,
    imported: pl.DataFrame | None = None,
    options: AreaOptions | None = None,
) -> AreaComparison:
    """Compare areas as candidates for cooperation of a pair.

    Parameters
    ----------
    goods: what both sell and buy (``find.goods.read_goods``). areas: sector maps, those the project
    carries by default. imported: further indicators, schema ``AREA_EVIDENCE``. options: weights and method.

    Raises
    ------
    SchemaError: ``imported`` is not usable.
    """
    maps = tuple(areas if areas is not None else load_areas())
    options = options or AreaOptions(EQUAL_WEIGHTS)
    evidence = gather_evidence(goods, maps, imported)
    codes = [area.area for area in maps]
    matrix = _build_matrix(evidence.indicators, codes)
    scores = score_areas(matrix, options)
    beats = find_dominance(scores)
    return AreaComparison(
        goods=goods,
        options=options,
        areas=_tabulate_areas(codes, matrix, scores, beats, evidence, options),
        indicators=_place_indicators(evidence.indicators, matrix, codes, options),
        products=evidence.products,
        overlaps=find_overlaps(evidence.products),
        beats=_list_pairs(beats, codes),
        unused=evidence.unused,
        maps=maps,
    )


def _build_matrix(indicators: pl.DataFrame, codes: Sequence[str]) -> Indicators:
    scored = indicators.filter("scored")
    kinds = scored.select("criterion", "indicator", "better").unique(maintain_order=True)
    columns = [
        scored.filter(criterion=criterion, indicator=indicator)
        .select(pl.col("value").sort_by(pl.col("area").cast(pl.Enum(list(codes)))))
        .to_series()
        .to_numpy()
        for criterion, indicator, _ in kinds.iter_rows()
    ]
    values = np.column_stack(columns) if columns else np.zeros((len(codes), 0))
    return Indicators(
        values=values.astype(np.float64),
        criterion=np.array([AREA_CRITERIA.index(name) for name in kinds["criterion"]], dtype=np.int64),
        lower=np.array([better == "lower" for better in kinds["better"]], dtype=bool),
    )


def _place_indicators(
    indicators: pl.DataFrame, matrix: Indicators, codes: Sequence[str], options: AreaOptions
) -> pl.DataFrame:
    """Add what each value became between 0 and 1."""
    kinds = indicators.filter("scored").select("criterion", "indicator").unique(maintain_order=True)
    placed = normalise(matrix.values, matrix.lower, options.normalisation)
    long = kinds.join(pl.DataFrame({"area": codes}, schema={"area": pl.String}), how="cross").with_columns(
        normalised=pl.Series(placed.T.ravel(), dtype=pl.Float64).fill_nan(None)
    )
    joined = indicators.join(long, on=["criterion", "indicator", "area"], how="left", maintain_order="left")
    return AREA_INDICATORS.check(joined)


def _tabulate_areas(
    codes: Sequence[str],
    matrix: Indicators,
    scores: Scores,
    beats: "np.ndarray[Any, np.dtype[np.bool_]]",
    evidence: Evidence,
    options: AreaOptions,
) -> pl.DataFrame:
    firmness = measure_firmness(matrix, scores, options)
    best, worst = bound_ranks(beats, scores.comparable)
    methods = compare_methods(matrix, [replace(options, normalisation=name) for name in NORMALISATIONS])
    compared = pl.col("comparable")
    table = pl.DataFrame(
        {
            "area": list(codes),
            "score": scores.score,
            "low": scores.low,
            "high": scores.high,
            "completeness": scores.completeness,
            "comparable": scores.comparable,
            "chosen": scores.chosen,
            "firmness": firmness.kept,
            "rank_low": firmness.rank_low,
            "rank_high": firmness.rank_high,
            "best_rank": best,
            "worst_rank": worst,
            **{name: scores.criteria[:, place] for place, name in enumerate(AREA_CRITERIA)},
            "missing": [
                [name for name, value in zip(AREA_CRITERIA, row, strict=True) if np.isnan(value)]
                for row in scores.criteria
            ],
            "methods": methods,
        },
        schema_overrides={"area": pl.String, "missing": pl.List(pl.String)},
    ).with_columns(pl.col(pl.Float64).fill_nan(None))
    ranked = (
        table.join(evidence.sums, on="area", how="left", maintain_order="left")
        .with_columns(
            pl.col("products").fill_null(0).cast(pl.Int32),
            *[
                pl.when(compared).then(pl.col(name)).cast(pl.Int32).alias(name)
                for name in ("rank_low", "rank_high", "best_rank", "worst_rank")
            ],
            # the set takes ties in the order of the maps, and so do ranks
            rank=pl.when(compared)
            .then(pl.when(compared).then(pl.col("score")).rank("ordinal", descending=True))
            .cast(pl.Int32),
        )
        .sort("rank", nulls_last=True, maintain_order=True)
    )
    return AREA_SCORES.check(ranked)


def _list_pairs(beats: "np.ndarray[Any, np.dtype[np.bool_]]", codes: Sequence[str]) -> pl.DataFrame:
    rows, columns = np.nonzero(beats)
    names = np.array(codes, dtype=object)
    schema = {"area": pl.String, "other": pl.String}
    return pl.DataFrame({"area": names[rows].tolist(), "other": names[columns].tolist()}, schema=schema)


def find_overlaps(products: pl.DataFrame) -> pl.DataFrame:
    """Return which areas share products and what that is worth, so that nobody adds areas up."""
    shared = products.select("area", "product", "home_imports_usd", "unrealised_usd")
    return (
        shared.join(products.select("product", other="area"), on="product")
        .filter(pl.col("area") < pl.col("other"))
        .group_by("area", "other")
        .agg(pl.len().cast(pl.Int32).alias("products"), pl.col("home_imports_usd", "unrealised_usd").sum())
        .sort(["home_imports_usd", "area", "other"], descending=[True, False, False])
    )


def explain_area(row: Mapping[str, Any], *, unrealised_usd: float) -> list[str]:
    """Return the reason codes of one row of ``AreaComparison.areas``.

    not_comparable: too little evidence. no_goods: no trade evidence. partner_specialised,
    home_specialised: RCA above 1. net_importer: home imports more than it exports. much_to_gain:
    the area holds a twentieth or more of ``unrealised_usd``, the pair's whole unrealised potential;
    nothing_sold: home sells the partner nothing of it.
    """
    told = {
        "not_comparable": not row["comparable"],
        "no_goods": row["home_exports_usd"] is None and row["home_imports_usd"] is None,
        "partner_specialised": (row["partner_rca"] or 0) > 1,
        "home_specialised": (row["home_rca"] or 0) > 1,
        "net_importer": (row["home_net_imports_usd"] or 0) > 0,
        "much_to_gain": bool(unrealised_usd) and (row["unrealised_usd"] or 0) >= MUCH * unrealised_usd,
        "nothing_sold": row["current_usd"] == 0,
    }
    return [code for code, holds in told.items() if holds]
