"""“Still right”: opened by a machine, nothing; pressed by a person, confirmed; pressed again, nothing new."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from directory import services
from directory.models import Listing
from directory.owners import set_owner
from notifications.models import JobRun, Message
from onboarding import still_right
from onboarding.jobs import ask_still_right
from onboarding.models import Carer
from tests.builders import BY, TODAY, make_listing
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
JOB, LISTING = "job:ask-still-right", "/my/listing/"
DAY = timedelta(days=1)


def listed(name="Bryn Lewis", *, language="en", mail=True, said_right_on=TODAY, **facts):
    """Somebody in the directory, who said 26 days ago that there is space."""
    listing = make_listing(name, **{"confirmed_on": TODAY - 26 * DAY, **facts})
    first = name.split()[0].lower()
    owner = User.objects.create_user(f"{first}@example.org", language=language) if mail else None
    if owner:
        set_owner(listing, by=BY, owner=owner)
    return Carer.objects.create(name=name, listing=listing, owner=owner, said_right_on=said_right_on)


def ask(on=TODAY):
    return still_right.ask_all(on=on, by=JOB)


def mailed_link(language=""):
    text = Message.objects.get(key__startswith="still-right:").text
    return re.search(rf"http://\S+?({language}/still-right/\S+)", text)[1]


def link(carer, about="space", on=TODAY):
    return f"/still-right/{still_right.token(carer, about, on=on)}/"


def confirmed_on(carer):
    return Listing.objects.get(pk=carer.listing_id).capacity_confirmed_on


def confirmations(carer):
    return AuditEvent.objects.filter(event="listing.capacity_confirmed", target_id=str(carer.listing_id)).count()


# --- the page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("about", ["space", "whole"])
def test_a_machine_that_opens_the_link_changes_nothing(client, about):
    carer = listed(said_right_on=None)
    before = AuditEvent.objects.count()
    for asking in (client.get, client.head, client.get):
        assert asking(link(carer, about)).status_code == 200
    assert confirmed_on(carer) == TODAY - 26 * DAY
    assert Carer.objects.get().said_right_on is None
    assert AuditEvent.objects.count() == before


def test_a_press_confirms_what_stands_and_a_second_press_changes_nothing(client):
    carer = listed(capacity="waiting", waiting_weeks=4)
    earlier = confirmations(carer)
    answer = client.post(link(carer), follow=True)
    assert "Thank you" in answer.content.decode()
    listing = Listing.objects.get()
    assert (listing.capacity, listing.waiting_weeks) == ("waiting", 4)
    assert listing.capacity_confirmed_on == TODAY
    assert "Thank you" in client.post(link(carer), follow=True).content.decode()
    assert confirmations(carer) == earlier + 1


def test_the_link_stands_in_the_audit_also_of_who_has_an_account_and_who_is_signed_in(client):
    with_account, without = listed(), listed("Gwen Rees", mail=False)
    client.force_login(with_account.owner)
    for carer in (with_account, without):
        client.post(link(carer, "whole"))
    for event in ("listing.capacity_confirmed", "carer.listing_said_right"):
        said = AuditEvent.objects.filter(event=event).order_by("-pk")[:2]
        assert {(it.actor, it.actor_id) for it in said} == {("job:still-right", None)}


def test_the_whole_listing_is_said_right_with_its_space(client):
    carer = listed(said_right_on=None)
    client.post(link(carer, "whole"))
    assert Carer.objects.get().said_right_on == TODAY
    assert confirmed_on(carer) == TODAY
    assert AuditEvent.objects.filter(event="carer.listing_said_right").count() == 1


def test_the_whole_listing_can_be_said_right_on_a_day_on_which_space_was(client):
    carer = listed(said_right_on=None, confirmed_on=TODAY)
    before = confirmations(carer)
    client.post(link(carer, "whole"))
    assert Carer.objects.get().said_right_on == TODAY
    assert confirmations(carer) == before


def test_the_page_shows_all_that_is_public_when_it_asks_about_all(client):
    carer = listed(offers=("washing-dressing", "companionship"))
    page = client.get(link(carer, "whole")).content.decode()
    for said in ("Space now", "Washing and dressing", "Company", "£22", "01633"):
        assert said in page


def test_nothing_is_kept_or_indexed_and_nothing_is_asked_of_a_session(client):
    answer = client.get(link(listed()))
    assert "no-store" in answer["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert "sessionid" not in answer.cookies


def test_a_press_from_another_site_is_refused():
    carer = listed()
    assert Client(enforce_csrf_checks=True).post(link(carer)).status_code == 403
    assert confirmed_on(carer) == TODAY - 26 * DAY


def end(carer):
    services.end(carer.listing, by=BY)


def leave(carer):
    Carer.objects.update(left_at="2026-11-20T12:00Z")


def suspend(carer):
    services.suspend(carer.listing, by=BY)


def pause(carer):
    services.pause(carer.listing, by=BY, until=TODAY + 9 * DAY, on=TODAY)


@pytest.mark.parametrize(("meanwhile", "status"), [(end, 410), (leave, 410), (suspend, 404), (pause, 404)])
def test_a_listing_that_is_not_public_has_nothing_to_confirm(client, meanwhile, status):
    carer = listed()
    meanwhile(carer)
    assert client.get(link(carer)).status_code == status
    assert client.post(link(carer)).status_code == status
    assert confirmed_on(carer) == TODAY - 26 * DAY


def test_a_link_is_good_for_its_days_and_no_longer(client):
    carer = listed()
    assert client.get(link(carer, on=TODAY - 60 * DAY)).status_code == 200
    assert client.post(link(carer, on=TODAY - 61 * DAY)).status_code == 410
    assert confirmed_on(carer) == TODAY - 26 * DAY


def test_a_changed_link_is_nobodys(client):
    assert client.post(link(listed())[:-4] + "aaa/").status_code == 404


# --- on the carer's own page, and at the desk ------------------------------------------------------------


def signed_in(client, carer, *, at_desk):
    """Who presses, and where."""
    user = member("ann@council.example.org", "case-officer") if at_desk else carer.owner
    client.force_login(user)
    return user, f"/desk/{carer.pk}{LISTING}" if at_desk else LISTING


@pytest.mark.parametrize("at_desk", [False, True])
def test_the_button_on_the_listing_says_what_it_does_and_whoever_pressed_it_stands_in_the_audit(client, at_desk):
    carer = listed(mail=not at_desk, said_right_on=TODAY - 90 * DAY, confirmed_on=TODAY - 40 * DAY, capacity="waiting")
    user, page = signed_in(client, carer, at_desk=at_desk)
    before = client.get(page).content.decode().replace("\xa0", " ")
    assert "You last said so on 23 August 2026." in before
    assert "your space too: “Waiting list”" in before.partition("Yes, all of it is still right")[0]
    after = client.post(f"{page}still-right/", follow=True).content.decode()
    assert "Thank you. Your page is confirmed." in after
    assert "You told us today that your page is right." in after
    assert "Yes, all of it is still right" not in after
    assert (Carer.objects.get().said_right_on, confirmed_on(carer)) == (TODAY, TODAY)
    assert AuditEvent.objects.get(event="carer.listing_said_right").actor_id == user.pk
    assert "It is confirmed today already." in client.post(f"{page}still-right/", follow=True).content.decode()
    assert AuditEvent.objects.filter(event="carer.listing_said_right").count() == 1


def test_a_page_that_is_not_public_has_no_button_and_a_press_from_an_old_tab_is_told(client):
    carer = listed(said_right_on=None)
    pause(carer)
    client.force_login(carer.owner)
    assert "still right" not in client.get(LISTING).content.decode()
    assert "nothing to confirm" in client.post(f"{LISTING}still-right/", follow=True).content.decode()
    assert Carer.objects.get().said_right_on is None


# --- asking ----------------------------------------------------------------------------------------------


def test_the_mailed_link_leads_to_the_page(client):
    carer = listed()
    assert ask() == 1
    client.post(mailed_link())
    assert confirmed_on(carer) == TODAY


def test_the_link_is_gone_from_the_message_once_it_is_sent():
    listed()
    ask()
    message = Message.objects.get(key__startswith="still-right:")
    assert message.secrets
    assert all(secret in mailed_link() for secret in message.secrets)


def test_a_welsh_reader_gets_a_welsh_link(client):
    listed(language="cy")
    ask()
    assert "Diolch" in client.post(mailed_link("/cy"), follow=True).content.decode()


@pytest.mark.parametrize(("days", "asked"), [(25, 0), (26, 1), (80, 1)])
def test_they_are_asked_once_it_is_more_than_25_days_ago(days, asked):
    listed(confirmed_on=TODAY - days * DAY)
    assert ask() == asked


def test_once_each_time_that_they_said_so(client):
    carer = listed()
    assert [ask(), ask(), ask(TODAY + DAY)] == [1, 0, 0]
    client.post(link(carer))
    assert [ask(TODAY + 25 * DAY), ask(TODAY + 26 * DAY), ask(TODAY + 27 * DAY)] == [0, 1, 0]


def test_after_half_a_year_the_whole_listing_is_asked_for_in_the_same_mail():
    carer = listed(said_right_on=date(2026, 5, 21))
    assert [ask(), ask()] == [1, 0]
    assert "Is your page" in Message.objects.get(key__startswith=f"still-right:{carer.pk}:whole").subject


def test_the_half_year_runs_from_the_day_the_listing_was_first_public():
    listed(said_right_on=None, confirmed_on=TODAY)
    assert ask() == 0
    Listing.objects.update(published_at="2026-05-20T12:00Z")
    assert ask() == 1


def no_address(carer):
    Carer.objects.update(owner=None)


@pytest.mark.parametrize("who", [end, leave, suspend, pause, no_address])
def test_who_is_not_public_or_has_no_address_is_not_asked(who):
    who(listed())
    assert ask() == 0


def test_the_job_asks_and_is_counted():
    listed()
    with time_machine.travel("2026-11-21T09:30:00Z"):
        ask_still_right()
    assert JobRun.objects.get(name="ask-still-right").counted == 1
