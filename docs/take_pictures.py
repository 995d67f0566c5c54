"""Takes pictures of a running portal: the README's, and every main page at 1280 and 320 px in each language.

python docs/take_pictures.py http://127.0.0.1:8000 "NP15 1AD"
"""

import re
import shutil
import sys
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

HOUSE = Path(__file__).resolve().parent.parent
README = HOUSE / "docs" / "pictures" / "home.png"
ALL = HOUSE / "var" / "screenshots"
PAGES = {
    "home": "/",
    "find": "/find/?place={place}&need=companionship",
    "find-filtered": "/find/?place={place}&need=companionship&day=mon&space=now",
    "find-nobody": "/find/?place={place}&need=toileting&language=cy&level=4&day=sun&time=night&within=1",
    "find-unknown-place": "/find/?place=Usc",
    "profile": "{profile}",
    "about": "/about/",
    "contact": "/contact/",
    "not-found": "/no-such-page/",
}


def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if path := shutil.which(name):
            return path
    sys.exit("Chromium is not installed; on Debian: apt-get install chromium")


def read(address: str) -> str:
    with urlopen(address) as answer:  # noqa: S310 (the address is the command's own)
        text: str = answer.read().decode()
    return text


def open_page(browser: Browser, address: str, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address, wait_until="networkidle")
    return page


def main(here: str, place: str) -> None:
    results = read(f"{here}/find/?place={place}&need=companionship")
    profile = re.search(r'href="(/carers/[^"?#]+)', results)
    if not profile:
        sys.exit(f"{here} finds nobody at {place}; name another place")
    languages = ["", "/cy"] if 'hreflang="cy"' in results else [""]
    ALL.mkdir(parents=True, exist_ok=True)
    README.parent.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for name, path in PAGES.items():
            for language in languages:
                for width in (1280, 320):
                    address = path.format(place=place, profile=profile[1])
                    page = open_page(browser, f"{here}{language}{address}", width, 900)
                    page.screenshot(path=ALL / f"{name}{language.replace('/', '-')}-{width}.png", full_page=True)
                    page.close()
        page = open_page(browser, f"{here}/", 1280, 720)
        page.screenshot(path=README)
    print(f"{README.relative_to(HOUSE)} and {len(list(ALL.iterdir()))} pictures in {ALL.relative_to(HOUSE)}/")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2].replace(" ", "+"))
