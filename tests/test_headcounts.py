"""Wales: a number of people a month, and what it does to what the public reads; England knows nothing of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from directory import services
from directory.models import Listing
from microcare.scheme import Most, load
from notifications.models import Message
from onboarding import guardrail, headcounts, waiting
from onboarding.jobs import ask_headcount
from onboarding.models import Headcount
from onboarding.settling import settle
from tests.builders import BY, TODAY
from tests.listed_carers import listed_carer
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "usk")]
PAGE = "/my/headcount/"


@pytest.fixture
def carer():
    owner = User.objects.create_user("bryn@example.org", language="en")
    return listed_carer(offers=("washing-dressing", "chat"), owner=owner)


def say(carer, number, *, on=TODAY):
    return headcounts.say(carer, by=carer.owner or BY, number=number, on=on)


def found(need):
    page = Client().get(f"/find/?place=NP15+1AD&need={need}&space=now").content.decode()
    return "Bryn Lewis" in page


def listing():
    return Listing.objects.get()


# --- what the public reads -------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "has_space"), [(0, True), (3, True), (4, False), (5, False), (50, False)])
def test_at_the_most_allowed_there_is_no_space_for_personal_care_and_still_for_the_rest(carer, number, has_space):
    say(carer, number)
    assert found("personal-care") == has_space
    assert found("washing-dressing") == has_space
    assert found("companionship")
    profile = Client().get(carer.listing.get_absolute_url()).content.decode()
    assert ("No space at the moment for personal care" in profile) == (not has_space)
    assert "Space now" in profile


def test_below_the_most_again_the_mark_goes(carer):
    say(carer, 4)
    say(carer, 3)
    assert listing().no_space_for == 0
    assert found("personal-care")


def test_a_card_says_full_where_personal_care_is_asked_for(carer):
    say(carer, 4)
    asked = Client().get("/find/?place=NP15+1AD&need=personal-care").content.decode()
    assert "capacity__tag--full" in asked
    assert "capacity__tag--space" in Client().get("/find/?place=NP15+1AD&need=companionship").content.decode()


def test_who_offers_nothing_but_personal_care_is_full():
    only = listed_carer(offers=("washing-dressing",))
    say(only, 4)
    assert "capacity__tag--full" in Client().get(only.listing.get_absolute_url()).content.decode()
    assert "capacity__tag--full" in Client().get("/find/?place=NP15+1AD").content.decode()


def test_a_service_that_is_added_at_the_most_allowed_has_no_space_either(carer):
    say(carer, 4)
    services.set_services(carer.listing, by=BY, services=["washing-dressing", "hoisting", "chat"])
    settle(carer, by=BY, on=TODAY)
    assert listing().no_space_for == sum(
        services.vocabulary.SERVICES[it].bit for it in ("washing-dressing", "hoisting")
    )


def test_a_new_number_in_the_law_counts_from_its_day(carer, settings):
    day = TODAY + timedelta(days=10)
    settings.SCHEME = replace(
        settings.SCHEME, personal_care_most=(*settings.SCHEME.personal_care_most, Most(day, 3))
    )  # fmt: skip
    say(carer, 3)
    assert guardrail.without_space(carer, day - timedelta(days=1)) == []
    assert guardrail.without_space(carer, day) == ["washing-dressing"]


# --- who is told, and what is kept -----------------------------------------------------------------------


def above():
    return Message.objects.filter(key__startswith="headcount-above:")


def test_above_the_team_is_told_at_once_and_not_again_for_the_same_month(carer, settings):
    say(carer, 4)
    assert not above().exists()
    say(carer, 5)
    say(carer, 6)
    assert above().get().to == settings.SCHEME.contact.email
    assert "Bryn Lewis" in above().get().text


def test_above_waits_on_the_teams_home_page_until_the_number_is_down(carer):
    officer = User.objects.create_user("officer@example.org")
    officer.user_permissions.add(Permission.objects.get(codename="view_headcount"))
    say(carer, 5)
    assert [queue.count for queue in waiting.waiting(officer)] == [1, 0]
    say(carer, 4)
    assert [queue.count for queue in waiting.waiting(User.objects.get(pk=officer.pk))] == [0, 0]


def test_the_number_stands_in_no_audit_row_and_no_mail(carer):
    say(carer, 37)
    assert AuditEvent.objects.filter(event="headcount.said").count() == 1
    assert "37" not in "".join(str(row.data) for row in AuditEvent.objects.all())
    assert "37" not in "".join(above().values_list("text", flat=True))


def test_the_same_month_is_one_row_and_another_month_another(carer):
    say(carer, 2)
    say(carer, 3)
    say(carer, 1, on=date(2026, 12, 1))
    assert list(Headcount.objects.values_list("month", "number")) == [(date(2026, 12, 1), 1), (date(2026, 11, 1), 3)]


@pytest.mark.parametrize(
    "wrong", [{"month": date(2026, 11, 2)}, {"number": 51}, {"month": date(2026, 11, 1)}], ids=["day", "most", "twice"]
)
def test_the_database_refuses_nonsense(carer, wrong):
    say(carer, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Headcount.objects.create(**{"carer": carer, "month": date(2026, 10, 1), "number": 1, **wrong})


def test_a_number_that_is_old_holds_and_nobody_overlooks_it(client, carer):
    """Silence gives no space back; the team's list and the carer's pages say which month it rests on."""
    for day in (date(2026, 8, 5), date(2026, 9, 30)):
        say(carer, 4, on=day)
    settle(carer, by=BY, on=TODAY)
    assert not found("personal-care")
    manager = member("manager@council.example.org", "manager")
    queues = {queue.what: queue for queue in waiting.waiting(manager)}
    client.force_login(manager)
    page = client.get(queues["Personal care: no number since the month before last"].url).content.decode()
    assert page.count("no space for personal care, until they say a new number") == 1
    client.force_login(carer.owner)
    for address in (PAGE, "/my/space/"):
        assert "the number you told us for September 2026" in client.get(address).content.decode(), address
    say(carer, 3)
    assert found("personal-care")
    assert headcounts.old(TODAY) == []


@pytest.mark.parametrize(("day", "is_old"), [(date(2026, 10, 1), False), (date(2026, 9, 30), True)])
def test_old_is_what_is_of_neither_this_month_nor_the_last_and_it_takes_no_space_away(carer, day, is_old):
    say(carer, 3, on=day)
    assert bool(headcounts.old(TODAY)) == is_old
    assert guardrail.without_space(carer, TODAY) == []


# --- the page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "-1", "51", "four", "4.5", "1e1"])
def test_only_a_number_from_0_to_50_is_taken(client, carer, typed):
    client.force_login(carer.owner)
    page = client.post(PAGE, {"number": typed}).content.decode()
    assert "Enter the number of people, from 0 to 50" in page
    assert not Headcount.objects.exists()


@pytest.mark.parametrize(
    ("number", "said"), [("3", "This month’s number: <b>3</b>"), ("4", "no more without"), ("5", "Inspectorate Wales")]
)
def test_the_page_says_what_the_number_means(client, carer, number, said):
    client.force_login(carer.owner)
    page = client.post(PAGE, {"number": number}, follow=True).content.decode()
    assert said in page
    assert ("Ring us today" in page) == (number == "5")


def test_it_is_there_only_for_whom_it_concerns(client, carer, settings):
    client.force_login(carer.owner)
    assert PAGE in client.get("/my/more/").content.decode()
    settings.SCHEME = replace(settings.SCHEME, personal_care_most=load("somerset").personal_care_most)
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/my/more/").content.decode()


def test_who_offers_no_personal_care_is_not_asked_at_all(client):
    other = listed_carer("Nia Rees", owner=User.objects.create_user("nia@example.org"))
    client.force_login(other.owner)
    assert client.get(PAGE).status_code == 404
    assert headcounts.ask_all(on=TODAY) == 0


def test_in_england_a_number_that_was_kept_does_nothing(carer, settings):
    say(carer, 9)
    settings.SCHEME = replace(settings.SCHEME, personal_care_most=())
    settle(carer, by=BY, on=TODAY)
    assert listing().no_space_for == 0
    assert headcounts.above(TODAY) == []


# --- asking ----------------------------------------------------------------------------------------------


def test_once_a_month_whoever_has_not_said_it(carer):
    days = [TODAY, TODAY, date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)]
    assert [headcounts.ask_all(on=day) for day in days] == [1, 0, 0, 1, 0]


def test_who_said_it_this_month_is_not_asked(carer):
    say(carer, 2)
    assert headcounts.ask_all(on=TODAY) == 0


def test_who_left_or_ended_is_not_asked(carer):
    services.end(carer.listing, by=BY)
    assert headcounts.ask_all(on=TODAY) == 0


def test_the_job_asks(carer):
    ask_headcount()
    assert "how many people" in Message.objects.get(key__contains=":headcount:").subject
