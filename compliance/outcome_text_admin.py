"""The letters about decisions in cases: what each says, changed by who may, with a look at it first and its history."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import override

from accounts.models import User
from audit.admin import ReadOnly
from compliance import case_texts
from compliance.case_step_forms import LANGUAGES
from compliance.models import OutcomeText
from feedback.models.cases import Outcome
from onboarding.asking import Asking, actor, need

LIST = "admin:compliance_outcometext_changelist"
SAMPLE = {
    "name": "Bryn Lewis",
    "reference": "ABCD-2345",
    "reasons": {
        "en": "Your reasons stand here, as whoever decides writes them.",
        "cy": "Bydd eich rhesymau yma, fel y maent wedi’u hysgrifennu.",
    },
}


class TextForm(forms.Form):
    def __init__(self, *args: Any, letter: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.letter = letter
        for code in settings.SCHEME.languages:
            box = forms.Textarea({"rows": 14, "class": "vLargeTextField", "lang": code})
            self.fields[code] = forms.CharField(label=LANGUAGES[code], widget=box, max_length=10_000)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors:
            try:
                case_texts.check(self.letter, en=data["en"], cy=data.get("cy", ""))
            except case_texts.TextRefused as error:
                self.add_error(error.language, str(error))
        return data


@admin.register(OutcomeText)
class OutcomeTextAdmin(ReadOnly, Asking):
    home, home_name = LIST, "Letters about decisions"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.text)
        return [path("<slug:letter>/text/", page, name="compliance_outcometext_text"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One line for each letter, not for each time that one was changed."""
        need(request, case_texts.READ)
        rows = [
            {"text": text, "by": who(text.row), "url": reverse("admin:compliance_outcometext_text", args=[text.letter])}
            for text in case_texts.every()
        ]
        context = {**self.admin_site.each_context(request), "title": "Letters about decisions", "rows": rows}
        return TemplateResponse(request, "admin/compliance/case/texts.html", context)

    def text(self, request: HttpRequest, letter: str) -> HttpResponse:
        need(request, case_texts.READ)
        if letter not in case_texts.NAMES:
            raise Http404
        may = request.user.has_perm(case_texts.WRITE)
        if request.method == "POST":
            need(request, case_texts.WRITE)
        now = case_texts.current(letter)
        said = {code: now.in_language(code) for code in settings.SCHEME.languages}
        form = TextForm(request.POST or None, letter=letter, initial=said)
        valid = request.method == "POST" and form.is_valid()
        if valid and "save" in request.POST:
            done = f"“{now.name}” says so from now on. Letters that went stay as they were."
            return self.do(request, lambda: case_texts.change(letter, by=actor(request), **form.cleaned_data), done)
        shown = form.cleaned_data if valid else said
        return self.ask(
            request,
            title=now.name,
            effect="",
            button="Save" if may else "",
            template="admin/compliance/case/text.html",
            form=form,
            may=may,
            places=[(name, words) for name, words in case_texts.PLACES.items() if name in case_texts.may(letter)],
            must=case_texts.must(letter),
            looks=[(code, sample(shown[code], code, request.today)) for code in settings.SCHEME.languages],  # type: ignore[attr-defined]
            history=[(row, who(row)) for row in case_texts.history(letter)],
        )


def who(row: OutcomeText | None) -> str:
    if row is None:
        return ""
    user = User.objects.filter(pk=row.actor_id).first()
    return str(user) if user else "somebody who has left"


def sample(text: str, language: str, on: Any) -> str:
    """As it would read, with somebody invented."""
    with override(language):
        day = on + timedelta(days=28)
        said = {**SAMPLE, "reasons": SAMPLE["reasons"][language]}  # type: ignore[index]
        return case_texts.fill(text, **said, until=day, review_on=day, outcome=str(Outcome.ADVICE.label))
