# The whole list of commands; `make` alone prints it. `run` and `test` need Python 3.11 or newer and nothing else:
# each makes .venv from the hashed requirements first, and again only when those change.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
PLACE ?= NP151AD
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
FRESH_PYTHON := $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "make: Python 3.11 or newer is needed; name one, as in: make run PYTHON=python3.12")'
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r

.PHONY: help run code test check fix bench mails prove-outbox prove-standing prove-year demo lock messages screenshots clean

help:  ## this list
	@echo "make …"
	@sed -nE 's/^([a-z-]+):.*  ## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 15

run: .venv/for-running  ## set up what is missing and serve on port 8000 (PORT=…, SCHEME=flintshire, RELOAD=true)
	@$(MANAGE) set_up --port $(PORT)
	@PORT=$(PORT) exec $(BIN)/gunicorn microcare.wsgi

code: .venv/for-running  ## the code that the demonstration's accounts are asked for when they sign in
	@$(MANAGE) code

test: .venv/for-developing  ## all tests, on SQLite or on DATABASE_URL (ARGS="tests/test_house.py" for some)
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: .venv/for-developing  ## everything that can be said without running it: style, types, templates, translations, lock files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) messages --check
	$(BIN)/python -m pytest -q tests/test_house.py

fix: .venv/for-developing  ## put style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/for-developing  ## how long pages take with 1,000 listings, on SQLite and (where it answers) PostgreSQL
	$(BIN)/python -m bench.pages $(ARGS)

mails: .venv/for-developing  ## every mail, in each language and in both, into var/mails/ to look through
	MAILS=$(CURDIR)/var/mails $(BIN)/python -m pytest -q -n 2 tests/test_accounts*.py tests/test_enquiries.py tests/test_invitations.py tests/test_oidc.py tests/test_second_factor.py tests/test_outbox.py tests/test_admin_home.py tests/test_roles.py tests/test_training*.py tests/test_joining*.py tests/test_help*.py tests/test_codes.py tests/test_code_admin.py tests/test_evidence.py tests/test_listing_changes.py tests/test_still_right.py tests/test_headcounts.py tests/test_reminders.py tests/test_digest.py

prove-outbox: .venv/for-developing  ## 500 messages, 10 killed workers, 2 restarts of Redis: none is lost
	$(BIN)/python -m proofs.outbox $(ARGS)

prove-year: .venv/for-developing  ## a year of 200 carers with missed, doubled and killed nights: who is public and what is said, by an oracle
	$(BIN)/python -m proofs.year $(ARGS)

prove-standing: .venv/for-developing  ## 2,000 invented histories: nothing is public against standing, and nothing is missing (HISTORIES=…)
	@HISTORIES=$(or $(HISTORIES),2000) $(BIN)/python -m pytest -q -s -o timeout=0 tests/test_shown.py

demo: .venv/for-running  ## make the demonstration data again
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) demo

lock: .venv/for-developing  ## compile requirements*.in into the hashed requirements*.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header requirements-dev.in -o requirements-dev.txt

messages: .venv/for-developing  ## gather texts into locale/ and compile the catalogues
	$(MANAGE) messages

screenshots: .venv/for-developing  ## pictures of a running portal's pages, into docs/pictures/ and var/screenshots/ (PLACE=…)
	$(BIN)/python docs/take_pictures.py http://127.0.0.1:$(PORT) $(PLACE)

clean:  ## take away what can be made again (not var/, which holds your data)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis var/static var/screenshots
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

.venv/bin/pip:
	@$(FRESH_PYTHON)
	@echo "Making .venv …"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "make: this Python cannot make environments; on Debian: apt-get install python3-venv"; exit 1; }

.venv/for-running: requirements.txt | .venv/bin/pip
	@echo "Installing what it runs on …"
	@$(INSTALL) requirements.txt
	@touch $@

.venv/for-developing: requirements-dev.txt | .venv/bin/pip
	@echo "Installing what it is developed with …"
	@$(INSTALL) requirements-dev.txt
	@touch $@ .venv/for-running
