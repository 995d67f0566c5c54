"""A carer's task list and each task: what is shown, kept, checked and sent."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from files.models import FileView, StoredFile
from microcare.scheme import load
from notifications.models import Message
from onboarding import journey, papers
from onboarding.models import Draft, Evidence
from onboarding.task_list import TaskList
from onboarding.tasks import State
from tests.builders import BY, make_listing
from tests.paper_builders import EVERYTHING, INSURED, asked, carer, insurance, seen, typed
from tests.papers import paper, photo, sent
from tests.team_builders import member

pytestmark = pytest.mark.django_db
INSURANCE = "/my/tasks/public-liability/"


@pytest.fixture
def megan(today, client):
    megan = carer(services=EVERYTHING)
    client.force_login(megan.owner)
    return megan


def words(response):
    return " ".join(response.content.decode().split())


def rows(carer, on):
    return {row.key: row for group in TaskList(carer, on).groups for row in group.rows}


# The list


def test_whoever_has_no_journey_is_told_how_to_begin_one(client):
    client.force_login(User.objects.create_user("other@example.org"))
    assert "You have not started to become a micro carer" in words(client.get("/my/"))


def test_the_list_says_how_many_are_done_and_what_each_waits_for(client, megan, today):
    insurance(megan)
    page = words(client.get("/my/"))
    assert "1 of 18 done." in page
    assert "1 is with the team." in page
    assert "Since 21 November 2026" in page
    assert "You can be listed when these are there:" in page


def test_what_came_back_is_said_in_a_line_and_is_the_next_thing_to_do(client, megan, today):
    papers.send_back(insurance(megan), by=member(), reason="The end date\nis not on it.")
    tasks = TaskList(megan, today)
    assert tasks.next_row.key == "public-liability"
    assert tasks.next_row.hint == "The end date is not on it."
    assert tasks.next_row.state == State.SENT_BACK


def test_the_next_date_that_matters_is_the_first_end(client, megan, today):
    papers.accept(insurance(megan, ends=date(2027, 1, 31)), by=member())
    assert TaskList(megan, today).next_date.until == date(2027, 1, 31)
    assert "31 January 2027" in words(client.get("/my/"))


def test_whoever_is_listed_reads_whether_their_page_is_public(client, megan, today):
    megan.listing = make_listing("Megan Price", owner=megan.owner, offers=["chat"])
    megan.save()
    assert "Your page is public today." in words(client.get("/my/"))
    assert words(client.get("/my/services/")).count("approved for your page") == 1


def test_after_a_lapse_the_list_says_why_the_page_is_hidden(client, megan, today):
    megan.listing = make_listing(
        "Megan Price", owner=megan.owner, offers=["chat"], checked_until=today - timedelta(days=1)
    )
    megan.save()
    page = words(client.get("/my/"))
    assert "Your page is not public today, because of this:" in page
    assert "Public liability insurance is not there yet" in page


def test_an_optional_check_is_said_to_be_optional_and_not_counted(settings, today):
    known = settings.SCHEME.requirements
    every = tuple(replace(one, optional=one.slug == "basic-dbs") for one in known.every)
    settings.SCHEME = replace(settings.SCHEME, requirements=replace(known, every=every))
    megan = carer(services=["cleaning"])
    optional = [row for row in rows(megan, today).values() if row.optional]
    assert [row.key.rsplit("-", 1)[0] for row in optional] == ["basic-dbs"]
    assert optional[0].hint == "Optional"
    assert optional[0] not in TaskList(megan, today).rows


# Services, records


def test_the_next_page_says_what_services_ask_before_anything_is_saved(client, megan):
    page = words(client.post("/my/services/", {"services": ["mowing"]}))
    assert "You no longer need" in page
    assert "Enhanced DBS check" in page
    assert "No DBS check: nobody who offers only this may be asked for one." in page
    megan.refresh_from_db()
    assert "mowing" not in megan.services


def test_the_first_choice_adds_only_what_is_not_on_the_list_already(client, today):
    bryn = carer(services=[])
    client.force_login(bryn.owner)
    there = {str(row.title) for row in rows(bryn, today).values()}
    page = BeautifulSoup(client.post("/my/services/", {"services": ["washing-dressing"]}).content, "html.parser").main
    added = {
        item.get_text().removesuffix(" (optional)")
        for item in page.find("h3", string="This adds").find_next("ul")("li")
    }
    anyway = {item.get_text() for item in page.find("details")("li")}
    assert added
    assert not added & there
    assert anyway
    assert anyway <= there


def test_saving_them_changes_the_list(client, megan, today):
    client.post("/my/services/", {"services": ["chat", "mowing"], "save": "1"})
    megan.refresh_from_db()
    assert megan.services == ["chat", "mowing"]
    assert not any(key.startswith("moving-and-handling") for key in rows(megan, today))


def test_choosing_nothing_says_so(client, megan):
    page = words(client.post("/my/services/", {}))
    assert "Choose at least one kind of help" in page
    assert "<title>Error:" in page


def test_ticking_asks_for_a_piece_of_the_page(client, megan):
    page = words(client.get("/my/services/asks/", {"services": ["mowing", "nonsense"]}))
    assert "<html" not in page
    assert "You no longer need" in page


def test_whoever_keeps_records_gets_the_task_of_the_fee(client, megan, today):
    assert "data-protection" not in rows(megan, today)
    client.post("/my/records/", {"keeps": "yes"})
    megan.refresh_from_db()
    assert rows(megan, today)["data-protection"].state == State.NOT_STARTED
    assert rows(megan, today)["records"].hint == "Yes"


# One task


def kinds(megan):
    return [row for row in rows(megan, date(2026, 11, 21)).values() if row.address.startswith("/my/tasks/")]


@pytest.mark.parametrize("scheme", ["monmouthshire", "flintshire", "somerset"])
def test_every_task_of_every_scheme_has_its_page_and_says_what_is_missing(client, settings, today, scheme):
    settings.SCHEME = load(scheme)
    megan = carer(services=EVERYTHING)
    journey.say_records(megan, by=BY, keeps=True)
    if settings.SCHEME.max_workers > 1:
        journey.add_worker(megan, by=BY, first_name="Tom", works_from=today, most=settings.SCHEME.max_workers)
    client.force_login(megan.owner)
    for row in kinds(megan):
        assert client.get(row.address).status_code == 200
        wrong = words(client.post(row.address, {"check": "1"}))
        assert "There is a problem" in wrong, row.key
        assert "This field is required" not in wrong, row.key


def test_saved_it_is_there_again_on_any_device(client, megan):
    said = {"insurer": "Penallt", "dated-day": "31", "save": "1"}
    assert client.post(INSURANCE, said)["Location"] == "/my/"
    page = words(client.get(INSURANCE))
    assert 'value="Penallt"' in page
    assert 'value="31"' in page
    assert "In progress" in words(client.get("/my/"))


def test_wrong_facts_lose_neither_words_nor_files(client, megan):
    page = words(client.post(INSURANCE, {**INSURED, "cover": "12", "pages": [paper(), photo()], "check": "1"}))
    assert "The cover must be at least £5,000,000. Ask us for help to find insurance" in page
    assert 'value="Penallt Mutual"' in page
    assert Draft.objects.get().pages.count() == 2
    assert "certificate.pdf" in page


def test_a_file_that_cannot_be_taken_is_named_and_the_others_are_kept(client, megan):
    uploads = [paper(), sent("virus.pdf", b"MZ\x90\x00" + bytes(99)), sent("empty.pdf", b"")]
    page = words(client.post(INSURANCE, {**INSURED, "pages": uploads, "check": "1"}))
    assert "virus.pdf: The file must be a PDF or a photo" in page
    assert "empty.pdf: The file is empty" in page
    assert Draft.objects.get().pages.count() == 1


def test_a_file_that_is_far_too_large_is_refused_in_the_readers_language(client, megan):
    huge = sent("film.pdf", b"%PDF-1.7" + bytes(16 * 1024 * 1024))
    page = words(client.post(f"/cy{INSURANCE}", {**INSURED, "pages": [huge], "check": "1"}))
    assert "film.pdf: Rhaid i’r ffeil fod yn llai na 15 MB" in page
    assert 'value="Penallt Mutual"' in page


def test_a_file_is_taken_away_again(client, megan):
    client.post(INSURANCE, {"pages": [paper()], "add": "1"})
    page = Draft.objects.get().pages.get()
    client.post(INSURANCE, {"take_away": page.pk})
    assert not Draft.objects.get().pages.exists()
    assert StoredFile.objects.get().purged_at


def test_the_same_file_sent_twice_is_there_once(client, megan):
    for _ in range(2):
        client.post(INSURANCE, {"pages": [photo()], "add": "1"})
    assert Draft.objects.get().pages.count() == 1


def test_without_a_file_a_paper_is_not_sent(client, megan):
    assert "Choose a photo or PDF of the paper" in words(client.post(INSURANCE, {**INSURED, "check": "1"}))


def to_check(client, address=INSURANCE, said=None, **files):
    response = client.post(address, {**(said or INSURED), **files, "check": "1"})
    assert response["Location"] == f"{address}check/"
    return client.get(response["Location"])


def test_looked_through_and_sent_it_is_with_the_team(client, megan, django_capture_on_commit_callbacks):
    page = to_check(client, pages=[paper()])
    assert "Check your answers" in words(page)
    assert "£5,000,000" in words(page)
    response = client.post(f"{INSURANCE}check/", {"key": page.context["key"]})
    evidence = Evidence.objects.get()
    assert response["Location"] == reverse("onboarding:sent", args=[evidence.pk])
    assert evidence.facts == {"insurer": "Penallt Mutual", "policy_number": "PM-4471", "cover": 5_000_000}
    assert (evidence.dated, evidence.ends_on) == (date(2026, 11, 1), date(2027, 10, 31))
    assert evidence.pages.count() == 1
    assert not Draft.objects.exists()
    assert evidence.reference in words(client.get(response["Location"]))
    assert Message.objects.get().to == "megan@example.org"


def test_a_month_written_as_a_word_is_shown_before_it_is_sent(client, megan):
    page = words(to_check(client, said={**INSURED, "ends_on-month": "Hyd"}, pages=[paper()]))
    assert "31 October 2027" in page


def test_sent_twice_from_one_page_it_is_sent_once(client, megan):
    key = to_check(client, pages=[paper()]).context["key"]
    first = client.post(f"{INSURANCE}check/", {"key": key})
    assert client.post(f"{INSURANCE}check/", {"key": key})["Location"] == first["Location"]
    assert Evidence.objects.count() == 1


def test_a_second_tab_that_still_holds_the_form_sends_nothing_more(client, megan):
    key = to_check(client, pages=[paper()]).context["key"]
    client.post(f"{INSURANCE}check/", {"key": key})
    assert client.post(INSURANCE, {**INSURED, "check": "1"})["Location"] == INSURANCE
    assert client.get(f"{INSURANCE}check/")["Location"] == INSURANCE
    assert Evidence.objects.count() == 1
    assert not Draft.objects.exists()


def test_changed_in_another_tab_it_is_looked_through_again(client, megan):
    key = to_check(client, pages=[paper()]).context["key"]
    client.post(INSURANCE, {**INSURED, "insurer": "Usk Mutual", "save": "1"})
    page = words(client.post(f"{INSURANCE}check/", {"key": key}))
    assert "This was changed in another window meanwhile." in page
    assert "Usk Mutual" in page
    assert not Evidence.objects.exists()


def test_taken_back_it_is_all_in_the_form_again(client, megan):
    key = to_check(client, pages=[paper()]).context["key"]
    client.post(f"{INSURANCE}check/", {"key": key})
    evidence = Evidence.objects.get()
    assert evidence.pages.get().file.purge_on is None
    client.post(INSURANCE, {"take_back": evidence.pk})
    assert StoredFile.objects.get().purge_on == date(2027, 11, 21)
    page = client.get(INSURANCE)
    assert 'value="PM-4471"' in words(page)
    assert "certificate.pdf" in words(page)
    assert Draft.objects.get().pages.count() == 1
    page = client.get(f"{INSURANCE}check/")
    client.post(f"{INSURANCE}check/", {"key": page.context["key"]})
    assert Evidence.objects.filter(outcome="").count() == 1
    assert Evidence.objects.count() == 2


def test_what_was_sent_before_stays_with_its_reason(client, megan):
    papers.send_back(insurance(megan), by=member(), reason="Too blurred to read.")
    page = words(client.get(INSURANCE))
    assert page.count("Too blurred to read.") == 2
    assert "sent back" in page


def test_a_renewal_stands_beside_the_one_that_holds(client, megan):
    papers.accept(insurance(megan), by=member())
    page = words(client.get(INSURANCE))
    assert "The one we have holds until 31 October 2027." in page
    assert 'name="insurer"' not in page
    again = words(client.get(f"{INSURANCE}?new=1"))
    assert 'value="Penallt Mutual"' in again
    assert 'name="dated-day" type="text" inputmode="numeric">' in again


def test_a_declaration_counts_at_once(client, megan):
    address = "/my/tasks/contingency/"
    page = to_check(client, address, {"plan": "I ring everybody the evening before."})
    assert "You declare that this is true." in words(page)
    client.post(f"{address}check/", {"key": page.context["key"]})
    evidence = Evidence.objects.get()
    assert (evidence.outcome, evidence.valid_until) == ("accepted", date(2027, 11, 20))
    assert not Message.objects.exists()


def worker_task(megan, slug):
    return f"/my/tasks/{slug}/{megan.workers.get().pk}/"


DBS = {"level": "enhanced-barred", "workforce": "adult", "update_service": "will", "showing": "Monday mornings"}


def test_a_dbs_check_says_until_when_the_update_service_can_be_joined(client, megan):
    page = to_check(client, worker_task(megan, "enhanced-dbs"), DBS | typed(dated=date(2026, 11, 10)))
    assert "10 December 2026" in words(page)
    assert 'type="file"' not in words(client.get(worker_task(megan, "enhanced-dbs")))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"level": "basic"}, "An enhanced check with the adults’ barred list is needed for what you offer."),
        ({"workforce": "other"}, "The certificate must name the adult workforce."),
        (typed(dated=date(2026, 11, 22)), "The date of issue must be today or in the past"),
        (typed(dated=date(2023, 11, 20)), "The certificate is more than 36 months old."),
        (typed(dated=date(2026, 10, 1)), "It could be joined until 31 October 2026."),
        ({"showing": "It is 0012 3456 7890"}, "Leave out the certificate’s number: we do not keep it."),
    ],
)
def test_a_dbs_check_that_cannot_do_says_why(client, megan, said, error):
    address = worker_task(megan, "enhanced-dbs")
    said = DBS | typed(dated=date(2026, 11, 10)) | said
    assert error in words(client.post(address, {**said, "check": "1"}))
    assert "0012" not in str(Draft.objects.get().facts)


@pytest.mark.parametrize("note", ["UTR 12345 67890", "QQ 12 34 56 C", "1234567890K"])
def test_a_tax_reference_is_refused_and_never_kept(client, megan, note):
    page = words(client.post("/my/tasks/hmrc/", {"how": "seen", "note": note, "check": "1"}))
    assert "Leave out your tax reference" in page
    assert note in page
    assert Draft.objects.get().facts == {"how": "seen"}


@pytest.mark.parametrize(
    ("starts", "ends", "error"),
    [
        (date(2026, 11, 1), date(2026, 11, 20), "This has ended already."),
        (date(2027, 11, 1), date(2027, 10, 1), "The day it ends must come after the day it starts"),
        (date(2026, 11, 1), date(2036, 11, 1), "This is more than 5 years after it starts."),
    ],
)
def test_an_insurance_whose_days_cannot_be(client, megan, starts, ends, error):
    said = INSURED | typed(dated=starts, ends_on=ends)
    assert error in words(client.post(INSURANCE, {**said, "check": "1"}))


def test_training_that_has_run_out_is_not_sent(client, megan):
    said = {"course": "Moving", "provider": "Gofal Ltd", **typed(dated=date(2025, 11, 21))}
    page = words(client.post(worker_task(megan, "moving-and-handling"), {**said, "check": "1"}))
    assert "This course holds for 12 months, so it has ended." in page


def test_a_phone_number_is_no_tax_reference(client, megan):
    note = "Ring me on 07700 900123"
    to_check(client, "/my/tasks/hmrc/", {"how": "seen", "note": note})
    assert Draft.objects.get().facts["note"] == note


def test_references_name_two_people_and_how_to_reach_them(client, megan):
    said = {"name_1": "Ann Rees", "relation_1": "Manager", "phone_1": "01633 960321", "care_work": "first"}
    page = words(client.post("/my/tasks/references/", {**said, "name_2": "Ann Rees", "check": "1"}))
    assert "Enter a phone number or an email address of the second person" in page
    assert "Name another person than the first" in page
    assert "Say how the second person knows you" in page


# Whose it is


def test_somebody_elses_tasks_and_papers_are_not_there(client, megan):
    evidence = insurance(megan)
    token = evidence.pages.get().file.token
    addresses = [worker_task(megan, "identity"), f"/my/sent/{evidence.pk}/", f"/my/papers/{token}/"]
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]
    client.force_login(carer("Tom").owner)
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert client.post(INSURANCE, {"take_back": evidence.pk}).status_code == 404
    evidence.refresh_from_db()
    assert evidence.is_undecided


def test_the_owners_own_look_is_recorded(client, megan):
    page = insurance(megan).pages.get()
    client.get(f"/my/papers/{page.file.token}/")
    assert [(view.viewer_id, view.role) for view in FileView.objects.all()] == [(megan.owner.pk, "owner")]


def test_a_task_that_is_not_asked_is_not_there(client, megan):
    assert client.get("/my/tasks/basic-dbs/").status_code == 404
    assert client.get("/my/tasks/identity/").status_code == 404
    assert client.get(f"{INSURANCE}{megan.workers.get().pk}/").status_code == 404


def test_a_number_too_large_for_any_row_is_no_error(client, megan):
    assert client.post(INSURANCE, {"take_back": "9" * 30}).status_code == 404
    assert client.post(INSURANCE, {"take_away": "9" * 30}).status_code == 302


def test_sending_is_in_the_audit(client, megan):
    insurance(megan)
    assert AuditEvent.objects.filter(event="evidence.sent").count() == 1


def test_a_seen_paper_is_shown_as_done(client, megan, today):
    seen(megan, "identity", by=member(), worker=megan.workers.get())
    assert rows(megan, today)[f"identity-{megan.workers.get().pk}"].state == State.DONE
    assert asked("identity").once
