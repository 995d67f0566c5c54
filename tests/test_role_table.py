"""Every address, asked by everybody in every language, answers what tests/role_table.py says, and none is missing."""

import re
import time

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils.translation import override

from accounts import second_factor
from tests.one_of_each import make_one_of_each, row_of
from tests.role_table import EVERYBODY, abouts, rows
from tests.signing_in import by_password_alone, note_second_factor

pytestmark = pytest.mark.django_db
MODEL_PAGE = re.compile(r"admin:([a-z]+)_([a-z]+)_(change|delete|history)")
OBJECT_PAGE = re.compile(r"/admin/([a-z]+)/([a-z]+)/<path:object_id>/")


def addresses(resolver=None, namespace="", before="/"):
    """The names of every address of the URL configuration; an address without one goes by its route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = f"{before}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}" if entry.name else route
        else:
            yield from addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, route)


@pytest.fixture
def there(today):
    return make_one_of_each()


def arguments(name, there):
    """What the address is about, where it is about something."""
    if about := MODEL_PAGE.fullmatch(name) or OBJECT_PAGE.fullmatch(name):
        return [row_of(apps.get_model(about[1], about[2]), there).pk]
    return [part(word, there) for word in abouts().get(name, ())]


def part(word, there):
    """Of an address: a row's number, the word that a thing is, or what stands in quotes."""
    if word.startswith("'"):
        return word.strip("'")
    found = getattr(there, word)
    return getattr(found, "pk", found)


def urls(name, there):
    """The address in each of the scheme's languages; the same twice is asked once."""
    about = arguments(name, there)
    if name.startswith("/"):
        return [re.sub(r"\(\?P<.*\$|<[^>]*>", lambda _: str(about[0]), name)]
    found = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            try:
                found.append(reverse(name, args=about))
            except NoReverseMatch:
                pytest.fail(f"{name} is about something: say what in `ABOUT` of tests/role_table.py")
    return sorted(set(found))


def entered_by(user):
    """Signed in, and having just shown the second factor, or the password who has none: what then is in the way is who
    they are."""
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    if user and second_factor.has_one(user):
        note_second_factor(client, user)
    elif user:
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client


def answer(client, url):
    """In a word of the table. Whatever the asking changes is undone."""
    with transaction.atomic():
        cookies = client.cookies.copy()
        response = client.get(url)
        if response.status_code == 405:
            response = client.post(url)
        client.cookies = cookies
        transaction.set_rollback(True)
    if response.status_code in {301, 302}:
        to_sign_in = response["Location"].partition("?")[0] in doors()
        return "in" if to_sign_in else "to"
    return {200: "ok", 403: "no"}.get(response.status_code, str(response.status_code))


def doors():
    found = {reverse("admin:login")}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.add(resolve_url(settings.LOGIN_URL))
    return found


def test_every_address_stands_in_the_table_and_no_other():
    there, written = set(addresses()), set(rows())
    columns = "  ".join(["??"] * len(EVERYBODY))
    lines = [f"{name}    {columns}" for name in sorted(there - written)]
    assert not lines, "Who may see these? Write in tests/role_table.py, and look at each answer:\n" + "\n".join(lines)
    gone = "These are no addresses any more; take them out of tests/role_table.py."
    assert not written - there, gone
    assert not set(abouts()) - there, gone


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_gets_what_the_table_says(there, who):
    client, wrong = entered_by(there.people.get(who)), []
    for name, expected in rows().items():
        for url in urls(name, there):
            if (got := answer(client, url)) != expected[who]:
                wrong.append(f"{name} at {url}: {got}, and the table says {expected[who]}")
    assert not wrong, f"as {who}:\n" + "\n".join(wrong)


def test_without_a_second_factor_nobody_of_the_team_sees_a_page_of_the_admin(there, client):
    by_password_alone(client, there.people["manager"])
    free = {"admin:login", "admin:logout", "admin:jsi18n", "admin:password_change", "/admin/password_change/"}
    seen = [
        url
        for name in rows()
        if name.startswith(("admin:", "/admin")) and name not in free
        for url in urls(name, there)
        if client.get(url).get("Location", "").partition("?")[0] != reverse("mfa_index")
    ]
    assert seen == []
