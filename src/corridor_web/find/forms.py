"""Forms of this app."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from corridor.data.manifest import Manifest
from corridor.errors import InputError
from corridor.find.area_scores import NORMALISATIONS, AreaOptions
from corridor.find.areas import EQUAL_WEIGHTS
from corridor.find.choice import Conditions, parse_codes
from corridor.find.opening import TABLES
from corridor.find.scenarios import COUNTED_PRODUCTS, LEVELS, Assumptions
from corridor.find.strategy import STRATEGIES
from corridor.locale.labels import LABELS
from corridor.vocabulary import AREA_CRITERIA
from corridor_web.common.errors import describe_error

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


class AreaForm(forms.Form):
    """Weights of the criteria, the scale, and which imported indicators count."""

    strength = forms.FloatField(label=_(LABELS["criterion_strength"]))
    need = forms.FloatField(label=_(LABELS["criterion_need"]))
    effect = forms.FloatField(label=_(LABELS["criterion_effect"]))
    readiness = forms.FloatField(label=_(LABELS["criterion_readiness"]))
    scale = forms.ChoiceField(
        label=_("How indicators are scaled"),
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


#: Amounts are asked for in billions of USD, shares in percent.
BILLION: Final = 1e9
PERCENT: Final = 100.0
LARGEST_BILLION: Final = 1e5


class AddressForm(forms.Form):
    """A form whose values stand in the address: what the address leaves out has the value of ``initial``."""

    def __init__(self, query: Mapping[str, Any], **options: Any) -> None:
        super().__init__(**options)
        given = {name: query[name] for name in self.fields if query.get(name, "") != ""}
        starts = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        self.data = {name: value for name, value in starts.items() if value is not None} | given
        self.is_bound, self.given = True, frozenset(given)
        self.asked = bool(given)

    #: Fields that always show; the others stand behind "More".
    first: tuple[str, ...] = ()

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """The fields that always show."""
        return [self[name] for name in self.fields if name in self.first]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        """The fields behind "More"."""
        return [self[name] for name in self.fields if name not in self.first]

    @property
    def opened(self) -> bool:
        """Whether a field behind "More" was asked for, or is wrong."""
        return any(field.errors or field.name in self.given for field in self.further_fields)


def _share(label: Any, initial: int, **options: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label, required=False, min_value=0, max_value=100, initial=initial, **options
    )


def _levels() -> list[tuple[str, Any]]:
    return [(level, _(LABELS[level])) for level in LEVELS]


class TargetForm(AddressForm):
    """A target of yearly exports, and what is taken to come true.

    total: of all markets together, for which neither growth, new products nor tariffs are known.
    """

    first = ("value", "year", "base", "realisation", "growth", "growth_source")
    _of_one_market = ("growth", "growth_source", "products", "reach", "tariff_cut")

    value = forms.FloatField(label=_("Target, billion USD a year"), min_value=1e-6, max_value=LARGEST_BILLION)
    year = forms.IntegerField(label=_("To be reached in"), min_value=1900, max_value=2200)
    base = forms.ChoiceField(
        label=_("Exports today"),
        required=False,
        choices=[
            ("data", _("as the trade data count them")),
            ("stated", _("as the target names them")),
            ("own", _("my own figure")),
        ],
    )
    base_value = forms.FloatField(
        label=_("My figure, billion USD"), required=False, min_value=1e-6, max_value=LARGEST_BILLION
    )
    base_year = forms.IntegerField(label=_("Of the year"), required=False, min_value=1900, max_value=2200)
    base_source = forms.CharField(label=_("Who counted it"), required=False, max_length=200)
    realisation = _share(_("Share of the unrealised potential that is realised, %"), 100)
    potential = forms.ChoiceField(label=_("Potential over conventions"), required=False, choices=_levels)
    growth = forms.FloatField(
        label=_("Growth of the partner’s imports, % a year"), required=False, min_value=-50, max_value=100
    )
    growth_source = forms.CharField(label=_("Source of the growth"), required=False, max_length=200)
    products = forms.IntegerField(
        label=_("New products counted"), required=False, min_value=0, max_value=500, initial=COUNTED_PRODUCTS
    )
    reach = forms.ChoiceField(label=_("How far new products reach"), required=False, choices=_levels)
    tariff_cut = _share(_("Share of what duties of zero would bring, %"), 0)
    services = forms.FloatField(
        label=_("Areas without product codes, billion USD"),
        required=False,
        min_value=0,
        max_value=LARGEST_BILLION,
    )
    services_source = forms.CharField(label=_("Source of that evidence"), required=False, max_length=200)

    def __init__(self, query: Mapping[str, Any], *, total: bool = False, **options: Any) -> None:
        super().__init__(query, **options)
        for name in self._of_one_market if total else ():
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Refuse a figure of one's own without its year and source."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("base") == "own":
            for name in ("base_value", "base_year", "base_source"):
                if not data.get(name):
                    self.add_error(name, _("A figure of your own needs its year and who counted it."))
        for name in ("growth", "services"):
            if data.get(name) is not None and not data.get(f"{name}_source"):
                self.add_error(f"{name}_source", _("A figure of your own needs its source."))
        return data

    def read_assumptions(self, name: str) -> Assumptions:
        """Return what is taken to come true, of a valid form."""
        data = self.cleaned_data
        return Assumptions(
            name,
            realisation=_fraction(data["realisation"], 1.0),
            potential=data["potential"] or "central",
            products=COUNTED_PRODUCTS if data.get("products") is None else data["products"],
            products_level=data.get("reach") or "central",
            tariff_cut=_fraction(data.get("tariff_cut"), 0.0),
        )


def _fraction(percent: float | None, otherwise: float) -> float:
    return otherwise if percent is None else percent / PERCENT


class ChoiceForm(AddressForm):
    """Conditions of a choice of products, and the strategy by which they are scored."""

    first = ("strategy", "share", "lines", "most_per_chapter", "least_sections", "exclude", "least_firmness")

    strategy = forms.ChoiceField(
        label=_("What counts"),
        required=False,
        choices=lambda: [("", _("Unrealised potential")), *((name, _(LABELS[name])) for name in STRATEGIES)],
    )
    share = forms.FloatField(
        label=_("Share to carry, %"), required=False, min_value=1, max_value=100, initial=80
    )
    share_of = forms.ChoiceField(
        label=_("Share of"),
        required=False,
        choices=[("eligible", _("what may be chosen")), ("all", _("all products"))],
    )
    lines = forms.IntegerField(
        label=_("At most so many products"), required=False, min_value=1, max_value=9999
    )
    most = forms.BooleanField(
        label=_("Carry the most with that number of products, whatever share that is"), required=False
    )
    most_per_chapter = forms.IntegerField(
        label=_("At most so many of a chapter"), required=False, min_value=1, max_value=999
    )
    most_per_section = forms.IntegerField(
        label=_("At most so many of a section"), required=False, min_value=1, max_value=999
    )
    least_sections = forms.IntegerField(
        label=_("From at least so many sections"), required=False, min_value=1, max_value=21
    )
    exclude = forms.CharField(
        label=_("Leave out (codes)"),
        required=False,
        max_length=500,
        help_text=_("HS codes of two to six digits, such as 93 for arms, 24 for tobacco."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    include = forms.CharField(
        label=_("Must be in (codes)"),
        required=False,
        max_length=500,
        help_text=_("HS codes of six digits."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    least_usd = forms.FloatField(
        label=_("Least unrealised potential, million USD"), required=False, min_value=0, max_value=1e6
    )
    least_firmness = forms.FloatField(
        label=_("Least firmness, %"), required=False, min_value=0, max_value=100
    )
    least_rca = forms.FloatField(
        label=_("Least comparative advantage at home (RCA)"), required=False, min_value=0, max_value=1e6
    )

    income = forms.FloatField(
        label=_("Income a head, USD"),
        required=False,
        min_value=0,
        max_value=1e6,
        help_text=_("For a strategy: up to 6,000 USD it has a ceiling of complexity."),
    )

    def clean(self) -> dict[str, Any]:
        """Turn the fields into conditions; what they refuse is an error of the form."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                data["conditions"] = self._read_conditions(data)
            except InputError as error:
                self.add_error(None, describe_error(error))
        return data

    def _read_conditions(self, data: Mapping[str, Any]) -> Conditions:
        firmness, size = data["least_firmness"], data["least_usd"]
        return Conditions(
            share=None if data["most"] else _fraction(data["share"], 0.8),
            share_of=data["share_of"] or "eligible",
            lines=data["lines"],
            most_per_chapter=data["most_per_chapter"],
            most_per_section=data["most_per_section"],
            least_sections=data["least_sections"],
            exclude=parse_codes(data["exclude"]),
            include=parse_codes(data["include"]),
            least_usd=None if size is None else size * 1e6,
            least_firmness=None if firmness is None else firmness / PERCENT,
            least_rca=data["least_rca"],
        )
