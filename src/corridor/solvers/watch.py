"""Waiting for native code without losing the caller: progress is told, a stop is passed on.

Solvers run for seconds inside native code. The search runs in a thread of its own, so that progress is
reported, and an interrupt noticed, in the thread of the caller (a database connection belongs to it).
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from time import perf_counter
from typing import Final, TypeVar

#: Called with a share 0…1 and what is being done; an exception raised in it stops the search.
Progress = Callable[[float, str], None]
T = TypeVar("T")

POLL_S: Final = 0.1


def run_watched(
    work: Callable[[], T],
    *,
    stop: Callable[[], None],
    time_limit_s: float,
    progress: Progress | None = None,
    message: str = "solving",
) -> T:
    """Return ``work()``; while it runs, report the share of the time limit that has passed.

    Raises
    ------
    Whatever ``progress`` raises (such as ``CancelledError``) and ``KeyboardInterrupt``, after ``stop``
    was called and the search has ended; whatever ``work`` raises.
    """
    started = perf_counter()
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(work)
        try:
            while not _ended(future):
                if progress:
                    progress(min(0.99, (perf_counter() - started) / time_limit_s), message)
        except BaseException:
            stop()
            raise
        return future.result()


def _ended(future: Future[T]) -> bool:
    return bool(wait([future], timeout=POLL_S).done)


def narrow_progress(progress: Progress | None, start: float, end: float) -> Progress | None:
    """Return a callback that reports 0…1 as the part ``start``…``end`` of ``progress``."""
    if progress is None:
        return None

    def report(share: float, message: str) -> None:
        progress(start + (end - start) * share, message)

    return report
