"""The exercises on a real page: an answer typed, checked, hinted, solved, and one written into a cell."""

import pytest
from jupyter import CHAPTERS, Chapter
from loaded_die import words
from loaded_die.exercise_list import TASKS
from test_chapters import luminance, overlaps

# The number and the function of chapter 4 that are answered here.
NUMBER, FUNCTION = TASKS["mean_in_bits"], TASKS["mean_loss"]


def tasks_of(name):
    return [task for task in TASKS.values() if task.chapter == int(name[:2])]


def open_exercises(browser, url, name, app):
    """The chapter with its exercises run, and a window so high that all of them are in the page."""
    chapter = Chapter(browser, url, name, app, width=1400, height=3000)
    chapter.reveal(r"\bExercise\(")
    chapter.command("notebook:run-all-below")
    chapter.page.wait_for_function(
        "n => document.querySelectorAll('.die-exercise').length === n", arg=len(tasks_of(name))
    )
    return chapter


def exercise(chapter, task):
    title = words.EXERCISE.format(task.chapter, task.number)
    return chapter.page.locator(".die-exercise").filter(has_text=title)


def press(exercise, name):
    exercise.get_by_role("button", name=name, exact=True).click()


def verdict(place, kind):
    """The text of the verdict, once there is one of this kind."""
    line = place.locator(f".die-verdict.{kind}")
    line.wait_for()
    return line.inner_text()


@pytest.fixture(scope="module", params=["lab", "notebook"])
def chapter(request, browser):
    name = next(name for name in CHAPTERS if int(name[:2]) == NUMBER.chapter)
    chapter = open_exercises(browser, request.getfixturevalue(request.param), name, request.param)
    yield chapter
    chapter.close()


def test_a_number_is_typed_and_judged(chapter):
    place = exercise(chapter, NUMBER)
    field = place.get_by_placeholder(words.PLACEHOLDER)
    field.fill("36.395/20")
    field.press("Enter")
    assert words.NATS_FOR_BITS in verdict(place, "wrong")
    field.fill("log(")  # nonsense: the field keeps it
    press(place, words.CHECK)
    assert verdict(place, "open") == words.NO_OPERAND.format("(")
    assert field.input_value() == "log("
    field.fill("2,625")
    press(place, words.CHECK)
    assert verdict(place, "right") == f"Read as 2.625. Right. {NUMBER.why}"
    assert field.input_value() == "2,625"
    assert place.locator(".die-verdict").count() == 1
    field.fill("")
    field.press("Enter")
    place.locator(".die-verdict").wait_for(state="detached")


def test_hint_and_solution_open_and_close(chapter):
    place = exercise(chapter, NUMBER)
    shown = [place.get_by_text(NUMBER.hint), place.locator("pre").get_by_text(f"def {NUMBER.name}(t, y):")]
    for line, opening, closing in zip(shown, ("Hint", "Show solution"), ("Hide hint", "Hide solution")):
        assert line.count() == 0
        height = place.bounding_box()["height"]
        press(place, opening)
        line.wait_for()
        assert place.bounding_box()["height"] > height + 15
        press(place, closing)
        line.wait_for(state="detached")
        assert place.bounding_box()["height"] == pytest.approx(height, abs=1)


def write(chapter, body):
    """Write the function into its cell in place of the stub, by hand, and run the cell."""
    cell = chapter.page.locator(".jp-CodeCell").filter(has_text=f'check("{FUNCTION.name}"')
    cell.locator(".cm-content").click()
    chapter.page.keyboard.press("Control+A")
    chapter.page.keyboard.insert_text(f'{body}\n\n\ncheck("{FUNCTION.name}", {FUNCTION.name})')
    chapter.page.keyboard.press("Control+Enter")
    return cell


def test_a_function_is_written_into_its_cell_and_judged(chapter):
    cell = chapter.page.locator(".jp-CodeCell").filter(has_text=f'check("{FUNCTION.name}"')
    assert verdict(cell, "open") == words.UNANSWERED
    head = "import numpy as np\n\n\ndef mean_loss(rolls, y):\n    return "
    assert words.SUM_FOR_MEAN in verdict(write(chapter, f"{head}-np.log(y[rolls - 1]).sum()"), "wrong")
    cell = write(chapter, f"{head}-np.log(y[rolls - 1]).mean()")
    assert verdict(cell, "right") == f"Right. {FUNCTION.why}"


# Everything with a text of its own that stands in an exercise or a verdict.
BOXES = """() => {
    const page = document.querySelector('.jp-Notebook').getBoundingClientRect();
    const all = [...document.querySelectorAll('.die-exercise, .die-exercise *, .die-verdict')];
    const parts = all.filter(element => element.matches('button, input, pre, .widget-html-content > div'));
    return parts.map(element => {
        const {left, right, top, bottom} = element.getBoundingClientRect();
        const card = (element.closest('.die-exercise') ?? element).getBoundingClientRect();
        return {name: element.textContent || element.value, kind: element.localName, left, right, top, bottom,
                colour: getComputedStyle(element).color,
                outside: Math.max(card.left - left, right - card.right, card.top - top, bottom - card.bottom,
                                  right - page.right)};
    }).filter(box => box.left < box.right);
}"""
CUT_OFF = """() => [...document.querySelectorAll(
        '.die-exercise, .die-exercise .widget-html-content, .die-exercise button, .die-verdict')]
    .filter(element => element.scrollWidth > element.clientWidth + 1)
    .map(element => element.outerHTML.slice(0, 200))"""
GROUND = "getComputedStyle(document.querySelector('.die-exercise')).backgroundColor"


def contrast(one, other):
    bright, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_exercise_appears_and_nothing_is_cut_off_or_overlaps(browser, lab, name):
    chapter = open_exercises(browser, lab, name, "lab")
    cards = chapter.page.locator(".die-exercise")
    for card, task in zip(cards.all(), tasks_of(name), strict=True):
        title = words.EXERCISE.format(task.chapter, task.number)
        assert card.inner_text().startswith(f"{title}\N{EN SPACE}{task.question.split('`')[0][:40]}")
        assert card.get_by_placeholder(words.PLACEHOLDER).count() == (task.asked == "number")
        if task.asked == "number":
            card.get_by_placeholder(words.PLACEHOLDER).fill("4%·x")
            press(card, words.CHECK)
        press(card, words.HINT)
        press(card, words.SOLUTION)
        card.locator("pre").wait_for()
    answered = len([task for task in tasks_of(name) if task.asked != "number"])
    assert chapter.page.locator(".jp-OutputArea-output > .die-verdict").count() == answered
    for width in (640, 1600):
        chapter.page.set_viewport_size({"width": width, "height": 3000 if width > 700 else 5000})
        chapter.reveal(r"\bExercise\(")
        boxes = chapter.page.evaluate(BOXES)
        assert len(boxes) >= 6 * len(tasks_of(name))
        assert overlaps([box for box in boxes if box["kind"] != "pre"]) == []
        assert [box["name"] for box in boxes if box["outside"] > 0.5] == []
        assert chapter.page.evaluate(CUT_OFF) == []
    for theme in ("Dark", "Light"):
        chapter.command("apputils:change-theme", theme=f"JupyterLab {theme}")
        chapter.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=str(theme == "Light").lower()
        )
        ground = chapter.page.evaluate(GROUND)
        for box in chapter.page.evaluate(BOXES):
            assert contrast(box["colour"], ground) > 4.5, (theme, box)
    assert "Error displaying widget" not in chapter.page.inner_text("body")
    chapter.close()
