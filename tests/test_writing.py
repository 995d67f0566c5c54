"""The team writes to carers: to a group, each in their own language, once, and to nobody who is not to get it."""

import re
from datetime import timedelta
from threading import Thread

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from compliance import deciding, groups, writing
from compliance.groups import Group, readers
from compliance.jobs import purge_to_carers, send_to_carers
from compliance.models import Mailing, Recipient
from directory import services
from notifications import outbox
from notifications.models import JobRun, Message
from onboarding import leaving, news
from onboarding.models import Carer, Letter
from onboarding.reasons import Reason
from tests.builders import BY, TODAY, make_listing
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
JOB = "job:send-to-carers"
TEXTS = {
    "subject_en": "The office moves",
    "text_en": "We move to Usk.\n\nSee https://example.org/usk & <b>come in</b>.",
    "subject_cy": "Mae’r swyddfa’n symud",
    "text_cy": "Rydym yn symud i Frynbuga.",
}
SERVICE, NEWS = Mailing.Kind.SERVICE, Mailing.Kind.NEWS


def someone(name, *, language="en", mail=True, base="", offers=("chat",), **facts):
    """With a listing where a base is given, else on their way."""
    owner = User.objects.create_user(f"{name.lower()}@example.org", language=language) if mail else None
    listing = make_listing(f"{name} Price", base=base, offers=offers, owner=owner, **facts) if base else None
    return Carer.objects.create(
        name=f"{name} Price", owner=owner, language=language, listing=listing, services=list(offers)
    )


@pytest.fixture
def officer():
    return member("case@council.example.org", "case-officer", name="Ann")


@pytest.fixture
def four():
    """One in each language, one of whom we do not know it, and one by post."""
    return [
        someone("Megan"), someone("Nia", language="cy"), someone("Ola", language=""),
        someone("Gwen", language="cy", mail=False),
    ]  # fmt: skip


def written(by, kind=SERVICE, group=None, **texts):
    return writing.draft(by=by, kind=kind, group=group or Group(), **{**TEXTS, **texts})


def send(mailing, by):
    mailing.refresh_from_db()
    seal = readers(mailing, on=TODAY).seal(mailing.changed_at)
    return writing.send(mailing, by=by, seal=seal, on=TODAY)


def mailed(mailing):
    rows = Message.objects.filter(key__startswith=f"mailing:{mailing.pk}:")
    return {row.to.partition("@")[0]: row for row in rows}


def names(who):
    return [one.carer.name.split()[0] for one in who.going]


# --- whom it goes to -------------------------------------------------------------------------------------


@pytest.fixture
def county(officer):
    someone("Usk", base="usk", offers=["chat", "meals"])
    someone("Monmouth", base="monmouth", language="cy", miles=40)
    someone("Whole", base="chepstow", whole_area=True, offers=["meals"])
    hidden = someone("Hidden", base="usk", checked_until=TODAY - timedelta(days=1))
    suspended = someone("Suspended", base="usk", language="")
    services.suspend(suspended.listing, by=BY)
    someone("Journey", offers=["meals"])
    return hidden


def match(**criteria):
    return Group(to=groups.MATCHING, **criteria)


@pytest.mark.parametrize(
    ("group", "wanted"),
    [
        (Group(), {"Usk", "Monmouth", "Whole", "Hidden", "Suspended", "Journey"}),
        (match(place="usk", miles=3), {"Usk", "Hidden", "Suspended"}),
        (match(place="usk", area=groups.COVERING), {"Usk", "Monmouth", "Whole", "Hidden", "Suspended"}),
        (match(services=("meals",)), {"Usk", "Whole", "Journey"}),
        (match(services=("companionship",)), {"Usk", "Monmouth", "Hidden", "Suspended"}),  # a heading, of which chat is
        (match(services=("meals", "chat"), states=(groups.JOURNEY,)), {"Journey"}),
        (match(states=(groups.LISTED,)), {"Usk", "Monmouth", "Whole"}),
        (match(states=(groups.HIDDEN, groups.SUSPENDED)), {"Hidden", "Suspended"}),
        (match(languages=("cy", groups.NOT_KNOWN)), {"Monmouth", "Suspended"}),
        (match(place="nowhere-any-more"), set()),
    ],
)
def test_a_group_is_who_matches_all_of_it_in_few_statements(
    county, officer, group, wanted, django_assert_max_num_queries
):
    mailing = written(officer, group=group)
    mailing.refresh_from_db()  # as the database gives the group back
    with django_assert_max_num_queries(3):
        who = readers(mailing, on=TODAY)
        assert set(names(who)) == wanted


def test_by_name_and_who_left_or_died_is_said_and_left_out(county, officer):
    journey = Carer.objects.get(name="Journey Price")
    group = Group(to=groups.NAMED, carers=(county.pk, journey.pk, Carer.objects.get(name="Usk Price").pk))
    mailing = written(officer, group=group)
    leaving.leave(county, by=BY, reason=Reason.STOPPED, tell=False)
    deciding.end(journey, by=officer, reason=Reason.DIED, on=TODAY)
    who = readers(mailing, on=TODAY)
    assert names(who) == ["Usk"]
    said = [(why, [carer.name for carer in carers]) for why, carers in who.without]
    assert said == [("died", ["Journey Price"]), ("left the scheme", ["Hidden Price"])]


def test_news_goes_to_who_did_not_stop_it_and_by_post_to_who_asked_for_it(officer, four):
    _megan, nia, _ola, gwen = four
    news.choose(nia, by=nia.owner, wants=False)
    mailing = written(officer, NEWS)
    who = readers(mailing, on=TODAY)
    assert names(who) == ["Megan", "Ola"]
    assert [(why, len(carers)) for why, carers in who.left_out.items()] == [("no-letters", 1), ("stopped", 1)]
    assert len(readers(written(officer, SERVICE), on=TODAY)) == 4
    news.choose(gwen, by=officer, wants=True)
    assert names(readers(mailing, on=TODAY)) == ["Gwen", "Megan", "Ola"]
    assert names(send(mailing, officer)) == ["Gwen", "Megan", "Ola"]


# --- what they get ---------------------------------------------------------------------------------------


def test_each_gets_it_in_their_own_language_by_mail_or_by_letter(officer, four, django_capture_on_commit_callbacks):
    mailing = written(officer)
    with django_capture_on_commit_callbacks(execute=True):
        send(mailing, officer)
    found = mailed(mailing)
    assert {name: row.language for name, row in found.items()} == {"megan": "en", "nia": "cy", "ola": ""}
    assert found["megan"].subject == "The office moves"
    assert "Brynbuga" not in found["megan"].text
    assert "Rydych yn cael yr e-bost hwn" in found["nia"].text
    assert found["ola"].subject == "Mae’r swyddfa’n symud / The office moves"
    assert "Frynbuga" in found["ola"].text
    assert "We move to Usk." in found["ola"].text
    letter = Letter.objects.get()
    assert letter.subject == "Mae’r swyddfa’n symud"
    assert "y llythyr hwn" in letter.text
    mailing.refresh_from_db()
    assert mailing.finished_at
    assert JobRun.objects.get(name="send-to-carers").counted == 4


def test_it_is_plain_text_with_links_and_runs_nothing(officer, four):
    mailing = written(officer)
    send(mailing, officer)
    writing.go_on(mailing, by=JOB)
    html = mailed(mailing)["megan"].html
    assert '<a href="https://example.org/usk"' in html
    assert "&lt;b&gt;come in&lt;/b&gt;" in html
    assert re.search(r"<p>We move to Usk\.</p>", html)
    assert "<b>come in</b>" in mailed(mailing)["megan"].text


def test_news_has_a_link_of_its_own_that_stops_it_and_a_service_message_has_none(officer, four, client, mailoutbox):
    for mailing in (
        written(officer, NEWS),
        written(officer, SERVICE, subject_en="Sign the Code", subject_cy="Llofnodwch y Cod"),
    ):
        send(mailing, officer)
        writing.go_on(mailing, by=JOB)
    outbox.sweep()
    mails = {(mail.to[0], mail.subject): mail for mail in mailoutbox}
    service = mails["megan@example.org", "Sign the Code"].message()
    assert "List-Unsubscribe" not in service
    sent = mails["megan@example.org", "The office moves"]
    where = re.search(r"http://\S+?(/stop-news/\S+/)", sent.body)[1]
    assert sent.message()["List-Unsubscribe"].strip("<>").endswith(where)
    client.post(where, {"List-Unsubscribe": "One-Click"})
    assert names(readers(written(officer, NEWS), on=TODAY)) == ["Nia", "Ola"]
    welsh = mails["nia@example.org", "Mae’r swyddfa’n symud"]
    assert "/cy/stop-news/" in welsh.message()["List-Unsubscribe"]
    assert re.search(r"/cy/stop-news/\S+/", welsh.body)


def test_it_is_not_sent_while_a_language_is_missing_that_somebody_reads(officer, four):
    mailing = written(officer, text_cy="  ")
    with pytest.raises(writing.NotWritten, match=r"in Welsh, which 3 carers read\."):
        send(mailing, officer)
    only_english = written(officer, group=match(languages=("en",)), text_cy="")
    assert names(send(only_english, officer)) == ["Megan"]
    with pytest.raises(writing.NotWritten, match="Nobody"):
        send(written(officer, group=match(states=(groups.LISTED,))), officer)
    assert Recipient.objects.count() == 1


def test_a_scheme_without_welsh_needs_none(officer, settings):
    settings.SCHEME = settings.SCHEME.__class__(**{**settings.SCHEME.__dict__, "languages": ("en",)})
    someone("Nia", language="cy")
    mailing = written(officer, subject_cy="", text_cy="")
    send(mailing, officer)
    writing.go_on(mailing, by=JOB)
    assert "We move to Usk." in mailed(mailing)["nia"].text


# --- once, and whatever breaks off -----------------------------------------------------------------------


def test_pressed_twice_it_goes_once_and_the_second_is_told_by_whom(officer, four):
    mailing = written(officer)
    seal = readers(mailing, on=TODAY).seal(mailing.changed_at)
    writing.send(mailing, by=officer, seal=seal, on=TODAY)
    with pytest.raises(writing.Sent, match="by Ann"):
        writing.send(mailing, by=member("other@council.example.org", "manager"), seal=seal, on=TODAY)
    for _again in range(2):
        writing.go_on(mailing, by=JOB)
    assert len(mailed(mailing)) == 3
    assert Letter.objects.count() == 1
    for verb in (writing.throw_away, writing.test):
        with pytest.raises(writing.Sent):
            verb(mailing, by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recipient.objects.create(mailing=mailing, carer=four[0])


@pytest.mark.parametrize("how", ["joined", "text", "address", "language"])
def test_where_who_gets_it_or_the_text_moved_nothing_is_sent(officer, four, how):
    mailing = written(officer)
    seal = readers(mailing, on=TODAY).seal(mailing.changed_at)
    if how == "joined":
        someone("New")
    elif how == "text":
        writing.change(
            mailing, by=officer, seen=mailing.changed_at, kind=SERVICE, group=Group(), **TEXTS | {"text_en": "?"}
        )
    elif how == "address":
        Carer.objects.filter(pk=four[3].pk).update(email="gwen@example.org")
    else:
        User.objects.filter(pk=four[0].owner_id).update(language="cy")
    with pytest.raises(writing.Moved):
        writing.send(mailing, by=officer, seal=seal, on=TODAY)
    assert not Recipient.objects.exists()
    assert Mailing.objects.get().is_draft


class Stopped(BaseException):
    """The machine stops."""


def fails_for(monkeypatch, *carers, error=RuntimeError):
    tell = writing.letters.tell

    def failing(carer, **facts):
        if carer.pk in {one.pk for one in carers}:
            raise error("what somebody wrote to gwen@example.org")
        return tell(carer, **facts)

    monkeypatch.setattr(writing.letters, "tell", failing)


def test_what_breaks_off_goes_on_where_it_stopped(officer, four, monkeypatch):
    mailing = written(officer)
    send(mailing, officer)
    assert writing.go_on(mailing, by=JOB, at_most=1) == 1
    with monkeypatch.context() as patch, pytest.raises(Stopped):
        fails_for(patch, four[1], error=Stopped)
        writing.go_on(mailing, by=JOB)
    row = Mailing.objects.with_counts().get()
    assert (row.done, row.people, row.finished_at) == (2, 4, None)
    assert send_to_carers() == 2
    assert send_to_carers() == 0
    row = Mailing.objects.with_counts().get()
    assert (row.done, row.mails_waiting, row.letters_to_post) == (4, 3, 1)
    assert row.finished_at
    assert Message.objects.filter(key__startswith="mailing:").count() == 3


def test_one_who_fails_holds_up_nobody_and_is_tried_again_and_the_run_says_how_many(officer, four, monkeypatch, caplog):
    first, second = written(officer), written(officer, NEWS)
    for mailing in (first, second):
        send(mailing, officer)
    with monkeypatch.context() as patch:
        fails_for(patch, four[0])
        for _run in range(2):
            with pytest.raises(writing.NotQueued):
                send_to_carers()
    waiting = Recipient.objects.filter(done_at=None).values_list("carer", flat=True)
    assert list(waiting) == [four[0].pk] * 2
    runs = list(JobRun.objects.order_by("pk").values_list("error", flat=True))
    said = f"2 of {Recipient.objects.count()} to queue failed, carers {four[0].pk}, {four[0].pk}"
    assert said in runs[0]
    assert "2 of 2 to queue failed" in runs[1]
    assert "compliance/writing.py line" in runs[0]
    assert f"Carer {four[0].pk} was not promised message {first.pk} (RuntimeError" in caplog.text
    assert "gwen@example.org" not in caplog.text + runs[0]
    assert send_to_carers() == 2
    assert not Mailing.objects.filter(finished_at=None).exists()


def test_those_who_fail_are_none_of_those_done_at_once(officer, four, monkeypatch):
    """Else as many of them would stand before everybody else for ever."""
    mailing = written(officer)
    send(mailing, officer)
    fails_for(monkeypatch, *four[:2])
    with pytest.raises(writing.NotQueued) as raised:
        writing.go_on(mailing, by=JOB, at_most=2)
    assert (raised.value.told, raised.value.failed) == (2, [four[0].pk, four[1].pk])


def test_whoever_presses_go_on_is_told_who_failed(client, officer, four, monkeypatch):
    mailing = written(officer)
    send(mailing, officer)
    fails_for(monkeypatch, four[0])
    client.force_login(officer)
    page = client.post(reverse("admin:compliance_mailing_go_on", args=[mailing.pk]), follow=True).content.decode()
    assert "3 carers queued. 1 carer could not be queued, and will be tried again by itself" in page


def test_who_dies_leaves_or_stops_news_after_the_button_is_left_out(officer, four):
    megan, nia, ola, _gwen = four
    mailing = written(officer, NEWS)
    send(mailing, officer)
    deciding.end(megan, by=officer, reason=Reason.DIED, on=TODAY)
    leaving.leave(nia, by=BY, reason=Reason.STOPPED, tell=False)
    news.choose(ola, by=ola.owner, wants=False)
    assert writing.go_on(mailing, by=JOB) == 0
    assert mailed(mailing) == {}
    rows = Recipient.objects.order_by("pk").values_list("carer__name", "left_out")
    assert list(rows) == [("Megan Price", "died"), ("Nia Price", "left"), ("Ola Price", "stopped")]
    assert Mailing.objects.with_counts().get().passed_over == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_queue_at_the_same_moment_queue_each_carer_once(four):
    officer = member("case@council.example.org", "case-officer")
    with transaction.atomic():
        mailing = written(officer)
    Mailing.objects.filter(pk=mailing.pk).update(began_at=timezone.now())
    Recipient.objects.bulk_create([Recipient(mailing=mailing, carer=carer) for carer in four])
    told = []

    def work():
        told.append(writing.go_on(mailing, by=JOB))
        connection.close()

    together = 3 if connection.vendor == "postgresql" else 1  # SQLite lets one writer in at a time
    threads = [Thread(target=work) for _ in range(together)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(told) == 4
    assert len(mailed(mailing)) == 3
    assert AuditEvent.objects.filter(event="mailing.queued").count() == 1


# --- drafts ----------------------------------------------------------------------------------------------


def test_nobody_writes_over_what_somebody_else_changed(officer):
    mailing = written(officer)
    seen = mailing.changed_at
    other = {**TEXTS, "text_en": "We move on Monday."}
    writing.change(mailing, by=officer, seen=seen, kind=SERVICE, group=Group(), **other)
    with pytest.raises(writing.Changed):
        writing.change(mailing, by=officer, seen=seen, kind=NEWS, group=Group(), **TEXTS)
    now = Mailing.objects.get()
    assert (now.kind, now.text_en) == (SERVICE, "We move on Monday.")
    writing.change(now, by=officer, seen=now.changed_at, kind=SERVICE, group=Group(), **other)
    assert AuditEvent.objects.filter(event="mailing.changed").count() == 1  # what is already so is not recorded again


def test_a_test_copy_goes_to_oneself_alone_in_what_is_written(officer, four):
    mailing = written(officer, NEWS)
    assert writing.test(mailing, by=officer)
    assert not writing.test(mailing, by=officer)
    copy = Message.objects.get()
    assert copy.to == "case@council.example.org"
    assert copy.subject == "Copi prawf: Mae’r swyddfa’n symud / Test copy: The office moves"
    assert "/stop-news/test/" in copy.text
    assert Mailing.objects.get().is_draft
    half = written(officer, subject_cy="")
    assert writing.test(half, by=officer)
    assert Message.objects.first().language == "en"
    with pytest.raises(writing.NotWritten):
        writing.test(written(officer, text_en="", text_cy=""), by=officer)


# --- what stays ------------------------------------------------------------------------------------------


def test_the_audit_has_numbers_and_no_names(officer, four):
    mailing = written(officer)
    send(mailing, officer)
    writing.go_on(mailing, by=JOB)
    rows = {row.event: row.data for row in AuditEvent.objects.filter(event__startswith="mailing.")}
    assert rows["mailing.sent"] == {"kind": "service", "people": 4, "letters": 1, "left_out": []}
    assert rows["mailing.queued"] == {"people": 4}


def test_where_the_audit_fails_nothing_is_sent(officer, four, monkeypatch):
    mailing = written(officer)

    def failing(*args, **kwargs):
        raise RuntimeError("no audit")

    monkeypatch.setattr(writing, "record", failing)
    with pytest.raises(RuntimeError):
        send(mailing, officer)
    assert Mailing.objects.get().is_draft
    assert not Recipient.objects.exists()


def test_what_was_said_goes_ninety_days_after_sending_and_a_draft_ninety_days_after_its_last_change(
    officer, four, time_machine
):
    mailing, kept, given_up = written(officer), written(officer), written(officer)
    send(mailing, officer)
    writing.go_on(mailing, by=JOB)
    time_machine.move_to(timezone.now() + timedelta(days=60))
    again = {"kind": SERVICE, "group": Group(), **TEXTS, "subject_en": "The office has moved"}
    writing.change(kept, by=officer, seen=kept.changed_at, **again)
    time_machine.move_to(timezone.now() + timedelta(days=31))
    assert purge_to_carers() == 2
    assert JobRun.objects.latest("pk").counted == 2
    assert purge_to_carers() == 0
    assert not Mailing.objects.filter(pk=given_up.pk).exists()
    assert AuditEvent.objects.get(event="mailing.draft_purged").target_id == str(given_up.pk)
    mailing.refresh_from_db()
    assert (mailing.text_en, mailing.text_cy, mailing.subject_en) == ("", "", "The office moves")
    kept.refresh_from_db()
    assert kept.text_en
    assert mailing.recipients.count() == 4


def test_every_criterion_is_told_in_words():
    place = settings.SCHEME.places[0]
    group = match(place=place.slug, miles=1, services=("meals",), states=tuple(groups.STATES), languages=("cy", "both"))
    said = str(group)
    assert f"based within 1 mile of {place.name.en}" in said
    assert "whose language is Welsh or Not known" in said
    assert str(Group(to=groups.NAMED, carers=(1,))) == "1 carer, by name"
    assert Group.of(group.kept()) == group
