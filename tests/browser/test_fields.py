"""The fields below the explorer of chapter 3, on a real page: exercises and rolls of one's own."""

import re

import numpy as np
import pytest
from exercises import EXERCISES
from loaded_die import words
from test_chapters import agree

pytestmark = pytest.mark.on("03", rest=False)


@pytest.fixture
def page(chapter):
    """The chapter in a window so high that all of its fields stand in it."""
    chapter.page.set_viewport_size({"width": 1400, "height": 6000})
    yield chapter
    chapter.page.set_viewport_size({"width": 1400, "height": 1000})
    chapter.where = ".loaded-die"


def test_an_exercise_is_answered_in_its_cell_and_hint_and_solution_unfold(page):
    cell = page.page.locator(".jp-CodeCell").filter(has_text='check("three_rolls"')
    for answer, said in [
        ("0.1 * 0.1 * 0.5", "Not yet. The logarithm is missing."),
        ("np.log(0.1) + np.log(0.1) + np.log(0.5)", f"Right. {EXERCISES['three_rolls'].solve.__doc__}"),
    ]:
        cell.locator(".cm-content").click()
        page.page.keyboard.press("Control+A")
        page.page.keyboard.insert_text(f'check("three_rolls", {answer})')
        page.page.keyboard.press("Control+Enter")
        cell.get_by_role("status").filter(has_text=said).wait_for()
    question = page.page.locator(".jp-RenderedMarkdown").filter(has_text="Exercise 3.1.")
    for opening, line in [("Hint", "a sum of three logarithms"), ("Solution", "np.log(0.5)")]:
        for state in ("hidden", "visible", "hidden"):
            question.get_by_text(line).wait_for(state=state)
            question.get_by_text(opening, exact=True).click()


def test_own_rolls_take_the_place_of_ours(page, tmp_path):
    page.kernel("explorer = own")  # from here on the explorer below the field, in kernel and page
    page.where = ".own-rolls .loaded-die"
    page.reveal(r"OwnRolls\(")
    own = page.page.locator(".own-rolls")

    def press(name):
        own.get_by_role("button", name=name).first.click()

    def put(text, faces):
        own.locator("textarea").fill(text)
        own.locator("input[type=text]").fill(faces)
        press(words.USE)

    def upload(name, text):
        (tmp_path / name).write_text(text)
        with page.page.expect_file_chooser() as chooser:
            press(words.UPLOAD)
        chooser.value.set_files(tmp_path / name)

    def follows(said, t):
        own.locator("[role=status]").filter(has_text=said).wait_for()
        state = agree(page)
        assert state.t == t
        assert page.explorer.locator(".die-row").count() == len(state.values) == len(t)
        return state

    put("3 1 6 3 1 6 6", "6")
    follows("7 rolls of 6 faces", [2, 0, 2, 0, 0, 3])
    put("heads: 7, tails: 3", "heads, tails")
    for slider, name in zip(follows("10 rolls of 2 faces", [7, 3]).sliders, ("heads", "tails")):
        assert name in slider["name"]
    page.drag(0, to=0.6)
    before = follows("10 rolls of 2 faces", [7, 3])
    assert before.y == pytest.approx([0.6, 0.4], abs=0.03)
    put("heads tails heds", "heads, tails")  # refused, and all stays
    assert follows("heds", [7, 3]) == before
    assert own.locator("textarea").input_value() == "heads tails heds"
    press(re.compile("20 rolls again"))
    follows("20 rolls of 6 faces", [2, 3, 4, 3, 2, 6])
    faces = np.random.default_rng(1).integers(1, 7, size=100_000)
    upload("many.txt", "\n".join(map(str, faces)))
    follows("100,000 rolls of 6 faces", np.bincount(faces)[1:].tolist())
    upload("wrong.txt", "3 1 8")
    follows("wrong.txt", np.bincount(faces)[1:].tolist())
