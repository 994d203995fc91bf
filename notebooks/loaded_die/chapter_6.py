"""Chapter 6: floor and gap, which add up to the loss; and what a fitted die loses on new rolls."""

import math

import numpy as np
from traitlets import Enum, Int, validate

from . import likelihood
from .explorer import Explorer, RollsExplorer, choice, slider
from .faces import by_number, names_of
from .hand import Die
from .parts import Rows
from .picture import GREY, INK, MODEL, WIDTH, boxes, round_numbers, rounded, set_boxes, write

SIZES = (20, 50, 100, 200, 500, 1000, 2000)  # of the rolls that a die is fitted to
NEW = 20  # rolls in a set that the fitted die has not seen


def switch(name, meaning, words):
    return choice(name, "", meaning, [[word, word] for word in words])


class EntropyExplorer(RollsExplorer):
    """The loss as the sum of two bars, floor and gap, as the three switches have it."""

    per = Enum(["sum", "mean"], "sum").tag(sync=True, builds=True)
    unit = Enum(["nats", "bits"], "nats").tag(sync=True, builds=True)
    event = Enum(["sequence", "counts"], "sequence").tag(sync=True, builds=True)

    def __init__(self, rolls=likelihood.ROLLS, names=6):
        switches = [
            switch("per", "sum over the rolls, or mean of a roll", ["sum", "mean"]),
            switch("unit", "unit: nats or bits", ["nats", "bits"]),
            switch("event", "this sequence, or these counts in any order", ["sequence", "counts"]),
        ]
        super().__init__(rolls, names, switches)

    @property
    def height(self):
        return Rows.height(self.count)

    @property
    def unit_said(self):
        return f"{self.unit} a roll" if self.per == "mean" else self.unit

    def in_unit(self, nats):
        if self.per == "mean":
            nats = nats / self.N
        return nats / np.log(2) if self.unit == "bits" else nats

    @property
    def log_orders(self):
        """The log of the number of orders that the rolls can have, N! / Π t_k!; 0 for a sequence."""
        log_factorials = sum(math.lgamma(t + 1) for t in self.t)
        return math.lgamma(self.N + 1) - log_factorials if self.event == "counts" else 0

    def shown(self, loss):
        return self.in_unit(loss - self.log_orders)

    def measure(self, y):
        self.floor, self.orders = self.in_unit(self.least), self.in_unit(self.log_orders)
        self.gap = self.in_unit(self.N * likelihood.kl_divergence(self.f, y))
        return super().measure(y)

    @property
    def count(self):
        """How many lines of text there are."""
        return 3 if self.event == "sequence" else 5

    def build(self):
        most = 1.6 * self.in_unit(self.N * np.log(len(self.t)))
        self.parts = Rows(self.picture, f"the loss in two parts, {self.unit_said}", (0, most), self.count)
        self.dark = boxes(self.parts.ax, facecolor=GREY, linewidth=0)  # over the pale bars, where the gap is
        self.picture.add_moving(self.dark)

    def show(self, y, loss):
        total = self.floor + self.gap
        rest = total - self.orders
        times = "" if self.per == "mean" else f"{self.N:,} · "
        texts = [
            f"{times}H(f), the floor:  {rounded(self.floor)}",
            f"+ {times}KL(f ‖ y), the gap:  {rounded(self.gap)}",
            f"= {times}H(f, y), the cross-entropy:  {rounded(total)}",
            f"− the log of the number of orders:  {rounded(self.orders)}",
            f"= −log of the chance of the counts:  {rounded(rest)}",
        ]
        left, right = [0, self.floor, 0, rest, 0], [self.floor, total, total, total, rest]
        self.parts.show(texts[: self.count], left[: self.count], right[: self.count])
        gap = np.minimum([self.floor, total], self.parts.ax.get_xlim()[1])
        set_boxes(self.dark, *gap, *self.parts.heights(1, 2))

    def describe(self, y, loss):
        floor, gap, total = rounded(self.floor), rounded(self.gap), rounded(self.floor + self.gap)
        said = f"{super().describe(y, loss)} In {self.unit}, {self.per}: floor {floor} + gap {gap} = {total}"
        if self.event == "counts":
            said += f", less {rounded(self.orders)} for the orders = {rounded(self.shown(loss))}"
        return f"{said}."


class UnseenExplorer(Explorer):
    """What 20 new rolls of the fair die cost, for a die that is fitted to the first of some `rolls`.

    `rng` rolls the new ones, 5,000 sets of them.
    """

    fitted = Int(SIZES[0]).tag(sync=True, builds=True)

    def __init__(self, rolls, rng, names=6):
        names = names_of(names)
        K = len(names)
        self._rolls = likelihood.check_rolls(by_number(rolls, names), K)
        self.p = np.full(K, 1 / K)
        self.sets = likelihood.check_rng(rng).multinomial(NEW, self.p, size=5000)
        self.fair_losses = likelihood.cross_entropy(self.sets, self.p)
        self.sizes = [n for n in SIZES if n < len(self._rolls)] + [len(self._rolls)]
        meaning = "number of rolls that the die is fitted to"
        fitted = slider("fitted", "fitted to the first", meaning, self.sizes)
        t = likelihood.counts(self._rolls[: self.sizes[0]], K)
        super().__init__(t, names, Die(names), [fitted])
        self.fitted = self.sizes[0]
        self.die.probabilities = self.f

    def data(self):
        return likelihood.counts(self._rolls[: self.fitted], len(self.p))

    def take(self, t):
        with self.hold_sync():
            super().take(t)
            self.die.probabilities = self.f

    @validate("fitted")
    def _check_fitted(self, proposal):
        if proposal["value"] not in self.sizes:
            raise ValueError(f"fitted is {proposal['value']}: it must be one of {self.sizes}")
        return proposal["value"]

    def measure(self, y):
        costs = -likelihood.log_terms(np.ones(len(y)), y)  # of each face, which is faster than of each set
        possible = np.isfinite(costs)
        losses = self.sets[:, possible] @ costs[possible]
        losses[self.sets[:, ~possible].any(axis=1)] = np.inf
        self.losses = losses
        self.expected = float(likelihood.cross_entropy(NEW * self.p, y))
        self.ahead = np.mean(losses < self.fair_losses - 1e-9)  # by more than rounding
        return super().measure(y)

    def build(self):
        self.edges = np.linspace(0.8, 1.4, 33) * NEW * np.log(len(self.p))
        title = f"what {NEW} new rolls of the fair die cost, in nats"
        limits = {"xlim": self.edges[[0, -1]], "ylim": (0, 0.5)}
        ax = self.picture.axes(44, 88, WIDTH - 64, 172, title, "y", **limits)
        ax.set_xticks(round_numbers(*limits["xlim"], 6))
        ax.set_yticks([0.1, 0.3, 0.5], ["10%", "30%", "50%"])
        ax.stairs(self.shares(self.fair_losses), self.edges, color=GREY, linewidth=1)
        fair = NEW * np.log(len(self.p))
        write(ax, fair - 0.02 * fair, 0.44, "fair die", ha="right")
        self.stairs = ax.stairs(self.shares(self.fair_losses), self.edges, fill=True, color=MODEL + "a0")
        self.line = ax.axvline(0, color=INK, linewidth=2, clip_on=False)
        corner = ax.bbox.width, ax.bbox.height - 12
        self.text = write(ax, *corner, ha="right", fontweight="bold", in_points=True)
        self.picture.add_moving(self.stairs, self.line, self.text)

    def shares(self, losses):
        """In which share of the sets the loss lies between two edges; beyond the last counts as there."""
        found, _ = np.histogram(np.minimum(losses, self.edges[-1]), self.edges)
        return np.minimum(found / len(losses), 0.5)

    def show(self, y, loss):
        self.stairs.set_data(self.shares(self.losses))
        at = min(self.expected, self.edges[-1])
        self.line.set_xdata([at, at])
        self.text.set_text(f"expected {rounded(self.expected)}")

    def describe(self, y, loss):
        cost = f"{NEW} new fair rolls cost it {rounded(self.expected)} on average"
        ahead = f"less than the fair die in {self.ahead:.1%} of {len(self.sets):,} sets"
        return f"{super().describe(y, loss)} {cost}, {ahead}."
