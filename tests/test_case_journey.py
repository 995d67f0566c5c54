"""A concern from the first word to the appeal, as people would: in the browser, and by telephone and letter."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from compliance import case_step_pages
from compliance.jobs import end_reply_times
from compliance.models import Decision
from directory.models import Listing
from feedback.models import Case, CaseEvent, CaseLetter
from feedback.models.cases import State
from notifications.models import Message
from onboarding.models import Carer, Letter
from tests.builders import TODAY
from tests.listed_carers import listed_carer
from tests.team_builders import member
from tests.test_admin_phone import opened
from tests.test_feedback_journey import PERSON_TYPES_FOR, press

FIND = "/find/?place=NP15+1AD&need=chat"
NAME = "Bryn Lewis"
ENGLISH, WELSH = "margaret@example.org", "bryn@example.org"
ALLEGED = "Ddydd Llun ni ddaethoch, ac ni ffonioch."
TO_CARER = ("case_alleged", "case_replied", "case_decided", "case_appealed", "case_decided")
TO_REPORTER = ("received", "acknowledged", "case_reporter", "case_reporter")
STORY = [
    "We received it",
    "Somebody began to look into it",
    "We confirmed that we have it",
    "The allegation was put in writing",
    "A reply came",
    "It was looked into, and somebody else decides",
    "It was decided",
    "We answered",
    "An appeal came",
    "The appeal was decided",
    "We answered",
]


def url(slug, case):
    return case_step_pages.BY_SLUG[slug].url(case)


def page_of(case):
    return reverse("admin:feedback_case_change", args=[case.pk])


# --- in the browser ------------------------------------------------------------------------------------------


@pytest.fixture
def people(today, usk, transactional_db):
    """A Welsh-speaking carer in the directory, and three of the team."""
    with transaction.atomic():
        owner = User.objects.create_user(WELSH, language="cy", name=NAME)
        listed_carer(NAME, owner=owner)
        return {
            "carer": owner,
            "officer": member("officer@council.example.org", "case-officer", name="Ann Rees"),
            "reviewer": member("reviewer@council.example.org", "reviewer", name="Ceri Pugh"),
            "third": member("third@council.example.org", "reviewer", name="Dai Rowe"),
        }


@pytest.fixture
def as_(people, browser_page, live_server):
    """A browser page in which somebody is signed in."""
    pages = {}

    def page(who):
        if who not in pages:
            client = Client()
            with transaction.atomic():
                client.force_login(people[who])
            pages[who] = opened(client, browser_page(), live_server)
        return pages[who]

    return page


def shown_first(page, where, fields, button):
    """Filled in, the message seen, and then the button."""
    page.goto(where)
    for label, words in fields.items():
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="Go on: see the message").click()
    page.get_by_role("button", name=button, exact=True).click()
    page.locator(".success").wait_for()


def told(address):
    """The mails to them, the oldest first: of which kind, and in which language."""
    rows = Message.objects.filter(to=address).order_by("pk")
    return [(row.template.rpartition("/")[2], row.language) for row in rows]


def is_found(page):
    page.goto(FIND)
    return page.get_by_role("link", name=NAME).count() > 0


def tells(public):
    """Somebody has a concern, from the carer's public page."""
    public.goto("/carers/bryn-lewis/feedback/")
    press(public, ".govuk-button-group .govuk-button")
    press(public, "a[href*='/feedback/concern/']")
    public.fill("[name=words]", "He did not come on Monday, and did not ring.")
    public.check("[name=known][value=known]")
    public.fill("[name=email]", ENGLISH)
    public.wait_for_timeout(PERSON_TYPES_FOR)
    press(public, "button[name=send]")
    return Case.objects.get()


def looks_into_it(officer, case):
    """Takes it on, acknowledges it, and puts it to the carer."""
    for step in ("take-on", "acknowledge"):
        officer.goto(reverse("admin:feedback_case_step", args=[case.pk, step]))
        officer.locator("[name=confirmed]").click()
        officer.locator(".success").wait_for()
    assert case.clocks.get(rule="acknowledge").was_in_time
    shown_first(officer, url("put", case), {"What is alleged, in Welsh": ALLEGED}, "Put it to the carer")


def hands_it_over(officer, case):
    officer.goto(url("hand-over", case))
    officer.get_by_label("What you found").fill("He was at the surgery only on Tuesday.")
    officer.get_by_label("What you recommend").select_option("remove")
    officer.get_by_role("button", name="Hand it over for a decision").click()
    officer.goto(page_of(case))
    assert officer.get_by_role("link", name="Decide it …").count() == 0


def answers(carer, label, words):
    """On their own page, from their tasks, in Welsh: what stands there before is returned."""
    carer.goto("/cy/my/")
    carer.get_by_role("link", name="Pryder am eich gwaith").click()
    stood = carer.inner_text("main")
    carer.get_by_label(label).fill(words)
    carer.get_by_role("button", name="Gwiriwch yr hyn rydych yn ei anfon").click()
    carer.get_by_role("button", name="Ei anfon").click()
    carer.locator(".govuk-notification-banner").wait_for()
    return stood


def decides(page, case, *, which, choice, reasons):
    """From the case's page; what stands there to decide from is returned."""
    page.goto(page_of(case))
    page.get_by_role("link", name=f"{which} …").click()
    stood = page.inner_text("main")
    page.get_by_label(choice).check()
    page.get_by_label("The reasons, to the carer, in Welsh").fill(reasons)
    page.get_by_role("button", name="Go on: see the message").click()
    page.get_by_role("button", name=which, exact=True).click()
    page.locator(".success").wait_for()
    return stood


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(180)
def test_from_a_concern_to_an_appeal_that_brings_the_listing_back(people, as_, browser_page):
    public, officer, reviewer, carer = browser_page(), as_("officer"), as_("reviewer"), as_("carer")
    assert is_found(public)
    case = tells(public)
    looks_into_it(officer, case)
    stood = answers(carer, "Eich ateb", "Roeddwn i'n sâl, ac roedd fy ffôn wedi torri.")
    assert ALLEGED in stood
    assert "did not ring" not in stood, "what was told us is not what is alleged"
    hands_it_over(officer, case)
    reviewer.goto("/admin/compliance/claim/?kind=decide")
    assert reviewer.get_by_role("link", name=NAME).count() == 1
    stood = decides(reviewer, case, which="Decide it", choice="Remove", reasons="Torrwyd rhan 3 o'r Cod.")
    assert "Roeddwn i'n sâl" in stood
    assert public.goto("/carers/bryn-lewis/").status == 410
    assert not is_found(public)

    stood = answers(carer, "Pam rydych yn apelio", "Dyma lythyr y feddygfa.")
    assert "Torrwyd rhan 3 o'r Cod." in stood
    reviewer.goto(page_of(case))
    assert reviewer.get_by_role("link", name="Decide the appeal …").count() == 0
    third = as_("third")
    decides(third, case, which="Decide the appeal", choice="Upheld", reasons="Mae'n dangos ei fod yn sâl.")
    assert public.goto("/carers/bryn-lewis/").status == 200
    assert is_found(public)

    third.goto(page_of(case))
    assert third.locator(".case-events strong").all_inner_texts() == STORY
    assert told(WELSH) == [(kind, "cy") for kind in TO_CARER]
    assert told(ENGLISH) == [(kind, "en") for kind in TO_REPORTER]
    assert not any("Torrwyd" in row.text or "sâl" in row.text for row in Message.objects.filter(to=ENGLISH))


# --- by telephone and letter ---------------------------------------------------------------------------------


def entered(user):
    client = Client()
    client.force_login(user)
    return client


def done(user, where, said):
    """Filled in, what is shown seen, and the button pressed."""
    client = entered(user)
    shown = client.post(where, said)
    if shown.status_code == 200:
        assert shown.context["seen"], re.sub(r"\s+", " ", shown.content.decode())
        shown = client.post(where, {**said, "seen": shown.context["seen"]})
    assert shown.status_code == 302
    assert shown["Location"].startswith("/admin/feedback/case/")


@pytest.mark.django_db
def test_where_nobody_has_an_email_address_it_goes_by_telephone_and_letter(today, time_machine):
    carer = listed_carer("Nia Evans")
    Carer.objects.update(letters_to="1 High Street\nUsk")
    officer = member("officer@council.example.org", "case-officer")
    reviewer = member("reviewer@council.example.org", "reviewer")
    third = member("third@council.example.org", "manager")
    said = {"kind": "concern", "received_how": "phone", "received_on": TODAY.isoformat(), "severity": "medium",
            "listing": carer.listing_id, "words": "She did not come.", "name": "Mr Price", "phone": "01633 960321",
            "address": "2 High Street\nUsk", "language": "en"}  # fmt: skip
    done(officer, reverse("admin:feedback_case_record"), said)
    case = Case.objects.get()
    for step in ("take-on", "acknowledge"):
        where = reverse("admin:feedback_case_step", args=[case.pk, step])
        done(officer, where, {"confirmed": "1", **({"handler": officer.pk} if step == "take-on" else {})})
    done(officer, url("put", case), {"words_cy": "Ni ddaethoch.", "words_en": "You did not come."})
    letter = Letter.objects.get(carer=carer)
    assert [sheet["language"] for sheet in letter.sheets] == ["cy", "en"]
    assert "01632 960118" in letter.text

    # Nothing comes in the post: the night after the last day the case goes on.
    last = case.clocks.get(rule="reply").due_on
    time_machine.move_to(f"{last + timedelta(days=1)}T03:20:00Z")
    end_reply_times()
    assert Case.objects.get().state == State.OPEN
    time_machine.move_to(f"{last + timedelta(days=1)}T10:30:00Z")
    done(officer, url("hand-over", case), {"summary": "Nobody answers.", "recommendation": "suspend"})
    assert (
        "There was no reply, and the time for it is over."
        in entered(reviewer).get(url("decide", case)).content.decode()
    )
    review = (last + timedelta(days=60)).isoformat()
    words = {"words_cy": "Torrwyd y Cod.", "words_en": "The Code was not kept."}
    done(reviewer, url("decide", case), {"outcome": "suspend", "until": review, **words})
    assert Listing.objects.get().state(last + timedelta(days=1)) == Listing.State.HIDDEN
    assert Letter.objects.filter(carer=carer).count() == 2
    to_reporter = CaseLetter.objects.filter(case=case).last()
    assert "not listed in our directory for now" in to_reporter.sheets[0]["html"]
    assert "The Code was not kept." not in to_reporter.sheets[0]["html"]

    # The appeal comes by letter, and is heard by somebody else.
    day = last + timedelta(days=20)
    time_machine.move_to(f"{day}T10:30:00Z")
    came = {"how": "letter", "received_on": day.isoformat(), "words": "I was in hospital."}
    done(officer, url("appeal", case), came)
    assert entered(reviewer).get(url("hear", case)).status_code == 302
    done(third, url("hear", case), {"result": "appeal-upheld", **words})
    assert Listing.objects.get().state(day) == Listing.State.LIVE
    assert [row.kind for row in Decision.objects.order_by("pk")] == ["suspended", "reinstated"]
    assert not Message.objects.exclude(to__endswith="@council.example.org").exists()
    assert CaseEvent.objects.filter(what="no-reply").count() == 1
