"""Forms of this app."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corridor.deliver.pipeline import needs_evidence, next_stages
from corridor.vocabulary import END_REASONS, ENDED, EVIDENCE_KINDS, FIELDS, STAGES
from corridor_web.accounts.models import User
from corridor_web.common.templatetags.corridor import day as format_day
from corridor_web.common.templatetags.corridor import label
from corridor_web.deliver.queries import SILENCES
from corridor_web.registry.domain import EvidenceInput
from corridor_web.registry.models import Engagement

#: Largest document whose hash is taken, and largest table that is imported.
LARGEST_DOCUMENT: Final = 10_000_000
LARGEST_TABLE: Final = 5_000_000
Choices = Sequence[tuple[str, Any]]


def hash_chunks(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of a file read piece by piece, in hexadecimal."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def label_choices(codes: Sequence[str], empty: Any = None) -> list[tuple[str, Any]]:
    """Return codes with their words in the reader's language, after an empty choice where named."""
    choices: list[tuple[str, Any]] = [(code, label(code)) for code in codes]
    return choices if empty is None else [("", empty), *choices]


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FilterForm(forms.Form):
    """What a list may be narrowed to; a value that does not exist is ignored."""

    stage = forms.ChoiceField(label=_("Stage"), required=False)
    field = forms.ChoiceField(label=_("Field"), required=False)
    silent = forms.ChoiceField(label=_("Silent"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = _("all")
        silences = [(str(days), _("more than %(days)d days") % {"days": days}) for days in SILENCES]
        self._choose("stage", label_choices((*STAGES, ENDED), everything))
        self._choose("field", label_choices(FIELDS, everything))
        self._choose("silent", [("", everything), *silences])

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.choices = choices

    @property
    def chosen(self) -> dict[str, str]:
        """The valid values."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class BoardFilterForm(FilterForm):
    """Filters of the board."""

    owner = forms.ChoiceField(label=_("Owner"), required=False, choices=[("", _("all")), ("mine", _("me"))])
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *Engagement.State.choices]
    )


class PublicFilterForm(FilterForm):
    """Filters of the public page."""

    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("all")), ("real", _("real")), ("illustrative", _("illustrative"))],
    )


class EvidenceForm(forms.Form):
    """What shows that a step happened: a document by its hash, a link, or a statement by somebody."""

    evidence_kind = forms.ChoiceField(label=_("Kind of evidence"), required=False)
    evidence_title = forms.CharField(label=_("What it is"), required=False, max_length=240)
    evidence_url = forms.URLField(label=_("Address"), required=False, max_length=500, assume_scheme="https")
    evidence_stated_by = forms.CharField(label=_("Stated by"), required=False, max_length=160)
    evidence_file = forms.FileField(
        label=_("Document"),
        required=False,
        help_text=_("Only its SHA-256 hash is kept, so that anyone who holds the document can check it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["evidence_kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - narrows the type
        kind.choices = label_choices(EVIDENCE_KINDS, _("none yet"))

    def clean(self) -> dict[str, Any]:
        """Ask of each kind of evidence what it cannot do without."""
        data = super().clean() or {}
        kind = data.get("evidence_kind")
        given = [name for name in ("title", "url", "stated_by", "file") if data.get(f"evidence_{name}")]
        if not kind:
            if given:
                self.add_error("evidence_kind", _("Say which kind of evidence this is."))
            return data
        if not data.get("evidence_title"):
            self.add_error("evidence_title", _("Name the evidence."))
        if kind == "link" and "url" not in given and "evidence_url" not in self.errors:
            self.add_error("evidence_url", _("A link needs its address."))
        if kind == "statement" and "stated_by" not in given:
            self.add_error("evidence_stated_by", _("A statement needs the name of who made it."))
        if kind == "document" and "file" not in given:
            self.add_error("evidence_file", _("A document needs its file, for the hash."))
        file = data.get("evidence_file")
        if file is not None and file.size > LARGEST_DOCUMENT:
            self.add_error("evidence_file", _("The file is larger than 10 MB."))
        return data

    def check_step(self, last: Engagement, stage: str) -> None:
        """Hold the step against the pipeline's rules, each refusal beside its field.

        ``registry.domain.append_step`` holds it against the same rules once more, on the locked record.
        """
        day = self.cleaned_data.get("date")
        if stage and stage not in next_stages(last.stage):
            self.add_error(None, self._refuse_order(last))
        if day and day > timezone.localdate():
            self.add_error("date", _("This lies in the future; a step records what has happened."))
        elif day and day < last.as_of:
            words = _("The last step was on %(day)s; steps follow each other in time.")
            self.add_error("date", words % {"day": format_day(last.as_of)})
        if stage and needs_evidence(stage) and not self.cleaned_data.get("evidence_kind"):
            words = _("From the memorandum on a step needs a document, a link or a statement.")
            self.add_error("evidence_kind", words)
        if (
            stage != ENDED
            and not self.cleaned_data.get("evidence_kind")
            and not self.cleaned_data.get("note")
        ):
            self.add_error(
                "note", _("Say what happened, or name evidence: an empty step would end a silence.")
            )

    def _refuse_order(self, last: Engagement) -> str:
        if last.stage == ENDED:
            return gettext("It has ended; nothing follows an end.")
        return gettext("It stands at “%(stage)s”; an engagement does not go back.") % {
            "stage": label(last.stage)
        }

    @property
    def evidence(self) -> tuple[EvidenceInput, ...]:
        """The evidence given, if any; of a document only the hash is kept."""
        data = self.cleaned_data
        if not data["evidence_kind"]:
            return ()
        file = data["evidence_file"]
        proof = EvidenceInput(
            kind=data["evidence_kind"],
            title=data["evidence_title"],
            url=data["evidence_url"],
            stated_by=data["evidence_stated_by"],
            sha256=hash_chunks(file.chunks()) if file else "",
        )
        return (proof,)


class StepForm(EvidenceForm):
    """The next step of an engagement."""

    stage = forms.ChoiceField(label=_("Stage"))
    date = forms.DateField(label=_("Date"), widget=DateInput())
    note = forms.CharField(
        label=_("What happened"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone can read it once the engagement is published."),
    )
    field_order = ("stage", "date", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage = self.fields["stage"]
        assert isinstance(stage, forms.ChoiceField)  # noqa: S101 - narrows the type
        stage.choices = label_choices(STAGES)


class EndForm(EvidenceForm):
    """The end of an engagement, with its reason."""

    reason = forms.ChoiceField(label=_("Reason"))
    date = forms.DateField(label=_("Date"), widget=DateInput())
    note = forms.CharField(
        label=_("What happened"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone can read it once the engagement is published."),
    )
    field_order = ("reason", "date", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ChoiceField)  # noqa: S101 - narrows the type
        reason.choices = label_choices(END_REASONS)


class FollowUpForm(forms.Form):
    """Who answers for an engagement and what is due next."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)
    next_action = forms.CharField(label=_("Next action"), required=False, max_length=240)
    next_date = forms.DateField(label=_("Due on"), required=False, widget=DateInput())

    def __init__(self, *args: Any, owners: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        owner.queryset = owners

    def clean(self) -> dict[str, Any]:
        """A date without an action says nothing."""
        data = super().clean() or {}
        if data.get("next_date") and not data.get("next_action"):
            self.add_error("next_action", _("Say what is due on that date."))
        return data


class WithdrawForm(forms.Form):
    """Why something is taken off the public page."""

    reason = forms.CharField(label=_("Reason"), max_length=100)


class UploadForm(forms.Form):
    """A table of existing agreements."""

    file = forms.FileField(
        label=_("Table of agreements"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("XLSX or CSV, at most 5 MB and 2,000 rows."),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before anything is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_TABLE:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        return file
