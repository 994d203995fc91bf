"""How a notebook is stored: run from the top, with pictures in place of live widgets.

`python tools/stored.py` (or `make notebooks`) runs every notebook and stores it so, `python
tools/stored.py 03 05` only these. What is stored depends on the code alone: no timings, no version of
Python, no widget state.
"""

import re
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
FOLDED = {"jupyter": {"outputs_hidden": True}}  # an output that answers a question: a click opens it
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    # What `jupyter nbconvert --to script` needs besides the name; the version of Python is left out.
    "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}
    | {"nbconvert_exporter": "python", "pygments_lexer": "ipython3"},
}

# What the figures of pyplot show, in a sentence: cell | sentence. The explorers say it themselves.
LINES = Path(__file__).with_name("alternatives.txt").read_text(encoding="utf-8").splitlines()
ALTERNATIVES = dict(line.split(" | ") for line in LINES)


def chapters():
    return sorted(NOTEBOOKS.glob("0*.ipynb"))


def notebooks():
    """The chapters, and the appendix."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def read(path):
    return nbformat.read(path, as_version=4)


def faults(notebook):
    """What keeps a notebook from being stored as it should be, one line each; empty if nothing."""
    found = [] if notebook.metadata == METADATA else [f"its metadata is {dict(notebook.metadata)}"]
    ran = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    if ran != [*range(1, len(ran) + 1)]:
        found.append(f"its code cells have the execution counts {ran}")
    for position, cell in enumerate(notebook.cells, start=1):
        if cell.metadata and (cell.metadata, cell.cell_type) != (FOLDED, "code"):
            found.append(f"cell {position} has the metadata {dict(cell.metadata)}")
        outputs = cell.get("outputs", [])
        for output in outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                found.append(f"cell {position} ends in {output.get('ename') or output.text!r}")
            if WIDGET_VIEW in output.get("data", {}):
                found.append(f"cell {position} holds a widget view")
            text, last = output.get("data", {}).get("text/plain", ""), cell.source.rpartition("\n")[2]
            rolled = "." not in text and re.search(r"\b(rng|roll)\b", last)  # whole numbers of a generator
            if text.startswith("array(") and (rolled or "dtype" in text):
                found.append(f"cell {position} shows an array in a way that depends on the machine")
            if "image/png" in output.get("data", {}) and not output.metadata.get("image/png", {}).get("alt"):
                found.append(
                    f"cell {position} ({cell.id}) has a picture without a sentence in alternatives.txt"
                )
        if any("name" in one and one.get("name") == next.get("name") for one, next in pairwise(outputs)):
            found.append(f"cell {position} holds what it printed in pieces")
    return found


def main():
    """Run every cell in a fresh kernel and store the notebooks, if nothing is wrong."""
    place = {"metadata": {"path": NOTEBOOKS}}
    for path in notebooks():
        if sys.argv[1:] and not path.stem.startswith(tuple(sys.argv[1:])):
            continue
        notebook = read(path)
        NotebookClient(notebook, record_timing=False, coalesce_streams=True, resources=place).execute()
        notebook.metadata = nbformat.from_dict(METADATA)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                output.get("data", {}).pop(WIDGET_VIEW, None)
                if cell.id in ALTERNATIVES and "image/png" in output.get("data", {}):
                    output.metadata["image/png"] = {"alt": ALTERNATIVES[cell.id]}
        if wrong := faults(notebook):
            sys.exit(f"{path.name} is not stored: " + "; ".join(wrong))
        nbformat.write(notebook, path)
        print(f"{path.name}: {len(notebook.cells)} cells")


if __name__ == "__main__":
    main()
