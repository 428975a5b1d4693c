# Everything a person needs: make run, make kafka, make test, make check, make bench, make torture, make storm.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
NAME   ?=
MINUTES ?= 5
SEED   ?= 1

.PHONY: help run kafka test lint check format bench torture storm lock clean

help:
	@echo "make run      set up and run everything on this machine, with the story of a library card"
	@echo "make kafka    a Kafka broker of your own to try it with; needs Java 17 and Maven"
	@echo "make test     set up and run all tests"
	@echo "make check    format, lint, types, layers, tests"
	@echo "make bench    benchmarks; make bench NAME=... runs one"
	@echo "make torture  kills and cuts whatever it can under the event store; MINUTES=5 SEED=1"
	@echo "make storm    the same for Kafka and the workers; needs Java 17 and Maven; MINUTES=5 SEED=1"
	@echo "make lock     resolve the dependencies anew"
	@echo "make clean    remove what the above made"

$(VENV)/.run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Amtsweg needs Python 3.11 or newer; set PYTHON=... to one.")'
	@echo "Setting up, which takes a minute or two ..."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: $(VENV)/.run
	@$(BIN)/python -m amtsweg run $(ARGS)

kafka: $(VENV)/.run
	@$(BIN)/python -m amtsweg kafka $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks $(NAME)

torture: $(VENV)/.dev
	$(BIN)/python -m tests.torture --minutes $(MINUTES) --seed $(SEED)

storm: $(VENV)/.dev
	$(BIN)/python -m tests.storm --minutes $(MINUTES) --seed $(SEED)

lock: $(VENV)/.dev
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info bench.json
