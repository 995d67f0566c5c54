"""A carer's tasks in a browser, kind by kind; tests/test_whole_journey.py goes the whole way."""

import os
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override

from microcare.scheme import load
from onboarding import journey
from onboarding.models import Draft, Evidence
from onboarding.task_list import TaskList
from tests.browser import EACH_ONCE, PHONE, PREFIX, WIDE
from tests.builders import BY
from tests.paper_builders import carer, typed
from tests.papers import paper, photo, sent

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2026, 11, 21)
CHOSEN = ("washing-dressing", "chat", "transport", "meals", "medication")
STARTS, ENDS = typed(dated=date(2026, 11, 1)), typed(ends_on=date(2027, 10, 31))
INSURED = {"insurer": "Penallt Mutual", "policy_number": "PM-4471", **STARTS, **ENDS}
COURSE = {"course": "Level 2", "provider": "Gofal Ltd", **STARTS}
PERSON = {"relation": "Manager", "phone": "01633 960321"}
# What is typed and chosen in each kind of task.
SAID = {
    "original": ({"showing": "Monday mornings, at the library"}, {"document": "passport"}),
    "dbs": (
        {"showing": "Monday mornings", **typed(dated=date(2026, 11, 10))},
        {"level": "enhanced-barred", "workforce": "adult", "update_service": "will"},
    ),
    "insurance": ({**INSURED, "cover": "5 million"}, {}),
    "car-insurance": (INSURED, {"business_use": "on"}),
    "hmrc": ({}, {"how": "upload"}),
    "course": (COURSE, {}),
    "references": (
        {f"{name}_{number}": value for number in "12" for name, value in PERSON.items()}
        | {"name_1": "Ann Rees", "name_2": "Dai Morgan"},
        {"care_work": "first"},
    ),
    "contingency": ({"plan": "I ring everybody the evening before."}, {}),
    "registration": ({"number": "ZA123456", **ENDS}, {}),
    "paper": ({}, {}),
    "agreement": ({}, {"agreed": "on"}),
    "cqc": ({}, {"works_for": "person"}),
}


def look(page, name):
    """Keeps a picture where SCREENSHOTS says so."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def press(page, selector):
    with page.expect_navigation():
        page.click(selector)


def as_sent(upload):
    return {"name": upload.name, "mimeType": "application/octet-stream", "buffer": upload.read()}


@pytest.fixture
def signed_in(client, live_server):
    """`signed_in(page, megan)`: the page's browser is hers."""

    def enter(page, carer):
        client.force_login(carer.owner)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return enter


def answer(page, kind):
    boxes, choices = SAID[kind]
    for name, value in boxes.items():
        page.fill(f"[name='{name}']", value)
    for name, value in choices.items():
        page.check(f"[name='{name}'][value='{value}']" if value != "on" else f"[name='{name}']")
    if page.locator("#id_pages").count():
        page.set_input_files("#id_pages", [as_sent(photo())])


def send(page, prefix, task):
    page.goto(f"{prefix}{task.address}")
    answer(page, task.requirement.facts)
    press(page, "button[name=check]")
    assert page.url.endswith("/check/"), page.locator(".govuk-error-summary").all_inner_texts()
    press(page, "main form button")
    assert page.locator(".govuk-panel--confirmation").count() == 1


def tasks_of(megan):
    with override("en"):
        return [task for task in TaskList(megan, ON).tasks if task.requirement.slug != "code"]


def choose_services(page, prefix):
    page.goto(f"{prefix}/my/services/")
    for slug in CHOSEN:
        page.check(f"[name=services][value={slug}]")
    press(page, "form.services button")
    press(page, "button[name=save]")
    page.goto(f"{prefix}/my/records/")
    page.check("[name=keeps][value=yes]")
    press(page, "main form button")


@pytest.mark.parametrize(("scheme", "kinds"), [("flintshire", {"paper"}), ("somerset", {"agreement", "cqc"})])
def test_what_only_some_schemes_ask(browser_page, signed_in, settings, today, scheme, kinds):  # noqa: PLR0917
    settings.SCHEME = load(scheme)
    megan = carer(services=["washing-dressing"])
    journey.add_worker(megan, by=BY, first_name="Tom", works_from=today, most=5)
    page = signed_in(browser_page(width=PHONE), megan)
    for task in tasks_of(megan):
        if task.requirement.facts in kinds:
            send(page, "", task)
    assert {row.asked.facts for row in Evidence.objects.all()} == kinds


def test_ticking_a_kind_of_help_says_at_once_what_it_asks(browser_page, signed_in, today):
    page = signed_in(browser_page(width=WIDE), carer(services=()))
    page.goto("/my/services/")
    page.check("[name=services][value=chat]")
    page.get_by_text("An enhanced DBS check, without the barred list.").wait_for()
    page.check("[name=services][value=washing-dressing]")
    page.get_by_text("An enhanced DBS check with the adults’ barred list.").wait_for()


def test_changing_the_language_half_way_keeps_words_and_files(browser_page, signed_in, today):
    page = signed_in(browser_page(width=WIDE), carer())
    page.goto("/my/tasks/public-liability/")
    page.fill("[name=insurer]", "Penallt Mutual")
    page.set_input_files("#id_pages", [as_sent(paper())])
    press(page, "text=Cymraeg >> nth=0")
    assert page.url.endswith("/cy/my/tasks/public-liability/")
    assert page.input_value("[name=insurer]") == "Penallt Mutual"
    assert "certificate.pdf" in page.inner_text(".files")
    assert Draft.objects.get().pages.count() == 1


@pytest.fixture
def sound(axe):
    """A page with nothing for axe to find, and no wider than its window."""

    def check(page, name):
        page.wait_for_selector(".govuk-frontend-supported")
        look(page, name)
        assert axe(page) == [], name
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), name

    return check


@pytest.mark.parametrize(("language", "width"), EACH_ONCE)
def test_every_page_is_sound(browser_page, signed_in, sound, settings, today, width, language):  # noqa: PLR0917
    settings.SCHEME = load("flintshire")
    megan = carer(services=["washing-dressing"], language=language)
    tom = journey.add_worker(megan, by=BY, first_name="Tom", works_from=today, most=5)
    page, prefix = signed_in(browser_page(width=width), megan), PREFIX[language]
    end = f"{language}-{width}"
    for address in ("", "services/", "records/", "people/", "people/add/", f"people/{tom.pk}/remove/"):
        page.goto(f"{prefix}/my/{address}")
        sound(page, f"carer-{address.replace('/', '-') or 'tasks-'}{end}")
    page.goto(f"{prefix}/my/tasks/public-liability/")
    page.set_input_files("#id_pages", [as_sent(photo()), as_sent(sent("letter.pdf", b"no PDF"))])
    press(page, "button[name=check]")
    sound(page, f"carer-errors-{end}")
    answer(page, "insurance")
    press(page, "button[name=check]")
    sound(page, f"carer-check-{end}")
    press(page, "main form button")
    sound(page, f"carer-sent-{end}")
    page.goto(f"{prefix}/my/tasks/public-liability/")
    sound(page, f"carer-with-team-{end}")


def test_a_task_by_keyboard_alone(browser_page, signed_in, tab_to, today):
    page = signed_in(browser_page(width=WIDE), carer())
    page.goto("/my/tasks/contingency/")
    tab_to(page, "[name=plan]")
    page.keyboard.type("I ring everybody.")
    tab_to(page, "button[name=check]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "main form button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Evidence.objects.get().outcome == "accepted"
