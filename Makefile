# Needs Python 3.11 or newer, pip, git and make. Everything else is set up inside .venv and var.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test test-all bench lint messages clean

run: $(STAMP)
	@$(BIN)/corridor serve --demo

test: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not heavy"

test-all: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

lint: $(STAMP)
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python -m benchmarks

messages: $(STAMP)
	$(BIN)/python tools/messages.py update

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Corridor needs Python 3.11 or newer; '$(PYTHON)' is older. Maybe: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up (once, about a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -c "from corridor.locale import compile_catalogues; compile_catalogues()"
	@touch $@
