# Two commands for a newcomer: `make demo` and `make test`. Each makes its own environment if there is none.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
USER := $(VENV)/.installed
STAMP := $(VENV)/.installed-dev
LOWEST := $(VENV)-lowest/.installed

.PHONY: demo test lint types contracts slow verify lowest fresh gate clean

demo: $(USER)
	$(BIN)/promiselab demo giftware

test: $(STAMP)
	$(BIN)/python -m pytest -n auto -m "not slow" -q

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports

slow: $(STAMP)
	$(BIN)/python -m pytest -n auto -m slow -q

# Both engines on 10,000 random programs: equal records, measures and ledgers. The search on 5,000 small choices, each
# against every plan tried one by one in rational arithmetic. 300 designs against their bound. 1,000 scenarios to
# workbooks and back.
verify: $(STAMP)
	PROMISELAB_PROGRAMS=10000 $(BIN)/python -m pytest -n auto -q tests/simcore/test_engines.py
	PROMISELAB_MODELS=5000 $(BIN)/python -m pytest -n auto -q tests/optimize/search/test_search_against_enumeration.py
	PROMISELAB_DESIGNS=312 $(BIN)/python -m pytest -n auto -q tests/optimize/loop/test_optimistic.py
	PROMISELAB_WORKBOOKS=1000 $(BIN)/python -m pytest -n auto -q tests/workbook/test_round_trip.py

# The lower bounds of pyproject.toml, as they are stated. The documentation is the same.
lowest: $(LOWEST)
	$(VENV)-lowest/bin/python -m pytest -n auto -m "not slow" -q -p no:cacheprovider --ignore=tests/docs

# A stranger's first hour: installed into an empty environment, the tutorial is followed word by word.
fresh: $(STAMP)
	rm -rf $(VENV)-fresh
	$(PYTHON) -m venv $(VENV)-fresh
	$(VENV)-fresh/bin/python -m pip install --quiet --disable-pip-version-check .
	PROMISELAB_FRESH="$(CURDIR)/$(VENV)-fresh/bin" $(BIN)/python -m pytest -q tests/docs/test_following.py -k tutorial

gate: test lint types contracts slow lowest fresh

$(LOWEST): pyproject.toml
	test -x $(VENV)-lowest/bin/python || $(PYTHON) -m venv $(VENV)-lowest
	$(VENV)-lowest/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(VENV)-lowest/bin/uv pip install --quiet --python $(VENV)-lowest/bin/python --resolution lowest-direct -e ".[test]"
	touch $(LOWEST)

$(USER): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[web]"
	touch $(USER)

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $(STAMP)

clean:
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-fresh .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
