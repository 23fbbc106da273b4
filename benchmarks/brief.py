"""The whole brief on a year of trade: three languages, three formats, and where the time goes.

``python benchmarks/brief.py [TRADE_FILE]`` prints JSON lines. TRADE_FILE is any file of trade that
``corridor data import`` reads; by default the 2024 file in ``../shared/data/trade``, else the benchmark
says that it is absent. The goal is 60 seconds on two cores.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from corridor.data.sources import open_trade
from corridor.flow import FlowOptions, compose_flow, known_target
from corridor.reports.brief import build_brief
from corridor.reports.docx import render_docx
from corridor.reports.html import render_html
from corridor.reports.pdf import render_pdf
from corridor.reports.render import draw_figures
from corridor.vocabulary import LANGUAGES

DEFAULT = Path(__file__).resolve().parents[2] / "shared/data/trade/baci_hs17_2024_bilateral_hs6.parquet"
GOAL_S = 60.0
T = TypeVar("T")


class Clock:
    """Adds up seconds by part."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}

    def time(self, part: str, work: Callable[..., T], *arguments: object) -> T:
        start = time.perf_counter()
        result = work(*arguments)
        self.parts[part] = self.parts.get(part, 0.0) + time.perf_counter() - start
        return result


def main() -> None:
    """Compose, build and render everything once."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not path.is_file():
        print(json.dumps({"benchmark": "brief", "absent": str(path.name)}))
        return
    clock, start = Clock(), time.perf_counter()
    trade = clock.time("read trade", open_trade, path)
    options = FlowOptions(as_of=date(2026, 11, 23), target=known_target("PAK", "CHN"))
    result = clock.time("five stages", lambda: compose_flow("PAK", "CHN", options, trade=trade))
    with tempfile.TemporaryDirectory() as folder:
        for language in LANGUAGES:
            paper = clock.time("build document", build_brief, result, language)
            svgs = clock.time("draw charts", draw_figures, paper)
            for name, render in (("html", render_html), ("docx", render_docx), ("pdf", render_pdf)):
                content = clock.time(f"render {name}", render, paper, svgs)
                Path(folder, f"brief.{language}.{name}").write_bytes(content)
                print(
                    json.dumps(
                        {"benchmark": "brief", "file": f"{language}.{name}", "kib": len(content) // 1024}
                    )
                )
    seconds = time.perf_counter() - start
    for part, spent in sorted(clock.parts.items(), key=lambda item: -item[1]):
        print(json.dumps({"benchmark": "brief", "part": part, "seconds": round(spent, 2)}))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {
                "benchmark": "brief",
                "case": "three languages, three formats",
                "seconds": round(seconds, 2),
                "goal_seconds": GOAL_S,
                "peak_mib": peak,
            }
        )
    )


if __name__ == "__main__":
    main()
