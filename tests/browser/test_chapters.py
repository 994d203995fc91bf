"""What only a browser can tell: that a hand on the sliders, the kernel and the picture agree.

Each chapter is asked what it has (`Chapter.state`): how many sliders, what they are called and where
they can stand, which locks; the buttons are those on its page. What belongs to a kind of hand is tested
once: the die in chapter 4, the scores in 7, the point in 8.
"""

import numpy as np
import pytest
import stored
from jupyter import EXPLORER, half_a_step, number

once_a_hand = pytest.mark.on("04", "07", "08")
BUTTONS = ".widget-button:not(.turn), .widget-toggle-buttons button"


def agree(chapter):
    """Once page and kernel agree, the page says what NumPy says of the kernel's die. Returns its state."""
    state, shown = chapter.settle()
    loss = loss_of(state.t, state.y)
    assert shown.loss == (f"loss {rounded(loss)} nats" if np.isfinite(loss) else "loss ∞")
    assert shown.loss in shown.description
    assert sum(state.y) == pytest.approx(1, abs=1e-9)
    assert list(map(number, shown.numbers)) == pytest.approx(state.y, abs=0.005 + 1e-9)
    assert shown.names == [slider["name"] for slider in state.sliders]
    assert_the_bars(state, shown)
    assert_the_mark(state, shown, loss)
    return state


def loss_of(t, y):
    """The cross-entropy of counts and die in nats, by this file's own arithmetic."""
    t, y = np.array(t), np.array(y)
    with np.errstate(divide="ignore"):
        return 0 - (t[t > 0] * np.log(y[t > 0])).sum()


def rounded(loss):
    return f"{loss:.3f}" if loss < 1e5 else f"{loss:,.0f}"


def assert_the_bars(state, shown):
    """Bars stand where the frames stand, and are as high as they are on the frames' scale."""
    bars, frames = np.array(shown.bars), np.array(shown.frames)  # the corners are given upwards first
    high, frames_high = bars[:, 0, 1] - bars[:, 1, 1], frames[:, 0, 1] - frames[:, 1, 1]
    assert frames_high == pytest.approx(frames_high.sum() * np.array(state.t) / sum(state.t), abs=5e-4)
    assert high == pytest.approx(frames_high.sum() * np.array(state.y), abs=5e-4)
    assert bars[:, [0, 3], 1] == pytest.approx(frames[:, [0, 3], 1], abs=5e-4)
    assert bars[..., 0].mean(axis=1) == pytest.approx(frames[..., 0].mean(axis=1), abs=5e-4)


def assert_the_mark(state, shown, loss):
    """The mark's tip is as far along the meter as its ticks say: the root of the excess over the least."""
    least = loss_of(state.t, np.array(state.t) / sum(state.t))
    row = next(y for text, _, y in shown.texts if text == rounded(least))
    ticks = [(number(text), x) for text, x, y in shown.texts if y == pytest.approx(row, abs=1e-4)]
    (_, start), (last, end) = min(ticks), max(ticks)
    (tip, depth), *above = shown.mark
    assert all(depth > y for _, y in above)
    right = start + (end - start) * np.sqrt((loss - least) / (last - least))
    # Beyond the last tick the meter may come to its end.
    assert tip == pytest.approx(right, abs=1e-3) or end < tip < min(right, 1)


def stop(slider, place):
    """The number at which a slider stands that far along its track, from 0 to 1."""
    return slider["stops"][round(place * (len(slider["stops"]) - 1))]


def assert_slider(state, k, number, stops=0):
    """Slider k holds the number, up to so many stops (and the half that rounding to one takes)."""
    slider = state.sliders[k]
    step = 2 * half_a_step(slider)
    assert slider["at"] == pytest.approx(number, abs=step * (stops + 0.5) + 1e-9), slider["name"]


def assert_stored_picture(chapter):
    """The explorer's stored picture is on the page (its cell may not be the first with a picture)."""
    chapter.page.wait_for_function(
        """source => {
            const cells = jupyterapp.shell.currentWidget.content.widgets;
            const ours = cells.find(cell => RegExp(source).test(cell.model.sharedModel.source));
            const image = ours.node.querySelector("img[src^='data:image/png']");
            return image?.checkVisibility() && image.complete && image.naturalWidth > 0;
        }""",
        arg=EXPLORER,
    )
    assert chapter.page.locator(".loaded-die").count() == 0
    assert "Error displaying widget" not in chapter.page.inner_text("body")


def test_a_chapter_that_was_not_run_shows_its_stored_picture(opened):
    opened.reveal()
    assert_stored_picture(opened)


def test_it_runs_from_the_top_and_nothing_complains(chapter):
    state = agree(chapter)
    path = next(path for path in stored.chapters() if path.stem == chapter.name)
    said = [output for cell in stored.read(path).cells for output in cell.get("outputs", [])]
    said = [output.data["text/plain"].strip("'") for output in said if "data" in output]
    ours = [cell.source for cell in stored.read(path).cells]
    assert any("explorer.description" in source for source in ours)
    assert state.description == [text for text in said if text.startswith("Die y") and "own" not in text][-1]
    wrong = chapter.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
            .flatMap(cell => cell.model.outputs?.toJSON() ?? [])
            .filter(output => output.name === 'stderr' || output.output_type === 'error')"""
    )
    assert wrong == []
    assert chapter.problems == []
    assert {url for url in chapter.requests if not url.startswith((chapter.url, "data:", "blob:"))} == set()
    assert "Error displaying widget" not in chapter.page.inner_text("body")
    for slider in state.sliders:
        assert chapter.explorer.get_by_role("slider", name=slider["name"], exact=True).count() == 1
    assert chapter.explorer.locator(".loss-readout").get_attribute("aria-live") == "polite"


def test_every_slider_can_be_dragged(fresh):
    for k, slider in enumerate(fresh.state().sliders):
        before, panel, y = fresh.seen(), fresh.shown().panel, fresh.state().y
        fresh.drag(k, to=0.6)
        state = agree(fresh)
        assert_slider(state, k, stop(slider, 0.6), stops=0.02 * len(slider["stops"]))
        if k < len(state.values):  # a slider of the hand: all of the picture follows
            _, bars, beside = map(np.array_equal, before, fresh.seen())
            assert not beside
            assert not bars or np.allclose(y, state.y, atol=0.01)  # a point may leave its die as it was
            assert fresh.shown().panel != panel


def test_every_button_does_something(fresh):
    state = fresh.state()
    t = np.array(state.t)
    goals = {state.match: t / t.sum(), state.fair: np.full(len(t), 1 / len(t))}
    goals.pop(None, None)  # a hand that is a point has neither
    fresh.drag(0, to=0.8)  # so that each has something to do
    agree(fresh)
    buttons = fresh.explorer.locator(BUTTONS).all()
    pressed = ["mod-active" in button.get_attribute("class") for button in buttons]
    for now in (False, True):  # those of the switches that are pressed come last, and are so again
        for button in [button for button, at_first in zip(buttons, pressed) if at_first is now]:
            name, before = button.inner_text(), (fresh.shown().panel, fresh.shown().bars)
            button.click()
            state, shown = agree(fresh), fresh.shown()
            assert (shown.panel, shown.bars) != before, name
            if name in goals:
                assert state.y == pytest.approx(goals.pop(name))
    assert goals == {}


@once_a_hand
def test_every_slider_follows_the_keys(fresh):
    sliders = fresh.state().sliders
    for k in range(len(sliders)):
        slider = agree(fresh).sliders[k]
        two_on = slider["stops"][np.argmin(abs(np.array(slider["stops"]) - slider["at"])) + 2]
        fresh.keys(k, "ArrowRight", "ArrowUp", "ArrowRight", "ArrowLeft")
        assert_slider(agree(fresh), k, two_on)
    for key, end in (("End", -1), ("Home", 0)):
        fresh.keys(0, key)
        assert_slider(agree(fresh), 0, sliders[0]["stops"][end])


@once_a_hand
def test_every_number_can_be_typed_over(fresh):
    def type_over(k, text):
        fresh.explorer.locator(".widget-readout").nth(k).click()
        fresh.page.keyboard.press("Control+A")
        fresh.page.keyboard.type(text)
        fresh.page.keyboard.press("Enter")
        return agree(fresh)

    sliders = fresh.state().sliders[: len(fresh.state().values)]
    for k, slider in enumerate(sliders):
        number = stop(slider, 0.15 + 0.1 * k)
        assert_slider(type_over(k, f"{number:g}"), k, number)
    number = stop(sliders[0], 0.68)
    assert number % 1 != 0
    assert_slider(type_over(0, f"{number:g}".replace(".", ",")), 0, number)
    before = fresh.state().values
    for text in ("six", "1/3"):
        assert type_over(0, text).values == before


@once_a_hand
def test_undo_goes_back_step_by_step(fresh):
    been = []
    for move in (
        lambda: fresh.keys(0, *5 * ["ArrowRight"]),  # moves of one slider in a row are one step
        lambda: fresh.drag(1, to=0.8),
        lambda: fresh.keys(0, "ArrowLeft", "ArrowLeft"),
    ):
        been.append(agree(fresh).values)
        move()
    assert agree(fresh).values not in been
    for values in reversed(been):
        fresh.press("Undo")
        assert agree(fresh).values == values
    assert fresh.explorer.get_by_role("button", name="Undo").is_disabled()


@pytest.mark.on("04")
def test_every_lock_holds(fresh):
    locks = fresh.state().locks
    on_page = fresh.explorer.locator(".die-row .widget-toggle-button")
    assert [lock.get_attribute("title") for lock in on_page.all()] == locks
    for k, name in enumerate(locks):
        lock, other = fresh.explorer.get_by_title(name, exact=True), (k + 1) % len(locks)
        lock.click()
        before = agree(fresh).y
        fresh.drag(k, to=0.9, steps=3)  # a locked slider does not move ...
        fresh.drag(other, to=0.95, steps=3)  # ... and none of the others can take what it holds
        y = agree(fresh).y
        assert y[k] == pytest.approx(before[k], abs=1e-12)
        assert y[other] <= 1 - y[k] + 1e-12
        assert y[other] != pytest.approx(before[other], abs=0.01)
        for button in ("Fair die", "Match the rolls"):
            fresh.press(button)
            assert agree(fresh).y[k] == pytest.approx(before[k], abs=1e-12)
        lock.click()


@pytest.mark.on("07", rest=False)
def test_what_plays_moves_and_stops_and_starts_again(fresh):
    def moves():
        for _ in range(3):
            fresh.page.wait_for_function(
                "was => document.querySelector('.loaded-die .path').getAttribute('d') !== was",
                arg=fresh.explorer.locator(".path").get_attribute("d"),
            )

    play, rest = fresh.explorer.locator(".widget-play button").all()[:2]
    first = agree(fresh).values
    for halt in (play, rest):  # the first of them pauses while it plays
        play.click()
        moves()
        halt.click()
        assert agree(fresh).values != first
    fresh.press("Start again")
    assert agree(fresh).values == first
    fresh.drag(0, to=0.9)  # a new path begins where the hand has put it
    first = agree(fresh).values
    fresh.drag(-1, to=1)  # the learning rate: the longest leaps
    play.click()
    moves()
    fresh.press("Start again")
    assert agree(fresh).values == first


# The kernel notes whatever the page says of its sliders, and how often the hand has moved.
LISTEN = """
def _listen(slider):
    def note(message):
        _heard.append([slider.tooltip, message["content"]["data"].get("state")])
        slider._handle_msg(message)
    slider.comm.on_msg(note)

_heard, _moves = [], []
for _slider in _having("readout", explorer):
    _listen(_slider)
explorer.die.on_change(lambda: _moves.append(1))
_ = None
"""
# Random handles dragged to random places, each eight times before the next is taken. The page does it by
# itself: no mouse from outside is as fast, and a click on a track would not do, since the slider then
# ignores the mouse for 300 ms. It ends when enough moves are made or, without a number, at `window.done`.
STORM = """(async moves => {
    let seed = 1;
    const random = () => (seed = seed * 16807 % 2147483647) / 2147483647;
    const handles = [...document.querySelector('.loaded-die').querySelectorAll('.noUi-handle')];
    const mouse = (target, name, clientX, buttons) => target.dispatchEvent(new MouseEvent(
        name, {bubbles: true, clientX, clientY: target.getBoundingClientRect().top + 5, buttons}));
    let handle;
    for (let move = 0; moves ? move < moves : !window.done; move++) {
        if (move % 8 === 0) {
            if (handle) mouse(handle, 'mouseup', 0, 0);
            handle = handles[Math.floor(handles.length * random())];
            const {left, width} = handle.getBoundingClientRect();
            mouse(handle, 'mousedown', left + width / 2, 1);
        }
        const track = handle.closest('.noUi-base').getBoundingClientRect();
        mouse(handle, 'mousemove', track.left + random() * track.width, 1);
        await new Promise(resolve => setTimeout(resolve, 15));
    }
    mouse(handle, 'mouseup', 0, 0);
})"""


def assert_rest(chapter):
    """What the page returned would arrive with one of these round trips, and change something."""
    last = chapter.settle()
    for _ in range(8):
        chapter.evaluate("() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))")
        assert chapter.settle() == last


@once_a_hand
def test_after_a_storm_there_is_rest(fresh):
    fresh.kernel(LISTEN)
    made = 240
    fresh.evaluate(STORM, made)
    agree(fresh)
    heard, had = fresh.kernel("_ = len(_heard), len(_moves)")
    assert 0 < had <= heard <= made  # moves of one slider faster than the kernel answers are one
    assert_rest(fresh)
    assert fresh.kernel("_ = len(_heard), len(_moves)") == [heard, had]


# The hand at each stop of each slider, and between them, from code; then scores beyond the range of their
# sliders, which changes.
EVERYWHERE = """
import asyncio
import numpy as np

_die = explorer.die
for _k, _slider in enumerate(_die.sliders):
    for _value in _stops(_slider):
        for _number in (_value, min(_value + 0.3 * _slider.step, _slider.max)):
            _all = _die.values
            if hasattr(_die, "fair") and not hasattr(_die, "scores"):
                _all[:] = (1 - _number) / (len(_all) - 1)
            _all[_k] = _number
            _die.values = _all
    await asyncio.sleep(0.02)
for _score in (5, 5.1, 10, 10.1, 33, -70, 5, 0) if hasattr(_die, "scores") else ():
    _die.scores = [_score, -_score / 2, 0, 0.04, 1, -1]
    await asyncio.sleep(0.02)
_ = None
"""


@once_a_hand
def test_what_the_kernel_gives_to_a_slider_the_page_does_not_return(fresh):
    # On a slow page it would return when the kernel stands elsewhere, and pass for a move of a hand.
    fresh.kernel(LISTEN)
    fresh.kernel(EVERYWHERE)
    agree(fresh)
    assert fresh.kernel("_ = _heard") == []
    fresh.drag(0, to=0.6)  # and a hand is heard
    agree(fresh)
    assert len(fresh.kernel("_ = _heard")) > 0


# A reader's cell draws figures of its own, until enough moves of a hand were heard meanwhile.
FIGURES = """
import io, matplotlib
from matplotlib.figure import Figure
matplotlib.rcParams.update({"svg.fonttype": "path", "svg.hashsalt": "mine", "font.size": 13})
_mine, _drawn = dict(matplotlib.rcParams), set()
_moves.clear()
for _n in range(60):
    if _n >= 30 and len(_moves) >= 5:
        break
    _figure = Figure()
    _figure.subplots().set_title("mine")
    _figure.savefig(_out := io.StringIO(), format="svg", metadata={"Date": None})
    _drawn.add(_out.getvalue())
_ = dict(drawn=len(_drawn), texts="<text" in "".join(_drawn), moves=len(_moves),
         changed=dict(matplotlib.rcParams) != _mine)
"""


@pytest.mark.on("04")
def test_figures_of_the_readers_own_come_out_as_they_should_while_a_slider_is_dragged(fresh):
    fresh.kernel(LISTEN)
    for k in range(len(fresh.state().sliders)):  # JupyterLab sends the first move of each to the main thread
        fresh.keys(k, "ArrowRight")
    agree(fresh)
    found = fresh.kernel(FIGURES, meanwhile=f"{STORM}(0)")
    assert found.pop("moves") >= 5
    assert found == dict(drawn=1, texts=False, changed=False)
    agree(fresh)


# A cell that works until the file is there.
BUSY = """
import os, time
print("busy", flush=True)
while not os.path.exists({!r}):
    time.sleep(0.05)
"""
WORKS = """code => new Promise(resolve => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const future = kernel.requestExecute({code, store_history: false});
    future.onIOPub = message => { if (message.header.msg_type === 'stream') resolve(); };
    window.rests = future.done.then(() => null);
})"""


@pytest.mark.on("04", "07", rest=False)
def test_the_last_press_counts_though_the_kernel_is_busy(fresh, tmp_path):
    slider = fresh.state().sliders[3]
    for name in ("first", "later"):  # JupyterLab sends a slider's first move to another thread than the later
        fresh.evaluate(WORKS, BUSY.format(str(tmp_path / name)))
        fresh.drag(3, to=0.8)
        fresh.press("Match the rolls")
        (tmp_path / name).touch()
        fresh.evaluate("() => window.rests")
        state = agree(fresh)
        assert state.y == pytest.approx(np.array(state.t) / sum(state.t))
        fresh.press("Undo")
        assert_slider(agree(fresh), 3, stop(slider, 0.8), stops=0.02 * len(slider["stops"]))
        fresh.press("Undo")
        agree(fresh)


# Many moves of the hand's sliders from code; afterwards the hand is where it was, with as much to undo.
MOVES = """
import numpy as np
_sliders = explorer.die.sliders
_rng = np.random.default_rng(1)
for _k, _place in zip(_rng.integers(len(_sliders), size={0}), _rng.random({0})):
    _sliders[_k].value = _sliders[_k].min + _place * (_sliders[_k].max - _sliders[_k].min)
explorer.die.values = {1}
_ = None
"""


@pytest.mark.on("04")
def test_a_thousand_moves_leave_nothing_behind_in_the_page(fresh):
    values = fresh.state().values
    fresh.kernel(MOVES.format(100, values))
    before = fresh.held()
    fresh.kernel(MOVES.format(1000, values))
    objects, nodes, listeners = np.subtract(fresh.held(), before)
    agree(fresh)
    assert objects < 1500  # to run a cell leaves some hundreds
    assert nodes <= 20
    assert listeners <= 20


BOXES = """() => {
    const explorer = document.querySelector('.loaded-die');
    const parts = 'svg text, .loss-readout, .die-face, .widget-label, .widget-readout, button, .noUi-base, '
        + 'svg[role=img]';
    return [...explorer.querySelectorAll(parts)].map(element => {
        const {left, right, top, bottom} = element.getBoundingClientRect();
        const svg = element.ownerSVGElement, page = (svg ?? explorer).getBoundingClientRect();
        const {fill, color} = getComputedStyle(element);
        return {name: element.textContent.trim() || element.title || element.className.baseVal
                    || element.className, kind: element.localName,
                left, right, top, bottom, colour: svg ? fill : color,
                outside: Math.max(page.left - left, left < right && right - page.right, page.top - top,
                                  bottom - page.bottom)};
    }).filter(box => box.left < box.right);
}"""
CUT_OFF = """() => [document.querySelector('.loaded-die')]
    .flatMap(explorer => [explorer, explorer.closest('.jp-OutputArea'), ...explorer.querySelectorAll(
        'button, .widget-readout, .widget-html, .widget-label')])
    .filter(element => element.scrollWidth > element.clientWidth + 1)
    .map(element => element.outerHTML.slice(0, 200))"""
# Hands in three places: as they begin, all low but the last, and spread out.
PLACES = [[], [0, 0, 0, 0, 0, 1], [0.001, 0.009, 0.04, 0.15, 0.3, 0.5]]


def overlaps(boxes):
    """Pairs of boxes that share more than a hair (those of texts are a little taller than letters)."""
    found = []
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            width = min(a["right"], b["right"]) - max(a["left"], b["left"])
            height = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
            if width > 0.5 and height > 0.25 * min(a["bottom"] - a["top"], b["bottom"] - b["top"]):
                found.append((a["name"], b["name"]))
    return found


@once_a_hand
def test_nothing_is_cut_off_and_nothing_overlaps(fresh):
    size = fresh.page.viewport_size
    for width in (640, 1024, 1600):
        fresh.page.set_viewport_size({"width": width, "height": 1000})
        fresh.reveal()
        for places in PLACES:
            fresh.kernel(
                f"for _s, _p in zip(explorer.die.sliders, {places}):\n"
                "    _s.value = _s.min + _p * (_s.max - _s.min)\n_ = None"
            )
            agree(fresh)
            boxes = fresh.page.evaluate(BOXES)
            assert len(boxes) > 20
            assert overlaps([box for box in boxes if box["kind"] != "svg"]) == []
            assert overlaps([box for box in boxes if box["kind"] != "text"]) == []
            assert [box["name"] for box in boxes if box["outside"] > 1] == []
            assert fresh.page.evaluate(CUT_OFF) == []
    fresh.page.set_viewport_size(size)


def luminance(colour):
    channels = [float(c) / 255 for c in colour[colour.index("(") + 1 :].rstrip(")").split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


@once_a_hand
def test_the_dark_theme_is_readable(fresh):
    pages = {}
    for theme in ("Dark", "Light"):
        fresh.command("apputils:change-theme", theme=f"JupyterLab {theme}")
        fresh.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=str(theme == "Light").lower()
        )
        fresh.reveal()
        agree(fresh)
        page = fresh.page.evaluate("getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor")
        pages[theme] = luminance(page)
        ground = 255 * np.median(fresh.seen()[1], axis=(0, 1))  # nothing lies between page and picture
        assert luminance("rgb({}, {}, {})".format(*ground)) == pytest.approx(pages[theme], abs=0.02)
        for box in fresh.page.evaluate(BOXES):
            if box["kind"] in ("text", "span", "div"):
                bright, dark = sorted([pages[theme], luminance(box["colour"])], reverse=True)
                assert (bright + 0.05) / (dark + 0.05) > 4.5, (theme, box)
    assert pages["Dark"] < 0.1 < 0.8 < pages["Light"]


@once_a_hand
def test_restart_reload_and_run_again(fresh):
    fresh.restart()
    fresh.run_all()
    agree(fresh)
    fresh.command("docmanager:save")
    fresh.restart()  # the sliders that were saved are gone
    fresh.open()
    fresh.reveal()
    assert_stored_picture(fresh)
    fresh.run_all()
    slider = agree(fresh).sliders[0]
    fresh.drag(0, to=0.5)
    assert_slider(agree(fresh), 0, stop(slider, 0.5), stops=0.02 * len(slider["stops"]))
