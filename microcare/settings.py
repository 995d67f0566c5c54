"""The one settings file. With an empty environment everything works on this machine alone; production is
declared with PRODUCTION=true and then asks for what it needs in a sentence."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from microcare.scheme import SchemeError, load
from microcare.storing import Bucket, storages

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env", overwrite=False)

PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG is true in production; take DEBUG out of the environment")


def required(name: str, mend: str) -> str:
    """A variable production cannot do without; elsewhere empty."""
    value = env.str(name, default="")
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"{name} is not set; {mend}")
    return value


try:
    SCHEME = load(env.str("SCHEME", default="monmouthshire"))
except SchemeError as error:
    raise ImproperlyConfigured(str(error)) from error

# What this copy keeps for itself: database, photos, key. One folder for each scheme.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var" / SCHEME.slug)))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def local_key() -> str:
    """A key made once for this copy, so that a fresh machine needs no settings."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = required("SECRET_KEY", "set it to a long random text and keep it secret") or local_key()
# Keys from before, the newest first: what was signed or encrypted under them is still read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
hosts = required("ALLOWED_HOSTS", "set it to the site's names, with commas between")
ALLOWED_HOSTS = [host.strip() for host in hosts.split(",") if host.strip()]
if PRODUCTION and (wild := [host for host in ALLOWED_HOSTS if "*" in host or host.startswith(".")]):
    raise ImproperlyConfigured(f"ALLOWED_HOSTS lets in any name by {wild[0]}; write each of the site's names out")
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if PRODUCTION else []
CSRF_FAILURE_VIEW = "microcare.views.csrf_failed"
# Where links in mails lead: the first of the site's names, or this machine.
SITE_URL = env.str("SITE_URL", default="").rstrip("/") or (
    f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else f"http://localhost:{env.str('PORT', default='8000')}"
)
if PRODUCTION and not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured(
        "SITE_URL is not https://; set it to the site's address, with which links in mails begin"
    )

# --- what it is made of ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "microcare",
    "compliance",
    "onboarding",
    "feedback",
    "content",
    "directory",
    "files",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "accounts",
    "notifications",
    "audit",
    "microcare.admin_config.TeamAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "csp",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "microcare.middleware.Compressed",
    "csp.middleware.CSPMiddleware",
    "microcare.middleware.HowLongKept",
    "microcare.middleware.Readable",
    "onboarding.desk.Desk",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "microcare.middleware.SignedInUnlessPublic",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.idle.AskedAgainWhenIdle",
    "accounts.second_factor.RequiredOfStaff",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "microcare.middleware.Today",
    "microcare.middleware.TooManyTries",
]

ROOT_URLCONF = "microcare.urls"
WSGI_APPLICATION = "microcare.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "content:home"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "microcare.context.portal",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["govuk"]
CRISPY_TEMPLATE_PACK = "govuk"

# --- where data, jobs and mail go -----------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if PRODUCTION and not env.str("DATABASE_URL", default=""):
    raise ImproperlyConfigured("DATABASE_URL is not set; set it to postgres://user:password@host:5432/name")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without IMMEDIATE, two writers at once lose one of them to "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "microcare.cache.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": SCHEME.slug,  # several schemes may share one Redis
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"  # of this process alone; nothing is put there
CELERY_TASK_DEFAULT_QUEUE = f"microcare-{SCHEME.slug}"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TIMEZONE = "Europe/London"
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A broker that is down must not hold up whoever sent the form: the sweep makes it good within a minute.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5, "visibility_timeout": 600}

# Mail: smtp+tls://user:password@host:587. Unset, it goes to files in VAR_DIR/mail and stands in the admin.
EMAIL_URL = required("EMAIL_URL", "set it to smtp+tls://user:password@host:587")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20
# How often the outbox is swept, and after how long a dead sender's claim on a message runs out.
OUTBOX_SWEEP_SECONDS = env.int("OUTBOX_SWEEP_SECONDS", default=60)
OUTBOX_CLAIM_SECONDS = env.int("OUTBOX_CLAIM_SECONDS", default=300)
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default=SCHEME.contact.email)

# --- callers, and how long things are kept --------------------------------------------------------------

# How many proxies stand in front, each of which adds the caller's address to X-Forwarded-For.
proxies = required("TRUSTED_PROXIES", "set it to how many proxies stand in front, 0 if none does") or "0"
if not proxies.isdecimal():
    raise ImproperlyConfigured(f"TRUSTED_PROXIES is {proxies}; set it to how many proxies stand in front, as a number")
TRUSTED_PROXIES = int(proxies)
# How long a message to a carer is kept after it was sent.
ENQUIRY_MONTHS = env.int("ENQUIRY_MONTHS", default=6)
# Who would like to become a carer: how long the link mailed to them works, after how long they are reminded of it once,
# and how long they are remembered who never begin.
JOIN_DAYS = env.int("JOIN_DAYS", default=30)
JOIN_REMINDER_DAYS = env.int("JOIN_REMINDER_DAYS", default=7)
INTEREST_MONTHS = env.int("INTEREST_MONTHS", default=12)
# How long the mailed link works by which a carer says that the listing is still right.
STILL_RIGHT_DAYS = env.int("STILL_RIGHT_DAYS", default=60)
# How long a carer who left can sign in, to take their data with them.
LEFT_ACCOUNT_DAYS = env.int("LEFT_ACCOUNT_DAYS", default=30)
# How long what was decided about a carer is kept after they left: years of who was in the directory, months of who
# never was. And a photo that was replaced, from the decision about its change.
LEFT_YEARS = env.int("LEFT_YEARS", default=6)
LEFT_UNLISTED_MONTHS = env.int("LEFT_UNLISTED_MONTHS", default=12)
PHOTO_MONTHS = env.int("PHOTO_MONTHS", default=6)
# How long a concern, a complaint or a safeguarding matter is kept after it was closed.
CASE_YEARS = env.int("CASE_YEARS", default=6)
# How long the files of a paper, and what a DBS certificate said, are kept after its decision: 6 months at most. And how
# long the files of a task that was begun and never sent are.
EVIDENCE_MONTHS = env.int("EVIDENCE_MONTHS", default=6)
if not 0 <= EVIDENCE_MONTHS <= 6:
    raise ImproperlyConfigured(f"EVIDENCE_MONTHS is {EVIDENCE_MONTHS}; set it to a whole number from 0 to 6")
DRAFT_MONTHS = env.int("DRAFT_MONTHS", default=12)
# The DBS's facility for status checks of certificates on its Update Service. Unset, none is made.
DBS_STATUS_URL = env.str("DBS_STATUS_URL", default="").rstrip("/")
if PRODUCTION and DBS_STATUS_URL and not DBS_STATUS_URL.startswith("https://"):
    raise ImproperlyConfigured("DBS_STATUS_URL is not https://; set it to the address in the DBS’s guide")

# --- who signs in ---------------------------------------------------------------------------------------

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# Signing in, by django-allauth (ADR 9). What is not said here is its default.
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True  # one address, changed once the new one is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False  # closing the browser signs out
ACCOUNT_FORMS = {
    name: f"accounts.forms.{form}"
    for name, form in {
        "login": "SignIn",
        "signup": "SignUp",
        "add_email": "NewAddress",
        "change_password": "ChangePassword",
        "set_password": "SetPassword",
        "reset_password": "ForgottenPassword",
        "reset_password_from_key": "ResetPassword",
        "reauthenticate": "ConfirmPassword",
    }.items()
}
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost alone: browsers refuse other plain origins
# Nobody signs in before their address is confirmed; this lets whoever has a second factor ask for another address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey stands for both steps, so its device asks who is there
MFA_TOTP_TOLERANCE = 1  # a clock half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Keys that second factors are encrypted under, the newest first; unset, those made of SECRET_KEY and its fallbacks.
MFA_KEYS = env.list("MFA_KEYS", default=[])
MFA_FORMS = {
    name: f"accounts.forms.{form}"
    for name, form in {
        "authenticate": "SecondFactor",
        "reauthenticate": "ConfirmSecondFactor",
        "activate_totp": "AddApp",
        "add_webauthn": "AddPasskey",
        "edit_webauthn": "NamePasskey",
    }.items()
}

# The council's own sign-in (OpenID Connect). Unset, the team signs in by email like everybody.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
if PRODUCTION and OIDC_SERVER_URL and not OIDC_SERVER_URL.startswith("https://"):
    raise ImproperlyConfigured("OIDC_SERVER_URL is not https://; set it to the provider's address with TLS")
OIDC_NAME = env.str("OIDC_NAME", default="")  # what its button says; else the council's name
OIDC_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))] if OIDC_SERVER_URL else []
SOCIALACCOUNT_ADAPTER = "accounts.adapters.CouncilAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: `state` in the session guards the way back
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "council",
                "name": OIDC_NAME,
                "client_id": env.str("OIDC_CLIENT_ID", default=""),
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {
                    "server_url": OIDC_SERVER_URL,
                    "token_auth_method": "client_secret_basic",
                    "fetch_userinfo": False,  # its token says who it is
                },
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

# --- the team -------------------------------------------------------------------------------------------

# The team: how long an invitation's link works; after how long without signing in a place ends, and the notice of that;
# and after how many hours in which nothing was done a session is asked for the second factor again.
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)
STAFF_UNUSED_DAYS = env.int("STAFF_UNUSED_DAYS", default=365)
STAFF_NOTICE_DAYS = env.int("STAFF_NOTICE_DAYS", default=14)
STAFF_IDLE_HOURS = env.int("STAFF_IDLE_HOURS", default=8)
if STAFF_IDLE_HOURS < 1:
    raise ImproperlyConfigured(f"STAFF_IDLE_HOURS is {STAFF_IDLE_HOURS}; set it to a whole number of hours from 1")

# --- languages and files --------------------------------------------------------------------------------

LANGUAGES = [("en", "English"), ("cy", "Cymraeg")][: len(SCHEME.languages)]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["microcare.formats"]
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing one, which here is right
MEDIA_ROOT = VAR_DIR / "media"
# Files that people send lie on this machine, or in a bucket that speaks S3: then several web servers share them.
BUCKET = Bucket(
    name=env.str("S3_BUCKET", default=""),
    endpoint=env.str("S3_ENDPOINT_URL", default=""),
    region=env.str("S3_REGION", default=""),
    key=env.str("S3_ACCESS_KEY_ID", default=""),
    secret=env.str("S3_SECRET_ACCESS_KEY", default=""),
)
STORAGES = storages(VAR_DIR, BUCKET, hashed=PRODUCTION)
# What comes while the storage is down waits here, on this machine's disk, and is moved over later.
SPOOL_DIR = VAR_DIR / "spool"
FILE_UPLOAD_HANDLERS = [
    "files.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# The virus scanner (clamd). Unset, a private file counts as clean once our own checks have passed it.
CLAMD_URL = env.str("CLAMD_URL", default="")
if CLAMD_URL and not CLAMD_URL.startswith(("tcp://", "unix:///")):
    raise ImproperlyConfigured(
        "CLAMD_URL is not an address of clamd; set it to tcp://host:3310 or unix:///path/clamd.ctl"
    )

# --- what a browser may do, and what is logged ----------------------------------------------------------

# Everything comes from us (rule 10), scripts as files, so pages are the same bytes for everybody (ADR 5).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the QR code of a second factor is made for one person and kept nowhere
        "font-src": [SELF],
        "connect-src": [SELF],
        # Chromium holds a form to this even when it is redirected: an invitation's goes on to the council's sign-in.
        "form-action": [SELF, *OIDC_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without-secrets": {"()": "microcare.logs.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without-secrets"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Without a broker tasks run where they are asked for, and each would say there that it was done.
    "loggers": {
        "celery.app.trace": {"level": "INFO" if REDIS_URL else "WARNING"},
        "pikepdf": {"level": "WARNING"},  # it says at every start that it is there
    },
}
