"""``corridor find shortlist``: the fewest products under conditions, or the best by a strategy."""

from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from corridor.errors import InputError
from corridor.find.choice import Choice, Conditions, choose_lines, parse_codes
from corridor.find.pair import PairAnalysis
from corridor.find.pareto import ParetoFront, find_front
from corridor.find.potential import PotentialOptions
from corridor.find.space import add_positions
from corridor.find.strategy import LISTED, STRATEGIES, StrategyRanking, rank_pair
from corridor.locale.labels import label
from corridor.reports.choice import choice_sentence, front_sentences, outcome_sentence, strategy_sentences
from corridor_cli.find.opening import open_pair, open_study
from corridor_cli.find.options import Exporter, Importer, Output, Trade, Year
from corridor_cli.find.printing import add_provenance, print_coverage, print_rows, print_summary
from corridor_cli.frames import check_output, write_frame

#: Products of the front that are printed.
FRONT_SHOWN: Final = 20


def shortlist(
    exporter: Exporter,
    importer: Importer,
    trade: Trade = None,
    year: Year = None,
    share: Annotated[float, typer.Option(help="Share of the unrealised potential to carry, 0 to 1.")] = 0.8,
    share_of_all: Annotated[
        bool, typer.Option("--share-of-all", help="Count the share of all products, not of those left.")
    ] = False,
    lines: Annotated[int | None, typer.Option(min=1, help="At most so many products.")] = None,
    most: Annotated[
        bool, typer.Option("--most", help="Carry the most with --lines products, whatever share that is.")
    ] = False,
    most_per_chapter: Annotated[
        int | None, typer.Option(min=1, help="At most so many of an HS chapter.")
    ] = None,
    most_per_section: Annotated[
        int | None, typer.Option(min=1, help="At most so many of an HS section.")
    ] = None,
    least_sections: Annotated[
        int | None, typer.Option(min=1, help="From at least so many HS sections.")
    ] = None,
    exclude: Annotated[
        str, typer.Option(help="HS codes of two to six digits to leave out: 93 arms, 24 tobacco.")
    ] = "",
    include: Annotated[str, typer.Option(help="HS codes of six digits that must be in.")] = "",
    least_usd: Annotated[float | None, typer.Option(help="Least unrealised potential, USD.")] = None,
    least_firmness: Annotated[float | None, typer.Option(help="Least firmness, 0 to 1.")] = None,
    least_rca: Annotated[
        float | None, typer.Option(help="Least revealed comparative advantage at home.")
    ] = None,
    strategy: Annotated[
        str,
        typer.Option(
            help=f"Score products without advantage yet, in place of the potential: {', '.join(STRATEGIES)}."
        ),
    ] = "",
    income: Annotated[
        float | None,
        typer.Option(min=0, help="Income a head of EXPORTER, USD: up to 6,000 a strategy has a ceiling."),
    ] = None,
    front: Annotated[bool, typer.Option("--front", help="Show the products that no other beats.")] = False,
    front_output: Annotated[
        Path | None, typer.Option(help="Write all lines with their layer (1: the front) to a file.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the search.")] = 7,
    time_limit: Annotated[float, typer.Option(help="Seconds of the search.")] = 20.0,
    output: Output = None,
) -> None:
    """List the fewest products that carry 80 % of the unrealised potential, under conditions.

    With --strategy the best by the Atlas's weights of nearness, complexity and outlook, under the same
    conditions but those on amounts and firmness.
    """
    check_output(output)
    check_output(front_output)
    if income is not None and not strategy:
        raise InputError("--income without --strategy", rule="income sets the ceiling of a strategy")
    if most and lines is None:
        raise InputError("--most without a number of products", rule="--most goes with --lines")
    conditions = Conditions(
        share=None if most else share,
        share_of="all" if share_of_all else "eligible",
        lines=lines,
        most_per_chapter=most_per_chapter,
        most_per_section=most_per_section,
        least_sections=least_sections,
        exclude=parse_codes(exclude),
        include=parse_codes(include),
        least_usd=least_usd,
        least_firmness=least_firmness,
        least_rca=least_rca,
    )
    # firmness counts the conventions that keep a line in the shortlist of this share
    options = PotentialOptions() if trade is None or most else PotentialOptions(carried_share=share)
    if trade is not None and (strategy or front or front_output):  # these weigh complexity
        analysis = open_study(exporter, importer, trade, year, options)
    else:
        analysis = open_pair(exporter, importer, trade, year, options)
    ranking = rank_pair(analysis, strategy, income_usd=income) if strategy else None
    if ranking is None:
        choice = choose_lines(analysis.opportunities, conditions, seed=seed, time_limit_s=time_limit)
    else:
        asked = conditions.rank_by_score(LISTED)
        choice = choose_lines(ranking.products, asked, value="score", seed=seed, time_limit_s=time_limit)
    print_summary(analysis)
    print_choice(choice, scored=ranking is not None)
    if choice.lines is None:
        print_coverage(analysis)
        raise typer.Exit(1)
    if ranking is None:
        print_rows(analysis, choice.lines)
    else:
        print_scores(ranking, choice.lines)
    if front or front_output:
        found = find_front(add_positions(analysis).filter(pl.col("unrealised_usd") > 0))
        print_front(analysis, found)
        if front_output:
            write_frame(add_provenance(found.lines, analysis.source), front_output)
    print_coverage(analysis)
    if output:
        write_frame(add_provenance(choice.lines, analysis.source), output)


def print_scores(ranking: StrategyRanking, lines: pl.DataFrame) -> None:
    """Print the products of a strategy with their scores, and how it weighs."""
    for row in lines.sort("rank").to_dicts():
        parts = "  ".join(f"{name} {row[name]:.2f}" for name in ("nearness", "complexity", "outlook"))
        name = (row["description"] or "")[:44]
        print(f"{row['rank']:>4} {row['product']} {name:44} score {row['score']:.3f}  {parts}")
    for sentence in strategy_sentences(ranking, "en"):
        print(sentence)


def print_front(analysis: PairAnalysis, front: ParetoFront) -> None:
    """Print the products that no other beats in every respect, and what could not be weighed."""
    for sentence in front_sentences(front, "en"):
        print(sentence)
    first = front.lines.filter(pl.col("layer") == 1).sort("rank")
    print_rows(analysis, first.head(FRONT_SHOWN))
    if first.height > FRONT_SHOWN:
        print(f"{first.height - FRONT_SHOWN} more are on it; --front-output FILE holds all.")


def print_choice(choice: Choice, *, scored: bool = False) -> None:
    """Print what the conditions leave out, the choice in a sentence, and how it was proved."""
    for row in choice.left_out.to_dicts():
        worth = "" if scored else f", {row['value'] / 1e6:,.1f} million USD"
        print(f"{label(row['rule'], 'en')}: {row['lines']} products{worth}")
    print(choice_sentence(choice, "en", scored=scored))
    if scored:
        return
    for goal, outcome in choice.outcomes.items():
        print(outcome_sentence(outcome, goal, "en"))
