"""What a hand does, a kind of hand at a time: a die, scores, a point, a sentence."""

import numpy as np
import pytest
from lab import Chapter
from test_chapters import agree, assert_at


def hands(*names):
    return pytest.mark.parametrize("fresh", names, indirect=True)


DIE, SCORES, POINT, SENTENCE = "explorer_04", "explorer_07", "explorer_08", "explorer_09"
a_hand, a_die = hands(DIE, SCORES, POINT), hands(DIE)
RANGE = "input[type=range]"
NUMBER = "input[type=number]"
FRAMES = """async number => {
    const frame = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
    for (let k = 0; k < number; k++) await frame();
}"""


@a_hand
@pytest.mark.engines
def test_every_slider_follows_the_keys(fresh):
    for k in range(len(fresh.state().values)):
        before = agree(fresh)
        fresh.keys(k, "ArrowRight", "ArrowUp", "ArrowRight", "ArrowLeft")
        state = agree(fresh)
        assert state.values[k] == pytest.approx(before.values[k] + 2 * state.step, abs=state.step / 2 + 1e-9)
    for key, end in (("End", state.high[0]), ("Home", state.low[0])):
        fresh.keys(0, key)
        assert agree(fresh).values[0] == pytest.approx(end)
    fresh.keys(0, "PageUp")
    assert agree(fresh).values[0] > state.low[0] + 2 * state.step


@a_hand
@pytest.mark.engines
def test_every_number_can_be_typed_over_and_what_is_none_says_so(fresh):
    first = fresh.state()
    for k in range(len(first.values)):
        number = round(first.low[k] + (0.1 + 0.07 * k) * (first.high[k] - first.low[k]), first.digits)
        fresh.type_over(NUMBER, k, f"{number}", leave=("Enter", "Tab")[k % 2])
        assert agree(fresh).values[k] == pytest.approx(number, abs=1e-12)
    before = agree(fresh)
    for text in ("six", "", "999", "-99"):
        for leave in ("Enter", "Tab"):
            fresh.type_over(NUMBER, 0, text, leave)
            state = agree(fresh)  # and so the field shows the old number again
            assert state.values == before.values
            assert fresh.shown(state).note
    fresh.click(NUMBER, 0)
    fresh.page.keyboard.press("ArrowUp")
    after = agree(fresh)
    assert after.values[0] == pytest.approx(before.values[0] + after.step, abs=after.step / 2 + 1e-9)
    assert not fresh.shown(after).note


@a_hand
@pytest.mark.engines
def test_undo_goes_back_step_by_step(fresh):
    been = []
    for move in (
        lambda: fresh.keys(0, *5 * ["ArrowRight"]),  # moves of one slider in a row are one step
        lambda: fresh.drag(1, 0.8),
        lambda: fresh.keys(0, "ArrowLeft", "ArrowLeft"),
    ):
        been.append(agree(fresh).values)
        move()
    assert agree(fresh).values not in been
    for values in reversed(been):
        fresh.press("Undo")
        assert agree(fresh).values == values
    assert "undo" in fresh.shown(fresh.state()).off


@a_die
@pytest.mark.engines
def test_a_lock_holds(fresh):
    for k in (0, 3, 4):
        fresh.click(".lock", k)
        before = agree(fresh)
        assert before.locked[k]
        fresh.drag(k, 0.9)  # a locked slider does not move ...
        fresh.drag(k + 1, 0.95)  # ... and none of the others can take what it holds
        y = agree(fresh).y
        assert y[k] == before.y[k]
        assert y[k + 1] == pytest.approx(min(0.95, 1 - y[k]), abs=0.02)
        for button in ("Fair die", "Match the rolls"):
            fresh.press(button)
            assert agree(fresh).y[k] == before.y[k]
        fresh.click(".lock", k)


@a_hand
@pytest.mark.engines
def test_a_drag_to_the_end_and_back_loses_nothing(fresh):
    before = agree(fresh)
    if before.locked:
        fresh.press("Match the rolls")
        before = agree(fresh)
    place = (before.values[1] - before.low[1]) / (before.high[1] - before.low[1])
    fresh.drag(1, 1, place)
    state = agree(fresh)
    assert_at(state, 1, place)
    assert np.array(state.values) == pytest.approx(np.array(before.values), rel=0.05, abs=state.step)
    assert min(state.y) > 0


OTHER = ".jp-LinkedOutputView .loaded-die"


@pytest.fixture
def other(fresh):
    """A second view of the explorer, beside the notebook."""
    fresh.command("notebook:create-output-view")
    fresh.until(f"document.querySelector('{OTHER} svg')")
    yield OTHER
    fresh.evaluate("""() => [...jupyterapp.shell.widgets('main')]
        .find(({title}) => title.label === 'Output View').close()""")
    fresh.where = Chapter.where


@hands(SCORES)
def test_what_plays_moves_and_stops_and_starts_again(fresh, other):
    def moves():
        picture = f"document.querySelector('{Chapter.where} .picture').innerHTML"
        for _ in range(3):
            fresh.evaluate(f"() => {{ window.was = {picture}; }}")
            fresh.until(f"{picture} !== window.was")

    def play():
        fresh.press("Play")
        moves()  # in the first view, wherever it was pressed
        fresh.press("Play")
        return agree(fresh).values

    first = agree(fresh).values
    assert play() != first
    fresh.press("Start again")
    assert agree(fresh).values == first
    fresh.drag(0, 0.9)  # a new path begins where the hand has put it
    first = agree(fresh).values
    fresh.where = other
    assert play() != first
    fresh.press("Start again")
    assert agree(fresh).values == first


@a_die
def test_two_views_of_one_explorer_have_one_die(fresh, other):
    for where, act in ((other, lambda: fresh.drag(0, 0.6)), (Chapter.where, lambda: fresh.press("Fair die"))):
        before, fresh.where = fresh.state().values, where
        act()
        for fresh.where in (Chapter.where, other):
            assert agree(fresh).values != before


# All sliders, eight moves each time, faster than any hand: as a browser says it of a hand.
STORM = """async where => {
    const sliders = [...document.querySelectorAll(`${where} .row input[type=range]`)];
    for (let move = 0; move < 200; move++) {
        const slider = sliders[(move >> 3) % sliders.length], {min, max} = slider;
        slider.value = Number(min) + (0.618 * move % 1) * (max - min);
        slider.dispatchEvent(new Event('input'));
        await new Promise(resolve => setTimeout(resolve, 3));
    }
}"""


@a_hand
def test_after_a_storm_there_is_rest_and_nothing_is_left_behind(fresh):
    fresh.evaluate(STORM, fresh.where)
    agree(fresh)
    before, said = fresh.held(), fresh.page.evaluate("window.said")
    fresh.evaluate(STORM, fresh.where)
    last = agree(fresh)
    sent = fresh.page.evaluate("window.said") - said
    assert 0 < sent <= 200  # moves of one slider faster than the kernel answers are one
    for _ in range(4):  # what the page returned would arrive with one of these, and change something
        fresh.evaluate(FRAMES, 1)
        assert fresh.settle() == last
    assert fresh.page.evaluate("window.said") - said == sent
    objects, nodes, listeners = np.subtract(fresh.held(), before)
    assert objects < 3000  # to run a cell leaves some hundreds
    assert nodes <= 20
    assert listeners <= 20


# A cell that works until the file is there. It has begun when the promise is kept.
WORKS = """path => new Promise(resolve => {
    const code = `import os, time; print('busy', flush=True)
while not os.path.exists('${path}'): time.sleep(0.05)`;
    const future = context.session.kernel.requestExecute({code, store_history: false});
    future.onIOPub = ({content}) => content.text && resolve();
    window.rests = future.done.then(() => null);
})"""


@hands(DIE, SCORES)
def test_the_last_press_counts_though_the_kernel_is_busy(fresh, tmp_path):
    for name in ("first", "later"):  # JupyterLab sends a slider's first move to another thread than the later
        fresh.evaluate(WORKS, str(tmp_path / name))
        fresh.drag(3, 0.8)
        fresh.press("Match the rolls")
        (tmp_path / name).touch()
        fresh.evaluate("() => window.rests")
        state = agree(fresh)
        assert state.y == pytest.approx(state.f)
        fresh.press("Undo")
        assert_at(agree(fresh), 3, 0.8)
        fresh.press("Undo")
        agree(fresh)


@a_die
def test_the_notebook_is_saved_while_a_slider_has_the_focus(fresh):
    cells = "jupyterapp.shell.currentWidget.content.widgets.length"
    before, number = agree(fresh), fresh.page.evaluate(cells)
    fresh.evaluate("() => { jupyterapp.shell.currentWidget.context.model.dirty = true; }")
    fresh.keys(0, "Control+s")
    fresh.until("jupyterapp.shell.currentWidget.context.model.dirty === false")
    for key in ("ArrowRight", "a", "d", "d", "z", "ArrowRight"):  # of which JupyterLab knows all as shortcuts
        fresh.page.keyboard.press(key)
    assert agree(fresh).values[0] == pytest.approx(before.values[0] + 0.02, abs=0.006)
    assert fresh.page.evaluate(cells) == number


@a_die
def test_a_swipe_that_begins_on_a_track_scrolls_the_page_and_moves_nothing(fresh):
    before, (left, top, width, height) = agree(fresh).values, fresh.box(RANGE, 5)
    ended = "where => { document.querySelector(where).onpointercancel = () => { window.ended = true; }; }"
    fresh.evaluate(ended, fresh.where)  # the browser says so when it takes the finger to scroll with
    session = fresh.page.context.new_cdp_session(fresh.page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    for kind, up in [("Start", 0), *[("Move", 25 * move) for move in range(9)], ("End", None)]:
        points = [] if up is None else [{"x": left + 0.8 * width, "y": top + height / 2 - up}]
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        fresh.evaluate(FRAMES, 1)  # no finger is faster
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    fresh.until("window.ended")
    assert agree(fresh).values == pytest.approx(before)
    fresh.kernel("explorer.die.values = [0.5, 0.1, 0.1, 0.1, 0.1, 0.1]")
    assert agree(fresh).values[5] == 0.1  # the slider is in nobody's hand


@hands(POINT)
@pytest.mark.engines
def test_a_click_or_a_drag_in_the_plane_moves_the_point(fresh):
    paths = "[...document.querySelectorAll(`${where} .picture > :last-child path`)]"
    marker = f"where => {paths}.at(-1).getBoundingClientRect()"
    left, top, width, height = fresh.box(".picture")
    for across, down in ((0.3, 0.6), (0.7, 0.75)):
        before, x, y = agree(fresh), left + across * width, top + down * height
        fresh.page.mouse.move(x, y)
        fresh.page.mouse.down()
        agree(fresh)
        box = fresh.evaluate(
            f"""where => {{
                const box = ({marker})(where);
                return [box.x + box.width / 2, box.y + box.height / 2];
            }}""",
            fresh.where,
        )
        assert box == pytest.approx([x, y], abs=2)
        fresh.page.mouse.move(left, y)
        fresh.page.mouse.up()
        state = agree(fresh)
        assert state.values[0] == state.low[0]  # beyond the edge it is at the edge
        fresh.press("Undo")
        assert agree(fresh).values == before.values  # one drag, one step
    fresh.page.mouse.move(left + 0.5 * width, y)
    assert agree(fresh).values == before.values  # no button is down


@hands(SENTENCE)
@pytest.mark.engines
def test_a_sentence_is_typed_and_what_is_refused_says_why(fresh):
    field, longest = "input[type=text]", 80 * "a"
    for sentence in ("the die", longest, "one die"):
        fresh.type_over(field, 0, sentence)
        state = agree(fresh)
        assert len(state.costs) == len(sentence) - 1
        assert not state.note
    paste = "letters => document.execCommand('insertText', false, 'x'.repeat(letters))"
    for letters in (1, 81, 20_000_000):
        fresh.click(field)
        fresh.page.keyboard.press("Control+A")
        fresh.evaluate(paste, letters)
        fresh.page.keyboard.press("Enter")
        refused = agree(fresh)
        assert (refused.costs, refused.controls) == (state.costs, state.controls)
        assert "2 to 80" in fresh.shown(refused).note
    fresh.drag(1, 0.05)  # at a low temperature
    fresh.press("Write")
    assert len(agree(fresh).note) > 30
