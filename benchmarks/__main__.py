"""Run the benchmarks one after the other: ``python -m benchmarks [NAME…] [--quick]``.

Each is a script of this folder and runs in a process of its own, so that its peak memory is its own. Their
JSON lines go to standard output as they come; what is skipped or failed, and why, to standard error.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
#: Smaller cases of what otherwise takes minutes.
QUICK: Final = {
    "complexity": ["--repeats", "1"],
    "import_trade": ["--rows", "3000000"],
    "meeting_day": ["--seeds", "1", "--seconds", "2"],
    "years": ["--years", "1,2", "--rows", "500000"],
}


def list_benchmarks() -> list[str]:
    """Return the names of the scripts, sorted."""
    return sorted(path.stem for path in FOLDER.glob("[!_]*.py"))


def run_benchmark(name: str, arguments: list[str]) -> tuple[int, list[str]]:
    """Run one script, pass its lines on, and return its exit code and what it says is absent."""
    command = [sys.executable, str(FOLDER / f"{name}.py"), *arguments]
    absent = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            absent += find_absent(line)
    return process.returncode, absent


def find_absent(line: str) -> list[str]:
    """Return what a line names as absent: a file, or the side of a peer that is not installed."""
    try:
        told = json.loads(line)
    except ValueError:
        return []
    if not isinstance(told, dict) or not told.get("absent"):
        return []
    return [told["absent"] if isinstance(told["absent"], str) else str(told.get("side", "a part"))]


def main() -> int:
    """Run the benchmarks asked for; return 1 where one failed."""
    known = list_benchmarks()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; all by default")
    parser.add_argument("--quick", action="store_true", help="smaller cases: a few minutes at most")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in known]:
        parser.error(f"no benchmark is called {', '.join(map(repr, unknown))}: there are {', '.join(known)}")
    failed = []
    for name in asked.names or known:
        arguments = QUICK.get(name, []) if asked.quick else []
        print(" ".join([f"== {name}", *arguments]), file=sys.stderr, flush=True)
        code, absent = run_benchmark(name, arguments)
        for part in absent:
            print(f"{name}: skipped, {part} is not here (see benchmarks/README.md)", file=sys.stderr)
        if code:
            failed.append(name)
            print(f"{name}: failed with exit code {code}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
