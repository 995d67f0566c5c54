"""What the team writes becomes plain GOV.UK markup, and nothing in it can run, hide or leave unsaid where it goes."""

import time

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from content.markdown import ATTRIBUTES, TAGS, render

ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<img src=x onerror="alert(1)">',
    "<svg/onload=alert(1)>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<a href="javascript:alert(1)" style="position:fixed">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&#9;script:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x](https://evil.example/"onerror="alert(1))',
    '[x](/about/ "title\\" onmouseover=\\"alert(1)")',
    "[a]: javascript:alert(1)\n\n[a]",
    '## x" onclick="alert(1)',
    "| <b onclick=alert(1)>a</b> |\n|:-:|\n| b |",
    "> " * 500 + "<script>x</script>",
    "- " * 500 + "[x](javascript:x)",
    "[" * 3000 + "x" + "](javascript:x)" * 3000,
    "**" * 5000,
]


def soup(text, language="en"):
    return BeautifulSoup(render(text, language), "html.parser")


def assert_harmless(html):
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        assert tag.name in TAGS
        if tag.get("class") == ["scroller"]:
            assert tag.attrs == {"class": ["scroller"], "tabindex": "0", "role": "group", "aria-label": "Table"}
            continue
        assert set(tag.attrs) <= ATTRIBUTES.get(tag.name, set())
        href = tag.get("href", "").lower()
        assert not href.startswith("//")
        assert ":" not in href.split("/")[0] or href.split(":")[0] in {"http", "https", "mailto", "tel"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_out_as_words(attack):
    assert_harmless(render(attack, "en"))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="<>[]()\"'&#;:/\\!|-*_`~ \n\t\x00javscriptonhef=1", max_size=200))
def test_no_text_makes_anything_but_the_subset(text):
    assert_harmless(render(text, "cy"))


@pytest.mark.parametrize("piece", ["word ", "[", "[x](", "*a ", "> ", "|a|\n|-|\n", "- a\n", "## h\n\n"])
def test_a_megabyte_is_done_in_seconds(piece):
    start = time.process_time()
    render(piece * (1_000_000 // len(piece)), "en")
    assert time.process_time() - start < 5


def test_nul_is_left_out():
    assert soup("a\x00b").get_text(strip=True) == "ab"


def test_headings_start_below_the_pages_own_and_can_be_linked_to():
    page = soup("# Who pays\n\n## Who pays\n\n### Mwy o ŵyl\n\n###### Small")
    assert [(tag.name, tag["id"]) for tag in page.find_all(True)] == [
        ("h2", "who-pays"),
        ("h2", "who-pays-2"),
        ("h3", "mwy-o-wyl"),
        ("h4", "small"),
    ]


def test_no_heading_takes_an_id_of_the_page_around_it():
    assert soup("## Main content").h2["id"] == "main-content-2"


def test_the_parts_wear_the_design_systems_classes():
    page = soup("text\n\n- one\n\n1. one\n\n> say\n\n| a | b |\n|---|--:|\n| c | 2 |\n\n[x](https://www.gov.uk/)")
    assert page.p["class"] == ["govuk-body"]
    assert page.ul["class"] == ["govuk-list", "govuk-list--bullet"]
    assert page.ol["class"] == ["govuk-list", "govuk-list--number"]
    assert page.div["class"] == ["govuk-inset-text"]
    assert page.table["class"] == ["govuk-table"]
    assert page.th["scope"] == "col"
    assert "govuk-table__cell--numeric" in page.find_all("td")[1]["class"]


def test_there_are_no_pictures_and_no_html():
    page = soup('![alt](https://evil.example/x.png) <b class="x">bold</b>')
    assert page.img is None
    assert page.b is None
    assert "<b class=" in page.get_text()


def test_a_link_elsewhere_tells_the_other_page_nothing_of_ours():
    assert soup("[x](https://www.gov.uk/)").a["rel"] == ["noopener"]


@pytest.mark.parametrize(
    ("written", "language", "leads"),
    [
        ("/about/", "en", "/about/"),
        ("/about/", "cy", "/cy/about/"),
        ("/cy/about/", "en", "/about/"),
        ("/cy/about/", "cy", "/cy/about/"),
        ("/about/#what", "cy", "/cy/about/#what"),
        ("/find/?need=pets", "cy", "/cy/find/?need=pets"),
        ("/", "cy", "/cy/"),
        ("/nothing/here/", "cy", "/nothing/here/"),
        ("#what", "cy", "#what"),
        ("mailto:a@example.org", "cy", "mailto:a@example.org"),
        ("tel:01632960118", "cy", "tel:01632960118"),
        ("https://www.gov.uk/about/", "cy", "https://www.gov.uk/about/"),
    ],
)
def test_a_link_inside_keeps_the_readers_language(written, language, leads):
    assert soup(f"[x]({written})", language).a["href"] == leads
