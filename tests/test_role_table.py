"""Every address, asked by everybody in every language, answers what tests/role_table.py says, and none is missing."""

import io
import re
import time
from datetime import date
from hashlib import sha256
from types import SimpleNamespace

import pytest
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils.translation import override
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
from PIL import Image

from accounts import invitations, roles, second_factor
from accounts.models import Invitation, TeamMember, User
from content.models import Page
from directory import basemap
from directory.enquiries import send_enquiry
from directory.models import Listing, PostcodeLoad
from files import quarantine
from files.models import FileView
from files.photos import accept_photo
from files.private import accept_file
from notifications.models import JobRun, Message
from onboarding import codes, helping, joining, journey, listings, papers, still_right, training
from onboarding.models import Buddy, Carer, Headcount, Interest, Letter, PaperPage, Register
from tests import training_builders
from tests.builders import TODAY, make_listing, place_postcode
from tests.join_form import links
from tests.role_table import EVERYBODY, rows
from tests.signing_in import by_password_alone, give_address, note_second_factor
from tests.team_builders import BY, member

pytestmark = pytest.mark.django_db
MODEL_PAGE = re.compile(r"admin:([a-z]+)_([a-z]+)_(change|delete|history)")
OBJECT_PAGE = re.compile(r"/admin/([a-z]+)/([a-z]+)/<path:object_id>/")


def addresses(resolver=None, namespace="", before="/"):
    """The names of every address of the URL configuration; an address without one goes by its route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = f"{before}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}" if entry.name else route
        else:
            yield from addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, route)


@pytest.fixture
def there(today):
    """One of each thing that an address can be about; the listing, the address and the passkey are the carer's."""
    call_command("load_pages", verbosity=0)
    call_command("load_library", verbosity=0)
    PostcodeLoad.objects.create(source="tests", attribution="", rows=1, skipped=0)
    place_postcode("NP15 1AD", 337770, 200564)
    basemap.build()
    picture = io.BytesIO()
    Image.new("RGB", (448, 448), "teal").save(picture, "PNG")
    people = {slug: member(f"{slug}@council.example.org", slug) for slug in roles.ROLES}
    people |= {name: User.objects.create_user(f"{name}@example.org") for name in ("carer", "other")}
    for user in people.values():
        user.set_password("three blue kettles")
        user.save()
        give_address(user)
    listing = make_listing("Bryn Lewis", owner=people["carer"], photo=accept_photo(picture, by=BY))
    paper = accept_file(picture, by=people["carer"], purpose="evidence")
    FileView.objects.create(file=paper, viewer_id=people["reviewer"].pk, role="reviewer")
    JobRun.objects.create(name="send-messages")
    Headcount.objects.create(carer=Carer.objects.create(name="Ann Rees"), month=date(2026, 11, 1), number=5)
    Register.objects.create(name="register.csv", headers=["Name"], rows=[["Gwen Rees"]])
    enquiry = enquire(listing)
    booking = a_seat_of(people["carer"])
    mine = booking.worker.carer
    sent = a_paper_of(mine, paper)
    signature = signed_under_another_name(mine, on=today)
    Carer.objects.filter(pk=mine.pk).update(listing=listing)
    buddy = Buddy.objects.create(asker=mine, asked=Carer.objects.create(name="Gwen Rees"))
    told_by_post()
    change = a_change_of(mine)
    link = invitations.invite(by=BY, email="new@example.org", slugs=["editor"], language="en")
    found = SimpleNamespace(
        people=people,
        listing=listing,
        buddy=buddy,
        enquiry=enquiry,
        booking=booking,
        worker=booking.worker,
        sent=sent,
        signature=signature,
        change=change,
        passkey=give_passkey(people["carer"]),
        token=link.split("/")[-2],
        join_token=interested().split("/")[-2],
        help=helping.ask(booking.worker.carer, by=BY, what="Which insurance?"),
        one={
            Carer: mine.pk,
            User: people["carer"].pk,
            TeamMember: people["reviewer"].pk,
            Message: Message.objects.get(key__endswith=":carer").pk,
        },
    )
    found.about = about_each(found)
    return found


def a_seat_of(user):
    """The carer's journey, and a seat at a training session."""
    carer = journey.start(by=BY, name="Bryn Lewis", first_name="Bryn", owner=user, services=["companionship"])
    return training.book(training_builders.session(), carer.workers.get(), by=BY)


def a_paper_of(carer, file):
    """What is with the team, with a file; and a declaration that is begun."""
    insurance, plan = (settings.SCHEME.requirements[slug] for slug in ("public-liability", "contingency"))
    quarantine.settle(file.pk)
    PaperPage.objects.create(draft=papers.save_draft(carer, insurance, None, {}), file=file)
    papers.save_draft(carer, plan, None, {"plan": "I ring everybody."})
    return papers.send(carer, insurance, by=BY, how="upload", facts={"insurer": "Penallt Mutual"})


def a_change_of(carer):
    """Another name, which waits for the team."""
    carer.refresh_from_db()
    listings.keep(carer, by=BY, facts={"name": "Bryn Morgan"})
    return listings.send(carer, by=BY).waiting


def signed_under_another_name(carer, *, on):
    """A signature under the Code, of which the next version is drafted."""
    codes.begin(by=BY, on=on, body_en="Be kind.", body_cy="Byddwch garedig.")
    codes.draft(by=BY, body_en="Be kinder.")
    return codes.sign(carer, by=BY, typed_name="Somebody Else", language="en")


def enquire(listing):
    said = {"what": "Help on Mondays", "name": "Ann", "answer_by": "phone", "phone": "01633 960321"}
    return send_enquiry(listing=listing, by=BY, form_key="one", language="en", **said)


def interested():
    """The link that is mailed to somebody who would like to become a carer."""
    joining.express(by=BY, form_key="one", language="en", name="Nia Hughes", email="nia@example.org")
    return links()[-1]


def told_by_post():
    """A letter to somebody without an email address."""
    carer = journey.start(by=BY, name="Gwen Rees", first_name="Gwen")
    request = helping.ask(carer, by=BY, what="Help with the form")
    helping.answer(request, by=BY, words="We come on Monday.")


def give_passkey(user):
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(bytes(16), b"a passkey", key)
    about = AuthenticatorData.create(sha256(b"localhost").digest(), AuthenticatorData.FLAG.AT, 0, credential)
    response = {
        "clientDataJSON": websafe_encode(b'{"type": "webauthn.create", "challenge": "", "origin": "http://localhost"}'),
        "attestationObject": websafe_encode(AttestationObject.create("none", about, {})),
    }
    name = websafe_encode(b"a passkey")
    return WebAuthn.add(user, "Phone", {"id": name, "rawId": name, "type": "public-key", "response": response}).instance


REGISTER_PAGES = {"look", "columns", "in", "undo", "invite"}


def arguments(name, there):
    """What the address is about, where it is about something."""
    if about := MODEL_PAGE.fullmatch(name) or OBJECT_PAGE.fullmatch(name):
        model = apps.get_model(about[1], about[2])
        return [there.one.get(model) or model.objects.first().pk]
    if name.startswith("admin:onboarding_listingchange_") and not name.endswith(("changelist", "add")):
        return [there.change.pk]
    if name.startswith("admin:onboarding_register_") and name.rpartition("_")[2] in REGISTER_PAGES:
        return [Register.objects.get().pk]
    return there.about.get(name, [])


def about_each(there):
    """The same for the addresses that are not of a model alone; asked of the database once, and not at each address."""
    page = Page.objects.get(slug="about")
    team_member = there.people["reviewer"].pk
    return {
        "/admin/(?P<url>.*)$": ["nothing"],
        "onboarding:code_version": [1],
        "admin:onboarding_codeagreement_accept": [there.signature.pk],
        "onboarding:listing_step": ["words"],
        "onboarding:listing_take_back": [there.change.pk],
        "admin:app_list": ["directory"],
        "admin:view_on_site": [ContentType.objects.get_for_model(Listing).pk, there.listing.pk],
        "admin:content_page_simple_history": [page.pk, page.history.get().pk],
        "admin:accounts_teammember_roles": [team_member],
        "admin:accounts_teammember_remove": [team_member],
        "admin:accounts_teammember_reset": [team_member],
        "admin:onboarding_letter_paper": [Letter.objects.get().pk],
        "admin:onboarding_letter_posted": [Letter.objects.get().pk],
        "admin:accounts_invitation_withdraw": [Invitation.objects.get().pk],
        "admin:notifications_message_again": [there.one[Message]],
        "accounts:undo": ["nothing"],
        "account_confirm_email": ["nothing"],
        "account_reset_password_from_key": ["1", "nothing"],
        "mfa_remove_webauthn": [there.passkey.pk],
        "mfa_edit_webauthn": [there.passkey.pk],
        "openid_connect_login": ["council"],
        "openid_connect_callback": ["council"],
        "invitation": [there.token],
        "onboarding:still_right": [still_right.token(there.worker.carer, "space", on=TODAY)],
        "onboarding:join_link": [there.join_token],
        "onboarding:library_guide": ["agreement"],
        "onboarding:buddy_one": [there.buddy.pk],
        "onboarding:help_one": [there.help.pk],
        "admin:onboarding_helprequest_close": [there.help.pk],
        "admin:onboarding_helprequest_reopen": [there.help.pk],
        "admin:onboarding_interest_invite": [Interest.objects.get().pk],
        "admin:onboarding_interest_release": [Interest.objects.get().pk],
        "admin:onboarding_interest_close": [Interest.objects.get().pk],
        "admin:files_photo_rendition": [there.listing.photo.token, "112", "jpg"],
        "photo": [there.listing.photo.token, "112", "jpg"],
        "directory:basemap": [basemap.sheet().version, "plain"],
        "directory:profile": [there.listing.slug],
        "directory:enquiry": [there.listing.slug],
        "directory:enquiry_sent": [there.listing.slug, there.enquiry.reference],
        "directory:my_enquiry": [there.enquiry.pk],
        "admin:onboarding_trainingsession_attendance": [there.booking.session_id],
        "admin:onboarding_trainingsession_cancel": [there.booking.session_id],
        "admin:onboarding_trainingsession_add_person": [there.booking.session_id],
        "admin:onboarding_trainingsession_booking": [there.booking.session_id, there.booking.pk],
        "admin:onboarding_evidence_accept": [there.sent.pk],
        "admin:onboarding_evidence_send_back": [there.sent.pk],
        "admin:onboarding_evidence_withdraw": [there.sent.pk],
        "admin:onboarding_evidence_file": [there.sent.pages.get().file.token],
        "admin:onboarding_carer_reached": [there.worker.carer_id],
        "admin:onboarding_carer_invite": [there.worker.carer_id],
        "admin:onboarding_carer_record": [there.worker.carer_id, "hmrc"],
        "admin:onboarding_carer_record_of_worker": [there.worker.carer_id, "identity", there.worker.pk],
        "onboarding:person_down": [there.worker.pk],
        "onboarding:person_back": [there.worker.pk],
        "onboarding:person_remove": [there.worker.pk],
        "onboarding:task": ["contingency"],
        "onboarding:check": ["contingency"],
        "onboarding:task_of_worker": ["identity", there.worker.pk],
        "onboarding:check_of_worker": ["identity", there.worker.pk],
        "onboarding:sent": [there.sent.pk],
        "onboarding:paper": [there.sent.pages.get().file.token],
        "onboarding:session": [there.booking.session_id],
        "onboarding:session_calendar": [there.booking.session_id],
        "onboarding:session_cancel": [there.booking.session_id, there.booking.pk],
    }


def urls(name, there):
    """The address in each of the scheme's languages; the same twice is asked once."""
    about = arguments(name, there)
    if name.startswith("/"):
        return [re.sub(r"\(\?P<.*\$|<[^>]*>", lambda _: str(about[0]), name)]
    found = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            try:
                found.append(reverse(name, args=about))
            except NoReverseMatch:
                pytest.fail(f"{name} is about something: say what in `arguments` of tests/test_role_table.py")
    return sorted(set(found))


def entered_by(user):
    """Signed in, and having just shown the second factor, or the password who has none: what then is in the way is who
    they are."""
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    if user and second_factor.has_one(user):
        note_second_factor(client, user)
    elif user:
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client


def answer(client, url):
    """In a word of the table. Whatever the asking changes is undone."""
    with transaction.atomic():
        cookies = client.cookies.copy()
        response = client.get(url)
        if response.status_code == 405:
            response = client.post(url)
        client.cookies = cookies
        transaction.set_rollback(True)
    if response.status_code in {301, 302}:
        to_sign_in = response["Location"].partition("?")[0] in doors()
        return "in" if to_sign_in else "to"
    return {200: "ok", 403: "no"}.get(response.status_code, str(response.status_code))


def doors():
    found = {reverse("admin:login")}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.add(resolve_url(settings.LOGIN_URL))
    return found


def test_every_address_stands_in_the_table_and_no_other():
    there, written = set(addresses()), set(rows())
    columns = "  ".join(["??"] * len(EVERYBODY))
    lines = [f"{name}    {columns}" for name in sorted(there - written)]
    assert not lines, "Who may see these? Write in tests/role_table.py, and look at each answer:\n" + "\n".join(lines)
    assert not written - there, "These are no addresses any more; take them out of tests/role_table.py."


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_gets_what_the_table_says(there, who):
    client, wrong = entered_by(there.people.get(who)), []
    for name, expected in rows().items():
        for url in urls(name, there):
            if (got := answer(client, url)) != expected[who]:
                wrong.append(f"{name} at {url}: {got}, and the table says {expected[who]}")
    assert not wrong, f"as {who}:\n" + "\n".join(wrong)


def test_without_a_second_factor_nobody_of_the_team_sees_a_page_of_the_admin(there, client):
    by_password_alone(client, there.people["manager"])
    free = {"admin:login", "admin:logout", "admin:jsi18n", "admin:password_change", "/admin/password_change/"}
    seen = [
        url
        for name in rows()
        if name.startswith(("admin:", "/admin")) and name not in free
        for url in urls(name, there)
        if client.get(url).get("Location", "").partition("?")[0] != reverse("mfa_index")
    ]
    assert seen == []
