"""One file of settings. What differs between machines comes from the environment.

``NUANBAN_MODE`` is ``development`` (the default: a demonstration on one machine, with keys made for
it), ``test`` or ``production``. Production takes every secret from the environment and refuses to
start without it: see ``config/checks.py`` and docs/operations.md.
"""

from importlib.util import find_spec
from pathlib import Path

import django_stubs_ext
from celery.schedules import schedule
from django.utils.translation import gettext_lazy as _
from kombu import Exchange, Queue

from config import database, development_keys, logs, smtp
from config.environment import env_bool, env_choice, env_int, env_list, env_text, env_yaml

# Generic model fields and admins can be subscripted at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = env_choice("NUANBAN_MODE", ("development", "test", "production"), default="development")
PRODUCTION = MODE == "production"
# What is made while it runs: the embedded servers, logs, static files, uploads.
VAR = Path(env_text("NUANBAN_VAR", str(BASE_DIR / "var")))

DEBUG = env_bool("NUANBAN_DEBUG", default=False)
ALLOWED_HOSTS = env_list("NUANBAN_HOSTS", () if PRODUCTION else ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env_list("NUANBAN_ORIGINS")

# --- secrets -----------------------------------------------------------------------------------
_keys = development_keys.KEYS if not PRODUCTION else development_keys.NONE
SECRET_KEY = env_text("NUANBAN_SECRET_KEY", _keys.secret)
SECRET_KEY_FALLBACKS = env_list("NUANBAN_SECRET_KEY_FALLBACKS")
NUANBAN_FIELD_KEYS = env_list("NUANBAN_FIELD_KEYS", _keys.fields)
NUANBAN_BLIND_INDEX_KEY = env_text("NUANBAN_BLIND_INDEX_KEY", _keys.blind_index)

# --- rooms -------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "config.apps.NuanbanAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "foundation",
    "accounts",
    "workflow",
    "branches",
    "eldercare",
    "appointments",
    "audits",
    "api",
    "web",
    *([] if PRODUCTION else ["demo", "chaos"]),
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "config.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.ContentPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.errors.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.preferences",
            ],
        },
    },
]

# --- rows --------------------------------------------------------------------------------------
_embedded_urls = database.embedded_urls(VAR)
DATABASE_URL = env_text("DATABASE_URL", _embedded_urls.database)
REDIS_URL = env_text("REDIS_URL", _embedded_urls.redis)
EMBEDDED = _embedded_urls.names_one_of(DATABASE_URL, REDIS_URL)
DATABASES = {"default": database.from_url(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "nuanban",
    }
}

# --- people ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/staff/sign-in/"
LOGIN_REDIRECT_URL = "/staff/"
LOGOUT_REDIRECT_URL = "/"
# Old people are slow and that is fine: an elder stays signed in for a month on their own phone.
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and env_bool("NUANBAN_HTTPS_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- words and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "web" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- maps --------------------------------------------------------------------------------------
# Without tiles a map is drawn from our own rows, and no browser asks anybody outside. An address:
# https://tiles.example.cn/{z}/{x}/{y}.png (WGS 84); the content policy lets in that host alone.
NUANBAN_MAP_TILES = env_text("NUANBAN_MAP_TILES", "")
NUANBAN_MAP_CREDIT = env_text("NUANBAN_MAP_CREDIT", "")

# --- files -------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
# Leaflet's files alone: as an app the wheel would ask for GDAL.
_leaflet = find_spec("leaflet")
STATICFILES_DIRS = [Path(_leaflet.origin).parent / "static"] if _leaflet and _leaflet.origin else []
MEDIA_ROOT = Path(env_text("NUANBAN_MEDIA", str(VAR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- work behind the pages ---------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A request must never hang on the broker: the row is stored, the sweep will find it.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_DEFAULT_QUEUE = "sweeps"
# Each with its own exchange: on a shared one every task would land in all three.
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name) for name in ("messages", "plans", "sweeps")
]
CELERY_TASK_ROUTES = {
    "messages.*": {"queue": "messages"},
    "plans.*": {"queue": "plans"},
    "sweeps.*": {"queue": "sweeps"},
}
CELERY_TIMEZONE = "UTC"
_SWEEP_SECONDS = env_int("NUANBAN_SWEEP_SECONDS", default=5, at_least=1)
# How often beat and each queue leave a sign of life (workflow/heartbeats.py).
NUANBAN_HEARTBEAT_SECONDS = env_int("NUANBAN_HEARTBEAT_SECONDS", default=10, at_least=1)
# How often each sweep is woken, in seconds.
_SWEEPS = {
    "sweep_messages": _SWEEP_SECONDS,
    "act_on_due_steps": _SWEEP_SECONDS,
    "release_expired_holds": _SWEEP_SECONDS,
    "offer_to_waiting": _SWEEP_SECONDS,
    "speak_of_closed_days": 60 * _SWEEP_SECONDS,
    "improve_days": 12 * _SWEEP_SECONDS,
    "heartbeat": NUANBAN_HEARTBEAT_SECONDS,
    "forget_old_texts": 24 * 60 * 60,
    "raise_findings": 60 * _SWEEP_SECONDS,
    "forget_old_customers": 24 * 60 * 60,
    "branches_register": 720 * _SWEEP_SECONDS,
}
CELERY_BEAT_SCHEDULE = {
    # A sweep that waited for long is worthless: the next one is already there.
    name: {
        "task": f"sweeps.{name}",
        "schedule": schedule(seconds),
        "options": {"expires": max(60, seconds)},
    }
    for name, seconds in _SWEEPS.items()
}
# Through each queue a sign of life: the broker and a worker that takes it are there.
for _queue in ("messages", "plans"):
    CELERY_BEAT_SCHEDULE[f"{_queue}_heartbeat"] = {
        "task": f"{_queue}.heartbeat",
        "schedule": schedule(NUANBAN_HEARTBEAT_SECONDS),
        "options": {"expires": 60},
    }
CELERY_BEAT_SCHEDULER = "config.beat.Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")

# --- the API -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.answer",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Nuanban API",
    "DESCRIPTION": "Elder-friendly branch services: branches, escorts, home visits.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
}

# --- logs --------------------------------------------------------------------------------------
LOGGING = logs.configuration(level=env_text("NUANBAN_LOG_LEVEL", "INFO"))
LOGGING_CONFIG = "logging.config.dictConfig"

# --- mail --------------------------------------------------------------------------------------
_mail = smtp.from_url(env_text("NUANBAN_SMTP_URL", "smtp://localhost:25"))
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.ssl, _mail.starttls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env_text("NUANBAN_MAIL_FROM", "nuanban@localhost")

# --- the bank's own rules (docs/operations.md says what each one does) ---------------------------
NUANBAN_PHONE_LINE = env_text("NUANBAN_PHONE_LINE", "95555")
NUANBAN_DEMO_CLOCK = not PRODUCTION
# How messages leave the house: a class for each channel; an empty one is not offered.
NUANBAN_CHANNELS = {
    "sms": env_text("NUANBAN_SMS_CHANNEL", "workflow.channels.DemoGateway"),
    "email": env_text("NUANBAN_EMAIL_CHANNEL", ""),
    "wecom": env_text("NUANBAN_WECOM_CHANNEL", ""),
    "person": "workflow.channels.PersonWhoPhones",
}
NUANBAN_TENCENT = {
    "secret_id": env_text("NUANBAN_TENCENT_SECRET_ID", ""),
    "secret_key": env_text("NUANBAN_TENCENT_SECRET_KEY", ""),
    "app_id": env_text("NUANBAN_TENCENT_APP_ID", ""),
    "sign_name": env_text("NUANBAN_TENCENT_SIGN_NAME", ""),
    "region": env_text("NUANBAN_TENCENT_REGION", "ap-guangzhou"),
    "endpoint": env_text("NUANBAN_TENCENT_ENDPOINT", "https://sms.tencentcloudapi.com"),
}
NUANBAN_ALIBABA = {
    "key_id": env_text("NUANBAN_ALIBABA_KEY_ID", ""),
    "key_secret": env_text("NUANBAN_ALIBABA_KEY_SECRET", ""),
    "sign_name": env_text("NUANBAN_ALIBABA_SIGN_NAME", ""),
    "endpoint": env_text("NUANBAN_ALIBABA_ENDPOINT", "https://dysmsapi.aliyuncs.com"),
}
# The providers' ids of our approved templates: a YAML file, see docs/operations.md.
NUANBAN_SMS_TEMPLATES = env_yaml("NUANBAN_SMS_TEMPLATES")
NUANBAN_APPRISE_URL = env_text("NUANBAN_APPRISE_URL", "")
NUANBAN_MAIL_SUBJECT = env_text("NUANBAN_MAIL_SUBJECT", "暖伴")
NUANBAN_MESSAGE_DAYS = env_int("NUANBAN_MESSAGE_DAYS", default=90, at_least=1)
# Who may read /metrics and the parts of /healthz from elsewhere than this machine.
NUANBAN_METRICS_TOKEN = env_text("NUANBAN_METRICS_TOKEN", "")
NUANBAN_WINDOW_MINUTES = 120
# How many branches near the customer may send their people when the own branch cannot.
NUANBAN_NEIGHBOURS = env_int("NUANBAN_NEIGHBOURS", default=3)
NUANBAN_BOOKING_DAYS = 14
NUANBAN_HOLD_MINUTES = env_int("NUANBAN_HOLD_MINUTES", default=10, at_least=1)
NUANBAN_LEAD_MINUTES = env_int("NUANBAN_LEAD_MINUTES", default=60)
NUANBAN_SET_OFF_MINUTES = 120
# The day plan: seconds of one search; minutes of rest between two of the same day that nobody asked
# for; how long ahead of its setting off a team learns of a change on the day itself.
NUANBAN_PLAN_SECONDS = env_int("NUANBAN_PLAN_SECONDS", default=10, at_least=1)
NUANBAN_PLAN_PAUSE_MINUTES = env_int("NUANBAN_PLAN_PAUSE_MINUTES", default=5, at_least=0)
NUANBAN_PLAN_LEAD_MINUTES = env_int("NUANBAN_PLAN_LEAD_MINUTES", default=30, at_least=0)
# A visit cancelled or moved so near to the team's setting off has somebody phone the team.
NUANBAN_LATE_CANCEL_MINUTES = env_int("NUANBAN_LATE_CANCEL_MINUTES", default=180)
# Ages from which customers are visited at home: with a special need, and whoever asks. 60 is the
# only legal line (老年人权益保障法 art. 2); the rest is the bank's own practice.
NUANBAN_AGE_TIERS = {"with_a_need": 60, "alone": 80}
NUANBAN_GUARDIAN_FOLLOW_UP_DAYS = 3
# Working days in one stage of a service's review until somebody is reminded; twice that, escalated.
NUANBAN_REVIEW_DAYS = 2
NUANBAN_GEOCODER = env_text("NUANBAN_GEOCODER", "eldercare.geocoding.DistrictGeocoder")
# Nights and dinner: what may wait is sent afterwards (workflow/quiet_hours.py).
NUANBAN_QUIET_HOURS = (("21:00", "08:00"), ("17:30", "18:30"))
NUANBAN_VISIT_SETUP_MINUTES = 0
NUANBAN_VISIT_LEAVE_MINUTES = 10
# Straight line → road, and a pace that a car keeps in Xi'an's traffic.
NUANBAN_TRAVEL = {"detour": 1.35, "kmh": 18, "parking_minutes": 5, "reach_km": 25}
# Hours of the clock with a pace of their own ({8: 14}): the slowest working hour counts.
NUANBAN_KMH_BY_HOUR: dict[int, float] = {}
# A road service of one's own, "osrm" or "valhalla", and where it answers (appointments/roads.py).
NUANBAN_ROADS = env_choice("NUANBAN_ROADS", ("", "osrm", "valhalla"), default="")
NUANBAN_ROADS_URL = env_text("NUANBAN_ROADS_URL", "http://127.0.0.1:5000")
