"""Chapter 9: what each letter of a sentence costs, and the die of the next letter at one place of it."""

import numpy as np
from traitlets import Int, Unicode, observe, validate

from . import likelihood
from .chapter_8 import Point
from .explorer import Explorer, button, slider
from .picture import GREY, INK, PALE, WIDTH, boxes, rounded, set_boxes, write

LONGEST, A_LINE = 80, 20  # letters of a sentence, and of each of its lines
LINE = 54  # points: a line of letters, and their costs below
CEILING = 7  # nats


class TextExplorer(Explorer):
    """The cost -log y of each letter of a `sentence`, and the die of the letter at `place`.

    `dice(alpha, tau)` makes the dice from a pseudo-count and a temperature, an array (K, K): row i is the die
    of the letter after letter i. `table` are the counts (K, K) of the text behind it. `letters` are K signs;
    the last of them stands for every other sign. The loss is that of the sentence after its first letter.
    `rng` is for the letters that *Write* rolls.
    """

    bars_at = 30, 106, WIDTH - 40, 70
    sentence = Unicode().tag(sync=True)
    place = Int(2).tag(sync=True, builds=True)

    def __init__(self, dice, table, letters, sentence, rng):
        self.letters = tuple(letters)
        self.table = likelihood.check_counts(table, "table")
        K = len(self.letters)
        if self.table.shape != (K, K):
            raise ValueError(f"table has shape {self.table.shape}: {K} letters need {K} rows of {K} counts")
        self._dice, self._rng = dice, likelihood.check_rng(rng)
        self.at = self._read(sentence)
        hand = Point(["pseudo-count", "temperature"], [1, 1], [0, 0.1], [8, 8], self._next_dice)
        names = ["_" if letter == " " else letter for letter in self.letters]
        super().__init__(self.table[self._before], names, hand)
        self.sentence = sentence

    def _controls(self):
        places = [*range(2, len(self.at) + 1)]
        place = slider("place", "letter", "place in the sentence", places)
        field = {"kind": "text", "name": "sentence", "meaning": "your sentence"}
        return [*super()._controls(), place, field, button("write", "Write")]

    def _next_dice(self, points):
        return self._table(*points[0])[[self._before]]

    def _table(self, alpha, tau):
        return likelihood.check_probabilities(self._dice(alpha, tau), name="dice")

    def _read(self, sentence):
        """The sentence as places in `letters`, or a ValueError."""
        signs = sentence.lower()
        if not 2 <= len(signs) <= LONGEST:
            rule = f"2 to {LONGEST} are needed"
            raise ValueError(f"the sentence {likelihood.shown(sentence)} has {len(signs):,} letters: {rule}")
        known = {letter: k for k, letter in enumerate(self.letters)}
        other = len(self.letters) - 1
        at = np.array([known.get(sign, other) for sign in signs])
        if np.all(at == other):
            rule = "one at least must be a letter that the dice know"
            raise ValueError(f"the sentence is {likelihood.shown(sentence)}: {rule}")
        return at

    @validate("sentence")
    def _check_sentence(self, proposal):
        self._read(proposal["value"])
        return proposal["value"]

    @validate("place")
    def _check_place(self, proposal):
        if not 2 <= proposal["value"] <= len(self.at):
            raise ValueError(f"place is {proposal['value']}: the sentence has the places 2 to {len(self.at)}")
        return proposal["value"]

    @observe("sentence")
    def _sentence_changed(self, _):
        with self.hold_sync():
            self.at = self._read(self.sentence)
            self.place = min(self.place, len(self.at))
            self.take(self.data())

    def data(self):
        return self.table[self._before]

    def write(self):
        """Roll a line of letters, each with the die of the one before it, at the hand's temperature."""
        dice, line = self._table(*self.die.point), [int(self.at[0])]
        for _ in range(59):
            line.append(self._rng.choice(len(self.letters), p=dice[line[-1]]))
        self.note = "".join(self.letters[k] for k in line)

    @property
    def _before(self):
        return self.at[self.place - 2]

    @property
    def height(self):
        return 236 + LINE * (1 + (len(self.at) - 1) // A_LINE)

    def key(self):
        before = self.names[self._before]
        return [["model", f"y: the die after {before}"], ["data", f"f: what followed {before} in the text"]]

    def bounds(self):
        before, after, K = self.at[:-1], self.at[1:], len(self.letters)
        pairs = [likelihood.counts(after[before == k] + 1, K) for k in np.unique(before)]
        least = likelihood.cross_entropy(pairs, likelihood.frequencies(pairs)).sum()  # of its own frequencies
        return least, len(after) * np.log(K)

    def measure(self, y):
        rows = likelihood.one_hot(self.at[1:] + 1, len(self.letters))
        self.costs = likelihood.cross_entropy(rows, self._table(*self.die.point)[self.at[:-1]])
        return float(self.costs.sum())

    def build(self):
        lines = 1 + (len(self.at) - 1) // A_LINE
        title = "each letter costs −log y, in nats"
        limits = {"xlim": (0, A_LINE), "ylim": (-lines, 0)}
        ax = self.picture.axes(30, 230, WIDTH - 40, LINE * lines, title, **limits)
        ax.spines["bottom"].set_visible(False)
        row, self.x = np.divmod(np.arange(len(self.at)), A_LINE)
        self.tops = -row - 0.3
        for top in np.unique(self.tops):
            for cost in (0, 5):
                y = top - 0.65 * cost / CEILING
                ax.axhline(y, color=PALE, linewidth=1)
                write(ax, -0.3, y - 0.08, str(cost), ha="right")
        for x, top, k in zip(self.x, self.tops, self.at):
            write(ax, x + 0.5, top + 0.08, self.names[k])
        x, top = self.x[self.place - 1], self.tops[self.place - 1]
        set_boxes(boxes(ax, facecolor="none", edgecolor=INK, linewidth=1), [x], x + 1, top, top + 0.3)
        self.columns = boxes(ax, facecolor=GREY, linewidth=0)
        (self.cut,) = ax.plot([], [], color=GREY, marker=11, markersize=9, linestyle="", clip_on=False)
        self.picture.add_moving(self.columns, self.cut)

    def show(self, y, loss):
        x, tops = self.x[1:], self.tops[1:]
        bottoms = tops - 0.65 * np.minimum(self.costs, CEILING) / CEILING
        set_boxes(self.columns, x + 0.2, x + 0.8, bottoms, tops)
        beyond = self.costs > CEILING
        self.cut.set_data(x[beyond] + 0.5, bottoms[beyond] - 0.1)

    def describe(self, y, loss):
        costly = most(self.costs, [self.names[k] for k in self.at[1:]])
        likeliest = most(y, self.names)
        alpha, tau = self.die.point
        each = rounded(loss / len(self.costs))
        said = f"Pseudo-count {alpha:g}, temperature {tau:g}: {self.say_loss(loss)}, {each} a letter."
        after = self.names[self._before]
        return f"{said} {costly} cost the most. After {after} the likeliest are {likeliest}."


def most(values, names):
    return ", ".join(f"{names[k]} {rounded(values[k], 2)}" for k in np.argsort(-values)[:3])
