"""One browser for the session; one server an application; one page a chapter."""

import os
from pathlib import Path

import pytest
from jupyter import CHAPTERS, NO_BROWSER, Chapter, jupyter, launch
from playwright.sync_api import sync_playwright
from xdist.scheduler import LoadScopeScheduling


def pytest_configure(config):
    config.addinivalue_line("markers", "lab_only: the same code runs in Notebook 7; once is enough")
    config.addinivalue_line("markers", "alone: counts time, so nothing else may run on the machine")


def pytest_collection_modifyitems(config, items):
    again = [
        item
        for item in items
        if item.get_closest_marker("lab_only") and item.callspec.params["app"] == "notebook"
    ]
    config.hook.pytest_deselected(items=again)
    # Last, because Playwright keeps an event loop running, in which nbval and asyncio.run cannot work.
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    items[:] = [item for item in items if item not in here] + [item for item in here if item not in again]


class PageByPage(LoadScopeScheduling):
    """Side by side, the tests of one page stay together.

    Marks of groups (`--dist loadgroup`) are without effect in xdist 3.8 under pytest 9.2.
    """

    def _split_scope(self, nodeid):
        test, _, params = nodeid.rstrip("]").partition("[")
        page = [param for param in params.split("-") if param in (*CHAPTERS, "lab", "notebook")]
        return "-".join([test.partition("::")[0], *page])


@pytest.hookimpl(optionalhook=True)  # without it, `-p no:xdist` would be an error
def pytest_xdist_make_scheduler(config, log):
    return PageByPage(config, log)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None and os.environ.get("CI"):
            pytest.fail(NO_BROWSER)  # CI installs one: there a skip would hide that nothing was tested
        if browser is None:
            pytest.skip(NO_BROWSER)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(browser):
    with jupyter("lab") as url:
        yield url


@pytest.fixture(scope="session")
def notebook(browser):
    with jupyter("notebook") as url:
        yield url


@pytest.fixture(scope="module", params=["lab", "notebook"])
def app(request):
    return request.param


@pytest.fixture(scope="module", params=CHAPTERS)
def opened(request, app, browser):
    """A chapter that was opened and not yet run, in JupyterLab and in Notebook 7."""
    chapter = Chapter(browser, request.getfixturevalue(app), request.param, app)
    yield chapter
    chapter.picture(app)
    chapter.close()


@pytest.fixture(scope="module")
def chapter(opened):
    """The chapter run from the top."""
    opened.run_all()
    return opened


@pytest.fixture
def fresh(chapter):
    """The chapter with its explorer as it is when its cell has run."""
    chapter.reveal()
    chapter.run_explorer()
    chapter.settle()
    return chapter
