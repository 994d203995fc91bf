"""Every explorer of the chapters in JupyterLab, one of them in an HBox: its sliders and its controls."""

import numpy as np
import pytest
from lab import one_notebook

every = pytest.mark.parametrize("name", one_notebook()[1])


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
    if state.locked:  # of a die the tracks are its bars, the frames the data's shares
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
    chapter.drag(k, place)
    state = agree(chapter)
    assert_at(state, k, place)
    assert state.frame != before.frame
    return state


@every
def test_every_slider_of_the_hand_can_be_dragged(lab, name):
    lab.to(name)
    state = lab.state()
    looked = lab.seen(".picture")
    for k in range(len(state.values)):
        drag_and_look(lab, k)
    assert not np.array_equal(lab.seen(".picture"), looked)
    for name in state.names:
        assert lab.page.get_by_role("slider", name=name, exact=True).count() > 0


@every
def test_every_control_does_something(lab, name):
    """Press every button with something to do, last those that are pressed, and drag every grey slider."""
    lab.to(name)
    drag_and_look(lab, 0, 0.8)  # so that each has something to do
    buttons = lab.page.locator(f"{lab.where} .controls button:not(.controls > [aria-pressed])").all()
    names = [(button.inner_text(), button.get_attribute("aria-pressed") == "true") for button in buttons]
    for name, _ in sorted(names, key=lambda pair: pair[1]):
        before = lab.settle()
        lab.click(".controls button", name=name)
        state = agree(lab)
        assert (state.frame, state.still, state.note) != (before.frame, before.still, before.note), name
        if name == "Fair die":
            assert np.ptp(state.y) == pytest.approx(0)
        if name == "Match the rolls":
            assert state.y == pytest.approx(state.f)
    for k, label in enumerate(lab.page.locator(f"{lab.where} .grey").all(), start=len(state.values)):
        before = lab.settle()
        lab.drag(k, 0.5, 0.9)
        state = agree(lab)
        most = int(label.locator("input").get_attribute("max"))
        assert abs(int(label.locator("input").input_value()) - 0.9 * most) <= 1
        assert state.controls != before.controls
        rate = lab.kernel("_ = hasattr(explorer, 'rate')")  # of which a picture shows nothing
        assert rate or (state.frame, state.still) != (before.frame, before.still)


def test_the_cells_ran_and_nothing_complains(lab):
    wrong = """() => jupyterapp.shell.currentWidget.content.widgets
        .flatMap(cell => cell.model.outputs?.toJSON() ?? [])
        .filter(output => output.name === 'stderr' || output.output_type === 'error')"""
    assert lab.evaluate(wrong) == []
    assert lab.problems == []
    assert "Error displaying widget" not in lab.page.inner_text("body")
