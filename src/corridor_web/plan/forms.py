"""Forms of this app."""

from django import forms
from django.utils.translation import gettext_lazy as _

MILLION = 1_000_000


class RoadmapForm(forms.Form):
    """What a roadmap has to keep to."""

    budget = forms.FloatField(
        label=_("Budget, million USD"),
        min_value=0.001,
        max_value=1e7,
        help_text=_("For all chosen projects together."),
    )
    budget_by_quarter = forms.FloatField(
        label=_("Budget of one quarter, million USD"),
        min_value=0.001,
        max_value=1e7,
        help_text=_("What a quarter leaves may be spent later."),
    )
    quarters = forms.IntegerField(label=_("Number of quarters"), min_value=1, max_value=80)
    first_quarter = forms.DateField(
        label=_("First day of the first quarter"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def payload(self) -> dict[str, object]:
        """Return the checked values as a job's payload, money in USD."""
        data = self.cleaned_data
        return {
            "budget_usd": data["budget"] * MILLION,
            "budget_by_quarter_usd": data["budget_by_quarter"] * MILLION,
            "quarters": data["quarters"],
            "first_quarter": data["first_quarter"].isoformat(),
        }


class RateForm(forms.Form):
    """The discount rate of an appraisal, in per cent."""

    rate = forms.FloatField(label=_("Discount rate, %"), min_value=0, max_value=100)
