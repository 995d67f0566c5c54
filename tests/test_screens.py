"""What a stylesheet promises, seen in a browser: hidden things, small screens, large letters, paper."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_hidden_is_not_seen(browser_page):
    """A passkey's trouble shows only once there is one."""
    page = browser_page()
    page.goto("/accounts/login/")
    hidden = page.locator("[hidden]")
    assert page.locator("[data-passkey-trouble][hidden]").count() == 1
    assert not [it.evaluate("it => it.outerHTML") for it in hidden.all() if it.is_visible()]
