"""The script that draws charts in the page, written from vl-convert's own bundle.

vl-convert carries Vega, Vega-Lite and Vega-Embed for rendering on the server; its bundle serves the
browser as well, so that a chart in the page and in the PDF come from the same versions, and neither
Node nor another host is needed. The file is generated into ``CORRIDOR_HOME/assets`` and never committed.
"""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Final

#: Vega-Lite of the bundle: the newest of vl-convert, which the library's charts name in ``$schema``.
VEGA_LITE: Final = "6.4"
#: ``vegaEmbed`` is all that a page needs. The function keeps the bundle's many short names out of
#: the scope that all scripts of a page share.
_WRAP: Final = '(function () {{ "use strict";\n{bundle}\n}})();\n'
_SNIPPET: Final = "window.vegaEmbed = vegaEmbed;"


def chart_bundle_path(home: Path) -> Path:
    """Return where the bundle lies below ``home``."""
    return home / "assets" / "corridor" / "vega.js"


def write_chart_bundle(home: Path) -> Path:
    """Write the chart bundle unless the one of this vl-convert is there; return its path.

    The first line names the version, so that a newer vl-convert replaces the file and an unchanged
    one costs a read. The file appears whole or not at all.

    Raises
    ------
    OSError: the folder cannot be written or the disk is full; nothing is left behind.
    """
    target = chart_bundle_path(home)
    header = _header()
    if target.is_file() and _first_line(target) == header:
        return target
    # Imported here: it loads a whole JavaScript engine, and almost every start needs none.
    import vl_convert

    bundle = vl_convert.javascript_bundle(_SNIPPET, vl_version=VEGA_LITE)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8") as stream:
            stream.write(header + "\n" + _WRAP.format(bundle=bundle))
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def _header() -> str:
    return (
        f"/* Vega-Lite {VEGA_LITE}, Vega and Vega-Embed from vl-convert {version('vl-convert-python')}; "
        "BSD-3-Clause, University of Washington Interactive Data Lab */"
    )


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8") as stream:
        return stream.readline().rstrip("\n")
