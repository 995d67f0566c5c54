"""Chromium for tests that look as a person would: `browser_page`, `axe`, `tab_to`, `without_javascript`.

On a machine without Chromium these tests are skipped; in CI (CI=true) that is a failure.
"""

import os
import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

# The first is Chromium without its windows: the same pages, loaded with half the work.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
# --disable-quic and the rest keep the browser from calling home: the tests use this machine only.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
WIDE, PHONE = 1280, 320
PREFIX = {"en": "", "cy": "/cy"}
# Whether a page is sound: English and Welsh, wide and narrow, once each. A language changes the words and a width the
# layout, and the two together matter where the longer words are in the narrower window.
EACH_ONCE = [("cy", PHONE), ("en", WIDE)]
# The same where a journey is shown on a phone in both languages.
PHONE_IN_BOTH = [("en", PHONE), ("cy", PHONE), ("cy", WIDE)]


def chromium():
    """Where Chromium is: CHROMIUM, or the usual names on PATH."""
    if path := os.environ.get("CHROMIUM"):
        return path
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if not path or not Path(path).exists():
        if os.environ.get("CI"):
            pytest.fail("CI=true and no Chromium: install it (apt-get install chromium) or set CHROMIUM to its path")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chrome
        chrome.close()


@pytest.fixture
def _contexts(browser, live_server):
    """Makes browser contexts that know the server's address and may ask nobody else; closes them.

    Requests are listened to and not routed: routing turns the browser's cache off, and takes twice the time.
    """
    made = []
    asked_others = []

    def only_us(request):
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            asked_others.append(request.url)

    def make(width=WIDE, height=900, **options):
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, locale="en-GB", **options
        )
        context.set_default_timeout(15_000)
        context.on("request", only_us)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert asked_others == [], "a page asked somebody else for something (rule 10)"


@pytest.fixture
def browser_page(_contexts):
    """`page = browser_page(width=320)`: a page of its own that fails the test when a script of it does."""
    troubles = []

    def open_page(width=WIDE, **options):
        page = _contexts(width, **options).new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if is_trouble(message) else None)
        return page

    yield open_page
    assert troubles == [], "the browser's console was not silent"


def is_trouble(message):
    """Errors of scripts and of the Content-Security-Policy; an error page itself is no trouble."""
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.fixture
def without_javascript(_contexts):
    """`page = without_javascript(width=320)`: the same where scripts do not run (rule 9)."""
    return lambda width=WIDE: _contexts(width, java_script_enabled=False).new_page()


@pytest.fixture
def axe():
    """`assert axe(page) == []`: what axe finds, one line each with the place on the page."""
    from axe_playwright_python.sync_playwright import Axe

    def look(page):
        sound = known_sound(page)
        if sound and sound.exists():
            return []
        # Without `preload` it writes no styles in the page; of what it finds in order, it need not tell each place.
        options = {"preload": False, "resultTypes": ["violations"]}
        found = Axe().run(page, options=options).response["violations"]
        if sound and not found:
            sound.touch()
        return [f"{it['id']}: {node['target']} {node['html'][:200]}" for it in found for node in it["nodes"]]

    return look


# All that axe goes by: the elements, what is typed and chosen, what has the focus, the window and where it is scrolled.
STATE = """() => JSON.stringify([
    document.documentElement.outerHTML,
    [...document.querySelectorAll('input, select, textarea')].map(it => [it.type == 'hidden' || it.value, it.checked]),
    [...document.querySelectorAll('*')].indexOf(document.activeElement),
    [innerWidth, innerHeight, scrollX, scrollY, document.querySelectorAll(':modal').length],
    ['print', '(prefers-color-scheme: dark)', '(forced-colors: active)'].map(it => matchMedia(it).matches),
])"""
# What is another each time and nothing to axe: the server's port, tokens, and the numbers of rows in addresses.
ANOTHER_EACH_TIME = re.compile(r"(?<=localhost:)\d+|[\w-]{32,}|(?<=/)\d+(?=/)")


def known_sound(page):
    """Where AXE_SEEN is a folder, the file in it that stands for this very page once axe found nothing in it.

    .ci/run has one for its two databases: what a page looks like on the second is compared, and looked through only
    where it is not as it was.
    """
    if folder := os.environ.get("AXE_SEEN"):
        state = ANOTHER_EACH_TIME.sub("", page.evaluate(STATE))
        return Path(folder) / sha256(state.encode()).hexdigest()
    return None


@pytest.fixture
def tab_to():
    """`tab_to(page, "text=Search")` presses Tab until that element has the focus; fails after `most` presses."""

    def press(page, selector, most=80):
        wanted = page.locator(selector).first
        for _ in range(most):
            page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                return wanted
        raise AssertionError(f"{selector} is not reached by Tab")

    return press
