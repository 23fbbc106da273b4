"""The life of an engagement: lead → meeting → memorandum → contract → delivery → results, or an end.

A stage may be skipped (a contract without a memorandum happens), but never gone back to; an end may
follow any stage and names its reason. From the memorandum on a step needs evidence.
"""

from datetime import date
from typing import Final

from corridor.errors import InputError
from corridor.vocabulary import END_REASONS, ENDED, STAGES

#: The first stage whose step needs a document, a link or a statement.
EVIDENCE_FROM: Final = "memorandum"


def next_stages(stage: str | None) -> tuple[str, ...]:
    """Return the stages a step may have after ``stage`` (None: nothing yet).

    The same stage may be recorded again: a second meeting, a further delivery.
    """
    if stage == ENDED:
        return ()
    if stage is None:
        return STAGES
    return (*STAGES[_place(stage) :], ENDED)


def needs_evidence(stage: str) -> bool:
    """Whether a step of ``stage`` needs evidence."""
    return stage != ENDED and _place(stage) >= _place(EVIDENCE_FROM)


def days_silent(last_step: date, as_of: date) -> int:
    """Return the days since the last step, 0 where it lies in the future of ``as_of``."""
    return max(0, (as_of - last_step).days)


def check_step(
    stage: str,
    day: date,
    *,
    today: date,
    reason: str = "",
    has_evidence: bool = False,
    last_stage: str | None = None,
    last_day: date | None = None,
) -> None:
    """Refuse a step that cannot be.

    Parameters
    ----------
    stage, day, reason, has_evidence: the step. today: no step lies later.
    last_stage, last_day: of the step before, None for the first.

    Raises
    ------
    InputError: an unknown stage or reason, a date in the future or before the last step, a stage that
        goes back, a step after the end, an end without reason, or missing evidence.
    """
    if stage not in (*STAGES, ENDED):
        raise InputError(f"stage {stage!r} is unknown", rule=f"one of {', '.join((*STAGES, ENDED))}")
    if day > today:
        raise InputError(f"{day} lies in the future", rule="a step records what has happened")
    _check_order(stage, day, last_stage, last_day)
    _check_reason(stage, reason)
    if needs_evidence(stage) and not has_evidence:
        raise InputError(
            f"the step {stage!r} has no evidence",
            rule=f"from the {EVIDENCE_FROM} on a step needs a document, a link or a statement",
        )


def _check_order(stage: str, day: date, last_stage: str | None, last_day: date | None) -> None:
    if last_stage == ENDED:
        raise InputError(f"a step {stage!r} after the end", rule="nothing follows an end")
    if last_day is not None and day < last_day:
        raise InputError(
            f"{day} is before the last step ({last_day})", rule="steps follow each other in time"
        )
    if stage not in next_stages(last_stage) and not (stage == ENDED and last_stage is None):
        raise InputError(f"{stage!r} lies before {last_stage!r}", rule="an engagement does not go back")


def _check_reason(stage: str, reason: str) -> None:
    if (stage == ENDED) != bool(reason):
        raise InputError(
            f"stage {stage!r} with reason {reason!r}", rule="an end names its reason; no other step has one"
        )
    if reason and reason not in END_REASONS:
        raise InputError(f"reason {reason!r} is unknown", rule=f"one of {', '.join(END_REASONS)}")


def _place(stage: str) -> int:
    return STAGES.index(stage)
