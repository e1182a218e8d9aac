# Handrail's commands. `make` alone lists them.
#
#   PYTHON=python3.12   the Python to make .venv with (3.11 or later)
#   WORKERS=4           how many processes the tests run in
#   TESTS=tests/rules   which tests to run
#   BENCH='--only answer'   what to measure; everything if left out

PYTHON ?= python3
WORKERS ?= 2
TESTS ?= tests
BIN := .venv/bin

# Set-up compiles bytecode; a machine that forbids it would make every command seconds slower.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo up test check pictures bench coverage format lock clean test-setup

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv with the locked packages, and Pango where it may
	@PYTHON='$(PYTHON)' bash deployments/setup/setup.sh run

demo: setup ## the sample service and its 40 cases, from recommendation to paid (AGAIN=1: anew)
	@$(BIN)/handrail demo $(if $(AGAIN),--again)

up: setup ## start Handrail here; Ctrl-C stops it
	@$(BIN)/handrail up

test-setup: # everything that checks and tests need
	@PYTHON='$(PYTHON)' bash deployments/setup/setup.sh tests

test: test-setup ## every test, on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(TESTS)

check: test-setup ## style, types, rooms and generated documents
	@bash deployments/setup/check.sh

pictures: test-setup ## the pictures of docs/how-to/desk-in-pictures.md, taken anew
	@TAKE_PICTURES=1 $(BIN)/python -m pytest -n 0 -q tests/pages/test_pictures.py

coverage: test-setup ## the tests again, with the branches that they never took
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -q --cov --cov-report term-missing:skip-covered $(TESTS)

bench: test-setup ## speed against bare SQL, as ratios
	@$(BIN)/python -m tests.bench $(BENCH)

format: test-setup ## put the code into house style
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix .

lock: ## write the lock files again (UPGRADE=1 raises every version)
	@PYTHON='$(PYTHON)' bash deployments/setup/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## remove .venv and everything made by checks and tests; .handrail, your cases, stays
	@rm -rf .venv build dist htmlcov .pytest_cache .mypy_cache .ruff_cache .import_linter_cache \
		.hypothesis .coverage .coverage.*
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
