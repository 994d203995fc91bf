"""How fast the pictures follow the sliders: `make bench`, which writes tests/benchmark.md.

Everything is measured in one run on one machine, so that the ratios mean something; the
milliseconds are this machine's. "Key to picture" runs from the key press in the page to the end of
the first frame that shows the changed picture, for the last time if it changes in steps.
"""

import platform
import re
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import stored
from ipywidgets import HTML
from jupyter import CHAPTERS, EXPLORER, NO_BROWSER, Chapter, jupyter, launch
from loaded_die import explorers
from loaded_die.likelihood import ROLLS
from playwright.sync_api import sync_playwright

ROUNDS = 3  # every picture in each, so that a slow minute of the machine falls on all of them alike
MOVES = 30  # key presses a round, of each slider

FLOOR = """
import ipywidgets
slider, label = ipywidgets.FloatSlider(0.2, min=0, max=1, step=0.01), ipywidgets.Label("0.2")
slider.observe(lambda change: setattr(label, "value", f"{change.new:.3f}"), "value")
ipywidgets.VBox([slider, label]).add_class("measured")
"""
# The picture of chapter 4 under six sliders, made the usual way: pyplot draws it anew at each move.
USUAL = """
%matplotlib inline
import ipywidgets, matplotlib.pyplot as plt, numpy as np
from loaded_die import words
from loaded_die.likelihood import ROLLS, counts, frequencies
t, f, x = counts(ROLLS), frequencies(counts(ROLLS)), np.arange(6)

def draw(**p):
    y = np.array([*p.values()]) / sum(p.values())
    costs, loss = -np.log(y), -np.sum(t * np.log(y))
    figure = plt.figure(figsize=(8, 5))
    grid = figure.add_gridspec(2, 2, height_ratios=[1, 5], hspace=0.5)
    meter, bars, rolls = (figure.add_subplot(part) for part in (grid[0, :], grid[1, 0], grid[1, 1]))
    meter.plot([loss], [0.15], "v")
    meter.set(xlim=(34, 80), ylim=(0, 1), yticks=[])
    bars.bar(x, f, width=0.8, color="none", edgecolor="C1", label="f: the 20 rolls")
    bars.bar(x, y, width=0.48, label="y: your die")
    bars.set(ylim=(0, 1), yticks=[0.25, 0.5, 0.75, 1])
    bars.set_xticks(x, [f"{face}\\n{share:.2f}" for face, share in zip(words.FACES, y)])
    bars.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    rolls.bar(np.cumsum(t) - t, costs, width=t, align="edge", color="none", edgecolor="C1")
    rolls.axhline(loss / 20, linewidth=2)
    rolls.set(xlim=(0, 20), ylim=(0, 5), title=f"mean {loss / 20:.3f}")
    rolls.set_xticks(np.cumsum(t) - t / 2, [f"{face}\\n{cost:.2f}" for face, cost in zip(words.FACES, costs)])
    plt.show()

ui = ipywidgets.interactive(draw, **{f"y{k}": ipywidgets.FloatSlider(1 / 6, min=0.01, max=1, step=0.01)
                                     for k in range(1, 7)})
ui.add_class("measured")
"""


def one_cell(source):
    """A notebook of this cell alone."""
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python"}}
    return nbformat.v4.new_notebook(metadata=metadata, cells=[nbformat.v4.new_code_cell(source)])


def with_a_label(chapter):
    """The chapter, with a bare Label below its explorer.

    In one cell: to go to another would have JupyterLab move its toolbar there.
    """
    book = stored.read(chapter)
    cell = next(cell for cell in book.cells if re.search(EXPLORER, cell.source))
    cell.source = f"{cell.source.removesuffix('explorer')}display(explorer)\n{FLOOR}"
    return book


ALONE, USUALLY = "a bare Label, alone in a notebook", "interact, pyplot, inline figure: the usual way"
OTHERS = {
    ALONE: one_cell(FLOOR),
    USUALLY: one_cell(USUAL),
}
# What is moved and watched: a chapter's explorer, and what a cell of ours has put on the page.
DIE, OURS = ".loaded-die", ".measured"

# In the page: when the last key was pressed, and when each thing watched had changed.
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
        const parts = document.querySelector(selector).querySelectorAll(
            '.widget-gridbox, .widget-label, .widget-output');
        parts.forEach(part => observer.observe(part, {childList: true, subtree: true, characterData: true}));
    });
}"""
# In the page: wait until a picture has changed and then stayed as it is (what empties its output before
# it draws changes twice). It looks seldom: a page that is asked again and again has less time to draw.
DRAWN = """k => new Promise(resolve => {
    const look = () => performance.now() - seen.changes[k].at(-1) > 300 ? resolve() : setTimeout(look, 100);
    look();
})"""


def progress(text):
    print(text, file=sys.stderr, flush=True)


def notebooks():
    """Those of the others, and each chapter with a bare Label below its explorer, by file name."""
    chapters = {path.stem: with_a_label(path) for path in stored.chapters()}
    return {file_name(name): book for name, book in (OTHERS | chapters).items()}


def file_name(name):
    return f"bench_{list(OTHERS).index(name) if name in OTHERS else name}"


class Measured(Chapter):
    """A notebook that was run, of which the first slider of each thing watched is moved and timed."""

    def __init__(self, browser, url, name):
        super().__init__(browser, url, file_name(name), height=1100)  # explorer and Label in view
        self.watched = [DIE, OURS] if name in CHAPTERS else [OURS]
        self.command("notebook:run-all-cells")
        self.reveal('"measured"')
        self.firsts = [self.page.locator(f"{selector} .noUi-handle").first for selector in self.watched]
        for first in self.firsts:
            first.wait_for()
        self.page.wait_for_timeout(2000)
        self.page.evaluate(WATCH, self.watched)

    def keys_to_picture(self, moves):
        """Milliseconds of so many key presses, one after the other: a row for each thing watched.

        They take turns, and begin in turn, so that they meet the page and the machine in the same state.
        """
        took, rng = np.empty((len(self.firsts), moves)), np.random.default_rng(1)
        for move in range(moves):
            for k in np.roll(range(len(self.firsts)), move).tolist():
                self.firsts[k].focus()
                # At any moment between two frames of the screen.
                self.page.wait_for_timeout(1000 * (0.1 + rng.random() / 60))
                self.page.evaluate(f"seen.changes[{k}].length = 0")
                self.page.keyboard.press("ArrowRight" if move % 20 < 10 else "ArrowLeft")
                self.evaluate(DRAWN, k)
                took[k, move] = self.page.evaluate(f"seen.changes[{k}].at(-1) - seen.input")
        return took


def in_the_browser(browser, url, rounds, moves):
    """By name: a row of ms of all key presses, and for a chapter a second, of the Label in the same page."""
    figures = {}
    for index in range(rounds):
        for name in [*OTHERS, *CHAPTERS]:
            progress(f"  round {index + 1} of {rounds}: {name}")
            page = Measured(browser, url, name)
            figures.setdefault(name, []).append(page.keys_to_picture(moves))
            page.close()
    return {name: np.concatenate(keys, axis=1) for name, keys in figures.items()}


def browser_table(figures):
    alone, usual = (np.median(figures[name][0]) for name in (ALONE, USUALLY))
    lines = [
        "| picture | median (ms) | p95 (ms) | a Label in its page (ms) | to that | to a Label alone "
        "| faster than usual |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, (took, *label) in figures.items():
        median, p95 = np.median(took), np.percentile(took, 95)
        floor = f"{np.median(label):.0f} | {median / np.median(label):.2f}" if label else " | "
        lines.append(
            f"| {name} | {median:.0f} | {p95:.0f} | {floor} | {median / alone:.2f} | {usual / median:.1f} |"
        )
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
    kinds = "TermsExplorer LossExplorer MaximumExplorer EntropyExplorer DescentExplorer".split()
    made = {kind: getattr(explorers, kind)() for kind in kinds}
    made["RollExplorer"] = explorers.RollExplorer(np.random.default_rng(1))
    for faces, n in ((2, 1000), (20, 1000), (6, 10_000_000)):
        made[f"LossExplorer, {faces} faces, {n:,} rolls"] = explorers.LossExplorer()
        made[f"LossExplorer, {faces} faces, {n:,} rolls"].use(np.full(faces, n // faces), faces)
    made["TextExplorer, 30 letters"] = explorers.TextExplorer(
        dice, TABLE, LETTERS, "a sentence of forty letters"
    )
    made["UnseenExplorer"] = explorers.UnseenExplorer(np.resize(ROLLS, 100), np.random.default_rng(1))
    # In rounds, so that a slow second of the machine falls on all of them alike.
    rounds = [{name: one_move(explorer) for name, explorer in made.items()} for _ in range(5)]
    figures = {name: np.median([figures[name] for figures in rounds], axis=0) for name in made}
    lines = ["| | kernel (ms) | to LossExplorer | bytes |", "| --- | --- | --- | --- |"]
    for name, (took, size) in figures.items():
        lines.append(f"| {name} | {took:.2f} | {took / figures['LossExplorer'][0]:.2f} | {size:,.0f} |")
    return "\n".join(lines)


HEAD = """# Benchmark

`make bench` wrote this page: one run on one machine ({} {}, Python {}). Compare ratios, not
milliseconds. *Key to picture* runs from the key press to the end of the first frame that shows the
changed picture. The usual way, and so *faster than usual*, is `interact` with pyplot, alone in a notebook,
for the picture of chapter 4.

The floor is a bare Label that the kernel mirrors: nothing that goes through the kernel is faster. It is
measured in each chapter's own page, below the explorer and in turn with it, and once alone in a notebook of
one cell."""


def main():
    page = Path(__file__).parent / "benchmark.md"
    page.write_text("", encoding="utf-8")

    def say(text):  # at once, so that a run that is stopped leaves what it has measured
        with page.open("a", encoding="utf-8") as file:
            file.write(text + "\n")
        print(text, flush=True)

    def section(title, *parts):
        say("\n\n".join([f"\n## {title}", *parts]))

    say(HEAD.format(platform.system(), platform.machine(), platform.python_version()))
    progress("kernel")
    section("What a move costs the kernel", kernel_table())
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            sys.exit(NO_BROWSER)
        with jupyter(notebooks()) as url:
            progress("key to picture")
            near = browser_table(in_the_browser(browser, url, ROUNDS, MOVES))
            section("Key to picture, kernel and browser on one machine", near)


if __name__ == "__main__":
    main()
