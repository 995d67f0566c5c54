"""What was given or shown, and what the team decided about it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from directory.days import as_typed
from onboarding.models.carers import Carer, SentForCarer, Worker
from onboarding.requirements import Requirement, catalogue


def of_one(prefix: str, condition: Q | None = None) -> list[models.BaseConstraint]:
    """At most one row for each carer, worker and requirement: said twice, for two NULLs are not the same."""
    more = condition or Q()
    return [
        models.UniqueConstraint(
            fields=["carer", "requirement"], condition=more & Q(worker__isnull=True), name=f"{prefix}_of_business"
        ),
        models.UniqueConstraint(
            fields=["carer", "worker", "requirement"],
            condition=more & Q(worker__isnull=False),
            name=f"{prefix}_of_worker",
        ),
    ]


class OfRequirement(models.Model):
    """What answers one requirement, of the business or of one of its workers."""

    carer = models.ForeignKey(Carer, on_delete=models.CASCADE)
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, null=True, blank=True)
    requirement = models.CharField(max_length=40)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    @property
    def asked(self) -> Requirement:
        """What it answers; of one that the scheme asks for no longer, what that was."""
        asked: dict[str, Requirement] = settings.SCHEME.requirements.by_slug
        return asked.get(self.requirement) or catalogue()[self.requirement]

    @property
    def is_asked(self) -> bool:
        """Whether the scheme still asks for such a thing."""
        return self.requirement in settings.SCHEME.requirements


class Draft(OfRequirement):
    """A task begun and not sent: the facts as typed. Sending it makes `Evidence` of it.

    `typed_by` is who last typed all of it: of the team, somebody who may not read papers sees what they typed alone.
    """

    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        default_related_name = "drafts"
        constraints = of_one("draft_once")

    def __str__(self) -> str:
        return f"Draft: {self.requirement}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def undecided(self) -> "EvidenceQuerySet":
        return self.filter(outcome="")

    def accepted(self) -> "EvidenceQuerySet":
        return self.filter(outcome=Evidence.Outcome.ACCEPTED)


class Evidence(SentForCarer, OfRequirement):
    """One submission. Sending again is a new row; rows stay. Written only through `onboarding.papers`.

    Accepted, it holds from `valid_from` to the end of `valid_until`, or for ever where that is empty. `outcome` is the
    last word; an acceptance that is withdrawn (forged, cancelled) keeps its dates and counts for nothing.
    """

    class How(models.TextChoices):
        UPLOAD = "upload", "Sent"
        SEEN = "seen", "Shown to the team"
        ATTENDED = "attended", "Attended training"
        DECLARED = "declared", "Declared"
        RECORD = "record", "Council record"
        CHECKED = "checked", "Status check by the DBS"

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        SENT_BACK = "sent-back", "Sent back"
        WITHDRAWN = "withdrawn", "Acceptance withdrawn"
        TAKEN_BACK = "taken-back", "Taken back by the carer"

    how = models.CharField(max_length=10, choices=How)
    # Days the paper itself names: of a certificate its date, of an insurance its first and last day.
    dated = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    form_key = models.CharField(max_length=64, blank=True, help_text="The same form sent twice is sent once.")

    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, help_text="What the carer is told.")
    seen_on = models.DateField(null=True, blank=True, help_text="The day the council saw it.")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    rests_on = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="checks",
        help_text="Of a status check: the certificate that it was about. It counts for as long as that one does.",
    )  # fmt: skip
    because = models.TextField(blank=True, help_text="Why it was accepted for longer than such a paper usually holds.")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        default_related_name = "evidence"
        verbose_name, verbose_name_plural = "paper", "papers"
        default_permissions = ("view",)
        permissions = [
            ("read_papers", "Look at the papers that carers sent"),
            ("decide_evidence", "Accept papers and send them back"),
        ]
        constraints = [
            *of_one("evidence_one_undecided", Q(outcome="")),
            models.UniqueConstraint(
                fields=["carer", "form_key"], condition=~Q(form_key=""), name="evidence_form_sent_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="evidence_decided_with_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["accepted", "withdrawn"])
                | Q(valid_from__isnull=False, seen_on__isnull=False),
                name="evidence_accepted_with_its_dates",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["accepted", "withdrawn"])
                | Q(valid_from__isnull=True, valid_until__isnull=True, seen_on__isnull=True),
                name="evidence_dates_only_if_accepted",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="evidence_valid_in_order",
            ),
            models.CheckConstraint(
                condition=Q(dated__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("dated")),
                name="evidence_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["sent-back", "withdrawn"]) | ~Q(reason=""),
                name="evidence_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} {self.pk}"

    @property
    def is_undecided(self) -> bool:
        return self.outcome == ""

    @property
    def is_team_record(self) -> bool:
        """Whether the team entered and decided it in one step: what it saw, or what a register says."""
        return self.decided_at == self.sent_at

    @property
    def reference(self) -> str:
        """What the carer and the team call it."""
        return f"P{self.pk:06}"

    def fact(self, name: str) -> Any:
        return self.facts.get(name, "")

    @property
    def typed(self) -> dict[str, str]:
        """What it says as its form sends it."""
        said = {name: "on" if value is True else str(value) for name, value in self.facts.items()}
        return {**said, "how": self.how, **as_typed("dated", self.dated), **as_typed("ends_on", self.ends_on)}


class PaperPage(models.Model):
    """One file of a paper: of what is sent, or of what is not sent yet. `onboarding.pages` writes it."""

    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, blank=True, related_name="pages")
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, null=True, blank=True, related_name="pages")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True, evidence__isnull=False) | Q(draft__isnull=False, evidence__isnull=True),
                name="page_of_draft_or_evidence",
            )
        ]

    def __str__(self) -> str:
        return f"Page {self.pk}"

    @property
    def paper(self) -> OfRequirement:
        """The draft or the evidence it belongs to."""
        paper: OfRequirement = self.evidence or self.draft  # type: ignore[assignment]
        return paper
