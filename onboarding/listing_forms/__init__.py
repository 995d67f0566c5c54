"""The steps of a carer's own listing. Each module is one step, by its name in the address; `frame` is what all have."""

from onboarding.listing_forms.contact import ContactForm
from onboarding.listing_forms.frame import StepForm, showable
from onboarding.listing_forms.photo import PhotoForm
from onboarding.listing_forms.prices import PAID, PricesForm
from onboarding.listing_forms.services import ServicesForm
from onboarding.listing_forms.space import SpaceForm
from onboarding.listing_forms.when import WhenForm
from onboarding.listing_forms.where import WhereForm
from onboarding.listing_forms.who import WhoForm
from onboarding.listing_forms.words import WordsForm

__all__ = [
    "PAID", "ContactForm", "PhotoForm", "PricesForm", "ServicesForm", "SpaceForm", "StepForm", "WhenForm", "WhereForm",
    "WhoForm", "WordsForm", "showable",
]  # fmt: skip
