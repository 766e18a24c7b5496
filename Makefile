# Two commands do everything: `make lab` opens the first lesson, `make test` proves the whole project.
# The rest: bench lint verify exercises notebooks html clean. Options: PYTHON=python3.12, VENV=.venv, JOBS=2,
# LAB_ARGS=--no-browser, ONLY="cnn mlp" (of bench), BENCH_ARGS=--check.

PYTHON   ?= python3
VENV     ?= .venv
JOBS     ?= 2
LAB_ARGS ?=
LESSON   := notebooks/00_start_here.ipynb
BENCH    := .venv-bench
BIN      := $(VENV)/bin
SPREAD   := -n $(JOBS) --dist loadscope
PINS     := pyproject.toml constraints.txt
FOR_LAB  := -c constraints.txt -e ".[torch,lab]"
FOR_TEST := -c constraints.txt -e ".[torch,lab,test,dev]"

# uv where there is one (it reads its own setting for local wheels, not pip's), else the environment's own pip.
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
new_env = $(UV) venv --quiet --allow-existing --python $(PYTHON) $(1)
install = UV_FIND_LINKS="$${UV_FIND_LINKS:-$${PIP_FIND_LINKS:-}}" $(UV) pip install --quiet --python $(1)/bin/python $(2)
else
new_env = $(PYTHON) -m venv $(1)
install = $(1)/bin/python -m pip install --quiet $(2)
endif
check_python = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5) and \
	"kerasteach needs Python 3.11.5 or newer; $(PYTHON) is " + sys.version.split()[0] + \
	". Try: make PYTHON=python3.12 $(MAKECMDGOALS)")'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help lab test test-python test-notebooks bench lint verify exercises notebooks html clean

help:
	@sed -n 's/^# //p' $(firstword $(MAKEFILE_LIST)) | head -n 3

# A stamp is newer than the files it was made from, so a second run installs nothing.
$(VENV)/.lab: $(PINS)
	@$(check_python)
	@echo "making $(@D) (about a minute, most of it torch)"
	$(call new_env,$(VENV))
	$(call install,$(VENV),$(FOR_LAB))
	@touch $@

$(VENV)/.test: $(PINS)
	@$(check_python)
	@echo "making $(@D) (about a minute, most of it torch)"
	$(call new_env,$(VENV))
	$(call install,$(VENV),$(FOR_TEST))
	@touch $@ $(VENV)/.lab

$(BENCH)/.bench: pyproject.toml benchmarks/requirements.txt
	@$(check_python)
	@echo "making $(@D) (about a minute, most of it torch)"
	$(call new_env,$(BENCH))
	$(call install,$(BENCH),-r benchmarks/requirements.txt -e .)
	@touch $@

lab: $(VENV)/.lab
	$(BIN)/jupyter lab --ServerApp.root_dir=. $(LAB_ARGS) $(LESSON)

test: test-python test-notebooks

test-python: $(VENV)/.test
	$(BIN)/python -m pytest $(SPREAD)

# Each notebook stays whole on one worker (loadscope); outputs are compared after tests/notebooks/sanitize.cfg.
test-notebooks: $(VENV)/.test
	KERASTEACH_PROGRESS=off $(BIN)/python -m pytest --nbval --nbval-current-env --nbval-cell-timeout=120 \
		--nbval-sanitize-with tests/notebooks/sanitize.cfg $(SPREAD) notebooks solutions

# All of it takes a quarter of an hour; ONLY="cnn mlp" runs a part. Lessons run where students run them.
bench: $(BENCH)/.bench $(VENV)/.lab
	$(BENCH)/bin/python benchmarks/suite.py --lesson-python $(BIN)/python $(if $(ONLY),--only $(ONLY)) $(BENCH_ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check .

verify: $(VENV)/.test
	$(BIN)/python -m kerasteach verify

exercises: $(VENV)/.test
	$(BIN)/python -m kerasteach exercises make

notebooks: $(VENV)/.test
	$(BIN)/python -m kerasteach notebooks

# The course as pages that need no kernel: build/course/index.html.
html: $(VENV)/.lab
	$(BIN)/python -m kerasteach pages --html build/course

clean:
	rm -rf $(VENV) $(BENCH) build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
