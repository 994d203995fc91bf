"""Every chapter in JupyterLab: its stored picture, its run from the top, its sliders and controls."""

import numpy as np
import pytest
import stored


def agree(chapter):
    """Once page and kernel agree, the page says what NumPy says of the kernel's die. Returns its state."""
    state = chapter.settle()
    shown = chapter.shown(state)
    y, t = np.array(state.y), np.array(state.t)
    with np.errstate(divide="ignore"):
        loss = sum(state.costs) or 0 - (t[t > 0] * np.log(y[t > 0])).sum()  # a sentence's, letter by letter
    assert state.loss == pytest.approx(loss)
    assert y.sum() == pytest.approx(1, abs=1e-9)
    said = f"loss {state.shown:.3f} " if state.shown < 1e5 else f"loss {state.shown:,.0f} "
    assert shown.headline.startswith(said.replace("inf ", "∞"))
    assert shown.headline in state.description
    if state.locked and shown.locked:  # of a die the tracks are its bars, the frames the data's shares
        assert shown.bars == pytest.approx(state.y, abs=2e-3)
        assert shown.shares == pytest.approx(t / t.sum(), abs=1e-2)  # the frame of 0 is a line
    return state


def assert_at(state, k, place):
    """Number k of the hand is where a mouse has left it, from 0 to 1, to two pixels."""
    low, high = state.low[k], state.high[k]
    assert state.values[k] == pytest.approx(low + place * (high - low), abs=0.01 * (high - low) + state.step)


def drag_and_look(chapter, k, place=0.6):
    """Drag a number of the hand, and see that the picture has followed."""
    before = chapter.settle()
    if abs(before.values[k] - before.low[k] - place * (before.high[k] - before.low[k])) < before.step:
        place -= 0.2
    looked = chapter.seen(".picture")
    chapter.drag(k, place)
    state = agree(chapter)
    assert_at(state, k, place)
    assert state.frame != before.frame
    assert not np.array_equal(chapter.seen(".picture"), looked)
    return state


def assert_stored_picture(chapter):
    chapter.reveal()
    picture = chapter.page.locator(".jp-Cell.jp-mod-active img[src^='data:image/png']").first
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert chapter.page.locator(".loaded-die").count() == 0
    assert "Error displaying widget" not in chapter.page.inner_text("body")


def test_a_chapter_that_was_not_run_shows_its_stored_picture(opened):
    assert_stored_picture(opened)


def test_it_runs_from_the_top_and_nothing_complains(chapter):
    state = agree(chapter)
    cells = stored.read(stored.NOTEBOOKS / f"{chapter.name}.ipynb").cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    said = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]
    assert state.description in "\n".join(said).splitlines()
    wrong = """() => jupyterapp.shell.currentWidget.content.widgets
        .flatMap(cell => cell.model.outputs?.toJSON() ?? [])
        .filter(output => output.name === 'stderr' || output.output_type === 'error')"""
    assert chapter.evaluate(wrong) == []
    assert chapter.problems == []
    assert [url for url in chapter.requests if not url.startswith((chapter.url, "data:", "blob:"))] == []
    assert "Error displaying widget" not in chapter.page.inner_text("body")
    for name in state.names:
        assert chapter.page.get_by_role("slider", name=name, exact=True).count() > 0


def test_every_slider_of_the_hand_can_be_dragged(chapter):
    chapter.reveal()
    for k in range(len(chapter.state().values)):
        drag_and_look(chapter, k)


ASIDE = {"01": "own", "04": "curve", "06": "unseen"}  # a second explorer in the chapter


@pytest.mark.on(*ASIDE, rest=False)
def test_another_explorer_in_the_chapter_is_alive_as_well(chapter):
    name = ASIDE[chapter.name[:2]]
    chapter.reveal(rf"\n{name} = ")
    chapter.run_explorer()
    chapter.kernel(f"_first, explorer = explorer, {name}")
    drag_and_look(chapter, 0)
    try_every_control(chapter)
    chapter.kernel("explorer = _first")


def test_every_control_does_something(fresh):
    try_every_control(fresh)


def try_every_control(chapter):
    """Press every button with something to do, last those that are pressed, and drag every grey slider."""
    drag_and_look(chapter, 0, 0.8)  # so that each has something to do
    buttons = chapter.page.locator(f"{chapter.where} .controls button:not(.controls > [aria-pressed])").all()
    names = [(button.inner_text(), button.get_attribute("aria-pressed") == "true") for button in buttons]
    for name, _ in sorted(names, key=lambda pair: pair[1]):
        before = chapter.settle()
        chapter.click(".controls button", name=name)
        state = agree(chapter)
        assert (state.frame, state.still, state.note) != (before.frame, before.still, before.note), name
        if name in ("Fair die", "Match the rolls"):
            assert state.y == pytest.approx(
                np.ones(len(state.y)) / len(state.y) if name == "Fair die" else state.f
            )
    for k, label in enumerate(chapter.page.locator(f"{chapter.where} .grey").all(), start=len(state.values)):
        before = chapter.settle()
        chapter.drag(k, 0.5, 0.9)
        state = agree(chapter)
        most = int(label.locator("input").get_attribute("max"))
        assert abs(int(label.locator("input").input_value()) - 0.9 * most) <= 1
        assert state.controls != before.controls
        assert (state.frame, state.still) != (before.frame, before.still) or "rate" in chapter.kernel(
            "_ = dir(explorer)"
        )
