"""``corridor data illustrate``: make the illustrative world."""

from pathlib import Path
from typing import Annotated

import typer

from corridor.errors import InputError


def illustrate(
    economies: Annotated[int, typer.Option(help="Invented economies, XAA, XAB and so on.")] = 40,
    products: Annotated[int, typer.Option(help="Invented products in chapters 98 and 99.")] = 300,
    years: Annotated[int, typer.Option(help="Years of trade, ending with 2024.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same world.")] = 7,
    pair: Annotated[str, typer.Option(help="Economies the organisations belong to.")] = "XAA,XAB",
    name: Annotated[str, typer.Option(help="Name of the dataset in the store.")] = "illustrative",
    out: Annotated[
        Path | None, typer.Option(help="Write CSV files into this new folder instead of the store.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a dataset of this name.")] = False,
) -> None:
    """Generate a world to try everything with: trade, organisations, offers, a visit, projects, agreements."""
    from corridor.data.store import default_store
    from corridor.data.world import build_world
    from corridor.data.world.files import store_world, write_world

    world = build_world(economies=economies, products=products, years=years, seed=seed, pair=read_pair(pair))
    if out is not None:
        files = write_world(world, out)
        print(f"Illustrative world: {len(files)} files in '{out}'. No figure in them is of a real economy.")
        return
    store = default_store()
    manifest = store_world(world, store, name, replace=replace)
    print(
        f"Illustrative world as dataset '{manifest.name}': {manifest.rows:,} trade rows, "
        f"{len(manifest.tables)} tables. No figure in it is of a real economy."
    )
    print(f"Next: corridor find potential XAA XAB --trade {manifest.name}")


def read_pair(text: str) -> tuple[str, str]:
    """Return the two codes of ``PAK,CHN``."""
    codes = [code.strip() for code in text.split(",")]
    if len(codes) != 2:
        raise InputError(f"{text!r} is not a pair", rule="two economy codes and a comma, such as PAK,CHN")
    return codes[0], codes[1]
