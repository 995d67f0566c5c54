"""The Code of Practice and who signed it. An editor drafts, a manager publishes, nobody changes what is published.

Each page before a button says what will happen, to whom, and what is mailed.
"""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.db.models import Count, DateField, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse, translate_url
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import override

from accounts.models import User
from audit.admin import ReadOnly
from content import markdown
from notifications import outbox
from onboarding import codes, differences
from onboarding.desk import PERMISSION
from onboarding.models import Carer, CodeAgreement, CodeOfPractice
from onboarding.papers import OwnPaper

LIST = "admin:onboarding_codeofpractice_changelist"
SIGNATURES = "admin:onboarding_codeagreement_changelist"
NAMES = {"en": "English", "cy": "Welsh"}
LABELS = {"body": "Text", "changes": "What is new, for whoever signed before"}
DAY = timedelta(days=1)


def actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def need(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


class DraftForm(forms.Form):
    """The texts of the next version, each language beside the other. A draft may be unfinished."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field, label in LABELS.items():
            for language in settings.SCHEME.languages:
                self.fields[f"{field}_{language}"] = forms.CharField(
                    label=f"{label}, in {NAMES[language]}",
                    required=False,
                    validators=[MaxLengthValidator(markdown.LONGEST)],
                    widget=forms.Textarea(attrs={"rows": 40 if field == "body" else 6, "lang": language}),
                )

    @property
    def rows(self) -> list[list[Any]]:
        return [[self[f"{field}_{language}"] for language in settings.SCHEME.languages] for field in LABELS]


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"})


class PublishForm(forms.Form):
    in_force_on = DayField(label="In force from", help_text="From this day new carers sign this version.")
    sign_by = DayField(
        label="To be signed by",
        help_text="To the end of this day the version that they signed still counts. At least 28 days from today.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("in_force_on"), said.get("sign_by")
        if first and first < self.today:
            self.add_error("in_force_on", "Choose today or a later day.")
        if last and last < self.today + codes.NOTICE:
            self.add_error("sign_by", f"Choose {date_format(self.today + codes.NOTICE)} or a later day.")
        if first and last and last < first:
            self.add_error("sign_by", "Choose a day that is not before the one from which it is in force.")
        if first and last and not self.errors and codes.before_the_last(first, last):
            self.add_error(None, "A version published before has a later day. Choose days that are not before its own.")
        return said


class PaperForm(forms.Form):
    carer = forms.ModelChoiceField(Carer.objects.filter(left_at__isnull=True))
    code = forms.ModelChoiceField(CodeOfPractice.objects.published(), label="Version that they signed")
    typed_name = forms.CharField(label="Name as signed", max_length=100)
    language = forms.ChoiceField(label="Language of the paper", choices=settings.LANGUAGES)
    on = DayField(label="Day on which they signed")

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError("Choose today or a day before.")
        return day


class Page(ReadOnly, admin.ModelAdmin):
    def page(self, request: HttpRequest, template: str, **said: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), **said}
        return TemplateResponse(request, f"admin/onboarding/{template}.html", context)


@admin.register(CodeOfPractice)
class CodeOfPracticeAdmin(Page):
    list_display = ["version", "state", "published_at", "in_force_on", "sign_by", "signatures", "links"]
    fields = [
        "number",
        "state",
        "published_at",
        "in_force_on",
        "sign_by",
        "changes_en",
        "changes_cy",
        "body_en",
        "body_cy",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CodeOfPractice]:
        """With the day, and what this reader may do on each row: this object serves all requests at once."""
        return (
            super()
            .get_queryset(request)
            .annotate(
                signed=Count("agreements"),
                today=Value(request.today, DateField()),  # type: ignore[attr-defined]
                may_write=Value(request.user.has_perm("onboarding.write_code")),
                may_publish=Value(request.user.has_perm("onboarding.publish_code")),
            )
        )

    @admin.display(description="version", ordering="number")
    def version(self, code: CodeOfPractice) -> str:
        return f"Version {code.number}"

    @admin.display(description="state")
    def state(self, code: Any) -> str:
        if code.in_force_on is None:
            return "Draft: seen by the team alone"
        if code == codes.in_force(code.today):
            return "In force"
        return "Published, not in force yet" if code.in_force_on > code.today else "Replaced"

    @admin.display(description="signatures", ordering="signed")
    def signatures(self, code: CodeOfPractice) -> int:
        return int(code.signed)  # type: ignore[attr-defined]

    @admin.display(description="see and change")
    def links(self, code: Any) -> SafeString:
        if code.published_at:
            see = [
                (translate_url(code.get_absolute_url(), language), f"See in {NAMES[language]}", code.number)
                for language in settings.SCHEME.languages
            ]
            return linked(see)
        may = [
            (code.may_write, reverse("admin:onboarding_codeofpractice_draft"), "Change the draft"),
            (code.may_write, reverse("admin:onboarding_codeofpractice_preview"), "Preview"),
            (code.may_publish, reverse("admin:onboarding_codeofpractice_publish"), "Publish"),
        ]
        return linked([(url, word, code.number) for allowed, url, word in may if allowed])

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        pages = {"draft": self.draft, "preview": self.preview, "publish": self.publish}
        own = [path(f"{name}/", guard(view), name=f"onboarding_codeofpractice_{name}") for name, view in pages.items()]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        unpublished = CodeOfPractice.objects.filter(published_at__isnull=True).exists()
        may_draft = request.user.has_perm("onboarding.write_code") and not unpublished
        return super().changelist_view(request, {"may_draft": may_draft, **(extra_context or {})})

    def draft(self, request: HttpRequest) -> HttpResponse:
        """The next version: the draft there is, else what the newest says, to be changed."""
        need(request, "onboarding.write_code")
        unpublished = CodeOfPractice.objects.filter(published_at__isnull=True).first()
        form = DraftForm(request.POST or None, initial=beginning(unpublished))
        if request.method == "POST" and form.is_valid():
            saved = save_draft(request, unpublished, form.cleaned_data)
            self.message_user(request, f"{saved} is saved as a draft. The team alone sees it.", messages.SUCCESS)
            return redirect("admin:onboarding_codeofpractice_preview" if "preview" in request.POST else LIST)
        title = f"Draft of version {unpublished.number}" if unpublished else "Draft the next version"
        return self.page(request, "code_draft", title=title, form=form, back=reverse(LIST))

    def preview(self, request: HttpRequest) -> HttpResponse:
        if not (request.user.has_perm("onboarding.write_code") or request.user.has_perm("onboarding.publish_code")):
            raise PermissionDenied
        code = the_draft()
        shown = [in_language(code, language) for language in settings.SCHEME.languages]
        return self.page(
            request, "code_preview", title=f"Preview of version {code.number}", shown=shown, back=reverse(LIST)
        )

    def publish(self, request: HttpRequest) -> HttpResponse:
        """First the days; then what exactly happens on them; then the button."""
        need(request, "onboarding.publish_code")
        code, today = the_draft(), request.today  # type: ignore[attr-defined]
        days = {"in_force_on": today + timedelta(days=14), "sign_by": today + timedelta(days=42)}
        form = PublishForm(request.POST or None, initial=days, today=today)
        ready = request.method == "POST" and form.is_valid()
        if ready and "confirmed" in request.POST:
            return self.published(request, code, form.cleaned_data)
        said = effect(code, form.cleaned_data) if ready else None
        title = f"Publish version {code.number}"
        missing = [f"{LABELS[field]}, in {NAMES[language]}" for field, _, language in map(parts, codes.missing(code))]
        return self.page(
            request, "code_publish", title=title, form=form, code=code, said=said, missing=missing, back=reverse(LIST)
        )

    def published(self, request: HttpRequest, code: CodeOfPractice, days: dict[str, date]) -> HttpResponse:
        try:
            mailed = codes.publish(code, by=actor(request), on=request.today, **days)  # type: ignore[attr-defined]
        except codes.NotNow:
            text = "It was not published: it changed meanwhile, or its texts or days do not do. Look again."
            self.message_user(request, text, messages.ERROR)
        else:
            people = "1 carer is" if mailed == 1 else f"{mailed} carers are"
            self.message_user(request, f"{code} is published, and {people} told.", messages.SUCCESS)
        return redirect(LIST)


def linked(links: list[tuple[str, str, int]]) -> SafeString:
    return format_html_join(
        " · ", '<a href="{}" class="nowrap">{}<span class="visually-hidden">, version {}</span></a>', links
    )


def parts(field: str) -> tuple[str, str, str]:
    return field.rpartition("_")


def the_draft() -> CodeOfPractice:
    return get_object_or_404(CodeOfPractice, published_at__isnull=True)


def beginning(unpublished: CodeOfPractice | None) -> dict[str, str]:
    """What the form shows at first. What is new is said anew for each version."""
    if unpublished:
        return {name: getattr(unpublished, name) for name in codes.TEXTS}
    latest = codes.newest()
    return {name: getattr(latest, name) for name in ("body_en", "body_cy")} if latest else {}


def save_draft(request: HttpRequest, unpublished: CodeOfPractice | None, texts: dict[str, str]) -> CodeOfPractice:
    """Into the draft there was, or a new one; where somebody began one meanwhile, this is what it says now."""
    code = unpublished or codes.draft(by=actor(request), **texts)
    return codes.change_draft(code, by=actor(request), **texts)


def in_language(code: CodeOfPractice, language: str) -> dict[str, Any]:
    """A version as it will be read, with what changed since the newest that is published."""
    before = codes.newest()
    with override(language):
        changes = differences.between(before, code) if before else []
        return {
            "language": language,
            "name": NAMES[language],
            "html": code.html,
            "changes": changes,
            "new": code.changes,
        }


def effect(code: CodeOfPractice, days: dict[str, date]) -> dict[str, Any]:
    """What publishing does, in numbers and names."""
    code.in_force_on, code.sign_by = days["in_force_on"], days["sign_by"]
    bound = list(codes.bound(code).select_related("listing"))
    ends = [carer for carer in bound if ends_by_it(carer, days["sign_by"])]
    mails = [mail_in(language, code) for language in settings.SCHEME.languages]
    return {
        "bound": bound,
        "mailed": [carer for carer in bound if carer.mail_to],
        "without": [carer for carer in bound if not carer.mail_to],
        "ends": ends,
        "first_day": days["sign_by"] + DAY,
        "mails": mails,
        "changes": differences.between(codes.newest(), code) if codes.newest() else [],  # type: ignore[arg-type]
    }


def ends_by_it(carer: Carer, sign_by: date) -> bool:
    """Whether their listing would be there the day after, as it stands now."""
    listing = carer.listing
    last = listing.checked_until if listing and listing.published_at and not listing.ended_at else None
    return last is not None and last > sign_by


def mail_in(language: str, code: CodeOfPractice) -> dict[str, str]:
    subject, text, _html = outbox.render_in(language, codes.NEW_VERSION, {"code": code, "site": settings.SITE_URL})
    return {"language": language, "name": NAMES[language], "subject": subject, "text": text}


# --- who signed ------------------------------------------------------------------------------------------


class NameFilter(admin.SimpleListFilter):
    title = "name"
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("other", "Another name, to look at"), ("accepted", "Another name, looked at")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CodeAgreement]) -> QuerySet[CodeAgreement]:
        if not self.value():
            return queryset
        return queryset.filter(other_name=True, name_accepted_at__isnull=self.value() == "other")


@admin.register(CodeAgreement)
class CodeAgreementAdmin(Page):
    list_display = ["carer", "code", "typed_name", "name", "signed_on", "language", "how"]
    list_filter = [NameFilter, "code", "language"]
    list_select_related = ["carer", "code", "entered_by"]
    search_fields = ["carer__name", "typed_name"]
    date_hierarchy = "signed_on"
    fields = ["carer", "code", "typed_name", "name", "language", "signed_on", "signed_at", "how"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CodeAgreement]:
        """With what this reader may do on each row: this object serves all requests at once."""
        may = Value(request.user.has_perm("onboarding.decide_evidence"))
        return super().get_queryset(request).annotate(may_decide=may)

    @admin.display(description="name")
    def name(self, agreement: Any) -> str | SafeString:
        if not agreement.other_name:
            return "theirs"
        if agreement.name_accepted_at:
            return "another, looked at"
        if not agreement.may_decide:
            return "another"
        url = reverse("admin:onboarding_codeagreement_accept", args=[agreement.pk])
        return format_html(
            'another: <a href="{}">look at it<span class="visually-hidden">, {}</span></a>', url, agreement
        )

    @admin.display(description="how")
    def how(self, agreement: CodeAgreement) -> str:
        return f"on paper, entered by {agreement.entered_by}" if agreement.entered_by else "typed"

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("paper/", guard(self.paper), name="onboarding_codeagreement_paper"),
            path("<int:pk>/accept/", guard(self.accept), name="onboarding_codeagreement_accept"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_enter = request.user.has_perm(PERMISSION)
        return super().changelist_view(request, {"may_enter": may_enter, **(extra_context or {})})

    def paper(self, request: HttpRequest) -> HttpResponse:
        need(request, PERMISSION)
        latest = codes.newest()
        initial = {"carer": request.GET.get("carer"), "code": latest, "language": "en"}
        form = PaperForm(request.POST or None, initial=initial, today=request.today)  # type: ignore[attr-defined]
        if request.method == "POST" and form.is_valid():
            return self.entered(request, form.cleaned_data)
        effect = (
            "The signature counts from the day on the paper, and their listing follows at once. They are mailed a copy "
            "with a link to the text. Your name stands beside it. Keep the paper as you keep others."
        )
        title = "Record a signature on paper"
        return self.page(
            request, "code_ask", title=title, effect=effect, button="Record", form=form, back=reverse(SIGNATURES)
        )

    def entered(self, request: HttpRequest, said: dict[str, Any]) -> HttpResponse:
        try:
            agreement = codes.sign_on_paper(by=actor(request), **said)
        except OwnPaper:
            self.message_user(request, "Nobody records their own signature: ask somebody else.", messages.ERROR)
        except codes.WrongDates:
            self.message_user(request, "It was not recorded: look at the day and the version again.", messages.ERROR)
        else:
            self.message_user(request, f"Recorded: {agreement}.", messages.SUCCESS)
        return redirect(SIGNATURES)

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, "onboarding.decide_evidence")
        agreement = get_object_or_404(CodeAgreement.objects.select_related("carer__owner", "code"), pk=pk)
        if not agreement.other_name:
            raise Http404
        if agreement.carer.owner_id == request.user.pk:
            raise PermissionDenied("Nobody decides about themselves.")
        if request.method == "POST":
            codes.accept_name(agreement, by=actor(request))
            self.message_user(request, f"Looked at: {agreement}.", messages.SUCCESS)
            return redirect(SIGNATURES)
        effect = (
            f"{agreement.carer} signed version {agreement.code.number} as “{agreement.typed_name}”. If that is they, "
            "press the button, and it is off your list. If it is somebody else, ring them before you do. The signature "
            "counts either way, and nobody is mailed."
        )
        title = "A signature under another name"
        return self.page(request, "code_ask", title=title, effect=effect, button="It is they", back=reverse(SIGNATURES))
