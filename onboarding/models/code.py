"""The Code of Practice, version by version, and who signed which."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from content import markdown
from onboarding.models.carers import LANGUAGES, Carer


class Uneditable(Exception):
    """A published version was to be changed or taken away."""


class CodeOfPracticeQuerySet(models.QuerySet["CodeOfPractice"]):
    def published(self) -> "CodeOfPracticeQuerySet":
        return self.filter(published_at__isnull=False)


class CodeOfPractice(models.Model):
    """One version. A draft until it is published, and then never changed.

    From `in_force_on` new carers sign this one; who signed the one before stands until the end of `sign_by`.
    """

    number = models.PositiveSmallIntegerField(unique=True)
    body_en = models.TextField("text in English")
    body_cy = models.TextField("text in Welsh", blank=True)
    changes_en = models.TextField("what is new, in English", blank=True)
    changes_cy = models.TextField("what is new, in Welsh", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    in_force_on = models.DateField(null=True, blank=True)
    sign_by = models.DateField(null=True, blank=True)

    objects = CodeOfPracticeQuerySet.as_manager()
    final_once = "published_at"  # what people signed stays: the database refuses any change (audit.append_only)

    class Meta:
        ordering = ["-number"]
        verbose_name, verbose_name_plural = "Code of Practice", "Code of Practice"
        default_permissions = ("view",)
        permissions = [
            ("write_code", "Draft the Code of Practice"),
            ("publish_code", "Publish the Code of Practice"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(in_force_on__isnull=False, sign_by__isnull=False),
                name="code_published_with_its_dates",
            ),
            models.CheckConstraint(
                condition=Q(sign_by__isnull=True) | Q(in_force_on__isnull=True) | Q(sign_by__gte=F("in_force_on")),
                name="code_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Code of Practice, version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._is_open()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("onboarding:code_version", args=[self.number])

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        self._is_open()
        return super().delete(*args, **kwargs)

    def _is_open(self) -> None:
        """People signed what it says, so once published it stays (the database's triggers refuse it too)."""
        if CodeOfPractice.objects.published().filter(pk=self.pk).exists():
            raise Uneditable(f"{self} is published and is never changed; draft the next version.")

    @property
    def language(self) -> str:
        return "cy" if get_language() == "cy" and self.body_cy else "en"

    @property
    def body(self) -> str:
        return self.body_cy if self.language == "cy" else self.body_en

    @property
    def changes(self) -> str:
        return self.changes_cy if self.language == "cy" else self.changes_en

    @property
    def html(self) -> SafeString:
        return markdown.render(self.body, self.language)


class CodeAgreementQuerySet(models.QuerySet["CodeAgreement"]):
    def to_look_at(self) -> "CodeAgreementQuerySet":
        return self.filter(other_name=True, name_accepted_at__isnull=True)


class CodeAgreement(models.Model):
    """A carer's signature under one version, by typing their name."""

    carer = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="agreements")
    code = models.ForeignKey(CodeOfPractice, on_delete=models.PROTECT, related_name="agreements")
    typed_name = models.CharField(max_length=100)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    signed_at = models.DateTimeField(default=timezone.now)
    signed_on = models.DateField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="Who of the team entered a signature given on paper.",
    )  # fmt: skip

    # A name that is not the carer's is kept as typed, and stays on the team's list until somebody looked at it.
    other_name = models.BooleanField(default=False)
    name_accepted_at = models.DateTimeField(null=True, blank=True)

    objects = CodeAgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_at", "-pk"]
        verbose_name, verbose_name_plural = "signature under the Code", "signatures under the Code"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["carer", "code"], name="code_signed_once"),
            models.CheckConstraint(condition=~Q(typed_name=""), name="code_signed_with_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.typed_name}, version {self.code.number}"
