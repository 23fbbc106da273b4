"""The WSGI entry point."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from corridor_web.common.assets import write_chart_bundle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corridor_web.config.settings")
write_chart_bundle(settings.HOME)
application = get_wsgi_application()
