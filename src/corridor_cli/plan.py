"""``corridor plan``: which projects, in what order, at what cost."""

from pathlib import Path
from typing import Annotated

import typer

from corridor.errors import InputError
from corridor.plan.appraise import Appraisal, appraise_projects, list_appraisals
from corridor.plan.phase import Phasing, phase_projects
from corridor.plan.select import Selection, select_projects
from corridor.tables import CASH_FLOWS, PROJECTS
from corridor_cli.frames import check_output, read_frame, write_frame
from corridor_cli.say import say_outcome, show_progress

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Which projects, in what order?")

#: Columns a file of projects may leave out: such projects are real, take a year, and require nothing.
PROJECT_DEFAULTS = {
    "field": "unspecified",
    "duration_quarters": "4",
    "requires": None,
    "illustrative": "false",
}
Projects = Annotated[
    Path,
    typer.Argument(help="Projects: project, name, cost_usd, value_usd, duration_quarters, requires (a;b) …"),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write the table (.csv, .xlsx, .parquet, .json).")
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same result.")]
TimeLimit = Annotated[float, typer.Option(help="Seconds allowed.")]


@app.command()
def appraise(
    file: Annotated[
        Path, typer.Argument(help="Cash flows: project, period (0 = today), cost_usd, benefit_usd.")
    ],
    discount_rate: Annotated[float, typer.Option(help="Per period: 0.1 means 10 %.")] = 0.1,
    cost_uplift: Annotated[float, typer.Option(help="Optimism bias added to every cost: 0.44 = 44 %.")] = 0.0,
    output: Output = None,
) -> None:
    """Compute NPV, rates of return, benefit-cost ratio and payback of each project."""
    check_output(output)
    flows = read_frame(file, CASH_FLOWS)
    if flows.is_empty():
        raise InputError(f"'{file.name}' holds no cash flows", rule="a row for each project and period")
    appraisals = appraise_projects(flows, discount_rate, cost_uplift=cost_uplift)
    for project, found in appraisals.items():
        print_appraisal(project, found)
    if output:
        write_frame(list_appraisals(appraisals), output)


@app.command()
def select(
    file: Projects,
    budget: Annotated[float, typer.Option(help="Budget in USD.")],
    require: Annotated[list[str] | None, typer.Option(help="A project that must be chosen; repeat.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="A project that must not be; repeat.")] = None,
    output: Output = None,
    seed: Seed = 7,
    time_limit: TimeLimit = 10.0,
) -> None:
    """Choose the projects of greatest value within a budget."""
    check_output(output)
    projects = read_frame(file, PROJECTS, defaults=PROJECT_DEFAULTS)
    with show_progress() as progress:
        found = select_projects(
            projects,
            budget,
            required=require or (),
            excluded=exclude or (),
            seed=seed,
            time_limit_s=time_limit,
            progress=progress,
        )
    print_selection(found)
    if output:
        write_frame(found.chosen, output)


@app.command()
def phase(
    file: Projects,
    quarters: Annotated[int, typer.Option(help="How many quarters the roadmap has.")],
    budget: Annotated[
        str, typer.Option(help="USD a quarter, or one amount for each quarter separated by ';'.")
    ],
    carry_over: Annotated[bool, typer.Option(help="What a quarter leaves may be spent later.")] = False,
    discount_rate: Annotated[float, typer.Option(help="A year: 0.1 means 10 %.")] = 0.1,
    output: Output = None,
    seed: Seed = 7,
    time_limit: TimeLimit = 10.0,
) -> None:
    """Say in which quarter each project starts; exit code 1 where no roadmap exists."""
    check_output(output)
    projects = read_frame(file, PROJECTS, defaults=PROJECT_DEFAULTS)
    with show_progress() as progress:
        found = phase_projects(
            projects,
            budget_by_quarter=read_budget(budget),
            quarters=quarters,
            carry_over=carry_over,
            discount_rate=discount_rate,
            seed=seed,
            time_limit_s=time_limit,
            progress=progress,
        )
    refuse_conflicts(found)
    print_phasing(found)
    if output:
        write_frame(found.phases, output)


def read_budget(text: str) -> float | list[float]:
    """Read one amount, or one for each quarter."""
    try:
        amounts = [float(part) for part in text.split(";") if part.strip()]
    except ValueError as error:
        raise InputError(f"budget {text!r} is not a number", rule="such as 5e7, or 5e7;4e7;6e7") from error
    if not amounts:
        raise InputError("the budget is empty", rule="such as 5e7, or 5e7;4e7;6e7")
    return amounts[0] if len(amounts) == 1 else amounts


def refuse_conflicts(found: Phasing) -> None:
    """Raise what makes a roadmap impossible."""
    if found.levels[0].outcome.objective is not None:
        return
    if found.conflicts.is_empty():
        raise InputError("no roadmap was found in the time allowed", fix="Maybe raise --time-limit")
    causes = [
        f"{row['code']} ({row['project'] or 'all projects'}: needs {row['needed']:,.6g}, has {row['available']:,.6g})"
        for row in found.conflicts.to_dicts()
    ]
    raise InputError(f"there is no roadmap: {'; '.join(causes[:5])}", fix="Maybe more quarters or budget")


def print_appraisal(project: str, found: Appraisal) -> None:
    """Print one project's figures."""
    rates = ", ".join(f"{rate:.2%}" for rate in found.irr) or "none"
    print(f"{project}: NPV {found.npv_usd:,.0f} USD at {found.discount_rate:.4g}; IRR {rates}")
    bcr = "none" if found.bcr is None else f"{found.bcr:.3f}"
    print(f"  benefit-cost ratio {bcr}; payback {say_periods(found.payback_periods)}", end="")
    print(f", discounted {say_periods(found.discounted_payback_periods)}")
    if found.switch_costs is not None and found.switch_benefits is not None:
        print(
            f"  the NPV is 0 with costs {found.switch_costs:+.1%}, or with benefits {found.switch_benefits:+.1%}"
        )


def say_periods(periods: float | None) -> str:
    """Return a number of periods in words."""
    return "never" if periods is None else f"{periods:.2f} periods"


def print_selection(found: Selection) -> None:
    """Print what was chosen and why the rest was not."""
    print(f"{found.chosen.height} projects for {found.spent_usd:,.0f} of {found.budget_usd:,.0f} USD.")
    print(f"  value: {say_outcome(found.outcome)}")
    for row in found.chosen.to_dicts():
        print(f"  + {row['project']}: cost {row['cost_usd']:,.0f}, value {row['value_usd']:,.0f}")
    for row in found.left_out.to_dicts():
        detail = f" ({row['detail']})" if row["detail"] else ""
        print(f"  - {row['project']}: {row['reason']}{detail}")
    if found.next_project is not None:
        print(f"With {found.next_usd:,.0f} USD more, {found.next_project} would fit besides.")


def print_phasing(found: Phasing) -> None:
    """Print the roadmap and what each project waits for."""
    for level in found.levels:
        print(f"  {level.goal}: {say_outcome(level.outcome)}")
    reasons = found.phases.join(found.reasons, on="project", maintain_order="left")
    for row in reasons.to_dicts():
        detail = f" {row['detail']}" if row["detail"] else ""
        print(f"  Q{row['start_quarter']}–Q{row['end_quarter']}: {row['project']} ({row['reason']}{detail})")
    most = max(found.spending["spent_usd"].to_list(), default=0.0)
    print(f"Most in one quarter: {most:,.0f} USD.")
