"""Writes of this app: each refuses first and then changes everything or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from corridor.errors import InputError
from corridor.locale.catalogue import gettext_noop
from corridor.plan.phase import Phasing, phase_projects
from corridor.plan.select import Selection, select_projects
from corridor_web.accounts.models import User
from corridor_web.common.templatetags.corridor import number, usd
from corridor_web.plan.models import Phase, Programme, Project, Roadmap, State
from corridor_web.plan.queries import runs_plans, tabulate_projects
from corridor_web.registry.queries import Reader

TIME_LIMIT_S: Final = 10.0
SEED: Final = 7
QUARTERS: Final = 24
QUARTERS_OF_BUDGET: Final = 12


@dataclass(frozen=True)
class Limits:
    """What a roadmap has to keep to; money in USD."""

    budget_usd: float
    budget_by_quarter_usd: float
    quarters: int
    first_quarter: date


def suggest_limits(programme: Programme) -> Limits:
    """Suggest what a desk may start from: the programme's budget over three years, in six years.

    Where a single project costs more than a quarter brings, the quarters bring as much as it costs.
    """
    costs = list(programme.projects.values_list("cost_usd", flat=True))
    budget = programme.budget_usd or sum(costs) / 2
    affordable = [cost for cost in costs if cost <= budget]
    return Limits(
        budget_usd=budget,
        budget_by_quarter_usd=max([budget / QUARTERS_OF_BUDGET, *(cost / 4 for cost in affordable)]),
        quarters=QUARTERS,
        first_quarter=date(timezone.localdate().year + 1, 1, 1),
    )


def draw_roadmap(
    programme: Programme,
    limits: Limits,
    user: User | None,
    *,
    progress: Callable[[float, str], None] | None = None,
) -> Roadmap:
    """Choose projects within the budget, phase them, and store the roadmap unpublished.

    Raises
    ------
    InputError: the programme has no projects, or nothing fits the limits.
    """
    projects = tabulate_projects(programme)
    if projects.is_empty():
        raise InputError(_("the programme has no projects"), rule=_("a roadmap needs at least one project"))
    if progress:
        progress(0.1, gettext_noop("Selecting projects"))
    selection = select_projects(projects, limits.budget_usd, seed=SEED, time_limit_s=TIME_LIMIT_S)
    chosen = selection.chosen
    if chosen.is_empty():
        raise InputError(
            _("no project with a positive value fits a budget of %(budget)s")
            % {"budget": usd(limits.budget_usd)},
            fix=_("Maybe raise the budget"),
        )
    if progress:
        progress(0.5, gettext_noop("Phasing projects"))
    phasing = phase_projects(
        chosen,
        budget_by_quarter=limits.budget_by_quarter_usd,
        quarters=limits.quarters,
        carry_over=True,
        discount_rate=programme.discount_rate,
        seed=SEED,
        time_limit_s=TIME_LIMIT_S,
    )
    if phasing.phases.is_empty():
        raise InputError(
            _("the %(projects)s chosen projects do not fit %(quarters)s quarters of %(budget)s")
            % {
                "projects": number(chosen.height),
                "quarters": number(limits.quarters),
                "budget": usd(limits.budget_by_quarter_usd),
            },
            fix=_("Maybe allow more quarters or more money in one quarter"),
        )
    if progress:
        progress(0.9, gettext_noop("Storing the roadmap"))
    return _store_roadmap(programme, limits, user, selection, phasing)


@transaction.atomic
def _store_roadmap(
    programme: Programme, limits: Limits, user: User | None, selection: Selection, phasing: Phasing
) -> Roadmap:
    roadmap = Roadmap.objects.create(
        programme=programme,
        created_by=user,
        budget_usd=limits.budget_usd,
        budget_by_quarter_usd=limits.budget_by_quarter_usd,
        quarters=limits.quarters,
        first_quarter=limits.first_quarter,
        selection=selection.outcome.to_record(),
        phasing=phasing.outcome.to_record(),
        left_out=[[row["project"], row["reason"]] for row in selection.left_out.to_dicts()],
    )
    keys = dict(Project.objects.filter(programme=programme).values_list("key", "pk"))
    Phase.objects.bulk_create(
        Phase(
            roadmap=roadmap,
            project_id=keys[row["project"]],
            start_quarter=row["start_quarter"],
            end_quarter=row["end_quarter"],
            cost_usd=row["cost_usd"],
        )
        for row in phasing.phases.to_dicts()
    )
    return roadmap


@transaction.atomic
def publish_roadmap(roadmap: Roadmap, user: Reader | None) -> None:
    """Show a roadmap to everyone in the place of the one published before.

    Raises
    ------
    PermissionDenied: ``user`` serves no desk (None is the site itself, as for seeds).
    """
    if user is not None and not runs_plans(user):
        raise PermissionDenied
    others = Roadmap.objects.select_for_update().filter(
        programme=roadmap.programme, published_at__isnull=False
    )
    others.exclude(pk=roadmap.pk).update(published_at=None)
    roadmap.published_at = timezone.now()
    roadmap.save(update_fields=["published_at"])
    Programme.objects.filter(pk=roadmap.programme_id).update(state=State.PUBLISHED)


def read_limits(payload: dict[str, Any]) -> Limits:
    """Return the limits that a job's payload holds."""
    return Limits(
        budget_usd=float(payload["budget_usd"]),
        budget_by_quarter_usd=float(payload["budget_by_quarter_usd"]),
        quarters=int(payload["quarters"]),
        first_quarter=date.fromisoformat(payload["first_quarter"]),
    )
