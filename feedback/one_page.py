"""One page in the admin for one thing that came: what it says, what became of it, and what can be done with it now."""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.asking import Asking, actor, need
from accounts.models import User
from audit.admin import ReadOnly
from directory.forms import Paragraphs
from directory.models import Listing
from feedback.states import NotAllowed

TEMPLATE = "admin/feedback/one.html"


class Act(NamedTuple):
    """`text` says what happens, and to whom; `do` is given who does it and what was typed."""

    slug: str
    text: str
    do: Callable[[User, dict[str, Any]], object]
    asks_why: bool = False


class ActForm(forms.Form):
    """What is to be done, and why. Whom it is about is asked where nobody is named (`names`)."""

    listing = forms.ModelChoiceField(
        Listing.objects.none(), required=False, label="For whom it is", empty_label="Choose a listing"
    )
    act = forms.ChoiceField(
        label="What to do", widget=forms.RadioSelect, error_messages={"required": "Choose what to do."}
    )
    why = Paragraphs(longest=2000, required=False, label="Why", widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, acts: list[Act], names: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.acts = {act.slug: act for act in acts}
        self.fields["act"].choices = [(act.slug, act.text) for act in acts]  # type: ignore[attr-defined]
        if names:
            self.fields["listing"].queryset = Listing.objects.filter(  # type: ignore[attr-defined]
                published_at__isnull=False, ended_at=None
            ).order_by("name")
        else:
            del self.fields["listing"]
        if any(act.asks_why for act in acts):
            self.fields["why"].help_text = "Only where the choice says so. Whoever it is about may ask to read it."
        else:
            del self.fields["why"]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        act = self.acts.get(said.get("act", ""))
        if act and act.asks_why and said.get("why") == "":
            self.add_error("why", "Say why.")
        return said


class OnePage(ReadOnly, Asking):
    """`does` is the permission to read what was typed, and to do something with it."""

    does = ""
    names_whom: ClassVar[bool] = False
    refusals = (NotAllowed,)

    def acts(self, row: Any) -> list[Act]:
        raise NotImplementedError

    def said(self, row: Any) -> list[tuple[str, str, str]]:
        """What people typed: a title, the words, their language."""
        raise NotImplementedError

    def facts(self, row: Any) -> list[tuple[str, Any]]:
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        need(request, f"feedback.view_{self.opts.model_name}")
        if (row := self.get_object(request, object_id)) is None:
            raise Http404
        may = request.user.has_perm(self.does)
        acts = self.acts(row) if may else []
        if request.method == "POST":
            need(request, self.does)
        names = self.names_whom and row.listing_id is None
        form = ActForm(request.POST if request.method == "POST" else None, acts=acts, names=names)
        here = reverse(f"admin:feedback_{self.opts.model_name}_change", args=[row.pk])
        if request.method == "POST" and form.is_valid():
            act, typed = form.acts[form.cleaned_data["act"]], form.cleaned_data
            return self.do(request, lambda: act.do(actor(request), typed), done="It is done.", to=here)
        return self.ask(
            request, title=f"{str(self.opts.verbose_name).capitalize()} {row}: {row.about}", effect="",
            button="Do it" if acts else "", template=TEMPLATE,
            form=form if acts else None, facts=self.facts(row), said=self.said(row) if may else [],
        )  # fmt: skip


def left_to(user: Any, rows: Any) -> Any:
    """Nobody looks after what is said of themselves. Also those about nobody are there for everybody."""
    return rows.filter(Q(listing=None) | Q(listing__owner=None) | ~Q(listing__owner=user.pk))
