"""Guides and templates for carers, kept by the team in each language of the scheme."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language

from content.markdown import LONGEST


class Guide(models.Model):
    """One text of the library, in Markdown. Which ones were changed by whom stands in the audit."""

    slug = models.SlugField(max_length=50, unique=True)
    title_en = models.CharField("title", max_length=100)
    title_cy = models.CharField("title in Welsh", max_length=100, blank=True)
    summary_en = models.CharField("what it is for", max_length=200)
    summary_cy = models.CharField("what it is for, in Welsh", max_length=200, blank=True)
    body_en = models.TextField("text", max_length=LONGEST)
    body_cy = models.TextField("text in Welsh", max_length=LONGEST, blank=True)
    order = models.PositiveSmallIntegerField(default=100, help_text="Small numbers come first.")
    published = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["order", "slug"]
        default_permissions = ("view",)
        permissions = [("keep_library", "Write guides and templates for carers")]

    FACTS = ("title", "summary", "body")

    def __str__(self) -> str:
        return self.title_en

    def localised(self, field: str) -> str:
        return getattr(self, f"{field}_{get_language() or 'en'}") or getattr(self, f"{field}_en")

    @property
    def title(self) -> str:
        return self.localised("title")

    @property
    def summary(self) -> str:
        return self.localised("summary")

    @property
    def body(self) -> str:
        return self.localised("body")

    @classmethod
    def needed(cls) -> list[str]:
        """What a text needs to be shown: each fact in each of the scheme's languages."""
        return [f"{fact}_{language}" for fact in cls.FACTS for language in settings.SCHEME.languages]
