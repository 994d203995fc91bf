"""What stands around the notebooks: the packages, Binder, the commands."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import stored
import yaml
from matplotlib import font_manager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parent.parent


def test_pip_and_conda_install_the_same_and_binder_finds_what_it_needs():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, *packages = environment["dependencies"]
    assert (python, environment["channels"]) == ("python=3.12", ["conda-forge"])
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if not line.startswith("#")} == {*packages}  # so no pip: section
    assert all(re.fullmatch(r"[a-z]+>=[\d.]+", package) for package in packages)


def test_nothing_is_skipped_and_nbval_is_strict():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert "--nbval --nbval-current-env" in options["addopts"]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert not re.findall(r"NBVAL_|nbval-|raises-exception", path.read_text(encoding="utf-8"))


def test_every_start_saves_pictures_in_place_of_live_sliders():
    pages = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "Makefile"))
    starts = re.findall(r"jupyter lab notebooks( --config=(\S+))?", pages)
    assert len(starts) == 3  # with uv, with conda, and make lab
    ((_, path),) = set(starts)
    config = PyFileConfigLoader(str(ROOT / path)).load_config()
    manager = config.ServerApp.contents_manager_class()
    data = {stored.WIDGET_VIEW: {"model_id": "1"}, "text/plain": "a line", "image/png": "AAAA"}
    cells = [new_code_cell(outputs=[new_output("display_data", data)]), new_markdown_cell("and text")]
    manager.run_pre_save_hooks({"type": "notebook", "content": new_notebook(cells=cells)}, "die.ipynb")
    assert cells[0].outputs[0].data == {"text/plain": "a line", "image/png": "AAAA"}


def make(folder, origin, *arguments):
    """Run make in a git checkout with nothing in it but the Makefile."""
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements.txt").write_text("numpy\n")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    if origin:
        subprocess.run(["git", "config", "remote.origin.url", origin], cwd=folder, check=True)
    return subprocess.run(["make", "-s", *arguments], cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("host", ["https://github.com/", "git@github.com:", "ssh://git@github.com/"])
@pytest.mark.parametrize("end", ["", ".git"])
def test_make_binder_prints_link_and_badge(tmp_path, host, end):
    link, badge = make(tmp_path, f"{host}ann/dice{end}", "binder").stdout.splitlines()
    path = "gh/ann/dice/HEAD?urlpath=lab/tree/notebooks/01_count_the_rolls.ipynb"
    assert link == f"https://mybinder.org/v2/{path}"
    assert badge == f"[![Open in Binder](https://mybinder.org/badge_logo.svg)]({link})"


NO_PIP = 'mkdir -p .venv/bin; printf "#!/bin/sh\\nexit 1\\n" > .venv/bin/python; chmod +x .venv/bin/python'
WRONG = {  # what make says: to which target, and with which Python or origin
    "is not Python 3.11 or newer": ("lab", 'case "$2" in *version_info*) exit 1;; esac'),
    "lacks its venv module": ("lab", 'case "$2" in *ensurepip*) exit 1;; esac'),
    "Is the network there?": ("lab", f'if [ "$2" = venv ]; then {NO_PIP}; fi'),
    "No Python 3.11 or newer was found": ("lab", ""),
    "has no remote named origin": ("binder", ""),
    "made for repositories on github.com": ("binder", "https://example.org/ann/dice"),
}


@pytest.mark.parametrize("message", WRONG)
def test_make_says_what_went_wrong(tmp_path, message):
    target, what = WRONG[message]
    python = tmp_path / "python-fake"
    python.write_text(f"#!/bin/sh\n{what}\n")
    python.chmod(0o755)
    result = make(tmp_path, target == "binder" and what, target, f"PYTHON={python if what else ''}")
    assert result.returncode != 0
    assert message in result.stdout


HOSTILE = """backend: pdf; font.family: serif; font.sans-serif: IPAexGothic; font.size: 23; text.usetex: True
lines.linewidth: 5; axes.facecolor: red; axes.formatter.use_locale: True; svg.fonttype: path"""
EXPLORERS = """
import hashlib, re
import numpy as np
from ipywidgets import HTML
from loaded_die import explorers as e

def pages(widget):
    own = [widget.value] if isinstance(widget, HTML) else []
    return sum(map(pages, getattr(widget, "children", ())), own)

kinds = [e.OneRollExplorer, e.TermsExplorer, e.LossExplorer, e.MaximumExplorer, e.EntropyExplorer]
samples = np.random.default_rng(2).normal(40, 5, (9, 2)), np.arange(9) % 3 + 1, ("A", "B", "C"), ["x", "y"]
predict = lambda x: np.full((len(x), 3), 1 / 3)
made = [e.RollExplorer(np.random.default_rng(1)), e.ClassifierExplorer(predict, *samples)]
for explorer in [*made, *(kind() for kind in [*kinds, e.DescentExplorer])]:
    data, _ = explorer._repr_mimebundle_()
    for text in data["text/plain"], data["image/png"], *pages(explorer):
        text = re.sub(r'(\\bid="|#|url\\(#)\\w+', "", text)
        print(type(explorer).__name__, hashlib.sha256(text.encode()).hexdigest())
"""


def test_a_readers_own_settings_change_nothing(tmp_path):
    font_manager.get_font_names()  # so that the list of fonts is there, which matplotlib announces to make
    folder, settings = tmp_path / "Würfel 骰子", tmp_path / "Würfel 骰子" / "matplotlibrc"
    shutil.copytree(ROOT / "notebooks" / "loaded_die", folder / "loaded_die")
    settings.write_text(HOSTILE.replace("; ", "\n"))
    installed = subprocess.getoutput("locale -a").split() if shutil.which("locale") else []
    locales = ["C", *[name for name in installed if re.match("de|fr|ja", name)][:1]]
    # With the newest of pyparsing the oldest matplotlib cannot be imported without a warning of its own.
    strict = [sys.executable, "-W", "error", "-c", "import matplotlib.mathtext, matplotlib.textpath"]
    silent = subprocess.run(strict, capture_output=True).returncode == 0
    own = {"MATPLOTLIBRC": str(settings), "PYTHONWARNINGS": "error" * silent, "PYTHONPATH": str(folder)}
    seen = set()
    for more in ({"PYTHONPATH": str(ROOT / "notebooks")}, *(own | {"LC_ALL": name} for name in locales)):
        run = [sys.executable, "-c", EXPLORERS]
        result = subprocess.run(run, env=os.environ | more, cwd=tmp_path, capture_output=True, text=True)
        assert (result.returncode, result.stderr) == (0, "")
        seen.add(result.stdout)
    assert len(seen) == 1


def test_the_readme_names_the_commands_and_the_chapters_there_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", readme, flags=re.MULTILINE))
    assert {"lab", "test", "notebooks", "bench", "binder"} <= named <= targets
    chapters = [path.name for path in stored.chapters()]
    assert re.findall(r"\]\(notebooks/(0\w+\.ipynb)\)", readme) == chapters
