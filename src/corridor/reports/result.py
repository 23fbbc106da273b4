"""What a walk through the five stages found: the material of a paper.

``corridor.flow.compose_flow`` makes it; ``reports.brief`` turns it into a document. The tables are
those of ``corridor.tables``. A part is None where there is nothing to show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from corridor.find.pair import PairAnalysis
from corridor.find.target import TargetDecomposition
from corridor.solvers.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Target:
    """A target of yearly exports, who named it, and what would carry it."""

    decomposition: TargetDecomposition
    source: str


@dataclass(frozen=True)
class MatchPart:
    """Who could do it together: tables ``ORGANISATIONS``, ``LISTINGS``, ``MATCHES`` (best first).

    introductions: the matches to introduce (columns ``offer``, ``need``), None where none were chosen.
    """

    organisations: pl.DataFrame = field(repr=False)
    listings: pl.DataFrame = field(repr=False)
    matches: pl.DataFrame = field(repr=False)
    introductions: pl.DataFrame | None = field(repr=False, default=None)
    outcome: Outcome | None = None


@dataclass(frozen=True)
class MeetPart:
    """A visit's schedule: tables ``PARTICIPANTS``, ``REQUESTS``, ``MEETINGS``.

    guests: the participants whose days are shown, in order. slot_labels: a label a slot, such as 09:30.
    left_out: requests without a meeting.
    """

    participants: pl.DataFrame = field(repr=False)
    requests: pl.DataFrame = field(repr=False)
    meetings: pl.DataFrame = field(repr=False)
    guests: tuple[str, ...]
    slot_labels: tuple[str, ...]
    tables: int
    left_out: int
    outcome: Outcome
    illustrative: bool


@dataclass(frozen=True)
class PlanPart:
    """A roadmap: tables ``PROJECTS`` and ``PHASES``, and an appraisal a project.

    appraisals: ``project, npv_usd, irr, bcr`` (irr and bcr null where not defined). chosen: project
    identifiers within ``budget_usd``. first_quarter: its first day.
    """

    projects: pl.DataFrame = field(repr=False)
    appraisals: pl.DataFrame = field(repr=False)
    chosen: tuple[str, ...]
    phases: pl.DataFrame = field(repr=False)
    budget_usd: float
    discount_rate: float
    first_quarter: date
    quarters: int
    selection: Outcome
    phasing: Outcome


@dataclass(frozen=True)
class DeliverPart:
    """What was promised and what came of it: tables ``ENGAGEMENTS`` and the count a stage.

    reached: columns ``stage``, ``reached``, in the order of the pipeline.
    """

    engagements: pl.DataFrame = field(repr=False)
    reached: pl.DataFrame = field(repr=False)


@dataclass(frozen=True)
class FlowResult:
    """The five stages for one exporter and importer, with what they rest on.

    parameters: what was asked, as code and value, in the order shown. left_out: codes of the sections
    left out because they would have held no real records.
    """

    analysis: PairAnalysis
    target: Target | None
    match: MatchPart | None
    meet: MeetPart | None
    plan: PlanPart | None
    deliver: DeliverPart | None
    as_of: date
    version: str
    parameters: Mapping[str, Any]
    left_out: tuple[str, ...] = ()
