"""Somebody tells the council of a concern, as they would: on a phone, in Welsh, by keyboard, without scripts."""

import os
from pathlib import Path

import pytest

from accounts.models import User
from directory.owners import set_owner
from feedback import cases, corrections, links, praise
from feedback.models import Case, Praise
from feedback.models.cases import State
from tests.browser import EACH_ONCE, PHONE_IN_BOTH, PREFIX
from tests.builders import BY, TODAY, make_listing
from tests.papers import photo

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("listing")]
PERSON_TYPES_FOR = 3500  # milliseconds: longer than a form that comes too fast


@pytest.fixture
def listing(today):
    return make_listing("Carys Pugh", email="carys@example.org", languages={"en": 4, "cy": 4}, phone="07700 900142")


@pytest.fixture
def carys(client, listing):
    """The listing's owner; the cookie of whoever is signed in as her."""
    user = User.objects.create_user("carys@example.org")
    set_owner(listing, by=BY, owner=user)
    client.force_login(user)
    return client.cookies["sessionid"].value


@pytest.fixture
def sound(axe):
    """A page with nothing for axe to find, and no wider than its window; a picture of it where SCREENSHOTS says so."""

    def check(page, name):
        page.wait_for_selector(".govuk-frontend-supported")
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
        assert axe(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    return check


def press(page, selector):
    with page.expect_navigation():
        page.click(selector)


def path_of(link):
    return "/" + link.split("/", 3)[3]


@pytest.mark.parametrize(("language", "width"), PHONE_IN_BOTH)
def test_a_concern_from_the_profile_with_a_slip_to_its_own_page(browser_page, sound, width, language, tmp_path):
    page, about = browser_page(width=width), f"{language}-{width}"
    page.goto(f"{PREFIX[language]}/carers/carys-pugh/")
    press(page, "a[href$='/carers/carys-pugh/feedback/']")
    sound(page, f"door-{about}")
    press(page, ".govuk-button-group .govuk-button")
    sound(page, f"which-{about}")
    press(page, "a[href*='/feedback/concern/']")
    sound(page, f"concern-{about}")
    page.fill("[name=words]", "She did not come on Monday.\nShe did not ring.")
    bill = photo(name="bill.jpg")
    (tmp_path / "bill.jpg").write_bytes(bill.read())
    page.set_input_files("[name=uploads]", tmp_path / "bill.jpg")
    page.wait_for_timeout(PERSON_TYPES_FOR)
    press(page, "button[name=send]")
    assert page.locator(".govuk-error-summary").evaluate("it => it === document.activeElement")
    assert page.input_value("[name=words]").startswith("She did not come")
    sound(page, f"concern-errors-{about}")
    page.check("[name=known][value=known]")
    page.fill("[name=email]", "margaret@example.org")
    press(page, "button[name=send]")
    case = Case.objects.get()
    assert case.reference in page.inner_text(".govuk-panel")
    assert (case.language, case.listing.slug, case.files.get().file.name) == (language, "carys-pugh", "bill.jpg")
    sound(page, f"sent-{about}")
    cases.take_on(case, by=member_of_the_team())
    cases.acknowledge(case, by=BY, on=TODAY, words="Cerys Vaughan looks into it. She rings you on Tuesday.")
    page.goto(path_of(links.link(case, language=language)))
    page.fill("[name=words]", "One more thing: it was the second time.")
    press(page, "button[name=send]")
    assert "the second time" in page.inner_text(".story")
    sound(page, f"case-{about}")


def member_of_the_team():
    from tests.team_builders import member

    return member("officer@council.example.org", "case-officer")


@pytest.mark.parametrize("way", ["worry", "complaint", "data", "thanks", "wrong-entry"])
@pytest.mark.parametrize(("language", "width"), EACH_ONCE)
def test_every_form_is_sound(browser_page, sound, width, language, way):
    page = browser_page(width=width)
    page.goto(f"{PREFIX[language]}/feedback/{way}/")
    sound(page, f"{way}-{language}-{width}")


def test_all_of_it_by_keyboard(browser_page, tab_to):
    page = browser_page(width=320)
    page.goto("/feedback/")
    for selector in (".govuk-button-group .govuk-button", "a[href$='/feedback/concern/']"):
        tab_to(page, selector)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    for name, words in (("about_words", "Carys"), ("words", "She did not come.")):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(words)
    tab_to(page, "[name=known]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown") if not page.is_checked("[name=known][value=anonymous]") else None
    assert page.is_checked("[name=known][value=anonymous]")
    assert not page.is_visible("[name=email]")
    page.wait_for_timeout(PERSON_TYPES_FOR)
    tab_to(page, "button[name=send]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Case.objects.get().anonymous
    assert "Keep this link" in page.inner_text("main")


def test_without_scripts_it_works_as_well_and_so_does_the_way_out(without_javascript):
    page = without_javascript(width=320)
    page.goto("/cy/carers/carys-pugh/concern/")
    assert page.get_attribute(".govuk-exit-this-page a", "href").startswith("https://")
    page.fill("[name=words]", "Ni ddaeth hi.")
    page.check("[name=known][value=anonymous]")
    page.wait_for_timeout(PERSON_TYPES_FOR)
    press(page, "button[name=send]")
    case = Case.objects.get()
    assert (case.state, case.language, case.anonymous) == (State.NEW, "cy", True)
    page.goto(path_of(page.get_attribute(".keep__link a", "href")))
    assert page.url.split("?")[0].endswith(f"/cy/cases/{case.reference}/")


def test_three_times_shift_leaves_at_once(browser_page):
    page = browser_page(width=1280)
    page.goto("/feedback/")
    page.evaluate("document.querySelector('.govuk-exit-this-page a').href = '/cookies/'")
    page.wait_for_selector(".govuk-exit-this-page__indicator", state="attached")
    with page.expect_navigation():
        for _ in range(3):
            page.keyboard.press("Shift")
    assert page.url.endswith("/cookies/")


@pytest.mark.parametrize(("language", "width"), PHONE_IN_BOTH)
def test_thanks_from_the_form_to_the_profile_with_an_answer(browser_page, live_server, sound, carys, width, language):  # noqa: PLR0917
    page, about, prefix = browser_page(width=width), f"{language}-{width}", PREFIX[language]
    page.goto(f"{prefix}/feedback/thanks/?about=carys-pugh")
    page.fill("[name=words]", "She never hurries, and makes my mother laugh.")
    page.check("[name=may_be_shown]")
    page.fill("[name=name]", "Margaret")
    page.fill("[name=email]", "margaret@example.org")
    page.wait_for_timeout(PERSON_TYPES_FOR)
    press(page, "button[name=send]")
    sound(page, f"thanks-sent-{about}")
    row = Praise.objects.get()
    praise.pass_on(row, by=BY)
    page.context.add_cookies([{"name": "sessionid", "value": carys, "url": live_server.url}])
    page.goto(f"{prefix}/my/praise/")
    sound(page, f"my-praise-{about}")
    press(page, f"a[href$='/my/praise/{row.pk}/']")
    sound(page, f"my-praise-asked-{about}")
    press(page, "button[value=yes]")
    page.fill("[name=words]", "It is a joy to come.")
    sound(page, f"my-praise-agreed-{about}")
    press(page, "button[name=answer]")
    sound(page, f"my-praise-answered-{about}")
    praise.read_answer(row, by=BY, show=True)
    page.goto(f"{prefix}/carers/carys-pugh/")
    assert "She never hurries" in page.inner_text(".quote__words")
    assert "It is a joy to come." in page.inner_text(".quote__answer")
    sound(page, f"profile-praise-{about}")
    page.goto(path_of(praise.link(row)))
    sound(page, f"withdraw-{about}")
    press(page, ".govuk-button--warning")
    page.goto(f"{prefix}/carers/carys-pugh/")
    assert not page.locator(".quote__words").count()


@pytest.mark.parametrize(("language", "width"), EACH_ONCE)
def test_a_carer_says_by_the_mailed_link_that_it_is_mended(browser_page, sound, listing, width, language):
    page, about = browser_page(width=width), f"{language}-{width}"
    row = corrections.report(form_key="one", words="The price is old.", language=language, listing=listing)
    page.goto(path_of(corrections.link(row, language=language)))
    sound(page, f"correction-{about}")
    press(page, "button[name=right]")
    sound(page, f"correction-errors-{about}")
    press(page, "button[name=mended]")
    sound(page, f"correction-mended-{about}")
    row.refresh_from_db()
    assert row.how == "mended"
