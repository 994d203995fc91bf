"""The hands, without a browser and without a picture: sliders, locks, buttons, undo."""

import xml.etree.ElementTree as ElementTree
from math import floor
from threading import Event, Thread

import numpy as np
import pytest
from ipywidgets import FileUpload, Widget
from loaded_die import likelihood, words
from loaded_die.sliders import Die, Point, Scores, Slider

T = likelihood.counts(likelihood.ROLLS)
F = likelihood.frequencies(T)
FAIR, LOADED, THIRDS = np.full(6, 1 / 6), np.array([5, 1, 1, 1, 1, 1]) / 10, np.array([0, 1, 1, 1, 0, 0]) / 3
MORE = np.array([49, 99, 1, 0, 0, 0]) / 149  # their sum is 1 and a rounding more


def new(kind):
    if kind is Point:
        return Point(likelihood.softmax, [1.5, 40], [-3, 28], [5, 60], ["length", "<b>&"])
    return kind(T, words.FACES)


def act(die, what, k=0, value=None):
    """What a reader does: move a slider, turn a lock, set a die from code, or press a button."""
    if what == "set":
        die.probabilities = value
    elif what in ("move", "lock"):
        (die.sliders if what == "move" else die.locks)[k].value = value
    else:
        getattr(die, what).click()


def shown(hand):
    return [slider.value for slider in hand.sliders]


def page(x, low, high, step):
    """The stop at which noUiSlider 15 puts x: it counts its steps in percent of the range."""
    percent = step * 100 / (high - low)
    at = floor((x - low) * 100 / (high - low) / percent + 0.5) * percent  # JavaScript's Math.round
    return at * (high - low) / 100 + low


def assert_sound(hand):
    """Each slider stands on the page's own stop, the nearest to its number; the numbers make a die."""
    for slider, number in zip(hand.sliders, hand.values):
        assert abs(slider.value - number) <= slider.step / 2 + 1e-9
        assert slider.value == page(slider.value, slider.min, slider.max, slider.step)
    assert hand.probabilities.sum() == pytest.approx(1, abs=1e-12)
    assert hand.probabilities.min() >= 0


def test_a_slider_stands_where_the_page_would_put_it_to_the_last_digit():
    wide = [(-5 * 2**m, 5 * 2**m, 0.1) for m in range(6)] + [(-3, -3 + 2**m, 0.1) for m in range(1, 8)]
    for low, high, step in ((0, 1, 0.01), (28.0, 60.0, 0.1), *wide):
        slider = Slider(min=low, max=high, step=step, value=low)
        for k in range(round((high - low) / step) + 1):
            stop = page(low + k * step, low, high, step)
            assert slider.stop(stop) == slider.stop(stop - 0.4 * step) == stop == page(stop, low, high, step)
        assert (slider.stop(low - 7), slider.stop(high + 7)) == (low, high)


@pytest.mark.parametrize(
    ("start", "locks", "action", "expected"),
    [
        (F, [], ("move", 5, 0.65), [0.05, 0.075, 0.1, 0.075, 0.05, 0.65]),  # in the proportions they had
        ([0, 0, 0, 0, 0, 1], [], ("move", 5, 0.5), [0.1] * 5 + [0.5]),  # they had none
        (THIRDS, [], ("move", 0, 0.1234), [0.12, *[0.88 / 3] * 3, 0, 0]),  # between two stops, from code
        (F, [0, 2], ("move", 5, 0.35), [0.1, 0.13125, 0.2, 0.13125, 0.0875, 0.35]),
        (F, [0, 2], ("move", 5, 0.8), [0.1, 0, 0.2, 0, 0, 0.7]),  # all there is to have
        (LOADED, [0], ("move", 0, 0.2), LOADED),
        (F, [0, 1, 2, 3, 4], ("move", 5, 0.1), F),  # the last that is free has no choice
        (LOADED, [0], ["match"], [0.5, *(F[1:] / 1.8)]),
        (F, [0, 2], ["fair"], [0.1, 0.175, 0.2, 0.175, 0.175, 0.175]),
        (F, [0, 1, 2, 3, 4, 5], ["match"], F),  # nothing is free, and nothing is divided by 0
        (MORE, [0, 1, 2], ["fair"], MORE),
        (MORE, [0, 1, 2], ("move", 4, 0.3), MORE),
    ],
)
def test_what_is_free_is_shared_and_what_is_locked_stays(start, locks, action, expected):
    die = new(Die)
    die.probabilities = start
    for k in locks:
        die.locks[k].value = True
    act(die, *action)
    assert die.probabilities == pytest.approx(expected, abs=1e-12)
    assert die.probabilities[locks].tolist() == np.array(start)[locks].tolist()
    still = locks if len(locks) < 5 else [0, 1, 2, 3, 4, 5]  # the last that is free cannot move
    assert [k for k, slider in enumerate(die.sliders) if slider.disabled] == still
    assert [k for k, lock in enumerate(die.locks) if lock.icon == "lock"] == locks
    assert {(slider.min, slider.max) for slider in die.sliders} == {(0, 1)}
    assert_sound(die)
    same = die.probabilities.tolist() == list(start)
    die.undo.click()
    die.probabilities[0] = 5  # a copy
    assert die.probabilities.tolist() == list(FAIR if same else start)  # what changes nothing is no step


@pytest.mark.parametrize("seed", range(8))
def test_it_is_a_die_through_any_actions_and_undo_takes_each_back(seed):
    die, rng, by, before = new(Die), np.random.default_rng(seed), None, []  # the dice that undo goes back to
    for what in rng.choice(["move", "move", "move", "lock", "fair", "match", "set", "undo"], 60):
        k, last, locked = rng.integers(6), die.values, [lock.value for lock in die.locks]
        value = rng.choice([rng.random(), rng.integers(101) / 100])  # from code, or as the page has it
        act(die, what, k, {"lock": bool(value < 0.4), "set": rng.dirichlet(np.ones(6))}.get(what, value))
        assert what in ("undo", "set") or die.values[locked].tolist() == last[locked].tolist()
        if what == "undo":
            assert die.values.tolist() == (before.pop() if before else last).tolist()
            by = None
        elif die.values.tolist() != last.tolist():
            before += [] if what == "move" and k == by else [last]
            by = k if what == "move" else None
        assert die.undo.disabled == (not before)
        assert_sound(die)


def test_a_move_that_changes_nothing_does_not_hide_the_next_from_undo():
    die = new(Die)
    die.probabilities = y = [0.5, 0, 0, 0, 0, 0.5]
    die.locks[0].value = True
    for value in (0.9, 0.3):  # the first is more than there is
        die.sliders[5].value = value
    die.undo.click()
    assert die.probabilities.tolist() == y


def test_scores_are_free_and_softmax_makes_the_die():
    hand, z = new(Scores), [-1.7, 0, 3, 0, 0, 0]
    hand.sliders[2].value, hand.sliders[0].value = 3.0, -1.7000000000000002  # as the page has it
    assert hand.scores.tolist() == z
    assert hand.probabilities == pytest.approx(likelihood.softmax(z))
    for press, y in ((hand.match, F), (hand.fair, FAIR)):
        press.click()
        assert hand.scores == pytest.approx(np.log(y) - np.log(y).mean())
    for following in (z, F, FAIR):
        hand.follow(following)
    hand.undo.click()  # all that follow in a row are one step
    assert hand.probabilities == pytest.approx(FAIR)
    for t in (T, T - T.min()):  # no scores make a face impossible
        hand.aim(t)
        assert hand.match.disabled == (not t.all())


@pytest.mark.skipif(hasattr(FileUpload, "_counter"), reason="ipywidgets 7 sends nothing without a kernel")
def test_a_score_beyond_the_sliders_widens_them_and_gives_the_room_back(monkeypatch):
    """In two messages, the page would round to a range half old and half new, and return the number."""
    hand, sent = new(Scores), []
    slider, note = hand.sliders[2], lambda widget, key: widget is slider and sent.append(key)
    monkeypatch.setattr(Widget, "send_state", note)
    for far in ((0, 5), (5, 5), (-5.1, 10), (10, 10), (-10.1, 20), (300, 320)):
        for score, reach in (far, (0, 5)):
            hand.scores = z = [0, 0, score, 0.13, 0, 0]
            assert hand.scores.tolist() == z
            assert {(slider.min, slider.max) for slider in hand.sliders} == {(-reach, reach)}
            assert_sound(hand)
    # The number comes last: it stands there once it has room.
    assert [keys for keys in sent if keys != "value"] == [["max", "min", "value"]] * 8


def test_a_point_moves_one_feature_at_a_time():
    hand = new(Point)
    assert hand.point.tolist() == shown(hand) == [1.5, 40]
    hand.sliders[0].value = 5.0
    assert hand.probabilities.tolist() == likelihood.softmax([5, 40]).tolist()
    for point in ([-3, 59.9], [5, 60]):
        hand.point = point
        assert hand.point.tolist() == shown(hand) == point


def test_what_is_refused_changes_nothing():
    for kind, what, bad, why in (
        (Die, "probabilities", [0.5] * 6, "y sums to 3"),
        (Scores, "scores", [0] * 7, r"z has shape \(7,\): it needs 6 numbers"),
        (Scores, "scores", [0, 0, 0, 0, 0, np.inf], "z contains inf"),
        (Scores, "probabilities", [0.5, 0.5, 0, 0, 0, 0], "y contains 0: softmax gives every face more"),
        (Point, "point", (5.5, 40), "point contains 5.5: 'length' goes from -3 to 5 here"),
        (Point, "point", (1, 27.5), "point contains 27.5: '<b>&' goes from 28 to 60 here"),
    ):
        hand, calls = new(kind), []
        start = shown(hand)
        for part in (0.3, 0.4):  # one step
            hand.sliders[0].value = hand.sliders[0].min + part
        hand.on_change(lambda calls=calls: calls.append(1))
        before = hand.values.tolist(), shown(hand)
        with pytest.raises(ValueError, match=f"^{why}"):
            setattr(hand, what, bad)
        assert (hand.values.tolist(), shown(hand), calls) == (*before, [])
        hand.undo.click()
        assert (shown(hand), hand.undo.disabled, calls) == (start, True, [1])  # no step was added


def test_sliders_and_locks_have_names_and_signs():
    names = ["a", "b", '<b>"&']
    for hand, sign, name in ((Die(T[:3], names), names[2], f"face {names[2]}"), (new(Scores), "⚂", "face 3")):
        label, _, *locks = hand.children[2].children
        number, span = "probability" if locks else "score", ElementTree.fromstring(label.value)
        assert (span.text, span.get("data-name")) == (sign, f"{number} of {name}")
        assert [lock.tooltip for lock in locks] == [f"lock {name}"] * len(hand.locks[:1])


@pytest.mark.parametrize("other", [("move", 3, 0.3), ("set", 0, F), ("lock", 5, True), ["match"], ["undo"]])
def test_an_action_waits_until_another_is_done_and_takes_what_it_finds_then(other):
    die, done = new(Die), Event()
    thread = Thread(target=lambda: (act(die, *other), done.set()))

    def callback():
        if not thread.ident:
            thread.start()
            assert not done.wait(0.05)  # it cannot be, however long that is
            die.probabilities = LOADED
            die.locks[0].value = True

    die.on_change(callback)
    die.sliders[5].value = 0.9
    thread.join()
    assert done.is_set()
    if other[0] in ("move", "match"):
        assert die.probabilities[0] == LOADED[0]
    assert_sound(die)
