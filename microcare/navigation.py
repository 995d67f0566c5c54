"""The one navigation list. What is not there yet is not linked."""

from typing import NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

# What a carer needs every week: on a phone without scripts the rest is reached over “More” alone.
OFTEN = ("onboarding:tasks", "onboarding:listing", "directory:my", "onboarding:space", "onboarding:more")
# Whose way leads over “More”.
MORE = (
    "onboarding:headcount", "onboarding:buddy", "onboarding:library", "onboarding:news", "onboarding:leave",
    "compliance:status_checks", "compliance:concerns", "feedback:my_praise", "my-data",
)  # fmt: skip


class Item(NamedTuple):
    text: str
    url: str
    current: bool = False
    often: bool = True


def navigation(path: str) -> list[Item]:
    items = [
        ("directory:find", _("Find %(a_carer)s")),
        ("content:about", _("About %(care_soft)s")),
        ("content:paying-for-care", _("Paying for care")),
        ("content:become", _("Become %(a_carer)s")),
        ("content:contact", _("Contact us")),
        ("feedback:door", _("Feedback")),
    ]
    here = address("content:become") if path.startswith(address("onboarding:join") or "/join/") else path
    return [
        Item(text % settings.SCHEME.words, url, here.startswith(url)) for name, text in items if (url := address(name))
    ]


def own(path: str, *, at_desk: bool = False) -> list[Item]:
    """Between the pages of whoever is signed in; elsewhere none. At the desk only the carer's journey: the rest would
    be the team member's own."""
    items = [
        ("onboarding:tasks", _("Tasks")),
        ("onboarding:listing", _("Your listing")),
        ("onboarding:training", _("Training")),
        ("onboarding:help", _("Help from the team")),
        ("directory:my", _("Enquiries")),
        ("onboarding:space", _("Space")),
        ("onboarding:more", _("More")),
        ("accounts:home", _("Account")),
        ("account_logout", _("Sign out")),
    ]
    if at_desk:
        items = [(name, text) for name, text in items if name.startswith("onboarding:")]
    shown = [(text, url, name in OFTEN) for name, text in items if (url := address(name))]
    if not path.startswith(address("onboarding:tasks") or "/my/"):
        return []
    # The longest that fits: every one of them begins as the task list does.
    here = max((url for _text, url, _often in shown if path.startswith(url)), key=len, default="")
    if any(path.startswith(address(name) or "?") for name in MORE):
        here = address("onboarding:more")
    return [Item(text, url, url == here, often) for text, url, often in shown]


def footer() -> list[Item]:
    """The same for everybody, since public pages do not ask who is there. So the way to sign in is named for what it
    leads to: whoever is signed in comes by it to their own pages."""
    items = [
        ("onboarding:code", _("Code of Practice")),
        ("content:accessibility", _("Accessibility")),
        ("content:privacy", _("Privacy")),
        ("content:cookies", _("Cookies")),
        ("content:contact", _("Contact us")),
        ("feedback:door", _("Feedback")),
        ("account_login", _("Account for %(carers_soft)s and the team") % settings.SCHEME.words),
    ]
    return [Item(text, url) for name, text in items if (url := address(name))]


def address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
