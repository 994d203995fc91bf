"""A real JupyterLab (or Notebook 7) and a real browser: what waits here, waits for what it names.

Of a page nothing is asked but `goto`, `evaluate`, `mouse` and `keyboard` wherever a test runs in all engines.
"""

import contextlib
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
from matplotlib import image
from stored import NOTEBOOKS, chapters, read

ROOT = NOTEBOOKS.parent
CHAPTERS = [path.stem for path in chapters()]
MAKES = r"^(\w+) = \w+Explorer\("  # in the source of a cell that makes one
EXPLORER = r"(^|\n)explorer = "  # in the source of the cell that makes it
HANGS = 60  # seconds, after which what is waited for will not come on any machine
# Nothing is written to the disk after two minutes, and no question stands in front of the picture.
SETTINGS = {
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
}
OPTIONS = (
    "notebooks --config=.jupyter/jupyter_server_config.py "  # as the README has it, and make lab
    "--no-browser --allow-root --expose-app-in-browser --JupyterNotebookApp.expose_app_in_browser=True "
    "--ip=127.0.0.1 --ServerApp.port_retries=0 --IdentityProvider.token=test "
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate "
    "--ServerApp.iopub_msg_rate_limit=1e9 --ServerApp.iopub_data_rate_limit=1e9"  # faster than any hand
).split()
# In the kernel: what the explorer is. Nothing here or in the tests knows the chapters' hands apart.
STATE = """
from loaded_die.hand import alone

def _shown(kind, name, value=None, options=(), **_):
    value = getattr(explorer, name)
    if kind == "choice":
        return dict(map(reversed, options))[value]
    if kind == "slider":
        return f"{value:,}"
    return value if kind == "text" else None

@alone
def _state():
    die = explorer.die
    return dict(
        values=die.values.tolist(), low=die.low.tolist(), high=die.high.tolist(),
        step=die.step, digits=die.digits, fixed=die.fixed.tolist(),
        locked=[bool(on) for on, row in zip(die.locked, explorer.rows) if "lock" in row],
        y=die.probabilities.tolist(), t=explorer.t.tolist(), f=explorer.f.tolist(),
        loss=explorer.loss, costs=getattr(explorer, "costs", explorer.t[:0]).tolist(),
        shown=explorer.shown(explorer.loss), headline=explorer.headline, note=explorer.note,
        description=explorer.description, frame=explorer.frame, still=explorer.still,
        names=[row["name"] for row in explorer.rows], off=sorted(set(explorer.disabled)),
        controls=[_shown(**control) for control in explorer.controls],
    )
_ = _state()
"""
# In the page: what stands on it.
SHOWN = """([where, layers]) => {
    const explorer = document.querySelector(where);
    const all = selector => [...explorer.querySelectorAll(selector)];
    const wide = node => node.getBoundingClientRect().width;
    const as_html = text => Object.assign(document.createElement('div'), {innerHTML: text}).innerHTML;
    const shown = node => node.matches('.choice') ? node.querySelector('[aria-pressed=true]').textContent
        : node.querySelector('output')?.textContent ?? (node.matches('input') ? node.value : null);
    return {
        values: all('.row input[type=number]').map(field => field.valueAsNumber),
        places: all('.row input[type=range]').map(range => range.valueAsNumber),
        names: all('.row input[type=range]').map(range => range.ariaLabel),
        fixed: all('.row input[type=range]').map(range => range.disabled),
        locked: all('.lock').map(lock => lock.ariaPressed === 'true'),
        bars: all('.bar').map(bar => wide(bar) / wide(bar.parentElement)),
        shares: all('.share').map(share => wide(share) / wide(share.parentElement)),
        off: [...new Set(all('[aria-disabled=true]').map(button => button.name))].sort(),
        controls: all('.controls > *').map(shown),
        headline: explorer.querySelector('.loss').textContent,
        note: explorer.querySelector('.note').textContent,
        layers: all('.picture > *').map((layer, k) => layer.innerHTML === as_html(layers[k])),
        waiting: window.said - window.answered,
    };
}"""
# In the page: what the explorers said, and what the kernel answered, are counted on their way.
COUNT = r"""() => {
    Object.assign(window, {said: 0, answered: 0});
    const text = data => typeof data === 'string' ? data : new TextDecoder().decode(data);
    const {send} = window.counted ??= WebSocket.prototype, sockets = new WeakSet();
    WebSocket.prototype.send = function(data) {
        if (/"method": ?"custom"/.test(text(data))) window.said += 1;
        if (!sockets.has(this)) this.addEventListener('message', ({data}) => {
            if (/"msg_type": ?"comm_msg".*"turn": ?\d/s.test(text(data))) window.answered += 1;
        });
        sockets.add(this);
        send.call(this, data);
    };
}"""


def one_notebook():
    """Every explorer of the chapters in one notebook, and their names in `made` there: explorer_04, curve_04.

    What a chapter computes before an explorer stands in the cell above. When the explorer's cell runs again,
    it finds that, whatever a later chapter has given the same names.
    """
    notebook, names = read(chapters()[0]), []
    notebook.cells = [nbformat.v4.new_code_cell("made = {}")]
    for path in chapters():
        before = ["%%capture"]
        for cell in read(path).cells:
            made = re.search(MAKES, cell.source, re.MULTILINE)
            if cell.cell_type == "code" and made:
                names.append(f"{made[1]}_{path.stem[:2]}")
                before.append(f"there_{names[-1]} = dict(globals())")
                notebook.cells += [nbformat.v4.new_code_cell("\n".join(before)), cell]
                keep = f'made["{names[-1]}"] = {made[1]}\n{made[1]}'
                again = f"globals().update(there_{names[-1]})\n"
                cell.source = again + cell.source.removesuffix(made[1]) + keep
                before = ["%%capture"]
            elif cell.cell_type == "code":
                before.append(cell.source)
    boxed = 'from ipywidgets import HBox\nmade["boxed"] = LossExplorer()\nHBox([made["boxed"]])'
    notebook.cells.append(nbformat.v4.new_code_cell(boxed))
    return notebook, [*names, "boxed"]


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
        (folder / "_CONFIG" / "labconfig").mkdir(parents=True)
        overrides = folder / "_CONFIG" / "labconfig" / "default_setting_overrides.json"
        overrides.write_text(json.dumps(SETTINGS))
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

    where = ".jp-mod-active .loaded-die"  # the explorer of the active cell

    def __init__(self, page, url, name, app="lab", width=1400, height=1000):
        self.page, self.url, self.name = page, url, name
        self.page.set_viewport_size({"width": width, "height": height})
        self.requests, self.problems = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", self._note_error)
        self.page.on("console", self._note)
        # A workspace of its own: a second JupyterLab in the same would move to another while it starts.
        lab = f"lab/workspaces/{name}/tree"
        place, reset = (lab, "&reset") if app == "lab" else ("notebooks", "")
        self.address = f"{url}/{place}/{name}.ipynb?token=test{reset}"
        self.open()

    def _note_error(self, error):
        if "Window name candidate" not in str(error):  # Jupyter's own, when a second page of it is opened
            self.problems.append(str(error))

    def _note(self, message):
        if message.type == "error" and "/static/" not in message.location["url"]:  # a font of JupyterLab's
            self.problems.append(f"{message.text} {message.location}")

    def open(self):
        self.page.goto(self.address)
        self.until(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )
        self.until("document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')")
        self.evaluate(COUNT)
        self.problems.clear()  # what the application says of itself while it starts is not ours

    def evaluate(self, function, argument=None):
        """Evaluate a function in the page, which may use `context`; an error if its promise is not kept."""
        notebook = "window.jupyterapp && [...jupyterapp.shell.widgets('main')]"
        function = f"""argument => Promise.race([
            (context => ({function})(argument))(
                ({notebook})?.find(one => one.sessionContext)?.sessionContext),
            new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), {1000 * HANGS}))])"""
        return self.page.evaluate(function, argument)

    def until(self, condition):
        """Wait until this is true in the page."""
        end = time.monotonic() + HANGS
        while not self.evaluate(f"() => Boolean({condition})"):
            if time.monotonic() > end:
                raise TimeoutError(condition)
            time.sleep(0.02)

    def command(self, name, **arguments):
        script = "([name, args]) => jupyterapp.commands.execute(name, args).then(() => null)"
        self.evaluate(script, [name, arguments])

    def run_all(self, source=EXPLORER):
        self.command("notebook:run-all-cells")
        self.reveal(source)
        self.until(f"document.querySelector('{self.where} svg')")

    def to(self, name):
        """Make this the active cell, and in the kernel `explorer`."""
        self.reveal(rf"made..{name}.. = ")
        self.until(f"document.querySelector('{self.where} svg')")
        self.kernel(f"explorer = made[{name!r}]")

    def run_again(self, name):
        """Run the explorer's cell again: a new explorer in place of the one that was there."""
        self.reveal(rf"made..{name}.. = ")
        self.evaluate(
            "where => document.querySelector(where)?.classList.replace('loaded-die', 'old')", self.where
        )
        self.command("notebook:run-cell")
        self.to(name)

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

    def shown(self, state):
        return SimpleNamespace(**self.evaluate(SHOWN, [self.where, [state.still, state.frame]]))

    def settle(self):
        """The state, once page and kernel say the same and nothing is on its way.

        The comparison is made twice: in between, a message of the kernel has gone through what goes to the
        page one after the other, so all that came before it has been heard there.
        """
        end, last = time.monotonic() + HANGS, None
        while time.monotonic() < end:
            state = self.state()
            now = state, self.shown(state)
            if now == last and not differences(*now):
                return state
            last = now
        raise TimeoutError(f"page and kernel do not come to agree: {differences(*now)}, {now}")

    def seen(self, selector):
        """What a part of the explorer looks like, as pixels."""
        shot = self.page.locator(f"{self.where} {selector}").first.screenshot()
        return image.imread(io.BytesIO(shot))[..., :3]

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
        self.evaluate(COUNT)

    def box(self, selector, k=0, name=None):
        """Left, top, width, height of the k-th such part of the explorer, or of the one with the name."""
        script = """([where, selector, k, name]) => {
            const parts = [...document.querySelectorAll(`${where} :is(${selector})`)];
            const said = part => part.ariaLabel || part.textContent;
            const part = name === null ? parts.at(k) : parts.find(part => said(part) === name);
            part.scrollIntoView({block: 'nearest'});
            const {left, top, width, height} = part.getBoundingClientRect();
            return [left, top, width, height];
        }"""
        return self.evaluate(script, [self.where, selector, k, name])

    def click(self, selector, k=0, name=None, at=(0.5, 0.5)):
        left, top, width, height = self.box(selector, k, name)
        self.page.mouse.move(left + at[0] * width, top + at[1] * height)
        self.page.mouse.down()
        self.page.mouse.up()

    def press(self, name):
        self.click("button", name=name)

    def keys(self, k, *keys):
        """Press keys while slider k has the focus."""
        focus = "([where, k]) => [...document.querySelectorAll(`${where} input[type=range]`)].at(k).focus()"
        self.evaluate(focus, [self.where, k])
        for key in keys:
            self.page.keyboard.press(key)

    def type_over(self, selector, k, text, leave="Enter"):
        self.click(selector, k)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press(leave)

    def drag(self, k, *places, release=True):
        """Drag slider k with the mouse to places on its track, from 0 (left) to 1 (right)."""
        left, top, width, height = self.box("input[type=range]", k)
        at = """([where, k]) => {
            const {value, min, max} = [...document.querySelectorAll(`${where} input[type=range]`)].at(k);
            return (value - min) / (max - min);
        }"""
        xs = [left + 8 + place * (width - 16) for place in (self.evaluate(at, [self.where, k]), *places)]
        self.page.mouse.move(xs[0], top + height / 2)
        self.page.mouse.down()
        for start, end in pairwise(xs):
            self.page.mouse.move((start + end) / 2, top + height / 2)
            self.page.mouse.move(end, top + height / 2)
        if release:
            self.page.mouse.up()


def differences(state, shown):
    """In what the page differs from the kernel: a number may be rounded, a picture may not differ."""
    same = "names", "fixed", "locked", "off", "controls", "headline"
    found = [what for what in same if getattr(state, what) != getattr(shown, what)]
    if shown.waiting or not all(shown.layers):
        found.append("picture")
    low, high = np.array(state.low), np.array(state.high)
    inside = np.clip(state.values, low, high)
    for what, here, there, digits in (
        ("values", shown.values, state.values, 0.5 * 10.0**-state.digits),
        ("places", shown.places, inside, state.step / 2),
        ("bars", shown.bars, (inside - low) / (high - low), 1e-3),
    ):
        if not np.allclose(here, there, rtol=0, atol=digits + 1e-9):
            found.append(what)
    return found
