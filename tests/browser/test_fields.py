"""The fields below the explorer of chapter 3, on a real page: exercises and rolls of one's own."""

import re

import numpy as np
import pytest
from loaded_die import words
from loaded_die.tasks import TASKS
from test_chapters import agree

NUMBER, FUNCTION = TASKS["three_rolls"], TASKS["log_chance"]
pytestmark = pytest.mark.on("03", rest=False)


@pytest.fixture
def page(chapter):
    """The chapter in a window so high that all of its fields stand in it."""
    chapter.page.set_viewport_size({"width": 1400, "height": 6000})
    yield chapter
    chapter.page.set_viewport_size({"width": 1400, "height": 1000})
    chapter.where = ".loaded-die"


def assert_verdict(place, kind, text):
    place.locator(f".die-verdict.{kind}").filter(has_text=text).wait_for()
    assert place.locator(".die-verdict").count() == 1


def test_a_typed_answer_is_judged_and_stays_in_its_field(page):
    page.reveal(r"\bExercise\(")
    place = page.page.locator(".die-exercise").filter(has_text=words.EXERCISE.format(3, NUMBER.number))
    field = place.get_by_placeholder(words.PLACEHOLDER)
    for text, kind, said in [
        ("0.1 * 0.1 * 0.5", "wrong", "This is the likelihood. Its logarithm is asked for."),
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
