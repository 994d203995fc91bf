"""The fields below the explorer of chapter 3, on a real page: exercises and rolls of one's own."""

import re

import numpy as np
import pytest
from jupyter import CHAPTERS, Chapter
from loaded_die import words
from loaded_die.tasks import TASKS
from test_chapters import agree

NUMBER, FUNCTION = TASKS["three_rolls"], TASKS["log_chance"]


@pytest.fixture(scope="module")
def page(browser, server):
    """Chapter 3, run, in a window so high that all of its fields stand in it."""
    chapter = Chapter(browser, server, CHAPTERS[2], height=6000)
    chapter.run_all()
    yield chapter
    assert chapter.problems == []
    chapter.close()


def assert_verdict(place, kind, text):
    place.locator(f".die-verdict.{kind}").filter(has_text=text).wait_for()
    assert place.locator(".die-verdict").count() == 1


def test_a_typed_answer_is_judged_and_stays_in_its_field(page):
    page.reveal(r"\bExercise\(")
    place = page.page.locator(".die-exercise").filter(has_text=words.EXERCISE.format(3, NUMBER.number))
    field = place.get_by_placeholder(words.PLACEHOLDER)
    for text, kind, said in [
        ("0.1 * 0.1 * 0.5", "wrong", "This is the likelihood. Its logarithm is asked."),
        ("log(", "open", ""),
        (f"{NUMBER.solve(*NUMBER.cases[0]):.3f}".replace(".", ","), "right", NUMBER.why),
        ("log(0.1) + log(0.1) + log(0.5)", "right", NUMBER.why),
    ]:
        field.fill(text)
        place.get_by_role("button", name=words.CHECK).click()
        assert_verdict(place, kind, said)
        assert field.input_value() == text
    field.fill("")
    field.press("Enter")
    place.locator(".die-verdict").wait_for(state="detached")
    for line, opening in [(NUMBER.hint, words.HINT), (f"def {NUMBER.name}(", words.SOLUTION)]:
        for state in ("hidden", "visible", "hidden"):
            place.get_by_text(line).wait_for(state=state)
            place.locator("summary").filter(has_text=opening).click()


def test_a_function_is_written_into_its_cell_and_judged(page):
    cell = page.page.locator(".jp-CodeCell").filter(has_text=f'check("{FUNCTION.name}"')
    assert_verdict(cell, "open", words.UNANSWERED)
    for body, kind, said in [
        ("-(t[t > 0] * np.log(y[t > 0])).sum()", "wrong", words.MINUS_TOO_MANY),
        ("(t[t > 0] * np.log(y[t > 0])).sum()", "right", FUNCTION.why),
    ]:
        cell.locator(".cm-content").click()
        page.page.keyboard.press("Control+A")
        page.page.keyboard.insert_text(
            f'def {FUNCTION.name}(t, y):\n    return {body}\n\n\ncheck("{FUNCTION.name}", {FUNCTION.name})'
        )
        page.page.keyboard.press("Control+Enter")
        assert_verdict(cell, kind, said)


@pytest.fixture
def own(page):
    """The field for own rolls; from here on `explorer` is the one below it, in page and kernel."""
    page.kernel("explorer = own; _ = 0")
    page.where = ".own-rolls .loaded-die"
    page.reveal(r"OwnRolls\(")
    return page


def press(own, name):
    own.page.locator(".own-rolls").get_by_role("button", name=name).first.click()


def put(own, text, faces):
    own.page.locator(".own-rolls textarea").fill(text)
    own.page.locator(".own-rolls input[type=text]").fill(faces)
    press(own, words.USE)


def assert_it_says(own, text):
    own.page.locator(".own-rolls [role=status]").filter(has_text=text).wait_for()


def follows(own, t):
    """The page shows these counts, and what the kernel makes of them."""
    state = agree(own)
    assert state.t == t
    assert own.explorer.locator(".die-row").count() == len(state.values) == len(t)
    return state


def test_rolls_that_are_typed_take_the_place_of_ours(own):
    put(own, "3 1 6 3 1 6 6", "6")
    assert_it_says(own, "7 rolls of 6 faces")
    follows(own, [2, 0, 2, 0, 0, 3])
    put(own, "heads: 7, tails: 3", "heads, tails")
    assert_it_says(own, "10 rolls of 2 faces")
    for slider, name in zip(follows(own, [7, 3]).sliders, ("heads", "tails")):
        assert name in slider["name"]
    own.drag(0, to=0.6)
    before = follows(own, [7, 3])
    assert before.y == pytest.approx([0.6, 0.4], abs=0.03)
    put(own, "heads tails heds", "heads, tails")  # refused, and all stays
    assert_it_says(own, "heds")
    assert follows(own, [7, 3]) == before
    assert own.page.locator(".own-rolls textarea").input_value() == "heads tails heds"
    press(own, re.compile("20 rolls again"))
    assert_it_says(own, "20 rolls of 6 faces")
    follows(own, [2, 3, 4, 3, 2, 6])


def test_a_file_is_uploaded_and_the_picture_follows(own, tmp_path):
    faces = np.random.default_rng(1).integers(1, 7, size=100_000)
    for name, text, said in [
        ("many.txt", "\n".join(map(str, faces)), "100,000 rolls of 6 faces"),
        ("wrong.txt", "3 1 8", "wrong.txt"),
    ]:
        (tmp_path / name).write_text(text)
        with own.page.expect_file_chooser() as chooser:
            press(own, words.UPLOAD)
        chooser.value.set_files(tmp_path / name)
        assert_it_says(own, said)
        follows(own, np.bincount(faces)[1:].tolist())
