"""One form for each kind of `facts` that a requirement asks about."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.days import DayField
from directory.forms import Line, MailField, PhoneField
from onboarding import never_kept
from onboarding.dates import add_months, last_day
from onboarding.fact_frame import EXAMPLE, JOIN_WITHIN, FactForm, line, one_of, showing, tick, words
from onboarding.requirements import LEVELS, OTHER_WORKFORCE

if TYPE_CHECKING:
    from onboarding.fact_frame import Words


class OriginalForm(FactForm):
    document = one_of(
        _("What will you show?"),
        _("Choose what you will show"),
        [
            ("passport", _("Passport")),
            ("driving-licence", _("Photocard driving licence")),
            ("other", _("Something else with my photo and name")),
        ],
    )
    showing = showing()


class DbsForm(FactForm):
    """Never uploaded, and never the certificate's number; the original is seen in person."""

    forbidden = never_kept.CERTIFICATE

    dated = DayField(
        wanted=_("the date of issue on the certificate"), label=_("Date of issue on the certificate"), help_text=EXAMPLE
    )
    level = one_of(
        _("Which check is it?"),
        _("Choose which check it is"),
        [
            ("basic", _("Basic")),
            ("enhanced", _("Enhanced")),
            ("enhanced-barred", _("Enhanced, with the adults’ barred list")),
        ],
        help_text=_("It stands at the top of the certificate."),
    )
    workforce = one_of(
        _("Which workforce does it name?"),
        _("Choose which workforce it names"),
        [
            ("adult", _("Adult workforce")),
            ("child-and-adult", _("Child and adult workforce")),
            (OTHER_WORKFORCE, _("Another, or none")),
        ],
        help_text=_("Under “Position applied for”."),
    )
    update_service = one_of(
        _("Is it on the DBS Update Service?"),
        _("Choose whether it is on the Update Service"),
        [("yes", _("Yes")), ("will", _("Not yet, but I will join")), ("no", _("No"))],
        help_text=_(
            "You can join up to 30 days after the date of issue. Then we can see whether it is still current without "
            "another check."
        ),
    )
    consent = forms.BooleanField(
        required=False,
        label=_("The team may look on the Update Service whether my certificate is still current."),
    )
    showing = showing()

    def settle_fields(self) -> None:
        if self.level_needed < LEVELS.index("enhanced"):
            del self.fields["workforce"]
            self.fields["level"].help_text = gettext("A basic check is enough for what you offer.")

    def clean(self) -> dict[str, Any]:
        self.not_to_come("dated", _("The date of issue must be today or in the past"))
        self._is_not_too_old()
        level = self.cleaned_data.get("level")
        if level and LEVELS.index(level) < self.level_needed:
            needed = gettext("%(check)s is needed for what you offer. Ask us for help to get it")
            self.add_error("level", needed % {"check": LEVEL_NAMES[LEVELS[self.level_needed]]})
        if self.cleaned_data.get("workforce") == OTHER_WORKFORCE:
            said = gettext("The certificate must name the adult workforce. Ask us for help to get one that does")
            self.add_error("workforce", said)
        if self.cleaned_data.get("update_service") == "will":
            self._can_still_join()
        return self.cleaned_data

    def _is_not_too_old(self) -> None:
        months = self.requirement.months
        if self.first_day and months and last_day(self.first_day, months) < self.on:
            said = gettext("The certificate is more than %(months)s months old. Ask us for help to get a new one")
            self.add_error("dated", said % {"months": months})

    def _can_still_join(self) -> None:
        if self.first_day and (last := self.first_day + JOIN_WITHIN) < self.on:
            said = gettext("It could be joined until %(day)s. Choose “Yes” or “No”")
            self.add_error("update_service", said % {"day": date_format(last)})


LEVEL_NAMES = {
    "basic": _("A basic check"),
    "enhanced": _("An enhanced check"),
    "enhanced-barred": _("An enhanced check with the adults’ barred list"),
}


class Pounds(Line):
    """Whole pounds, as people write them: £5,000,000, 5 million, 5m."""

    AMOUNT = re.compile(r"£?\s*(?P<number>[\d,. ]+?)\s*(?P<millions>m|million|miliwn|mil)?\s*", re.IGNORECASE)

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        if (found := self.AMOUNT.fullmatch(typed)) and (amount := self._amount(found)) is not None:
            return amount
        raise forms.ValidationError(gettext("Enter the cover in pounds, like 5,000,000 or 5 million"))

    def _amount(self, found: re.Match[str]) -> int | None:
        try:
            number = float(found["number"].replace(",", "").replace(" ", ""))
        except ValueError:
            return None
        return round(number * (1_000_000 if found["millions"] else 1)) if number < 10**12 else None


POLICY_DAYS = {
    "dated": {"wanted": _("the day it starts"), "label": _("Starts on"), "help_text": EXAMPLE},
    "ends_on": {
        "wanted": _("the day it ends"),
        "label": _("Ends on"),
        "help_text": _("Its last day, as the paper says."),
    },
}


class InsuranceForm(FactForm):
    insurer = line(_("Insurer"), _("Enter who the insurer is"), help_text=_("The company’s name on the certificate."))
    policy_number = line(_("Policy number"), _("Enter the policy number"), longest=50, width="20")
    cover = Pounds(
        longest=30,
        label=_("Cover in pounds"),
        error_messages={"required": _("Enter the cover in pounds")},
        widget=forms.TextInput({"class": "govuk-input--width-10", "inputmode": "text"}),
    )
    dated = DayField(**POLICY_DAYS["dated"])
    ends_on = DayField(**POLICY_DAYS["ends_on"])

    def settle_fields(self) -> None:
        least = gettext("At least £%(least)s.") % {"least": f"{self.requirement.cover or 0:,}"}
        self.fields["cover"].help_text = least

    def clean(self) -> dict[str, Any]:
        cover, least = self.cleaned_data.get("cover"), self.requirement.cover or 0
        if cover is not None and cover < least:
            said = gettext("The cover must be at least £%(least)s. Ask us for help to find insurance")
            self.add_error("cover", said % {"least": f"{least:,}"})
        self.ends_after_it_starts()
        return self.cleaned_data


class CarInsuranceForm(FactForm):
    insurer = line(_("Insurer"), _("Enter who the insurer is"))
    policy_number = line(_("Policy number"), _("Enter the policy number"), longest=50, width="20")
    dated = DayField(**POLICY_DAYS["dated"])
    ends_on = DayField(**POLICY_DAYS["ends_on"])
    business_use = tick(
        _("It covers business use, so that I may drive people as part of my work."),
        _("Tick the box if it covers business use. If it does not, ask your insurer to add it"),
    )

    def clean(self) -> dict[str, Any]:
        self.ends_after_it_starts()
        return self.cleaned_data


class HmrcForm(FactForm):
    """The tax reference is never kept: not in words either."""

    forbidden = never_kept.TAX

    note = words(
        _("When could you show it, or anything we should know? (optional)"),
        help_text=_("Leave out your tax reference and National Insurance number."),
        longest=500,
    )

    def layout(self) -> Iterator[Any]:
        yield from sorted(self.fields, key=("how", "pages", "note").index)


class CourseForm(FactForm):
    course = line(_("Name of the course"), _("Enter the name of the course"))
    provider = line(_("Who gave it"), _("Enter who gave the course"), help_text=_("The name on the certificate."))
    dated = DayField(wanted=_("the day of the course"), label=_("Day of the course"), help_text=EXAMPLE)

    def clean(self) -> dict[str, Any]:
        self.not_to_come("dated", _("The day of the course must be today or in the past"))
        months = self.requirement.months
        if self.first_day and months and add_months(self.first_day, months) <= self.on:
            said = gettext("This course holds for %(months)s months, so it has ended. Do the training again")
            self.add_error("dated", said % {"months": months})
        return self.cleaned_data


class ReferencesForm(FactForm):
    """Two people whom the team asks; one of them knows the carer from care work."""

    care_work = one_of(
        _("Which of them knows you from care work?"),
        _("Choose which of them knows you from care work. One of them must"),
        [("first", _("The first person")), ("second", _("The second person")), ("both", _("Both"))],
        help_text=_("Paid or unpaid, for example as a colleague, a manager, or the family of somebody you cared for."),
    )

    def settle_fields(self) -> None:
        self.fields = {**_person("1", FIRST), **_person("2", SECOND), **self.fields}

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for number in ("1", "2"):
            if said.get(f"phone_{number}") == "" and said.get(f"email_{number}") == "":
                self.add_error(f"phone_{number}", str((FIRST if number == "1" else SECOND)["no_way"]))
        if said.get("name_1") and said.get("name_1", "").lower() == said.get("name_2", "").lower():
            self.add_error("name_2", gettext("Name another person than the first"))
        return said


FIRST = {
    "name": _("First person’s full name"),
    "relation": _("How the first person knows you"),
    "phone": _("First person’s phone number"),
    "email": _("First person’s email address"),
    "no_name": _("Enter the first person’s name"),
    "no_relation": _("Say how the first person knows you"),
    "no_way": _("Enter a phone number or an email address of the first person"),
}
SECOND = {
    "name": _("Second person’s full name"),
    "relation": _("How the second person knows you"),
    "phone": _("Second person’s phone number"),
    "email": _("Second person’s email address"),
    "no_name": _("Enter the second person’s name"),
    "no_relation": _("Say how the second person knows you"),
    "no_way": _("Enter a phone number or an email address of the second person"),
}


def _person(number: str, said: "Mapping[str, Words]") -> dict[str, forms.Field]:
    phone = forms.TextInput({"type": "tel", "autocomplete": "off", "class": "govuk-input--width-20"})
    mail = forms.EmailInput({"autocomplete": "off", "spellcheck": "false"})
    return {
        f"name_{number}": line(said["name"], said["no_name"], attrs={"autocomplete": "off"}),
        f"relation_{number}": line(said["relation"], said["no_relation"]),
        f"phone_{number}": PhoneField(required=False, label=said["phone"], widget=phone),
        f"email_{number}": MailField(required=False, label=said["email"], widget=mail),
    }


class ContingencyForm(FactForm):
    plan = words(
        _("What happens on a day when you cannot come?"),
        _("Say what happens on a day when you cannot come"),
        help_text=_(
            "How you tell the people you help, and what they can do. You do not have to send somebody else. Leave out "
            "names."
        ),
        rows=6,
    )


class RegistrationForm(FactForm):
    number = line(
        _("Registration number"),
        _("Enter your registration number"),
        help_text=_("From the Information Commissioner’s Office (ICO). It starts with Z, like ZA123456."),
        longest=20,
        width="10",
    )
    ends_on = DayField(wanted=_("the day your registration ends"), label=_("Ends on"), help_text=EXAMPLE)

    NUMBER = re.compile(r"Z[A-Z]?\d{6,7}")

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).upper().replace(" ", "")
        if not self.NUMBER.fullmatch(number):
            raise forms.ValidationError(gettext("Enter the number as the ICO gave it, like ZA123456"))
        return number

    def clean(self) -> dict[str, Any]:
        ends = self.end_day
        if ends and ends < self.on:
            self.add_error("ends_on", gettext("This has ended already. Renew it, then come back"))
        elif ends and ends > add_months(self.on, 13):
            self.add_error("ends_on", gettext("A registration holds for a year. Look at the year again"))
        return self.cleaned_data


class PaperForm(FactForm):
    note = words(_("Anything we should know? (optional)"), longest=500)

    def layout(self) -> Iterator[Any]:
        yield from ("pages", "note")


class AgreementForm(FactForm):
    agreed = tick(_("I have read this and I agree."), _("Tick the box to agree"))


class CqcForm(FactForm):
    """England: Health and Social Care Act 2008 (Regulated Activities) Regulations 2014, Sch. 1 para. 1."""

    works_for = one_of(
        _("Who does each of you work for?"),
        _("Choose who each of you works for"),
        [
            ("person", _("Each of us works directly for the person we support, who says what we do")),
            ("registered", _("Our business is registered with CQC")),
        ],
    )
    provider = line(
        _("CQC provider number"),
        help_text=_("If you are registered. It looks like 1-123456789."),
        longest=30,
        width="20",
    )

    NUMBER = re.compile(r"1-\d{8,11}")

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("works_for") == "registered" and not self.NUMBER.fullmatch(said.get("provider") or ""):
            self.add_error("provider", gettext("Enter the CQC provider number, like 1-123456789"))
        if said.get("works_for") == "person":
            said["provider"] = ""
        return said
