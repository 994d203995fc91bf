"""The exercises below the explorer of chapter 3, on a real page."""

import pytest
from loaded_die import words
from loaded_die.tasks import TASKS

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
