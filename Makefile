# Everything needs only this: `make up` to use Zhilu, `make test` to trust it. The work is in scripts/ and zhilu/.
.DEFAULT_GOAL := help
.PHONY: help env up stop status train test lint knowledge-check bench-baseline format lock clean

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

env:  ## build or refresh both Python environments
	@scripts/bootstrap

up: env  ## set up what is missing, start everything, print the addresses (Ctrl-C stops all)
	@exec .venv/bin/zhilu up

stop:  ## stop what `make up` or `zhilu up --detach` started
	@exec .venv/bin/zhilu stop

status:  ## which programs run
	@exec .venv/bin/zhilu status

train: env  ## train the engine where its inputs changed
	@exec .venv/bin/zhilu train

test: env  ## all checks and all tests of both environments
	@exec .venv/bin/python scripts/suites.py

lint: env  ## the checks without the tests
	@exec .venv/bin/python scripts/suites.py --checks

knowledge-check: env  ## the knowledge base: form, words, and its law where ../shared is there
	@.venv/bin/python -m knowledge.check \
		$(if $(wildcard ../shared/laws),--laws ../shared/laws) $(if $(wildcard ../shared/topics.yml),--topics ../shared/topics.yml)

bench-baseline: env  ## stock Rasa and ours on the same questions: hours (bench/README.md)
	@scripts/bootstrap baseline
	@.venv/bin/python -m bench.baseline.measure

format: env  ## rewrite the code in the house format
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

lock:  ## renew both lock files
	@scripts/bootstrap lock

clean:  ## remove environments, caches and models; keeps the register, the secrets and the logs
	rm -rf .venv engine/.venv .tools var/cache var/models var/run .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
