"""Texts of Django that our pages can show and Django's own Welsh catalogue lacks: named here so that they are
gathered into ours, which is asked first. `manage.py messages` reads this file; nothing runs it."""

from django.utils.translation import gettext_noop, ngettext_lazy, pgettext_lazy

FORMS = (
    gettext_noop("Enter a valid domain name."),
    gettext_noop("Enter a valid duration."),
    gettext_noop("Enter a valid UUID."),
    gettext_noop("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    gettext_noop("Null characters are not allowed."),
    gettext_noop("“%(pk)s” is not a valid value."),
    gettext_noop("Ensure this value is a multiple of step size %(limit_value)s."),
    gettext_noop("File extension “%(extension)s” is not allowed. Allowed extensions are: %(allowed_extensions)s."),
    gettext_noop("“%(value)s” value must be an integer."),
    gettext_noop("“%(value)s” value must be either True or False."),
    gettext_noop("“%(value)s” is not a valid UUID."),
    gettext_noop("Constraint “%(name)s” is violated."),
)
PASSWORDS = (
    gettext_noop("This password is too common."),
    gettext_noop("This password is entirely numeric."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "min_length",
    ),
)
PAGES = (
    gettext_noop("That page number is not an integer"),
    gettext_noop("That page number is less than 1"),
    gettext_noop("That page contains no results"),
)
# Django's own Welsh misspells the month.
DATES = (gettext_noop("July"),)
# 9:30am: the way GOV.UK writes it, in Welsh too. English has them from locale/en, whose only words they are.
HALVES_OF_A_DAY = (gettext_noop("a.m."), gettext_noop("p.m."))
TIMES = (
    ngettext_lazy("%(num)d year", "%(num)d years", "num"),
    ngettext_lazy("%(num)d month", "%(num)d months", "num"),
    ngettext_lazy("%(num)d week", "%(num)d weeks", "num"),
    ngettext_lazy("%(num)d day", "%(num)d days", "num"),
    ngettext_lazy("%(num)d hour", "%(num)d hours", "num"),
    ngettext_lazy("%(num)d minute", "%(num)d minutes", "num"),
)
SHORTENED = pgettext_lazy("String to return when truncating text", "%(truncated_text)s…")
