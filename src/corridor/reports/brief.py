"""The brief: one paper that walks through the five stages for one exporter and importer."""

from corridor.locale import format_date
from corridor.reports.document import Document
from corridor.reports.result import FlowResult
from corridor.reports.sections.areas import in_which_areas
from corridor.reports.sections.deliver import promise_to_result
from corridor.reports.sections.find import answer, where_it_pays
from corridor.reports.sections.match import who_could_do_it
from corridor.reports.sections.meet import visit_schedule
from corridor.reports.sections.plan import roadmap
from corridor.reports.sections.sources import provenance, sources_and_coverage
from corridor.reports.sections.target import gap_to_target
from corridor.reports.sections.voice import Voice
from corridor.reports.sentences import source_line


def build_brief(result: FlowResult, language: str) -> Document:
    """Return the paper in one language.

    Raises
    ------
    InputError: the language is not available.
    """
    voice = Voice(language)
    t, analysis = voice.catalogue, result.analysis
    names = {"exporter": voice.economy(analysis.exporter), "importer": voice.economy(analysis.importer)}
    day = format_date(result.as_of, language)
    return Document(
        language=language,
        title=t.gettext("%(exporter)s and %(importer)s: where cooperation pays") % names,
        subtitle=t.gettext("A brief of %(day)s, on trade data of %(year)s")
        % {"day": day, "year": analysis.year},
        running=t.gettext("%(exporter)s and %(importer)s: where cooperation pays") % names,
        source=source_line(analysis, language),
        day=result.as_of,
        blocks=(
            *answer(result, language),
            *in_which_areas(result, language),
            *where_it_pays(result, language),
            *sources_and_coverage(result, language),
            *who_could_do_it(result, language),
            *visit_schedule(result, language),
            *roadmap(result, language),
            *gap_to_target(result, language),
            *promise_to_result(result, language),
            *provenance(result, language),
        ),
        words={"illustrative": t.gettext("illustrative")},
    )
