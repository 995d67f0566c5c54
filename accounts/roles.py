"""Who of the team may do what: one table. `sync` makes Django groups of it after every migrate.

A permission stands here once the room that knows it stands; carers have none of these, because what they may see is
what is their own.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth.models import Group, Permission
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User

LISTINGS = (
    "directory.view_listing",
    "directory.view_listingservice",
    "directory.view_checkrow",
    "files.view_photo",
)
MESSAGES = ("notifications.view_message", "notifications.read_messages")
PAGES = ("content.view_page", "content.view_historicalpage", "content.change_page")
TEAM = ("accounts.view_teammember", "accounts.view_invitation", "accounts.view_user")
ENQUIRIES = ("directory.view_enquiry", "directory.read_enquiries")
CARERS = ("onboarding.view_carer", "onboarding.view_evidence")
PAPERS = ("onboarding.read_papers", "onboarding.decide_evidence")
DESK = ("onboarding.work_for_carers", "onboarding.view_letter", "onboarding.post_letters")
DECISIONS = (
    "compliance.view_decision",
    "compliance.decide_carers",
    "compliance.decide_cases",
    "compliance.view_outcometext",
    "compliance.view_claim",
)
NOTES = ("compliance.view_note", "compliance.write_notes", "compliance.view_reminder")
DBS = ("compliance.view_statuscheck", "compliance.check_status", "compliance.record_consent")
CHANGES = ("onboarding.view_listingchange", "onboarding.decide_changes")
TRAINING = ("onboarding.view_trainingsession", "onboarding.run_training")
CODE = ("onboarding.view_codeofpractice", "onboarding.view_codeagreement")
WRITES_CODE = ("onboarding.view_codeofpractice", "onboarding.write_code")
HELP = ("onboarding.view_helprequest", "onboarding.answer_help")
INTERESTED = ("onboarding.view_interest", "onboarding.invite_carers")
LIBRARY = ("onboarding.view_guide", "onboarding.keep_library")
HEADCOUNT = ("onboarding.view_headcount",)
WRITING = ("compliance.view_mailing", "compliance.write_to_carers")
RULES = ("onboarding.view_rules", "onboarding.view_mending")
CASES = ("feedback.view_case", "feedback.handle_cases", "feedback.view_bankholiday", "feedback.keep_bank_holidays")
# What is no case: read, passed on, settled.
WORDS = (
    "feedback.view_praise",
    "feedback.read_praise",
    "feedback.view_correction",
    "feedback.settle_corrections",
)
SAFEGUARDING = ("feedback.see_safeguarding",)
WORKINGS = (
    "audit.view_auditevent",
    "notifications.view_jobrun",
    "directory.view_postcodeload",
    "files.view_storedfile",  # that a file is there, and what became of it: never the file
    "files.view_fileview",
)


class Role(NamedTuple):
    slug: str
    name: Promise | str
    sentence: Promise | str
    permissions: tuple[str, ...]


TABLE = (
    Role(
        "reviewer",
        _("Reviewer"),
        _("Looks at what is sent to the team, takes listings down and puts them back."),
        (
            *LISTINGS,
            *DECISIONS,
            "feedback.view_case",  # whoever did not look into one decides it
            *NOTES,
            *DBS,
            *CHANGES,
            *CARERS,
            *PAPERS,
            *TRAINING,
            *HELP,
            *INTERESTED,
            *CODE,
            *MESSAGES,
            "compliance.view_mailing",
            *DESK,
            *RULES,
        ),
    ),
    Role(
        "case-officer",
        _("Case officer"),
        _("Answers people, looks into concerns and complaints, writes to carers, and sends messages again."),
        (
            *LISTINGS,
            *ENQUIRIES,
            *CASES,
            *WORDS,
            *CARERS,
            "compliance.view_decision",
            "compliance.view_claim",
            *NOTES,
            *TRAINING,
            *HELP,
            *INTERESTED,
            *CODE,
            *MESSAGES,
            "notifications.send_again",
            *WRITING,
            *DESK,
            *HEADCOUNT,
        ),
    ),
    Role(
        "editor",
        _("Editor"),
        _("Writes the public pages, and drafts the Code of Practice."),
        (*LISTINGS, *PAGES, *WRITES_CODE, *LIBRARY),
    ),
    Role(
        "manager",
        _("Manager"),
        _("Does what reviewers, case officers and editors do, and says who is in the team and with which role."),
        (
            *LISTINGS,
            *DECISIONS,
            *NOTES,
            *DBS,
            "compliance.view_entitlement",
            "compliance.keep_entitlement",
            *CHANGES,
            *ENQUIRIES,
            *CASES,
            *WORDS,
            *SAFEGUARDING,
            "compliance.take_late_appeals",
            "compliance.invite_guests",
            "compliance.write_outcome_texts",
            *CARERS,
            *PAPERS,
            *TRAINING,
            *CODE,
            "onboarding.write_code",
            "onboarding.publish_code",
            *HELP,
            *INTERESTED,
            *MESSAGES,
            "notifications.send_again",
            *WRITING,
            *PAGES,
            *LIBRARY,
            *DESK,
            *HEADCOUNT,
            *TEAM,
            "accounts.invite_staff",
            "accounts.remove_staff",
            "accounts.change_roles",
            "accounts.reset_second_factor",
            "onboarding.view_register",
            "onboarding.move_register",
            *RULES,
            "onboarding.adopt_rules",
            *WORKINGS,
        ),
    ),
    Role(
        "auditor",
        _("Auditor"),
        _("Reads everything except papers, safeguarding cases and what messages say, and changes nothing."),
        (
            *LISTINGS,
            "directory.view_enquiry",
            "feedback.view_case",
            "feedback.view_bankholiday",
            "feedback.view_praise",
            "feedback.view_correction",
            *CARERS,
            "compliance.view_decision",
            "compliance.view_claim",
            "compliance.view_reminder",
            "compliance.view_statuscheck",
            "compliance.view_entitlement",
            "compliance.view_mailing",
            "onboarding.view_listingchange",
            "onboarding.view_trainingsession",
            *CODE,
            "onboarding.view_helprequest",
            "onboarding.view_interest",
            *HEADCOUNT,
            "onboarding.view_guide",
            "notifications.view_message",
            "content.view_page",
            "content.view_historicalpage",
            "onboarding.view_register",
            "onboarding.view_letter",
            *RULES,
            *TEAM,
            *WORKINGS,
        ),
    ),
    Role(
        "safeguarding-lead",
        _("Safeguarding lead"),
        _("Reads and leads safeguarding cases."),
        (*LISTINGS, *MESSAGES, *SAFEGUARDING, "compliance.view_decision"),
    ),
    # What it lets somebody do is a row of `compliance` for one case, and ends with it.
    Role(
        "guest-decider",
        _("Guest decider"),
        _("Decides one case, or hears the appeal in it, and sees nothing else."),
        (),
    ),
)
ROLES = {role.slug: role for role in TABLE}
MANAGER, AUDITOR, GUEST = "manager", "auditor", "guest-decider"
# Those that a manager gives. A guest is invited from their case.
OFFERED = tuple(role for role in TABLE if role.slug != GUEST)
CARER = Role("carer", "Carer", "Sees and changes what is their own, and nothing of the team's.", ())


class NoSuchRoles(ValueError):
    """These roles cannot be held by one person; the message says why."""


def checked(slugs: Iterable[str]) -> list[str]:
    """The roles in the table's order. Raises `NoSuchRoles` for none, an unknown one, or an auditor who acts too."""
    wanted = set(slugs)
    if unknown := wanted - ROLES.keys():
        raise NoSuchRoles(f"There is no role {', '.join(sorted(unknown))}.")
    if not wanted:
        raise NoSuchRoles("Choose at least one role.")
    if AUDITOR in wanted and len(wanted) > 1:
        raise NoSuchRoles("An auditor changes nothing, so an auditor has no other role.")
    if GUEST in wanted and len(wanted) > 1:
        raise NoSuchRoles("A guest decides one case, so a guest has no other role.")
    return [slug for slug in ROLES if slug in wanted]


def of(user: User) -> list[Role]:
    """The roles of a member of the team, in the table's order; of anybody else, `CARER`."""
    if not user.is_staff:
        return [CARER]
    held = {group.name for group in user.groups.all()}
    return [role for role in TABLE if role.slug in held]


def sync(**kwargs: Any) -> None:
    """Makes each role's group hold exactly what the table says. Runs after migrate, on whatever is there by then."""
    numbers = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for role in TABLE:
        group, _made = Group.objects.get_or_create(name=role.slug)
        group.permissions.set([numbers[name] for name in role.permissions if name in numbers])
