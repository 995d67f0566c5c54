"""What an operator is given is enough: the image builds, and every value production asks for is named or passed."""

import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from microcare.celery import JOBS

HOUSE = Path(settings.BASE_DIR)
ASKED = ["SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL", "TRUSTED_PROXIES"]
OPERATING = (HOUSE / "docs/operating.md").read_text()


def start(**environment):
    """Settings read in a process that has this environment and no other, not .env's either; what it said to stop."""
    own = {"PATH": os.environ["PATH"], **dict.fromkeys(ASKED, ""), **environment}
    ran = subprocess.run(
        [sys.executable, "-c", "import microcare.settings"],
        env=own, cwd=HOUSE, timeout=60, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ran.stderr.strip().splitlines()[-1] if ran.returncode else ""


def build_step():
    """The variables that the Dockerfile sets for collectstatic."""
    line = re.search(r"^RUN (PRODUCTION=.*?)python manage\.py collectstatic", read("Dockerfile"), re.MULTILINE)
    return dict(word.split("=", 1) for word in shlex.split(line[1]))


def read(name):
    return (HOUSE / name).read_text().replace("\\\n", " ")


def asked_for():
    """What production cannot start without, as its own sentences name it."""
    values = {"PRODUCTION": "true", "VAR_DIR": build_step()["VAR_DIR"]}
    while said := start(**values):
        name = re.search(r"ImproperlyConfigured: (\w+) is not set", said)[1]
        assert name not in values
        values[name] = {"EMAIL_URL": "consolemail://", "TRUSTED_PROXIES": "0"}.get(name, "sqlite:////tmp/none")
    return values.keys() - {"PRODUCTION", "VAR_DIR"}


@pytest.fixture(scope="module")
def needed():
    return asked_for()


def test_the_image_sets_all_that_its_build_step_asks_for(tmp_path):
    assert start(**{**build_step(), "VAR_DIR": str(tmp_path)}) == ""


def test_compose_passes_or_the_operator_fills_in_all_that_production_asks_for(needed):
    passed = set(re.findall(r"^    ([A-Z_]+): ", read("docker-compose.yml"), re.MULTILINE))
    paragraph = re.search(r"^Fill in, in `\.env`:(.*?)\n\n", OPERATING, re.DOTALL | re.MULTILINE)[1]
    to_fill_in = set(re.findall(r"`([A-Z_]+)`", paragraph.partition("Compose itself")[0]))
    assert needed == {*ASKED, "DATABASE_URL"}
    assert needed <= passed | to_fill_in
    assert {"POSTGRES_PASSWORD", "SCHEME"} <= to_fill_in
    assert not [name for name in to_fill_in if f"{name}=" not in read(".env.example")]


@pytest.mark.parametrize("hosts", ["*", "care.example.gov.uk,*", ".example.gov.uk", "*.example.gov.uk"])
def test_production_answers_to_no_name_that_is_not_written_out(hosts, tmp_path):
    said = start(**{**build_step(), "VAR_DIR": str(tmp_path), "ALLOWED_HOSTS": hosts})
    assert "write each of the site's names out" in said


@pytest.mark.parametrize("site", ["http://care.example.gov.uk", "care.example.gov.uk"])
def test_links_in_mails_are_of_a_site_with_tls(site, tmp_path):
    assert "SITE_URL is not https://" in start(**{**build_step(), "VAR_DIR": str(tmp_path), "SITE_URL": site})


@pytest.mark.parametrize("proxies", ["-1", "one", "1.5"])
def test_the_proxies_in_front_are_a_number(proxies, tmp_path):
    said = start(**{**build_step(), "VAR_DIR": str(tmp_path), "TRUSTED_PROXIES": proxies})
    assert "TRUSTED_PROXIES is" in said


def test_the_readme_says_what_production_asks_for(needed):
    row = next(line for line in read("README.md").splitlines() if line.startswith("| `PRODUCTION`"))
    assert not [name for name in needed if f"`{name}`" not in row]


def test_operators_are_told_of_each_job_once_and_of_no_other():
    section = OPERATING.partition("## Scheduled jobs")[2].partition("\n## ")[0]
    assert Counter(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE)) == Counter(list(JOBS))
