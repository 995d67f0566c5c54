"""The admin's page before a button: what will happen, to whom, and what is mailed. And filters that count."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.models import User
from onboarding.papers import NotNow


class Asking(admin.ModelAdmin):
    def ask(
        self, request: HttpRequest, *, title: str, effect: str, button: str, back: str, **more: Any
    ) -> HttpResponse:
        """`more` may hold a form, and a list of names under the effect."""
        said = {"title": title, "effect": effect, "button": button, "back": back, "opts": self.opts, **more}
        return TemplateResponse(
            request, "admin/onboarding/ask.html", {**self.admin_site.each_context(request), **said}
        )  # fmt: skip

    def do(self, request: HttpRequest, verb: Callable[[], object], *, done: str, to: str) -> HttpResponse:
        try:
            verb()
        except NotNow as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return redirect(to)


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
    if not request.user.has_perm(permission):
        raise PermissionDenied
