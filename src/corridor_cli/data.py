"""``corridor data``: list, info, import, verify, remove, illustrate."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from corridor.data.importers import Progress
    from corridor.data.manifest import Coverage, Manifest

app = typer.Typer(no_args_is_help=True, help="Datasets: list, import, verify, remove.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_datasets(as_json: AsJson = False) -> None:
    """List the datasets of the store."""
    from corridor.data.store import default_store

    store = default_store()
    manifests = store.list()
    unreadable = sorted(set(store.names()) - {manifest.name for manifest in manifests})
    if as_json:
        print(json.dumps([_shorten(manifest) for manifest in manifests], ensure_ascii=False, indent=2))
    elif not manifests:
        print("No dataset yet. 'corridor data import FILE' makes one, 'corridor data illustrate' an example.")
    else:
        _print_table(
            ("name", "holds", "rows", "years", "as of", "size", "licence"),
            [
                (
                    manifest.name + (" (illustrative)" if manifest.illustrative else ""),
                    manifest.kind,
                    f"{manifest.rows:,}",
                    _span(manifest.coverage.years) if manifest.coverage else "",
                    manifest.as_of,
                    _size(manifest.bytes),
                    manifest.licence,
                )
                for manifest in manifests
            ],
            numeric=("rows", "size"),
        )
    for name in unreadable:
        print(f"Dataset '{name}' cannot be read: see 'corridor data verify {name}'.", file=sys.stderr)


@app.command()
def info(name: str, as_json: AsJson = False) -> None:
    """Show where a dataset comes from and what it covers."""
    from corridor.data.store import default_store

    store = default_store()
    manifest = store.info(name)
    if as_json:
        print(manifest.to_json(), end="")
        return
    _print_table(("", ""), list(_describe(manifest, store.folder(name))), header=False)


@app.command("import")
def import_data(
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV, Parquet, XLSX; or CEPII's zip or folder.")],
    name: Annotated[str, typer.Option(help="Name of the dataset; from the first file where left out.")] = "",
    kind: Annotated[
        str,
        typer.Option(
            help="trade, distances, gdp, population, growth, indicators, area-evidence, products or economies."
        ),
    ] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="Column of the table = column of the file: exporter=origin.")
    ] = None,
    unit: Annotated[
        str, typer.Option(help="Of the values: usd, thousand_usd, million_usd, percent, share …")
    ] = "",
    year: Annotated[int | None, typer.Option(help="Year of a file without a column of years.")] = None,
    where: Annotated[list[str] | None, typer.Option(help="Only rows with this value: revision=H5.")] = None,
    economies: Annotated[Path | None, typer.Option(help="CEPII's country_codes file.")] = None,
    products: Annotated[
        Path | None, typer.Option(help="CEPII's product_codes file; tells absent products.")
    ] = None,
    source: Annotated[str, typer.Option(help="Who made the data.")] = "",
    licence: Annotated[str, typer.Option(help="Licence of the data.")] = "",
    attribution: Annotated[str, typer.Option(help="The sentence to print beside every figure.")] = "",
    as_of: Annotated[str, typer.Option(help="Date of the data, such as 2026-01.")] = "",
    skip_bad_rows: Annotated[
        bool, typer.Option("--skip-bad-rows", help="Leave bad rows out and list them in a reject file.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a dataset of this name.")] = False,
) -> None:
    """Import files as one dataset: checked row by row, stored whole or not at all."""
    from corridor.data.importers import Reading, import_file
    from corridor.data.origins import Origin
    from corridor.data.store import default_store

    store = default_store()
    reading = Reading(
        kind=kind or None,
        mapping=_read_pairs(column or [], "--column"),
        unit=unit or None,
        year=year,
        filters=_read_pairs(where or [], "--where"),
        economies=economies,
        products=products,
        skip_bad_rows=skip_bad_rows,
    )
    with show_progress() as progress:
        manifest = import_file(
            store,
            files,
            name=name or name_after(files[0]),
            reading=reading,
            origin=Origin(source, licence, attribution, as_of),
            replace=replace,
            progress=progress,
        )
    for sentence in _summarise(manifest, store.folder(manifest.name)):
        print(sentence)


@app.command()
def verify(name: Annotated[str, typer.Argument(help="A dataset; all where left out.")] = "") -> None:
    """Check every byte of one dataset, or of all, against the manifest."""
    from corridor.data.store import default_store
    from corridor.errors import DatasetDamagedError

    store = default_store()
    damaged = False
    for each in [name] if name else store.names():
        try:
            manifest = store.verify(each)
        except DatasetDamagedError as error:
            damaged = True
            print(error, file=sys.stderr)
        else:
            print(f"{each}: {len(manifest.files)} files, {_size(manifest.bytes)}: as written")
    if damaged:
        raise typer.Exit(1)


@app.command()
def remove(name: str, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Remove a dataset."""
    from corridor.data.store import default_store

    store = default_store()
    store.folder(name)
    if sys.stdin.isatty() and not yes:
        typer.confirm(f"Remove dataset '{name}'?", abort=True)
    store.remove(name)
    print(f"Removed '{name}'.")


if find_spec("corridor_cli.illustrate"):
    app.command("illustrate")(import_module("corridor_cli.illustrate").illustrate)


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


def name_after(file: Path) -> str:
    """Return a dataset's name from a file's."""
    return re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:64]


def _read_pairs(texts: list[str], option: str) -> Mapping[str, str]:
    pairs = {}
    for text in texts:
        left, sign, right = text.partition("=")
        if not sign or not left or not right:
            raise typer.BadParameter(f"{text!r} is not of the form NAME=VALUE", param_hint=option)
        pairs[left.strip()] = right.strip()
    return pairs


def _summarise(manifest: "Manifest", folder: Path) -> Iterator[str]:
    yield f"Stored '{manifest.name}': {manifest.rows:,} rows of {manifest.kind}, {_size(manifest.bytes)}."
    if manifest.coverage:
        yield from _cover(manifest.coverage)
    if manifest.duplicates_summed:
        what = "Equal flows summed" if manifest.kind == "trade" else "Repeated rows kept once"
        yield f"{what}: {manifest.duplicates_summed:,}."
    for reason, rows in manifest.rows_left_out.items():
        yield f"Left out ({reason}): {rows:,} rows."
    for record in manifest.files:
        if record.table == "rejects":
            yield f"Rejected: {manifest.rows_rejected:,} rows, listed in {folder / record.file}"
    yield from manifest.notes


def _cover(coverage: "Coverage") -> Iterator[str]:
    yield (
        f"{_span(coverage.years)}: {coverage.exporters} exporters, {coverage.destination_markets} destination "
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


def _describe(manifest: "Manifest", folder: Path) -> Iterator[tuple[str, str]]:
    yield "name", manifest.name + (" (illustrative)" if manifest.illustrative else "")
    yield "source", manifest.source
    yield "licence", manifest.licence
    yield "attribution", manifest.attribution
    yield "as of", manifest.as_of or "not stated"
    if manifest.nomenclature:
        yield "nomenclature", manifest.nomenclature
    yield "tables", ", ".join(manifest.tables)
    yield "rows", f"{manifest.rows:,}"
    yield "columns", ", ".join(manifest.columns)
    if manifest.coverage:
        yield "coverage", "\n".join(_cover(manifest.coverage))
    yield "equal rows summed", f"{manifest.duplicates_summed:,}"
    yield "rows rejected", f"{manifest.rows_rejected:,}"
    for reason, rows in manifest.rows_left_out.items():
        yield f"left out: {reason}", f"{rows:,}"
    if manifest.notes:
        yield "notes", "\n".join(manifest.notes)
    yield "imported", f"{manifest.imported_at} by Corridor {manifest.corridor_version}"
    yield "folder", f"{folder} ({_size(manifest.bytes)})"
    for record in manifest.files:
        yield record.file, f"sha256 {record.sha256}"


def _shorten(manifest: "Manifest") -> dict[str, Any]:
    keys = ("name", "kind", "rows", "tables", "source", "licence", "as_of", "illustrative", "coverage")
    whole = asdict(manifest)
    return {key: whole[key] for key in keys} | {"bytes": manifest.bytes}


def _print_table(
    columns: tuple[str, ...],
    rows: list[tuple[str, ...]],
    *,
    numeric: tuple[str, ...] = (),
    header: bool = True,
) -> None:
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


def _span(years: tuple[int, ...]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
