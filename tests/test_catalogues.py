"""The checker of translations catches each fault, on a small made-up portal; and our own catalogue has none."""

from datetime import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.formats import time_format
from django.utils.translation import gettext, ngettext, override

from microcare import catalogue
from microcare.management.commands import messages

CODE = """
from django.utils.translation import gettext as _, ngettext
TITLE = _("Find a carer")
def count(number):
    return ngettext("%(count)s carer", "%(count)s carers", number) % {"count": number}
"""
TEMPLATE = """
{% load i18n %}
  <h1>{% translate "Hello" %}</h1>
{% blocktranslate trimmed %}
    Ring <a href="{{ link }}">{{ name }}</a>
    today
{% endblocktranslate %}
{% translate "May" context "month" %}{% translate "100% sure" %}
{# {% translate "Never shown" %} #}
"""
WELSH = {
    "Find a carer": "Dod o hyd i ofalwr",
    "Hello": "Helo",
    'Ring <a href="%(link)s">%(name)s</a> today': 'Ffoniwch <a href="%(link)s">%(name)s</a> heddiw',
    "May": "Mai",
    "100%% sure": "100%% yn siŵr",
    ("%(count)s carer", "%(count)s carers"): (
        "%(count)s gofalwr",
        "%(count)s ofalwr",
        "%(count)s gofalwr",
        "%(count)s gofalwr",
    ),
}


@pytest.fixture
def source(tmp_path: Path) -> catalogue.Source:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "views.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "home.html").write_text(TEMPLATE)
    return catalogue.Source(tmp_path, ("room",))


@pytest.fixture
def po(source):
    """A catalogue with nothing wrong."""
    made, path = catalogue.gather(source, "cy"), source.root / "cy" / "django.po"
    for message in catalogue.texts(made):
        message.string = WELSH[message.id]
    catalogue.save(made, path)
    return path


@pytest.fixture
def faults(source, po):
    """The faults after one text of the catalogue is replaced by another."""

    def after(right: str, wrong: str) -> list[str]:
        text = po.read_text()
        assert right in text
        po.write_text(text.replace(right, wrong))
        po.with_suffix(".mo").write_bytes(catalogue.as_mo(catalogue.read(po), "cy"))
        return catalogue.faults(catalogue.gather(source, "cy"), po)

    return after


def test_texts_of_code_and_templates_are_gathered_as_gettext_will_ask(source):
    found = {message.id: message.context for message in catalogue.texts(catalogue.gather(source, "cy"))}
    assert found == dict.fromkeys(WELSH) | {"May": "month"}


def test_a_whole_catalogue_has_no_fault(source, po):
    assert catalogue.faults(catalogue.gather(source, "cy"), po) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ('msgstr "Helo"', 'msgstr ""', 'cy: is not translated: "Hello" (templates/home.html)'),
        ('msgstr[1] "%(count)s ofalwr"', 'msgstr[1] ""', 'cy: is not translated: "%(count)s carer" (room/views.py)'),
        ("%(name)s</a> heddiw", "%(enw)s</a> heddiw", "cy: has %(enw)s, which its source lacks"),
        ("%(name)s</a> heddiw", "%(name)</a> heddiw", "cy: has a % that cannot be filled in"),
        ('"100%% yn siŵr"', '"100% yn siŵr"', "cy: has a % that cannot be filled in"),
        ("</a> heddiw", " heddiw", "cy: has other HTML tags than its source"),
        ('msgid "Hello"', 'msgid "Goodbye"', 'cy: is not in the catalogue: "Hello"'),
        ('msgid "Hello"', 'msgid "Goodbye"', 'cy: is no longer asked for: "Goodbye"'),
        ('msgctxt "month"\n', "", 'cy: is not in the catalogue: "May"'),
        ('#: room/views.py\nmsgid "Find', '#, fuzzy\nmsgid "Find', 'cy: is marked fuzzy: "Find a carer"'),
    ],
)
def test_each_fault_is_found_and_named(faults, right, wrong, fault):
    assert any(found.startswith(fault) for found in faults(right, wrong))


def test_welsh_may_leave_a_variable_out(faults):
    assert faults("%(name)s</a> heddiw", "nhw</a> heddiw") == []


def test_a_compiled_catalogue_that_differs_from_its_source_is_found(source, po):
    po.write_text(po.read_text().replace("Helo", "Shwmae"))
    assert catalogue.faults(catalogue.gather(source, "cy"), po) == [
        "cy: the compiled catalogue differs from its source"
    ]
    po.with_suffix(".mo").unlink()
    assert len(catalogue.faults(catalogue.gather(source, "cy"), po)) == 1


def test_translations_are_kept_and_none_outlives_its_text(source, po):
    (source.root / "room" / "views.py").write_text(CODE.replace("Find a carer", "Find a micro carer"))
    made = catalogue.update(catalogue.gather(source, "cy"), catalogue.read(po))
    assert made.get("Hello").string == "Helo"
    assert made.get("Find a micro carer").string in {"", None}
    assert made.get("Find a carer") is None


def test_gathering_again_changes_not_a_byte(source, po):
    before = po.read_bytes(), po.with_suffix(".mo").read_bytes()
    (source.root / "templates" / "home.html").write_text("\n\n\n" + TEMPLATE)
    catalogue.save(catalogue.update(catalogue.gather(source, "cy"), catalogue.read(po)), po)
    assert (po.read_bytes(), po.with_suffix(".mo").read_bytes()) == before


def test_a_template_that_cannot_be_read_is_named(source):
    (source.root / "templates" / "broken.html").write_text("{% blocktranslate %}{% if x %}{% endblocktranslate %}")
    with pytest.raises(catalogue.CatalogueError, match=r"templates/broken\.html: "):
        catalogue.gather(source, "cy")


def test_the_command_gathers_compiles_and_checks(source, settings, monkeypatch, capsys):
    settings.LOCALE_PATHS = [source.root / "locale"]
    monkeypatch.setattr(messages, "SOURCE", source)
    monkeypatch.setattr(messages, "BY_HAND", ())
    call_command("messages")
    assert "6 texts, 6 to translate" in capsys.readouterr().out
    with pytest.raises(CommandError, match="6 to mend"):
        call_command("messages", check=True)
    po = source.root / "locale" / "cy" / "LC_MESSAGES" / "django.po"
    po.write_text(po.read_text().replace('msgid "Hello"\nmsgstr ""', 'msgid "Hello"\nmsgstr "Helo"'))
    call_command("catalogues")
    with pytest.raises(CommandError, match="5 to mend"):
        call_command("messages", check=True)


def test_the_welsh_of_this_portal_is_whole():
    call_command("messages", check=True)


def test_django_speaks_welsh_where_its_own_catalogue_does_not():
    with override("cy"):
        assert gettext("Null characters are not allowed.") != "Null characters are not allowed."
        assert gettext("This field is required.") != "This field is required."


def test_welsh_counts_in_four_forms():
    with override("cy"):
        forms = [ngettext("%(num)d year", "%(num)d years", n) % {"num": n} for n in (1, 2, 3, 8)]
    assert forms == ["1 flwyddyn", "2 flynedd", "3 blynedd", "8 mlynedd"]


@pytest.mark.parametrize("language", ["en", "cy"])
def test_times_are_written_as_gov_uk_writes_them_in_both_languages(language):
    with override(language):
        assert time_format(time(9, 30)) == "9:30am"
        assert time_format(time(22, 1)) == "10:01pm"
