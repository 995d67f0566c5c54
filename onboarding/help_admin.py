"""Help that carers asked for, as the team answers it: the oldest first, one page each with all that was said."""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.timesince import timesince

from audit.admin import ReadOnly
from directory.enquiries import key_of
from directory.forms import Line, Paragraphs
from onboarding import helping
from onboarding.asking import Asking, Counted, actor, need
from onboarding.models import Carer, HelpRequest
from onboarding.models.help import HelpRequestQuerySet
from onboarding.papers import NotNow

ANSWER = "onboarding.answer_help"
LIST = "admin:onboarding_helprequest_changelist"
MOST_POUNDS = 100_000


class AnswerForm(forms.Form):
    words = Paragraphs(longest=4000, required=False, label="What you say to them", widget=forms.Textarea)
    arranged = Line(longest=300, required=False, label="What is arranged", help_text="Such as a course and its day.")
    funded = forms.DecimalField(
        required=False,
        label="What is paid for them, in pounds",
        min_value=0.01,
        max_value=MOST_POUNDS,
        decimal_places=2,
        help_text="Leave it empty if nothing is paid. They see it.",
    )
    pot = forms.ChoiceField(required=False, label="Paid from")
    close_it = forms.BooleanField(required=False, label="This settles it: close it")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        pots = [(slug, name.en) for slug, name in settings.SCHEME.pots.items()]
        self.fields["pot"].choices = [("", "Nothing is paid"), *pots]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not self.errors and not (said["words"] or said["arranged"] or said["funded"]):
            raise forms.ValidationError("Write something, or say what is arranged or paid.")
        if said.get("funded") and said.get("pot") == "":
            self.add_error("pot", "Choose what it is paid from.")
        if said.get("pot") and "funded" in said and not said["funded"]:
            self.add_error("funded", "Enter how much is paid, or choose that nothing is.")
        return said

    @property
    def facts(self) -> dict[str, Any]:
        """What `helping.answer` takes."""
        said = dict(self.cleaned_data)
        pounds = said.pop("funded")
        return {**said, "funded_pence": int(pounds * 100) if pounds else None}


class StateFilter(Counted):
    """Open ones first."""

    title = "state"
    parameter_name = "state"
    CHOICES = {None: "Open", "closed": "Settled", "all": "All"}

    def of(self, rows: HelpRequestQuerySet, value: str | None) -> HelpRequestQuerySet:
        match value:
            case "all":
                return rows
            case "closed":
                return rows.filter(closed_at__isnull=False)
        return rows.still_open()


@admin.register(HelpRequest)
class HelpRequestAdmin(ReadOnly, Asking):
    list_display = ["carer", "asks_about", "age", "by_when", "turn", "paid"]
    list_filter = [StateFilter]
    list_select_related = ["carer"]
    search_fields = ["carer__name", "requirement"]
    ordering = ["asked_at", "pk"]
    date_hierarchy = "asked_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[HelpRequest]:
        return super().get_queryset(request).prefetch_related("answers")

    @admin.display(description="about", ordering="requirement")
    def asks_about(self, asked: HelpRequest) -> str:
        return asked.about.en if asked.about else "Something else"

    @admin.display(description="asked", ordering="asked_at")
    def age(self, asked: HelpRequest) -> str:
        return f"{timesince(asked.asked_at, timezone.now(), depth=1)} ago"

    @admin.display(description="whose turn")
    def turn(self, asked: HelpRequest) -> str:
        if not asked.is_open:
            return "settled"
        return "the carer's" if asked.is_answered else "ours"

    @admin.display(description="paid")
    def paid(self, asked: HelpRequest) -> str:
        return asked.amount

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("<int:pk>/close/", guard(self.close), name="onboarding_helprequest_close"),
            path("<int:pk>/reopen/", guard(self.reopen), name="onboarding_helprequest_reopen"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All that was said and paid; posting to it answers."""
        need(request, "onboarding.view_helprequest")
        if (asked := self.get_object(request, object_id)) is None:
            raise Http404
        if request.method == "POST":
            need(request, ANSWER)
        form = AnswerForm(request.POST or None)
        number = request.POST.get("number") or secrets.token_hex(8)
        if request.method == "POST" and form.is_valid():
            return self.answer(request, asked, form, number)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Help for {asked.carer}: {self.asks_about(asked)}",
            "asked": asked,
            "answers": asked.answers.select_related("by"),
            "mailed": mailed(asked.carer),
            "form": form,
            "number": number,
            "may_answer": request.user.has_perm(ANSWER),
        }
        return TemplateResponse(request, "admin/onboarding/helprequest/one.html", context)

    def answer(self, request: HttpRequest, asked: HelpRequest, form: AnswerForm, number: str) -> HttpResponse:
        key = key_of(number, form.facts)
        try:
            helping.answer(asked, by=actor(request), form_key=key, **form.facts)
        except NotNow as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(one(asked.pk))
        self.message_user(request, f"{asked.carer} is answered.", messages.SUCCESS)
        return redirect(LIST)

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, ANSWER)
        asked = get_object_or_404(HelpRequest.objects.select_related("carer"), pk=pk)
        if request.method == "POST":
            done = "It is closed."
            return self.do(request, lambda: helping.close(asked, by=actor(request)), done=done, to=one(pk))
        effect = "The carer sees that it is settled, and can open it again. Nobody is mailed."
        title = f"Close: help for {asked.carer}"
        return self.ask(request, title=title, effect=effect, button="Close it", back=one(pk))

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, ANSWER)
        asked = get_object_or_404(HelpRequest.objects.select_related("carer"), pk=pk)
        if request.method == "POST":
            done = "It is open again."
            return self.do(request, lambda: helping.reopen(asked, by=actor(request)), done=done, to=one(pk))
        effect = "It stands in the list of open ones again, and the carer sees that. Nobody is mailed."
        title = f"Open again: help for {asked.carer}"
        return self.ask(request, title=title, effect=effect, button="Open it again", back=one(pk))


def one(pk: int) -> str:
    return reverse("admin:onboarding_helprequest_change", args=[pk])


def mailed(carer: Carer) -> str:
    """Who is mailed what, for beside the button."""
    if not carer.mail_to:
        phone = carer.phone or "no number is known"
        return f"{carer} has no email address: a letter waits to be posted. Where it is urgent, ring them: {phone}."
    language = {"en": "in English", "cy": "in Welsh"}.get(carer.mail_language, "in each language")
    return f"{carer.mail_to} is mailed all of it, {language}, with a link to this request. It cannot be changed later."
