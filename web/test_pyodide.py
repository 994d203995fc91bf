"""Every chapter in Pyodide, the Python of a page, without a browser: the first part of `make test-lite`.

The Pyodide is that of the site, or of the folder that PYODIDE names. NumPy and Matplotlib that are not in the
folder come from Pyodide's own host. Where that cannot be reached, the chapters are skipped, but not in a
workflow.
"""

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

import pytest

WEB = Path(__file__).parent
LITE = WEB.parent / "_site/lite"
VERSION = json.loads((WEB / "package.json").read_text("utf-8"))["dependencies"]["pyodide"]
PYODIDE = Path(os.environ.get("PYODIDE", WEB.parent / ".web/node_modules/pyodide"))
CHAPTERS = sorted((LITE / "files").glob("*.ipynb"))
FIRST = "Matplotlib is building the font cache; this may take a moment."
LONG = 600  # seconds


def cells(path):
    return json.loads(path.read_text("utf-8"))["cells"]


def said(outputs):
    """What a cell says in words: what it prints, its last value, its errors; not Matplotlib's greeting."""
    outputs = [output for output in outputs if FIRST not in "".join(output.get("text", ""))]
    data = [output.get("data", {}) for output in outputs]
    words = [output.get("text", "") or output.get("evalue", "") for output in outputs]
    return "".join("".join(part) for part in [*words, *(part.get("text/plain", "") for part in data)])


def differences(path, now):
    """Where a chapter says something else than is stored, one line a cell; `now` has outputs by cell ids."""
    stored = {cell["id"]: said(cell["outputs"]) for cell in cells(path) if cell["cell_type"] == "code"}
    texts = {name: said(outputs) for name, outputs in now.items()}
    differ = [name for name in stored if texts[name] != stored[name]]
    return "\n".join(f"{name}: {texts[name]!r}, stored {stored[name]!r}" for name in differ)


def need_numpy(folder):
    """Skip a test if neither this folder of Pyodide nor Pyodide's host has NumPy."""
    packages = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))["packages"]
    name = packages["numpy"]["file_name"]
    if (folder / name).exists():
        return
    address = urljoin(f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/", name)
    try:
        urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=30).close()
    except urllib.error.URLError as error:
        why = f"NumPy for Pyodide cannot be had from {address}: {error}"
        (pytest.fail if os.environ.get("GITHUB_ACTIONS") else pytest.skip)(why)


@pytest.fixture(scope="module")
def outputs():
    """What every cell of every chapter gives, by chapter and cell."""
    need_numpy(PYODIDE)
    command = [shutil.which("node"), WEB / "run_chapters.mjs", PYODIDE, LITE]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=LONG).stdout)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_says_in_pyodide_what_is_stored(path, outputs):
    assert differences(path, outputs[path.name]) == ""
