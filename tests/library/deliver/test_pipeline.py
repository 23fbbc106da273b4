"""The life of an engagement."""

from datetime import date

import pytest

from corridor.deliver.pipeline import check_step, days_silent, next_stages
from corridor.errors import InputError
from corridor.vocabulary import ENDED, STAGES

DAY = date(2026, 1, 10)


def test_stages_go_forward_repeat_or_end() -> None:
    assert next_stages(None) == STAGES
    assert next_stages("contract") == ("contract", "delivery", "results", ENDED)
    assert next_stages(ENDED) == ()


@pytest.mark.parametrize("later", STAGES)
@pytest.mark.parametrize("earlier", STAGES)
def test_a_step_is_taken_exactly_when_it_does_not_go_back(earlier: str, later: str) -> None:
    def attempt() -> None:
        check_step(later, DAY, today=DAY, has_evidence=True, last_stage=earlier, last_day=DAY)

    if STAGES.index(later) >= STAGES.index(earlier):
        attempt()
    else:
        with pytest.raises(InputError, match="does not go back"):
            attempt()


@pytest.mark.parametrize(
    ("stage", "changes", "rule"),
    [
        ("memorandum", {}, "needs a document, a link or a statement"),
        ("lead", {"today": date(2026, 1, 9)}, "what has happened"),
        ("meeting", {"last_stage": "lead", "last_day": date(2026, 1, 11)}, "follow each other"),
        ("meeting", {"last_stage": ENDED}, "nothing follows an end"),
        ("ended", {}, "an end names its reason"),
        ("lead", {"reason": "price"}, "no other step has one"),
        ("ended", {"reason": "bored"}, "one of too_early"),
        ("party", {}, "one of lead"),
    ],
)
def test_refusals_say_the_rule(stage: str, changes: dict[str, object], rule: str) -> None:
    with pytest.raises(InputError, match=rule):
        check_step(stage, DAY, **({"today": DAY} | changes))  # type: ignore[arg-type]


def test_end_with_reason_is_taken_from_any_stage() -> None:
    for stage in (None, *STAGES):
        check_step(ENDED, DAY, today=DAY, reason="no_reply", last_stage=stage, last_day=DAY)


def test_silence_is_counted_from_the_last_step_and_never_negative() -> None:
    assert days_silent(date(2026, 1, 1), DAY) == 9
    assert days_silent(date(2026, 2, 1), DAY) == 0
