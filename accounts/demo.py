"""A member of the team to look around with."""

from datetime import date
from typing import Any

from django.utils.crypto import salted_hmac

from accounts.models import User

EMAIL = "editor@example.org"


def demo(scheme: Any, *, on: date) -> str:
    """Makes the account once. Its password comes of this copy's own key, so it is the same whenever it is printed."""
    password = salted_hmac("accounts.demo", EMAIL).hexdigest()[:14]
    user = User.objects.filter(email=EMAIL).first() or User.objects.create_superuser(
        EMAIL, password, name="Demonstration editor"
    )
    if not user.check_password(password):
        return f"The team signs in at /admin/ as {EMAIL}, with the password it was given since."
    return f"The team signs in at /admin/ as {EMAIL} with the password {password}"
