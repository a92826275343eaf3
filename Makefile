# `make plan` and `make test` do all the set-up themselves on a machine with python3 and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# Otherwise each worker, and each command that a test starts, compiles everything anew.
COMPILED_ONCE := PYTHONDONTWRITEBYTECODE=

.PHONY: plan eve test test-all bench schema clean

plan: $(VENV)/.run  ## plan the example flight seen from afar, and say where its report lies
	@$(BIN)/hamsafar plan examples/tiangong-guest

eve: $(VENV)/.run  ## the same flight seen from its eve
	@$(BIN)/hamsafar plan examples/tiangong-eve

test: $(VENV)/.dev  ## style, types and all tests that take seconds
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(COMPILED_ONCE) $(BIN)/pytest -n 2 --dist loadfile -m "not slow"

test-all: $(VENV)/.dev  ## everything, the slow tests too
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(COMPILED_ONCE) $(BIN)/pytest -n 2 --dist loadfile --hypothesis-profile=chance

bench: $(VENV)/.oracles  ## how fast on this machine, and how far from every oracle
	@$(BIN)/python bench/speed/whole_commands.py
	@$(BIN)/python bench/speed/orbit_and_events.py
	@$(BIN)/python bench/speed/lunar_orbits.py
	@$(BIN)/python bench/speed/lunar_year.py
	@$(BIN)/python bench/speed/flights.py
	@$(BIN)/python bench/speed/selection.py
	@$(BIN)/python bench/speed/selection_intake.py
	@$(BIN)/python bench/accuracy/against_oracles.py
	@$(BIN)/python bench/accuracy/lunar_orbits.py
	@$(BIN)/python bench/accuracy/lunar_lives.py
	@$(BIN)/python bench/accuracy/boosts.py
	@$(BIN)/python bench/accuracy/forecasts.py
	@$(BIN)/python bench/accuracy/select_ranks.py
	@$(BIN)/python bench/quality/public_sets.py --every 10 --peer
	@$(BIN)/python bench/quality/planted_sets.py
	@$(BIN)/python bench/quality/repairs.py

schema: $(VENV)/.dev  ## write the JSON Schema of programme files anew
	@$(BIN)/python tools/write_schema.py

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Hamsafar needs Python 3.11 or later; $(PYTHON) is `$(PYTHON) --version`. Name another: make PYTHON=python3.12 plan"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python's own venv is missing. Install it (Debian, Ubuntu: apt install python3-venv), then run make again."; exit 1; }
	@echo "Making $(VENV) and installing what Hamsafar stands on (about a minute, once) ..." >&2
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml constraints.txt
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

$(VENV)/.oracles: $(VENV)/.dev
	@$(PIP) install -c constraints.txt -e '.[dev,oracles]'
	@touch $@

clean:  ## remove what make made
	rm -rf $(VENV) out dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
