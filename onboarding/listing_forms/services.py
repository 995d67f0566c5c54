"""The kinds of help, each with what choosing it would ask for."""

from typing import NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from directory import vocabulary
from onboarding.listing_facts import SERVICES
from onboarding.listing_forms.frame import StepForm
from onboarding.listings import more_asked


class ServicesForm(StepForm):
    names = (SERVICES,)
    template = "onboarding/listing/_services.html"

    services = forms.MultipleChoiceField(
        label=_("What do you offer?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one kind of help"),
            "invalid_choice": _("Choose from the list"),
        },
    )

    def fill_in(self) -> None:
        self.fields[SERVICES].choices = vocabulary.service_choices()  # type: ignore[attr-defined]

    @property
    def kinds(self) -> list["Kind"]:
        """Each heading with its details, which of them are chosen, and what choosing one more would ask for."""
        chosen = {str(slug) for slug in self[SERVICES].value() or ()}
        return [self._kind(heading, chosen) for heading in vocabulary.HEADINGS]

    def _kind(self, heading: vocabulary.Service, chosen: set[str]) -> "Kind":
        more = {service: self._more(service) for service in self._under(heading)}
        asking = [papers for service, papers in more.items() if service.slug not in self.now.get(SERVICES, ())]
        for_all = [paper for paper in asking[0] if all(paper in papers for papers in asking)] if asking else []
        options: list[Option] = []
        for service, papers in more.items():
            asks = ", ".join(paper for paper in papers if paper not in for_all)
            options.append(Option(service, service.slug in chosen, asks, bool(options) and options[-1].more == asks))
        return Kind(heading, ", ".join(for_all), options)

    def _under(self, heading: vocabulary.Service) -> list[vocabulary.Service]:
        """Its details; the heading itself only for whoever offers it as a whole."""
        details = vocabulary.details(heading.slug)
        return details if details and heading.slug not in self.now.get(SERVICES, ()) else [heading, *details]

    def _more(self, service: vocabulary.Service) -> list[str]:
        offered = self.now.get(SERVICES, [])
        return [] if service.slug in offered else more_asked(offered, [service.slug])


class Option(NamedTuple):
    """A service to choose; `more` is what it asks for besides what its whole heading does, perhaps the same as the
    one above it."""

    service: vocabulary.Service
    chosen: bool
    more: str
    is_same: bool


class Kind(NamedTuple):
    heading: vocabulary.Service
    more: str
    options: list[Option]
