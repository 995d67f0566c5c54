"""The curated vocabularies are whole, and a mistake in them is named with its mend."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from directory import vocabulary
from directory.vocabulary import GROUPS, HEADINGS, LANGUAGES, SERVICES, VocabularyError, bits, details, load

ENTRY = """
[[services]]
slug = "gardening"
bit = 0
en = "Gardening"
cy = "Garddio"
summary_en = "Mowing"
summary_cy = "Torri gwair"
synonyms_en = ["garden"]
synonyms_cy = ["gardd"]

[[services]]
slug = "mowing"
parent = "gardening"
bit = 1
en = "Mowing"
cy = "Torri gwair"
synonyms_en = ["lawn"]

[[groups]]
slug = "autism"
en = "Autism"
cy = "Awtistiaeth"

[[languages]]
slug = "cy"
en = "Welsh"
cy = "Cymraeg"
"""


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "vocabulary.toml"
        path.write_text(text)
        return path

    return write


def test_the_made_up_vocabulary_is_sound(written):
    assert list(load(written(ENTRY)).services) == ["gardening", "mowing"]


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("bit = 1", "bit = 0", "'mowing' has the bit of 'gardening'; give it a number"),
        ("bit = 1", "bit = 62", "'mowing' has bit 62; write a whole number from 0 to 61"),
        ("bit = 1", "", "'mowing' has bit None"),
        ('parent = "gardening"', 'parent = "garden"', "'mowing' has parent 'garden'; write the slug of a service"),
        ('parent = "gardening"', 'parent = "mowing"', "'mowing' has parent 'mowing'"),
        ('cy = "Garddio"', "", "'gardening' has no cy; write it"),
        ('cy = "Awtistiaeth"', 'cy = " "', "'autism' has no cy"),
        ('summary_cy = "Torri gwair"', "", "'gardening' is a heading without summary_en and summary_cy"),
        ('["lawn"]', '["Lawn"]', "'mowing' has the synonym 'Lawn'; write it in small letters"),
        ('["lawn"]', '["garden"]', "'mowing' shares 'garden' with 'gardening' in services"),
        ('["lawn"]', '["gardening"]', "'mowing' shares 'gardening' with 'gardening'"),
        ('slug = "mowing"', 'slug = "gardening"', "'gardening' stands twice"),
    ],
)
def test_a_mistake_is_named_with_its_mend(written, right, wrong, sentence):
    with pytest.raises(VocabularyError, match=re.escape(sentence)):
        load(written(ENTRY.replace(right, wrong, 1)))


def test_the_ten_headings_each_have_details():
    assert [heading.slug for heading in HEADINGS] == [
        "personal-care", "home-care", "respite", "companionship", "cleaning",
        "wellbeing", "social-support", "creative", "gardening", "pet-care",
    ]  # fmt: skip
    assert all(3 <= len(details(heading.slug)) <= 7 for heading in HEADINGS)


def test_a_heading_is_satisfied_by_any_of_its_details():
    assert bits("gardening") & SERVICES["mowing"].bit
    assert not bits("gardening") & SERVICES["dog-walking"].bit
    assert bits("mowing") == SERVICES["mowing"].bit


def test_every_service_fits_in_one_signed_column():
    assert sum(service.bit for service in SERVICES.values()) < 1 << 62


def test_personal_care_is_only_what_the_law_means_by_it():
    """Washing, dressing, eating, toileting, teeth, skin, hair, nails, or prompting (product.md)."""
    assert {service.slug for service in SERVICES.values() if service.personal_care} == {
        "personal-care", "washing-dressing", "eating-drinking", "toileting", "oral-skin-hair-nails", "prompting",
    }  # fmt: skip


def test_services_that_need_a_paper_of_their_own_can_be_told_apart():
    assert {"hoisting", "medication", "meals", "transport", "overnight"} <= set(SERVICES)


def test_everything_can_be_found_in_words_of_either_language():
    for term in [*SERVICES.values(), *GROUPS.values()]:
        assert all((term.synonyms_en, term.synonyms_cy)), term.slug


def test_a_name_is_in_the_readers_language():
    with override("cy"):
        assert (str(SERVICES["gardening"]), str(LANGUAGES["pl"])) == ("Garddio", "Pwyleg")
        assert SERVICES["gardening"].summary == "Torri gwair, chwynnu, cadw llwybrau’n glir"
    with override("en"):
        assert str(GROUPS["older-people"]) == "Older people"


def test_identifiers_never_change():
    assert str(SERVICES["gardening"].uuid) == "03f89466-0b55-59ed-838f-bccfdc4e2b29"


def test_every_service_can_be_chosen_in_a_form():
    assert [slug for slug, _ in vocabulary.service_choices()] == list(SERVICES)
