"""The site's settings with the tests' kinds of jobs and a short lease."""

from corridor_web.config.settings import *  # noqa: F403
from corridor_web.config.settings import INSTALLED_APPS as SITE_APPS

INSTALLED_APPS = [*SITE_APPS, "tests.web.common.job_kinds"]
CORRIDOR_JOB_LEASE_SECONDS = 2.0
