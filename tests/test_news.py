"""News: stopped by one press of the mailed link or of a mail program, started again on one's own page."""

import pytest
from django.db import transaction
from django.test import Client

from audit.models import AuditEvent
from notifications import outbox
from notifications.models import Message
from onboarding import desk_entry, erasing, journey, leaving, news
from onboarding.models import Carer
from onboarding.personal import of_journey
from tests.builders import BY, TODAY, make_listing
from tests.paper_builders import carer
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def events():
    return list(AuditEvent.objects.filter(event__startswith="carer.news").order_by("pk").values_list("event", "actor"))


def link(megan, before=""):
    return f"{before}/stop-news/{news.token(megan)}/"


def test_looking_changes_nothing_and_pressing_twice_stops_it_once(client):
    megan = carer()
    for page in (client.get(link(megan)), client.head(link(megan))):
        assert page.status_code == 200
    assert "Stop news" in client.get(link(megan)).content.decode()
    assert news.wanted(megan)
    for _twice in range(2):
        page = client.post(link(megan), follow=True)
        assert "You get no news from us" in page.content.decode()
    megan.refresh_from_db()
    assert not news.wanted(megan)
    assert megan.news_said_at
    assert events() == [("carer.news_stopped", "job:stop-news")]


def test_a_mail_program_stops_it_without_a_cookie_and_is_not_sent_elsewhere():
    """RFC 8058, section 3.1."""
    megan = carer(language="cy")
    machine = Client(enforce_csrf_checks=True)
    answer = machine.post(link(megan, "/cy"), ONE_CLICK)
    assert answer.status_code == 200
    assert "Nid ydych yn cael newyddion" in answer.content.decode()
    assert not news.wanted(Carer.objects.get())


@pytest.mark.parametrize(("token", "status"), [("nonsense", 404), ("1:abc:def", 404), ("test", 200)])
def test_a_link_that_is_not_ours_stops_nothing(client, token, status):
    carer()
    for ask in (client.get, client.post):
        assert ask(f"/stop-news/{token}/").status_code == status
    assert events() == []


def test_who_left_is_told_that_there_is_nothing_to_stop(client):
    megan = carer()
    leaving.leave(megan, by=BY, reason="stopped", tell=False)
    answer = client.get(link(megan))
    assert answer.status_code == 410
    assert "You left the scheme" in answer.content.decode()


def test_on_their_own_page_they_stop_and_start_it_in_both_languages(client):
    megan = carer(language="cy")
    client.force_login(megan.owner)
    page = client.get("/cy/my/news/").content.decode()
    assert "Anfonwch newyddion ataf drwy e-bost" in page
    assert "checked" in page
    said = client.post("/cy/my/news/", {}, follow=True).content.decode()
    assert "Nid ydych yn cael newyddion gennym ni." in said
    assert "checked" not in said
    client.post("/my/news/", {"wants": "on"})
    client.post("/my/news/", {"wants": "on"})
    assert events() == [("carer.news_stopped", "user"), ("carer.news_started", "user")]
    assert news.wanted(Carer.objects.get())


def test_by_post_nobody_gets_news_who_did_not_ask_for_it_and_the_team_says_it_for_them(client):
    gwen = journey.start(by=BY, name="Gwen Rees", first_name="Gwen")
    assert not news.wanted(gwen)
    client.force_login(member("case@council.example.org", "case-officer"))
    assert "Send me news by letter" in client.get(f"/desk/{gwen.pk}/my/news/").content.decode()
    client.post(f"/desk/{gwen.pk}/my/news/", {"wants": "on"})
    gwen.refresh_from_db()
    assert news.wanted(gwen)


def test_a_no_without_an_address_holds_once_there_is_one():
    gwen = journey.start(by=BY, name="Gwen Rees", first_name="Gwen")
    assert news.choose(gwen, by=BY, wants=False)
    assert not news.choose(gwen, by=BY, wants=False)
    desk_entry.set_reached(gwen, by=BY, email="gwen@example.org")
    gwen.refresh_from_db()
    assert not news.wanted(gwen)
    assert events() == [("carer.news_stopped", BY)]


def test_what_they_said_is_in_their_data_and_goes_with_what_reaches_them():
    megan = carer()
    megan.listing = make_listing("Megan Price", owner=megan.owner)
    megan.save()
    news.choose(megan, by=megan.owner, wants=False)
    megan.refresh_from_db()
    assert of_journey(megan)["journey"][0]["wants_news"] is False
    assert of_journey(megan)["journey"][0]["news_said_at"]
    erasing.erase(megan, by=BY, on=TODAY)
    megan.refresh_from_db()
    assert (megan.wants_news, megan.news_said_at) == (None, None)


def test_a_message_carries_its_stop_link_to_the_mail_program_and_forgets_it_once_sent(mailoutbox):
    megan = carer()
    where = news.link(news.token(megan), "en")
    with transaction.atomic():
        outbox.queue(key="one", to="a@example.org", template="onboarding/mail/headcount_above", language="en",
                     context={"business": megan, "link": where}, secrets=[news.token(megan)], stop_link=where,
                     at_once=False)  # fmt: skip
    assert outbox.sweep() == 1
    sent = mailoutbox[0].message()
    assert sent["List-Unsubscribe"] == f"<{where}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert news.token(megan) in mailoutbox[0].body
    row = Message.objects.get()
    assert news.token(megan) not in row.stop_link + row.text + row.html
