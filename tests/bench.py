"""How fast the pictures follow the sliders: `make bench`, which writes tests/benchmark.md.

Everything is measured in one run on one machine, so that the ratios mean something; the
milliseconds are this machine's. "Key to picture" runs from the key press in the page to the end of
the first frame that shows the changed picture, for the last time if it changes in steps.
"""

import asyncio
import contextlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import numpy as np
import stored
from jupyter import CHAPTERS, EXPLORER, NO_BROWSER, Chapter, jupyter, launch
from loaded_die import likelihood, rolls, widgets, words
from playwright.sync_api import sync_playwright

ROUNDS = 3  # every picture in each, so that a slow minute of the machine falls on all of them alike
MOVES, FEW = 30, 12  # key presses a round, of each slider; few where less hangs on one of them
ROUND_TRIP = 0.1  # seconds, of the kernel that is far away

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
from loaded_die.likelihood import ROLLS, counts, cross_entropy, frequencies

t, f, n = counts(ROLLS), frequencies(counts(ROLLS)), len(ROLLS)
least, fair = cross_entropy(t, f), n * np.log(6)
most, ends, x = least + 1.2 * fair + 3, np.cumsum(t), np.arange(6)

def place(loss):
    return np.sqrt((loss - least) / (most - least))

def draw(**p):
    y = np.array([*p.values()]) / sum(p.values())
    costs, loss = -np.log(y), cross_entropy(t, y)
    figure = plt.figure(figsize=(8, 5))
    grid = figure.add_gridspec(2, 2, height_ratios=[1, 5], hspace=0.5)
    meter, bars, rolls = (figure.add_subplot(part) for part in (grid[0, :], grid[1, 0], grid[1, 1]))

    meter.plot([place(loss)], [0.15], "v", color="#0072b2")
    meter.set(xlim=(0, 1), ylim=(0, 1), yticks=[])
    ticks = [least, fair, 50, 60, 80]
    meter.set_xticks([place(tick) for tick in ticks],
                     [f"least possible\\n{least:.3f}", f"fair die\\n{fair:.3f}", 50, 60, 80])

    bars.bar(x, f, width=0.8, color="none", edgecolor="#d55e00", hatch="////", label="f: the 20 rolls")
    bars.bar(x, y, width=0.48, color="#0072b2", label="y: your die")
    bars.set(ylim=(0, 1), yticks=[0.25, 0.5, 0.75, 1])
    bars.set_xticks(x, [f"{face}\\n{share:.2f}" for face, share in zip(words.FACES, y)])
    bars.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False)

    rolls.bar(ends - t, costs, width=t, align="edge", color="none", edgecolor="#d55e00", hatch="////")
    rolls.axhline(loss / n, color="#0072b2", linewidth=2)
    rolls.text(n, loss / n + 0.1, f"mean {loss / n:.3f}", ha="right", weight="bold")
    rolls.set(xlim=(0, n), ylim=(0, 5), title="each roll costs −log y")
    rolls.set_xticks(ends - t / 2, [f"{face}\\n{cost:.2f}" for face, cost in zip(words.FACES, costs)])

    for ax in (meter, bars, rolls):
        ax.spines[["top", "left", "right"]].set_visible(False)
        ax.tick_params(length=0)
        ax.grid(axis="y", alpha=0.12)
    plt.show()

ui = ipywidgets.interactive(draw, **{f"y{k}": ipywidgets.FloatSlider(1 / 6, min=0.01, max=1, step=0.01)
                                     for k in range(1, 7)})
ui.add_class("measured")
"""
# The same, but with the artists of `pictures`, which are made to be cheap: what is gained without them.
ANEW = """
%matplotlib inline
import ipywidgets, numpy as np
from IPython.display import display
from loaded_die import pictures, words
from loaded_die.likelihood import ROLLS, counts, cross_entropy, frequencies
t = counts(ROLLS)
least, fair = cross_entropy(t, frequencies(t)), len(ROLLS) * np.log(6)

def draw(**p):
    y = np.array([*p.values()]) / sum(p.values())
    loss = cross_entropy(t, y)
    picture = pictures.LivePicture()
    picture.figure.set_dpi(100)  # as pyplot has it
    picture.panel(pictures.Meter, 30, 312, 536, 38, least, fair, least + 1.2 * fair + 3).show(loss)
    picture.panel(pictures.Bars, 30, 52, 236, 196, words.FACES, frequencies(t), "f: the rolls").show(y)
    picture.panel(pictures.Costs, 318, 52, 238, 196, words.FACES, t).show(-np.log(y), loss / len(ROLLS))
    display(picture.figure)

sliders = {f"y{k}": ipywidgets.FloatSlider(1 / 6, min=0.01, max=1, step=0.01) for k in range(1, 7)}
ui = ipywidgets.interactive(draw, **sliders)
ui.add_class("measured")
"""


def one_cell(source):
    """A notebook of this cell alone."""
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python"}}
    return nbformat.v4.new_notebook(metadata=metadata, cells=[nbformat.v4.new_code_cell(source)])


def with_a_label(chapter, show):
    """The chapter, with a bare Label below what its explorer's cell shows.

    In one cell: to go to another would have JupyterLab move its toolbar there.
    """
    book = stored.read(chapter)
    cell = next(cell for cell in book.cells if re.search(EXPLORER, cell.source))
    cell.source = f"{cell.source.removesuffix('explorer')}{show}\n{FLOOR}"
    return book


ALONE, USUALLY = "a bare Label, alone in a notebook", "interact, pyplot, inline figure: the usual way"
OTHERS = {
    ALONE: one_cell(FLOOR),
    "a bare Label, in chapter 3 without its explorer": with_a_label(stored.chapters()[2], ""),
    USUALLY: one_cell(USUAL),
    "interact, inline figure, our artists": one_cell(ANEW),
}
# What is moved and watched: a chapter's explorer, and what a cell of ours has put on the page.
DIE, OURS = ".loaded-die", ".measured"

# In the page: when the last key or mouse move was made, and when each thing watched had changed.
WATCH = """selectors => {
    const seen = window.seen = {input: null, changes: selectors.map(() => [])};
    const input = event => { seen.input = event.timeStamp; };
    for (const name of ['keydown', 'mousemove']) document.addEventListener(name, input, true);
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
# In the page, where the mouse is as fast as a hand: so many moves a second of the first handle, to and
# fro, each far enough to be another stop. Keeps the seconds that it took.
DRAG = """async ([selector, moves, perSecond]) => {
    const handle = document.querySelector(selector).querySelector('.noUi-handle');
    const track = handle.closest('.noUi-base').getBoundingClientRect(), box = handle.getBoundingClientRect();
    const mouse = (name, clientX, buttons) => handle.dispatchEvent(
        new MouseEvent(name, {bubbles: true, clientX, clientY: box.top + 5, buttons}));
    const start = performance.now();
    mouse('mousedown', box.left + box.width / 2, 1);
    for (let move = 1; move <= moves; move++) {
        const place = Math.abs((move / 60 + 0.4) % 2 - 1);
        mouse('mousemove', track.left + (0.1 + 0.8 * place) * track.width, 1);
        const next = start + 1000 * move / perSecond;
        await new Promise(resolve => setTimeout(resolve, next - performance.now()));
    }
    mouse('mouseup', 0, 0);
    return (performance.now() - start) / 1000;
}"""


def progress(text):
    print(text, file=sys.stderr, flush=True)


def notebooks():
    """Those of the others, and each chapter with a bare Label below its explorer, by file name."""
    chapters = {path.stem: with_a_label(path, "display(explorer)") for path in stored.chapters()}
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
        self.wait(2)
        self.page.evaluate(WATCH, self.watched)

    def keys_to_picture(self, moves):
        """Milliseconds of so many key presses, one after the other: a row for each thing watched.

        They take turns, and begin in turn, so that they meet the page and the machine in the same state.
        """
        took, rng = np.empty((len(self.firsts), moves)), np.random.default_rng(1)
        for move in range(moves):
            for k in np.roll(range(len(self.firsts)), move).tolist():
                self.firsts[k].focus()
                self.wait(0.1 + rng.random() / 60)  # at any moment between two frames of the screen
                self.page.evaluate(f"seen.changes[{k}].length = 0")
                self.page.keyboard.press("ArrowRight" if move % 20 < 10 else "ArrowLeft")
                self.evaluate(DRAWN, k)
                took[k, move] = self.page.evaluate(f"seen.changes[{k}].at(-1) - seen.input")
        return took

    def keys_from(self, values):
        """Their medians, a number for each thing watched, with the hand put there before."""
        self.kernel(f"explorer.die.values = {values}; _ = 0")
        self.settle()
        return np.median(self.keys_to_picture(FEW), axis=1)

    def steady_drag(self, seconds=3):
        """Updates a second while the hand moves on and on, and ms from the last move to the last change."""
        self.page.evaluate("seen.changes[0].length = 0")
        took = self.evaluate(DRAG, [self.watched[0], 60 * seconds, 60])
        during = self.page.evaluate("seen.changes[0].length")
        self.wait(1.5)
        input_, last = self.page.evaluate("[seen.input, seen.changes[0].at(-1)]")
        return during / took, max(0.0, last - input_)


def in_the_browser(browser, url, rounds, moves):
    """By name: a row of ms of all key presses, and for a chapter a second, of the Label in the same page;
    updates a second and ms of backlog of all drags."""
    figures = {}
    for index in range(rounds):
        for name in [*OTHERS, *CHAPTERS]:
            progress(f"  round {index + 1} of {rounds}: {name}")
            page = Measured(browser, url, name)
            figures.setdefault(name, []).append((page.keys_to_picture(moves), page.steady_drag()))
            page.close()
    return {
        name: (np.concatenate([keys for keys, _ in had], axis=1), np.transpose([drag for _, drag in had]))
        for name, had in figures.items()
    }


def browser_table(figures):
    alone, usual = (np.median(figures[name][0]) for name in (ALONE, USUALLY))
    lines = [
        "| picture | median (ms) | p95 (ms) | a Label in its page (ms) | to that | to a Label alone "
        "| faster than usual | updates/s | backlog (ms) |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, ((took, *label), (rates, backlogs)) in figures.items():
        median, p95 = np.median(took), np.percentile(took, 95)
        floor = f"{np.median(label):.0f} | {median / np.median(label):.2f}" if label else " | "
        lines.append(
            f"| {name} | {median:.0f} | {p95:.0f} | {floor} | {median / alone:.2f} | {usual / median:.1f} "
            f"| {np.median(rates):.0f} | {np.max(backlogs):.0f} |"
        )
    return "\n".join(lines)


@contextlib.contextmanager
def far_away(url, round_trip=ROUND_TRIP):
    """A relay on loopback that hands on every byte half a round trip late. Yields its address."""
    target = int(url.rsplit(":", 1)[1])
    loop, ready, ports = asyncio.new_event_loop(), threading.Event(), []

    async def carry(reader, writer):
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(2**16):
                loop.call_later(round_trip / 2, writer.write, chunk)
        loop.call_later(round_trip / 2 + 0.01, writer.close)

    async def connect(reader, writer):
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(carry(reader, there_writer), carry(there_reader, writer))

    async def serve():
        server = await asyncio.start_server(connect, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()

    def run():
        loop.run_until_complete(serve())
        loop.run_forever()
        tasks = asyncio.all_tasks(loop)  # of connections that are still open
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))

    threading.Thread(target=run, daemon=True).start()
    ready.wait()
    yield f"http://127.0.0.1:{ports[0]}"
    loop.call_soon_threadsafe(loop.stop)


def one_move(explorer, moves=300):
    """Median milliseconds of kernel time, and the bytes it sends, for one move of one slider."""
    rng = np.random.default_rng(1)
    die, times, sizes = explorer.die, [], []
    for _ in range(moves):
        k, value = rng.integers(len(die.sliders)), rng.random()
        start = time.perf_counter()
        die._slider_moved(k, value)
        times.append(time.perf_counter() - start)
        sent = {"moving": explorer._moving.value, "readout": explorer._readout.value}
        sizes.append(len(json.dumps(sent, ensure_ascii=False).encode()))
    return 1000 * np.median(times), np.median(sizes)


def kernel_tables():
    """What a move of the chapter-4 picture costs the kernel, by faces and by rolls."""
    explorers = {}
    for faces in (2, 6, 20, 100):
        rolls = likelihood.roll(np.full(faces, 1 / faces), 1000, np.random.default_rng(1))
        explorers[faces] = widgets.LossExplorer(rolls, [str(k) for k in range(1, faces + 1)])
    for n in (20, 10_000, 10_000_000):
        rolls = likelihood.roll(np.full(6, 1 / 6), n, np.random.default_rng(1))
        explorers[f"{n:,} rolls"] = widgets.LossExplorer(rolls)
    for explorer in explorers.values():
        one_move(explorer, 50)  # warm: the first moves fill matplotlib's caches
    # In rounds, so that a slow second of the machine falls on all of them alike.
    rounds = [{name: one_move(explorer, 100) for name, explorer in explorers.items()} for _ in range(5)]
    figures = {name: np.median([figures[name] for figures in rounds], axis=0) for name in explorers}
    lines = ["| | kernel time of a move (ms) | ratio | bytes of a move |", "| --- | --- | --- | --- |"]
    for name, (took, size) in figures.items():
        base, label = (
            (figures[6][0], f"{name} faces") if isinstance(name, int) else (figures["20 rolls"][0], name)
        )
        lines.append(f"| {label} | {took:.2f} | {took / base:.2f} | {size:,.0f} |")
    return "\n".join(lines)


def reading_table(n=10_000_000):
    """How long n rolls in a file take to be counted: the median of three, in layouts of many sizes."""
    layouts = {  # none above 50 MB, which is all that is read
        "one a line": (words.FACES, "\n"),
        "comma and space": (words.FACES, ", "),
        "no separators": (words.FACES, ""),
        "CRLF": (words.FACES, "\r\n"),
        "20 faces, one a line": (rolls.names_of("20"), "\n"),
        "H and T": (("H", "T"), " "),
    }
    lines = [f"| {n:,} rolls | MB | seconds |", "| --- | --- | --- |"]
    for name, (names, between) in layouts.items():
        faces = np.random.default_rng(1).integers(len(names), size=n)
        numbers = np.array([str(k + 1) for k in range(len(names))] if names == words.FACES else names)
        data = between.join(numbers[faces].tolist()).encode()
        took = []
        for _ in range(3):
            start = time.perf_counter()
            rolls.read_bytes(data, names)
            took.append(time.perf_counter() - start)
        lines.append(f"| {name} | {len(data) / 1e6:.1f} | {np.median(took):.2f} |")
    return "\n".join(lines)


def endurance_rows(browser, url):
    """Ten thousand moves from code: what kernel and page hold, and key to picture, before and after."""
    yield (
        "| chapter | memory grown (MB) | objects in the kernel | nodes in the page | listeners "
        "| key to picture, after to before | a Label in its page, after to before |\n"
        "| --- | --- | --- | --- | --- | --- | --- |"
    )
    for name in CHAPTERS:
        progress(f"  {name}")
        page = Measured(browser, url, name)
        start = page.state().values  # where there is room for the keys
        page.warm_up()
        before, held = page.keys_from(start), page.held_after(0)
        memory, *grown = np.subtract(page.held_after(10_000), held)
        slower = " | ".join(f"{ratio:.2f}" for ratio in page.keys_from(start) / before)
        counts = " | ".join(f"{count:+.0f}" for count in grown)
        page.close()
        yield f"| {name} | {memory:.1f} | {counts} | {slower} |"


def run_all_table(browser, url):
    """Run All of each chapter in a kernel that has imported nothing."""
    lines = ["| chapter | Run All, cold (s) |", "| --- | --- |"]
    for name in CHAPTERS:
        page = Chapter(browser, url, name)
        start = time.monotonic()
        page.command("notebook:run-all-cells")
        lines.append(f"| {name} | {time.monotonic() - start:.1f} |")
        page.close()
    return "\n".join(lines)


def import_time():
    """The helper's own import in a kernel, which has asyncio, with matplotlib and ipywidgets imported
    before; first as it is downloaded, then compiled (Python keeps that): the median of 7."""
    code = (
        "import asyncio, time, ipywidgets, matplotlib.figure, matplotlib.backends.backend_svg;"
        "start = time.perf_counter();"
        "import loaded_die.widgets; print(1000 * (time.perf_counter() - start))"
    )
    folder = Path(__file__).parent.parent / "notebooks"
    with tempfile.TemporaryDirectory() as cache:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = cache
        command = [sys.executable, "-c", code]
        first, *later = (float(subprocess.check_output(command, cwd=folder, env=env)) for _ in range(8))
    return (
        "The helper's own import in a kernel, beyond matplotlib and ipywidgets: "
        f"{np.median(later):.0f} ms, and {first:.0f} ms the first time, when Python compiles it."
    )


HEAD = """# Benchmark

`make bench` wrote this page: one run on one machine ({} {}, Python {}). Compare ratios, not
milliseconds. *Key to picture* runs from the key press to the end of the first frame that shows the
changed picture, *backlog* from the last move of a drag to the last change of the picture (the worst of
all drags). The usual way, and so *faster than usual*, is `interact` with pyplot, alone in a notebook, for
the picture of chapter 4; below it, `interact` with the artists of these notebooks.

The floor is a bare Label that the kernel mirrors: nothing that goes through the kernel is faster. It is
measured in each chapter's own page, below the explorer and in turn with it. Two more tell what the page
itself takes: a Label alone in a notebook of one cell, and one in the long page of a chapter whose explorer
is not shown."""


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
    section("What a move costs the kernel", kernel_tables(), import_time())
    section("Reading a file", reading_table())
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            sys.exit(NO_BROWSER)
        with jupyter("lab", notebooks()) as url:
            progress("Run All")
            section("Run All", run_all_table(browser, url))
            progress("key to picture")
            near = browser_table(in_the_browser(browser, url, ROUNDS, MOVES))
            section("Key to picture, kernel and browser on one machine", near)
            far = f"{1000 * ROUND_TRIP:.0f} ms of round trip"
            progress(f"key to picture, {far} between browser and server")
            with far_away(url) as there:  # one round: most of the time is that on the way
                table = browser_table(in_the_browser(browser, there, 1, FEW))
            section(f"The same with {far}, as on Binder", table)
            progress("ten thousand moves")
            rows = endurance_rows(browser, url)
            section("Ten thousand moves from code", next(rows))
            for row in rows:
                say(row)


if __name__ == "__main__":
    main()
