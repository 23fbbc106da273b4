"""The command in a folder of its own, as a person runs it."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "from corridor_cli.main import run; run()"]
PATIENCE = 60.0


class Installation:
    """One CORRIDOR_HOME; servers started here are stopped at the end of the test."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.servers: list[subprocess.Popen[str]] = []
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CORRIDOR_")}
        kept.pop("DATABASE_URL", None)
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        path = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        self.env = {**kept, "CORRIDOR_HOME": str(home), "PYTHONPATH": path}

    def run(self, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*COMMAND, *arguments],
            env={**self.env, **env},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def python(self, code: str, *arguments: str) -> str:
        """Run code in the site of this folder."""
        settings = {"DJANGO_SETTINGS_MODULE": "corridor_web.config.settings"}
        done = subprocess.run(
            [sys.executable, "-c", "import django; django.setup()\n" + code, *arguments],
            env={**self.env, **settings},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        return done.stdout

    def start(self, *arguments: str, **env: str) -> "Server":
        """Start `corridor serve` on a free port and wait until it says that it is ready."""
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", *arguments],
            env={**self.env, **env},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.servers.append(process)
        return Server(process)

    def stop_all(self) -> None:
        for process in self.servers:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=PATIENCE)


class Server:
    """A running server."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said = ""
        began = time.monotonic()
        assert process.stdout is not None
        for line in process.stdout:
            self.said += line
            if found := re.search(r"ready: (http://\S+)", line):
                self.address = found.group(1)
                self.seconds = time.monotonic() - began
                return
        raise AssertionError(f"the server ended with {process.wait()}: {self.said}")

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        request = Request(self.address + path, headers=headers)
        try:
            with urlopen(request, timeout=20) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()

    def stop(self) -> str:
        """Stop as Ctrl+C does; return what else it said."""
        self.process.terminate()
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return rest


def one_sentence(done: Any) -> str:
    """Return the message of a refusal: exit code 1, no traceback, one line."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return str(lines[0])
