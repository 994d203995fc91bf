"""What stands around the notebooks: the packages, Binder, the commands."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import stored
import yaml
from loaded_die import chapter_9
from matplotlib import font_manager

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
OWNER_NAME = re.search(r"git clone https://github\.com/(\S+)", README)[1]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
COMMANDS = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))


def test_pip_and_conda_install_the_same_and_binder_finds_what_it_needs():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, *packages = environment["dependencies"]
    assert (python, environment["channels"]) == ("python=3.12", ["conda-forge"])
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if not line.startswith("#")} == {*packages}  # so no pip: section
    assert all(re.fullmatch(r"[a-z]+>=[\d.]+", package) for package in packages)


def test_nothing_is_skipped_and_nbval_is_strict():
    assert "--nbval --nbval-current-env" in PROJECT["tool"]["pytest"]["ini_options"]["addopts"]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert not re.findall(r"NBVAL_|nbval-|raises-exception", path.read_text(encoding="utf-8"))


ELSEWHERE = """
import exercises, loaded_die
from importlib.metadata import version
from loaded_die.chapter_4 import LossExplorer
explorer = LossExplorer()
print(version("loaded-die"), len(explorer._esm), len(explorer._css), loaded_die.__file__, exercises.__file__)
"""


def test_the_wheel_works_away_from_the_checkout(tmp_path):
    # Of a copy, for setuptools leaves folders of its own beside the sources.
    checkout, site = tmp_path / "checkout", tmp_path / "site"
    here, there = ROOT / "notebooks", checkout / "notebooks"
    shutil.copytree(here, there, ignore=shutil.ignore_patterns("*.ipynb*", "data", "__pycache__"))
    (checkout / "tests").mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements.txt", "tests/requirements.txt"):
        shutil.copy(ROOT / name, checkout / name)
    build = [sys.executable, "-c", "from setuptools import build_meta; build_meta.build_wheel('.')"]
    subprocess.run(build, cwd=checkout, capture_output=True, check=True)
    (wheel,) = checkout.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    packed = {path.relative_to(site) for path in site.glob("[a-z]*/*.*") if path.parent.suffix == ""}
    assert packed == {path.relative_to(there) for path in there.glob("*/*.*")}
    run = [sys.executable, "-c", ELSEWHERE]
    own = os.environ | {"PYTHONPATH": str(site)}
    said = subprocess.run(run, cwd=tmp_path, env=own, capture_output=True, text=True, check=True).stdout
    version, script, style, *places = said.split()
    assert version == PROJECT["project"]["version"]
    assert int(script) == len((here / "loaded_die/page.js").read_text(encoding="utf-8"))
    assert int(style) == len((here / "loaded_die/page.css").read_text(encoding="utf-8"))
    assert places == [str(site / name / "__init__.py") for name in ("loaded_die", "exercises")]


def test_the_changelog_and_the_citation_name_the_version():
    version = PROJECT["project"]["version"]
    first = re.search(r"^## (\S+),", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (first[1], citation["version"]) == (version, version)


def test_every_start_saves_pictures_in_place_of_live_sliders():
    assert re.findall(r"jupyter (?:lab|notebook) (\S+)", MAKEFILE) == ["$(HERE)", "$(HERE)"]
    starts = re.findall(r"(?:jupyter lab|HERE =) notebooks( --config=(\S+))?", README + MAKEFILE)
    assert len(starts) == 4  # with pip, with uv, with conda, and from the Makefile
    assert {path for _, path in starts} == {".jupyter/jupyter_server_config.py"}  # test_notebooks.py tries it


def make(folder, *arguments):
    """Run make in a folder with nothing in it but the Makefile."""
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements.txt").write_text("numpy\n")
    return subprocess.run(["make", "-s", *arguments], cwd=folder, capture_output=True, text=True)


def test_make_lists_every_command_and_first_the_four_that_matter(tmp_path):
    listed = re.findall(r"^  make ([a-z-]+) +\S", make(tmp_path).stdout, flags=re.MULTILINE)
    assert listed[:4] == ["lab", "test", "notebooks", "site"]
    assert {*listed, "help"} == COMMANDS


def address(folder, origin):
    """Run what `make address` runs, in a git checkout with nothing in it but the README."""
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    subprocess.run(["git", "config", "remote.origin.url", origin], cwd=folder, check=True)
    own = {name: value for name, value in os.environ.items() if name != "GITHUB_REPOSITORY"}
    own["PYTHONPATH"] = str(ROOT / "web/pages")
    run = [sys.executable, ROOT / "tools/address.py"]
    return subprocess.run(run, cwd=folder, env=own, capture_output=True, text=True)


@pytest.mark.parametrize("host", ["https://github.com/", "git@github.com:", "ssh://git@github.com/"])
@pytest.mark.parametrize("end", ["", ".git"])
def test_make_address_fills_the_readme_and_a_fork_fills_it_again(tmp_path, host, end):
    readme = tmp_path / "README.md"
    shutil.copy(ROOT / "README.md", readme)
    for owner, name in ("ann", "dice"), ("bo-b", "d.ice"):
        assert address(tmp_path, f"{host}{owner}/{name}{end}").returncode == 0
        filled = README.replace(OWNER_NAME, f"{owner}/{name}")
        filled = filled.replace(OWNER_NAME.replace("/", ".github.io/"), f"{owner}.github.io/{name}")
        assert readme.read_text(encoding="utf-8") == filled != README


def test_make_address_needs_github(tmp_path):
    shutil.copy(ROOT / "README.md", tmp_path)
    result = address(tmp_path, "https://example.org/ann/dice")
    assert result.returncode != 0
    assert result.stderr.startswith("No remote named origin leads to a repository on github.com")
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == README


NO_PIP = 'mkdir -p .venv/bin; printf "#!/bin/sh\\nexit 1\\n" > .venv/bin/python; chmod +x .venv/bin/python'
WRONG = {  # what make says, and what a Python does that lets it say so
    "is not Python 3.11 or newer": 'case "$2" in *version_info*) echo False;; esac',
    "python-fake is not Python": "true",  # no Python at all, like /bin/true
    "lacks its venv module": 'case "$2" in *ensurepip*) exit 1;; esac; echo True',
    "Is the network there?": f'if [ "$2" = venv ]; then {NO_PIP}; fi; echo True',
    "No Python 3.11 or newer was found": "",
}


@pytest.mark.parametrize("message", WRONG)
def test_make_says_what_went_wrong(tmp_path, message):
    python = tmp_path / "python-fake"
    python.write_text(f"#!/bin/sh\n{WRONG[message]}\n")
    python.chmod(0o755)
    result = make(tmp_path, "lab", f"PYTHON={python if WRONG[message] else ''}")
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
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, flags=re.MULTILINE))
    assert {"lab", "test", "notebooks", "site", "notebook", "bench", "address"} <= named <= COMMANDS
    chapters = [path.name for path in stored.chapters()]
    assert re.findall(r"\]\(notebooks/(0\w+\.ipynb)\)", README) == chapters


def test_workflows_run_what_there_is_and_commits_meet_the_linters_of_make_lint():
    workflows = [path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml")]
    said = "".join([*workflows, (ROOT / ".ci/run").read_text(encoding="utf-8")])
    steps = re.findall(r"^(?:.*run: |)make ([a-z -]+)", said, flags=re.MULTILINE)
    ran = {target for step in steps for target in step.split()}
    matrix = yaml.safe_load((ROOT / ".github/workflows/matrix.yml").read_text(encoding="utf-8"))
    ran |= {one["target"] for one in matrix["jobs"]["run"]["strategy"]["matrix"]["include"]}
    assert {"test", "site", "test-oldest", "test-newest"} <= ran <= COMMANDS
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", use) for use in re.findall(r"uses: (\S+)", said))
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    linters = {name for hook in local["hooks"] for name in hook["additional_dependencies"]}
    ruff = re.search(r"^ruff.*$", (ROOT / "tests/requirements.txt").read_text(), flags=re.MULTILINE)[0]
    assert linters == {ruff, re.search(r"BIOME := (\S+)", MAKEFILE)[1]}


def test_each_chapter_in_the_readme_can_be_read_and_run_elsewhere():
    owner, name = OWNER_NAME.split("/")
    for path in stored.chapters():
        (row,) = re.findall(rf"\(notebooks/{path.name}\)<br>(.*)", README)
        assert re.findall(r"\[(\w+)\]\((https:[^)]+)\)", row) == [
            ("page", f"https://{owner}.github.io/{name}/notebooks/{path.stem}.html"),
            (
                "Binder",
                f"https://mybinder.org/v2/gh/{OWNER_NAME}/HEAD?urlpath=lab/tree/notebooks/{path.name}",
            ),
            (
                "Colab",
                f"https://colab.research.google.com/github/{OWNER_NAME}/blob/HEAD/notebooks/{path.name}",
            ),
        ]
