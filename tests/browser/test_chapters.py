"""What only a browser can tell: that a hand on the sliders, the kernel and the picture agree."""

import io
import random
import time

import numpy as np
import pytest
from jupyter import CHAPTERS, MANY_MOVES, Chapter
from loaded_die import likelihood, pictures
from matplotlib import image

FACES = range(6)


def agree(chapter):
    """The page says what NumPy says of the kernel's probabilities. Returns them."""
    y = np.array(chapter.die())
    t = chapter.kernel("_ = explorer.t.tolist()")
    loss = likelihood.cross_entropy(t, y)
    text = f"loss {loss:.3f} nats" if np.isfinite(loss) else "loss ∞"
    chapter.page.wait_for_function(
        "text => document.querySelector('.loaded-die .loss-readout').innerText === text", arg=text
    )
    assert abs(y.sum() - 1) < 1e-9
    readouts = chapter.readouts()
    assert readouts == pytest.approx(y, abs=0.005 + 1e-9)
    assert sum(readouts) == pytest.approx(1, abs=0.005 * len(y) + 1e-9)
    assert chapter.label() == chapter.kernel("_ = explorer.description")
    assert text in chapter.label()
    return y


def seen(chapter):
    """The picture's pixels, and how much of it is in the model's and the data's colour."""
    pixels = image.imread(io.BytesIO(chapter.explorer.screenshot()))[..., :3]
    amount = []
    for colour in (pictures.MODEL, pictures.DATA):
        rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        amount.append(int((abs(pixels - rgb).max(axis=2) < 0.04).sum()))
    return pixels, amount


BARS = """() => {
    const paths = [...document.querySelectorAll('.loaded-die svg[role=img] path')];
    const blue = paths.filter(path => getComputedStyle(path).fill === 'rgb(0, 114, 178)');
    const {y, height} = blue.map(path => path.getBBox()).find(box => box.x < 270 && box.width > 100);
    return [y, height];
}"""


def bars_stand(chapter, y):
    """The bars stand on their axis (at 308 of 360 points), the highest as high as it should be."""
    top, height = chapter.page.evaluate(BARS)
    return abs(height - 196 * y.max()) < 0.5 and abs(top + height - 308) < 0.5


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


def test_every_slider_can_be_dragged(fair):
    before, _ = seen(fair)
    for k in FACES:
        fair.drag(k, to=0.6)
        fair.settle()
        y = agree(fair)
        assert y[k] == pytest.approx(0.6, abs=0.02)
        assert bars_stand(fair, y)
    after, (model, data) = seen(fair)
    assert not np.array_equal(before, after)
    assert model > 500
    assert data > 20


@pytest.mark.lab_only
def test_every_slider_follows_the_keys(fair):
    for k in FACES:
        start = fair.die()[k]
        fair.handle(k).focus()
        for key in ("ArrowRight", "ArrowUp", "ArrowRight", "ArrowLeft"):
            fair.page.keyboard.press(key)
        fair.settle()
        assert agree(fair)[k] == pytest.approx(start + 0.02, abs=0.0051)


@pytest.mark.lab_only
def test_every_number_can_be_typed_over(fair):
    for k in FACES:
        fair.explorer.locator(".widget-readout").nth(k).click()
        fair.page.keyboard.press("Control+A")
        fair.page.keyboard.type(f"0.{k + 2}")
        fair.page.keyboard.press("Enter")
        fair.settle()
        assert agree(fair)[k] == pytest.approx((k + 2) / 10)


@pytest.mark.lab_only
def test_nonsense_typed_over_a_number_leaves_it(fair):
    before = fair.die()
    fair.explorer.locator(".widget-readout").first.click()
    fair.page.keyboard.press("Control+A")
    fair.page.keyboard.type("six")
    fair.page.keyboard.press("Enter")
    fair.settle()
    assert agree(fair).tolist() == before


@pytest.mark.lab_only
def test_every_face_can_be_locked(fair):
    for k in FACES:
        lock = fair.explorer.get_by_title(f"lock face {k + 1}", exact=True)
        lock.click()
        fair.wait(0.1)
        before = fair.die()
        fair.drag(k, to=0.9, steps=4)  # a locked slider does not move ...
        fair.drag((k + 1) % 6, to=0.95, steps=4)  # ... and none of the others can take what it holds
        fair.settle()
        y = agree(fair)
        assert y[k] == pytest.approx(before[k], abs=1e-12)
        assert y[(k + 1) % 6] <= 1 - y[k] + 1e-12
        assert y[(k + 1) % 6] != pytest.approx(before[(k + 1) % 6], abs=0.01)
        lock.click()


def test_every_button(fair):
    def press(name):
        fair.explorer.get_by_role("button", name=name).click()
        fair.settle()
        return agree(fair)

    t = np.array(fair.kernel("_ = explorer.t.tolist()"))
    assert press("Match the rolls") == pytest.approx(t / t.sum())
    assert press("Fair die") == pytest.approx([1 / 6] * 6)
    assert press("Undo") == pytest.approx(t / t.sum())
    assert press("Undo") == pytest.approx([1 / 6] * 6)


def test_a_slider_says_its_name(fair):
    for k in FACES:
        slider = fair.explorer.get_by_role("slider", name=f"probability of face {k + 1}", exact=True)
        assert slider.count() == 1
    assert fair.explorer.locator(".loss-readout").get_attribute("aria-live") == "polite"


def storm(chapter, moves=400, per_second=60):
    """Click on random places of random sliders; no waiting for what they do."""
    hand = random.Random(5)
    tracks = [chapter.explorer.locator(".noUi-base").nth(k).bounding_box() for k in FACES]
    start = time.monotonic()
    for move in range(moves):
        track = hand.choice(tracks)
        chapter.page.mouse.click(
            track["x"] + hand.random() * track["width"], track["y"] + track["height"] / 2
        )
        chapter.page.wait_for_timeout(max(0, 1000 * (start + move / per_second - time.monotonic())))
    return moves


@pytest.mark.lab_only
def test_after_a_storm_there_is_rest(fair):
    fair.kernel("_moves = []\nexplorer.die.on_change(lambda: _moves.append(1)); _ = 0")
    made = storm(fair)
    fair.wait(0.5)  # not settle(): half a second it is
    y, had = agree(fair), fair.kernel("_ = len(_moves)")
    assert 50 < had <= made
    shown = fair.readouts()
    fair.wait(3)
    assert fair.kernel("_ = len(_moves)") == had
    assert fair.die() == y.tolist()
    assert fair.readouts() == shown


@pytest.mark.lab_only
def test_thousands_of_moves_from_code_leave_nothing_behind(fair):
    # 2,500 a chapter, to keep the tests short; `make bench` does it with 10,000.
    nodes = "document.querySelectorAll('*').length"
    memory = fair.kernel(f"{MANY_MOVES}\n_ = await _move(500)")  # after these, pools and caches are full
    there = fair.page.evaluate(nodes)
    assert fair.kernel("_ = await _move(2500)") - memory < 2
    agree(fair)
    assert fair.page.evaluate(nodes) <= there + 20


TEXTS = """() => [...document.querySelector('.loaded-die').querySelectorAll('svg text')]
    .filter(text => text.textContent.trim())
    .map(text => {
        const box = text.getBoundingClientRect(), svg = text.ownerSVGElement.getBoundingClientRect();
        return {text: text.textContent, fill: getComputedStyle(text).fill,
                left: box.left, right: box.right, top: box.top, bottom: box.bottom,
                outside: Math.max(svg.left - box.left, box.right - svg.right, svg.top - box.top,
                                  box.bottom - svg.bottom)};
    })"""
CUT_OFF = """() => ['', ' button', ' .widget-readout']
    .flatMap(part => [...document.querySelectorAll('.loaded-die' + part)])
    .filter(element => element.scrollWidth > element.clientWidth + 1)
    .map(element => element.outerHTML.slice(0, 200))"""


def overlaps(texts):
    """Pairs of texts whose boxes share more than a hair (boxes are a little taller than letters)."""
    found = []
    for i, a in enumerate(texts):
        for b in texts[i + 1 :]:
            width = min(a["right"], b["right"]) - max(a["left"], b["left"])
            height = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
            if width > 0.5 and height > 0.25 * min(a["bottom"] - a["top"], b["bottom"] - b["top"]):
                found.append((a["text"], b["text"]))
    return found


@pytest.mark.lab_only
@pytest.mark.parametrize("width", [640, 1024, 1600])
def test_nothing_is_cut_off_and_nothing_overlaps(fair, width):
    size = fair.page.viewport_size
    fair.page.set_viewport_size({"width": width, "height": 1000})
    for y in ([1 / 6] * 6, [0, 0, 0, 0, 0, 1], [0.001, 0.009, 0.04, 0.15, 0.3, 0.5]):
        fair.kernel(f"explorer.die.probabilities = {y}; _ = 0")
        fair.reveal()
        fair.settle()
        texts = fair.page.evaluate(TEXTS)
        assert len(texts) > 10
        assert overlaps(texts) == []
        assert [text["text"] for text in texts if text["outside"] > 1] == []
        assert fair.page.evaluate(CUT_OFF) == []
    fair.page.set_viewport_size(size)
    fair.settle()


def luminance(colour):
    channels = [int(c) / 255 for c in colour[colour.index("(") + 1 :].rstrip(")").split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


@pytest.mark.lab_only
def test_the_dark_theme_is_readable(fair):
    background = "getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor"
    themes = {}
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        fair.command("apputils:change-theme", theme=theme)
        fair.wait(1.5)
        fair.reveal()
        themes[theme] = page = luminance(fair.page.evaluate(background))
        for text in fair.page.evaluate(TEXTS):
            bright, dark = sorted([page, luminance(text["fill"])], reverse=True)
            assert (bright + 0.05) / (dark + 0.05) > 4.5, (theme, text)
    assert themes["JupyterLab Dark"] < 0.1 < 0.8 < themes["JupyterLab Light"]


def test_restart_reload_and_run_again(fair):
    fair.restart()
    fair.run_all()
    agree(fair)
    fair.open()
    fair.reveal()
    assert_stored_picture(fair)
    fair.run_all()
    agree(fair)
    fair.drag(0, to=0.5)
    fair.settle()
    assert agree(fair)[0] == pytest.approx(0.5, abs=0.02)


def assert_stored_picture(chapter):
    picture = chapter.page.locator(".jp-OutputArea-output img[src^='data:image/png']").first
    picture.wait_for(state="visible")
    assert picture.evaluate("img => img.complete && img.naturalWidth") == 1160
    assert chapter.page.locator(".loaded-die").count() == 0
    assert "Error displaying widget" not in chapter.page.inner_text("body")


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_that_was_not_run_shows_its_stored_picture(browser, app, name, request):
    chapter = Chapter(browser, request.getfixturevalue(app), name, app)
    chapter.reveal()
    assert_stored_picture(chapter)
    chapter.page.close()
