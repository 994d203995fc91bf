"""Chapter 1: the die is rolled 10,000 times, and the share of each face closes in on its probability."""

import numpy as np

from . import likelihood
from .explorer import RollsExplorer, button
from .picture import DATA, MODEL, SMALL, WIDTH, ems, write

ROLLED = 10_000
DASHES = ["-", (0, (6, 2)), (0, (2, 2)), (0, (6, 2, 1, 2)), (0, (1, 1)), (0, (6, 2, 1, 2, 1, 2))]


class RollExplorer(RollsExplorer):
    """Each face's share of 10,000 rolls of this die, made with the generator `rng`."""

    def __init__(self, rng, rolls=likelihood.ROLLS, names=6):
        self._rng = likelihood.check_rng(rng)
        self._luck = None
        self.at = np.unique(np.geomspace(1, ROLLED, 28).astype(int))
        self._bin = np.searchsorted(self.at, np.arange(1, ROLLED + 1))
        super().__init__(rolls, names, [button("roll_again", "Roll again")])

    @property
    def tall(self):
        """How high the panel is, in points: the names at its right need a line each."""
        return max(180, 12 * len(self.names))

    @property
    def height(self):
        return 130 + self.tall

    def roll_again(self):
        """Roll the die another 10,000 times."""
        self._luck = None
        self.refresh()

    def measure(self, y):
        if self._luck is None:  # a number for each roll, the same for every die: else the lines would flicker
            self._luck = self._rng.random(ROLLED)
        K = len(y)
        faces = np.searchsorted(np.cumsum(y)[:-1], self._luck, side="right")
        came_up = np.bincount(self._bin * K + faces, minlength=len(self.at) * K)
        self.shares = came_up.reshape(-1, K).cumsum(axis=0).T / self.at
        return super().measure(y)

    def build(self):
        room = 22 + SMALL * max(map(ems, self.names))  # at the right, for the names
        title = "share of each face, this die rolled 10,000 times"
        ax = self.picture.axes(34, 86, WIDTH - 40 - room, self.tall, title, "y", xlim=(0, 4), ylim=(0, 1))
        ax.set_xticks(range(5), ["1", "10", "100", "1,000", "10,000"])
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.50", "0.75", "1"])
        write(ax, ax.bbox.width / 2, -34, "rolls so far", in_points=True)
        dashes = [DASHES[k % len(DASHES)] for k in range(len(self.names))]
        self.lines = [ax.plot([], [], color=DATA, linewidth=1.2, linestyle=dash)[0] for dash in dashes]
        (self.levels,) = ax.plot([], [], color=MODEL, linewidth=1)
        (self.leaders,) = ax.plot([], [], color=DATA + "90", linewidth=1, clip_on=False)
        self.labels = [write(ax, 4 + 0.3, 0, name, ha="left") for name in self.names]
        self.picture.add_moving(*self.lines, self.levels, self.leaders, *self.labels)

    def show(self, y, loss):
        gap = np.full(len(y), np.nan)
        for line, share in zip(self.lines, self.shares):
            line.set_data(np.log10(self.at), share)
        self.levels.set_data(np.tile([0, 4, np.nan], len(y)), np.column_stack([y, y, gap]).ravel())
        ends = self.shares[:, -1]
        places = apart(ends, 11.5 / self.tall)
        for label, place in zip(self.labels, places):
            label.set_y(place - 0.02)
        steps = np.tile([4.02, 4.25, np.nan], len(y))
        self.leaders.set_data(steps, np.column_stack([ends, places, gap]).ravel())


def apart(places, least):
    """The places from 0 to 1, moved until each is at least so far from the next; their order stays."""
    moved = np.empty(len(places))
    lowest = 0.0
    order = np.argsort(places, kind="stable")
    for rank, k in enumerate(order):
        highest = 1 - least * (len(places) - 1 - rank)
        moved[k] = lowest = min(max(places[k] - least * 2, lowest), highest)
        lowest += least
    return moved
