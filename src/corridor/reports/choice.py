"""Choices, fronts and strategies in sentences: one wording for page and terminal."""

from corridor.charts.units import short_usd
from corridor.find.choice import Choice
from corridor.find.pareto import ParetoFront
from corridor.find.strategy import StrategyRanking, find_strategy
from corridor.locale import format_decimal, format_percent, join_words, label, translator
from corridor.solvers.outcome import Outcome


def choice_sentence(choice: Choice, language: str, *, scored: bool = False) -> str:
    """Say how few products carry how much, and what the conditions cost; or that no choice was found.

    scored: the value summed is a score, not an amount.
    """
    t = translator(language)
    if choice.lines is None:
        return _say_nothing(choice, language)
    words = {
        "lines": format_decimal(choice.lines.height, language),
        "eligible": format_decimal(choice.eligible_lines, language),
        "share": format_percent(choice.share_of_eligible, language, digits=1),
        "all": format_percent(choice.share_of_all, language, digits=1),
        "value": short_usd(choice.carried, language),
        "plain": format_decimal(choice.plain_lines or 0, language),
    }
    if scored:
        return t.gettext("%(lines)s products of %(eligible)s that may be chosen score best.") % words
    told = (
        t.gettext(
            "%(lines)s products of %(eligible)s that may be chosen carry %(value)s: %(share)s of their unrealised potential, "
            "%(all)s of that of all products."
        )
        % words
    )
    if choice.plain_lines is not None and choice.plain_lines != choice.lines.height:
        told += " " + t.gettext("Without conditions %(plain)s products would carry the share.") % words
    return told


def _say_nothing(choice: Choice, language: str) -> str:
    t = translator(language)
    if choice.outcome.status != "infeasible":
        return t.gettext("No choice was found in the time allowed.")
    told = [t.gettext("No choice fulfils these conditions.")]
    if choice.binding:
        told.append(
            t.gettext("Any one of these given up would make it possible: %(rules)s.")
            % {"rules": join_words((label(rule, language) for rule in choice.binding), language)}
        )
    else:
        told.append(t.gettext("Several of them together stand in the way."))
    if choice.reachable is not None and choice.conditions.share is not None:
        told.append(
            t.gettext("The most that can be carried under them is %(value)s.")
            % {"value": short_usd(choice.reachable, language)}
        )
    return " ".join(told)


def outcome_sentence(outcome: Outcome, goal: str, language: str) -> str:
    """Say how a goal of a choice ended: status, figure, bound, gap, seed, time."""
    t = translator(language)
    if outcome.objective is None:
        return t.gettext("%(goal)s: %(status)s. Seed %(seed)s, %(solver)s.") % _tell(outcome, goal, language)
    return t.gettext(
        "%(goal)s: %(status)s, %(figure)s; bound %(bound)s, gap %(gap)s. Seed %(seed)s, %(seconds)s s, %(solver)s."
    ) % _tell(outcome, goal, language)


def _tell(outcome: Outcome, goal: str, language: str) -> dict[str, str]:
    t = translator(language)

    def figure(value: float | None) -> str:
        if value is None:
            return "–"
        return format_decimal(value, language) if goal == "lines" else short_usd(value, language)

    goals = {"lines": t.gettext("Fewest products"), "value": t.gettext("Most value in so many")}
    gap = outcome.gap
    return {
        "goal": goals[goal],
        "status": label(outcome.status, language),
        "figure": figure(outcome.objective),
        "bound": figure(outcome.bound),
        "gap": "–" if gap is None else format_percent(gap, language, digits=2),
        "seed": str(outcome.seed),
        "seconds": format_decimal(outcome.seconds, language, digits=2),
        "solver": outcome.solver,
    }


def front_sentences(front: ParetoFront, language: str) -> list[str]:
    """Say how many products no other beats, in which criteria, and what could not be weighed."""
    t = translator(language)
    first = front.lines.filter(front.lines["layer"] == 1).height
    told = [
        t.gettext("%(first)s of %(lines)s products are beaten by no other in %(criteria)s together.")
        % {
            "first": format_decimal(first, language),
            "lines": format_decimal(front.lines.height, language),
            "criteria": join_words((label(name, language) for name in front.criteria), language),
        }
    ]
    if front.absent:
        told.append(
            t.gettext("Left out, because this run has no figures for it: %(criteria)s.")
            % {"criteria": join_words((label(name, language) for name in front.absent), language)}
        )
    if front.incomplete:
        told.append(
            t.gettext("%(count)s products lack a figure and are not compared.")
            % {"count": format_decimal(front.incomplete, language)}
        )
    return told


def strategy_sentences(ranking: StrategyRanking, language: str) -> list[str]:
    """Say how a strategy weighs, which ceiling applied, and what was left out."""
    t, weights = translator(language), find_strategy(ranking.strategy)
    told = [
        t.gettext(
            "%(name)s weighs nearness %(near)s, complexity %(complex)s and what a product opens %(outlook)s, each scaled "
            "from the least (0) to the most (1) of the products without advantage today. Weights of the Atlas of Economic "
            "Complexity (Growth Lab at Harvard University); its own scaling is not published in what was read."
        )
        % {
            "name": label(ranking.strategy, language),
            "near": format_percent(weights.nearness, language, digits=0),
            "complex": format_percent(weights.complexity, language, digits=0),
            "outlook": format_percent(weights.outlook, language, digits=0),
        }
    ]
    if ranking.ceiling is not None:
        told.append(
            t.gettext(
                "Products more complex than %(ceiling)s are left out (%(count)s): the Atlas’s ceiling for economies "
                "of up to 6,000 USD a head."
            )
            % {
                "ceiling": format_decimal(ranking.ceiling, language, digits=2),
                "count": format_decimal(ranking.above_ceiling, language),
            }
        )
    elif ranking.ceiling_reason == "unknown":
        told.append(
            t.gettext(
                "Income a head or the economy’s complexity is not known here, so that no ceiling of complexity applies."
            )
        )
    if ranking.incomplete:
        told.append(
            t.gettext("%(count)s products lack a figure and have no score.")
            % {"count": format_decimal(ranking.incomplete, language)}
        )
    return told
