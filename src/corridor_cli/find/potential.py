"""``corridor find potential``."""

from pathlib import Path
from typing import Annotated

import typer

from corridor.find.firmness import NoiseModel
from corridor.find.potential import PotentialOptions
from corridor.find.regions import split_regions, sum_regions
from corridor.tables import REGIONS
from corridor_cli.find import options as given
from corridor_cli.find.opening import open_further, open_pair, read_table
from corridor_cli.find.options import Balance, Ease, Eases, Exporter, Importer, Output, Trade, Unknown, Year
from corridor_cli.find.printing import (
    add_provenance,
    print_coverage,
    print_lines,
    print_regions,
    print_summary,
)
from corridor_cli.frames import check_output, write_frame


def potential(
    exporter: Exporter,
    importer: Importer,
    trade: Trade = None,
    year: Year = None,
    top: Annotated[int, typer.Option(min=1, help="Lines to print.")] = 20,
    output: Output = None,
    unknown_trade_balance: Unknown = "impute",
    ease: Ease = "static",
    eases: Eases = None,
    trade_balance: Balance = True,
    window: given.Window = 1,
    growth: given.Growth = None,
    distances: given.Distances = None,
    tariffs: given.Tariffs = None,
    elasticities: given.Elasticities = None,
    elasticity: given.Elasticity = None,
    demand_elasticity: given.DemandElasticity = 1.0,
    horizon: given.Horizon = 5,
    supply_growth: given.SupplyGrowth = True,
    demand_growth: given.DemandGrowth = True,
    global_tariff: given.GlobalTariff = True,
    market_tariff: given.MarketTariff = True,
    distance: given.Distance = True,
    normalise_at: given.NormaliseAt = "after",
    draws: given.Draws = 200,
    regions: Annotated[
        str | None,
        typer.Option(
            help="Exports by region, a dataset of kind regions or a file, to split the potential among them."
        ),
    ] = None,
    regions_output: Annotated[
        Path | None, typer.Option(help="Write the lines of the regions to a file of one of these kinds.")
    ] = None,
) -> None:
    """Rank what EXPORTER could sell to IMPORTER by unrealised export potential."""
    check_output(output)
    check_output(regions_output)
    options = PotentialOptions(
        trade_balance=trade_balance,
        unknown_trade_balance=unknown_trade_balance,  # type: ignore[arg-type]
        ease=ease,  # type: ignore[arg-type]
        window=window,
        normalise_at=normalise_at,  # type: ignore[arg-type]
        supply_growth=supply_growth,
        demand_growth=demand_growth,
        global_tariff=global_tariff,
        market_tariff=market_tariff,
        distance=distance,
        horizon=horizon,
        demand_elasticity=demand_elasticity,
        elasticity=elasticity,
    )
    inputs = open_further(growth, distances, tariffs, elasticities, eases)
    noise = NoiseModel(draws=draws) if draws else None
    analysis = open_pair(exporter, importer, trade, year, options, inputs=inputs, noise=noise)
    split = None
    if regions is not None:
        table = read_table(regions, REGIONS, defaults={"importer": "WLD"})
        split = split_regions(analysis.opportunities, table, year=analysis.year)
    print_summary(analysis)
    print_lines(analysis, top)
    if split is not None:
        print_regions(sum_regions(split))
    print_coverage(analysis)
    if output:
        write_frame(add_provenance(analysis.opportunities, analysis.source), output)
    if regions_output and split is not None:
        write_frame(add_provenance(split, analysis.source), regions_output)
