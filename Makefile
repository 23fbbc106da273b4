# Needs Python 3.11 or newer, pip, git and make. Everything else is set up inside .venv and var.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test test-all test-extras bench lint messages lock-extras clean

run: $(STAMP)
	@$(BIN)/corridor serve --demo

test: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not heavy"

test-all: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

# Spark and gravity, in .venv-extras: about 2 GB and a few minutes; Spark needs Java 17.
test-extras:
	PYTHON=$(PYTHON) .ci/extras

lint: $(STAMP)
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python -m benchmarks

messages: $(STAMP)
	$(BIN)/python tools/messages.py update

# Needs uv. Versions are those of requirements.lock, but for pandas: PySpark wants one older than 3.
lock-extras:
	@shared=$$(mktemp) && trap 'rm -f $$shared' EXIT && \
	sed -nE '/^pandas==/d; s/^([A-Za-z0-9_.-]+==[^ ]+).*/\1/p' requirements.lock >$$shared && \
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  -c $$shared --extra gravity --extra spark pyproject.toml .ci/extras.in -o requirements-extras.lock

# Environments and caches; what the platform keeps (var) stays.
clean:
	rm -rf .venv .venv-library .venv-extras .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Corridor needs Python 3.11 or newer; '$(PYTHON)' is older. Maybe: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up (once, about a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -c "from corridor.locale import compile_catalogues; compile_catalogues()"
	@touch $@
