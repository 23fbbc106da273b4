"""Reads of this app: the analysis of a pair from the newest run, else from the run the project carries."""

from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from corridor.data.manifest import Manifest
from corridor.data.runs import STORED_DIR, load_run
from corridor.data.store import Store
from corridor.errors import DatasetDamagedError, DatasetNotFoundError
from corridor.find.chains import Chain, read_chains
from corridor.find.pair import PairAnalysis
from corridor.find.stored import list_stored_pairs, read_analysis, read_names, stored_run
from corridor.find.target import TargetDecomposition, decompose_target
from corridor.locale import direction
from corridor.locale.economies import economy_name
from corridor_web.accounts.models import Role
from corridor_web.find.models import Run, Target
from corridor_web.registry.models import Listing
from corridor_web.registry.queries import filter_listings, filter_products, visible_listings

#: In the place of a run's key: the run that the project carries.
STORED: Final = "stored"
SHOWN_RUNS: Final = 10
#: Listings of who makes a product that its page names.
SHOWN_MAKERS: Final = 12
COMPUTERS: Final = (Role.ANALYST, Role.DESK_OFFICER, Role.ADMINISTRATOR)
PUBLISHERS: Final = (Role.DESK_OFFICER, Role.ADMINISTRATOR)


def list_pairs() -> list[tuple[str, str]]:
    """Return the two directions of this site's pair, home first."""
    home, partner = settings.CORRIDOR_PAIR
    return [(home, partner), (partner, home)]


def point_arrow(language: str) -> str:
    """Return the arrow from an exporter to an importer in the direction of the script."""
    return "←" if direction(language) == "rtl" else "→"


def name_pair(exporter: str, importer: str, language: str) -> str:
    """Return the two economies by name, with the arrow from who sells to who buys."""
    names = economy_name(exporter, language), economy_name(importer, language)
    return f" {point_arrow(language)} ".join(names)


def visible_runs(user: Any) -> QuerySet[Run]:
    """Return the runs ``user`` may see, the newest first, generated ones after all others."""
    runs = Run.objects.select_related("created_by").order_by("illustrative", "-created", "pk")
    return runs if getattr(user, "is_authenticated", False) else runs.filter(published=True)


def pair_runs(user: Any, exporter: str, importer: str) -> list[Run]:
    """Return the newest runs of a pair that ``user`` may see."""
    return list(visible_runs(user).filter(exporter=exporter, importer=importer)[:SHOWN_RUNS])


def read_pair(
    exporter: str, importer: str, run_key: str = "", *, user: Any = None
) -> tuple[PairAnalysis, Run | None]:
    """Return the analysis of a pair and the run it comes from (None: the stored run).

    ``run_key`` names a run, or the run the project carries by ``stored``; without it the newest run that
    ``user`` may see is taken whose files are whole, else the stored run.

    Raises
    ------
    Http404: the site knows no run for this pair, or no run of that key that ``user`` may see.
    CorridorError: the files of the run asked for are missing or damaged.
    """
    if run_key and run_key != STORED:
        run = get_object_or_404(visible_runs(user), exporter=exporter, importer=importer, key=run_key)
        return _load(str(run_path(run.key))), run
    if not run_key:
        for run in pair_runs(user, exporter, importer):
            with suppress(DatasetNotFoundError, DatasetDamagedError):
                return _load(str(run_path(run.key))), run
    try:
        return stored_run(exporter, importer), None
    except DatasetNotFoundError as error:
        raise Http404 from error


def run_path(key: str) -> Path:
    """Return where the files of a run lie, without their suffix."""
    return Path(settings.HOME) / "runs" / key


@lru_cache(maxsize=8)
def _load(path: str) -> PairAnalysis:
    return read_analysis(load_run(Path(path)))


def is_stored(exporter: str, importer: str) -> bool:
    """Tell whether the project carries a run of this pair."""
    return (exporter, importer) in list_stored_pairs()


@lru_cache(maxsize=4)
def read_stored_version(exporter: str, importer: str) -> str:
    """Return the version of Corridor that computed the run the project carries."""
    return load_run(STORED_DIR / f"{exporter}-{importer}").version


def open_store() -> Store:
    """Return the datasets of this site."""
    return Store(Path(settings.HOME) / "datasets")


def list_trade(store: Store) -> list[Manifest]:
    """Return the readable datasets that hold trade, by name."""
    return [manifest for manifest in store.list() if manifest.coverage is not None]


def list_unreadable(store: Store) -> list[str]:
    """Return the names of datasets whose manifest cannot be read."""
    return sorted(set(store.names()) - {manifest.name for manifest in store.list()})


def computes_runs(user: Any) -> bool:
    """Tell whether ``user`` may start runs."""
    return getattr(user, "role", "") in COMPUTERS


def publishes_runs(user: Any) -> bool:
    """Tell whether ``user`` may show a run to the public, or stop showing it."""
    return getattr(user, "role", "") in PUBLISHERS


def may_delete(user: Any, run: Run) -> bool:
    """Tell whether ``user`` may delete a run: who made it, or an administrator."""
    if not getattr(user, "is_authenticated", False):
        return False
    return bool(user.role == Role.ADMINISTRATOR or run.created_by_id == user.pk)


def read_target(analysis: PairAnalysis) -> tuple[Target, TargetDecomposition] | None:
    """Return the target set for a pair and what carries it, or None where none is set."""
    target = Target.objects.filter(exporter=analysis.exporter, importer=analysis.importer).first()
    if target is None:
        return None
    gap = decompose_target(
        target.value_usd,
        base_usd=target.base_usd,
        years=target.year - target.base_year,
        base_source=target.base_source,
        unrealised_usd=analysis.totals.unrealised_usd,
        market_usd=analysis.totals.importer_imports_usd,
    )
    return target, gap


def read_other_way(analysis: PairAnalysis, run: Run | None, *, user: Any = None) -> PairAnalysis | None:
    """Return the analysis of the pair the other way round, None where the site has none.

    Beside the run that the project carries (``run`` is None) stands the other one that it carries, beside
    a run computed here the newest one that ``user`` may see.
    """
    pair = analysis.importer, analysis.exporter
    key = STORED if run is None and is_stored(*pair) else ""
    try:
        return read_pair(*pair, key, user=user)[0]
    except Http404:
        return None


@lru_cache(maxsize=1)
def list_chains() -> tuple[Chain, ...]:
    """Return the supply chains that the project carries."""
    return read_chains()


def list_makers(user: Any, economy: str, product: str) -> list[Listing]:
    """Return published offers of an economy's organisations that hold a product, those ``user`` may see."""
    offers = filter_listings(visible_listings(user), side="offer", economy=economy)
    published = offers.filter(status=Listing.Status.PUBLISHED)
    return list(filter_products(published, product).order_by("illustrative", "title", "pk")[:SHOWN_MAKERS])


def name_products(*analyses: PairAnalysis) -> pl.DataFrame:
    """Return the English names of products, once each: those of the analyses, then those carried along."""
    frames = [analysis.opportunities.select("product", "description") for analysis in analyses]
    if not any(analysis.source.illustrative for analysis in analyses):
        frames.append(read_names().select("product", "description"))
    return pl.concat(frames).drop_nulls().unique("product", keep="first", maintain_order=True)
