"""A listing, or a change to one, as differences with the decision beside it; and changes that went live already."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from compliance import deciding, outcomes
from compliance.checklists import first_name
from compliance.reviewing import Desk, Message, Refused, message, name_of, of_row
from onboarding import listing_words, listings
from onboarding.desk import PERMISSION as WORK_AT_DESK
from onboarding.evidence_admin_forms import ReasonsForm
from onboarding.listing_facts import SERVICES
from onboarding.models import ListingChange
from onboarding.papers import NotNow
from onboarding.standing import standing

APPROVE, SEND_BACK, SEEN, PUT_BACK = "approve", "send-back", "seen", "put-back"


# What is usually wrong with a listing. The carer reads it in their language.
REASONS = {
    "unclear": _("Parts of it are hard to understand. Say in plain words what you do and for whom."),
    "others": _(
        "It says something private about somebody else. Take out who you care for, and what could tell who it is."
    ),
    "unchecked": _("It says something that we do not check, as if it were checked. Take it out, or ask us about it."),
    "services": _("What you write does not go with the kinds of help you chose. Change one of the two."),
    "prices": _("The prices are not clear. Say what people pay, and what is extra."),
    "contact": _("The phone number, email address or website does not lead to you. Check them."),
    "photo": _("The photo does not show you clearly, or shows somebody else. Choose another one."),
}


class BackForm(ReasonsForm):
    REASONS = REASONS
    NONE = "Say why: choose a reason, or write one."

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reasons"].label = "Why, and what to do"


class ChangeDesk(Desk):
    """`listing` is a first one, `change` one that waits, `live` one that went live."""

    slugs = ("listing", "change", "live")
    template = "admin/compliance/review/change.html"
    typed_names: ClassVar[dict[str, str]] = {"own": "In your own words"}

    row: ListingChange

    @classmethod
    def rows(cls) -> "QuerySet[ListingChange]":
        related = ("carer__owner", "carer__listing", "sent_by", "decided_by", "seen_by")
        return ListingChange.objects.select_related(*related)

    @property
    def slug(self) -> str:
        return self.slug_of(self.row)

    @staticmethod
    def slug_of(change: ListingChange) -> str:
        """What was decided stands where it waited; what went live is that also once it is put back."""
        if change.outcome in {ListingChange.Outcome.LIVE, ListingChange.Outcome.PUT_BACK}:
            return "live"
        return "listing" if change.is_first else "change"

    @property
    def is_live(self) -> bool:
        return self.row.outcome == ListingChange.Outcome.LIVE

    @property
    def waits(self) -> bool:
        return self.row.is_waiting or (self.is_live and self.row.seen_at is None)

    @property
    def title(self) -> str:
        if self.row.is_first:
            return "A whole listing"
        return ", ".join(listing_words.labels(self.row.after)) or "A change"

    @property
    def decided(self) -> str:
        if self.is_live and self.row.seen_at:
            return of_row("Looked at", self.row.seen_by, self.row.seen_at)
        if self.row.is_waiting or self.is_live or not self.row.decided_at:
            return ""
        taken_back = self.row.outcome == ListingChange.Outcome.TAKEN_BACK
        who = self.row.carer if taken_back else self.row.decided_by
        return of_row(self.row.get_outcome_display(), who, self.row.decided_at)

    def verbs(self) -> Mapping[str, Callable[[], str]]:
        return {APPROVE: self.approve, SEND_BACK: self.send_back, SEEN: self.look_at}

    def later_verbs(self) -> Mapping[str, Callable[[], str]]:
        """What went live can be put back after somebody looked at it too."""
        return {PUT_BACK: self.put_back} if self.is_live and self.may_decide else {}

    # --- forms

    @property
    def choice(self) -> str:
        pressed = self.request.POST.get("press", "").removesuffix("-next")
        chosen = pressed if pressed in self.choices else self.request.POST.get("decision", "")
        return chosen if chosen in self.choices else self.choices[0]

    @property
    def choices(self) -> tuple[str, str]:
        return (SEEN, PUT_BACK) if self.slug == "live" else (APPROVE, SEND_BACK)

    @cached_property
    def form(self) -> BackForm:
        pressed = self.request.POST.get("press", "").removesuffix("-next")
        made: BackForm = self.bound(BackForm, chosen=pressed in {SEND_BACK, PUT_BACK}, carer=self.carer)
        return made

    # --- what the buttons do

    def approve(self) -> str:
        try:
            deciding.approve(self.row, by=self.user)
        except ValidationError as error:
            why = " ".join(error.messages)
            raise NotNow(f"It cannot be approved as it is. Send it back: {why}") from error
        return f"{self.title} of {self.carer}: approved."

    def send_back(self) -> str:
        listings.send_back(self.row, by=self.user, reason=self._reason())
        return f"{self.title} is sent back to {self.carer}."

    def look_at(self) -> str:
        listings.look_at(self.row, by=self.user)
        return f"You have looked at the change of {self.carer}."

    def put_back(self) -> str:
        """What it was before may not go with what changed since."""
        reason = self._reason()
        try:
            listings.put_back(self.row, by=self.user, reason=reason)
        except ValidationError as error:
            why = " ".join(error.messages)
            raise NotNow(f"It does not go with what changed since. Put that back first, or ring them: {why}") from error
        return f"The listing of {self.carer} says again what it said before."

    def _reason(self) -> str:
        if not self.form.is_valid():
            raise Refused
        return self.form.reason

    # --- what happens then

    @property
    def effect(self) -> str:
        match self.choice:
            case "approve":
                return self._approved()
            case "put-back":
                later = self.moved_on
                but = f" What the carer changed again since stays as it is: {', '.join(later)}." if later else ""
                return f"The listing says again what it said before, at once.{but}"
            case "seen":
                return "It is off the list. Nobody is mailed."
        return "What they wrote is theirs to change again, with these words above it."

    def _approved(self) -> str:
        if self.row.is_first:
            made = "The listing is made, and is public on every day on which all checks are in date."
            now = standing(self.carer, self.on)
            if now.may_be_listed:
                return f"{made} That is at once{outcomes.until(now)}."
            return f"{made} {outcomes.still_to_come(now)}"
        if SERVICES not in self.row.after:
            return "It is public at once."
        return outcomes.of_offering(self.carer, listings.services_after(self.row), on=self.on)

    @property
    def mail(self) -> Message | None:
        if self.choice == SEEN:
            return None
        if self.choice == APPROVE:
            said = listings.would_say(self.row, listings.APPROVED, first=self.row.is_first)
            return message(self.carer, said)
        form = BackForm(self.data, carer=self.carer)
        if not form.is_bound or not form.is_valid():
            return None
        template = listings.PUT_BACK if self.choice == PUT_BACK else listings.SENT_BACK
        theirs = listings.would_say(self.row, template, reason=form.reason)
        return message(self.carer, theirs, listings.would_say(self.row, template, reason=form.reason_in(["en"])))

    # --- what the page shows

    @cached_property
    def moved_on(self) -> list[str]:
        """Facts of it that the public listing says otherwise by now."""
        if not (self.row.is_waiting or self.is_live):
            return []
        now = listings.public_facts(self.carer)
        compared = self.row.after if self.is_live else self.row.before
        return listing_words.labels({name for name, value in compared.items() if now.get(name) != value})

    def context(self) -> dict[str, Any]:
        public = listings.public_facts(self.carer)
        return {
            "who": first_name(self.carer.name),
            "entered_by": name_of(self.row.entered_by) if self.row.entered_by else "",
            "differences": listing_words.changed(self.row.before, self.row.after, self.row.after),
            "other": listing_words.rows(public, set(public) - set(self.row.after)),
            "preview": f"/desk/{self.carer.pk}/my/listing/preview/" if self.user.has_perm(WORK_AT_DESK) else "",
            "standing": standing(self.carer, self.on),
            "may_put_back": PUT_BACK in self.later_verbs() and not self.waits,
        }
