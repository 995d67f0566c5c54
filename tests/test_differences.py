"""What changed between two versions, to be read without hunting for it."""

from hypothesis import given
from hypothesis import strategies as st

from onboarding.differences import blocks, changes

RESPECT = "## 1. Respect\n\n1.1 Treat people well.\n\n1.2 Knock before you go in."
OLD = f"Intro.\n\n{RESPECT}\n\n## 2. Prices\n\n2.1 Say the price."


def between(new, old=OLD):
    return list(changes(blocks(old, "en"), blocks(new, "en")))


def words(pieces):
    return " ".join(piece.text for piece in pieces)


def marked(pieces):
    return [piece.text for piece in pieces if piece.changed]


def test_the_same_text_has_no_changes():
    assert between(OLD) == []


def test_a_changed_point_stands_beside_what_it_was_with_its_words_marked():
    (change,) = between(OLD.replace("before you go in", "and wait before you go in"))
    assert (change.kind, change.section) == ("changed", "1. Respect")
    assert (marked(change.before), marked(change.now)) == ([], ["and wait"])
    assert words(change.before) == "1.2 Knock before you go in."


def test_a_new_point_is_new_under_its_heading():
    (change,) = between(OLD + "\n\n2.2 Take no gifts.")
    assert (change.kind, change.section, words(change.now)) == ("new", "2. Prices", "2.2 Take no gifts.")


def test_what_was_taken_out_is_said():
    (change,) = between(OLD.replace("1.2 Knock before you go in.\n\n", ""))
    assert (change.kind, words(change.before), change.now) == ("gone", "1.2 Knock before you go in.", ())


def test_a_new_section_does_not_make_all_that_follow_look_changed():
    new = OLD.replace("## 2. Prices\n\n2.1", "## 2. Honesty\n\n2.1 Be honest.\n\n## 3. Prices\n\n3.1")
    assert [(change.kind, words(change.now)) for change in between(new)] == [
        ("new", "2. Honesty"),
        ("new", "2.1 Be honest."),
    ]


def test_a_point_with_nothing_in_common_is_one_gone_and_one_new():
    kinds = [
        change.kind for change in between(OLD.replace("Knock before you go in", "Bring no pets or children along"))
    ]
    assert sorted(kinds) == ["gone", "new"]


def test_points_of_a_list_and_cells_of_a_table_are_compared_each():
    old = "- One thing here\n- Two things here\n\n| A | B |\n|---|---|\n| left cell | right cell |"
    new = old.replace("Two things here", "Two things there").replace("right cell", "right hand cell")
    assert [(words(c.before), words(c.now)) for c in between(new, old)] == [
        ("Two things here", "Two things there"),
        ("right cell", "right hand cell"),
    ]


def test_a_link_is_compared_by_its_words():
    assert between(OLD.replace("Intro.", "[Intro.](/about/)")) == []


texts = st.lists(
    st.sampled_from(["Be kind.", "Be on time.", "Knock first.", "Say the price.", "Keep notes safe."]), max_size=8
)


@given(texts, texts)
def test_what_was_and_what_is_can_be_told_from_the_changes(old, new):
    found = between("\n\n".join(new), "\n\n".join(old))
    gone = sorted(words(change.before) for change in found if change.before)
    came = sorted(words(change.now) for change in found if change.now)
    left, kept = sorted(old), sorted(new)
    for text in gone:
        left.remove(text)
    for text in came:
        kept.remove(text)
    assert left == kept
