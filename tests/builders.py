"""Small data for tests, made through the same verbs as people use."""

from datetime import date, timedelta

from django.conf import settings

from directory import services
from directory.models import Listing, OutwardCode, Postcode

TODAY = date(2026, 11, 21)
BY = "job:tests"
SPACE = ("capacity", "space_from", "hours_free", "waiting_weeks")


def place(slug):
    return next(place for place in settings.SCHEME.places if place.slug == slug)


def place_postcode(code, easting, northing, inside=True):
    """A postcode unit and, with it, its outward code."""
    compact = code.replace(" ", "").upper()
    OutwardCode.objects.update_or_create(
        code=compact[:-3], defaults={"easting": easting, "northing": northing, "inside": inside}
    )
    area = settings.SCHEME.area_code if inside else "E06000023"
    return Postcode.objects.create(code=compact, easting=easting, northing=northing, area_code=area)


def make_listing(
    name="Bryn Lewis",
    *,
    on=TODAY,
    base="usk",
    offers=("companionship",),
    checks=(),
    published=True,
    checked_from=None,
    checked_until=None,
    service_dates=None,
    confirmed_on=None,
    **facts,
):
    """A live listing based at one of the scheme's towns, five miles around; any fact of Listing may be given.

    `offers` are services; their dates are the listing's own unless `service_dates` has others ({slug: (from, until)}).
    """
    town = place(base)
    usual = {
        "first_name": name.split()[0],
        "base_name_en": town.name.en,
        "base_name_cy": town.name.cy,
        "easting": town.easting,
        "northing": town.northing,
        "intro_en": "I help you stay at home.",
        "about_en": "I have worked in care for ten years.",
        "phone": "01633 960123",
        "price_hour": 2200,
        "payments": ["direct-payments", "private"],
        "languages": {"en": 4},
    }
    said = {"capacity": Listing.Capacity.SPACE} | {fact: facts.pop(fact) for fact in SPACE if fact in facts}
    paused_until = facts.pop("paused_until", None)
    listing = services.create_listing(by=BY, name=name, **{**usual, **facts})
    services.confirm_capacity(listing, by=BY, on=confirmed_on or on, **said)
    services.set_services(listing, by=BY, services=offers)
    stretch = (checked_from or on - timedelta(days=30), checked_until or on + timedelta(days=335))
    dates = dict.fromkeys(offers, stretch) | (service_dates or {})
    services.set_checked(listing, by=BY, stretch=stretch, services=dates, checks=checks)
    if published:
        services.publish(listing, by=BY)
    if paused_until:
        services.pause(listing, by=BY, until=paused_until, on=on)
    listing.refresh_from_db()
    return listing
