"""The chapters' explorers without a page: what they say, what they draw, and that it is what is so."""

import base64
import functools
import gc
import io
import itertools
import json
import re
import sys
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pytest
from ipywidgets import HBox, __version__
from loaded_die import likelihood
from loaded_die.chapter_1 import RollExplorer
from loaded_die.chapter_2 import OneRollExplorer
from loaded_die.chapter_3 import TermsExplorer
from loaded_die.chapter_4 import CostExplorer, LossExplorer
from loaded_die.chapter_5 import MaximumExplorer
from loaded_die.chapter_6 import EntropyExplorer, UnseenExplorer
from loaded_die.chapter_7 import DescentExplorer
from loaded_die.chapter_8 import ClassifierExplorer
from loaded_die.chapter_9 import TextExplorer
from loaded_die.faces import by_number, names_of
from matplotlib.textpath import TextPath
from PIL import Image
from scipy import special, stats
from test_likelihood import refused

new_rng = np.random.default_rng
T = likelihood.counts(likelihood.ROLLS)
F, Y = T / 20, np.array([1, 2, 3, 4, 2, 8]) / 20
SEEN = new_rng(3).integers(1, 7, 2000)
POINTS = new_rng(5).normal([40, 15], [5, 2], (60, 2))
LETTERS = "abc d?"
PAIRS = np.array([[0, 3, 1, 2, 0, 1]] * 6) + np.eye(6, dtype=int)
pytestmark = pytest.mark.filterwarnings("error::UserWarning", "error::RuntimeWarning", "ignore:Glyph")


def predict(points):
    return likelihood.softmax((points - [40, 15]) @ [[0.5, -0.5, 0], [0.2, 0.3, -1]])


def classifier(names=("Adélie", "Chinstrap", "Gentoo"), features=("length", "depth"), first=1, points=POINTS):
    names = names if names == "abcd" else [*names, "another"][:3]
    return ClassifierExplorer(predict, points, predict(POINTS).argmax(axis=1) + first, names, features)


def dice(alpha, tau):
    weights = (PAIRS + alpha) ** (1 / tau)
    return weights / weights.sum(axis=1, keepdims=True)


def text(sentence="Cab é", table=PAIRS):
    return TextExplorer(dice, table, LETTERS, sentence, new_rng(1))


def roll(**options):
    return RollExplorer(new_rng(1), **options)


def unseen(rolls=SEEN, names=6):
    return UnseenExplorer(rolls, new_rng(1), names)


ROLLS = [roll, TermsExplorer, LossExplorer, MaximumExplorer, EntropyExplorer, DescentExplorer, unseen]
DICE = [*ROLLS, OneRollExplorer, CostExplorer, classifier]
every = pytest.mark.parametrize("make", [*DICE, text])
OLD = __version__ < "8"  # on Colab; it sends and hears nothing without a kernel
in_messages = pytest.mark.skipif(OLD, reason="ipywidgets 7")


def say(explorer, act, on, value=None):
    """Have the page say what the hand did, and wait for the answer."""
    content, turn = {"act": act, "on": on, "value": value}, explorer.turn
    if OLD:
        explorer._hear(explorer, content, [])
    else:
        message = {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        explorer.comm.handle_msg(message)
    assert explorer.turn == turn + 1


def moved(explorer, moves, seed=7):
    """The explorer after some moves of its hand."""
    rng, die = new_rng(seed), explorer.die
    for k in rng.integers(len(die.values), size=moves).tolist():
        say(explorer, "move", k, round(rng.uniform(die.low[k], die.high[k]), 2))
    return explorer


def texts(*layers):
    return [text for layer in layers for text in ElementTree.fromstring(layer).iter("text") if text.text]


def written(explorer):
    return [text.text for text in texts(explorer.still, explorer.frame)]


# What fills a path, or draws it.
MODEL, DATA = 'fill="#0072b2"( stroke|$)', 'fill="#d55e00"'
PALE, GREY = 'fill="#808080" fill-opacity="0.44"', 'fill="#808080"$'
CURVE = 'fill="none" stroke="{}" stroke-width="{}"'


def shapes(explorer, ax, look):
    """What is drawn so in the axes with this number: the corners of each part, in the units of the axes."""
    axes, found = explorer.picture.figure.axes[ax], []
    for style, d in re.findall(r'<path (.*?) d="([^"]*)"', explorer.still + explorer.frame):
        for part in d.split("M")[1:] if re.match(look, style) else []:
            points = np.array(re.findall(r"([-\d.]+) ([-\d.]+)", part), float)
            points = points * [1, -1] + [0, explorer.picture.size[1]]
            if axes.bbox.expanded(1.05, 1.2).contains(*points.mean(axis=0)):
                found.append(axes.transData.inverted().transform(points))
    return found


def bars(explorer, ax, look):
    """How far each box goes to the right, and up, from its first corner."""
    return np.array([part[2] - part[0] for part in shapes(explorer, ax, look)]).T


def mark(explorer):
    """How far right the loss stands on its line; 2 if it is beyond the end."""
    found = shapes(explorer, 0, MODEL)
    return found[0][1, 0] if found else 2


letters = functools.cache(lambda text: TextPath((0, 0), text, size=1).get_extents().width)


def box(text):
    """Left, top, right and bottom of a text in DejaVu Sans, which is wide; Japanese letters are squares."""
    x, y, size = (float(text.get(name)) for name in ("x", "y", "font-size"))
    wide = size * letters(re.sub("[^\0-\u10ff]", "—", text.text))
    left = -wide * {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor")]
    right, top, bottom = left + wide, -0.73 * size, 0.2 * size
    upwards = text.get("transform")
    return np.add((top, -right, bottom, -left) if upwards else (left, top, right, bottom), [x, y, x, y])


@pytest.mark.parametrize("make", DICE)
def test_what_is_said_and_drawn_is_so(make):
    explorer, told = make(), []
    HBox([explorer])  # it is a widget as others are
    explorer.observe(lambda change: told.append(change.new), "loss")
    if hasattr(explorer, "face"):
        say(explorer, "set", "face", 2)
        assert explorer.t.tolist() == [0, 1, 0, 0, 0, 0][: len(explorer.names)]
        assert re.search("one roll, face 2: |the true class is Chinstrap: ", explorer.description)
    t, y = explorer.t, moved(explorer, 3).die.probabilities
    loss = -special.xlogy(t, y).sum()
    assert pytest.approx(loss) == explorer.loss == told[-1]
    assert explorer.headline == f"loss {loss:.3f} nats"
    assert explorer.least == pytest.approx(t.sum() * stats.entropy(t))
    assert explorer.description.startswith(f"Die y = ({', '.join(f'{p:.2f}' for p in y)}), ")
    assert f": loss {loss:.3f} nats, the least possible is {explorer.least:.3f}." in explorer.description
    assert ElementTree.fromstring(explorer.frame).get("aria-label") == explorer.description
    assert explorer.hand["values"] == explorer.die.values.tolist()
    if not explorer.legend:  # where sliders are no bars, these are in the picture
        top = explorer.picture.figure.axes[1].get_ylim()[1]  # beyond it they are cut
        assert bars(explorer, 1, MODEL)[1] == pytest.approx(np.minimum(y, top), abs=0.01)
        assert bars(explorer, 1, DATA)[1][: len(t)] == pytest.approx(t / t.sum(), abs=0.01)
        assert {f"{p:.2f}" + "↑" * int(p > top) for p in y} <= set(written(explorer))
        return
    assert [row["share"] for row in explorer.rows] == (t / t.sum()).tolist()
    explorer.die.probabilities = np.eye(len(y))[-1]
    assert (explorer.headline, mark(explorer)) == ("loss ∞", 2)
    assert "∞" in written(explorer)


@in_messages
@every
def test_a_move_sends_little_and_puts_the_mark_where_the_loss_is_and_no_trace_is_left(make, monkeypatch):
    explorer, new, marks, sent = make(), make(), [], []
    monkeypatch.setattr(explorer.comm, "send", lambda data=None, **_: sent.append(data))
    for seed in range(20):
        moved(explorer, 1, seed)
        marks.append((explorer.loss, mark(explorer)))
    assert len(sent) == 20  # one message in, one out
    keys = {key for data in sent for key in data["state"]}
    assert keys <= {"hand", "frame", "headline", "disabled", "turn"}
    assert max(len(json.dumps(data, ensure_ascii=False).encode()) for data in sent) <= 6000
    losses, places = np.array(marks).T
    shown = (places > 0.2) & (places < 1)
    scale = places[shown] ** 2 / (losses[shown] - explorer.least)  # of the root of the excess
    assert scale == pytest.approx(np.full(max(shown.sum(), 2), scale.mean()), rel=0.01)
    assert all(losses[places > 1] > losses[shown].max())
    for name, there in (("face", 2), ("fitted", 50), ("per", "mean"), ("place", 3)):
        if explorer.has_trait(name):
            for value in (there, getattr(explorer, name)):
                say(explorer, "set", name, value)
                assert getattr(explorer, name) == value
    new.die.values = explorer.die.values = explorer.die.values
    looks = [(one.still, one.frame.split("/>", 1)[1]) for one in (explorer, new)]
    assert looks[0] == looks[1]  # but for the meter's trail, which comes first


def assert_legible(explorer):
    left, top, width, height = map(float, ElementTree.fromstring(explorer.frame).get("viewBox").split())
    explorer._repr_mimebundle_()
    found = texts(explorer.picture.still(), explorer.picture.frame(""))  # with what only the PNG shows
    smallest = min(float(text.get("font-size")) for text in found)
    assert smallest >= 11
    assert smallest * 330 / width >= 9  # pixels, in a page of 330
    edges = np.array([*map(box, found)])
    cut = (edges < 0).any(axis=1) | (edges[:, 2:] > [left + width, top + height]).any(axis=1)
    cut |= (edges[:, 0] < left) & (edges[:, 2] > left)
    assert [found[i].text for i in np.flatnonzero(cut)] == []
    before = (edges[:, np.newaxis, :2] < edges[:, 2:] - 1).all(axis=2)  # one starts before the other ends
    over = np.argwhere(np.triu(before & before.T, 1))
    assert [(found[i].text, found[j].text) for i, j in over] == []


STRANGE = [("1", 20, 1), ("Chestnut", 2, 1000), ("八文字の日本語名", 6, 1), ("Chestnut", 20, 50)]


@pytest.mark.parametrize("make", DICE)
@pytest.mark.parametrize(("name", "faces", "times"), STRANGE)
def test_every_text_lies_inside_the_picture_and_over_no_other_and_is_large_enough(make, name, faces, times):
    options = {"names": [(name + str(k))[-8:] for k in range(faces)]}
    if make in ROLLS:
        options["rolls"] = np.repeat(np.arange(1, faces + 1), times * np.arange(9, faces + 9))
    explorer = make(**options)
    for power in (0, 9, -9):
        if hasattr(explorer.die, "share_out"):
            explorer.die.share_out(np.arange(1.0, len(explorer.names) + 1) ** power)
        assert_legible(explorer)
    if make is EntropyExplorer:
        for per, unit in (("mean", "bits"), ("sum", "nats")):
            explorer.per, explorer.unit, explorer.event = per, unit, "counts"
            assert_legible(explorer)


@every
def test_what_is_stored_is_a_picture_and_a_line_and_matplotlibs_settings_are_let_alone(make, monkeypatch):
    monkeypatch.setattr(matplotlib.RcParams, "__setitem__", None)  # no setting changes, not for a moment
    names = {} if make is text else {"names": ["ä", "Ω", "<b>&"]}
    explorer = moved(make(**names) if make not in ROLLS else make(rolls=[1, 2, 2, 3, 3], **names), 5)
    assert make is text or "<b>&" in {text.text for text in texts(explorer.picture.still(), explorer.frame)}
    bundle, metadata = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == explorer.description
    image = np.array(Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).convert("RGB")).astype(int)
    size = [2 * metadata["image/png"][side] for side in ("height", "width")]
    assert np.abs(np.subtract(image.shape[:2], size)).max() <= 1
    for colour in ([0, 0x72, 0xB2], [0xD5, 0x5E, 0]):  # the die's, and the data's
        assert 100 < (abs(image - colour).max(axis=2) < 40).sum() < image.size / 12
    ink = abs(image - 0x2B).max(axis=2) < 40
    assert ink.sum() > 2000
    assert ink[10:50, :400].sum() > 200  # the loss in large


COIN, MORE = ("heads", "tails"), [*map(chr, range(65, 86))]
REFUSED = """
RollExplorer(2) -> rng is 2: it must be a generator
DescentExplorer().step(1.5) -> n is 1.5: the number of steps must be a whole number
classifier("abcd") -> there are 4 classes: the plane can show 3 at most
classifier(features=["x" * 300]) -> points has shape (60, 2), features is ['xxx
classifier(first=0) -> roll 3 is 0: this die has the faces 1 to 3
classifier(points=POINTS[:9]) -> there are 60 classes: 9 points need one each
text(table=PAIRS[:5]) -> table has shape (5, 6): 6 letters need 6 rows of 6 counts
setattr(unseen(), "fitted", 30) -> fitted is 30: it must be one of
setattr(text(), "place", 6) -> place is 6: the sentence has the places 2 to 5
setattr(classifier(), "face", 4) -> roll 1 is 4: this die has the faces 1 to 3
LossExplorer("heads", COIN) -> rolls is 'heads': it must be a flat list, one face a roll
LossExplorer([1, 3], COIN) -> roll 2 is 3: this die has the faces 1 to 2
LossExplorer(["heads", "Heads"], COIN) -> roll 2 is 'Heads': this die has the faces heads, tails, or the
LossExplorer(["1", 2], COIN) -> roll 1 is '1': this die has the faces heads, tails, or the numbers 1 to 2
names_of(1) -> names is 1: it must be a list of 2 to 20 names, or their number
names_of("heads") -> names is 'heads': it must be a list
names_of(MORE) -> names is ['A', 'B', 'C', 'D', 'E', 'F', ...]: it must be a list of 2 to 20 names
names_of(["a", "a"]) -> name 2 is 'a': a name is a word of up to
names_of(["a", "b c"]) -> name 2 is 'b c': a name is a word of up to
names_of(["a", "b" * 5000]) -> name 2 is 'bbb
names_of(["a", 1]) -> name 2 is 1: a name is a word of up to
"""


@pytest.mark.parametrize("case", REFUSED.strip().splitlines())
def test_what_is_refused_is_named_on_one_line(case):
    call, message = case.split(" -> ")
    assert refused(eval, call, globals()).startswith(message)


def test_names_are_words_and_rolls_are_given_by_number_or_by_name():
    for rolls in (["heads", "tails", "heads"], [1, 2, 1], ["heads", 2, 1.0]):
        explorer = LossExplorer(rolls, list(COIN))
        assert (explorer.names, explorer.t.tolist()) == (COIN, [2, 1])
    for names, last in ((2, "⚁"), (np.int64(6), "⚅"), (7, "7"), (20, "20")):
        assert by_number([last, 1], names_of(names)) == [names, 1]


@in_messages
def test_the_page_is_answered_whatever_happens_and_the_hands_controls_do_what_they_say():
    explorer = LossExplorer()
    explorer.die.on_change(lambda: 1 / 0)  # `say` looks at `turn`
    for act, on, value, after in (
        ("press", "match", None, F),
        ("press", "fair", None, np.full(6, 1 / 6)),
        ("press", "close", None, np.full(6, 1 / 6)),  # no control of it
        ("press", "undo", None, F),
        ("lock", 5, True, F),
        ("move", 5, 0.9, F),
        ("lock", 5, False, F),
        ("move", 5, 0.1, [*(F[:5] * 0.9 / 0.7), 0.1]),
    ):
        say(explorer, act, on, value)
        assert explorer.hand["values"] == pytest.approx(after)
        if act == "lock":
            assert explorer.hand["locked"][5] == explorer.hand["fixed"][5] == value
    assert (LossExplorer().disabled, explorer.disabled) == (["undo"], [])


ONE, TERMS = (-special.xlogy(t, Y) for t in (np.eye(6)[0], T))
FLOOR, GAP = 20 * stats.entropy(F), 20 * stats.entropy(F, Y)
DRAWN = [
    (OneRollExplorer, PALE, 0, [*ONE, ONE.sum()]),
    (TermsExplorer, PALE, 0, [*TERMS, TERMS.sum()]),
    (LossExplorer, PALE, 0, T),
    (LossExplorer, PALE, 1, -np.log(Y)),
    (MaximumExplorer, PALE, 1, (T / Y - 20).clip(-20, 30)),
    (EntropyExplorer, PALE, 0, [FLOOR, GAP, FLOOR + GAP]),
    (EntropyExplorer, GREY, 0, [GAP, GAP]),
    (DescentExplorer, PALE, 1, Y - F),
]


@pytest.mark.parametrize(("make", "look", "way", "lengths"), DRAWN)
def test_the_bars_of_a_panel_are_as_long_as_their_numbers(make, look, way, lengths):
    explorer = make()
    explorer.die.probabilities = Y
    axes = explorer.picture.figure.axes[2]
    point = (axes.viewLim.size / axes.bbox.size)[way]
    assert bars(explorer, 2, look)[way] == pytest.approx(lengths, abs=0.15 * point)
    terms = zip(Y, lengths) if way == 0 and len(lengths) == 7 else ()
    for p, term in terms:
        assert any(re.search(rf"log {p:.3f} (≈ −{term:.3f}|= 0)$", line) for line in written(explorer))


def test_the_shares_of_chapter_1_are_those_of_the_rolls():
    explorer = roll()
    explorer.die.probabilities = [0, 0.25, 0.75, 0, 0, 0]
    faces = np.where(new_rng(1).random(10_000) < 0.25, 2, 3)
    for k, line in enumerate(shapes(explorer, 2, CURVE.format("#d55e00", 1.2)), start=1):
        shares = [np.mean(faces[:n] == k) for n in np.round(10 ** line[:, 0]).astype(int)]
        assert line[:, 1] == pytest.approx(shares, abs=0.02)
    before = explorer.frame
    say(explorer, "press", "roll_again")
    assert explorer.frame != before


def test_the_point_of_chapter_4_is_on_the_curve_and_the_line_at_the_mean():
    explorer = CostExplorer(1, COIN)
    for p in (1, 0.5, 0.25, 0.125):
        explorer.die.probabilities = [p, 1 - p]
        point = shapes(explorer, 2, MODEL)[0]
        assert (point.min(axis=0) + point.max(axis=0)) / 2 == pytest.approx([p, -np.log(p)], abs=0.01)
    explorer.die.probabilities = [0, 1]
    assert "∞↑" in written(explorer)
    explorer = LossExplorer()
    explorer.die.probabilities = Y
    (line,) = shapes(explorer, 2, CURVE.format("#0072b2", 2))
    assert line[:, 1] == pytest.approx((FLOOR + GAP) / 20, abs=0.01)


def test_the_slopes_of_chapter_5_are_the_derivatives_of_the_log_likelihood():
    explorer, h = MaximumExplorer(), 1e-6
    for y in (Y, F):
        explorer.die.probabilities = y
        towards = [[special.xlogy(T, y + step * (face - y)).sum() for step in (h, -h)] for face in np.eye(6)]
        said = explorer.description.split("Slopes t/y − N: ")[1].rstrip(".").replace("−", "-")
        slopes = [round((up - down) / (2 * h), 1) + 0 for up, down in towards]
        assert [float(slope) for slope in re.findall(r"[-\d.]+", said)] == slopes


def test_floor_and_gap_of_chapter_6_add_up_under_every_switch_and_the_headline_follows():
    explorer = EntropyExplorer()
    explorer.die.probabilities = Y
    for per, unit, event in itertools.product(("sum", "mean"), ("nats", "bits"), ("sequence", "counts")):
        explorer.per, explorer.unit, explorer.event = per, unit, event
        scale = (1 if per == "sum" else 1 / 20) / (1 if unit == "nats" else np.log(2))
        floor, gap = scale * FLOOR, scale * GAP
        adds_up, loss = f"floor {floor:.3f} + gap {gap:.3f} = {floor + gap:.3f}", floor + gap
        if event == "counts":
            loss = -scale * stats.multinomial.logpmf(T, 20, Y)
            adds_up += f", less {floor + gap - loss:.3f} for the orders = {loss:.3f}"
        assert explorer.description.endswith(f" In {unit}, {per}: {adds_up}.")
        assert explorer.headline == f"loss {loss:.3f} {unit}" + " a roll" * (per == "mean")
        for number in re.findall(r"\d+\.\d{3}", adds_up):
            assert any(text.endswith((number, f"{number} →")) for text in written(explorer))
        assert explorer.loss == pytest.approx(FLOOR + GAP)  # in nats, whatever is shown


def test_a_fitted_die_of_chapter_6_meets_rolls_it_has_not_seen():
    explorer, fair = unseen(), np.full(6, 1 / 6)
    for n in (20, 50, 2000):
        say(explorer, "set", "fitted", n)
        y = np.bincount(SEEN[:n], minlength=7)[1:] / n
        assert explorer.die.probabilities == pytest.approx(y)
        numbers = r"cost it (.*) on average, less than the fair die in (.*)% of"
        cost, ahead = map(float, re.findall(numbers, explorer.description)[0])
        assert cost == pytest.approx(20 * (stats.entropy(fair) + stats.entropy(fair, y)), abs=6e-4)
        losses = -np.log(y[new_rng(n).integers(6, size=(20_000, 20))]).sum(axis=1)  # roll by roll
        assert ahead / 100 == pytest.approx((losses < 20 * np.log(6)).mean(), abs=0.03)
        (line,) = shapes(explorer, 2, 'fill="none" stroke="currentColor" stroke-width="2"')
        assert line[:, 0] == pytest.approx([cost, cost], abs=0.1)
        (stairs,) = shapes(explorer, 2, 'fill="#0072b2" fill-opacity')
        edges = 20 * np.log(6) * np.linspace(0.8, 1.4, 33)
        found, _ = np.histogram(np.minimum(losses, edges[-1]), edges)
        assert stairs[1:65:2, 1] == pytest.approx(np.minimum(found / 20_000, 0.5), abs=0.03)
    explorer.die.probabilities = fair
    assert " less than the fair die in 0.0% " in explorer.description  # whatever comes up costs the same


def test_descent_of_chapter_7_arrives_and_starts_again():
    explorer, z = DescentExplorer(), np.array([3.0, 0, 0, 0, 0, 0])

    def path():
        return max(shapes(explorer, 3, CURVE.format("#0072b2", 1.5)), key=len)

    say(explorer, "move", 0, 3)
    say(explorer, "set", "rate", 2)
    say(explorer, "press", "step")
    assert explorer.die.scores == pytest.approx(z - 2 * (special.softmax(z) - F))
    explorer.step(4)
    assert (explorer.steps, path()[:, 0].round(1).tolist()) == (5, [0, 1, 2, 3, 4, 5])
    say(explorer, "press", "start_again")
    assert (explorer.steps, explorer.die.scores.tolist()) == (0, z.tolist())
    explorer.step(1)
    explorer.step(149)
    assert " Step 150, scores z = (" in explorer.description
    assert explorer.die.probabilities.round(3).tolist() == F.tolist()
    assert len(path()) == 101  # the picture is full, nothing piles up
    assert np.diff(path(), axis=0)[:, 1].max() <= 0
    assert "step" in explorer.disabled
    explorer.undo()  # all of it was one step
    assert explorer.die.scores.tolist() == z.tolist()
    explorer.die.on_change(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        explorer.step()
    with pytest.raises(ZeroDivisionError):
        explorer.die.move(1, 2)  # a hand's move, so a new path begins
    assert explorer.steps == 0
    explorer = DescentExplorer()
    explorer.die.scores = [2000, 0, 0, 0, 0, 0]  # so far apart that y underflows
    assert explorer.headline == "loss 36000.000 nats"
    assert DescentExplorer([1, 1, 2], 3).disabled == ["undo", "match"]  # no scores make a face impossible


def test_the_point_of_chapter_8_goes_where_the_pointer_is_and_stays_in_the_plane():
    explorer = classifier()
    plane, low, high = explorer.picture.figure.axes[2].bbox, explorer.die.low, explorer.die.high
    for part in ([0.25, 0.5], [0.9, 0.1], [-2, 0.3], [0.5, 7]):
        x, y = plane.min + part * plane.size
        say(explorer, "touch", "picture", [x, explorer.picture.size[1] - y])
        there = low + np.clip(part, 0, 1) * (high - low)
        assert explorer.die.point == pytest.approx(there, abs=1e-6)
        assert shapes(explorer, 2, MODEL)[0].mean(axis=0) == pytest.approx(there, abs=0.3)
        assert explorer.description.endswith(f" The point is ({there[0]:.1f}, {there[1]:.1f}).")
    explorer.undo()  # a drag is one step
    assert not explorer.die.can_undo


def test_what_the_letters_of_a_sentence_cost_in_chapter_9():
    explorer = text()
    for alpha, tau in ((1, 1), (0.5, 2), (0, 0.3)):
        explorer.die.point = alpha, tau
        costs = -special.xlogy(1, dice(alpha, tau)[[2, 0, 1, 3], [0, 1, 3, 5]])
        assert explorer.loss == pytest.approx(np.sum(costs))
        assert bars(explorer, 2, GREY)[1] == pytest.approx(0.65 * np.minimum(costs, 7) / 7, abs=0.01)
        assert explorer.die.probabilities == pytest.approx(dice(alpha, tau)[2])
    say(explorer, "set", "place", 5)
    assert explorer.t.tolist() == PAIRS[3].tolist()
    before = explorer.still, explorer.frame, explorer.sentence
    needed, unknown = "letters: 2 to 80 are needed", "one at least must be a letter that the dice know"
    for wrong, rule in (("", needed), ("ab" * 41, needed), ("??", unknown)):
        say(explorer, "set", "sentence", wrong)
        assert rule in explorer.note
        assert (explorer.still, explorer.frame, explorer.sentence) == before
    say(explorer, "set", "sentence", "a b")
    assert (explorer.note, explorer.place, len(explorer.costs)) == ("", 3, 2)
    assert [2, 3] in [control.get("options") for control in explorer.controls]
    explorer.sentence = "abacab"  # no dice that look at one letter do better than the sentence's own
    assert explorer.least == pytest.approx(3 * stats.entropy([2, 1]))
    explorer.sentence = "ab" * 40
    assert_legible(explorer)
    # What is written follows the dice at the temperature under the hand.
    next_letter = {1: np.eye(6), 2: np.roll(np.eye(6), 1, axis=1)}
    explorer = TextExplorer(lambda alpha, tau: next_letter[tau], PAIRS, LETTERS, "ba", new_rng(1))
    for tau, line in ((1, "b" * 12), (2, "bc d?abc d?a")):
        explorer.die.point = 1, tau
        say(explorer, "press", "write")
        assert explorer.note.startswith(line)


def test_ten_thousand_moves_leave_nothing_behind():
    explorer = LossExplorer()

    def held(moves):
        for k, value in zip(new_rng(1).integers(6, size=moves), np.linspace(0, 1, moves)):
            explorer.die.move(k, value)
        gc.collect()
        return sys.getallocatedblocks()

    assert held(500) + 1500 > held(10_000)  # an object a move would be ten thousand
