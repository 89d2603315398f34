# The two commands that matter: `make run` and `make test`. `make help` lists the rest.

VENV ?= .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.needlewise-ready
SYSTEM := -I viewer/cli/system_libraries.py
UNSET := env -u QT_QPA_PLATFORM   # an exported "offscreen" has no OpenGL for the window

# The first Python that is new enough, unless PYTHON names one.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && echo $$p && break; done)

.DEFAULT_GOAL := help
.PHONY: run test test-long check format bench body build clean help setup

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(READY)  ## set up what is missing, then open the app (without a display: draw the demonstration)
	@if $(PY) $(SYSTEM) display; then \
		$(PY) $(SYSTEM) window && exec $(UNSET) $(VENV)/bin/needlewise gui; \
	else \
		echo "There is no display: drawing the demonstration plan into out/ instead."; \
		$(PY) $(SYSTEM) picture; exec $(PY) -m viewer.cli.demo out; \
	fi

test: $(READY)  ## set up what is missing, then run every test (windows under a virtual display)
	@$(PY) $(SYSTEM) test || echo "needlewise: going on; tests that need these libraries will say so." >&2
	@$(UNSET) $(PY) -m pytest

test-long: $(READY)  ## everything, with the whole brute-force campaigns (about an hour and a half)
	@$(PY) $(SYSTEM) test || echo "needlewise: going on; tests that need these libraries will say so." >&2
	@$(UNSET) $(PY) -m pytest -m "long or not long"

check: $(READY)  ## format, lint, types, import contracts
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(READY)  ## put all code into its form
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(READY)  ## the benchmarks beside Open3D, VTK and python-fcl (installs them first)
	@$(PY) -m pip install -q --disable-pip-version-check -e '.[bench]'
	@$(PY) $(SYSTEM) bench || true
	$(VENV)/bin/needlewise bench

body: $(READY)  ## rebuild the reference body from its tables
	@$(PY) -m pip install -q --disable-pip-version-check -e '.[body]'
	$(PY) -m meshes.reference.build

build: $(READY)  ## the wheel, in dist/
	$(PY) -m pip wheel -q --disable-pip-version-check --no-deps -w dist .

setup: $(READY)  ## the virtual environment alone

clean:  ## remove everything that make made
	rm -rf $(VENV) build dist out *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv installs ten times faster but does not read pip's settings: where it fails, pip tries.
$(READY): pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "needlewise: no Python 3.11 or newer was found; install one, or name it: make PYTHON=/path/to/python3" >&2; \
		exit 2; fi
	@$(PYTHON) $(SYSTEM) venv
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Setting up $(VENV) (once; about 1.3 GB)" >&2
	@{ command -v uv >/dev/null 2>&1 && UV_PYTHON_DOWNLOADS=never uv pip install -q --python $(PY) -e '.[test,check]' 2>/dev/null; } \
		|| $(PY) -m pip install -qq --disable-pip-version-check -e '.[test,check]'
	@echo "Compiling the distance engine (once; half a minute)" >&2
	@$(VENV)/bin/needlewise assess --entry 0 150 0 --direction 0 -1 0 --depth 9 >/dev/null 2>&1 || true
	@touch $@
