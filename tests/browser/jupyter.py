"""A real JupyterLab (or Notebook 7) and a real browser: what waits here, waits for what it names."""

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
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
from axe_playwright_python.sync_playwright import Axe
from matplotlib import image
from playwright.sync_api import Error
from stored import NOTEBOOKS, chapters

ROOT = NOTEBOOKS.parent
CHAPTERS = [path.stem for path in chapters()]
EXPLORER = r"(^|\n)explorer = "  # in the source of the cell that makes it
HANGS = 300  # seconds, after which what is waited for will not come on any machine
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
NO_BROWSER = "no browser found: install one (apt install chromium, or: playwright install chromium)"
# Nothing is written to the disk after two minutes, and no question stands in front of the picture.
SETTINGS = {
    "docmanager-extension/plugin": {"autosave": False},
    "apputils-extension/notification": {"fetchNews": "false"},
}
OPTIONS = (
    "notebooks --config=.jupyter/jupyter_server_config.py "  # as the README has it, and make lab
    "--no-browser --allow-root --expose-app-in-browser --JupyterNotebookApp.expose_app_in_browser=True "
    "--ip=127.0.0.1 --ServerApp.port_retries=0 --IdentityProvider.token=test "
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate "
    "--ServerApp.iopub_msg_rate_limit=1e9 --ServerApp.iopub_data_rate_limit=1e9"  # faster than any hand
).split()
# For `Chapter.kernel`: what the explorer is. Nothing here or in the tests knows the chapters' hands apart.
STATE = """
def _having(trait, widget):
    if hasattr(widget, trait):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from _having(trait, child)

def _stops(slider):
    if hasattr(slider, "options"):
        return list(slider.options)
    steps = round((slider.max - slider.min) / slider.step)
    return [round(slider.min + slider.step * step, 9) for step in range(steps + 1)]

def _state():
    die = explorer.die
    at, sliders = dict(zip(die.sliders, die.values.tolist())), list(_having("readout", explorer))
    switches = [switch.label for switch in _having("tooltips", explorer)]
    return dict(
        sliders=[dict(name=s.tooltip, stops=(to := _stops(s)), half=abs(to[1] - to[0]) / 2,
                      at=at.get(s, s.value)) for s in sliders],
        locks=[lock.tooltip for lock in die.locks],
        pressed=sorted(switches + [lock.tooltip for lock in die.locks if lock.value]),
        disabled=[slider.disabled for slider in sliders],
        goals=[button.description for button in (die.match, die.fair)] if hasattr(die, "fair") else [],
        values=die.values.tolist(), y=die.probabilities.tolist(), t=explorer.t.tolist(),
        costs=getattr(explorer, "costs", explorer.t[:0]).tolist(), least=explorer.least,
        description=explorer.description,
    )
_ = _state()
"""
# In the page: what stands on it. Places are in widths of the picture, from its top left, as they are seen.
SHOWN = r"""where => {
    const explorer = document.querySelector(where);
    const all = (selector, from = explorer) => [...from.querySelectorAll(selector)];
    const said = element => element.textContent, edges = element => element.getBoundingClientRect();
    const [still, moving] = all('.widget-gridbox svg');
    const {left, top, width} = edges(explorer.querySelector('.widget-gridbox'));
    const place = (shape, x, y) => {
        const point = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM());
        return [(point.x - left) / width, (point.y - top) / width];
    };
    const corners = shape => shape.getAttribute('d').split('M').slice(1).map(part => [...part.matchAll(
        /(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => place(shape, Number(x), Number(y))));
    const frames = still.querySelector('.frames'), end = edges(frames).right;
    return {
        readouts: all('.widget-readout').map(said),
        names: all('.noUi-handle').map(handle => handle.getAttribute('aria-label')),
        disabled: all('.noUi-target').map(track => track.hasAttribute('disabled')),
        pressed: all('.mod-active').map(button => said(button).trim() || button.title).sort(),
        loss: said(explorer.querySelector('.loss-readout')),
        description: moving.getAttribute('aria-label'),
        bars: corners(moving.querySelector('.bars')), frames: corners(frames),
        mark: corners(moving.querySelector('.mark'))[0],
        texts: all('text', still).map(text => [said(text), ...place(text, text.x.baseVal[0].value,
            text.y.baseVal[0].value)]),
        numbers: all('text', moving).filter(text => edges(text).right < end).map(said).filter(text => text),
        panel: all('path, text', moving).filter(shape => edges(shape).left > end)
            .map(shape => shape.outerHTML).join(),
    };
}"""


def launch(playwright):
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    paths = [{"executable_path": path} for path in map(shutil.which, names) if path]
    for where in [*paths, {"channel": "chrome"}, {}]:
        with contextlib.suppress(Error):  # not installed there: try the next place
            return playwright.chromium.launch(args=FLAGS, timeout=1000 * HANGS, **where)
    return None


def faults(page, where=None):
    """What axe finds against WCAG 2.2 AA, in a part of the page or in all of it."""
    if where:
        page.wait_for_selector(where)
    found = Axe().run(page, where, {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [(fault["id"], node["html"]) for fault in found.response["violations"] for node in fault["nodes"]]


@contextlib.contextmanager
def jupyter(more=None):
    """Start it on a free loopback port, on a copy of the checkout, with `more` notebooks by name."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        folder, root = Path(folder), Path(folder) / "checkout"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("__pycache__", ".[!j]*", "tests"))
        for name, notebook in (more or {}).items():
            nbformat.write(notebook, root / "notebooks" / f"{name}.ipynb")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        homes = "_CONFIG", "_DATA", "_RUNTIME", "LAB_SETTINGS", "LAB_WORKSPACES"
        env = os.environ | {f"JUPYTER{name}_DIR": str(folder / name) for name in homes}
        for name, settings in SETTINGS.items():
            path = folder / "LAB_SETTINGS" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings))
        env["JUPYTER_CONFIG_PATH"] = ""
        command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--port={port}"]
        with open(folder / "log", "w") as log:
            server = subprocess.Popen(command, env=env, cwd=root, stdout=log, stderr=subprocess.STDOUT)
            try:
                while server.poll() is None:
                    with contextlib.suppress(urllib.error.URLError, ConnectionError):
                        urllib.request.urlopen(f"{url}/api?token=test", timeout=HANGS).close()
                        break
                    time.sleep(0.1)
                else:
                    raise RuntimeError(f"Jupyter did not start:\n{(folder / 'log').read_text()}")
                yield url
            finally:
                server.terminate()
                server.wait()


class Chapter:
    """One notebook open in a page of the browser, in JupyterLab or (`app`) in Notebook 7."""

    def __init__(self, page, url, name, app="lab", height=1000):
        self.url, self.name, self.where = url, name, ".loaded-die"  # the first explorer in the page
        self.page = page
        self.page.set_viewport_size({"width": 1400, "height": height})
        self.page.set_default_timeout(1000 * HANGS)
        self.requests, self.problems = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note_console)
        place, reset = ("lab/tree", "&reset") if app == "lab" else ("notebooks", "")
        self.address = f"{url}/{place}/{name}.ipynb?token=test{reset}"
        self.open()

    def _note_console(self, message):
        if message.type == "error" and "/static/" not in message.location["url"]:  # a font of JupyterLab's
            self.problems.append(f"{message.text} {message.location}")

    def open(self):
        if self.page.url.startswith(f"{self.url}/lab"):  # in the JupyterLab that is there
            self.command("docmanager:open", path=f"{self.name}.ipynb")
        else:
            self.page.goto(self.address)
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )
        self.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell")
        self.problems.clear()  # what the application says of itself while it starts is not ours

    def evaluate(self, function, argument=None):
        """Evaluate a function in the page, which may use `context`; an error if its promise is not kept."""
        notebook = "[...jupyterapp.shell.widgets('main')].find(({sessionContext}) => sessionContext)"
        function = f"""argument => Promise.race([
            (context => ({function})(argument))({notebook}?.sessionContext),
            new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), {1000 * HANGS}))])"""
        return self.page.evaluate(function, argument)

    def command(self, name, **arguments):
        script = "([name, args]) => jupyterapp.commands.execute(name, args).then(() => null)"
        self.evaluate(script, [name, arguments])

    def run_all(self):
        self.command("notebook:run-all-cells")
        self.reveal()
        self.wait_for_sliders()

    def run_explorer(self):
        """Run the explorer's cell again: a new explorer in place of the one that was there."""
        self.page.evaluate("document.querySelector('.loaded-die')?.classList.replace('loaded-die', 'old')")
        self.command("notebook:run-cell")
        self.wait_for_sliders()

    def wait_for_sliders(self):
        self.page.wait_for_selector(".jp-mod-active .loaded-die:has(.noUi-handle) svg .bars")
        others = "document.querySelectorAll('.loaded-die:not(.jp-mod-active *)')"
        self.page.evaluate(f"{others}.forEach(other => other.classList.remove('loaded-die'))")

    def reveal(self, source=EXPLORER):
        """Scroll to the cell with this source, which may not be in the page yet, until it stays in place."""
        script = """async source => {
            const notebook = jupyterapp.shell.currentWidget.content;
            const index = notebook.widgets.findIndex(({model}) => model.type === 'code'
                && RegExp(source).test(model.sharedModel.source));
            const {node} = notebook.widgets[index];
            for (let seen = 0, last = null, top; seen < 3; last = top) {
                notebook.activeCellIndex = index;
                await notebook.scrollToItem(index, 'start');
                await new Promise(resolve => setTimeout(resolve, 50));
                ({top} = node.getBoundingClientRect());
                const there = node.isConnected && top > 0 && top < innerHeight - 100 && top === last;
                seen = there ? seen + 1 : 0;
            }
        }"""
        self.evaluate(script, source)

    def close(self):
        """Shut the kernel down, too: the notebook, opened again, would find it as it was left."""
        self.evaluate("() => context.shutdown()")
        self.page.evaluate("""() => [...jupyterapp.shell.widgets('main')].forEach(widget => {
            if (widget.context) widget.context.model.dirty = false;  // else it would ask whether to save
            widget.close();
        })""")

    def kernel(self, code):
        """What `_` is when code has run in the kernel."""
        script = """async code => {
            let text = '';
            const future = context.session.kernel.requestExecute({code, store_history: false});
            future.onIOPub = ({content}) => text += content.text ?? content.traceback?.join('\\n') ?? '';
            await future.done;
            return text;
        }"""
        code = f"_ = None\n{code}\nimport json as _json; print('JSON:' + _json.dumps(_))"
        before, found, answer = self.evaluate(script, code).rpartition("JSON:")
        if not found:
            raise RuntimeError(before or answer)
        return json.loads(answer)

    def state(self):
        return SimpleNamespace(**self.kernel(STATE))

    def shown(self):
        return SimpleNamespace(**self.page.evaluate(SHOWN, self.where))

    def settle(self):
        """Wait until page and kernel say the same, and still do so when each has heard of the other."""
        heard = """async where => {  // a press after all others: once it shows, so do they
            const until = async done => { while (!done()) await new Promise(next => setTimeout(next, 10)); };
            await until(() => !document.querySelector('.die-row[inert]'));  // none waits for moves before it
            const turn = () => document.querySelector(`${where} .turn`), before = turn().textContent;
            turn().click();
            await until(() => turn().textContent !== before);
        }"""
        end, last = time.monotonic() + HANGS, None
        while time.monotonic() < end:
            self.evaluate(heard, self.where)
            state, shown = now = self.state(), self.shown()
            if now == last and agreed(state, shown):
                return now
            last = now
        raise TimeoutError(f"page and kernel do not come to agree: {shown}, {state}")

    def seen(self):
        """What the picture looks like below the meter: the bars, and the panel at the right, as pixels."""
        shown = self.shown()
        pixels = image.imread(io.BytesIO(self.explorer.locator(".widget-gridbox").screenshot()))[..., :3]
        frames = np.concatenate(shown.frames)
        places = [np.max(shown.mark, axis=0)[1], frames.min(axis=0)[0], *frames.max(axis=0)]
        top, left, right, bottom = np.round(pixels.shape[1] * np.array(places)).astype(int)
        return pixels[top:bottom, left:right], pixels[top:bottom, right:]

    def held(self):
        """The kernel's objects, the page's nodes and listeners, once garbage is collected."""
        self.settle()
        objects = self.kernel("import gc, sys; gc.collect(); _ = sys.getallocatedblocks()")
        session = self.page.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        counts = session.send("Memory.getDOMCounters")
        return objects, counts["nodes"], counts["jsEventListeners"]

    def restart(self):
        self.evaluate("() => context.restartKernel().then(() => context.ready)")
        self.evaluate("() => context.session.kernel.requestKernelInfo()")

    @property
    def explorer(self):
        return self.page.locator(self.where).first

    def press(self, name):
        self.explorer.get_by_role("button", name=name).click()

    def keys(self, k, *keys):
        self.explorer.locator(".noUi-handle").nth(k).focus()
        for key in keys:
            self.page.keyboard.press(key)

    def drag(self, k, to, steps=3, release=True):
        """Drag slider k's handle with the mouse to a place on its track, from 0 (left) to 1 (right)."""
        handle, track = (self.explorer.locator(part).nth(k) for part in (".noUi-handle", ".noUi-base"))
        handle.scroll_into_view_if_needed()
        box, track = handle.bounding_box(), track.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + to * track["width"], y, steps=steps)
        if release:
            self.page.mouse.up()


def agreed(state, shown):
    """Words, readouts (rounded to the slider's step), switches, and what is off."""
    said, seen = ((what.description, what.pressed, what.disabled) for what in (state, shown))
    pairs = zip(shown.readouts, state.sliders, strict=True)
    return said == seen and all(abs(number(text) - to["at"]) <= to["half"] + 1e-9 for text, to in pairs)


def number(text):
    try:
        return float(text.replace("−", "-").replace(",", ""))
    except ValueError:
        return float("nan")
