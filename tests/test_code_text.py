"""The Code's first text: complete in each scheme and language, in the scheme's own words, loaded once."""

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command

from content.markdown import render
from microcare.scheme import load
from onboarding import code_texts, codes
from onboarding.models import CodeOfPractice
from tests.builders import TODAY

SCHEMES = {slug: load(slug) for slug in ("monmouthshire", "flintshire", "somerset")}
NAMES = "Monmouthshire|Flintshire|Somerset|Fynwy|Fflint"


@pytest.fixture(params=SCHEMES)
def scheme(request, settings):
    settings.SCHEME = SCHEMES[request.param]
    return settings.SCHEME


def texts(scheme):
    return {language: code_texts.first()[f"body_{language}"] for language in scheme.languages}


def test_every_word_is_filled_in_and_every_point_is_numbered(scheme):
    for text in texts(scheme).values():
        assert not re.search(r"{{|{%|%}|\bNone\b", text)
        points = re.findall(r"^(\d+)\.(\d+) ", text, re.MULTILINE)
        sections = [int(number) for number in re.findall(r"^## (\d+)\. ", text, re.MULTILINE)]
        assert sections == list(range(1, len(sections) + 1))
        expected = [[n for s, n in points if int(s) == section] for section in sections]
        assert all(numbers == [str(n) for n in range(1, len(numbers) + 1)] and numbers for numbers in expected)


def test_both_languages_have_the_same_points(scheme):
    found = {tuple(re.findall(r"^[\d.]+(?= )", text, re.MULTILINE)) for text in texts(scheme).values()}
    assert len(found) == 1


def test_the_law_named_is_that_of_the_nation(scheme):
    english = texts(scheme)["en"]
    assert ("SI 2017/1264, regulation 3" in english) is (scheme.nation == "wales")
    assert ("SI 2014/2936, Schedule 1" in english) is (scheme.nation == "england")
    assert ("Care Quality Commission" in english) is (scheme.nation == "england")


def test_it_names_the_scheme_through_its_file_alone(scheme):
    for file in code_texts.FOLDER.iterdir():
        assert not re.search(NAMES, file.read_text(encoding="utf-8"))
    assert scheme.council.en in texts(scheme)["en"]


def test_how_a_concern_is_looked_into_is_in_it(scheme):
    english = texts(scheme)["en"]
    for promise in ("10 working days", "within 28 days", "in writing", "Somebody who did not look into it decides"):
        assert promise in english


def test_links_lead_to_pages(scheme, client, db):
    call_command("load_pages", verbosity=0)
    for language, text in texts(scheme).items():
        links = [link["href"] for link in BeautifulSoup(render(text, language), "html.parser").find_all("a")]
        assert links
        assert all(client.get(link).status_code == 200 for link in links)


def load_code(*arguments, **options):
    said = StringIO()
    call_command("load_code", *arguments, stdout=said, **options)
    return said.getvalue()


def test_it_is_loaded_once_and_never_written_over(db, today):
    assert "in force" in load_code()
    code = CodeOfPractice.objects.get()
    assert (code.number, code.in_force_on, code.body_cy != "") == (1, TODAY, True)
    assert "stays as it is" in load_code()
    assert "stays as it is" in load_code("--draft")
    assert CodeOfPractice.objects.get().published_at == code.published_at


def test_a_scheme_that_runs_already_says_since_when(db, today):
    load_code(since=date(2024, 4, 1))
    assert codes.in_force(TODAY).in_force_on == date(2024, 4, 1)


def test_it_can_be_left_for_the_team_to_change_and_publish(db, today):
    load_code("--draft")
    code = CodeOfPractice.objects.get()
    assert code.published_at is None
    codes.publish(code, by="job:tests", in_force_on=TODAY, sign_by=TODAY + timedelta(days=28), on=TODAY)
    assert codes.in_force(TODAY) == code
