"""Letters to carers without an email address: what waits to be posted, as PDF, marked as posted; and whom to ring."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.admin import ReadOnly
from directory import phones
from notifications.admin import LANGUAGES, NUMBERS, kind_of
from onboarding import letter_paper, letters
from onboarding.asking import Asking, actor, need
from onboarding.models import Carer, Letter

LIST = "admin:onboarding_letter_changelist"
POST = "onboarding.post_letters"
MOST_AT_ONCE = 100
# What a mail would ask, by its name on the list of whom to ring.
UNSAID = {"whole": letters.whole_unsaid, "space": letters.space_unsaid, "number": letters.headcount_unsaid}


class PostedFilter(admin.SimpleListFilter):
    """Those to post, unless asked otherwise."""

    title = "posted"
    parameter_name = "posted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Posted"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": "To post"}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Letter]) -> QuerySet[Letter]:
        match self.value():
            case "yes":
                return queryset.filter(posted_at__isnull=False)
            case "all":
                return queryset
        return queryset.filter(posted_at__isnull=True)


@admin.register(Letter)
class LetterAdmin(ReadOnly, Asking):
    home, home_name = LIST, "Letters to post"
    list_display = ["subject", "carer", "in_language", "made_at", "posted_at", "posted_by", "paper"]
    list_display_links = None
    list_filter = [PostedFilter]
    list_select_related = ["carer", "posted_by"]
    search_fields = ["carer__name", "subject"]
    date_hierarchy = "made_at"
    actions = ["print_chosen", "post_chosen"]
    fields = ["carer", "subject", "in_language", "kind", "made_at", "posted_at", "posted_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        return super().get_queryset(request).filter(pk__in=letters.visible(request.user).values("pk"))

    @admin.display(description="language")
    def in_language(self, letter: Letter) -> str:
        return LANGUAGES[letter.language]

    @admin.display(description="kind of letter")
    def kind(self, letter: Letter) -> str:
        return kind_of(letter.template)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = super().get_list_display(request)
        return [name for name in shown if name != "paper" or self.has_post_permission(request)]

    @admin.display(description="to print")
    def paper(self, letter: Letter) -> str | SafeString:
        if not letter.sheets:
            return "gone 90 days after posting"
        url = reverse("admin:onboarding_letter_paper", args=[letter.pk])
        return format_html('<a href="{}">Open <span class="visually-hidden">{}</span></a>', url, letter)

    def has_post_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(POST)

    @admin.action(description="Open in one PDF", permissions=["post"])
    def print_chosen(self, request: HttpRequest, queryset: QuerySet[Letter]) -> HttpResponse | None:
        return self._with(request, queryset, "admin:onboarding_letter_paper")

    @admin.action(description="Mark as posted …", permissions=["post"])
    def post_chosen(self, request: HttpRequest, queryset: QuerySet[Letter]) -> HttpResponse | None:
        return self._with(request, queryset, "admin:onboarding_letter_posted")

    def _with(self, request: HttpRequest, chosen: QuerySet[Letter], page: str) -> HttpResponse | None:
        numbers = [str(pk) for pk in chosen.values_list("pk", flat=True)[: MOST_AT_ONCE + 1]]
        if len(numbers) > MOST_AT_ONCE:
            self.message_user(request, f"Choose at most {MOST_AT_ONCE} letters at once.", messages.ERROR)
            return None
        return redirect(page, ",".join(numbers))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.POST.get("action"):  # Django answers one that somebody may not take as if none were chosen
            need(request, POST)
        return super().changelist_view(request, extra_context)

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, tuple[Callable[..., HttpResponseBase], str]] = {
            "<str:numbers>/paper/": (self.paper_of, "paper"),
            "<str:numbers>/posted/": (self.posted, "posted"),
            "ring/": (self.ring, "ring"),
        }
        guard = self.admin_site.admin_view
        own = [path(where, guard(view), name=f"onboarding_letter_{name}") for where, (view, name) in pages.items()]
        return [*own, *super().get_urls()]

    def paper_of(self, request: HttpRequest, numbers: str) -> HttpResponse:
        """One PDF of them all; where none can be made, a page to print."""
        need(request, POST)
        chosen = [letter for letter in of(numbers, request.user) if letter.sheets]
        if not chosen:
            raise Http404
        made = letter_paper.pdf(chosen)
        if made is None:
            return HttpResponse(letter_paper.page(chosen, on_screen=True))
        name = f"letter-{chosen[0].pk}.pdf" if len(chosen) == 1 else f"letters-{len(chosen)}.pdf"
        return HttpResponse(
            made, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
        )

    def posted(self, request: HttpRequest, numbers: str) -> HttpResponse:
        need(request, POST)
        chosen = [letter for letter in of(numbers, request.user) if letter.posted_at is None]
        if request.method == "POST":
            done = f"{count(len(chosen))} marked as posted."
            return self.do(request, lambda: letters.mark_posted(chosen, by=actor(request)), done)
        names = "; ".join(f"{letter.carer}: {letter}" for letter in chosen)
        effect = f"{names}. They leave this list, with your name and the time. What they say is kept for 90 days more."
        if not chosen:
            return self.ask(request, title="Posted already", effect="All of these are posted already.", button="")
        return self.ask(request, title="Mark as posted", effect=effect, button=f"Mark {count(len(chosen))} as posted")

    def ring(self, request: HttpRequest) -> HttpResponse:
        """Whom no reminder reaches."""
        need(request, "onboarding.view_letter")
        on = request.today  # type: ignore[attr-defined]
        unsaid = {name: {carer.pk for carer in find(on)} for name, find in UNSAID.items()}
        rows = [
            {**why_ring(carer, request), **{name: carer.pk in who for name, who in unsaid.items()}}
            for carer in letters.to_ring(on)
        ]
        where = "admin/onboarding/letter/ring.html"
        title = "Carers to ring or write to"
        return self.ask(request, title=title, effect="", button="", template=where, rows=rows)


def of(numbers: str, user: Any) -> list[Letter]:
    """Those of the address, in the order in which they were made. Raises 404 where one is not there for this person."""
    if not NUMBERS.fullmatch(numbers):
        raise Http404
    wanted = {int(number) for number in numbers.split(",")}
    chosen = list(letters.visible(user).filter(pk__in=wanted).select_related("carer"))
    if len(chosen) < len(wanted):
        raise Http404
    return chosen


def count(number: int) -> str:
    return "1 letter" if number == 1 else f"{number} letters"


def why_ring(carer: Carer, request: HttpRequest) -> dict[str, Any]:
    on = request.today  # type: ignore[attr-defined]
    phone = phones.spaced(carer.phone) if carer.phone else ""
    return {
        "carer": carer,
        "phone": phone,
        "training": letters.training_of(carer, on),
        "ends": letters.end_of(carer, on),
    }
