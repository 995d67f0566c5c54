"""What the public may see, and nothing private. Positions are OS National Grid metres (easting, northing)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language

from directory import believable, vocabulary
from directory.enquiry_models import Enquiry  # noqa: F401 (Django finds it here)

METRES_PER_MILE = 1609.344
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BANDS = ("early", "morning", "lunchtime", "afternoon", "teatime", "evening", "night")
CELLS = len(DAYS) * len(BANDS)
LONGEST_REACH_MILES = 40
DAYS_UNTIL_UNCONFIRMED = 30


def cell(day: int, band: int) -> int:
    """The bit of one cell of the availability grid: day 0 is Monday, band 0 is early morning."""
    return 1 << (band * len(DAYS) + day)


def between(low: int, high: int, *fields: str) -> Q:
    """A check that each of `fields`, where given, lies between `low` and `high`."""
    query = Q()
    for field in fields:
        query &= Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high})
    return query


# A stretch of days has a first and a last, in that order, or is none. Said with both not null, for a comparison with
# NULL is neither true nor false, and a check lets it pass.
BOTH_OR_NEITHER = Q(checked_from__isnull=True, checked_until__isnull=True) | Q(
    checked_from__isnull=False, checked_until__isnull=False, checked_from__lte=F("checked_until")
)


class Postcode(models.Model):
    """One postcode unit, written without a space ("NP151AD"), with its position and council."""

    code = models.CharField(max_length=7, primary_key=True)
    easting = models.PositiveIntegerField()
    northing = models.PositiveIntegerField()
    area_code = models.CharField(max_length=9, blank=True)


class OutwardCode(models.Model):
    """The first half of a postcode ("NP15"): the middle of its units, and whether most lie in the area."""

    code = models.CharField(max_length=4, primary_key=True)
    easting = models.PositiveIntegerField()
    northing = models.PositiveIntegerField()
    inside = models.BooleanField()


class MapCell(models.Model):
    """One hexagon of the base map: how many postcodes it holds, and whether it is in the area.

    `row` counts rows of hexagons and `column` half hexagons (`directory.basemap`).
    """

    column = models.SmallIntegerField()
    row = models.SmallIntegerField()
    postcodes = models.PositiveSmallIntegerField()
    inside = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["column", "row"], name="map_cell_once")]


class PostcodeLoad(models.Model):
    """One finished run of `load_postcodes`: where the rows came from, how many, when."""

    loaded_at = models.DateTimeField(auto_now_add=True)
    source = models.CharField(max_length=200)
    attribution = models.CharField(max_length=500)
    rows = models.PositiveIntegerField()
    skipped = models.PositiveIntegerField()

    class Meta:
        get_latest_by = "loaded_at"
        ordering = ["-loaded_at"]

    def __str__(self) -> str:
        return f"{self.source}: {self.rows} postcodes"


class ListingQuerySet(models.QuerySet["Listing"]):
    def live(self, *, on: date) -> "ListingQuerySet":
        """Listings the public may see on that day. Every public page starts here (rule 1).

        The dates are tested in the query, so a lapse hides a listing even if every job is dead.
        """
        return self.filter(
            Q(paused_until__isnull=True) | Q(paused_until__lte=on),
            published_at__isnull=False,
            ended_at__isnull=True,
            suspended_at__isnull=True,
            checked_from__lte=on,
            checked_until__gte=on,
        )


class Listing(models.Model):
    """The approved public facts of one carer's business. Written only through `directory.services`."""

    class Capacity(models.TextChoices):
        SPACE = "space", "Space now"
        WAITING = "waiting", "Waiting list"
        FULL = "full", "Full"
        FROM = "from", "Space from a date"

    class State(models.TextChoices):
        LIVE = "live"
        DRAFT = "draft"
        HIDDEN = "hidden"
        ENDED = "ended"

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="listing"
    )
    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=100)
    first_name = models.CharField(
        "first name", max_length=50, help_text="How sentences name the carer: “Contact Bryn”."
    )
    photo = models.OneToOneField("files.Photo", on_delete=models.SET_NULL, null=True, blank=True)
    team_size = models.PositiveSmallIntegerField("how many people", default=1)
    intro_en = models.CharField("first sentence", max_length=160, blank=True)
    intro_cy = models.CharField("first sentence in Welsh", max_length=160, blank=True)
    about_en = models.TextField("about the carer", max_length=4000, blank=True)
    about_cy = models.TextField("about the carer in Welsh", max_length=4000, blank=True)

    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    contact_hours_en = models.CharField("when to get in touch", max_length=150, blank=True)
    contact_hours_cy = models.CharField("when to get in touch, in Welsh", max_length=150, blank=True)

    # Coverage: a public base place (never a home address) and how far, or the whole area.
    base_name_en = models.CharField("base place", max_length=60)
    base_name_cy = models.CharField("base place in Welsh", max_length=60, blank=True)
    easting = models.PositiveIntegerField()
    northing = models.PositiveIntegerField()
    miles = models.PositiveSmallIntegerField("goes how many miles", default=5)
    whole_area = models.BooleanField(default=False)

    # Slugs of `directory.vocabulary`; languages carry a level from 1 (a few words) to 4 (first language).
    groups = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=dict, blank=True)
    payments = models.JSONField(default=list, blank=True)

    # The 7×7 grid as bits of `cell()`: where the carer works, and where there is space too.
    works = models.PositiveBigIntegerField(default=0)
    space = models.PositiveBigIntegerField(default=0)

    capacity = models.CharField("space", max_length=10, choices=Capacity.choices, default=Capacity.FULL)
    space_from = models.DateField("space from", null=True, blank=True)
    hours_free = models.PositiveSmallIntegerField("free hours a week", null=True, blank=True, help_text="Hours a week.")
    waiting_weeks = models.PositiveSmallIntegerField("weeks to wait", null=True, blank=True)
    capacity_confirmed_on = models.DateField("space confirmed on", null=True, blank=True)
    # Bits of services for which there is no space, whatever is said above. Written from above (onboarding).
    no_space_for = models.PositiveBigIntegerField("no space for", default=0, editable=False)

    # Prices in pence.
    price_hour = models.PositiveIntegerField(null=True, blank=True)
    price_half_hour = models.PositiveIntegerField(null=True, blank=True)
    price_visit = models.PositiveIntegerField(null=True, blank=True)
    price_night = models.PositiveIntegerField(null=True, blank=True)
    price_evening_hour = models.PositiveIntegerField(null=True, blank=True)
    price_weekend_hour = models.PositiveIntegerField(null=True, blank=True)
    price_bank_holiday_hour = models.PositiveIntegerField(null=True, blank=True)
    price_mile = models.PositiveIntegerField(null=True, blank=True)
    minimum_minutes = models.PositiveSmallIntegerField("shortest visit in minutes", null=True, blank=True)
    price_note_en = models.CharField("about the prices", max_length=200, blank=True)
    price_note_cy = models.CharField("about the prices in Welsh", max_length=200, blank=True)

    published_at = models.DateTimeField("first public", null=True, blank=True)
    paused_until = models.DateField("paused until", null=True, blank=True)
    suspended_at = models.DateTimeField("suspended since", null=True, blank=True)
    ended_at = models.DateTimeField("ended", null=True, blank=True)
    # The covered stretch that holds today, else the next one. One writer: `services.set_checked`.
    checked_from = models.DateField("checks in order from", null=True, blank=True)
    checked_until = models.DateField("checks in order until", null=True, blank=True)

    objects = ListingQuerySet.as_manager()

    PRICES = (
        "price_hour",
        "price_half_hour",
        "price_visit",
        "price_night",
        "price_evening_hour",
        "price_weekend_hour",
        "price_bank_holiday_hour",
    )

    class Meta:
        indexes = [models.Index(fields=["checked_until", "checked_from"], name="listing_checked")]
        constraints = [
            models.CheckConstraint(
                condition=Q(miles__gte=1, miles__lte=LONGEST_REACH_MILES), name="listing_miles_believable"
            ),
            models.CheckConstraint(
                condition=Q(works__lt=1 << CELLS, space__lt=1 << CELLS) & Q(space=F("space").bitand(F("works"))),  # type: ignore[arg-type]  # F is right
                name="listing_space_only_where_works",
            ),
            models.CheckConstraint(condition=Q(team_size__gte=1), name="listing_team_of_one_or_more"),
            models.CheckConstraint(
                condition=BOTH_OR_NEITHER,
                name="listing_checked_in_order",
            ),
            models.CheckConstraint(
                condition=Q(capacity__in=["space", "waiting", "full"], space_from__isnull=True)
                | Q(capacity="from", space_from__isnull=False),
                name="listing_space_from_with_its_date",
            ),
            models.CheckConstraint(
                condition=between(0, 168, "hours_free") & between(0, 104, "waiting_weeks"),
                name="listing_space_believable",
            ),
            models.CheckConstraint(condition=between(5, 1440, "minimum_minutes"), name="listing_visit_believable"),
            models.CheckConstraint(condition=between(0, 500, "price_mile"), name="listing_mile_believable"),
            models.CheckConstraint(
                condition=between(
                    100, 100_000, "price_hour", "price_half_hour", "price_visit", "price_night",
                    "price_evening_hour", "price_weekend_hour", "price_bank_holiday_hour",
                ),
                name="listing_prices_believable",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("directory:profile", args=[self.slug])

    def clean(self) -> None:
        believable.check(self)

    def localised(self, field: str) -> "CarersText":
        """The carer's own words: in this language where there are any, else in the other, marked."""
        language = get_language() or "en"
        words = {code: getattr(self, f"{field}_{code}") for code in ("en", "cy")}
        code = language if words.get(language) else "cy" if words["cy"] and not words["en"] else "en"
        return CarersText(words[code], code, code != language)

    @property
    def intro(self) -> "CarersText":
        return self.localised("intro")

    @property
    def about(self) -> "CarersText":
        return self.localised("about")

    @property
    def contact_hours(self) -> "CarersText":
        return self.localised("contact_hours")

    @property
    def price_note(self) -> "CarersText":
        return self.localised("price_note")

    @property
    def mailbox(self) -> str:
        """Where the enquiry form's messages go: the address in the listing, else the one its owner signs in with."""
        if self.email or not self.owner or not self.owner.is_active:
            return self.email
        return self.owner.email

    @property
    def initials(self) -> str:
        """Of the first and the last word of the name, where there is no photo."""
        words = [word for word in self.name.split() if word[0].isalnum()]
        return "".join(word[0] for word in dict.fromkeys([*words[:1], *words[-1:]])).upper()

    @property
    def base_name(self) -> str:
        return self.base_name_cy if get_language() == "cy" and self.base_name_cy else self.base_name_en

    def state(self, on: date) -> "Listing.State":
        """What the public is told on that day. Paused, lapsed and suspended look alike (rule 2)."""
        if not self.published_at:
            return self.State.DRAFT
        if self.ended_at:
            return self.State.ENDED
        paused = self.paused_until is not None and self.paused_until > on
        if paused or self.suspended_at or not self.checked_on(on):
            return self.State.HIDDEN
        return self.State.LIVE

    def checked_on(self, on: date) -> bool:
        return bool(self.checked_from and self.checked_until and self.checked_from <= on <= self.checked_until)


class UsedSlug(models.Model):
    """A slug that was given to a listing. It stays when the listing goes, so that none is given twice (rule 2)."""

    slug = models.SlugField(max_length=100, primary_key=True)
    gone = models.BooleanField(default=False, help_text="Its listing was public, and is forgotten: answers 410.")

    def __str__(self) -> str:
        return self.slug


class CarersText(str):
    """A carer's own text, with the language it is in and whether that is not the page's."""

    lang: str
    foreign: bool

    def __new__(cls, words: str, lang: str, foreign: bool) -> "CarersText":
        text = super().__new__(cls, words)
        text.lang, text.foreign = lang, foreign
        return text


class ListingService(models.Model):
    """One kind of help a listing offers, with the stretch of days on which its own papers are in order."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="services")
    service = models.CharField(max_length=50, choices=vocabulary.service_choices)
    bit = models.PositiveBigIntegerField(editable=False)
    checked_from = models.DateField("checks in order from", null=True, blank=True)
    checked_until = models.DateField("checks in order until", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "service"], name="listing_service_once"),
            models.CheckConstraint(
                condition=BOTH_OR_NEITHER,
                name="listing_service_checked_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.service

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.bit = vocabulary.SERVICES[self.service].bit
        super().save(*args, **kwargs)


class CheckRow(models.Model):
    """One line of the trust panel: what the council saw, of whom, when, and when it looks again.

    Written from above (onboarding), never worked out here.
    """

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="checks")
    order = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=50, blank=True, help_text="First name, where there are several workers.")
    what_en = models.CharField("what was seen", max_length=100)
    what_cy = models.CharField(max_length=100, blank=True)
    detail_en = models.CharField(max_length=200, blank=True)
    detail_cy = models.CharField(max_length=200, blank=True)
    seen_on = models.DateField("seen on")
    next_due = models.DateField(
        "looked at again", null=True, blank=True, help_text="Empty: once only, or when it changes."
    )
    when_it_changes = models.BooleanField(default=False, help_text="Due again when the thing itself changes.")

    class Meta:
        ordering = ["order", "worker", "pk"]

    def __str__(self) -> str:
        return self.what_en

    @property
    def what(self) -> str:
        return self.what_cy if get_language() == "cy" and self.what_cy else self.what_en

    @property
    def detail(self) -> str:
        return self.detail_cy if get_language() == "cy" and self.detail_cy else self.detail_en


class PraiseRow(models.Model):
    """What one person said well of a carer: read by the team, and shown because both of them agree. Never a rating.

    Written from above (feedback), through `directory.praise`.
    """

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="praise")
    number = models.BigIntegerField(unique=True, help_text="Of the praise that it is a copy of.")
    words = models.TextField()
    language = models.CharField(max_length=2)
    name = models.CharField("first name", max_length=50, blank=True)
    said_on = models.DateField()
    answer = models.TextField("the carer’s answer", blank=True)
    answer_language = models.CharField(max_length=2, blank=True)

    class Meta:
        ordering = ["-said_on", "-number"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Praise {self.number}"

    @property
    def text(self) -> CarersText:
        return CarersText(self.words, self.language, foreign=self.language != get_language())

    @property
    def answer_text(self) -> CarersText:
        return CarersText(self.answer, self.answer_language, foreign=self.answer_language != get_language())
