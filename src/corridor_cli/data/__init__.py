"""``corridor data``: list, info, import, fetch, bridge, verify, remove, illustrate."""

import json
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from corridor_cli.data.fetching import fetch
from corridor_cli.data.importing import bridge, import_data
from corridor_cli.data.showing import describe, list_years, print_table, shorten, size

app = typer.Typer(no_args_is_help=True, help="Datasets: fetch, import, bridge, list, verify, remove.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_datasets(as_json: AsJson = False) -> None:
    """List the datasets of the store."""
    from corridor.data.store import default_store

    store = default_store()
    manifests = store.list()
    unreadable = sorted(set(store.names()) - {manifest.name for manifest in manifests})
    if as_json:
        print(json.dumps([shorten(manifest) for manifest in manifests], ensure_ascii=False, indent=2))
    elif not manifests:
        print("No dataset yet. 'corridor data import FILE' makes one, 'corridor data illustrate' an example.")
    else:
        print_table(
            ("name", "holds", "rows", "years", "as of", "size", "licence"),
            [
                (
                    manifest.name + (" (illustrative)" if manifest.illustrative else ""),
                    manifest.kind,
                    f"{manifest.rows:,}",
                    list_years(manifest),
                    manifest.as_of,
                    size(manifest.bytes),
                    manifest.licence,
                )
                for manifest in manifests
            ],
            numeric=("rows", "size"),
        )
    for name in unreadable:
        print(f"Dataset '{name}' cannot be read: see 'corridor data verify {name}'.", file=sys.stderr)


@app.command()
def info(name: str, as_json: AsJson = False) -> None:
    """Show where a dataset comes from and what it covers."""
    from corridor.data.store import default_store

    store = default_store()
    manifest = store.info(name)
    if as_json:
        print(manifest.to_json(), end="")
        return
    print_table(("", ""), list(describe(manifest, store.folder(name))), header=False)


@app.command()
def verify(name: Annotated[str, typer.Argument(help="A dataset; all where left out.")] = "") -> None:
    """Check every byte of one dataset, or of all, against the manifest."""
    from corridor.data.store import default_store
    from corridor.errors import DatasetDamagedError

    store = default_store()
    damaged = False
    for each in [name] if name else store.names():
        try:
            manifest = store.verify(each)
        except DatasetDamagedError as error:
            damaged = True
            print(error, file=sys.stderr)
        else:
            print(f"{each}: {len(manifest.files)} files, {size(manifest.bytes)}: as written")
    if damaged:
        raise typer.Exit(1)


@app.command()
def remove(name: str, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Remove a dataset."""
    from corridor.data.store import default_store

    store = default_store()
    store.folder(name)
    if sys.stdin.isatty() and not yes:
        typer.confirm(f"Remove dataset '{name}'?", abort=True)
    store.remove(name)
    print(f"Removed '{name}'.")


app.command("import")(import_data)
app.command()(fetch)
app.command()(bridge)
if find_spec("corridor_cli.illustrate"):
    app.command("illustrate")(import_module("corridor_cli.illustrate").illustrate)
