"""Chapter 5: the slope of log L towards each face, which is 0 at the best die."""

import numpy as np

from .explorer import RollsExplorer
from .parts import Bars
from .picture import GREY_BOX, SMALL, WIDTH, ems, rounded, write


class MaximumExplorer(RollsExplorer):
    """The slopes t_k / y_k - N. None of them is below -N; one above 1.5 N is cut, and has an arrow."""

    def measure(self, y):
        # A face that never came up adds 0 even at y_k = 0: its slope is -N there as everywhere.
        ratio = np.where(self.t > 0, np.inf, 0.0)
        np.divide(self.t, y, where=y > 0, out=ratio)
        self.slopes = ratio - self.N
        return super().measure(y)

    def build(self):
        N = self.N
        title = "slope of log L towards each face, t / y − N"
        left = 12 + SMALL * ems(rounded(-N, 0))
        ax = self.picture.axes(left, 86, WIDTH - left - 24, 158, title, "y", ylim=(-N, 1.5 * N))
        ax.set_yticks([-N, 0, N], [rounded(tick, 0) for tick in (-N, 0, N)])
        ax.spines["bottom"].set_position("zero")
        ax.tick_params(axis="x", pad=4 + 158 / 2.5)
        at = ax.bbox.width + 14
        write(ax, at, ax.bbox.height, "raise →", ha="right", rotation=90, in_points=True)
        write(ax, at, 0, "← lower", ha="left", rotation=90, in_points=True)
        self.bars = Bars(ax, self.names, **GREY_BOX)
        self.picture.add_moving(*self.bars.artists)

    def show(self, y, loss):
        self.bars.show(self.slopes, 1 if np.abs(self.slopes).max() < 100 else 0)

    def describe(self, y, loss):
        slopes = ", ".join(rounded(slope, 1) for slope in self.slopes)
        return f"{super().describe(y, loss)} Slopes t/y − N: {slopes}."
