"""Arguments that commands of this stage share."""

from pathlib import Path
from typing import Annotated

import typer

Exporter = Annotated[str, typer.Argument(help="Economy code of who sells, such as PAK.")]
Importer = Annotated[str, typer.Argument(help="Economy code of who buys, such as CHN.")]
Trade = Annotated[
    str | None,
    typer.Option("--trade", help="Trade file or dataset; without it the run the project carries."),
]
Year = Annotated[int | None, typer.Option(help="Year of the data; the latest by default.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write all lines to a .csv, .xlsx, .parquet or .json file."),
]
Unknown = Annotated[
    str,
    typer.Option(help="Trade balance of economies without import data: impute, one or range."),
]
Ease = Annotated[str, typer.Option(help="Ease from static or projected shares.")]
Balance = Annotated[bool, typer.Option(help="Use the trade-balance term.")]
TradeData = Annotated[str, typer.Option("--trade", help="Trade file or dataset.")]
Top = Annotated[int, typer.Option(min=1, help="Rows to print.")]
