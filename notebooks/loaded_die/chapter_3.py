"""Chapter 3: the log-likelihood of many rolls, term by term."""

import numpy as np

from . import likelihood
from .explorer import RollsExplorer
from .picture import GREY, GREY_BOX, WIDTH, boxes, round_numbers, rounded, set_boxes, write

ROW = 28  # points: a line of text, and the step below it


class TermsExplorer(RollsExplorer):
    """The sum of the terms t_k log y_k as a staircase down from 0, a step a face."""

    def measure(self, y):
        self.terms = likelihood.log_terms(self.t, y)
        return super().measure(y)

    @property
    def height(self):
        return 118 + ROW * (len(self.names) + 1)

    def build(self):
        K = len(self.names)
        self.levels = -np.arange(K + 1.0)
        self.most = 1.6 * self.N * np.log(K)
        limits = {"xlim": (-self.most, 0), "ylim": (-K - 0.5, 0.5)}
        title = "from 0 down, each face adds t · log y"
        ax = self.picture.axes(20, 86, WIDTH - 40, ROW * (K + 1), title, "x", **limits)
        ticks = round_numbers(-self.most, 0, 5)
        ax.set_xticks(ticks, [rounded(x, 0) for x in ticks])
        ax.axvline(0, color=GREY, linewidth=1)
        self.steps = boxes(ax, **GREY_BOX)
        self.lines = [write(ax, -self.most, row + 0.06, ha="left") for row in self.levels]
        self.lines[-1].set_fontweight("bold")
        self.picture.add_moving(self.steps, *self.lines)

    def show(self, y, loss):
        total = self.terms.sum()
        ends = np.cumsum(self.terms)
        starts = np.array([0, *ends[:-1], 0])
        left, right = np.maximum([[*ends, total], starts], -self.most)
        set_boxes(self.steps, left, right, self.levels - 0.42, self.levels - 0.04)
        for line, name, n, p, term in zip(self.lines, self.names, self.t, y, self.terms):
            line.set_text(f"{name}: {n:,} · log {rounded(p)} ≈ {rounded(term)}")
        beyond = " ←" if total < -self.most else ""
        self.lines[-1].set_text(f"log L = {rounded(total)}{beyond}")
