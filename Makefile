# `make run` and `make test` need Python 3.11 or newer and make; everything else they bring along.
.PHONY: help install run test test-both check style types layers house coverage walk fuzz bench faults lock audit licences catalogue privacy figures picture clean

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
# Tests at a time.
WORKERS ?= 2
HOUSE := tests/test_house.py tests/db/test_migrations.py

help:
	@echo "make run      the bot: against Telegram with BOT_TOKEN, else the sandbox in your browser"
	@echo "make test     all tests (make check is its fast part: style, types, layers, migrations, links)"
	@echo "make install  only the virtual environment, in $(VENV)"

install: $(VENV)/.runtime

$(VENV)/.runtime: requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with PYTHON=/path/to/python3"; exit 1; }
	@echo "Installing packages into $(VENV), once; this takes up to a minute."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/.runtime
	@exec $(BIN)/python -m bot

check: $(VENV)/.dev
	@$(MAKE) --no-print-directory -j $(WORKERS) style types layers house

style types layers house: $(VENV)/.dev

style:
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

types:
	@$(BIN)/mypy

layers:
	@$(BIN)/lint-imports --no-logo

house:
	@$(BIN)/pytest $(HOUSE)

test: check
	@$(BIN)/pytest -n $(WORKERS) --conversations=half $(HOUSE:%=--ignore=%)

# Every conversation on both databases, not on one of them by its name.
test-both: check
	@$(BIN)/pytest -n $(WORKERS)

# Branches are counted while the conversations that `make test` held on one database are held on the other.
coverage: $(VENV)/.dev
	@$(BIN)/pytest -n $(WORKERS) --conversations=other-half --cov --cov-report=term-missing:skip-covered

# Every pair of conditions and medicines through every door that can suggest something; about a minute.
walk: $(VENV)/.dev
	@WALK=all $(BIN)/pytest tests/bot/test_safety_walk.py

# A hundred thousand generated updates of every kind, then long made-up conversations; about half an hour. It prints its
# seed: FUZZ="--seed 7 --updates 5000" for the same again, or for less.
fuzz: $(VENV)/.dev
	@$(BIN)/python -m tests.fuzz $(FUZZ)
	@CONVERSATIONS=long $(BIN)/pytest tests/fuzz/test_conversations.py

# About half an hour; docs/benchmarks.md gets the table of a whole run. FIGURES="nudges claims" runs some of them.
bench: $(VENV)/.dev
	@$(BIN)/python -m tests.bench $(or $(FIGURES),--write docs/benchmarks.md)

# Real processes, killed and tormented: what docs/reliability.md tells of. Half an hour to an hour; FAULTS="--kills 20" for
# less, FAULTS="--seed 1 --only clock" for the same again.
faults: $(VENV)/.dev
	@$(BIN)/python -m tests.faults $(FAULTS)

# For those who change dependencies (needs uv): no address of an index gets into the locks, and extras stay named,
# because pip takes a pin without its extra for another package.
LOCK_ALONE := uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	--no-header --no-strip-extras --python-version 3.11
LOCK := $(LOCK_ALONE) pyproject.toml

lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock
	$(LOCK_ALONE) --group audit -o requirements-audit.lock

# What is known to be vulnerable in the versions that are locked; asks the Python Package Index, so it needs the network.
audit: $(VENV)-audit/.audit
	@$(VENV)-audit/bin/pip-audit --require-hashes --disable-pip -r requirements.lock

# Whose work the bot uses, and on which terms: docs/licences.md, after a change of requirements.lock.
licences: $(VENV)/.runtime $(VENV)-audit/.audit
	@{ sed '/^<!-- list -->/q' docs/licences.md; $(VENV)-audit/bin/pip-licenses --python $(BIN)/python --from=mixed \
		--format=markdown --packages $$(sed -nE 's/^([a-z0-9-]+)(\[.*\])?==.*/\1/p' requirements.lock) \
		--ignore-packages httpx-aiohttp; \
		} > docs/licences.new
	@mv docs/licences.new docs/licences.md

$(VENV)-audit/.audit: requirements-audit.lock
	@test -x $(VENV)-audit/bin/python || $(PYTHON) -m venv $(VENV)-audit
	@$(VENV)-audit/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@touch $@

# For those who change texts: the template that translations start from.
catalogue: $(VENV)/.dev
	@$(BIN)/pybabel --quiet extract -k mark -o bot/locale/messages.pot --no-location --sort-output \
		--omit-header --width=110 bot

# For those who change what is kept, or the policy: the page that says so.
privacy: $(VENV)/.dev
	@$(BIN)/python -m bot.dialogue.privacy.page

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage build

# For those who change a pose: every picture anew.
figures: $(VENV)/.dev
	@$(BIN)/python -m bot.pictures.figures.render

# The picture in README.md, made by the browser test.
picture: $(VENV)/.dev
	@PICTURE=docs/chat.png $(BIN)/pytest tests/bot/test_chat_page.py -k "newcomer and sqlite"
