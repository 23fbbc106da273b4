"""Charts of two runs compared: from one total to the other, term by term."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from corridor.charts.theme import Spec, base_spec, finish_spec
from corridor.charts.units import money_unit, short_usd
from corridor.charts.waterfalls import draw_waterfall
from corridor.locale import translator

#: Changes that make less than this of the total are drawn on an axis that begins near them.
VISIBLE: Final = 0.2
#: Less than this is a rounding of the sums, not a change.
LEAST_USD: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Step:
    """A bar: kind 1 is a total, 0 a rise, 2 a fall."""

    term: str
    start: float
    stop: float
    value: float
    kind: int


def change_waterfall(
    terms: pl.DataFrame,
    *,
    first_usd: float,
    second_usd: float,
    names: Mapping[str, str],
    language: str,
    scheme: str = "light",
) -> Spec:
    """Return the steps from the unrealised potential of the first run to that of the second.

    Parameters
    ----------
    terms: term, value_usd in the order shown; they sum to second_usd − first_usd. Terms of less than half a
    dollar, which would read as 0, are left out.
    names: words for the terms and for ``first_run`` and ``second_run``.
    """
    t = translator(language)
    steps = _list_steps(terms, first_usd, second_usd)
    unit = money_unit(max(first_usd, second_usd), language)
    floor = _find_floor(steps)
    values = [
        {
            "name": names.get(step.term, step.term),
            "start": max(step.start, floor) / unit.factor,
            "stop": step.stop / unit.factor,
            "end": max(step.start, step.stop) / unit.factor,
            "label": ("+" if step.kind == 0 else "") + short_usd(step.value, language),
            "kind": step.kind,
        }
        for step in steps
    ]
    told = "; ".join(f"{row['name']} {row['label']}" for row in values)
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("What changed the unrealised potential"),
            description=t.gettext("Waterfall chart from the first run to the second: %(parts)s.")
            % {"parts": told},
            height={"step": 32},
        ),
        **draw_waterfall(
            values,
            floor=floor / unit.factor,
            title=_title_axis(floor, unit.words, language),
            language=language,
        ),
    }
    return finish_spec(spec, language)


def _find_floor(steps: list[_Step]) -> float:
    """Return where the axis begins: at zero, or nearer where the changes could not be seen from there."""
    reached = [end for step in steps for end in ([step.stop] if step.kind == 1 else [step.start, step.stop])]
    low, high = min(reached), max(reached)
    return 0.0 if high - low > VISIBLE * high else max(0.0, low - (high - low))


def _title_axis(floor: float, unit: str, language: str) -> str:
    if not floor:
        return unit
    return translator(language).gettext("%(unit)s (the axis begins at %(floor)s, not at zero)") % {
        "unit": unit,
        "floor": short_usd(floor, language),
    }


def _list_steps(terms: pl.DataFrame, first_usd: float, second_usd: float) -> list[_Step]:
    moved = terms.filter(pl.col("value_usd").abs() >= LEAST_USD).with_columns(
        stop=first_usd + pl.col("value_usd").cum_sum()
    )
    middle = [
        _Step(row["term"], row["stop"] - row["value_usd"], row["stop"], row["value_usd"], kind)
        for row in moved.to_dicts()
        for kind in [0 if row["value_usd"] > 0 else 2]
    ]
    return [
        _Step("first_run", 0.0, first_usd, first_usd, 1),
        *middle,
        _Step("second_run", 0.0, second_usd, second_usd, 1),
    ]
