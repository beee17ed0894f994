"""Settings, all from the environment; `.env.example` names every variable.

A setting that is missing where it matters fails at start and names its variable.
"""

from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from factcheck.api.enums import ENUM_NAMES

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
VAR_DIR = Path(env("FACTCHECK_VAR", default=str(BASE_DIR / "var")))

SECRET_KEY = env("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set: give it a long random value (or set DEBUG=1 to try things out)."
        )
    SECRET_KEY = "only-for-trying-things-out"

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "factcheck",
    "articles",
    "claims",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "django_htmx",
    "csp",
    "axes",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "factcheck.health.HealthChecks",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "factcheck.accounts.middleware.browser_seen",
    "django_htmx.middleware.HtmxMiddleware",
    "claims.middleware.desk_read_once",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

FORM_RENDERER = "factcheck.lib.formrendering.PlainRenderer"

# --- Database: libpq's own connection strings, so sockets, sslmode and several hosts all work.
_conninfo = dict(conninfo_to_dict(env("DATABASE_URL", default="postgresql:///factcheck")))
# Reads that are compiled once (factcheck.lib.prepared), and all that workers say (factcheck.celery), have their plans kept
# from the second time on; 0: never, for a pooler that gives each transaction another connection.
DATABASE_PREPARE_AFTER = env.int("DATABASE_PREPARE_AFTER", default=1)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _conninfo.pop("dbname", "factcheck"),
        "USER": _conninfo.pop("user", ""),
        "PASSWORD": _conninfo.pop("password", ""),
        "HOST": _conninfo.pop("host", ""),
        "PORT": str(_conninfo.pop("port", "") or ""),
        "OPTIONS": {"prepare_threshold": DATABASE_PREPARE_AFTER or None, **_conninfo},
        "CONN_MAX_AGE": 60,  # a new connection costs 6-7 ms
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker and cache
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

CELERY_BROKER_URL = "redis+socket" + REDIS_URL[4:] if REDIS_URL.startswith("unix://") else REDIS_URL
CELERY_TASK_IGNORE_RESULT = True  # results are rows of ours
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = (
    150  # well below the visibility timeout, or a long task is delivered again while it runs
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,  # with kombu's own defaults a lost task comes back after ~100 s
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=10.0)
# What beat sends: every so many seconds, to be dropped where no worker has taken it after so many.
_BEAT = {
    **{
        name: (task, SWEEP_SECONDS, SWEEP_SECONDS * 2)
        for name, task in {
            "sweep imports": "articles.tasks.sweep_imports",
            "sweep waiting imports": "articles.tasks.sweep_waiting",
            "sweep placements": "articles.tasks.sweep_placements",
            "sweep containers": "articles.tasks.sweep_containers",
            "sweep re-checks": "articles.tasks.sweep_rechecks",
            "sweep evidence": "claims.tasks.sweep_evidence",
            "sweep extractions": "claims.tasks.sweep_extractions",
            "release expired leases": "claims.tasks.release_expired_leases",
            "give out claims": "claims.tasks.give_out_claims",
            "resume claims on hold": "claims.tasks.resume_claims_on_hold",
            "sweep merged speakers": "claims.tasks.sweep_merged_speakers",
            "sweep exports": "claims.tasks.sweep_exports",
            "sweep checks elsewhere": "claims.tasks.sweep_prior",
            "sweep webhooks": "claims.tasks.sweep_webhooks",
        }.items()
    },
    "poll feeds": ("articles.tasks.poll_feeds", 30.0, 60),  # a feed is polled every five minutes at most
    "remind": ("claims.tasks.remind", 60.0, 120),  # due dates and digests are no matter of seconds
    "sweep digests": ("claims.tasks.sweep_digests", 60.0, 120),
    # It looks whether anything was published since, and writes once an hour at the most.
    "write dumps": ("claims.tasks.write_dumps", 600.0, 1200),
    "fold tallies": ("claims.tasks.fold_tallies", 600.0, 600),
    "forget answers": ("factcheck.tasks.forget_answers", 3600.0, 3600),
    "clean up webhooks": ("claims.tasks.clean_up_webhooks", 3600.0, 3600),
}
if COLLECT_SNAPSHOTS_DAILY := env.bool("COLLECT_SNAPSHOTS_DAILY", default=False):
    _BEAT["collect snapshots"] = ("articles.tasks.collect_snapshots", 24 * 3600.0, 24 * 3600)
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": expires}}
    for name, (task, seconds, expires) in _BEAT.items()
}

# --- People
AUTH_USER_MODEL = "factcheck.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Guessing passwords: after so many wrong ones for an account, an address waits so many minutes.
AXES_FAILURE_LIMIT = env.int("LOGIN_ATTEMPTS", default=10)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_WAIT_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # who goes on trying waits no longer for it
AXES_LOCKOUT_CALLABLE = "factcheck.accounts.lockouts.locked_out"
AXES_CLIENT_IP_CALLABLE = "factcheck.lib.clients.counted_address"
AXES_DISABLE_ACCESS_LOG = True  # who is logged in, and from where, is in the sessions
AXES_ENABLE_ADMIN = False  # the desk's own admin shows attempts
AXES_VERBOSE = False
# Single sign-on: with SSO=1, which needs the extra "sso" (django-allauth); docs/operations.md tells how.
SSO = env.bool("SSO", default=False)
SSO_NAME = env("SSO_NAME", default="single sign-on")  # what the button on the log-in page calls the provider
SSO_ISSUER = env("SSO_ISSUER", default="")  # left empty: passwords and second factors alone
SSO_GROUPS_CLAIM = env("SSO_GROUPS_CLAIM", default="groups")
SSO_ROLES = env.dict("SSO_ROLES", default={})  # a provider's group=a role of the desk, comma-separated
SSO_NEW_ACCOUNTS = env.bool("SSO_NEW_ACCOUNTS", default=True)
SSO_LINK_BY_EMAIL = env.bool("SSO_LINK_BY_EMAIL", default=False)
_sso_client = {"client_id": env("SSO_CLIENT_ID", default=""), "secret": env("SSO_CLIENT_SECRET", default="")}
if SSO:
    if find_spec("allauth") is None:
        raise ImproperlyConfigured(
            'SSO is set, but django-allauth is not installed: install the extra "sso".'
        )
    if SSO_ISSUER and not _sso_client["client_id"]:
        raise ImproperlyConfigured("SSO_CLIENT_ID is not set: the provider gives it, with SSO_CLIENT_SECRET.")
    if wrong := set(SSO_ROLES.values()) - {"viewer", "researcher", "reviewer", "editor", "admin"}:
        raise ImproperlyConfigured(
            f"SSO_ROLES names roles that there are not: {', '.join(sorted(wrong))}. It takes group=role, ..."
        )
    INSTALLED_APPS += [
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
        "allauth.mfa",
    ]
    MIDDLEWARE += ["allauth.account.middleware.AccountMiddleware", "factcheck.sso.middleware.role_wanted"]
    AUTHENTICATION_BACKENDS[1] = "allauth.account.auth_backends.AuthenticationBackend"
    ACCOUNT_ADAPTER = "factcheck.sso.adapters.Accounts"
    ACCOUNT_LOGIN_METHODS = {"username"}
    ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # its log-in form asks for a password by this
    ACCOUNT_EMAIL_VERIFICATION = "none"  # the provider has seen to that, or an admin
    ACCOUNT_UNIQUE_EMAIL = False
    ACCOUNT_SESSION_REMEMBER = True
    SOCIALACCOUNT_ADAPTER = "factcheck.sso.adapters.Identities"
    SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads to another site is what form-action 'self' forbids
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "desk",
                    "name": SSO_NAME,
                    **_sso_client,
                    "settings": {"server_url": SSO_ISSUER},
                }
            ]
            if SSO_ISSUER
            else [],
        }
    }
    MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
    MFA_PASSKEY_LOGIN_ENABLED = False  # a passkey is a second factor here
    MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# --- Language and time
LANGUAGE_CODE = "en-gb"
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# --- Files: static ones by WhiteNoise, snapshots on a storage of their own
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# In production `collectstatic` has hashed and compressed them; locally they are served as they lie.
STATIC_FROM_SOURCE = env.bool("STATIC_FROM_SOURCE", default=DEBUG)
STATIC_ROOT = None if STATIC_FROM_SOURCE else BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = STATIC_FROM_SOURCE
WHITENOISE_AUTOREFRESH = DEBUG
SNAPSHOT_STORAGE = env("SNAPSHOT_STORAGE", default="files")
if SNAPSHOT_STORAGE not in ("files", "s3"):
    raise ImproperlyConfigured(f"SNAPSHOT_STORAGE is {SNAPSHOT_STORAGE!r}: it takes files or s3.")
SNAPSHOT_BUCKET = env("SNAPSHOT_BUCKET", default="")
if SNAPSHOT_STORAGE == "s3" and not SNAPSHOT_BUCKET:
    raise ImproperlyConfigured("SNAPSHOT_BUCKET is not set: name the bucket that snapshots lie in.")
_SNAPSHOT_STORAGES: dict[str, dict[str, Any]] = {
    "files": {
        "BACKEND": "articles.storage.WholeFiles",
        "OPTIONS": {"location": env("SNAPSHOT_DIR", default=str(VAR_DIR / "snapshots"))},
    },
    "s3": {
        "BACKEND": "articles.s3storage.S3Files",
        "OPTIONS": {
            "bucket_name": SNAPSHOT_BUCKET,
            "endpoint_url": env("SNAPSHOT_ENDPOINT", default="") or None,
            "region_name": env("SNAPSHOT_REGION", default="") or None,
            "location": env("SNAPSHOT_PREFIX", default=""),
            # Without them, as boto3 finds them: AWS_ACCESS_KEY_ID, a role of the machine, ...
            "access_key": env("SNAPSHOT_KEY_ID", default="") or None,
            "secret_key": env("SNAPSHOT_SECRET", default="") or None,
            "file_overwrite": False,
            "default_acl": None,
            # Said, or a name that ends in .gz would make readers of the bucket decompress it by themselves.
            "object_parameters": {"ContentType": "application/gzip"},
        },
    },
}
# Exports lie beside them: where web and workers both are, and never served but by a view that asks who is asking.
_EXPORT_STORAGES: dict[str, dict[str, Any]] = {
    "files": {"BACKEND": "articles.storage.WholeFiles", "OPTIONS": {"location": str(VAR_DIR / "exports")}},
    "s3": {
        **_SNAPSHOT_STORAGES["s3"],
        "OPTIONS": {
            **_SNAPSHOT_STORAGES["s3"]["OPTIONS"],
            "location": f"{_SNAPSHOT_STORAGES['s3']['OPTIONS']['location']}-exports".lstrip("-"),
            "object_parameters": {"ContentType": "application/octet-stream"},
        },
    },
}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "files"},
    },
    "snapshots": _SNAPSHOT_STORAGES[SNAPSHOT_STORAGE],
    "exports": _EXPORT_STORAGES[SNAPSHOT_STORAGE],
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if STATIC_FROM_SOURCE
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 2**20  # a paste of a few MB is an import like any other
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# --- Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS_ONLY", default=False)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
# HSTS for subdomains, and preload lists: for whoever owns the domain to decide, not for one site on it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"

# --- E-mail: the digests of inboxes. Without a server they are printed.
try:
    _email = env.email_url_config(env("EMAIL_URL", default="") or "consolemail://")
except (ImproperlyConfigured, ValueError):  # from None: it may hold a password
    raise ImproperlyConfigured(
        "EMAIL_URL is not an address of a mail server: it takes smtp://, smtp+tls:// or smtp+ssl://, then user:password@host:port."
    ) from None
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"] or "localhost", _email["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"] or "", _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _email.get("EMAIL_USE_TLS", False), _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default="Factcheck workbench <factcheck@localhost>")
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")  # what links in e-mails begin with
DIGEST_HOUR = env.int("DIGEST_HOUR", default=7)
if not 0 <= DIGEST_HOUR <= 23:
    raise ImproperlyConfigured(f"DIGEST_HOUR is {DIGEST_HOUR}: it takes an hour of the day, 0 to 23.")

# --- What readers see: fact-checks, their feeds and dumps, and the search that clients of Google's API know. Off, nobody
# who is not logged in sees anything.
PUBLIC_SITE = env.bool("PUBLIC_SITE", default=DEBUG)
PUBLIC_URL = (env("PUBLIC_URL", default="") or SITE_URL).rstrip(
    "/"
)  # what the addresses of its pages begin with
DESK_NAME = env("DESK_NAME", default="Fact-check desk")
DESK_LOGO = env("DESK_LOGO", default="")  # address of an image, for cards on other sites
DESK_LICENCE = env("DESK_LICENCE", default="")  # address of the licence of what is published, if it has one

# --- REST API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "factcheck.api.access.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["factcheck.api.access.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["factcheck.api.wire.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["factcheck.api.wire.JsonParser"],
    "DEFAULT_PAGINATION_CLASS": "factcheck.api.paging.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "factcheck.api.errors.problem_response",
    "PAGE_SIZE": 50,
}
# Requests a minute: of one key, one person in a browser, one address that is not signed in; 0: no limit.
API_RATE_KEY = env.int("API_RATE_KEY", default=600)
API_RATE_USER = env.int("API_RATE_USER", default=600)
API_RATE_ANONYMOUS = env.int("API_RATE_ANONYMOUS", default=60)
SPECTACULAR_SETTINGS = {
    "TITLE": "Factcheck workbench API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["factcheck.api.access.SignedIn"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,  # what is sent and what comes back differ
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "factcheck.api.schema.complete_document",
    ],
    "ENUM_SUFFIX": "",
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "defaultModelsExpandDepth": 0,
        "docExpansion": "none",  # unfolded, so many operations would be drawn only while in view: not to be searched or printed
        "validatorUrl": None,  # or the page asks a stranger's server
    },
}

# --- The desk
IMPORT_LEASE_SECONDS = env.int("IMPORT_LEASE_SECONDS", default=90)  # per stage; longer than the longest one
EXTRACTION_LEASE_SECONDS = env.int(
    "EXTRACTION_LEASE_SECONDS", default=180
)  # longer than CELERY_TASK_TIME_LIMIT
# A snapshot that nothing has referred to for so long is deleted (by collect_snapshots, or daily where that is on).
SNAPSHOT_KEEP_DAYS = env.int("SNAPSHOT_KEEP_DAYS", default=30)
IMPORT_MAX_ATTEMPTS = env.int("IMPORT_MAX_ATTEMPTS", default=5)
# Feeds: minutes between two polls, and how many entries the first one imports, unless the person who adds one says
# otherwise; hours of failing, and days of silence at the least, before the editors' dashboard says so.
FEED_INTERVAL_MINUTES = env.int("FEED_INTERVAL_MINUTES", default=15)
FEED_FIRST_ENTRIES = env.int("FEED_FIRST_ENTRIES", default=50)
FEED_FAILING_HOURS = env.int("FEED_FAILING_HOURS", default=24)
FEED_SILENT_DAYS = env.int("FEED_SILENT_DAYS", default=3)
# An address that was imported so lately is not fetched again; 0 always fetches.
IMPORT_FRESH_MINUTES = env.int("IMPORT_FRESH_MINUTES", default=15)
# Files of many articles: bytes as uploaded, bytes of a ZIP's files together, rows or records taken of one.
CONTAINER_MAX_BYTES = env.int("CONTAINER_MAX_BYTES", default=2000000000)
CONTAINER_MAX_UNPACKED_BYTES = env.int("CONTAINER_MAX_UNPACKED_BYTES", default=10000000000)
CONTAINER_MAX_ITEMS = env.int("CONTAINER_MAX_ITEMS", default=1000000)
# Whether imported pages are looked at again by themselves, for days after.
RECHECK_ARTICLES = env.bool("RECHECK_ARTICLES", default=True)
# Bytes kept of a document that is linked as evidence, fetched or uploaded.
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", default=20000000)
# Whether documents that are kept are looked at again by themselves.
RECHECK_EVIDENCE = env.bool("RECHECK_EVIDENCE", default=True)
# Days after which the file of an export is deleted.
EXPORT_KEEP_DAYS = env.int("EXPORT_KEEP_DAYS", default=7)
# Bytes of one import of other desks' checks, fetched or uploaded: it is read as a whole.
PRIOR_MAX_BYTES = env.int("PRIOR_MAX_BYTES", default=20000000)
# Where the Wayback Machine is asked, at a desk that wants it to (a desk setting, off by default).
WAYBACK_SAVE_URL = env("WAYBACK_SAVE_URL", default="https://web.archive.org/save/")
WAYBACK_LOOKUP_URL = env("WAYBACK_LOOKUP_URL", default="https://archive.org/wayback/available")
# Webhooks: seconds before each further try of a delivery (as Standard Webhooks has them, over three days), for how many
# days what was sent is kept, and whether addresses without TLS may be sent to.
WEBHOOK_WAITS = env.list(
    "WEBHOOK_WAITS", cast=float, default=[5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
)
if not WEBHOOK_WAITS:
    raise ImproperlyConfigured("WEBHOOK_WAITS is empty: it takes seconds, like 5,300,1800.")
WEBHOOK_KEEP_DAYS = env.int("WEBHOOK_KEEP_DAYS", default=30)
WEBHOOK_HTTP = env.bool("WEBHOOK_HTTP", default=False)
# Addresses and ports the fetcher may connect to besides the public ones: for a desk's own intranet, and for tests.
FETCH_ALLOW_ADDRESSES = env.list("FETCH_ALLOW_ADDRESSES", default=[])
FETCH_ALLOW_PORTS = env.list("FETCH_ALLOW_PORTS", cast=int, default=[])
# Seconds between two visits to one host, over all workers; and to an address of FETCH_ALLOW_ADDRESSES, where 0
# means that it is not spared at all.
FETCH_HOST_DELAY_SECONDS = env.float("FETCH_HOST_DELAY_SECONDS", default=1.0)
FETCH_ALLOWED_DELAY_SECONDS = env.float("FETCH_ALLOWED_DELAY_SECONDS", default=0.0)
FETCH_OBEY_ROBOTS = env.bool("FETCH_OBEY_ROBOTS", default=True)

# --- Logging: one line an event, on stderr
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {
        # What /readyz says is an answer to who asked, not an error to be logged at every question.
        "not_readyz": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: record.getMessage() != "Service Unavailable: /readyz",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django.request": {"filters": ["not_readyz"]},
        "axes": {"level": "WARNING"},  # several lines a log in
    },
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
}
