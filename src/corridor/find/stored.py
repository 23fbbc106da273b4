"""Pair analyses as runs: save one, read one back, and the runs that the project carries."""

from dataclasses import asdict
from functools import lru_cache
from typing import Any, Final, Literal

import polars as pl

from corridor import __version__
from corridor.data.runs import STORED_DIR, Run, list_stored_runs, load_run
from corridor.errors import DatasetDamagedError, DatasetNotFoundError, InputError
from corridor.find.inputs import InputGap, InputSource
from corridor.find.pair import PairAnalysis, PairCoverage, PairTotals, describe_lines, sum_chapters
from corridor.find.potential import PotentialOptions
from corridor.find.shortlist import ShortlistSummary
from corridor.find.space import POSITIONS, STANDING
from corridor.tables import OPPORTUNITIES, PRODUCTS, SUPPLIERS

KIND: Final = "pair"
THOUSAND: Final = 1000
#: Columns that are never rounded: shares of conventions and draws.
EXACT: Final = ("firmness", "firmness_noise")
#: Columns of the table ``positions`` that a compact run keeps beside its lines, and the tables it keeps whole.
COMPACT_COLUMNS: Final = ("pci", "density", "cog")
COMPACT_TABLES: Final = (STANDING, "markets")
NOISE_COLUMNS: Final = ("rank_low", "rank_high", "firmness_noise")
Further = Literal["all", "compact", "none"]
#: HS6 names of all lines of the runs that the project carries, kept once (schema ``PRODUCTS``).
NAMES_FILE: Final = STORED_DIR / "products.parquet"


def make_run(
    analysis: PairAnalysis, *, digits: int | None = None, named: bool = True, further: Further = "all"
) -> Run:
    """Return an analysis as a run; with ``digits`` every figure is rounded to that many significant digits.

    Counts, ranks, flags and firmness stay exact. Lines keep the shortlist of the exact figures.
    ``named`` keeps the description of each line. ``further`` says which of the further tables are kept, and
    of the columns on noise: ``all``; ``compact``, ``COMPACT_TABLES`` and ``COMPACT_COLUMNS`` of ``positions``
    for the lines of the pair; or ``none``.
    """
    dropped = ["exporter", "importer", "chapter", "rank", *([] if named else ["description"])]
    table = analysis.opportunities.drop(dropped)
    tables = dict(analysis.tables)
    if further != "all":
        table = table.drop(NOISE_COLUMNS, strict=False)
    if further == "compact" and POSITIONS in tables:
        beside = tables[POSITIONS].select("product", *COMPACT_COLUMNS)
        table = table.join(beside, on="product", how="left", maintain_order="left")
    if further != "all":
        kept = COMPACT_TABLES if further == "compact" else ()
        tables = {name: tables[name] for name in kept if name in tables}
    rounded = _round_columns(table, digits)
    return Run(
        kind=KIND,
        parameters={
            "exporter": analysis.exporter,
            "importer": analysis.importer,
            "year": analysis.year,
            "options": asdict(analysis.options),
        },
        source=analysis.source,
        version=__version__,
        coverage=_list_coverage(analysis.coverage),
        facts={
            "totals": _round_values(asdict(analysis.totals), digits),
            "shortlist": _round_values(asdict(analysis.shortlist), digits),
            "suppliers": _round_columns(analysis.suppliers, digits).drop("importer").to_dict(as_series=False),
            "chapters": _round_columns(analysis.chapters, digits).to_dict(as_series=False),
            "variants": _round_columns(analysis.variants, digits).to_dict(as_series=False),
        },
        table=rounded,
        rounded_digits=digits,
        tables={name: _settle_rounded(part, digits) for name, part in tables.items()},
    )


def read_analysis(run: Run, *, names: pl.DataFrame | None = None) -> PairAnalysis:
    """Return the analysis that a run of kind ``pair`` holds.

    ``names`` (schema ``PRODUCTS``) describes the lines of a run that was saved without descriptions.

    Raises
    ------
    InputError: a run of another kind. DatasetDamagedError: parts of it are missing.
    """
    if run.kind != KIND:
        raise InputError(f"a run of kind {run.kind!r}", rule=f"a pair is read from a run of kind {KIND!r}")
    try:
        return _rebuild(run, names)
    except (KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise DatasetDamagedError(
            f"a stored run lacks a part ({error})", fix="Maybe compute and save it again"
        ) from error


def list_stored_pairs() -> list[tuple[str, str]]:
    """Return (exporter, importer) of the runs that the project carries."""
    return [(name[:3], name[4:]) for name in list_stored_runs()]


@lru_cache(maxsize=8)
def stored_run(exporter: str, importer: str) -> PairAnalysis:
    """Return the analysis that the project carries for a pair: rounded figures, with their coverage.

    Raises
    ------
    DatasetNotFoundError: no run is stored for the pair.
    """
    pairs = list_stored_pairs()
    if (exporter, importer) not in pairs:
        raise DatasetNotFoundError(
            f"no run is stored for {exporter!r} → {importer!r}",
            rule=f"the project carries {', '.join(f'{first} → {second}' for first, second in pairs)}",
            fix="Maybe import a dataset with 'corridor data import' and analyse the pair from it",
        )
    run = load_run(STORED_DIR / f"{exporter}-{importer}")
    return read_analysis(run, names=read_names())


@lru_cache(maxsize=1)
def read_names() -> pl.DataFrame:
    """Return the HS 2017 names that the project carries (schema ``PRODUCTS``): those of its runs' lines.

    They name lines of data that come without a nomenclature; they are no list of all products.
    """
    return PRODUCTS.check(pl.read_parquet(NAMES_FILE))


def _rebuild(run: Run, names: pl.DataFrame | None) -> PairAnalysis:
    exporter, importer = run.parameters["exporter"], run.parameters["importer"]
    lines = run.table.with_columns(
        exporter=pl.lit(exporter),
        importer=pl.lit(importer),
        chapter=pl.col("product").str.head(2),
        rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32),
    )
    digits = run.rounded_digits
    lines = _settle_amounts(lines, digits)
    tables = run.tables
    if set(COMPACT_COLUMNS) <= set(lines.columns):
        positions = lines.select("product", "rca", *COMPACT_COLUMNS)
        tables = {**tables, POSITIONS: positions}
        lines = lines.drop(COMPACT_COLUMNS)
    if "description" not in lines.columns:
        lines = describe_lines(lines, names)
    opportunities = OPPORTUNITIES.check(lines)
    suppliers = _settle_amounts(pl.DataFrame(run.facts["suppliers"]), digits).with_columns(
        pl.col("rank").cast(pl.Int32), importer=pl.lit(importer)
    )
    chapters = pl.DataFrame(run.facts["chapters"], schema=sum_chapters(opportunities).schema)
    coverage: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in run.coverage.items()
    }
    for key, kind in (("gaps", InputGap), ("inputs", InputSource)):
        coverage[key] = tuple(kind(**each) for each in coverage.get(key, ()))
    return PairAnalysis(
        exporter=exporter,
        importer=importer,
        year=run.parameters["year"],
        opportunities=opportunities,
        suppliers=SUPPLIERS.check(suppliers),
        chapters=_settle_amounts(chapters, digits),
        variants=pl.DataFrame(run.facts["variants"]),
        totals=PairTotals(**run.facts["totals"]),
        shortlist=ShortlistSummary(**run.facts["shortlist"]),
        coverage=PairCoverage(**coverage),
        options=PotentialOptions(**run.parameters["options"]),
        source=run.source,
        stored=True,
        rounded_digits=digits,
        tables=tables,
    )


def _list_coverage(coverage: PairCoverage) -> dict[str, Any]:
    """Return the coverage as plain values; what runs without further inputs do not have is left out."""
    values = asdict(coverage)
    return {key: value for key, value in values.items() if value or key not in ("gaps", "inputs")}


def _settle_amounts(table: pl.DataFrame, digits: int | None) -> pl.DataFrame:
    """Return rounded amounts above a thousand as whole dollars: rounding to digits leaves 24799999.999999996.

    The amounts of an exact run (``digits`` None) stay as they are.
    """
    if digits is None:
        return table
    amounts = [name for name in table.columns if name.endswith("_usd")]
    return table.with_columns(
        pl.when(pl.col(name) >= THOUSAND).then(pl.col(name).round(0)).otherwise(pl.col(name)).alias(name)
        for name in amounts
    )


def _settle_rounded(table: pl.DataFrame, digits: int | None) -> pl.DataFrame:
    return _settle_amounts(_round_columns(table, digits), digits)


def _round_columns(table: pl.DataFrame, digits: int | None) -> pl.DataFrame:
    if digits is None:
        return table
    floats = [name for name, kind in table.schema.items() if kind == pl.Float64 and name not in EXACT]
    return table.with_columns(pl.col(floats).round_sig_figs(digits))


def _round_values(values: dict[str, Any], digits: int | None) -> dict[str, Any]:
    if digits is None:
        return values
    return {
        key: float(f"{value:.{digits}g}") if isinstance(value, float) else value
        for key, value in values.items()
    }
