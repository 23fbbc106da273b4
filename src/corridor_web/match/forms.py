"""Forms of this app."""

from django import forms
from django.utils.translation import gettext_lazy as _

from corridor.locale import label
from corridor_web.common.language import current_language
from corridor_web.match.models import REFUSALS, Answer
from corridor_web.match.queries import SIDES


def refusal_choices() -> list[tuple[str, str]]:
    """Return why a party may say no, in the reader's language."""
    return [(code, label(code, current_language())) for code, _words in REFUSALS]


class AnswerForm(forms.Form):
    """A side's answer to an introduction; ``side`` only where the reader speaks for both."""

    answer = forms.ChoiceField(choices=Answer.choices)
    side = forms.ChoiceField(choices=[(side, side) for side in SIDES], required=False)
    reason = forms.ChoiceField(label=_("Why not?"), choices=refusal_choices, required=False)
