"""What can be read, and by whom: at three widths, in the dark, in few colours, by keyboard and by ear."""

import re
from itertools import combinations

import numpy as np
import pytest
from engines import faults
from lab import one_notebook
from test_chapters import agree, drag_and_look
from test_hands import DIE, POINT, SCORES, a_die

WIDTHS = {390: 9, 760: 11, 1400: 11}  # of the window, and how high a picture's text is at least, in pixels
# The words, numbers, buttons and tracks on the page, but not what a picture has beside it where it is stored;
# cut: within themselves, or by the picture or the cell.
BOXES = """where => [...document.querySelectorAll(`${where} :is(svg text, button, output, .loss, .sign,
    .track, .note, .legend span, .grey span, input[type=number], input[type=text])`)].map(node => {
        const {left, right, top, bottom} = node.getBoundingClientRect();
        const around = node.closest('svg, .jp-OutputArea-output').getBoundingClientRect();
        const {fill, color, fontSize} = getComputedStyle(node), {scrollWidth, clientWidth} = node;
        const text = node.localName === 'text';
        const name = node.textContent.trim() || node.ariaLabel || node.className;
        return {shown: right > around.left, name, text,
            left, right, top, bottom, colour: text ? fill : color,
            size: text ? parseFloat(fontSize) * node.ownerSVGElement.getScreenCTM().a : null,
            cut: Math.max(around.left - left, right - around.right) > 1
                || Math.max(around.top - top, bottom - around.bottom) > 1
                || scrollWidth > clientWidth + 1 && node.matches('button, .sign, input, .loss')};
    }).filter(box => box.left < box.right && box.shown)"""


def overlap(a, b):
    """More than a hair: the boxes of texts are a little taller than letters."""
    width = min(a["right"], b["right"]) - max(a["left"], b["left"])
    height = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    return width > 0.5 and height > 0.3 * min(a["bottom"] - a["top"], b["bottom"] - b["top"])


@pytest.mark.parametrize(("width", "least"), WIDTHS.items())
def test_at_every_width_all_can_be_read(notebook, width, least):
    notebook.page.set_viewport_size({"width": width, "height": 1400})
    for name in one_notebook()[1]:
        notebook.to(name)
        state = notebook.state()
        low, high = state.low[0], state.high[0]
        for place in (0, 0.15, 1):  # of the first number; the others are where they are
            notebook.kernel(f"explorer.die.move(0, {low + place * (high - low)})")
            agree(notebook)
            boxes = notebook.evaluate(BOXES, notebook.where)
            assert len(boxes) > 15
            assert [box["name"] for box in boxes if box["cut"]] == [], name
            assert [box["name"] for box in boxes if box["text"] and box["size"] < least] == [], name
            found = [(a["name"], b["name"]) for a, b in combinations(boxes, 2) if overlap(a, b)]
            assert found == [], name
    assert faults(notebook.page, ".loaded-die") == []


@pytest.mark.parametrize("name", [DIE, SCORES, POINT])
def test_in_notebook_7_a_hand_is_heard(notebook, name):
    notebook.to(name)
    before = drag_and_look(notebook, 0).values
    notebook.keys(0, "Home", "ArrowRight", "ArrowUp", "ArrowDown")  # its own shortcuts take none of them
    assert agree(notebook).values != before


def test_the_dark_theme_is_readable(lab):
    def luminance(channels):
        return (np.array(channels, float)[:3] / 255) ** 2.2 @ [0.2126, 0.7152, 0.0722]

    for theme, page in (("Dark", 0), ("Light", 1)):
        lab.command("apputils:change-theme", theme=f"JupyterLab {theme}")
        lab.until(f"document.body.dataset.jpThemeLight === '{str(page == 1).lower()}'")
        lab.to(DIE)
        ground = luminance(255 * np.median(lab.seen(".loss"), axis=(0, 1)))
        assert ground == pytest.approx(page, abs=0.05)
        for box in lab.evaluate(BOXES, ".loaded-die"):  # in all of them
            low, high = sorted([ground, luminance(re.findall(r"[\d.]+", box["colour"]))])
            least = 3 if (box["size"] or 0) > 18.5 else 4.5  # as WCAG has it, for large text and for other
            assert (high + 0.05) / (low + 0.05) > least, (theme, box)


@a_die
def test_in_few_colours_tracks_bars_and_pressed_switches_are_told_apart(fresh):
    fresh.kernel("explorer.die.values = [0.5, 0.5, 0, 0, 0, 0]")
    fresh.click(".lock", 5)
    agree(fresh)
    for colours in ("active", "none"):
        fresh.page.emulate_media(forced_colors=colours)
        bar, track = (fresh.seen(".track")[:, column] for column in (20, -60))
        row = int(0.3 * len(bar))  # above the middle, where the line of the track is
        assert not np.allclose(bar[row], track[row], atol=0.2)  # the bar, and where it has ended
        assert np.ptp(track, axis=0).max() > 0.2  # the track is a line
        share = fresh.seen(".share")
        assert not np.allclose(share[0], share[-4], atol=0.1)  # the data's frame has an edge
        locks = [fresh.seen(f".row:nth-child({k}) .lock") for k in (5, 6)]
        assert (
            not np.allclose(*(np.median(lock, axis=(0, 1)) for lock in locks), atol=0.1) or colours == "none"
        )


@a_die
def test_nothing_moves_by_itself(fresh):
    """As a reader has it who asks for less motion; and so nobody's picture runs after the hand."""
    for motion in ("reduce", "no-preference"):
        fresh.page.emulate_media(reduced_motion=motion)
        fresh.drag(0, 0.7, 0.3)
        assert (
            fresh.evaluate(
                "where => document.querySelector(where).getAnimations({subtree: true}).length", fresh.where
            )
            == 0
        )


@a_die
def test_the_loss_is_read_aloud_once_the_hand_rests(fresh):
    said = fresh.page.locator(f"{fresh.where} .said")
    first = agree(fresh).headline
    said.filter(has_text=first).wait_for(state="attached")
    assert said.get_attribute("role") == "status"
    fresh.drag(1, 0.7, release=False)
    now = fresh.settle().headline
    assert now != first
    fresh.evaluate("() => new Promise(resolve => setTimeout(resolve, 700))")  # ends after the explorer's 500
    assert said.text_content() == first
    fresh.page.mouse.up()
    said.filter(has_text=now).wait_for(state="attached")


@a_die
@pytest.mark.engines
def test_a_journey_without_a_mouse(fresh):
    focused = """where => {
        const node = document.activeElement, {outlineStyle, outlineWidth} = getComputedStyle(node);
        return [node.ariaLabel || node.textContent, outlineStyle !== 'none' && parseFloat(outlineWidth) > 0,
            Boolean(node.closest(where))];
    }"""

    def tab_to(name):
        """Press Tab until the focus, which is always seen, has arrived there."""
        for _ in range(60):
            fresh.page.keyboard.press("Tab")
            here, seen, ours = fresh.evaluate(focused, fresh.where)
            assert seen or not ours, here
            if ours and here == name:
                return
        raise AssertionError(f"60 tabs do not lead to {name}")

    keyboard, start = fresh.page.keyboard, agree(fresh)
    fresh.evaluate("where => document.querySelector(where).closest('.jp-Cell').focus()", fresh.where)
    tab_to(start.names[1])
    keyboard.press("ArrowRight")
    keyboard.press("PageUp")
    moved = agree(fresh)
    assert moved.values[1] > start.values[1] + 0.05
    tab_to(start.names[1].replace("probability of", "lock"))
    keyboard.press("Space")
    assert agree(fresh).locked[1]
    tab_to("Match the rolls")
    keyboard.press("Enter")
    assert agree(fresh).values[1] == pytest.approx(moved.values[1])  # it is locked
    tab_to("Undo")
    keyboard.press("Enter")
    assert agree(fresh).values == pytest.approx(moved.values)


def test_a_hand_without_a_kernel_says_so_and_a_run_brings_it_back(alone):
    def alive():
        return alone.evaluate(
            """where => {
            const explorer = document.querySelector(where);
            const {opacity, pointerEvents} = getComputedStyle(explorer.querySelector('.body'));
            return [opacity, pointerEvents, getComputedStyle(explorer, '::before').content];
        }""",
            alone.where,
        )

    live, dead = ["1", "auto", "none"], ["0.45", "none", '"Run this cell again."']
    assert_stored_picture(alone)
    alone.run_all()
    assert alive() == live
    alone.restart()
    alone.until(f"document.querySelector('{alone.where}.gone')")
    assert alive() == dead
    alone.run_all()
    assert alive() == live
    drag_and_look(alone, 0)
    alone.command("docmanager:save")
    alone.evaluate("() => context.shutdown()")
    alone.drag(0, 0.3)  # before, nothing has told the page
    assert alive() == dead
    alone.page.goto("about:blank")  # what was saved of the hand is gone
    alone.open()
    assert_stored_picture(alone)


def assert_stored_picture(chapter):
    chapter.reveal()
    picture = chapter.page.locator(".jp-Cell.jp-mod-active img[src^='data:image/png']").first
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert chapter.page.locator(".loaded-die").count() == 0
    assert "Error displaying widget" not in chapter.page.inner_text("body")
