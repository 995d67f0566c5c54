"""A Code of Practice and carers to sign it, made through the verbs."""

from datetime import timedelta

from accounts.models import User
from onboarding import codes, journey
from onboarding.models import Carer
from tests.builders import BY, TODAY

ONE = "## 1. Respect\n\n1.1 Treat people with respect.\n\n1.2 Knock first.\n\n## 2. Prices\n\n2.1 Say the price."
UN = "## 1. Parch\n\n1.1 Parchwch bobl.\n\n1.2 Curwch cyn mynd i mewn.\n\n## 2. Prisiau\n\n2.1 Dywedwch beth yw’r gost."
TWO = ONE.replace("1.2 Knock", "1.2 Always knock").replace("price.", "price.\n\n2.2 Take no gifts.")
DAU = UN.replace("1.2 Curwch", "1.2 Curwch bob tro").replace("gost.", "gost.\n\n2.2 Peidiwch â derbyn rhoddion.")
NEW = {"body_en": TWO, "body_cy": DAU, "changes_en": "Gifts are in it.", "changes_cy": "Mae rhoddion ynddo."}


def first_code(on=TODAY - timedelta(days=400)):
    return codes.begin(by=BY, on=on, body_en=ONE, body_cy=UN)


def next_code(on=TODAY, *, in_force_in=14, sign_in=42, **texts):
    code = codes.draft(by=BY, **{**NEW, **texts})
    days = {"in_force_on": on + timedelta(days=in_force_in), "sign_by": on + timedelta(days=sign_in)}
    moved = len(codes.would_lose(code, sign_by=days["sign_by"], on=on))
    codes.publish(code, by=BY, on=on, confirmed=moved, **days)
    code.refresh_from_db()
    return code


def make_carer(name="Bryn Lewis", *, email="", user_name="", **facts) -> Carer:
    owner = User.objects.create_user(email, name=user_name, language="en") if email else None
    return journey.start(
        by=BY, name=name, first_name=name.split()[0], owner=owner, on=TODAY, **{"services": ["companionship"], **facts}
    )
