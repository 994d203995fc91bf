"""What nbval does not look at: how a notebook is stored, its links, and the numbers in its prose."""

import base64
import copy
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest
import stored
import test_frameworks as frameworks
from loaded_die import likelihood, rolls
from nbconvert.exporters import ScriptExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

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
def test_every_notebook_is_stored_as_it_should_be_and_becomes_a_script_with_its_prose(path):
    notebook = stored.read(path)
    nbformat.validate(notebook)
    assert stored.faults(notebook) == []
    script, resources = ScriptExporter().from_filename(str(path))
    assert resources["output_extension"] == ".py"
    for line in prose(path).splitlines():
        assert f"# {line}".strip() in script


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_opens_alike_and_shows_a_picture_and_its_line_without_a_kernel(path):
    for opening in ("**You will**", "**You will learn**", "**You need**", "## In this chapter"):
        assert opening in prose(path)
    shown = [output.data for output in outputs(path) if "image/png" in output.get("data", {})]
    assert all(base64.b64decode(data["image/png"]).startswith(b"\x89PNG") for data in shown)
    lines = [data["text/plain"] for data in shown if not data["text/plain"].startswith("<Figure ")]
    assert lines
    assert all(re.fullmatch(r"Die y = .*: loss .*\.", line) for line in lines)


FAULTS = {
    "metadata": lambda notebook, cell: notebook.metadata.update(widgets={"application/x": {}}),
    "order": lambda notebook, cell: cell.update(execution_count=2),
    "never run": lambda notebook, cell: cell.update(execution_count=None, outputs=[]),
    "a widget": lambda notebook, cell: cell.outputs[0].data.update({stored.WIDGET_VIEW: {}}),
    "stderr": lambda notebook, cell: cell.outputs.append(new_output("stream", name="stderr", text="1")),
    "an error": lambda notebook, cell: cell.outputs.append(new_output("error", ename="KeyError")),
    "pieces": lambda notebook, cell: cell.outputs.extend([new_output("stream", text="1")] * 2),
    "of a cell": lambda notebook, cell: cell.metadata.update(scrolled=True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_notebook_stored_otherwise_is_found_out(fault):
    cell = new_code_cell(execution_count=1, outputs=[new_output("display_data", {"text/plain": "1"})])
    notebook = new_notebook(cells=[cell], metadata=copy.deepcopy(stored.METADATA))
    assert stored.faults(notebook) == []
    FAULTS[fault](notebook, cell)
    assert len(stored.faults(notebook)) == 1


def anchors(path):
    """The places in a notebook that a link can name: its headings, in which no formula stands."""
    return [title.replace(" ", "-") for title in re.findall(r"^#+ ([^$\n]+)$", prose(path), re.MULTILINE)]


@pytest.mark.parametrize("path", [*NOTEBOOKS, ROOT / "README.md"], ids=lambda path: path.stem)
def test_every_link_to_a_file_leads_to_one(path):
    text = prose(path) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert links
    for link in links:
        if "://" not in link:
            name, _, anchor = link.partition("#")
            assert (path.parent / name).exists(), link
            assert anchor == "" or anchor in anchors(path.parent / name), link


@each_notebook
def test_the_prose_keeps_to_the_style(path):
    words = r"(?<![!\d])!(?![\[=$])|\b(?:simply|obviously|just|clearly|trivial\w*)\b"
    assert re.findall(words, prose(path)) == []
    index = r"(?:\{[^}]*\}|\w)"  # a minus in front of a sum has brackets
    assert set(re.findall(rf"-\s*\\sum(?:_{index})?(?:\^{index})?\s*(.)", prose(path))) <= {"("}


def test_every_note_on_the_source_is_checked_and_linked_both_ways():
    cells = stored.read(APPENDIX).cells
    notes = [(text, code) for text, code in pairwise(cells) if text.source.startswith("## A1.")]
    assert len(notes) == 14
    for n, (text, code) in enumerate(notes, start=1):
        parts = re.findall(r"^\*\*(.*?)\*\*", text.source, re.MULTILINE)
        assert parts == ["Where.", "It says.", "Right.", "Here."]
        assert re.search("^assert (?!not)", code.source, re.MULTILINE)
        assert re.search("^assert .*not ", code.source, re.MULTILINE)
        anchor = text.source.splitlines()[0].removeprefix("## ").replace(" ", "-")
        sections = re.findall(r"\[(\d)\.\d\]\((0\w+\.ipynb)", text.source)
        assert sections
        for number, path in sections:
            assert path.startswith(f"0{number}")
            assert f"[A1.{n}]({APPENDIX.name}#{anchor})" in prose(APPENDIX.parent / path), (anchor, path)


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


# Every number with three decimals in the prose, and where it comes from.
DECIMALS = {
    "35.835": sum_loss(FAIR),
    "34.255": sum_loss(F),
    "1.792": likelihood.cross_entropy(F, FAIR),
    "2.718": np.e,
    "0.693": np.log(2),
    "2.303": np.log(10),
    "0.001": 1 / 1000,  # the p of a question
    **{number: float(number) for number in frameworks.QUOTED},  # test_frameworks.py checks them
}

# What else the prose states in numbers without a cell that prints it right there: chapter, words, code.
STATED = [
    ("01", "Face 6 has 0.3 of all the rolls", lambda: F[5] == 0.3),
    ("01", "about five times as often", lambda: 4.5 < np.exp(sum_loss(FAIR) - sum_loss(F)) < 5.5),
    ("01", "from 2 to 20", lambda: [len(rolls.names_of(n)) for n in ("2", "20")] == [2, 20]),
    ("01", "10 MB can be uploaded, which is room for five million rolls", lambda: 10e6 / len("6\n") == 5e6),
    ("03", "the first three, 6, 3 and 2", lambda: likelihood.ROLLS[:3].tolist() == [6, 3, 2]),
    ("03", "is about $10^{-16}$", lambda: 1e-16 < likelihood.likelihood(T, FAIR) < 1e-15),
    ("03", "At 416 rolls it is 0", lambda: np.count_nonzero(np.cumprod(np.full(1000, 1 / 6))) == 415),
    ("04", "The fair die loses 35.835", lambda: f"{sum_loss(FAIR):.3f}" == "35.835"),
    ("04", "Its loss is 34.255 and not 0", lambda: f"{sum_loss(F):.3f}" == "34.255"),
    ("04", "it loses more than the fair one", lambda: sum_loss([0.1] * 5 + [0.5]) > sum_loss(FAIR)),
    ("04", "turns round at $y_6 = 0.30$", lambda: turning_point(5) == 0.3),
    ("03", "In chapter 1 we counted 272 and 1281", lambda: "272 hits    y = f: 1281" in printed("01")),
    ("03", "by 1000 rolls with our frequencies", lambda: likelihood.likelihood(50 * T, F) == 0),
    ("05", "has its longest bar at face 6", lambda: np.argmax(abs(T / FAIR - 20)) == 5),
    ("05", "it must be $36 - 12$", lambda: np.allclose((T / FAIR)[[5, 0]], [36, 12])),
    ("05", "showed heads 7 times and tails 3 times", lambda: "[7, 3]" in chapter("03").read_text()),
    ("05", "keep the other 14 rolls", lambda: T[:5].sum() == 14),
    ("06", "Chapter 3 expected the same number of hits", lambda: "y = f    1299.0 hits" in printed("03")),
    ("06", "With the best die, the counts have the chance", lambda: "so 1299.0 times" in printed("06")),
    ("06", "the message has $20 \\cdot 3 = 60$ bits", lambda: len(likelihood.ROLLS) * 3 == 60),
    ("06", "a word cannot have 1.7 bits", lambda: f"{-np.log2(F[5]):.1f}" == "1.7"),
    ("06", "{1}: 2, {5}: 2, {2}: 3, {4}: 3, {3}: 4, {6}: 6", lambda: T.tolist() == [2, 3, 4, 3, 2, 6]),
    ("06", "Huffman's words are better", lambda: huffman_bits(T) == 50 < 58 == T @ np.ceil(-np.log2(F))),
    ("07", "It settles at 34.255", lambda: f"{descent(1, 100):.3f}" == "34.255"),
    ("07", "until the loss shows 34.255?", lambda: f"{descent(4, 100):.3f}" == "34.255"),
    ("07", "So near the goal 4 settles, and 8 cannot", lambda: descent(8, 1000) > descent(4, 20) + 0.5),
    ("08", "We take five thousand steps", lambda: "step 4999" in printed("08")),
    ("08", "So we set 100 of them aside", lambda: "242 to train with, 100 held out" in printed("08")),
    ("08", "Bill lengths are near 44 and depths near 17", lambda: "mean [44.   17.19]" in printed("08")),
    ("08", "three of these dice were in doubt, one was", lambda: "96 of 100 right" in printed("08")),
]


@pytest.mark.parametrize(("number", "words", "holds"), STATED, ids=[text for _, text, _ in STATED])
def test_a_number_in_the_prose_is_the_codes_number(number, words, holds):
    assert words in " ".join(prose(chapter(number)).split())
    assert holds()


def test_every_number_with_three_decimals_is_the_codes_number():
    text = re.sub(r"\\begin.*?\\end", "", "\n".join(map(prose, NOTEBOOKS)), flags=re.DOTALL)
    assert set(re.findall(r"\d+\.\d{3}\b", text)) == set(DECIMALS)
    assert [f"{value:.3f}" for value in DECIMALS.values()] == [*DECIMALS]
