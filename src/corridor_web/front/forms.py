"""Forms of this app."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from corridor.reports.render import FORMATS
from corridor_web.common.templatetags.corridor import lang_tag


class BriefForm(forms.Form):
    """What a brief rests on, its language and its formats."""

    figures = forms.ChoiceField(label=_("Figures"))
    language = forms.ChoiceField(
        label=_("Language"), choices=[(lang_tag(code), name) for code, name in settings.LANGUAGES]
    )
    formats = forms.MultipleChoiceField(
        label=_("Formats"),
        choices=[(name, name.upper()) for name in FORMATS],
        initial=list(FORMATS),
        widget=forms.CheckboxSelectMultiple,
    )
    real_only = forms.BooleanField(
        label=_("Real records only"),
        required=False,
        help_text=_("Leaves out every section that would rest on illustrative records."),
    )

    def __init__(self, *args: Any, figures: Sequence[tuple[str, str]], language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        offered: Any = self.fields["figures"]
        offered.choices = figures
        self.initial = {**self.initial, "language": language, "real_only": not settings.DEMO}
