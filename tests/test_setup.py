"""What stands around the notebooks: the packages, Binder, the commands."""

import asyncio
import re
import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest
import stored
import yaml
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parent.parent


def requirements(path):
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return sorted(line for line in lines if line and not line.startswith("#"))


def test_pip_and_conda_install_the_same():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert requirements("requirements.txt") == sorted(environment["dependencies"][1:])
    for package in requirements("requirements.txt"):
        assert re.fullmatch(r"[a-z]+>=[\d.]+", package)


def test_environment_is_what_binder_needs():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["dependencies"][0] == "python=3.12"
    assert environment["channels"] == ["conda-forge"]
    assert all(isinstance(package, str) for package in environment["dependencies"])  # no pip: section


def test_nothing_is_skipped_and_nbval_is_strict():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert "--nbval --nbval-current-env" in options["addopts"]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert not re.findall(r"NBVAL_|nbval-|raises-exception", path.read_text(encoding="utf-8"))


def test_make_lab_saves_pictures_in_place_of_live_sliders(tmp_path):
    path = ROOT / ".jupyter" / "jupyter_server_config.py"
    assert 'JUPYTER_CONFIG_PATH="$(CURDIR)/.jupyter:' in (ROOT / "Makefile").read_text()
    config = PyFileConfigLoader(str(path)).load_config()
    manager = config.ServerApp.contents_manager_class(root_dir=str(tmp_path))
    data = {stored.WIDGET_VIEW: {"model_id": "1"}, "text/plain": "a line", "image/png": "AAAA"}
    cells = [
        nbformat.v4.new_code_cell("die", outputs=[nbformat.v4.new_output("display_data", data)]),
        nbformat.v4.new_markdown_cell("and text"),
    ]
    notebook = {"type": "notebook", "content": nbformat.v4.new_notebook(cells=cells)}
    asyncio.run(manager.save(notebook, "die.ipynb"))
    asyncio.run(manager.save({"type": "file", "format": "text", "content": "1 2 3"}, "rolls.txt"))
    (output,) = stored.read(tmp_path / "die.ipynb").cells[0].outputs
    assert output.data == {"text/plain": "a line", "image/png": "AAAA"}
    assert (tmp_path / "rolls.txt").read_text() == "1 2 3"


@pytest.fixture
def checkout(tmp_path):
    """A git checkout with nothing in it but the Makefile."""
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def make(folder, *arguments):
    return subprocess.run(["make", "-s", *arguments], cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize(
    "origin",
    [
        "https://github.com/ann/dice.git",
        "https://github.com/ann/dice",
        "git@github.com:ann/dice.git",
        "ssh://git@github.com/ann/dice.git",
    ],
)
def test_make_binder_prints_link_and_badge(checkout, origin):
    subprocess.run(["git", "remote", "add", "origin", origin], cwd=checkout, check=True)
    link, badge = make(checkout, "binder").stdout.splitlines()
    assert link == (
        "https://mybinder.org/v2/gh/ann/dice/HEAD?urlpath=lab/tree/notebooks/01_count_the_rolls.ipynb"
    )
    assert badge == f"[![Open in Binder](https://mybinder.org/badge_logo.svg)]({link})"


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        (None, "has no remote named origin"),
        ("https://example.org/ann/dice", "made for repositories on github.com"),
    ],
)
def test_make_binder_says_what_is_missing(checkout, origin, message):
    if origin:
        subprocess.run(["git", "remote", "add", "origin", origin], cwd=checkout, check=True)
    result = make(checkout, "binder")
    assert result.returncode != 0
    assert message in result.stdout


def fake_python(folder, body):
    path = folder / "python-fake"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return f"PYTHON={path}"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('case "$2" in *version_info*) exit 1;; esac', "is not Python 3.11 or newer"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "lacks its venv module"),
        (
            'if [ "$2" = venv ]; then mkdir -p .venv/bin; printf "#!/bin/sh\\nexit 1\\n" > .venv/bin/python; '
            "chmod +x .venv/bin/python; fi",
            "Is the network there?",
        ),
    ],
)
def test_make_lab_says_what_went_wrong(checkout, body, message):
    for name in ("requirements.txt",):
        (checkout / name).write_text("numpy\n")
    result = make(checkout, "lab", fake_python(checkout, body))
    assert result.returncode != 0
    assert message in result.stdout


def test_without_any_python_make_says_so(checkout):
    result = make(checkout, "lab", "PYTHON=")
    assert result.returncode != 0
    assert "No Python 3.11 or newer was found" in result.stdout


def test_the_readme_names_the_commands_there_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", readme, flags=re.MULTILINE))
    assert {"lab", "test", "notebooks", "bench", "binder"} <= named <= targets


def test_the_chapter_table_lists_every_chapter():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    chapters = sorted(path.name for path in (ROOT / "notebooks").glob("0*.ipynb"))
    assert re.findall(r"\]\(notebooks/(0\w+\.ipynb)\)", readme) == chapters
