"""Every change to a listing has somebody behind it, happens whole or not at all, and makes no nonsense."""

import contextlib
import inspect
import io
import threading
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from audit.models import AuditEvent
from audit.recording import NoActor
from directory import services
from directory.models import CELLS, CheckRow, Listing, ListingService, cell
from files.models import Photo
from files.photos import accept_photo
from microcare.scheme import load
from tests.builders import BY, TODAY, make_listing

VERBS = {
    "create_listing": {"name": "Ann Price"},
    "change_listing": {"name": "Ann Price"},
    "set_services": {"services": ["chat"]},
    "set_checked": {"stretch": None, "services": {}, "checks": []},
    "set_no_space": {"services": ["chat"]},
    "publish": {},
    "confirm_capacity": {"on": TODAY, "capacity": "full"},
    "pause": {"until": TODAY + timedelta(days=1), "on": TODAY},
    "resume": {},
    "suspend": {},
    "reinstate": {},
    "end": {},
    "remove": {},
    "bring_back": {},
}
RECORDED = {
    "change_listing": "changed", "set_services": "services_set", "set_no_space": "no_space_set",
    "publish": "published", "pause": "paused",
    "resume": "resumed", "suspend": "suspended", "reinstate": "reinstated", "end": "ended",
    "remove": "removed", "bring_back": "brought_back",
}  # fmt: skip
OF_ENDED = {"strip", "forget"}  # refused while the listing is public: tests/test_erasing.py, tests/test_forgetting.py
AGAIN = [name for name in VERBS if name != "create_listing"]


def do(verb, listing, **facts):
    return getattr(services, verb)(listing, by=BY, **VERBS[verb] | facts)


def recorded():
    return [event.event for event in AuditEvent.objects.order_by("pk")]


def facts(listing):
    return Listing.objects.filter(pk=listing.pk).values().get(), set(listing.services.values_list("service", flat=True))


def test_every_verb_is_known_here():
    functions = inspect.getmembers(services, inspect.isfunction)
    own = [(name, verb) for name, verb in functions if verb.__module__ == services.__name__]
    assert {name for name, verb in own if "by" in inspect.signature(verb).parameters} == set(VERBS) | OF_ENDED


@pytest.mark.parametrize("by", [None, "", "somebody"])
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.django_db
def test_nothing_changes_without_somebody_behind_it(verb, by):
    listing = make_listing()
    before = facts(listing)
    arguments = [] if verb == "create_listing" else [listing]
    usual = {} if arguments else {"first_name": "Ann", "base_name_en": "Usk", "easting": 337_770, "northing": 200_564}
    with pytest.raises(NoActor):
        getattr(services, verb)(*arguments, by=by, **VERBS[verb], **usual)
    assert facts(listing) == before
    assert Listing.objects.count() == 1


# --- slugs -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_slug_is_never_used_again_even_after_its_carer_has_gone():
    first = make_listing("Bryn Lewis")
    do("end", first)
    assert [make_listing("Bryn Lewis").slug, make_listing("Bryn Lewis").slug] == ["bryn-lewis-2", "bryn-lewis-3"]


@pytest.mark.django_db
def test_a_slug_is_never_used_again_even_after_its_row_has_gone():
    do("end", make_listing("Bryn Lewis"))
    Listing.objects.all().delete()
    assert make_listing("Bryn Lewis").slug == "bryn-lewis-2"
    Listing.objects.update(slug="elsewhere")
    assert make_listing("Bryn Lewis").slug == "bryn-lewis-3"


@pytest.mark.django_db
def test_a_draft_that_could_not_be_takes_no_slug():
    with pytest.raises(ValidationError):
        make_listing("Bryn Lewis", email="not an address")
    assert make_listing("Bryn Lewis").slug == "bryn-lewis"


@pytest.mark.django_db
def test_a_slug_that_somebody_else_takes_meanwhile_is_left_to_them(monkeypatch):
    make_listing("Bryn Lewis")
    answers = iter(["bryn-lewis", "bryn-lewis", "bryn-lewis-2"])
    monkeypatch.setattr(services, "free_slug", lambda name: next(answers))
    assert make_listing("Bryn Lewis").slug == "bryn-lewis-2"


@pytest.mark.django_db(transaction=True)
def test_people_of_one_name_who_join_at_the_same_moment_have_slugs_of_their_own():
    """At the same moment on PostgreSQL; one after another on SQLite, which has one writer."""
    together = 6 if connection.vendor == "postgresql" else 1
    start, slugs, errors = threading.Barrier(together), [], []

    def join():
        start.wait()
        try:
            slugs.append(make_listing("Bryn Lewis", published=False).slug)
        except Exception as error:
            errors.append(error)
        finally:
            if together > 1:
                connection.close()

    threads = [threading.Thread(target=join) for _ in range(together if together > 1 else 0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(6 - len(threads)):
        join()
    assert errors == []
    assert sorted(slugs) == ["bryn-lewis", *(f"bryn-lewis-{number}" for number in range(2, 7))]


@pytest.mark.django_db
def test_a_name_without_letters_of_ours_has_a_slug_too():
    assert make_listing("李明").slug == "carer"
    assert make_listing("Siân Ŵyn").slug == "sian-wyn"


@pytest.mark.django_db
def test_a_new_name_keeps_the_address():
    listing = make_listing("Bryn Lewis")
    services.change_listing(listing, by=BY, name="Bryn Price")
    assert Listing.objects.get().slug == "bryn-lewis"


# --- verbs -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_draft_is_not_public_until_it_is_published_and_checked():
    draft = make_listing(published=False)
    assert not Listing.objects.live(on=TODAY).exists()
    services.publish(draft, by=BY)
    assert Listing.objects.live(on=TODAY).get() == draft


@pytest.mark.django_db
def test_what_was_removed_is_gone_to_the_public_and_comes_back_whole(today):
    picture = io.BytesIO()
    Image.new("RGB", (448, 448), "teal").save(picture, "PNG")
    listing = make_listing(photo=accept_photo(picture, by=BY), offers=["chat"])
    before = facts(listing)
    do("remove", listing)
    assert Listing.objects.get().state(TODAY) == Listing.State.ENDED
    assert listing.photo
    do("bring_back", listing)
    assert facts(listing) == before
    assert Listing.objects.live(on=TODAY).get() == listing


@pytest.mark.django_db
def test_the_photo_of_one_that_was_removed_goes_when_it_ends_for_good(today):
    picture = io.BytesIO()
    Image.new("RGB", (448, 448), "teal").save(picture, "PNG")
    listing = make_listing(photo=accept_photo(picture, by=BY))
    do("remove", listing)
    since = listing.ended_at
    do("end", listing)
    assert listing.photo is None
    assert listing.ended_at == since
    assert not Photo.objects.exists()


@pytest.mark.django_db
def test_publishing_again_keeps_the_first_day():
    listing = make_listing()
    first = listing.published_at
    services.publish(listing, by=BY)
    assert listing.published_at == first


@pytest.mark.django_db
def test_a_fact_that_cannot_be_is_refused_with_its_name():
    listing = make_listing()
    with pytest.raises(ValidationError) as error:
        services.change_listing(listing, by=BY, email="not an address")
    assert list(error.value.message_dict) == ["email"]


@pytest.mark.django_db
def test_services_come_and_go_and_those_that_stay_keep_their_dates():
    listing = make_listing(offers=["chat", "walks"])
    dates = listing.services.values_list("checked_from", "checked_until").get(service="chat")
    services.set_services(listing, by=BY, services=["chat", "mowing"])
    kept = listing.services.values_list("checked_from", "checked_until")
    assert kept.get(service="chat") == dates
    assert kept.get(service="mowing") == (None, None)
    assert not kept.filter(service="walks").exists()


@pytest.mark.django_db
def test_an_unknown_service_changes_nothing():
    listing = make_listing(offers=["chat"])
    with pytest.raises(ValueError, match="flying"):
        services.set_services(listing, by=BY, services=["walks", "flying"])
    assert facts(listing)[1] == {"chat"}


@pytest.mark.django_db
def test_checks_are_written_whole_or_not_at_all():
    listing = make_listing(checks=[{"what_en": "Identity", "seen_on": TODAY}])
    before = facts(listing)
    with pytest.raises(DatabaseError), transaction.atomic():
        services.set_checked(
            listing, by=BY, stretch=(TODAY, TODAY), services={}, checks=[{"what_en": "Insurance", "seen_on": None}]
        )
    assert facts(listing) == before
    assert list(CheckRow.objects.values_list("what_en", flat=True)) == ["Identity"]


@pytest.mark.django_db
def test_a_service_without_dates_of_its_own_is_not_shown():
    listing = make_listing(offers=["chat", "walks"])
    services.set_checked(listing, by=BY, stretch=(TODAY, TODAY), services={"chat": (TODAY, TODAY)}, checks=[])
    assert listing.services.values_list("checked_until", flat=True).get(service="walks") is None


@pytest.mark.django_db
def test_confirming_space_again_forgets_what_was_said_before():
    listing = make_listing()
    services.confirm_capacity(listing, by=BY, on=TODAY, capacity="waiting", waiting_weeks=4)
    services.confirm_capacity(listing, by=BY, on=TODAY, capacity="space", hours_free=6)
    kept = Listing.objects.values("capacity", "waiting_weeks", "hours_free", "capacity_confirmed_on").get()
    assert kept == {"capacity": "space", "waiting_weeks": None, "hours_free": 6, "capacity_confirmed_on": TODAY}


@pytest.mark.django_db
def test_space_from_a_date_needs_the_date():
    listing = make_listing()
    with pytest.raises(ValidationError):
        services.confirm_capacity(listing, by=BY, on=TODAY, capacity="from")


@pytest.mark.parametrize("verb", ["pause", "suspend", "end"])
@pytest.mark.django_db
def test_a_listing_taken_down_is_not_public(verb):
    listing = make_listing()
    do(verb, listing)
    assert not Listing.objects.live(on=TODAY).exists()


@pytest.mark.parametrize(("down", "up"), [("suspend", "reinstate"), ("pause", "resume")])
@pytest.mark.django_db
def test_a_suspension_and_a_pause_can_be_lifted(down, up):
    listing = make_listing()
    do(down, listing)
    do(up, listing)
    assert Listing.objects.live(on=TODAY).get() == listing


@pytest.mark.parametrize("days", [-1, 0, 367])
@pytest.mark.django_db
def test_a_pause_ends_after_today_and_within_a_year(days):
    with pytest.raises(ValidationError) as error:
        do("pause", make_listing(), until=TODAY + timedelta(days=days))
    assert list(error.value.message_dict) == ["until"]
    assert Listing.objects.live(on=TODAY).exists()


@pytest.mark.django_db
def test_a_listing_that_was_ended_is_not_published():
    draft = make_listing(published=False)
    do("end", draft)
    with pytest.raises(services.ListingEnded):
        do("publish", draft)
    assert Listing.objects.get().published_at is None


@pytest.mark.parametrize("verb", RECORDED)
@pytest.mark.django_db
def test_the_second_time_changes_and_records_nothing(verb, today):
    listing = make_listing(published=verb != "publish")
    if verb in {"reinstate", "resume", "bring_back"}:
        do({"reinstate": "suspend", "resume": "pause", "bring_back": "remove"}[verb], listing)
    do(verb, listing)
    first, events = facts(listing), recorded()
    assert events[-1] == f"listing.{RECORDED[verb]}"
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        do(verb, listing)
    assert (facts(listing), recorded()) == (first, events)


# --- objects read long ago -------------------------------------------------------------------------------


@pytest.mark.parametrize("second", AGAIN)
@pytest.mark.parametrize("first", AGAIN)
@pytest.mark.django_db
def test_an_object_read_before_another_change_puts_nothing_back(first, second, today):
    """Two verbs leave the same, whether or not the second was handed an object that knows of the first."""
    listing, other = make_listing("Bryn Lewis"), make_listing("Carys Pugh")
    stale, aware = Listing.objects.get(pk=listing.pk), other
    do(first, listing)
    do(first, other)
    assert outcome(second, stale) == outcome(second, aware)
    told, truth = ({field.attname: getattr(one, field.attname) for field in Listing._meta.concrete_fields}
                   for one in (stale, Listing.objects.get(pk=listing.pk)))  # fmt: skip
    assert told == truth


def outcome(verb, listing):
    with contextlib.suppress(services.ListingEnded):
        do(verb, listing)
    row = Listing.objects.values().get(pk=listing.pk)
    own = {key: value.date() if isinstance(value, datetime) else value for key, value in row.items()}
    return {key: value for key, value in own.items() if key not in {"id", "slug", "name", "first_name"}}


@pytest.mark.django_db
def test_a_stale_object_does_not_bring_a_suspended_or_lapsed_listing_back():
    listing = make_listing()
    stale = Listing.objects.get()
    do("suspend", listing)
    services.set_checked(listing, by=BY, stretch=None, services={}, checks=[])
    services.confirm_capacity(stale, by=BY, on=TODAY, capacity="space")
    row = Listing.objects.get()
    assert row.suspended_at
    assert row.checked_until is None
    assert (stale.suspended_at, stale.checked_until) == (row.suspended_at, None)


@pytest.mark.django_db
def test_what_a_caller_set_by_hand_is_not_saved():
    listing = make_listing()
    listing.suspended_at, listing.name = timezone.now(), "Somebody Else"
    do("pause", listing)
    row = Listing.objects.get()
    assert (row.name, row.suspended_at, listing.name) == ("Bryn Lewis", None, "Bryn Lewis")


# --- facts -----------------------------------------------------------------------------------------------

NOT_EDITABLE = {
    "slug": "ann-price", "owner": None, "published_at": None, "suspended_at": None, "ended_at": None,
    "paused_until": None, "checked_from": TODAY, "checked_until": TODAY, "capacity": "space", "space_from": TODAY,
    "capacity_confirmed_on": TODAY, "hours_free": 3, "waiting_weeks": 3, "no_space_for": 1, "id": 7, "pk": 7,
}  # fmt: skip


def test_every_field_is_either_editable_or_not():
    fields = {field.name for field in Listing._meta.concrete_fields}
    assert services.EDITABLE | (set(NOT_EDITABLE) - {"pk"}) == fields
    assert not services.EDITABLE & set(NOT_EDITABLE)


@pytest.mark.parametrize("field", NOT_EDITABLE)
@pytest.mark.django_db
def test_only_what_a_business_says_of_itself_is_edited(field):
    listing = make_listing(published=False)
    before = facts(listing)
    with pytest.raises(ValueError, match=field):
        services.change_listing(listing, by=BY, **{field: NOT_EDITABLE[field]})
    assert facts(listing) == before


@pytest.mark.django_db
def test_a_draft_begins_with_nothing_that_another_verb_decides():
    with pytest.raises(ValueError, match="published_at"):
        services.create_listing(by=BY, name="Ann Price", published_at=timezone.now())
    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("groups", ["older-people", "astronauts"]),
        ("groups", ["older-people", "older-people"]),
        ("groups", "older-people"),
        ("groups", [["older-people"]]),
        ("groups", None),
        ("payments", ["cash"]),
        ("payments", ["personal-health-budget"]),  # another scheme's
        ("payments", {"private": 1}),
        ("languages", {"cy": "fluent"}),
        ("languages", {"cy": 5}),
        ("languages", {"cy": 0}),
        ("languages", {"cy": True}),
        ("languages", {"cy": None}),
        ("languages", {"klingon": 4}),
        ("languages", ["cy"]),
        ("team_size", 2),  # one is the most in this scheme
        ("team_size", "many"),
    ],
    ids=str,
)
@pytest.mark.django_db
def test_what_the_public_pages_rely_on_is_known(field, value):
    listing = make_listing()
    before = facts(listing)
    with pytest.raises(ValidationError) as error:
        services.change_listing(listing, by=BY, **{field: value})
    assert list(error.value.message_dict) == [field]
    assert facts(listing) == before


@pytest.mark.parametrize("fact", [{"price_hour": 99}, {"minimum_minutes": 1}, {"works": 1, "space": 2}], ids=str)
@pytest.mark.django_db
def test_what_only_the_table_itself_refuses_is_told_in_words_and_the_transaction_goes_on(fact):
    listing = make_listing()
    before = facts(listing)
    with pytest.raises(ValidationError, match=r"believable|works"):
        services.change_listing(listing, by=BY, **fact)
    with pytest.raises(ValidationError, match=r"believable|works"):
        make_listing("Ann Price", **fact)
    assert facts(listing) == before
    assert Listing.objects.get() == listing


@pytest.mark.django_db
def test_another_scheme_may_have_more_people_and_other_ways_to_pay(settings):
    settings.SCHEME = load("somerset")
    listing = make_listing(base="taunton", team_size=7, payments=["personal-health-budget"])
    assert listing.team_size == 7
    with pytest.raises(ValidationError):
        services.change_listing(listing, by=BY, team_size=8)


@pytest.mark.parametrize("stretch", [(TODAY, TODAY), None])
@pytest.mark.django_db
def test_dates_of_a_service_that_is_not_offered_are_refused(stretch):
    listing = make_listing(offers=["chat"])
    before = facts(listing)
    with pytest.raises(ValueError, match="Not offered: walks"):
        services.set_checked(listing, by=BY, stretch=None, services={"walks": stretch}, checks=[])
    assert facts(listing) == before


# --- what the database itself refuses --------------------------------------------------------------------


@pytest.mark.parametrize(
    "nonsense",
    [
        {"miles": 0},
        {"miles": 41},
        {"works": 1 << CELLS},
        {"space": cell(0, 0)},
        {"works": cell(0, 0), "space": cell(0, 0) | cell(1, 0)},
        {"team_size": 0},
        {"checked_from": TODAY, "checked_until": TODAY - timedelta(days=1)},
        {"capacity": "from"},
        {"capacity": "busy"},
        {"capacity": "space", "space_from": TODAY},
        {"hours_free": 169},
        {"waiting_weeks": 105},
        {"minimum_minutes": 4},
        {"minimum_minutes": 1441},
        {"price_mile": 501},
        *({price: pence} for price in Listing.PRICES for pence in (99, 100_001)),
    ],
    ids=str,
)
@pytest.mark.django_db
def test_the_database_refuses_nonsense(nonsense):
    make_listing()
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.update(**nonsense)


@pytest.mark.parametrize("taken", ["slug", "owner"])
@pytest.mark.django_db
def test_no_two_listings_share_an_address_or_an_owner(taken, django_user_model):
    owner = django_user_model.objects.create_user("bryn@example.org")
    first, second = make_listing("Bryn Lewis", owner=owner), make_listing("Ann Price")
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.filter(pk=second.pk).update(**{taken: getattr(first, taken)})


@pytest.mark.django_db
def test_a_service_stands_once_on_a_listing():
    listing = make_listing(offers=["chat"])
    with pytest.raises(IntegrityError), transaction.atomic():
        ListingService.objects.create(listing=listing, service="chat")


@pytest.mark.django_db
def test_a_services_dates_are_in_order():
    make_listing(offers=["chat"])
    with pytest.raises(IntegrityError), transaction.atomic():
        ListingService.objects.update(checked_from=TODAY, checked_until=TODAY - timedelta(days=1))


# --- public or not: the query and plain Python say the same ----------------------------------------------

# Few days, and mostly listings that could be public, so that it is the days that decide.
DAYS = st.sampled_from([TODAY + timedelta(days=days) for days in (-1, 0, 1)])
NOW = timezone.now()
SELDOM = st.sampled_from([None, None, None, None, NOW])
MOSTLY = st.sampled_from([NOW, NOW, NOW, NOW, None])
STRETCHES = st.one_of(st.tuples(DAYS, DAYS).map(sorted), st.tuples(DAYS, DAYS).map(sorted), st.just([None, None]))


@st.composite
def states(draw):
    first, last = draw(STRETCHES)
    return {
        "published_at": draw(MOSTLY),
        "suspended_at": draw(SELDOM),
        "ended_at": draw(SELDOM),
        "paused_until": draw(st.one_of(st.none(), DAYS)),
        "checked_from": first,
        "checked_until": last,
    }


@given(st.lists(states(), min_size=10, max_size=30), DAYS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.django_db
def test_the_public_query_and_the_state_in_words_agree(db, drawn, on):
    Listing.objects.all().delete()
    Listing.objects.bulk_create(
        Listing(name=str(n), slug=str(n), first_name="A", base_name_en="Usk", easting=1, northing=1, **facts)
        for n, facts in enumerate(drawn)
    )
    said = {listing.slug for listing in Listing.objects.all() if listing.state(on) == Listing.State.LIVE}
    assert set(Listing.objects.live(on=on).values_list("slug", flat=True)) == said
