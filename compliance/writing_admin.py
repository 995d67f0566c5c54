"""Writing to carers, as the team does it: write, look at what is mailed and to whom, then press the button."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from audit.admin import ReadOnly
from compliance import writing
from compliance.groups import WHY, Group, Readers, in_words, readers
from compliance.models import Mailing
from compliance.writing_forms import NAMES, MailingForm
from notifications import outbox
from notifications.admin import ORDINARY
from onboarding import news
from onboarding.asking import Asking, actor, need
from onboarding.papers import NotNow

START = "compliance_mailing"
HOW = {False: "by email", True: "by letter"}


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("draft", "Drafts"), ("sent", "Sent")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mailing]) -> QuerySet[Mailing]:
        match self.value():
            case "draft":
                return queryset.filter(began_at__isnull=True)
            case "sent":
                return queryset.filter(began_at__isnull=False)
        return queryset


@admin.register(Mailing)
class MailingAdmin(ReadOnly, Asking):
    refusals = (NotNow,)
    list_display = ["what", "kind", "state", "came_of_it", "group_in_words", "written_by"]
    list_filter = [StateFilter, "kind"]
    list_select_related = ["written_by", "sent_by"]
    search_fields = ["subject_en", "subject_cy"]
    date_hierarchy = "made_at"
    actions = None
    change_form_template = "admin/compliance/mailing/one.html"
    change_list_template = "admin/compliance/mailing/change_list.html"
    fields = [
        "kind", "subject_en", "text_en", "subject_cy", "text_cy", "group_in_words", "state", "came_of_it",
        "written_by", "changed_at", "sent_by", "began_at", "finished_at", "names",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mailing]:
        return super().get_queryset(request).with_counts()  # type: ignore[attr-defined]

    def get_fields(self, request: HttpRequest, obj: Mailing | None = None) -> list[Any]:
        """Who sees that a message went may still not read what it said; and a scheme without Welsh has no Welsh."""
        hidden = set() if request.user.has_perm(ORDINARY) else {*writing.TEXTS}
        hidden |= {name for name in writing.TEXTS if name[-2:] not in settings.SCHEME.languages}
        if obj and obj.is_draft:
            hidden |= {"came_of_it", "sent_by", "began_at", "finished_at", "names"}
        return [name for name in super().get_fields(request, obj) if name not in hidden]

    # --- columns -----------------------------------------------------------------------------------------

    @admin.display(description="subject", ordering="subject_en")
    def what(self, mailing: Mailing) -> str:
        return str(mailing)

    @admin.display(description="to")
    def group_in_words(self, mailing: Mailing) -> str:
        return str(Group.of(mailing.group))

    @admin.display(description="state")
    def state(self, mailing: Any) -> str:
        if mailing.is_draft:
            return "Draft"
        return "Sent" if mailing.finished_at else f"Being sent: {mailing.done} of {mailing.people} queued"

    @admin.display(description="what came of it")
    def came_of_it(self, mailing: Any) -> str:
        """In people; what is none is not said."""
        if mailing.is_draft:
            return "–"
        parts = [
            (mailing.mails_sent, "sent by email"),
            (mailing.mails_waiting, "waiting in the outbox"),
            (mailing.mails_given_up, "given up"),
            (mailing.letters_posted, "posted"),
            (mailing.letters_to_post, "to post"),
            (mailing.passed_over, "left out since"),
            (mailing.people - mailing.done, "not queued yet"),
        ]
        return f"{people(mailing.people)}: " + ", ".join(f"{number} {words}" for number, words in parts if number)

    @admin.display(description="who got it")
    def names(self, mailing: Mailing) -> SafeString:
        rows = mailing.recipients.select_related("carer", "message", "letter").order_by("carer__name", "pk")
        return format_html_join("", "<div>{}: {}</div>", ((row.carer, became(row)) for row in rows))

    # --- pages of its own --------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("write/", guard(self.write), name=f"{START}_write"),
            path("<int:pk>/write/", guard(self.write), name=f"{START}_rewrite"),
            path("<int:pk>/preview/", guard(self.preview), name=f"{START}_preview"),
            path("<int:pk>/test/", guard(require_POST(self.test)), name=f"{START}_test"),
            path("<int:pk>/send/", guard(self.send), name=f"{START}_send"),
            path("<int:pk>/go-on/", guard(require_POST(self.go_on)), name=f"{START}_go_on"),
            path("<int:pk>/throw-away/", guard(self.throw_away), name=f"{START}_throw_away"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"may_write": may_write(request), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().change_view(
            request, object_id, form_url, {"may_write": may_write(request), **(extra_context or {})}
        )

    def write(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        need(request, writing.PERMISSION)
        mailing = get_object_or_404(Mailing, pk=pk) if pk else None
        form = MailingForm(request.POST or None, mailing=mailing)
        form.label_suffix = ""
        if request.method == "POST" and form.is_valid() and (saved := self.saved(request, mailing, form)):
            self.message_user(request, "The draft is saved. Nobody outside the team sees it.", messages.SUCCESS)
            return redirect(page_of(saved, "preview" if "preview" in request.POST else "change"))
        if mailing and not mailing.is_draft and request.method != "POST":
            return self.sent_already(request, mailing)
        title = f"Change: {mailing}" if mailing else "Write to carers"
        return self.page(request, "write", title=title, form=form, mailing=mailing)

    def saved(self, request: HttpRequest, mailing: Mailing | None, form: MailingForm) -> Mailing | None:
        """What is typed stays on the page where somebody else changed, sent or threw it away meanwhile."""
        by = actor(request)
        if mailing is None or "as_new" in request.POST:
            return writing.draft(by=by, **form.facts)
        try:
            return writing.change(mailing, by=by, seen=form.seen_at, **form.facts)
        except NotNow as error:
            form.is_overtaken = True
            form.add_error(None, f"{error} What you typed is still here, and is not saved.")
            return None

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Each language as it is mailed, and who gets it."""
        need(request, writing.PERMISSION)
        mailing = get_object_or_404(Mailing, pk=pk)
        if not mailing.is_draft:
            return self.sent_already(request, mailing)
        who = readers(mailing, on=request.today)  # type: ignore[attr-defined]
        told = {"mailing": mailing, "who": who, "mails": mails(mailing), **numbers(mailing, who)}
        return self.page(request, "preview", title=f"Preview: {mailing}", to=request.user, **told)

    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, writing.PERMISSION)
        mailing, by = get_object_or_404(Mailing, pk=pk), actor(request)
        try:
            new = writing.test(mailing, by=by)
        except NotNow as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            done = f"A test copy is on its way to {by.email}." if new else "You were sent a copy of this very text."
            self.message_user(request, done, messages.SUCCESS if new else messages.INFO)
        return redirect(page_of(mailing, "preview" if mailing.is_draft else "change"))

    def send(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The number stands in the button. Where it moved since, nothing is sent and the page is shown again."""
        need(request, writing.PERMISSION)
        mailing, refused = get_object_or_404(Mailing, pk=pk), ""
        if request.method == "POST":
            refused = self.sending(request, mailing)
            if not refused:
                return redirect(page_of(mailing))
        mailing.refresh_from_db()
        if not mailing.is_draft:
            return self.sent_already(request, mailing)
        who = readers(mailing, on=request.today)  # type: ignore[attr-defined]
        told = {"mailing": mailing, "who": who, "seal": who.seal(mailing.changed_at), **numbers(mailing, who)}
        return self.page(request, "send", title=f"Send: {mailing}", refused=refused, **told)

    def sending(self, request: HttpRequest, mailing: Mailing) -> str:
        """Empty where it is sent; else why not."""
        seal, on = request.POST.get("seal", ""), request.today  # type: ignore[attr-defined]
        try:
            who = writing.send(mailing, by=actor(request), seal=seal, on=on)
        except NotNow as error:
            return str(error)
        self.message_user(request, f"It is on its way to {people(len(who))}.", messages.SUCCESS)
        return ""

    def sent_already(self, request: HttpRequest, mailing: Mailing) -> HttpResponse:
        self.message_user(request, str(writing.Sent(mailing)), messages.ERROR)
        return redirect(page_of(mailing))

    def go_on(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was cut off goes on where it stopped; what the job does at the same moment is not done twice."""
        need(request, writing.PERMISSION)
        mailing = get_object_or_404(Mailing.objects.filter(began_at__isnull=False), pk=pk)
        try:
            told = writing.go_on(mailing, by=actor(request))
        except writing.NotQueued as error:
            failed = f"{people(len(error.failed))} could not be queued, and will be tried again by itself; see the log."
            self.message_user(request, f"{people(error.told)} queued. {failed}", messages.ERROR)
            return redirect(page_of(mailing))
        self.message_user(request, f"{people(told)} queued." if told else "Nobody was left to queue.", messages.SUCCESS)
        return redirect(page_of(mailing))

    def throw_away(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, writing.PERMISSION)
        mailing = get_object_or_404(Mailing, pk=pk)
        if not mailing.is_draft:
            return self.sent_already(request, mailing)
        if request.method == "POST":
            done = f"{mailing} is thrown away."
            return self.do(request, lambda: writing.throw_away(mailing, by=actor(request)), done=done)
        effect = "The draft goes for good. Nobody was sent anything."
        title, back = f"Throw away: {mailing}", page_of(mailing)
        return self.ask(request, title=title, effect=effect, button="Throw the draft away", back=back)

    def page(self, request: HttpRequest, template: str, **said: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "home": reverse(f"admin:{START}_changelist"), **said}
        return TemplateResponse(request, f"admin/compliance/mailing/{template}.html", context)


def may_write(request: HttpRequest) -> bool:
    return request.user.has_perm(writing.PERMISSION)


def page_of(mailing: Mailing, page: str = "change") -> str:
    return reverse(f"admin:{START}_{page}", args=[mailing.pk])


def people(number: int) -> str:
    return "1 carer" if number == 1 else f"{number} carers"


def mails(mailing: Mailing) -> list[dict[str, Any]]:
    """Each language that it is written in, from the files that the mails are made of."""
    template, said = writing.template_of(mailing), writing.said(mailing, news.TEST)
    found = []
    for language in settings.SCHEME.languages:
        if mailing.is_written_in(language):
            subject, _text, html = outbox.render_in(language, template, said)
            found.append({"language": language, "name": NAMES[language], "subject": subject, "html": html})
    return found


def numbers(mailing: Mailing, who: Readers) -> dict[str, Any]:
    """Who gets it, in the words of the page before the button."""
    missing = who.missing(mailing)
    return {
        "group": Group.of(mailing.group),
        "button": button(who.mails, who.letters) if who.going and not missing else "",
        "lacking": writing.lacking(missing) if missing else "",
        "going": [
            (one.carer, in_words(one.languages), "by letter" if one.by_letter else "by email") for one in who.going
        ],
    }


def button(mails: int, letters: int) -> str:
    """What pressing it does: “Send 6 emails and make 3 letters to print”."""
    parts = [
        f"send {mails} email{'s' if mails > 1 else ''}" if mails else "",
        f"make {letters} letter{'s' if letters > 1 else ''} to print" if letters else "",
    ]
    said = " and ".join(filter(None, parts))
    return said[:1].upper() + said[1:]


def became(row: Any) -> str:
    """Of one carer, as the outbox or the letters say it."""
    if row.left_out:
        return f"left out since: {WHY[row.left_out]}"
    if row.message:
        return f"mail, {row.message.state}"
    if row.letter:
        return "letter, posted" if row.letter.posted_at else "letter, to post"
    return "not queued yet" if row.done_at is None else "done"
