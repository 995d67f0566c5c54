"""Before a paper ends its carer is told by thresholds, once each and in one mail a day; when it has, the team too."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from accounts.models import User
from audit.models import AuditEvent
from compliance import reminding
from compliance.jobs import remind_carers
from compliance.models import Reminder
from directory import services
from directory.models import Listing
from notifications.models import JobRun, Message
from onboarding import codes, journey, leaving, letters, papers
from onboarding.models import Carer, Evidence
from onboarding.settling import settle
from tests.builders import BY, TODAY
from tests.code_builders import next_code
from tests.listed_carers import listed_carer, show
from tests.paper_builders import insurance, seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)
JOB = "job:remind-carers"
LAST = TODAY + timedelta(days=100)


def listed(name="Bryn Lewis", *, language="en", mail=True, ends=LAST, **more):
    """In the directory, with an insurance that ends on a day of its own and nothing else that ends this season."""
    owner = User.objects.create_user(f"{name.split()[0].lower()}@example.org", language=language) if mail else None
    carer = listed_carer(name, without=("public-liability", *more.pop("without", ())), owner=owner, **more)
    show(carer, "public-liability", first=TODAY - timedelta(days=200), last=ends)
    return carer


def remind(on=TODAY):
    return reminding.remind_all(on=on, by=JOB)


def said(to=Reminder.CARER, **which):
    """(days before, day) of what was said, the first said first."""
    rows = Reminder.objects.filter(to=to, **which).order_by("pk")
    return [(row.requirement, (row.last_day, row.threshold)) for row in rows]


def mails(carer=None):
    found = Message.objects.filter(template=reminding.TO_CARER).order_by("pk")
    return list(found.filter(to=carer.mail_to) if carer else found)


def to_team():
    return Message.objects.filter(template=reminding.TO_TEAM).order_by("pk")


# --- thresholds ------------------------------------------------------------------------------------------


def test_sixty_thirty_fourteen_seven_days_and_one_before_the_last_and_the_day_after_it():
    listed()
    tried = (61, 60, 59, 31, 30, 29, 15, 14, 13, 8, 7, 6, 2, 1, 0, -1, -2)
    days = [days for days in tried for _twice in (1, 2) if remind(LAST - days * DAY)]
    assert days == [60, 30, 14, 7, 1, -1]
    assert [threshold for _slug, (_last, threshold) in said()] == [60, 30, 14, 7, 1, 0]


@pytest.mark.parametrize(("ran_again", "goes"), [(29, 30), (14, 14), (12, 14), (2, 7), (0, 1), (-3, 0)])
def test_after_an_outage_the_nearest_that_passed_goes_and_those_before_it_never(ran_again, goes):
    listed()
    remind(LAST - 60 * DAY)
    assert remind(LAST - ran_again * DAY) == 1
    assert said()[1:] == [("public-liability", (LAST, goes))]
    rest = [remind(LAST - days * DAY) for days in range(ran_again - 1, -3, -1)]
    assert sum(rest) == len([threshold for threshold in (14, 7, 1, 0) if threshold < goes])


def test_what_was_over_long_ago_is_said_no_more():
    listed(ends=TODAY - 29 * DAY)
    assert (remind(), said()) == (0, [])


def test_a_scheme_may_remind_of_one_requirement_otherwise(settings):
    rules = settings.SCHEME.requirements
    every = tuple(replace(one, remind=(10,)) if one.slug == "public-liability" else one for one in rules.every)
    settings.SCHEME = replace(settings.SCHEME, requirements=replace(rules, every=every))
    listed()
    assert [days for days in (60, 30, 14, 10, 9, 7, 1) if remind(LAST - days * DAY)] == [10]


def test_one_mail_a_day_lists_all_that_became_due_each_with_the_link_to_its_task():
    carer = listed(
        ends=TODAY + 30 * DAY, offers=("companionship", "transport"), without=("car-insurance", "safeguarding")
    )
    worker = carer.workers.get()
    show(carer, "car-insurance", worker, first=TODAY - 300 * DAY, last=TODAY + 14 * DAY)
    show(carer, "safeguarding", worker, first=TODAY - 300 * DAY, last=TODAY + 60 * DAY)
    assert (remind(), remind()) == (1, 0)
    (mail,) = mails()
    assert {slug: threshold for slug, (_day, threshold) in said()} == {
        "public-liability": 30, "car-insurance": 14, "safeguarding": 60,
    }  # fmt: skip
    assert f"http://localhost:8000/my/tasks/car-insurance/{worker.pk}/" in mail.text
    assert "http://localhost:8000/my/tasks/public-liability/" in mail.html
    assert "Business-use car insurance (Bryn) ends on 5 December 2026." in mail.text
    assert "your page does not show this from 6 December 2026: Driving" in mail.text
    assert "your page is not shown from 22 December 2026" in mail.text
    event = AuditEvent.objects.get(event="carer.reminded")
    assert "public-liability:2026-12-21:30" in event.data["due"]


def test_a_welsh_reader_is_reminded_in_welsh_with_welsh_links():
    listed(language="cy", ends=TODAY + 30 * DAY)
    remind()
    (mail,) = mails()
    assert "/cy/my/tasks/public-liability/" in mail.text
    assert "21 Rhagfyr 2026" in mail.text
    assert "Public liability" not in mail.text + mail.html


def test_without_an_address_it_is_a_letter_without_links_and_without_an_account_a_mail_without():
    by_post = listed("Gwen Rees", mail=False, ends=TODAY + 30 * DAY)
    mailed = listed("Dai Rees", mail=False, ends=TODAY + 30 * DAY)
    Carer.objects.update(language="en")
    Carer.objects.filter(pk=mailed.pk).update(email="dai@example.org")
    assert remind() == 2
    letter = by_post.letters.get(template=reminding.TO_CARER)
    whole = letter.sheets[0]["html"]
    assert "ends on 21 December 2026" in whole
    assert "http" not in whole
    (mail,) = mails()
    assert "/my/" not in mail.text
    assert "Ring us" in mail.text


# --- what stops it, and what does not --------------------------------------------------------------------


def renew(carer, **days):
    return papers.accept(insurance(carer, **days), by=BY)


def test_nothing_is_said_of_a_paper_that_is_renewed_past_its_end():
    carer = listed(ends=TODAY + 30 * DAY)
    renew(carer, starts=TODAY + 31 * DAY, ends=TODAY + 395 * DAY)
    assert [remind(TODAY + days * DAY) for days in (0, 16, 23, 29, 30, 31, 32)] == [0] * 7


def test_what_is_with_the_team_is_not_asked_for_again_until_it_comes_back():
    carer = listed(ends=TODAY + 7 * DAY)
    sent = insurance(carer, starts=TODAY, ends=TODAY + 300 * DAY)
    assert remind() == 0
    assert "What they sent waits for a decision." in to_team().get().text
    papers.send_back(sent, by=BY, reason="The second page is missing.")
    assert remind(TODAY + DAY) == 1
    assert said() == [("public-liability", (TODAY + 7 * DAY, 7))]


def leave(carer):
    leaving.leave(carer, by=BY, reason="stopped")


def end(carer):
    services.end(carer.listing, by=BY)


def die(carer):
    letters.silence(carer, by=BY)


@pytest.mark.parametrize("who", [leave, end, die])
def test_who_left_or_died_and_whose_listing_ended_is_told_nothing(who):
    who(listed(ends=TODAY + 7 * DAY))
    assert remind() == remind(TODAY + 8 * DAY) == 0
    assert not Reminder.objects.exists()
    assert not to_team().exists()


def pause(carer):
    services.pause(carer.listing, by=BY, until=TODAY + 60 * DAY, on=TODAY)


def suspend(carer):
    services.suspend(carer.listing, by=BY)


@pytest.mark.parametrize("who", [pause, suspend])
def test_who_is_paused_or_suspended_is_reminded_and_not_told_that_a_page_went(who):
    who(listed(ends=TODAY + 7 * DAY))
    assert remind() == remind(TODAY + 8 * DAY) == 1
    assert "any more" not in mails()[1].subject + mails()[1].text


def test_who_is_stood_down_by_the_day_after_is_asked_for_nothing():
    carer = listed(team=("Jan",), without=("enhanced-dbs",), offers=("companionship",))
    first, jan = carer.workers.order_by("pk")
    show(carer, "enhanced-dbs", first)
    show(carer, "enhanced-dbs", jan, first=TODAY - 300 * DAY, last=TODAY + 7 * DAY)
    assert remind() == 1
    assert "Enhanced DBS check (Jan): the one that you showed us counts until 28 November 2026." in mails()[0].text
    journey.stand_down(jan, by=BY, on=TODAY + 8 * DAY)
    assert remind(TODAY + 6 * DAY) == remind(TODAY + 8 * DAY) == 0


def test_whoever_is_on_the_way_there_is_reminded_of_papers_and_never_of_a_page():
    carer = journey.start(by=BY, name="Ann Price", first_name="Ann", services=["mowing"], email="ann@example.org")
    show(carer, "public-liability", first=TODAY - 300 * DAY, last=TODAY + 7 * DAY)
    assert remind() == 1
    assert "page" not in mails()[0].text
    assert remind(TODAY + 8 * DAY) == 0
    assert not to_team().exists()


def test_somebody_who_begins_next_month_and_has_shown_nothing_is_asked_in_time():
    carer = listed()
    journey.add_worker(carer, by=BY, first_name="Jan", works_from=TODAY + 20 * DAY, most=5)
    assert remind() == 1
    assert "Identity (Jan) is asked for from 11 December 2026." in mails()[0].text
    assert remind(TODAY + 20 * DAY) == 1
    assert mails()[-1].subject == "Your page in the directory is not shown any more"


# --- what has ended --------------------------------------------------------------------------------------


def test_on_the_day_that_the_page_goes_both_are_told_and_what_brings_it_back_does_so_at_once(time_machine):
    carer = listed(ends=TODAY - DAY)
    settle(carer, by=BY)
    assert Listing.objects.get().state(TODAY) == Listing.State.HIDDEN
    assert (remind(), remind(), remind(TODAY + DAY)) == (1, 0, 0)
    assert mails()[0].subject == "Your page in the directory is not shown any more"
    assert "ended on 20 November 2026. Your page is not shown until this is in order." in mails()[0].text
    assert "/my/tasks/public-liability/" in mails()[0].text
    team = to_team().get()
    assert team.subject == "Ended: 1 carer"
    assert "Bryn Lewis" in team.text
    assert "ended 20 November 2026, hidden since 21 November 2026. Nothing new was sent." in team.text
    assert f"/admin/onboarding/carer/{carer.pk}/change/" in team.text
    renew(carer, starts=TODAY, ends=TODAY + 300 * DAY)
    assert Listing.objects.get().state(TODAY) == Listing.State.LIVE
    assert "Your page in the directory is public now." in Message.objects.get(template=papers.ACCEPTED).text


def test_a_service_that_goes_is_named_and_comes_back_with_its_paper():
    carer = listed(offers=("companionship", "transport"), without=("car-insurance",))
    worker = carer.workers.get()
    show(carer, "car-insurance", worker, first=TODAY - 300 * DAY, last=TODAY - DAY)
    remind()
    assert mails()[0].subject == "Something is not shown on your page any more"
    assert "Until it is in order, your page does not show this: Driving" in mails()[0].text
    assert "ended 20 November 2026, not shown since 21 November 2026: Driving" in to_team().get().text
    seen(carer, "car-insurance", by=BY, worker=worker, dated=TODAY, ends_on=TODAY + 300 * DAY, tell=True)
    again = Message.objects.get(template=papers.ACCEPTED).text
    assert "Your page shows this now too: Driving" in again


def test_days_of_grace_count_to_the_end_and_then_to_the_day_on_which_the_page_goes():
    carer = listed(without=("hmrc",), ends=TODAY + 300 * DAY)
    show(carer, "hmrc", first=TODAY - 300 * DAY, last=TODAY + 60 * DAY)
    last, gone = TODAY + 60 * DAY, TODAY + 88 * DAY
    for days in (0, 1, 30, 46, 53, 59, 60, 61, 62, 74, 81, 82, 87, 88, 89, 90):
        remind(TODAY + days * DAY)
    assert [it for slug, it in said(requirement="hmrc")] == [
        *((last, days) for days in (60, 30, 14, 7, 1, 0)), *((gone, days) for days in (14, 7, 1, 0)),
    ]  # fmt: skip
    assert [it for slug, it in said(Reminder.TEAM, requirement="hmrc")] == [(last, 7), (last, 0), (gone, 7), (gone, 0)]
    ended = mails()[[it for _slug, it in said(requirement="hmrc")].index((last, 0))]
    assert "HMRC registration ended on 20 January 2027." in ended.text
    assert "your page is not shown from 18 February 2027" in ended.text
    assert "any more" not in ended.subject


def test_what_hides_nothing_is_told_and_takes_nothing():
    carer = listed(without=("data-protection",), keeps_records=True)
    show(carer, "data-protection", first=TODAY - 300 * DAY, last=TODAY - DAY)
    remind()
    assert "Data protection fee ended on 20 November 2026." in mails()[0].text
    assert "not shown" not in mails()[0].text
    assert "Data protection fee: ended 20 November 2026, hides nothing. Nothing new was sent." in to_team().get().text


def test_the_team_is_told_once_when_a_week_is_left():
    listed(ends=TODAY + 7 * DAY)
    for _twice in (1, 2):
        remind()
    remind(TODAY + DAY)
    team = to_team().get()
    assert team.subject == "Ends within a week: 1 carer"
    assert team.to == settings.SCHEME.contact.email
    assert said(Reminder.TEAM) == [("public-liability", (TODAY + 7 * DAY, 7))]


def test_a_new_version_of_the_code_is_counted_to_the_day_by_which_it_is_signed():
    carer = listed(ends=TODAY + 300 * DAY)
    next_code(in_force_in=14, sign_in=42)
    sign_by = TODAY + 42 * DAY
    days = [days for days in (42, 41, 30, 14, 7, 1, 0, -1, -2) if remind(sign_by - days * DAY)]
    assert days == [30, 14, 7, 1, -1]
    assert "Sign the new version of the Code of Practice by the end of 2 January 2027." in mails()[0].text
    assert "/my/code/" in mails()[0].text
    assert "was to be signed by the end of 2 January 2027" in mails()[-1].text
    codes.sign(carer, by=BY, typed_name="Bryn Lewis", language="en", on=sign_by)


# --- the Update Service ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "joined", "asked"),
    [("enhanced", "will", [20, 27]), ("enhanced", "no", [20, 27]), ("enhanced", "yes", []), ("basic", "no", [])],
)
def test_a_certificate_that_is_not_on_the_update_service_is_reminded_of_its_thirty_days(level, joined, asked):
    carer = listed()
    dated = TODAY - 10 * DAY
    facts = {"level": level, "workforce": "adult", "update_service": joined, "showing": "Mondays"}
    papers.send(carer, settings.SCHEME.requirements["enhanced-dbs"], by=BY, how=Evidence.How.SEEN, facts=facts,
                worker=carer.workers.get(), dated=dated)  # fmt: skip
    assert [days for days in (10, 19, 20, 21, 26, 27, 28, 30, 31) if remind(dated + days * DAY)] == asked
    if asked:
        assert "the certificate can join until 11 December 2026" in mails()[0].text


# --- safely ----------------------------------------------------------------------------------------------


def test_one_who_fails_holds_up_nobody_and_a_killed_run_says_the_rest_and_nothing_again(monkeypatch):
    every = [listed(f"{name} Lewis", ends=TODAY + 7 * DAY) for name in ("Ann", "Bob", "Cai")]
    write = reminding._write

    def failing(carer, due, to):
        write(carer, due, to)
        if carer == every[1] and to == Reminder.CARER:
            raise RuntimeError("killed after the rows")

    monkeypatch.setattr(reminding, "_write", failing)
    with pytest.raises(reminding.NotReminded, match=f"Of 3 to remind these failed: {every[1].pk}"):
        remind()
    assert [len(mails(carer)) for carer in every] == [1, 0, 1]
    monkeypatch.undo()
    assert remind() == 1
    assert [len(mails(carer)) for carer in every] == [1, 1, 1]


def test_everybody_is_read_in_as_many_statements_as_one(django_assert_max_num_queries):
    for name in ("Ann", "Bob", "Cai", "Dai"):
        listed(f"{name} Lewis")
    with django_assert_max_num_queries(14):
        assert remind() == 0


def test_the_job_is_recorded_with_its_count():
    listed(ends=TODAY + 7 * DAY)
    remind_carers()
    assert JobRun.objects.get(name="remind-carers").counted == 1
