"""Sources and coverage, and provenance: what the figures rest on and leave out."""

from corridor.locale import Translator, format_date
from corridor.reports.document import Block, Column, Heading, Paragraph, Row, Table, inline
from corridor.reports.result import FlowResult
from corridor.reports.sections.voice import Voice
from corridor.reports.sentences import coverage_sentences, source_line


def sources_and_coverage(result: FlowResult, language: str) -> list[Block]:
    """Return the section that says what the data hold and lack; it names the missing importers."""
    voice = Voice(language)
    t, analysis = voice.catalogue, result.analysis
    sentences = list(coverage_sentences(analysis, language))
    if analysis.coverage.imputed_import_share:
        sentences.append(
            t.gettext(
                "%(share)s of the imports of %(importer)s come from economies whose own imports are unknown; the trade "
                "balance of their products is imputed."
            )
            % {
                "share": voice.share(analysis.coverage.imputed_import_share),
                "importer": voice.economy(analysis.importer),
            }
        )
    blocks: list[Block] = [
        Heading(t.gettext("Sources and coverage"), "sources"),
        Paragraph(inline(source_line(analysis, language))),
        Paragraph(inline(voice.sentences(*sentences)), "note"),
    ]
    if result.left_out:
        blocks.append(_say_left_out(result, voice))
    elif _illustrative_parts(result):
        blocks.append(
            Paragraph(
                inline(
                    t.gettext(
                        "Rows marked “illustrative” were generated to show how the paper reads; no organisation, "
                        "meeting, project or agreement in them is real."
                    )
                ),
                "note",
            )
        )
    return blocks


def _say_left_out(result: FlowResult, voice: Voice) -> Paragraph:
    t = voice.catalogue
    names = {
        "match": t.gettext("offers and needs"),
        "meet": t.gettext("a visit"),
        "plan": t.gettext("projects"),
        "deliver": t.gettext("engagements"),
    }
    return Paragraph(
        inline(
            t.gettext("Left out, because there are no real records of them: %(parts)s.")
            % {"parts": voice.join(names[code] for code in result.left_out)}
        ),
        "note",
    )


def _illustrative_parts(result: FlowResult) -> bool:
    return any(part is not None for part in (result.match, result.meet, result.plan, result.deliver))


def section_names(t: Translator) -> dict[str, str]:
    """Return the headings of the sections that need records, by stage."""
    return {
        "match": t.gettext("Who could do it"),
        "meet": t.gettext("A visit’s schedule"),
        "plan": t.gettext("A roadmap"),
        "deliver": t.gettext("From promise to result"),
    }


def provenance(result: FlowResult, language: str) -> list[Block]:
    """Return the last section: dataset, version, parameters, date."""
    voice = Voice(language)
    t, analysis = voice.catalogue, result.analysis
    facts = [
        (t.gettext("Data"), analysis.source.title),
        (t.gettext("Publisher"), analysis.source.publisher),
        (t.gettext("Licence"), analysis.source.licence),
        (t.gettext("Note"), analysis.source.note.replace(".; ", "; ")),
        (t.gettext("Year"), str(analysis.year)),
        (
            t.gettext("Figures"),
            t.gettext("stored run carried by Corridor")
            if analysis.stored
            else t.gettext("computed for this paper"),
        ),
        (t.gettext("Corridor version"), result.version),
        (t.gettext("Date of this paper"), format_date(result.as_of, language)),
        (t.gettext("Parameters"), ", ".join(f"{name}={value}" for name, value in result.parameters.items())),
    ]
    english = {t.gettext(name) for name in ("Data", "Publisher", "Licence", "Note", "Parameters")}
    return [
        Heading(t.gettext("Provenance"), "provenance"),
        Table(
            caption="",
            columns=(Column(t.gettext("What"), 1.0), Column(t.gettext("Value"), 3.2)),
            rows=tuple(
                Row((inline(name), inline(voice.english(value) if name in english else value)))
                for name, value in facts
                if value
            ),
            whole=True,
        ),
    ]
