"""Every change to a listing has somebody behind it, happens whole or not at all, and makes no nonsense."""

import inspect
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.recording import NoActor
from directory import services
from directory.models import CELLS, CheckRow, Listing, ListingService, cell
from tests.builders import BY, TODAY, make_listing

VERBS = {
    "create_listing": {"name": "Ann Price"},
    "change_listing": {"name": "Ann Price"},
    "set_services": {"services": ["chat"]},
    "set_checked": {"stretch": None, "services": {}, "checks": []},
    "publish": {},
    "confirm_capacity": {"on": TODAY, "capacity": "full"},
    "pause": {"until": TODAY},
    "suspend": {},
    "reinstate": {},
    "end": {},
}


def facts(listing):
    return Listing.objects.filter(pk=listing.pk).values().get(), set(listing.services.values_list("service", flat=True))


def test_every_verb_is_known_here():
    functions = inspect.getmembers(services, inspect.isfunction)
    own = [(name, verb) for name, verb in functions if verb.__module__ == services.__name__]
    assert {name for name, verb in own if "by" in inspect.signature(verb).parameters} == set(VERBS)


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
    services.end(first, by=BY)
    assert [make_listing("Bryn Lewis").slug, make_listing("Bryn Lewis").slug] == ["bryn-lewis-2", "bryn-lewis-3"]


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


@pytest.mark.parametrize(
    ("verb", "facts"), [("pause", {"until": TODAY + timedelta(days=1)}), ("suspend", {}), ("end", {})]
)
@pytest.mark.django_db
def test_a_listing_taken_down_is_not_public(verb, facts):
    listing = make_listing()
    getattr(services, verb)(listing, by=BY, **facts)
    assert not Listing.objects.live(on=TODAY).exists()


@pytest.mark.django_db
def test_a_suspension_can_be_lifted():
    listing = make_listing()
    services.suspend(listing, by=BY)
    services.reinstate(listing, by=BY)
    assert Listing.objects.live(on=TODAY).get() == listing


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
