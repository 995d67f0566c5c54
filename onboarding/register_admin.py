"""Registers in the admin: read a file, say what each column holds, look it through, move it in, see who may be listed,
undo it. Nothing is written before the last button, and that is all or nothing."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from tablib import Dataset

from audit.admin import ReadOnly
from onboarding import inviting
from onboarding.asking import Asking, actor, need
from onboarding.models import Register
from onboarding.registers import checking, moving, reading, receiving
from onboarding.registers.columns import columns, template

PAGE = "admin:onboarding_register_look"
MOVE = "onboarding.move_register"
MOST_SHOWN = 500  # problems on one page
LINES_SHOWN = 3  # of the file, beside what its columns hold


class UploadForm(forms.Form):
    file = forms.FileField(
        label="The register",
        help_text="CSV, Excel (XLSX) or OpenDocument (ODS): a line of headings, then a line for each person who works.",
        error_messages={"required": "Choose the file.", "empty": "The file is empty. Choose the register again."},
    )


class ColumnsForm(forms.Form):
    """For each column of the file what it holds; one that is left out is not read."""

    def __init__(self, *args: Any, register: Register, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.register = register
        choices = [("", "Leave out"), *((it.key, it.label) for it in columns(settings.SCHEME.requirements))]
        for number, header in enumerate(register.headers):
            examples = [row[number] for row in register.rows[:LINES_SHOWN] if row[number]]
            self.fields[f"column{number}"] = forms.ChoiceField(
                label=header or f"Column {reading.name_of(0, number)[:-1]}",
                choices=choices,
                required=False,
                initial=register.columns.get(str(number), ""),
                help_text=f"For example: {'; '.join(examples)[:120]}" if examples else "",
            )

    def clean(self) -> dict[str, Any]:
        held: dict[str, str] = {}
        for name, key in list(self.cleaned_data.items()):  # an error takes its field out
            if key and held.setdefault(key, name) != name:
                self.add_error(name, f"The column {self.fields[held[key]].label} holds this already. Choose another.")
        return self.cleaned_data

    @property
    def names(self) -> dict[int, str]:
        return {int(name.removeprefix("column")): key for name, key in self.cleaned_data.items()}


@admin.register(Register)
class RegisterAdmin(ReadOnly, Asking):
    list_display = ["file", "read_at", "read_by", "state", "count"]
    list_display_links = None
    search_fields = ["name"]
    fields = ["name", "read_at", "read_by", "state", "count"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_move = request.user.has_perm(MOVE)
        return super().changelist_view(request, {"may_move": may_move, **(extra_context or {})})

    @admin.display(description="file")
    def file(self, register: Register) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse(PAGE, args=[register.pk]), register.name)

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, tuple[Callable[..., HttpResponseBase], str]] = {
            "read/": (self.read, "read"),
            "template.csv": (self.template_file, "template"),
            "<int:pk>/look/": (self.look, "look"),
            "<int:pk>/columns/": (self.name_columns, "columns"),
            "<int:pk>/move-in/": (self.move_in, "move_in"),
            "<int:pk>/undo/": (self.undo, "undo"),
            "<int:pk>/invite/": (self.invite, "invite"),
        }
        guard = self.admin_site.admin_view
        own = [path(where, guard(view), name=f"onboarding_register_{name}") for where, (view, name) in pages.items()]
        return [*own, *super().get_urls()]

    def read(self, request: HttpRequest) -> HttpResponse:
        need(request, MOVE)
        form = UploadForm(*(request.POST, request.FILES) if request.method == "POST" else ())
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                register = receiving.receive(upload, by=actor(request), name=upload.name)
            except reading.NotReadable as error:
                form.add_error("file", str(error))
            else:
                return redirect("admin:onboarding_register_columns", register.pk)
        effect = "The file is read and nobody is added yet: next you say what each column holds, and look it through."
        where = "admin/onboarding/register/read.html"
        title = "Move a register in"
        return self.ask(request, title=title, effect=effect, button="Read it", form=form, template=where)

    def template_file(self, request: HttpRequest) -> HttpResponse:
        need(request, MOVE)
        heads, *rows = template(settings.SCHEME.requirements)
        answer = HttpResponse(
            "\ufeff" + Dataset(*rows, headers=heads).export("csv"), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = 'attachment; filename="register.csv"'
        return answer

    def name_columns(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, MOVE)
        register = get_object_or_404(Register, pk=pk)
        form = ColumnsForm(request.POST if request.method == "POST" else None, register=register)
        if request.method == "POST" and form.is_valid():
            try:
                receiving.name_columns(register, by=actor(request), names=form.names)
            except moving.MovedOn as error:
                self.message_user(request, str(error), messages.ERROR)
            return redirect(PAGE, pk)
        effect = "Columns that are left out are not read. Nobody is added yet."
        return self.ask(
            request, title=f"Columns of {register}", effect=effect, button="Look it through", form=form, back=look(pk)
        )

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Before it is moved in: every problem, or how many would come. After: who came, and who may be listed."""
        need(request, MOVE)
        register = get_object_or_404(Register, pk=pk)
        today = request.today  # type: ignore[attr-defined]
        context: dict[str, Any] = {"register": register}
        if register.moved_in_at and not register.undone_at:
            carers = register.carers.order_by("name")
            waiting = moving.waiting(register, today)
            may = [carer for carer, why_not in waiting if not why_not]
            may_invite = request.user.has_perm(inviting.INVITE)
            context |= {"invite": inviting.due(register).count() if may_invite else 0}
            context |= {"carers": carers.count(), "may": may, "others": [one for one in waiting if one[1]]}
            context |= {"done": carers.filter(listing__isnull=False, left_at__isnull=True)}
            context |= {"gone": carers.filter(left_at__isnull=False)}
        elif register.rows:
            found = checking.check(register, on=today)
            businesses = len({entry.key for entry in found.entries})
            context |= {"problems": found.problems[:MOST_SHOWN], "count": len(found.problems), "businesses": businesses}
        return self.ask(
            request,
            title=str(register),
            effect="",
            button="",
            template="admin/onboarding/register/look.html",
            **context,
        )

    def move_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, MOVE)
        register, today = get_object_or_404(Register, pk=pk), request.today  # type: ignore[attr-defined]
        if request.method == "POST":
            return self.do(
                request,
                lambda: moving.move_in(register, by=actor(request), on=today),
                f"{register} is moved in.",
                look(pk),
            )
        effect = (
            f"Everybody in {register} is added with their papers, which are accepted under your name. All of them, or, "
            "where anything is wrong, nobody. No listing is public until it is approved, and nobody is mailed."
        )
        return self.ask(request, title=f"Move {register} in", effect=effect, button="Move in", back=look(pk))

    def invite(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, MOVE)
        need(request, inviting.INVITE)
        register = get_object_or_404(Register, pk=pk)
        due = list(inviting.due(register))
        if request.method == "POST":
            mailed = inviting.invite_all(register, by=actor(request))
            self.message_user(request, f"{people(mailed, 'is', 'are')} mailed a link.", messages.SUCCESS)
            return redirect(look(pk))
        effect = (
            f"{people(len(due), 'gets', 'get')} one mail each, in their own language, with a link that works for "
            f"{settings.JOIN_DAYS} days. Under it they choose a password, or sign in if they have an account, and from "
            "then on they look after their own papers and listing. Whoever has an account by now, or was mailed a link "
            "since yesterday, is not mailed. Whoever has no email address goes on by phone and letter."
        )
        button = f"Mail {len(due)} link{'s' if len(due) != 1 else ''}" if due else ""
        names = [f"{it.name} ({it.email})" for it in due]
        title = f"Invite the carers of {register}"
        return self.ask(request, title=title, effect=effect, button=button, back=look(pk), names=names)

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, MOVE)
        register = get_object_or_404(Register, pk=pk)
        if request.method == "POST":
            return self.do(
                request, lambda: moving.undo(register, by=actor(request)), f"{register} is undone.", look(pk)
            )
        since = moving.entered_since(register)
        more = f" With them goes what was entered since: {', '.join(f'{what} ({n})' for what, n in since.items())}."
        effect = (
            f"Everybody who came with it is gone again, with their papers.{more if since else ''} None of them is "
            "mailed; who gets a seat at training that one of them had is. Once one of them has an account, a listing, "
            "a posted letter or a mail that went, or the team wrote a note or decided about one, it cannot be undone."
        )
        return self.ask(request, title=f"Undo {register}", effect=effect, button="Undo", back=look(pk))


def people(number: int, one: str, more: str) -> str:
    return f"1 carer {one}" if number == 1 else f"{number or 'No'} carers {more}"


def look(pk: int) -> str:
    return reverse(PAGE, args=[pk])
