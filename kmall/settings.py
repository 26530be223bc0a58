"""One settings file, read from the environment. A wrong value stops the start with one line."""

import logging
import os
from pathlib import Path

import environs
from django.utils.translation import gettext_lazy as _

from kmall import logs
from kmall.embedded import addresses
from kmall.environment import between, fernet_keys, one_of, optional_url, url
from kmall.languages import named_with_language

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environs.Env()
addresses.adopt(VAR_DIR)  # a command beside `make run` works on the running mall

DEBUG = env.bool("DEBUG", False)
PORT = env.int("PORT", 8000, validate=between(1, 65525))
DEVELOPMENT_KEY = "development-only-key-never-use-it-on-a-public-host"
SECRET_KEY = env.str("SECRET_KEY", DEVELOPMENT_KEY)
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{PORT}", validate=url("http", "https"))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"])
PROXIES = env.int("PROXIES", 0, validate=between(0, 5))  # of ours, in front of the web server
CSRF_FAILURE_VIEW = "kmall.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
# Fernet keys, newest first; older ones still decrypt. See kmall/encryption.py.
ENCRYPTION_KEYS = env.list(
    "ENCRYPTION_KEYS", ["a21hbGwyNC1kZXZlbG9wbWVudC1lbmNyeXB0aW9uLWs="], validate=fernet_keys
)
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY", "development-blind-index")

INSTALLED_APPS = [
    "partners",
    "orders",
    "catalog",
    "kmall.apps.KmallConfig",
    "modeltranslation",
    "kmall.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "allauth",
    "allauth.account",
    "axes",
]

MIDDLEWARE = [
    "kmall.page_cache.PageCacheMiddleware",  # first: a hit pays for nothing below
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "kmall.proxies.ProxiesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kmall.content_policy.ContentPolicyMiddleware",
    "kmall.nul.NulMiddleware",  # before the session is looked for
    "kmall.accounts.hint.SessionHintMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kmall.shop_language.ShopLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "catalog.middleware.NoPricesMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
# The part of it that pages which are the same for all go through: who somebody is does not matter to them.
PUBLIC_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kmall.content_policy.ContentPolicyMiddleware",
    "kmall.nul.NulMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",  # a page with a token in it is found out and not kept
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "catalog.middleware.NoPricesMiddleware",
]
# And the part for what machines ask, which no browser shows.
MACHINE_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kmall.nul.NulMiddleware",
    "django.middleware.common.CommonMiddleware",
]

ROOT_URLCONF = "kmall.urls"
WSGI_APPLICATION = "kmall.wsgi.application"

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
                "django.template.context_processors.i18n",
            ],
        },
    }
]

# A display of five hundred goods is one form of the desk; DATA_UPLOAD_MAX_MEMORY_SIZE limits it all the same.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"postgresql://postgres@127.0.0.1:{PORT + 3}/kmall",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
# Left to itself PostgreSQL plans prepared statements (kmall.database) anew wherever a value looks cheaper
# than any: a limit above all. Ours are all by keys, and planning them is nearly as dear as running them.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c plan_cache_mode=force_generic_plan")
REDIS_URL = env.str("REDIS_URL", f"redis://127.0.0.1:{PORT + 4}/0", validate=url("redis", "rediss", "unix"))
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
# Whole pages kept by version; off while templates are being written, and in the bench of misses.
PAGE_CACHE = env.bool("PAGE_CACHE", not DEBUG)
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "kmall.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 15
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

AUTH_USER_MODEL = "kmall.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "kmall.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "kmall.accounts.forms.LoginForm",
    "confirm_login_code": "kmall.accounts.forms.CodeForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 5 * 60
# Templates of text messages in China take digits only.
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = ACCOUNT_LOGIN_BY_CODE_FORMAT
# A code proves the address; a password alone does not change it.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,3/m/key,20/d/key", "signup": "20/m/ip,200/d/ip"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_REDIRECT_URL = "catalog:home"
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "orders:me"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("ko", _("Korean")), ("en", _("English"))]
STOREFRONT_LANGUAGES = ["zh-hans", "ko"]
MODELTRANSLATION_LANGUAGES = ("ko", "zh-hans")
MODELTRANSLATION_DEFAULT_LANGUAGE = "ko"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("zh-hans", "ko")
MODELTRANSLATION_BUILD_LOCALIZED_VERBOSE_NAME = named_with_language
FORMAT_MODULE_PATH = "kmall.formats"
LOCALE_PATHS = [BASE_DIR / "locale" / area for area in ("kmall", "catalog", "orders", "partners", "desk")]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "kmall.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'self'"],
    "object-src": ["'none'"],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
# Over HTTPS everything is; a proxy that ends it must set X-Forwarded-Proto, see docs/deploy.md.
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 30 * 24 * 3600) if HTTPS else 0
# Whether subdomains are HTTPS only is not ours to say; the partner section may stand in a frame of ours.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "security.W019"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "kmall.accounts.names.tried_name"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=one_of("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = logs.config(as_json=env.bool("LOG_JSON", not DEBUG), level=LOG_LEVEL)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG  # beat starts tasks every other second
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line for a request: how it ended
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Mails and login codes kept for /inbox/ instead of being sent; refused beside a production secret.
DEV_INBOX = env.bool("DEV_INBOX", SECRET_KEY == DEVELOPMENT_KEY)
EMAIL_URL = env.str("EMAIL_URL", "", validate=optional_url("smtp", "smtp+tls", "smtp+ssl"))
if EMAIL_URL:
    vars().update(env.dj_email_url("EMAIL_URL"))
elif DEV_INBOX:
    EMAIL_BACKEND = "kmall.mail.InboxBackend"
EMAIL_TIMEOUT = 10
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", "", validate=optional_url("http", "https"))
SMS_GATEWAY_KEY = env.str("SMS_GATEWAY_KEY", "")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Kmall24 <no-reply@kmall24.example>")

# Where the day's KRW/CNY rate comes from: "demo" (deterministic), or "koreaexim" with its key.
RATE_SOURCE = env.str("RATE_SOURCE", "demo", validate=one_of("demo", "koreaexim"))
KOREAEXIM_URL = env.str("KOREAEXIM_URL", "https://oapi.koreaexim.go.kr")
KOREAEXIM_KEY = env.str("KOREAEXIM_KEY", "")

# Outside parties; the sandboxes play them where nothing else is set.
ALIPAY_GATEWAY = env.str("ALIPAY_GATEWAY", f"http://127.0.0.1:{PORT + 1}/alipay/gateway.do")
ALIPAY_APP_ID = env.str("ALIPAY_APP_ID", "2021000100000024")
ALIPAY_SELLER_ID = env.str("ALIPAY_SELLER_ID", "2088000000000024")
ALIPAY_PRIVATE_KEY_FILE = env.path(
    "ALIPAY_PRIVATE_KEY_FILE", VAR_DIR / "payment-sandbox/merchant_private.pem"
)
ALIPAY_PUBLIC_KEY_FILE = env.path("ALIPAY_PUBLIC_KEY_FILE", VAR_DIR / "payment-sandbox/alipay_public.pem")
PARTNER_SANDBOX_URL = env.str("PARTNER_SANDBOX_URL", f"http://127.0.0.1:{PORT + 2}")
NINGBO_SANDBOX_URL = env.str("NINGBO_SANDBOX_URL", f"http://127.0.0.1:{PORT + 5}")
SHANGHAI_SANDBOX_URL = env.str("SHANGHAI_SANDBOX_URL", f"http://127.0.0.1:{PORT + 6}")

if HTTPS and SECRET_KEY == DEVELOPMENT_KEY:
    raise environs.EnvError(
        "SECRET_KEY: SITE_URL is https, so set a secret of its own, 50 random characters."
    )
if HTTPS and ("ENCRYPTION_KEYS" not in os.environ or "BLIND_INDEX_KEY" not in os.environ):
    raise environs.EnvError("ENCRYPTION_KEYS and BLIND_INDEX_KEY: SITE_URL is https, so set both.")
if RATE_SOURCE == "koreaexim" and not KOREAEXIM_KEY:
    raise environs.EnvError("KOREAEXIM_KEY: RATE_SOURCE is koreaexim, which needs its key.")
