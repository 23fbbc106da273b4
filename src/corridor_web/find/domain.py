"""Writes of this app: each refuses first and then changes everything or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext

from corridor import __version__
from corridor.data.runs import describe_source, remove_run, save_run
from corridor.data.sources import TradeSource, open_trade
from corridor.data.store import storage_errors
from corridor.errors import InputError
from corridor.find.cube import CubeWindow, open_window
from corridor.find.inputs import PotentialInputs
from corridor.find.opening import open_inputs
from corridor.find.options import PotentialOptions
from corridor.find.pair import PairAnalysis, describe_lines
from corridor.find.stored import make_run, read_names
from corridor.find.study import study_pair
from corridor.find.target import TargetBase
from corridor.locale.catalogue import gettext_noop
from corridor_web.accounts.models import User
from corridor_web.find.models import Run, Target
from corridor_web.find.queries import find_target, may_delete, open_store, publishes_runs, run_path
from corridor_web.registry.queries import Reader

Progress = Callable[[float, str], None]


def compute_run(
    key: str,
    dataset: str,
    exporter: str,
    importer: str,
    year: int | None,
    user: User | None,
    *,
    progress: Progress,
    inputs: Mapping[str, str] | None = None,
    window: int = 1,
) -> Run:
    """Analyse a pair from a dataset of this site and store it as the run ``key``.

    inputs: datasets of growth, distances, tariffs and elasticities, by what they are for. window: years
    averaged. The row is written after the files; a run of that key that is there already is returned as it is.

    Raises
    ------
    DatasetNotFoundError: there is no such dataset. DatasetDamagedError: its files are not as written.
    InputError: it holds no trade, not that year, or not these economies; or an input cannot be used.
    StorageError: the disk refuses.
    """
    if found := Run.objects.filter(key=key).first():
        return found
    progress(0.0, gettext_noop("Checking the dataset"))
    source, products = open_dataset(dataset, year)
    further = open_further(inputs or {})
    laid_out = open_window(
        open_store(),
        dataset,
        year=source.year,
        window=window,
        verify=True,
        progress=lambda share, message: progress(0.05 + 0.3 * share, message),
    )
    analysis = _analyse(source, products, (exporter, importer), further, laid_out, progress)
    progress(1.0, gettext_noop("Storing the run"))
    try:
        with storage_errors(run_path(key)):
            save_run(make_run(analysis), run_path(key))
        return Run.objects.create(
            key=key,
            exporter=exporter,
            importer=importer,
            year=analysis.year,
            dataset=dataset,
            illustrative=analysis.source.illustrative,
            version=__version__,
            created_by=user,
        )
    except BaseException:
        remove_run(run_path(key))
        raise


def open_dataset(dataset: str, year: int | None) -> tuple[TradeSource, pl.DataFrame | None]:
    """Return the trade of a dataset whose every byte is as written, and the names of its products.

    Raises
    ------
    DatasetNotFoundError: there is no such dataset. DatasetDamagedError: its files are not as written.
    InputError: it holds no trade, or not that year.
    """
    store = open_store()
    manifest = store.verify(dataset)
    source = open_trade(dataset, store, year=year)
    return source, store.scan(dataset, "products").collect() if "products" in manifest.tables else None


def open_further(inputs: Mapping[str, str]) -> PotentialInputs | None:
    """Return the further inputs from datasets of this site whose every byte is as written.

    Raises
    ------
    DatasetNotFoundError, DatasetDamagedError: as ``open_dataset``. InputError: a dataset lacks the table.
    """
    store = open_store()
    for name in inputs.values():
        store.verify(name)
    return open_inputs(store, {use: [name] for use, name in inputs.items()})


def _analyse(
    source: TradeSource,
    products: pl.DataFrame | None,
    pair: tuple[str, str],
    inputs: PotentialInputs | None,
    window: CubeWindow,
    progress: Progress,
) -> PairAnalysis:
    analysis = study_pair(
        source.every_year,
        *pair,
        year=source.year,
        options=PotentialOptions(window=len(window.years)),
        products=products,
        source=describe_source(source),
        inputs=inputs,
        window=window,
        progress=lambda share, message: progress(0.35 + 0.6 * share, message),
    )
    if products is not None or source.illustrative:
        return analysis
    # names only: they are no list of all the codes there are, so nothing is said of absent ones
    unnamed = analysis.opportunities.drop("description")
    return replace(analysis, opportunities=describe_lines(unnamed, read_names()))


def publish_run(run: Run, user: Reader, *, published: bool = True) -> None:
    """Show a run to the public in the place of the stored one, or stop showing it.

    Raises
    ------
    PermissionDenied: ``user`` serves no desk.
    """
    if not publishes_runs(user):
        raise PermissionDenied
    run.published = published
    run.save(update_fields=["published"])


def delete_run(run: Run, user: Reader) -> None:
    """Delete a run: first its row, so that no page still reads it, then its files.

    Raises
    ------
    PermissionDenied: ``user`` neither made it nor runs the site.
    """
    if not may_delete(user, run):
        raise PermissionDenied
    key = run.key
    run.delete()
    remove_run(run_path(key))


def set_target(
    exporter: str, importer: str, *, value_usd: float, year: int, source: str, base: TargetBase, user: Reader
) -> Target:
    """Set the target that a pair is measured against, in the place of the one it has.

    importer: empty for all markets together. base: today's exports as the target names them.

    Raises
    ------
    PermissionDenied: ``user`` serves no desk. InputError: the target names nobody who set it.
    """
    if not publishes_runs(user):
        raise PermissionDenied
    if not source.strip():
        raise InputError(gettext("a target without a source"), rule=gettext("a target names who set it"))
    values = {
        "value_usd": value_usd,
        "year": year,
        "source": source.strip(),
        "base_usd": base.usd,
        "base_year": base.year,
        "base_source": base.source,
    }
    with transaction.atomic():
        target = find_target(exporter, importer) or Target(exporter=exporter, importer=importer)
        for name, value in values.items():
            setattr(target, name, value)
        target.save()
    return target
