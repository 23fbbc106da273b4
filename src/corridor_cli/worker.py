"""``corridor worker``: background jobs in a process of their own, beside the server."""

import os
import signal
from pathlib import Path

import typer


def command(
    home: Path = typer.Option(
        Path("var"), envvar="CORRIDOR_HOME", help="Folder of the database, the datasets and generated files."
    ),
) -> None:
    """Work through background jobs until Ctrl+C; as many workers as wanted may run at once."""
    from corridor_cli.serve import require_web

    require_web()
    from corridor_web.config.home import hold_home, open_home
    from corridor_web.config.start import plan_environment

    place = open_home(home)
    with hold_home(place):
        os.environ.update(plan_environment(os.environ, place))
        run_worker()


def run_worker() -> None:
    """Run jobs until a signal says stop; a running job is handed back."""
    import django

    django.setup()
    from corridor_web.common.jobs import HANDLERS, Worker
    from corridor_web.config.prepare import require_migrated

    require_migrated()
    worker = Worker()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: worker.stop())
    kinds = ", ".join(sorted(HANDLERS)) or "none yet"
    print(f"Worker {worker.name} waits for jobs ({kinds}). Ctrl+C stops it.", flush=True)
    worker.run()
    print("Worker stopped.")
