"""A stored dataset in another revision of the Harmonized System, as a new dataset that says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from corridor.data.concordance import BridgeReport, chain_concordances, collect_bridged
from corridor.data.flows import FlowParts
from corridor.data.manifest import Manifest
from corridor.data.revisions import TO
from corridor.data.store import DatasetWriter, Store
from corridor.data.tariffs import bridge_rates
from corridor.errors import InputError

Progress = Callable[[float, str], None]
KINDS: Final = ("trade", "tariffs")
_MOVING_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class _Step:
    """The whole way: the concordance, the datasets it comes from, and the revisions at both ends."""

    concordance: pl.DataFrame
    names: tuple[str, ...]
    source: str
    target: str


def bridge_dataset(
    store: Store,
    name: str,
    concordances: Sequence[str],
    new: str,
    *,
    years: Sequence[int] = (),
    replace: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Move a dataset of trade or tariffs to another nomenclature and store it under a new name.

    Parameters
    ----------
    concordances: names of datasets of the kind ``concordance``, gone through in this order.
    years: only these years of trade are moved; the others stay as they are (they may be in the target's
        revision already). All years where empty.

    Other tables of the dataset, such as its economies, come along; a list of products does not, since its
    codes are those of the old nomenclature.

    Raises
    ------
    InputError: it is of another kind, or in another revision than the concordance leaves.
    DatasetNotFoundError: a dataset is not there. StorageError: the disk refuses; nothing is kept.
    """
    manifest = store.info(name)
    if manifest.kind not in KINDS:
        raise InputError(f"dataset '{name}' holds {manifest.kind}", rule=f"one of {', '.join(KINDS)}")
    step = _open_step(store, concordances)
    chosen = tuple(years) or _list_years(manifest)
    _check_revisions(manifest, step, chosen)
    with store.write(new, replace=replace) as writer:
        if manifest.kind == "trade":
            notes, duplicates = _bridge_trade(store, writer, manifest, step, chosen, progress)
            revisions = _name_years(manifest, step, chosen)
        else:
            made = bridge_rates(store.scan(name, "tariffs").collect(), step.concordance)
            writer.add("tariffs", made.frame)
            notes, duplicates, revisions = [*made.notes], 0, {}
        several = ", ".join(dict.fromkeys(revisions[year] for year in sorted(revisions)))
        return writer.commit(
            kind=manifest.kind,
            source=manifest.source,
            licence=manifest.licence,
            attribution=manifest.attribution,
            as_of=manifest.as_of,
            nomenclature=several or step.target,
            nomenclature_by_year=revisions,
            duplicates_summed=duplicates,
            rows_left_out=manifest.rows_left_out,
            notes=(*manifest.notes, _say_way(manifest, step), *notes),
            illustrative=manifest.illustrative,
        )


def _open_step(store: Store, names: Sequence[str]) -> _Step:
    ends: list[tuple[str, str]] = []
    for name in names:
        manifest = store.info(name)
        source, _, target = manifest.nomenclature.partition(TO)
        if ends and source and ends[-1][1] and source != ends[-1][1]:
            raise InputError(
                f"concordance '{name}' leaves {source}, the one before it reaches {ends[-1][1]}",
                rule="each concordance goes on from where the one before it ends",
            )
        ends.append((source, target))
    whole = chain_concordances([store.scan(name, "concordance").collect() for name in names])
    return _Step(whole, tuple(names), ends[0][0], ends[-1][1])


def _list_years(manifest: Manifest) -> tuple[int, ...]:
    return manifest.coverage.years if manifest.coverage else ()


def _check_revisions(manifest: Manifest, step: _Step, years: Sequence[int]) -> None:
    missing = set(years) - set(_list_years(manifest))
    if missing:
        raise InputError(
            f"dataset '{manifest.name}' has no year {min(missing)}",
            rule=f"it has {', '.join(map(str, _list_years(manifest)))}",
        )
    found = {year: manifest.nomenclature_by_year.get(str(year), manifest.nomenclature) for year in years}
    found = found or {0: manifest.nomenclature}
    wrong = {year: name for year, name in found.items() if name and step.source and name != step.source}
    if wrong:
        year, name = next(iter(wrong.items()))
        of = f" of {year}" if year else ""
        raise InputError(
            f"dataset '{manifest.name}'{of} is in {name}, the concordance leaves {step.source}",
            rule="the concordance begins where the data are",
            fix="Choose the years that are, with --year" if len(wrong) < len(found) else "",
        )


def _bridge_trade(
    store: Store,
    writer: DatasetWriter,
    manifest: Manifest,
    step: _Step,
    years: Sequence[int],
    progress: Progress | None,
) -> tuple[list[str], int]:
    scratch = writer.folder / "scratch"
    scratch.mkdir()
    trade = store.scan(manifest.name)

    def report(share: float, what: str) -> None:
        if progress:
            progress(share, what)

    parts, done = collect_bridged(
        trade.filter(pl.col("year").is_in(list(years))),
        step.concordance,
        lambda economies: FlowParts(economies, scratch),
        lambda share: report(_MOVING_SHARE * share, "moving to the other nomenclature"),
    )
    for position, year in enumerate(_list_years(manifest)):
        share = _MOVING_SHARE + (1 - _MOVING_SHARE) * position / len(_list_years(manifest))
        report(share, f"writing {year}")
        moved = parts.take(year) if year in years else trade.filter(pl.col("year") == year)
        writer.add("trade", moved, part=str(year))
    for table in manifest.tables:
        if table not in ("trade", "products", "rejects"):
            writer.add(table, store.scan(manifest.name, table))
    return _say_report(done, years, manifest), parts.duplicates


def _name_years(manifest: Manifest, step: _Step, years: Sequence[int]) -> dict[int, str]:
    names = {
        year: step.target
        if year in years
        else manifest.nomenclature_by_year.get(str(year), manifest.nomenclature)
        for year in _list_years(manifest)
    }
    return {year: name for year, name in names.items() if name}


def _say_way(manifest: Manifest, step: _Step) -> str:
    way = f"{step.source or 'its nomenclature'} to {step.target or 'another'}"
    return f"Moved from dataset '{manifest.name}' by concordance {', then '.join(step.names)}: {way}."


def _say_report(report: BridgeReport, years: Sequence[int], manifest: Manifest) -> list[str]:
    only = "" if len(years) == len(_list_years(manifest)) else f" (years {', '.join(map(str, years))})"
    notes = [
        f"{report.codes_moved:,} codes{only} have one target; {report.codes_split:,} are split over several "
        f"({report.split_value_share:.2%} of the value); {report.codes_unmapped:,} are unknown to the "
        f"concordance and kept as they are ({report.unmapped_value_share:.2%} of the value)."
    ]
    if report.largest_unmapped:
        notes.append(f"Kept as they are, largest first: {', '.join(report.largest_unmapped)}.")
    return notes
