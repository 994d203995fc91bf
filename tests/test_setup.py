"""What stands around the notebooks: the packages, Binder, the commands."""

import ast
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
from loaded_die import chapter_9
from matplotlib import font_manager

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
    assert {path for _, path in starts} == {".jupyter/jupyter_server_config.py"}  # test_notebooks.py tries it


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


HOSTILE = """backend: pdf; text.usetex: True; font.family: serif; font.size: 23; lines.linewidth: 5
axes.facecolor: red; axes.grid: True; axes.formatter.use_locale: True; savefig.bbox: tight
image.interpolation: nearest; figure.autolayout: True; svg.fonttype: path"""
EXPLORERS = """
import matplotlib
from matplotlib.patheffects import withStroke
from test_explorers import DICE, moved, text
xkcd = {"path.sketch": (1, 100, 2), "path.effects": [withStroke(linewidth=4)], "font.family": ["No such"]}
for settings in {}, xkcd | {"text.usetex": False}:
    with matplotlib.rc_context(settings):
        for make in *DICE, text:
            moved(make(), 3)._repr_mimebundle_()
"""


def test_a_readers_own_settings_do_no_harm(tmp_path):
    font_manager.get_font_names()  # so that the list of fonts is there, which matplotlib announces to make
    folder, settings = tmp_path / "Würfel 骰子", tmp_path / "Würfel 骰子" / "matplotlibrc"
    shutil.copytree(ROOT / "notebooks" / "loaded_die", folder / "loaded_die")
    settings.write_text(HOSTILE.replace("; ", "\n"))
    own = {
        "MATPLOTLIBRC": str(settings),
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT / 'tests'}",
        "LC_ALL": "C",
    }
    # With the newest of pyparsing the oldest matplotlib cannot be imported without a warning of its own.
    strict = [sys.executable, "-W", "error", "-c", "import matplotlib.mathtext, matplotlib.textpath"]
    silent = subprocess.run(strict, capture_output=True).returncode == 0
    warnings = ["-W", "error:::loaded_die", "-W", "error::UserWarning"] if silent else []
    run = [sys.executable, *warnings, "-c", EXPLORERS]
    result = subprocess.run(run, env=os.environ | own, cwd=tmp_path, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


OURS = {"_esm", "_css", "_repr_mimebundle_", "_ipython_display_"}  # documented, for others to define


def test_no_private_name_of_another_library_is_used_and_no_page_hides_in_a_string():
    defined, used, strings = set(), set(), []
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "notebooks").rglob("*.py")]
    cells = [cell for path in stored.notebooks() for cell in stored.read(path).cells]
    sources += [cell.source for cell in cells if cell.cell_type == "code"]
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Attribute(attr=name, ctx=ast.Store()) | ast.FunctionDef(name=name):
                    defined.add(name)
                case ast.Name(id=name, ctx=ast.Store()):
                    defined.add(name)
                case ast.Attribute(attr=name) | ast.alias(name=name):
                    used.add(name.rpartition(".")[2])
                case ast.Constant(value=str(text)):
                    strings.append(text)
    used = {name for name in used if re.match("_(?!_)", name)}
    assert used
    assert used - OURS <= defined
    bases = [base for kind in vars(chapter_9).values() if isinstance(kind, type) for base in kind.mro()]
    theirs = {name for base in bases if not base.__module__.startswith("loaded_die") for name in vars(base)}
    assert {name for name in defined & theirs if re.match("_(?!_)", name)} <= OURS
    assert [text for text in strings if re.search("<script|<style|onload=", text)] == []


def test_the_readme_names_the_commands_and_the_chapters_there_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", readme, flags=re.MULTILINE))
    assert {"lab", "test", "notebooks", "bench", "binder"} <= named <= targets
    chapters = [path.name for path in stored.chapters()]
    assert re.findall(r"\]\(notebooks/(0\w+\.ipynb)\)", readme) == chapters
