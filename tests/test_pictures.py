"""The pictures: what moves, what stays, and that both say what they were given."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import numpy as np
import pytest
from loaded_die import pictures, words
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

FAIR = np.full(6, 1 / 6)
F = np.array([0.1, 0.15, 0.2, 0.15, 0.1, 0.3])
COUNTS = np.array([2, 3, 4, 3, 2, 6])


def tops(patch):
    """The upper edge of each rectangle."""
    return patch.get_path().vertices.reshape(-1, 5, 2)[..., 1].max(axis=1)


def texts(svg):
    return [text.text for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture
def picture():
    return pictures.LivePicture()


def with_namespace(svg):
    """A page's parser knows the namespaces of an <svg>; an XML parser wants them said."""
    return svg.replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ', 1
    )


def bars(picture):
    return picture.panel(pictures.Bars, 30, 52, 236, 196, words.FACES, F, "f")


def test_bars_are_as_high_as_the_probabilities(picture):
    part = bars(picture)
    part.show(np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.1]))
    assert tops(part.bars).tolist() == [0.5, 0.1, 0.1, 0.1, 0.1, 0.1]
    assert [label.get_text() for label in part.labels] == ["0.50", *["0.10"] * 5]


def test_a_move_replaces_no_artist_and_changes_no_limit(picture):
    part = bars(picture)
    before = [id(artist) for artist in part.bars.axes.get_children()], part.bars.axes.get_ylim()
    part.show(FAIR)
    part.show(F)
    assert ([id(artist) for artist in part.bars.axes.get_children()], part.bars.axes.get_ylim()) == before


def test_the_layers_share_the_picture_between_them(picture):
    bars(picture).show(F)
    still, frame = with_namespace(picture.still()), with_namespace(picture.frame("six bars"))
    assert [text for text in texts(frame) if text] == ["0.10", "0.15", "0.20", "0.15", "0.10", "0.30"]
    assert words.YOUR_DIE in texts(still)
    assert "0.30" not in texts(still)
    assert pictures.DATA in still
    assert pictures.DATA not in frame


def test_the_layer_that_moves_says_what_the_picture_shows(picture):
    bars(picture).show(F)
    root = ElementTree.fromstring(with_namespace(picture.frame('a "die" & more')))
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'a "die" & more'
    assert ElementTree.fromstring(with_namespace(picture.still())).get("aria-hidden") == "true"


def test_rounding_the_coordinates_leaves_the_numbers_that_are_read(picture):
    part = picture.panel(pictures.Costs, 318, 52, 238, 196, words.FACES, COUNTS)
    part.show(-np.log(F), 1.23456)
    assert "mean 1.235" in texts(with_namespace(picture.frame("")))


def test_the_ink_is_the_colour_of_the_page(picture):
    bars(picture)
    assert "currentColor" in picture.still()
    assert pictures.INK not in picture.still()
    assert "#ffffff" not in picture.still()  # nor is there paper under it, which would hide it in the dark
    assert "<style" not in picture.still()  # matplotlib's would reach the whole page


def test_the_png_is_a_picture_on_white(picture):
    from matplotlib import image

    bars(picture).show(FAIR)
    import io

    pixels = image.imread(io.BytesIO(picture.png()))
    assert pixels.shape[:2] == (720, 1160)
    assert pixels[0, 0].tolist() == [1, 1, 1, 1]
    blue = np.abs(pixels[..., :3] - np.array([0, 0x72, 0xB2]) / 255).max(axis=2) < 0.01
    assert 1000 < blue.sum() < blue.size / 4


def test_columns_are_as_wide_as_the_counts_and_as_high_as_the_costs(picture):
    part = picture.panel(pictures.Costs, 318, 52, 238, 196, words.FACES, COUNTS)
    costs = np.array([1.0, 2.0, 3.0, np.inf, 0.0, 0.5])
    part.show(costs, np.inf)
    corners = part.columns.get_path().vertices.reshape(-1, 5, 2)
    assert np.ptp(corners[..., 0], axis=1).tolist() == COUNTS.tolist()
    assert tops(part.columns).tolist() == [1, 2, 3, part.CEILING, 0, 0.5]
    assert [label.get_text() for label in part.labels] == ["1.00", "2.00", "3.00", "∞↑", "0.00", "0.50"]
    assert part.mean.get_text() == "mean ∞"


def test_a_column_that_is_cut_off_says_so(picture):
    part = picture.panel(pictures.Costs, 318, 52, 238, 196, words.FACES, COUNTS)
    part.show(np.array([4.99, 5.06, 1, 1, 1, 1]), 1.5)
    assert [label.get_text() for label in part.labels][:2] == ["4.99", "5.1↑"]


def test_a_face_that_never_came_up_has_no_column_and_no_number(picture):
    part = picture.panel(pictures.Costs, 318, 52, 238, 196, words.FACES, np.array([0, 0, 1, 0, 0, 0]))
    part.show(-np.log(FAIR), 1.79)
    assert [label.get_text() for label in part.labels] == ["", "", "1.79", "", "", ""]


def test_the_staircase_ends_at_the_sum(picture):
    part = picture.panel(pictures.Terms, 300, 22, 266, 226, words.FACES, COUNTS, 60, words.TOTAL)
    terms = COUNTS * np.log(FAIR)
    part.show(COUNTS, FAIR, terms)
    left = part.steps.get_path().vertices.reshape(-1, 5, 2)[..., 0].min(axis=1)
    assert left == pytest.approx(np.cumsum(terms))
    assert part.lines[0].get_text() == "⚀: 2 · log 0.167 ≈ −3.584"
    assert part.lines[-1].get_text() == "log L = −35.835"
    part.show(COUNTS, FAIR, np.array([0, -np.inf, 0, 0, 0, 0]))
    assert part.lines[-1].get_text() == "log L = −∞"


def corners(patch):
    """Left, right, bottom, top of each rectangle."""
    points = patch.get_path().vertices.reshape(-1, 5, 2)
    low, high = points.min(axis=1), points.max(axis=1)
    return np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=1)


def test_slopes_go_up_and_down_from_zero_and_say_when_they_are_cut_off(picture):
    part = picture.panel(pictures.Slopes, 318, 52, 238, 196, words.FACES, 20)
    part.show(np.array([-20, -0.04, 4.25, 30.1, 2000, np.inf]))
    bars = corners(part.bars)
    assert bars[:, 2].tolist() == [-20, -0.04, 0, 0, 0, 0]
    assert bars[:, 3].tolist() == [0, 0, 4.25, 30, 30, 30]
    shown = [label.get_text() for label in part.labels]
    assert shown == ["−20.0", "0.0", "4.2", "30.1↑", ">999", "∞↑"]


def parts(picture, orders):
    return picture.panel(pictures.Parts, 300, 52, 262, 196, 34.0, orders, 57.0, ("20 · ", ""), "nats")


def test_floor_and_gap_add_up_to_the_cross_entropy(picture):
    part = parts(picture, None)
    part.show(2.5)
    assert corners(part.gap)[:, :2].tolist() == [[34, 36.5], [34, 36.5]]
    assert [text.get_text() for text in part.texts] == [
        "+ 20 · KL(f ‖ y), the gap:  2.500",
        "= 20 · H(f, y), the cross-entropy:  36.500",
        "",
    ]
    assert np.ptp(corners(part.taken)) == 0
    part.show(np.inf)
    assert corners(part.gap)[:, :2].tolist() == [[34, 57], [34, 57]]
    assert part.texts[1].get_text().endswith("∞ →")


def test_the_orders_are_a_piece_of_their_own(picture):
    part = parts(picture, 27.5)
    part.show(2.5)
    assert corners(part.gap)[:, :2].tolist() == [[34, 36.5], [34, 36.5], [6.5, 9]]
    assert corners(part.taken)[0, :2].tolist() == [9, 36.5]
    assert part.texts[2].get_text() == "= −log chance of the counts:  9.000"
    assert "− log of the number of orders:  27.500" in texts(with_namespace(picture.still()))
    part.show(100.0)
    assert corners(part.taken)[0, :2].tolist() == [57, 57]  # beyond the edge there is nothing to draw
    assert corners(part.gap)[:, 1].tolist() == [57, 57, 57]


@pytest.mark.parametrize("orders", [None, 27.5])
@pytest.mark.parametrize("gap", [0, 1.58, 123.456, np.inf])
def test_every_text_of_the_parts_lies_inside_the_picture(picture, orders, gap):
    factors = ("20 · ", "1/20 · ")  # longer than any pair that is used
    part = picture.panel(pictures.Parts, 300, 52, 262, 196, 34.0, orders, 57.0, factors, "nats")
    part.show(gap)
    renderer = FigureCanvasAgg(picture.figure).get_renderer()
    picture.figure.draw(renderer)
    for text in [*part.texts, *part.gap.axes.texts, part.gap.axes.xaxis.label]:
        box = text.get_window_extent(renderer)
        assert not text.get_text() or (0 <= box.x0 and box.x1 <= 580 and 0 <= box.y0 and box.y1 <= 360)


def test_the_numbers_of_the_slopes_do_not_touch(picture):
    part = picture.panel(pictures.Slopes, 318, 52, 238, 196, words.FACES, 20)
    renderer = FigureCanvasAgg(picture.figure).get_renderer()
    for slopes in ([-20.0] * 6, [99.9] * 6, [998.0] * 6, [5000.0] * 6, [np.inf] * 6):
        part.show(np.array(slopes))
        boxes = [label.get_window_extent(renderer) for label in part.labels]
        assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
        assert boxes[-1].x1 < 580


def test_the_meter_places_losses_in_order_and_keeps_a_trail(picture):
    part = picture.panel(pictures.Meter, 30, 312, 536, 38, 34.255, 35.835, 80)
    places = [part.place(loss) for loss in (34.255, 35, 35.835, 50, 80, 500, np.inf)]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0, 1)
    for loss in (35.0, 36.0, 50.0):
        part.show(loss)
    assert part.mark.get_xy()[0].tolist() == [part.place(50.0), 0.02]
    assert list(part.line.get_xdata()) == [part.place(50.0), part.place(36.0), part.place(35.0)]


def test_shares_and_levels_of_the_running_frequencies(picture):
    part = picture.panel(pictures.Running, 318, 52, 238, 196, "ab", np.array([1, 10, 100]))
    part.show(np.array([0.25, 0.75]), np.array([[0, 0.2, 0.3], [1, 0.8, 0.7]]))
    assert np.nan_to_num(part.shares.get_ydata(), nan=9).tolist() == [0, 0.2, 0.3, 9, 1, 0.8, 0.7, 9]
    assert part.levels.get_ydata().tolist() == [0.25] * 3 + [0.75] * 3
    assert [name.get_visible() for name in part.names] == [True, True]
    part.show(np.array([0.5, 0.5]), np.zeros((2, 3)))
    assert [name.get_visible() for name in part.names] == [False, False]
    assert texts(with_namespace(picture.frame(""))) == []


def test_the_path_goes_from_step_to_step_and_stops_at_the_top(picture):
    part = picture.panel(pictures.Descent, 318, 152, 238, 96, 100, 34.255, 35.835)
    part.show([35.835, 34.255, 1e6], 2)
    assert part.line.get_xdata().tolist() == [0, 1, 2]
    assert part.line.get_ydata().tolist() == [part.place(35.835), 0, 1]
    assert (part.mark.get_xdata()[0], part.mark.get_ydata()[0]) == (2, 1)
    assert part.count.get_text() == "step 2"
    places = [part.place(loss) for loss in (34.255, 34.3, 35.835, 50, 90)]
    assert places == sorted(places)
    ticks = [label.get_text() for label in part.line.axes.get_yticklabels()]
    assert ticks[:2] == ["34.255", "35.835"]


def test_slopes_go_up_and_down_from_0_and_stop_at_the_limit(picture):
    part = picture.panel(pictures.ScoreSlopes, 318, 52, 238, 62, words.FACES)
    part.show(np.array([0.9, 0.1, 0, -0.1, -0.15, -0.6]))
    ends = part.bars.get_path().vertices.reshape(-1, 5, 2)[:, 1, 1]
    assert ends.tolist() == [part.LIMIT, 0.1, 0, -0.1, -0.15, -part.LIMIT]
    assert [label.get_text() for label in part.labels] == ["0.90", "0.10", "0.00", "−0.10", "−0.15", "−0.60"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.23456, "1.235"), (-1.5, "−1.500"), (np.inf, "∞"), (-np.inf, "−∞"), (-1e-9, "0.000"), (0, "0.000")],
)
def test_numbers_as_a_reader_sees_them(value, shown):
    assert pictures.number(value) == shown


@pytest.mark.parametrize(
    ("module", "not_needed"),
    [("likelihood", ("matplotlib", "ipywidgets")), ("pictures", ("ipywidgets", "matplotlib.pyplot"))],
)
def test_the_arrows_go_one_way(module, not_needed):
    check = f"import sys, loaded_die.{module}; sys.exit(any(name in sys.modules for name in {not_needed!r}))"
    assert subprocess.run([sys.executable, "-c", check], cwd="notebooks").returncode == 0


def test_importing_and_drawing_change_nothing_elsewhere():
    check = """
import matplotlib, random, numpy as np
before = dict(matplotlib.rcParams), random.getstate(), str(np.random.get_state())
from loaded_die import widgets
widgets.LossExplorer().die.match.click()
assert before == (dict(matplotlib.rcParams), random.getstate(), str(np.random.get_state()))
"""
    subprocess.run([sys.executable, "-c", check], cwd="notebooks", check=True)


def outside(picture):
    """The texts of the picture that are cut off at its edge."""
    canvas = FigureCanvasAgg(picture.figure)
    canvas.draw()  # this places the labels of the axes
    renderer, edge = canvas.get_renderer(), picture.figure.bbox
    found = []
    for text in picture.figure.findobj(Text):
        box = text.get_window_extent(renderer)
        inside = -1 < box.x0 and -1 < box.y0 and box.x1 < edge.x1 + 1 and box.y1 < edge.y1 + 1
        if text.get_visible() and text.get_text() and not inside:
            found.append(text.get_text())
    return found


def test_no_text_of_the_descent_is_cut_off(picture):
    descent = picture.panel(pictures.Descent, 318, 152, 238, 96, 100, 34.255, 35.835)
    slopes = picture.panel(pictures.ScoreSlopes, 318, 52, 238, 62, words.FACES)
    descent.show([1e6] * 101, 100_000)
    slopes.show(np.full(6, -0.99))
    assert outside(picture) == []
    descent.count.set_text("step " + "9" * 90)
    assert len(outside(picture)) == 1  # the test can fail


@pytest.fixture
def plane(picture):
    axes = [np.linspace(0, 10, 11), np.linspace(0, 5, 6)]
    left = np.clip((10 - np.meshgrid(*axes)[0]) / 10, 0.01, 0.99)  # a is likely at the left
    dice = np.stack([left, 1 - left], axis=-1)
    points = np.array([[1.0, 1.0], [9.0, 2.0], [8.0, 3.0]])
    return picture.panel(
        pictures.Plane, 330, 52, 226, 196, axes, dice, points, [1, 2, 2], "ab", ["length", "depth"]
    )


def test_the_point_stands_where_it_is_put(plane):
    plane.show((2.5, 4.0))
    assert (plane.mark.get_xdata()[0], plane.mark.get_ydata()[0]) == (2.5, 4.0)
    assert np.nan_to_num(plane.cross.get_xdata(), nan=-1).tolist() == [2.5, 2.5, -1, 0, 10]
    assert np.nan_to_num(plane.cross.get_ydata(), nan=-1).tolist() == [0, 5, -1, 4, 4]


def test_each_class_has_its_region_its_colour_and_its_sign(plane):
    ax = plane.mark.axes
    for k, region in enumerate(ax.collections):
        xs = np.concatenate([path.vertices[:, 0] for path in region.get_paths()])
        assert (xs.min(), xs.max()) == ((0, 5) if k == 0 else (5, 10))
    samples = [line for line in ax.lines if line.get_markersize() == 3.5]
    assert [line.get_xdata().tolist() for line in samples] == [[1], [9, 8]]
    assert len({line.get_color() for line in samples}) == len({line.get_marker() for line in samples}) == 2


def test_the_regions_stay_and_only_the_point_moves(picture, plane):
    still = picture.still()
    plane.show((2.5, 4.0))
    frame = picture.frame("a point")
    assert pictures.CLASSES[0][0] in still
    assert pictures.CLASSES[0][0] not in frame
    assert len(frame) < 3000
    assert outside(picture) == []


def test_more_classes_than_signs_are_refused(picture):
    axes = [np.arange(3.0), np.arange(3.0)]
    with pytest.raises(ValueError, match="there are 4 classes: the plane can show 3 at most"):
        picture.panel(
            pictures.Plane, 330, 52, 226, 196, axes, np.zeros((3, 3, 4)), [], [], "abcd", ["x", "y"]
        )
