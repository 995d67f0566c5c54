"""Pages of the admin that ask before they do: what will happen, to whom, and what is mailed, before the button; and
filters that count."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import User

ASK = "admin/accounts/ask.html"


class Day(forms.DateField):
    """A day, in the browser's own box, which takes it in no other form than this."""

    def __init__(self, **kwargs: Any):
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)


class Asking(admin.ModelAdmin):
    """A page whose buttons are verbs. `home` and `home_name` are the list they lead back to, its own unless said;
    `refusals` are what the verbs raise when something cannot be done, each with a sentence that says why."""

    home = ""
    home_name = ""
    refusals: tuple[type[Exception], ...] = ()

    def ask(
        self,
        request: HttpRequest,
        *,
        title: str,
        effect: str,
        button: str,
        back: str = "",
        template: str = ASK,
        **more: Any,
    ) -> HttpResponse:
        """The page before the button. `more` may hold a form, and a list of names under the effect."""
        home = reverse(self.home or f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        said = {"title": title, "effect": effect, "button": button, "back": back or home, "home": home}
        if form := more.get("form"):
            form.label_suffix = ""
        said["home_name"] = self.home_name or str(self.opts.verbose_name_plural).capitalize()
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **said, **more})

    def do(self, request: HttpRequest, verb: Callable[[], object], done: str, to: str = "") -> HttpResponse:
        """Does it and says so; a refusal is said instead. Then back to the list, or `to`."""
        try:
            verb()
        except self.refusals as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return redirect(to or self.home or f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


class Counted(admin.SimpleListFilter):
    """What most people want is on by default (`None`), and each choice says how many there are."""

    CHOICES: ClassVar[dict[str | None, str]]

    def of(self, rows: Any, value: str | None) -> Any:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        self.every = model_admin.model._default_manager.all()
        return [(value, label) for value, label in self.CHOICES.items() if value]

    def choices(self, changelist: Any) -> Iterator[Any]:
        name = str(self.parameter_name)
        for value, label in self.CHOICES.items():
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({name: value} if value else {}, [name]),
                "display": f"{label} ({self.of(self.every, value).count()})",
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return self.of(queryset, self.value())


def actor(request: HttpRequest) -> User:
    """Whoever pressed the button; the admin lets nobody in who is not signed in."""
    return cast(User, request.user)


def need(request: HttpRequest, permission: str) -> None:
    """Raises `PermissionDenied`."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
