# Everything happens in .venv, which each target builds as far as it needs. A stamp in .venv/stamps says when a
# step was last done; a step is repeated only when a file that it reads has changed.
PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
STAMPS := $(VENV)/stamps
# Directories are listed too: their time changes when a file is removed.
SOURCES := pyproject.toml CMakeLists.txt \
	$(shell find src -not -name '*.so' -not -name '*.pyc' -not -name __pycache__)
CPP := $(wildcard src/core/*/*.cpp src/core/*/*.hpp)

# A complaint names the line: functions keep their frames, and the module its symbols (no Release build) and its
# lines (-g1). Tracking variables as well would double the time that the loops take to compile.
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS \
	-fno-omit-frame-pointer -fno-var-tracking

# What is tested is the installed package, never the source folder.
unexport PYTHONPATH PYTHONHOME

# The oldest versions that pyproject.toml allows of everything that mix1d works with but the engines.
LOWEST := $(VENV)/lowest
EXTRAS := $(addprefix --extra ,cli plot report explore frames sklearn arrow tests)

.PHONY: help demo test quick lint format bench docs sanitize lto clang lowest clean
.DEFAULT_GOAL := help
.NOTPARALLEL: # two installations at once would spoil .venv

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMPS)/installed ## install, then fit the Old Faithful waiting times
	$(BIN)/mix1d fit examples/old_faithful_waiting.csv

test: $(STAMPS)/installed $(STAMPS)/test $(STAMPS)/engines $(STAMPS)/browser $(STAMPS)/r $(STAMPS)/shells $(STAMPS)/latex ## install, then run the tests; ARGS="-k name" goes to pytest
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

quick: $(STAMPS)/installed $(STAMPS)/test ## the tests for the desk, in less than a minute: no engine, no browser, nothing slow
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m 'not slow and not engine and not browser' $(ARGS)

lint: $(STAMPS)/installed $(STAMPS)/test $(STAMPS)/lint ## style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/clang-format --dry-run -Werror $(CPP)

format: $(STAMPS)/lint ## rewrite Python and C++ in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/clang-format -i $(CPP)

bench: $(STAMPS)/installed $(STAMPS)/bench $(STAMPS)/engines ## time every promise against its peers, into bench/results.json; ARGS="--quick --out FILE" tries
	$(BIN)/python bench/run_all.py $(ARGS)

docs: $(STAMPS)/installed $(STAMPS)/docs ## build the pages in docs/_build/html, running every example
	$(BIN)/python -m sphinx -W --keep-going -q -E -j auto docs docs/_build/html

# Addresses and undefined behaviour checked in the native core while the tests run; GCC on Linux.
# Without engines: neither Java nor processes started by others run with the sanitizers loaded before them.
# The kernels of other instruction sets are the same code, and compiled without.
sanitize: $(STAMPS)/sanitized $(STAMPS)/test ## run the tests with the sanitizers in the native core
	LD_PRELOAD="$$($(CXX) -print-file-name=libasan.so) $$($(CXX) -print-file-name=libstdc++.so)" \
	ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 MIX1D_ISA=base PYTHONPATH=$(CURDIR)/build/sanitized \
	$(BIN)/python -m pytest -m 'not engine' $(ARGS)

# Other compilers and other ways to compile must give the same bits. With -flto the compiler sees all files at once,
# and two definitions of one name are an error.
lto: $(STAMPS)/lto-core $(STAMPS)/test ## compile the core as one piece, with its warnings as errors, and compare its bits
	PYTHONPATH=$(CURDIR)/build/lto $(BIN)/python -m pytest -q tests/house/test_bits.py tests/core/test_core_fit.py $(ARGS)

clang: $(STAMPS)/clang-core $(STAMPS)/test ## compile the core with Clang, and compare its bits
	PYTHONPATH=$(CURDIR)/build/clang $(BIN)/python -m pytest -q tests/house/test_bits.py tests/core/test_core_fit.py $(ARGS)

# What warns of its age in libraries that old is not news.
lowest: $(STAMPS)/lowest ## every door once, with the oldest versions allowed of all that mix1d works with
	$(LOWEST)/bin/python -m pytest -W ignore::DeprecationWarning tests/house/test_minimal.py tests/house/test_lowest.py $(ARGS)

clean: ## remove everything that the other targets made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis src/mix1d/_core*.so
	find src tests bench tools examples -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(STAMPS)/venv:
	@echo "Creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade 'pip>=25.1'
	@mkdir -p $(STAMPS) && touch $@

# The build tools live in .venv, so that a rebuild compiles only what has changed.
$(STAMPS)/build: $(STAMPS)/venv pyproject.toml
	@$(PIP) install --group build
	@touch $@

$(STAMPS)/installed: $(STAMPS)/build $(SOURCES)
	@echo "Installing mix1d; the native core is compiled, which takes a minute the first time"
	@$(PIP) install --no-build-isolation '.[cli]'
	@touch $@

$(STAMPS)/test $(STAMPS)/lint $(STAMPS)/bench $(STAMPS)/docs: $(STAMPS)/venv pyproject.toml
	@echo "Installing the tools of the group $(@F)"
	@$(PIP) install --group $(@F)
	@touch $@

# Spark runs on Java, a system package: installed where it is missing and we may. Without it the tests of Spark
# are skipped, or fail where CI is set.
$(STAMPS)/engines: $(STAMPS)/venv pyproject.toml
	@echo "Installing Dask and Spark, which takes some minutes the first time"
	@$(PIP) install --group engines
	@[ -n "$$JAVA_HOME" ] || command -v java >/dev/null || { [ "$$(id -u)" = 0 ] \
		&& apt-get -qq update && apt-get -qq install -y --no-install-recommends default-jre-headless; } \
		|| echo "Java is missing and could not be installed: the tests of Spark will not run"
	@touch $@

# Pages are opened in Chromium, a system package too, under the same rule.
$(STAMPS)/browser: $(STAMPS)/venv
	@command -v chromedriver >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get -qq update \
		&& apt-get -qq install -y --no-install-recommends chromium chromium-driver poppler-utils >/dev/null; } \
		|| echo "Chromium is missing and could not be installed: the tests in a browser will not run"
	@touch $@

# The shells whose completion is tested, under the same rule.
$(STAMPS)/shells: $(STAMPS)/venv
	@{ command -v zsh && command -v fish; } >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get -qq update \
		&& apt-get -qq install -y --no-install-recommends zsh fish >/dev/null; } \
		|| echo "zsh or fish is missing and could not be installed: the tests of completion there will not run"
	@touch $@

# The test that has tables typeset, under the same rule.
$(STAMPS)/latex: $(STAMPS)/venv
	@command -v pdflatex >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get -qq update \
		&& apt-get -qq install -y --no-install-recommends texlive-latex-base >/dev/null; } \
		|| echo "LaTeX is missing and could not be installed: the test that has tables typeset will not run"
	@touch $@

# The tests that ask R for its opinion, under the same rule; R packages come from the system as well.
$(STAMPS)/r: $(STAMPS)/venv
	@Rscript -e 'quit(status = !requireNamespace("mclust", quietly = TRUE))' >/dev/null 2>&1 \
		|| { [ "$$(id -u)" = 0 ] && apt-get -qq update \
		&& apt-get -qq install -y --no-install-recommends r-base-core r-cran-mclust >/dev/null; } \
		|| echo "R or mclust is missing and could not be installed: the tests that need R will not run"
	@touch $@

$(STAMPS)/sanitized: $(STAMPS)/installed
	@echo "Compiling the native core with the sanitizers"
	@rm -rf build/sanitized
	@$(PIP) install --no-build-isolation --no-deps --target build/sanitized . \
		-C build-dir=build/sanitizers -C install.strip=false -C cmake.build-type=RelWithDebInfo \
		-C cmake.define.CMAKE_CXX_FLAGS="$(SANITIZERS)" \
		-C cmake.define.CMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1 -DNDEBUG"
	@touch $@

$(STAMPS)/lto-core: FLAGS := -flto=auto -Wodr -Wlto-type-mismatch -Werror=odr -Werror=lto-type-mismatch
$(STAMPS)/clang-core: export CC := clang
$(STAMPS)/clang-core: export CXX := clang++
$(STAMPS)/lto-core $(STAMPS)/clang-core: $(STAMPS)/%-core: $(STAMPS)/installed
	@echo "Compiling the native core another time: $*"
	@rm -rf build/$*
	@$(PIP) install --no-build-isolation --no-deps --target build/$* . \
		-C build-dir=build/$*-objects -C cmake.define.CMAKE_CXX_FLAGS="$(FLAGS)"
	@touch $@

# mix1d itself is built once, in .venv: there its objects are.
$(STAMPS)/lowest: $(STAMPS)/installed
	@echo "Installing the oldest versions allowed in $(LOWEST)"
	@$(PIP) install uv
	@rm -rf $(LOWEST) build/lowest
	@$(BIN)/uv venv -q --python $(BIN)/python $(LOWEST)
	@$(BIN)/uv pip install -q --python $(LOWEST) --resolution lowest-direct -r pyproject.toml $(EXTRAS) --group test
	@$(PIP) wheel --no-build-isolation --no-deps --wheel-dir build/lowest .
	@$(BIN)/uv pip install -q --python $(LOWEST) --no-deps build/lowest/*.whl
	@touch $@
