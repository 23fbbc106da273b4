"""Reads of this app: the analysis of a pair from the newest run, else from the run the project carries."""

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from corridor.data.facts import load_facts
from corridor.data.manifest import Manifest
from corridor.data.runs import STORED_DIR, load_run
from corridor.data.store import Store
from corridor.errors import DatasetDamagedError, DatasetNotFoundError, InputError
from corridor.find.chains import Chain, read_chains
from corridor.find.compare import RunComparison, compare_runs
from corridor.find.goods import GOODS, PairGoods, read_goods
from corridor.find.pair import PairAnalysis
from corridor.find.scenarios import date_base, read_evidence, study_target
from corridor.find.space import POSITIONS
from corridor.find.stored import list_stored_pairs, read_analysis, read_names, stored_run
from corridor.find.strategy import StrategyRanking, rank_pair
from corridor.find.target import TargetBase, TargetDecomposition
from corridor.locale import direction
from corridor.locale.economies import economy_name
from corridor.tables import AREA_EVIDENCE
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


def is_shown(user: Any, exporter: str, importer: str) -> bool:
    """Tell whether ``user`` finds figures of a pair here."""
    if is_stored(exporter, importer):
        return True
    return visible_runs(user).filter(exporter=exporter, importer=importer).exists()


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
    """Return the target set for a pair and what carries it, or None where none is set.

    Today's exports are those of the run's data, since the potential is measured against them; the base
    that the target names stands beside (``others``). Where the target's year is not after the data's,
    there is nothing to decompose.
    """
    target = find_target(analysis.exporter, analysis.importer)
    if target is None or target.year <= analysis.year:
        return None
    evidence = read_evidence(analysis, target_year=target.year, other_bases=stated_bases(target, target.year))
    return target, study_target(target.value_usd, evidence).decomposition


def stated_bases(target: Target, year: int) -> list[TargetBase]:
    """Return the base that a target names, where it lies before ``year``."""
    if target.base_year >= year:
        return []
    return [date_base(target.base_usd, target.base_source, target.base_year, target_year=year)]


def find_target(exporter: str, importer: str) -> Target | None:
    """Return the first target set for a pair, or with no ``importer`` for all markets together."""
    return Target.objects.filter(exporter=exporter, importer=importer).first()


def read_pair_goods(analysis: PairAnalysis, run: Run | None, user: Any) -> PairGoods:
    """Return the goods of a pair: from its run, or from that and the run of the other direction beside it."""
    if GOODS in analysis.tables:
        return read_goods(analysis, None)
    other = read_other_way(analysis, run, user=user)
    same = other is not None and (other.source.title, other.year) == (analysis.source.title, analysis.year)
    return read_goods(analysis, other if same else None)


def list_evidence(user: Any) -> list[Manifest]:
    """Return the datasets of indicators on areas, by name; like runs that are not published, for people signed in."""
    if not getattr(user, "is_authenticated", False):
        return []
    return [manifest for manifest in open_store().list() if AREA_EVIDENCE.name in manifest.tables]


def read_area_evidence(names: Sequence[str]) -> pl.DataFrame | None:
    """Return the indicators of these datasets, a row that two of them hold once; None where no dataset is named."""
    if not names:
        return None
    store = open_store()
    tables = [store.scan(name, AREA_EVIDENCE.name).collect() for name in names]
    return AREA_EVIDENCE.check(pl.concat(tables).unique(AREA_EVIDENCE.key, keep="first", maintain_order=True))


def list_documented(area: str, economies: Sequence[str]) -> list[dict[str, Any]]:
    """Return the published programmes and systems delivered in a field in one of ``economies``, with sources."""
    facts = load_facts()
    programmes = [
        {
            "name": programme.name_en,
            "text": programme.summary,
            "source": "; ".join(dict.fromkeys(figure.source for figure in programme.figures)),
        }
        for programme in facts.programmes
        if programme.field == area and programme.economy in economies
    ]
    delivered = facts.references.filter(pl.col("field") == area, pl.col("economy").is_in(list(economies)))
    return [
        *programmes,
        *[
            {"name": row["name"], "text": row["delivered"], "source": row["source"], "note": row["note"]}
            for row in delivered.to_dicts()
        ],
    ]


def rank_strategy(analysis: PairAnalysis, strategy: str, income_usd: float | None = None) -> StrategyRanking:
    """Return the products that the exporter has no advantage in yet, scored by a strategy.

    income_usd: the exporter's income a head, for the ceiling of complexity.

    Raises
    ------
    InputError: the run holds no complexity of products.
    """
    if POSITIONS not in analysis.tables:
        raise InputError(
            gettext("this run holds no complexity of products"),
            rule=gettext("a strategy weighs complexity; compute a run from a dataset of this site"),
        )
    return rank_pair(analysis, strategy, income_usd=income_usd)


def compare_pair(
    exporter: str, importer: str, first_key: str, second_key: str, *, user: Any = None
) -> RunComparison:
    """Return how the run ``second_key`` of a pair differs from ``first_key`` (keys as of ``read_pair``).

    Raises
    ------
    Http404: one of the two is not there, or not for ``user``.
    """
    first, _run = read_pair(exporter, importer, first_key, user=user)
    second, _run = read_pair(exporter, importer, second_key, user=user)
    return compare_runs(first, second)


def read_other_way(analysis: PairAnalysis, run: Run | None, *, user: Any = None) -> PairAnalysis | None:
    """Return the analysis of the pair the other way round, None where the site has none.

    Beside the run that the project carries (``run`` is None) stands the other one that it carries, beside
    a run computed here the newest one from the same data that ``user`` may see, else the newest one.
    """
    pair = analysis.importer, analysis.exporter
    if run is not None:
        for other in pair_runs(user, *pair):
            if (other.dataset, other.year) == (run.dataset, run.year):
                with suppress(DatasetNotFoundError, DatasetDamagedError):
                    return _load(str(run_path(other.key)))
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
