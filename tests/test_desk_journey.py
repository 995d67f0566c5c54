"""A carer without email goes all the way at the desk: added, every task done for them, decided by a second officer,
listed with a phone number alone, and told of each step by letter."""

import pytest
from django.test import Client
from django.urls import reverse

from files import quarantine
from notifications.models import Message
from onboarding import codes, letter_paper, listings, papers
from onboarding.models import Carer, Evidence, Letter, PaperPage
from onboarding.standing import standing
from tests.builders import TODAY
from tests.code_builders import first_code
from tests.paper_builders import INSURED
from tests.papers import paper
from tests.team_builders import member

pytestmark = pytest.mark.django_db
PERSON = {"relation": "Manager", "phone": "01633 960321"}
REFERENCES = {"name_1": "Ann Rees", "name_2": "Dai Morgan", "care_work": "first"} | {
    f"{name}_{number}": value for number in "12" for name, value in PERSON.items()
}
LISTED = {"name": "Gwen Rees", "intro_en": "I mow and weed.", "capacity": "space", "miles": 5, "services": ["mowing"]}


@pytest.fixture
def ann(client, today):
    first_code()
    user = member("ann@council.example.org", "manager", name="Ann Hughes")
    client.force_login(user)
    return user


@pytest.fixture
def second():
    return member("huw@council.example.org", "manager", name="Huw Vaughan")


@pytest.fixture
def gwen(client, ann):
    said = {"name": "Gwen Rees", "first_name": "Gwen", "phone": "07700 900123", "town": "usk", "language": "en"}
    client.post("/admin/onboarding/carer/enter/", {**said, "letters_to": "3 Bridge Street\nUsk"})
    return Carer.objects.get()


def sends(client, carer, task, said, **files):
    """A task at the desk: typed, looked through, sent."""
    address = f"/desk/{carer.pk}/my/tasks/{task}/"
    check = client.post(address, {**said, **files, "check": "1"}, follow=True)
    assert check.context.get("key"), check.content.decode()[:3000]
    sent = client.post(f"{address}check/", {"key": check.context["key"]})
    assert sent.status_code == 302
    assert sent["Location"].startswith(f"/desk/{carer.pk}/my/")
    assert client.get(sent["Location"]).status_code == 200


def every_task(client, carer):
    client.post(f"/desk/{carer.pk}/my/services/", {"services": ["mowing"], "save": "1"})
    worker = carer.workers.get().pk
    sends(client, carer, f"identity/{worker}", {"showing": "Monday mornings", "document": "passport"})
    sends(client, carer, "public-liability", INSURED, pages=[paper()])
    sends(client, carer, "hmrc", {"how": "seen", "showing": "Monday mornings"})
    sends(client, carer, "references", REFERENCES)
    sends(client, carer, "contingency", {"plan": "I ring everybody the evening before."})
    for page in PaperPage.objects.all():
        quarantine.settle(page.file_id)


def test_all_the_way_at_the_desk_with_letters(client, ann, second, gwen):
    every_task(client, gwen)
    codes.sign_on_paper(gwen, codes.newest(), by=ann, typed_name="Gwen Rees", language="en", on=TODAY)
    undecided = list(Evidence.objects.undecided())
    assert {row.entered_by for row in Evidence.objects.all()} == {ann}
    for row in undecided:
        with pytest.raises(papers.OwnEntry):
            papers.accept(row, by=ann)
        papers.accept(row, by=second)
    gwen.refresh_from_db()
    assert standing(gwen, TODAY).may_be_listed

    listings.keep(gwen, by=ann, facts=LISTED)
    change = listings.send(gwen, by=ann).waiting
    assert change.entered_by == ann
    with pytest.raises(papers.OwnEntry):
        listings.approve(change, by=ann)
    listing = listings.approve(change, by=second)
    listing.refresh_from_db()

    public = Client().get(reverse("directory:profile", args=[listing.slug]))
    assert public.status_code == 200
    assert "07700" in public.content.decode()
    assert reverse("directory:enquiry", args=[listing.slug]) not in public.content.decode()
    assert Client().get(reverse("directory:enquiry", args=[listing.slug])).status_code == 404

    told = [letter.template.rpartition("/")[2] for letter in Letter.objects.all()]
    assert told.count("sent") == 4
    assert told.count("accepted") == 4
    assert {"code_signed", "listing_sent", "listing_approved"} <= set(told)
    assert not Message.objects.exists()
    if letter_paper.writer():
        assert letter_paper.pdf(Letter.objects.all()).startswith(b"%PDF")


@pytest.mark.parametrize("prefix", ["", "/cy"])
@pytest.mark.parametrize("page", ["", "services/", "records/", "training/", "help/", "help/new/", "listing/", "code/"])
def test_every_page_works_at_the_desk_for_somebody_without_an_account(client, ann, gwen, prefix, page):
    answer = client.get(f"/desk/{gwen.pk}{prefix}/my/{page}", follow=True)
    assert answer.status_code == 200
    assert "mailed you" not in answer.content.decode()
