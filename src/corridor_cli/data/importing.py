"""``corridor data import`` and ``corridor data bridge``: files, and datasets, into datasets."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from corridor_cli.data.showing import show_progress, summarise


def import_data(
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV, Parquet, XLSX; or CEPII's zip or folder.")],
    name: Annotated[str, typer.Option(help="Name of the dataset; from the first file where left out.")] = "",
    kind: Annotated[
        str,
        typer.Option(
            help="trade, tariffs, distances, gdp, population, growth, indicators, area-evidence, products, economies, "
            "elasticities, concordance or regions."
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
    groups: Annotated[
        Path | None, typer.Option(help="Members of groups of partners: TRAINS' preference beneficiaries.")
    ] = None,
    concordance: Annotated[
        list[str] | None,
        typer.Option(help="For elasticities: dataset that leads from the codes you want to the file's."),
    ] = None,
    nomenclature: Annotated[str, typer.Option(help="Revision of the codes, such as HS17.")] = "",
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
    from corridor.data.importers import import_file
    from corridor.data.inputs import Reading
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
        groups=groups,
        concordances=tuple(concordance or ()),
        nomenclature=_read_revision(nomenclature),
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
    for sentence in summarise(manifest, store.folder(manifest.name)):
        print(sentence)


def bridge(
    dataset: Annotated[str, typer.Argument(help="Dataset of trade or tariffs.")],
    concordance: Annotated[
        list[str], typer.Option(help="Dataset of the kind concordance; several are gone through in order.")
    ],
    name: Annotated[str, typer.Option(help="Name of the new dataset.")],
    year: Annotated[
        list[int] | None, typer.Option(help="Only these years of trade; all if left out.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a dataset of this name.")] = False,
) -> None:
    """Move a dataset to another revision of the Harmonized System, as a new dataset."""
    from corridor.data.bridging import bridge_dataset
    from corridor.data.store import default_store

    store = default_store()
    with show_progress() as progress:
        manifest = bridge_dataset(
            store, dataset, concordance, name, years=year or (), replace=replace, progress=progress
        )
    for sentence in summarise(manifest, store.folder(name)):
        print(sentence)


def _read_revision(text: str) -> str:
    from corridor.data.revisions import REVISIONS, name_revision

    if text and not name_revision(text):
        raise typer.BadParameter(
            f"{text!r} is no revision: one of {', '.join(REVISIONS)}", param_hint="--nomenclature"
        )
    return name_revision(text)


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
