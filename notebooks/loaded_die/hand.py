"""The hand on the die: some numbers that a reader moves, and the die that follows from them.

Plain Python: no page and no picture is known here. Whoever asked with `on_change` hears of every change.
"""

from collections import deque
from functools import wraps
from threading import RLock

import numpy as np

from . import likelihood

_alone = RLock()


def alone(action):
    """Have the action wait until another is done: JupyterLab runs moves on another thread than cells."""

    @wraps(action)
    def guarded(*args, **options):
        with _alone:
            return action(*args, **options)

    return guarded


class Hand:
    """Numbers under the reader's hand, each from its `low` to its `high`; here each moves alone.

    `names` are those of the numbers. A kind of hand says in `probabilities` which die its numbers make, in
    `letter` how they are called together, and in `called` how each of them is read aloud.
    """

    letter, called = "values", "{}"
    step, digits = 0.1, 1

    def __init__(self, names, values, low, high):
        self.names = names
        self._values = np.array(values, dtype=float)
        self.low = np.broadcast_to(low, self._values.shape)
        self.high = np.broadcast_to(high, self._values.shape)
        self.locked = np.zeros(len(self._values), dtype=bool)
        self._history = deque(maxlen=100)
        self._mover = None
        self._callbacks = []

    @property
    def values(self):
        """The numbers, shape (K,). Set all at once; what cannot be is a ValueError and changes nothing."""
        return self._values.copy()

    @values.setter
    def values(self, values):
        self.become(values)

    @property
    def fixed(self):
        """Which of the numbers the hand cannot move, shape (K,)."""
        return self.locked

    @property
    def can_undo(self):
        return bool(self._history)

    def on_change(self, callback):
        """Call `callback()` whenever the numbers or the locks have changed."""
        self._callbacks.append(callback)

    @alone
    def move(self, k, value):
        """Bring number k to `value`, or as near to it as it can go.

        Moves of one number in a row are one step for undo, and start from the numbers before all of them:
        a slider dragged to its end and back leaves the others where they were.
        """
        (value,) = likelihood.as_numbers([value], self.letter)
        start = self._history[-1] if k == self._mover else self._values
        value = min(max(value, self.low[k]), self.high[k])
        self.become(self._moved(start, k, value), mover=k)

    @alone
    def undo(self):
        """Go back one step, if there is one."""
        if self._history:
            self._mover = None
            self._take(self._history.pop())

    def _check(self, values):
        values = likelihood.as_numbers(values, self.letter)
        if values.shape != self._values.shape:
            rule = f"it needs {len(self._values)} numbers in a row"
            raise ValueError(f"{self.letter} has shape {values.shape}: {rule}")
        return values

    def _moved(self, start, k, value):
        moved = start.copy()
        moved[k] = value
        return moved

    @alone
    def become(self, values, mover=None):
        """Take on the numbers; all in a row that have the same mover, if any, are one step for undo."""
        values = self._check(values)
        if not np.array_equal(values, self._values):
            if mover is None or mover != self._mover:
                self._history.append(self._values)
            self._mover = mover
        self._take(values)

    def _take(self, values):
        self._values = values
        for callback in self._callbacks:
            callback()


class Die(Hand):
    """One die: K probabilities in [0, 1], their sum always 1; each of them can be locked.

    Moving face k to p shares 1 - p among the other unlocked faces in the proportions they had.
    """

    called = "probability of {}"
    step, digits = 0.01, 2

    def __init__(self, names):
        K = len(names)
        super().__init__(names, np.full(K, 1 / K), 0, 1)

    probabilities = Hand.values

    @property
    def fixed(self):
        """The locked faces; and the last one that is free, since the others leave it no choice."""
        last = np.count_nonzero(~self.locked) == 1
        return self.locked | last

    @alone
    def lock(self, k, on=True):
        """Lock face k (counted from 0), or unlock it."""
        self.locked[k] = on
        self._mover = None
        self._take(self._values)

    @alone
    def share_out(self, weights):
        """Share out all that is not locked in proportion to the weights, shape (K,)."""
        free = ~self.locked
        y = self._values.copy()
        y[free] = share(max(0, 1 - y[self.locked].sum()), weights[free])
        self.become(y)

    def _check(self, y):
        return likelihood.check_probabilities(y, len(self._values))

    def _moved(self, start, k, p):
        if self.fixed[k]:
            return start
        y = start.copy()
        others = ~self.locked
        others[k] = False
        room = max(0, 1 - y[self.locked].sum())
        y[k] = min(p, room)
        y[others] = share(room - y[k], y[others])
        return y


def share(total, weights):
    """Split `total` in proportion to the weights; equally if they are all 0."""
    if not weights.any():
        weights = np.ones_like(weights)
    return total * (weights / weights.sum())
