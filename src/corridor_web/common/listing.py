"""A table on a page: sorted, filtered, paged and downloadable, from a queryset or a frame.

One component serves every list, so that each behaves alike and each can be downloaded. A view builds
a ``Listing``; if the request asks for ``?format=csv|xlsx|parquet|json`` it answers with the download,
else the template includes ``common/_listing.html``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from corridor_web.common.downloads import FORMATS, download_rows

PAGE_SIZE: Final = 25
Row = Any


@dataclass(frozen=True)
class Column:
    """One column of a listing.

    ``key`` is the attribute, the dotted path or the frame's column; ``kind`` is one of text, name,
    usd, number, ratio, share, date, label, labels, economy, flag. ``order`` names the database field to sort
    by (default: ``key`` where it is a plain field; ``""`` means it cannot be sorted). ``link``
    returns the address a cell leads to. ``lang`` marks text that stays in one language, ``lang_of``
    text whose language the row knows.
    """

    key: str
    title: Any
    kind: str = "text"
    order: str | None = None
    link: Callable[[Row], str | None] | None = None
    value: Callable[[Row], Any] | None = None
    lang: str = ""
    lang_of: Callable[[Row], str] | None = None
    hint: Any = ""
    secondary: bool = False

    @property
    def sort_key(self) -> str:
        """The field to sort by, empty where the column cannot be sorted."""
        if self.order is not None:
            return self.order
        return "" if self.value else self.key.replace(".", "__")

    @property
    def numeric(self) -> bool:
        """Whether cells align as numbers."""
        return self.kind in {"usd", "number", "ratio", "share"}

    def read(self, row: Row) -> Any:
        """Return the raw value of this column in ``row`` (a model instance or a dict)."""
        if self.value is not None:
            return self.value(row)
        if isinstance(row, dict):
            return row.get(self.key)
        found: Any = row
        for part in self.key.split("."):
            found = getattr(found, part, None)
        return found


@dataclass
class Cell:
    """A value ready for the template."""

    column: Column
    value: Any
    link: str | None
    lang: str


@dataclass
class Listing:
    """Rows of one page plus everything the template needs to sort, filter, page and download.

    ``search`` names the fields (queryset) or columns (frame) that ``?q=`` looks into. ``title`` names
    the file of a download; ``source`` is the line under the table and is written into downloads,
    with ``coverage``: what the figures leave out, where the page says it elsewhere.
    """

    request: HttpRequest
    rows: "QuerySet[Any] | pl.DataFrame | Sequence[Any]"
    columns: Sequence[Column]
    title: str
    search: Sequence[str] = ()
    default_sort: str = ""
    source: str = ""
    coverage: str = ""
    page_size: int = PAGE_SIZE
    prefix: str = ""
    empty: Any = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.q = self.request.GET.get(self.prefix + "q", "").strip()[:200]
        self.sort = self.request.GET.get(self.prefix + "sort", self.default_sort)
        allowed = {column.sort_key for column in self.columns if column.sort_key}
        if self.sort.lstrip("-") not in allowed:
            self.sort = self.default_sort
        self._chosen = self._sorted(self._filtered())

    def _filtered(self) -> Any:
        if not self.q or not self.search:
            return self.rows
        if isinstance(self.rows, QuerySet):
            condition = Q()
            for name in self.search:
                condition |= Q(**{name + "__icontains": self.q})
            return self.rows.filter(condition)
        if isinstance(self.rows, pl.DataFrame):
            needle = self.q.lower()
            return self.rows.filter(
                pl.any_horizontal(
                    pl.col(name).cast(pl.String).str.to_lowercase().str.contains(needle, literal=True)
                    for name in self.search
                )
            )
        return self.rows

    def _sorted(self, rows: Any) -> Any:
        if not self.sort:
            return rows
        name, descending = self.sort.lstrip("-"), self.sort.startswith("-")
        if isinstance(rows, QuerySet):
            return rows.order_by(("-" if descending else "") + name, "pk")
        if isinstance(rows, pl.DataFrame):
            return rows.sort(name, descending=descending, nulls_last=True, maintain_order=True)
        return rows

    @property
    def page(self) -> Page:  # type: ignore[type-arg]
        """The page asked for by ``?page=``."""
        if not hasattr(self, "_page"):
            rows = self._chosen
            count = _Frame(rows) if isinstance(rows, pl.DataFrame) else rows
            self._page = Paginator(count, self.page_size).get_page(self.request.GET.get(self.prefix + "page"))
        return self._page

    @property
    def body(self) -> list[dict[str, Any]]:
        """The rows of the page as cells."""
        return [
            {
                "row": row,
                "cells": [
                    Cell(
                        column,
                        column.read(row),
                        column.link(row) if column.link else None,
                        column.lang_of(row) if column.lang_of else column.lang,
                    )
                    for column in self.columns
                ],
            }
            for row in self.page
        ]

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats a reader may download."""
        return FORMATS

    def download(self) -> HttpResponse | None:
        """Return the file if the request asks for one, else None. All rows, not one page."""
        form = self.request.GET.get("format", "")
        if form not in FORMATS or self.request.GET.get("table", self.title) != self.title:
            return None
        rows = self._chosen.to_dicts() if isinstance(self._chosen, pl.DataFrame) else list(self._chosen)
        names = [column.key.replace(".", "_") for column in self.columns]
        data = [[column.read(row) for column in self.columns] for row in rows]
        note = f"{self.source} {self.coverage}".strip()
        return download_rows(names, data, form, filename=self.title, source=note)


class _Frame(Sequence[dict[str, Any]]):
    """A frame seen as a sequence of rows: only the page that is shown becomes Python objects."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __len__(self) -> int:
        return self.frame.height

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self.frame[index].to_dicts()
        return self.frame.row(index, named=True)
