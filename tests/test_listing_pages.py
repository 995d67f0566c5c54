"""A carer's own listing on their pages: its parts, what each refuses, two tabs, the preview, and sending."""

import io
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from directory.models import Listing
from directory.services import change_listing
from files.models import Photo
from microcare.scheme import load
from notifications.models import Message
from onboarding import listings
from onboarding.models import ListingChange, ListingDraft
from tests.listing_pages import CONTACT, PRICES, TYPED, WHERE, WORDS, approved, begun
from tests.team_builders import member
from tests.test_listing_changes import outside, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def carer(client, today):
    carer = begun()
    client.force_login(carer.owner)
    return carer


@pytest.fixture
def listed(carer):
    return approved(carer)


def at(slug):
    return f"/my/listing/{slug}/"


def page(answer):
    return BeautifulSoup(answer.content, "html.parser")


def text(answer):
    return " ".join(page(answer).main.get_text(" ").split())


def errors(answer):
    return [item.get_text(strip=True) for item in page(answer).select(".govuk-error-summary__list li")]


def states(client):
    rows = page(client.get("/my/listing/")).select(".govuk-task-list__item")
    return {row.a.get_text(strip=True): row.select_one("[id^=state]").get_text(strip=True) for row in rows}


def type_all(client):
    for slug, typed in TYPED.items():
        answer = client.post(at(slug), typed)
        assert answer.status_code == 302, (slug, errors(answer))


def seen(client, address):
    return page(client.get(address)).select_one("[name=seen]")["value"]


def press_send(client):
    return client.post(at("check"), {"seen": seen(client, at("check"))})


# --- the parts -------------------------------------------------------------------------------------------


def test_every_step_is_kept_in_its_typed_form(client, carer):
    type_all(client)
    facts = ListingDraft.objects.get().facts
    assert (facts["intro_cy"], facts["about_cy"]) == (WORDS["intro_cy"], "")
    assert (facts["base_name_en"], facts["miles"], facts["whole_area"]) == ("Usk", 7, False)
    assert facts["services"] == ["chat", "walks"]
    assert facts["languages"] == {"en": 4, "cy": 2}
    assert (facts["price_hour"], facts["price_weekend_hour"], facts["price_mile"]) == (2200, 2550, 45)
    assert (facts["capacity"], facts["hours_free"], facts["space_from"]) == ("space", 6, None)
    assert facts["website"] == "https://www.example.org"


def test_a_time_with_space_is_a_time_that_is_worked(client, carer):
    client.post(at("when"), TYPED["when"])
    facts = ListingDraft.objects.get().facts
    assert facts["space"] & facts["works"] == facts["space"]
    assert facts["works"].bit_count() == 3


def test_each_step_leads_to_the_next_and_the_last_to_the_overview(client, carer):
    leads = {slug: client.post(at(slug), typed)["Location"] for slug, typed in TYPED.items()}
    assert leads["words"] == at("photo")
    assert leads["prices"] == at("contact")
    assert leads["contact"] == "/my/listing/"


def test_from_check_your_answers_a_change_leads_back_there(client, carer):
    assert client.post(f"{at('contact')}?check", CONTACT)["Location"] == at("check")


def test_the_overview_says_how_far_each_part_is(client, listed):
    assert states(client)["Name and words"] == "Done"
    assert states(client)["Photo"] == "Not started"
    client.post(at("prices"), {**PRICES, "price_hour": "23"})
    assert states(client)["Prices and ways to pay"] == "Changed, not sent"
    write(listed, name="Bryn Morgan")
    assert states(client)["Name and words"] == "With the team"


def test_before_anything_is_written_nothing_is_started(client, carer):
    assert set(states(client).values()) == {"Not started"}


def test_what_was_typed_stands_in_the_boxes_again(client, carer):
    type_all(client)
    for slug, name, value in (
        ("words", "name", "Bryn Lewis"),
        ("where", "miles", "7"),
        ("prices", "price_weekend_hour", "25.50"),
        ("prices", "price_mile", "0.45"),
        ("space", "hours_free", "6"),
    ):
        assert page(client.get(at(slug))).select_one(f"[name={name}]")["value"] == value
    ticked = page(client.get(at("when"))).select("[name=works][checked]")
    assert len(ticked) == 3


def test_a_first_choice_of_services_is_the_journeys_too(client, carer):
    client.post(at("services"), {"services": ["toileting"]})
    carer.refresh_from_db()
    assert carer.services == ["toileting"]


def test_services_chosen_on_the_task_list_since_are_those_that_are_sent(client, carer):
    type_all(client)
    client.post("/my/services/", {"services": ["trips"], "save": "1"})
    press_send(client)
    assert ListingChange.objects.get().after["services"] == ["trips"]


def test_beside_a_service_stands_what_it_asks_for_more(client, carer):
    hint = page(client.get(at("services"))).select_one("#asks-meals").get_text(strip=True)
    assert "Food hygiene" in hint
    assert page(client.get(at("services"))).select_one("#asks-walks") is None


def test_quick_fills_tick_and_keep_what_was_ticked(client, carer):
    answer = client.post(at("when"), {"works": ["sun-night"], "fill": "weekday-mornings"})
    ticked = {box["value"] for box in page(answer).select("[name=works][checked]")}
    assert {"sun-night", "mon-early", "fri-morning"} <= ticked
    assert len(ticked) == 11
    assert not ListingDraft.objects.exists()


def test_an_example_week_is_worked_out_from_what_is_typed(client, carer):
    answer = client.post(at("prices"), {"price_hour": "20", "price_weekend_hour": "25", "show": "1"})
    assert "3 visits of 1 hour on weekdays and one on Sunday cost £85." in text(answer)
    assert not ListingDraft.objects.exists()


def test_the_map_redraws_with_what_is_typed(client, carer):
    answer = client.post(at("where"), {"place": "chepstow", "miles": "3", "redraw": "1"})
    assert "<svg" in answer.content.decode()
    assert "Chepstow and 3 miles around it" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_place_outside_the_area_is_said_to_wait(client, carer):
    outside = next(place.slug for place in settings.SCHEME.places if not place.inside)
    assert "The team looks at it first" in text(client.post(at("where"), {"place": outside, "miles": "3", "show": "1"}))
    assert "The team looks at it first" not in text(client.post(at("where"), {**WHERE, "show": "1"}))


def test_the_other_language_keeps_what_was_typed(client, carer):
    answer = client.post(f"/cy{at('when')}", {"works": ["mon-night"], "other_language": "1"})
    assert [box["value"] for box in page(answer).select("[name=works][checked]")] == ["mon-night"]
    answer = client.post(f"/cy{at('prices')}", {"price_hour": "-1", "other_language": "1"})
    assert page(answer).select_one("[name=price_hour]")["value"] == "-1"
    assert errors(answer) == []


def test_both_languages_stand_side_by_side_and_are_marked(client, carer):
    pair = page(client.get(at("words"))).select(".both")[0].select("textarea")
    assert [box["lang"] for box in pair] == ["en", "cy"]


def test_a_scheme_without_welsh_asks_in_english_alone(client, carer, settings):
    settings.SCHEME = load("somerset")
    boxes = page(client.get(at("words"))).select("textarea")
    assert {box["name"] for box in boxes} == {"intro_en", "about_en"}


# --- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "typed", "said"),
    [
        ("where", {"place": "usk", "miles": "900"}, "Enter a whole number of miles from 1 to 40"),
        ("where", {"place": "usk", "miles": "٣"}, "Enter a whole number of miles from 1 to 40"),
        ("where", {"place": "usk", "miles": ""}, "Enter a whole number of miles from 1 to 40"),
        ("where", {"place": "atlantis", "miles": "5"}, "Choose a town or village"),
        ("prices", {"price_hour": "-1"}, "The price must be between £1 and £1,000"),
        ("prices", {"price_hour": "1000000"}, "The price must be between £1 and £1,000"),
        ("prices", {"price_hour": "a lot"}, "Enter a price in pounds, like 22 or 22.50"),
        ("prices", {"price_hour": "22.555"}, "Enter a price in pounds, like 22 or 22.50"),
        ("prices", {"price_mile": "50"}, "The price of a mile must be between 0 and £5"),
        ("prices", {"minimum_minutes": "4"}, "Enter a whole number of minutes from 5 to 1,440"),
        ("prices", {"payments": ["gold"]}, "Choose from the list"),
        ("services", {}, "Choose at least one kind of help"),
        ("services", {"services": ["juggling"]}, "Choose from the list"),
        ("space", {}, "Choose whether you have space for somebody new"),
        ("space", {"capacity": "from"}, "Enter the date from which you have space"),
        ("space", {"capacity": "waiting", "waiting_weeks": "105"}, "Enter a whole number of weeks from 0 to 104"),
        ("words", {**WORDS, "name": ""}, "Enter the name of your business, or your own name"),
        ("words", {**WORDS, "intro_en": "", "intro_cy": ""}, "Write a first sentence about what you do"),
        ("words", {**WORDS, "intro_en": "x" * 161}, "Use 160 characters or fewer: there are 1 too many"),
        ("who", {"level-en": "9"}, "Choose from the list"),
        ("contact", {"phone": "12"}, "Enter a phone number, like 01632 960001 or 07700 900982"),
        ("contact", {"website": "not a site"}, "Enter the address of a website, like www.example.org"),
        ("contact", {"website": "javascript:alert(1)"}, "Enter the address of a website, like www.example.org"),
        ("photo", {}, "Choose a photo"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(client, carer, slug, typed, said):
    answer = client.post(at(slug), typed)
    assert errors(answer) == [said]
    assert page(answer).title.get_text().startswith("Error:")
    assert not ListingDraft.objects.exists()


def test_every_error_leads_to_something_on_the_page(client, carer):
    for slug, typed in (("where", {}), ("services", {}), ("space", {}), ("photo", {}), ("prices", {"price_hour": "x"})):
        soup = page(client.post(at(slug), typed))
        for link in soup.select(".govuk-error-summary__list a"):
            assert soup.select_one(link["href"]), (slug, link)


def test_a_date_that_has_come_is_no_space_to_come(client, carer, today):
    day = {"space_from-day": str(today.day), "space_from-month": str(today.month), "space_from-year": str(today.year)}
    assert errors(client.post(at("space"), {"capacity": "from", **day})) == ["The date must be after today"]


def test_what_does_not_go_with_the_answer_is_left_out(client, carer, today):
    client.post(at("space"), {"capacity": "full", "hours_free": "6", "waiting_weeks": "3"})
    facts = ListingDraft.objects.get().facts
    assert (facts["hours_free"], facts["waiting_weeks"]) == (None, None)


def test_somebody_else_has_no_such_page(client, today):
    begun()
    assert client.get("/my/listing/").status_code == 302
    stranger = begun("else@example.org")
    stranger.delete()
    assert client.get(at("words")).status_code == 302


# --- photos ----------------------------------------------------------------------------------------------


def picture(width=600, height=400, left=(200, 30, 30), right=(30, 30, 200)):
    """Two colours side by side, so that it can be seen which part was kept."""
    image = Image.new("RGB", (width, height), left)
    image.paste(right, (width // 2, 0, width, height))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def choose(client, data, **typed):
    file = io.BytesIO(data)
    file.name = "me.png"
    return client.post(at("photo"), {"photo": file, **typed})


def corner(photo):
    with photo_file(photo) as file:
        return Image.open(file).convert("RGB").getpixel((440, 220))


def photo_file(photo):
    return default_storage.open(photo.path(448, "jpg"))


@pytest.mark.parametrize(
    ("typed", "red"),
    [
        ({"part": "start"}, True),
        ({"part": "end"}, False),
        ({"square": "0.000 0.500"}, True),
        ({"square": "9 9"}, False),
    ],
)
def test_the_part_that_is_chosen_is_kept(client, carer, typed, red):
    choose(client, picture(1000, 400), **typed)
    red_there, _green, blue_there = corner(Photo.objects.get())
    assert (red_there > blue_there) is red


def test_a_photo_is_seen_can_be_replaced_and_taken_away(client, carer):
    assert choose(client, picture()).status_code == 302
    first = Photo.objects.get()
    assert f"{first.token}" in client.get(at("photo")).content.decode()
    choose(client, picture())
    assert Photo.objects.get() != first
    client.post(at("photo"), {"remove": "1"})
    assert not Photo.objects.exists()
    assert ListingDraft.objects.get().facts["photo"] is None


def test_a_public_photo_stays_until_another_is_sent(client, listed):
    choose(client, picture())
    press_send(client)
    public = Photo.objects.get()
    choose(client, picture())
    assert Photo.objects.filter(pk=public.pk).exists()
    client.post(at("throw-away"))
    assert list(Photo.objects.all()) == [public]


def test_a_photo_of_60_megapixels_gets_its_sentence(client, carer):
    file = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(file, "PNG")
    said = ["The photo must have fewer than 40 million pixels. Save it smaller, or send a screenshot of it"]
    assert errors(choose(client, file.getvalue())) == said
    assert not Photo.objects.exists()


# --- two tabs --------------------------------------------------------------------------------------------


def test_what_another_tab_kept_is_shown_beside_what_was_typed(client, carer):
    client.post(at("words"), WORDS)
    opened = seen(client, at("words"))
    client.post(at("words"), {**WORDS, "intro_en": "From the other tab."})
    answer = client.post(at("words"), {**WORDS, "intro_en": "From this tab.", "seen": opened})
    assert answer.status_code == 409
    assert "From the other tab." in text(answer)
    assert "From this tab." in text(answer)
    assert ListingDraft.objects.get().facts["intro_en"] == "From the other tab."
    again = {box["name"]: box.get("value", "") for box in page(answer).select("main form input[type=hidden]")}
    assert client.post(at("words"), again).status_code == 302
    assert ListingDraft.objects.get().facts["intro_en"] == "From this tab."


def test_the_same_typed_in_two_tabs_is_no_trouble(client, carer):
    opened = seen(client, at("words"))
    client.post(at("words"), {**WORDS, "seen": opened})
    assert client.post(at("words"), {**WORDS, "seen": opened}).status_code == 302


def test_an_error_does_not_forget_what_was_seen(client, carer):
    client.post(at("words"), WORDS)
    opened = seen(client, at("words"))
    client.post(at("words"), {**WORDS, "intro_en": "From the other tab."})
    wrong = client.post(at("words"), {**WORDS, "name": "", "seen": opened})
    assert page(wrong).select_one("[name=seen]")["value"] == opened


# --- preview, check and send -------------------------------------------------------------------------------


def test_the_preview_is_the_profile_with_what_is_drafted(client, carer):
    type_all(client)
    said = text(client.get(at("preview")))
    assert "What Bryn does" in said
    assert "£22 an hour" in said
    assert not Listing.objects.exists()
    welsh = text(client.get(f"/cy{at('preview')}"))
    assert WORDS["intro_cy"] in welsh


def test_a_preview_of_nothing_says_what_is_missing(client, carer):
    soup = page(client.get(at("preview")))
    assert [link["href"] for link in soup.select("main a")] == [at("words"), at("where")]


def test_what_is_missing_stands_where_it_would_be_sent(client, carer):
    client.post(at("contact"), CONTACT)
    answer = client.get(at("check"))
    assert "It cannot be sent yet" in text(answer)
    assert not page(answer).select("main button")


def test_a_first_listing_is_sent_waits_and_is_said_and_mailed(client, carer):
    type_all(client)
    answer = client.get(press_send(client)["Location"])
    assert "Sent to the team" in text(answer)
    assert ListingChange.objects.get().is_waiting
    assert Message.objects.get(template="onboarding/mail/listing_sent").to == "bryn@example.org"
    assert "Your whole listing" in text(client.get("/my/listing/"))


def test_what_the_listing_itself_refuses_leads_to_its_part(client, carer):
    type_all(client)
    listings.keep(carer, by=carer.owner, facts={"payments": ["gold"], "languages": {"xx": 1}})
    soup = page(press_send(client))
    mends = {link["href"]: link.get_text() for link in soup.select(".govuk-error-summary__list a")}
    assert mends.keys() == {f"{at('who')}?check", f"{at('prices')}?check"}
    assert mends[f"{at('prices')}?check"].startswith("Ways to pay: ")
    assert not ListingChange.objects.exists()


def test_sent_twice_is_sent_once(client, carer):
    type_all(client)
    body = {"seen": seen(client, at("check"))}
    client.post(at("check"), body)
    assert "There is nothing to send" in text(client.post(at("check"), body))
    assert ListingChange.objects.count() == 1


def test_what_is_live_at_once_and_what_waits_is_said_before(client, listed):
    client.post(at("words"), {**WORDS, "name": "Bryn Morgan"})
    client.post(at("services"), {"services": ["chat", "toileting"]})
    client.post(at("where"), {"place": "usk", "miles": "9"})
    soup = page(client.get(at("check")))
    changed = [row.dt.get_text() for row in soup.select(".govuk-summary-list__row") if row.select_one(".govuk-tag")]
    assert changed == ["Name", "First sentence in Welsh", "Long text in English", "How far", "Kinds of help"]
    said = " ".join(soup.main.get_text(" ").split())
    live, waits = said.split("This waits until the team has looked at it")
    assert "How far" in live.split("People see this at once")[1]
    assert re.search(r"No longer offered: .*[Ww]alk", live)
    assert "Name" in waits
    assert "Kinds of help" in waits
    answer = client.get(press_send(client)["Location"])
    assert "People see this from now on" in text(answer)
    listing = Listing.objects.get()
    assert (listing.name, listing.miles) == ("Bryn Lewis", 9)


def test_changed_in_another_tab_since_it_was_looked_at_it_is_shown_again(client, carer):
    type_all(client)
    opened = seen(client, at("check"))
    client.post(at("where"), {**WHERE, "miles": "9"})
    answer = client.post(at("check"), {"seen": opened})
    assert "Something was changed in another window" in text(answer)
    assert not ListingChange.objects.exists()


def test_a_public_version_that_moved_on_is_said_and_both_are_shown(client, listed):
    client.post(at("prices"), {"price_hour": "23"})
    change_listing(listed.listing, by="job:tests", price_hour=2400)
    answer = press_send(client)
    said = text(answer)
    assert "Your public listing was changed meanwhile" in said
    assert "£24" in said
    assert "£23" in said
    form = {box["name"]: box["value"] for box in page(answer).select("main form input[type=hidden]")}
    assert client.post(at("check"), form).status_code == 302
    assert Listing.objects.get().price_hour == 2300


def test_a_base_outside_waits(client, listed):
    write(listed, **outside())
    assert "Starts from" in text(client.get("/my/listing/"))


def test_a_base_that_is_no_place_of_ours_stays_when_the_miles_change(client, listed):
    listings.approve(write(listed, **outside()).waiting, by=begun("other-officer@example.org").owner)
    client.post(at("where"), {"place": "as-now", "miles": "9"})
    assert ListingDraft.objects.get().facts["base_name_en"] == "Bristol"


def test_it_is_taken_back_and_a_draft_again(client, listed):
    waiting = write(listed, name="Bryn Morgan").waiting
    address = reverse("onboarding:listing_take_back", args=[waiting.pk])
    assert "You took it back" in text(client.post(address, follow=True))
    assert "The team has decided" in text(client.post(address, follow=True))
    assert ListingDraft.objects.get().facts["name"] == "Bryn Morgan"


def test_why_it_was_sent_back_stands_above_the_parts(client, listed):
    officer = begun("second@example.org").owner
    listings.send_back(write(listed, name="Bryn Morgan").waiting, by=officer, reason="Is this your name?")
    assert "Is this your name?" in text(client.get("/my/listing/"))
    press_send(client)
    assert "Is this your name?" not in text(client.get("/my/listing/"))


def test_throwing_away_says_what_goes(client, listed):
    client.post(at("prices"), {"price_hour": "23"})
    assert "Prices and ways to pay" in text(client.get(at("throw-away")))
    client.post(at("throw-away"))
    assert not ListingDraft.objects.exists()


def test_the_changes_of_somebody_else_are_nobody_elses(client, listed):
    change = write(listed, name="Bryn Morgan").waiting
    client.force_login(begun("else@example.org").owner)
    assert client.post(reverse("onboarding:listing_take_back", args=[change.pk])).status_code == 404
    assert client.get(f"{at('sent')}?change={change.pk}").status_code == 302


def test_at_the_desk_the_same_pages_write_it_for_the_carer(client, carer):
    at_desk = f"/desk/{carer.pk}/my/listing/"
    ann = member()
    client.force_login(ann)
    for slug, typed in TYPED.items():
        answer = client.post(f"{at_desk}{slug}/", typed)
        assert answer["Location"].startswith(at_desk)
    for slug in ("", "words/", "preview/", "check/"):
        links = [link["href"] for link in page(client.get(at_desk + slug)).select("main a[href*='/my/']")]
        assert links or slug in {"words/", "preview/"}
        assert all(link.startswith(at_desk[: -len("listing/")]) for link in links)
    sent = client.post(f"{at_desk}check/", {"seen": seen(client, f"{at_desk}check/")})
    assert "Sent to the team" in text(client.get(sent["Location"]))
    assert ListingChange.objects.get().sent_by == ann


@pytest.mark.parametrize("days", [1, 400])
def test_space_from_a_date_comes_back_into_its_boxes(client, carer, today, days):
    day = today + timedelta(days=days)
    parts = {"space_from-day": str(day.day), "space_from-month": str(day.month), "space_from-year": str(day.year)}
    assert client.post(at("space"), {"capacity": "from", **parts}).status_code == 302
    assert page(client.get(at("space"))).select_one("[name=space_from-year]")["value"] == str(day.year)
