PYTHON ?= python3
PY = .venv/bin/python
PRODUCTION = SITE_URL=https://kmall24.example SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') \
	ENCRYPTION_KEYS=$$($(PY) -c 'from cryptography.fernet import Fernet as F; print(F.generate_key().decode())') \
	BLIND_INDEX_KEY=lint ALLOWED_HOSTS=kmall24.example EMAIL_URL=smtp://127.0.0.1:25 DEV_INBOX=0
# Tests wait for browsers, servers and delays a third of their time: one more than there are processors.
AT_ONCE = $$(($$(nproc) + 1))
HOUSE_RULES = tests/kmall/test_house_rules.py

help: ## What can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: ## Start the whole mall on PORT (8000) with its servers, workers and sandboxes; Ctrl-C ends it
	@$(PYTHON) kmall/embedded/bootstrap.py requirements.txt && exec $(PY) -m kmall.embedded

test: lint ## Run every test: unit, races, faults, browser; first all of lint
	@$(PY) -m pytest -n $(AT_ONCE) --dist worksteal -q --ignore=$(HOUSE_RULES)

connector: tools ## Run what a connector must pass, at MALL (a module, docs/partners/connector.md) or at all that ship
	@$(PY) -m pytest -n $(AT_ONCE) --dist worksteal -q --mall "$(MALL)" tests/partners/every_mall

seek: tools ## Look for counter-examples of the property tests: other ones each time, many more
	@$(PY) -m pytest -n $(AT_ONCE) --dist worksteal -q --hypothesis-profile seek $$(grep -rlE '^from hypothesis' tests --include='test_*.py')

lint: tools ## Check style, layers, templates, migrations, settings, translations
	@mkdir -p var
	@$(PY) -m ruff check -q .
	@$(PY) -m ruff format -q --check .
	@.venv/bin/djade --check --target-version 5.2 $$(find templates -name '*.html')
	@.venv/bin/lint-imports --no-logo > var/imports.log || { cat var/imports.log; exit 1; }
	@$(PY) -W ignore manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(PY) -W ignore manage.py check --deploy --fail-level WARNING
	@$(PY) manage.py messages --check
	@$(PY) -m pytest -q $(HOUSE_RULES)

bench: tools ## Measure what the issues promise; QUICK=1 for a short look
	@$(PY) -m bench $(if $(QUICK),--quick)

messages: tools ## Collect texts for translation and compile them
	@$(PY) manage.py messages

screenshots: tools ## Take the pictures of README from the running mall
	@$(PY) docs/screenshots.py

tools:
	@$(PYTHON) kmall/embedded/bootstrap.py requirements.txt requirements-dev.txt

.PHONY: help run test connector seek lint bench messages screenshots tools
