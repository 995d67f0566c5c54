"""The team's list of who would like to become a carer: who waits, entering somebody, the link, taking off."""

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts import roles
from compliance.queue import things
from notifications.models import Message
from onboarding import joining
from onboarding.models import Interest
from tests.builders import BY
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LIST = "/admin/onboarding/interest/"
ENTERED = {"name": "Tom Rees", "phone": "07700 900123", "source": "phone", "language": "cy", "words": "Rang on Friday."}


@pytest.fixture
def officer():
    return member("officer@example.org", "case-officer")


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def interested(**facts):
    said = {"name": "Nia Hughes", "email": "nia@example.org", "language": "en", "form_key": "one"}
    return joining.express(by=joining.BY_FORM, **{**said, **facts})


def soup(answer):
    return BeautifulSoup(answer.content, "html5lib")


def rows(answer):
    return [row.get_text(" ", strip=True) for row in soup(answer).select("#result_list tbody tr")]


def test_the_list_begins_with_who_has_not_started(desk):
    interested()
    joining.close(interested(form_key="two", name="Ann Gone"), by=BY)
    interested(form_key="three", name="Win Money", hold="links")
    first = desk.get(LIST)
    assert len(rows(first)) == 1
    assert "Nia Hughes" in rows(first)[0]
    assert "Kept aside (1)" in soup(first).get_text()
    assert "Win Money" in rows(desk.get(f"{LIST}?state=kept-aside"))[0]
    assert len(rows(desk.get(f"{LIST}?state=all"))) == 3


def test_somebody_who_rang_is_entered_and_mailed_later(desk, officer):
    assert desk.post(f"{LIST}enter/", ENTERED)["Location"] == LIST
    interest = Interest.objects.get()
    assert (interest.entered_by, interest.source, interest.language) == (officer, "phone", "cy")
    assert not Message.objects.exists()
    assert "officer@example.org" in rows(desk.get(LIST))[0]


def test_entering_can_mail_the_link_at_once(desk):
    desk.post(f"{LIST}enter/", ENTERED | {"email": "tom@example.org", "send": "on"})
    assert (Message.objects.get().to, Message.objects.get().language) == ("tom@example.org", "cy")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"phone": ""}, "Enter an email address or a phone number"),
        ({"send": "on"}, "Enter the address to mail the link to"),
        ({"name": " "}, "Enter their name."),
        ({"source": "web"}, "Select a valid choice"),
    ],
)
def test_who_cannot_be_reached_is_not_entered(desk, change, said):
    answer = desk.post(f"{LIST}enter/", ENTERED | change)
    assert said in soup(answer).get_text()
    assert not Interest.objects.exists()


@pytest.mark.parametrize(
    ("page", "hold", "says"),
    [
        ("invite", "", "nia@example.org is mailed in English what happens next, with a link that works for 30 days."),
        ("release", "links", "nia@example.org is mailed in English what happens next"),
        ("close", "", "Nobody is mailed."),
    ],
)
def test_each_button_says_first_what_is_mailed(desk, page, hold, says):
    interest = interested(hold=hold)
    before = Message.objects.count()
    assert says in soup(desk.get(f"{LIST}{interest.pk}/{page}/")).get_text()
    interest.refresh_from_db()
    assert (interest.held, interest.closed_at, Message.objects.count()) == (hold, None, before)


def test_the_buttons_do_what_they_say(desk):
    interest = interested()
    desk.post(f"{LIST}{interest.pk}/invite/")
    assert Message.objects.count() == 2
    desk.post(f"{LIST}{interest.pk}/close/")
    assert not Interest.objects.waiting().exists()
    answer = desk.post(f"{LIST}{interest.pk}/invite/", follow=True)
    assert "no longer interested. Nothing was mailed." in soup(answer).get_text()
    held = interested(form_key="two", hold="trap")
    desk.post(f"{LIST}{held.pk}/release/")
    assert Interest.objects.waiting().get() == held


@pytest.mark.parametrize("role", ["editor", "auditor", "safeguarding-lead"])
def test_other_roles_invite_nobody(client, role):
    interest = interested()
    client.force_login(member("other@example.org", role))
    for page in ("enter/", f"{interest.pk}/invite/", f"{interest.pk}/close/", f"{interest.pk}/release/"):
        assert client.post(LIST + page, ENTERED).status_code == 403
    assert Message.objects.count() == 1


def test_the_auditor_reads_and_has_no_buttons(client):
    interested()
    client.force_login(member("auditor@example.org", roles.AUDITOR))
    assert "Nia Hughes" in rows(client.get(LIST))[0]
    assert not soup(client.get(LIST)).select("#result_list .field-what_to_do a, .object-tools a")


def test_the_home_page_counts_who_waits_for_the_team(officer):
    interested()
    interested(form_key="two", hold="trap")
    joining.enter(by=BY, source="event", send=False, name="Tom Rees", phone="07700 900123")
    now = timezone.now()
    said = [(thing.what, thing.whose) for thing in things(officer, on=timezone.localdate(now), now=now)]
    assert sorted(said) == [("Kept aside as spam", "Nia Hughes"), ("No link mailed yet", "Tom Rees")]
    assert things(member("e@example.org", "editor"), on=timezone.localdate(now), now=now) == []
