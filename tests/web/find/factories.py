"""Objects of the policy test, and runs for other tests."""

import atexit
import os
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from corridor import __version__
from corridor.data.runs import Attribution, remove_run, save_run
from corridor.data.world import World, build_world
from corridor.find.pair import PairAnalysis, analyse_pair
from corridor.find.stored import make_run
from corridor_web.accounts.models import User
from corridor_web.find.models import Run
from corridor_web.find.queries import run_path

#: Of the policy test's run: its files lie in the folder of the tests until the process ends.
KEY: Final = f"policy-test-{os.getpid()}"


@lru_cache(maxsize=1)
def small_world() -> World:
    """Return a world that is generated and analysed in a moment."""
    return build_world(economies=8, products=40, years=2)


@lru_cache(maxsize=1)
def small_analysis() -> PairAnalysis:
    """Return the analysis of XAA → XAB in the small world."""
    source = Attribution(title="Generated", illustrative=True)
    world = small_world()
    return analyse_pair(world.trade, "XAA", "XAB", products=world.products, source=source)


def make_site_run(key: str, *, published: bool = False, user: User | None = None, **values: Any) -> Run:
    """Store a run of XAA → XAB with its files, or of another pair with the same figures."""
    pair = {"exporter": values.pop("exporter", "XAA"), "importer": values.pop("importer", "XAB")}
    analysis = replace(small_analysis(), **pair)
    save_run(make_run(analysis), run_path(key))
    defaults: dict[str, Any] = {
        **pair,
        "year": analysis.year,
        "dataset": "small",
        "illustrative": True,
        "version": __version__,
    }
    return Run.objects.create(key=key, published=published, created_by=user, **defaults | values)


def _store_run(state: str, users: dict[str, User]) -> Run:
    return make_site_run(KEY, published=state == "published", user=users["analyst"])


@atexit.register
def remove_files() -> None:
    """Leave no file of the policy test behind."""
    remove_run(run_path(KEY))


def pair_in_state(state: str, users: dict[str, User]) -> dict[str, object]:
    """The pair of the stored run, or of a run computed here."""
    if state == "stored":
        return {"exporter": "PAK", "importer": "CHN"}
    run = _store_run(state, users)
    return {"exporter": "XAA", "importer": "XAB", "data": {"run": run.key}}


def line_in_state(state: str, users: dict[str, User]) -> dict[str, object]:
    """One product of such a pair."""
    product = "100630" if state == "stored" else small_analysis().opportunities["product"][0]
    return {**pair_in_state(state, users), "product": product}


def area_in_state(state: str, users: dict[str, User]) -> dict[str, object]:
    """One area of such a pair."""
    return {**pair_in_state(state, users), "area": "electric_vehicles"}


def run_in_state(state: str, users: dict[str, User]) -> dict[str, object]:
    """A run that the analyst made."""
    return {"key": _store_run(state, users).key}


def comparison_in_state(state: str, users: dict[str, User]) -> dict[str, object]:
    """Two runs of such a pair, the second the one that is or is not for everyone."""
    made = pair_in_state(state, users)
    key = "stored" if state == "stored" else KEY
    return {**made, "data": {"run": key, "with": key}}


FACTORIES: dict[str, Callable[[str, dict[str, User]], dict[str, object]]] = {
    "pair": pair_in_state,
    "line": line_in_state,
    "area": area_in_state,
    "comparison": comparison_in_state,
    "run": run_in_state,
}
