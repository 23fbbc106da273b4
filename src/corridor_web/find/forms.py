"""Forms of this app."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from corridor.data.manifest import Manifest
from corridor.find.area_scores import NORMALISATIONS, AreaOptions
from corridor.find.areas import EQUAL_WEIGHTS
from corridor.locale.labels import LABELS
from corridor.vocabulary import AREA_CRITERIA

LARGEST_WEIGHT = 1000
_CODE = RegexValidator(r"^[A-Z0-9]{3}\Z", _("An economy has a code of three letters, such as PAK."))


class EconomyField(forms.CharField):
    """A code of three letters; small letters are taken too."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"dir": "ltr", "size": 4, "autocapitalize": "characters"})
        super().__init__(max_length=3, validators=[_CODE], widget=widget, **options)

    def to_python(self, value: object) -> str:
        """Return the code in capitals."""
        return str(super().to_python(value) or "").upper()


class RunForm(forms.Form):
    """From which dataset, for which pair and year."""

    dataset = forms.ChoiceField(label=_("Dataset"))
    exporter = EconomyField(label=_("Exporter"), help_text=_("Code of who sells, such as PAK."))
    importer = EconomyField(label=_("Importer"), help_text=_("Code of who buys, such as CHN."))
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=1900,
        max_value=2100,
        help_text=_("Left empty: the latest year of the dataset."),
    )

    def __init__(self, *args: Any, datasets: Sequence[Manifest], **options: Any) -> None:
        super().__init__(*args, **options)
        self.datasets = {manifest.name: manifest for manifest in datasets}
        chosen: Any = self.fields["dataset"]
        chosen.choices = [(name, name) for name in self.datasets]

    def clean(self) -> dict[str, Any]:
        """Refuse one economy twice and a year that the dataset does not have."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("exporter") and data.get("exporter") == data.get("importer"):
            self.add_error("importer", _("A pair has two different economies."))
        manifest = self.datasets.get(data.get("dataset", ""))
        years = manifest.coverage.years if manifest and manifest.coverage else ()
        if data.get("year") and years and data["year"] not in years:
            error = _("The dataset has the years %(years)s.") % {"years": ", ".join(map(str, years))}
            self.add_error("year", error)
        return data


class AreaForm(forms.Form):
    """Weights of the criteria, the scale, and which imported indicators count."""

    strength = forms.FloatField(label=_(LABELS["criterion_strength"]))
    need = forms.FloatField(label=_(LABELS["criterion_need"]))
    effect = forms.FloatField(label=_(LABELS["criterion_effect"]))
    readiness = forms.FloatField(label=_(LABELS["criterion_readiness"]))
    scale = forms.ChoiceField(
        label=_("Scale"),
        required=False,
        choices=[(name, _(LABELS[f"scale_{name}"])) for name in NORMALISATIONS],
    )
    evidence = forms.MultipleChoiceField(
        label=_("Imported indicators"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, given: QueryDict, *, datasets: Sequence[str], **options: Any) -> None:
        defaults: dict[str, Any] = {**dict.fromkeys(AREA_CRITERIA, 1), "scale": NORMALISATIONS[0]}
        asked = given.copy()
        for name, value in defaults.items():
            asked.setdefault(name, str(value))
        # a form that was sent carries its weights: no box ticked then means none
        if not any(name in given for name in AREA_CRITERIA):
            asked.setlist("evidence", given.getlist("evidence") or list(datasets))
        super().__init__(asked, **options)
        for name in AREA_CRITERIA:
            weight: Any = self.fields[name]
            weight.min_value, weight.max_value, weight.required = 0, LARGEST_WEIGHT, False
            weight.validators += [MinValueValidator(0), MaxValueValidator(LARGEST_WEIGHT)]
            weight.widget.attrs |= {"min": 0, "max": LARGEST_WEIGHT, "step": "any", "size": 4}
        chosen: Any = self.fields["evidence"]
        chosen.choices = [(name, name) for name in datasets]
        if not datasets:
            del self.fields["evidence"]

    def clean(self) -> dict[str, Any]:
        """Refuse weights that are all zero."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in AREA_CRITERIA):
            raise forms.ValidationError(_("At least one criterion weighs more than 0."))
        return data

    def options(self) -> AreaOptions:
        """Return what was asked for, or the defaults where it cannot be used."""
        if not self.is_valid():
            return AreaOptions(EQUAL_WEIGHTS)
        weights = {name: self.cleaned_data[name] or 0.0 for name in AREA_CRITERIA}
        return AreaOptions(weights, normalisation=self.cleaned_data["scale"] or NORMALISATIONS[0])

    def chosen_evidence(self) -> list[str]:
        """Return the datasets that count."""
        return list(self.cleaned_data.get("evidence", ())) if self.is_valid() else []
