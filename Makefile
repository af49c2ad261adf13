# `make export` and `make test` need Python 3.11 or newer and make; they get the rest themselves.
PYTHON ?= python3
SUITE ?= trixie
# the tests of one file share what they have rendered
ALL_CORES = --numprocesses auto --dist loadfile

.PHONY: help export test check prepare constraints catalogue pictures benchmark thorough faults press same-bytes clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

export: prepare ## set everything in sources/ as PDF and EPUB, into dist/
	.venv/bin/brief export --pdf --epub

test: prepare ## run the tests
	.venv/bin/pytest $(ALL_CORES)

check: prepare ## format, lint, types and tests: what CI runs
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/pytest $(ALL_CORES)

prepare: ## make .venv with the pinned dependencies; the others do this first
	@PYTHON="$(PYTHON)" sh tools/prepare.sh

constraints: ## renew the pins in constraints.txt
	@PYTHON="$(PYTHON)" sh tools/constraints.sh

catalogue: prepare ## renew brief/locale/brief.pot of brief/words.py, and have each .po follow it
	.venv/bin/pybabel -q extract -k word:1c,2 --no-default-keywords -c Translators: -s --no-location \
	  --project=brief --version=0.1 --copyright-holder="The brief authors" -w 100 \
	  --msgid-bugs-address="docs/languages.md says how" -o brief/locale/brief.pot brief/words.py
	.venv/bin/pybabel -q update --previous --ignore-pot-creation-date -w 100 \
	  -D brief -i brief/locale/brief.pot -d brief/locale

pictures: prepare ## renew docs/pictures/ of the examples and the steps in docs/
	.venv/bin/python tools/pictures.py

benchmark: prepare ## brief beside a plain WeasyPrint script, what the checks cost, the preflight beside Ghostscript
	.venv/bin/python benchmarks/cold.py
	.venv/bin/python benchmarks/proof.py
	.venv/bin/python benchmarks/preflight.py

thorough: prepare ## the tests, with all that the others leave out; for more than an hour
	.venv/bin/pytest --thorough $(ALL_CORES)

faults: prepare ## spoil finished editions in some thousands of ways: the checks find each
	.venv/bin/pytest --thorough tests/checks/test_fidelity.py

press: prepare ## twelve briefs for the press in every style; Ghostscript, Poppler and MuPDF look too
	.venv/bin/pytest -rs --thorough tests/test_printed.py

same-bytes: prepare ## set the samples in a fresh Debian too, by debootstrap as root, and compare
	BRIEF_SUITE="$(SUITE)" .venv/bin/pytest -rs tests/test_same_bytes.py

clean: ## remove all that these targets made, the editions in dist/ included
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find dist -mindepth 1 ! -name README.md -delete
