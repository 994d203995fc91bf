"""For those who use a keyboard, or hear the page: axe inside the widgets, a journey without a mouse."""

import pytest
from jupyter import CHAPTERS, Chapter, faults
from loaded_die import words
from test_chapters import BOXES, agree, assert_stored_picture

FOCUSED = """() => {
    const element = document.activeElement, {outlineStyle, outlineWidth} = getComputedStyle(element);
    return [element.ariaLabel || element.title || element.textContent || element.placeholder,
        outlineStyle !== 'none' && parseFloat(outlineWidth) > 0, element.closest('.loaded-die') !== null];
}"""


@pytest.fixture(scope="module")
def page(browser, server):
    """Chapter 3 in Notebook 7, run, in a window as narrow as a phone and so high that all stands in it."""
    chapter = Chapter(browser.new_page(), server, f"again_{CHAPTERS[2]}", "notebook", height=9000)
    chapter.page.set_viewport_size({"width": 390, "height": 9000})
    assert_stored_picture(chapter)
    chapter.run_all()
    yield chapter
    assert chapter.problems == []
    chapter.page.close()


def test_on_a_phone_nothing_is_cut_and_axe_finds_nothing(page):
    agree(page)
    assert [box["name"] for box in page.page.evaluate(BOXES) if box["cut"]] == []
    for where in (".loaded-die",):
        assert faults(page.page, where) == []


def test_a_journey_without_a_mouse(page):
    def tab_to(name):
        """Press Tab until the focus, which is always seen, has arrived there."""
        for _ in range(60):
            page.page.keyboard.press("Tab")
            focused, seen, ours = page.page.evaluate(FOCUSED)
            assert seen or not ours, focused
            if ours and name in focused:
                return
        raise AssertionError(f"60 tabs do not lead to {name}")

    keyboard, start = page.page.keyboard, agree(page)
    page.explorer.evaluate("explorer => explorer.closest('.jp-Cell').focus()")
    tab_to(start.sliders[1]["name"])
    keyboard.press("ArrowRight")
    keyboard.press("PageUp")
    moved = agree(page)
    assert moved.values[1] > start.values[1]
    tab_to(start.locks[1])
    keyboard.press("Space")
    assert start.locks[1] in agree(page).pressed
    tab_to(words.MATCH)
    keyboard.press("Enter")
    assert agree(page).values[1] == pytest.approx(moved.values[1])  # it is locked
    tab_to(words.UNDO)
    keyboard.press("Enter")
    assert agree(page).values == pytest.approx(moved.values)
