"""Forms of this app."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from corridor.data.manifest import Manifest
from corridor.find.opening import TABLES

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

    window = forms.IntegerField(
        label=_("Years averaged"),
        required=False,
        min_value=1,
        max_value=20,
        help_text=_("Left empty: one year. With more, the latest years count most."),
    )
    growth = forms.ChoiceField(
        label=_("Expected growth"),
        required=False,
        help_text=_("Of economies, in percent of the coming years."),
    )
    distances = forms.ChoiceField(label=_("Distances"), required=False)
    tariffs = forms.ChoiceField(label=_("Tariffs"), required=False, help_text=_("Need elasticities."))
    elasticities = forms.ChoiceField(label=_("Elasticities"), required=False)

    def __init__(
        self, *args: Any, datasets: Sequence[Manifest], further: Sequence[Manifest] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.datasets = {manifest.name: manifest for manifest in datasets}
        chosen: Any = self.fields["dataset"]
        chosen.choices = [(name, name) for name in self.datasets]
        for use, table in TABLES.items():
            field: Any = self.fields[use]
            names = [manifest.name for manifest in further if table in manifest.tables]
            field.choices = [("", _("none: this term counts as 1")), *[(name, name) for name in names]]
            if not names:
                del self.fields[use]

    def clean(self) -> dict[str, Any]:
        """Refuse one economy twice and a year that the dataset does not have."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("exporter") and data.get("exporter") == data.get("importer"):
            self.add_error("importer", _("A pair has two different economies."))
        if data.get("tariffs") and not data.get("elasticities"):
            self.add_error("tariffs", _("Tariffs count to the power of elasticities: choose these too."))
        manifest = self.datasets.get(data.get("dataset", ""))
        years = manifest.coverage.years if manifest and manifest.coverage else ()
        if data.get("year") and years and data["year"] not in years:
            error = _("The dataset has the years %(years)s.") % {"years": ", ".join(map(str, years))}
            self.add_error("year", error)
        return data
