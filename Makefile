PYTHON ?= python3
PY = .venv/bin/python

help: ## What can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: ## Start the whole mall on PORT (8000) with its servers, workers and sandboxes; Ctrl-C ends it
	@$(PYTHON) kmall/embedded/bootstrap.py requirements.txt && exec $(PY) -m kmall.embedded

test: lint ## Run every test: unit, races, faults, browser; first all of lint
	@$(PY) -m pytest -n auto -q

lint: tools ## Check style, layers, templates, migrations, settings, translations
	@$(PY) manage.py lint

bench: tools ## Measure what the issues promise; QUICK=1 for a short look
	@$(PY) -m bench $(if $(QUICK),--quick)

messages: tools ## Collect texts for translation and compile them
	@$(PY) manage.py messages

screenshots: tools ## Take the pictures of README from the running mall
	@$(PY) docs/screenshots.py

tools:
	@$(PYTHON) kmall/embedded/bootstrap.py requirements.txt requirements-dev.txt

.PHONY: help run test lint bench messages screenshots tools
