"""The team adds a carer who has no email address, says how they are reached, and finds the way to their tasks."""

import pytest

from audit.models import AuditEvent
from notifications.models import Message
from onboarding import desk_entry, helping, papers
from onboarding.listings import facts_of
from onboarding.models import Carer
from tests.builders import TODAY
from tests.paper_builders import asked, carer
from tests.team_builders import member

pytestmark = pytest.mark.django_db
LIST = "/admin/onboarding/carer/"
GWEN = {"name": "Gwen Rees", "first_name": "Gwen", "phone": "07700 900123", "town": "usk", "language": "cy",
        "letters_to": "3 Bridge Street\r\nUsk", "large_print": "on"}  # fmt: skip


@pytest.fixture
def officer(client, today):
    user = member("ann@council.example.org", "case-officer", name="Ann Hughes")
    client.force_login(user)
    return user


def test_a_carer_without_email_is_added_and_their_tasks_are_one_link_away(client, officer):
    answer = client.post(f"{LIST}enter/", GWEN)
    carer = Carer.objects.get()
    assert answer["Location"] == f"{LIST}{carer.pk}/change/"
    assert (carer.owner, carer.email, carer.language, carer.large_print) == (None, "", "cy", True)
    assert carer.letters_to.split() == ["3", "Bridge", "Street", "Usk"]
    assert carer.workers.get().first_name == "Gwen"
    assert facts_of(carer)["base_name_cy"] == "Brynbuga"
    assert AuditEvent.objects.get(event="carer.started").actor_id == officer.pk
    assert f'href="/desk/{carer.pk}/my/"' in client.get(f"{LIST}{carer.pk}/change/").content.decode()
    assert f'href="/desk/{carer.pk}/my/"' in client.get(LIST).content.decode()
    back = client.get(f"/desk/{carer.pk}/my/").content.decode()
    assert f'href="{LIST}{carer.pk}/change/"' in back
    assert not Message.objects.exists()


def test_somebody_who_is_here_already_is_said_and_everything_typed_is_kept(client, officer):
    client.post(f"{LIST}enter/", GWEN)
    again = client.post(f"{LIST}enter/", GWEN).content.decode()
    assert "Gwen Rees with this phone number is here already." in again
    assert "3 Bridge Street" in again
    assert Carer.objects.count() == 1


def test_they_must_be_reached_somehow(client, officer):
    said = client.post(f"{LIST}enter/", {"name": "Gwen Rees", "first_name": "Gwen"}).content.decode()
    assert "Enter a phone number, an email address or an address for letters." in said
    assert not Carer.objects.exists()


def test_how_they_are_reached_is_changed_and_recorded_without_saying_it(client, officer):
    carer = desk_entry.enter(by=officer, name="Gwen Rees", first_name="Gwen", phone="07700 900123")
    client.post(f"{LIST}{carer.pk}/reached/", {"phone": "07700 900124", "letters_to": "5 High Street"})
    carer.refresh_from_db()
    assert (carer.phone, carer.letters_to) == ("07700 900124", "5 High Street")
    assert AuditEvent.objects.get(event="carer.reached_set").data == {"facts": ["letters_to", "phone"]}
    assert desk_entry.set_reached(carer, by=officer, phone="07700 900124") == set()


def test_the_address_of_an_account_is_not_the_teams_to_change(client, officer):
    carer = desk_entry.enter(by=officer, name="Gwen Rees", first_name="Gwen", phone="07700 900123")
    carer.owner = member("gwen@example.org")
    carer.save()
    with pytest.raises(desk_entry.OwnAddress):
        desk_entry.set_reached(carer, by=officer, email="other@example.org")


def test_who_may_not_work_at_the_desk_sees_no_way_to_it(client, officer):
    carer = desk_entry.enter(by=officer, name="Gwen Rees", first_name="Gwen", phone="07700 900123")
    client.force_login(member("auditor@council.example.org", "auditor"))
    for page in (LIST, f"{LIST}{carer.pk}/change/"):
        assert "/desk/" not in client.get(page).content.decode()
    assert client.get(f"{LIST}enter/").status_code == 403


def test_what_was_entered_for_them_is_marked_where_the_team_looks(client, officer):
    carer = desk_entry.enter(by=officer, name="Gwen Rees", first_name="Gwen", phone="07700 900123")
    facts = {"insurer": "Penallt Mutual", "policy_number": "PM-4471", "cover": 5_000_000}
    paper = papers.send(carer, asked("public-liability"), by=officer, how="upload", facts=facts, dated=TODAY,
                        ends_on=TODAY.replace(year=2027))  # fmt: skip
    help_wanted = helping.ask(carer, by=officer, what="The form")
    assert paper.entered_by == help_wanted.entered_by == officer
    for page in (f"evidence/{paper.pk}", f"helprequest/{help_wanted.pk}"):
        said = client.get(f"/admin/onboarding/{page}/change/", follow=True).content.decode()
        assert "entered by Ann Hughes for Gwen Rees" in said


def test_what_the_carer_sent_themselves_is_marked_as_nobodys(officer):
    carer = desk_entry.enter(by=officer, name="Gwen Rees", first_name="Gwen", phone="07700 900123")
    carer.owner = member("gwen@example.org")
    carer.save()
    paper = papers.send(carer, asked("hmrc"), by=carer.owner, how="seen", facts={})
    assert paper.entered_by is None


def test_whoever_has_an_account_needs_no_other_way_to_be_reached(client, officer):
    mine = carer("Megan", phone="07700 900123")
    answer = client.post(f"{LIST}{mine.pk}/reached/", {"phone": "", "letters_to": ""})
    assert answer.status_code == 302
    assert Carer.objects.get().phone == ""
