# Two commands for a newcomer: `make demo` and `make test`. Each makes its own environment if there is none.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
USER := $(VENV)/.installed
STAMP := $(VENV)/.installed-dev

.PHONY: demo test lint types contracts slow gate clean

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

gate: test lint types contracts slow

$(USER): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $(USER)

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $(STAMP)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
