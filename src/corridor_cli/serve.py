"""``corridor serve``: the platform on this machine, in one process with its background jobs."""

import errno
import os
import signal
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer

from corridor import __version__
from corridor.errors import InputError

THREADS = 8


def command(
    demo: bool = typer.Option(
        False, "--demo", help="Load the illustrative world with its demo accounts (loopback only)."
    ),
    host: str = typer.Option("127.0.0.1", help="Address to listen on; beyond loopback is production."),
    port: int = typer.Option(8000, min=0, max=65535, help="Port to listen on; 0 takes any free one."),
    home: Path = typer.Option(
        Path("var"), envvar="CORRIDOR_HOME", help="Folder of the database, the datasets and generated files."
    ),
    jobs: bool = typer.Option(
        True, help="Work through background jobs in this process too (not needed beside `corridor worker`)."
    ),
) -> None:
    """Serve the platform until Ctrl+C."""
    require_web()
    from corridor_web.config.home import hold_home, open_home
    from corridor_web.config.start import plan_environment

    print(f"Corridor {__version__}", flush=True)
    listener = listen(host, port)
    place = open_home(home)
    os.environ.update(plan_environment(os.environ, place, host=host, demo=demo))
    # Until gunicorn takes the signals over, a stop ends the preparation too, as Ctrl+C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if subprocess.run([sys.executable, "-m", "corridor_web.config.prepare"], check=False).returncode:
        raise typer.Exit(1)
    with hold_home(place):
        run_server(listener, with_jobs=jobs)


def require_web() -> None:
    """Raise where the optional packages of the platform are missing."""
    missing = [name for name in ("django", "gunicorn", "ninja", "whitenoise") if find_spec(name) is None]
    if missing:
        raise InputError(
            f"the packages of the platform are not installed ({', '.join(missing)})",
            rule="the library and the command work without them, the site does not",
            fix="Maybe: pip install 'corridor[web]'",
        )


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done.

    Raises
    ------
    InputError: another program listens there, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise InputError(
                f"port {port} on {host} is taken by another program",
                fix=f"Maybe: corridor serve --port {port + 1}",
            ) from error
        if error.errno == errno.EACCES:
            raise InputError(
                f"port {port} may not be opened by this user", rule="ports below 1024 need rights"
            ) from error
        raise InputError(
            f"the address {host!r} cannot be listened on ({error.strerror})",
            rule="--host is an address of this machine, such as 127.0.0.1 or 0.0.0.0",
        ) from error
    return listener


def run_server(listener: socket.socket, *, with_jobs: bool) -> None:
    """Hand the listening socket to gunicorn and stay until it is stopped."""
    from gunicorn.app.base import BaseApplication

    address = describe_address(listener)

    def after_start(worker: Any) -> None:
        if with_jobs:
            from corridor_web.common.jobs import start_thread

            start_thread()
        if worker.age == 1:
            print(f"Corridor is ready: {address}   (Ctrl+C stops it)", flush=True)

    def before_stop(server: Any, worker: Any) -> None:
        if with_jobs and server.pid != os.getpid():
            from corridor_web.common.jobs import stop_thread

            stop_thread()

    options = {
        "bind": f"fd://{listener.detach()}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": THREADS,
        "timeout": 120,
        "graceful_timeout": 10,
        "loglevel": "warning",
        "control_socket_disable": True,
        "post_worker_init": after_start,
        "worker_exit": before_stop,
        "proc_name": "corridor",
    }

    class Server(BaseApplication):  # type: ignore[misc]
        """Gunicorn with our options and nothing from its own command line or files."""

        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from corridor_web.config.wsgi import application

            return application

    Server().run()


def describe_address(listener: socket.socket) -> str:
    """Return the address a browser opens."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"
