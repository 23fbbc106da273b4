"""A shortlist under conditions: the fewest lines that carry a share, or the best with a number of lines.

Conditions are of two kinds. Some leave lines out beforehand (excluded codes, too small, not firm enough).
Others shape the set: at most so many lines a chapter or a section, so many lines in all, lines that must be
in, and at least so many sections.

Limits a chapter, a section and in all are nested, so the sets they allow are the independent sets of a
laminar matroid, in which taking the largest first is exact (Edmonds, Mathematical Programming 1 (1971)
127–136). Only "at least so many sections" breaks that; such a choice is a small integer programme, solved
in whole cents by CP-SAT over the lines that the nested limits leave.
"""

from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from corridor.errors import InputError
from corridor.find.matrices import Mask
from corridor.find.shortlist import choose_shortlist
from corridor.locale.nomenclature import CHAPTERS, section_of
from corridor.solvers.cpsat import solve_cp
from corridor.solvers.outcome import Outcome, check_limits
from corridor.solvers.steps import Steps, count_steps
from corridor.solvers.watch import Progress

ShareOf = Literal["eligible", "all"]
#: What solved a choice that needs no search, and why that is exact.
SORTING: Final = "sorting (exact: nested limits are a matroid)"
#: Rules that leave lines out beforehand, in the order in which a line is charged to the first that hits it.
FILTERS: Final = ("exclude", "least_usd", "least_firmness", "least_rca")
#: Rules that shape the set.
SHAPES: Final = ("lines", "most_per_chapter", "most_per_section", "least_sections", "include")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a choice must fulfil.

    share: to be carried by the fewest lines; None asks for the most value in ``lines`` lines instead.
    share_of: of the lines that may be chosen (``eligible``), or of ``all`` lines with a value.
    lines: at most so many. most_per_chapter, most_per_section: at most so many of an HS chapter, section.
    least_sections: from at least so many sections. exclude: HS codes of two to six digits, left out with
        everything below them. include: HS6 codes that must be in, whatever the filters say of them.
    least_usd, least_firmness, least_rca: what a line needs; a line without the figure does not have it.
    """

    share: float | None = 0.8
    share_of: ShareOf = "eligible"
    lines: int | None = None
    most_per_chapter: int | None = None
    most_per_section: int | None = None
    least_sections: int | None = None
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    least_usd: float | None = None
    least_firmness: float | None = None
    least_rca: float | None = None

    def __post_init__(self) -> None:
        if self.share is None and self.lines is None:
            raise InputError(
                "neither a share nor a number of lines is asked for",
                rule="a choice carries a share, or has a number of lines",
            )
        if self.share is not None and not 0 < self.share <= 1:
            raise InputError(f"share {self.share}", rule="above 0 and at most 1")
        if self.share_of not in ("eligible", "all"):
            raise InputError(f"share of {self.share_of!r}", rule="one of eligible, all")
        for name in ("lines", "most_per_chapter", "most_per_section", "least_sections"):
            count = getattr(self, name)
            if count is not None and count < 1:
                raise InputError(f"{name} is {count}", rule="at least 1, or nothing")
        self._check_codes()

    def _check_codes(self) -> None:
        for code in self.exclude:
            if not (2 <= len(code) <= 6 and code.isascii() and code.isdigit()):
                raise InputError(f"code {code!r} to exclude", rule="an HS code of two to six digits")
        for code in self.include:
            if not (len(code) == 6 and code.isascii() and code.isdigit()):
                raise InputError(f"code {code!r} to include", rule="an HS code of six digits")
            if cause := next((one for one in self.exclude if code.startswith(one)), None):
                raise InputError(
                    f"{code} must be in and is left out by {cause}",
                    rule="a product is either included or excluded",
                )

    def rank_by_score(self, most: int) -> "Conditions":
        """Return the conditions for products with a score: the best ``most`` unless a number is asked for.

        Amounts and firmness say nothing of products that are not sold yet.
        """
        return replace(self, share=None, lines=self.lines or most, least_usd=None, least_firmness=None)

    def list_rules(self) -> list[str]:
        """Return the names of the rules that are in force, besides the share."""
        return [
            one.name
            for one in fields(self)
            if one.name not in ("share", "share_of") and getattr(self, one.name) not in (None, ())
        ]


@dataclass(frozen=True)
class Choice:
    """The lines chosen, and how good and how dear the choice is.

    lines: the rows of the table given, the largest first, with a column ``by_hand`` (must be in); None
        where no choice fulfils the conditions or none was found in time.
    outcomes: by goal: ``lines`` (how few) and ``value`` (the most that so few carry), with bound and gap.
    eligible_lines, eligible_value: what may be chosen; all_lines, all_value: what has a value at all.
    carried: value of the lines chosen. plain_lines: how few lines carry the share without conditions,
        None where no share is asked for.
    left_out: rule, lines, value of what each filter leaves out, each line under the first that hits it.
    binding: where infeasible, the rules each of which alone stands in the way; empty where only several
        together do. reachable: the largest value that a choice under all rules but the share carries.
    """

    conditions: Conditions
    lines: pl.DataFrame | None = field(repr=False)
    outcomes: dict[str, Outcome]
    eligible_lines: int
    eligible_value: float
    all_lines: int
    all_value: float
    carried: float
    plain_lines: int | None
    left_out: pl.DataFrame = field(repr=False)
    binding: tuple[str, ...] = ()
    reachable: float | None = None

    @property
    def outcome(self) -> Outcome:
        """The outcome that decides: of the first goal."""
        return next(iter(self.outcomes.values()))

    @property
    def share_of_eligible(self) -> float:
        """Share of what may be chosen that is carried, 0…1."""
        return self.carried / self.eligible_value if self.eligible_value else 0.0

    @property
    def share_of_all(self) -> float:
        """Share of all value that is carried, 0…1."""
        return self.carried / self.all_value if self.all_value else 0.0


@dataclass(frozen=True)
class _Field:
    """Lines that may be chosen: ``table`` has columns place (in the table given), chapter, section, must.

    counts: values in whole steps, in the order of ``table``: must first, then the largest, then the code.
    wanted: steps to be carried, 0 where no share is asked for.
    """

    table: pl.DataFrame
    counts: NDArray[np.int64]
    unit: float
    wanted: int


def choose_lines(
    lines: pl.DataFrame,
    conditions: Conditions | None = None,
    *,
    value: str = "unrealised_usd",
    seed: int = 7,
    time_limit_s: float = 5.0,
    progress: Progress | None = None,
) -> Choice:
    """Choose the fewest lines that carry a share under conditions; of so few, those that carry most.

    Parameters
    ----------
    lines: columns ``product`` (HS6) and ``value``; ``firmness``, ``rca`` where a condition asks for them.
    value: the column summed; not negative. Lines without a value above zero are never chosen unless they
        must be in.

    Returns
    -------
    The choice. Where the conditions cannot be fulfilled its status is ``infeasible`` and ``binding`` says
    what stands in the way.

    Raises
    ------
    InputError: a column is missing, a value negative, or a product that must be in is not among the lines.
    """
    conditions = conditions or Conditions()
    check_limits(seed, time_limit_s)
    _refuse_lines(lines, conditions, value)
    valued = lines.filter(pl.col(value) > 0)
    kept, left_out = _filter_lines(lines, conditions, value)
    arena = _lay_out(lines, kept, conditions, value)
    outcomes, picked = _solve(arena, conditions, seed, time_limit_s, progress)
    values = lines[value].to_numpy()
    share = conditions.share
    plain = None if share is None else int(choose_shortlist(values, share).sum())
    eligible = float(values[kept].sum())
    binding: tuple[str, ...] = ()
    reachable = None
    if next(iter(outcomes.values())).status == "infeasible":
        binding = _find_binding(lines, conditions, value, seed, time_limit_s)
        reachable = _reach(lines, conditions, value, seed, time_limit_s)
    return Choice(
        conditions=conditions,
        lines=None if picked is None else _list_chosen(lines, arena, picked, value),
        outcomes=outcomes,
        eligible_lines=int((kept & (values > 0)).sum()),
        eligible_value=eligible,
        all_lines=valued.height,
        all_value=float(valued[value].sum()),
        carried=0.0 if picked is None else float(values[arena.table["place"].to_numpy()[picked]].sum()),
        plain_lines=plain,
        left_out=left_out,
        binding=binding,
        reachable=reachable,
    )


def place_sections(products: pl.Series) -> pl.Series:
    """Return the HS section (roman numeral) of each code; ``""`` for national chapters and unknown ones."""
    chapters = products.str.head(2)
    sections = {chapter: section_of(chapter) for chapter in chapters.unique() if chapter in CHAPTERS}
    return chapters.replace_strict(sections, default="", return_dtype=pl.String)


def _refuse_lines(lines: pl.DataFrame, conditions: Conditions, value: str) -> None:
    needed = {"least_firmness": "firmness", "least_rca": "rca"}
    asked = [column for rule, column in needed.items() if getattr(conditions, rule) is not None]
    for column in ("product", value, *asked):
        if column not in lines.columns:
            raise InputError(
                f"the lines have no column '{column}'", rule=f"their columns are {', '.join(lines.columns)}"
            )
    bad = lines.filter(~(pl.col(value).is_finite() & (pl.col(value) >= 0)).fill_null(value=False))
    if bad.height:
        raise InputError(f"{value} of {bad['product'][0]} is {bad[value][0]}", rule="finite and not negative")
    absent = sorted(set(conditions.include) - set(lines["product"].to_list()))
    if absent:
        raise InputError(
            f"{absent[0]} must be in and is not among the lines",
            rule="what must be in has potential or trade in these data",
        )


def _filter_lines(lines: pl.DataFrame, conditions: Conditions, value: str) -> tuple[Mask, pl.DataFrame]:
    """Return which lines may be chosen, and what each filter leaves out of those with a value."""
    forced = lines["product"].is_in(list(conditions.include)).to_numpy()
    kept = np.ones(lines.height, dtype=bool)
    rows = []
    values = lines[value].to_numpy()
    for rule in FILTERS:
        if getattr(conditions, rule) in (None, ()):
            continue
        passed = forced | lines.select(_pass_filter(rule, conditions, value)).to_series().to_numpy()
        dropped = kept & ~passed & (values > 0)
        rows.append({"rule": rule, "lines": int(dropped.sum()), "value": float(values[dropped].sum())})
        kept &= passed
    schema = {"rule": pl.String, "lines": pl.Int64, "value": pl.Float64}
    return kept & (forced | (values > 0)), pl.DataFrame(rows, schema=schema)


def _pass_filter(rule: str, conditions: Conditions, value: str) -> pl.Expr:
    if rule == "exclude":
        hits = [pl.col("product").str.starts_with(code) for code in conditions.exclude]
        return ~pl.any_horizontal(hits)
    column = {"least_usd": value, "least_firmness": "firmness", "least_rca": "rca"}[rule]
    least: float = getattr(conditions, rule)
    return (pl.col(column) >= least).fill_null(value=False)


def _lay_out(lines: pl.DataFrame, kept: Mask, conditions: Conditions, value: str) -> _Field:
    steps: Steps = count_steps(lines[value].to_numpy().astype(np.float64))
    table = (
        lines.select("product", chapter=pl.col("product").str.head(2))
        .with_columns(
            section=place_sections(lines["product"]),
            place=pl.int_range(pl.len()),
            count=pl.Series(steps.counts),
            must=pl.col("product").is_in(list(conditions.include)),
        )
        .filter(pl.Series(kept))
        .sort("must", "count", "product", descending=[True, True, False])
    )
    total = steps.counts.sum() if conditions.share_of == "all" else table["count"].sum()
    share = Fraction(0) if conditions.share is None else Fraction(Decimal(str(conditions.share)))
    return _Field(table, table["count"].to_numpy(), steps.unit, ceil(share * int(total)))


def _solve(
    arena: _Field, conditions: Conditions, seed: int, time_limit_s: float, progress: Progress | None
) -> tuple[dict[str, Outcome], NDArray[np.int64] | None]:
    """Return the outcome of each goal and the rows of the field that are chosen."""
    allowed = _keep_within_limits(arena.table, conditions)
    goal = "value" if conditions.share is None else "lines"
    if not arena.table["must"].to_numpy()[~allowed].any():
        rows = np.flatnonzero(allowed)
        taken = _take_first(arena, rows, conditions)
        if taken is not None and _count_sections(arena, taken) >= (conditions.least_sections or 0):
            return _settle(arena, taken, conditions, seed), taken
        if taken is not None:
            return _search(arena, rows, conditions, seed, time_limit_s, progress)
    return {goal: Outcome("infeasible", None, None, 0.0, seed, SORTING)}, None


def _keep_within_limits(table: pl.DataFrame, conditions: Conditions) -> Mask:
    """Return which rows are among the first of their chapter and section, what must be in counted first."""
    kept = pl.col("product").is_not_null()  # all; a literal would not be as long as the table
    for key, most in (("chapter", conditions.most_per_chapter), ("section", conditions.most_per_section)):
        if most is not None:
            kept = kept & (kept.cast(pl.Int64).cum_sum().over(key) <= most)
    return np.asarray(table.select(kept.alias("kept"))["kept"].to_numpy(), dtype=bool)


def _take_first(arena: _Field, rows: NDArray[np.int64], conditions: Conditions) -> NDArray[np.int64] | None:
    """Return the shortest beginning of ``rows`` that does, None where all of them do not."""
    musts = int(arena.table["must"].sum())
    most = len(rows) if conditions.lines is None else conditions.lines
    if musts > most:
        return None
    if conditions.share is None:
        return rows[:most]
    carried = np.cumsum(arena.counts[rows])
    needed = int(np.searchsorted(carried, arena.wanted)) + 1 if arena.wanted else 0
    count = max(musts, needed)
    return rows[:count] if count <= min(most, len(rows)) else None


def _count_sections(arena: _Field, rows: NDArray[np.int64]) -> int:
    return int(arena.table["section"].gather(rows).n_unique()) if len(rows) else 0


def _settle(arena: _Field, taken: NDArray[np.int64], conditions: Conditions, seed: int) -> dict[str, Outcome]:
    value = float(arena.counts[taken].sum() * arena.unit)
    proved = {"value": Outcome("optimal", value, value, 0.0, seed, SORTING)}
    if conditions.share is None:
        return proved
    count = float(len(taken))
    return {"lines": Outcome("optimal", count, count, 0.0, seed, SORTING), **proved}


def _search(
    arena: _Field,
    rows: NDArray[np.int64],
    conditions: Conditions,
    seed: int,
    time_limit_s: float,
    progress: Progress | None,
) -> tuple[dict[str, Outcome], NDArray[np.int64] | None]:
    """Solve with at least so many sections, over the rows that the nested limits leave."""
    model, items = _build_model(arena, rows, conditions)
    outcomes: dict[str, Outcome] = {}
    picked: NDArray[np.int64] | None = None
    limits: dict[str, Any] = {"seed": seed, "time_limit_s": time_limit_s / 2, "progress": progress}
    if conditions.share is not None:
        model.minimize(sum(items))
        fewest = solve_cp(model, **limits, message="choosing")
        outcomes["lines"] = fewest.outcome
        if fewest.values is None:
            return outcomes, None
        flags = fewest.pick(items)
        picked = rows[flags.astype(bool)]
        model.add(sum(items) <= len(picked))
        for item, flag in zip(items, flags.tolist(), strict=True):
            model.add_hint(item, flag)
    model.maximize(cp_model.LinearExpr.weighted_sum(items, arena.counts[rows].tolist()))
    most = solve_cp(model, **limits, message="choosing", scale=1 / arena.unit)
    outcomes["value"] = most.outcome
    return outcomes, picked if most.values is None else rows[most.pick(items).astype(bool)]


def _build_model(
    arena: _Field, rows: NDArray[np.int64], conditions: Conditions
) -> tuple[cp_model.CpModel, list[Any]]:
    model = cp_model.CpModel()
    items = [model.new_bool_var("") for _ in rows]
    part = arena.table[rows]
    if conditions.share is not None:
        weights = arena.counts[rows].tolist()
        model.add(cp_model.LinearExpr.weighted_sum(items, weights) >= arena.wanted)
    if conditions.lines is not None:
        model.add(sum(items) <= conditions.lines)
    for place in part["must"].arg_true():
        model.add(items[place] == 1)
    groups = part.with_row_index("item").group_by("section").agg("item")["item"].to_list()
    covered = []
    for group in groups:
        flag = model.new_bool_var("")
        model.add(flag <= sum(items[place] for place in group))
        covered.append(flag)
    model.add(sum(covered) >= (conditions.least_sections or 0))
    return model, items


def _find_binding(
    lines: pl.DataFrame, conditions: Conditions, value: str, seed: int, time_limit_s: float
) -> tuple[str, ...]:
    """Return the rules without which alone the conditions could be fulfilled."""
    found = []
    for rule in conditions.list_rules():
        if rule == "lines" and conditions.share is None:
            continue
        unset: dict[str, Any] = {rule: () if rule in ("exclude", "include") else None}
        freed = replace(conditions, **unset)
        kept, _ = _filter_lines(lines, freed, value)
        arena = _lay_out(lines, kept, freed, value)
        _outcomes, picked = _solve(arena, freed, seed, time_limit_s, None)
        if picked is not None:
            found.append(rule)
    return tuple(found)


def _reach(
    lines: pl.DataFrame, conditions: Conditions, value: str, seed: int, time_limit_s: float
) -> float | None:
    """Return the largest value that fulfils every rule but the share; None where nothing does."""
    freed = replace(conditions, share=None, lines=conditions.lines or max(1, lines.height))
    kept, _ = _filter_lines(lines, freed, value)
    outcomes, _picked = _solve(_lay_out(lines, kept, freed, value), freed, seed, time_limit_s, None)
    return outcomes["value"].objective


def _list_chosen(lines: pl.DataFrame, arena: _Field, picked: NDArray[np.int64], value: str) -> pl.DataFrame:
    chosen = arena.table[picked]
    return (
        lines[chosen["place"].to_list()]
        .with_columns(by_hand=chosen["must"])
        .sort([value, "product"], descending=[True, False])
    )


def parse_codes(text: str) -> tuple[str, ...]:
    """Return the codes in a text separated by commas, semicolons or spaces, in their order, each once."""
    return tuple(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))
