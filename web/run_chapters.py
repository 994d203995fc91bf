"""Run code cells one after the other as a kernel does; `run_chapters.mjs` calls it in Pyodide."""

import json
import os

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as a kernel sets it
shell = InteractiveShell.instance()


def outputs(source):
    """What a cell gives, in the form in which a notebook stores it."""
    with shell.display_trap, capture_output() as caught:
        shell.run_cell(source)  # which prints the traceback, if there is one
    texts = [{"text": text} for text in (caught.stdout, caught.stderr)]
    return texts + [{"data": {"text/plain": output.data["text/plain"]}} for output in caught.outputs]


def run(notebook):
    """The outputs of each code cell of a notebook by its id, with nothing left of the notebook before."""
    shell.reset()
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return {cell["id"]: outputs("".join(cell["source"])) for cell in cells}


def run_all(notebooks):
    """The outputs of each notebook, from JSON to JSON."""
    return json.dumps({name: run(notebook) for name, notebook in json.loads(notebooks).items()})
