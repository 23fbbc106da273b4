"""Settings of the platform; everything that differs between installations comes from the environment.

``CORRIDOR_HOME``    folder of the database, the datasets, uploads and generated files (default: var)
``DATABASE_URL``     postgres://… for production; empty for the embedded SQLite
``CORRIDOR_SECRET_KEY``, ``CORRIDOR_HOSTS``, ``CORRIDOR_PRODUCTION``   set by ``corridor serve``
``CORRIDOR_STATIC``  ``collected`` when the static files are served hashed and compressed (``corridor serve``)
``CORRIDOR_PAIR``    the two economies whose desks run this site, such as PAK,CHN
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from corridor.errors import InputError
from corridor.locale import compile_catalogues
from corridor.locale.catalogue import LOCALE_DIR
from corridor_web.config.database import database


def list_words(variable: str, default: str = "") -> list[str]:
    """Return the words of a variable that separates them by commas."""
    return [word.strip() for word in os.environ.get(variable, default).split(",") if word.strip()]


WEB = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("CORRIDOR_HOME", "var")).resolve()
PRODUCTION = os.environ.get("CORRIDOR_PRODUCTION", "") == "1"
DEMO = os.environ.get("CORRIDOR_DEMO", "") == "1"
DEFAULT_SECRET = "only-for-loopback-and-tests"  # noqa: S105 - refused in production below
SECRET_KEY = os.environ.get("CORRIDOR_SECRET_KEY", DEFAULT_SECRET)
if PRODUCTION and (SECRET_KEY == DEFAULT_SECRET or len(SECRET_KEY) < 32):
    raise InputError(
        "CORRIDOR_SECRET_KEY is the default or shorter than 32 characters",
        rule="production needs a secret of its own",
        fix="Maybe: openssl rand -base64 48",
    )
if PRODUCTION and DEMO:
    raise InputError(
        "demo accounts were asked for in production", rule="they exist only on loopback", fix="Drop --demo"
    )

DEBUG = False
ALLOWED_HOSTS = list_words("CORRIDOR_HOSTS", "127.0.0.1,localhost,[::1]")
ROOT_URLCONF = "corridor_web.config.urls"
WSGI_APPLICATION = "corridor_web.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
CORRIDOR_PAIR = tuple(list_words("CORRIDOR_PAIR", "PAK,CHN"))
if len(CORRIDOR_PAIR) != 2:
    raise InputError(
        f"CORRIDOR_PAIR names {len(CORRIDOR_PAIR)} economies",
        rule="a site has two desks",
        fix="Maybe PAK,CHN",
    )

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "simple_history",
    "axes",
    "corridor_web.common",
    "corridor_web.accounts",
    "corridor_web.registry",
    "corridor_web.find",
    "corridor_web.match",
    "corridor_web.meet",
    "corridor_web.plan",
    "corridor_web.deliver",
    "corridor_web.front",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "corridor_web.common.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "corridor_web.common.middleware.PrivacyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "corridor_web.common.middleware.ReadableMiddleware",
    "corridor_web.config.middleware.MethodMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "corridor_web.common.middleware.ErrorMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "corridor_web.common.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "corridor_web.common.templatetags.corridor"],
        },
    }
]
DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), HOME)}

# ------------------------------------------------------------------------------------------ languages
compile_catalogues()
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("ur", "اردو")]
LOCALE_PATHS = [LOCALE_DIR]

# ------------------------------------------------------------------------------------------- security
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "front:home"
LOGOUT_REDIRECT_URL = "front:home"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "corridor_web.common.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = list_words("CORRIDOR_ORIGINS")
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health$"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# ---------------------------------------------------------------------------------------------- files
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
#: Generated by common/assets.py when a server starts.
ASSETS = HOME / "assets"
ASSETS.mkdir(exist_ok=True)
STATICFILES_DIRS = [WEB / "static", ASSETS]
#: ``corridor serve`` collects, hashes and compresses; tests and ``runserver`` read the sources.
COLLECTED = os.environ.get("CORRIDOR_STATIC", "") == "collected"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "uploads"},
    },
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if COLLECTED
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED

# ----------------------------------------------------------------------------------------------- jobs
#: How long a worker may be silent before its job is given to another one.
CORRIDOR_JOB_LEASE_SECONDS = 60.0

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Gunicorn warns of each HEAD request, whose body Django leaves to the server to drop.
    "loggers": {"gunicorn.http.wsgi": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": os.environ.get("CORRIDOR_LOG_LEVEL", "WARNING")},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SILENCED_SYSTEM_CHECKS: list[str] = []
