"""The choice page: a shortlist under conditions, what no product beats, strategies; all in the address."""

from typing import Any, Final

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from corridor import charts
from corridor.errors import InputError
from corridor.find.choice import Choice, Conditions, choose_lines
from corridor.find.pair import PairAnalysis
from corridor.find.pareto import ParetoFront, find_front
from corridor.find.space import add_positions
from corridor.find.strategy import LISTED, StrategyRanking
from corridor.locale import label
from corridor.reports.choice import (
    choice_sentence,
    front_sentences,
    outcome_sentence,
    strategy_sentences,
)
from corridor.reports.sentences import coverage_sentences, nothing_sentence, source_line
from corridor_web.common.errors import describe_error
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.find import queries
from corridor_web.find.forms import ChoiceForm
from corridor_web.find.views.pair import ask_run, describe_run

#: A page answers within a second or says what it has; a longer search belongs to the command.
TIME_LIMIT_S: Final = 2.0
SEED: Final = 7


def choose(request: HttpRequest, exporter: str, importer: str) -> HttpResponse:
    """Choose products under conditions and show the choice with its proof."""
    analysis, run = queries.read_pair(exporter, importer, request.GET.get("run", ""), user=request.user)
    language = current_language()
    form = ChoiceForm(request.GET)
    context: dict[str, Any] = {
        "analysis": analysis,
        **describe_run(request, analysis, run),
        "form": form,
        "nothing": nothing_sentence(analysis, language),
        "coverage": coverage_sentences(analysis, language),
        "source": source_line(analysis, language),
    }
    front, front_listing = _find_front(request, analysis, language)
    listings = [front_listing] if front_listing else []
    if form.is_valid():
        try:
            choice, ranking = _choose(analysis, form)
        except InputError as error:
            form.add_error(None, describe_error(error))
        else:
            context |= _describe_choice(choice, ranking, language)
            if choice.lines is not None:
                listing = _list_choice(request, analysis, choice, ranking, language)
                listings.append(listing)
                context["listing"] = listing
    for one in listings:
        if answer := one.download():
            return answer
    context |= _describe_front(front, front_listing, language)
    return render(request, "find/choose.html", context)


def _choose(analysis: PairAnalysis, form: ChoiceForm) -> tuple[Choice, StrategyRanking | None]:
    conditions: Conditions = form.cleaned_data["conditions"]
    strategy = form.cleaned_data["strategy"]
    if not strategy:
        choice = choose_lines(analysis.opportunities, conditions, seed=SEED, time_limit_s=TIME_LIMIT_S)
        return choice, None
    ranking = queries.rank_strategy(analysis, strategy, form.cleaned_data["income"])
    asked = form.cleaned_data["conditions"].rank_by_score(LISTED)
    choice = choose_lines(ranking.products, asked, value="score", seed=SEED, time_limit_s=TIME_LIMIT_S)
    return choice, ranking


def _describe_choice(choice: Choice, ranking: StrategyRanking | None, language: str) -> dict[str, Any]:
    return {
        "choice": choice,
        "words": choice_sentence(choice, language, scored=ranking is not None),
        "proofs": [outcome_sentence(outcome, goal, language) for goal, outcome in choice.outcomes.items()]
        if ranking is None
        else [],
        "left_out": choice.left_out.to_dicts(),
        "strategy_words": [] if ranking is None else strategy_sentences(ranking, language),
    }


def _list_choice(
    request: HttpRequest,
    analysis: PairAnalysis,
    choice: Choice,
    ranking: StrategyRanking | None,
    language: str,
) -> Listing:
    asked = ask_run(request)
    known = set(analysis.opportunities["product"].to_list())

    def link(row: dict[str, Any]) -> str | None:
        if row["product"] not in known:
            return None
        return reverse("find:line", args=[analysis.exporter, analysis.importer, row["product"]]) + asked

    product = [
        Column("rank", gettext_lazy("Rank"), "number"),
        Column("product", gettext_lazy("HS6"), link=link),
        Column("description", gettext_lazy("Product"), lang="en"),
    ]
    money = [
        Column("current_usd", gettext_lazy("Exports today"), "usd", secondary=True),
        Column("unrealised_usd", gettext_lazy("Unrealised"), "usd"),
        Column("firmness", gettext_lazy("Firmness"), "share"),
        Column("rca", gettext_lazy("Advantage at home (RCA)"), "ratio", secondary=True),
    ]
    score = [
        Column("score", gettext_lazy("Score"), "ratio"),
        Column("nearness", gettext_lazy("Nearness"), "ratio", secondary=True),
        Column("complexity", gettext_lazy("Complexity"), "ratio", secondary=True),
        Column("outlook", gettext_lazy("What it opens"), "ratio", secondary=True),
    ]
    return Listing(
        request,
        choice.lines if choice.lines is not None else pl.DataFrame(),
        [*product, *(money if ranking is None else score)],
        title=f"choice-{analysis.exporter}-{analysis.importer}-{analysis.year}",
        search=("product", "description"),
        default_sort="rank",
        source=source_line(analysis, language),
        coverage=" ".join(
            [
                choice_sentence(choice, language, scored=ranking is not None),
                *coverage_sentences(analysis, language),
            ]
        ),
    )


def _find_front(
    request: HttpRequest, analysis: PairAnalysis, language: str
) -> tuple[ParetoFront | None, Listing | None]:
    lines = add_positions(analysis).filter(pl.col("unrealised_usd") > 0)
    if lines.is_empty():
        return None, None
    front = find_front(lines)
    asked = ask_run(request)

    def link(row: dict[str, Any]) -> str:
        return reverse("find:line", args=[analysis.exporter, analysis.importer, row["product"]]) + asked

    titles = {
        "potential": ("unrealised_usd", gettext_lazy("Unrealised"), "usd"),
        "firmness": ("firmness", gettext_lazy("Firmness"), "share"),
        "complexity": ("pci", gettext_lazy("Complexity (PCI)"), "ratio"),
        "feasibility": ("density", gettext_lazy("Feasibility (density)"), "ratio"),
    }
    listing = Listing(
        request,
        front.lines.filter(pl.col("layer") == 1),
        [
            Column("product", gettext_lazy("HS6"), link=link),
            Column("description", gettext_lazy("Product"), lang="en"),
            *(Column(*titles[name]) for name in front.criteria),
            Column("rank", gettext_lazy("Rank by potential"), "number"),
        ],
        title=f"front-{analysis.exporter}-{analysis.importer}-{analysis.year}",
        default_sort="rank",
        prefix="f-",
        source=source_line(analysis, language),
        coverage=" ".join([*front_sentences(front, language), *coverage_sentences(analysis, language)]),
    )
    return front, listing


def _describe_front(front: ParetoFront | None, listing: Listing | None, language: str) -> dict[str, Any]:
    if front is None:
        return {}
    across = "complexity" if "complexity" in front.criteria else "firmness"
    column = front.criteria[across]
    return {
        "front_words": front_sentences(front, language),
        "front_listing": listing,
        "front_chart": charts.front_scatter(
            front.lines, across=column, names={column: label(across, language)}, language=language
        ),
    }
