"""Who could do it: offers and needs that fit, each pair with its reasons."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from corridor.locale.labels import LABELS, label
from corridor.reports.document import Block, Column, Heading, Inline, Paragraph, Row, Span, Table, inline
from corridor.reports.result import FlowResult, MatchPart
from corridor.reports.sections.sources import section_names
from corridor.reports.sections.voice import Voice

SHOWN: Final = 12
REASONS_SHOWN: Final = 3


def who_could_do_it(result: FlowResult, language: str) -> list[Block]:
    """Return the section of the stage match; empty where there is nothing to show."""
    voice = Voice(language)
    blocks = [*_matches(result.match, voice), *_references(result.references, voice)]
    return [Heading(section_names(voice.catalogue)["match"], "match"), *blocks] if blocks else []


def _matches(part: MatchPart | None, voice: Voice) -> list[Block]:
    if part is None:
        return []
    chosen = part.matches if part.introductions is None else part.introductions
    blocks: list[Block] = [
        Paragraph(inline(_say_counts(part, chosen, voice))),
        _tabulate(part, chosen, voice),
    ]
    if part.outcome is not None:
        blocks.append(Paragraph(inline(voice.outcome(part.outcome)), "note"))
    return blocks


def _references(references: pl.DataFrame, voice: Voice) -> list[Block]:
    if references.is_empty():
        return []
    t = voice.catalogue

    def describe(row: dict[str, Any]) -> Row:
        note = f" ({row['note']})" if row["note"] else ""
        return Row(
            (
                inline(voice.name(row)),
                inline(voice.english(row["name"])),
                inline(voice.english(f"{row['delivered']}{note}")),
                inline(voice.english(row["source"])),
            ),
            illustrative=row["illustrative"],
        )

    return [
        Table(
            caption=t.gettext("Published reference projects between the two economies"),
            columns=(
                Column(t.gettext("Organisation"), 1.4),
                Column(t.gettext("Project"), 1.8),
                Column(t.gettext("What was delivered"), 3.4),
                Column(t.gettext("Source"), 1.4),
            ),
            rows=tuple(map(describe, references.to_dicts())),
        )
    ]


def _say_counts(part: MatchPart, chosen: pl.DataFrame, voice: Voice) -> str:
    t = voice.catalogue
    words = {
        "offers": voice.number(part.listings.filter(pl.col("side") == "offer").height),
        "needs": voice.number(part.listings.filter(pl.col("side") == "need").height),
        "organisations": voice.number(part.organisations.height),
        "matches": voice.number(part.matches.height),
        "chosen": voice.number(chosen.height),
    }
    first = (
        t.gettext(
            "%(offers)s offers and %(needs)s needs of %(organisations)s organisations give %(matches)s pairs that "
            "suit both sides."
        )
        % words
    )
    if part.introductions is None:
        return first
    second = (
        t.gettext(
            "%(chosen)s of them are proposed as introductions, so that nobody receives more than they can answer."
        )
        % words
    )
    return voice.sentences(first, second)


def _tabulate(part: MatchPart, chosen: pl.DataFrame, voice: Voice) -> Table:
    t = voice.catalogue
    listings = {row["listing"]: row for row in part.listings.to_dicts()}
    organisations = {row["organisation"]: row for row in part.organisations.to_dicts()}
    rows = chosen.sort("score", "offer", "need", descending=[True, False, False]).head(SHOWN).to_dicts()

    def describe(row: dict[str, Any]) -> Row:
        offer, need = listings[row["offer"]], listings[row["need"]]
        return Row(
            (
                _describe_listing(offer, organisations, voice),
                _describe_listing(need, organisations, voice),
                inline(voice.percent(row["score"])),
                inline(
                    voice.join(_describe_reason(reason, voice) for reason in row["reasons"][:REASONS_SHOWN])
                ),
            ),
            illustrative=offer["illustrative"] or need["illustrative"],
        )

    return Table(
        caption=t.gettext("The %(count)s best pairs") % {"count": len(rows)},
        columns=(
            Column(t.gettext("Offers"), 2.6),
            Column(t.gettext("Needs"), 2.6),
            Column(t.gettext("Fit"), 0.6, "end"),
            Column(t.gettext("Why"), 2.4),
        ),
        rows=tuple(map(describe, rows)),
        source=t.gettext("Fit is two-sided: how well the offer answers the need, and the partner the offer."),
    )


def _describe_listing(
    listing: Mapping[str, Any], organisations: Mapping[str, Mapping[str, Any]], voice: Voice
) -> Inline:
    language = None if listing["language"] == voice.language else listing["language"]
    owner = voice.name(organisations[listing["organisation"]])
    return (Span(owner.text, owner.language, strong=True), Span(": "), Span(listing["title"], language))


def _describe_reason(reason: Mapping[str, Any], voice: Voice) -> str:
    name = label(reason["code"], voice.language) if reason["code"] in LABELS else reason["code"]
    value = reason["value"]
    if value in LABELS:
        value = label(value, voice.language)
    return f"{name}: {value}" if value else name
