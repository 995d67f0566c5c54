"""What must be true of a listing's facts for the public pages to rely on them: words of our vocabularies, this
scheme's ways to pay, and no more people than this scheme allows."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.forms import ChoiceField

from directory import vocabulary

if TYPE_CHECKING:
    from directory.models import Listing

NOT_A_CHOICE = ChoiceField.default_error_messages["invalid_choice"]


def check(listing: "Listing") -> None:
    """Raises `ValidationError` with the field of each fact that cannot be."""
    wrong = {
        "groups": strangers(listing.groups, list, vocabulary.GROUPS),
        "payments": strangers(listing.payments, list, settings.SCHEME.payments),
        "languages": strangers(listing.languages, dict, vocabulary.LANGUAGES) or levels_unknown(listing.languages),
    }
    errors = {field: [not_a_choice(value) for value in values] for field, values in wrong.items() if values}
    try:
        MaxValueValidator(settings.SCHEME.max_workers)(listing.team_size)
    except ValidationError as error:
        errors["team_size"] = [error]
    except TypeError:
        pass  # not a number: the field's own check says so
    if errors:
        raise ValidationError(errors)


def strangers(values: Any, kind: type[list[Any]] | type[dict[str, Any]], known: Collection[str]) -> list[Any]:
    """Those that are not known, or stand twice; all of it, where it is not of that kind."""
    if not isinstance(values, kind):
        return [values]
    listed: list[Any] = [*values]
    return [
        value
        for number, value in enumerate(listed)
        if not isinstance(value, str) or value not in known or value in listed[:number]
    ]


def levels_unknown(languages: dict[str, Any]) -> list[Any]:
    return [level for level in languages.values() if type(level) is not int or level not in vocabulary.LEVELS]


def not_a_choice(value: Any) -> ValidationError:
    return ValidationError(NOT_A_CHOICE, code="invalid_choice", params={"value": value})
