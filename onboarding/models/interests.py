"""“I am interested”: before there is an account."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from onboarding.models.carers import LANGUAGES, Carer, HeardFrom, Returning


class Interest(models.Model):
    """Somebody who would like to become a carer. The mailed link, of which only a hash is kept, starts the journey."""

    class Source(models.TextChoices):
        WEB = "web", "The form"
        PHONE = "phone", "Phone"
        EVENT = "event", "Event"
        OTHER = "other", "Another way"

    name = models.CharField(max_length=100)
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    place = models.CharField(max_length=100, blank=True, help_text="Town or village.")
    words = models.TextField(blank=True, help_text="What they wrote, or the team noted.")
    language = models.CharField(max_length=2, choices=LANGUAGES, blank=True)
    heard_from = models.CharField(max_length=20, choices=HeardFrom, blank=True)
    returning = models.CharField(max_length=10, choices=Returning, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.WEB)
    form_key = models.CharField(max_length=64, blank=True, help_text="The same form sent twice is sent once.")
    made_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    held = models.CharField(max_length=20, blank=True, help_text="Why it looks like spam and waits for the team.")
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    invited_at = models.DateTimeField(null=True, blank=True)
    carer = models.OneToOneField(Carer, on_delete=models.SET_NULL, null=True, blank=True, related_name="interest")
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="The team took it off its list.")

    class Meta:
        ordering = ["-made_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("invite_carers", "Invite people to become carers")]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="interest_token_once"),
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="interest_form_sent_once"),
        ]

    def __str__(self) -> str:
        return self.name
