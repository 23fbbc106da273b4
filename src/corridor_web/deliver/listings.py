"""The tables of this app: what a page shows of each engagement, and what a download holds."""

from datetime import date
from typing import Any, Final

import polars as pl
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corridor import locale
from corridor.data.facts import load_facts
from corridor_web.common.downloads import FORMATS
from corridor_web.common.language import current_language
from corridor_web.common.listing import Column, Listing
from corridor_web.deliver.models import ImportBatch
from corridor_web.deliver.queries import ImportPlan, PlannedRow, days_silent, for_list
from corridor_web.registry.models import Engagement

SEARCHED = ("title", "first_party", "second_party")


def list_board(request: HttpRequest, engagements: QuerySet[Engagement], source: str) -> Listing:
    """Return the board's table: what the two desks and the parties follow up."""
    names = "title illustrative stage as_of silent parties field owner next amount state"
    record = (
        "key title first_party second_party field stage as_of silent owner action due"
        " amount_value currency amount_kind certainty evidence state illustrative source"
    )
    return _build(request, engagements, names, record, "engagements", source, "deliver:engagement")


def list_public(request: HttpRequest, engagements: QuerySet[Engagement], source: str) -> Listing:
    """Return the public table; real engagements come first unless the reader sorts otherwise."""
    names = "title illustrative stage as_of silent parties field amount certainty evidence"
    record = (
        "key title first_party second_party field stage as_of silent"
        " amount_value currency amount_kind certainty evidence illustrative source"
    )
    ordered = engagements.order_by("illustrative", "-as_of", "pk")
    return _build(request, ordered, names, record, "public-engagements", source, "deliver:public_engagement")


#: Published pairs of numbers of which the second did not come out of the first: no share is shown.
NO_SHARE: Final = ("leather-2024-meetings", "investment-2025")


def list_comparison(request: HttpRequest) -> Listing:
    """Return what came of announcements elsewhere, as published; each row defines its own steps."""
    if request.GET.get("format") in FORMATS:
        names = [
            "record",
            "subject",
            "year",
            "from_step",
            "from_value",
            "to_step",
            "to_value",
            "unit",
            "share",
            "source",
            "note",
        ]
        columns = [Column(name, name) for name in names]
    else:
        columns = [
            Column("subject", _("What was counted"), lang="en"),
            Column("year", _("Year"), value=lambda row: row["year"] or None),
            Column("before", _("Of these"), lang="en", value=lambda row: _count("from", row)),
            Column("after", _("this many"), lang="en", value=lambda row: _count("to", row)),
            Column("share", _("Share"), "share"),
            Column("source", _("Source"), lang="en"),
            Column("note", _("Note"), lang="en", secondary=True),
        ]
    share = pl.when(pl.col("record").is_in(NO_SHARE)).then(None).otherwise(pl.col("share"))
    return Listing(
        request,
        load_facts().conversions.with_columns(share=share),
        columns,
        title="published-conversions",
        prefix="published_",
        page_size=50,
        source=gettext("Source: the publications named in each row; the definitions differ."),
    )


def _count(side: str, row: dict[str, Any]) -> str:
    """Return a number with what it counts, in English as the facts are."""
    value, step, unit = row[f"{side}_value"], row[f"{side}_step"], row["unit"]
    if unit == "USD":
        return f"{locale.format_compact_usd(value, 'en')} {step}"
    number = locale.format_decimal(value, "en", digits=0 if value == int(value) else 1)
    return f"{number} % {step}" if unit.startswith("%") else f"{number} {step}"


def list_batch_rows(request: HttpRequest, plan: ImportPlan) -> Listing:
    """Return what each row of an upload would create."""

    def link(row: dict[str, Any]) -> str | None:
        return (
            reverse("deliver:engagement", args=[row["same_engagement"]]) if row["same_engagement"] else None
        )

    columns = [
        Column("row", _("Row"), "number"),
        Column("outcome", _("What happens"), link=link),
        Column("title", _("Engagement"), "name"),
        Column("first_party", _("First party"), "name"),
        Column("second_party", _("Second party"), "name"),
        Column("member_parties", _("Members here"), "name", secondary=True),
        Column("field", _("Field"), "label", secondary=True),
        Column("stage", _("Stage"), "label"),
        Column("date", _("As of"), "date"),
        Column("amount", _("Amount"), "number", order=""),
        Column("currency", _("Currency")),
        Column("certainty", _("Certainty"), "label", secondary=True),
        Column("evidence", _("Evidence"), "name", secondary=True),
    ]
    return Listing(
        request,
        _describe_plan(plan),
        columns,
        title="import-rows",
        search=("title", "first_party", "second_party"),
        default_sort="row",
    )


def _describe_plan(plan: ImportPlan) -> pl.DataFrame:
    names = (
        "row",
        "title",
        "first_party",
        "second_party",
        "field",
        "stage",
        "amount",
        "currency",
        "certainty",
    )
    schema = dict.fromkeys(names, pl.String) | {
        "row": pl.Int64,
        "amount": pl.Float64,
        "date": pl.Date,
        "evidence": pl.String,
        "outcome": pl.String,
        "member_parties": pl.String,
        "same_engagement": pl.String,
    }
    rows = [
        {name: row.values[name] for name in (*names, "evidence")}
        | {
            "date": date.fromisoformat(row.values["date"]),
            "outcome": _describe_outcome(row),
            "member_parties": _name_members(row),
            "same_engagement": row.same_engagement,
        }
        for row in plan.rows
    ]
    return pl.DataFrame(rows, schema=schema)


def _describe_outcome(row: PlannedRow) -> str:
    if row.same_engagement:
        return gettext("left out: it is here already")
    if row.same_row is not None:
        return gettext("left out: the same as row %(row)d") % {"row": row.same_row}
    return gettext("a new draft")


def _name_members(row: PlannedRow) -> str | None:
    language = current_language()
    members = [party for party in (row.first_organisation, row.second_organisation) if party]
    return "; ".join(party.name_in(language) for party in members) or None


def list_batch_problems(request: HttpRequest, batch: ImportBatch) -> Listing:
    """Return every bad cell of an upload: row, column, value and the rule it breaks."""
    columns = [
        Column("row", _("Row"), "number"),
        Column("column", _("Column")),
        Column("value", _("Value"), "name"),
        Column("rule", _("Rule")),
    ]
    schema = {"row": pl.Int64, "column": pl.String, "value": pl.String, "rule": pl.String}
    return Listing(
        request,
        pl.DataFrame(batch.problems, schema=schema),
        columns,
        title="import-problems",
        prefix="problem_",
        default_sort="row",
    )


def _build(
    request: HttpRequest,
    engagements: QuerySet[Engagement],
    shown: str,
    recorded: str,
    title: str,
    source: str,
    page: str,
) -> Listing:
    columns = _make_columns(page)
    downloading = request.GET.get("format") in FORMATS
    return Listing(
        request,
        for_list(engagements),
        [columns[name] for name in (recorded if downloading else shown).split()],
        title=title,
        search=SEARCHED,
        source=source,
        empty=_("No engagement fits."),
    )


def _make_columns(page: str) -> dict[str, Column]:
    def link(engagement: Engagement) -> str:
        return reverse(page, args=[engagement.key])

    return {
        "key": Column("key", "key"),
        "title": Column("title", _("Engagement"), "name", link=link),
        "illustrative": Column("illustrative", _("Record"), "flag"),
        "first_party": Column("first_party", _("First party"), "name"),
        "second_party": Column("second_party", _("Second party"), "name"),
        "parties": Column("parties", _("Parties"), "name", value=_name_parties, order="first_party"),
        "field": Column("field", _("Field"), "label", secondary=True),
        "stage": Column("stage", _("Stage"), "label", order=""),
        "as_of": Column("as_of", _("As of"), "date"),
        "silent": Column(
            "days_silent",
            _("Days silent"),
            "number",
            value=days_silent,
            hint=_("Days since the latest step; an engagement that ended is not silent"),
        ),
        "owner": Column(
            "owner", _("Owner"), "name", value=_name_owner, order="owner__display_name", secondary=True
        ),
        "action": Column("next_action", "next_action"),
        "due": Column("next_date", "next_date"),
        "next": Column(
            "next",
            _("Next action"),
            "name",
            value=_describe_next,
            order="next_date",
            secondary=True,
        ),
        "amount": Column("amount", _("Amount"), value=_format_amount),
        "amount_value": Column("amount", "amount", value=_read_amount),
        "currency": Column("currency", "currency"),
        "amount_kind": Column("amount_kind", "amount_kind"),
        "certainty": Column("certainty", _("Certainty"), "label", secondary=True),
        "evidence": Column("evidence_count", _("Evidence"), "number"),
        "state": Column("state", _("State"), value=_name_state, order="state", secondary=True),
        "source": Column("source", "source"),
    }


def _name_parties(engagement: Engagement) -> str:
    """Return both parties; each is isolated, so that names of either direction keep their place."""
    first, second = engagement.first_party, engagement.second_party
    return f"\u2068{first}\u2069 ⇄ \u2068{second}\u2069"


def _describe_next(engagement: Engagement) -> str | None:
    if engagement.next_date is None:
        return engagement.next_action or None
    due = locale.format_date(engagement.next_date, current_language()).replace(" ", "\u00a0")
    return f"{engagement.next_action} ({due})"


def _name_owner(engagement: Engagement) -> str | None:
    return str(engagement.owner) if engagement.owner else None


def _read_amount(engagement: Engagement) -> float | None:
    return None if engagement.amount is None else float(engagement.amount)


def _format_amount(engagement: Engagement) -> str | None:
    if engagement.amount is None:
        return None
    return locale.format_money(float(engagement.amount), engagement.currency or "USD", current_language())


def _name_state(engagement: Engagement) -> Any:
    return engagement.get_state_display()
