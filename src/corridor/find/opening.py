"""From names of datasets to the further inputs of the export potential."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from corridor.data.manifest import Manifest
from corridor.data.store import Store
from corridor.errors import InputError
from corridor.find.inputs import InputSource, PotentialInputs

#: Which table of a dataset an input is read from.
TABLES: Final = {
    "growth": "indicators",
    "distances": "distances",
    "tariffs": "tariffs",
    "elasticities": "elasticities",
}
#: Inputs whose codes are of a revision of the Harmonized System.
BY_PRODUCT: Final = ("tariffs", "elasticities")


def open_inputs(store: Store, datasets: Mapping[str, Sequence[str]]) -> PotentialInputs | None:
    """Return the further inputs that lie in datasets of a store; None where none is named.

    datasets: names by input (a key of ``TABLES``); growth and population may lie in two datasets. The
    sources of the result name each dataset with its attribution and date.

    Raises
    ------
    DatasetNotFoundError: there is no such dataset. InputError: it has no such table, or the name of an
    input is unknown.
    """
    tables: dict[str, pl.DataFrame] = {}
    sources = []
    for name, chosen in datasets.items():
        if name not in TABLES:
            raise InputError(f"input {name!r}", rule=f"one of {', '.join(TABLES)}")
        parts = []
        for dataset in chosen:
            manifest = store.info(dataset)
            if TABLES[name] not in manifest.tables:
                raise InputError(
                    f"dataset '{dataset}' holds {', '.join(manifest.tables)} and no {TABLES[name]}",
                    rule=f"{name} are read from a dataset with a table '{TABLES[name]}'",
                    fix="'corridor data list' names the datasets",
                )
            parts.append(store.scan(dataset, TABLES[name]).collect())
            sources.append(_describe(name, manifest))
        if parts:
            tables[name] = pl.concat(parts, how="diagonal")
    return PotentialInputs(**tables, sources=tuple(sources)) if tables else None


def _describe(name: str, manifest: Manifest) -> InputSource:
    revisions: set[str] = set()
    if name in BY_PRODUCT:
        revisions = {*manifest.nomenclature_by_year.values()} or {manifest.nomenclature}
    return InputSource(
        name,
        manifest.name,
        manifest.attribution,
        manifest.as_of,
        manifest.illustrative,
        ", ".join(sorted(each for each in revisions if each)),
    )
