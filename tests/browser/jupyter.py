"""A real JupyterLab (or Notebook 7) and a real browser, for the tests and the benchmark.

Nothing here gives up because the machine is slow: what waits, waits for what it names.
"""

import contextlib
import io
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
import numpy as np
from matplotlib import image
from playwright.sync_api import Error
from stored import NOTEBOOKS, chapters

ROOT = NOTEBOOKS.parent
CHAPTERS = [path.stem for path in chapters()]
EXPLORER = r"Explorer\("  # in the source of the cell that makes it
HANGS = 300  # seconds, after which what is waited for will not come on any machine
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
NO_BROWSER = "no browser found: install one (apt install chromium, or: playwright install chromium)"
# How the README starts it: its options, in the folder of the checkout.
START = ["notebooks", "--config=.jupyter/jupyter_server_config.py"]  # as the README has it, and make lab
# Of JupyterLab, in which a test would otherwise find another notebook on the disk after two minutes than
# before, and a question in front of the picture.
SETTINGS = {
    "docmanager-extension/plugin": {"autosave": False},
    "apputils-extension/notification": {"fetchNews": "false"},
}
OPTIONS = (
    "--no-browser --allow-root --expose-app-in-browser --JupyterNotebookApp.expose_app_in_browser=True "
    "--ip=127.0.0.1 --ServerApp.port_retries=0 --IdentityProvider.token=test "
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate "
    "--ServerApp.iopub_msg_rate_limit=100000"  # the tests are faster than any hand
).split()
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
    sliders = list(_having("readout", explorer))
    switches = [switch.label for switch in _having("tooltips", explorer)]
    return dict(
        sliders=[dict(name=s.tooltip, stops=_stops(s), at=at.get(s, s.value)) for s in sliders],
        locks=[lock.tooltip for lock in die.locks],
        pressed=sorted(switches + [lock.tooltip for lock in die.locks if lock.value]),
        disabled=[slider.disabled for slider in sliders],
        fair=die.fair.description if hasattr(die, "fair") else None,
        match=die.match.description if hasattr(die, "match") else None,
        values=die.values.tolist(),
        y=die.probabilities.tolist(),
        t=explorer.t.tolist(),
        description=explorer.description,
    )
_ = _state()
"""
# In the page: what stands on it. Places are in widths of the picture, from its top left, as they are seen.
SHOWN = r"""where => {
    const explorer = document.querySelector(where);
    const all = (selector, from = explorer) => [...from.querySelectorAll(selector)];
    const [still, moving] = all('.widget-gridbox svg');
    const {left, top, width} = explorer.querySelector('.widget-gridbox').getBoundingClientRect();
    const place = (shape, x, y) => {
        const point = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM());
        return [(point.x - left) / width, (point.y - top) / width];
    };
    const corners = shape => shape.getAttribute('d').split('M').slice(1).map(part => [...part.matchAll(
        /(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => place(shape, Number(x), Number(y))));
    const frames = still.querySelector('.frames'), end = frames.getBoundingClientRect().right;
    return {
        readouts: all('.widget-readout').map(readout => readout.textContent),
        names: all('.noUi-handle').map(handle => handle.getAttribute('aria-label')),
        disabled: all('.noUi-target').map(track => track.hasAttribute('disabled')),
        pressed: all('.mod-active').map(button => button.textContent.trim() || button.title).sort(),
        loss: explorer.querySelector('.loss-readout').textContent,
        description: moving.getAttribute('aria-label'),
        bars: corners(moving.querySelector('.bars')), frames: corners(frames),
        mark: corners(moving.querySelector('.mark'))[0],
        texts: all('text', still).map(text => [text.textContent, ...place(text, text.x.baseVal[0].value,
            text.y.baseVal[0].value)]),
        numbers: all('text', moving).filter(text => text.getBoundingClientRect().right < end)
            .map(text => text.textContent).filter(text => text),
        panel: all('path, text', moving).filter(shape => shape.getBoundingClientRect().left > end)
            .map(shape => shape.outerHTML).join(),
    };
}"""


def launch(playwright):
    """Chromium or Chrome, whichever is there first; None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    paths = [{"executable_path": path} for path in map(shutil.which, names) if path]
    for where in [*paths, {"channel": "chrome"}, {}]:
        with contextlib.suppress(Error):  # not installed there: try the next place
            return playwright.chromium.launch(args=FLAGS, timeout=1000 * HANGS, **where)
    return None


@contextlib.contextmanager
def jupyter(more=None):
    """Start JupyterLab (and with it Notebook 7) on a free loopback port, on a copy of the checkout.

    `more` are further notebooks to lay beside the chapters, by name.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        folder, root = Path(folder), Path(folder) / "checkout"
        left = shutil.ignore_patterns(
            "__pycache__", ".venv", ".git", ".oldest", ".*_cache", ".hypothesis", "tests"
        )
        shutil.copytree(ROOT, root, ignore=left)
        for name, notebook in (more or {}).items():
            nbformat.write(notebook, root / "notebooks" / f"{name}.ipynb")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        home = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
        home |= {f"JUPYTERLAB_{name}_DIR": str(folder / name) for name in ("SETTINGS", "WORKSPACES")}
        for name, settings in SETTINGS.items():
            path = folder / "SETTINGS" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings))
        command = [sys.executable, "-m", "jupyterlab", *START, *OPTIONS]
        command += [f"--port={port}"]
        env = os.environ | home | {"JUPYTER_CONFIG_PATH": ""}
        with open(folder / "log", "w+") as log:
            server = subprocess.Popen(command, env=env, cwd=root, stdout=log, stderr=subprocess.STDOUT)
            try:
                wait_for_server(f"http://127.0.0.1:{port}/api?token=test", server, log)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait()


def wait_for_server(url, server, log):
    while server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            return urllib.request.urlopen(url, timeout=HANGS).close()
        time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"Jupyter did not start:\n{log.read()}")


class Chapter:
    """One notebook open in the browser, in JupyterLab or (`app`) in Notebook 7."""

    def __init__(self, browser, url, name, app="lab", width=1400, height=1000):
        self.url, self.name, self.where = url, name, ".loaded-die"  # the first explorer in the page
        self.page = browser.new_page(viewport={"width": width, "height": height})
        self.page.set_default_timeout(1000 * HANGS)
        self.requests, self.problems = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note_console)
        place = "lab/tree" if app == "lab" else "notebooks"
        self.address = f"{url}/{place}/{name}.ipynb?token=test" + ("&reset" if app == "lab" else "")
        self.open()

    def _note_console(self, message):
        own = "/static/" in message.location["url"]  # a font of the application's, say
        if message.type == "error" and not own:
            self.problems.append(f"{message.text} {message.location}")

    def open(self):
        """Go to the notebook (again), and wait until its kernel is there."""
        self.page.goto(self.address)
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")

    def evaluate(self, function, argument=None):
        """Evaluate a function in the page; an error if its promise is never kept."""
        return self.page.evaluate(
            f"""argument => Promise.race([({function})(argument), new Promise((_, reject) =>
                setTimeout(() => reject(new Error('no answer')), {1000 * HANGS}))])""",
            argument,
        )

    def command(self, name, **arguments):
        return self.evaluate("([name, args]) => jupyterapp.commands.execute(name, args)", [name, arguments])

    def run_all(self):
        """Run from the top, and wait until the sliders are on the page."""
        self.problems.clear()  # what the application says of itself while it starts is not ours
        self.command("notebook:run-all-cells")
        self.reveal()
        self.wait_for_sliders()

    def run_explorer(self):
        """Run the explorer's cell again: a new explorer in place of the one that was there."""
        self.page.evaluate("document.querySelector('.loaded-die')?.classList.replace('loaded-die', 'old')")
        self.command("notebook:run-cell")
        self.wait_for_sliders()

    def wait_for_sliders(self):
        self.page.wait_for_selector(".jp-mod-active .loaded-die .noUi-handle")
        self.page.wait_for_selector(".jp-mod-active .loaded-die svg .bars")

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

    def kernel(self, code, meanwhile="null"):
        """Run code in the kernel, beside the notebook, and return what `_` evaluates to (as JSON).

        `meanwhile` is a promise of the page's, begun at once; `window.done` says when the code has run.
        """
        text = self.evaluate(
            """async code => {
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                window.done = false;
                const future = kernel.requestExecute({code, store_history: false});
                let text = '';
                future.onIOPub = message => {
                    if (message.header.msg_type === 'stream') text += message.content.text;
                    if (message.header.msg_type === 'error') text += message.content.traceback.join('\\n');
                };
                const meanwhile = MEANWHILE;
                await future.done;
                window.done = true;
                await meanwhile;
                return text;
            }""".replace("MEANWHILE", meanwhile),
            f"{code}\nimport json as _json; print('JSON:' + _json.dumps(_))",
        )
        before, found, answer = text.rpartition("JSON:")
        if not found:
            raise RuntimeError(before or text)
        return json.loads(answer)

    def state(self):
        """What the kernel's explorer is: its sliders and locks, its numbers, its die and its data."""
        return SimpleNamespace(**self.kernel(STATE))

    def shown(self):
        """What the page shows of it: readouts, the loss, the picture's words, numbers and shapes."""
        return SimpleNamespace(**self.page.evaluate(SHOWN, self.where))

    def settle(self):
        """Wait until page and kernel say the same, and still do so when each has heard of the other.

        What is on its way is seen: the page shows a move of a hand at once, the kernel its own.
        """
        end, last = time.monotonic() + HANGS, None
        while time.monotonic() < end:
            state, shown = self.state(), self.shown()
            if state.description == shown.description and not astray(state, shown):
                if last == (state, shown):
                    return last
                last = state, shown
            else:
                last = None
        raise TimeoutError(f"page and kernel do not come to agree: {shown}, {state}")

    def seen(self):
        """What the picture looks like: the meter, the bars below it, the panel at the right, as pixels."""
        shown = self.shown()
        picture = self.explorer.locator(".widget-gridbox").screenshot()
        pixels = image.imread(io.BytesIO(picture))[..., :3]
        points = [np.concatenate(parts) for parts in ([shown.mark], shown.frames)]
        (_, high), (_, tip), (left, _), (right, bottom) = (
            (pixels.shape[1] * corner(part, axis=0)).round().astype(int)
            for part in points
            for corner in (np.min, np.max)
        )
        return pixels[high:tip], pixels[tip:bottom, left:right], pixels[tip:bottom, right:]

    def held(self):
        """The kernel's objects, the page's nodes and listeners, in the document or not, once garbage is
        collected."""
        self.settle()
        objects = self.kernel("import gc, sys; gc.collect(); _ = sys.getallocatedblocks()")
        session = self.page.context.new_cdp_session(self.page)
        session.send("Performance.enable")
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        session.detach()
        in_page = {metric["name"]: round(metric["value"]) for metric in metrics}
        return objects, in_page["Nodes"], in_page["JSEventListeners"]

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
        return self.page.locator(self.where).first

    def handle(self, k):
        return self.explorer.locator(".noUi-handle").nth(k)

    def press(self, name):
        self.explorer.get_by_role("button", name=name).click()

    def keys(self, k, *keys):
        self.handle(k).focus()
        for key in keys:
            self.page.keyboard.press(key)

    def drag(self, k, to, steps=8):
        """Drag slider k's handle with the mouse to a place on its track, from 0 (left) to 1 (right)."""
        handle = self.handle(k)
        handle.scroll_into_view_if_needed()
        box, track = handle.bounding_box(), self.explorer.locator(".noUi-base").nth(k).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + to * track["width"], y, steps=steps)
        self.page.mouse.up()


def astray(state, shown):
    """What page and kernel say otherwise: readouts (rounded to the slider's step), switches, what is off."""
    wrong = [
        (slider["name"], readout, slider["at"])
        for slider, readout in zip(state.sliders, shown.readouts, strict=True)
        if not abs(number(readout) - slider["at"]) <= half_a_step(slider) + 1e-9
    ]
    return wrong + [what for what in ("pressed", "disabled") if getattr(state, what) != getattr(shown, what)]


def number(text):
    """The number that stands there; NaN where none does."""
    try:
        return float(text.replace("−", "-").replace(",", ""))
    except ValueError:
        return float("nan")


def half_a_step(slider):
    """How far a slider's number may be from the stop at which it stands."""
    return abs(slider["stops"][1] - slider["stops"][0]) / 2
