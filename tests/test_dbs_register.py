"""The DBS register in the admin, and the holder's own page about status checks."""

import csv
import io
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import ROLES
from audit.models import AuditEvent
from compliance import consents, dbs_register, dbs_service, entitlement, queue, status_checks
from compliance.models import Consent, Entitlement, StatusCheck
from microcare import personal
from onboarding import journey, purging
from onboarding.models import Evidence
from tests.builders import BY, TODAY
from tests.paper_builders import carer, typed
from tests.team_builders import member
from tests.test_status_checks import BORN, NUMBER, agree, dbs, entitled, megan, officer, show  # noqa: F401

pytestmark = pytest.mark.django_db
HOME = "/admin/compliance/statuscheck/"
MINE = "/my/status-checks/"
TYPED = {"number": "0012 3456 7890", "forename": "Megan", "surname": "Price", "agree": "on", **typed(born=BORN)}


@pytest.fixture
def reviewer(client, officer):  # noqa: F811
    client.force_login(officer)
    client.officer = officer
    return client


def page(client, address=HOME, **query):
    return client.get(address, query).content.decode()


def lines_of(text):
    """The people of the list, without the page's own address in its links."""
    return re.findall(r"person/[0-9]+/", text)


def person(megan):  # noqa: F811
    return f"{HOME}person/{megan.workers.get().pk}/"


# --- the register ----------------------------------------------------------------------------------------


def test_it_says_of_each_what_was_seen_and_what_is_due(reviewer, megan, officer):  # noqa: F811
    carer("Gwen", on=TODAY)
    text = page(reviewer)
    assert "Enhanced, adult workforce, issued 22 November 2025" in text
    assert "22 November 2025, Ffion Mai Rees" in text
    assert "Status check by 22 November 2026" in text
    assert "Certificate to be seen" in text
    assert "Gwen Price" not in page(reviewer, which="consent")
    assert "Megan Price" not in page(reviewer, which="unseen")
    assert "Megan Price" in page(reviewer, which="due")
    assert "Megan Price" not in page(reviewer, q="gwen")


def test_an_auditor_reads_nothing_that_a_certificate_says(client, megan, officer):  # noqa: F811
    client.force_login(member("audit@council.example.org", "auditor"))
    for text in (page(client), page(client, person(megan)), page(client, f"{HOME}export/")):
        assert "Megan Price" in text
        assert not re.search("adult workforce|Enhanced,|issued [0-9]|•90|Joined", text)


@pytest.mark.parametrize(
    "facts", [{"workforce": "child-and-adult"}, {"level": "enhanced-barred"}, {"update_service": "no"}]
)
def test_nor_does_an_auditor_find_it_out_by_a_reason_or_a_filter(client, entitled, officer, facts):  # noqa: F811
    gwen = carer("Gwen", on=TODAY)
    show(gwen, by=officer, **facts)
    client.force_login(member("audit@council.example.org", "auditor"))
    text = page(client, person(gwen))
    assert "No consent to status checks" in text
    assert not re.search("adult|another level|basic check", text, re.IGNORECASE)
    plain = page(client)
    for which in ("look", "no-consent", "not-joined"):
        assert f"which={which}" not in plain
        assert lines_of(page(client, which=which)) == lines_of(plain)
        assert page(client, f"{HOME}export/", which=which) == page(client, f"{HOME}export/")


def test_that_an_answer_is_to_be_looked_at_is_for_who_may_read_papers(client, dbs, megan, officer):  # noqa: F811
    dbs.status = "NEW_INFO"
    check = status_checks.ask_now(megan.workers.get(), by=officer, on=TODAY)
    status_checks.looked_at(check, by=officer)
    StatusCheck.objects.update(looked_at=None)
    auditor = member("audit@council.example.org", "auditor")
    client.force_login(auditor)
    for text in (page(client), page(client, person(megan)), page(client, f"{HOME}{check.pk}/change/")):
        assert not re.search("look at|new information|dealt with", text, re.IGNORECASE)
    assert client.get(f"{HOME}{check.pk}/look/").status_code == 403
    assert not [thing for thing in queue.things(auditor, on=TODAY, now=timezone.now()) if thing.kind == "dbs"]


def test_nobody_of_the_team_sees_or_does_anything_about_themselves(client, dbs, megan, officer):  # noqa: F811
    dbs.status = "NEW_INFO"
    check = status_checks.ask_now(megan.workers.get(), by=officer, on=TODAY)
    gwen = carer("Gwen", on=TODAY)
    show(gwen, by=officer)
    purging.strip(Evidence.objects.get(carer=megan, how="seen"), by="job:purge-evidence")
    megan.owner = officer
    megan.save()
    client.force_login(officer)
    for which in ("", *dbs_register.FILTERS):
        assert "Megan Price" not in page(client, which=which)
        assert "Megan Price" not in page(client, f"{HOME}export/", which=which)
    assert "Everybody <strong>1</strong>" in page(client)
    assert "To look at <strong>0</strong>" in page(client)
    assert "Megan Price" not in page(client, f"{HOME}purged/")
    for address in (person(megan), *(f"{person(megan)}{verb}/" for verb in ("ask", "consent", "end-consent")),
                    f"{HOME}{check.pk}/look/"):  # fmt: skip
        assert client.get(address).status_code == 403, address
        assert client.post(address, {}).status_code == 403, address
    for address in (f"{HOME}{check.pk}/change/", f"{HOME}{check.pk}/history/"):
        assert client.get(address).status_code == 302, address  # as if there were none
    assert "Megan" not in page(client, "/admin/compliance/claim/", kind="dbs")
    assert "Certificate of Megan" not in page(client, "/admin/")
    assert Consent.objects.standing().exists()
    assert page(client, person(gwen))


def test_who_may_ask_but_may_read_no_papers_acts_on_nobody(client, dbs, megan, officer):  # noqa: F811
    clerk = member("clerk@council.example.org", "editor")
    codes = ("view_statuscheck", "check_status", "record_consent")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(clerk)
    assert "Ask the DBS now" not in page(client, person(megan))
    for verb in ("ask", "consent", "end-consent"):
        assert client.post(f"{person(megan)}{verb}/").status_code == 403
    assert dbs.asked == []
    assert Consent.objects.standing().exists()


def test_a_certificate_that_may_not_be_asked_about_is_no_place_to_record_a_consent(reviewer, entitled, officer):  # noqa: F811
    gwen = carer("Gwen", on=TODAY)
    show(gwen, by=officer, workforce="child-and-adult")
    assert "Record a signed consent" not in page(reviewer, person(gwen))
    assert "There is nothing to consent to. It does not name the adult workforce" in page(
        reviewer, f"{person(gwen)}consent/"
    )


def test_the_list_is_taken_away_as_a_file(reviewer, megan):  # noqa: F811
    megan.name = "=Megan Price"
    megan.save()
    rows = list(csv.DictReader(io.StringIO(page(reviewer, f"{HOME}export/", which="due").removeprefix("\ufeff"))))
    assert (rows[0]["Carer"], rows[0]["Seen on"], rows[0]["Next status check"]) == (
        "'=Megan Price", "2025-11-22", "2026-11-22",
    )  # fmt: skip
    page(reviewer, f"{HOME}export/", q="megan price", which="consent")
    page(reviewer, f"{HOME}export/", q="nobody", which="made up")
    events = AuditEvent.objects.filter(event="dbs.exported").order_by("pk")
    assert [event.data for event in events] == [
        {"count": 1, "which": "due", "searched": False},
        {"count": 1, "which": "consent", "searched": True},
        {"count": 0, "which": "everybody", "searched": True},
    ]
    assert {event.actor_id for event in events} == {reviewer.officer.pk}


def test_what_was_purged_is_listed_by_what_it_was_of(reviewer, megan):  # noqa: F811
    purging.purge_details(on=TODAY + timedelta(days=400), by="job:purge-evidence")
    consents.end(megan.workers.get(), by=megan.owner)
    text = page(reviewer, f"{HOME}purged/")
    assert "Details of a paper: enhanced-dbs" in text
    assert "Certificate number, names and date of birth" in text
    assert "job:purge-evidence" in text


def test_asking_on_demand_and_looking_at_what_came_of_it(reviewer, dbs, megan, officer):  # noqa: F811
    dbs.status = "NEW_INFO"
    assert "in your name" in page(reviewer, f"{person(megan)}ask/")
    answer = reviewer.post(f"{person(megan)}ask/")
    check = StatusCheck.objects.get()
    assert answer["Location"] == f"{HOME}{check.pk}/look/"
    assert "no longer current" in page(reviewer, answer["Location"])
    thing = next(thing for thing in queue.things(officer, on=TODAY, now=timezone.now()) if thing.kind == "dbs")
    assert (thing.by, thing.url) == (TODAY, answer["Location"])
    assert "Megan Price" in page(reviewer, which="look")
    reviewer.post(answer["Location"])
    again = reviewer.post(answer["Location"], follow=True).content.decode()
    assert "Somebody decided it meanwhile." in again
    assert not StatusCheck.objects.to_look_at().exists()


NOT_SENT = "The DBS was not asked"


GOES_WRONG = [
    ("400", "The DBS was asked, and took the details to be wrong (400)", "waits in the queue"),
    ("500", "The DBS was asked, and had an error of its own", "tried again by itself after 21 November 2026, 11:3"),
    ("hang", "The DBS was asked, and did not answer in time", "tried again by itself"),
    ("closed", "The DBS was asked, and the connection broke before it had answered", "tried again by itself"),
    ("html", "The DBS was asked, and its answer was nothing that a status check answers", "tried again by itself"),
    ("redirect", "pointed to another address, which is not followed", "waits in the queue"),
    ("nobody", f"{NOT_SENT}: it could not be reached", "tried again by itself"),
    ("no tls", f"{NOT_SENT}: the connection was not safe (TLS)", "tried again by itself"),
    ("another key", f"{NOT_SENT}: the details cannot be read", "waits in the queue"),
]


@pytest.fixture(params=GOES_WRONG, ids=[mode for mode, _said, _then in GOES_WRONG])
def wrong(request, dbs, megan, settings, monkeypatch):  # noqa: F811
    """What goes wrong with the next question; what is said of it."""
    mode, *said = request.param
    monkeypatch.setattr(dbs_service, "PATIENCE", 0.3)
    dbs.mode = mode
    address = {"nobody": "http://127.0.0.1:9", "no tls": dbs.address.replace("http:", "https:")}
    settings.DBS_STATUS_URL = address.get(mode, dbs.address)
    if mode == "another key":
        Consent.objects.update(sealed="sealed with another")
    return said


def test_who_asked_reads_what_happened_and_the_holder_who_looked_only_if_anybody_did(reviewer, dbs, megan, wrong):  # noqa: F811
    text = reviewer.post(f"{person(megan)}ask/", follow=True).content.decode()
    for said in wrong:
        assert said in text
    assert (NOT_SENT in text) == (not dbs.asked)
    reviewer.force_login(megan.owner)
    assert ("Nobody has looked yet." in page(reviewer, MINE)) == (not dbs.asked)


@pytest.mark.parametrize(("status", "said"), [
    ("BLANK_NO_NEW_INFO", "The DBS was asked: nothing is new. The certificate counts as seen until 20 November 2027."),
    ("NEW_INFO", "The DBS was asked: it has new information, so the certificate is no longer current."),
    ("NO_MATCH_FOUND", "The DBS was asked: it found no match."),
])  # fmt: skip
def test_who_asked_reads_what_the_dbs_answered(reviewer, dbs, megan, status, said):  # noqa: F811
    dbs.status = status
    assert said in reviewer.post(f"{person(megan)}ask/", follow=True).content.decode()


def test_an_answer_that_came_too_late_is_said_to_be_kept_nowhere_and_the_holder_still_sees_who_looked(
    reviewer, dbs, megan, monkeypatch  # noqa: F811
):  # fmt: skip
    asked = dbs_service.ask

    def ended_meanwhile(*args):
        consents.end(megan.workers.get(), by=megan.owner)
        return asked(*args)

    monkeypatch.setattr(dbs_service, "ask", ended_meanwhile)
    text = reviewer.post(f"{person(megan)}ask/", follow=True).content.decode()
    assert "ended meanwhile, so nothing of what came is kept." in text
    reviewer.force_login(megan.owner)
    assert "Ffion Mai Rees" in page(reviewer, MINE)


def test_a_signed_paper_is_recorded_and_shown_to_nobody_again(reviewer, entitled, officer):  # noqa: F811
    gwen = carer("Gwen", on=TODAY)
    show(gwen, by=officer)
    said = {"given_on": "2026-11-20", "number": "12345", "forename": "Gwen", "surname": "Price", "born": "1975-02-09"}
    text = reviewer.post(f"{person(gwen)}consent/", said).content.decode()
    assert "Enter the 12 digits" in text
    assert "Without a signed paper there is no consent." in text
    assert 'value="Gwen"' in text
    reviewer.post(f"{person(gwen)}consent/", {**said, "number": NUMBER, "signed": "on"})
    row = Consent.objects.get()
    assert (row.how, row.recorded_by, consents.holder(row).born) == ("paper", officer, BORN)
    text = page(reviewer, person(gwen))
    assert "••••••••••90" in text
    assert NUMBER not in text
    reviewer.post(f"{person(gwen)}end-consent/")
    assert Consent.objects.get().sealed == ""


def test_a_manager_records_the_entitlement_and_whoever_may_check_schedules(client, officer):  # noqa: F811
    client.force_login(member("boss@council.example.org", "manager", name="Boss"))
    said = {"confirmed_by": "Head of Law", "confirmed_on": "2026-12-01", "basis": "An Act", "organisation": "Council"}
    assert "Enter today or a day before." in client.post(f"{HOME}entitlement/confirm/", said).content.decode()
    client.post(f"{HOME}entitlement/confirm/", {**said, "confirmed_on": "2026-11-20"})
    assert entitlement.current().basis == "An Act"
    text = client.post(f"{HOME}entitlement/schedule/", follow=True).content.decode()
    assert "The DBS is told the forename and surname" in text
    client.force_login(officer)
    client.post(f"{HOME}entitlement/schedule/")
    assert "In the name of Ffion Mai Rees" in page(client, f"{HOME}entitlement/")
    client.post(f"{HOME}entitlement/stop/")
    assert entitlement.officer() is None
    assert client.post(f"{HOME}entitlement/withdraw/").status_code == 403
    assert Entitlement.objects.get().withdrawn_at is None


# --- the way there ---------------------------------------------------------------------------------------


def test_the_carers_page_says_of_each_person_whether_they_consented_and_leads_there(reviewer, megan, officer):  # noqa: F811
    jan = journey.add_worker(megan, by=BY, first_name="Jan", works_from=TODAY, most=4)
    kim = journey.add_worker(megan, by=BY, first_name="Kim", works_from=TODAY, most=4)
    show(megan, by=officer, worker=jan)
    workers = {"Megan": megan.workers.get(first_name="Megan"), "Jan": jan, "Kim": kim}
    address = reverse("admin:onboarding_carer_change", args=[megan.pk])
    for role in ("reviewer", "manager", "auditor"):
        reviewer.force_login(member(f"{role}@council.example.org", role))
        part = BeautifulSoup(page(reviewer, address), "html.parser").select_one("section[aria-labelledby=dbs]")
        said = {line.a.get_text(): re.sub(r"\s+", " ", line.get_text()) for line in part.select("li")}
        assert said == {
            "DBS of Megan": "DBS of Megan: certificate seen on 22 November 2025. Consent to status checks: "
            "given on 21 November 2026, on their own page.",
            "DBS of Jan": "DBS of Jan: certificate seen on 22 November 2025. Consent to status checks: not given.",
            "DBS of Kim": "DBS of Kim: no certificate seen yet. Consent to status checks: none can be given yet.",
        }, role
        assert {line.a["href"] for line in part.select("li")} == {
            f"{HOME}person/{worker.pk}/" for worker in workers.values()
        }
    reviewer.force_login(member("case@council.example.org", "case-officer"))
    assert 'id="dbs"' not in page(reviewer, address)
    megan.owner = officer
    megan.save()
    reviewer.force_login(officer)
    assert 'id="dbs"' not in page(reviewer, address)


@pytest.mark.parametrize("role", ROLES)
def test_the_register_stands_by_its_name_on_the_home_page_of_who_may_read_it(client, today, role):
    client.force_login(member("somebody@council.example.org", role))
    links = BeautifulSoup(page(client, "/admin/"), "html.parser").select("nav a")
    found = [link.get_text() for link in links if link["href"] == HOME]
    assert found == (["DBS register"] if client.get(HOME).status_code == 200 else [])


# --- the holder's own page -------------------------------------------------------------------------------


@pytest.fixture
def holder(client, entitled, officer):  # noqa: F811
    made = carer(on=TODAY, language="cy")
    show(made, by=officer)
    client.force_login(made.owner)
    return client


def test_the_holder_agrees_and_ends_it_with_one_button(holder):
    text = page(holder, MINE)
    assert "You do not have to agree" in text
    text = holder.post(MINE, {**TYPED, "number": "12", "agree": ""}).content.decode()
    assert "Enter the 12 digits of the certificate’s number" in text
    assert "Tick the box if you agree" in text
    assert 'value="Price"' in text
    holder.post(MINE, TYPED)
    row = Consent.objects.get()
    assert (row.how, consents.holder(row).number) == ("online", NUMBER)
    text = page(holder, MINE)
    assert "••••••••••90" in text
    assert NUMBER not in text
    holder.post(MINE, {"end": row.worker_id})
    assert Consent.objects.get().ended_why == "asked"
    assert "Rhif y dystysgrif" in page(holder, f"/cy{MINE}")


def test_nobody_agrees_for_somebody_else_but_may_end_it(holder, officer):  # noqa: F811
    made = User.objects.get(carer__isnull=False).carer
    jan = journey.add_worker(made, by=BY, first_name="Jan", works_from=TODAY, most=4)
    show(made, by=officer, worker=jan)
    agree(jan, by=BY, how="paper")
    text = page(holder, MINE)
    assert text.count('name="number"') == 1
    holder.post(MINE, TYPED)
    standing = Consent.objects.standing().values_list("worker__first_name", "how")
    assert set(standing) == {("Jan", "paper"), ("Megan", "online")}
    holder.post(MINE, {"end": jan.pk})
    assert Consent.objects.standing().get().worker.first_name == "Megan"
    other = carer("Gwen", on=TODAY)
    assert holder.post(MINE, {"end": other.workers.get().pk}).status_code == 404


def test_without_an_entitlement_nothing_is_asked_for(holder, officer):  # noqa: F811
    entitlement.withdraw(by=officer)
    assert 'name="number"' not in page(holder, MINE)
    assert "so there is nothing to agree to" in holder.post(MINE, TYPED).content.decode()
    assert not Consent.objects.exists()


def test_a_gardener_has_no_such_page(client, entitled):  # noqa: F811
    client.force_login(carer("Gwyn", services=["gardening"], on=TODAY).owner)
    assert client.get(MINE).status_code == 404
    assert MINE not in page(client, "/my/more/")


def test_the_holder_sees_who_looked_and_takes_it_away(client, dbs, megan, officer):  # noqa: F811
    jan = journey.add_worker(megan, by=BY, first_name="Jan", works_from=TODAY, most=4)
    show(megan, by=officer, worker=jan)
    agree(jan, by=BY, how="paper", number="009999999912")
    dbs.status = "NEW_INFO"
    status_checks.ask_now(megan.workers.get(first_name="Megan"), by=officer, on=TODAY)
    client.force_login(megan.owner)
    text = page(client, MINE)
    assert re.search(r"21.November.2026: Ffion Mai Rees", text)
    assert not re.search("new information|no longer current", text)
    data = personal.everything(personal.person(megan.owner.email))
    given = {row["person"]: row.get("number") for row in data["consents to DBS status checks"]}
    assert given == {"Megan": NUMBER, "Jan": None}
    assert data["DBS status checks"][0]["result"] == "new-information"


def test_who_asks_to_be_erased_leaves_nothing_of_it(megan):  # noqa: F811
    personal.erase(personal.person(megan.owner.email), by=BY, on=TODAY)
    assert not Consent.objects.exists()
    assert not Evidence.objects.filter(carer=megan).exists()
    assert AuditEvent.objects.filter(event="dbs.consent_ended").exists()
    assert reverse("compliance:status_checks") == MINE
