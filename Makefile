# Each command makes .venv first if it is missing. "make" alone lists them, from the lines with "##".
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
ARGS ?=
HERE = notebooks --config=.jupyter/jupyter_server_config.py $(if $(filter 0,$(shell id -u)),--allow-root)
# Side by side, file by file: the cells of a notebook share one kernel, the tests of a page one browser.
PYTEST := -m pytest -n 2 --dist loadfile
QUICK := $(PYTEST) --ignore=tests/browser
PIP := -m pip install --quiet --disable-pip-version-check

.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile)
help:
	@awk -F ':.*## ' '/^## / {print "\n" substr($$0, 4)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

## The four that matter
lab: .venv/reader ## open chapter 1 in JupyterLab
	$(BIN)/jupyter lab $(HERE) --LabApp.default_url=/lab/tree/01_count_the_rolls.ipynb $(ARGS)

test: test-quick ## run the tests and the linters
	$(BIN)/python $(PYTEST) tests/browser $(ARGS)

notebooks: .venv/tests ## run every chapter and store it with its pictures
	$(BIN)/python tools/stored.py

# From what is stored, with JupyterLite beside the pages; what builds them has an environment of its own.
site: .web/tools ## build the pages, in which the chapters run, into _site
	.web/bin/python web/build.py
	@echo "To look at the pages, type this, and open the address that it prints:"
	@echo "    .web/bin/python -m http.server --bind 127.0.0.1 --directory _site"

## More to read and to measure
notebook: .venv/reader ## open chapter 1 in Notebook 7
	@$(call install,-c tests/requirements.txt notebook)
	$(BIN)/jupyter notebook $(HERE) --JupyterNotebookApp.default_url=/notebooks/01_count_the_rolls.ipynb $(ARGS)

bench: .venv/tests ## measure how fast the pictures follow the sliders
	PYTHONPATH=notebooks:tests/browser $(BIN)/python tools/bench.py

address: ## write the GitHub repository of this checkout into the links of the README
	@PYTHONPATH=web/pages $(PYTHON) tools/address.py

clean: ## remove what make has made
	rm -rf .venv .oldest .newest .colab .r2d .web _site artefacts build dist *.egg-info

## More to test
# The style last: a reader's answers need not have it, and what the tests say of them comes first.
test-quick: .venv/tests ## make test without the browser
	$(BIN)/python $(QUICK) $(ARGS)
	@$(MAKE) --no-print-directory lint

test-all: test-quick test-oldest test-colab test-binder mutants spelling site ## the tests, other packages, mutants, the pages
	$(BIN)/python $(PYTEST) tests/browser
	$(BIN)/python $(PYTEST) web

# A hand of each kind in other engines: Playwright's own builds, or Debian's firefox-esr (with Playwright 1.60)
# and, under xvfb-run, its webkit2gtk-driver (with selenium).
ENGINES ?= firefox webkit
test-browsers: .venv/tests ## a hand of each kind in Firefox and in WebKit
	for engine in $(ENGINES); do \
		ENGINE=$$engine $(BIN)/python -m pytest tests/browser -m "engines" $(ARGS) || exit 1; \
	done

# The lower bounds of requirements.txt, really installed: everything but the browser tests.
test-oldest: .venv/python ## on the oldest packages that requirements.txt lets in
	$(PYTHON) -m venv .oldest
	sed 's/>=/==/' requirements.txt > .oldest/requirements.txt
	.oldest/bin/python $(PIP) -r .oldest/requirements.txt -r tests/requirements.txt
	.oldest/bin/python $(QUICK) $(ARGS)

# The newest of everything that requirements.txt lets in, really installed; on Windows, too.
NEWEST := .newest/$(if $(filter Windows_NT,$(OS)),Scripts,bin)/python
test-newest: ## on the newest packages
	$(PYTHON) -m venv .newest
	$(NEWEST) $(PIP) --upgrade -r requirements.txt -r tests/requirements.txt
	$(NEWEST) $(QUICK) $(ARGS)
	$(NEWEST) $(PYTEST) tests/browser $(ARGS)

# What Colab has, with its ipywidgets 7: everything but the browser tests.
test-colab: ## on the packages that Colab has
	$(PYTHON) -m venv .colab
	.colab/bin/python $(PIP) -r tests/colab.txt -r tests/requirements.txt
	.colab/bin/python $(QUICK) $(ARGS)

# What Binder would build, without building it: a conda environment from environment.yml, with its Python.
test-binder: ## what Binder would build from this
	$(PYTHON) -m venv .r2d
	.r2d/bin/python $(PIP) jupyter-repo2docker
	.r2d/bin/jupyter-repo2docker --no-build --debug . > .r2d/Dockerfile 2>&1
	grep "conda environment for $$(sed -n 's/.*\(python=[0-9.]*\).*/\1/p' environment.yml)" .r2d/Dockerfile
	grep 'env update .* --file "environment.yml"' .r2d/Dockerfile

test-site: .venv/tests ## open every page, narrow and wide, light and dark
	$(BIN)/python $(PYTEST) web/test_pages.py $(ARGS)

test-lite: .venv/tests ## run every chapter in Pyodide and in JupyterLite, and move the pages' sliders
	$(BIN)/python $(PYTEST) web/test_pyodide.py web/test_lite.py web/test_alive.py $(ARGS)

mutants: .venv/tests ## put faults into the maths and the sliders, and count those that the tests find
	$(BIN)/python tools/mutants.py

BIOME := @biomejs/biome@2.6.8
lint: .venv/tests ## check the style of the code and the notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if command -v npm >/dev/null; then npm install --silent --prefix .venv/biome $(BIOME) && \
		.venv/biome/node_modules/.bin/biome lint notebooks/loaded_die web; \
	else echo "npm was not found: JavaScript and CSS are not linted"; fi

links: .web/tools ## ask every address elsewhere whether it answers
	.web/bin/python web/build.py links

spelling: .web/tools ## look for misspelt words
	.web/bin/codespell --ignore-regex '[A-Za-z0-9+/=]{60,}' -L notin,ond,oje,te *.md *.cff .github notebooks tests tools web

# What the commands stand on: an environment for the reader, the same with what the tests need, one for the pages.
.venv/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer was found. Install one, or name it: make lab PYTHON=/path/to/python3.12"; exit 1; }
	@test "$$($(PYTHON) -c 'import sys; print(sys.version_info >= (3, 11))')" = True || { \
		echo "$(PYTHON) is not Python 3.11 or newer. Name another: make lab PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) lacks its venv module. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/reader: .venv/python requirements.txt
	@$(call install,-r requirements.txt)
	@mkdir -p .venv/etc/jupyter/labconfig  # and no question about JupyterLab's news in front of the picture
	@echo '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}' \
		> .venv/etc/jupyter/labconfig/page_config.json
	@touch $@

.venv/tests: .venv/reader tests/requirements.txt
	@$(call install,-r tests/requirements.txt)
	@touch $@

.web/tools: .venv/python web/requirements.txt web/package.json
	@command -v npm >/dev/null || { echo "The pages need npm, for MathJax and Pyodide. On Debian: apt install npm"; exit 1; }
	rm -rf .web
	$(PYTHON) -m venv .web
	.web/bin/python $(PIP) -r web/requirements.txt
	cp web/package.json .web && npm install --silent --prefix .web
	@touch $@

install = echo "Installing $(lastword $(1)) ..."; $(BIN)/python $(PIP) -r requirements.txt $(1) || { \
	echo "pip could not install $(lastword $(1)); its message is above. Is the network there? Then run the same command again."; exit 1; }
