"""What only a browser can tell: that a hand on the sliders, the kernel and the picture agree.

What belongs to a kind of hand is tested once: the die in chapter 4, the scores in 7, the point in 8.
"""

import re
from itertools import combinations, product

import numpy as np
import pytest
import stored
from jupyter import faults, number

once_a_hand = pytest.mark.on("04", "07", "08")


def agree(chapter):
    """Once page and kernel agree, the page says what NumPy says of the kernel's die. Returns its state."""
    state, shown = chapter.settle()
    loss = sum(state.costs) if state.costs else loss_of(state.t, state.y)  # a sentence's, letter by letter
    assert shown.loss == (f"loss {rounded(loss)} nats" if np.isfinite(loss) else "loss ∞")
    assert shown.loss in shown.description
    assert sum(state.y) == pytest.approx(1, abs=1e-9)
    if len(state.y) < 20:  # else there is no room for numbers
        assert list(map(number, shown.numbers)) == pytest.approx(state.y, abs=0.005 + 1e-9)
    assert shown.names == [slider["name"] for slider in state.sliders]
    # Bars stand where the frames stand, and are as high as they are on the frames' scale.
    bars, frames, t = (np.array(rows) for rows in (shown.bars, shown.frames, state.t))
    high, frames_high = (rows[:, 0, 1] - rows[:, 1, 1] for rows in (bars, frames))  # given upwards first
    assert frames_high == pytest.approx(frames_high.sum() * t / t.sum(), abs=5e-4)
    assert high == pytest.approx(frames_high.sum() * np.array(state.y), abs=5e-4)
    assert bars[:, [0, 3], 1] == pytest.approx(frames[:, [0, 3], 1], abs=5e-4)
    assert bars[..., 0].mean(axis=1) == pytest.approx(frames[..., 0].mean(axis=1), abs=5e-4)
    # The mark's tip is as far along the meter as its ticks say: the root of the excess over the least.
    least = state.least
    assert state.costs or least == pytest.approx(loss_of(t, t / t.sum()))
    row = next(y for text, _, y in shown.texts if text == rounded(least))
    ticks = [(number(text), x) for text, x, y in shown.texts if y == pytest.approx(row, abs=1e-4)]
    (_, start), (last, end) = min(ticks), max(ticks)
    (tip, depth), *above = shown.mark
    assert all(depth > y for _, y in above)
    right = start + (end - start) * np.sqrt((loss - least) / (last - least))
    assert tip == pytest.approx(right, abs=1e-3) or end < tip < min(right, 1)  # which is the meter's end
    return state


def loss_of(t, y):
    t, y = np.array(t), np.array(y)
    with np.errstate(divide="ignore"):
        return 0 - (t[t > 0] * np.log(y[t > 0])).sum()


def rounded(loss):
    return f"{loss:.3f}" if loss < 1e5 else f"{loss:,.0f}"


def stop(slider, place):
    """The number at which a slider stands that far along its track, from 0 to 1."""
    return slider["stops"][round(place * (len(slider["stops"]) - 1))]


def assert_slider(state, k, number, stops=0):
    slider = state.sliders[k]
    assert slider["at"] == pytest.approx(number, abs=slider["half"] * (2 * stops + 1) + 1e-9), slider["name"]


def assert_place(state, k, place):
    slider = state.sliders[k]
    assert_slider(state, k, stop(slider, place), stops=0.02 * len(slider["stops"]))


def drag_and_look(chapter, k):
    chapter.drag(k, to=0.6)
    state = agree(chapter)
    assert_place(state, k, 0.6)
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
    for slider in state.sliders:
        assert chapter.explorer.get_by_role("slider", name=slider["name"], exact=True).count() == 1


def test_every_slider_can_be_dragged(chapter):
    chapter.reveal()
    first, looked, panel = agree(chapter), chapter.seen(), chapter.shown().panel
    for k in range(len(first.sliders)):
        before, state, panel = panel, drag_and_look(chapter, k), chapter.shown().panel
        assert panel != before or k >= len(state.values)  # a slider of the hand: the picture follows ...
        if k == 0:  # ... and is seen to
            bars, beside = map(np.array_equal, looked, chapter.seen())
            assert not beside
            assert not bars or np.allclose(first.y, state.y, atol=0.01)  # a point may leave its die alone


ASIDE = {"01": "own", "04": "curve", "05": "remedied", "06": "unseen"}  # a second explorer in the chapter


@pytest.mark.on(*ASIDE, rest=False)
def test_the_sliders_of_another_explorer_in_the_chapter_can_be_dragged(chapter):
    name = ASIDE[chapter.name[:2]]
    chapter.reveal(rf"\n{name} = ")
    chapter.run_explorer()
    chapter.kernel(f"explorer = {name}")
    for k in (0, len(chapter.settle()[0].sliders) - 1):  # of the die, and of the cell's own
        panel = chapter.shown().panel
        drag_and_look(chapter, k)
        assert chapter.shown().panel != panel


def test_every_button_does_something(fresh):
    t = np.array(fresh.state().t)
    goals = dict(zip(fresh.state().goals, (t / t.sum(), np.full(len(t), 1 / len(t)))))  # a point has none
    fresh.drag(0, to=0.8)  # so that each has something to do
    agree(fresh)
    buttons = fresh.explorer.locator(".widget-button:not(.turn), .widget-toggle-buttons button").all()
    pressed = ["mod-active" in button.get_attribute("class") for button in buttons]
    for now in (False, True):  # those of the switches that are pressed come last, and are so again
        for button in [button for button, at_first in zip(buttons, pressed) if at_first is now]:
            name, before = button.inner_text(), (fresh.shown().panel, fresh.shown().bars)
            picture = fresh.explorer.locator("[role=img]").inner_html()
            button.click()
            changed = "was => document.querySelector('.loaded-die [role=img]').innerHTML !== was"
            fresh.page.wait_for_function(changed, arg=picture)
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
    def type_over(k, text, leave="Enter"):
        fresh.explorer.locator(".widget-readout").nth(k).click()
        fresh.page.keyboard.press("Control+A")
        fresh.page.keyboard.type(text)
        fresh.page.keyboard.press(leave)
        return agree(fresh)

    sliders = fresh.state().sliders
    for k, slider in enumerate(sliders[: len(fresh.state().values)]):
        number = stop(slider, 0.15 + 0.1 * k)
        assert_slider(type_over(k, f"{number:g}", leave=("Enter", "Tab")[k % 2]), k, number)
    number = stop(sliders[0], 0.68)
    assert_slider(type_over(0, f"{number:g}".replace(".", ",")), 0, number)
    before = fresh.state().values
    for text, leave in product(("six", "1/3", " ", "999", "-99"), ("Enter", "Tab")):
        assert type_over(0, text, leave).values == before


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
def test_a_lock_holds(fresh):
    locks = fresh.state().locks
    on_page = fresh.explorer.locator(".die-row .widget-toggle-button")
    assert [lock.get_attribute("title") for lock in on_page.all()] == locks
    for k in range(0, len(locks), 2):
        lock, other = fresh.explorer.get_by_title(locks[k], exact=True), (k + 1) % len(locks)
        lock.click()
        before = agree(fresh).y
        fresh.drag(k, to=0.9)  # a locked slider does not move ...
        fresh.drag(other, to=0.95)  # ... and none of the others can take what it holds
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
        script = "was => document.querySelector('.loaded-die .path').getAttribute('d') !== was"
        for _ in range(3):
            fresh.page.wait_for_function(script, arg=fresh.explorer.locator(".path").get_attribute("d"))

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
_heard, _moves = [], []
for _slider in _having("readout", explorer):
    _slider.comm.on_msg(lambda message, to=_slider: (_heard.append(to), to._handle_msg(message)))
explorer.die.on_change(lambda: _moves.append(1))
"""
# The handles dragged all over, eight moves each time, faster than a mouse from outside could (and clicks on a
# track make the slider deaf for 300 ms), for so many rounds.
STORM = """(async rounds => {
    const handles = [...document.querySelector('.loaded-die').querySelectorAll('.noUi-handle')];
    const mouse = (target, name, clientX, buttons) => target.dispatchEvent(new MouseEvent(
        name, {bubbles: true, clientX, clientY: target.getBoundingClientRect().top + 5, buttons}));
    for (let round = 0; round < rounds; round++) {
        const handle = handles[round % handles.length], box = handle.getBoundingClientRect();
        const {left, width} = handle.closest('.noUi-base').getBoundingClientRect();
        mouse(handle, 'mousedown', box.left + box.width / 2, 1);
        for (let move = 8 * round; move < 8 * round + 8; move++) {
            mouse(handle, 'mousemove', left + 0.618 * move % 1 * width, 1);
            await new Promise(resolve => setTimeout(resolve, 15));
        }
        mouse(handle, 'mouseup', 0, 0);
    }
})"""


@once_a_hand
def test_after_a_storm_there_is_rest(fresh):
    fresh.kernel(LISTEN)
    fresh.evaluate(STORM, 15)
    agree(fresh)
    heard, had = fresh.kernel("_ = len(_heard), len(_moves)")
    assert 0 < had <= heard <= 120  # moves of one slider faster than the kernel answers are one
    last = fresh.settle()
    for _ in range(4):  # what the page returned would arrive with one of these, and change something
        fresh.evaluate("() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))")
        assert fresh.settle() == last
    assert fresh.kernel("_ = len(_heard), len(_moves)") == [heard, had]


# The hand at some stops of a slider, and between. A kernel drops what it says when more than a thousand
# messages wait to be heard, so a cell makes no more moves than that: the next one begins when all are heard.
STOPS = """
_die, _slider = explorer.die, explorer.die.sliders[{0}]
for _value in _stops(_slider)[{1}:{1} + 40]:
    for _number in (_value, min(_value + 0.3 * _slider.step, _slider.max)):
        _all = _die.values
        if hasattr(_die, "fair") and not hasattr(_die, "scores"):
            _all[:] = (1 - _number) / (len(_all) - 1)
        _all[{0}] = _number
        _die.values = _all
"""
BEYOND = """
for _score in (5, 5.1, 10, 10.1, 33, -70, 5, 0) if hasattr(explorer.die, "scores") else ():
    explorer.die.scores = [_score, -_score / 2, 0, 0.04, 1, -1]
"""  # the range of the sliders for scores


@once_a_hand
def test_what_the_kernel_gives_to_a_slider_the_page_does_not_return(fresh):
    # On a slow page it would return when the kernel stands elsewhere, and pass for a move of a hand.
    fresh.kernel(LISTEN)
    state = fresh.state()
    ranges = {str(slider["stops"]): k for k, slider in enumerate(state.sliders[: len(state.values)])}
    for k in ranges.values():
        for start in range(0, len(state.sliders[k]["stops"]), 40):
            fresh.kernel(STOPS.format(k, start))
    fresh.kernel(BEYOND)
    agree(fresh)
    assert fresh.kernel("_ = len(_heard)") == 0
    drag_and_look(fresh, 0)  # and a hand is heard
    assert fresh.kernel("_ = len(_heard)") > 0


# A cell that works until the file is there. It has begun when the promise is kept.
WORKS = """path => new Promise(resolve => {
    const code = `import os, time; print('busy', flush=True)
while not os.path.exists('${path}'): time.sleep(0.05)`;
    const future = context.session.kernel.requestExecute({code, store_history: false});
    future.onIOPub = ({content}) => content.text && resolve();
    window.rests = future.done.then(() => null);
})"""


@pytest.mark.on("04", "07", rest=False)
def test_the_last_press_counts_though_the_kernel_is_busy(fresh, tmp_path):
    for name in ("first", "later"):  # JupyterLab sends a slider's first move to another thread than the later
        fresh.evaluate(WORKS, str(tmp_path / name))
        fresh.drag(3, to=0.8)
        fresh.press("Match the rolls")
        (tmp_path / name).touch()
        fresh.evaluate("() => window.rests")
        state = agree(fresh)
        assert state.y == pytest.approx(np.array(state.t) / sum(state.t))
        fresh.press("Undo")
        assert_place(agree(fresh), 3, 0.8)
        fresh.press("Undo")
        agree(fresh)


# Many moves of the hand's sliders from code; afterwards the hand is where it was, with as much to undo.
MOVES = """
import random
random.seed(1)
for _ in range({0}):
    _slider = random.choice(explorer.die.sliders)
    _slider.value = random.uniform(_slider.min, _slider.max)
explorer.die.values = {1}
"""


@pytest.mark.on("04")
def test_moves_leave_nothing_behind_in_the_page(fresh):
    values = fresh.state().values
    fresh.kernel(MOVES.format(100, values))
    before = fresh.held()
    for _ in range(6):
        fresh.kernel(MOVES.format(50, values))
    objects, nodes, listeners = np.subtract(fresh.held(), before)
    agree(fresh)
    assert objects < 1500  # to run a cell leaves some hundreds
    assert nodes <= 20
    assert listeners <= 20


# The words, numbers, buttons and tracks on the page, and the picture; cut: within themselves or by the cell.
BOXES = """() => [...document.querySelector('.loaded-die').querySelectorAll(`svg text, svg[role=img], button,
    .loss-readout, .die-face, .widget-label, .widget-readout, .noUi-base`)].map(element => {
        const {left, right, top, bottom} = element.getBoundingClientRect(), svg = element.ownerSVGElement;
        const page = (svg ?? element.closest('.jp-OutputArea-output')).getBoundingClientRect();
        const {fill, color} = getComputedStyle(element), {scrollWidth, clientWidth} = element;
        return {name: element.textContent.trim() || element.title || element.localName,
            kind: element.localName, left, right, top, bottom, colour: svg ? fill : color,
            cut: Math.max(page.left - left, right - page.right, page.top - top, bottom - page.bottom) > 1
                || element.matches('button, .die-face, [class*=widget-]') && scrollWidth > clientWidth + 1};
    }).filter(box => box.left < box.right)"""


def overlap(a, b):
    """More than a hair: the boxes of texts are a little taller than letters."""
    width = min(a["right"], b["right"]) - max(a["left"], b["left"])
    height = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    return width > 0.5 and height > 0.25 * min(a["bottom"] - a["top"], b["bottom"] - b["top"])


@once_a_hand
def test_nothing_is_cut_off_and_nothing_overlaps(fresh):
    for width in (640, 1600, 1400):  # the last is what it was
        fresh.page.set_viewport_size({"width": width, "height": 1000})
        fresh.reveal()
        for places in ([], [0, 0, 0, 0, 0, 1], [0.001, 0.009, 0.04, 0.15, 0.3, 0.5]):
            each = f"for s, p in zip(explorer.die.sliders, {places})"
            fresh.kernel(f"{each}: s.value = s.min + p * (s.max - s.min)")
            agree(fresh)
            boxes = fresh.page.evaluate(BOXES)
            assert len(boxes) > 20
            assert [box["name"] for box in boxes if box["cut"]] == []
            pairs = [(a, b) for a, b in combinations(boxes, 2) if {a["kind"], b["kind"]} != {"svg", "text"}]
            assert [(a["name"], b["name"]) for a, b in pairs if overlap(a, b)] == []


@once_a_hand
def test_the_dark_theme_is_readable(chapter):
    def luminance(channels):
        return (np.array(channels, float)[:3] / 255) ** 2.2 @ [0.2126, 0.7152, 0.0722]

    for theme, page in (("Dark", 0), ("Light", 1)):
        chapter.command("apputils:change-theme", theme=f"JupyterLab {theme}")
        chapter.page.wait_for_selector(
            f"body[data-jp-theme-light={str(page == 1).lower()}]", state="attached"
        )
        chapter.reveal()
        # Whatever colour is handed down: VS Code shows widgets on white, and the white of its dark theme.
        hand_down = "(explorer, colour) => { explorer.parentElement.style.color = colour; }"
        chapter.explorer.evaluate(hand_down, "red")
        agree(chapter)
        ground = luminance(255 * np.median(chapter.seen()[0], axis=(0, 1)))
        assert ground == pytest.approx(page, abs=0.05)
        for box in chapter.page.evaluate(BOXES):
            if box["kind"] in ("text", "span", "div"):
                low, high = sorted([ground, luminance(re.findall(r"[\d.]+", box["colour"]))])
                assert (high + 0.05) / (low + 0.05) > 4.5, (theme, box)
        chapter.explorer.evaluate(hand_down, "")


@once_a_hand
def test_axe_finds_nothing_in_an_explorer(chapter):
    assert faults(chapter.page, chapter.where) == []


@pytest.mark.on("04")
def test_the_loss_is_read_aloud_once_the_hand_rests(fresh):
    said, loss = (fresh.explorer.locator(part) for part in (".loss-said", ".loss-readout"))
    first = fresh.shown().loss
    said.filter(has_text=first).wait_for(state="attached")
    assert said.get_attribute("role") == "status"
    fresh.drag(1, to=0.7, release=False)
    loss.filter(has_not_text=first).wait_for()
    now = fresh.settle()[1].loss
    fresh.evaluate("() => new Promise(resolve => setTimeout(resolve, 700))")  # ends after the explorer's 500
    assert said.text_content() == first
    fresh.page.mouse.up()
    said.filter(has_text=now).wait_for(state="attached")


@pytest.mark.on("04")
def test_no_handle_glides_where_less_motion_is_asked_for(chapter):
    # A click on a track makes the handle glide there, which noUiSlider does by this class.
    script = """() => [...document.querySelectorAll('.loaded-die .noUi-target')].filter(track => {
        track.classList.add('noUi-state-tap');
        const {transitionDuration} = getComputedStyle(track.querySelector('.noUi-origin'));
        track.classList.remove('noUi-state-tap');
        return parseFloat(transitionDuration) > 0;
    }).length"""
    for motion, moves in (("reduce", False), ("no-preference", True)):
        chapter.page.emulate_media(reduced_motion=motion)
        assert (chapter.page.evaluate(script) > 0) == moves


@pytest.mark.on("09", rest=False)
def test_a_sentence_is_typed_and_twenty_million_letters_pasted_are_refused(fresh):
    field = fresh.explorer.locator("input")
    for sentence, said in (("the die", ""), ("ab" * 10**7, "stays"), ("one die", "")):
        field.click()
        fresh.page.keyboard.press("Control+A")
        fresh.page.keyboard.insert_text(sentence)
        fresh.page.keyboard.press("Enter")
        if said:
            fresh.explorer.get_by_role("status").filter(has_text=said).wait_for()
        else:
            fresh.explorer.locator("svg text").filter(has_text=sentence[-1]).first.wait_for()
            assert len(agree(fresh).costs) == len(sentence) - 1


@pytest.mark.on("04", rest=False)
def test_two_views_of_one_explorer_have_one_die(fresh):
    fresh.command("notebook:create-output-view")
    here, there = ".jp-Notebook .loaded-die:has(.noUi-handle)", ".jp-LinkedOutputView .loaded-die"
    fresh.page.wait_for_selector(f"{there} .noUi-handle")
    views = [fresh.page.locator(where).first for where in (here, there)]
    first = views[0].locator(".loss-readout").inner_text()
    for where, act, state in (
        (there, lambda: fresh.drag(0, to=0.6), "hidden"),
        (here, lambda: fresh.press("Fair die"), "visible"),
    ):
        fresh.where = where
        act()
        for view in views:
            view.locator(".loss-readout").filter(has_text=first).wait_for(state=state)
        fresh.settle()  # a press waits for moves in its own view alone
    views = "[...jupyterapp.shell.widgets('main')]"
    fresh.page.evaluate(f"{views}.find(({{title}}) => title.label === 'Output View').close()")
    fresh.where = ".loaded-die"
    fresh.reveal()
    drag_and_look(fresh, 1)


@pytest.mark.on("04", rest=False)
def test_what_was_scrolled_away_comes_back_as_it_is_now(fresh):
    fresh.reveal(r'check\("mean_loss"')
    fresh.kernel("explorer.die.values = [0.5, 0.1, 0.1, 0.1, 0.1, 0.1]")
    fresh.reveal()
    assert agree(fresh).y[0] == 0.5
    drag_and_look(fresh, 0)
