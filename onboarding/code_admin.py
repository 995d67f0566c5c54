"""The Code of Practice: an editor drafts, a manager publishes, nobody changes what is published.

The page before the button says what will happen, to whom, and what is mailed. Who signed it is in `compliance`.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, DateField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse, translate_url
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import override

from audit.admin import ReadOnly
from notifications import outbox
from onboarding import codes, differences
from onboarding.asking import actor, need
from onboarding.code_admin_forms import LABELS, NAMES, DraftForm, PublishForm
from onboarding.losing import FEW, NotConfirmed
from onboarding.models import CodeOfPractice
from onboarding.number_form import NumberForm
from onboarding.settling import NotSettled

LIST = "admin:onboarding_codeofpractice_changelist"
DAY = timedelta(days=1)


@admin.register(CodeOfPractice)
class CodeOfPracticeAdmin(ReadOnly, admin.ModelAdmin):
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
        return self.page(request, "code_draft", title=title, form=form)

    def preview(self, request: HttpRequest) -> HttpResponse:
        if not (request.user.has_perm("onboarding.write_code") or request.user.has_perm("onboarding.publish_code")):
            raise PermissionDenied
        code = the_draft()
        shown = [in_language(code, language) for language in settings.SCHEME.languages]
        return self.page(request, "code_preview", title=f"Preview of version {code.number}", shown=shown)

    def publish(self, request: HttpRequest) -> HttpResponse:
        """First the days; then what exactly happens on them; then the button."""
        need(request, "onboarding.publish_code")
        code, today = the_draft(), request.today  # type: ignore[attr-defined]
        days = {"in_force_on": today + timedelta(days=14), "sign_by": today + timedelta(days=42)}
        form = PublishForm(request.POST or None, initial=days, today=today)
        ready = request.method == "POST" and form.is_valid()
        number = NumberForm(request.POST if "confirmed" in request.POST else None)
        if ready and "confirmed" in request.POST and (answer := self.published(request, code, form.cleaned_data)):
            return answer
        said = effect(code, form.cleaned_data, on=today) if ready else None
        title = f"Publish version {code.number}"
        missing = [f"{LABELS[field]}, in {NAMES[language]}" for field, _, language in map(parts, codes.missing(code))]
        return self.page(
            request, "code_publish", title=title, form=form, code=code, said=said, missing=missing, number=number
        )

    def published(self, request: HttpRequest, code: CodeOfPractice, days: dict[str, date]) -> HttpResponse | None:
        """None where the number of carers whom it moves was not confirmed, or is another by now: looked at again."""
        confirmed = NumberForm(request.POST).typed
        try:
            mailed = codes.publish(code, by=actor(request), on=request.today, confirmed=confirmed, **days)  # type: ignore[attr-defined]
        except NotConfirmed as error:
            self.message_user(request, f"It was not published. {error}", messages.ERROR)
            return None
        except codes.NotNow:
            text = "It was not published: it changed meanwhile, or its texts or days do not do. Look again."
            self.message_user(request, text, messages.ERROR)
        except NotSettled as error:
            self.message_user(request, f"It was not published. {error}", messages.ERROR)
        else:
            people = "1 carer is" if mailed == 1 else f"{mailed} carers are"
            self.message_user(request, f"{code} is published, and {people} told.", messages.SUCCESS)
        return redirect(LIST)

    def page(self, request: HttpRequest, template: str, **said: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "back": reverse(LIST), **said}
        return TemplateResponse(request, f"admin/onboarding/{template}.html", context)


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


def effect(code: CodeOfPractice, days: dict[str, date], *, on: date) -> dict[str, Any]:
    """What publishing does, in numbers and names."""
    code.in_force_on, code.sign_by = days["in_force_on"], days["sign_by"]
    bound = list(codes.bound(code).select_related("listing"))
    moved = codes.would_lose(code, sign_by=days["sign_by"], on=on)
    mails = [mail_in(language, code) for language in settings.SCHEME.languages]
    return {
        "bound": bound,
        "mailed": [carer for carer in bound if carer.mail_to],
        "without": [carer for carer in bound if not carer.mail_to],
        "moved": moved,
        "asks": len(moved) > FEW,
        "first_day": days["sign_by"] + DAY,
        "mails": mails,
        "changes": differences.between(codes.newest(), code) if codes.newest() else [],  # type: ignore[arg-type]
    }


def mail_in(language: str, code: CodeOfPractice) -> dict[str, str]:
    subject, text, _html = outbox.render_in(language, codes.NEW_VERSION, {"code": code, "site": settings.SITE_URL})
    return {"language": language, "name": NAMES[language], "subject": subject, "text": text}
