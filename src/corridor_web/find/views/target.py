"""The target explorer: what carries a target under assumptions that stand in the address."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from corridor import charts
from corridor.errors import InputError
from corridor.find.caps import MarketGrowth
from corridor.find.pair import PairAnalysis
from corridor.find.scenarios import (
    SCENARIOS,
    Assumptions,
    TargetEvidence,
    TargetStudy,
    compare_scenarios,
    date_base,
    name_lines,
    read_evidence,
    read_total_evidence,
    study_target,
)
from corridor.find.target import TargetSource
from corridor.locale import label
from corridor.reports.sentences import coverage_sentences, source_line
from corridor.reports.target_sentences import (
    affected_sentence,
    assumption_sentence,
    base_sentence,
    formula_sentence,
    market_sentence,
    missing_sentence,
    target_words,
    unknown_markets_sentence,
)
from corridor_web.common.errors import describe_error
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.common.permissions import require_role
from corridor_web.find import domain, queries
from corridor_web.find.forms import BILLION, PERCENT, TargetForm
from corridor_web.find.models import Target
from corridor_web.find.views.pair import describe_run

#: Where nothing is asked and no target is set: so many times today's exports, in so many years.
DOUBLE: Final = 2
TEN_YEARS: Final = 10
#: Whose count of today's exports leads: that of the trade data, of the target, or the reader's.
DATA: Final = "data"
STATED: Final = "stated"
OWN: Final = "own"
#: Address of the target of all markets together.
ALL: Final = "all"
LONGEST_SOURCE: Final = 500


def target(request: HttpRequest, exporter: str, importer: str) -> HttpResponse:
    """Show what a target asks for and what would carry it, line by line."""
    analysis, run = queries.read_pair(exporter, importer, request.GET.get("run", ""), user=request.user)
    language = current_language()
    total = request.GET.get("scope") == ALL
    goal = queries.find_target(exporter, "" if total else importer)
    form = TargetForm(request.GET, total=total, initial=_start(analysis, goal, total))
    context: dict[str, Any] = {
        "analysis": analysis,
        **describe_run(request, analysis, run),
        "form": form,
        "goal": goal,
        "total": total,
        "scope": ALL if total else "",
        "may_set": queries.publishes_runs(request.user),
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
    }
    if form.is_valid():
        try:
            study, scenarios = _study(form, analysis, goal, total)
        except InputError as error:
            form.add_error(None, describe_error(error))
        else:
            listing = _list_lines(request, study, scenarios, language, analysis)
            if answer := listing.download():
                return answer
            context |= _describe(study, scenarios, goal, language) | {"listing": listing}
    return render(request, "find/target.html", context)


@require_POST
@require_role(*queries.PUBLISHERS)
def set_target(request: HttpRequest, exporter: str, importer: str) -> HttpResponse:
    """Make what was asked the target that the pair is measured against."""
    analysis, _shown = queries.read_pair(exporter, importer, request.POST.get("run", ""), user=request.user)
    total = request.POST.get("scope") == ALL
    goal = queries.find_target(exporter, "" if total else importer)
    form = TargetForm(request.POST, total=total, initial=_start(analysis, goal, total))
    try:
        if not form.is_valid():
            raise InputError(gettext("this is no target"), rule=gettext("a target has an amount and a year"))
        study, _scenarios = _study(form, analysis, goal, total)
        domain.set_target(
            exporter,
            "" if total else importer,
            value_usd=study.decomposition.target_usd,
            year=form.cleaned_data["year"],
            source=request.POST.get("source", "")[:LONGEST_SOURCE],
            base=study.evidence.base,
            user=request.user,
        )
    except InputError as error:
        messages.error(request, describe_error(error))
    else:
        messages.success(request, _("The target is set."))
    address = reverse("find:target", args=[exporter, importer])
    return redirect(f"{address}?scope={ALL}" if total else address)


def _start(analysis: PairAnalysis, goal: Target | None, total: bool) -> dict[str, Any]:
    """Return the values of the form where the address gives none: those of the target that is set."""
    totals = analysis.totals
    today = totals.exporter_exports_usd if total else totals.current_usd
    complete = not total or not analysis.coverage.missing_importers
    base = STATED if goal is not None and not complete else DATA
    start: dict[str, Any] = {"potential": "central", "reach": "central", "base": base}
    if goal is not None and goal.year > analysis.year:
        return start | {"value": f"{goal.value_usd / BILLION:g}", "year": goal.year}
    wanted = max(DOUBLE * today, BILLION) / BILLION
    return start | {"value": f"{wanted:.3g}", "year": analysis.year + TEN_YEARS}


def _study(
    form: TargetForm, analysis: PairAnalysis, goal: Target | None, total: bool
) -> tuple[TargetStudy, tuple[TargetStudy, ...]]:
    data = form.cleaned_data
    usd, year = data["value"] * BILLION, data["year"]
    evidence = _choose_base(_read_evidence(data, analysis, goal, total), data, year, analysis.source.title)
    own = form.read_assumptions(OWN)
    study = study_target(usd, evidence, own)
    sets = SCENARIOS if _is_central(own) else (*SCENARIOS, own)
    return study, compare_scenarios(usd, evidence, sets)


def _is_central(own: Assumptions) -> bool:
    return replace(own, name="central") == Assumptions()


def _read_evidence(
    data: dict[str, Any], analysis: PairAnalysis, goal: Target | None, total: bool
) -> TargetEvidence:
    year = data["year"]
    services = None
    if data["services"] is not None:
        services = TargetSource("services", data["services"] * BILLION, "stated")
    bases = [] if goal is None else queries.stated_bases(goal, year)
    if total:
        return read_total_evidence(analysis, target_year=year, other_bases=bases, services=services)
    growth = None
    if data["growth"] is not None:
        growth = MarketGrowth(data["growth"] / PERCENT, "stated", data["growth_source"])
    return read_evidence(analysis, target_year=year, other_bases=bases, growth=growth, services=services)


def _choose_base(evidence: TargetEvidence, data: dict[str, Any], year: int, title: str) -> TargetEvidence:
    """Return the evidence with the base that was asked for first, the others beside it.

    title: of the data, by which their base is known from those that others state.
    """
    bases = (evidence.base, *evidence.other_bases)
    if data["base"] == OWN:
        source = _("%(source)s (own figure)") % {"source": data["base_source"]}
        own = date_base(data["base_value"] * BILLION, source, data["base_year"], target_year=year)
        return evidence.put_first(own)
    counted = [base for base in bases if (base.source == title) == (data["base"] != STATED)]
    return evidence.put_first(counted[0]) if counted else evidence


def _describe(
    study: TargetStudy, scenarios: tuple[TargetStudy, ...], goal: Target | None, language: str
) -> dict[str, Any]:
    wanted, evidence = study.decomposition, study.evidence
    names = {code: label(code, language) for code in name_lines(study)} | {"target": _("Target")}
    return {
        "study": study,
        "wanted": wanted,
        "words": target_words(wanted, language),
        "market_words": market_sentence(wanted, evidence.importer, language) if evidence.importer else "",
        "base_words": base_sentence(wanted, language),
        "missing": [missing_sentence(missing, language) for missing in study.missing],
        "notes": [
            words
            for words in (
                affected_sentence(evidence, language),
                unknown_markets_sentence(evidence, language),
            )
            if words
        ],
        "lines": _explain_lines(study, language),
        "scenarios": [
            {
                "name": _name_scenario(one, language),
                "words": assumption_sentence(one.assumptions, language),
                "values": _read_values(one, name_lines(study)),
                "rest": one.decomposition.no_source_usd,
            }
            for one in scenarios
        ],
        "scenario_lines": [names[code] for code in name_lines(study)],
        "sensitivity": study.sensitivity.to_dicts(),
        "goal_is_asked": goal is not None and wanted.target_usd == goal.value_usd,
        "target_chart": charts.target_waterfall(wanted.lines, names=names, language=language),
        "scenario_chart": charts.scenario_bars(
            [(_name_scenario(one, language), one.decomposition.lines) for one in scenarios],
            names=names,
            language=language,
        ),
    }


def _name_scenario(study: TargetStudy, language: str) -> str:
    name = study.assumptions.name
    return _("As asked above") if name == OWN else label(name, language)


def _read_values(study: TargetStudy, codes: list[str]) -> list[float | None]:
    held = dict(study.decomposition.lines.select("line", "value_usd").iter_rows())
    return [held.get(code) for code in codes]


def _explain_lines(study: TargetStudy, language: str) -> list[dict[str, Any]]:
    """Return every line in the order shown, those without evidence included, with how each was computed."""
    rows = {row["line"]: row for row in study.decomposition.lines.to_dicts()}
    reasons = {missing.line: missing.reason for missing in study.missing}
    return [
        {
            "line": code,
            "row": rows.get(code),
            "reason": reasons.get(code, ""),
            "formula": formula_sentence(code, study, language) if code in rows else "",
        }
        for code in name_lines(study)
    ]


def _list_lines(
    request: HttpRequest,
    study: TargetStudy,
    scenarios: tuple[TargetStudy, ...],
    language: str,
    analysis: PairAnalysis,
) -> Listing:
    """Return the lines under every set of assumptions as one table to download."""
    rows = [
        {
            "scenario": _name_scenario(one, language),
            "line": code,
            "value_usd": value,
            "cap_usd": (held := _find_row(one, code)).get("cap_usd"),
            "cap_low_usd": held.get("cap_low_usd"),
            "cap_high_usd": held.get("cap_high_usd"),
            "basis": held.get("basis") or _find_reason(one, code),
        }
        for one in scenarios
        for code, value in zip(name_lines(one), _read_values(one, name_lines(one)), strict=True)
    ]
    columns = [
        Column("scenario", gettext_lazy("Assumptions"), order=""),
        Column("line", gettext_lazy("Part of the target"), "label", order=""),
        Column("value_usd", gettext_lazy("Amount"), "usd", order=""),
        Column("cap_usd", gettext_lazy("At most"), "usd", order=""),
        Column("cap_low_usd", gettext_lazy("Lowest"), "usd", order="", secondary=True),
        Column("cap_high_usd", gettext_lazy("Highest"), "usd", order="", secondary=True),
        Column("basis", gettext_lazy("What it rests on"), "label", order=""),
    ]
    return Listing(
        request,
        rows,
        columns,
        title=f"target-{analysis.exporter}-{study.evidence.importer or ALL}",
        source=f"{base_sentence(study.decomposition, language)} {source_line(analysis, language)}",
        coverage=" ".join(coverage_sentences(analysis, language)),
        page_size=len(rows),
    )


def _find_row(study: TargetStudy, code: str) -> dict[str, Any]:
    return next((row for row in study.decomposition.lines.to_dicts() if row["line"] == code), {})


def _find_reason(study: TargetStudy, code: str) -> str:
    return next((missing.reason for missing in study.missing if missing.line == code), "")
