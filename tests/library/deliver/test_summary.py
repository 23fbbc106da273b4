"""Counts of the pipeline against counting by hand."""

from datetime import date

import polars as pl

from corridor.deliver.summary import summarise_pipeline

AS_OF = date(2026, 11, 1)


def test_counts_reached_stages_silence_and_amounts() -> None:
    engagements = pl.DataFrame(
        {
            "engagement": ["a", "b", "c", "d"],
            "title": ["A", "B", "C", "D"],
            "stage": ["contract", "ended", "lead", "results"],
            "as_of": [date(2026, 10, 1), date(2025, 1, 1), date(2026, 1, 1), date(2024, 1, 1)],
            "amount": [5.0, 7.0, None, 3.0],
            "currency": ["USD", "USD", None, "CNY"],
            "certainty": ["signed", "signed", None, "disbursed"],
        }
    )
    steps = pl.DataFrame(
        {
            "engagement": ["a", "a", "b", "b", "c", "d", "d"],
            "stage": ["lead", "contract", "memorandum", "ended", "lead", "delivery", "results"],
            "date": [date(2026, 1, 1)] * 6 + [date(2027, 1, 1)],
        }
    )
    summary = summarise_pipeline(engagements, steps, as_of=AS_OF, silent_days=60)
    assert summary.now["ended"] == 1 and summary.now["meeting"] == 0 and summary.total == 4
    # The result of "d" lies after the day of the summary and is not counted.
    assert summary.reached == {
        "lead": 4,
        "meeting": 3,
        "memorandum": 3,
        "contract": 2,
        "delivery": 1,
        "results": 0,
    }
    assert summary.silent.select("engagement", "days").rows() == [("c", 304)]
    assert summary.amounts.rows() == [("CNY", "disbursed", 3.0, 1), ("USD", "signed", 12.0, 2)]
