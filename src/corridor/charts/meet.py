"""Charts of the stage meet: who sits where in which slot."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from corridor.charts.theme import Spec, base_spec, finish_spec, reading
from corridor.locale import format_decimal, translator

ROW_HEIGHT: Final = 18
#: From this many slots on, their labels stand upright.
UPRIGHT_FROM: Final = 10


def schedule_grid(
    meetings: pl.DataFrame,
    *,
    rows: Sequence[str],
    slot_labels: Sequence[str],
    names: Mapping[str, str],
    language: str,
    scheme: str = "light",
) -> Spec:
    """Return a grid of participants by slots; a filled cell carries the table's number (from 1).

    Parameters
    ----------
    meetings: ``tables.MEETINGS``.
    rows: participants shown, in this order (one side of the event).
    slot_labels: words for slots 0, 1, …, such as ``"09:30"``.
    names: words for participants in ``language``; tooltips name the one met.
    """
    t, lines = translator(language), reading(language)
    order = [names.get(row, row) for row in rows]
    cells = _cells(meetings, rows, names, slot_labels)
    empty = [{"name": name, "slot": slot} for name in order for slot in slot_labels]
    filled = [{**cell, "table": format_decimal(cell["table"] + 1, language)} for cell in cells]
    x = {
        "field": "slot",
        "type": "ordinal",
        "sort": list(slot_labels),
        "scale": lines.scale(paddingInner=0.06),
        "axis": {
            "title": None,
            "orient": "top",
            "labelAngle": -90 if len(slot_labels) >= UPRIGHT_FROM else 0,
            "domain": False,
        },
    }
    y = {
        "field": "name",
        "type": "nominal",
        "sort": order,
        "scale": {"paddingInner": 0.1},
        "axis": {"title": None, "labelLimit": 230, "orient": lines.start, "domain": False},
    }
    spec = {
        **base_spec(
            language,
            scheme,
            title=t.gettext("Meetings by participant and slot (number of the table)"),
            description=t.gettext(
                "Grid of %(people)s participants and %(slots)s slots with %(count)s meetings."
            )
            % {"people": len(rows), "slots": len(slot_labels), "count": meetings.height},
            height={"step": ROW_HEIGHT},
        ),
        "encoding": {"x": x, "y": y},
        "layer": [
            {"data": {"values": empty}, "mark": {"type": "rect", "style": "empty_cell"}},
            {
                "data": {"values": filled},
                "mark": {"type": "rect", "style": "ours"},
                "encoding": {"tooltip": [{"field": "with", "type": "nominal", "title": t.gettext("Meets")}]},
            },
            {
                "data": {"values": filled},
                "mark": {"type": "text", "style": "on_accent", "baseline": "middle"},
                "encoding": {"text": {"field": "table"}},
            },
        ],
    }
    return finish_spec(spec, language)


def _cells(
    meetings: pl.DataFrame, rows: Sequence[str], names: Mapping[str, str], slot_labels: Sequence[str]
) -> list[Spec]:
    both = pl.concat(
        [
            meetings.select(who=one, other=two, slot="slot", table="table")
            for one, two in (("first", "second"), ("second", "first"))
        ]
    )
    shown = both.filter(pl.col("who").is_in(list(rows)), pl.col("slot") < len(slot_labels))
    return [
        {
            "name": names.get(row["who"], row["who"]),
            "with": names.get(row["other"], row["other"]),
            "slot": slot_labels[row["slot"]],
            "table": row["table"],
        }
        for row in shown.sort("who", "slot").to_dicts()
    ]
