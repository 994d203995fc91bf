"""The pages' explorers awake: a control moves in the page what it moves in Python here. `make test-lite`."""

import contextlib
import io
import json
import re
import time

import pytest
from engines import NO_BROWSER, faults, launch
from lab import HANGS
from playwright.sync_api import sync_playwright
from test_lite import LITE
from test_pages import browser, url  # noqa: F401
from test_pyodide import FIRST, need_numpy

PYTHON = LITE / "static/pyodide"
CHAPTERS = [
    path for path in sorted((LITE / "files").glob("*.ipynb")) if "Explorer(" in path.read_text("utf-8")
]
HANDS = "04_negative_log_as_loss", "07_softmax_and_gradient_descent"  # one of shares, one of logits
# In the page: what it has said to its worker.
LISTEN = """
window.sent = [];
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (data) {
    if (data.message) sent.push(data);
    post.call(this, data);
};
"""
LABELS = """[...document.querySelectorAll('.awake .picture')]
    .map(box => box.querySelector('svg[aria-label]').ariaLabel)"""
CONTROLS = """[...document.querySelectorAll('.awake .loaded-die')].map(box => box.querySelectorAll(
    '.row input[type=range], .row input[type=number], .lock, .controls :is(input, button)').length)"""
UNLOCK = """() => {
    const lock = document.querySelector('.awake .lock[aria-pressed=true]');
    lock?.click();
    return lock !== null;
}"""
ACTS = """([explorer, index]) => {
    const box = document.querySelectorAll('.awake .loaded-die')[explorer];
    const all = '.row input[type=range], .row input[type=number], .lock, .controls :is(input, button)';
    const control = box.querySelectorAll(all)[index];
    if (!control || control.disabled) return;
    if (control.matches('button')) control.click();
    if (control.ariaPressed === 'true' && !control.matches('.lock')) {  // it plays: for a moment
        return new Promise(stop => setTimeout(() => { control.click(); stop(); }, 300));
    }
    if (control.matches('button')) return;
    if (control.type === 'text') control.value = 'an odd die';
    else if (control.value === control.max) control.stepDown();
    else control.stepUp();
    control.dispatchEvent(new Event('input'));
    control.dispatchEvent(new Event('change'));
}"""


def explorers(path):
    """The chapter's explorers by their cells, as Python makes them here."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    names, found = {}, {}
    last = max(k for k, cell in enumerate(cells) if "Explorer(" in cell["source"])
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells[: last + 1]:
            if cell["cell_type"] != "code":
                continue
            exec(cell["source"], names)
            if re.search(r"= \w+Explorer\(", cell["source"]):
                found[cell["id"]] = names[cell["source"].splitlines()[-1]]
    return found


def wake(page, url, path, count):  # noqa: F811
    """Open a chapter's page and press the last of its buttons."""
    page.set_default_timeout(1000 * HANGS)
    page.goto(f"{url}/notebooks/{path.stem}.html")
    page.evaluate("[...document.querySelectorAll('.still button')].at(-1).click()")
    page.wait_for_function(f"document.querySelectorAll('.awake svg[aria-label]').length === {count}")


def agree(page, here):
    """Do here what the hand did in the page, until its pictures say the same."""
    end = time.monotonic() + HANGS
    while True:
        sent = page.evaluate("sent.splice(0)")
        for said in sent:
            data = {"method": "custom", "content": said["message"]}
            here[said["cell"]].comm.handle_msg({"content": {"data": data}, "buffers": []})
        labels, expected = page.evaluate(LABELS), [explorer.description for explorer in here.values()]
        if not sent and labels == expected:
            return
        assert time.monotonic() < end, (labels, expected)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_control_moves_in_the_page_what_it_moves_in_python(path, browser, url, monkeypatch):  # noqa: F811
    need_numpy(PYTHON)
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    here, said, asked = explorers(path), [], []
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.on("console", lambda message: message.type in ("error", "warning") and said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(LISTEN)
    page.goto(f"{url}/notebooks/{path.stem}.html")
    assert [address for address in asked if "/lite/" in address or "alive_worker" in address] == []
    wake(page, url, path, len(here))
    agree(page, here)
    for width in 390, 1400:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for explorer, controls in enumerate(page.evaluate(CONTROLS)):
            while page.evaluate(UNLOCK):  # what was locked at the other width
                agree(page, here)
            before = page.evaluate(LABELS)[explorer]
            hand = page.locator(".awake .loaded-die").nth(explorer)
            hand.locator("input[type=range]:enabled").first.focus()
            page.keyboard.press("ArrowRight")
            moved = f"([explorer, before]) => {LABELS}[explorer] !== before"
            page.wait_for_function(moved, arg=[explorer, before])
            agree(page, here)
            for index in range(controls):
                page.evaluate(ACTS, [explorer, index])
                agree(page, here)
        for scheme in "light", "dark":
            page.emulate_media(color_scheme=scheme)
            assert faults(page, ".awake") == [], (width, scheme)
    page.emulate_media(media="print")
    assert page.locator(".awake .loaded-die").first.is_hidden()
    assert page.locator(".awake img").first.is_visible()
    page.close()
    assert [text for text in said if FIRST not in text] == []
    hosts = url, "https://cdn.jsdelivr.net/pyodide/"  # where the site has not the compiled wheels
    assert [address for address in asked if not address.startswith((*hosts, "data:"))] == []


@pytest.mark.parametrize("engine", ["firefox", "webkit"])
@pytest.mark.parametrize("name", HANDS)
def test_a_slider_moves_in_other_engines(engine, name, url):  # noqa: F811
    need_numpy(PYTHON)
    with sync_playwright() as playwright:
        found = launch(playwright, engine)
        if not found:
            pytest.skip(NO_BROWSER)
        page = found.new_page()
        page.set_default_timeout(1000 * HANGS)
        page.goto(f"{url}/notebooks/{name}.html")
        page.evaluate("document.querySelector('.still button').click()")
        picture = "document.querySelector('.awake svg[aria-label]')"
        seen = f"{picture} ? resolve({picture}.ariaLabel) : setTimeout(look, 200)"
        look = f"resolve => {{ const look = () => {seen}; look(); }}"
        before = page.evaluate(f"() => new Promise({look})")
        page.evaluate(ACTS, [0, 0])
        changed = f"{picture}.ariaLabel !== argument ? resolve(true) : setTimeout(look, 50)"
        look = f"resolve => {{ const look = () => {changed}; look(); }}"
        assert page.evaluate(f"argument => new Promise({look})", before)
        found.close()


@pytest.mark.parametrize("broken", ["assembly", "network"])
def test_a_page_that_cannot_wake_says_so(broken, browser, url):  # noqa: F811
    page = browser.new_page()
    if broken == "assembly":
        page.add_init_script("delete globalThis.WebAssembly")
    page.goto(f"{url}/notebooks/{HANDS[0]}.html")
    if broken == "network":
        page.context.set_offline(True)
    page.locator(".still button").first.click()
    note = page.locator(".still").first
    note.get_by_text("The sliders cannot move here").wait_for()
    assert note.locator(".elsewhere a").first.is_visible()
    page.close()
