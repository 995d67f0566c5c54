"""The demonstration directory: the same people each time, on any day, with every kind and every edge among them."""

import re
from datetime import date, timedelta
from secrets import token_hex

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

import compliance.demo.decided
import directory.demo
import onboarding.demo
from audit.models import AuditEvent
from compliance.models import Decision
from directory import vocabulary
from directory.demo import look, portraits
from directory.demo.cast import MIXED, PEOPLE, people
from directory.demo.facts import facts
from directory.models import BANDS, CheckRow, Listing, ListingService, cell
from files.models import Photo
from files.photos import draw_anew
from microcare.scheme import load
from onboarding.demo.dates import days_of
from onboarding.models import Carer, CodeAgreement, Evidence, Worker
from onboarding.papers import withdraw
from tests.builders import TODAY

SCHEMES = ("monmouthshire", "flintshire", "somerset")
NIGHTS = sum(cell(day, BANDS.index("night")) for day in range(7))


@pytest.fixture(scope="module", params=SCHEMES)
def scheme(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """A scheme whose demonstration directory is there for all tests of this file."""
    scheme = load(request.param)
    media = tmp_path_factory.mktemp(request.param)
    own = override_settings(MEDIA_ROOT=media, SCHEME=scheme)
    with pytest.MonkeyPatch.context() as patch, own, django_db_blocker.unblock():
        if scheme.slug != SCHEMES[0]:  # photos take half the time, and one scheme's show enough
            patch.setattr("directory.demo.accept_photo", lambda upload, by: Photo.objects.create(token=token_hex(16)))
        with transaction.atomic(), time_machine.travel(f"{TODAY}T10:30:00Z"):
            call_command("load_code", verbosity=0)
            demo(scheme, on=TODAY)
            yield scheme
            transaction.set_rollback(True)


def demo(scheme, *, on):
    """The cast, its papers, and what the team decided; what the first two say."""
    said = directory.demo.demo(scheme, on=on), onboarding.demo.demo(scheme, on=on)
    compliance.demo.decided.demo(scheme, on=on)
    return said


@pytest.fixture
def everyone(scheme, db):
    return list(Listing.objects.prefetch_related("services", "checks").order_by("pk"))


@pytest.fixture
def checked(everyone):
    """All but those who ended, whose listing nobody keeps up."""
    return [listing for listing in everyone if listing.state(TODAY) != Listing.State.ENDED]


@pytest.fixture
def live(everyone):
    return [listing for listing in everyone if listing.state(TODAY) == Listing.State.LIVE]


MODELS = (Listing, ListingService, CheckRow, Photo, Carer, Worker, Evidence, CodeAgreement, AuditEvent)


def snapshot():
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


def test_there_are_more_than_sixty_people_and_nearly_all_are_live(everyone, live):
    assert len(everyone) >= 64
    assert len(live) >= 58


def test_a_second_run_changes_nothing_and_says_so(scheme, db):
    before = snapshot()
    cast, carers = demo(scheme, on=TODAY)
    assert cast.endswith("Nothing changed.")
    assert carers.endswith("nothing changed.")
    assert snapshot() == before


def test_nobody_is_live_before_their_papers_were_seen(scheme, db):
    everybody = Listing.objects.exclude(ended_at__isnull=False)
    assert {carer.listing_id for carer in Carer.objects.all()} == {one.pk for one in Listing.objects.all()}
    assert all(one.checks.exists() and one.services.exists() for one in everybody)
    written = AuditEvent.objects.filter(event="listing.checked_set")
    assert set(written.values_list("actor", flat=True)) == {"job:demo"}
    assert written.count() == Listing.objects.count()


def states(on):
    return {listing.slug: listing.state(on) for listing in Listing.objects.all()}


def test_on_a_later_day_everything_stands_as_it_stood(scheme, db):
    before = states(TODAY)
    later = TODAY + timedelta(days=400)
    with time_machine.travel(f"{later}T10:30:00Z"):
        assert Listing.objects.live(on=later).count() == 0
        demo(scheme, on=later)
        assert states(later) == before
        assert [said.split()[-1].lower() for said in demo(scheme, on=later)] == ["changed.", "changed."]


def test_on_the_next_day_only_the_edges_are_seen_anew(scheme, db):
    before, papers = states(TODAY), Evidence.objects.count()
    tomorrow = TODAY + timedelta(days=1)
    with time_machine.travel(f"{tomorrow}T10:30:00Z"):
        demo(scheme, on=tomorrow)
    assert states(tomorrow) == before
    assert Evidence.objects.count() - papers < 20


def test_what_a_person_did_to_a_paper_stays(scheme, db, django_user_model):
    boss = django_user_model.objects.create_user("boss@example.org")
    row = Evidence.objects.accepted().filter(requirement="public-liability").earliest("pk")
    assert row.carer.listing.state(TODAY) == Listing.State.LIVE
    withdraw(row, by=boss, reason="It was cancelled.")
    demo(scheme, on=TODAY)
    row.carer.listing.refresh_from_db()
    assert row.carer.listing.state(TODAY) == Listing.State.HIDDEN


@pytest.mark.parametrize("day", [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2027, 12, 31)])
def test_the_ends_of_months_and_leap_days_are_days_like_others(scheme, day):
    for person in people(scheme):
        for requirement in scheme.requirements.every:
            days = days_of(person, requirement, "", day)
            assert days.seen_on <= day
            assert days.last is None or days.first <= days.last
            if requirement.slug == "public-liability" and "insurance_due" in person.edge:
                assert days.last == day + timedelta(days=person.edge["insurance_due"])


def test_every_service_can_be_found(live):
    offered = {
        service.service
        for listing in live
        for service in listing.services.all()
        if service.checked_from and service.checked_from <= TODAY <= service.checked_until
    }
    assert {slug for slug, service in vocabulary.SERVICES.items() if service.parent} == offered


def test_every_group_language_level_and_way_to_pay_can_be_found(scheme, live):
    assert {group for listing in live for group in listing.groups} == set(vocabulary.GROUPS)
    assert {slug for listing in live for slug in listing.languages} == set(vocabulary.LANGUAGES)
    assert {level for listing in live for level in listing.languages.values()} == {1, 2, 3, 4}
    assert {payment for listing in live for payment in listing.payments} == set(scheme.payments)
    assert all(len(set(listing.groups)) == len(listing.groups) for listing in live)


def test_every_state_of_space_can_be_found(live):
    assert {listing.capacity for listing in live} == {"space", "waiting", "full", "from"}
    assert any(listing.waiting_weeks for listing in live)
    assert any(listing.capacity == "waiting" and listing.waiting_weeks is None for listing in live)
    ages = {(TODAY - listing.capacity_confirmed_on).days for listing in live if listing.capacity_confirmed_on}
    assert {30, 31} <= ages
    assert any(listing.capacity_confirmed_on is None for listing in live)


def test_space_is_only_where_there_is_said_to_be_some(live):
    for listing in live:
        assert bool(listing.space) == (listing.capacity == "space" or listing.capacity_confirmed_on is None)


def test_every_kind_of_price_can_be_found_and_all_are_believable(live):
    for price in (*Listing.PRICES, "price_mile", "minimum_minutes", "price_note_en"):
        assert any(getattr(listing, price) for listing in live), price
    hours = [listing.price_hour for listing in live if listing.price_hour]
    assert 1600 <= min(hours) <= max(hours) <= 2800
    nights = [listing.price_night for listing in live if listing.price_night]
    assert 9000 <= min(nights) <= max(nights) <= 16000
    assert any(not any(getattr(listing, price) for price in Listing.PRICES) for listing in live)


def test_reaches_run_from_one_mile_to_forty_and_the_whole_area(live):
    miles = {listing.miles for listing in live}
    assert {1, 40} <= miles
    assert any(listing.whole_area for listing in live)


def test_bases_are_real_places_and_some_reach_in_from_outside(scheme, live):
    places = {(place.name.en, place.easting, place.northing): place for place in scheme.places}
    bases = [(places[(one.base_name_en, one.easting, one.northing)], one) for one in live]
    outside = [(base, listing) for base, listing in bases if not base.inside]
    assert len(outside) >= 3
    for base, listing in outside:
        assert any(
            (base.easting - place.easting) ** 2 + (base.northing - place.northing) ** 2
            <= (listing.miles * 1609.344) ** 2
            for place in scheme.places
            if place.inside
        )
    towns = {place.slug for place in scheme.places if place.inside and place.town}
    assert towns <= {base.slug for base, _ in bases}


def test_there_are_paused_lapsed_suspended_waiting_ended_and_unpublished_ones(everyone):
    hidden = [listing for listing in everyone if listing.state(TODAY) == Listing.State.HIDDEN]
    assert any(listing.paused_until and listing.paused_until > TODAY for listing in hidden)
    assert any(listing.checked_until is None and listing.checks.exists() for listing in hidden)
    assert any(listing.checked_from and listing.checked_from > TODAY for listing in hidden)
    suspended = [listing for listing in hidden if listing.suspended_at]
    assert [row.carer_id for row in Decision.objects.filter(kind="suspended")] == [
        Carer.objects.get(listing=listing).pk for listing in suspended
    ]
    assert any(listing.state(TODAY) == Listing.State.ENDED for listing in everyone)
    assert any(listing.state(TODAY) == Listing.State.DRAFT for listing in everyone)


def test_one_ends_today_one_soon_and_one_has_lost_a_single_service(live):
    last_days = {listing.checked_until for listing in live}
    assert {TODAY, TODAY + timedelta(days=9)} <= last_days
    lapsed = [
        listing
        for listing in live
        if any(service.checked_until is None for service in listing.services.all())
        and any(service.checked_until for service in listing.services.all())
    ]
    assert len(lapsed) >= 2


def test_a_late_declaration_shows_as_late_while_the_listing_still_stands(live):
    assert any(
        check.what_en == "HMRC registration" and check.next_due < TODAY for one in live for check in one.checks.all()
    )


def test_ways_to_get_in_touch_differ_and_reach_nobody(everyone, live):
    assert any(not listing.phone and listing.email for listing in live)
    assert any(listing.phone and not listing.email for listing in live)
    assert any(listing.website for listing in live)
    for listing in everyone:
        assert listing.phone or listing.email
        assert not listing.phone or re.fullmatch(r"07700 900\d{3}|01632 960\d{3}", listing.phone)
        assert not listing.email or listing.email.endswith("@example.org")
        assert not listing.website or listing.website.startswith("https://example.org/")


def test_no_two_people_share_a_phone_or_a_mailbox(everyone):
    for field in ("phone", "email"):
        held = [getattr(listing, field) for listing in everyone if getattr(listing, field)]
        assert len(held) == len(set(held))


def test_names_run_from_very_short_to_very_long_and_two_are_the_same(everyone):
    lengths = [len(listing.name) for listing in everyone]
    assert min(lengths) <= 5
    assert max(lengths) >= 80
    names = [listing.name for listing in everyone]
    assert len(set(names)) == len(names) - 1


def test_the_words_differ_from_person_to_person(everyone):
    assert len({listing.intro_en or listing.intro_cy for listing in everyone}) >= 40
    assert len({listing.about_en or listing.about_cy for listing in everyone}) >= 60
    for listing in everyone:
        assert listing.intro_en or listing.intro_cy
        assert "{" not in listing.about_en + listing.about_cy


def test_where_there_is_welsh_some_write_in_one_language_and_some_in_both(scheme, live):
    written = {(bool(listing.about_en), bool(listing.about_cy)) for listing in live}
    if not scheme.is_welsh:
        assert written == {(True, False)}
        return
    assert written == {(True, False), (False, True), (True, True)}
    both = sum(bool(listing.about_cy) for listing in live)
    assert 0.4 <= both / len(live) <= 0.65
    for listing in live:
        assert bool(listing.intro_cy) == bool(listing.about_cy)
        assert listing.about_en or listing.languages["cy"] >= 3


def test_a_welsh_place_within_a_sentence_has_a_small_article():
    scheme = load("monmouthshire")
    words = " ".join(facts(person)["about_cy"] for person in people(scheme))
    assert "y Fenni" in words
    assert not re.search(r"(ger|amgylch) (Y|Yr) ", words)


def test_about_four_in_five_have_a_photo(everyone):
    with_photo = sum(bool(listing.photo_id) for listing in everyone)
    assert 0.7 <= with_photo / len(everyone) <= 0.9
    assert Photo.objects.count() == with_photo


def test_several_work_together_where_the_scheme_allows_it(scheme, live):
    sizes = {listing.team_size for listing in live}
    assert max(sizes) == scheme.max_workers
    for listing in live:
        workers = {check.worker for check in listing.checks.all() if check.worker}
        assert len(workers) == (listing.team_size if listing.team_size > 1 else 0)
        care = any(vocabulary.SERVICES[service.service].personal_care for service in listing.services.all())
        assert listing.team_size == 1 or not care


def test_some_work_nights_only(live):
    assert any(listing.works and listing.works & NIGHTS == listing.works for listing in live)


def test_what_somebody_charges_for_or_offers_is_when_they_work(everyone):
    evenings, weekends = (sum(cell(day, BANDS.index("evening")) for day in range(7)), sum(weekend_cells()))
    for listing in everyone:
        overnight = listing.services.filter(service="overnight").exists()
        assert listing.works & NIGHTS or not (overnight or listing.price_night), listing
        assert listing.works & evenings or not listing.price_evening_hour, listing
        assert listing.works & weekends or not listing.price_weekend_hour, listing


def weekend_cells():
    return (cell(day, band) for day in (5, 6) for band in range(len(BANDS)))


def checks_of(listing):
    return {check.what_en: check for check in listing.checks.all()}


def test_checks_match_what_each_one_does(checked):
    for listing in checked:
        slugs = {service.service for service in listing.services.all()}
        headings = {vocabulary.SERVICES[slug].parent for slug in slugs}
        seen = checks_of(listing)
        assert {"Identity", "Public liability insurance", "Two references", "Code of Practice"} <= set(seen)
        assert ("Medication training" in seen) == ("medication" in slugs)
        assert ("Business-use car insurance" in seen) == ("transport" in slugs)
        assert not ("Enhanced DBS check" in seen and "Basic DBS check" in seen)
        if headings == {"gardening"}:
            assert not {"Enhanced DBS check", "Basic DBS check", "Safeguarding training"} & set(seen)
        if headings & {"personal-care", "respite", "companionship"}:
            assert "Enhanced DBS check" in seen


def test_a_listing_ends_with_the_first_paper_that_hides_it(checked):
    at_once = {"Public liability insurance", "Enhanced DBS check", "Basic DBS check", "Safeguarding training"}
    after_grace = {"HMRC registration", "Plan for days when they cannot come"}
    for listing in checked:
        ends = [check.next_due for check in listing.checks.all() if check.what_en in at_once]
        ends += [check.next_due + timedelta(days=28) for check in listing.checks.all() if check.what_en in after_grace]
        assert listing.checked_until == (min(ends) if min(ends) >= TODAY else None)


def test_checks_have_names_in_both_languages(everyone):
    for check in CheckRow.objects.all():
        assert check.what_cy
        assert bool(check.detail_en) == bool(check.detail_cy)


def test_the_lists_hold_one_person_for_each_place_in_the_plan():
    assert {slug: len(lines) for slug, lines in PEOPLE.items()} == dict.fromkeys(SCHEMES, len(MIXED))


def test_the_same_look_gives_the_same_picture_and_each_style_is_drawn():
    for style in portraits.STYLES:
        one = look.Look(style=style, skin="tan", hair="dark")
        file = portraits.as_upload(one).read()
        assert file == portraits.as_upload(one).read()
    assert len(portraits.STYLES) >= 8
    assert draw_anew(file).size == (448, 448)
