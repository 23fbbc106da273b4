"""What ``corridor data`` prints of a dataset: its summary, its description, tables, progress."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor.data.importers import Progress
    from corridor.data.manifest import Contents, Coverage, Manifest


@contextmanager
def show_progress() -> "Iterator[Progress | None]":
    """Give a callback that draws a bar on a terminal; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, what: bar.update(task, completed=share, description=what)


def summarise(manifest: "Manifest", folder: Path) -> Iterator[str]:
    """Yield what an import says of what it stored, a sentence each."""
    yield f"Stored '{manifest.name}': {manifest.rows:,} rows of {manifest.kind}, {size(manifest.bytes)}."
    if manifest.coverage:
        yield from _cover(manifest.coverage)
    if manifest.contents:
        yield from _tell_contents(manifest.contents)
    if manifest.duplicates_summed:
        what = "Equal flows summed" if manifest.kind in ("trade", "regions") else "Repeated rows kept once"
        yield f"{what}: {manifest.duplicates_summed:,}."
    for reason, rows in manifest.rows_left_out.items():
        yield f"Left out ({reason}): {rows:,} rows."
    for record in manifest.files:
        if record.table == "rejects":
            yield f"Rejected: {manifest.rows_rejected:,} rows, listed in {folder / record.file}"
    yield from manifest.notes


def _cover(coverage: "Coverage") -> Iterator[str]:
    yield (
        f"{span(coverage.years)}: {coverage.exporters} exporters, {coverage.destination_markets} destination "
        f"markets, {coverage.products:,} products, {coverage.value_usd / 1e9:,.1f} billion USD."
    )
    if coverage.missing_importers:
        yield (
            f"Missing importers (exporters whose own imports are not in the data, so unknown): "
            f"{', '.join(coverage.missing_importers)}; they make "
            f"{coverage.missing_importers_export_share:.1%} of all exports."
        )
    if coverage.absent_products is None:
        yield "Absent products: not known (no list of products was given)."
    else:
        yield f"Absent products: {coverage.absent_products:,} of the list have no flow."


def describe(manifest: "Manifest", folder: Path) -> Iterator[tuple[str, str]]:
    """Yield all that a manifest says, a name and a text each."""
    yield "name", manifest.name + (" (illustrative)" if manifest.illustrative else "")
    yield "source", manifest.source
    yield "licence", manifest.licence
    yield "attribution", manifest.attribution
    yield "as of", manifest.as_of or "not stated"
    if manifest.nomenclature:
        yield "nomenclature", _tell_nomenclature(manifest)
    yield "tables", ", ".join(manifest.tables)
    yield "rows", f"{manifest.rows:,}"
    yield "columns", ", ".join(manifest.columns)
    if manifest.coverage:
        yield "coverage", "\n".join(_cover(manifest.coverage))
    if manifest.contents:
        yield "coverage", "\n".join(_tell_contents(manifest.contents))
    yield "equal rows summed", f"{manifest.duplicates_summed:,}"
    yield "rows rejected", f"{manifest.rows_rejected:,}"
    for reason, rows in manifest.rows_left_out.items():
        yield f"left out: {reason}", f"{rows:,}"
    if manifest.notes:
        yield "notes", "\n".join(manifest.notes)
    yield "imported", f"{manifest.imported_at} by Corridor {manifest.corridor_version}"
    yield "folder", f"{folder} ({size(manifest.bytes)})"
    for record in manifest.files:
        yield record.file, f"sha256 {record.sha256}"


def _tell_contents(contents: "Contents") -> Iterator[str]:
    counted = ", ".join(f"{count:,} {name}" for name, count in contents.counts.items())
    years = f"{span(contents.years)}: " if contents.years else ""
    yield f"{years}{counted}."
    if contents.shares:
        shares = ", ".join(f"{name.replace('_', ' ')} {share:.1%}" for name, share in contents.shares.items())
        yield f"Rows by what they rest on: {shares}."


def _tell_nomenclature(manifest: "Manifest") -> str:
    by_year = manifest.nomenclature_by_year
    if len(set(by_year.values())) < 2:
        return manifest.nomenclature
    return "\n".join(f"{year}: {by_year[year]}" for year in sorted(by_year))


def list_years(manifest: "Manifest") -> str:
    """Return the first and last year of a dataset, empty where it has none."""
    covered = manifest.coverage or manifest.contents
    return span(covered.years) if covered and covered.years else ""


def shorten(manifest: "Manifest") -> dict[str, Any]:
    """Return what a listing says of a dataset."""
    keys = (
        *("name", "kind", "rows", "tables", "source", "licence", "as_of", "nomenclature", "illustrative"),
        *("coverage", "contents"),
    )
    whole = asdict(manifest)
    return {key: whole[key] for key in keys} | {"bytes": manifest.bytes}


def print_table(
    columns: tuple[str, ...],
    rows: list[tuple[str, ...]],
    *,
    numeric: tuple[str, ...] = (),
    header: bool = True,
) -> None:
    """Print rows of texts below each other."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE if header else None, show_header=header)
    for column in columns:
        table.add_column(column, justify="right" if column in numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*[Text(cell) for cell in row])
    # a pipe has no width: a line must not be folded there
    Console(width=None if sys.stdout.isatty() else 1_000).print(table)


def span(years: tuple[int, ...]) -> str:
    """Return the first and last of sorted years."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def size(count: int) -> str:
    """Return a number of bytes in the unit a person would use."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
