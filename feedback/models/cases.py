"""A case: a concern about a carer, a complaint about the council or how it used somebody's data, a safeguarding matter.

`CaseEvent` is what happened, in the order in which it did; rows are only ever added.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.enquiry_models import LANGUAGES, new_reference
from directory.models import Listing
from files.models import StoredFile

VIEW = "feedback.view_case"
HANDLE = "feedback.handle_cases"
SEE_SAFEGUARDING = "feedback.see_safeguarding"


class Kind(models.TextChoices):
    CONCERN = "concern", "A concern about a carer"
    COMPLAINT = "complaint", "A complaint about the council"
    DATA = "data", "A complaint about how we used data"
    SAFEGUARDING = "safeguarding", "Somebody may be being harmed"


class State(models.TextChoices):
    ASIDE = "aside", "Kept aside"
    NEW = "new", "New"
    OPEN = "open", "Being looked into"
    REPLY = "reply", "With the carer for a reply"
    TO_DECIDE = "to-decide", "Waiting for a decision"
    PLAN = "plan", "Action plan under way"
    FORMAL = "formal", "Formal consideration"
    CLOSED = "closed", "Closed"
    APPEAL = "appeal", "Appeal"
    MERGED = "merged", "Merged into another"


class Severity(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class How(models.TextChoices):
    """How it came to us."""

    WEB = "web", "On the website"
    PHONE = "phone", "By phone"
    IN_PERSON = "in-person", "In person"
    LETTER = "letter", "By letter"
    EMAIL = "email", "By email"
    SOCIAL = "social", "On social media"


# What was said and not written: the team writes it down, and sends what it wrote (SI 2014/1794 reg. 15).
ORAL = (How.PHONE, How.IN_PERSON)


class Outcome(models.TextChoices):
    """What came of it. Those of a concern are about the Code and being listed, never how one person is cared for: to
    advise on or direct changes to care is an ongoing role that needs registration (CQC, "Micro-enterprises")."""

    NO_ACTION = "no-action", _("No action")
    ADVICE = "advice", _("Advice")
    ACTION_PLAN = "action-plan", _("An action plan")
    SUSPEND = "suspend", _("The listing is suspended")
    REMOVE = "remove", _("The listing is removed")
    UPHELD = "upheld", _("Upheld")
    PARTLY = "partly", _("Partly upheld")
    NOT_UPHELD = "not-upheld", _("Not upheld")
    RESOLVED = "resolved", _("Settled between us")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_OURS = "not-ours", _("Not about somebody in this directory")
    PASSED_ON = "passed-on", _("Passed on")
    ENDED = "ended", _("Safeguarding has ended")


ABOUT_LISTING = (Outcome.NO_ACTION, Outcome.ADVICE, Outcome.ACTION_PLAN, Outcome.SUSPEND, Outcome.REMOVE)
# What a case may be closed with by whoever handles it, by kind. A concern that was put to a carer is decided instead.
ANSWERS = {
    Kind.CONCERN: (Outcome.WITHDRAWN, Outcome.NOT_OURS, Outcome.PASSED_ON, Outcome.RESOLVED),
    Kind.COMPLAINT: (Outcome.UPHELD, Outcome.PARTLY, Outcome.NOT_UPHELD, Outcome.RESOLVED, Outcome.WITHDRAWN,
                     Outcome.PASSED_ON),
    Kind.DATA: (Outcome.UPHELD, Outcome.PARTLY, Outcome.NOT_UPHELD, Outcome.RESOLVED, Outcome.WITHDRAWN),
    Kind.SAFEGUARDING: (Outcome.ENDED, Outcome.PASSED_ON, Outcome.NOT_OURS),
}  # fmt: skip


class Theme(models.TextChoices):
    """What it was about, for what is learnt of many."""

    RELIABILITY = "reliability", "Did not come, or came late"
    CONDUCT = "conduct", "How somebody behaved"
    COMMUNICATION = "communication", "How somebody talked or wrote"
    MONEY = "money", "Money and prices"
    QUALITY = "quality", "Quality of the help"
    ENTRY = "entry", "What the listing says"
    CHECKS = "checks", "Checks and papers"
    PRIVACY = "privacy", "Privacy"
    LANGUAGE = "language", "Welsh or another language"
    ACCESS = "access", "The website or the team's service"
    HARM = "harm", "Harm, or a risk of it"
    OTHER = "other", "Something else"


class CaseQuerySet(models.QuerySet["Case"]):
    def visible(self, user: Any) -> "CaseQuerySet":
        """Those of which this person may know that they are there (rule: one's own are never one's own to see)."""
        allowed = Q(pk__in=[])
        if user.has_perm(VIEW):
            allowed |= ~Q(kind=Kind.SAFEGUARDING)
        if user.has_perm(SEE_SAFEGUARDING):
            allowed |= Q(kind=Kind.SAFEGUARDING)
        for more in ALSO_VISIBLE:
            allowed |= more(user)
        return self.filter(allowed).exclude(pk__in=Case.objects.own(user).values("pk"))

    def own(self, user: Any) -> "CaseQuerySet":
        """Those that are about this person, or that they brought; of nobody none."""
        if user.pk is None:
            return self.none()
        brought = Q(reporter_user=user.pk) | Q(doubles__reporter_user=user.pk)
        return self.filter(Q(listing__owner=user.pk) | Q(about_user=user.pk) | brought).distinct()

    def under_way(self) -> "CaseQuerySet":
        return self.exclude(state__in=[State.ASIDE, State.CLOSED, State.MERGED])

    def about(self, listing: Listing) -> "CaseQuerySet":
        return self.filter(listing=listing)


# What rooms above add: who may see one case without a role (a guest who decides it). Each gives a condition.
ALSO_VISIBLE: list[Any] = []
MAY_SEE_ONE: list[Any] = []  # and whether this person is such a one


class Case(models.Model):
    """Written only through `feedback.cases` and `compliance.case_*`, which write an event and an audit row with it."""

    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    form_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    severity = models.CharField(max_length=6, choices=Severity, default=Severity.MEDIUM)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases"
    )

    listing = models.ForeignKey(Listing, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases")
    about_words = models.CharField("who or what it is about", max_length=200, blank=True)
    about_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="Somebody of the team whom it is about: they do not see it.",
    )  # fmt: skip
    service = models.CharField(max_length=40, blank=True, help_text="The kind of help that it was about, as a slug.")
    themes = models.JSONField(default=list, blank=True)

    words = models.TextField("what happened")
    wanted = models.TextField("what would put it right", blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES, blank=True, help_text="Of what is written to them.")
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address = models.TextField("postal address", blank=True)
    anonymous = models.BooleanField(default=False)
    reporter_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    from_the_carer = models.BooleanField(default=False, help_text="It came from the carer's own address.")

    received_how = models.CharField(max_length=10, choices=How, default=How.WEB)
    received_on = models.DateField(help_text="This day starts the clocks, also where it is written down later.")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    held_reason = models.CharField(max_length=20, blank=True)

    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    plan_until = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="doubles")
    links_sent = models.PositiveSmallIntegerField(default=0, help_text="A new link makes the one before it useless.")

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("handle_cases", "Handle concerns and complaints"),
            ("see_safeguarding", "See that safeguarding cases exist, and lead them"),
        ]
        indexes = [
            models.Index(fields=["state", "received_on"], name="case_by_state"),
            models.Index(fields=["listing", "-received_on"], name="case_of_listing"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(anonymous=False) | Q(name="", email="", phone="", address=""), name="case_anonymous"
            ),
            models.CheckConstraint(
                condition=Q(anonymous=False) | Q(kind__in=["concern", "safeguarding"]), name="case_complaint_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="case_closed_when",
            ),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(outcome=""), name="case_closed_with_an_outcome"),
            models.CheckConstraint(
                condition=~Q(state="plan") | Q(plan_until__isnull=False), name="case_plan_has_a_day"
            ),
            models.CheckConstraint(condition=~Q(state="aside") | ~Q(held_reason=""), name="case_aside_for_a_reason"),
        ]

    def __str__(self) -> str:
        return self.reference

    @staticmethod
    def may_see_any(user: Any) -> bool:
        """Whether there may be cases for this person at all; which, `visible` says."""
        return bool(user.has_perm(VIEW) or user.has_perm(SEE_SAFEGUARDING) or any(may(user) for may in MAY_SEE_ONE))

    @property
    def is_safeguarding(self) -> bool:
        return self.kind == Kind.SAFEGUARDING

    @property
    def is_over(self) -> bool:
        return self.state in {State.CLOSED, State.MERGED}

    @property
    def can_be_answered(self) -> bool:
        return bool(self.email or self.phone or self.address)

    @property
    def about(self) -> str:
        """Whom it is about, for the team."""
        return str(self.listing) if self.listing else self.about_words or "Nobody was named"

    @property
    def reader(self) -> str:
        """Whose messages about it only these may see in the outbox."""
        return SEE_SAFEGUARDING if self.is_safeguarding else HANDLE


class CaseEventQuerySet(models.QuerySet["CaseEvent"]):
    def of(self, case: Case) -> "CaseEventQuerySet":
        return self.filter(case_id=case.pk)

    def visible(self, user: Any) -> "CaseEventQuerySet":
        return self if user.has_perm(SEE_SAFEGUARDING) else self.filter(secret=False)

    def for_reporter(self) -> "CaseEventQuerySet":
        return self.filter(shown_to__in=[CaseEvent.To.REPORTER, CaseEvent.To.BOTH])

    def for_carer(self) -> "CaseEventQuerySet":
        return self.filter(shown_to__in=[CaseEvent.To.CARER, CaseEvent.To.BOTH], secret=False)


class CaseEvent(models.Model):
    """One thing that happened with a case. Numbers instead of foreign keys; `data` holds ids and codes.

    `secret` was written while it was a safeguarding case: it stays so when the case becomes another kind.
    """

    append_only = True

    class What(models.TextChoices):
        RECEIVED = "received", _("We received it")
        RELEASED = "released", "It was kept aside, and is no spam"
        ACKNOWLEDGED = "acknowledged", _("We confirmed that we have it")
        TAKEN_ON = "taken-on", _("Somebody began to look into it")
        HANDED = "handed", "Somebody else handles it"
        NOTE = "note", "Note"
        TO_REPORTER = "to-reporter", _("We wrote to you")
        FROM_REPORTER = "from-reporter", _("You wrote to us")
        TALKED = "talked", _("We talked")
        CHANGED = "changed", "What it is was changed"
        CLOCK = "clock", "A clock was changed"
        REFERRED = "referred", "Referred"
        ALLEGED = "alleged", _("The allegation was put in writing")
        REPLIED = "replied", _("A reply came")
        NO_REPLY = "no-reply", "The time to reply ended"
        HANDED_OVER = "handed-over", _("It was looked into, and somebody else decides")
        HANDED_BACK = "handed-back", "More is to be looked into"
        DECIDED = "decided", _("It was decided")
        PLAN = "plan", "About the action plan"
        ANSWERED = "answered", _("We answered")
        FORMAL = "formal", _("Formal consideration was asked for")
        CLOSED = "closed", _("It was closed")
        APPEALED = "appealed", _("An appeal came")
        HEARD = "heard", _("The appeal was decided")
        REOPENED = "reopened", _("It was opened again")
        MERGED = "merged", "Merged with another"
        ESCALATED = "escalated", "The manager was told that it is late"
        FILE = "file", "A file was added"
        GUEST = "guest", "About a guest who decides"

    class To(models.TextChoices):
        TEAM = "team", "The team alone"
        REPORTER = "reporter", "Whoever told us"
        CARER = "carer", "The carer"
        BOTH = "both", "Whoever told us, and the carer"

    case_id = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=16, choices=What)
    actor = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True, blank=True)
    words = models.TextField(blank=True)
    shown_to = models.CharField(max_length=8, choices=To, default=To.TEAM)
    secret = models.BooleanField(default=False)
    data = models.JSONField(default=dict, blank=True)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"


class CaseFile(models.Model):
    """A file of a case: sent with it, or added to it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="of_case")
    secret = models.BooleanField(default=False)
    from_carer = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.file} of {self.case_id}"


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> "ClockQuerySet":
        return self.filter(met_on__isnull=True, stopped_on__isnull=True)

    def late(self, on: date) -> "ClockQuerySet":
        """Those of the team past their last day; the carer's and the complainant's own time is nobody's lateness."""
        return self.running().filter(paused_on__isnull=True, due_on__lt=on)


class Clock(models.Model):
    """A running clock of a case (`feedback.rules`). Written only through `feedback.clocks`.

    `due_on` is the last day in time. While it is paused it is not late; what is left of it goes on when it runs again.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    rule = models.CharField(max_length=12)
    began_on = models.DateField()
    due_on = models.DateField()
    extended = models.BooleanField(default=False)
    paused_on = models.DateField(null=True, blank=True)
    met_on = models.DateField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True, help_text="It does not apply any more.")
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "rule"],
                condition=Q(met_on__isnull=True, stopped_on__isnull=True),
                name="clock_runs_once",
            ),
            models.CheckConstraint(
                condition=Q(met_on__isnull=True) | Q(stopped_on__isnull=True), name="clock_met_or_stopped"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(met_on__isnull=True, stopped_on__isnull=True), name="clock_running"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} by {self.due_on}"

    @property
    def was_in_time(self) -> bool | None:
        """Nothing while it runs, or where it did not apply in the end."""
        return None if self.met_on is None else self.met_on <= self.due_on


class Referral(models.Model):
    """A safeguarding matter was passed on: when, by whom, to whom, under which reference."""

    append_only = True

    case_id = models.BigIntegerField(db_index=True)
    made_at = models.DateTimeField("when")
    by = models.CharField("by whom", max_length=100)
    to = models.CharField("to whom", max_length=200)
    their_reference = models.CharField("their reference", max_length=60, blank=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField("recorded", default=timezone.now)
    recorded_by_id = models.BigIntegerField()

    class Meta:
        ordering = ["made_at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"To {self.to}, {self.made_at:%Y-%m-%d}"
