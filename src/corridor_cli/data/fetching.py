"""``corridor data fetch``: a release from its publisher, with progress, resumed where it broke off."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor_cli.data.showing import print_table, show_progress, size, summarise

if TYPE_CHECKING:
    from corridor.data.fetch import Receipt
    from corridor.data.publishers import Release


def fetch(
    release: Annotated[
        list[str] | None, typer.Argument(help="baci; worldbank gdp, population or growth; cepii geodist.")
    ] = None,
    hs: Annotated[str, typer.Option(help="BACI's revision: 17, 22, 12, 07, 02, 96 or 92.")] = "",
    version: Annotated[str, typer.Option(help="BACI's release, such as 202601.")] = "",
    year: Annotated[list[int] | None, typer.Option(help="Import only these years; all if left out.")] = None,
    address: Annotated[
        str, typer.Option("--from", help="Another address than the known one (https://…).")
    ] = "",
    sha256: Annotated[str, typer.Option(help="Checksum that the file must have.")] = "",
    only_download: Annotated[
        bool, typer.Option("--only-download", help="Fetch the file and do not import it.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Fetch even if the file is there.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the file; 'downloads' beside the datasets if left out.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the dataset.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace a dataset of this name.")] = False,
    show_list: Annotated[bool, typer.Option("--list", help="List the known releases.")] = False,
) -> None:
    """Fetch a publisher's release and import it. Stopped or cut off, the same command goes on from there."""
    from corridor.data.publishers import find_release, import_release
    from corridor.data.store import default_store

    if show_list or not release:
        _list_releases()
        return
    options = {key: value for key, value in (("hs", hs), ("release", version)) if value}
    found = find_release(" ".join(release), options)
    store = default_store()
    if not only_download:
        store.check_free(name or found.name, replace)
    file, receipt = _fetch(found, out or store.root.parent / "downloads", address, sha256, again)
    for sentence in _tell(file, receipt):
        print(sentence)
    if only_download:
        return
    with show_progress() as progress:
        manifest = import_release(
            store,
            found,
            file,
            receipt,
            name=name,
            years=tuple(year or ()),
            replace=replace,
            progress=progress,
        )
    for sentence in summarise(manifest, store.folder(manifest.name)):
        print(sentence)


def _fetch(
    release: "Release", folder: Path, address: str, sha256: str, again: bool
) -> tuple[Path, "Receipt"]:
    from corridor.data.fetch import describe_stop
    from corridor.data.publishers import fetch_release
    from corridor.errors import CancelledError

    try:
        with show_progress() as progress:
            return fetch_release(
                release, folder, address=address, sha256=sha256, again=again, progress=progress
            )
    except (KeyboardInterrupt, CancelledError) as error:
        raise describe_stop(folder / release.file) from error


def _tell(file: Path, receipt: "Receipt") -> tuple[str, str]:
    known = "as expected" if receipt.expected else "no checksum was known; it is recorded for the next time"
    if not receipt.fetched:
        known = "as it was then"
    what = (
        f"Fetched {file} ({size(receipt.bytes)})."
        if receipt.fetched
        else f"Not asked for again: {file}, fetched at {receipt.fetched_at}; --again asks the publisher."
    )
    return what, f"sha256 {receipt.sha256} ({known})."


def _list_releases() -> None:
    from corridor.data.publishers import list_releases

    print_table(
        ("release", "publisher", "title", "licence", "options", "page"),
        [
            (
                each.key,
                each.publisher,
                each.title,
                each.licence,
                "; ".join(f"{name} {', '.join(known)}" for name, known in each.options.items()),
                each.page,
            )
            for each in list_releases()
        ],
    )
