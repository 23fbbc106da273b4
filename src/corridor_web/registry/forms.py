"""Forms of this app: they parse and check what people type; ``domain.py`` writes."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from corridor import vocabulary
from corridor.locale import label
from corridor_web.common.language import current_language
from corridor_web.registry.models import Listing, Organisation

#: Languages by their own names: a reader looks for one's own.
LANGUAGE_NAMES: Final = (("en", "English"), ("zh-Hans", "简体中文"), ("ur", "اردو"))
HS_CODE: Final = re.compile(r"\d{2}(\d{2}){0,2}")


def _in_words(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, label(code, current_language())) for code in codes]


def field_choices() -> list[tuple[str, str]]:
    """Return sectors and fields in the reader's language."""
    return _in_words(vocabulary.FIELDS)


def side_choices() -> list[tuple[str, str]]:
    """Return offer and need in the reader's language."""
    return _in_words(vocabulary.LISTING_SIDES)


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of listing in the reader's language."""
    return _in_words(vocabulary.LISTING_KINDS)


def organisation_kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of organisation in the reader's language."""
    return _in_words(vocabulary.ORGANISATION_KINDS)


def _named_as_stored(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Rename ``field_codes`` (a form's own ``fields`` are something else)."""
    return {("fields" if name == "field_codes" else name): value for name, value in cleaned.items()}


class ListingForm(forms.Form):
    """An offer or a need."""

    side = forms.ChoiceField(label=_("Offer or need"), choices=side_choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("Kind"), choices=kind_choices)
    language = forms.ChoiceField(
        label=_("Language of the text"),
        choices=LANGUAGE_NAMES,
        help_text=_("Write in the language you write best: matching works across languages."),
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("One line: what it is and what it is for."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_("Say what exists or is missing, how far it is, for whom, and on what terms."),
    )
    field_codes = forms.MultipleChoiceField(
        label=_("Sectors and fields"), choices=field_choices, widget=forms.CheckboxSelectMultiple
    )
    products = forms.CharField(
        label=_("HS codes"),
        required=False,
        max_length=200,
        help_text=_("Two, four or six digits each, separated by commas. Leave empty where there is none."),
    )
    visibility = forms.ChoiceField(
        label=_("Who sees it once it is published"),
        choices=Listing.Visibility.choices,
        widget=forms.RadioSelect,
    )

    def clean_products(self) -> list[str]:
        """Return the codes as a list."""
        codes = [code for code in re.split(r"[\s,;،，、]+", self.cleaned_data["products"]) if code]
        wrong = [code for code in codes if not HS_CODE.fullmatch(code)]
        if wrong:
            raise forms.ValidationError(
                _("“%(code)s” is not an HS code: it has two, four or six digits, such as 8517."),
                params={"code": wrong[0]},
            )
        return list(dict.fromkeys(codes))

    @staticmethod
    def initial_of(listing: Listing) -> dict[str, Any]:
        """Return what the form shows for a stored listing."""
        names = ("side", "kind", "language", "title", "text", "visibility")
        shown = {name: getattr(listing, name) for name in names}
        return shown | {"field_codes": listing.fields, "products": ", ".join(listing.products)}

    @property
    def values(self) -> dict[str, Any]:
        """The listing's values."""
        return _named_as_stored(self.cleaned_data)


class OrganisationForm(forms.Form):
    """The facts of an organisation that its members keep up to date."""

    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    name_zh = forms.CharField(
        label=_("Name in Chinese"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"lang": "zh-Hans"}),
    )
    name_ur = forms.CharField(
        label=_("Name in Urdu"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"lang": "ur", "dir": "rtl"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=organisation_kind_choices)
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    summary = forms.CharField(
        label=_("What it does"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    field_codes = forms.MultipleChoiceField(
        label=_("Sectors and fields"),
        choices=field_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    @staticmethod
    def initial_of(organisation: Organisation) -> dict[str, Any]:
        """Return what the form shows for a stored organisation."""
        names = ("name_en", "name_zh", "name_ur", "kind", "city", "website", "summary")
        return {name: getattr(organisation, name) for name in names} | {"field_codes": organisation.fields}

    @property
    def values(self) -> dict[str, Any]:
        """The organisation's values."""
        return _named_as_stored(self.cleaned_data)


class RemarkForm(forms.Form):
    """The desk's word to an organisation whose page goes back."""

    remark = forms.CharField(
        label=_("What should be mended?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
