"""A roadmap: which projects within the budget, in what order, worth what, and how sure that is."""

from typing import Any, Final

from corridor.charts import roadmap_gantt
from corridor.charts.units import money_unit
from corridor.locale import label
from corridor.plan.appraise import Appraisal
from corridor.reports.document import Block, Column, Heading, Paragraph, Row, Table, figure, inline
from corridor.reports.result import FlowResult, PlanPart
from corridor.reports.sections.sources import section_names
from corridor.reports.sections.voice import Voice

QUARTERS_A_YEAR: Final = 4


def roadmap(result: FlowResult, language: str) -> list[Block]:
    """Return the section of the stage plan; empty where there is nothing to show."""
    part = result.plan
    if part is None:
        return []
    voice = Voice(language)
    names = {row["project"]: voice.name(row).text for row in part.projects.to_dicts()}
    illustrative = bool(part.projects["illustrative"].any())
    blocks: list[Block] = [
        Heading(section_names(voice.catalogue)["plan"], "plan"),
        Paragraph(inline(_say_selection(part, names, voice)), illustrative=illustrative),
        Paragraph(inline(_say_outcomes(part, voice)), "note"),
    ]
    if part.phasing.phases.is_empty():
        return blocks
    chart = roadmap_gantt(
        part.phasing.phases, names=names, quarter_labels=label_quarters(part, voice), language=language
    )
    return [*blocks, figure(chart, illustrative=illustrative), _tabulate(part, voice)]


def label_quarters(part: PlanPart, voice: Voice) -> list[str]:
    """Return a label for each planned quarter, such as ``2027 Q1``."""
    t = voice.catalogue
    first = (part.first_quarter.month - 1) // 3
    return [
        t.gettext("%(year)s Q%(quarter)s")
        % {
            "year": part.first_quarter.year + (first + step) // QUARTERS_A_YEAR,
            "quarter": (first + step) % QUARTERS_A_YEAR + 1,
        }
        for step in range(part.quarters)
    ]


def _say_selection(part: PlanPart, names: dict[str, str], voice: Voice) -> str:
    t, chosen = voice.catalogue, part.selection
    words = {
        "chosen": voice.number(chosen.chosen.height),
        "projects": voice.number(part.projects.height),
        "budget": voice.usd(chosen.budget_usd),
        "spent": voice.usd(chosen.spent_usd),
        "value": voice.usd(chosen.value_usd),
        "rate": voice.share(part.discount_rate),
    }
    first = (
        t.gettext(
            "%(chosen)s of %(projects)s projects fit a budget of %(budget)s best: they cost %(spent)s and are worth "
            "%(value)s (net present value at %(rate)s)."
        )
        % words
    )
    if chosen.next_project is None or chosen.next_usd is None:
        return first
    second = t.gettext("%(more)s more would let in the next one: %(project)s.") % {
        "more": voice.usd(chosen.next_usd),
        "project": names.get(chosen.next_project, chosen.next_project),
    }
    return voice.sentences(first, second)


def _say_outcomes(part: PlanPart, voice: Voice) -> str:
    t = voice.catalogue
    return voice.sentences(
        t.gettext("Choice of projects."),
        voice.outcome(part.selection.outcome),
        t.gettext("Order of projects."),
        voice.outcome(part.phasing.outcome),
    )


def _tabulate(part: PlanPart, voice: Voice) -> Table:
    t = voice.catalogue
    quarters = label_quarters(part, voice)
    rows = part.phasing.phases.join(
        part.projects.drop("cost_usd", strict=False), on="project", how="left", maintain_order="left"
    ).sort("start_quarter", "end_quarter", "project")
    costs, values = rows["cost_usd"].max(), rows["value_usd"].max()
    largest = max(float(costs or 0), float(values or 0))  # type: ignore[arg-type]
    unit = money_unit(largest, voice.language)

    def describe(row: dict[str, Any]) -> Row:
        appraisal = part.appraisals.get(row["project"])
        last = min(row["end_quarter"], len(quarters)) - 1
        return Row(
            (
                inline(voice.name(row)),
                inline(label(row["field"], voice.language)),
                voice.amount(row["cost_usd"], unit, largest),
                voice.amount(None if appraisal is None else appraisal.npv_usd, unit, largest),
                inline(_bcr(appraisal, voice)),
                inline(_irr(appraisal, voice)),
                inline(f"{quarters[row['start_quarter']]} – {quarters[last]}"),
            ),
            illustrative=row["illustrative"],
        )

    return Table(
        caption=t.gettext("Projects chosen, amounts in %(unit)s") % {"unit": unit.words},
        columns=(
            Column(t.gettext("Project"), 2.9),
            Column(t.gettext("Field"), 1.4),
            Column(t.gettext("Cost"), 0.8, "end"),
            Column(t.gettext("Net present value"), 1.0, "end"),
            Column(t.gettext("Benefit per cost"), 0.9, "end"),
            Column(t.gettext("Internal rate"), 0.9, "end"),
            Column(t.gettext("When"), 1.9),
        ),
        rows=tuple(map(describe, rows.to_dicts())),
    )


def _bcr(appraisal: Appraisal | None, voice: Voice) -> str:
    return "–" if appraisal is None or appraisal.bcr is None else voice.number(appraisal.bcr, 2)


def _irr(appraisal: Appraisal | None, voice: Voice) -> str:
    """Return the internal rate where it is the only one; several or none are no answer."""
    if appraisal is None or appraisal.irr_status != "one":
        return "–"
    return voice.share(appraisal.irr[0])
