"""The pictures, in matplotlib alone. They are given numbers and draw them; they compute no loss.

A `LivePicture` is two SVG layers: what stays is drawn once, and what moves is drawn alone, by the
same renderer, over it. Its parts (`Meter`, `Bars`, ...) draw on an Axes with fixed limits, keep
their moving artists in `artists`, and set new values in place in `show(...)`.
"""

import io
import re
from collections import deque
from contextlib import contextmanager
from functools import lru_cache
from html import escape

import numpy as np
from matplotlib import rcParams
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from . import words

# Okabe and Ito's blue and vermilion: colour-blind readers tell them apart, on white and on black.
MODEL, DATA = "#0072b2", "#d55e00"
INK = "#2b2b2b"  # in a page the page's own text colour, so that a dark theme stays readable
SOLID = dict(facecolor=MODEL, linewidth=0)
HATCHED = dict(facecolor="none", edgecolor=DATA, hatch="////", linewidth=1)
# The same authors' green, orange and purple, each with a sign of its own.
CLASSES = [("#009e73", "o"), ("#e69f00", "^"), ("#cc79a7", "s")]
SMALL, LARGE = 10, 18  # points: text, and the die faces ⚀ to ⚅
SMALLEST = 7.5  # points: before names get smaller, they are turned upright
BELOW = 46  # points below an axis for the names of the faces and the numbers under these


class LivePicture:
    """A figure, `width` by `height` points, of which `show` redraws only the artists that move."""

    def __init__(self, width=580, height=360):
        self.size = width, height
        size = width / 72, height / 72
        self.figure = Figure(size, dpi=72, facecolor="none")  # so that pixels are points, on any theme
        self.moving = []

    def panel(self, part, left, bottom, width, height, *args):
        """Put a part on axes of its own (position in points); its artists are the ones that move."""
        w, h = self.size
        ax = self.figure.add_axes([left / w, bottom / h, width / w, height / h], facecolor="none")
        ax.tick_params(colors=INK, labelcolor=INK, labelsize=SMALL, length=0, pad=4)
        ax.spines[["top", "left", "right"]].set_visible(False)
        ax.spines["bottom"].set(color=INK, alpha=0.5)
        part = part(ax, *args)
        for artist in part.artists:
            artist.set_animated(True)  # Figure.draw passes over what is animated
        self.moving += part.artists
        return part

    def still(self):
        """The layer that stays, as SVG."""
        return self._svg(self.figure.draw, 'aria-hidden="true"')

    def frame(self, description):
        """The layer that moves, as SVG; it carries the description for those who cannot see it."""

        def draw(renderer):
            for artist in self.moving:
                artist.draw(renderer)

        return self._svg(draw, f'role="img" aria-label="{escape(description)}"')

    def png(self):
        """Both layers as a PNG on white, for where no SVG is shown."""
        out = io.BytesIO()
        self.figure.savefig(out, format="png", dpi=144, facecolor="white")
        return out.getvalue()

    def _svg(self, draw, attributes):
        out = io.StringIO()
        with text_as_text():
            renderer = RendererSVG(*self.size, out)
            draw(renderer)
            renderer.finalize()
        # Our own <svg> tag in place of matplotlib's header, whose style sheet would reach the page.
        body = out.getvalue().partition("</defs>")[2]
        for long, short in TO_REPLACE:
            body = body.replace(long, short)
        for pattern, short in TO_CUT:
            body = pattern.sub(short, body)
        return f'<svg viewBox="0 0 {self.size[0]} {self.size[1]}" {attributes}>{body}'


@contextmanager
def text_as_text():
    """Have matplotlib write text as text, and in one font. `rc_context` would copy all its 300
    settings, which takes as long as drawing five numbers; these two are put back alike."""
    settings = {"svg.fonttype": "none", "font.sans-serif": ["DejaVu Sans"]}
    before = {key: rcParams[key] for key in settings}
    rcParams.update(settings)
    try:
        yield
    finally:
        rcParams.update(before)


# What matplotlib writes and a page does not need. It is cut at every move, so each pattern begins
# with fixed letters, which Python's search finds fast.
TO_CUT = [
    (re.compile(r' id="(?:line2d|patch|text)_\d+"'), ""),
    (re.compile(r' transform="rotate\(-?0 [^"]*"'), ""),
    (re.compile(r"\.(\d)\d{3,}"), r".\1"),  # a tenth of a point; numbers to be read are shorter
]
TO_REPLACE = [
    ("\n", ""),
    ("; stroke-linejoin: miter", ""),
    ("; stroke-linecap: square", ""),
    ("font-family: 'DejaVu Sans', sans-serif; ", ""),  # the page's own font
    (INK, "currentColor"),
]


ANCHORS = {"left": "start", "center": "middle", "right": "end"}


class Line(Text):
    """One line of text, which in an SVG the page aligns and sets: there is no layout to work out."""

    def draw(self, renderer):
        if not self.get_visible():
            return
        text = self.get_text()
        if not isinstance(renderer, RendererSVG):  # a page has a font for every letter, a PNG has but one
            self.set_text("".join(letter if known(letter) else "□" for letter in text))
            super().draw(renderer)
            self.set_text(text)
            return
        x, y = self.get_transform().transform(self.get_position())
        x, y = f"{x:.1f}", f"{renderer.height - y:.1f}"  # a tenth of a point
        style = f"font-size: {self.get_fontsize():.3g}px; text-anchor: {ANCHORS[self.get_ha()]}"
        if self.get_weight() != "normal":
            style += f"; font-weight: {self.get_weight()}"
        turn = f"rotate({-self.get_rotation():g} {x} {y})" if self.get_rotation() else None
        attributes = {"x": x, "y": y, "style": style, "fill": self.get_color(), "transform": turn}
        renderer.writer.element("text", text, attributes)


def write(ax, x, y, text="", size=SMALL, **style):
    """Text on the axes in the ink's colour, never clipped."""
    style = {"color": INK, "transform": ax.transData, "rotation_mode": "anchor", **style}
    return ax.add_artist(Line(x, y, text, fontsize=size, clip_on=False, parse_math=False, **style))


@lru_cache
def known(letter):
    """Whether matplotlib's own font has the letter."""
    return bool(get_font(findfont("DejaVu Sans")).get_char_index(ord(letter)))


@lru_cache
def em(text):
    """How wide a text is, in font sizes. Most fonts of a page are narrower than this one."""
    font = FontProperties(family="DejaVu Sans", size=100)
    widths = (
        text_to_path.get_text_width_height_descent(c, font, ismath=False)[0] if known(c) else 100
        for c in text
    )
    return sum(widths) / 100


def boxes(ax, count, **style):
    """`count` rectangles as one artist, all empty until `set_boxes`."""
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    path = Path(np.zeros((5 * count, 2)), codes * count)
    return ax.add_artist(PathPatch(path, clip_on=False, **style))


def below(ax, places, names, shares, sample="0.00"):
    """The names of the faces under an axis, and in a row below them the artists of their numbers.

    `shares` are those of the axis that each face has to itself. All names are level if an even share
    has the room, with numbers as wide as `sample`; else they are upright, without numbers. Each is as
    large as its share allows, and left out where that is too small to be read.
    """
    room, widest = 0.9 * ax.bbox.width * np.asarray(shares), max(map(em, names))
    level = 0.9 * ax.bbox.width / len(names) >= SMALLEST * widest
    if level:
        sizes = np.minimum(LARGE if max(map(len, names)) == 1 else SMALL, room / widest)
        style = dict(ha="center", transform=ax.get_xaxis_transform())
    else:
        sizes = np.minimum(min(SMALL, BELOW / widest), room)
        style = dict(ha="right", rotation=90, transform=ax.get_xaxis_transform())
    ax.set_xticks([])
    for x, name, size, enough in zip(places, names, sizes, room >= SMALLEST * (widest if level else 1)):
        if enough:
            # The axes' units of a point; upright, the place is that of the letters' right edge.
            right, up = np.ptp(ax.get_xlim()) / ax.bbox.width, 1 / ax.bbox.height
            at = (x, -(4 + 0.76 * size) * up) if level else (x + 0.36 * size * right, -5 * up)
            write(ax, *at, name, size, **style)
    style = dict(ha="center", weight="bold", transform=ax.get_xaxis_transform())
    sizes = np.minimum(SMALL, room / (1.1 * em(sample)))  # bold, so a little wider
    if not level or max(sizes) < SMALLEST:
        return []
    numbers = [write(ax, x, -43 / ax.bbox.height, size=size, **style) for x, size in zip(places, sizes)]
    for label, size in zip(numbers, sizes):
        label.set_visible(bool(size >= SMALLEST))
    return numbers


def set_boxes(patch, left, right, bottom, top):
    """Move the rectangles of `boxes`; each argument is a number, or one number a rectangle."""
    corners = patch.get_path().vertices.reshape(-1, 5, 2)
    corners[:, (0, 1, 4), 0] = np.reshape(left, (-1, 1))
    corners[:, (2, 3), 0] = np.reshape(right, (-1, 1))
    corners[:, (0, 3, 4), 1] = np.reshape(bottom, (-1, 1))
    corners[:, (1, 2), 1] = np.reshape(top, (-1, 1))


def number(value, digits=3):
    """A number as a reader sees it: rounded, a real minus sign, ∞ for infinity, never -0.

    From 100,000 on it is whole.
    """
    style = ",.0f" if 1e5 <= abs(value) < np.inf else f".{digits}f"
    return f"{round(float(value), digits) + 0:{style}}".replace("inf", "∞").replace("-", "−")


def title(ax, text):
    """What the panel shows, above it at the left."""
    ax.text(0, 1.03, text, transform=ax.transAxes, color=INK, fontsize=SMALL)


class Meter:
    """The loss on a line that starts at the least possible, a trail of the last losses above it.

    The scale is the root of the excess over the least: wide where dice are good.
    """

    def __init__(self, ax, least, fair, most):
        self.least, self.most = least, most
        ax.set(xlim=(0, 1), ylim=(0, 1), yticks=[])
        ticks = {least: f"{words.LEAST}\n{number(least)}"}
        round_losses = MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(least, most)
        possible = {fair: f"{words.FAIR_DIE}\n{number(fair)}"}
        possible |= {x: f"\n{x:,.10g}" for x in round_losses if fair < x < most}
        end = SMALL * max(map(em, ticks[least].split("\n")))  # of the last label, in points
        for x, label in possible.items():
            middle, half = self.place(x) * ax.bbox.width, SMALL * max(map(em, label.split("\n"))) / 2
            # Any nearer, and two labels would touch; any further, and one would be cut off.
            if end + 8 < middle - half and middle + half < ax.bbox.width + 12:
                ticks[x], end = label, middle + half
        places = [self.place(x) for x in ticks]
        ax.set_xticks(places, ticks.values())
        ax.get_xticklabels()[0].set_horizontalalignment("left")
        ax.vlines(places, 0, 0.12, color=INK, alpha=0.5, linewidth=1)
        self.trail = deque(maxlen=16)
        (self.line,) = ax.plot([], [], color=MODEL, alpha=0.4, linewidth=1.2, clip_on=False)
        self.mark = ax.add_artist(Polygon([(0, 0)], clip_on=False, **SOLID))
        self.artists = [self.line, self.mark]

    def place(self, loss):
        """Where a loss stands on the line: 0 for the least, 1 for the most and all beyond."""
        return np.sqrt(np.clip((loss - self.least) / (self.most - self.least), 0, 1))

    def show(self, loss):
        self.trail.appendleft(self.place(loss))
        age = np.arange(len(self.trail)) / self.trail.maxlen
        self.line.set_data(self.trail, 0.28 + 0.72 * age)
        x = self.trail[0]
        self.mark.set_xy([(x, 0.02), (x - 0.008, 0.28), (x + 0.008, 0.28)])


class Bars:
    """The die's probabilities as solid bars inside hatched frames for the data's frequencies."""

    def __init__(self, ax, names, f, data_label, model_label=words.YOUR_DIE):
        self.x = np.arange(len(names))
        ax.set(xlim=(-0.6, len(names) - 0.4), ylim=(0, 1))
        ax.set_yticks([0.25, 0.5, 0.75, 1])
        ax.grid(axis="y", color=INK, alpha=0.12)
        for bottom, label, style in [(1.1, data_label, HATCHED), (1.03, model_label, SOLID)]:
            set_boxes(boxes(ax, 1, transform=ax.transAxes, **style), 0, 0.05, bottom, bottom + 0.045)
            ax.text(0.075, bottom, label, transform=ax.transAxes, color=INK, fontsize=SMALL)
        set_boxes(boxes(ax, len(names), **HATCHED), self.x - 0.4, self.x + 0.4, 0, f)
        self.bars = boxes(ax, len(names), **SOLID)
        self.labels = below(ax, self.x, names, np.full(len(names), 1 / len(names)))
        self.artists = [self.bars, *self.labels]

    def show(self, y):
        set_boxes(self.bars, self.x - 0.24, self.x + 0.24, 0, y)
        for label, p in zip(self.labels, y):
            label.set_text(number(p, 2))


class Terms:
    """The sum of t_k log y_k as a staircase down from 0, a step and a line of text for each face.

    The staircase leaves the room at the left that the longest line needs.
    """

    def __init__(self, ax, names, t, most, total):
        self.most, self.names, self.total_text = most, names, total
        self.rows = -np.arange(len(names) + 1.0)
        lines = [words.TERM.format(name, n, "0.000", number(-most)) for name, n in zip(names, t)]
        size = min(SMALL, 0.9 * ax.bbox.height / len(self.rows))
        share = max(map(em, lines)) * size / ax.bbox.width
        size, left = size * min(1, 0.7 / share), -most / (1 - min(max(share, 0.47), 0.7))
        ax.set(xlim=(left, 0), ylim=(self.rows[-1] - 0.5, 0.5), xticks=[], yticks=[])
        ax.spines["bottom"].set_visible(False)
        ax.axvline(0, color=INK, alpha=0.5, linewidth=1)
        title(ax, words.TERMS)
        ax.text(0, 0.6, "0", ha="center", color=INK, fontsize=SMALL)
        self.steps = boxes(ax, len(names), **HATCHED)
        self.total = boxes(ax, 1, **SOLID)
        self.lines = [write(ax, left, row - 0.15, size=size) for row in self.rows]
        self.lines[-1].set_weight("bold")
        self.artists = [self.steps, self.total, *self.lines]

    def show(self, t, y, terms):
        ends = np.maximum(np.cumsum(terms), -self.most)
        starts = np.concatenate([[0], ends[:-1]])
        set_boxes(self.steps, ends, starts, self.rows[:-1] - 0.3, self.rows[:-1] + 0.3)
        set_boxes(self.total, ends[-1], 0, self.rows[-1] - 0.3, self.rows[-1] + 0.3)
        for line, *row in zip(self.lines, self.names, t, y, terms):
            line.set_text(words.TERM.format(row[0], row[1], number(row[2]), number(row[3])))
        self.lines[-1].set_text(self.total_text.format(number(terms.sum())))


class Costs:
    """Each roll as a column as high as its cost -log y: the area is the sum, the line the mean."""

    CEILING = 5

    def __init__(self, ax, names, t):
        self.ends = np.cumsum(t)
        self.starts = self.ends - t
        total = self.ends[-1]
        ax.set(xlim=(0, total), ylim=(0, self.CEILING))
        ax.set_yticks(np.arange(1, self.CEILING + 1))
        ax.grid(axis="y", color=INK, alpha=0.12)
        title(ax, words.EACH_ROLL)
        self.columns = boxes(ax, len(t), **HATCHED)
        (self.line,) = ax.plot([0, total], [0, 0], color=MODEL, linewidth=2, clip_on=False)
        self.mean = write(ax, total, 0, ha="right", weight="bold")
        self.labels = below(ax, self.ends - t / 2, names, t / total)
        self.artists = [self.columns, self.line, self.mean, *self.labels]

    def show(self, costs, mean):
        set_boxes(self.columns, self.starts, self.ends, 0, np.minimum(costs, self.CEILING))
        level = min(mean, self.CEILING)
        self.line.set_ydata([level, level])
        self.mean.set_text(words.MEAN.format(number(mean)))
        self.mean.set_y(level + 0.1)
        for label, cost, start, end in zip(self.labels, costs, self.starts, self.ends):
            text = number(cost, 2) if cost <= self.CEILING else number(cost, 1 if cost < 10 else 0) + "↑"
            label.set_text(text if end > start else "")


class Slopes:
    """Which way log L rises: for each face a bar up from 0 (raise it) or down (lower it).

    No slope is below -N; a bar beyond 1.5 N is cut off, and the number below it has an arrow.
    """

    def __init__(self, ax, names, rolls):
        self.x, self.ceiling, self.most = np.arange(len(names)), 1.5 * rolls, 50 * rolls - 1
        ax.set(xlim=(-0.6, len(names) - 0.4), ylim=(-rolls, self.ceiling))
        ax.set_yticks([-rolls, 0, rolls], [number(tick, 0) for tick in (-rolls, 0, rolls)])
        ax.grid(axis="y", color=INK, alpha=0.12)
        ax.spines["bottom"].set_visible(False)
        ax.axhline(0, color=INK, alpha=0.5, linewidth=1)
        title(ax, words.SLOPES)
        for y, end, text in [(1, "top", words.RAISE), (0, "bottom", words.LOWER)]:
            ax.text(1.02, y, text, transform=ax.transAxes, rotation=90, va=end, color=INK, fontsize=SMALL)
        self.bars = boxes(ax, len(names), **SOLID)
        widest = max("99.9↑", number(-rolls, 1), key=em)
        self.labels = below(ax, self.x, names, np.full(len(names), 1 / len(names)), widest)
        self.artists = [self.bars, *self.labels]

    def show(self, slopes):
        set_boxes(self.bars, self.x - 0.24, self.x + 0.24, 0, np.minimum(slopes, self.ceiling))
        for label, slope in zip(self.labels, slopes):
            text = number(slope, 1 if abs(slope) < 100 else 0) + ("↑" if slope > self.ceiling else "")
            label.set_text(f">{self.most}" if self.most < slope < np.inf else text)


class Parts:
    """Bars that add up: the floor, the gap, and the cross-entropy that is both.

    With `orders`, this piece is taken off again, and what is left has a bar of its own. All numbers
    are in the unit that `axis` names; `factors` are written before H and KL, and before the orders.
    """

    def __init__(self, ax, floor, orders, most, factors, axis):
        self.floor, self.orders, self.most, self.factors = floor, orders, most, factors
        ax.set(xlim=(0, most), ylim=(-4.4, 0.6), yticks=[])
        ax.set_xlabel(axis, color=INK, fontsize=SMALL)
        round_numbers = MaxNLocator(5 if most < 1e5 else 2, steps=[1, 2, 5, 10]).tick_values(0, most)
        labels = {x: f"{x:,.10g}" for x in round_numbers if x <= most}
        right = {x: ax.bbox.width * x / most + SMALL * em(label) / 2 for x, label in labels.items()}
        ticks = [x for x in labels if right[x] < ax.bbox.width + 16]  # else it would be cut off
        ax.set_xticks(ticks, [labels[x] for x in ticks])
        ax.grid(axis="x", color=INK, alpha=0.12)
        title(ax, words.PARTS)
        self.rows = np.array([0, -2] if orders is None else [0, -2, -4])  # of the bars that start at 0
        floors = [floor, floor, floor - (orders or 0)][: len(self.rows)]
        set_boxes(boxes(ax, len(self.rows), **HATCHED), 0, floors, self.rows - 0.3, self.rows + 0.05)
        self.starts = np.array([floor, *floors[1:]])
        still = {0: words.FLOOR.format(factors[0], number(floor))}
        if orders is not None:
            still[-3] = words.ORDERS.format(factors[1], number(orders))
        for row, text in still.items():
            ax.text(0, row + 0.15, text, color=INK, fontsize=SMALL)
        self.gap = boxes(ax, len(self.rows), **SOLID)
        self.taken = boxes(ax, 1, facecolor="none", edgecolor=INK, linewidth=1)
        self.texts = [write(ax, 0, row + 0.15) for row in (-1, -2, -4)]
        self.texts[1].set_weight("bold")
        self.artists = [self.gap, self.taken, *self.texts]

    def show(self, gap):
        total, rows = self.floor + gap, np.array([-1, *self.rows[1:]])
        set_boxes(self.gap, self.starts, np.minimum(self.starts + gap, self.most), rows - 0.3, rows + 0.05)
        cut = " →" if total > self.most else ""
        self.texts[0].set_text(words.GAP.format(self.factors[0], number(gap)) + cut)
        self.texts[1].set_text(words.CROSS.format(self.factors[0], number(total)) + cut)
        if self.orders is not None:
            left = total - self.orders
            set_boxes(self.taken, *np.minimum([left, total], self.most), -3.3, -2.95)
            self.texts[2].set_text(words.OF_COUNTS.format(self.factors[1], number(left)))


class Running:
    """Each face's share of the rolls so far against the number of rolls, and where it heads."""

    def __init__(self, ax, names, at):
        faces = len(names)
        ax.set(xscale="log", xlim=(at[0], at[-1]), ylim=(0, 1))
        ax.set_yticks([0.25, 0.5, 0.75, 1])
        ax.grid(axis="y", color=INK, alpha=0.12)
        powers = 10 ** np.arange(np.log10(at[-1]) + 1)
        ax.set_xticks(powers, [f"{x:,.0f}" for x in powers])
        ax.minorticks_off()
        ax.set_xlabel(words.ROLLED, color=INK, fontsize=SMALL)
        title(ax, words.RUNNING)
        # One line through all faces, with gaps (NaN) between them.
        self.shares = ax.plot(np.tile([*at, np.nan], faces), np.zeros((len(at) + 1) * faces), color=DATA)[0]
        self.levels = ax.plot(np.tile([at[0], at[-1], np.nan], faces), np.zeros(3 * faces), color=MODEL)[0]
        self.shares.set(linewidth=1.1, clip_on=False)
        self.levels.set(linewidth=1.2, linestyle=(0, (4, 3)), clip_on=False)
        size = SMALL + 3 if max(map(len, names)) < 3 else SMALL
        self.names = [write(ax, 1.02 * at[-1], 0, name, size) for name in names]
        self.artists = [self.shares, self.levels, *self.names]

    def show(self, y, shares):
        for name, p in zip(self.names, y):
            name.set_y(max(p, 0.06) - 0.02)  # clear of the numbers below the axis
            name.set_visible(np.sum(abs(y - p) < 0.05) == 1)  # no room for two on one level
        self.shares.set_ydata(np.append(shares, np.full((len(y), 1), np.nan), axis=1).ravel())
        self.levels.set_ydata(np.repeat(y, 3))


class Descent:
    """The loss after each step, above a floor at the least possible.

    The scale is the cube root of the excess over the least: a bounce and the last approach both show.
    """

    def __init__(self, ax, steps, least, fair):
        self.steps, self.least, self.most = steps, least, max(3 * fair, 1.5 * least)
        round_losses = MaxNLocator(5, steps=[1, 2, 4, 5, 10]).tick_values(fair, self.most)
        ticks = [(self.place(least), number(least)), (self.place(fair), number(fair))]
        for x in round_losses:
            if 0.13 + max(place for place, _ in ticks) < self.place(x) < 1:
                ticks.append((self.place(x), f"{x:g}"))
        ax.set(xlim=(0, steps), ylim=(0, 1.08))
        ax.set_yticks(*zip(*ticks))
        ax.set_xticks(np.linspace(0, steps, 5))
        ax.grid(axis="y", color=INK, alpha=0.12)
        ax.spines["bottom"].set(color=DATA, alpha=1, linewidth=2)  # the floor
        title(ax, words.PATH)
        (self.line,) = ax.plot([], [], color=MODEL, linewidth=1.5, clip_on=False)
        (self.mark,) = ax.plot([0], [0], color=MODEL, marker="o", markersize=6, clip_on=False)
        self.count = write(ax, 1, 1.03, ha="right", weight="bold", transform=ax.transAxes)
        self.reached = write(ax, 1, 0.06, ha="right", transform=ax.transAxes)
        self.artists = [self.line, self.mark, self.count, self.reached]

    def place(self, loss):
        """How high a loss stands: 0 for the least, 1 for the most and all beyond."""
        return np.cbrt(np.clip((np.asarray(loss) - self.least) / (self.most - self.least), 0, 1))

    def show(self, losses, steps):
        """`losses` before the first step and after each; `steps` so far, which may be more than fit."""
        places = self.place(losses)
        self.line.set_data(np.arange(len(losses)), places)
        self.mark.set_data([len(losses) - 1], places[-1:])
        self.count.set_text(words.STEPS_SO_FAR.format(steps))
        # As numbers show it: from here on the loss and the least possible look the same.
        there = np.flatnonzero(np.round(losses, 3) == round(self.least, 3))
        self.reached.set_text(words.REACHED.format(number(self.least), there[0]) if there.size else "")


class ScoreSlopes:
    """The slope of the mean loss for each score, up or down from 0."""

    LIMIT = 0.2  # a longer bar is cut; its number is not

    def __init__(self, ax, names):
        self.x = np.arange(len(names))
        ax.set(xlim=(-0.6, len(names) - 0.4), ylim=(-1.2 * self.LIMIT, 1.2 * self.LIMIT), yticks=[0])
        ax.spines["bottom"].set_visible(False)
        ax.axhline(0, color=INK, alpha=0.5, linewidth=1)
        title(ax, words.SCORE_SLOPES)
        self.bars = boxes(ax, len(names), **SOLID)
        self.labels = below(ax, self.x, names, np.full(len(names), 1 / len(names)), "−0.00")
        self.artists = [self.bars, *self.labels]

    def show(self, slopes):
        set_boxes(self.bars, self.x - 0.24, self.x + 0.24, 0, np.clip(slopes, -self.LIMIT, self.LIMIT))
        for label, slope in zip(self.labels, slopes):
            label.set_text(number(slope, 2))


class Plane:
    """The plane of two features: where each class is the most probable, the samples, and one point.

    `axes` are the values of a grid and `dice` its probabilities; `classes` count from 1. There are
    colours and signs for three classes.
    """

    def __init__(self, ax, axes, dice, points, classes, names, features):
        if len(names) > len(CLASSES):
            raise ValueError(f"there are {len(names)} classes: the plane can show {len(CLASSES)} at most")
        (left, *_, right), (bottom, *_, top) = axes
        ax.set(xlim=(left, right), ylim=(bottom, top))
        ax.set_xlabel(features[0], color=INK, fontsize=SMALL)
        ax.set_ylabel(features[1], color=INK, fontsize=SMALL, labelpad=2)
        for k, (name, (colour, sign)) in enumerate(zip(names, CLASSES)):
            lead = dice[..., k] - np.delete(dice, k, axis=-1).max(axis=-1)
            ax.contourf(*axes, lead, levels=[0, 2], colors=[colour], alpha=0.22)
            style = dict(color=colour, marker=sign, linewidth=0, markeredgewidth=0)
            ax.plot(*points[np.asarray(classes) == k + 1].T, markersize=3.5, **style)
            at = k / len(names)
            ax.plot([at + 0.02], [1.06], transform=ax.transAxes, clip_on=False, markersize=7, **style)
            ax.text(at + 0.06, 1.03, name, transform=ax.transAxes, color=INK, fontsize=SMALL)
        self.ends = left, right, bottom, top
        (self.cross,) = ax.plot([], [], color=INK, alpha=0.6, linewidth=1)
        style = dict(marker="o", markersize=9, markeredgecolor="white", clip_on=False)
        (self.mark,) = ax.plot([], [], color=MODEL, **style)
        self.artists = [self.cross, self.mark]

    def show(self, point):
        x, y = point
        left, right, bottom, top = self.ends
        self.cross.set_data([x, x, np.nan, left, right], [bottom, top, np.nan, y, y])
        self.mark.set_data([x], [y])
