# Everything runs from .venv, which the first target makes. Another Python: make test PYTHON=python3.13
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
.PHONY: help demo test lint mutants pins bench simulate reliability crash clean

help:
	@echo "make demo    the whole product on one page: http://127.0.0.1:8088"
	@echo "make test    ruff, mypy, import-linter, pytest"
	@echo "make lint    the first three of them"
	@echo "make mutants put errors into the scripts, and list those that nothing notices"
	@echo "make bench   how fast it is"
	@echo "make simulate     the product under faults on a virtual clock; SEEDS=100"
	@echo "make reliability  the same, written to docs/reliability.md"
	@echo "make crash        kill the real process again and again; KILLS=100"
	@echo "make pins    compile requirements.txt and requirements-dev.txt anew"

# The project itself is not installed: everything is run as a module from this folder, so no build backend is needed.
$(STAMP): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $(STAMP)

demo: $(STAMP)
	$(BIN)/python -m bot demo

test: lint
	$(BIN)/python -m pytest -n auto

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

mutants: $(STAMP)
	$(BIN)/python -m tests.mutation

bench: $(STAMP)
	$(BIN)/python -m tests.bench

SEEDS ?= 100
FIRST ?= 1
HOURS ?= 168
simulate: $(STAMP)
	$(BIN)/python -m bot simulate --seeds $(SEEDS) --seed $(FIRST) --hours $(HOURS)
	$(BIN)/python -m tests.simulation.planted

reliability: $(STAMP)
	$(BIN)/python -m tests.simulation.planted 500 12 .planted.json
	$(BIN)/python -m bot simulate --seeds $(SEEDS) --seed $(FIRST) --hours $(HOURS) --planted .planted.json --page docs/reliability.md

KILLS ?= 100
crash: $(STAMP)
	KILLS=$(KILLS) $(BIN)/python -m pytest -n0 tests/crash

# uv is fetched for this alone. --universal makes one file for every Python from 3.11 and every platform; it adds
# markers where they differ. Neither addresses nor options of the machine that runs this get into the files.
pins: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(call pin,requirements.txt,Runtime pins with hashes.,)
	$(call pin,requirements-dev.txt,Runtime and test pins with hashes.,--extra test)

define pin
	echo "# $(2) Made by: make pins" > $(1).new
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links $(3) pyproject.toml >> $(1).new
	mv $(1).new $(1)
endef

clean:
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis
