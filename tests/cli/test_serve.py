"""`corridor serve`, as a person runs it: the first start, the second, and each refusal."""

import os
import resource
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.installation import COMMAND, ROOT, Installation, one_sentence

SECRET = "x" * 40
SAFE = {"CORRIDOR_PRODUCTION": "1", "CORRIDOR_HOSTS": "corridor.example", "CORRIDOR_SECRET_KEY": SECRET}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    site = Installation(tmp_path / "home")
    yield site
    site.stop_all()


def test_the_first_start_serves_the_demonstration_and_the_second_keeps_the_data(
    site: Installation,
) -> None:
    first = site.start("--demo")
    assert "demo-corridor-2026" in first.said
    status, headers, body = first.get("")
    assert status == 200
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Corridor" in body
    assert first.get("accounts/sign-in")[2].count("<code>") > 3
    site.python("from corridor_web.accounts.models import User; User.objects.create(username='kept')")
    assert "Traceback" not in first.stop()
    second = site.start("--demo")
    kept = site.python(
        "from corridor_web.accounts.models import User; print(User.objects.get(username='kept'))"
    )
    assert kept
    assert "Loading" not in second.said


def test_static_files_are_hashed_compressed_and_kept_for_ever(site: Installation) -> None:
    server = site.start()
    body = server.get("accounts/sign-in")[2]
    style = next(part for part in body.split('"') if part.endswith(".css"))
    assert style != "/static/corridor/corridor.css"
    status, headers, _ = server.get(style.lstrip("/"))
    assert status == 200
    assert "immutable" in headers["Cache-Control"]
    assert list((site.home / "static").rglob("vega.*.js.gz"))


def test_the_secret_is_made_once_and_is_its_owners_alone(site: Installation) -> None:
    site.start().stop()
    secret = site.home / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    made = secret.read_text()
    assert len(made) >= 48
    site.start().stop()
    assert secret.read_text() == made


def test_a_job_runs_inside_the_server(site: Installation) -> None:
    server = site.start(DJANGO_SETTINGS_MODULE="tests.web.common.worker_settings")
    trace = site.home / "trace"
    put = (
        "import sys\nfrom django.contrib.auth.models import AnonymousUser\n"
        "from corridor_web.common import jobs\n"
        "jobs.HANDLERS['test.trace'] = print\n"
        "jobs.enqueue('test.trace', {'trace': sys.argv[1]}, AnonymousUser())\n"
    )
    site.python(put, str(trace))
    done = "import time\nfrom corridor_web.common.models import Job\n" + (
        "while Job.objects.get().state != 'done':\n    time.sleep(0.1)"
    )
    site.python(done)
    assert trace.read_text().split()[1] == "ran"
    assert "Traceback" not in server.stop()


def test_another_host_name_is_refused(site: Installation) -> None:
    assert site.start().get("", Host="evil.example")[0] == 400


# --------------------------------------------------------------------------------------- refusals
def test_a_taken_port(site: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = one_sentence(site.run("serve", "--port", str(port)))
    assert (
        said
        == f"port {port} on 127.0.0.1 is taken by another program. Maybe: corridor serve --port {port + 1}."
    )
    assert not (site.home / "corridor.sqlite3").exists()


def test_an_address_that_is_not_ours(site: Installation) -> None:
    assert "cannot be listened on" in one_sentence(site.run("serve", "--host", "203.0.113.7", "--port", "0"))


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    site = Installation(tmp_path / "file" / "home")
    assert "cannot be written (Not a directory)" in one_sentence(site.run("serve", "--port", "0"))


def test_a_locked_database(site: Installation) -> None:
    site.start().stop()
    with closing(sqlite3.connect(site.home / "corridor.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "is locked by another program" in one_sentence(site.run("serve", "--port", "0"))


def test_a_full_disk(site: Installation) -> None:
    def fill_at(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    def run(size: int) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*COMMAND, "serve", "--port", "0"],
            env=site.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            preexec_fn=lambda: fill_at(size),
            timeout=60,
            check=False,
        )

    # First too little for the tables; then they are there, and there is too little for the chart bundle.
    assert "the disk is full" in one_sentence(run(100_000))
    assert not list(site.home.glob(".*"))
    assert "changes applied" in site.run("db", "migrate").stdout
    assert "the disk is full" in one_sentence(run(600_000))
    assert not list((site.home / "assets").rglob("*.partial"))
    assert not list((site.home / "assets").rglob("vega.js"))


def test_a_database_server_that_does_not_answer(site: Installation) -> None:
    refused = site.run("serve", "--port", "0", DATABASE_URL="postgres://u:secret-word@127.0.0.1:1/x")
    assert "does not answer" in one_sentence(refused)
    assert "secret-word" not in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "env", "said"),
    [
        (["--host", "0.0.0.0", "--demo"], SAFE, "--demo was asked for while the address 0.0.0.0"),
        (["--host", "0.0.0.0"], {}, "CORRIDOR_HOSTS is empty"),
        (["--host", "0.0.0.0"], {**SAFE, "CORRIDOR_SECRET_KEY": "short"}, "has 5 characters"),
        (["--demo"], SAFE, "--demo was asked for while CORRIDOR_PRODUCTION is 1"),
    ],
)
def test_an_unsafe_start_in_production(
    site: Installation, arguments: list[str], env: dict[str, str], said: str
) -> None:
    assert said in one_sentence(site.run("serve", "--port", "0", *arguments, **env))
    assert not (site.home / "corridor.sqlite3").exists()


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL has scheme 'mysql'. Rule: postgres://"),
        ({"CORRIDOR_PAIR": "PAK"}, "CORRIDOR_PAIR names 1 economies. Rule: a site has two desks."),
    ],
)
def test_a_setting_that_makes_no_sense(site: Installation, env: dict[str, str], said: str) -> None:
    assert one_sentence(site.run("serve", "--port", "0", **env)).startswith(said)


def test_production_refuses_a_database_with_demo_accounts(site: Installation) -> None:
    site.run("db", "migrate")
    site.python(
        "from corridor_web.accounts.models import User; User.objects.create(username='desk', is_demo=True)"
    )
    said = one_sentence(site.run("serve", "--port", "0", **SAFE))
    assert said.startswith("the database holds demo accounts (desk).")


def test_production_serves_only_through_https_and_marks_its_cookies(site: Installation) -> None:
    server = site.start(**SAFE)
    ours = {"Host": "corridor.example"}
    assert server.get("health", **ours)[0] == 200
    status, headers, _ = server.get("accounts/sign-in", **ours, **{"X-Forwarded-Proto": "https"})
    assert status == 200
    assert "Secure" in headers["Set-Cookie"]
    assert "HttpOnly" in headers["Set-Cookie"]
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert server.get("health", Host="127.0.0.1")[0] == 400


def test_help_loads_nothing_of_the_platform() -> None:
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom corridor_cli.main import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "import corridor_cli.serve, corridor_cli.worker, corridor_cli.db\n"
        "print([name for name in ('django', 'gunicorn', 'corridor_web') if name in sys.modules])"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([*COMMAND[:2], code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
