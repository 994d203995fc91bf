"""What only a browser can tell: that a hand on the sliders, the kernel and the picture agree.

Each chapter is asked what it has (`Chapter.state`): how many sliders, what they are called and where
they can stand, which locks; the buttons are those on its page.
"""

import io
import re

import numpy as np
import pytest
import stored
from jupyter import astray, half_a_step
from loaded_die import pictures
from matplotlib import image


def agree(chapter):
    """Once page and kernel rest, the page says what NumPy says of the kernel's die. Returns its state."""
    return assert_agreement(*chapter.settle())


def assert_agreement(state, shown):
    assert_the_loss(state, shown)
    assert shown.bars == pytest.approx(state.y, abs=0.005 + 1e-9)
    assert sum(shown.bars) == pytest.approx(1, abs=0.005 * len(state.y) + 1e-9)
    return state


def assert_the_loss(state, shown):
    assert astray(state, shown) == []
    assert shown.description == state.description
    loss = loss_of(state.t, state.y)
    rounded = f"{loss:.3f}" if loss < 1e5 else f"{loss:,.0f}"
    assert shown.loss == (f"loss {rounded} nats" if np.isfinite(loss) else "loss ∞")
    assert shown.loss in shown.description
    assert abs(sum(state.y) - 1) < 1e-9


def loss_of(t, y):
    """The cross-entropy of counts and die in nats, by this file's own arithmetic."""
    t, y = np.array(t), np.array(y)
    with np.errstate(divide="ignore"):
        return 0 - (t[t > 0] * np.log(y[t > 0])).sum()


def stop(slider, place):
    """The number at which a slider stands that far along its track, from 0 to 1."""
    return slider["stops"][round(place * (len(slider["stops"]) - 1))]


def assert_slider(state, k, number, stops=0):
    """Slider k holds the number, up to so many stops (and the half that rounding to one takes)."""
    slider = state.sliders[k]
    step = 2 * half_a_step(slider)
    assert slider["at"] == pytest.approx(number, abs=step * (stops + 0.5) + 1e-9), slider["name"]


def seen(chapter):
    """The picture's pixels: the meter above, the bars below it at the left, the chapter's panel at the right.

    Without the numbers and names between and below them, which are texts.
    """
    assert chapter.page.evaluate(LAYERS) == 1
    pixels = image.imread(io.BytesIO(chapter.explorer.locator(".widget-gridbox").screenshot()))[..., :3]
    height, width = pixels.shape[:2]
    meter, below = pixels[: int(0.14 * height)], pixels[int(0.25 * height) : int(0.85 * height)]
    return meter, below[:, : int(0.46 * width)], below[:, int(0.52 * width) :]


def amount(pixels, colour):
    """How many pixels are in this colour, or nearly: hatches are thin lines."""
    rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return int((abs(pixels - rgb).max(axis=2) < 0.2).sum())


# In how many places the layers of the picture lie: in one, or what moves is not on what stays.
LAYERS = """() => {
    const layers = [...document.querySelector('.loaded-die .widget-gridbox').querySelectorAll('svg')];
    const places = layers.map(svg => JSON.stringify(svg.getBoundingClientRect()));
    return layers.length === 2 ? new Set(places).size : NaN;
}"""
# For each face, whether its bar ends where it should (0 is at 308 of 360 points, 1 is 196 above).
BARS = """y => {
    const paths = [...document.querySelector('.loaded-die').querySelectorAll('svg[role=img] path')];
    const bars = paths.filter(path => getComputedStyle(path).fill === 'rgb(0, 114, 178)')
        .find(path => { const {x, width} = path.getBBox(); return x < 270 && width > 100; });
    return y.map((p, k) => {
        const x = 30 + 236 * (k + 0.6) / (y.length + 0.2), top = 308 - 196 * p;
        const solid = y => bars.isPointInFill(new DOMPoint(x, y));
        return !solid(top - 0.5) && (p < 0.01 || solid(top + 0.5)) && !solid(308.5);
    });
}"""


# Where the meter's mark points, in points from the left of the picture.
MARK = """() => {
    const paths = [...document.querySelector('.loaded-die').querySelectorAll('svg[role=img] path')];
    const marks = paths.filter(path => getComputedStyle(path).fill === 'rgb(0, 114, 178)')
        .map(path => path.getBBox()).filter(box => box.y + box.height < 60);
    return marks.length === 1 ? marks[0].x + marks[0].width / 2 : NaN;
}"""


def assert_the_picture(chapter, state):
    """Every face's bar stands on its axis and is as high as it should be; the mark points to the loss."""
    assert all(chapter.page.evaluate(BARS, state.y))
    rolls, faces = sum(state.t), len(state.t)
    least, fair = loss_of(state.t, np.array(state.t) / rolls), rolls * np.log(faces)
    place = np.sqrt(min(1, (loss_of(state.t, state.y) - least) / (1.2 * fair + 3)))
    assert chapter.page.evaluate(MARK) == pytest.approx(30 + 536 * place, abs=0.3)


def assert_stored_picture(chapter):
    """The explorer's stored picture is on the page (its cell may not be the first with a picture)."""
    chapter.page.wait_for_function(
        """() => [...document.querySelectorAll(".jp-OutputArea-output img[src^='data:image/png']")]
            .some(img => img.checkVisibility() && img.complete && img.naturalWidth === 1160)"""
    )
    assert chapter.page.locator(".loaded-die").count() == 0
    assert "Error displaying widget" not in chapter.page.inner_text("body")


def test_a_chapter_that_was_not_run_shows_its_stored_picture(opened):
    opened.reveal()
    assert_stored_picture(opened)


def test_it_runs_from_the_top(chapter):
    assert chapter.failed == []
    assert chapter.problems == []
    assert [url for url in chapter.requests if not url.startswith((chapter.url, "data:", "blob:"))] == []
    outputs = chapter.page.evaluate(  # of all cells, also those that are not scrolled into view
        """jupyterapp.shell.currentWidget.content.model.sharedModel.cells
            .filter(cell => cell.cell_type === 'code').flatMap(cell => cell.getOutputs())"""
    )
    assert len(outputs) > 10
    assert [output for output in outputs if output["output_type"] == "error"] == []
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    assert "Error displaying widget" not in chapter.page.inner_text("body")
    # The page changes nothing by itself while it opens: the explorer is as its last cell left it.
    assert agree(chapter).description == last_words(chapter.name)


def last_words(name):
    """The last that the notebook as it is stored says of `explorer`."""
    (path,) = [path for path in stored.chapters() if path.stem == name]
    said = [
        output.data["text/plain"].strip("'")
        for cell in stored.read(path).cells
        if re.search(r"\bexplorer\b", cell.source)
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    return [text for text in said if text.startswith("Die y")][-1]


def test_every_slider_can_be_dragged(fresh):
    for k, slider in enumerate(fresh.state().sliders):
        before = seen(fresh)
        fresh.drag(k, to=0.6)
        state = agree(fresh)
        assert_slider(state, k, stop(slider, 0.6), stops=0.02 * len(slider["stops"]))
        assert_the_picture(fresh, state)
        if k < len(state.values):  # a slider of the hand: all of the picture follows
            assert not any(map(np.array_equal, before, seen(fresh)))
    meter, bars, _ = seen(fresh)
    assert amount(meter, pictures.MODEL) > 20
    assert amount(bars, pictures.MODEL) > 500
    assert amount(bars, pictures.DATA) > 20


def test_every_slider_follows_the_keys(fresh):
    state = fresh.state()
    for k in range(len(state.sliders)):
        stops, start = state.sliders[k]["stops"], state.sliders[k]["at"]
        two_on = stops[np.argmin(abs(np.array(stops) - start)) + 2]
        fresh.handle(k).focus()
        for key in ("ArrowRight", "ArrowUp", "ArrowRight", "ArrowLeft"):
            fresh.page.keyboard.press(key)
        state = agree(fresh)
        assert_slider(state, k, two_on)


def type_over(chapter, k, text):
    chapter.explorer.locator(".widget-readout").nth(k).click()
    chapter.page.keyboard.press("Control+A")
    chapter.page.keyboard.type(text)
    chapter.page.keyboard.press("Enter")


def test_every_number_can_be_typed_over(fresh):
    for k in range(len(fresh.state().values)):
        number = stop(fresh.state().sliders[k], 0.2 + 0.1 * k)
        type_over(fresh, k, f"{number:g}")
        assert_slider(agree(fresh), k, number)
    before = fresh.state().values
    type_over(fresh, 0, "six")
    assert agree(fresh).values == before


@pytest.mark.lab_only
def test_every_lock_holds(fresh):
    locks = fresh.state().locks
    for k, name in enumerate(locks):
        lock, other = fresh.explorer.get_by_title(name, exact=True), (k + 1) % len(locks)
        lock.click()
        before = agree(fresh).y
        fresh.drag(k, to=0.9, steps=4)  # a locked slider does not move ...
        fresh.drag(other, to=0.95, steps=4)  # ... and none of the others can take what it holds
        y = agree(fresh).y
        assert y[k] == pytest.approx(before[k], abs=1e-12)
        assert y[other] <= 1 - y[k] + 1e-12
        assert y[other] != pytest.approx(before[other], abs=0.01)
        lock.click()
    on_page = fresh.explorer.locator(".die-row .widget-toggle-button")
    assert [lock.get_attribute("title") for lock in on_page.all()] == locks


PICTURE = """() => [...document.querySelector('.loaded-die').querySelectorAll('svg')]
    .map(svg => svg.outerHTML).join()"""
BUTTONS = ".widget-button, .widget-toggle-buttons button"


def test_every_button(fresh):
    state = fresh.state()
    t = np.array(state.t)
    goals = {state.match: t / t.sum(), state.fair: np.full(len(t), 1 / len(t))}
    goals.pop(None, None)  # a hand that is a point has neither
    fresh.drag(0, to=0.8)  # so that each has something to do
    agree(fresh)
    buttons = fresh.explorer.locator(BUTTONS).all()
    pressed = ["mod-active" in button.get_attribute("class") for button in buttons]
    for now in (False, True):  # those of the switches that are pressed come last, and so are so again
        for button in [button for button, at_first in zip(buttons, pressed) if at_first is now]:
            name, picture = button.inner_text(), fresh.page.evaluate(PICTURE)
            button.click()
            state = agree(fresh)
            assert fresh.page.evaluate(PICTURE) != picture, name
            if name in goals:
                assert state.y == pytest.approx(goals.pop(name))
    assert goals == {}


def test_undo_goes_back_step_by_step(fresh):
    been = []
    for k in range(2):  # by key: on a slow machine a drag halts, and has two steps to go back
        been.append(agree(fresh).values)
        fresh.handle(k).focus()
        fresh.page.keyboard.press("ArrowRight")
    for values in reversed(been):
        agree(fresh)
        fresh.explorer.get_by_role("button", name="Undo").click()
        assert agree(fresh).values == values
    assert fresh.explorer.get_by_role("button", name="Undo").is_disabled()


def test_what_plays_moves_and_stops(fresh):
    def moves():
        for _ in range(3):
            picture = fresh.page.evaluate(PICTURE)
            fresh.page.wait_for_function(f"was => ({PICTURE})() !== was", arg=picture)

    players = fresh.explorer.locator(".widget-play").all()
    assert len(players) == fresh.state().players
    for player in players:
        start, stop = player.locator("button").all()[:2]
        for halt in (start, stop):  # the first of them pauses while it plays
            before = agree(fresh).values
            start.click()
            moves()
            fresh.drag(0, to=0.9)  # a hand may take part
            moves()
            halt.click()
            assert agree(fresh).values != before  # and they rest: else they would never agree


def test_to_start_again_is_to_be_where_the_path_began(fresh):
    buttons = fresh.explorer.get_by_role("button", name="Start again").all()
    assert len(buttons) == fresh.state().players
    for button in buttons:
        fresh.drag(-1, to=1)  # the learning rate: the longest leaps
        before = agree(fresh).values
        fresh.explorer.locator(".widget-play button").first.click()
        for _ in range(5):
            picture = fresh.page.evaluate(PICTURE)
            fresh.page.wait_for_function(f"was => ({PICTURE})() !== was", arg=picture)
        button.click()
        assert agree(fresh).values == before


def test_a_slider_says_its_name(fresh):
    for slider in fresh.state().sliders:
        assert fresh.explorer.get_by_role("slider", name=slider["name"], exact=True).count() == 1
    assert fresh.explorer.locator(".loss-readout").get_attribute("aria-live") == "polite"


# The kernel notes whatever the page says of its sliders.
LISTEN = """
def _listen(slider):
    def note(message):
        _heard.append([slider.tooltip, message["content"]["data"].get("state")])
        slider._handle_msg(message)
    slider.comm.on_msg(note)

_heard = []
for _slider in _having("readout", explorer):
    _listen(_slider)
_ = None
"""
# Random handles dragged to random places, each eight times before the next is taken. The page does it by
# itself: no mouse from outside is as fast, and a click on a track would not do, since the slider then
# ignores the mouse for 300 ms.
STORM = """async ([moves, perSecond]) => {
    const handles = [...document.querySelector('.loaded-die').querySelectorAll('.noUi-handle')];
    const mouse = (target, name, clientX, buttons) => target.dispatchEvent(new MouseEvent(
        name, {bubbles: true, clientX, clientY: target.getBoundingClientRect().top + 5, buttons}));
    const start = performance.now();
    for (let move = 0, handle; move < moves; move++) {
        if (move % 8 === 0) {
            if (handle) mouse(handle, 'mouseup', 0, 0);
            handle = handles[Math.floor(handles.length * Math.random())];
            const {left, width} = handle.getBoundingClientRect();
            mouse(handle, 'mousedown', left + width / 2, 1);
        }
        const track = handle.closest('.noUi-base').getBoundingClientRect();
        mouse(handle, 'mousemove', track.left + Math.random() * track.width, 1);
        if (move === moves - 1) mouse(handle, 'mouseup', 0, 0);
        const next = start + 1000 * (move + 1) / perSecond;
        await new Promise(resolve => setTimeout(resolve, next - performance.now()));
    }
}"""


@pytest.mark.lab_only
@pytest.mark.alone
def test_after_a_storm_there_is_rest(fresh):
    fresh.kernel(f"{LISTEN}\n_moves = []\nexplorer.die.on_change(lambda: _moves.append(1)); _ = 0")
    made, per_second = 400, 60
    fresh.evaluate(STORM, [made, per_second])
    fresh.wait(0.5)  # not settle(): half a second it is
    state, shown = fresh.state(), fresh.shown()
    assert_agreement(state, shown)
    heard, had = fresh.kernel("_ = len(_heard), len(_moves)")
    assert made / 8 <= had <= heard <= made  # moves of one slider faster than the kernel answers are one
    fresh.wait(3)
    assert fresh.kernel("_ = len(_heard), len(_moves)") == [heard, had]
    assert (fresh.state(), fresh.shown()) == (state, shown)


# Each slider at each of its stops, and between them, from code; then dice so loaded that scores are
# beyond the range of their sliders, which changes.
EVERYWHERE = """
import asyncio
import numpy as np

for _slider in _having("readout", explorer):
    for _value in _stops(_slider):
        _slider.value = _value
        if not hasattr(_slider, "options"):
            _slider.value = _value + 0.3 * _slider.step
if type(explorer.die).probabilities.fset:
    for _power in range(30):
        _y = np.arange(1.0, len(explorer.t) + 1) ** (7 * _power % 30)
        explorer.die.probabilities = _y / _y.sum()
        await asyncio.sleep(0.02)
_ = None
"""


@pytest.mark.lab_only
def test_what_the_kernel_gives_to_a_slider_the_page_does_not_return(fresh):
    # On a slow page it would return when the kernel stands elsewhere, and pass for a move of a hand.
    fresh.kernel(LISTEN)
    fresh.kernel(EVERYWHERE)
    agree(fresh)
    assert fresh.kernel("_ = _heard") == []
    fresh.drag(0, to=0.6)  # and a hand is heard
    agree(fresh)
    assert len(fresh.kernel("_ = _heard")) > 0


@pytest.mark.lab_only
def test_ten_thousand_moves_from_code_leave_nothing_behind(fresh):
    """Everything that is left over is counted; `make bench` looks whether the page is slower."""
    fresh.warm_up()
    before = fresh.held_after(0)
    memory, objects, nodes, listeners = np.subtract(fresh.held_after(10_000), before)
    agree(fresh)
    assert memory < 5  # MB
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


@pytest.mark.lab_only
@pytest.mark.parametrize("width", [640, 1024, 1600])
def test_nothing_is_cut_off_and_nothing_overlaps(fresh, width):
    size = fresh.page.viewport_size
    fresh.page.set_viewport_size({"width": width, "height": 1000})
    for places in PLACES:
        for k, place in enumerate(places):
            fresh.kernel(
                f"_s = explorer.die.sliders[{k} % len(explorer.die.sliders)]\n"
                f"_s.value = _s.min + {place} * (_s.max - _s.min); _ = 0"
            )
        fresh.reveal()
        agree(fresh)
        boxes = fresh.page.evaluate(BOXES)
        assert len(boxes) > 20
        assert overlaps([box for box in boxes if box["kind"] != "svg"]) == []
        assert overlaps([box for box in boxes if box["kind"] != "text"]) == []
        assert [box["name"] for box in boxes if box["outside"] > 1] == []
        assert fresh.page.evaluate(CUT_OFF) == []
    fresh.picture(f"{width}px")
    fresh.page.set_viewport_size(size)


def luminance(colour):
    channels = [float(c) / 255 for c in colour[colour.index("(") + 1 :].rstrip(")").split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


@pytest.mark.lab_only
def test_the_dark_theme_is_readable(fresh):
    background = "getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor"
    pages = {}
    for theme in ("Dark", "Light"):
        fresh.command("apputils:change-theme", theme=f"JupyterLab {theme}")
        fresh.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=str(theme == "Light").lower()
        )
        fresh.reveal()
        pages[theme] = page = luminance(fresh.page.evaluate(background))
        ground = 255 * np.median(seen(fresh)[1], axis=(0, 1))  # nothing lies between page and picture
        assert luminance("rgb({}, {}, {})".format(*ground)) == pytest.approx(page, abs=0.02)
        fresh.picture(theme.lower())
        for box in fresh.page.evaluate(BOXES):
            if box["kind"] in ("text", "span", "div"):
                bright, dark = sorted([page, luminance(box["colour"])], reverse=True)
                assert (bright + 0.05) / (dark + 0.05) > 4.5, (theme, box)
    assert pages["Dark"] < 0.1 < 0.8 < pages["Light"]


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
