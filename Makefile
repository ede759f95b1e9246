# Each target sets up what it needs in a virtual environment (.venv). PYTHON names the interpreter to use.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DEMO   := build/demo
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test check setup coverage long damage generate package clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.ready  ## audit the example mesh and print the paths of the reports
	@mkdir -p $(DEMO)
	@$(BIN)/govengine audit --root examples --as-of 2026-11-01 --output $(DEMO)/report.txt; test $$? -le 1
	@$(BIN)/govengine audit --root examples --as-of 2026-11-01 --format json --output $(DEMO)/report.json >/dev/null; test $$? -le 1
	@$(BIN)/govengine audit --root examples --as-of 2026-11-01 --format html --output $(DEMO)/report.html; test $$? -le 1
	@echo "        $(DEMO)/report.txt (as on a terminal), $(DEMO)/report.json (for programs)"
	@echo; sed -n '/^start here/,/^$$/p' $(DEMO)/report.txt
	@echo "The mesh is wrong on purpose: examples/README.md lists what was planted, and what finds it."

test: check  ## everything a change must pass: make check, then all tests
	$(BIN)/pytest -n auto --dist loadfile

check: $(VENV)/.ready-dev  ## format, lint, types and import arrows (about a minute)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

setup: $(VENV)/.ready-dev  ## make the environment to work in, with every tool that make test uses

coverage: $(VENV)/.ready-dev  ## run all tests and list the branches that none of them takes (half as long again)
	@rm -f .coverage .coverage.*
	$(BIN)/pytest -n auto --dist loadfile --cov --cov-report=term:skip-covered

long: $(VENV)/.ready-dev  ## try the property tests with 2,000 new random examples each (hours)
	GOVENGINE_HYPOTHESIS=weekly $(BIN)/pytest -n auto -m hypothesis

damage: $(VENV)/.ready-dev  ## measure how often a message points at the mistake, over every policy of the repository
	$(BIN)/python scripts/damage.py --seed $(or $(SEED),1) --at-least 90

generate: $(VENV)/.ready-dev  ## regenerate what is made from code: schema table, reference, example data, example reports, goldens, samples in the docs
	$(BIN)/python scripts/schema_table.py
	$(BIN)/python scripts/reference.py
	$(BIN)/python scripts/editors.py
	$(BIN)/python examples/generate.py
	GOVENGINE_UPDATE_GOLDEN=1 $(BIN)/pytest -q tests/report tests/examples/test_reports.py tests/docs/test_samples.py

package: $(VENV)/.ready-dev  ## build wheel and source archive in dist/, install the wheel elsewhere and judge a mesh with it
	@rm -rf dist build/package
	$(PIP) -e '.[release]'
	$(BIN)/python -m build --outdir dist
	$(BIN)/python -m venv build/package
	build/package/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt dist/*.whl
	build/package/bin/govengine init build/package/mesh
	build/package/bin/govengine check --root build/package/mesh

clean:  ## remove the environment and what was built
	rm -rf $(VENV) build dist .coverage .coverage.* .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' \
	  || { echo "govengine needs Python 3.11 or later. Name one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	$(PIP) -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(PIP) -e '.[dev]'
	@touch $@
