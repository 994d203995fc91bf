"""What several pictures have: the loss on its line, bars, and the names of the faces below an axis."""

from collections import deque

import numpy as np

from .picture import (
    DATA_BOX,
    GREY,
    GREY_BOX,
    LARGE,
    MODEL,
    MODEL_BOX,
    SMALL,
    WIDTH,
    boxes,
    ems,
    legend,
    round_numbers,
    rounded,
    set_boxes,
    write,
)


class Meter:
    """The loss on a line that starts at the least possible, a trail of the last losses above it.

    The scale is the root of the excess over the least: wide where dice are good.
    """

    def __init__(self, picture, least, fair, unit):
        self.least, self.most = least, least + 1.2 * fair + 3
        title = f"loss in {unit}; stretched near the least"
        left, width = 8, WIDTH - 40
        ax = picture.axes(left, 20, width, 16, title, xlim=(0, 1), ylim=(0, 1))
        ticks = {least: "least", fair: "fair die"}
        ticks |= dict.fromkeys(round_numbers(fair, self.most, 5)[1:], "")
        end = -np.inf  # of the last label
        for loss, name in ticks.items():
            x = width * self.position(loss)
            half = SMALL * max(ems(name), ems(rounded(loss))) / 2
            if end + 8 > x - half or x + half > width:  # it would touch the last one, or the end
                continue
            end = x + half
            ax.axvline(self.position(loss), ymax=0.2, color=GREY, linewidth=1)
            text = rounded(loss) if name else f"{loss:,.10g}"
            write(ax, max(x, half - 4), -12, text, in_points=True)
            write(ax, max(x, half - 4), -25, name, in_points=True)
        self.trail = deque(maxlen=16)
        line = ax.plot([], [], color=MODEL + "66", linewidth=1.2, clip_on=False)[0]
        mark = ax.plot([], [], color=MODEL, marker=11, markersize=9, markeredgewidth=0, clip_on=False)[0]
        beyond = write(ax, width + 12, -2, color=MODEL, fontweight="bold", in_points=True, fontsize=LARGE)
        self.line, self.mark, self.beyond = picture.add_moving(line, mark, beyond)

    def position(self, loss):
        """Where a loss stands on the line: 0 for the least, 1 for the most and all beyond."""
        return np.sqrt(np.clip((loss - self.least) / (self.most - self.least), 0, 1))

    def show(self, loss):
        self.trail.appendleft(self.position(loss))
        self.line.set_data(self.trail, 0.4 + 0.04 * np.arange(len(self.trail)))
        self.mark.set_data([self.trail[0]], [0.05])
        self.mark.set_visible(loss <= self.most)
        self.beyond.set_text("" if loss <= self.most else "∞" if np.isinf(loss) else "→")


def name_below(ax, places, names, room, depth=38):
    """The names of the faces under the axis, and an empty line so far below it for each, which are returned.

    `room` is the width that each face has, in points. Where the widest name has none, all stand upright, cut
    to what fits below; where a line of text has none, there is no name.
    """
    widest = max(map(ems, names))
    size = LARGE if widest < 1.1 and np.min(room) > LARGE else SMALL
    upright = size * widest > np.min(room)
    if upright:
        names = [cut(name) for name in names]
    names = [name if free >= SMALL else "" for name, free in zip(names, np.broadcast_to(room, len(names)))]
    ax.set_xticks(places, names, fontsize=size, rotation=90 if upright else 0)
    corners = np.column_stack([places, np.zeros(len(names))])
    at = ax.transData.transform(corners)[:, 0] - ax.bbox.xmin
    return [write(ax, x, -depth, fontweight="bold", in_points=True, visible=not upright) for x in at]


def cut(name):
    """As much of a name as fits below an axis when it stands upright."""
    while ems(name) > 3.8:
        name = name[:-2] + "…"
    return name


class Bars:
    """Bars up and down from 0, a face each. One beyond the limits of the axes is cut, and has an arrow."""

    def __init__(self, ax, names, depth=38, **style):
        self.ax, self.x = ax, np.arange(len(names))
        ax.set_xlim(-0.6, len(names) - 0.4)
        room = 0.95 * ax.bbox.width / len(names)
        self.roomy = room > 2.2 * SMALL  # for a number such as 0.17
        self.bars = boxes(ax, **style)
        self.lines = name_below(ax, self.x, names, [room], depth)
        self.artists = self.bars, *self.lines

    def show(self, values, digits=2):
        low, high = self.ax.get_ylim()
        set_boxes(self.bars, self.x - 0.24, self.x + 0.24, 0, np.clip(values, low, high))
        for line, value in zip(self.lines, values):
            text = rounded(value, digits) if self.roomy else ""
            arrow = "↑" if value > high else "↓" if value < low else ""
            line.set_text(text + arrow)


class DieBars(Bars):
    """The die's probabilities as solid bars inside frames for the data's shares f."""

    def __init__(self, ax, names, f, key):
        top = next(top for top in (0.25, 0.5, 1) if 1.2 * f.max() <= top or top == 1)
        ax.set(ylim=(0, top), yticks=[0, top], yticklabels=["0", f"{top:g}"])
        super().__init__(ax, names, **MODEL_BOX)
        frames = ax.bar(self.x, f, 0.8, zorder=0.5, **DATA_BOX)
        texts = [text for _, text in key]
        legend(ax, [self.bars, frames], texts, "lower left", (-0.02, 0.97), handlelength=1.2)


class Rows:
    """Lines of text, each above a bar, along one axis from 0; the last line is bold."""

    def __init__(self, picture, title, limits, count):
        self.limits, self.count = limits, count
        self.arrow = " →" if limits[0] == 0 else " ←"
        place = 20, 88, WIDTH - 44, 28 * count
        self.ax = ax = picture.axes(*place, title, "x", xlim=limits, ylim=(0.5 - count, 0.5))
        ticks = round_numbers(*limits, 4)
        ax.set_xticks(ticks, [f"{tick:,.10g}".replace("-", "−") for tick in ticks])
        ax.axvline(0, color=GREY, linewidth=1)
        self.bars = boxes(ax, **GREY_BOX)
        self.lines = [write(ax, limits[0], level + 0.06, ha="left") for level in -np.arange(count)]
        self.lines[-1].set_fontweight("bold")
        picture.add_moving(self.bars, *self.lines)

    @staticmethod
    def height(count):
        """That of a picture with so many lines."""
        return 120 + 28 * count

    def heights(self, *rows):
        """Where the bars of these rows begin and end, counted from 0 at the top."""
        return np.subtract([[-0.42], [-0.04]], rows)

    def show(self, texts, left, right):
        """A bar beyond the limits is cut, and its line ends with an arrow."""
        inside = np.clip([left, right], *self.limits)
        set_boxes(self.bars, *inside, *self.heights(*range(self.count)))
        beyond = (inside != [left, right]).any(axis=0)
        for line, text, cut_off in zip(self.lines, texts, beyond):
            line.set_text(text + self.arrow if cut_off else text)


def say_terms(names, t, y, terms):
    """The terms t_k log y_k, a line of text each."""
    for name, n, p, term in zip(names, t, y, terms):
        value = f"≈ {rounded(term)}" if term else "= 0"
        yield f"{name}: {n:,} · log {rounded(p)} {value}"
