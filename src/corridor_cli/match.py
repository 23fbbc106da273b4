"""``corridor match``: who could do it together."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from corridor.errors import BadRowsError, InputError, RowError

if TYPE_CHECKING:
    import polars as pl

    from corridor.tables import Table

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Who could do it together?")

WRITERS: Final = (".csv", ".parquet", ".json")
SEPARATOR: Final = ";"
TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}


@app.callback()
def match() -> None:
    """Who could do it together?"""


@app.command()
def run(
    organisations: Annotated[
        Path, typer.Argument(help="CSV: organisation, economy, kind, name_en, fields …")
    ],
    listings: Annotated[Path, typer.Argument(help="CSV: listing, organisation, side, kind, fields, text …")],
    pair: Annotated[str, typer.Option(help="The two economies, such as PAK,CHN.")],
    references: Annotated[
        Path | None, typer.Option(help="CSV of systems delivered: organisation, field, economy.")
    ] = None,
    per_listing: Annotated[int, typer.Option(min=1, help="Best matches kept for each listing.")] = 5,
    minimum: Annotated[float, typer.Option(min=0, max=1, help="The least score kept.")] = 0.35,
    introduce: Annotated[
        bool, typer.Option("--introduce", help="Choose introductions within everyone's capacity.")
    ] = False,
    capacity: Annotated[int, typer.Option(min=1, help="The most introductions of an organisation.")] = 5,
    floor: Annotated[int, typer.Option(min=0, help="What each should have before any gets more.")] = 2,
    top: Annotated[int, typer.Option(min=1, help="Rows to print.")] = 20,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write all rows to a .csv, .parquet or .json file.")
    ] = None,
) -> None:
    """Match offers and needs of two economies in both directions, with reasons.

    Lists in a cell are separated by semicolons. 'corridor data illustrate --out DIR' writes such files.
    """
    from corridor.match.introduce import choose_introductions
    from corridor.match.matching import find_matches
    from corridor.tables import LISTINGS, ORGANISATIONS

    check_output(output)
    codes = tuple(code.strip() for code in pair.split(","))
    if len(codes) != 2:
        raise InputError(f"{pair!r} is not a pair", rule="two economy codes and a comma, such as PAK,CHN")
    owners = read_table(organisations, ORGANISATIONS)
    listed = read_table(listings, LISTINGS)
    done = read_references(references) if references else None
    found = find_matches(
        owners,
        listed,
        pair=(codes[0], codes[1]),
        per_listing=per_listing,
        minimum=minimum,
        references=done,
    )
    print_summary(found, listed)
    if not introduce:
        print_matches(found, listed, top)
        write_rows(found, output)
        return
    chosen = choose_introductions(
        found, organisations=owners, listings=listed, capacity=capacity, floor=floor
    )
    print_introductions(chosen.introductions, owners, top)
    print(
        f"{chosen.introductions.height} introductions reach {chosen.reached} of {chosen.reachable} "
        f"organisations; sum of scores {chosen.outcome.objective:.3f}, bound {chosen.outcome.bound:.3f}."
    )
    if chosen.left_out:
        print(f"Left out, because all their partners are full: {', '.join(chosen.left_out)}.")
    write_rows(chosen.introductions, output)


def read_table(path: Path, table: "Table") -> "pl.DataFrame":
    """Read a CSV file as a table of ``corridor.tables``; every bad cell is named."""
    import polars as pl

    raw = read_csv(path)
    needed = [name for name, column in table.columns.items() if not column.nullable]
    missing = [name for name in needed if name not in raw and name != "illustrative"]
    if missing:
        raise InputError(
            f"'{path.name}' has no column '{missing[0]}'",
            rule=f"it needs {', '.join(table.columns)}",
            fix=f"Its columns are {', '.join(raw.columns)}",
        )
    frame = raw.select(
        pl.col(name) if name in raw else pl.lit(None, dtype=pl.String).alias(name) for name in table.columns
    )
    _refuse_empty(frame, table, path)
    return table.check(frame.with_columns(_read_column(name, table) for name in table.columns))


def read_csv(path: Path) -> "pl.DataFrame":
    """Return a CSV file as text, blanks trimmed, empty cells null."""
    import polars as pl

    if not path.is_file():
        raise InputError(f"there is no file '{path}'", rule="a CSV file")
    try:
        raw = pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise InputError(
            f"'{path.name}' could not be read as CSV ({str(error).splitlines()[0]})",
            rule="comma-separated, UTF-8, one header row",
        ) from error
    text = pl.all().str.strip_chars()
    return raw.with_columns(pl.when(text == "").then(None).otherwise(text).name.keep())


def read_references(path: Path) -> "pl.DataFrame":
    """Return the systems delivered: organisation, field, economy."""
    raw = read_csv(path)
    for name in ("organisation", "field", "economy"):
        if name not in raw:
            raise InputError(f"'{path.name}' has no column '{name}'", rule="organisation, field, economy")
    return raw.select("organisation", "field", "economy").drop_nulls()


def _refuse_empty(frame: "pl.DataFrame", table: "Table", path: Path) -> None:
    """Name every cell that may not be empty, and every answer that is neither yes nor no."""
    import polars as pl

    errors = []
    for name, column in table.columns.items():
        if column.dtype == pl.Boolean:
            bad = ~frame[name].fill_null("").str.to_lowercase().is_in(list(TRUTHS))
            rule = "true or false"
        elif column.nullable or isinstance(column.dtype, pl.List):
            continue
        else:
            bad, rule = frame[name].is_null(), "this column may not be empty"
        errors += [RowError(path.name, row + 2, name, frame[name][row] or "", rule) for row in bad.arg_true()]
    if errors:
        raise BadRowsError(sorted(errors, key=lambda error: error.row))


def _read_column(name: str, table: "Table") -> "pl.Expr":
    import polars as pl

    dtype = table.columns[name].dtype
    text = pl.col(name)
    if isinstance(dtype, pl.List):
        items = text.fill_null("").str.split(SEPARATOR).list.eval(pl.element().str.strip_chars())
        return items.list.eval(pl.element().filter(pl.element() != "")).alias(name)
    if dtype == pl.Boolean:
        return text.fill_null("").str.to_lowercase().replace_strict(TRUTHS, return_dtype=pl.Boolean)
    return text


def print_summary(found: "pl.DataFrame", listings: "pl.DataFrame") -> None:
    """Say how many matches there are, and whether they are real."""
    print(f"{found.height} matches of {listings.height} listings.")
    if listings["illustrative"].any():
        share = listings["illustrative"].sum()
        print(f"ILLUSTRATIVE: {share} of {listings.height} listings are generated, not real.")


def print_matches(found: "pl.DataFrame", listings: "pl.DataFrame", top: int) -> None:
    """Print the best matches with their three weightiest reasons."""
    titles = dict(listings.select("listing", "title").iter_rows())
    rows = [
        (f"{row['score']:.2f}", titles[row["offer"]], titles[row["need"]], tell_reasons(row["reasons"]))
        for row in found.head(top).iter_rows(named=True)
    ]
    print_table(("score", "offer", "need", "why"), rows)


def print_introductions(chosen: "pl.DataFrame", organisations: "pl.DataFrame", top: int) -> None:
    """Print whom to introduce to whom."""
    names = dict(organisations.select("organisation", "name_en").iter_rows())
    rows = [
        (f"{row['score']:.2f}", names[row["first"]], names[row["second"]], str(row["matches"]))
        for row in chosen.head(top).iter_rows(named=True)
    ]
    print_table(("score", "first", "second", "matches"), rows)


def tell_reasons(reasons: list[dict[str, Any]]) -> str:
    """Return the three weightiest reasons as words."""
    from corridor.locale.labels import label

    told = [(label(reason["code"], "en"), reason["value"]) for reason in reasons[:3]]
    return "; ".join(f"{words} ({value})" if value else words for words, value in told)


def print_table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table as Grid

    grid = Grid(*header)
    for row in rows:
        grid.add_row(*row)
    Console().print(grid)


def check_output(output: Path | None) -> None:
    """Refuse a file that could not be written, before anything is computed."""
    if output is None:
        return
    if output.suffix not in WRITERS:
        raise InputError(f"'{output.name}' has another suffix", rule=f"one of {', '.join(WRITERS)}")
    if not output.parent.is_dir():
        raise InputError(f"there is no folder '{output.parent}'", rule="an existing folder")


def write_rows(frame: "pl.DataFrame", output: Path | None) -> None:
    """Write all rows, complete or not at all."""
    if output is None:
        return
    from corridor.data.rejects import escape_formulas

    partial = output.with_name(f".{output.name}.partial")
    try:
        if output.suffix == ".csv":
            escape_formulas(flatten(frame)).write_csv(partial)
        elif output.suffix == ".json":
            frame.write_json(partial)
        else:
            frame.write_parquet(partial)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def flatten(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Return the frame with reasons as one text: code=value (weight), separated by semicolons."""
    import polars as pl

    if "reasons" not in frame:
        return frame
    part = pl.element().struct
    told = pl.format("{}={} ({})", part.field("code"), part.field("value"), part.field("weight").round(3))
    return frame.with_columns(pl.col("reasons").list.eval(told).list.join(f"{SEPARATOR} "))
