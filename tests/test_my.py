"""`/my/`: a carer reads their own enquiries, each on a page of its own, and nobody else's."""

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from audit.models import AuditEvent
from directory import enquiries
from directory.enquiry_models import Enquiry
from directory.owners import set_owner
from tests.builders import BY, make_listing
from tests.enquiry_form import FACTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def carys(today):
    return User.objects.create_user("carys@example.org", language="en")


@pytest.fixture
def listing(carys):
    return owned("Carys Pugh", carys)


@pytest.fixture
def signed_in(client, listing, carys):
    client.force_login(carys)
    return client


def owned(name, user):
    listing = make_listing(name, email="")
    set_owner(listing, by=BY, owner=user)
    return listing


def send(listing, key="one", **facts):
    fields = {name: FACTS[name] for name in ("what", "when", "name", "answer_by", "phone", "email", "language")}
    return enquiries.send_enquiry(listing=listing, by=BY, form_key=key, **{**fields, **facts})


def soup(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html5lib")


def names(page):
    return [link.get_text(strip=True) for link in page.select(".govuk-task-list__link")]


def test_nobody_reads_it_without_signing_in(client, listing):
    enquiry = send(listing)
    for path in ("/my/enquiries/", "/cy/my/enquiries/", f"/my/enquiries/{enquiry.pk}/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "next=" in answer["Location"]


def test_enquiries_stand_newest_first(signed_in, listing):
    for number in range(3):
        send(listing, key=str(number), name=f"Sender {number}")
    assert names(soup(signed_in.get("/my/enquiries/"))) == ["Sender 2", "Sender 1", "Sender 0"]


def test_each_has_a_page_with_everything_the_carer_needs(signed_in, listing):
    enquiry = send(listing, answer_by="either", phone="07700 900142", language="cy")
    page = soup(signed_in.get(f"/my/enquiries/{enquiry.pk}/"))
    text = page.main.get_text().replace("\xa0", " ")
    for words in ("Margaret Hale", "Company for my mother", "Tuesdays", "By phone or email, in Welsh", "07700 900142",
                  "margaret@example.org", "21 November 2026", enquiry.reference):  # fmt: skip
        assert words in text
    assert page.find(lang="cy", string="Company for my mother") or page.select_one("dd[lang=cy]")


def test_somebody_elses_are_not_there(signed_in, listing):
    other = owned("Bryn Lewis", User.objects.create_user("bryn@example.org"))
    enquiry = send(other)
    assert names(soup(signed_in.get("/my/enquiries/"))) == []
    assert signed_in.get(f"/my/enquiries/{enquiry.pk}/").status_code == 404
    assert signed_in.post(f"/my/enquiries/{enquiry.pk}/").status_code == 404
    assert Enquiry.objects.get().answered_at is None


def test_a_manager_reads_none_here_either(client, listing):
    enquiry = send(listing)
    client.force_login(User.objects.create_superuser("manager@example.org", "x"))
    assert client.get(f"/my/enquiries/{enquiry.pk}/").status_code == 404


def test_what_is_kept_aside_is_not_there(signed_in, listing):
    enquiry = send(listing, hold="links")
    assert names(soup(signed_in.get("/my/enquiries/"))) == []
    assert signed_in.get(f"/my/enquiries/{enquiry.pk}/").status_code == 404


def test_one_is_marked_as_answered_once_and_by_whom(signed_in, listing, carys):
    enquiry = send(listing)
    for _ in range(2):
        assert signed_in.post(f"/my/enquiries/{enquiry.pk}/").status_code == 302
    event = AuditEvent.objects.get(event="enquiry.answered")
    assert (event.actor_id, event.target_id) == (carys.pk, str(enquiry.pk))
    assert "You marked this as answered on" in soup(signed_in.get(f"/my/enquiries/{enquiry.pk}/")).main.get_text()
    assert "Answered" in soup(signed_in.get("/my/enquiries/")).main.get_text()


def test_without_enquiries_it_says_so_and_where_they_come_from(signed_in, listing):
    page = soup(signed_in.get("/my/enquiries/"))
    assert "You have no enquiries." in page.main.get_text()
    assert page.main.find("a", href="/carers/carys-pugh/")


def test_without_a_listing_it_says_so(client, carys):
    client.force_login(carys)
    assert "No listing belongs to this account" in soup(client.get("/my/enquiries/")).main.get_text()
    assert client.get("/my/enquiries/1/").status_code == 404


def test_it_is_in_the_language_of_its_address(signed_in, listing):
    send(listing)
    page = soup(signed_in.get("/cy/my/enquiries/"))
    assert page.h1.get_text(strip=True) == "Eich ymholiadau"
    assert page.select_one(".govuk-task-list__link")["href"].startswith("/cy/my/enquiries/")


def test_many_stand_on_several_pages(signed_in, listing):
    for number in range(26):
        send(listing, key=str(number))
    assert len(names(soup(signed_in.get("/my/enquiries/")))) == 25
    assert len(names(soup(signed_in.get("/my/enquiries/?page=2")))) == 1
    assert len(names(soup(signed_in.get("/my/enquiries/?page=nonsense")))) == 25


def test_no_browser_or_proxy_keeps_them(signed_in, listing):
    enquiry = send(listing)
    for path in ("/my/enquiries/", f"/my/enquiries/{enquiry.pk}/"):
        assert "no-store" in signed_in.get(path)["Cache-Control"]


def test_the_list_takes_the_same_statements_however_many_there_are(signed_in, listing, django_assert_max_num_queries):
    for number in range(20):
        send(listing, key=str(number))
    with django_assert_max_num_queries(6):
        signed_in.get("/my/enquiries/")
