"""One of each thing that an address can be about: what its words in `ABOUT` of tests/role_table.py name.

A new kind of thing is one more function marked `thing`, whose name is its name. They are made from the top down, and
each is given what was made before it.
"""

import io
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from types import SimpleNamespace

from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
from PIL import Image

from accounts import invitations, roles
from accounts.models import Invitation, TeamMember, User
from compliance import case_replies, case_texts, claims, consents, deciding, entitlement, writing
from compliance.groups import Group
from compliance.models import Guest, ReasonsLetter, Reminder, StatusCheck
from content.models import Page
from directory import basemap
from directory.enquiries import send_enquiry
from directory.models import Listing, PostcodeLoad
from feedback import cases, clocks, corrections, taking
from feedback import praise as praising
from feedback.door_views import next_page
from feedback.models import CaseFile, CaseLetter
from feedback.ways import WAYS
from files import quarantine
from files.models import FileView, StoredFile
from files.photos import accept_photo
from files.private import accept_file
from notifications.models import JobRun, Message
from onboarding import adopting, codes, helping, joining, journey, listings, news, papers, still_right, training
from onboarding.models import Buddy, Carer, Headcount, Interest, Letter, Mending, PaperPage, Register
from tests import training_builders
from tests.builders import BY, TODAY, make_listing, place_postcode
from tests.case_builders import make_case
from tests.join_form import links
from tests.signing_in import give_address
from tests.team_builders import member

MAKERS: list[Callable] = []


def thing(make):
    MAKERS.append(make)
    return make


def make_one_of_each():
    """All of them by name; the listing, the address and the passkey are the carer's."""
    there = SimpleNamespace()
    for make in MAKERS:
        setattr(there, make.__name__, make(there))
    return there


def row_of(model, there):
    """The thing of that model, the first of several; else the first row, which came with another thing."""
    own = (one for one in vars(there).values() if type(one) is model)
    return next(own, None) or model.objects.first()


# --- people ----------------------------------------------------------------------------------------------


@thing
def people(there):
    """By their name in `EVERYBODY`, each with a confirmed address and a password."""
    found = {slug: member(f"{slug}@council.example.org", slug) for slug in roles.ROLES}
    found |= {name: User.objects.create_user(f"{name}@example.org") for name in ("carer", "other")}
    for user in found.values():
        user.set_password("three blue kettles")
        user.save()
        give_address(user)
    return found


@thing
def account(there):
    return there.people["carer"]


@thing
def passkey(there):
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(bytes(16), b"a passkey", key)
    about = AuthenticatorData.create(sha256(b"localhost").digest(), AuthenticatorData.FLAG.AT, 0, credential)
    response = {
        "clientDataJSON": websafe_encode(b'{"type": "webauthn.create", "challenge": "", "origin": "http://localhost"}'),
        "attestationObject": websafe_encode(AttestationObject.create("none", about, {})),
    }
    name = websafe_encode(b"a passkey")
    said = {"id": name, "rawId": name, "type": "public-key", "response": response}
    return WebAuthn.add(there.account, "Phone", said).instance


@thing
def team_member(there):
    return TeamMember.objects.get(pk=there.people["reviewer"].pk)


@thing
def invitation_token(there):
    link = invitations.invite(by=BY, email="new@example.org", slugs=["editor"], language="en")
    return link.split("/")[-2]


@thing
def invitation(there):
    return Invitation.objects.get()


# --- what the public sees --------------------------------------------------------------------------------


@thing
def page(there):
    call_command("load_pages", verbosity=0)
    call_command("load_library", verbosity=0)
    return Page.objects.get(slug="about")


@thing
def page_version(there):
    return there.page.history.get()


@thing
def sheet(there):
    """The map's, and the postcodes that it is of."""
    PostcodeLoad.objects.create(source="tests", attribution="", rows=1, skipped=0)
    place_postcode("NP15 1AD", 337770, 200564)
    basemap.build()
    return basemap.sheet().version


@thing
def listing(there):
    return make_listing("Bryn Lewis", owner=there.account, photo=accept_photo(picture(), by=BY))


@thing
def profile(there):
    return there.listing.slug


@thing
def listing_type(there):
    return ContentType.objects.get_for_model(Listing)


@thing
def photo(there):
    return there.listing.photo.token


@thing
def enquiry(there):
    said = {"what": "Help on Mondays", "name": "Ann", "answer_by": "phone", "phone": "01633 960321"}
    return send_enquiry(listing=there.listing, by=BY, form_key="one", language="en", **said)


@thing
def case(there):
    """A concern about the carer."""
    return make_case(listing=there.listing)


@thing
def clock(there):
    return there.case.clocks.get()


@thing
def case_file(there):
    file = accept_file(picture(), by=BY, purpose=cases.PURPOSE)
    cases.attach(there.case, by=BY, files=[file])
    quarantine.settle(file.pk)
    return file.token


@thing
def case_letter(there):
    sheet = {"language": "en", "subject": "Your case", "html": "<p>We have it.</p>"}
    return CaseLetter.objects.create(case=there.case, key="case:1:letter", subject="Your case", sheets=[sheet])


@thing
def bank_holiday(there):
    return clocks.add_bank_holiday(day=TODAY + timedelta(days=3), name="A coronation", by=BY, on=TODAY)


@thing
def case_reference(there):
    return there.case.reference


@thing
def praise(there):
    """Of the carer, who was asked whether it may be shown."""
    said = {"form_key": "praise", "words": "So kind.", "language": "en", "listing": there.listing}
    return praising.pass_on(praising.receive(may_be_shown=True, **said), by=BY)


@thing
def praise_token(there):
    return praising.link(there.praise).split("/")[-2]


@thing
def correction(there):
    said = {"form_key": "correction", "words": "The price is old.", "language": "en"}
    return corrections.report(listing=there.listing, **said)


@thing
def correction_token(there):
    return corrections.link(there.correction).split("/")[-2]


@thing
def sent_token(there):
    """Of the page that says what happens next with the case."""
    made = taking.made(there.case)
    return next_page(WAYS["concern"], made).split("/")[-2]


@thing
def enquiry_reference(there):
    return there.enquiry.reference


def picture():
    found = io.BytesIO()
    Image.new("RGB", (448, 448), "teal").save(found, "PNG")
    return found


# --- a carer's journey -----------------------------------------------------------------------------------


@thing
def carer(there):
    return journey.start(by=BY, name="Bryn Lewis", first_name="Bryn", owner=there.account, services=["companionship"])


@thing
def worker(there):
    return there.carer.workers.get()


@thing
def booking(there):
    return training.book(training_builders.session(), there.worker, by=BY)


@thing
def session(there):
    return there.booking.session


@thing
def evidence(there):
    """What is with the team, with a file that somebody looked at; and a declaration that is begun."""
    insurance, plan = (settings.SCHEME.requirements[slug] for slug in ("public-liability", "contingency"))
    file = accept_file(picture(), by=there.account, purpose="evidence")
    FileView.objects.create(file=file, viewer_id=there.people["reviewer"].pk, role="reviewer")
    quarantine.settle(file.pk)
    PaperPage.objects.create(draft=papers.save_draft(there.carer, insurance, None, {}), file=file)
    papers.save_draft(there.carer, plan, None, {"plan": "I ring everybody."})
    return papers.send(there.carer, insurance, by=BY, how="upload", facts={"insurer": "Penallt Mutual"})


@thing
def paper(there):
    return there.evidence.pages.get().file.token


@thing
def signature(there):
    """Under another name; of the Code the next version is drafted."""
    codes.begin(by=BY, on=TODAY, body_en="Be kind.", body_cy="Byddwch garedig.")
    codes.draft(by=BY, body_en="Be kinder.")
    return codes.sign(there.carer, by=BY, typed_name="Somebody Else", language="en")


@thing
def change(there):
    """Another name for the listing, which waits for the team."""
    Carer.objects.filter(pk=there.carer.pk).update(listing=there.listing)
    there.carer.refresh_from_db()
    listings.keep(there.carer, by=BY, facts={"name": "Bryn Morgan"})
    return listings.send(there.carer, by=BY).waiting


@thing
def claimed(there):
    return claims.claim("change", there.change.pk, by=there.people["reviewer"], now=timezone.now())


@thing
def concern(there):
    """The case is with the carer, who has sent a file; there is a letter about it, and a guest who decides."""
    officer = there.people["case-officer"]
    cases.take_on(there.case, by=officer)
    words = {"en": "She did not come.", "cy": "Ni ddaeth."}
    case_replies.put_to_carer(there.case, words=words, by=officer, on=TODAY)
    file = accept_file(picture(), by=there.account, purpose="case")
    quarantine.settle(file.pk)
    StoredFile.objects.filter(pk=file.pk).update(uploaded_at=file.uploaded_at - timedelta(days=1))  # not the newest
    ReasonsLetter.objects.create(case=there.case, decision_id=1, sheets=[{"language": "en", "subject": "", "html": ""}])
    guest = there.people["guest-decider"]
    Guest.objects.create(case=there.case, task="decide", email=guest.email, user=guest, until=TODAY)
    return CaseFile.objects.create(case=there.case, file=file, from_carer=True)


@thing
def outcome_text(there):
    said = {"en": "{reasons}", "cy": "{reasons}"}
    return case_texts.change("advice", by=there.people["manager"], **said)


@thing
def concern_file(there):
    return there.concern.file.token


@thing
def help_request(there):
    return helping.ask(there.carer, by=BY, what="Which insurance?")


@thing
def still_right_token(there):
    return still_right.token(there.carer, "space", on=TODAY)


@thing
def stop_news_token(there):
    return news.token(there.carer)


@thing
def buddy(there):
    return Buddy.objects.create(asker=there.carer, asked=Carer.objects.create(name="Gwen Rees"))


# --- the team's own --------------------------------------------------------------------------------------


@thing
def letter(there):
    """To somebody without an email address."""
    told = journey.start(by=BY, name="Gwen Rees", first_name="Gwen")
    request = helping.ask(told, by=BY, what="Help with the form")
    helping.answer(request, by=BY, words="We come on Monday.")
    return Letter.objects.get()


@thing
def mailing(there):
    """A draft to everybody."""
    texts = {"subject_en": "We move", "text_en": "To Usk.", "subject_cy": "Rydym yn symud", "text_cy": "I Frynbuga."}
    return writing.draft(by=there.people["manager"], kind="news", group=Group(), **texts)


@thing
def message(there):
    return Message.objects.get(key__startswith="enquiry:", key__endswith=":carer")


@thing
def join_token(there):
    """Of the link that is mailed to somebody who would like to become a carer."""
    joining.express(by=BY, form_key="one", language="en", name="Nia Hughes", email="nia@example.org")
    return links()[-1].split("/")[-2]


@thing
def interest(there):
    return Interest.objects.get()


@thing
def register(there):
    return Register.objects.create(name="register.csv", headers=["Name"], rows=[["Gwen Rees"]])


@thing
def headcount(there):
    ann = Carer.objects.create(name="Ann Rees")
    return Headcount.objects.create(carer=ann, month=date(2026, 11, 1), number=5)


@thing
def reminder(there):
    ann = Carer.objects.create(name="Ann Price")
    return Reminder.objects.create(carer=ann, requirement="hmrc", last_day=TODAY, threshold=7)


@thing
def job(there):
    return JobRun.objects.create(name="send-messages")


@thing
def decision(there):
    gone = Carer.objects.create(name="Mair Bowen")
    return deciding.end(gone, by=BY, reason="died", on=TODAY)


@thing
def rules(there):
    return adopting.adopt(by=BY, on=TODAY)


@thing
def mending(there):
    """A difference that the nightly comparison mended."""
    part = {"part": "checks", "was": [], "is": []}
    return Mending.objects.create(carer_id=there.carer.pk, listing_id=there.listing.pk, parts=[part])


@thing
def status_check(there):
    """Of another carer's certificate, with their consent; its answer waits for the team."""
    ann = journey.start(by=BY, name="Ann Hughes", first_name="Ann", services=["companionship"])
    return answered(ann.workers.get(), there.people["reviewer"])


def answered(worker, officer):
    entitlement.confirm(by=BY, confirmed_by="Head of Law", confirmed_on=TODAY, basis="An Act", organisation="Council")
    facts = {"level": "enhanced", "workforce": "adult"}
    original = papers.record_seen(
        worker.carer, settings.SCHEME.requirements["enhanced-dbs"], by=officer, how="seen", worker=worker, facts=facts
    )
    names = {"forename": "Bryn", "surname": "Lewis"}
    consent = consents.give(
        worker, by=BY, how="paper", given_on=TODAY, number="990000000001", born=date(1970, 2, 9), **names
    )
    return StatusCheck.objects.create(
        worker=worker, consent=consent, original=original, by=officer, state="answered", result="no-match", tries=1,
        tried_at=timezone.now(), answered_at=timezone.now(),
    )  # fmt: skip
