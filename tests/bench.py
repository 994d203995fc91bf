"""How fast the pictures follow the sliders: `make bench`, which writes tests/benchmark.md.

Everything is measured in one run on one machine, so that the ratios mean something; the
milliseconds are this machine's. "Key to picture" runs from the key press in the page to the end of
the first frame that shows the changed picture.
"""

import platform
import re
import sys
import time
from pathlib import Path

import numpy as np
import stored
from ipywidgets import HTML
from jupyter import CHAPTERS, EXPLORER, NO_BROWSER, Chapter, jupyter, launch
from loaded_die import explorers
from loaded_die.likelihood import ROLLS
from playwright.sync_api import sync_playwright

ROUNDS = 3  # every picture in each, so that a slow minute of the machine falls on all of them alike
MOVES = 30  # key presses a round, of each slider

# The floor: a bare Label below the explorer. In its cell: to go to another would have JupyterLab move
# its toolbar there.
LABEL = """
display(explorer)
import ipywidgets
slider, label = ipywidgets.FloatSlider(0.2, min=0, max=1, step=0.01), ipywidgets.Label("0.2")
slider.observe(lambda change: setattr(label, "value", f"{change.new:.3f}"), "value")
ipywidgets.VBox([slider, label]).add_class("measured")
"""
WATCHED = ".loaded-die", ".measured"
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
        const parts = document.querySelector(selector).querySelectorAll('.widget-gridbox, .widget-label');
        parts.forEach(part => observer.observe(part, {childList: true, subtree: true, characterData: true}));
    });
}"""
# In the page: wait until a picture has changed and then stayed as it is. It looks seldom: a page that is
# asked again and again has less time to draw.
DRAWN = """k => new Promise(resolve => {
    const look = () => performance.now() - seen.changes[k].at(-1) > 300 ? resolve() : setTimeout(look, 100);
    look();
})"""


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
    firsts = [chapter.page.locator(f"{selector} .noUi-handle").first for selector in WATCHED]
    for first in firsts:
        first.wait_for()
    chapter.page.wait_for_timeout(2000)
    chapter.page.evaluate(WATCH, WATCHED)
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


def browser_table(browser, url):
    figures = {name: [] for name in CHAPTERS}
    for index in range(ROUNDS):
        for name in CHAPTERS:
            print(f"  round {index + 1} of {ROUNDS}: {name}", file=sys.stderr, flush=True)
            page = browser.new_page()
            chapter = Chapter(page, url, f"bench_{name}", height=1100)  # explorer and Label in view
            chapter.command("notebook:run-all-cells")
            chapter.reveal('"measured"')
            figures[name].append(keys_to_picture(chapter))
            chapter.close()
            page.close()
    lines = ["| | median (ms) | p95 (ms) | a Label in its page (ms) | to that |", "| --- " * 5 + "|"]
    for name, rounds in figures.items():
        explorer, label = np.concatenate(rounds, axis=1)
        (median, p95), floor = np.percentile(explorer, [50, 95]), np.median(label)
        lines.append(f"| {name} | {median:.0f} | {p95:.0f} | {floor:.0f} | {median / floor:.2f} |")
    return "\n".join(lines)


def layers(widget):
    """The HTML widgets from this one down: what a move sends, besides the sliders."""
    found = [widget] if isinstance(widget, HTML) else []
    return found + [layer for child in getattr(widget, "children", ()) for layer in layers(child)]


def one_move(explorer, moves=100):
    """Median milliseconds of kernel time, and the bytes it sends, for one move of one slider."""
    rng, sliders, times, sizes = np.random.default_rng(1), explorer.die.sliders, [], []
    for _ in range(moves):
        slider, before = sliders[rng.integers(len(sliders))], [layer.value for layer in layers(explorer)]
        value = slider.min + rng.random() * (slider.max - slider.min)
        start = time.perf_counter()
        slider.value = value
        times.append(time.perf_counter() - start)
        after = [layer.value for layer in layers(explorer)]
        sizes.append(sum(len(new.encode()) for old, new in zip(before, after) if old != new))
    return 1000 * np.median(times), np.median(sizes)


LETTERS, TABLE = "abcdefghijklmnopqrstuvwxyz .,#", np.random.default_rng(1).integers(1, 99, (30, 30))


def dice(alpha, tau):  # as in chapter 9
    powers = (TABLE + alpha) ** (1 / tau)
    return powers / powers.sum(axis=1, keepdims=True)


def kernel_table():
    """What a move costs the kernel, by chapter, by faces and by rolls."""
    kinds = "LossExplorer TermsExplorer MaximumExplorer EntropyExplorer DescentExplorer".split()
    made = {kind: getattr(explorers, kind)() for kind in kinds}
    made["RollExplorer"] = explorers.RollExplorer(np.random.default_rng(1))
    for faces, n in ((2, 1000), (20, 1000), (6, 10_000_000)):
        rolls = np.resize(np.arange(1, faces + 1), n)
        made[f"LossExplorer, {faces} faces, {n:,} rolls"] = explorers.LossExplorer(rolls, faces)
    sentence = "a sentence of forty letters"
    made["TextExplorer, 30 letters"] = explorers.TextExplorer(dice, TABLE, LETTERS, sentence)
    made["UnseenExplorer"] = explorers.UnseenExplorer(np.resize(ROLLS, 100), np.random.default_rng(1))
    # In rounds, so that a slow second of the machine falls on all of them alike.
    rounds = [{name: one_move(explorer) for name, explorer in made.items()} for _ in range(5)]
    figures = {name: np.median([figures[name] for figures in rounds], axis=0) for name in made}
    lines = ["| | kernel (ms) | to LossExplorer | bytes |", "| --- " * 4 + "|"]
    for name, (took, size) in figures.items():
        lines.append(f"| {name} | {took:.2f} | {took / figures['LossExplorer'][0]:.2f} | {size:,.0f} |")
    return "\n".join(lines)


PAGE = """# Benchmark

`make bench` wrote this page: one run on one machine ({} {}, Python {}). Compare ratios, not
milliseconds.

## What a move costs the kernel

{}

## Key to picture, kernel and browser on one machine

From the key press to the end of the first frame that shows the changed picture. The floor is a bare Label
that the kernel mirrors, below the explorer and in turn with it: nothing that goes through the kernel is
faster.

{}
"""


def main():
    kernel = kernel_table()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            sys.exit(NO_BROWSER)
        with jupyter({f"bench_{path.stem}": with_a_label(path) for path in stored.chapters()}) as url:
            near = browser_table(browser, url)
    machine = platform.system(), platform.machine(), platform.python_version()
    Path(__file__).with_name("benchmark.md").write_text(PAGE.format(*machine, kernel, near), encoding="utf-8")


if __name__ == "__main__":
    main()
