# Each target sets up what it needs in a virtual environment of its own (.venv). PYTHON names the interpreter to use.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DEMO   := build/demo

.DEFAULT_GOAL := help
.PHONY: help demo test coverage check generate clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.ready  ## audit the example mesh and say where the report lies
	@mkdir -p $(DEMO)
	@$(BIN)/govengine audit --root examples --as-of 2026-11-01 --output $(DEMO)/report.txt; test $$? -le 1
	@$(BIN)/govengine audit --root examples --as-of 2026-11-01 --format json --output $(DEMO)/report.json >/dev/null; test $$? -le 1
	@$(BIN)/govengine audit --root examples --as-of 2026-11-01 --format html --output $(DEMO)/report.html; test $$? -le 1
	@echo "        $(DEMO)/report.txt (as on a terminal), $(DEMO)/report.json (for programs)"
	@echo; sed -n '/^start here/,/^$$/p' $(DEMO)/report.txt
	@echo "The mesh is wrong on purpose: examples/README.md lists what was planted, and what finds it."

test: $(VENV)/.ready  ## run all tests
	$(BIN)/pytest -n auto --dist loadfile

coverage: $(VENV)/.ready  ## run all tests and say which branches none of them takes; half as long again
	@rm -f .coverage .coverage.*
	$(BIN)/pytest -n auto --dist loadfile --cov --cov-report=term:skip-covered

check: $(VENV)/.ready-dev  ## everything that a change must pass: format, lint, types, imports, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

generate: $(VENV)/.ready  ## write anew what is made from code: schema table, reference, example data, example reports, goldens
	$(BIN)/python scripts/schema_table.py
	$(BIN)/python scripts/reference.py
	$(BIN)/python examples/generate.py
	GOVENGINE_UPDATE_GOLDEN=1 $(BIN)/pytest -q tests/report tests/examples/test_reports.py

clean:  ## remove the environment and what was built
	rm -rf $(VENV) build .coverage .coverage.* .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "govengine needs Python 3.11 to 3.13; name one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
