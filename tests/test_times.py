"""Days and parts of the day in free words, in both languages."""

import pytest

from directory.times import bands_in, days_in


@pytest.mark.parametrize(
    ("text", "days", "bands"),
    [
        ("someone to sit with mam in the evening", (), ("evening",)),
        ("Tuesday mornings", ("tue",), ("morning",)),
        ("early morning help", (), ("early",)),
        ("weekends and nights", ("sat", "sun"), ("night",)),
        ("gwarchod min nos", (), ("evening",)),
        ("bob nos", (), ("night",)),
        ("dydd Mawrth a dydd Mercher", ("tue", "wed"), ()),
        ("penwythnosau", ("sat", "sun"), ()),
        ("from March", (), ()),
        ("nightdress shopping", (), ()),
        ("", (), ()),
    ],
)
def test_days_and_times_are_heard(text, days, bands):
    assert (days_in(text), bands_in(text)) == (days, bands)
