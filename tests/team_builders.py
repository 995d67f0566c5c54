"""Members of the team. `client.force_login` lets them into the admin (tests/conftest.py)."""

from accounts import team
from accounts.models import User

BY = "job:tests"


def member(email="ann@council.example.org", *roles, name="", **facts):
    """Somebody of the team with these roles."""
    user = User.objects.create_user(email, name=name, **facts)
    team.join(user, by=BY, slugs=roles or ["reviewer"])
    return user
