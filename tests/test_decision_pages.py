"""The pages on which a carer is suspended, reinstated or ended: what they say before the button, and who may press."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import team
from accounts.models import User
from audit.models import AuditEvent
from compliance import deciding, noting
from compliance.models import Decision, Note
from directory.models import Listing
from notifications import outbox
from notifications.models import Message
from onboarding import helping, journey
from onboarding.models import Carer
from onboarding.reasons import Reason
from tests.builders import BY, TODAY
from tests.listed_carers import listed_carer
from tests.team_builders import member

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=28)


@pytest.fixture
def carer(today):
    owner = User.objects.create_user("bryn@example.org", language="cy", name="Bryn Lewis")
    return listed_carer(owner=owner)


@pytest.fixture
def reviewer(client, today):
    user = member("reviewer@council.example.org", "reviewer", name="Ann Price")
    client.force_login(user)
    return client


def at(name, carer):
    return reverse(f"admin:compliance_decision_{name}", args=[carer.pk])


def page_of(carer):
    return reverse("admin:onboarding_carer_change", args=[carer.pk])


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def press(client, name, carer, **said):
    """Filled in, the message seen, and then the button."""
    shown = client.post(at(name, carer), said)
    assert shown.status_code == 200, text(shown)
    return shown, client.post(at(name, carer), {**said, "seen": shown.context["seen"]}, follow=True)


def state(carer):
    return Listing.objects.get(pk=carer.listing_id).state(TODAY)


SUSPENDED = {"reason": "dbs", "words": "Ffoniwch Ann.", "review_on": LATER.isoformat()}


def test_a_suspension_is_shown_whole_before_the_button_and_done_after_it(reviewer, carer):
    opened = text(reviewer.get(at("suspend", carer)))
    assert f'value="{LATER}"' in opened  # four weeks on, unless somebody says otherwise
    shown, after = press(reviewer, "suspend", carer, **SUSPENDED)
    assert "Within a minute their page says “This listing is paused”" in text(shown)
    assert "On 19 December 2026 it waits to be looked at again" in text(shown)
    told = shown.context["told"]
    assert [said.language for said in told] == ["cy", "en"]
    assert all("Ffoniwch Ann." in said.text and "DBS" not in said.text for said in told)
    assert "Bryn Lewis is mailed, in Welsh." in text(shown)
    assert "Bryn Lewis is suspended." in text(after)
    assert after.redirect_chain[-1][0] == page_of(carer)
    assert state(carer) == Listing.State.HIDDEN
    assert Message.objects.first().text == told[0].text
    assert Decision.objects.get(kind="suspended").review_on == LATER


def test_nothing_is_done_that_was_not_shown(reviewer, carer):
    """Words written after the message was looked at, or a language that changed meanwhile, are looked at first."""
    assert reviewer.post(at("suspend", carer), SUSPENDED).context["seen"]
    seen = reviewer.post(at("suspend", carer), SUSPENDED).context["seen"]
    other = reviewer.post(at("suspend", carer), {**SUSPENDED, "words": "Something else.", "seen": seen})
    assert "read it once more" in text(other)
    assert state(carer) == Listing.State.LIVE
    User.objects.filter(pk=carer.owner_id).update(language="en")
    assert "read it once more" in text(reviewer.post(at("suspend", carer), {**SUSPENDED, "seen": seen}))
    assert not Decision.objects.filter(kind="suspended").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": ""}, "Choose why."),
        ({"reason": "moved"}, "Select a valid choice"),
        ({"review_on": TODAY.isoformat()}, "Choose a day that is to come."),
        ({"review_on": (TODAY + timedelta(days=800)).isoformat()}, "Choose a day within a year."),
        ({"review_on": "soon"}, "Enter a valid date"),
        ({"reason": "safeguarding"}, "the carer is told nothing but that the page is paused"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(reviewer, carer, changed, said):
    page = reviewer.post(at("suspend", carer), {**SUSPENDED, **changed, "seen": "x"})
    assert said in text(page)
    assert "Ffoniwch Ann." in text(page)
    assert page.context["told"] == []
    assert state(carer) == Listing.State.LIVE


def test_of_a_safeguarding_matter_the_message_is_neutral(reviewer, carer):
    shown, _after = press(reviewer, "suspend", carer, reason="safeguarding", review_on=LATER.isoformat())
    assert all("safe" not in said.text.lower() for said in shown.context["told"])
    assert state(carer) == Listing.State.HIDDEN


def test_it_is_looked_at_again_put_back_and_the_second_officer_is_told(reviewer, carer):
    press(reviewer, "suspend", carer, **SUSPENDED)
    assert "is suspended already" in text(reviewer.get(at("suspend", carer), follow=True))
    shown, _after = press(reviewer, "look_again", carer, reason="dbs", review_on=(LATER + timedelta(7)).isoformat())
    assert "Their page stays as it is: paused, since 21 November 2026." in text(shown)
    assert Decision.objects.filter(kind="suspended").count() == 2
    _shown, after = press(reviewer, "reinstate", carer, reason="settled")
    assert "is not suspended any more" in text(after)
    assert state(carer) == Listing.State.LIVE
    assert "is not suspended." in text(reviewer.get(at("reinstate", carer), follow=True))


def test_a_reinstated_page_that_stays_hidden_says_why(reviewer, carer):
    press(reviewer, "suspend", carer, **SUSPENDED)
    Listing.objects.update(paused_until=TODAY + timedelta(days=9))
    said = text(reviewer.get(at("reinstate", carer)))
    assert "not public yet: They paused it themselves until 30 November 2026" in said


def test_an_end_counts_what_stops_and_says_when_everything_goes(reviewer, carer):
    helping.ask(carer, by=carer.owner, what="Which insurance?")
    shown, after = press(reviewer, "end", carer, reason="moved")
    assert "cannot be undone" in text(shown)
    assert "What is under way stops: 1 request for help." in text(shown)
    assert "Everything that is kept about them goes on 21 November 2032." in text(shown)
    assert "has ended" in text(after)
    assert state(carer) == Listing.State.ENDED


def test_an_end_because_nobody_reaches_them_shows_the_tries_and_how_many_are_missing(reviewer, carer, time_machine):
    officer = User.objects.get(email="reviewer@council.example.org")
    time_machine.move_to("2026-11-22 09:00Z")
    noting.write(carer, by=officer, kind=Note.Kind.TRIED, words="Rang, no answer.")
    page = reviewer.post(at("end", carer), {"reason": "unreachable"})
    assert "Ann Price: Rang, no answer." in text(page)
    assert "2 more days with a try are missing" in text(page)
    assert "Try to reach them on 3 different days first" in text(page)
    for day in (23, 24):
        time_machine.move_to(f"2026-11-{day} 09:00Z")
        noting.write(carer, by=officer, kind=Note.Kind.TRIED, words="No answer.")
    _shown, after = press(reviewer, "end", carer, reason="unreachable")
    assert "has ended" in text(after)


def test_of_who_died_the_page_says_that_all_messages_stop(reviewer, carer):
    refused = reviewer.post(at("end", carer), {"reason": "died", "words": "We are sorry."})
    assert "Nothing is sent to somebody who died" in text(refused)
    before = Message.objects.count()
    shown, _after = press(reviewer, "end", carer, reason="died")
    assert "All messages stop at once" in text(shown)
    assert "None. Nothing is sent to somebody who died." in text(shown)
    assert Message.objects.count() <= before
    assert Carer.objects.get(pk=carer.pk).silent_at


@pytest.mark.parametrize(("shared", "goes"), [(False, 5), (True, 3)])
def test_what_is_said_to_stop_where_they_died_is_what_stops(reviewer, carer, shared, goes):
    """To them by whatever address, and to theirs unless somebody else is reached there; but not what is going now."""
    Message.objects.all().delete()
    if shared:
        journey.start(by=BY, name="Nia Lewis", first_name="Nia", email="BRYN@example.org")
        Message.objects.all().delete()
    with transaction.atomic():
        for key, to, whose in [
            ("theirs", "bryn@example.org", f"carer:{carer.pk}"), ("before", "old@example.org", f"carer:{carer.pk}"),
            ("long-before", "older@example.org", f"carer:{carer.pk}"),
            ("address", "Bryn@example.org", ""), ("account", "bryn@example.org", ""), ("other", "x@example.org", ""),
            ("going", "bryn@example.org", f"carer:{carer.pk}"),
        ]:  # fmt: skip
            outbox.queue(key=key, to=to, whose=whose, template="compliance/mail/missing", language="en")
    Message.objects.filter(key="going").update(claimed_at=timezone.now())
    shown, _after = press(reviewer, "end", carer, reason="died")
    assert f"{goes} that have not gone are taken back." in text(shown)
    assert ("Whoever shares their address goes on getting their own." in text(shown)) is shared
    assert AuditEvent.objects.get(event="carer.silenced").data == {"messages": goes, "letters": 0}
    assert Message.objects.count() == 7 - goes


@pytest.mark.parametrize("role", ["case-officer", "auditor", "editor", "safeguarding-lead"])
def test_only_who_may_decide_sees_the_pages(client, carer, role):
    client.force_login(member(f"{role}@council.example.org", role))
    for name in ("suspend", "look_again", "reinstate", "end"):
        assert client.get(at(name, carer)).status_code == 403
        assert client.post(at(name, carer), SUSPENDED).status_code == 403


def test_a_carer_who_is_also_staff_decides_nothing_and_reads_nothing_about_themselves(client, carer):
    """Their colleague suspended them, and wrote a note."""
    colleague = member("ann@council.example.org", "manager")
    deciding.suspend(carer, by=colleague, reason=Reason.SAFEGUARDING, review_on=LATER, on=TODAY)
    noting.write(carer, by=colleague, words="A neighbour rang.")
    team.join(carer.owner, by="job:tests", slugs=["manager"])
    client.force_login(User.objects.get(pk=carer.owner_id))
    for name in ("look_again", "reinstate", "end"):
        assert client.get(at(name, carer)).status_code == 403
    page = text(client.get(page_of(carer)))
    assert "A neighbour rang." not in page
    assert "To keep people safe" not in page
    assert reverse("admin:compliance_decision_reinstate", args=[carer.pk]) not in page
    assert client.get(reverse("admin:onboarding_carer_note", args=[carer.pk])).status_code == 403
    assert list(client.get(reverse("admin:compliance_decision_changelist")).context["cl"].queryset) == []


def test_the_list_of_decisions_is_searched_exported_and_keeps_words_from_auditors(client, carer):
    officer = member("ann@council.example.org", "reviewer", name="=HYPERLINK(1)")
    deciding.suspend(carer, by=officer, reason=Reason.DBS, words="Ring Ann.", review_on=LATER, on=TODAY)
    address = reverse("admin:compliance_decision_changelist")
    one = Decision.objects.get()
    for role, reads in (("auditor", False), ("reviewer", True)):
        client.force_login(member(f"{role}2@council.example.org", role))
        for searched, found in ((str(carer.pk), 1), ("bryn", 1), ("nobody", 0)):
            assert client.get(address, {"q": searched}).context["cl"].queryset.count() == found
        file = client.post(address, {"action": "export", "_selected_action": [one.pk]}).content.decode("utf-8-sig")
        assert "Something about a DBS check" in file
        assert "'=HYPERLINK(1)" in file  # no spreadsheet works it out
        assert ("Ring Ann." in file) is reads
        shown = text(client.get(reverse("admin:compliance_decision_change", args=[one.pk])))
        assert ("Ring Ann." in shown) is reads


PAUSED = {"en": "The team has paused your page.", "cy": "Mae’r tîm wedi oedi eich tudalen."}


@pytest.mark.parametrize("address", ["onboarding:tasks", "onboarding:listing", "onboarding:space"])
def test_the_carer_reads_that_it_is_paused_whom_to_ring_and_never_why(client, carer, address):
    officer = member("ann@council.example.org", "reviewer")
    deciding.suspend(carer, by=officer, reason=Reason.SAFEGUARDING, review_on=LATER, on=TODAY)
    client.force_login(carer.owner)
    for language, words in PAUSED.items():
        with override(language):
            page = text(client.get(reverse(address)))
        assert words in page
        assert settings.SCHEME.contact.phone in page
        assert "keep people safe" not in page
        assert "concern" not in page
    with override("en"):
        assert "change your listing meanwhile" in text(client.get(reverse(address)))
