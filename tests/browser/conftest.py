"""One browser, one server, one page of JupyterLab and one kernel a worker, for all explorers."""

import os
import re
from pathlib import Path

import pytest
from engines import NO_BROWSER, launch
from lab import CHAPTERS, HANGS, ROOT, Chapter, jupyter, one_notebook
from playwright.sync_api import sync_playwright

ENGINE = os.environ.get("ENGINE", "chromium")
ARTEFACTS = ROOT / "artefacts"  # what a test that fails leaves: pictures of the pages, and a trace


def pytest_configure(config):
    config.addinivalue_line("markers", "engines: make test-browsers")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    # Last, since Playwright keeps an event loop running, in which nbval and asyncio.run cannot work.
    items.sort(key=lambda item: Path(__file__).parent in item.path.parents)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    context = item.funcargs.get("context")
    kept = report.when == "call" or (report.when == "setup" and report.failed)  # later there may be no page
    if context and ENGINE == "chromium" and kept:
        name = ARTEFACTS / re.sub(r"\W+", "_", item.name)
        if report.failed:
            for k, page in enumerate(context.pages):
                page.screenshot(path=f"{name}_{k}.png")
        context.tracing.stop_chunk(path=f"{name}.zip" if report.failed else None)
        context.tracing.start_chunk()
    return report


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright, ENGINE)
        if browser is None:  # CI has one: there a skip would hide that nothing was tested
            (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_BROWSER)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser):
    context = browser.new_context()
    context.set_default_timeout(1000 * HANGS)
    if ENGINE == "chromium":
        context.tracing.start(sources=True)  # pictures of each step would take a third of the time
    return context


@pytest.fixture(scope="session")
def server(browser):
    book, _ = one_notebook()
    with jupyter({"explorers_lab": book, "explorers_notebook": book}) as url:  # a kernel for each
        yield url


def opened(context, server, name, app="lab"):
    """The notebook in a page of its own; whatever is done there, nothing complains."""
    chapter = Chapter(context.new_page(), server, name, app)
    yield chapter
    assert chapter.problems == []
    assert [url for url in chapter.requests if not url.startswith((chapter.url, "data:", "blob:"))] == []
    chapter.close()
    chapter.page.close()


@pytest.fixture(scope="session")
def lab(context, server):
    for chapter in opened(context, server, "explorers_lab"):
        chapter.run_all()
        yield chapter


@pytest.fixture(scope="session")
def notebook(context, server):
    """In Notebook 7, which a phone shows better than JupyterLab."""
    for chapter in opened(context, server, "explorers_notebook", "notebook"):
        chapter.run_all()
        yield chapter


@pytest.fixture
def alone(context, server):
    """A chapter of which a test may take the kernel away."""
    yield from opened(context, server, CHAPTERS[2])


@pytest.fixture
def fresh(lab, request):
    """The explorer with the name `request.param`, as it is when its cell has run."""
    lab.run_again(request.param)
    lab.settle()
    return lab
