"""Who could do it: offers and needs that fit, each pair with its reasons."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from corridor.reports.document import Block, Column, Heading, Inline, Paragraph, Row, Span, Table, inline
from corridor.reports.result import FlowResult, MatchPart
from corridor.reports.sections.sources import section_names
from corridor.reports.sections.voice import Voice
from corridor.reports.sentences import match_sentence

SHOWN: Final = 10
REASONS_SHOWN: Final = 3


def who_could_do_it(result: FlowResult, language: str) -> list[Block]:
    """Return the section of the stage match; empty where there is nothing to show."""
    voice = Voice(language)
    blocks = [*_matches(result.match, voice), *_references(result.references, voice)]
    return [Heading(section_names(voice.catalogue)["match"], "match"), *blocks] if blocks else []


def _matches(part: MatchPart | None, voice: Voice) -> list[Block]:
    if part is None:
        return []
    return [
        Paragraph(inline(_say_counts(part, voice)), illustrative=bool(part.listings["illustrative"].any())),
        _tabulate(part, voice),
        Paragraph(inline(_say_outcome(part, voice)), "note"),
    ]


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


def _say_counts(part: MatchPart, voice: Voice) -> str:
    t, chosen = voice.catalogue, part.introductions
    return t.gettext(
        "%(offers)s offers and %(needs)s needs of %(organisations)s organisations give %(matches)s pairs that suit "
        "both sides. %(chosen)s introductions between organisations are proposed; they reach %(reached)s of the "
        "%(reachable)s organisations that have a match."
    ) % {
        "offers": voice.number(part.listings.filter(pl.col("side") == "offer").height),
        "needs": voice.number(part.listings.filter(pl.col("side") == "need").height),
        "organisations": voice.number(part.organisations.height),
        "matches": voice.number(part.matches.height),
        "chosen": voice.number(chosen.introductions.height),
        "reached": voice.number(chosen.reached),
        "reachable": voice.number(chosen.reachable),
    }


def _say_outcome(part: MatchPart, voice: Voice) -> str:
    t = voice.catalogue
    return voice.sentences(
        t.gettext(
            "Introductions are chosen together, so that nobody receives more than they can answer and as many as "
            "possible get one."
        ),
        voice.outcome(part.introductions.outcome),
    )


def _tabulate(part: MatchPart, voice: Voice) -> Table:
    t = voice.catalogue
    listings = {row["listing"]: row for row in part.listings.to_dicts()}
    organisations = {row["organisation"]: row for row in part.organisations.to_dicts()}
    chosen = part.introductions.introductions.select("offer", "need")
    rows = part.matches.join(chosen, on=["offer", "need"], how="semi", maintain_order="left").head(SHOWN)

    def describe(row: dict[str, Any]) -> Row:
        offer, need = listings[row["offer"]], listings[row["need"]]
        return Row(
            (
                _describe_listing(offer, organisations, voice),
                _describe_listing(need, organisations, voice),
                inline(voice.percent(row["score"])),
                inline(
                    voice.sentences(
                        *(match_sentence(reason, voice.language) for reason in row["reasons"][:REASONS_SHOWN])
                    )
                ),
            ),
            illustrative=offer["illustrative"] or need["illustrative"],
        )

    return Table(
        caption=t.gettext("The %(count)s introductions with the best fit") % {"count": rows.height},
        columns=(
            Column(t.gettext("Offers"), 2.4),
            Column(t.gettext("Needs"), 2.4),
            Column(t.gettext("Fit"), 0.6, "end"),
            Column(t.gettext("Why"), 3.0),
        ),
        rows=tuple(map(describe, rows.to_dicts())),
        source=t.gettext("Fit is two-sided: how well the offer answers the need, and the partner the offer."),
    )


def _describe_listing(
    listing: Mapping[str, Any], organisations: Mapping[str, Mapping[str, Any]], voice: Voice
) -> Inline:
    language = None if listing["language"] == voice.language else listing["language"]
    owner = voice.name(organisations[listing["organisation"]])
    return (Span(owner.text, owner.language, strong=True), Span(": "), Span(listing["title"], language))
