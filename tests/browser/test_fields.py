"""The exercises below the explorer of chapter 3, on a real page."""

import pytest
from exercises import EXERCISES

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
