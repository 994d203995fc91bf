"""Python's side of a page of the book: it runs the chapter's cells, and its explorers speak with the page."""

import json

import matplotlib
from comm.base_comm import BaseComm
from loaded_die.explorer import Explorer
from pyodide.code import eval_code

# As a kernel draws: Pyodide's own way wants a page to draw in.
matplotlib.use("module://matplotlib_inline.backend_inline")
shown = {}


class PageComm(BaseComm):
    """Carries what an explorer says to the page, under the name of its cell."""

    def __init__(self, cell, post):
        super().__init__(comm_id=cell, primary=False)
        self.post = post

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        self.post(self.comm_id, json.dumps(data["state"], default=float))


def run(notebook, last, post):
    """Run the cells up to the one whose id is `last`, and show the explorers that they end with."""
    names = {"__name__": "__main__"}
    for cell in json.loads(notebook)["cells"]:
        if cell["cell_type"] == "code":
            value = eval_code("".join(cell["source"]), names)
            if isinstance(value, Explorer):
                shown[cell["id"]] = value
                value.comm = PageComm(cell["id"], post)
                value.send_state()
        if cell["id"] == last:
            return


def hear(cell, message):
    """Tell an explorer what the hand did on the page."""
    said = {"method": "custom", "content": json.loads(message)}
    shown[cell].comm.handle_msg({"content": {"data": said}, "buffers": []})
