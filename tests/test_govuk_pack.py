"""Our templates draw what govuk-frontend's own do: compared with its official cases (tests/govuk_pack.py says how)."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.conf import settings
from django.template.loader import render_to_string

from tests import govuk_pack
from tests.govuk_pack import official, tree

DRAWN = {
    "input": govuk_pack.text_input,
    "textarea": govuk_pack.textarea,
    "select": govuk_pack.select,
    "radios": govuk_pack.radios,
    "checkboxes": govuk_pack.checkboxes,
    "date-input": govuk_pack.date_input,
    "file-upload": govuk_pack.file_upload,
    "button": govuk_pack.button,
    "fieldset": govuk_pack.fieldset,
    "error-message": govuk_pack.error_message,
    "error-summary": govuk_pack.error_summary,
}
CASES = [(component, *case) for component in DRAWN for case in official(component)]
GOVUK = Path(settings.BASE_DIR) / "static" / "govuk"


@pytest.mark.parametrize(("component", "name", "options", "html"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_it_is_drawn_as_the_official_case(component, name, options, html):
    assert tree(DRAWN[component](options)) == tree(html)


def test_the_comparison_sees_a_label_that_names_another_field():
    assert tree('<label for="a"></label><input id="a">') != tree('<label for="b"></label><input id="a">')


def test_the_header_is_the_generic_header():
    [(_, options, html)] = official("generic-header")
    assert tree(govuk_pack.generic_header(options)) == tree(html)


def test_the_language_links_are_the_language_navigation():
    [(_, options, html)] = official("language-navigation")
    assert tree(govuk_pack.language_navigation(options)) == tree(html)


def test_the_menu_is_the_service_navigation_and_its_name_leads_home():
    [(_, options, html)] = official("service-navigation")
    assert tree(govuk_pack.service_navigation(options)) == tree(html.replace('href="#/"', 'href="/"'))


def test_the_skip_link_leads_to_the_main_content():
    [(_, options, html)] = official("skip-link")
    assert tree(govuk_pack.skip_link(options)) == tree(html.replace("#test-target-element", "#main-content"))


def test_the_footer_is_theirs_without_crown_and_crest_and_with_our_help_and_attribution():
    [(_, options, html)] = official("footer")
    theirs, ours = BeautifulSoup(html, "html5lib"), BeautifulSoup(govuk_pack.footer(options), "html5lib")
    theirs.select_one(".govuk-footer__crown").decompose()
    theirs.select_one(".govuk-footer__copyright-logo").parent.decompose()
    for extra in (".help", ".govuk-footer__section-break", ".govuk-footer__meta-custom"):
        ours.select_one(extra).decompose()
    assert tree(str(ours.body)) == tree(str(theirs.body))


def test_nothing_that_belongs_to_govuk_alone_is_shipped():
    css = (GOVUK / "govuk-frontend.min.css").read_text()
    assert not re.findall(r"GDS Transport|@font-face|url\(|sourceMappingURL", css)
    assert "sourceMappingURL" not in (GOVUK / "govuk-frontend.min.js").read_text()
    kinds = {path.suffix for path in GOVUK.rglob("*") if path.is_file()}
    assert kinds == {".css", ".js", ".md", ".txt"}


class Enquiry(forms.Form):
    name = forms.CharField(max_length=20)
    need = forms.ChoiceField(choices=[("clean", "Cleaning"), ("pets", "Pets")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(choices=[("m", "Monday"), ("t", "Tuesday")], widget=forms.CheckboxSelectMultiple)
    when = forms.DateField()
    place = forms.ChoiceField(choices=[("", "Choose"), ("usk", "Usk")])
    more = forms.CharField(widget=forms.Textarea)
    agree = forms.BooleanField()
    photo = forms.FileField()

    @property
    def helper(self):
        helper = FormHelper()
        helper.add_input(Submit("", "Send"))
        return helper


@pytest.fixture
def sent_back():
    form = Enquiry({"name": "x" * 30, "more": "typed"})
    page = render_to_string("components/error_summary.html", {"form": form}) + render_crispy_form(form)
    return BeautifulSoup(page, "html5lib")


def test_each_error_link_lands_on_something_that_takes_the_focus(sent_back):
    links = [link["href"] for link in sent_back.select(".govuk-error-summary a")]
    assert len(links) == len(Enquiry.base_fields) - 1
    for link in links:
        assert sent_back.select_one(link).name in {"input", "select", "textarea"}, link


def test_summary_and_field_say_the_same_words(sent_back):
    summary = [link.text for link in sent_back.select(".govuk-error-summary a")]
    beside = [message.text.removeprefix("Error:").strip() for message in sent_back.select(".govuk-error-message")]
    assert summary == beside


def test_what_was_typed_is_kept(sent_back):
    assert sent_back.select_one("#id_name")["value"] == "x" * 30
    assert sent_back.select_one("#id_more").text.strip() == "typed"


def test_the_browser_neither_checks_nor_cuts(sent_back):
    assert sent_back.form.has_attr("novalidate")
    assert not sent_back.select("[maxlength], [minlength], [required]")


def test_a_form_with_a_file_can_carry_it(sent_back):
    assert sent_back.form["enctype"] == "multipart/form-data"


def test_an_error_of_the_whole_form_stands_in_the_summary_without_a_link():
    form = Enquiry({})
    form.full_clean()
    form.add_error(None, "Choose a time when somebody is free")
    summary = BeautifulSoup(render_to_string("components/error_summary.html", {"form": form}), "html5lib")
    first = summary.select_one("li")
    assert first.text == "Choose a time when somebody is free"
    assert first.a is None


def test_a_form_without_errors_has_no_summary():
    assert render_to_string("components/error_summary.html", {"form": Enquiry()}).strip() == ""
