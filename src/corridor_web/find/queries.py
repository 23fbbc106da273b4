"""Reads of this app: the analysis of a pair from the newest run, else from the run the project carries."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404

from corridor.data.runs import load_run
from corridor.errors import DatasetNotFoundError
from corridor.find.pair import PairAnalysis
from corridor.find.stored import read_analysis, stored_run
from corridor.find.target import TargetDecomposition, decompose_target
from corridor_web.find.models import Run, Target


def list_pairs() -> list[tuple[str, str]]:
    """Return the two directions of this site's pair, home first."""
    home, partner = settings.CORRIDOR_PAIR
    return [(home, partner), (partner, home)]


def read_pair(exporter: str, importer: str, run_key: str = "") -> tuple[PairAnalysis, Run | None]:
    """Return the analysis of a pair and the run it comes from (None: the stored run).

    Raises
    ------
    Http404: the site knows no run for this pair, or no run of that key.
    """
    runs = Run.objects.filter(exporter=exporter, importer=importer)
    run = runs.filter(key=run_key).first() if run_key else runs.order_by("-created").first()
    if run is not None:
        return _load(str(settings.HOME / "runs" / run.key)), run
    if run_key:
        raise Http404
    try:
        return _stored(exporter, importer), None
    except DatasetNotFoundError as error:
        raise Http404 from error


@lru_cache(maxsize=8)
def _load(path: str) -> PairAnalysis:
    return read_analysis(load_run(Path(path)))


@lru_cache(maxsize=4)
def _stored(exporter: str, importer: str) -> PairAnalysis:
    return stored_run(exporter, importer)


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
