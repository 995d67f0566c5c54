"""Lists read as people say them, Welsh mutations and counts included."""

import pytest
from django.utils.translation import override

from directory.mutations import ASPIRATE, NASAL, SOFT, mutated, mutations, radicals
from directory.payments import payments_in_words
from directory.wording import all_of, alphabetical, any_of
from microcare.scheme import load
from tests.builders import make_listing


@pytest.mark.parametrize(
    ("words", "together"),
    [
        (["Cymraeg", "Pwyleg"], "Cymraeg a Phwyleg"),
        (["Bengaleg", "Wrdw"], "Bengaleg ac Wrdw"),
        (["Saesneg", "Bengaleg", "Cymraeg"], "Saesneg, Bengaleg a Chymraeg"),
        (["Y Fenni", "Trefynwy"], "Y Fenni a Threfynwy"),
        (["Cymraeg"], "Cymraeg"),
        ([], ""),
    ],
)
def test_welsh_words_change_after_and(words, together):
    with override("cy"):
        assert all_of(words) == together


def test_welsh_words_change_after_or():
    with override("cy"):
        assert any_of(["dydd Llun", "dydd Iau"]) == "dydd Llun neu ddydd Iau"


def test_english_words_stay():
    assert all_of(["Welsh", "Cantonese"]) == "Welsh and Cantonese"
    assert any_of(["mornings", "teatimes"]) == "mornings or teatimes"


@pytest.mark.parametrize(
    ("word", "soft", "aspirate"),
    [
        ("gofal", "ofal", "gofal"),
        ("Gofal", "Ofal", "Gofal"),
        ("llestri", "lestri", "llestri"),
        ("rhaw", "raw", "rhaw"),
        ("chwarae", "chwarae", "chwarae"),
        ("Ffrangeg", "Ffrangeg", "Ffrangeg"),
        ("taliadau", "daliadau", "thaliadau"),
        ("prynhawniau", "brynhawniau", "phrynhawniau"),
        ("", "", ""),
    ],
)
def test_a_word_changes_by_its_first_letter_only(word, soft, aspirate):
    assert (mutated(word, SOFT), mutated(word, ASPIRATE)) == (soft, aspirate)


def test_ways_to_pay_change_after_or(db):
    listing = make_listing(payments=["direct-payments", "private"])
    with override("cy"):
        assert payments_in_words(listing) == "Taliadau uniongyrchol neu eich arian eich hun"


def test_the_word_for_the_carer_is_soft_after_two():
    scheme = load("monmouthshire")
    with override("cy"):
        said = [scheme.words_after(number)["carer"] for number in (1, 2, 3)]
    assert said == ["micro-ofalwr", "ficro-ofalwr", "micro-ofalwr"]
    assert scheme.words_after(2)["carer"] == "micro carer"


@pytest.mark.parametrize("changes", [SOFT, NASAL, ASPIRATE])
def test_what_a_change_makes_is_undone_again(changes):
    for letter in changes:
        word = f"{letter}aith"
        assert word in radicals(mutated(word, changes))


def test_a_name_changes_as_it_does_in_a_sentence():
    assert mutations("brynbuga") == ["frynbuga", "mrynbuga"]
    assert mutations("gwent") == ["went", "ngwent"]
    assert mutations("llandaf") == ["landaf"]
    assert mutations("fenni") == []


def test_welsh_letters_of_two_signs_stand_in_their_own_place():
    names = ["Llanarth", "Lydart", "Cwm", "Chepstow", "Rhaglan", "Rudry", "Y Fenni"]
    with override("cy"):
        assert sorted(names, key=alphabetical) == [
            "Cwm",
            "Chepstow",
            "Lydart",
            "Llanarth",
            "Rudry",
            "Rhaglan",
            "Y Fenni",
        ]
    assert sorted(names, key=alphabetical)[:2] == ["Chepstow", "Cwm"]
