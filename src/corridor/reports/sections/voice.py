"""One language's voice: its translations, numbers and names, as every section needs them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from corridor.charts.units import MoneyUnit, short_usd
from corridor.locale import Translator, format_decimal, format_percent, join_words, translator
from corridor.locale.economies import economy_name
from corridor.reports.document import Inline, Span, inline
from corridor.solvers.outcome import Outcome

#: From here on an amount in a column needs no decimals, one, or two.
_DIGITS: Final = ((100.0, 0), (10.0, 1))


@dataclass(frozen=True)
class Voice:
    """A language, and how it says numbers, names and results."""

    language: str

    @property
    def catalogue(self) -> Translator:
        """Return the translations of the language."""
        return translator(self.language)

    def usd(self, value: float) -> str:
        """Return an amount in the language's large units."""
        return short_usd(value, self.language)

    def share(self, value: float) -> str:
        """Return a share with more digits the smaller it is."""
        text = format_percent(value, self.language, digits=2 if 0 < abs(value) < 0.01 else 1)
        return self._keep_sign(text, value)

    def percent(self, value: float) -> str:
        """Return a round share without decimals."""
        return format_percent(value, self.language, digits=0)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number."""
        return self._keep_sign(format_decimal(value, self.language, digits=digits), value)

    def _keep_sign(self, text: str, value: float) -> str:
        """Return a negative number isolated left to right, or its sign would end up behind it in Urdu."""
        return f"\u2066{text}\u2069" if value < 0 and self.language == "ur" else text

    def amount(self, value: float | None, unit: MoneyUnit, largest: float) -> Inline:
        """Return an amount of a column in ``unit``; an unknown one as a dash."""
        if value is None:
            return inline("–")
        size = largest / unit.factor
        digits = next((digits for limit, digits in _DIGITS if size >= limit), 2)
        if 0 < value / unit.factor < 0.5 * 10**-digits:
            # isolated left to right, or the sign would turn round in Urdu
            return inline(f"\u2066<{self.number(10**-digits, digits)}\u2069")
        return inline(self.number(value / unit.factor, digits if value else 0))

    def economy(self, code: str) -> str:
        """Return the name of an economy."""
        return economy_name(code, self.language)

    def english(self, text: str) -> Span:
        """Return a text that stays English in every language."""
        return Span(text, language=None if self.language == "en" else "en")

    def name(self, row: Mapping[str, Any], stem: str = "name") -> Span:
        """Return a name in the language, else the English one, marked as such.

        ``row`` holds ``name_en`` (or ``name``), ``name_zh``, ``name_ur``, each but English may be None.
        """
        english = row.get(f"{stem}_en") or row.get(stem) or ""
        own = {"zh-Hans": row.get(f"{stem}_zh"), "ur": row.get(f"{stem}_ur")}.get(self.language)
        return Span(str(own)) if own else self.english(str(english))

    def join(self, parts: Iterable[str]) -> str:
        """Return parts of a list as the language separates them."""
        return join_words(parts, self.language)

    def sentences(self, *parts: str) -> str:
        """Return sentences one after another."""
        return ("" if self.language == "zh-Hans" else " ").join(part for part in parts if part)

    def outcome(self, outcome: Outcome) -> str:
        """Say how sure an optimised result is: status, objective, bound and gap in one sentence."""
        t = self.catalogue
        statuses = {
            "optimal": t.gettext("optimal"),
            "feasible": t.gettext("feasible, not proved best"),
            "infeasible": t.gettext("infeasible"),
            "unknown": t.gettext("unknown"),
        }
        return t.gettext("Status: %(status)s. Objective %(objective)s, bound %(bound)s, gap %(gap)s.") % {
            "status": statuses.get(outcome.status, outcome.status),
            "objective": self._figure(outcome.objective),
            "bound": self._figure(outcome.bound),
            "gap": "–" if outcome.gap is None else format_percent(outcome.gap, self.language, digits=2),
        }

    def _figure(self, value: float | None) -> str:
        if value is None:
            return "–"
        return self.number(value, 0 if float(value).is_integer() or abs(value) >= 1000 else 2)
