"""The repository itself: which way things point, what stands in templates, what is public, what is written down."""

import ast
import re
import tomllib
from importlib import metadata
from pathlib import Path

import allauth
import crispy_forms
import pytest
from celery.schedules import crontab
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template import engines
from django.template.backends.django import get_installed_libraries
from django.urls import URLPattern, get_resolver
from packaging.requirements import Requirement

from microcare.celery import JOBS, app
from tests.builders import make_listing

HOUSE = Path(__file__).resolve().parent.parent
# From the lowest room to the highest; each may use those before it (architecture, "Rooms").
ROOMS = ("audit", "notifications", "accounts", "files", "directory", "content", "feedback", "onboarding", "compliance")
BESIDE = {"feedback", "onboarding"}  # neither knows the other
# Templates and tags that belong to no room: the look of every page.
SHARED = ("base.html", "components", "govuk", "microcare")
NOT_OURS = {
    ".git",
    ".venv",
    "var",
    "node_modules",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
}
TEXT = {".py", ".html", ".css", ".js", ".svg", ".toml", ".txt", ".in", ".md", ".yml", ".po", ".example", ""}
TEMPLATES = sorted((HOUSE / "templates").rglob("*.html"))


def ours(*suffixes):
    """The repository's own files, as paths from its top."""
    for path in sorted(HOUSE.rglob("*")):
        inside = path.relative_to(HOUSE)
        if path.is_file() and path.suffix in suffixes and not NOT_OURS.intersection(inside.parts):
            yield inside


def read(path):
    return (HOUSE / path).read_text(encoding="utf-8")


def above(room, other):
    """Whether `other` stands higher than `room`, which `room` must not know of."""
    if {room, other} == BESIDE:
        return True
    return other == "microcare" or (other in ROOMS and ROOMS.index(other) > ROOMS.index(room))


def imports(path):
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by the full name, so that direction can be seen"
            yield (node.module or "").split(".")[0]


# Direction


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_lower_rooms(room):
    upward = {
        f"{path} imports {name}"
        for path in ours(".py")
        if path.parts[0] == room
        for name in imports(path)
        if above(room, name)
    }
    assert upward == set()


def test_every_installed_room_has_its_place_in_the_order():
    installed = {config.name for config in apps.get_app_configs() if (HOUSE / config.name).is_dir()}
    assert installed == {*ROOMS, "microcare"}


def test_the_guard_sees_an_upward_import():
    assert above("directory", "content")
    assert above("accounts", "microcare")
    assert above("onboarding", "feedback")
    assert above("feedback", "onboarding")
    assert not above("content", "files")


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model):
    room = model._meta.app_label
    others = [field.related_model._meta.app_label for field in model._meta.get_fields() if concrete_relation(field)]
    assert not [other for other in others if room in ROOMS and above(room, other)]


def concrete_relation(field):
    return field.is_relation and field.concrete and field.related_model


def test_no_junk_drawers():
    drawers = {"utils", "common", "core", "helpers", "misc"}
    assert not [path for path in ours(".py") if drawers.intersection((*path.parts[:-1], path.stem))]


def test_there_is_one_settings_file():
    assert [str(path) for path in ours(".py") if "settings" in path.stem] == ["microcare/settings.py"]


def test_migrations_are_written(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# Templates


# Where allauth looks for its pages; they are the accounts room's.
OF_ALLAUTH = {"account", "allauth", "mfa", "socialaccount", "usersessions"}


def room_of(name):
    folder = name.split("/")[0]
    return "accounts" if folder in OF_ALLAUTH else folder


def used_by(text):
    """Names of templates that a template includes or extends."""
    return re.findall(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""", text)


def loaded_by(text):
    """The packages whose tags a template loads."""
    libraries = get_installed_libraries()
    names = " ".join(re.findall(r"{%\s*load\s+(?:[\w ]+ from )?([\w ]+)%}", text)).split()
    return [libraries[name].split(".")[0] for name in names if not libraries[name].startswith("django.")]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_template_uses_only_its_own_room_and_lower_ones(path):
    room = room_of(str(path.relative_to(HOUSE / "templates")))
    text = path.read_text(encoding="utf-8")
    used = {room_of(name) for name in [*used_by(text), *loaded_by(text)]}
    if room in ROOMS:
        assert not [other for other in used if other not in SHARED and above(room, other)]
    else:
        assert not used.intersection(ROOMS), "what every page shares knows no room"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_template_compiles(path):
    engines["django"].get_template(str(path.relative_to(HOUSE / "templates")))


ALLAUTH = Path(allauth.__file__).parent / "templates"


def mentions():
    """Everything that may name a template: our code and templates, and the package our form templates are for."""
    crispy = Path(crispy_forms.__file__).parent
    texts = [read(path) for path in ours(".py", ".html") if path.parts[0] != "tests"]
    texts += [path.read_text() for path in [*crispy.rglob("*.py"), *crispy.glob("templates/**/*.html")]]
    return "\n".join(texts)


def test_no_template_is_unused():
    text, unused = mentions(), []
    for path in TEMPLATES:
        name = str(path.relative_to(HOUSE / "templates"))
        asked_by_django = re.fullmatch(r"\d{3}\.html|admin/.*", name)
        asked_by_crispy = name.startswith("govuk/") and name.removeprefix("govuk/") in text
        asked_by_allauth = name.split("/", maxsplit=1)[0] in OF_ALLAUTH and (ALLAUTH / name).exists()
        asked_by_the_outbox = "/mail/" in name and f'"{name.removesuffix(".html")}"' in text
        if not (asked_by_django or asked_by_crispy or asked_by_allauth or asked_by_the_outbox or name in text):
            unused.append(name)
    assert unused == []


def scripts_without_a_file(text):
    """Inline scripts that would run; a block of structured data (JSON-LD) is not run."""
    tags = re.findall(r"<script\b[^>]*>", text)
    return [tag for tag in tags if "src=" not in tag and 'type="application/ld+json"' not in tag]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_template_has_nothing_inline(path):
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert scripts_without_a_file(text) == []
    assert not re.findall(r"""<style\b|\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|href=["']javascript:""", text)


ELSEWHERE = [
    r"""<(?:script|img|source|iframe|video|audio|embed|object)\b[^>]*\b(?:src|srcset|data)=["'](?:https?:)?//""",
    r"""<link\b(?![^>]*rel=["'](?:canonical|alternate))[^>]*\bhref=["'](?:https?:)?//""",
    r"""url\(\s*["']?(?:https?:)?//""",
    r"""@import\s+["'](?:https?:)?//""",
    r"""\b(?:import|from)\s*\(?["'](?:https?:)?//""",
    r"""\bfetch\(\s*["'`](?:https?:)?//""",
]


def test_no_page_asks_anybody_else_for_anything():
    looked = [path for path in ours(".html", ".css", ".js", ".svg") if path.parts[0] in {"templates", "static"}]
    assert looked
    assert not [f"{path}: {pattern}" for path in looked for pattern in ELSEWHERE if re.search(pattern, read(path))]


def test_every_static_file_that_a_template_names_is_there():
    names = {name for path in TEMPLATES for name in re.findall(r"""{%\s*static ["']([^"']+)""", path.read_text())}
    assert names
    assert not [name for name in names if not finders.find(name)]


ONCE = {
    r"^class ReadOnly\b": "audit/admin.py",
    r"^(?:import|from) phonenumbers\b": "directory/phones.py",
    r"^GRID_EAST\b": "directory/postcodes.py",
    r"^(?:MUTATIONS|SOFT|NASAL|ASPIRATE)\b": "directory/mutations.py",
    r"^def whole\(words": "directory/capacity.py",
}


@pytest.mark.parametrize("pattern", ONCE)
def test_what_several_rooms_need_stands_once_in_the_lowest_of_them(pattern):
    places = [str(path) for path in ours(".py") if re.search(pattern, read(path), re.MULTILINE)]
    assert [path for path in places if not path.startswith("tests")] == [ONCE[pattern]]


# Addresses

# What a visitor may open without signing in. Making a page public takes a line here, and a reader of the change.
PUBLIC = {
    "healthz", "readyz", "scheme-css", "favicon", "favicon-ico", "robots", "photo",
    "content:home", "content:about", "content:paying-for-care", "content:become", "content:contact",
    "content:accessibility", "content:privacy", "content:cookies",
    "directory:find", "directory:profile", "directory:basemap", "directory:enquiry", "directory:enquiry_sent",
    "onboarding:code", "onboarding:code_version",
    "onboarding:join", "onboarding:join_sent", "onboarding:join_link",
    "onboarding:join_new_link", "onboarding:join_new_link_sent", "onboarding:still_right", "onboarding:stop_news",
    "feedback:door", "feedback:door_of", "feedback:which", "feedback:tell", "feedback:concern", "feedback:sent",
    "feedback:correction", "feedback:withdraw", "feedback:case", "feedback:new_link",
    "admin:login", "admin:jsi18n", "invitation",
    "account_login", "account_logout", "account_signup", "account_inactive", "accounts:undo",
    "account_email_verification_sent", "account_confirm_email", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_confirm_login_code",
    "mfa_authenticate", "mfa_login_webauthn", "openid_connect_login", "openid_connect_callback",
    "socialaccount_login_cancelled", "socialaccount_login_error",
}  # fmt: skip
# Steps of signing in: whoever is at none of them is sent to the first.
STEPS = {"admin:login", "account_logout", "account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn"}
REFUSALS = {"socialaccount_login_error": 401}


def routes(resolver=None, namespace=""):
    """Every named view of the URL configuration: (its full name, the view)."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback
        else:
            yield from routes(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def is_public(view):
    return not getattr(view, "login_required", True)


def test_only_what_is_meant_to_be_public_opts_out_of_signing_in():
    assert {name for name, view in routes() if is_public(view)} <= PUBLIC


@pytest.fixture
def pages(db, today):
    """The team's pages as a fresh copy has them."""
    call_command("load_pages", verbosity=0)


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_public_addresses_answer_and_all_others_ask_to_sign_in(client, pages, language):
    from django.urls import NoReverseMatch, reverse
    from django.utils.translation import override

    listing = make_listing()
    answered = {}
    for name, view in routes():
        try:
            with override(language):
                url = reverse(name, args=[listing.slug] if name == "directory:profile" else [])
        except NoReverseMatch:
            continue
        response = client.get(url)
        if is_public(view) and name not in STEPS:
            answered[name] = response.status_code == REFUSALS.get(name, 200)
        else:
            answered[name] = is_asked_to_sign_in(response) or is_method_bound(response)
    assert {"content:home", "directory:find", "directory:profile", "admin:index"} <= answered.keys()
    assert [name for name, right in answered.items() if not right] == []


def is_asked_to_sign_in(response):
    from django.urls import reverse

    doors = tuple(reverse(name).removeprefix("/cy") for name in ("account_login", "admin:login"))
    return response.status_code == 302 and response["Location"].removeprefix("/cy").startswith(doors)


def is_method_bound(response):
    """Views that take POST alone refuse a GET before they look at anybody."""
    return response.status_code == 405


@pytest.mark.parametrize("path", ["/", "/find/", "/about/", "/cookies/"])
def test_a_public_page_sets_no_cookie_and_does_not_vary_by_one(client, pages, path):
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


# Jobs


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_a_task_that_exists(name):
    app.loader.import_default_modules()
    assert JOBS[name]["task"] in app.tasks


@pytest.mark.parametrize("name", [name for name in JOBS if isinstance(JOBS[name]["schedule"], crontab)])
def test_no_job_is_set_while_the_clocks_may_change(name):
    schedule = JOBS[name]["schedule"]  # those that run every so many seconds have no time of day
    minutes = {hour * 60 + minute for hour in schedule.hour for minute in schedule.minute}
    assert not [minute for minute in minutes if 30 <= minute < 3 * 60]


@pytest.mark.parametrize("name", JOBS)
def test_operators_are_told_of_each_job(name):
    assert f"| `{name}` |" in read("docs/operating.md")


# What is written down


def requirements(name):
    return [line for line in read(name).splitlines() if line.strip() and not line.startswith(("#", "-r"))]


@pytest.mark.parametrize("line", requirements("requirements.in") + requirements("requirements-dev.in"))
def test_a_sentence_stands_beside_each_requirement(line):
    assert len(line.partition("#")[2].split()) >= 3


def locked(name):
    """Entries of a lock file as (requirement, its block)."""
    blocks = re.split(r"\n(?=\S)", read(name).replace("\\\n", ""))
    return [
        (Requirement(block.split("--hash")[0].split("    #")[0].strip()), block)
        for block in blocks
        if block[0].isalnum()
    ]


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_has_hashes_and_no_addresses(lock):
    assert locked(lock)
    assert not [str(requirement) for requirement, block in locked(lock) if "--hash=sha256:" not in block]
    assert not re.search(r"://|^--|^-[ief]", read(lock), re.MULTILINE)


def needed(names):
    """`names` and everything they need here, as installed."""
    seen, waiting = set(), [Requirement(name) for name in names]
    while waiting:
        wanted = waiting.pop()
        for extra in [*wanted.extras, ""]:
            if (key := (canonical(wanted.name), extra)) not in seen:
                seen.add(key)
                below = [Requirement(text) for text in metadata.requires(wanted.name) or []]
                waiting += [it for it in below if not it.marker or it.marker.evaluate({"extra": extra})]
    return {name for name, _ in seen}


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("sources", [["requirements"], ["requirements", "requirements-dev"]], ids=lambda it: it[-1])
def test_a_lock_file_is_what_its_source_needs(sources):
    asked = [line.partition("#")[0].strip() for source in sources for line in requirements(f"{source}.in")]
    held = [it for it, _ in locked(f"{sources[-1]}.txt") if not it.marker or it.marker.evaluate()]
    assert {canonical(it.name) for it in held} == needed(asked)
    wanted = {canonical(Requirement(line).name): Requirement(line).specifier for line in asked}
    versions = {canonical(it.name): str(it.specifier).removeprefix("==") for it in held}
    assert not [name for name, specifier in wanted.items() if not specifier.contains(versions[name])]


def test_what_is_installed_is_what_is_locked():
    held = [it for it, _ in locked("requirements-dev.txt") if not it.marker or it.marker.evaluate()]
    assert not [str(it) for it in held if not it.specifier.contains(metadata.version(it.name))]


# Patterns, so that this file does not find itself.
NEVER = [
    r"/(?:work|root)/\w", r"/(?:home|Users)/\w+/", r"pypi\.[o]rg|pythonhosted\.[o]rg|registry\.npmj[s]",
    r"--(?:extra-)?index[-]url|--find[-]links",
]  # fmt: skip


def test_no_file_names_this_machine_or_a_package_registry():
    found = []
    for path in ours(*TEXT):
        text = read(path)
        found += [f"{path}: {pattern}" for pattern in NEVER if re.search(pattern, text)]
    assert found == []


def test_every_room_of_the_map_in_the_readme_is_there_and_none_is_missing():
    block = re.search(r"## The rooms\n+```\n(.*?)```", read("README.md"), re.DOTALL)
    assert block
    named = {line.split("/")[0] for line in block[1].splitlines() if re.match(r"\w+/", line)}
    assert {*ROOMS, "microcare"} <= named
    assert not [name for name in named if not (HOUSE / name).is_dir()]


def test_every_make_target_has_a_line_in_its_list():
    text = read("Makefile")
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())
    assert set(re.findall(r"^([a-z-]+):.*  ## ", text, re.MULTILINE)) == phony


def test_every_setting_read_from_the_environment_is_in_the_example_and_the_readme():
    names = set(re.findall(r"""(?:env(?:\.\w+)?|required)\(\s*"([A-Z_]+)\"""", read("microcare/settings.py")))
    assert names
    assert not [name for name in names if f"{name}=" not in read(".env.example")]
    assert not [name for name in names if f"`{name}`" not in read("README.md")]


def test_no_room_names_a_scheme():
    """What differs between schemes is a key of their files (ADR 2)."""
    schemes = "|".join(path.stem for path in ours(".toml") if path.parts[:2] == ("microcare", "schemes"))
    found = [
        str(path)
        for path in ours(".py", ".html", ".md")
        if path.parts[0] in {*ROOMS, "templates"}
        if re.search(rf"scheme\.slug\s*[=!]=|\b({schemes})\b", read(path), re.IGNORECASE)
    ]
    assert found == []


def test_the_image_is_built_with_all_that_production_asks_for():
    asked = set(re.findall(r"""required\(\s*"([A-Z_]+)\"""", read("microcare/settings.py"))) | {"DATABASE_URL"}
    collect = read("Dockerfile").partition("RUN PRODUCTION=true")[2].partition("collectstatic")[0]
    assert [name for name in asked if f"{name}=" not in collect] == []


def test_the_schemes_all_have_the_same_keys():
    files = [tomllib.loads(read(path)) for path in ours(".toml") if path.parts[:2] == ("microcare", "schemes")]
    assert len(files) >= 3
    assert len({frozenset(data) for data in files}) == 1
