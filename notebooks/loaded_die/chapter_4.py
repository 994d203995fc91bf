"""Chapter 4: what a roll costs, on a curve; and what all rolls cost, as an area."""

import numpy as np

from . import likelihood
from .explorer import FaceExplorer, RollsExplorer
from .parts import name_below
from .picture import GREY, GREY_BOX, MODEL, SMALL, WIDTH, boxes, ems, rounded, set_boxes, write

CEILING = 5  # nats: what costs more is cut, and has an arrow


def with_arrow(cost):
    return rounded(cost, 2) + ("↑" if cost > CEILING else "")


class CostExplorer(FaceExplorer):
    """What one roll costs, as a point on the curve -log y."""

    def build(self):
        title = "what the roll costs: −log p, in nats"
        ax = self.picture.axes(34, 88, WIDTH - 56, 158, title, "y", xlim=(0, 1), ylim=(0, CEILING))
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.50", "0.75", "1"])
        ax.set_yticks(range(CEILING + 1))
        text = f"p, the die's probability of {self.names[self.face - 1]}"
        write(ax, ax.bbox.width / 2, -34, text, in_points=True)
        p = np.geomspace(np.exp(-CEILING), 1, 60)
        ax.plot(p, -np.log(p), color=GREY, linewidth=1.5)
        foot = ax.plot([], [], color=MODEL + "80", linewidth=1)[0]
        point = ax.plot([], [], color=MODEL, marker="o", markersize=9, markeredgewidth=0, clip_on=False)[0]
        cost = write(ax, 0, 0, ha="left", fontweight="bold")
        self.foot, self.point, self.cost = self.picture.add_moving(foot, point, cost)

    def show(self, y, loss):
        p = y[self.face - 1]
        height = min(loss, CEILING)
        self.foot.set_data([p, p, 0], [0, height, height])
        self.point.set_data([p], [height])
        self.cost.set(text=with_arrow(loss), x=min(p + 0.03, 0.88), y=min(height + 0.2, CEILING - 0.5))


class LossExplorer(RollsExplorer):
    """Each roll as a column as high as its cost -log y: the area is the sum, the line the mean."""

    def build(self):
        self.ends = np.cumsum(self.t)
        title = "each roll costs −log y, in nats"
        ax = self.picture.axes(24, 86, WIDTH - 76, 158, title, "y", xlim=(0, self.N), ylim=(0, CEILING))
        ax.set_yticks(range(1, CEILING + 1))
        self.columns = boxes(ax, **GREY_BOX)
        self.line = ax.axhline(0, color=MODEL, linewidth=2, clip_on=False)
        right = self.N * (1 + 6 / ax.bbox.width)
        self.mean = [write(ax, right, 0, text, ha="left", fontweight="bold") for text in ("mean", "")]
        self.room = ax.bbox.width * self.t / self.N
        self.lines = name_below(ax, self.ends - self.t / 2, self.names, self.room)
        self.picture.add_moving(self.columns, self.line, *self.mean, *self.lines)

    def show(self, y, loss):
        costs = -likelihood.log_terms(np.ones(len(y)), y)
        mean = loss / self.N
        level = min(mean, CEILING)
        set_boxes(self.columns, self.ends - self.t, self.ends, 0, np.minimum(costs, CEILING))
        self.line.set_ydata([level, level])
        self.mean[0].set_y(level + 0.1)
        self.mean[1].set(text=rounded(mean), y=level - 0.4)
        for line, cost, room in zip(self.lines, costs, self.room):
            line.set_text(with_arrow(cost) if room > SMALL * ems("0.00") else "")
