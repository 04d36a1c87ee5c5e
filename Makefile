# `make build` and `make test` need Python 3.11 or newer and nothing else. `make help` lists everything.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

# Your own labels go into a file of their own, so that the demo never mixes with them.
export LABEL_LINEAGE_DB ?= $(if $(NODES),own_labels.duckdb,label_lineage.duckdb)
export DBT_PROFILES_DIR ?= $(CURDIR)
VARS ?= $(if $(NODES),{label_nodes: ["$(NODES)"]},{})
ifneq ($(NODES),)
ifeq ($(findstring label_nodes,$(VARS)),)
$(error NODES and VARS were both given: write the files into VARS as well, {label_nodes: ["$(NODES)"], ...})
endif
endif
DBT := $(BIN)/dbt
QUIET := --quiet --no-use-colors

.PHONY: help build test test-all test-faults test-engines bench bench-rules scale-out curve docs lint clean

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.built: requirements.lock
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Label Lineage needs Python 3.11 or newer; say which with make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@touch $@

$(VENV)/.tested: requirements-dev.lock $(VENV)/.built
	@echo "Adding the test tools to $(VENV) (once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

build: $(VENV)/.built  ## Build the demo, or your own labels with NODES='path/*.parquet'
	@$(BIN)/python scripts/check_database.py '$(LABEL_LINEAGE_DB)'
	@$(DBT) $(QUIET) build --exclude-resource-type unit_test --vars '$(VARS)'
	@$(DBT) $(QUIET) run-operation summary --vars '$(VARS)'

# A file's tests share what they build, so a file stays in one process.
PYTEST := $(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

test: $(VENV)/.tested  ## Run the tests that need no server, without the long ones
	@LABEL_LINEAGE_KILLS=$(or $(KILLS),1) $(PYTEST) -m 'not long'

test-all: $(VENV)/.tested  ## Run all tests that need no server
	@LABEL_LINEAGE_KILLS=$(or $(KILLS),3) $(PYTEST)

# What is changed, replayed and erased is tested beside the models; two writers are, where there can be two.
FAULTS := tests/faults tests/python/test_frozen.py tests/python/test_inputs.py tests/python/test_redactions.py

test-faults: $(VENV)/.tested  ## Run the tests that kill, fill, tamper and flood; KILLS=50 random instants
	@LABEL_LINEAGE_KILLS=$(or $(KILLS),50) $(BIN)/pytest -n 2 --dist loadfile $(FAULTS)
	@$(MAKE) --no-print-directory test-engines ENGINES='tests/engines/test_postgres.py'

# Kept from clone to clone, for each lock file anew: it takes minutes and 1.5 GB. An install that was cut short has
# no `.built` and is begun again.
ENGINES_VENV := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/label_lineage/venv-engines-$(firstword $(shell cksum < requirements-engines.lock))

$(ENGINES_VENV)/.built:
	@echo "Setting up $(@D) (once)"
	@rm -rf $(@D)
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-engines.lock
	@touch $@

# Linked every time: by age alone a return to an older lock file would keep the newer environment.
.PHONY: .venv-engines
.venv-engines: $(ENGINES_VENV)/.built
	@rm -rf $@
	@ln -s $(ENGINES_VENV) $@

# On a build machine a missing server is a failure, and tests of two servers run at a time, without the longest.
test-engines: .venv-engines  ## Run the tests that start a server, or some of them: ENGINES='tests/engines -k trino'
	@.venv-engines/bin/python -m pytest $(if $(CI),-n 2 --no-loadscope-reorder --durations 20 -m 'not long') $(or $(ENGINES),tests/engines)

SIZE ?= 1000000
.venv-bench/.built: requirements-bench.lock requirements.lock
	@echo "Setting up .venv-bench (once)"
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-bench.lock
	@touch $@

bench: .venv-bench/.built  ## Measure against a plain copy and other programs, SIZE=1000000 label nodes
	@.venv-bench/bin/python scripts/bench/run.py $(SIZE)

bench-rules: .venv-bench/.built  ## Measure the rules against crowd-kit and NumPy
	@set -o pipefail; { printf '# Rules, measured\n\nWritten by `make bench-rules`. Ratios carry over to other machines, seconds do not.\n\n'; \
	.venv-bench/bin/python scripts/bench/rules.py && .venv-bench/bin/python scripts/bench/masks.py; } | tee docs/benchmarks_rules.md

SIZES ?= 1000000 3000000
curve: .venv-bench/.built  ## Measure how builds and days grow with the history, SIZES='1000000 10000000'
	@.venv-bench/bin/python scripts/bench/curve.py $(SIZES)

scale-out: .venv-engines  ## Build the same labels on DuckDB and on Spark with one worker and two, SIZE=1000000
	@.venv-engines/bin/python scripts/bench/scale_out.py $(SIZE)

docs: $(VENV)/.built  ## Write the documentation as one page, target/static_index.html
	@$(DBT) $(QUIET) docs generate --vars '$(VARS)'
	@$(BIN)/python scripts/write_docs.py target

lint: $(VENV)/.tested  ## Check the style of SQL and Python
	@$(BIN)/sqlfluff lint models tests analyses --disable-progress-bar --processes 0
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

clean:  ## Remove what the commands made, except databases and environments
	@rm -rf target logs .pytest_cache .ruff_cache .hypothesis
