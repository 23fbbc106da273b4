"""Tariff lines into one rate for each importer, exporter, six-digit product and year.

Lines are read as publishers give them: national tariff lines of eight or ten digits, six-digit averages
(WITS/TRAINS), or headings of four digits that a plain schedule gives for all codes below. A line without
an ad valorem rate is unknown: it is counted and takes no part in a mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from corridor.data.codes import kept_codes
from corridor.data.unions import EUROPEAN_UNION, list_members
from corridor.errors import InputError
from corridor.tables import MFN, TARIFFS

#: A rate above this is no fault, but worth a look.
REMARKABLE_RATE: Final = 200
_NO_MEMBERS: Final = "group of partners whose members are not known (--groups)"
_HS6: Final = 6
_HEADING: Final = 4
_SAME: Final = 1e-9
_KEY: Final = ("importer", "exporter", "product", "year")
#: From the weakest: what a mean of lines of several bases is called by the strongest.
_BASES: Final = ("mfn", "schedule", "preferential")
_DETAILS: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "minimum_percent": pl.Float64,
    "maximum_percent": pl.Float64,
    "lines": pl.Float64,
    "unknown_lines": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class TariffTable:
    """Rates in the schema ``TARIFFS``, and what was done to get them."""

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


def average_lines(
    lines: pl.DataFrame,
    *,
    groups: pl.DataFrame | None = None,
    products: Sequence[str] | None = None,
    plain: bool = False,
) -> TariffTable:
    """Return one rate a key from tariff lines.

    Parameters
    ----------
    lines: ``importer, exporter, product`` (4 to 12 digits), ``year``, ``rate_percent`` (null where there is
        no ad valorem rate) and maybe ``mfn_percent``, ``preferential_percent``, ``duty_type``,
        ``minimum_percent``, ``maximum_percent``, ``lines``, ``unknown_lines``. ``exporter`` is an economy,
        ``MFN``, ``EUN`` or the name of a group; absent, all rates are for everyone.
    groups: members of the groups, ``group`` and ``economy``.
    products: the HS6 codes below a heading of four digits.
    plain: a schedule that names no duty types: rates for everyone are ``mfn`` where the file says so by a
        duty type, else ``schedule``.

    Raises
    ------
    InputError: a heading has to be spread and no products are known, or no rate is left.
    """
    left_out: dict[str, int] = {}
    typed = _type_lines(_stack_columns(lines), plain, left_out)
    whole = _spread_headings(typed, products, plain, left_out)
    single, chosen = _choose_rates(_expand_partners(whole, groups, left_out))
    rates = average_groups(
        _fill_with_general(single.with_columns(group=pl.col("product").str.head(_HS6))), left_out
    )
    if rates.is_empty():
        raise InputError(
            "no line of the files has an ad valorem rate that holds for an economy",
            rule="at least one",
            fix="; ".join(f"{reason}: {count:,}" for reason, count in left_out.items()),
        )
    return TariffTable(TARIFFS.check(rates), tuple(_describe(whole, rates, chosen)), left_out)


def _stack_columns(lines: pl.DataFrame) -> pl.DataFrame:
    """Return one rate a row where a file has the general and the preferential rate side by side."""
    exporter = pl.col("exporter") if "exporter" in lines.columns else pl.lit(None, dtype=pl.String)
    lines = lines.with_columns(exporter=exporter.fill_null(MFN))
    parts = [lines] if "rate_percent" in lines.columns else []
    for column, duty in (("mfn_percent", "mfn"), ("preferential_percent", "preferential")):
        if column in lines.columns:
            part = lines.with_columns(rate_percent=pl.col(column), duty_type=pl.lit(duty))
            parts.append(part.filter(pl.col(column).is_not_null()) if duty == "preferential" else part)
    stacked = pl.concat(parts, how="diagonal")
    missing = [
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in _DETAILS.items() if name not in lines.columns
    ]
    stacked = stacked.drop("mfn_percent", "preferential_percent", strict=False).with_columns(missing)
    return _doubt_empty_means(stacked)


def _doubt_empty_means(lines: pl.DataFrame) -> pl.DataFrame:
    """Count known lines; TRAINS writes a mean of 0 where no line of a code has an ad valorem rate."""
    known = (pl.col("lines") - pl.col("unknown_lines").fill_null(0.0)).clip(lower_bound=0.0)
    lines = lines.with_columns(lines=known)
    rate = (
        pl.when((pl.col("lines") == 0) & (pl.col("unknown_lines") > 0)).then(None).otherwise("rate_percent")
    )
    return lines.with_columns(rate_percent=rate)


def _type_lines(lines: pl.DataFrame, plain: bool, left_out: dict[str, int]) -> pl.DataFrame:
    """Give each line its duty; a most-favoured-nation rate is for everyone, a bound one is levied by nobody."""
    everyone = pl.col("exporter") == MFN
    guess = pl.when(everyone).then(pl.lit("schedule" if plain else "mfn")).otherwise(pl.lit("preferential"))
    stated = pl.col("duty_type") if "duty_type" in lines.columns else pl.lit(None, dtype=pl.String)
    lines = lines.with_columns(duty_type=pl.coalesce(stated, guess))
    lines = _drop(lines, pl.col("duty_type") == "bound", "bound rate, which is a ceiling", left_out)
    lines = lines.with_columns(
        exporter=pl.when(pl.col("duty_type") == "mfn").then(pl.lit(MFN)).otherwise("exporter")
    )
    unnamed = everyone & pl.col("duty_type").is_in(["preferential", "applied"])
    return _drop(lines, unnamed, "rate of a preference or applied rate that names no partner", left_out)


def _drop(frame: pl.DataFrame, rows: pl.Expr, reason: str, left_out: dict[str, int]) -> pl.DataFrame:
    kept = frame.filter(~rows)
    if kept.height < frame.height:
        left_out[reason] = left_out.get(reason, 0) + frame.height - kept.height
    return kept


def _spread_headings(
    lines: pl.DataFrame, products: Sequence[str] | None, plain: bool, left_out: dict[str, int]
) -> pl.DataFrame:
    """Give a heading's rate to each HS6 code below it that the schedule does not name itself."""
    short = pl.col("product").str.len_bytes() < _HS6
    if not plain:
        return _drop(lines, short, "average of a heading above six digits", left_out)
    headings = lines.filter(short)
    if headings.is_empty():
        return lines
    if products is None:
        raise InputError(
            f"tariff line '{headings['product'][0]}' is a heading that holds for all codes below it",
            rule="the HS6 codes below a heading come from a list of products",
            fix="Name one with --products FILE, in the nomenclature of the schedule",
        )
    codes = pl.DataFrame({"code": list(products)}, schema={"code": pl.String})
    spread = headings.with_columns(heading=pl.col("product").str.head(_HEADING)).join(
        codes.with_columns(heading=pl.col("code").str.head(_HEADING)), on="heading", how="inner"
    )
    own = lines.filter(~short)
    key = ("importer", "exporter", "year")
    named = own.select(*key, code=pl.col("product").str.head(_HS6)).unique()
    spread = spread.join(named, on=[*key, "code"], how="anti").with_columns(product=pl.col("code"))
    return pl.concat([own, spread.select(own.columns)])


def _expand_partners(
    lines: pl.DataFrame, groups: pl.DataFrame | None, left_out: dict[str, int]
) -> pl.DataFrame:
    """Put its members in the place of a group of partners, and of the European Union by year."""
    members = [] if groups is None else [groups.select("group", "economy")]
    known = pl.concat(
        [*members, pl.DataFrame(schema={"group": pl.String, "economy": pl.String})], how="vertical"
    ).unique()
    expanded = lines.join(known, left_on="exporter", right_on="group", how="left")
    union = _list_union(lines["year"].unique().to_list())
    expanded = expanded.join(union, on=["exporter", "year"], how="left")
    expanded = expanded.with_columns(exporter=pl.coalesce("economy", "member", "exporter"))
    known_code = pl.col("exporter").is_in([*kept_codes(), MFN])
    expanded = _drop(expanded, ~known_code, _NO_MEMBERS, left_out)
    return expanded.filter(pl.col("exporter") != pl.col("importer")).drop("economy", "member")


def _list_union(years: Sequence[int]) -> pl.DataFrame:
    rows = [(EUROPEAN_UNION, year, member) for year in years for member in sorted(list_members(year))]
    return pl.DataFrame(
        rows, schema={"exporter": pl.String, "year": pl.Int32, "member": pl.String}, orient="row"
    )


def _choose_rates(lines: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Keep one rate of each line: for a pair the lowest of several, for everyone their mean.

    A trader claims the lowest of several preferences; several general rates are seasons or quotas.
    """
    single = lines.with_columns(
        basis=pl.col("duty_type").replace("applied", "preferential"),
        applied=pl.col("duty_type") == "applied",
    )
    rate, everyone = pl.col("rate_percent"), pl.col("exporter").first() == MFN
    several = rate.drop_nulls().n_unique() > 1
    chosen = single.group_by(_KEY, maintain_order=True).agg(
        rate_percent=pl.when(everyone).then(rate.drop_nulls().unique().mean()).otherwise(rate.min()),
        basis=pl.col("basis").sort_by(rate, pl.col("basis"), nulls_last=True).first(),
        applied=pl.col("applied").all(),
        minimum_percent=pl.col("minimum_percent").min(),
        maximum_percent=pl.col("maximum_percent").max(),
        lines=pl.col("lines").max(),
        unknown_lines=pl.col("unknown_lines").max(),
        several=several,
    )
    return _name_applied(chosen), int(chosen["several"].sum())


def _name_applied(lines: pl.DataFrame) -> pl.DataFrame:
    """Call an applied rate ``mfn`` where it is the general one, ``schedule`` above it, else ``preferential``."""
    if not lines["applied"].any():
        return lines
    general = lines.filter(pl.col("exporter") == MFN).select(
        "importer", "product", "year", general="rate_percent"
    )
    known = lines.join(general, on=["importer", "product", "year"], how="left", maintain_order="left")
    above = pl.col("rate_percent") - pl.col("general")
    basis = (
        pl.when(pl.col("applied") & (above.abs() < _SAME))
        .then(pl.lit("mfn"))
        # an extra duty on one origin is no preference, which nobody would have to claim
        .when(pl.col("applied") & (above > 0))
        .then(pl.lit("schedule"))
        .otherwise("basis")
    )
    return known.with_columns(basis=basis).drop("general")


def _fill_with_general(lines: pl.DataFrame) -> pl.DataFrame:
    """Add to a pair's lines of a ``group`` the lines of it for which only the general rate holds.

    A preference that names two of a code's five tariff lines leaves the other three at the general rate:
    a mean over the two alone would be too low.
    """
    if (lines["product"] == lines["group"]).all():
        return lines
    everyone = pl.col("exporter") == MFN
    place = ["importer", "year", "group"]
    general = lines.filter(everyone).drop("exporter")
    pairs = lines.filter(~everyone)
    touched = pairs.select(*place, "exporter").unique()
    rest = touched.join(general, on=place, how="inner").join(
        pairs, on=[*place, "exporter", "product"], how="anti"
    )
    return pl.concat([lines, rest.select(lines.columns)])


def average_groups(lines: pl.DataFrame, left_out: dict[str, int]) -> pl.DataFrame:
    """Return the mean over the lines of each ``group`` (weighted by ``weight`` where there is one)."""
    rate, known = pl.col("rate_percent"), pl.col("rate_percent").is_not_null()
    weight = pl.col("weight") if "weight" in lines.columns else pl.lit(1.0)
    strength = pl.col("basis").cast(pl.Enum(_BASES)).filter(known).max()
    counted = pl.col("lines").filter(known).fill_null(1.0).sum()
    unknown = pl.col("unknown_lines").fill_null(pl.when(known).then(0.0).otherwise(1.0)).sum()
    rates = lines.group_by("importer", "exporter", product="group", year="year").agg(
        rate_percent=(rate * weight).sum() / (weight * known).sum(),
        basis=strength.cast(pl.String),
        minimum_percent=pl.coalesce("minimum_percent", "rate_percent").min(),
        maximum_percent=pl.coalesce("maximum_percent", "rate_percent").max(),
        lines=counted.cast(pl.Int32),
        unknown_lines=unknown.cast(pl.Int32),
        known=known.any(),
    )
    rates = _drop(rates, ~pl.col("known"), "no ad valorem rate (specific duty), so unknown", left_out)
    return rates.drop("known").select(list(TARIFFS.columns)).sort(_KEY)


def _describe(lines: pl.DataFrame, rates: pl.DataFrame, chosen: int) -> list[str]:
    notes = []
    finer = int((lines["product"].str.len_bytes() > _HS6).sum())
    if finer:
        notes.append(
            f"{finer:,} national tariff lines were averaged to {rates.height:,} rates of six digits (simple mean)."
        )
    if chosen:
        notes.append(
            f"{chosen:,} lines had several rates: the lowest was taken for a pair, the mean of them for everyone."
        )
    partly = rates.filter(pl.col("unknown_lines") > 0).height
    if partly:
        notes.append(
            f"{partly:,} rates are means without the lines of their code that have no ad valorem rate."
        )
    high = rates.filter(pl.col("rate_percent") > REMARKABLE_RATE).sort("rate_percent", descending=True)
    if high.height:
        first = high.row(0, named=True)
        notes.append(
            f"{high.height:,} rates are above {REMARKABLE_RATE} %; the highest is {first['rate_percent']:g} % "
            f"({first['importer']} on {first['exporter']}, {first['product']}, {first['year']})."
        )
    return notes


def bridge_rates(tariffs: pl.DataFrame, concordance: pl.DataFrame) -> TariffTable:
    """Move a table of tariffs to another nomenclature: the mean of the rates that meet, weighted by share.

    A code that the concordance does not know keeps its rate. Where a preference covers only some of the
    codes that meet, the general rate holds for the others.

    Raises
    ------
    SchemaError: a table is not of its schema.
    """
    table = TARIFFS.check(tariffs)
    moved = table.join(concordance, left_on="product", right_on="source", how="left").with_columns(
        group=pl.coalesce("target", "product"), weight=pl.col("share").fill_null(1.0)
    )
    missing = [
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in _DETAILS.items() if name not in moved.columns
    ]
    unmapped = moved.filter(pl.col("target").is_null())["product"].n_unique()
    columns = [*_KEY, "rate_percent", "basis", *_DETAILS, "group", "weight"]
    lines = moved.with_columns(missing).with_columns(pl.col("lines", "unknown_lines").cast(pl.Float64))
    rates = average_groups(_fill_with_general(lines.select(columns)), {})
    note = f"{unmapped:,} codes are unknown to the concordance and were kept as they are."
    return TariffTable(TARIFFS.check(rates), (note,) if unmapped else ())
