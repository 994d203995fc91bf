"""Every chapter in the page, as a reader runs it: what its cells say, and its sliders. `make test-lite`.

Where Pyodide's own host cannot be reached, Python still starts in the page, and finds its widgets and its
data; the chapters are skipped then, but not in a workflow. JupyterLite's kernel wants the Pyodide that
package.json names: a site that was built with another is not tried here.
"""

import re
from http.server import SimpleHTTPRequestHandler

import pytest
from engines import faults
from test_pages import browser, url  # noqa: F401
from test_pyodide import CHAPTERS, LITE, LONG, VERSION, cells, differences, need_numpy

PYTHON = LITE / "static/pyodide"
SimpleHTTPRequestHandler.extensions_map |= {".mjs": "text/javascript", ".wasm": "application/wasm"}
STATUS = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
CELLS = """() => jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === 'code')
    .map(({model}) => [model.id, model.executionState, model.outputs.toJSON()])"""
EXECUTE = """async code => {
    const {kernel} = jupyterapp.shell.currentWidget.sessionContext.session;
    const future = kernel.requestExecute({code});
    let text = '';
    future.onIOPub = ({content}) => text += content.text ?? content.traceback?.join('\\n') ?? '';
    await future.done;
    return text;
}"""
SHOW = """async index => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, 'start');
}"""


@pytest.fixture(scope="session", autouse=True)
def own_pyodide(url):  # noqa: F811
    if VERSION not in (PYTHON / "pyodide.mjs").read_text("utf-8"):
        pytest.skip(f"this site was built with another Pyodide than {VERSION}")


def open_page(browser, url, name, before=""):  # noqa: F811
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.set_default_timeout(1000 * LONG)
    page.add_init_script(before)
    page.goto(f"{url}/lite/notebooks/index.html?path={name}")
    page.wait_for_function(f"{STATUS} === 'idle'")
    page.evaluate("document.querySelector('dialog')?.close()")  # where there is no NumPy
    return page


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_says_in_the_page_what_is_stored(path, browser, url):  # noqa: F811
    need_numpy(PYTHON)
    page = open_page(browser, url, path.name)
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(f"{STATUS} === 'idle' && ({CELLS})().every(([, state]) => state === 'idle')")
    assert differences(path, {name: outputs for name, _, outputs in page.evaluate(CELLS)}) == ""
    for index, cell in enumerate(cells(path)):
        found = re.search(r"^(\w+) = \w*Explorer\(", "".join(cell["source"]), re.MULTILINE)
        if cell["cell_type"] != "code" or not found:
            continue
        page.evaluate(SHOW, index)
        where = f".jp-Notebook [data-windowed-list-index='{index}'] .loaded-die input[type=range]"
        handle = page.locator(where).first
        handle.wait_for()
        before = page.evaluate(EXECUTE, f"print({found[1]}.description)")
        handle.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "([where, before]) => document.querySelector(where)?.getAttribute('aria-label') !== before",
            arg=[f"[data-windowed-list-index='{index}'] svg[aria-label]", before.strip()],
        )
        assert page.evaluate(EXECUTE, f"print({found[1]}.description)") != before
    page.context.close()


def test_who_cannot_have_numpy_is_told_before_a_cell_is_emptied(browser, url):  # noqa: F811
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.route("**/numpy-*.whl", lambda route: route.abort())
    page.goto(f"{url}/lite/notebooks/index.html?path={CHAPTERS[0].name}")
    dialog = page.get_by_role("dialog", name="NumPy could not be fetched")
    dialog.wait_for()
    page.locator(".jp-Notebook h1").first.wait_for()
    assert page.evaluate("document.elementFromPoint(9, 9)?.closest('dialog') !== null")  # nothing else is hit
    assert faults(page, "dialog") == []
    dialog.get_by_role("link", name="Read the chapter").click()
    page.wait_for_url(f"{url}/notebooks/{CHAPTERS[0].stem}.html")
    context.close()


REFUSED = {
    "allowed": "",
    "absent": "delete Navigator.prototype.serviceWorker",
    "refused": "navigator.serviceWorker.register = () => Promise.reject(Error('refused'))",
}


@pytest.mark.parametrize("workers", REFUSED)
def test_python_starts_in_the_page_and_finds_its_data(workers, browser, url):  # noqa: F811
    page = open_page(browser, url, CHAPTERS[0].name, REFUSED[workers])
    # Opened is not changed: else the reader's browser would keep a copy, and never see a newer chapter.
    assert page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty") is False
    code = "import importlib.util, os, ipywidgets; print(importlib.util.find_spec('exercises').name, "
    code += "sorted(os.listdir('data')), ipywidgets.IntSlider(3).value)"
    files = sorted(path.name for path in (LITE / "files/data").iterdir())
    assert page.evaluate(EXECUTE, code).splitlines()[-1] == f"exercises {files} 3"
    page.context.close()


ECHO = """
import anywidget, traitlets
class Echo(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
        const button = Object.assign(document.createElement("button"), { className: "echo" });
        button.onclick = () => model.send("heard?");
        model.on("change:said", () => { button.textContent = model.get("said"); });
        el.append(button);
    } }'''
    said = traitlets.Unicode().tag(sync=True)
echo = Echo()
echo.on_msg(lambda _, message, buffers: setattr(echo, "said", message + " yes"))
echo
"""
RUN = """async code => {
    const notebook = jupyterapp.shell.currentWidget.content;
    const cell = notebook.widgets.find(({model}) => model.type === 'code');
    cell.model.sharedModel.setSource(code);
    notebook.activeCellIndex = notebook.widgets.indexOf(cell);
    await notebook.scrollToItem(notebook.activeCellIndex, 'start');
    await jupyterapp.commands.execute('notebook:run-cell');
}"""


def test_an_anywidget_starts_in_the_page_and_answers_a_message(browser, url):  # noqa: F811
    page = open_page(browser, url, CHAPTERS[0].name)
    page.evaluate(RUN, ECHO)
    button = page.locator(".jp-OutputArea .echo")
    button.click()
    button.filter(has_text="heard? yes").wait_for()
    page.context.close()
