"""How many engagements stand where, what was promised, and which have fallen silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from corridor.errors import InputError
from corridor.vocabulary import ENDED, STAGES


@dataclass(frozen=True)
class PipelineSummary:
    """Counts of engagements.

    now: how many stand at each stage. reached: how many have come at least that far, ended ones
    included where their last stage before the end is known. silent: engagement, title, stage, as_of,
    days, the longest first. amounts: currency, certainty, amount, engagements.
    """

    total: int
    now: Mapping[str, int]
    reached: Mapping[str, int]
    silent: pl.DataFrame = field(repr=False)
    amounts: pl.DataFrame = field(repr=False)


def summarise_pipeline(
    engagements: pl.DataFrame, steps: pl.DataFrame, *, as_of: date, silent_days: int = 90
) -> PipelineSummary:
    """Summarise engagements and their steps.

    Parameters
    ----------
    engagements, steps: schemas ``tables.ENGAGEMENTS`` (``certainty`` used where present) and
    ``tables.STEPS``. as_of: the day from which silence is counted; later steps are not counted.
    silent_days: from how many days on an open engagement counts as silent; one with results is done.

    Raises
    ------
    InputError: ``silent_days`` is negative.
    """
    if silent_days < 0:
        raise InputError(f"silent after {silent_days} days", rule="zero or more")
    known = steps.filter(pl.col("date") <= as_of)
    counts = dict(engagements.group_by("stage").len().iter_rows())
    return PipelineSummary(
        total=engagements.height,
        now={stage: counts.get(stage, 0) for stage in (*STAGES, ENDED)},
        reached=_count_reached(known.filter(pl.col("engagement").is_in(engagements["engagement"].to_list()))),
        silent=_list_silent(engagements, as_of, silent_days),
        amounts=_sum_amounts(engagements),
    )


def _count_reached(steps: pl.DataFrame) -> dict[str, int]:
    places = pl.DataFrame({"stage": STAGES, "place": range(len(STAGES))})
    furthest = steps.join(places, on="stage").group_by("engagement").agg(pl.col("place").max())
    return {stage: int((furthest["place"] >= place).sum()) for place, stage in enumerate(STAGES)}


def _list_silent(engagements: pl.DataFrame, as_of: date, silent_days: int) -> pl.DataFrame:
    days = (pl.lit(as_of) - pl.col("as_of")).dt.total_days()
    return (
        engagements.filter(~pl.col("stage").is_in(["results", ENDED]))
        .select("engagement", "title", "stage", "as_of", days=days)
        .filter(pl.col("days") >= silent_days)
        .sort(["days", "engagement"], descending=[True, False])
    )


def _sum_amounts(engagements: pl.DataFrame) -> pl.DataFrame:
    certainty = pl.col("certainty") if "certainty" in engagements.columns else pl.lit(None, dtype=pl.String)
    return (
        engagements.filter(pl.col("amount").is_not_null())
        .group_by("currency", certainty=certainty)
        .agg(amount=pl.col("amount").sum(), engagements=pl.len())
        .sort("currency", "certainty")
    )
