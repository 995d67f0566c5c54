"""A carer's pages about concerns: what they show and to whom, writing and sending an answer, more time, an appeal."""

import re
from datetime import timedelta

import pytest

from accounts.models import User
from compliance import case_appeals, case_replies
from compliance.models import CarerDraft, CarerDraftFile
from feedback import cases
from feedback.models import Case, CaseEvent, CaseFile
from feedback.models.cases import Kind, State
from files import quarantine
from files.models import StoredFile
from files.private import purge_due
from notifications.models import Message
from onboarding import leaving
from tests.builders import BY, TODAY
from tests.case_builders import put
from tests.listed_carers import listed_carer
from tests.papers import paper, photo
from tests.team_builders import member
from tests.test_case_deciding import carer, case, decide, fresh, heard, officer, reviewer  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LIST = "/my/concerns/"


@pytest.fixture
def page(case, officer):  # noqa: F811
    """The address of the carer's page, to which something was put."""
    put(case, officer)
    return f"{LIST}{case.reference}/"


@pytest.fixture
def heard_case(case, carer, officer):  # noqa: F811
    return heard(case, carer, officer)


@pytest.fixture
def owner(client, carer, page):  # noqa: F811
    client.force_login(carer.owner)
    return client


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def send(client, page, **said):
    """Checks what is typed, and sends what is shown."""
    checked = client.post(page, {**said, "check": "1"}, follow=True)
    return checked, client.post(page, {"send": checked.context["key"]}, follow=True)


def test_it_says_what_is_alleged_by_when_to_answer_and_nothing_of_whoever_told_us(owner, case, page):  # noqa: F811
    cases.note(case, by=case.handler, words="Ann Price is her sister.")
    shown = text(owner.get(page))
    assert "Dydych chi ddim wedi dod ar y dydd Llun." in shown
    assert "by 4 December 2026" in shown
    assert "Ann Price" not in shown
    assert case.words not in shown
    assert '<div lang="cy">' in shown


def test_the_way_there_is_shown_only_while_there_is_one(client, carer, case, officer):  # noqa: F811
    client.force_login(carer.owner)
    assert client.get(LIST).status_code == 404
    assert LIST not in text(client.get("/my/")) + text(client.get("/my/more/"))
    put(case, officer)
    assert "Answer by 4 December 2026." in text(client.get("/my/"))
    assert f'href="{LIST}"' in text(client.get("/my/more/"))
    assert "Answer by 4 December 2026" in text(client.get(LIST))


def test_another_carer_and_a_guess_learn_nothing(client, carer, case, page):  # noqa: F811
    other = listed_carer("Gwen Rees", owner=User.objects.create_user("gwen@example.org"))
    client.force_login(other.owner)
    assert client.get(page).status_code == client.get(f"{LIST}AAAA-AAAA/").status_code == 404
    Case.objects.update(listing=other.listing)  # the team corrects whom it is about
    assert client.get(page).status_code == client.get(LIST).status_code == 404


def test_a_safeguarding_matter_has_no_page_whatever_it_was_before(owner, case, page):  # noqa: F811
    assert owner.get(page).status_code == 200
    lead = member("lead@council.example.org", "manager")
    cases.make_another_kind(case, kind=Kind.SAFEGUARDING, by=lead, reason="Money", on=TODAY)
    assert owner.get(page).status_code == owner.get(LIST).status_code == 404
    assert owner.post(page, {"words": "But", "check": "1"}).status_code == 404
    assert LIST not in text(owner.get("/my/")) + text(owner.get("/my/more/"))


def test_an_answer_is_written_with_files_looked_at_and_sent_once(owner, case, page):  # noqa: F811
    added = owner.post(page, {"words": "Roeddwn i'n sâl.", "pages": [photo(), paper(2)], "add": "1"}, follow=True)
    assert "Roeddwn i&#x27;n sâl." in text(added)
    assert CarerDraftFile.objects.count() == 2
    unwanted = CarerDraftFile.objects.first()
    owner.post(page, {"words": "Roeddwn i'n sâl iawn.", "take_away": str(unwanted.pk)})
    checked, done = send(owner, page, words="Roeddwn i'n sâl iawn.")
    assert "sâl iawn" in text(checked)
    assert "We have your answer" in text(done)
    again = owner.post(page, {"send": checked.context["key"]}, follow=True)
    assert again.status_code == 200
    assert CaseEvent.objects.filter(what="replied").count() == 1
    assert fresh(case).state == State.OPEN
    file = CaseFile.objects.get(case=case).file
    assert (file.purge_on, file.purged_at) == (None, None)
    quarantine.settle(file.pk)
    assert owner.get(f"{page}files/{file.token}/").status_code == 200
    assert not CarerDraft.objects.exists()
    purge_due(on=TODAY + timedelta(days=4000), by=BY)
    assert owner.get(f"{page}files/{file.token}/").status_code == 200, "it goes with the case"


def test_what_changed_in_another_tab_is_shown_again_before_it_is_sent(owner, page):
    checked = owner.post(page, {"words": "One", "check": "1"}, follow=True)
    owner.post(page, {"words": "Two", "save": "1"})
    shown = owner.post(page, {"send": checked.context["key"]})
    assert "Two" in text(shown)
    assert "changed meanwhile" in text(shown)
    assert not CaseEvent.objects.filter(what="replied").exists()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(owner, page):
    shown = owner.post(page, {"words": "", "check": "1"})
    assert "Write your answer" in text(shown)
    wrong = owner.post(page, {"words": "Kept words", "pages": [not_a_picture()], "add": "1"})
    assert "There is a problem" in text(wrong)
    assert "Kept words" in text(owner.get(page))


def not_a_picture():
    upload = photo(name="letter.docx")
    upload.seek(0)
    upload.truncate()
    upload.write(b"not a picture")
    upload.seek(0)
    return upload


def test_more_time_is_asked_for_with_a_reason(owner, case, page):  # noqa: F811
    assert "Say why you need more time" in text(owner.post(page, {"why": "", "more_time": "1"}))
    done = owner.post(page, {"why": "Tan y Nadolig", "more_time": "1"}, follow=True)
    assert "Tan y Nadolig" in text(done)
    assert Message.objects.filter(to=case.handler.email).exists()


def test_the_decision_and_its_letter_stand_there_and_an_appeal_is_sent(client, carer, case, officer, reviewer):  # noqa: F811
    client.force_login(carer.owner)
    page = f"{LIST}{case.reference}/"
    decision = decide(heard(case, carer, officer), reviewer)
    assert "You can appeal until 19 December 2026" in text(client.get("/my/"))
    shown = text(client.get(page))
    assert "Torrwyd y Cod." in shown
    letter = client.get(f"{page}decision/{decision.pk}/")
    assert letter["Content-Type"].startswith(("application/pdf", "text/html"))
    assert client.get(f"{page}decision/{decision.pk + 1}/").status_code == 404
    _checked, done = send(client, page, words="Nid fi oedd e.")
    assert "We have your appeal" in text(done)
    assert fresh(case).state == State.APPEAL
    assert not case_appeals.may_appeal(fresh(case), TODAY)


def test_after_the_last_day_no_appeal_is_offered(client, carer, heard_case, reviewer, time_machine):  # noqa: F811
    case = heard_case  # noqa: F811
    decide(case, reviewer, "advice")
    time_machine.move_to(f"{TODAY + timedelta(days=29)}T10:30:00Z")
    client.force_login(carer.owner)
    page = f"{LIST}{case.reference}/"
    assert "Check what you send" not in text(client.get(page))
    client.post(page, {"words": "Late", "check": "1"})
    assert fresh(case).state == State.CLOSED


def test_who_left_can_still_answer_while_their_account_is_there(owner, carer, case, page):  # noqa: F811
    leaving.leave(carer, by=carer.owner)
    assert f'href="{LIST}"' in text(owner.get("/my/"))
    send(owner, page, words="Na.")
    assert fresh(case).state == State.OPEN


def test_what_was_begun_goes_with_whoever_leaves(owner, carer, page):  # noqa: F811
    owner.post(page, {"words": "Na.", "pages": [photo()], "add": "1"})
    leaving.leave(carer, by=carer.owner)
    assert not CarerDraft.objects.exists()
    assert StoredFile.objects.get().purged_at


# --- at the desk ---------------------------------------------------------------------------------------------


def test_the_team_answers_for_a_carer_at_the_desk(client, carer, case, page, officer):  # noqa: F811
    client.force_login(officer)
    desk = f"/desk/{carer.pk}{page}"
    shown = text(client.get(desk))
    assert f"/desk/{carer.pk}/my/concerns/" in shown
    send(client, desk, words="She was ill, she says.")
    assert CaseEvent.objects.get(what="replied").actor_id == officer.pk
    assert fresh(case).state == State.OPEN


def test_at_the_desk_nobody_sees_a_case_that_they_may_not_see(client, carer, case, page, officer):  # noqa: F811
    Case.objects.update(reporter_user=officer)
    client.force_login(officer)
    desk = f"/desk/{carer.pk}"
    assert client.get(f"{desk}{page}").status_code == 404
    assert "/my/concerns/" not in text(client.get(f"{desk}/my/more/"))


def test_a_reply_that_comes_while_the_page_is_open_takes_its_place(owner, carer, case, page):  # noqa: F811
    checked = owner.post(page, {"words": "Na.", "check": "1"}, follow=True)
    case_replies.reply(case, by=carer.owner, words="Na.", on=TODAY)
    owner.post(page, {"send": checked.context["key"]}, follow=True)
    assert CaseEvent.objects.filter(what="replied").count() == 2  # both were said: nothing sent is lost
