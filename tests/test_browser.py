"""The tests' own browser: axe looks through each page, and not again where .ci/run has the very same a second time."""

import pytest

from tests.browser import known_sound

PAGE = """<!doctype html><html lang="en"><title>T</title><main><h1>H</h1><form action="/person/%s/">
<label>Name <input name="name"></label><input type="hidden" value="%s"></form>%s</main></html>"""
PICTURE = '<img src="data:,">'


@pytest.fixture
def page(browser, monkeypatch, tmp_path):
    monkeypatch.setenv("AXE_SEEN", str(tmp_path))
    page = browser.new_page()
    page.set_content(PAGE % (1, "t" * 64, ""))
    yield page
    page.close()


def test_a_page_in_which_axe_found_nothing_is_known_again_whatever_its_token_and_the_number_in_its_address(page, axe):
    assert axe(page) == []
    page.set_content(PAGE % (27, "u" * 64, ""))
    assert known_sound(page).exists()


@pytest.mark.parametrize(
    "other",
    [
        lambda page: page.fill("[name=name]", "Ann"),
        lambda page: page.focus("[name=name]"),
        lambda page: page.set_viewport_size({"width": 320, "height": 400}),
        lambda page: page.emulate_media(media="print"),
        lambda page: page.emulate_media(color_scheme="dark"),
        lambda page: page.evaluate("document.querySelector('main').style.color = 'white'"),
    ],
)
def test_a_page_that_is_another_is_not_known(page, axe, other):
    assert axe(page) == []
    other(page)
    assert not known_sound(page).exists()


def test_a_page_in_which_axe_finds_something_is_looked_through_each_time(page, axe):
    assert axe(page) == []
    page.set_content(PAGE % (1, "t" * 64, PICTURE))
    assert [found.partition(":")[0] for found in axe(page)] == ["image-alt"]
    assert axe(page) != []
