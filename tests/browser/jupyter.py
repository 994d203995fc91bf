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

import nbformat
from playwright.sync_api import Error

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHAPTERS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
NO_BROWSER = "no browser found: install one (apt install chromium, or: playwright install chromium)"
# For `Chapter.kernel`: many moves of the chapter's sliders from code.
MANY_MOVES = """
import asyncio, gc, psutil
import numpy as np

async def _move(n):
    "n moves from code; the kernel's memory afterwards, in MiB."
    rng = np.random.default_rng(1)
    for k, value in zip(rng.integers(6, size=n), rng.random(n)):
        explorer.die.sliders[k].value = value
    await asyncio.sleep(1)
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20
"""


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
        command = [sys.executable, "-m", {"lab": "jupyterlab"}.get(app, app), str(folder / "notebooks")]
        command += ["--no-browser", "--allow-root", "--expose-app-in-browser", "--ip=127.0.0.1"]
        command += [f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=test"]
        command += ["--ServerApp.iopub_msg_rate_limit=100000"]  # the tests are faster than any hand
        command += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        with open(folder / "log", "w+") as log:
            server = subprocess.Popen(command, env=os.environ | home, stdout=log, stderr=subprocess.STDOUT)
            try:
                wait_for_server(f"http://127.0.0.1:{port}/api?token=test", server, log)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait(30)


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
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        place = "lab/tree" if app == "lab" else "notebooks"
        self.address = f"{url}/{place}/{name}.ipynb?token=test" + ("&reset" if app == "lab" else "")
        self.open()

    def note_failure(self, request):
        if request.failure != "net::ERR_ABORTED":  # the page itself no longer wanted the answer
            self.failed.append(f"{request.url} {request.failure}")

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
        self.wait_until("document.querySelectorAll('.loaded-die .noUi-handle[aria-label]').length >= 2")

    def reveal(self):
        """Scroll to the explorer: JupyterLab keeps no cells in the page that are far away.

        Cells above it may still grow as they are drawn, so scroll until it stays where it is.
        """
        self.evaluate(
            """async () => {
                const notebook = jupyterapp.shell.currentWidget.content;
                const index = notebook.widgets.findIndex(cell => cell.model.type === 'code'
                    && /Explorer\\(/.test(cell.model.sharedModel.source));
                const {node} = notebook.widgets[index];
                for (let seen = 0, last = null; seen < 3;) {
                    notebook.activeCellIndex = index;
                    await notebook.scrollToItem(index, 'start');
                    await new Promise(resolve => setTimeout(resolve, 100));
                    const {top} = node.getBoundingClientRect();
                    const there = node.isConnected && top > 0 && top < innerHeight - 100 && top === last;
                    seen = there ? seen + 1 : 0;
                    last = top;
                }
            }"""
        )

    def wait_until(self, condition):
        self.page.wait_for_function(condition)

    def kernel(self, code):
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
        )
        before, found, answer = text.rpartition("JSON:")
        if not found:
            raise RuntimeError(before or text)
        return json.loads(answer)

    def die(self):
        """The probabilities that the kernel holds."""
        return self.kernel("_ = explorer.die.probabilities.tolist()")

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
        """Drag slider k's handle to the value `to` with the mouse."""
        handle = self.handle(k)
        handle.scroll_into_view_if_needed()
        box, track = handle.bounding_box(), self.explorer.locator(".noUi-base").nth(k).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + to * track["width"], y, steps=steps)
        self.page.mouse.up()

    def readouts(self):
        """The numbers beside the sliders, as shown."""
        return [float(text) for text in self.explorer.locator(".widget-readout").all_inner_texts()]

    def loss(self):
        return self.explorer.locator(".loss-readout").inner_text()

    def label(self):
        """What the picture says that it shows."""
        return self.explorer.locator("svg[role=img]").get_attribute("aria-label")

    def wait(self, seconds):
        self.page.wait_for_timeout(1000 * seconds)

    def settle(self):
        """Wait until page and kernel have come to rest: the same twice, and the same die."""
        before = None
        for _ in range(40):
            self.wait(0.2)
            now = self.readouts(), self.loss(), self.label()
            if now == before and all(abs(a - b) < 0.00501 for a, b in zip(now[0], self.die())):
                return
            before = now
        raise TimeoutError(f"page and kernel do not come to rest: {before}, {self.die()}")
