"""Status checks of DBS certificates: whether the council may ask, who agreed to be asked about, and what was answered.

Nothing here says whether a certificate was blank: that is offence data, and is folded away before a row is written.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from onboarding.models import Evidence, Worker


class Entitlement(models.Model):
    """The council may ask the DBS about certificates of carers: who confirmed it, when, and on what it rests.

    Without one that is not withdrawn nobody is asked about. `scheduled_by` is the officer in whose name the yearly
    checks are made; none are where it is empty.
    """

    confirmed_by = models.CharField("confirmed by", max_length=100, help_text="The role, as “Head of Legal Services”.")
    confirmed_on = models.DateField("confirmed on")
    basis = models.TextField("legal basis")
    organisation = models.CharField("organisation", max_length=100, help_text="As the DBS is told who asks.")
    recorded_at = models.DateTimeField("recorded", default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="recorded by"
    )
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name="yearly checks in the name of",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField("withdrawn", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name="withdrawn by",
    )  # fmt: skip

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("keep_entitlement", "Record that the council may ask for DBS status checks")]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(withdrawn_at__isnull=True), name="entitlement_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"Confirmed {self.confirmed_on:%Y-%m-%d}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        return self.filter(ended_at__isnull=True)


class Consent(models.Model):
    """The holder of a certificate agreed to status checks of it. Written only through `compliance.consents`.

    `original` is the certificate as the team saw it: the consent is for no other, and ends when that one is withdrawn
    or a newer one is accepted. Only of consents that ended before it was written down may it be unknown.
    `sealed` is the certificate's number, the names and the date of birth, encrypted; it is empty once the consent
    ended, and the row stays to show that there was one, and until when.
    """

    class How(models.TextChoices):
        ONLINE = "online", "On their own page"
        PAPER = "paper", "On paper, signed"

    class Ended(models.TextChoices):
        ASKED = "asked", "The holder ended it"
        LEFT = "left", "They work here no more"
        RENEWED = "renewed", "Given anew"
        ENTITLEMENT = "entitlement", "The council asks no more"
        WITHDRAWN = "withdrawn", "The certificate does not count any more"
        REPLACED = "replaced", "A newer certificate was seen"
        UNKNOWN = "unknown", "It was not written down for which certificate"

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="status_consents")
    original = models.ForeignKey(
        Evidence, on_delete=models.CASCADE, null=True, related_name="status_consents", verbose_name="certificate"
    )
    how = models.CharField(max_length=10, choices=How)
    given_on = models.DateField("given on")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    sealed = models.TextField(blank=True)
    ends_in = models.CharField(max_length=2, blank=True, help_text="The last two digits of the certificate's number.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=20, choices=Ended, blank=True)

    # Nobody asked for these ends: the holder is told why.
    WITH_ITS_PAPER = (Ended.WITHDRAWN, Ended.REPLACED, Ended.UNKNOWN)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        default_permissions = ()
        permissions = [("record_consent", "Record a signed consent to DBS status checks")]
        constraints = [
            models.UniqueConstraint(
                fields=["worker"], condition=Q(ended_at__isnull=True), name="consent_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="")
                | (Q(ended_at__isnull=False, sealed="", ends_in="") & ~Q(ended_why="")),
                name="consent_ended_keeps_no_details",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(original__isnull=False), name="consent_names_its_certificate"
            ),
        ]

    def __str__(self) -> str:
        return f"Consent {self.pk}"

    @property
    def masked(self) -> str:
        return f"••••••••••{self.ends_in}" if self.ends_in else ""


class StatusCheckQuerySet(models.QuerySet["StatusCheck"]):
    def to_look_at(self) -> "StatusCheckQuerySet":
        """Those with which somebody of the team has something to do."""
        look = Q(result__in=StatusCheck.LOOK) | Q(state=StatusCheck.State.GIVEN_UP)
        return self.filter(look, looked_at__isnull=True)


class StatusCheck(models.Model):
    """One question to the DBS about one certificate, with its tries. Written only through `compliance.status_checks`.

    `due_on` is the yearly day that it is for: a day is asked for once. A check that somebody asked for has none.
    `tried_at` is when it was last begun, `sent_at` when the question last went to the DBS: none where it never did.
    """

    class State(models.TextChoices):
        OPEN = "open", "Not answered yet"
        ANSWERED = "answered", "Answered"
        GIVEN_UP = "given-up", "Given up until somebody looks"
        STOPPED = "stopped", "Stopped: the consent or the certificate is gone"

    class Result(models.TextChoices):
        CURRENT = "no-new-information", "No new information"
        NEW = "new-information", "New information: no longer current"
        NO_MATCH = "no-match", "No match"
        GONE = "gone", "Not kept any longer"

    class Problem(models.TextChoices):
        REFUSED = "refused", "The DBS took the details to be wrong (400). Compare them with the certificate"
        SERVER = "server", "The DBS had an error of its own"
        SLOW = "slow", "The DBS did not answer in time"
        UNREACHABLE = "unreachable", "The DBS could not be reached, so nothing was sent"
        HUNG_UP = "hung-up", "The connection broke before the DBS had answered"
        INSECURE = "insecure", "The connection was not safe (TLS), so nothing was sent"
        MOVED = "moved", "The DBS pointed to another address, which is not followed. Look at DBS_STATUS_URL"
        UNREAD = "unread", "The answer was nothing that a status check answers"
        SEALED = "sealed", "The details cannot be read: the site's key was changed. Record the consent again"

    LOOK = (Result.NEW, Result.NO_MATCH)
    NOT_SENT = (Problem.UNREACHABLE, Problem.INSECURE, Problem.SEALED)

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="status_checks")
    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="checks")
    original = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="+", verbose_name="certificate")
    evidence = models.OneToOneField(
        Evidence, on_delete=models.SET_NULL, null=True, blank=True, related_name="status_check",
        verbose_name="recorded as",
    )  # fmt: skip
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="asked by",
        help_text="Whose name the DBS was given.",
    )  # fmt: skip
    due_on = models.DateField("for", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    begun_at = models.DateTimeField("begun", default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField("last tried", null=True, blank=True)
    sent_at = models.DateTimeField("last sent to the DBS", null=True, blank=True)
    try_again_at = models.DateTimeField("tried again", null=True, blank=True)
    problem = models.CharField("what went wrong", max_length=12, choices=Problem, blank=True)
    answered_at = models.DateTimeField("answered", null=True, blank=True)
    result = models.CharField(max_length=20, choices=Result, blank=True)
    looked_at = models.DateTimeField("dealt with", null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name="dealt with by",
    )  # fmt: skip

    objects = StatusCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        verbose_name = "status check"
        verbose_name_plural = "DBS register"
        default_permissions = ("view",)
        permissions = [("check_status", "Make DBS status checks")]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "due_on"], condition=Q(due_on__isnull=False), name="status_check_once_a_day_due"
            ),
            models.UniqueConstraint(fields=["worker"], condition=Q(state="open"), name="status_check_one_open"),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False) & ~Q(result="")
                | (~Q(state="answered") & Q(answered_at__isnull=True, result="")),
                name="status_check_answered_with_its_result",
            ),
        ]

    def __str__(self) -> str:
        return f"Status check {self.pk}"

    @property
    def needs_somebody(self) -> bool:
        return self.looked_at is None and (self.result in self.LOOK or self.state == self.State.GIVEN_UP)
