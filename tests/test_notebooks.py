"""What nbval does not look at: how a notebook is stored, its links, and the numbers in its prose."""

import asyncio
import base64
import copy
import json
import math  # noqa: F401 (for stated.txt)
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise, permutations  # noqa: F401
from pathlib import Path

import nbformat
import numpy as np
import pytest
import stored
import test_frameworks as frameworks
from loaded_die import likelihood
from nbconvert.exporters import HTMLExporter, ScriptExporter
from nbformat import v3
from nbformat.v4 import new_code_cell, new_notebook, new_output
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parent.parent
CHAPTERS, NOTEBOOKS = stored.chapters(), stored.notebooks()
APPENDIX = stored.NOTEBOOKS / "A1_notes_on_the_source.ipynb"
T = likelihood.counts(likelihood.ROLLS)
FAIR, F = np.full(6, 1 / 6), likelihood.frequencies(T)


def prose(path):
    return "\n".join(cell.source for cell in stored.read(path).cells if cell.cell_type == "markdown")


def outputs(path):
    return [output for cell in stored.read(path).cells for output in cell.get("outputs", [])]


each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@each_notebook
def test_every_notebook_is_stored_as_it_should_be_and_becomes_a_script_and_a_page(path):
    notebook = stored.read(path)
    nbformat.validate(notebook)
    assert stored.faults(notebook) == []
    script, resources = ScriptExporter().from_filename(str(path))
    assert resources["output_extension"] == ".py"
    for line in prose(path).splitlines():
        assert f"# {line}".strip() in script
    page, _ = HTMLExporter(template_name="classic").from_filename(str(path))
    pictures = re.findall(r"<img[^>]*>", page)
    assert len(pictures) == sum("image/png" in output.get("data", {}) for output in outputs(path))
    assert all(re.search(r'alt="[^"]{20}', picture) for picture in pictures)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_opens_alike_and_shows_a_picture_and_its_line_without_a_kernel(path):
    for opening in (
        "**You will**",
        "**You will learn**",
        "**It takes**",
        "**You need**",
        "## In this chapter",
    ):
        assert opening in prose(path)
    shown = [output.data for output in outputs(path) if "image/png" in output.get("data", {})]
    assert all(base64.b64decode(data["image/png"]).startswith(b"\x89PNG") for data in shown)
    lines = [data["text/plain"] for data in shown if not data["text/plain"].startswith("<Figure ")]
    assert lines
    assert all(re.fullmatch(r".*: loss .*\.", line) for line in lines)


@each_notebook
def test_a_folded_answer_shows_its_question(path):  # JupyterLab shows the first line of what is folded
    folded = [cell.outputs[0] for cell in stored.read(path).cells if cell.metadata == stored.FOLDED]
    head = r".*\?\n|(?!.*\d\.\d).+\n.+\n"  # a question, or the head of a table: no result stands in it
    assert [output for output in folded if not re.match(head, output.get("text", ""))] == []


FAULTS = {
    "metadata": lambda notebook, cell: notebook.metadata.update(widgets={"application/x": {}}),
    "order": lambda notebook, cell: cell.update(execution_count=2),
    "never run": lambda notebook, cell: cell.update(execution_count=None, outputs=[]),
    "a widget": lambda notebook, cell: cell.outputs[0].data.update({stored.WIDGET_VIEW: {}}),
    "stderr": lambda notebook, cell: cell.outputs.append(new_output("stream", name="stderr", text="1")),
    "an error": lambda notebook, cell: cell.outputs.append(new_output("error", ename="KeyError")),
    "pieces": lambda notebook, cell: cell.outputs.extend([new_output("stream", text="1")] * 2),
    "no words": lambda notebook, cell: cell.outputs[0].data.update({"image/png": "AAAA"}),
    "32 bits": lambda notebook, cell: (
        cell.update(source="roll(y, 3, rng)"),
        cell.outputs[0].data.update({"text/plain": "array([1, 2])"}),
    ),
    "other bits": lambda notebook, cell: cell.outputs[0].data.update(
        {"text/plain": "array([1], dtype=int32)"}
    ),
    "of a cell": lambda notebook, cell: cell.metadata.update(scrolled=True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_notebook_stored_otherwise_is_found_out(fault):
    cell = new_code_cell(execution_count=1, outputs=[new_output("display_data", {"text/plain": "1"})])
    cell.metadata = copy.deepcopy(stored.FOLDED)
    notebook = new_notebook(cells=[cell], metadata=copy.deepcopy(stored.METADATA))
    assert stored.faults(notebook) == []
    FAULTS[fault](notebook, cell)
    assert len(stored.faults(notebook)) == 1


@pytest.fixture
def manager(tmp_path):
    """What reads and writes notebooks for Jupyter, in a folder with nothing in it."""
    config = PyFileConfigLoader(str(ROOT / ".jupyter/jupyter_server_config.py")).load_config()
    return config.ServerApp.contents_manager_class(root_dir=str(tmp_path))


@each_notebook
def test_reading_leaves_no_trace(path, manager, tmp_path):
    shutil.copy(path, tmp_path)
    model = asyncio.run(manager.get(path.name))
    assert model["content"].metadata.language_info.version  # so that the kernel has nothing to add
    model["content"].metadata.widgets = {}
    for cell in model["content"].cells:
        cell.metadata = {"collapsed": False, "scrolled": True, "jp-MarkdownHeadingCollapsed": True}
    asyncio.run(manager.save(model, path.name))
    assert (tmp_path / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_what_was_run_is_saved_with_pictures_in_place_of_live_sliders(manager, tmp_path):
    path = Path(shutil.copy(chapter("04"), tmp_path))
    model = asyncio.run(manager.get(path.name))
    cells = model["content"].cells
    said = [output for cell in cells for output in cell.get("outputs", [])]
    explorers = [output for output in said if ": loss " in output.get("data", {}).get("text/plain", "")]
    for output in explorers:
        output.data[stored.WIDGET_VIEW] = {"model_id": "1"}
    cells.append(new_code_cell("mine", metadata={"tags": ["mine"]}))
    asyncio.run(manager.save(model, path.name))
    assert explorers
    assert outputs(path) == outputs(chapter("04"))
    assert stored.read(path).cells[-1].metadata == {"tags": ["mine"]}


PICTURE = new_output("display_data", {stored.WIDGET_VIEW: {"model_id": "1"}, "image/png": "AAAA"})
FOREIGN = {
    "format 3": v3.new_notebook(worksheets=[v3.new_worksheet(cells=[v3.new_code_cell("1")])]),
    "format 4": new_notebook(cells=[new_code_cell(outputs=[PICTURE], metadata={"scrolled": True})]),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_to_a_notebook_that_is_not_ours_nothing_happens(kind, manager, tmp_path, caplog):
    model = {"type": "notebook", "content": copy.deepcopy(FOREIGN[kind])}
    for _ in ("new", "there"):
        manager.run_pre_save_hooks(model, "01_mine.ipynb")
        assert model["content"] == FOREIGN[kind]
        (tmp_path / "01_mine.ipynb").write_text(json.dumps(FOREIGN[kind]))
    assert caplog.records == []  # in which a hook that fails would be
    assert "language_info" not in asyncio.run(manager.get("01_mine.ipynb"))["content"].metadata


@pytest.mark.parametrize("changed", [True, False])
def test_when_a_test_fails_the_chapters_that_were_changed_by_hand_are_named(changed, tmp_path):
    for folder in ("notebooks", "tests"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "tests/conftest.py", tmp_path / "tests")
    (tmp_path / "tests/test_it.py").write_text("def test_it(): assert False")
    (tmp_path / "notebooks/01.ipynb").write_text("stored")
    for command in ("init -q", "add .", "-c user.name=me -c user.email=me commit -qm stored"):
        subprocess.run(["git", *command.split()], cwd=tmp_path, check=True)
    if changed:
        (tmp_path / "notebooks/01.ipynb").write_text("mine")
    bare = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # to start soon
    run = subprocess.run(
        [sys.executable, "-m", "pytest"], cwd=tmp_path, env=bare, capture_output=True, text=True
    )
    assert "1 failed" in run.stdout
    assert ("not as they were committed: notebooks/01.ipynb.\n" in run.stdout) == changed


def anchors(path):
    """The places in a notebook that a link can name: its headings, in which no formula stands."""
    return [title.replace(" ", "-") for title in re.findall(r"^#+ ([^$\n]+)$", prose(path), re.MULTILINE)]


@pytest.mark.parametrize("path", [*NOTEBOOKS, ROOT / "README.md"], ids=lambda path: path.stem)
def test_every_link_to_a_file_leads_to_one(path):
    text = prose(path) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert links
    for link in links:
        if "://" not in link and not link.startswith("../../"):  # GitHub's own, of whatever repository
            name, _, anchor = link.partition("#")
            assert (path.parent / name).exists(), link
            assert anchor == "" or anchor in anchors(path.parent / name), link


@each_notebook
def test_the_prose_keeps_to_the_style(path):
    words = r"(?<![!\d])!(?![\[=$])|\b(?:simply|obviously|just|clearly|trivial\w*)\b"
    assert re.findall(words, prose(path)) == []
    index = r"(?:\{[^}]*\}|\w)"  # a minus in front of a sum has brackets
    assert set(re.findall(rf"-\s*\\sum(?:_{index})?(?:\^{index})?\s*(.)", prose(path))) <= {"("}


def test_every_note_on_the_source_is_checked_and_names_its_sections():
    cells = stored.read(APPENDIX).cells
    notes = [(text, code) for text, code in pairwise(cells) if text.source.startswith("## A1.")]
    assert [text.source.split()[1] for text, _ in notes] == [f"A1.{n}" for n in range(1, 15)]
    for text, code in notes:
        parts = re.findall(r"^\*\*(.*?)\*\*", text.source, re.MULTILINE)
        assert parts == ["Where.", "It says.", "Right.", "Here."]
        assert re.search("^assert (?!not)", code.source, re.MULTILINE)
        assert re.search("^assert .*not ", code.source, re.MULTILINE)
        sections = re.findall(r"\[(\d)\.\d+\]\((0\w+\.ipynb)", text.source)
        assert sections
        assert all(path.startswith(f"0{number}") for number, path in sections)


def minutes(path):
    """How long a chapter takes: its words, cells, questions and exercises, without what is optional."""
    text, code, excursion = "", [], False
    for cell in stored.read(path).cells:
        if cell.source.startswith("## "):
            excursion = "**An excursion**" in cell.source
        if cell.cell_type == "code":
            code += [cell.source] * (not excursion)
        elif not excursion:
            text += cell.source + "\n"
    text = re.sub(r"<details><summary>(?!What).*?</details>", "", text, flags=re.DOTALL)
    text = re.sub(r"^\*\*Exercise .*", "", text, flags=re.MULTILINE)  # in the minutes of an exercise
    questions, exercises = re.findall(r"^\d\. ", text, re.MULTILINE), [c for c in code if 'check("' in c]
    reading = len(text.split()) / 100 + len(code) / 2 + 2 * len(questions) + 5 * len(exercises)
    return reading * (4 / 3 if path.stem >= "05" else 1)  # where formulas are to be followed with a pencil


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_says_how_long_it_takes_and_sends_nobody_to_the_source_twice(path):
    (said,) = re.findall(r"\*\*It takes\*\* about (\d+) minutes with its exercises", prose(path))
    assert int(said) == pytest.approx(minutes(path), rel=0.15)
    assert int(said) % 5 == 0
    assert prose(path).count(APPENDIX.name) <= 1
    assert not re.search(
        r"\\tag\{|\((?:3\.6|4\.[123])\)", prose(path)
    )  # the article's numbers live in the appendix


def chapter(number):
    (path,) = [path for path in CHAPTERS if path.stem.startswith(number)]
    return path


def printed(number):
    return "".join(output.get("text", "") for output in outputs(chapter(number)))


def huffman_bits(groups):
    """The length of a message in the best prefix code: the two rarest groups are joined, again and again."""
    a, b, *rest = sorted(groups)
    return a + b + (huffman_bits([a + b, *rest]) if rest else 0)


def sum_loss(y):
    return likelihood.cross_entropy(T, y)


def turning_point(k):
    """Where on the slider's steps the loss is least when face k of the fair die is moved alone."""
    steps = np.arange(101) / 100
    return steps[np.argmin([sum_loss(np.where(np.arange(6) == k, v, (1 - v) / 5)) for v in steps])]


def descent(rate, steps):
    """The loss of the 20 rolls after so many steps from the fair die."""
    z = np.zeros(6)
    for _ in range(steps):
        z = z - rate * (likelihood.softmax(z) - F)
    return sum_loss(likelihood.softmax(z))


PENGUINS = {tuple(line.split(",")) for line in (stored.NOTEBOOKS / "data/penguins.csv").read_text().split()}

# Every number with three decimals in the prose, and where it comes from.
DECIMALS = {
    "35.835": sum_loss(FAIR),
    "34.255": sum_loss(F),
    "1.792": likelihood.cross_entropy(F, FAIR),
    "2.718": np.e,
    "0.693": np.log(2),
    "2.303": np.log(10),
    "0.001": 1 / 1000,  # the p of a question
    "2.471": likelihood.entropy(F) / np.log(2),
    "1.713": likelihood.entropy(F),
    "1.461": likelihood.cross_entropy(np.eye(10)[0], likelihood.softmax(np.eye(10)[0])),
    **{number: float(number) for number in ("0.012", "0.006", "0.016", "0.512")},  # given in exercises
    **{number: float(number) for number in frameworks.QUOTED},  # test_frameworks.py checks them
}

# What else the prose states in numbers without a cell that prints it right there: chapter | words | code.
STATED = Path(__file__).with_name("stated.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", STATED, ids=lambda line: line.split(" | ")[1])
def test_a_number_in_the_prose_is_the_codes_number(line):
    number, words, code = re.fullmatch(r"(\d\d) \| (.*) \| (.*)", line).groups()
    assert words in " ".join(prose(chapter(number)).split())
    assert eval(code)


def test_every_number_with_three_decimals_is_the_codes_number():
    text = re.sub(r"\\begin.*?\\end", "", "\n".join(map(prose, NOTEBOOKS)), flags=re.DOTALL)
    assert set(re.findall(r"\d+\.\d{3}\b", text)) == set(DECIMALS)
    assert [f"{value:.3f}" for value in DECIMALS.values()] == [*DECIMALS]
