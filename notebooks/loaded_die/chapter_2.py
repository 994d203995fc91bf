"""Chapter 2: one roll, and what its one-hot row picks."""

import numpy as np

from . import likelihood
from .explorer import FaceExplorer
from .faces import names_of
from .hand import Die
from .picture import GREY, GREY_BOX, WIDTH, boxes, rounded, set_boxes, write


class OneRollExplorer(FaceExplorer):
    """The six terms t_k log y_k of one roll, of which one at most is not 0, and their sum."""

    def __init__(self, face=1, names=6):
        names = names_of(names)
        super().__init__(face, names, Die(names))

    @property
    def height(self):
        return 130 + 22 * len(self.names)

    def measure(self, y):
        self.terms = likelihood.log_terms(self.t, y)
        return super().measure(y)

    def build(self):
        K = len(self.names)
        self.levels = -np.arange(K + 1.0)
        left = 190
        ax = self.picture.axes(left, 94, WIDTH - left - 14, 22 * (K + 1), xlim=(-5, 0), ylim=(-K - 0.5, 0.5))
        ax.spines["bottom"].set_visible(False)
        write(ax, -left, ax.bbox.height + 6, "each face adds t · log y", ha="left", in_points=True)
        ax.axvline(0, color=GREY, linewidth=1)
        ax.axhline(0.5 - K, xmin=-left / ax.bbox.width, color=GREY, linewidth=1, clip_on=False)
        self.bars = boxes(ax, **GREY_BOX)
        x = -5 * (1 + left / ax.bbox.width)
        self.lines = [write(ax, x, row - 0.2, ha="left") for row in self.levels]
        self.lines[-1].set_fontweight("bold")
        self.picture.add_moving(self.bars, *self.lines)

    def show(self, y, loss):
        ends = np.maximum([*self.terms, self.terms.sum()], -5)
        set_boxes(self.bars, ends, 0, self.levels - 0.3, self.levels + 0.3)
        for line, name, n, p, term in zip(self.lines, self.names, self.t, y, self.terms):
            equals = "≈" if term else "="
            line.set_text(f"{name}: {n} · log {rounded(p)} {equals} {rounded(term) if term else 0}")
        self.lines[-1].set_text(f"sum = {rounded(self.terms.sum())}")
