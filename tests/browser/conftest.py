"""One browser, one server and one JupyterLab a worker, where the chapters are opened one by one."""

import os
import re
from pathlib import Path

import pytest
import stored
from engines import NO_BROWSER, launch
from jupyter import CHAPTERS, HANGS, ROOT, Chapter, jupyter
from playwright.sync_api import sync_playwright
from xdist.scheduler import LoadScopeScheduling

ENGINE = os.environ.get("ENGINE", "chromium")
ARTEFACTS = ROOT / "artefacts"  # what a test that fails leaves: pictures of the pages, and a trace


def pytest_configure(config):
    for mark in (
        "on(*chapters, rest=True): enough by day; the rest is nightly",
        "nightly: make test-all",
        "engines: make test-browsers",
    ):
        config.addinivalue_line("markers", mark)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    here, gone = [item for item in items if Path(__file__).parent in item.path.parents], []
    for item in here:
        number = getattr(item, "callspec", None) and item.callspec.params.get("name", "")[:2]
        on = item.get_closest_marker("on")
        if on and number not in on.args:
            item.add_marker("nightly") if on.kwargs.get("rest", True) else gone.append(item)
    config.hook.pytest_deselected(items=gone)
    # Last, since Playwright keeps an event loop running, in which nbval and asyncio.run cannot work.
    items[:] = [item for item in items if item not in here] + [item for item in here if item not in gone]


class PageByPage(LoadScopeScheduling):
    # Marks of groups (`--dist loadgroup`) are without effect in xdist 3.8 under pytest 9.2.
    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        return next((name for name in CHAPTERS if f"[{name}]" in nodeid), file)


@pytest.hookimpl(optionalhook=True)  # without it, `-p no:xdist` would be an error
def pytest_xdist_make_scheduler(config, log):
    return PageByPage(config, log)


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
        context.tracing.start(screenshots=True)  # snapshots would take three times as long
    return context


@pytest.fixture(scope="session")
def server(browser):
    with jupyter({f"again_{path.stem}": stored.read(path) for path in stored.chapters()}) as url:
        yield url


@pytest.fixture(scope="session")
def lab(context):
    return context.new_page()


@pytest.fixture(scope="session", params=CHAPTERS)
def name(request):
    return request.param


@pytest.fixture(scope="session")
def opened(lab, server, name):
    chapter = Chapter(lab, server, name)
    yield chapter
    problems = [*chapter.problems]
    chapter.close()
    assert problems == []  # of whatever was done here


@pytest.fixture(scope="session")
def chapter(opened):
    opened.run_all()
    return opened


@pytest.fixture
def fresh(chapter):
    """The chapter with its explorer as it is when its cell has run."""
    chapter.reveal()
    chapter.run_explorer()
    chapter.settle()
    return chapter
