"""The desk: a member of the team does a carer's tasks on the carer's own pages, and nobody else gets there."""

import pytest
from bs4 import BeautifulSoup
from django.urls import get_script_prefix, reverse

from accounts import team
from accounts.models import User
from files import quarantine
from notifications.models import Message
from onboarding import journey, leaving, pages, papers, training
from tests.builders import BY
from tests.listed_carers import listed_carer
from tests.paper_builders import INSURED, asked, insurance
from tests.papers import paper
from tests.signing_in import by_password_alone
from tests.training_builders import session

pytestmark = pytest.mark.django_db


@pytest.fixture
def carer(today):
    return journey.start(by=BY, name="Gwen Rees", first_name="Gwen", services=["chat"])


def officer(role="case-officer"):
    user = User.objects.create_user(f"{role}@example.org")
    team.join(user, by=BY, slugs=[role])
    return user


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_the_team_sees_the_carers_pages_with_every_link_at_the_desk(client, carer, prefix):
    client.force_login(officer())
    page = soup(client.get(f"/desk/{carer.pk}{prefix}/my/"))
    assert "Gwen Rees" in page.select_one(".at-desk").get_text()
    links = [link["href"] for link in page.select(".govuk-task-list__link")]
    assert links
    assert all(link.startswith(f"/desk/{carer.pk}{prefix}/my/") for link in links)
    languages = [link["href"] for link in page.select(".govuk-language-navigation a")]
    assert languages
    assert all(link.startswith(f"/desk/{carer.pk}/") and link.endswith("/my/") for link in languages)


def test_at_the_desk_is_nothing_of_the_team_members_own(client, carer):
    client.force_login(officer())
    page = soup(client.get(f"/desk/{carer.pk}/my/"))
    links = {link.get_text(strip=True) for link in page.select(".own-navigation a")}
    assert "Tasks" in links
    assert not links & {"Enquiries", "Account", "Sign out"}


def test_the_desks_part_of_the_address_is_gone_after_the_request(client, carer):
    client.force_login(officer())
    client.get(f"/desk/{carer.pk}/my/")
    assert get_script_prefix() == "/"
    assert reverse("onboarding:tasks") == "/my/"


def test_a_carer_an_auditor_and_a_session_by_password_alone_are_refused(client, carer):
    stranger = User.objects.create_user("stranger@example.org")
    client.force_login(stranger)
    assert client.get(f"/desk/{carer.pk}/my/").status_code == 403
    client.force_login(officer("auditor"))
    assert client.get(f"/desk/{carer.pk}/my/").status_code == 403
    by_password_alone(client, officer())
    assert client.get(f"/desk/{carer.pk}/my/").status_code == 403


def test_who_is_not_signed_in_is_asked_to(client, carer):
    response = client.get(f"/desk/{carer.pk}/my/")
    assert response.status_code == 302
    assert f"/desk/{carer.pk}/my/" in response["Location"]


def test_there_is_no_desk_for_a_carer_who_is_not_there(client, carer):
    client.force_login(officer())
    assert client.get(f"/desk/{carer.pk + 1}/my/").status_code == 404


def test_other_addresses_have_no_desk(client, carer):
    client.force_login(officer())
    for path in ("/", "/my/enquiries/?page=2", "/cy/find/", "/accounts/"):
        assert client.get(f"/desk/{carer.pk}{path}").headers["Location"] == path
    assert client.post(f"/desk/{carer.pk}/accounts/language/").status_code == 404


def test_staff_have_no_journey_of_their_own_by_the_desk(client, carer):
    client.force_login(officer())
    assert "Gwen" not in client.get("/my/").content.decode()


def test_a_calendar_file_made_at_the_desk_leads_to_the_carers_own_page(client, carer):
    found = session()
    training.book(found, carer.workers.get(), by=BY)
    client.force_login(officer())
    file = client.get(f"/desk/{carer.pk}/my/training/{found.pk}/calendar.ics").content.decode().replace("\r\n ", "")
    assert f"URL:http://localhost:8000/my/training/{found.pk}/" in file


def test_the_mail_to_the_team_about_what_was_said_at_the_desk_leads_to_its_own_page(client, today, usk):
    carer = listed_carer(offers=("washing-dressing",))
    client.force_login(officer())
    client.post(f"/desk/{carer.pk}/my/headcount/", {"number": "5"})
    text = Message.objects.get(key__startswith="headcount-above:").text
    assert "http://localhost:8000/admin/onboarding/headcount/" in text


def test_whoever_left_has_no_pages_at_the_desk_either(client, carer):
    client.force_login(officer())
    leaving.leave(carer, by=BY, reason="stopped")
    assert client.get(f"/desk/{carer.pk}/my/listing/words/").status_code == 404
    assert client.post(f"/desk/{carer.pk}/my/leave/", {"reason": "stopped", "sure": "on"}).status_code == 404
    client.post(f"/desk/{carer.pk}/my/help/new/", {"what": "Ring me"})
    assert not carer.help_requests.exists()
    page = soup(client.get(f"/desk/{carer.pk}/my/"))
    assert "Gwen Rees" in page.select_one(".at-desk").get_text()
    assert "Your data" not in page.get_text()  # there is no account to take it with


# --- what papers say -------------------------------------------------------------------------------------


SECRETS = ("Penallt Mutual", "PM-4471", "The policy is too low")


def everything_about(client, carer):
    """The carer's pages of a paper that came back, and of one that is with the team."""
    start = f"/desk/{carer.pk}/my/"
    papers.send_back(insurance(carer), by=BY, reason="The policy is too low.")
    pages = [client.get(start), client.get(f"{start}tasks/public-liability/")]
    again = insurance(carer)
    pages += [client.get(f"{start}tasks/public-liability/"), client.get(f"{start}sent/{again.pk}/")]
    return again, " ".join(page.content.decode() for page in pages)


def test_who_may_not_read_papers_sees_their_state_alone(client, carer):
    client.force_login(officer())
    again, said = everything_about(client, carer)
    assert "Sent back" in said
    assert "With the team since" in said
    assert "Only who may read papers sees why" in said
    assert not [secret for secret in SECRETS if secret in said]
    page = f"/desk/{carer.pk}/my/tasks/public-liability/"
    assert client.post(page, {"take_back": again.pk}).status_code == 403
    again.refresh_from_db()
    assert again.is_undecided
    assert not carer.drafts.exists()


def test_who_may_not_read_papers_sees_of_what_is_begun_only_what_they_typed(client, carer):
    reader, other = officer(), officer("manager")
    client.force_login(reader)
    page = f"/desk/{carer.pk}/my/tasks/public-liability/"
    requirement = asked("public-liability")
    draft = papers.save_draft(carer, requirement, None, dict(INSURED))
    pages.keep(draft, [paper()], by=BY)
    quarantine.settle(draft.pages.get().file_id)
    said = client.get(page).content.decode()
    assert "Only who may read papers sees what they typed for Gwen Rees." in said
    assert client.get(f"{page}check/").url == page
    assert not [secret for secret in SECRETS if secret in said]
    client.post(page, {"how": "upload", "save": "1"})  # nothing typed takes nothing away
    draft.refresh_from_db()
    assert draft.facts == INSURED
    client.post(page, {**INSURED, "insurer": "Cardigan Mutual", "save": "1"})
    assert "Cardigan Mutual" in client.get(page).content.decode()
    assert "Cardigan Mutual" in client.get(f"{page}check/").content.decode()
    papers.save_draft(carer, requirement, None, dict(INSURED), by=other)
    assert "Penallt" not in client.get(page).content.decode()


def test_who_may_read_papers_sees_them_at_the_desk_too(client, carer):
    client.force_login(officer("reviewer"))
    _again, said = everything_about(client, carer)
    assert not [secret for secret in SECRETS if secret not in said]
