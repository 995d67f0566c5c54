"""The team's side on a phone: at 320 px no page scrolls sideways, axe finds nothing, and Tab reaches what waits."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts import invitations
from accounts.models import Invitation, TeamMember, User
from compliance import (
    case_appeals,
    case_deciding,
    case_replies,
    case_step_pages,
    case_texts,
    claims,
    deciding,
    noting,
    writing,
)
from compliance.groups import Group, readers
from compliance.models import Mailing, Reminder, StatusCheck
from content.models import Page
from directory.enquiries import send_enquiry
from directory.models import PostcodeLoad
from feedback import cases, clocks, corrections, praise
from feedback.models import Case
from files.models import FileView
from files.photos import accept_photo
from files.private import accept_file
from notifications.models import JobRun, Message
from onboarding import codes, helping, joining, journey, library, listings, training
from onboarding.models import (
    Carer,
    CodeAgreement,
    Evidence,
    Headcount,
    HelpRequest,
    Letter,
    ListingChange,
    Mending,
    Register,
    Rules,
    TrainingSession,
)
from onboarding.rule_tables import as_table
from tests import training_builders
from tests.builders import TODAY, make_listing
from tests.case_builders import looked_into, make_case
from tests.code_builders import make_carer
from tests.one_of_each import answered
from tests.paper_builders import insurance
from tests.papers import photo
from tests.team_builders import BY, member
from tests.test_listing_changes import WRITTEN, base

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = 320
LONG = "a-very-long-name-that-goes-on-without-a-break-to-the-end-of-what-fits@council.example.org"


@pytest.fixture
def manager(time_machine, client):
    """Everything the team can look at, with words as long as they come; the client is a manager's."""
    time_machine.move_to(f"{TODAY.isoformat()}T10:30:00Z", tick=True)
    call_command("migrate", verbosity=0)
    call_command("load_pages", verbosity=0)
    PostcodeLoad.objects.create(source="ONS Postcode Directory " + "x" * 40, attribution="", rows=1, skipped=0)
    picture = io.BytesIO()
    Image.new("RGB", (448, 448), "teal").save(picture, "PNG")
    owner = User.objects.create_user(LONG, name="N" * 60)
    listing = make_listing("Blodeuwedd Llanfairpwllgwyngyllgogerych", owner=owner, photo=accept_photo(picture, by=BY),
                           website=f"https://{'w' * 60}.example.org/{'p' * 100}", offers=["chat"])  # fmt: skip
    picture.seek(0)
    FileView.objects.create(file=accept_file(picture, by=owner, purpose="evidence"), viewer_id=owner.pk, role="owner")
    training.book(training_builders.session(), training_builders.person("Blodeuwedd"), by=BY)
    said = {"what": "Help " + "x" * 200, "name": "Ann", "answer_by": "phone", "phone": "01633 960321"}
    send_enquiry(listing=listing, by=BY, form_key="one", language="en", **said)
    send_enquiry(listing=listing, by=BY, form_key="two", language="en", hold="links", **said)
    Message.objects.update(sent_at=None, given_up_at=timezone.now(), error="550 " + "x" * 400, to=LONG)
    JobRun.objects.create(name="send-messages", ended_at=timezone.now(), error="OperationalError, " + "y" * 200)
    JobRun.objects.create(name="clear-sessions", ended_at=timezone.now() + timedelta(seconds=1), counted=7)
    sign_the_code()
    rules_and_what_was_mended()
    send_a_paper()
    send_the_rest(Carer.objects.first())
    user = member("manager@council.example.org", "manager")
    tell_of_a_concern(listing, user)
    say_thanks_and_what_is_wrong(listing)
    claims.claim("help", HelpRequest.objects.first().pk, by=member("reviewer@council.example.org"), now=timezone.now())
    decide_about(Carer.objects.first(), user)
    put_to_a_carer(member("looks@council.example.org", "case-officer"), user)
    write_to_carers(user)
    invitations.invite(by=user, email="new-" + LONG, slugs=["editor"], language="en")
    with transaction.atomic():  # the second factor it comes with is in the audit
        client.force_login(user)
    return client


def tell_of_a_concern(listing, officer):
    """A case with all that its page can hold, and a bank holiday that moves its clocks."""
    about = {"listing": listing, "name": "N" * 90, "email": "", "address": f"{'A' * 60}\nUsk", "words": "W" * 300}
    case = make_case(**about, kind="complaint")
    make_case(**about)
    cases.take_on(case, by=officer)
    cases.acknowledge(case, by=officer, on=TODAY, words="S" * 200)
    cases.attach(
        case, by=officer, files=[accept_file(photo(name=f"{'p' * 90}.jpg"), by=officer, purpose=cases.PURPOSE)]
    )
    clocks.add_bank_holiday(day=TODAY + timedelta(days=3), name="H" * 90, by=officer, on=TODAY)


def say_thanks_and_what_is_wrong(listing):
    """Praise to read, and a correction for the team; the first of each has all that its page can hold."""
    said = {"words": f"{'w' * 90} {'W' * 200}", "language": "en", "email": LONG}
    asked = praise.receive(form_key="one", listing=listing, name="N" * 50, may_be_shown=True, **said)
    asked = praise.carer_says(praise.pass_on(asked, by=BY), by=BY, agrees=True)
    praise.answer(asked, by=BY, words="a" * 90, language="en")
    praise.receive(form_key="two", about_words="A" * 200, may_be_shown=True, **said)
    corrections.report(form_key="one", listing=listing, **said)
    corrections.report(form_key="two", about_words="A" * 200, **said)


def put_to_a_carer(officer, manager):
    """One that waits for a decision, one that is decided and appealed against, one that is looked into; and a text."""
    owner = User.objects.create_user("c@example.org")
    about = journey.start(by=BY, name="C" * 90, first_name="Cai", owner=owner)
    about = journey.link(about, by=BY, listing=make_listing("C" * 45, owner=owner))
    rows = [looked_into(make_case(listing=about.listing), officer) for _ in range(3)]
    for case in rows[:2]:
        case_replies.put_to_carer(case, words={"en": "W" * 200, "cy": "C" * 200}, by=officer, on=TODAY)
        case_replies.reply(case, by=about.owner, words="R" * 300, on=TODAY)
        case_deciding.hand_over(case, by=officer, summary="S" * 300, recommendation="remove", on=TODAY)
    reasons = {"en": "R" * 200, "cy": "R" * 200}
    decider = member("decider@council.example.org", "manager")
    case_deciding.decide(rows[1], by=decider, outcome="advice", reasons=reasons, on=TODAY)
    case_appeals.appeal(rows[1], by=about.owner, words="A" * 300, on=TODAY)
    case_texts.change("advice", by=manager, en="{reasons} " + "t" * 200, cy="{reasons}")


def rules_and_what_was_mended():
    """Rules in force that lack one requirement, so that the files' own wait; and a difference that the night mended."""
    with transaction.atomic():
        asked = settings.SCHEME.requirements
        table = as_table(replace(asked, every=asked.every[1:]))
        Rules.objects.create(number=1, table=table, fingerprint="of-another-release", actor=BY)
        part = {"part": "service:washing-dressing", "was": ["2026-01-01", "2027-01-01"], "is": []}
        Mending.objects.create(
            carer_id=Carer.objects.first().pk, listing_id=1, parts=[part, {**part, "part": "stretch"}]
        )


def send_a_paper():
    """With the team, with a photo of it."""
    carer = Carer.objects.first()
    insurance(carer, uploads=[photo(name=f"{'p' * 90}.jpg")], insurer="I" * 140)


def send_the_rest(carer):
    """What else a carer sends, what somebody interested does, and a register."""
    helping.ask(carer, by=BY, what="W" * 200)
    by_post = journey.start(by=BY, name="N" * 90, first_name="Nia")
    helping.answer(helping.ask(by_post, by=BY, what="W" * 200), by=BY, words="A" * 200)
    joining.express(by=BY, form_key="one", language="en", name="N" * 90, email=LONG)
    Register.objects.create(name="r" * 90 + ".csv", headers=["Name"], rows=[["Gwen Rees"]])
    Reminder.objects.create(carer=carer, requirement="moving-and-handling", last_day=TODAY, threshold=60)
    Headcount.objects.create(carer=carer, month=TODAY.replace(day=1), number=5)
    facts = {**WRITTEN, **base("usk"), "intro_en": "i" * 150, "website": f"https://{'w' * 60}.example.org/"}
    listings.keep(carer, by=BY, facts=facts)
    listings.send(carer, by=BY)


def decide_about(carer, officer):
    """A note and a decision, of which the carer's page and the list of decisions are made."""
    noting.write(carer, by=officer, words="R" * 200, held_back=True)
    gone = Carer.objects.create(name="G" * 80)
    deciding.end(gone, by=officer, reason="moved", words="M" * 200, on=TODAY)
    checked = journey.start(by=BY, name="D" * 80, first_name="D" * 40, services=["companionship"])
    answered(checked.workers.get(), officer)


def write_to_carers(user):
    """One that was sent, and a draft."""
    long = {"subject_en": "S" * 140, "text_en": f"https://{'w' * 60}.example.org/ {'t' * 90}"}
    both = {**long, "subject_cy": "C" * 140, "text_cy": "c" * 300}
    sent = writing.draft(by=user, kind="service", group=Group(), **both)
    writing.send(sent, by=user, seal=readers(sent, on=TODAY).seal(sent.changed_at), on=TODAY)
    writing.draft(by=user, kind="news", group=Group(to="matching", services=("chat",)), **both)


def sign_the_code():
    """A signature under another name, a draft of the next version, and the library."""
    with transaction.atomic():
        library.write_first(by=BY)
        carer = make_carer("Blodeuwedd " + "L" * 60)
        codes.begin(by=BY, on=TODAY, body_en="Be kind. " + "k" * 200, body_cy="Byddwch garedig.")
        codes.sign(carer, by=BY, typed_name="S" * 90, language="en")
        codes.draft(by=BY, body_en="Be kinder.", body_cy="Byddwch yn fwy caredig.", changes_en="k", changes_cy="c")


def addresses():
    """Every page that a link leads to: each list, the first row of each, its history, and what asks before it acts."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_changelist") + "?q=nothing"
        one = first(model)
        yield reverse(f"{name}_change", args=[one])
        yield reverse(f"{name}_history", args=[one])
    for app in {model._meta.app_label for model in admin.site._registry}:
        yield reverse("admin:app_list", args=[app])
    page, colleague = Page.objects.get(slug="about"), TeamMember.objects.get(groups__name="reviewer")
    yield reverse("admin:content_page_simple_history", args=[page.pk, page.history.get().pk])
    yield reverse("admin:accounts_teammember_invite")
    yield reverse("admin:accounts_teammember_roles", args=[colleague.pk])
    yield reverse("admin:accounts_teammember_remove", args=[colleague.pk])
    yield reverse("admin:accounts_invitation_withdraw", args=[Invitation.objects.get().pk])
    yield reverse("admin:notifications_message_again", args=[Message.objects.first().pk])
    yield reverse("admin:directory_enquiry_changelist") + "?state=all"
    for kind, model in (
        ("paper", Evidence),
        ("listing", ListingChange),
        ("help", HelpRequest),
        ("name", CodeAgreement),
    ):
        yield reverse("admin:compliance_review", args=[kind, model.objects.first().pk])
    yield from of_the_dbs_register()
    yield from of_cases()
    yield reverse("admin:compliance_lapses") + "?within=90"
    yield reverse("admin:compliance_claim_changelist") + "?kind=paper&age=soon&q=Blodeuwedd"
    yield reverse("admin:compliance_mailing_write")
    for page in ("rewrite", "preview", "send", "throw_away"):
        yield reverse(f"admin:compliance_mailing_{page}", args=[Mailing.objects.drafts().get().pk])
    yield reverse("admin:compliance_mailing_change", args=[Mailing.objects.exclude(began_at=None).get().pk])
    yield reverse(
        "admin:onboarding_carer_record", args=[Evidence.objects.get(requirement="public-liability").carer_id, "hmrc"]
    )
    for page in ("draft", "preview", "publish"):
        yield reverse(f"admin:onboarding_codeofpractice_{page}")
    for page in ("plan", "adopt"):
        yield reverse(f"admin:onboarding_rules_{page}")
    yield reverse("admin:onboarding_carer_enter")
    for page in ("reached", "invite"):
        yield reverse(f"admin:onboarding_carer_{page}", args=[Letter.objects.first().carer_id])
    yield reverse("admin:onboarding_carer_note", args=[Evidence.objects.get(requirement="public-liability").carer_id])
    yield reverse("admin:compliance_decision_end", args=[Evidence.objects.get(requirement="public-liability").carer_id])
    yield reverse("admin:compliance_decision_register", args=[Register.objects.get().pk])
    yield reverse("admin:onboarding_register_read")
    for page in ("columns", "look", "move_in", "undo", "invite"):
        yield reverse(f"admin:onboarding_register_{page}", args=[Register.objects.get().pk])
    yield reverse("admin:onboarding_letter_ring")
    yield reverse("admin:onboarding_letter_posted", args=[Letter.objects.first().pk])
    yield reverse("admin:onboarding_codeagreement_paper")
    yield reverse("admin:onboarding_trainingsession_cancel", args=[TrainingSession.objects.get().pk])
    yield reverse("admin:onboarding_trainingsession_attendance", args=[TrainingSession.objects.get().pk])
    yield "/admin/nothing/"


def of_cases():
    """Each step that is there now; and the texts of the letters."""
    user = User.objects.get(email="manager@council.example.org")
    for case in Case.objects.filter(kind="concern", handler__isnull=False):
        yield from (step.url for step in case_step_pages.own_steps(case, user))
    yield reverse("admin:compliance_outcometext_text", args=["advice"])


def of_the_dbs_register():
    for page in ("purged", "entitlement", "confirm", "withdraw", "schedule"):
        yield reverse(f"admin:compliance_statuscheck_{page}")
    for page in ("person", "ask", "consent", "end_consent"):
        yield reverse(f"admin:compliance_statuscheck_{page}", args=[StatusCheck.objects.get().worker_id])
    yield reverse("admin:compliance_statuscheck_look", args=[StatusCheck.objects.get().pk])


def first(model):
    rows = model.objects.filter(is_staff=True) if model is TeamMember else model.objects.all()
    return (
        rows.first() or pytest.fail(f"Make one {model._meta.label} in `manager`, so that its page is looked at.")
    ).pk


def opened(client, page, live_server):
    """The browser's page, signed in as the client is."""
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return page


# What reaches out of the window, and is not in a box that scrolls: cut off, or making the page wider.
OUTSIDE = """() => [...document.querySelectorAll('main *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && one.checkVisibility())
    .filter(one => !one.closest('.results, #change-history, .module:has(> table), .scrolls, .visually-hidden'))
    .map(one => one.outerHTML.slice(0, 90))"""


@pytest.mark.timeout(600)  # some hundred pages, each looked through
def test_no_page_of_the_admin_scrolls_sideways_and_axe_finds_nothing(manager, browser_page, live_server, axe):
    page = opened(manager, browser_page(PHONE), live_server)
    troubles = []
    for address in addresses():
        answer = page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE:
            troubles.append(f"{address} is {width} px wide")
        troubles += [f"{address} has outside: {one}" for one in page.evaluate(OUTSIDE)]
        troubles += [f"{address}: {found}" for found in axe(page)]
        if answer.status != (404 if "nothing/" in address else 200):
            troubles.append(f"{address}: {answer.status}")
    assert troubles == [], "\n".join(troubles)


def test_what_waits_is_reached_by_keyboard_on_a_phone(manager, browser_page, live_server, tab_to):
    page = opened(manager, browser_page(PHONE), live_server)
    page.goto("/admin/")
    assert tab_to(page, "text=Messages given up").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/message/?state=given-up")
    assert tab_to(page, "#result_list tbody a").inner_text()
    page.keyboard.press("Enter")
    tab_to(page, "text=Send again")
    page.keyboard.press("Enter")
    tab_to(page, "#content input[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/message/")
    assert "goes again now" in page.locator(".messagelist").inner_text()


def test_what_fails_is_read_whole_on_a_phone(manager, browser_page, live_server):
    """The table of jobs is no wider than its box."""
    page = opened(manager, browser_page(PHONE), live_server)
    page.goto("/admin/")
    for table in page.locator(".now table").all():
        assert table.evaluate("it => it.getBoundingClientRect().right") <= PHONE


@pytest.mark.django_db(transaction=False)
def test_columns_and_fields_have_names_that_people_use(rf):
    request = rf.get("/")
    request.user, request.today = User(is_superuser=True, is_staff=True, is_active=True), TODAY
    raw = re.compile(r"_| (en|cy|id)$")
    shown = [
        (model._meta.label, label_for_field(field, model, page))
        for model, page in admin.site._registry.items()
        for field in {*page.list_display, *flatten_fieldsets(page.get_fieldsets(request, model()))}
        if not field.startswith("__")
    ]
    assert [(model, label) for model, label in shown if raw.search(str(label))] == []


def test_publishing_the_code_fits_once_it_says_what_happens(manager, browser_page, live_server, axe):
    page = opened(manager, browser_page(PHONE), live_server)
    page.goto(reverse("admin:onboarding_codeofpractice_publish"))
    with page.expect_navigation():  # until its styles are there too
        page.get_by_role("button", name="See what happens").click()
    page.get_by_role("button", name="Publish version 2").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
    assert axe(page) == []
