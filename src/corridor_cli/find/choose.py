"""``corridor find shortlist``: the fewest products under conditions, or the best by a strategy."""

from typing import Annotated

import typer

from corridor.errors import InputError
from corridor.find.choice import Choice, Conditions, choose_lines, parse_codes
from corridor.find.potential import PotentialOptions
from corridor.locale.labels import label
from corridor.reports.choice import choice_sentence, outcome_sentence
from corridor_cli.find.opening import open_pair
from corridor_cli.find.options import Exporter, Importer, Output, Trade, Year
from corridor_cli.find.printing import add_provenance, print_coverage, print_rows, print_summary
from corridor_cli.frames import check_output, write_frame


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
    seed: Annotated[int, typer.Option(help="Of the search.")] = 7,
    time_limit: Annotated[float, typer.Option(help="Seconds of the search.")] = 20.0,
    output: Output = None,
) -> None:
    """List the fewest products that carry 80 % of the unrealised potential, under conditions."""
    check_output(output)
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
    analysis = open_pair(exporter, importer, trade, year, options)
    choice = choose_lines(analysis.opportunities, conditions, seed=seed, time_limit_s=time_limit)
    print_summary(analysis)
    print_choice(choice)
    if choice.lines is None:
        print_coverage(analysis)
        raise typer.Exit(1)
    print_rows(analysis, choice.lines)
    print_coverage(analysis)
    if output:
        write_frame(add_provenance(choice.lines, analysis.source), output)


def print_choice(choice: Choice) -> None:
    """Print what the conditions leave out, the choice in a sentence, and how it was proved."""
    for row in choice.left_out.to_dicts():
        print(f"{label(row['rule'], 'en')}: {row['lines']} products, {row['value'] / 1e6:,.1f} million USD")
    print(choice_sentence(choice, "en"))
    for goal, outcome in choice.outcomes.items():
        print(outcome_sentence(outcome, goal, "en"))
