"""Writing to carers in the admin: written, looked at, sent with the number in the button, read-only from then on."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from compliance import writing
from compliance.models import Mailing, Recipient
from notifications.models import Message
from onboarding import news
from tests.team_builders import member
from tests.test_writing import JOB, NEWS, four, mailed, officer, someone, written  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LIST = "/admin/compliance/mailing/"
TYPED = {
    "kind": "news", "to": "everybody", "area": "based", "miles": "10",
    "subject_en": "The office moves", "text_en": "We move to Usk.",
    "subject_cy": "Mae’r swyddfa’n symud", "text_cy": "I Frynbuga.",
}  # fmt: skip


@pytest.fixture
def desk(client, officer):  # noqa: F811
    client.force_login(officer)
    return client


def address(mailing, page="change"):
    return reverse(f"admin:compliance_mailing_{page}", args=[mailing.pk])


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def seal(page):
    return re.search(r'name="seal" value="(\w+)"', page)[1]


def test_written_looked_at_and_sent(desk, four, django_capture_on_commit_callbacks):  # noqa: F811
    news.choose(four[1], by=four[1].owner, wants=False)
    page = text(desk.post(f"{LIST}write/", {**TYPED, "preview": "1"}, follow=True))
    mailing = Mailing.objects.get()
    assert "<strong>2</strong> by email, <strong>0</strong> by letter (to print)" in page
    assert "1 in English" in page
    assert "1 in both languages" in page
    assert "Left out: 1 who stopped news" in page
    assert "Megan Price, in English, by email" in page
    assert "I Frynbuga." in page
    assert "Stopio newyddion, heb fewngofnodi" in page
    ask = text(desk.get(address(mailing, "send")))
    assert 'value="Send 2 emails"' in ask
    with django_capture_on_commit_callbacks(execute=True):
        done = text(desk.post(address(mailing, "send"), {"seal": seal(ask)}, follow=True))
    assert "It is on its way to 2 carers." in done
    done = text(desk.get(address(mailing)))
    assert "2 carers: 2 waiting in the outbox" in done
    assert "Megan Price: mail, waiting" in done
    assert set(mailed(mailing)) == {"megan", "ola"}
    again = text(desk.post(address(mailing, "send"), {"seal": seal(ask)}, follow=True))
    assert "It was sent already, by Ann at" in again
    for page in ("rewrite", "preview", "send", "throw_away"):
        assert "It was sent already" in text(desk.get(address(mailing, page), follow=True))
    assert "Queue the rest" not in done
    assert "2 carers: 2 waiting" in text(desk.get(LIST))


def test_where_the_number_moved_it_is_shown_again_and_nothing_is_sent(desk, officer, four):  # noqa: F811
    mailing = written(officer)
    ask = text(desk.get(address(mailing, "send")))
    assert "Send 3 emails and make 1 letter to print" in ask
    assert ask.index("make 1 letter to print") < ask.index("The names of all 4 who get it")
    someone("New")
    moved = text(desk.post(address(mailing, "send"), {"seal": seal(ask)}))
    assert "Nothing was sent. Look again." in moved
    assert "Send 4 emails and make 1 letter to print" in moved
    assert not Recipient.objects.exists()
    assert "on its way to 5" in text(desk.post(address(mailing, "send"), {"seal": seal(moved)}, follow=True))


def test_without_a_language_that_somebody_reads_there_is_no_button(desk, officer, four):  # noqa: F811
    mailing = written(officer, text_cy="")
    for page in ("preview", "send"):
        said = text(desk.get(address(mailing, page)))
        assert "It is not sent before it is written in Welsh, which 3 carers read." in said
        assert "emails" not in said
    assert not Recipient.objects.exists()


def test_what_was_cut_off_is_resumed_by_the_same_hand(desk, officer, four):  # noqa: F811
    mailing = written(officer)
    ask = text(desk.get(address(mailing, "send")))
    desk.post(address(mailing, "send"), {"seal": seal(ask)})  # and whatever hands it over is lost
    writing.go_on(mailing, by=JOB, at_most=1)
    page = text(desk.get(address(mailing)))
    assert "1 of 4 are queued" in page
    assert "Being sent: 1 of 4 queued" in page
    assert "3 carers queued." in text(desk.post(address(mailing, "go_on"), follow=True))
    assert "Nobody was left" in text(desk.post(address(mailing, "go_on"), follow=True))
    assert Message.objects.count() == 3


def test_two_who_write_at_the_same_draft_lose_nothing(desk, officer):  # noqa: F811
    mailing = written(officer, NEWS)
    seen = re.search(r'name="seen" value="([^"]+)"', text(desk.get(address(mailing, "rewrite"))))[1]
    desk.post(address(mailing, "rewrite"), {**TYPED, "seen": seen, "text_en": "By Ann."})
    late = {**TYPED, "seen": seen, "text_en": "By Bob."}
    page = text(desk.post(address(mailing, "rewrite"), late))
    assert "Somebody changed it since you opened it. What you typed is still here, and is not saved." in page
    assert "By Bob." in page
    mailing.refresh_from_db()
    assert mailing.text_en == "By Ann."
    desk.post(address(mailing, "rewrite"), {**late, "as_new": "1"})
    assert sorted(Mailing.objects.values_list("text_en", flat=True)) == ["By Ann.", "By Bob."]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": ""}, "Choose whether it is a service message or news."),
        ({"to": "matching"}, "Choose what they must match"),
        ({"to": "named"}, "Choose at least one carer."),
        ({"miles": "x"}, "Enter a whole number."),
        ({"place": "nowhere"}, "Select a valid choice."),
        ({"carers": "9999"}, "Select a valid choice."),
        ({"seen": "x", "subject_en": "S" * 141}, "at most 140 characters"),
        ({"subject_en": "", "text_en": "", "subject_cy": "", "text_cy": ""}, "Write a subject or a text"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, change, said):
    answer = desk.post(f"{LIST}write/", {**TYPED, **change})
    assert answer.status_code == 200
    assert said in text(answer)
    assert not Mailing.objects.exists()
    if change.get("text_en") is None:
        assert "We move to Usk." in text(answer)


def test_a_draft_with_a_group_comes_back_as_it_was_chosen_and_can_be_thrown_away(desk, four):  # noqa: F811
    chosen = {"to": "matching", "place": "usk", "miles": "3", "services": ["chat"], "states": ["listed", "hidden"],
              "languages": ["both"], "carers": [str(four[0].pk)]}  # fmt: skip
    desk.post(f"{LIST}write/", {**TYPED, **chosen})
    mailing = Mailing.objects.get()
    page = desk.get(address(mailing, "rewrite"))
    form = page.context["form"]
    kept = {name: form[name].value() for name in chosen}
    assert kept == {**chosen, "miles": 3, "carers": [four[0].pk]}
    desk.post(address(mailing, "rewrite"), {**TYPED, **chosen, "seen": form["seen"].value()})
    mailing.refresh_from_db()
    assert mailing.changed_at.isoformat() == form["seen"].value()  # nothing was changed
    assert "who offer" in text(desk.get(LIST))
    assert "thrown away" in text(desk.post(address(mailing, "throw_away"), follow=True))
    assert not Mailing.objects.exists()


def test_a_test_copy_is_sent_to_oneself(desk, officer, four):  # noqa: F811
    mailing = written(officer)
    assert "To case@council.example.org alone." in text(desk.get(address(mailing, "preview")))
    assert "on its way to case@council" in text(desk.post(address(mailing, "test"), follow=True))
    assert "You were sent a copy of this very text." in text(desk.post(address(mailing, "test"), follow=True))


def test_an_auditor_sees_that_it_went_and_not_what_it_said(client, officer, four):  # noqa: F811
    mailing = written(officer)
    client.force_login(member("auditor@council.example.org", "auditor"))
    page = text(client.get(address(mailing)))
    assert "All carers" in page
    assert "We move to Usk" not in page
    assert "Preview and send" not in page
    client.force_login(member("reviewer@council.example.org", "reviewer"))
    page = text(client.get(address(mailing)))
    assert "We move to Usk" in page
    assert "Preview and send" not in page


def test_in_the_list_and_on_its_page_there_are_few_statements(desk, officer, four, django_assert_max_num_queries):  # noqa: F811
    for number in range(4):
        mailing = written(officer, subject_en=f"Number {number}")
        Mailing.objects.filter(pk=mailing.pk).update(made_at=mailing.made_at - timedelta(days=number))
        ask = text(desk.get(address(mailing, "send")))
        desk.post(address(mailing, "send"), {"seal": seal(ask)})
        writing.go_on(mailing, by=JOB)
    with django_assert_max_num_queries(14):
        desk.get(LIST)
    with django_assert_max_num_queries(12):
        desk.get(address(mailing))
