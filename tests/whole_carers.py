"""A carer of whom one of everything is kept, and where their name is found in the database."""

from django.apps import apps
from django.db.models import CharField, EmailField, JSONField, TextField

from accounts.models import User
from directory import enquiries
from onboarding import (
    buddies,
    codes,
    headcounts,
    helping,
    joining,
    listing_photos,
    listings,
    papers,
    training,
)
from onboarding.models import Interest
from tests import training_builders
from tests.builders import BY, TODAY, make_listing
from tests.code_builders import first_code
from tests.paper_builders import carer, insurance
from tests.papers import photo


def listed(first_name, **facts):
    made = carer(first_name, **facts)
    made.listing = make_listing(made.name, owner=made.owner, offers=["washing-dressing"])
    made.save()
    return made


def with_everything(first_name, other):
    """`other` is their buddy."""
    officer = User.objects.create_user("officer@example.org", is_staff=True)
    first_code()
    made = listed(first_name, phone="07700 900987")
    interest = joining.enter(by=BY, source="phone", send=True, name=made.name, email=made.owner.email, language="en")
    Interest.objects.filter(pk=interest.pk).update(carer=made, started_at=made.joined_at)
    papers.accept(insurance(made), by=officer)
    codes.sign(made, by=made.owner, typed_name=made.name, language="en")
    helping.answer(helping.ask(made, by=made.owner, what=f"{first_name} asks"), by=officer, words="We ring you.")
    headcounts.say(made, by=made.owner, number=3, on=TODAY)
    buddies.agree(buddies.ask(made, other, by=made.owner, on=TODAY), other, by=other.owner)
    training.book(training_builders.session(), made.workers.get(), by=made.owner)
    listing_photos.choose(made, by=made.owner, upload=photo(size=(600, 600)))
    listings.keep(made, by=made.owner, facts={"intro_en": f"{first_name} helps."})
    listings.send(made, by=made.owner)
    enquiries.send_enquiry(listing=made.listing, by=BY, form_key="1", language="en", what="Help with a bath",
                           name="Ann", answer_by="phone", phone="01633 960321")  # fmt: skip
    return made


def traces(word):
    """The columns of any table that have the word somewhere."""
    kinds = (CharField, EmailField, JSONField, TextField)
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) and any(word.lower() in str(value).lower() for value in values(model, field))
    }


def values(model, field):
    return model.objects.values_list(field.name, flat=True)
