"""Chapter 7: six scores, the die that softmax makes of them, and the way down its loss."""

import numpy as np
from traitlets import Enum

from . import likelihood
from .explorer import RollsExplorer, button, slider
from .hand import Hand, alone
from .parts import Bars
from .picture import DATA, GREY_BOX, MODEL, SMALL, WIDTH, ems, rounded, write

RATES = [0.1, 0.3, 1, 2, 4, 8, 12, 20]
STEPS = 100  # that the picture has room for


class Scores(Hand):
    """K scores, any numbers at all; softmax makes a die of them."""

    letter, called = "z", "score of {}"
    scores = Hand.values

    def __init__(self, names):
        super().__init__(names, np.zeros(len(names)), -5, 5)

    @property
    def probabilities(self):
        """The die y = softmax(z), shape (K,). Setting it sets the scores that make it and whose sum is 0."""
        return likelihood.softmax(self._values)

    @probabilities.setter
    def probabilities(self, y):
        y = likelihood.check_probabilities(y, len(self._values))
        if not y.all():
            raise ValueError("y contains 0: softmax gives every face more than 0, no scores make this die")
        self.become(np.log(y) - np.log(y).mean())

    def share_out(self, weights):
        """The scores of the die in proportion to the weights, shape (K,), all above 0."""
        self.probabilities = weights / weights.sum()


class DescentExplorer(RollsExplorer):
    """Any scores, and gradient descent on the mean loss: one step at a time, or played."""

    height = 458
    bars_at = 40, 104, WIDTH - 60, 60
    rate = Enum(RATES, 1).tag(sync=True)

    def __init__(self, rolls=likelihood.ROLLS, names=6):
        descent = [
            slider("rate", "η", "learning rate", RATES),
            button("step", "Play", plays=True),
            button("step", "Step"),
            button("start_again", "Start again"),
        ]
        self._reached = None  # the scores after the last step of the path
        super().__init__(rolls, names, descent, die=Scores)

    @alone
    def step(self, n=1):
        """n steps of descent on the mean loss, each z <- z - rate · (y - f)."""
        likelihood.check_whole(n, "n", "the number of steps must be a whole number, 1 or more")
        z = self.die.scores
        for _ in range(n):
            z = z - self.rate * (likelihood.softmax(z) - self.f)
            if self.steps < STEPS:
                self.path.append(self._loss_of(z))
            self.steps += 1
        self._reached = z
        self.die.become(z, mover="step")

    def start_again(self):
        """Go back to the scores from which the path began."""
        self.die.scores = self._start

    def off(self):
        off = super().off()
        if self.steps >= STEPS:
            off.append("step")
        if not self.t.all():  # no scores make a face impossible
            off.append("match")
        return off

    def _loss_of(self, z):
        return float(0 - (self.t * likelihood.log_softmax(z)).sum())  # finite where y itself underflows to 0

    def measure(self, y):
        z, loss = self.die.scores, self._loss_of(self.die.scores)
        if not np.array_equal(z, self._reached):  # moved by hand: a new path begins here
            self._start, self._reached = z, z
            self.path, self.steps = [loss], 0
        self.slopes = y - self.f
        return loss

    def build(self):
        title = "slope y − f; a step takes η times that"
        ax = self.picture.axes(40, 232, WIDTH - 60, 56, title, ylim=(-0.5, 0.5))
        ax.set_yticks([-0.5, 0.5], ["−0.5", "0.5"])
        ax.spines["bottom"].set_position("zero")
        self.bars = Bars(ax, [""] * len(self.names), depth=12, **GREY_BOX)
        self.picture.add_moving(*self.bars.artists)
        self._build_path()

    def _build_path(self):
        """The loss after each step, above a floor at the least possible.

        The scale is the cube root of the excess over the least: a bounce and the last approach both show.
        """
        fair = self.N * np.log(len(self.t))
        self.most = max(3 * fair, 1.5 * self.least)
        limits = {"xlim": (0, STEPS), "ylim": (0, 1.08)}
        left = 12 + SMALL * ems(rounded(self.least))
        ax = self.picture.axes(left, 332, WIDTH - left - 20, 96, "the loss, step by step", **limits)
        ticks = {self.level(loss): rounded(loss, 0) for loss in (fair, 2 * fair, self.most)}
        ticks = {0: rounded(self.least)} | {at: text for at, text in ticks.items() if at > 0.15}
        ax.set_yticks([*ticks], ticks.values())
        ax.set_xticks(range(0, STEPS + 1, 25))
        ax.axhline(0, color=DATA, linewidth=2)
        (self.line,) = ax.plot([], [], color=MODEL, linewidth=1.5, clip_on=False)
        (self.mark,) = ax.plot([], [], color=MODEL, marker="o", markersize=6, clip_on=False)
        right, top = ax.bbox.width, ax.bbox.height
        self.count = write(ax, right, top + 6, ha="right", fontweight="bold", in_points=True)
        self.reached = write(ax, right, top - 10, ha="right", in_points=True)
        self.picture.add_moving(self.line, self.mark, self.count, self.reached)

    def level(self, loss):
        """How high a loss stands: 0 for the least, 1 for the most and all beyond."""
        return np.cbrt(np.clip((np.asarray(loss) - self.least) / (self.most - self.least), 0, 1))

    def show(self, y, loss):
        self.bars.show(self.slopes)
        heights = self.level(self.path)
        self.line.set_data(np.arange(len(heights)), heights)
        self.mark.set_data([len(heights) - 1], heights[-1:])
        self.count.set_text(f"step {self.steps}")
        # As numbers show it: from here on the loss and the least possible look the same.
        there = np.flatnonzero(np.round(self.path, 3) == round(self.least, 3))
        self.reached.set_text(f"{rounded(self.least)} at step {there[0]}" if there.size else "")

    def describe(self, y, loss):
        z = ", ".join(rounded(score, 2) for score in self.die.scores)
        return f"{super().describe(y, loss)} Step {self.steps}, scores z = ({z})."
