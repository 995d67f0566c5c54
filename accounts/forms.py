"""allauth's forms in our words: what each field is called, what helps to fill it in, what is said when it is empty."""

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as second_factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as passkey
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.validators import EmailValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.second_factor import first_use

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Words(NamedTuple):
    label: "_StrPromise"
    missing: "_StrPromise"
    hint: "_StrPromise | str" = ""


EMAIL = Words(_("Email address"), _("Enter your email address"))
PASSWORD = Words(_("Password"), _("Enter your password"))
NEW_PASSWORD = Words(
    _("New password"),
    _("Enter a new password"),
    _("Use at least 8 characters. Three words that have nothing to do with each other are good."),
)
CODE = Words(_("Code"), _("Enter the code"))
WRONG_EMAIL = _("Enter an email address in the correct format, like name@example.com")


class InOurWords(forms.Form):
    """`words` by field. A second field for the same password is left out: our pages allow pasting and can show it."""

    words: ClassVar[dict[str, Words]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, words in self.words.items():
            self._say(self.fields[name], words)

    def _say(self, field: forms.Field, words: Words) -> None:
        field.label, field.help_text = words.label, words.hint
        field.error_messages |= {"required": words.missing}
        field.widget.attrs.pop("placeholder", None)
        if isinstance(field, forms.EmailField):
            field.error_messages["invalid"] = WRONG_EMAIL
            field.widget.attrs.update(spellcheck="false", autocomplete="email")
            # One of our own: Django's is shared by every form there is.
            field.validators = [EmailValidator(WRONG_EMAIL)]


class SignIn(InOurWords, account.LoginForm):
    words = {"login": EMAIL, "password": PASSWORD}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"


class SignUp(InOurWords, account.SignupForm):
    words = {
        "email": Words(EMAIL.label, EMAIL.missing, _("We mail a link to it, to make sure it is yours.")),
        "password1": Words(_("Choose a password"), NEW_PASSWORD.missing, NEW_PASSWORD.hint),
    }

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # as long as making an account takes
        return super().try_save(request)


class NewAddress(InOurWords, account.AddEmailForm):
    words = {
        "email": Words(
            _("New email address"),
            EMAIL.missing,
            _("We mail a link to it. Your address changes once you have followed that link."),
        )
    }


class ChangePassword(InOurWords, account.ChangePasswordForm):
    words = {"oldpassword": Words(_("Current password"), PASSWORD.missing), "password1": NEW_PASSWORD}


class SetPassword(InOurWords, account.SetPasswordForm):
    words = {"password1": NEW_PASSWORD}


class ForgottenPassword(InOurWords, account.ResetPasswordForm):
    words = {"email": EMAIL}


class ResetPassword(InOurWords, account.ResetPasswordKeyForm):
    words = {"password1": NEW_PASSWORD}


class ConfirmPassword(InOurWords, account.ReauthenticateForm):
    words = {"password": PASSWORD}


class CodeForm(InOurWords):
    words = {"code": CODE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Digits on a phone's keyboard; recovery codes are digits too.
        self.fields["code"].widget.attrs.update({"inputmode": "numeric", "class": "govuk-input--width-10"})


class UsedOnce(CodeForm):
    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # allauth's, which says whose code it is
        own: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if own.type == Authenticator.Type.TOTP and not first_use(own, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactor(UsedOnce, second_factor.AuthenticateForm):
    pass


class ConfirmSecondFactor(UsedOnce, second_factor.ReauthenticateForm):
    pass


class AddApp(CodeForm, app.ActivateTOTPForm):
    words = {"code": Words(_("Code that the app shows"), CODE.missing)}


PASSKEY_NAME = Words(
    _("Name of the passkey"),
    _("Enter a name for the passkey"),
    _("For you to tell it from others, such as “Work laptop”."),
)


class AddPasskey(InOurWords, passkey.AddWebAuthnForm):
    words = {"name": PASSKEY_NAME}
    # Always one that signs in by itself, and so asks for a fingerprint, a face or a PIN.
    passwordless = forms.BooleanField(widget=forms.HiddenInput, initial=True)

    def clean(self) -> dict[str, Any] | None:
        if self.errors.pop("credential", None):
            self.add_error(None, _("The passkey was not made. Try again."))
        return super().clean()


class NamePasskey(InOurWords, passkey.EditWebAuthnForm):
    words = {"name": PASSKEY_NAME}


class Digest(InOurWords, forms.ModelForm):
    """For somebody of the team."""

    words = {
        "digest": Words(
            _("Do you want a mail on weekdays of what waits for you?"),
            _("Say whether you want it"),
            _("It comes before 8am, and only when something waits."),
        )
    }
    digest = forms.TypedChoiceField(
        choices=[("True", _("Yes")), ("False", _("No"))], coerce=lambda value: value == "True", widget=forms.RadioSelect
    )

    class Meta:
        model = User
        fields = ("digest",)


class Language(InOurWords, forms.ModelForm):
    class Meta:
        model = User
        fields = ("language",)
        widgets = {"language": forms.RadioSelect}

    words = {
        "language": Words(
            _("Language of your mails"),
            _("Say which language"),
            _("A letter in Welsh is answered in Welsh, and that does not lead to delay."),
        )
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)  # noqa: S101
        language.required, language.choices = True, [("en", "English"), ("cy", "Cymraeg")]
