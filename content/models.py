"""What the team writes: the public pages, in each of the scheme's languages."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from simple_history.models import HistoricalRecords

from content import markdown

MARKDOWN_HELP = (
    "Markdown: ## heading, - list, 1. numbered list, [link](/about/), **strong**, &gt; inset text, | table |. "
    "HTML and pictures are not shown."
)


class Page(models.Model):
    """One of the public pages. Its slug is fixed; the team edits its words. On home, title and summary are
    the hero's promise and sentences, and there is no body."""

    class Slug(models.TextChoices):
        HOME = "home", "Home"
        ABOUT = "about", "About"
        PAYING_FOR_CARE = "paying-for-care", "Paying for care"
        BECOME = "become", "Become a carer"
        CONTACT = "contact", "Contact us"
        ACCESSIBILITY = "accessibility", "Accessibility statement"
        PRIVACY = "privacy", "Privacy"
        COOKIES = "cookies", "Cookies"

    slug = models.SlugField(unique=True, choices=Slug)
    title_en = models.CharField("title in English", max_length=100)
    title_cy = models.CharField("title in Welsh", max_length=100, blank=True)
    summary_en = models.TextField("summary in English", validators=[MaxLengthValidator(300)])
    summary_cy = models.TextField("summary in Welsh", blank=True, validators=[MaxLengthValidator(300)])
    body_en = models.TextField(
        "text in English", blank=True, validators=[MaxLengthValidator(markdown.LONGEST)], help_text=MARKDOWN_HELP
    )
    body_cy = models.TextField(
        "text in Welsh", blank=True, validators=[MaxLengthValidator(markdown.LONGEST)], help_text=MARKDOWN_HELP
    )
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(title_en=""), name="page_has_title")]

    def __str__(self) -> str:
        return self.title_en

    def get_absolute_url(self) -> str:
        return reverse(f"content:{self.slug}")

    def clean(self) -> None:
        """Every page is complete in each of the scheme's languages."""
        names = {"en": "English", "cy": "Welsh"}
        raise_if = {
            f"{field}_{language}": f"Write the {names[language]} too."
            for language in settings.SCHEME.languages
            for field in self.fields_needed()
            if not getattr(self, f"{field}_{language}").strip()
        }
        if raise_if:
            raise ValidationError(raise_if)

    def fields_needed(self) -> tuple[str, ...]:
        return ("title", "summary") if self.slug == self.Slug.HOME else ("title", "summary", "body")

    @property
    def language(self) -> str:
        """The language this page answers in: the active one, English where its Welsh is not complete."""
        complete = all(getattr(self, f"{field}_cy") for field in self.fields_needed())
        return "cy" if get_language() == "cy" and complete else "en"

    def localised(self, field: str) -> str:
        words: str = getattr(self, f"{field}_{self.language}")
        return words

    @property
    def title(self) -> str:
        return self.localised("title")

    @property
    def summary(self) -> str:
        return self.localised("summary")

    @property
    def html(self) -> SafeString:
        return markdown.render(self.localised("body"), self.language)

    def take(self, words: dict[str, Any]) -> "Page":
        for field, value in words.items():
            setattr(self, field, value)
        return self
