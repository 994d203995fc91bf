"""How a notebook is stored: run from the top, with pictures in place of live widgets.

`python tests/stored.py` (or `make notebooks`) runs every notebook and stores it so. What is stored
depends on the code alone: no timings, no version of Python, no widget state.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def chapters():
    """The paths of all chapters, in order: the notebooks with an explorer."""
    return sorted(NOTEBOOKS.glob("0*.ipynb"))


def notebooks():
    """The paths of all chapters, and of the appendix."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def read(path):
    return nbformat.read(path, as_version=4)


def faults(notebook):
    """What keeps a notebook from being stored as it should be, one line each; empty if nothing."""
    found = [] if notebook.metadata == METADATA else [f"its metadata is {dict(notebook.metadata)}"]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for position, cell in enumerate(code, start=1):
        if cell.execution_count != position:
            found.append(f"code cell {position} has the execution count {cell.execution_count}")
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"code cell {position} ends in {output.ename}")
            if output.get("name") == "stderr":
                found.append(f"code cell {position} writes to stderr: {output.text!r}")
            if WIDGET_VIEW in output.get("data", {}):
                found.append(f"code cell {position} holds a widget view")
    for position, cell in enumerate(notebook.cells, start=1):
        if cell.metadata:
            found.append(f"cell {position} has the metadata {dict(cell.metadata)}")
    return found


def run(notebook):
    """Run every cell in a fresh kernel and leave the outputs as they are to be stored."""
    client = NotebookClient(notebook, record_timing=False, resources={"metadata": {"path": NOTEBOOKS}})
    client.execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        for output in outputs:
            output.get("data", {}).pop(WIDGET_VIEW, None)
        if "outputs" in cell:
            cell.outputs = in_one_piece(cell.outputs)
    return notebook


def in_one_piece(outputs):
    """What a cell prints as one output, in however many pieces it came."""
    joined = []
    for output in outputs:
        if joined and output.output_type == "stream" and output.name == joined[-1].get("name"):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def main():
    for path in notebooks():
        notebook = run(read(path))
        wrong = faults(notebook)
        if wrong:
            sys.exit(f"{path.name} is not stored: " + "; ".join(wrong))
        nbformat.write(notebook, path)
        print(f"{path.name}: {len(notebook.cells)} cells")


if __name__ == "__main__":
    main()
