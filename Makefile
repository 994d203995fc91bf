# Each command makes .venv first if it is missing. "make" alone lists them.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
ARGS ?=

.PHONY: help lab test test-all test-quick test-browsers test-oldest test-newest test-colab test-binder mutants notebooks \
	bench lint binder clean site test-site test-lite links spelling
help:
	@echo "make lab        open chapter 1 in JupyterLab"
	@echo "make test       run the tests and the linter"
	@echo "make test-quick the same without the browser"
	@echo "make test-all   the tests, every gesture in every chapter, the oldest versions, the mutants, the pages"
	@echo "make test-browsers   a hand of each kind in Firefox and in WebKit"
	@echo "make test-oldest, make test-newest, make test-colab   the tests on other versions, and on Colab's"
	@echo "make test-binder   what Binder would build from this"
	@echo "make mutants    put faults into the maths and the sliders, and count those that the tests find"
	@echo "make notebooks  run every chapter and store it with its pictures"
	@echo "make bench      measure how fast the pictures follow the sliders"
	@echo "make lint       check the style of the code and the notebooks"
	@echo "make site       build the pages, with JupyterLite beside them, into _site"
	@echo "make test-site  open every page, narrow and wide, light and dark"
	@echo "make test-lite  run every chapter in the page"
	@echo "make links      ask every address elsewhere whether it answers"
	@echo "make spelling   look for misspelt words"
	@echo "make binder     print the Binder link and badge for this repository"
	@echo "make clean      remove what make has made"

lab: .venv/reader
	$(BIN)/jupyter lab notebooks --config=.jupyter/jupyter_server_config.py --allow-root \
		--LabApp.default_url=/lab/tree/01_count_the_rolls.ipynb $(ARGS)

# Side by side, file by file: the cells of a notebook share one kernel, the tests of a page one browser.
PYTEST := -m pytest -n 2
test: test-quick
	$(BIN)/python $(PYTEST) tests/browser -m "not nightly" $(ARGS)

# A hand of each kind in other engines: Playwright's own builds, or Debian's firefox-esr (with Playwright 1.60)
# and, under xvfb-run, its webkit2gtk-driver (with selenium).
ENGINES ?= firefox webkit
test-browsers: .venv/tests
	for engine in $(ENGINES); do \
		ENGINE=$$engine $(BIN)/python -m pytest tests/browser -m "engines and not nightly" $(ARGS) || exit 1; \
	done

QUICK := $(PYTEST) --dist loadfile --ignore=tests/browser
test-quick: lint
	$(BIN)/python $(QUICK) $(ARGS)

test-all: test-quick test-oldest test-colab test-binder mutants spelling site
	$(BIN)/python $(PYTEST) tests/browser
	$(BIN)/python $(PYTEST) web

# The lower bounds of requirements.txt, really installed: everything but the browser tests.
test-oldest: .venv/python
	$(PYTHON) -m venv .oldest
	sed 's/>=/==/' requirements.txt > .oldest/requirements.txt
	.oldest/bin/python -m pip install --quiet --disable-pip-version-check -r .oldest/requirements.txt -r tests/requirements.txt
	.oldest/bin/python $(QUICK) $(ARGS)

# The newest of everything that requirements.txt lets in, really installed; on Windows, too.
NEWEST := .newest/$(if $(filter Windows_NT,$(OS)),Scripts,bin)/python
test-newest:
	$(PYTHON) -m venv .newest
	$(NEWEST) -m pip install --quiet --disable-pip-version-check --upgrade -r requirements.txt -r tests/requirements.txt
	$(NEWEST) $(QUICK) $(ARGS)
	$(NEWEST) $(PYTEST) tests/browser -m "not nightly" $(ARGS)

# What Colab has, with its ipywidgets 7: everything but the browser tests.
test-colab:
	$(PYTHON) -m venv .colab
	.colab/bin/python -m pip install --quiet --disable-pip-version-check -r tests/colab.txt -r tests/requirements.txt
	.colab/bin/python $(QUICK) $(ARGS)

# What Binder would build, without building it: a conda environment from environment.yml, with its Python.
test-binder:
	$(PYTHON) -m venv .r2d
	.r2d/bin/python -m pip install --quiet --disable-pip-version-check jupyter-repo2docker
	.r2d/bin/jupyter-repo2docker --no-build --debug . > .r2d/Dockerfile 2>&1
	grep "conda environment for $$(sed -n 's/.*\(python=[0-9.]*\).*/\1/p' environment.yml)" .r2d/Dockerfile
	grep 'env update .* --file "environment.yml"' .r2d/Dockerfile

mutants: .venv/tests
	$(BIN)/python tools/mutants.py

notebooks: .venv/tests
	$(BIN)/python tools/stored.py

bench: .venv/tests
	PYTHONPATH=notebooks:tests/browser $(BIN)/python tools/bench.py

# The pages, and JupyterLite beside them, from what is stored; what builds them has an environment of its own.
site: .web/tools
	.web/bin/python web/build.py

test-site: .venv/tests
	$(BIN)/python $(PYTEST) web/test_pages.py $(ARGS)

test-lite: .venv/tests
	$(BIN)/python $(PYTEST) web/test_lite.py web/test_alive.py $(ARGS)

links: .web/tools
	.web/bin/python web/build.py links

spelling: .web/tools
	.web/bin/codespell --ignore-regex '[A-Za-z0-9+/=]{60,}' -L notin,ond,oje,te *.md *.cff .github notebooks tests tools web

lint: .venv/tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if command -v npm >/dev/null; then npm install --silent --prefix .venv/biome @biomejs/biome@2.6.8 && \
		.venv/biome/node_modules/.bin/biome lint notebooks/loaded_die; \
	else echo "npm was not found: page.js and page.css are not linted"; fi

binder:
	@url=$$(git remote get-url origin 2>/dev/null) || { \
		echo "This checkout has no remote named origin: add one (git remote add origin URL), then try again."; exit 1; }; \
	repo=$$(echo "$$url" | sed -nE 's#^(https://github\.com/|git@github\.com:|ssh://git@github\.com/)([^/]+/[^/]+)$$#\2#p' | sed 's/\.git$$//'); \
	test -n "$$repo" || { echo "origin is $$url: Binder links are made for repositories on github.com."; exit 1; }; \
	link="https://mybinder.org/v2/gh/$$repo/HEAD?urlpath=lab/tree/notebooks/01_count_the_rolls.ipynb"; \
	echo "$$link"; echo "[![Open in Binder](https://mybinder.org/badge_logo.svg)]($$link)"

clean:
	rm -rf .venv .oldest .newest .colab .r2d .web _site

.venv/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer was found. Install one, or name it: make lab PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is not Python 3.11 or newer. Name another: make lab PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks its venv module. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/reader: .venv/python requirements.txt
	@$(call install,requirements.txt)
	@mkdir -p .venv/etc/jupyter/labconfig  # and no question about JupyterLab's news in front of the picture
	@echo '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}' \
		> .venv/etc/jupyter/labconfig/page_config.json
	@touch $@

.venv/tests: .venv/reader tests/requirements.txt
	@$(call install,tests/requirements.txt)
	@touch $@

.web/tools: .venv/python web/requirements.txt web/package.json
	@command -v npm >/dev/null || { echo "The pages need npm, for MathJax and Pyodide. On Debian: apt install npm"; exit 1; }
	rm -rf .web
	$(PYTHON) -m venv .web
	.web/bin/python -m pip install --quiet --disable-pip-version-check -r web/requirements.txt
	cp web/package.json .web && npm install --silent --prefix .web
	@touch $@

install = echo "Installing $(1) ..."; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r $(1) || { \
		echo "pip could not install $(1); its message is above. Is the network there? Then run the same command again."; exit 1; }
