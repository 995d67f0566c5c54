"""What people type for a need, in either language and with typos, is understood; names and places are left alone."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.mutations import radicals
from directory.needs import Understood, _table, plain, understand
from directory.vocabulary import FILE, GROUPS, LANGUAGES, SERVICES
from microcare.scheme import SCHEMES, load

VOCABULARIES = {"services": SERVICES, "groups": GROUPS, "languages": LANGUAGES}

# What is typed, and the services, groups and languages meant by it; anything else is not understood.
MEANT = [
    # English, as people say it
    ("hoovering", "regular-cleaning"),
    ("someone to sit with mum", "sitting"),
    ("dog", "pet-care"),
    ("ironing", "ironing"),
    ("shopping", "shopping"),
    ("respite", "respite"),
    ("sitter", "sitting"),
    ("get mum dressed", "washing-dressing"),
    ("cleaner for my nan", "cleaning"),
    ("Cleaning & ironing, please!", "cleaning ironing"),
    ("cleaning, shopping and gardening", "cleaning shopping gardening"),
    ("walk my dogs", "dog-walking"),
    ("dog-walker", "dog-walking"),
    ("take my cat to the vet's", "vet"),
    ("feed the cat while we are on holiday", "pet-feeding holiday-cover"),
    ("look after my dog", "pet-care"),
    ("mow my lawn", "mowing"),
    ("cut the grass", "mowing"),
    ("weeds", "weeding"),
    ("home help", "home-care"),
    ("care at home", "home-care"),
    ("help at home with ironing", "ironing"),
    ("home help for someone with dementia", "home-care dementia"),
    ("help my dad with dementia get dressed", "washing-dressing dementia"),
    ("i need a carer in the mornings to help me wash and dress", "washing-dressing"),
    ("night sitter", "overnight"),
    ("over night care", "overnight"),
    ("breaks for carers", "respite"),
    ("someone to talk to", "chat"),
    ("lonely", "companionship"),
    ("companionship for elderly lady", "companionship older-people"),
    ("lift to hospital", "transport appointments"),
    ("just come home from hospital", "after-hospital"),
    ("hospital appointment", "appointments"),
    ("tablets", "medication"),
    ("tea and a chat", "chat"),
    ("trip to the seaside", "trips"),
    ("make lunch for my dad", "meals"),
    ("light bulb", "odd-jobs"),
    ("help with my ipad", "getting-online"),
    ("spring clean", "one-off-cleaning"),
    ("cut toe nails", "oral-skin-hair-nails"),
    ("haircut", "hair-and-beauty"),
    ("washing", "washing-dressing laundry"),
    ("washing clothes", "laundry"),
    ("hoist", "hoisting"),
    ("my husband has had a stroke and needs someone to take him out", "trips physical-disability"),
    ("autistic son", "autism"),
    ("Parkinson's", "physical-disability"),
    ("hard of hearing", "sight-or-hearing-loss"),
    ("wheelchair", "physical-disability"),
    ("family carer", "unpaid-carers"),
    ("welsh speaking companion", "companionship cy"),
    ("polish cleaner", "cleaning pl"),
    ("sign language", "bsl"),
    ("cleaner 2 hours a week on tuesdays", "cleaning"),
    ("carer for my mother", ""),
    # English, as people spell it
    ("hoovring", "regular-cleaning"),
    ("help with shoping", "shopping"),
    ("iorning", "ironing"),
    ("gardning", "gardening"),
    ("gardner", "gardening"),
    ("clening", "cleaning"),
    ("clenaer", "cleaning"),
    ("persnal care", "personal-care"),
    ("personnel care", "personal-care"),
    ("companonship", "companionship"),
    ("sitting servise", "sitting"),
    ("medcine", "medication"),
    ("medicaton", "medication"),
    ("vaccuming", "regular-cleaning"),
    ("alzeimers", "dementia"),
    ("demensha", "dementia"),
    ("mental helth", "mental-health"),
    ("learning dissability", "learning-disability"),
    ("wekly cleaning", "regular-cleaning"),
    ("swiming", "swimming"),
    ("respit", "respite"),
    ("laundrey", "laundry"),
    ("transprot", "transport"),
    ("portugese", "pt"),
    ("somone to sit with mum", "sitting"),
    # Welsh
    ("gwarchod", "sitting"),
    ("smwddio", "ironing"),
    ("glanhau", "cleaning"),
    ("ci", "pet-care"),
    ("gofal personol", "personal-care"),
    ("seibiant", "respite"),
    ("golchi dillad", "laundry"),
    ("torri gwair", "mowing"),
    ("cwmni i Mam", "companionship"),
    ("cŵn", "pet-care"),
    ("cwn", "pet-care"),
    ("help gyda'r ardd", "gardening"),
    ("mynd â'r ci am dro", "dog-walking"),
    ("mynd am dro", "walks"),
    ("rhywun i eistedd gyda dad", "sitting"),
    ("help i'm mam godi o'r gwely", "washing-dressing"),
    ("mae angen help arnaf i siopa", "shopping"),
    ("dwi eisiau rhywun i lanhau'r tŷ", "cleaning"),
    ("paned a sgwrs", "chat"),
    ("aros dros nos", "overnight"),
    ("adref o'r ysbyty", "after-hospital"),
    ("anabledd dysgu", "learning-disability"),
    ("trwm ei glyw", "sight-or-hearing-loss"),
    ("gofalwr sy'n siarad Cymraeg", "cy"),
    ("iaith arwyddion", "bsl"),
    ("hen bobl", "older-people"),
    # Welsh, mutated or mistyped
    ("lanhau", "cleaning"),
    ("arddio", "gardening"),
    ("gi", "pet-care"),
    ("chŵn", "pet-care"),
    ("nghath", "pet-care"),
    ("gwmni", "companionship"),
    ("dorri'r gwair", "mowing"),
    ("ofal personol", "personal-care"),
    ("yn Gymraeg", "cy"),
    ("fwyd", "meals"),
    ("phaned", "chat"),
    ("ddementia", "dementia"),
    ("smwdio", "ironing"),
    ("gardio", "gardening"),
    ("cymrag", "cy"),
]

NAMES = re.findall(
    r"\w+",
    """
    Aled Angharad Anwen Bethan Beth Bleddyn Branwen Bronwen Bryn Carol Carwyn Carys Catrin Ceri Clare Dafydd Dai
    Delyth Dewi Dilys Dylan Eirlys Eleri Elin Emyr Ffion Gareth Geraint Gethin Glenys Glyn Gwen Gwyn Gwyneth Helen
    Heledd Huw Hywel Idris Iestyn Ieuan Ifan Iolo Iwan Karen Lowri Mair Mali Marian Megan Meinir Menna Morfydd Nerys
    Nia Olwen Osian Owain Rhian Rhiannon Rhodri Rhys Rosemary Siân Sioned Teleri Tomos Wyn Abbott Ahmed Bailey Bowen
    Carey Carter Cartwright Chan Cooper Davies Evans Fletcher Gough Griffiths Harding Hooper Howells Hughes Hussain
    Jenkins Jones Kaur Khan Lewis Lister Lloyd Mahmood Marsh Meredith Morgan Morris Okafor Parker Parry Parsons
    Patel Pearson Perry Powell Pritchard Pryce Pugh Rahman Rees Roberts Robinson Singh Smith Spencer Taylor Thomas
    Turner Vaughan Walker Walsh Watkins Williams Wilson
    """,
)


def slugs(understood: Understood) -> set[str]:
    return {*understood.services, *understood.groups, *understood.languages}


@pytest.mark.parametrize(("typed", "meant"), MEANT)
def test_what_people_type_is_understood_whole(typed, meant):
    understood = understand(typed)
    assert (slugs(understood), understood.rest) == (set(meant.split()), "")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_a_name(name):
    assert understand(name) == Understood(rest=name)


def test_a_name_beside_a_need_is_kept_as_typed():
    assert understand("ironing with Bryn Lewis") == Understood(("ironing",), rest="Bryn Lewis")
    assert understand("cleaner in Usk") == Understood(("cleaning",), rest="Usk")


def test_a_postcode_is_left_for_whoever_reads_places():
    assert understand("dog walking NP15 1AD").rest == "NP15 1AD"


# Towns whose names are also needs, or hold one; the place has a field of its own.
ALSO_NEEDS = {"bath", "garden city"}


@pytest.mark.parametrize("scheme", [path.stem for path in SCHEMES.glob("*.toml")])
def test_no_town_of_a_scheme_is_taken_for_a_need(scheme):
    names = {name for place in load(scheme).places for name in (place.name.en, place.name.cy, *place.also)}
    mistaken = {name for name in names if slugs(understand(name)) and name.lower() not in ALSO_NEEDS}
    assert mistaken == set()


def test_every_phrase_of_the_vocabulary_means_its_own_entry():
    for kind, terms in VOCABULARIES.items():
        for term in terms.values():
            for phrase in term.phrases:
                assert term.slug in getattr(understand(phrase), kind), phrase


def test_a_phrase_means_one_entry_unless_shared_on_purpose():
    """Once "my", "for", "mum" and plurals are gone: "feeding mum" and "feeding" are one phrase."""
    shared = {("washing",), ("feeding",), ("bwydo",)}
    assert 'shared = ["washing", "feeding", "bwydo"]' in FILE.read_text(encoding="utf-8")
    twice = {key for key, meant in _table().phrases.items() if len(meant) != len({kind for kind, _ in meant})}
    assert twice == shared


def test_the_first_said_comes_first():
    assert understand("shopping, ironing and shopping").services == ("shopping", "ironing")


def test_letters_are_read_without_case_accents_and_short_elisions():
    assert [plain(word) for word in ("Cŵn", "mum’s", "glanhau'r", "O'Brien", "TŶ")] == [
        "cwn", "mum", "glanhau", "obrien", "ty",
    ]  # fmt: skip


def test_a_mutated_word_may_come_from_several():
    assert {"ci", "gi"} <= {"gi", *radicals("gi")}
    assert "gardd" in radicals("ardd")
    assert "cymraeg" in radicals("nghymraeg")


@pytest.mark.parametrize(
    "text", ["", " ", "?", "a", "\x00", "🐕🦺", "' '", "x" * 10_000, "dog " * 5_000, "ﷺ" * 300, "7"]
)
def test_odd_input_gives_an_answer(text):
    assert slugs(understand(text)) <= {"pet-care"}


def test_only_the_first_words_are_read():
    assert understand("xylophone " * 19 + "dog").services == ("pet-care",)
    assert understand("x1 " * 20 + "dog").services == ()


@given(st.text(max_size=400))
def test_nothing_typed_raises_or_makes_up_a_slug(text):
    understood = understand(text)
    for kind, terms in VOCABULARIES.items():
        assert set(getattr(understood, kind)) <= set(terms)
    assert all(word in text for word in understood.rest.split())


WORDS = sorted({word for phrase, _ in MEANT for word in phrase.split()} | set(NAMES))


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_what_is_left_over_was_typed(words):
    left = understand(" ".join(words)).rest.split()
    assert all(any(word in typed for typed in words) for word in left)


def test_understanding_costs_less_than_two_milliseconds():
    understand("ironing")
    start = time.process_time()
    for typed, _ in MEANT:
        understand(typed)
    assert (time.process_time() - start) / len(MEANT) < 0.002
