# Everything that is done with this repository. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help report test bench lint clean

VENV := .venv/bin

help: ## this list
	@grep -E '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

report: ## make the environment, evaluate the example pilot, and say where the reports are
	@.ci/bootstrap.sh
	@$(VENV)/werkzorg run drechtsteden

report-%: ## the same for another practice, as make report-limburg
	@.ci/bootstrap.sh
	@$(VENV)/werkzorg run $*

test: ## install what tests need and run them all, against the built package
	@.ci/test.sh

bench: ## time of each step, cold and warm
	@.ci/bootstrap.sh
	@$(VENV)/python -m benchmarks.run

lint: ## style and common mistakes
	@.ci/bootstrap.sh dev
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .

clean: ## remove the environment and everything that can be made again; results stay
	@rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
