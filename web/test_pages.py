"""The built pages in a browser, narrow and wide, light and dark: `make test-site`."""

import functools
import http.server
import json
import re
import threading
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from engines import NO_BROWSER, faults, launch
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
SITE = ROOT / "_site"
PAGES = sorted(path for path in SITE.rglob("*.html") if "lite" not in path.relative_to(SITE).parts)
WIDER = """() => [...document.querySelectorAll('body *')].filter(element => {
    for (let box = element.parentElement; box; box = box.parentElement) {
        const {overflowX, position} = getComputedStyle(box);
        if (overflowX !== 'visible' || position === 'fixed') return;
    }
    return element.getBoundingClientRect().right > innerWidth + 1;
}).map(element => element.outerHTML.slice(0, 100))"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        assert browser, NO_BROWSER
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def url():
    assert PAGES, "no pages: make site"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(params=PAGES, ids=lambda path: path.stem)
def path(request):
    return request.param


@functools.cache
def soup(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def test_a_page_is_whole_at_every_width_and_in_every_light(path, browser, url):
    said, asked = [], []
    page = browser.new_page()
    page.on("console", lambda message: message.type in ("error", "warning") and said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/{path.relative_to(SITE).as_posix()}")
    formulas = page.locator(".math").count()
    if formulas:
        page.wait_for_function("document.querySelectorAll('mjx-container').length")
        page.evaluate("MathJax.startup.promise")
    assert page.locator(".math mjx-container svg").count() == formulas
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    for scheme in "light", "dark":
        page.emulate_media(color_scheme=scheme)
        for width in 390, 1400:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("scrollTo(0, 0), new Promise(requestAnimationFrame)")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(WIDER) == []
            assert faults(page) == [], (scheme, width)
    page.close()
    assert said == []
    assert [address for address in asked if not address.startswith(url)] == []


def test_every_link_leads_somewhere(path):
    links = [tag.get("href") or tag.get("src") for tag in soup(path).select("[href], [src]")]
    dead = []
    for link in links:
        parts = urlsplit(link)
        if parts.scheme:  # elsewhere: `make links` asks there
            continue
        to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        notebook = [SITE / "lite/files" / name for name in parse_qs(parts.query).get("path", [])]
        place = parts.fragment and to in PAGES and not soup(to).find(id=unquote(parts.fragment))
        if place or not all(file.is_file() for file in (to, *notebook)):
            dead.append(link)
    assert dead == []


def test_every_picture_has_words(path):
    assert [tag["src"] for tag in soup(path).select("img") if not tag.get("alt", "").strip()] == []


def test_every_answer_is_folded_and_every_chapter_runs(path):
    if path.parent.name != "notebooks":
        pytest.skip("not a chapter")
    page, notebook = soup(path), SITE / "lite/files" / f"{path.stem}.ipynb"
    folded = page.select(".tag_hide-output details .cell_output")
    assert len(folded) == notebook.read_text("utf-8").count('"outputs_hidden": true')
    links = [link["href"] for link in page.select(".run a")]
    assert links[0] == f"../lite/notebooks/index.html?path={path.stem}.ipynb"
    assert page.select(".next-page, .prev-page")


def test_each_still_explorer_says_where_it_moves(path):
    notebook = SITE / "lite/files" / f"{path.stem}.ipynb"
    if path.parent.name != "notebooks":
        pytest.skip("not a chapter")
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    made = [cell["id"] for cell in cells if re.search(r"= \w+Explorer\(", cell["source"])]
    notes = soup(path).select(".cell_output .still")
    assert [note["data-cell"] for note in notes] == made
    assert all(note.find_next("img")["alt"] for note in notes)
    assert {link["href"] for note in notes for link in note.select("a")} >= {
        f"../lite/notebooks/index.html?path={path.stem}.ipynb" for _ in made
    }


def test_the_search_finds(browser, url):
    page = browser.new_page()
    page.goto(f"{url}/search.html?q=perplexity")
    page.locator("#search-results li a", has_text="Negative log as loss").first.wait_for()
    page.close()
