"""The Code is read by everybody, and signed by a carer at `/my/code/`."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from accounts.models import User
from notifications.models import Message
from onboarding import codes
from onboarding.models import CodeAgreement
from tests.browser import EACH_ONCE, PREFIX
from tests.builders import BY, TODAY, make_listing
from tests.code_builders import NEW, first_code, make_carer, next_code
from tests.signing_in import give_address
from tests.team_builders import member

pytestmark = pytest.mark.django_db
CODE, SIGN = "/code-of-practice/", "/my/code/"


@pytest.fixture(autouse=True)
def _day(today):
    """Every test is on the same day."""


@pytest.fixture
def first():
    return first_code()


@pytest.fixture
def carys(client):
    carer = make_carer("Carys Pugh", email="carys@example.org")
    client.force_login(carer.owner)
    return carer


def soup(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html5lib")


def text(answer):
    return " ".join(soup(answer).main.get_text().split())


def said(version=1, **changes):
    return {"version": version, "typed_name": "Carys Pugh", "agreed": "on", **changes}


# --- read by everybody -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "words"), [(CODE, "Knock first."), (f"/cy{CODE}", "Curwch cyn mynd i mewn.")])
def test_everybody_reads_the_version_in_force_in_each_language(client, first, address, words):
    page = soup(client.get(address))
    assert words in page.main.get_text()
    assert len(page.find_all("h1")) == 1
    assert client.get(address)["Cache-Control"] == "public, max-age=60"


def test_it_says_since_when_it_is_in_force(client, first):
    assert "Version 1, in force since 17 October 2025" in text(client.get(CODE))


def test_what_comes_is_there_to_read_and_marked(client, first):
    next_code()
    assert "Version 2 is published, and is in force from 5 December 2026." in text(client.get(CODE))
    coming = text(client.get(f"{CODE}2/"))
    assert "This is version 2. It is not in force until 5 December 2026." in coming
    assert "signs this one by the end of 2 January 2027" in coming
    assert "Always knock first." in coming


def test_what_was_is_there_to_read_and_marked(client, first, time_machine):
    next_code()
    time_machine.move_to("2026-12-05T10:00Z")
    assert "Version 2, in force since 5 December 2026" in text(client.get(CODE))
    assert "was in force from 17 October 2025 until the next one came on 5 December 2026" in text(
        client.get(f"{CODE}1/")
    )


def test_the_versions_lead_to_each_other(client, first):
    next_code()
    links = [link["href"] for link in soup(client.get(CODE)).select("#versions ~ ul a")]
    assert links == [f"{CODE}2/"]
    assert [link["href"] for link in soup(client.get(f"{CODE}2/")).select("#versions ~ ul a")] == [CODE]


def test_there_is_no_version_that_nobody_published(client, first):
    codes.draft(by=BY, **NEW)
    assert client.get(f"{CODE}2/").status_code == 404
    assert client.get(f"{CODE}3/").status_code == 404


def test_without_a_code_the_page_says_whom_to_ask(client):
    call_command("load_pages", verbosity=0)
    page = soup(client.get(CODE))
    assert "It is not published here yet." in page.main.get_text()
    assert page.main.find("a")["href"] == "/contact/"


def test_a_code_whose_welsh_is_missing_is_marked_english(client):
    codes.begin(by=BY, on=TODAY, body_en="## 1. Respect\n\n1.1 Be kind.")
    assert soup(client.get(f"/cy{CODE}")).select_one(".prose")["lang"] == "en"


def test_the_footer_the_pages_and_each_profile_lead_to_it(client, first):
    call_command("load_pages", verbosity=0)
    listing = make_listing(checks=[{"what_en": "Identity", "what_cy": "Hunaniaeth", "seen_on": TODAY}])
    for address, where in (
        ("/", "footer"),
        ("/about/", "main"),
        ("/become/", "main"),
        (f"/carers/{listing.slug}/", ".trust"),
    ):
        assert [link for link in soup(client.get(address)).select(f"{where} a") if link["href"] == CODE], address


# --- signed ----------------------------------------------------------------------------------------------


def test_a_carer_reads_it_and_signs(client, first, carys):
    page = soup(client.get(SIGN))
    assert "Knock first." in page.main.get_text()
    answer = client.post(SIGN, said(), follow=True)
    assert "You signed version 1 on 21 November 2026." in text(answer)
    row = CodeAgreement.objects.get()
    assert (row.carer, row.typed_name, row.language, row.entered_by) == (carys, "Carys Pugh", "en", None)
    assert Message.objects.get(key=f"code_signed:{row.pk}").to == "carys@example.org"


def test_it_is_signed_in_the_language_in_which_it_was_read(client, first, carys):
    client.post(f"/cy{SIGN}", said())
    assert CodeAgreement.objects.get().language == "cy"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"typed_name": " "}, "Type your full name to sign"),
        ({"agreed": ""}, "Tick the box to say that you have read the Code and agree to it"),
        ({"typed_name": "x" * 101}, "Use 100 characters or fewer"),
    ],
)
def test_a_signature_that_is_not_whole_is_said_and_everything_typed_stays(client, first, carys, changes, words):
    page = soup(client.post(SIGN, said(**changes)))
    assert page.title.get_text().startswith("Error: ")
    assert words in page.select_one(".govuk-error-summary").get_text()
    assert page.find(id="id_typed_name")["value"].strip() == said(**changes)["typed_name"].strip()
    assert not CodeAgreement.objects.exists()


def test_signing_in_two_tabs_is_one_signature(client, first, carys):
    client.post(SIGN, said())
    assert "You signed version 1" in text(client.post(SIGN, said(typed_name="Carys P"), follow=True))
    assert CodeAgreement.objects.get().typed_name == "Carys Pugh"


def test_a_version_that_came_while_it_was_read_is_said_and_shown(client, first, carys):
    codes.sign(carys, by=BY, typed_name="Carys Pugh", language="en", tell=False)
    next_code()
    next_code()
    page = soup(client.post(SIGN, said(version=2)))
    assert "A newer version came while you read." in page.select_one(".govuk-error-summary").get_text()
    assert page.find("input", attrs={"name": "version"})["value"] == "3"
    assert page.find(id="id_typed_name")["value"] == "Carys Pugh"
    assert not page.find("input", attrs={"name": "agreed"}).has_attr("checked")
    assert carys.agreements.count() == 1


def test_changing_the_language_keeps_what_was_typed(client, first, carys):
    page = soup(client.post(f"/cy{SIGN}", said(other_language="1")))
    assert page.html["lang"] == "cy"
    assert page.find(id="id_typed_name")["value"] == "Carys Pugh"
    assert not page.select(".govuk-error-summary")
    assert not CodeAgreement.objects.exists()


def test_whoever_signed_before_sees_what_is_new_and_by_when(client, first, carys):
    codes.sign(carys, by=BY, typed_name="Carys Pugh", language="en", tell=False)
    next_code()
    page = soup(client.get(SIGN))
    words = " ".join(page.main.get_text().split())
    assert "Version 2 is new. You signed version 1. Sign this one by the end of 2 January 2027" in words
    assert "Gifts are in it." in words
    assert [one.get_text() for one in page.select(".change ins")] == ["Always knock", "2.2 Take no gifts."]
    assert [one.get_text() for one in page.select(".change del")] == ["Knock"]
    client.post(SIGN, said(version=2))
    assert [row.code.number for row in carys.agreements.all()] == [2, 1]


def test_the_carer_sees_what_they_signed(client, first, carys):
    codes.sign(carys, by=BY, typed_name="Carys Pugh", language="en", tell=False)
    section = soup(client.get(SIGN)).find("section", attrs={"aria-labelledby": "signed"})
    assert "Version 1, on 21 November 2026, as Carys Pugh" in " ".join(section.get_text().split())
    assert section.a["href"] == f"{CODE}1/"


def test_nobody_signs_without_a_journey_or_without_signing_in(client, first):
    assert client.post(SIGN, said()).status_code == 302
    client.force_login(User.objects.create_user("other@example.org"))
    assert "You have not started" in text(client.post(SIGN, said()))
    assert not CodeAgreement.objects.exists()


def test_at_the_desk_nobody_types_anothers_signature(client, first, carys):
    client.force_login(member("reviewer@council.example.org", "reviewer"))
    answer = client.post(f"/desk/{carys.pk}{SIGN}", said())
    assert answer["Location"] == f"/admin/onboarding/codeagreement/paper/?carer={carys.pk}"
    assert not CodeAgreement.objects.exists()
    assert soup(client.get(answer["Location"])).select_one("#id_carer option[selected]")["value"] == str(carys.pk)


# --- in a browser ----------------------------------------------------------------------------------------


@pytest.fixture
def on_phone(live_server, client):
    """Carys at 320 px, signed in, with a Code that she signed and the next one published."""

    def opened(page):
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    with transaction.atomic():
        call_command("load_code", since=TODAY - timedelta(days=400), verbosity=0)
        carer = make_carer("Carys Pugh", email="carys@example.org")
        give_address(carer.owner)
        client.force_login(carer.owner)
    return opened


JOURNEYS = {
    "en": ("/my/code/", "Your full name", "I have read the Code", "Sign the Code of Practice", "You signed version"),
    "cy": (
        "/cy/my/code/",
        "Eich enw llawn",
        "Rwyf wedi darllen",
        "Llofnodi’r Cod Ymarfer",
        "Gwnaethoch lofnodi fersiwn",
    ),
}


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", JOURNEYS)
def test_a_carer_signs_on_a_phone_and_again_when_a_new_version_comes(on_phone, browser_page, axe, language):
    address, _name, _tick, button, _done = JOURNEYS[language]
    page = on_phone(browser_page(width=320))
    page.goto(address)
    assert fits(page)
    assert axe(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
    page.locator(".govuk-error-summary").wait_for()
    assert axe(page) == []
    sign_on(page, JOURNEYS[language], 1)
    with transaction.atomic():
        code = codes.newest()
        changed = {f"body_{one}": getattr(code, f"body_{one}").replace("10", "12") for one in ("en", "cy")}
        next_code(**changed)
    page.goto(address)
    assert page.locator(".change ins").count() >= 1
    assert fits(page)
    assert axe(page) == []
    sign_on(page, JOURNEYS[language], 2)
    assert axe(page) == []


def sign_on(page, words, version):
    _address, name, tick, button, done = words
    page.get_by_label(name).fill("Carys Pugh")
    page.get_by_label(tick).check()
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
    page.get_by_text(f"{done} {version}").first.wait_for()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", JOURNEYS)
def test_a_carer_signs_without_javascript(on_phone, without_javascript, language):
    page = on_phone(without_javascript(width=320))
    page.goto(JOURNEYS[language][0])
    sign_on(page, JOURNEYS[language], 1)
    assert CodeAgreement.objects.get().code.number == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "width"), EACH_ONCE)
def test_the_public_page_fits_and_axe_finds_nothing(browser_page, axe, language, width):
    with transaction.atomic():
        call_command("load_code", since=TODAY - timedelta(days=400), verbosity=0)
        next_code()
    page = browser_page(width=width)
    for address in (CODE, f"{CODE}1/", f"{CODE}2/"):
        page.goto(PREFIX[language] + address)
        assert fits(page)
        assert axe(page) == []
