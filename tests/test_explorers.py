"""The chapters' pictures without a browser: what they say, what they draw, and that it is what is so."""

import base64
import functools
import gc
import io
import re
import sys
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pytest
from ipywidgets import HTML
from loaded_die import explorers as ex
from loaded_die import likelihood
from loaded_die.picture import LivePicture
from loaded_die.sliders import Die
from matplotlib.textpath import TextPath
from PIL import Image
from scipy import special, stats

T = likelihood.counts(likelihood.ROLLS)
F = T / 20
POINTS = np.random.default_rng(5).normal([40, 15], [5, 2], (60, 2))
pytestmark = pytest.mark.filterwarnings("error")


def predict(points):
    return likelihood.softmax((points - [40, 15]) @ [[0.5, -0.5, 0], [0.2, 0.3, -1]])


def classifier(names=("Adélie", "Chinstrap", "Gentoo"), features=("length", "depth"), first=1, points=POINTS):
    return ex.ClassifierExplorer(predict, points, predict(POINTS).argmax(axis=1) + first, names, features)


ROLLS = [ex.TermsExplorer, ex.LossExplorer, ex.MaximumExplorer, ex.EntropyExplorer, ex.DescentExplorer]
ROLLS += [lambda **options: ex.RollExplorer(np.random.default_rng(1), **options)]
SEEN = np.random.default_rng(3).integers(1, 7, 2000)
OTHERS = [ex.OneRollExplorer, ex.CostExplorer, classifier]
OTHERS += [lambda: ex.UnseenExplorer(SEEN, np.random.default_rng(1))]
AGAIN = [ex.EntropyExplorer, *OTHERS]  # those that take on other data, or show them otherwise
COIN = ("heads", "tails")
every = pytest.mark.parametrize("make", [*ROLLS, *OTHERS])


def pages(widget):
    """All HTML of a widget: the still and the moving layer come last."""
    here = [widget.value] if isinstance(widget, HTML) else []
    return here + [text for child in getattr(widget, "children", ()) for text in pages(child)]


def texts(explorer):
    layers = map(ElementTree.fromstring, pages(explorer)[-2:])
    return [text for layer in layers for text in layer.iter("text") if text.text]


def shapes(explorer, kind):
    """The corners of each part of a shape, an array (m, 2) each, from the top left."""
    (path,) = re.findall(f'<path class="{kind}" [^>]* d="([^"]*)"', "".join(pages(explorer)))
    return [np.array(re.findall(r"([\d.-]+),([\d.-]+)", part), float) for part in path.split("M")[1:]]


def heights(explorer, kind):
    """How far each bar goes up from where it starts (down is negative)."""
    return np.array([part[0, 1] - part[1, 1] for part in shapes(explorer, kind)])


letters = functools.cache(lambda text: TextPath((0, 0), text, size=1).get_extents().width)


def box(text):
    """Left, top, right and bottom of a text in DejaVu Sans, which is wide; Japanese letters are squares."""
    x, y, size = (float(text.get(name)) for name in ("x", "y", "font-size"))
    wide = size * letters(re.sub("[^\0-\u10ff]", "—", text.text))
    left = -wide * {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor")]
    right, top, bottom = left + wide, -0.73 * size, 0.2 * size
    upwards = text.get("transform")
    return np.add((top, -right, bottom, -left) if upwards else (left, top, right, bottom), [x, y, x, y])


def moved(explorer, moves, seed=7):
    """The explorer after some moves of its sliders."""
    rng = np.random.default_rng(seed)
    for slider in rng.choice(explorer.die.sliders, moves):
        slider.value = round(rng.uniform(slider.min, slider.max), 2)
    return explorer


def other(explorer):
    """What has an explorer build another picture."""
    return next(getattr(explorer, name) for name in ("face", "fitted", "per") if hasattr(explorer, name))


@every
def test_what_is_said_and_drawn_is_so(make):
    explorer, told = make(), []
    if hasattr(explorer, "face"):
        explorer.face.value = 2
        assert explorer.t.tolist() == [0, 1, 0, 0, 0, 0][: len(explorer.names)]
        assert re.search("one roll, face 2: |the true class is Chinstrap: ", explorer.description)
    explorer.die.on_change(lambda: told.append(explorer.loss))
    t, y = explorer.t, moved(explorer, 3).die.probabilities
    loss = -special.xlogy(t, y).sum()
    assert pytest.approx(loss) == explorer.loss == told[-1]
    assert f">loss {loss:.3f} nats<" in next(text for text in pages(explorer) if "loss-readout" in text)
    assert explorer.least == pytest.approx(t.sum() * stats.entropy(t))
    assert explorer.description.startswith(f"Die y = ({', '.join(f'{p:.2f}' for p in y)}), ")
    assert f": loss {loss:.3f} nats, the least possible is {explorer.least:.3f}." in explorer.description
    assert ElementTree.fromstring(pages(explorer)[-1]).get("aria-label") == explorer.description
    # The bars, and the numbers below them, are the die; the frames are the data, on the same scale.
    assert {f"{p:.2f}" for p in y} <= {text.text for text in texts(explorer)}
    bars, frames = heights(explorer, "bars"), heights(explorer, "frames")
    assert frames.sum() > 100
    assert frames == pytest.approx(frames.sum() * t / t.sum(), abs=0.3)
    assert bars == pytest.approx(frames.sum() * y, abs=0.3)
    assert np.ptp([part[0, 1] for kind in ("bars", "frames") for part in shapes(explorer, kind)]) == 0
    if isinstance(explorer.die, Die):  # no scores make a face impossible
        explorer.die.probabilities = [0.5, 0, 0.5, 0, 0, 0]
        assert explorer.loss_text == "loss ∞"
        assert heights(explorer, "bars").nonzero()[0].tolist() == [0, 2]


@every
def test_moves_send_little_put_the_mark_where_the_loss_is_and_leave_the_picture_as_a_new_one(make):
    explorer, new, marks = make(), make(), []
    still = pages(explorer)[-2]
    for seed in range(20):
        *_, now, frame = pages(moved(explorer, 1, seed))
        assert now == still
        assert len(frame.encode()) <= 6000
        marks.append((explorer.loss, shapes(explorer, "mark")[0][0, 0]))
    places = np.array(sorted(marks))[:, 1]
    assert np.diff(places).min() >= 0  # the higher the loss, the further right
    assert places[-1] - places[0] > 50
    if make in AGAIN:
        other(explorer).index = 1
        other(explorer).index = 0
    new.die.values = explorer.die.values
    looks = [(pages(one)[-2], pages(one)[-1].split("/>", 1)[1]) for one in (explorer, new)]
    assert looks[0] == looks[1]  # but for the meter's trail, which comes first


@pytest.mark.parametrize("make", AGAIN)
def test_what_is_said_is_whole_at_any_moment(make, monkeypatch):
    """A slider moves on another thread than that of the cell which asks."""
    explorer, said = make(), []
    before = explorer.description

    class Asked(LivePicture):
        def still(self):
            said.append(explorer.description)
            return super().still()

    monkeypatch.setattr(ex, "LivePicture", Asked)
    other(explorer).index = 1
    assert said == [before]
    assert explorer.description != before


@pytest.mark.parametrize("make", ROLLS)
@pytest.mark.parametrize("case", [("1", 20, 1), ("Chestnut", 2, 1000), ("八文字の日本語名", 6, 1)])
def test_every_text_lies_inside_the_picture_and_over_no_other(make, case):
    name, faces, times = case
    rolls = np.repeat(np.arange(1, faces + 1), times * np.arange(9, faces + 9))
    explorer = make(rolls=rolls, names=[(name + str(k))[-8:] for k in range(faces)])
    for weights in (np.ones(faces), np.arange(1, faces + 1) ** 9.0):
        explorer.die.probabilities = weights / weights.sum()
        written, boxes = texts(explorer), np.array([*map(box, texts(explorer))])
        paths = "M".join(re.findall(' d="([^"]*)"', "".join(pages(explorer)[-2:])))
        drawn = re.findall(r"(-?[\d.]+),(-?[\d.]+)", paths)
        corners = np.concatenate([boxes[:, :2], boxes[:, 2:], np.array(drawn, float)])
        assert ((corners >= 0) & (corners <= [580, 360])).all()
        before = (boxes[:, np.newaxis, :2] < boxes[:, 2:] - 1).all(axis=2)  # one starts before the other ends
        over = np.argwhere(np.triu(before & before.T, 1))
        assert [(written[i].text, written[j].text) for i, j in over] == []


@pytest.mark.parametrize("make", [ex.TermsExplorer, ex.MaximumExplorer, ex.DescentExplorer, classifier])
def test_what_is_stored_is_a_picture_and_a_line_and_matplotlibs_settings_are_let_alone(make, monkeypatch):
    monkeypatch.setattr(matplotlib.RcParams, "__setitem__", None)  # no setting changes, not for a moment
    rolls = {} if make is classifier else {"rolls": [1, 2, 2, 3, 3, 3]}
    explorer = moved(make(names=["日本", "語", "<b>&"], **rolls), 5)
    assert "<b>&" in {text.text for text in texts(explorer)}
    bundle = explorer._repr_mimebundle_()[0]
    assert bundle["text/plain"] == explorer.description
    image = np.array(Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).convert("RGB")).astype(int)
    for colour in ([0, 0x72, 0xB2], [0xD5, 0x5E, 0]):  # the die's, and the data's
        assert 100 < (abs(image - colour).max(axis=2) < 40).sum() < image.size / 12
    ink = abs(image - 0x2B).max(axis=2) < 40
    assert ink.sum() > 2000
    upright = make is ex.MaximumExplorer  # then its words at the right edge stand upright
    assert ink[:, 1120:].any(axis=1).sum() > 80 or not upright


def test_what_is_refused_is_named_and_changes_nothing():
    explorer = moved(ex.DescentExplorer(), 3)
    before = pages(explorer), explorer.die, explorer.names, explorer.steps
    for call, why in (
        (lambda: explorer.step(1.5), "n is 1.5: the number of steps must be a whole number"),
        (lambda: ex.RollExplorer(2), "rng is 2: it must be a generator"),
        (lambda: classifier("abcd"), "there are 4 classes: the plane can show 3 at most"),
        (lambda: classifier(features=["x" * 300]), "two features are shown"),
        (lambda: classifier(features=3), "features is 3: two features are shown"),
        (lambda: classifier(first=0), "is 0: this die has the faces 1 to 3"),
        (lambda: classifier(points=POINTS[:9]), "there are 60 classes: 9 points need one each"),
    ):
        with pytest.raises(ValueError, match=why) as refusal:
            call()
        assert len(str(refusal.value)) <= 200
        assert (pages(explorer), explorer.die, explorer.names, explorer.steps) == before


UNSEEN = functools.partial(ex.UnseenExplorer, rng=np.random.default_rng(1))


@pytest.mark.parametrize("make", [*ROLLS, UNSEEN])
def test_rolls_are_given_by_number_or_by_name(make):
    for rolls in (["heads", "tails", "heads"], [1, 2, 1], np.array(COIN)[[0, 1, 0]], ["heads", 2, 1.0]):
        explorer = make(rolls=rolls, names=list(COIN))
        assert (explorer.names, explorer.t.tolist()) == (COIN, [2, 1])
    for names, last in ((2, "⚁"), (np.int64(6), "⚅"), (7, "7"), (20, "20")):
        explorer = make(rolls=[last, 1], names=names)
        assert (len(explorer.names), explorer.t[[0, -1]].tolist()) == (names, [1, 1])


NO_LIST = [], [[1, 2]], "12", "heads", None, 7, {1}, iter([1])
NO_FACE = 0, 3, 2.5, True, None, np.nan, [1], b"1", 10**5000
NO_NAME = "heds", "Heads", "2", ""
NO_NAMES = 1, 21, 2.5, True, None, -3, 10**5000, "6", "heads", ["a"], [*map(chr, range(65, 86))], [COIN]
NO_WORD = "a", "", "b c", "b\n", "\0", "123456789", "b" * 5000, 1, None, ["b"]
REFUSED = [(rolls, COIN, "rolls is .*: it must be a flat list, one face a roll") for rolls in NO_LIST]
REFUSED += [([2, roll], COIN, "roll 2 is .*: this die has the faces 1 to 2") for roll in NO_FACE]
REFUSED += [([1, roll], COIN, f"roll 2 is {roll!r}: this die has the faces heads, tails") for roll in NO_NAME]
REFUSED += [([1, 2], names, "names is .*: it must be a list of 2 to 20 names") for names in NO_NAMES]
REFUSED += [([1, 2], ["a", name], "name 2 is .*: a name is a word of up to 8 letters") for name in NO_WORD]


@pytest.mark.parametrize(("rolls", "names", "why"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_what_are_no_rolls_or_no_names_is_refused_on_one_line(rolls, names, why):
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match=f"^{why}") as refusal:
        ex.RollExplorer(rng, rolls=rolls, names=names)
    assert len(str(refusal.value)) <= 200
    assert str(refusal.value).isprintable()
    assert rng.random() == np.random.default_rng(1).random()  # nothing was rolled


def test_the_shares_of_chapter_1_are_those_of_the_rolls():
    explorer = ex.RollExplorer(np.random.default_rng(1))
    explorer.die.probabilities = [0, 0, 1, 0, 0, 0]
    never, always = (shapes(explorer, "shares")[k][0, 1] for k in (0, 2))  # where 0 and 1 stand
    explorer.die.probabilities = [0, 0.25, 0.75, 0, 0, 0]
    faces = np.where(np.random.default_rng(1).random(10_000) < 0.25, 2, 3)
    rolled = np.unique(np.geomspace(1, 10_000, 40).astype(int))
    for k, line in enumerate(shapes(explorer, "shares"), start=1):
        shares = [np.mean(faces[:n] == k) for n in rolled]
        assert (never - line[:, 1]) / (never - always) == pytest.approx(shares, abs=1e-3)


def test_the_point_of_chapter_4_slides_along_the_curve():
    explorer, at = ex.CostExplorer(1, ["heads", "tails"]), []
    for p in (1, 0.5, 0.25, 0.125):
        explorer.die.probabilities = [p, 1 - p]
        at.append(shapes(explorer, "point")[0].mean(axis=0))
    steps = np.diff(at, axis=0)
    assert steps[:, 1] == pytest.approx(np.full(3, steps[0, 1]), abs=0.1)  # each halving costs the same
    assert steps[:, 0] == pytest.approx(steps[0, 0] / np.array([1, 2, 4]), abs=0.1)
    explorer.die.probabilities = [0, 1]
    assert "∞↑" in {text.text for text in texts(explorer)}


def test_a_fitted_die_of_chapter_6_meets_rolls_it_has_not_seen():
    explorer, fair = ex.UnseenExplorer(SEEN, np.random.default_rng(1)), np.full(6, 1 / 6)
    for n in (20, 50, 2000):
        explorer.fitted.value = n
        y = np.bincount(SEEN[:n], minlength=7)[1:] / n
        assert explorer.die.probabilities == pytest.approx(y)
        cost, ahead = re.findall(
            r"cost it (.*) on average, less than the fair die in (.*)% of", explorer.description
        )[0]
        assert float(cost) == pytest.approx(20 * (stats.entropy(fair) + stats.entropy(fair, y)), abs=6e-4)
        new = np.random.default_rng(n).integers(6, size=(20_000, 20))  # rolls, one after the other
        assert float(ahead) / 100 == pytest.approx(
            (-np.log(y[new]).sum(axis=1) < 20 * np.log(6)).mean(), abs=0.03
        )
        boxes = heights(explorer, "losses")
        assert boxes.sum() == pytest.approx(196 / 0.5, abs=2) or boxes.max() == pytest.approx(
            196
        )  # it is cut
    explorer.die.fair.click()
    assert len(shapes(explorer, "losses")) == 1  # whatever comes up costs the same


LETTERS = "abc d?"
PAIRS = np.array([[0, 3, 1, 2, 0, 1]] * 6) + np.eye(6, dtype=int)


def dice(alpha, tau):
    weights = (PAIRS + alpha) ** (1 / tau)
    return weights / weights.sum(axis=1, keepdims=True)


def test_what_the_letters_of_a_sentence_cost_in_chapter_9():
    explorer = ex.TextExplorer(dice, PAIRS, LETTERS, "Cab é")
    assert explorer.at.tolist() == [2, 0, 1, 3, 5]
    for alpha, tau in ((1, 1), (0.5, 2), (0, 0.3)):
        explorer.die.point = alpha, tau
        costs = -special.xlogy(1, dice(alpha, tau)[[2, 0, 1, 3], [0, 1, 3, 5]])
        assert explorer.loss == pytest.approx(np.sum(costs)) if alpha else explorer.loss_text == "loss ∞"
        lengths = -heights(explorer, "costs") / 9.8  # points a nat
        assert lengths == pytest.approx(np.minimum(costs, 7), abs=0.02)
        assert explorer.die.probabilities == pytest.approx(dice(alpha, tau)[2])
    explorer.place.value = 5
    assert explorer.t.tolist() == PAIRS[3].tolist()
    before = pages(explorer)[-2:]
    for wrong in ("", "a", "??", "ééé", "ab" * 25, "İ" * 40, "ab" * 10**6):
        explorer.text.value = wrong
        assert "The sentence from before stays." in "".join(pages(explorer))
        assert pages(explorer)[-2:] == before
    explorer.text.value = "a b"
    assert (len(explorer.costs), explorer.place.options) == (2, (2, 3))
    assert "before stays" not in "".join(pages(explorer))
    # No dice that look at one letter can do better than the sentence's own.
    explorer.text.value = "abacab"
    assert explorer.least == pytest.approx(3 * stats.entropy([2, 1]))
    for table, why in ((PAIRS[:5], r"table has shape \(5, 6\)"), (0 * PAIRS, "table is all 0")):
        with pytest.raises(ValueError, match=why):
            ex.TextExplorer(dice, table, LETTERS, "ab")


@pytest.mark.parametrize("y", [np.array([1, 2, 3, 4, 2, 8]) / 20, F])
def test_the_slopes_of_chapter_5_are_the_derivatives_of_the_log_likelihood(y):
    explorer, h = ex.MaximumExplorer(), 1e-6
    explorer.die.probabilities = y
    towards = [[special.xlogy(T, y + step * (face - y)).sum() for step in (h, -h)] for face in np.eye(6)]
    said = explorer.description.split("Slopes t/y − N: ")[1].rstrip(".").replace("−", "-")
    slopes = np.round([(up - down) / (2 * h) for up, down in towards], 4) + 0
    assert [float(slope) for slope in re.findall(r"[-\d.]+", said)] == slopes.round(1).tolist()
    assert np.sign(heights(explorer, "slopes")).tolist() == np.sign(slopes).tolist()


def test_floor_and_gap_of_chapter_6_add_up_under_every_switch():
    explorer, y = ex.EntropyExplorer(), np.array([5, 1, 1, 1, 1, 1]) / 10
    explorer.die.probabilities = y
    for mean, bits, counts in np.ndindex(2, 2, 2):
        explorer.per.index, explorer.unit.index, explorer.event.index = mean, bits, counts
        scale = (1, 1 / 20)[mean] / (1, np.log(2))[bits]
        floor, gap = scale * 20 * stats.entropy(F), scale * 20 * stats.entropy(F, y)
        adds_up = f"floor {floor:.3f} + gap {gap:.3f} = {floor + gap:.3f}"
        if counts:
            chance = -scale * stats.multinomial.logpmf(T, 20, y)
            adds_up += f", less {floor + gap - chance:.3f} for the orders = {chance:.3f}"
        assert explorer.description.endswith(f" In {explorer.unit.value}, {explorer.per.value}: {adds_up}.")
        for number in re.findall(r"\d+\.\d{3}", adds_up):
            assert any(text.text.endswith(number) for text in texts(explorer))
        assert explorer.loss_text == f"loss {-special.xlogy(T, y).sum():.3f} nats"  # no switch acts on it


def test_descent_of_chapter_7_arrives_and_starts_again():
    explorer, z = ex.DescentExplorer(), np.array([3.0, 0, 0, 0, 0, 0])
    explorer.die.sliders[0].value, explorer.rate.value = 3.0, 2
    explorer.one.click()
    assert explorer.die.scores == pytest.approx(z - 2 * (likelihood.softmax(z) - F))
    setattr(explorer.play, ex.PLAYING, True)
    explorer.play.value = 5  # the page may leave some out
    assert (explorer.steps, len(shapes(explorer, "path")[0])) == (6, 7)
    explorer.again.click()
    explorer.play.value = 8  # a tick that was under way in the page
    stopped = not getattr(explorer.play, ex.PLAYING)
    assert (explorer.steps, stopped, explorer.die.scores.tolist()) == (0, True, z.tolist())
    explorer.step(150)
    assert " Step 150, scores z = (" in explorer.description
    assert explorer.die.probabilities.round(3).tolist() == F.tolist()
    assert np.diff(shapes(explorer, "path")[0], axis=0).min() >= 0  # down it goes, to the right
    assert len(shapes(explorer, "path")[0]) == 101  # the picture is full, nothing piles up
    explorer.die.undo.click()  # all of it was one step
    assert explorer.die.scores.tolist() == z.tolist()
    explorer.die.on_change(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        explorer.step()
    with pytest.raises(ZeroDivisionError):
        explorer.die.sliders[1].value = 2  # a hand's move, so a new path begins
    assert explorer.steps == 0
    explorer = ex.DescentExplorer()
    explorer.die.scores = [2000, 0, 0, 0, 0, 0]  # so far apart that y underflows
    assert explorer.loss_text == "loss 36000.000 nats"


def test_the_point_of_chapter_8():
    explorer = classifier()
    start, (x, y) = shapes(explorer, "point")[0].mean(axis=0), explorer.die.point
    explorer.die.point = (x + 2, y + 1)
    assert ((shapes(explorer, "point")[0].mean(axis=0) - start) * [1, -1] > 5).all()  # to the right, and up
    assert explorer.description.endswith(f" The point is ({x + 2:.1f}, {y + 1:.1f}).")


def test_ten_thousand_moves_leave_nothing_behind():
    explorer = ex.LossExplorer()

    def held(moves):
        for k, value in zip(np.random.default_rng(1).integers(6, size=moves), np.linspace(0, 1, moves)):
            explorer.die.sliders[k].value = value
        gc.collect()
        return sys.getallocatedblocks()

    assert held(500) + 1500 > held(10_000)  # an object a move would be ten thousand
