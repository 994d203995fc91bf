"""The hands, without a page and without a picture: moves, locks, undo, and one action after another."""

from threading import Event, Thread

import numpy as np
import pytest
from loaded_die import likelihood
from loaded_die.chapter_7 import Scores
from loaded_die.chapter_8 import Point
from loaded_die.faces import FACES
from loaded_die.hand import Die

T = likelihood.counts(likelihood.ROLLS)
F = T / 20
FAIR, LOADED, THIRDS = np.full(6, 1 / 6), np.array([5, 1, 1, 1, 1, 1]) / 10, np.array([0, 1, 1, 1, 0, 0]) / 3
MORE = np.array([49, 99, 1, 0, 0, 0]) / 149  # their sum is 1 and a rounding more


def point():
    return Point(["length", "<b>&"], [1.5, 40], [-3, 28], [5, 60], likelihood.softmax)


def act(die, name, *arguments):
    getattr(die, name)(*arguments)
    assert die.probabilities.sum() == pytest.approx(1, abs=1e-12)
    assert die.probabilities.min() >= 0


@pytest.mark.parametrize(
    ("start", "locks", "action", "expected"),
    [
        (F, [], ("move", 5, 0.65), [0.05, 0.075, 0.1, 0.075, 0.05, 0.65]),  # in the proportions they had
        ([0, 0, 0, 0, 0, 1], [], ("move", 5, 0.5), [0.1] * 5 + [0.5]),  # they had none
        (THIRDS, [], ("move", 0, -3), THIRDS),  # as near as it can go
        (F, [0, 2], ("move", 5, 0.35), [0.1, 0.13125, 0.2, 0.13125, 0.0875, 0.35]),
        (F, [0, 2], ("move", 5, 0.8), [0.1, 0, 0.2, 0, 0, 0.7]),  # all there is to have
        (F, [0, 1, 2, 3, 4], ("move", 5, 0.1), F),  # the last that is free has no choice
        (LOADED, [0], ("share_out", T), [0.5, *(F[1:] / 1.8)]),
        (F, [0, 1, 2, 3, 4, 5], ("share_out", T), F),  # nothing is free, and nothing is divided by 0
        (MORE, [0, 1, 2], ("share_out", T), MORE),
    ],
)
def test_what_is_free_is_shared_and_what_is_locked_stays(start, locks, action, expected):
    die, told = Die(FACES), []
    die.probabilities = start
    die.on_change(lambda: told.append(1))
    for k in locks:
        die.lock(k)
    act(die, *action)
    assert len(told) == len(locks) + 1
    assert die.probabilities == pytest.approx(expected, abs=1e-12)
    assert die.probabilities[locks].tolist() == np.array(start)[locks].tolist()
    assert np.flatnonzero(die.fixed).tolist() == (locks if len(locks) < 5 else [0, 1, 2, 3, 4, 5])
    same = die.probabilities.tolist() == list(start)
    die.undo()
    die.probabilities[0] = 5  # a copy
    assert die.probabilities.tolist() == list(FAIR if same else start)  # what changes nothing is no step


@pytest.mark.parametrize("seed", range(8))
def test_it_is_a_die_through_any_actions_and_undo_takes_each_back(seed):
    die, rng, mover, before = Die(FACES), np.random.default_rng(seed), None, []  # the dice to go back to
    for name in rng.choice(["move", "move", "move", "lock", "share_out", "become", "undo"], 80):
        k, last, locked = int(rng.integers(6)), die.values, die.locked.copy()
        arguments = {"move": [k, rng.random()], "lock": [k, rng.random() < 0.4], "undo": []}
        arguments |= {"share_out": [rng.integers(3, size=6)], "become": [rng.dirichlet(np.ones(6)), "far"]}
        act(die, name, *arguments[name])
        assert name in ("undo", "become") or die.values[locked].tolist() == last[locked].tolist()
        by = {"move": k, "become": "far"}.get(name)
        changed = die.values.tolist() != last.tolist()
        if name == "undo":
            assert die.values.tolist() == (before.pop() if before else last).tolist()
        elif changed and (by is None or by != mover):
            before.append(last)
        if changed or name in ("lock", "undo"):
            mover = by
        assert die.can_undo == bool(before)


@pytest.mark.parametrize("locks", [[], [1, 3]])
def test_a_drag_to_the_end_and_back_loses_nothing_and_ends_where_another_begins(locks):
    for end in (("lock", 2), ("move", 4, 0.01), ("undo",)):
        die = Die(FACES)
        die.probabilities = LOADED
        die.probabilities = F
        for k in locks:
            die.lock(k)
        for value in (0.5, 1, 0.7, 1, F[5]):
            die.move(5, value)
        assert die.probabilities == pytest.approx(F, abs=1e-12)
        die.move(5, 1)
        act(die, *end)
        die.move(5, F[5])
        assert (die.probabilities == pytest.approx(F, abs=1e-3)) == (end[0] == "undo")


def test_scores_and_features_move_alone_and_a_die_follows():
    hand, z = Scores(FACES), [-1.7, 0, 3, 0, 0, 0]
    hand.move(2, 3)
    hand.move(0, -1.7)
    assert hand.scores.tolist() == z
    assert hand.probabilities == pytest.approx(likelihood.softmax(z))
    for weights in (T, np.ones(6)):
        hand.share_out(weights)
        y = weights / weights.sum()
        assert hand.scores == pytest.approx(np.log(y) - np.log(y).mean())
    for following in (z, F, [300, 0, 0, 0, 0, 0]):  # beyond what a slider shows
        hand.become(following, "far")
    hand.undo()  # all that follow in a row are one step
    assert hand.probabilities == pytest.approx(FAIR)
    hand.move(1, 99)
    assert hand.scores[1] == 5
    hand = point()
    hand.move(0, 5.5)
    assert hand.probabilities.tolist() == likelihood.softmax([5, 40]).tolist()


@pytest.mark.parametrize(
    ("make", "what", "bad", "why"),
    [
        (lambda: Die(FACES), "probabilities", [0.5] * 6, "y sums to 3"),
        (lambda: Scores(FACES), "scores", [0] * 7, r"z has shape \(7,\): it needs 6 numbers"),
        (lambda: Scores(FACES), "scores", [0, 0, 0, 0, 0, np.inf], "z contains inf"),
        (lambda: Scores(FACES), "probabilities", [0.5, 0.5, 0, 0, 0, 0], "y contains 0: softmax gives every"),
        (point, "point", (5.5, 40), "point contains 5.5: 'length' goes from -3 to 5 here"),
    ],
)
def test_what_is_refused_changes_nothing(make, what, bad, why):
    hand, calls = make(), []
    start = hand.values.tolist()
    hand.move(0, hand.low[0] + 0.3)
    hand.on_change(lambda: calls.append(1))
    with pytest.raises(ValueError, match=f"^{why}"):
        setattr(hand, what, bad)
    with pytest.raises(ValueError, match="contains nan: every number must be finite"):
        hand.move(0, np.nan)
    assert calls == []
    hand.undo()
    assert (hand.values.tolist(), hand.can_undo, calls) == (start, False, [1])  # no step was added


@pytest.mark.parametrize("other", [("move", 3, 0.3), ("lock", 5), ("share_out", T), ("become", F), ("undo",)])
def test_an_action_waits_until_another_is_done_and_takes_what_it_finds_then(other):
    die, done = Die(FACES), Event()
    thread = Thread(target=lambda: (act(die, *other), done.set()))

    def callback():
        if not thread.ident:
            thread.start()
            assert not done.wait(0.05)  # it cannot be, however long that is
            die.probabilities = LOADED
            die.lock(0)

    die.on_change(callback)
    act(die, "move", 5, 0.9)
    thread.join()
    assert done.is_set()
    if other[0] in ("move", "share_out"):
        assert die.probabilities[0] == LOADED[0]
