"""The chapters' own pictures, at the right of the bars: each is built for some data and shows a die.

A panel draws with `stay` and `move` of a `LivePicture`, and sets what moves in `show(...)`.
"""

import numpy as np

from . import likelihood, words
from .picture import DATA, FRAMED, MODEL, RIGHT, SMALL, SOLID, Axes, Bars, Outline, Pixels, Text, ems, number

# Okabe and Ito's green, orange and purple, each with a sign of its own: its corners around a point.
CLASSES = {"#009e73": "o", "#e69f00": "^", "#cc79a7": "s"}


class Running:
    """Chapter 1: each face's share of 10,000 rolls of this die, which closes in on its probability."""

    def __init__(self, picture, names, luck):  # of each roll, a number from 0 to 1
        self.luck, self.at = luck, np.unique(np.geomspace(1, len(luck), 40).astype(int))
        self.at_roll = np.searchsorted(self.at, np.arange(1, len(luck) + 1))
        room = max(24, SMALL * max(map(ems, names)) + 8)  # for the names at the right
        place = *RIGHT[:2], RIGHT[2] + 24 - room, RIGHT[3]
        self.axes = axes = Axes(picture, place, (0, 4), (0, 1), words.RUNNING)
        axes.grid([0.25, 0.5, 0.75, 1], ["0.25", "0.50", "0.75", "1.00"])
        axes.below(range(5), ["1", "10", "100", "1,000", "10,000"], words.ROLLED)
        size = SMALL + 3 if max(map(len, names)) == 1 else SMALL
        self.names, self.texts = names, picture.move(*[Text(axes.right + 4, 0, size=size) for _ in names])
        share, level = Outline(stroke=DATA, closed=False, name="shares"), Outline(stroke=MODEL, closed=False)
        self.shares, self.levels = picture.move(share, level)

    def show(self, y):
        faces = np.searchsorted(np.cumsum(y)[:-1], self.luck, side="right")
        came_up = np.bincount(self.at_roll * len(y) + faces, minlength=len(self.at) * len(y))
        shares = came_up.reshape(-1, len(y)).cumsum(axis=0).T / self.at
        self.shares.parts = [self.axes.line(np.log10(self.at), share) for share in shares]
        self.levels.parts = [self.axes.line([0, 4], p) for p in y]
        for text, name, p in zip(self.texts, self.names, y):
            text.y = self.axes.y(max(p, 0.06) - 0.02)  # clear of the numbers below the axis
            text.text = name if np.sum(abs(y - p) < 0.05) == 1 else ""  # no room for two on one level


class Terms:
    """Chapters 2 and 3: the sum of t_k log y_k as a staircase down from 0, a line of text a face.

    The staircase leaves the room at the left that the longest line needs.
    """

    def __init__(self, picture, t, names):
        self.t, self.names, self.rows = t, names, -np.arange(len(names) + 1.0)
        self.most = 1.6 * t.sum() * np.log(len(names))
        self.total_text = words.TOTAL if t.sum() > 1 else words.TOTAL_ONE
        place = _, _, width, height = 300, 112, 266, 226
        longest = max(ems(words.TERM.format(*face, "0.000", number(-self.most))) for face in zip(names, t))
        size = min(SMALL, 0.9 * height / len(self.rows), 0.7 * width / longest)
        share = max(longest * size / width, 0.47)
        limits = (-self.most / (1 - share), 0), (self.rows[-1] - 0.5, 0.5)
        self.axes = axes = Axes(picture, place, *limits, words.TERMS)
        picture.stay(Outline([axes.line(0, limits[1])], closed=False))
        picture.stay(Text(axes.right, axes.top - 3, "0", anchor="middle"))
        self.steps, self.total = picture.move(Outline(**FRAMED), Outline(**SOLID))
        levels = axes.y(self.rows - 0.15)
        self.lines = picture.move(*[Text(axes.left, level, size=size) for level in levels])
        self.lines[-1].bold = True

    def show(self, y):
        terms = likelihood.log_terms(self.t, y)
        ends, low, high = np.maximum(np.cumsum(terms), -self.most), self.rows - 0.3, self.rows + 0.3
        self.steps.parts = self.axes.boxes(ends, [0, *ends[:-1]], low[:-1], high[:-1])
        self.total.parts = self.axes.boxes(ends[-1], 0, low[-1], high[-1])
        for line, name, n, p, term in zip(self.lines, self.names, self.t, y, terms):
            line.text = words.TERM.format(name, n, number(p), number(term))
        self.lines[-1].text = self.total_text.format(number(terms.sum()))


class Costs:
    """Chapter 4: each roll as a column as high as its cost -log y; the area is the sum, the line the mean."""

    CEILING = 5

    def __init__(self, picture, t, names):
        self.t, self.ends = t, np.cumsum(t)
        self.axes = axes = Axes(picture, RIGHT, (0, self.ends[-1]), (0, self.CEILING), words.EACH_ROLL)
        axes.grid(range(1, self.CEILING + 1), "12345")
        self.columns, self.line = Outline(**FRAMED), Outline(stroke=MODEL, width=2, closed=False)
        self.mean = Text(axes.right, 0, anchor="end", bold=True)
        picture.move(self.columns, self.line, self.mean)
        self.labels = axes.faces(self.ends - t / 2, names, t / self.ends[-1])

    def show(self, y):
        costs = -likelihood.log_terms(np.ones(len(y)), y)
        mean = likelihood.cross_entropy(self.t, y) / self.ends[-1]
        level = min(mean, self.CEILING)
        tops = np.minimum(costs, self.CEILING)
        self.columns.parts = self.axes.boxes(self.ends - self.t, self.ends, 0, tops)
        self.line.parts = [self.axes.line(self.axes.xlim, level)]
        self.mean.text, self.mean.y = words.MEAN.format(number(mean)), self.axes.y(level + 0.1)
        for label, cost, n in zip(self.labels, costs, self.t):
            text = number(cost, 2) if cost <= self.CEILING else number(cost, 1 if cost < 10 else 0) + "↑"
            label.text = text if n else ""


class Curve:
    """Chapter 4: what one roll costs, -log y, whatever probability the face that came up may have."""

    def __init__(self, picture, t, names):
        self.t, most = t, Costs.CEILING
        self.axes = axes = Axes(picture, RIGHT, (0, 1), (0, most), words.CURVE.format(names[t.argmax()]))
        axes.grid(range(1, most + 1), "12345")
        axes.below(np.linspace(0, 1, 5), ["0", "0.25", "0.50", "0.75", "1"], words.CURVE_FOR)
        p = np.geomspace(np.exp(-most), 1, 60)
        picture.stay(Outline([axes.line(p, -np.log(p))], stroke=DATA, width=1.5, closed=False))
        self.foot, self.mark = Outline(stroke=MODEL + "80", closed=False), Outline(**SOLID, name="point")
        self.cost = Text(0, 0, anchor="middle", bold=True)
        picture.move(self.foot, self.mark, self.cost)

    def show(self, y):
        p, cost, axes = y[self.t.argmax()], likelihood.cross_entropy(self.t, y), self.axes
        height = min(cost, Costs.CEILING)
        self.foot.parts = [axes.line([p, p, 0], [0, height, height])]
        self.mark.parts = [axes.line(p, height) + disc(4.5)]
        self.cost.x, self.cost.y = axes.x(np.clip(p + 0.12, 0, 0.88)), axes.y(height) - 8
        self.cost.text = number(cost, 2) + ("↑" if cost > height else "")


class Slopes(Bars):
    """Chapter 5: the slope of log L towards each face, t_k / y_k - N, which is 0 at the best die.

    No slope is below -N; a bar beyond 1.5 N is cut off, and the number below it has an arrow.
    """

    def __init__(self, picture, t, names):
        self.t, self.rolls = t, int(t.sum())
        ticks, limits = [-self.rolls, 0, self.rolls], (-self.rolls, 1.5 * self.rolls)
        sample = max("99.9↑", number(-self.rolls, 1), key=ems)
        super().__init__(picture, RIGHT, names, limits, words.SLOPES, sample)
        axes, at = self.axes, self.axes.right + 14
        axes.grid(ticks, [number(tick, 0) for tick in ticks], base=0)
        picture.stay(Text(at, axes.top, words.RAISE, anchor="end", upright=True))
        picture.stay(Text(at, axes.bottom, words.LOWER, upright=True))

    def show(self, y):
        # A face that never came up adds 0 even at y_k = 0: its slope is -N there as everywhere.
        ratio = np.divide(self.t, y, where=y > 0, out=np.where(self.t > 0, np.inf, 0.0))
        self.slopes, most = ratio - self.rolls, 50 * self.rolls - 1
        texts = [number(slope, 1 if abs(slope) < 100 else 0) for slope in self.slopes]
        for k in np.flatnonzero(self.slopes > self.limits[1]):
            texts[k] = f">{most}" if most < self.slopes[k] < np.inf else texts[k] + "↑"
        super().show(self.slopes, texts)


class Parts:
    """Chapter 6: bars that add up, the floor, the gap, and the cross-entropy that is both.

    Floor and gap are `times` those of one roll, with frequencies f. With `orders`, this piece is taken off
    again, and what is left has a bar of its own. `factors` are written before H and KL, and the orders.
    """

    def __init__(self, picture, f, times, orders, factors, title):
        self.f, self.times, self.orders, self.factors = f, times, orders, factors
        self.floor, self.most = times * likelihood.entropy(f), 1.6 * times * np.log(len(f))
        self.axes = axes = Axes(picture, (300, 112, 262, 196), (0, self.most), (-4.4, 0.6), words.PARTS)
        axes.grid([], [])
        ticks = Axes.round_numbers(0, self.most, 5 if self.most < 1e5 else 2)
        axes.below(ticks, [f"{x:,.10g}" for x in ticks], title)
        self.rows = np.array([0, -2] if orders is None else [0, -2, -4])  # of the bars that start at 0
        self.starts = np.array([self.floor, self.floor, self.floor - (orders or 0)])[: len(self.rows)]
        picture.stay(Outline(axes.boxes(0, self.starts, self.rows - 0.3, self.rows + 0.05), **FRAMED))
        picture.stay(Text(axes.left, axes.y(0.15), words.FLOOR.format(factors[0], number(self.floor))))
        if orders is not None:
            picture.stay(Text(axes.left, axes.y(-2.85), words.ORDERS.format(factors[1], number(orders))))
        self.added, self.taken = picture.move(Outline(**SOLID), Outline())
        self.texts = picture.move(*[Text(axes.left, axes.y(row + 0.15)) for row in (-1, -2, -4)])
        self.texts[1].bold = True

    def show(self, y):
        self.gap = self.times * likelihood.kl_divergence(self.f, y)
        total, rows = self.floor + self.gap, np.array([-1, *self.rows[1:]])
        ends = np.minimum(self.starts + self.gap, self.most)
        self.added.parts = self.axes.boxes(self.starts, ends, rows - 0.3, rows + 0.05)
        cut = " →" if total > self.most else ""
        self.texts[0].text = words.GAP.format(self.factors[0], number(self.gap)) + cut
        self.texts[1].text = words.CROSS.format(self.factors[0], number(total)) + cut
        if self.orders is not None:
            left = total - self.orders
            self.taken.parts = self.axes.boxes(*np.minimum([left, total], self.most), -3.3, -2.95)
            self.texts[2].text = words.OF_COUNTS.format(self.factors[1], number(left))


class Unseen:
    """Chapter 6: how the loss on new rolls of a die p is spread, for the die y and for p itself.

    `sets` are counts of such rolls, an array (M, K), a set of them a row.
    """

    def __init__(self, picture, sets, p):
        self.sets, self.p, self.rolls = sets, p, int(sets[0].sum())
        self.true = likelihood.cross_entropy(sets, p)
        self.edges = np.linspace(0.8, 1.4, 33) * (self.rolls * np.log(len(p)))  # of the boxes
        limits, title = self.edges[[0, -1]], words.UNSEEN.format(self.rolls)
        self.axes = axes = Axes(picture, RIGHT, limits, (0, 0.5), title)
        axes.grid([0.1, 0.2, 0.3, 0.4, 0.5], ["10%", "20%", "30%", "40%", "50%"])
        ticks = Axes.round_numbers(*limits, 6)
        axes.below(ticks, [f"{x:g}" for x in ticks], words.UNSEEN_COST)
        picture.stay(Outline(self._boxes(self.true), **FRAMED))
        self.boxes, self.line = Outline(**SOLID, name="losses"), Outline(stroke=MODEL, width=2, closed=False)
        self.text = Text(axes.right, axes.top - 6, anchor="end", bold=True)
        picture.move(self.boxes, self.line, self.text)

    def _boxes(self, losses):
        shares = np.histogram(np.minimum(losses, self.edges[-1]), self.edges)[0] / len(losses)
        some = shares > 0
        return self.axes.boxes(self.edges[:-1][some], self.edges[1:][some], 0, np.minimum(shares[some], 0.5))

    def show(self, y):
        costs = -likelihood.log_terms(np.ones(len(y)), y)  # of each face, which is faster than of each set
        possible = np.isfinite(costs)
        losses = self.sets[:, possible] @ costs[possible]
        losses[self.sets[:, ~possible].any(axis=1)] = np.inf
        mean = likelihood.cross_entropy(self.rolls * self.p, y)
        ahead = np.mean(losses < self.true - 1e-9)  # by more than rounding
        self.found = self.rolls, number(mean), ahead, len(self.sets)
        self.boxes.parts = self._boxes(losses)
        self.line.parts = [self.axes.line(min(mean, self.edges[-1]), self.axes.ylim)]
        self.text.text = words.EXPECTED.format(number(mean))


class Descent:
    """Chapter 7: the loss after each step, above a floor at the least possible, and the next step's slopes.

    The scale is the cube root of the excess over the least: a bounce and the last approach both show.
    """

    STEPS = 100

    def __init__(self, picture, t, names):
        self.f, self.fair = likelihood.frequencies(t), t.sum() * np.log(len(t))
        self.least = likelihood.cross_entropy(t, self.f)
        self.most = max(3 * self.fair, 1.5 * self.least)
        place, limits = (318, 246, 238, 62), (-0.2, 0.2)
        self.slopes = Bars(picture, place, names, limits, words.SCORE_SLOPES, "−0.00")
        self.slopes.axes.grid([], [], base=0)
        self.axes = axes = Axes(picture, (318, 112, 238, 96), (0, self.STEPS), (0, 1.08), words.PATH)
        ticks = {self.place(loss): number(loss) for loss in (self.least, self.fair)}
        for loss in Axes.round_numbers(self.fair, self.most, 5):
            if 0.16 + max(ticks) < self.place(loss) < 1:
                ticks[self.place(loss)] = f"{loss:g}"
        axes.grid([*ticks], ticks.values())
        axes.below(np.linspace(0, self.STEPS, 5), ["0", "25", "50", "75", "100"])
        picture.stay(Outline([axes.line(axes.xlim, 0)], stroke=DATA, width=2, closed=False))  # the floor
        self.line, self.mark = Outline(stroke=MODEL, width=1.5, closed=False, name="path"), Outline(**SOLID)
        self.count = Text(axes.right, axes.top - 6, anchor="end", bold=True)
        self.reached = Text(axes.right, axes.bottom - 6, anchor="end")
        picture.move(self.line, self.mark, self.count, self.reached)

    def place(self, loss):
        """How high a loss stands: 0 for the least, 1 for the most and all beyond."""
        return np.cbrt(np.clip((np.asarray(loss) - self.least) / (self.most - self.least), 0, 1))

    def show(self, y, losses, steps):
        """`losses` before the first step and after each; `steps` so far, which may be more than fit."""
        slopes = y - self.f
        self.slopes.show(slopes, [number(slope, 2) for slope in slopes])
        line = self.axes.line(np.arange(len(losses)), self.place(losses))
        self.line.parts, self.mark.parts = [line], [line[-1] + disc(3)]
        self.count.text = words.STEPS_SO_FAR.format(steps)
        # As numbers show it: from here on the loss and the least possible look the same.
        there = np.flatnonzero(np.round(losses, 3) == round(self.least, 3))
        self.reached.text = words.REACHED.format(number(self.least), there[0]) if there.size else ""


class Plane:
    """Chapter 8: the plane of two features, coloured by the leading class, the samples, and one point.

    `predict` turns points (N, 2) into dice; `points` are the samples, `classes` theirs from 1 on. There
    are colours and signs for three classes.
    """

    def __init__(self, picture, lows, highs, predict, points, classes, names, features):
        if len(names) > len(CLASSES):
            raise ValueError(f"there are {len(names)} classes: the plane can show {len(CLASSES)} at most")
        self.axes = axes = Axes(picture, (330, 112, 226, 196), *zip(lows, highs))
        xs, ys = np.linspace(*axes.xlim, 80), np.linspace(*axes.ylim[::-1], 80)
        dice = np.reshape(predict(np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)), (80, 80, -1))
        colours = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in CLASSES])
        # The colour fades to nothing where no class leads.
        lead = (dice.max(axis=-1) - 1 / len(names)) / (1 - 1 / len(names))
        rgba = np.dstack([colours[dice.argmax(axis=-1)], 90 * lead])
        picture.stay(Pixels(axes.place, rgba))
        axes.grid([], [])
        for k, (name, (colour, sign)) in enumerate(zip(names, CLASSES.items())):
            some = points[classes == k + 1]
            picture.stay(Outline(axes.line(*some.T)[:, np.newaxis] + SIGNS[sign], fill=colour, stroke=None))
            x, y = axes.left + 80 * k, axes.top - 6
            picture.stay(Outline([SIGNS[sign] * 1.8 + (x + 5, y - 3.5)], fill=colour, stroke=None))
            picture.stay(Text(x + 13, y, name))
        ticks = [Axes.round_numbers(*limits, 6) for limits in (axes.xlim, axes.ylim)]
        axes.below(ticks[0], [f"{x:g}" for x in ticks[0]], features[0])
        for y in ticks[1]:
            picture.stay(Text(axes.left - 4, axes.y(y) + 3.5, f"{y:g}", anchor="end"))
        middle = (axes.top + axes.bottom) / 2
        picture.stay(Text(axes.left - 22, middle, features[1], anchor="middle", upright=True))
        mark = Outline(fill=MODEL, stroke="#ffffff", name="point")
        self.cross, self.mark = picture.move(Outline(closed=False), mark)

    def show(self, point):
        (x, y), axes = point, self.axes
        self.cross.parts = [axes.line(x, axes.ylim), axes.line(axes.xlim, y)]
        self.mark.parts = [axes.line(x, y) + disc(4.5)]


class Sentence:
    """Chapter 9: a sentence in two lines, each letter with its cost -log y as a bar below it.

    `letters` are the signs to show; the first of them is given and costs nothing. `place` is marked.
    """

    LONGEST, CEILING = 40, 7  # letters, nats

    def __init__(self, picture, letters, place):
        half = self.LONGEST // 2
        self.axes = axes = Axes(picture, RIGHT, (0, half), (-20, 0), words.SENTENCE)
        rows, self.x = np.divmod(np.arange(len(letters)), half)
        self.tops = -2 - 10 * rows
        axes.grid([-2, -7, -12, -17], ["0", "5", "0", "5"], base=-2)
        for x, top, letter in zip(self.x, self.tops, letters):
            picture.stay(Text(axes.x(x + 0.5), axes.y(top + 0.6), letter, SMALL + 2, "middle"))
        x, top = self.x[place], self.tops[place]
        picture.stay(Outline(axes.boxes(x + 0.05, x + 0.95, top, top + 1.9), stroke=MODEL, width=1.5))
        (self.bars,) = picture.move(Outline(**SOLID, name="costs"))
        ends = zip(axes.x(self.x + 0.5), axes.y(self.tops - 7) + 9)
        self.cut = picture.move(*[Text(x, y, anchor="middle") for x, y in ends])

    def show(self, costs):
        """`costs` of all letters but the first; a bar beyond 7 is cut, and says ∞ or points down."""
        x, tops = self.x[1:], self.tops[1:]
        self.bars.parts = self.axes.boxes(x + 0.2, x + 0.8, tops, tops - np.minimum(costs, self.CEILING))
        for text, cost in zip(self.cut[1:], costs):
            text.text = "" if cost <= self.CEILING else "↓" if np.isfinite(cost) else "∞"


def disc(radius):
    """The corners of a circle around a point."""
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    return radius * np.column_stack([np.cos(turns), np.sin(turns)])


SIGNS = {"o": disc(1.75), "^": np.array([(0, -2), (2, 1.75), (-2, 1.75)])}
SIGNS["s"] = 1.6 * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
