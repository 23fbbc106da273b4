"""``corridor deliver``: agreements, checked before anyone keeps them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from corridor.deliver.agreements import AgreementImport, build_template, read_agreements
from corridor.errors import BadRowsError, InputError
from corridor.vocabulary import LANGUAGES
from corridor_cli.frames import check_output, write_frame

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Did it happen?")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Agreements, .xlsx or .csv; headers in en, zh-Hans or ur.")],
    today: Annotated[
        str | None, typer.Option(help="No step is later; today by default (2026-11-23).")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the rows as read (.csv, .xlsx, .parquet, .json)."),
    ] = None,
) -> None:
    """Read a file of agreements without keeping it; exit code 1 where a cell is bad."""
    check_output(output)
    if not file.is_file():
        raise InputError(f"there is no file '{file}'", rule="an .xlsx or .csv file")
    found = read_agreements(file.read_bytes(), file.name, today=read_day(today))
    print_import(found)
    if found.errors:
        raise BadRowsError(found.errors)
    if output:
        write_frame(found.rows, output)


@app.command()
def template(
    output: Annotated[Path, typer.Argument(help="The .xlsx file to write.")],
    language: Annotated[str, typer.Option(help=f"One of {', '.join(LANGUAGES)}.")] = "en",
) -> None:
    """Write an empty workbook of agreements to fill in."""
    if output.suffix.lower() != ".xlsx":
        raise InputError(f"'{output.name}' is of another kind", rule="an .xlsx file")
    check_output(output)
    output.write_bytes(build_template(language))
    print(f"Wrote {output}.")


def read_day(text: str | None) -> date:
    """Return the day given, or today."""
    if text is None:
        return datetime.now(UTC).astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not a date", rule="year-month-day, such as 2026-11-23") from error


def print_import(found: AgreementImport) -> None:
    """Print how many agreements were read, their stages, and what stands twice."""
    print(f"{found.rows.height} agreements read, {len(found.errors)} bad cells. Nothing was stored.")
    for stage, count in found.rows.group_by("stage").len().sort("stage").rows():
        print(f"  {stage}: {count}")
    for row, earlier in found.duplicates:
        print(f"  row {row} repeats row {earlier}")
