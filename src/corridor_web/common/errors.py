"""An error of the library, said in the language of the page."""

from django.utils.translation import gettext as _

from corridor.errors import CorridorError


def describe_error(error: CorridorError) -> str:
    """Return problem, rule and fix, a sentence each; the library words them in the reader's language."""
    sentences = [_("%(clause)s.") % {"clause": error.problem.rstrip(".")}]
    if error.rule:
        sentences.append(_("Rule: %(clause)s.") % {"clause": error.rule.rstrip(".")})
    if error.fix:
        sentences.append(_("%(clause)s.") % {"clause": error.fix.rstrip(".")})
    return " ".join(sentences)
