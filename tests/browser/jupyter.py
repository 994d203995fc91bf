"""A real JupyterLab (or Notebook 7) and a real browser, for the tests and the benchmark."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import nbformat
from playwright.sync_api import Error
from stored import NOTEBOOKS, chapters

ARTEFACTS = NOTEBOOKS.parent / "artefacts"  # what the page looked like, to be looked at after a run
CHAPTERS = [path.stem for path in chapters()]
EXPLORER = r"Explorer\("  # in the source of the cell that makes it
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
NO_BROWSER = "no browser found: install one (apt install chromium, or: playwright install chromium)"
# Of JupyterLab, in which a test would otherwise find another notebook on the disk after two minutes than
# before, and a question in front of the picture.
SETTINGS = {
    "docmanager-extension/plugin": {"autosave": False},
    "apputils-extension/notification": {"fetchNews": "false"},
}
# For `Chapter.kernel`: what the explorer is. Nothing here or in the tests knows the chapters' hands apart.
STATE = """
def _having(trait, widget):
    "Every widget from this one down that has the trait, in the order of the page."
    if hasattr(widget, trait):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from _having(trait, child)

def _stops(slider):
    "The values at which the slider can stand, from left to right."
    if hasattr(slider, "options"):
        return list(slider.options)
    steps = round((slider.max - slider.min) / slider.step)
    return [round(slider.min + slider.step * step, 9) for step in range(steps + 1)]

def _state():
    die = explorer.die
    at = dict(zip(die.sliders, die.values.tolist()))
    sliders = [
        dict(name=slider.tooltip, stops=_stops(slider), at=at.get(slider, slider.value))
        for slider in _having("readout", explorer)
    ]
    return dict(
        sliders=sliders,
        players=len(list(_having("playing", explorer))),
        locks=[lock.tooltip for lock in die.locks],
        fair=die.fair.description if hasattr(die, "fair") else None,
        match=die.match.description if hasattr(die, "match") else None,
        values=die.values.tolist(),
        y=die.probabilities.tolist(),
        t=explorer.t.tolist(),
        description=explorer.description,
    )
_ = _state()
"""
# Many moves of the hand's sliders from code.
MANY_MOVES = """
import asyncio, gc, psutil, sys
import numpy as np

async def _move(n):
    "n moves from code; afterwards the kernel's memory in MB, and how many objects Python holds."
    rng = np.random.default_rng(1)
    sliders = explorer.die.sliders
    for k, place in zip(rng.integers(len(sliders), size=n), rng.random(n)):
        sliders[k].value = sliders[k].min + place * (sliders[k].max - sliders[k].min)
    await asyncio.sleep(1)
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6, sys.getallocatedblocks()
"""
# In the page: what stands on it, and a promise kept once that has not changed for 250 ms.
SHOWN = """() => {
    const explorer = document.querySelector('.loaded-die');
    const texts = selector => [...explorer.querySelectorAll(selector)].map(element => element.textContent);
    const picture = explorer.querySelector('svg[role=img]'), {left, width} = picture.getBoundingClientRect();
    const bars = [...picture.querySelectorAll('text')].filter(text => /^[01]\\.\\d\\d$/.test(text.textContent)
        && text.getBoundingClientRect().right < left + 0.48 * width);
    return {readouts: texts('.widget-readout'), loss: texts('.loss-readout')[0],
            description: picture.getAttribute('aria-label'),
            bars: bars.map(text => Number(text.textContent))};
}"""
QUIET = f"""async () => {{
    const shown = {SHOWN};
    let last, since;
    for (;;) {{
        const now = JSON.stringify(shown());
        if (now !== last) [last, since] = [now, performance.now()];
        if (performance.now() - since > 250) return;
        await new Promise(resolve => setTimeout(resolve, 25));
    }}
}}"""


def launch(playwright):
    """Chromium or Chrome, whichever is there first; None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    paths = [{"executable_path": path} for path in map(shutil.which, names) if path]
    for where in [*paths, {"channel": "chrome"}, {}]:
        with contextlib.suppress(Error):  # not installed there: try the next place
            return playwright.chromium.launch(args=FLAGS, **where)
    return None


@contextlib.contextmanager
def jupyter(app="lab", more=None):
    """Start `app` ("lab" or "notebook") on a free loopback port, on a copy of the notebooks.

    `more` are further notebooks to lay beside them, by name.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        folder = Path(folder)
        shutil.copytree(NOTEBOOKS, folder / "notebooks", ignore=shutil.ignore_patterns("__pycache__", ".*"))
        for name, notebook in (more or {}).items():
            nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        home = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
        home |= {f"JUPYTERLAB_{name}_DIR": str(folder / name) for name in ("SETTINGS", "WORKSPACES")}
        home["JUPYTER_CONFIG_PATH"] = str(NOTEBOOKS.parent / ".jupyter")  # as `make lab` has it
        for name, settings in SETTINGS.items():
            path = folder / "SETTINGS" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings))
        command = [sys.executable, "-m", {"lab": "jupyterlab"}.get(app, app), str(folder / "notebooks")]
        command += ["--no-browser", "--allow-root", "--expose-app-in-browser", "--ip=127.0.0.1"]
        command += [f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=test"]
        command += ["--ServerApp.iopub_msg_rate_limit=100000"]  # the tests are faster than any hand
        command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        with open(folder / "log", "w+") as log:
            server = subprocess.Popen(command, env=os.environ | home, stdout=log, stderr=subprocess.STDOUT)
            try:
                wait_for_server(f"http://127.0.0.1:{port}/api?token=test", server, log)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                try:
                    server.wait(30)
                finally:
                    server.kill()


def wait_for_server(url, server, log, seconds=60):
    end = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"Jupyter did not start:\n{log.read()}")


class Chapter:
    """One notebook open in the browser."""

    def __init__(self, browser, url, name, app="lab", width=1400, height=1000):
        self.url, self.name = url, name
        self.page = browser.new_page(viewport={"width": width, "height": height})
        self.page.set_default_timeout(60_000)
        self.requests, self.failed, self.problems = [], [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", self.note_failure)
        self.page.on("response", self.note_refusal)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        place = "lab/tree" if app == "lab" else "notebooks"
        self.address = f"{url}/{place}/{name}.ipynb?token=test" + ("&reset" if app == "lab" else "")
        self.open()

    def note_failure(self, request):
        if request.failure != "net::ERR_ABORTED":  # the page itself no longer wanted the answer
            self.failed.append(f"{request.url} {request.failure}")

    def note_refusal(self, response):
        if response.status >= 400:
            self.failed.append(f"{response.url} {response.status}")

    def open(self):
        """Go to the notebook (again), and wait until its kernel is there."""
        self.page.goto(self.address)
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")

    def evaluate(self, function, argument=None, seconds=120):
        """Evaluate a function in the page; give up when its promise is not kept in time."""
        return self.page.evaluate(
            f"""argument => Promise.race([({function})(argument), new Promise((_, reject) =>
                setTimeout(() => reject(new Error('no answer in {seconds} s')), {1000 * seconds}))])""",
            argument,
        )

    def command(self, name, **arguments):
        return self.evaluate("([name, args]) => jupyterapp.commands.execute(name, args)", [name, arguments])

    def run_all(self):
        """Run from the top, and wait until the sliders are on the page."""
        self.problems.clear()  # what the application says of itself while it starts is not ours
        self.command("notebook:run-all-cells")
        self.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 0")
        self.reveal()
        self.wait_for_sliders()

    def run_explorer(self):
        """Run the explorer's cell again: a new explorer in place of the one that was there."""
        self.page.evaluate("document.querySelector('.loaded-die').classList.replace('loaded-die', 'old')")
        self.command("notebook:run-cell")
        self.wait_for_sliders()

    def wait_for_sliders(self):
        self.page.wait_for_function(
            """() => {
                const handles = [...document.querySelectorAll('.jp-mod-active .loaded-die .noUi-handle')];
                return handles.length && handles.every(handle => handle.hasAttribute('aria-label'));
            }"""
        )

    def reveal(self, source=EXPLORER):
        """Scroll to the cell with this source: JupyterLab keeps no cells in the page that are far away.

        Cells above it may still grow as they are drawn, so scroll until it stays where it is.
        """
        self.evaluate(
            """async source => {
                const notebook = jupyterapp.shell.currentWidget.content;
                const index = notebook.widgets.findIndex(cell => cell.model.type === 'code'
                    && RegExp(source).test(cell.model.sharedModel.source));
                const {node} = notebook.widgets[index];
                for (let seen = 0, last = null; seen < 3;) {
                    notebook.activeCellIndex = index;
                    await notebook.scrollToItem(index, 'start');
                    await new Promise(resolve => setTimeout(resolve, 50));
                    const {top} = node.getBoundingClientRect();
                    const there = node.isConnected && top > 0 && top < innerHeight - 100 && top === last;
                    seen = there ? seen + 1 : 0;
                    last = top;
                }
            }""",
            source,
        )

    def close(self):
        """Shut the kernel down, too: the notebook, opened again, would find it as it was left."""
        self.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()

    def kernel(self, code, seconds=120):
        """Run code in the kernel, beside the notebook, and return what `_` evaluates to (as JSON)."""
        text = self.evaluate(
            """async code => {
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute({code, store_history: false});
                let text = '';
                future.onIOPub = message => {
                    if (message.header.msg_type === 'stream') text += message.content.text;
                    if (message.header.msg_type === 'error') text += message.content.traceback.join('\\n');
                };
                await future.done;
                return text;
            }""",
            f"{code}\nimport json as _json; print('JSON:' + _json.dumps(_))",
            seconds,
        )
        before, found, answer = text.rpartition("JSON:")
        if not found:
            raise RuntimeError(before or text)
        return json.loads(answer)

    def state(self):
        """What the kernel's explorer is: its sliders and locks, its numbers, its die and its data."""
        return SimpleNamespace(**self.kernel(STATE))

    def shown(self):
        """What the page shows of it: the sliders' readouts, the loss, the picture's words and numbers."""
        return SimpleNamespace(**self.page.evaluate(SHOWN))

    def warm_up(self):
        """Have the kernel make the first moves from code, which fill its pools and caches."""
        self.kernel(f"{MANY_MOVES}\n_ = await _move(2000)", seconds=600)

    def held_after(self, moves):
        """After so many moves more than to warm up: the kernel's MB and objects, the page's nodes and
        listeners, in the document or not, once garbage is collected."""
        in_kernel = self.kernel(f"_ = await _move({moves})", seconds=600)
        self.settle()
        session = self.page.context.new_cdp_session(self.page)
        session.send("Performance.enable")
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        session.detach()
        in_page = {metric["name"]: round(metric["value"]) for metric in metrics}
        return *in_kernel, in_page["Nodes"], in_page["JSEventListeners"]

    def restart(self):
        """Restart the kernel, as the menu does, and wait until the new one answers."""
        self.evaluate(
            """async () => {
                const context = jupyterapp.shell.currentWidget.sessionContext;
                await context.restartKernel();
                await context.ready;
                await context.session.kernel.requestKernelInfo();
            }"""
        )

    @property
    def explorer(self):
        return self.page.locator(".loaded-die").first

    def handle(self, k):
        return self.explorer.locator(".noUi-handle").nth(k)

    def drag(self, k, to, steps=12):
        """Drag slider k's handle with the mouse to a place on its track, from 0 (left) to 1 (right)."""
        handle = self.handle(k)
        handle.scroll_into_view_if_needed()
        box, track = handle.bounding_box(), self.explorer.locator(".noUi-base").nth(k).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + to * track["width"], y, steps=steps)
        self.page.mouse.up()

    def wait(self, seconds):
        self.page.wait_for_timeout(1000 * seconds)

    def picture(self, name):
        """Keep what the page looks like now."""
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{self.name}_{name}.png")

    def settle(self):
        """Wait until the page rests and shows what the kernel holds; what both are then."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            self.evaluate(QUIET, seconds=300)  # thousands of moves may still be on their way
            state, shown = self.state(), self.shown()
            if shown.description == state.description and not astray(state, shown):
                return state, shown
        raise TimeoutError(f"page and kernel do not come to rest: {shown}, {state}")


def astray(state, shown):
    """The sliders whose readouts do not show the kernel's number, rounded to the slider's step."""
    return [
        (slider["name"], readout, slider["at"])
        for slider, readout in zip(state.sliders, shown.readouts, strict=True)
        if abs(float(readout.replace("−", "-")) - slider["at"]) > half_a_step(slider) + 1e-9
    ]


def half_a_step(slider):
    """How far a slider's number may be from the stop at which it stands."""
    return abs(slider["stops"][1] - slider["stops"][0]) / 2
