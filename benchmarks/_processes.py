"""One measurement a process, so that its peak memory is its own."""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def measure(run: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """Return what ``run`` tells, with seconds of wall and processor and peak memory of a fresh process.

    What ``run`` tells as ``seconds`` (such as a part of its work) is kept. An ``ImportError`` becomes
    ``{"absent": True}``.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(run, arguments, sender))
    process.start()
    sender.close()
    try:
        figures: dict[str, Any] = receiver.recv()
    except EOFError:  # its own message stands on the error stream already
        sys.exit(1)
    process.join()
    return figures


def _run(run: Callable[..., dict[str, Any]], arguments: tuple[Any, ...], sender: Any) -> None:
    start = time.perf_counter()
    try:
        told = run(*arguments)
    except ImportError:
        sender.send({"absent": True})
        return
    wall = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "seconds": round(wall, 3),
        "processor_s": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_mib": round(read_peak_kib() / 1024),
    }
    sender.send(figures | told)


def read_peak_kib() -> int:
    """Return the peak resident memory of this process; ``ru_maxrss`` would count its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
