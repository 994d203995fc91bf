"""How fast the pictures follow the hand: `make bench`, which writes tools/benchmark.md.

Everything is measured in one run on one machine, so that the ratios mean something; the
milliseconds are this machine's. "Key to picture" runs from the key press in the page to the end of
the first frame that shows the changed picture.
"""

import platform
import re
import sys
from pathlib import Path

import numpy as np
import stored
from engines import NO_BROWSER, launch
from lab import CHAPTERS, EXPLORER, Chapter, jupyter
from playwright.sync_api import sync_playwright

ROUNDS = 3  # every picture in each, so that a slow minute of the machine falls on all of them alike
MOVES = 30  # key presses a round, of each slider
FAR = 0.1  # seconds, each way

# The floor: a bare Label below the explorer. In its cell: to go to another would have JupyterLab move
# its toolbar there.
LABEL = """
display(explorer)
import ipywidgets
slider, label = ipywidgets.FloatSlider(0.2, min=0, max=1, step=0.01), ipywidgets.Label("0.2")
slider.observe(lambda change: setattr(label, "value", f"{change.new:.3f}"), "value")
ipywidgets.VBox([slider, label]).add_class("measured")
"""
SLIDERS = ".jp-mod-active .loaded-die input[type=range]", ".measured .noUi-handle"
SHOWN = ".jp-mod-active .loaded-die .picture", ".measured .widget-label"
# In the page: what it sends leaves later, by as much as both ways take.
FAR_AWAY = f"""const {{send}} = WebSocket.prototype;
WebSocket.prototype.send = function(data) {{ setTimeout(() => send.call(this, data), {2000 * FAR}); }};"""
# In the page: when the last key was pressed, and when each of the two had changed.
WATCH = """selectors => {
    const seen = window.seen = {input: null, changes: selectors.map(() => [])};
    document.addEventListener('keydown', event => { seen.input = event.timeStamp; }, true);
    selectors.forEach((selector, k) => {
        let waiting = false;
        const drawn = new MessageChannel();  // comes after style, layout and paint of the frame
        drawn.port1.onmessage = () => seen.changes[k].push(performance.now());
        const observer = new MutationObserver(() => {
            if (waiting) return;  // for the frame that shows it
            waiting = true;
            requestAnimationFrame(() => { waiting = false; drawn.port2.postMessage(null); });
        });
        document.querySelectorAll(selector).forEach(part =>
            observer.observe(part, {childList: true, subtree: true, characterData: true}));
    });
}"""
# In the page: wait until a picture has changed and then stayed as it is. It looks seldom: a page that is
# asked again and again has less time to draw.
DRAWN = """k => new Promise(resolve => {
    const look = () => performance.now() - seen.changes[k].at(-1) > 300 ? resolve() : setTimeout(look, 100);
    look();
})"""
# In the kernel: what a move costs it that comes from the page, in milliseconds, and how much goes there.
COST = """
import json, random, statistics, time
sent, took, send = [], [], explorer.comm.send
explorer.comm.send = lambda data=None, **_: sent.append(data)
random.seed(1)
for _ in range(200):
    k = random.randrange(len(explorer.die.low))
    value = random.uniform(explorer.die.low[k], explorer.die.high[k])
    said = {"method": "custom", "content": {"act": "move", "on": k, "value": value}}
    start = time.perf_counter()
    explorer.comm.handle_msg({"content": {"data": said}, "buffers": []})
    took.append(1000 * (time.perf_counter() - start))
explorer.comm.send = send
_ = statistics.median(took), statistics.median(len(json.dumps(data)) for data in sent)
"""


def with_a_label(path):
    """The chapter, with a bare Label below its explorer."""
    book = stored.read(path)
    cell = next(cell for cell in book.cells if re.search(EXPLORER, cell.source))
    cell.source = cell.source.removesuffix("explorer") + LABEL
    return book


def keys_to_picture(chapter):
    """Milliseconds of the key presses of a round, one after the other: a row for explorer and Label each.

    They take turns, and begin in turn, so that they meet the page and the machine in the same state.
    """
    firsts = [chapter.page.locator(selector).first for selector in SLIDERS]
    for first in firsts:
        first.wait_for()
    chapter.page.wait_for_timeout(2000)
    chapter.page.evaluate(WATCH, SHOWN)
    took, rng = np.empty((2, MOVES)), np.random.default_rng(1)
    for move in range(MOVES):
        for k in (0, 1)[:: 1 - move % 2 * 2]:
            firsts[k].focus()
            # At any moment between two frames of the screen.
            chapter.page.wait_for_timeout(1000 * (0.1 + rng.random() / 60))
            chapter.page.evaluate(f"seen.changes[{k}].length = 0")
            chapter.page.keyboard.press("ArrowRight" if move % 20 < 10 else "ArrowLeft")
            chapter.evaluate(DRAWN, k)
            took[k, move] = chapter.page.evaluate(f"seen.changes[{k}].at(-1) - seen.input")
    return took


def measure(browser, url, name, script=""):
    """A round of keys in a chapter, and the cost of a move in its kernel."""
    print(f"  {name}", file=sys.stderr, flush=True)
    page = browser.new_page()
    page.add_init_script(script)
    chapter = Chapter(page, url, f"bench_{name}", height=1100)  # explorer and Label in view
    chapter.command("notebook:run-all-cells")
    chapter.reveal('"measured"')
    took, cost = keys_to_picture(chapter), chapter.kernel(COST)
    chapter.close()
    page.close()
    return took, cost


def row(name, rounds):
    explorer, label = np.concatenate([took for took, _ in rounds], axis=1)
    (median, p95), floor = np.percentile(explorer, [50, 95]), np.median(label)
    kernel, size = np.median([cost for _, cost in rounds], axis=0)
    shown = f"{median:.0f} | {p95:.0f} | {floor:.0f} | {median / floor:.2f} | {kernel:.2f} | {size:,.0f}"
    return f"| {name} | {shown} |"


PAGE = """# Benchmark

`make bench` wrote this page: one run on one machine ({} {}, Python {}). Compare ratios, not
milliseconds.

Key to picture is the time from a key press to the end of the first frame that shows the changed picture.
The floor is a bare Label that the kernel mirrors, below the explorer and in turn with it: nothing that goes
through the kernel is faster. The last two columns are what a move costs the kernel, and what it sends.

| | median (ms) | p95 (ms) | a Label in its page (ms) | to that | kernel (ms) | bytes |
| --- | --- | --- | --- | --- | --- | --- |
{}
"""


def main():
    figures = {name: [] for name in CHAPTERS}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            sys.exit(NO_BROWSER)
        with jupyter({f"bench_{path.stem}": with_a_label(path) for path in stored.chapters()}) as url:
            for name in CHAPTERS * ROUNDS:
                figures[name].append(measure(browser, url, name))
            far = f"{CHAPTERS[3]}, {1000 * FAR:.0f} ms away"
            figures[far] = [measure(browser, url, CHAPTERS[3], FAR_AWAY)]
    table = "\n".join(row(name, rounds) for name, rounds in figures.items())
    machine = platform.system(), platform.machine(), platform.python_version()
    Path(__file__).with_name("benchmark.md").write_text(PAGE.format(*machine, table), encoding="utf-8")


if __name__ == "__main__":
    main()
