from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts import invitations, roles, team
from accounts.models import User

BY = "job:first_manager"


class Command(BaseCommand):
    help = "Makes the first manager, who then invites everybody else: by an invitation, or at once who has an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="their email address")
        parser.add_argument(
            "--language", default="en", choices=settings.SCHEME.languages, help="the language of the mail"
        )

    def handle(self, *args: Any, email: str, language: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an email address; write one such as ann@council.gov.uk") from error
        user = User.objects.filter(email__iexact=email).first()
        try:
            self.stdout.write(promote(user) if user else invite(email, language))
        except team.Refused as error:
            raise CommandError(str(error)) from error


@transaction.atomic
def promote(user: User) -> str:
    team.one_change_at_a_time()
    user.refresh_from_db(from_queryset=User.objects.select_for_update())
    if not user.is_active:
        raise team.Refused(f"The account {user.email} is closed; name another address.")
    if not EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
        raise team.Refused(f"Nobody has confirmed {user.email} yet; let them confirm it, or name another address.")
    held = {role.slug for role in roles.of(user) if role.slug in roles.ROLES}
    team.join(user, by=BY, slugs=(held - {roles.AUDITOR}) | {roles.MANAGER})
    return f"{user.email} is a manager now, and signs in with the account they have."


def invite(email: str, language: str) -> str:
    link = invitations.invite(by=BY, email=email, slugs=[roles.MANAGER], language=language)
    return f"{email} is invited by mail. If mail does not arrive, hand them this link, which works once:\n{link}"
