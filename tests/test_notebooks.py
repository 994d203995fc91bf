"""What nbval does not look at: how a notebook is stored, its links, and the numbers in its prose."""

import base64
import copy
import heapq
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest
import stored
import test_frameworks as frameworks
from loaded_die import likelihood, rolls
from scipy import stats

ROOT = Path(__file__).parent.parent
CHAPTERS, NOTEBOOKS = stored.chapters(), stored.notebooks()
APPENDIX = stored.NOTEBOOKS / "A1_notes_on_the_source.ipynb"
NOTE = ["Where.", "It says.", "Right.", "Here."]
T = likelihood.counts(likelihood.ROLLS)
FAIR, F = np.full(6, 1 / 6), likelihood.frequencies(T)


def prose(path):
    return "\n".join(cell.source for cell in stored.read(path).cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_is_stored_as_it_should_be(path):
    notebook = stored.read(path)
    nbformat.validate(notebook)
    assert stored.faults(notebook) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_shows_a_picture_and_its_line_without_a_kernel(path):
    outputs = [
        output.data
        for cell in stored.read(path).cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert outputs
    for data in outputs:
        assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    lines = [data["text/plain"] for data in outputs if not data["text/plain"].startswith("<Figure ")]
    assert lines
    for line in lines:
        assert re.fullmatch(r"Die y = .*: loss .*\.", line)


def break_metadata(notebook):
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}


def break_order(notebook):
    notebook.cells[-2].execution_count = 1


def break_execution(notebook):
    notebook.cells[-2].update(execution_count=None, outputs=[])


def break_view(notebook):
    notebook.cells[-2].outputs[0].data[stored.WIDGET_VIEW] = {"model_id": "1"}


def break_cell_metadata(notebook):
    notebook.cells[0].metadata["scrolled"] = True


@pytest.mark.parametrize(
    "breaking", [break_metadata, break_order, break_execution, break_view, break_cell_metadata]
)
def test_a_notebook_stored_otherwise_is_found_out(breaking):
    notebook = nbformat.v4.new_notebook(metadata=copy.deepcopy(stored.METADATA))
    output = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=1)
    notebook.cells = [
        nbformat.v4.new_markdown_cell("one"),
        nbformat.v4.new_code_cell("0", execution_count=1),
        nbformat.v4.new_code_cell("1", execution_count=2, outputs=[output]),
        nbformat.v4.new_markdown_cell("end"),
    ]
    assert stored.faults(notebook) == []
    breaking(notebook)
    assert stored.faults(notebook)


def test_what_a_cell_prints_is_stored_in_one_piece():
    def stream(name, text):
        return nbformat.v4.new_output("stream", name=name, text=text)

    pieces = [stream("stdout", "20"), stream("stdout", " rolls\n"), stream("stderr", "but")]
    assert stored.in_one_piece(pieces) == [stream("stdout", "20 rolls\n"), stream("stderr", "but")]
    for path in NOTEBOOKS:
        for cell in stored.read(path).cells:
            assert stored.in_one_piece(cell.get("outputs", [])) == cell.get("outputs", [])


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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_minus_in_front_of_a_sum_has_brackets(path):
    index = r"(?:\{[^}]*\}|\w)"
    after = re.findall(rf"-\s*\\sum(?:_{index})?(?:\^{index})?\s*(.)", prose(path))
    assert set(after) <= {"("}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_prose_keeps_to_the_style(path):
    words = r"(?<![!\d])!(?![\[=$])|\b(?:simply|obviously|just|clearly|trivial\w*)\b"
    assert re.findall(words, prose(path)) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_opens_and_ends_alike(path):
    text = prose(path)
    for opening in ("**You will**", "**You will learn**", "**You need**", "## In this chapter"):
        assert opening in text


def test_every_note_on_the_source_is_checked_and_linked_both_ways():
    cells = stored.read(APPENDIX).cells
    notes = [(text, code) for text, code in pairwise(cells) if text.source.startswith("## A1.")]
    assert len(notes) == 14
    for n, (text, code) in enumerate(notes, start=1):
        assert re.findall(r"^\*\*(.*?)\*\*", text.source, re.MULTILINE) == NOTE
        assert re.search("^assert (?!not)", code.source, re.MULTILINE)
        assert re.search("^assert .*not ", code.source, re.MULTILINE)
        anchor = text.source.splitlines()[0].removeprefix("## ").replace(" ", "-")
        sections = re.findall(r"\[(\d)\.\d\]\((0\w+\.ipynb)", text.source)
        assert sections
        for chapter, path in sections:
            assert path.startswith(f"0{chapter}")
            linked = f"[A1.{n}]({APPENDIX.name}#{anchor})" in prose(APPENDIX.parent / path)
            assert linked, (anchor, path)


def printed(chapter):
    (path,) = [path for path in CHAPTERS if path.stem.startswith(chapter)]
    outputs = [output for cell in stored.read(path).cells for output in cell.get("outputs", [])]
    return "".join(output.get("text", "") for output in outputs)


def code(chapter):
    (path,) = [path for path in CHAPTERS if path.stem.startswith(chapter)]
    return "\n".join(cell.source for cell in stored.read(path).cells if cell.cell_type == "code")


def huffman_bits(counts):
    """The length of a message in the best prefix code, by joining the two rarest groups."""
    groups, bits = [int(count) for count in counts], 0
    heapq.heapify(groups)
    while len(groups) > 1:
        joined = heapq.heappop(groups) + heapq.heappop(groups)
        heapq.heappush(groups, joined)
        bits += joined
    return bits


def sum_loss(y):
    return likelihood.cross_entropy(T, y)


def turning_point(k):
    """Where on the slider's steps the loss is least when face k of the fair die is moved alone."""
    steps = np.arange(0, 1.001, 0.01)
    dice = [np.where(np.arange(6) == k, v, (1 - v) / 5) for v in steps]
    return round(steps[np.argmin([sum_loss(y) for y in dice])], 9)


def descent(rate, steps):
    """The loss of the 20 rolls after so many steps from the fair die."""
    z = np.zeros(6)
    for _ in range(steps):
        z = z - rate * (likelihood.softmax(z) - F)
    return sum_loss(likelihood.softmax(z))


# Every number that the prose states without a cell that prints it right there: chapter, words, code.
STATED = [
    ("01", "Face 6 has 0.3 of all the rolls", lambda: F[5] == 0.3),
    ("01", "Six sixes", lambda: T[5] == 6),
    ("01", "about five times as often", lambda: 4.5 < np.exp(sum_loss(FAIR) - sum_loss(F)) < 5.5),
    ("01", "from 2 to 20", lambda: rolls.MOST_FACES == 20),
    ("01", "file of up to 50 MB can be uploaded", lambda: rolls.MOST_BYTES == 50_000_000),
    ("06", "floor of three bits each", lambda: stats.entropy([1] * 8, base=2) == pytest.approx(3)),
    ("02", "$e = 2.718…$", lambda: f"{np.e:.3f}" == "2.718"),
    ("03", "the first three, 6, 3 and 2", lambda: likelihood.ROLLS[:3].tolist() == [6, 3, 2]),
    ("03", "is about $10^{-16}$", lambda: 1e-16 < likelihood.likelihood(T, FAIR) < 1e-15),
    ("03", "At 416 rolls it is 0", lambda: (1 / 6) ** 415 > 0 == (1 / 6) ** 416),
    ("03", "At 416 rolls it is 0", lambda: np.count_nonzero(np.cumprod(np.full(1000, 1 / 6))) == 415),
    ("04", "You met 35.835 in chapters 1 and 3", lambda: f"{sum_loss(FAIR):.3f}" == "35.835"),
    ("04", "The fair die loses 35.835", lambda: f"{sum_loss(FAIR):.3f}" == "35.835"),
    ("04", "it is 0.693 for $p = 0.5$", lambda: f"{-np.log(0.5):.3f}" == "0.693"),
    ("04", r"another $\log 10 = 2.303$", lambda: f"{np.log(10):.3f}" == "2.303"),
    ("04", "The same 1.792", lambda: f"{likelihood.cross_entropy(F, FAIR):.3f}" == "1.792"),
    ("04", r"$\log 2 = 0.693$ nats", lambda: f"{np.log(2):.3f}" == "0.693"),
    ("04", "more than two coin tosses, fewer than three", lambda: 2 < np.log2(6) < 3),
    ("04", "Its loss is 34.255 and not 0", lambda: f"{sum_loss(F):.3f}" == "34.255"),
    ("04", "nothing lies below 34.255", lambda: f"{sum_loss(F):.3f}" == "34.255"),
    ("04", "it loses more than the fair one", lambda: sum_loss([0.1] * 5 + [0.5]) > sum_loss(FAIR)),
    ("04", "$e = 2.718…$ times as likely", lambda: f"{np.e:.3f}" == "2.718"),
    ("04", "turns round at $y_6 = 0.30$", lambda: turning_point(5) == 0.3),
    ("03", "In chapter 1 we counted 272 and 1281", lambda: "272 hits    y = f: 1281" in printed("01")),
    ("03", "by 1000 rolls with our frequencies", lambda: likelihood.likelihood(50 * T, F) == 0),
    ("05", "has its longest bar at face 6", lambda: np.argmax(abs(T / FAIR - 20)) == 5),
    ("05", "it must be $36 - 12$", lambda: np.allclose((T / FAIR)[[5, 0]], [36, 12])),
    ("05", "showed heads 7 times and tails 3 times", lambda: "[7, 3]" in code("03")),
    ("05", "is level at $p = 0.7$", lambda: 7 / 0.7 == pytest.approx(3 / (1 - 0.7))),
    ("05", "keep the other 14 rolls", lambda: T[:5].sum() == 14),
    (
        "05",
        "For 1000 rolls with our frequencies it is gone",
        lambda: likelihood.likelihood(50 * T, FAIR) == 0,
    ),
    (
        "06",
        "There is the 34.255 that chapter 4 left open",
        lambda: f"{20 * stats.entropy(F):.3f}" == "34.255",
    ),
    ("06", "Chapter 3 expected the same number of hits", lambda: "y = f    1299.0 hits" in printed("03")),
    ("06", "With the best die, the counts have the chance", lambda: "so 1299.0 times" in printed("06")),
    ("06", "$2^3 = 8$ words", lambda: 2**3 >= 6 > 2**2),
    ("06", "the message has $20 \\cdot 3 = 60$ bits", lambda: len(likelihood.ROLLS) * 3 == 60),
    ("06", "a word cannot have 1.7 bits", lambda: f"{-np.log2(F[5]):.1f}" == "1.7"),
    ("06", "{1}: 2, {5}: 2, {2}: 3, {4}: 3, {3}: 4, {6}: 6", lambda: T.tolist() == [2, 3, 4, 3, 2, 6]),
    ("06", "Huffman's words are better", lambda: huffman_bits(T) == 50 < 58 == T @ np.ceil(-np.log2(F))),
    ("07", "its least value for our 20 rolls, 34.255", lambda: f"{sum_loss(F):.3f}" == "34.255"),
    ("07", "It settles at 34.255", lambda: f"{descent(1, 100):.3f}" == "34.255"),
    ("07", "until the loss shows 34.255?", lambda: f"{descent(4, 100):.3f}" == "34.255"),
    ("07", "walked down it to $y = n / N$ and 34.255", lambda: f"{sum_loss(F):.3f}" == "34.255"),
    ("07", "So near the goal 4 settles, and 8 cannot", lambda: descent(8, 1000) > descent(4, 20) + 0.5),
    ("08", r"near $\log 2 = 0.693$", lambda: f"{np.log(2):.3f}" == "0.693"),
    ("08", "We take five thousand steps", lambda: "step 4999" in printed("08")),
    ("08", "So we set 100 of them aside", lambda: "242 to train with, 100 held out" in printed("08")),
    ("08", "Bill lengths are near 44 and depths near 17", lambda: "mean [44.   17.19]" in printed("08")),
    ("08", "three of these dice were in doubt, one was", lambda: "96 of 100 right" in printed("08")),
    *[("07", number, lambda: True) for number in frameworks.QUOTED],  # test_frameworks.py checks them
]


@pytest.mark.parametrize(("chapter", "words", "holds"), STATED, ids=[text for _, text, _ in STATED])
def test_a_number_in_the_prose_is_the_codes_number(chapter, words, holds):
    (path,) = [path for path in CHAPTERS if path.stem.startswith(chapter)]
    assert words in " ".join(prose(path).split())
    assert holds()


def test_every_number_with_three_decimals_is_tied_to_code():
    for path in NOTEBOOKS:
        stated = " ".join(words for chapter, words, _ in STATED if path.stem.startswith(chapter))
        text = re.sub(r"\\begin.*?\\end", "", prose(path), flags=re.DOTALL)
        loose = [number for number in re.findall(r"\d+\.\d{3}\b", text) if number not in stated]
        assert set(loose) <= {"0.001"}, path.stem
