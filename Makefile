# The whole project from here: `make run` to see it, `make test` to trust it. `make help` lists the rest.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run dev build test lint unit clients e2e faults bench screenshots format setup

# Extra words for the program: `make run ARGS="--help"`.
ARGS ?=
# How often `make faults` runs.
TIMES ?= 1

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Build and start the demo: inbox, pretend SaaS, pretend phone
	@exec target/release/pilot-inbox demo $(ARGS)

dev: ## The fast loop: rebuild and reload on every change
	@scripts/setup.sh
	@scripts/dev.sh $(ARGS)

build: ## The release build: target/release/pilot-inbox and target/site
	@scripts/setup.sh
	@scripts/build.sh

test: ## Everything that must hold: lint, unit, build, clients, browser
	@scripts/test.sh

lint: ## Formatting, clippy, docs, types, and the project's own rules
	@scripts/setup.sh lint
	@scripts/lint.sh

unit: ## Rust and SDK tests, without a browser
	@scripts/setup.sh unit
	@scripts/unit.sh

clients: ## What is written for the public API, against the release build
	@scripts/setup.sh test
	@scripts/build.sh
	@scripts/clients.sh $(ARGS)

e2e: ## Browser tests against the release build
	@scripts/setup.sh test
	@scripts/build.sh
	@scripts/e2e.sh $(ARGS)

faults: ## Break the release build in every known way, TIMES times
	@scripts/setup.sh unit
	@scripts/build.sh
	@scripts/faults.sh $(TIMES)

bench: ## Measure the release build and write the table into the README
	@scripts/setup.sh bench
	@scripts/build.sh
	@scripts/bench.sh $(ARGS)

screenshots: ## Take docs/screenshots anew
	@scripts/setup.sh test
	@scripts/build.sh
	@scripts/screenshots.sh

format: ## Format the Rust code
	@cargo fmt

setup: ## Only install what is missing
	@scripts/setup.sh test
