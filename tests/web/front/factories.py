"""Objects of the policy test."""

import atexit
import os
import shutil
from collections.abc import Callable
from typing import Final

from django.utils import timezone

from corridor_web.accounts.models import User
from corridor_web.common.models import Job
from corridor_web.front.queries import BRIEF, briefs_folder

#: Of the policy test's brief: its paper lies in the folder of the tests until the process ends.
KEY: Final = f"policy-test-{os.getpid()}"
FILE: Final = "brief-PAK-CHN.en.html"


def make_paper(user: User, key: str = KEY) -> Job:
    """Store a brief of one paper that ``user`` had made."""
    folder = briefs_folder() / key
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text("<!doctype html><title>Brief</title>", encoding="utf-8")
    return Job.objects.create(
        key=key,
        kind=BRIEF,
        payload={"language": "en"},
        title="Brief: PAK → CHN",
        state=Job.State.DONE,
        created_by=user,
        finished=timezone.now(),
    )


@atexit.register
def remove_files() -> None:
    """Leave no file of the policy test behind."""
    shutil.rmtree(briefs_folder() / KEY, ignore_errors=True)


def brief_in_state(state: str, users: dict[str, User]) -> dict[str, object]:
    """A brief that the member had made."""
    return {"key": make_paper(users["member"]).key}


def paper_in_state(state: str, users: dict[str, User]) -> dict[str, object]:
    """Its one paper."""
    return {"key": make_paper(users["member"]).key, "file": FILE}


FACTORIES: dict[str, Callable[[str, dict[str, User]], dict[str, object]]] = {
    "brief": brief_in_state,
    "paper": paper_in_state,
}
