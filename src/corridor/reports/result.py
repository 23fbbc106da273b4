"""What a walk through the five stages found: the material of a paper.

``corridor.flow.compose_flow`` makes it; ``reports.brief`` turns it into a document. The tables are
those of ``corridor.tables``. A part is None where there is nothing to show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from corridor.deliver.summary import PipelineSummary
from corridor.find.areas import AreaComparison
from corridor.find.pair import PairAnalysis
from corridor.find.target import TargetDecomposition
from corridor.match.introduce import Introductions
from corridor.meet.schedule import Schedule
from corridor.plan.appraise import Appraisal
from corridor.plan.phase import Phasing
from corridor.plan.roadmap import TargetPath
from corridor.plan.select import Selection


@dataclass(frozen=True, slots=True)
class Target:
    """A target of yearly exports, what would carry it, its path over the years, and who named it."""

    decomposition: TargetDecomposition
    path: TargetPath
    source: str


@dataclass(frozen=True)
class MatchPart:
    """Who could do it together: tables ``ORGANISATIONS``, ``LISTINGS``, ``MATCHES`` (best first)."""

    organisations: pl.DataFrame = field(repr=False)
    listings: pl.DataFrame = field(repr=False)
    matches: pl.DataFrame = field(repr=False)
    introductions: Introductions


@dataclass(frozen=True)
class MeetPart:
    """A visit's schedule.

    event: a row with name_en, name_zh, name_ur, starts, days, slots_per_day, slot_minutes, tables.
    organisations, participants, requests: tables of that name.
    """

    event: Mapping[str, Any]
    organisations: pl.DataFrame = field(repr=False)
    participants: pl.DataFrame = field(repr=False)
    requests: pl.DataFrame = field(repr=False)
    schedule: Schedule
    illustrative: bool


@dataclass(frozen=True)
class PlanPart:
    """A roadmap: table ``PROJECTS``, an appraisal a project, the portfolio within a budget, its phases.

    first_quarter: the first day of quarter 0. quarters: how many are planned. discount_rate: a year.
    """

    projects: pl.DataFrame = field(repr=False)
    appraisals: Mapping[str, Appraisal] = field(repr=False)
    selection: Selection
    phasing: Phasing
    first_quarter: date
    quarters: int
    discount_rate: float


@dataclass(frozen=True)
class DeliverPart:
    """What was promised and what came of it: table ``ENGAGEMENTS`` and the pipeline in figures."""

    engagements: pl.DataFrame = field(repr=False)
    summary: PipelineSummary


@dataclass(frozen=True)
class FlowResult:
    """The five stages for one exporter and importer, with what they rest on.

    areas: candidates for cooperation compared by what both sell and buy, home being the exporter.
    references: published systems delivered (``data.facts.Facts.references`` with the maker's name_en,
    name_zh, name_ur). conversions: published records of how much of one step reached the next.
    parameters: what was asked, as code and value, in the order shown. left_out: codes of the stages
    that have no records to show.
    """

    analysis: PairAnalysis
    areas: AreaComparison
    target: Target | None
    match: MatchPart | None
    meet: MeetPart | None
    plan: PlanPart | None
    deliver: DeliverPart | None
    references: pl.DataFrame = field(repr=False)
    conversions: pl.DataFrame = field(repr=False)
    as_of: date
    version: str
    parameters: Mapping[str, Any]
    left_out: tuple[str, ...] = ()
