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
Ease = Annotated[str, typer.Option(help="Ease from static or projected shares, from gravity, or off.")]
Eases = Annotated[
    Path | None,
    typer.Option(help="Eases by exporter and importer, such as 'find gravity' writes, for --ease gravity."),
]
Balance = Annotated[bool, typer.Option(help="Use the trade-balance term.")]
Window = Annotated[
    int,
    typer.Option(min=1, help="Years averaged, the latest counting most; needs a dataset of several years."),
]
Growth = Annotated[
    list[str] | None,
    typer.Option(help="Dataset of expected growth (gdp_growth_percent), and of population; may be repeated."),
]
Distances = Annotated[str | None, typer.Option(help="Dataset of distances.")]
Tariffs = Annotated[str | None, typer.Option(help="Dataset of tariffs.")]
Elasticities = Annotated[str | None, typer.Option(help="Dataset of elasticities, for tariffs.")]
Elasticity = Annotated[
    float | None, typer.Option(help="One elasticity for all products, where no dataset gives any.")
]
DemandElasticity = Annotated[
    float, typer.Option(help="Of demand to income per head; other than 1 it needs expected population.")
]
Horizon = Annotated[int, typer.Option(min=1, help="Years ahead of expected growth.")]
SupplyGrowth = Annotated[bool, typer.Option(help="Use expected growth of suppliers, where growth is given.")]
DemandGrowth = Annotated[bool, typer.Option(help="Use expected growth of demand, where growth is given.")]
GlobalTariff = Annotated[bool, typer.Option(help="Take tariffs met elsewhere out of shares, where given.")]
MarketTariff = Annotated[bool, typer.Option(help="Use the tariff advantage in the market, where given.")]
Distance = Annotated[bool, typer.Option(help="Use the distance factor, where distances are given.")]
NormaliseAt = Annotated[str, typer.Option(help="Scale after the terms of tariffs and distance, or before.")]
Draws = Annotated[
    int, typer.Option(min=0, help="Draws of errors in the data for the range of ranks; 0: none.")
]
TradeData = Annotated[str, typer.Option("--trade", help="Trade file or dataset.")]
Top = Annotated[int, typer.Option(min=1, help="Rows to print.")]
