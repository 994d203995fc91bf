"""Chapter 1: the die is rolled 10,000 times, and the share of each face closes in on its probability."""

import numpy as np

from . import likelihood
from .explorer import RollsExplorer, button
from .picture import DATA, MODEL, SMALL, WIDTH, ems, legend, write

ROLLED = 10_000
DASHES = ["-", (0, (6, 2)), (0, (2, 2)), (0, (6, 2, 1, 2)), (0, (1, 1)), (0, (6, 2, 1, 2, 1, 2))]


class RollExplorer(RollsExplorer):
    """Each face's share of 10,000 rolls of this die, made with the generator `rng`."""

    height = 366  # room for a legend of 20 faces

    def __init__(self, rng, rolls=likelihood.ROLLS, names=6):
        self._rng = likelihood.check_rng(rng)
        self._luck = None
        self.at = np.unique(np.geomspace(1, ROLLED, 28).astype(int))
        self._bin = np.searchsorted(self.at, np.arange(1, ROLLED + 1))
        super().__init__(rolls, names, [button("roll_again", "Roll again")])

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
        room = 40 + SMALL * max(map(ems, self.names))  # at the right, for the legend
        title = "share of each face, this die rolled 10,000 times"
        ax = self.picture.axes(34, 86, WIDTH - 40 - room, 236, title, "y", xlim=(0, 4), ylim=(0, 1))
        ax.set_xticks(range(5), ["1", "10", "100", "1,000", "10,000"])
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.50", "0.75", "1"])
        write(ax, ax.bbox.width / 2, -34, "rolls so far", in_points=True)
        nowhere = np.zeros((len(self.at), len(self.names)))
        self.lines = ax.plot(np.log10(self.at), nowhere, color=DATA, linewidth=1.2)
        for k, line in enumerate(self.lines):
            line.set_linestyle(DASHES[k % len(DASHES)])
        legend(ax, self.lines, self.names, "upper left", (1, 1.05), handlelength=2.2)
        ends = np.tile([0, 4, np.nan], len(self.names))
        (self.levels,) = ax.plot(ends, ends, color=MODEL, linewidth=1)
        self.picture.add_moving(*self.lines, self.levels)

    def show(self, y, loss):
        for line, share in zip(self.lines, self.shares):
            line.set_ydata(share)
        self.levels.set_ydata(np.repeat(y, 3))
