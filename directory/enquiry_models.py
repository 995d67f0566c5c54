"""A message somebody sent a carer through the form on their page."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Without vowels and look-alikes: read out over the telephone, and never a word.
SIGNS = "23456789BCDFGHJKMNPQRTVWXZ"

LANGUAGES = [("en", "English"), ("cy", "Cymraeg")]  # of every scheme; a form offers its own
HOW = {
    ("phone", "en"): _("By phone, in English"),
    ("phone", "cy"): _("By phone, in Welsh"),
    ("email", "en"): _("By email, in English"),
    ("email", "cy"): _("By email, in Welsh"),
    ("either", "en"): _("By phone or email, in English"),
    ("either", "cy"): _("By phone or email, in Welsh"),
}


def new_reference() -> str:
    """“K7PM-4QTR”: what the sender is given, which cannot be guessed."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def sent(self) -> "EnquiryQuerySet":
        return self.filter(sent_at__isnull=False)

    def kept_aside(self) -> "EnquiryQuerySet":
        """What looked like spam and was not sent on."""
        return self.filter(sent_at__isnull=True)

    def of(self, user: Any) -> "EnquiryQuerySet":
        """Those that reached this carer."""
        return self.sent().filter(listing__owner=user)


class Enquiry(models.Model):
    """One message to one carer, kept until its date. Written only through `directory.enquiries`.

    The form takes it only from somebody who agrees that it is passed on, so its being here says that they did.
    """

    class AnswerBy(models.TextChoices):
        PHONE = "phone", _("By phone")
        EMAIL = "email", _("By email")
        EITHER = "either", _("By phone or email")

    class State(models.TextChoices):
        KEPT_ASIDE = "kept-aside"
        NEW = "new"
        ANSWERED = "answered"

    listing = models.ForeignKey("directory.Listing", on_delete=models.CASCADE, related_name="enquiries")
    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    form_key = models.CharField(
        max_length=64, unique=True, help_text="Of the form and what it held: sent twice, it is one enquiry."
    )
    language = models.CharField(
        max_length=2, choices=LANGUAGES, help_text="The sender's: of the answer they want, and of their copy."
    )
    what = models.TextField("what for")
    when = models.TextField(blank=True)
    name = models.CharField(max_length=100)
    answer_by = models.CharField(max_length=6, choices=AnswerBy.choices)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)

    received_at = models.DateTimeField("received", default=timezone.now)
    held_at = models.DateTimeField("kept aside", null=True, blank=True)
    held_reason = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField("sent", null=True, blank=True)
    answered_at = models.DateTimeField("answered", null=True, blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name_plural = "enquiries"
        permissions = [("read_enquiries", "Read enquiries, and send on those kept aside")]
        indexes = [models.Index(fields=["listing", "-received_at"], name="enquiry_of_listing")]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False) | Q(held_at__isnull=False), name="enquiry_sent_or_kept_aside"
            ),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True, held_reason="") | (Q(held_at__isnull=False) & ~Q(held_reason="")),
                name="enquiry_kept_aside_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(sent_at__isnull=False), name="enquiry_answered_after_sent"
            ),
            models.CheckConstraint(
                condition=(Q(answer_by="email") | ~Q(phone="")) & (Q(answer_by="phone") | ~Q(email="")),
                name="enquiry_can_be_answered",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def how_to_answer(self) -> str:
        """In words, with the language where there are two."""
        if len(settings.SCHEME.languages) == 1:
            return str(self.AnswerBy(self.answer_by).label)
        return str(HOW[self.answer_by, self.language])

    @property
    def state(self) -> "Enquiry.State":
        if not self.sent_at:
            return self.State.KEPT_ASIDE
        return self.State.ANSWERED if self.answered_at else self.State.NEW
