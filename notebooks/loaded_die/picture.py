"""A picture that follows the hand: shapes, some of which stay and some of which move.

The page gets two SVG layers, one over the other, and at each move only the second anew. Both are written
here, from the shapes alone: matplotlib would ask its settings, which are the reader's. Pillow paints the same
shapes once, as a PNG, for where no kernel runs. Places are points from the top left.
"""

import base64
import io
from collections import deque
from html import escape

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from . import words

# Okabe and Ito's blue and vermilion: colour-blind readers tell them apart, on white and on black.
MODEL, DATA = "#0072b2", "#d55e00"
INK = "#2b2b2b"  # in a page the page's own text colour, so that a dark theme stays readable
GREY, PALE = "#808080", "#80808038"  # seen on white and on black
SOLID = dict(fill=MODEL, stroke=None)
FRAMED = dict(fill=DATA + "38", stroke=DATA)
WIDTH, HEIGHT = 580, 360  # points
METER, LEFT, RIGHT = (30, 10, 536, 38), (30, 112, 236, 196), (318, 112, 238, 196)
SMALL, LARGE = 10, 18  # points: text, and the die faces ⚀ to ⚅
SMALLEST = 7.5  # points: before names get smaller, they are turned upright
FONTS = [f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans{bold}.ttf" for bold in ("", "-Bold")]
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}  # as Pillow has them: all on the baseline
ZOOM = 4  # pixels a point while a PNG is painted; it is stored with half of them, so that edges are smooth


class Outline:
    """Polygons, or lines if not `closed`, in one style. `parts` are arrays (m, 2) of corners."""

    def __init__(self, parts=(), fill=None, stroke=GREY, width=1, closed=True, name=""):
        self.parts, self.fill, self.stroke, self.width = parts, fill, stroke, width
        self.closed, self.name = closed, name

    def svg(self):
        ends, parts = "Z" if self.closed else "", [np.asarray(part).tolist() for part in self.parts]
        d = "".join(f"M{' '.join(f'{x:.1f},{y:.1f}' for x, y in part)}{ends}" for part in parts)
        style = f'fill="{self.fill or "none"}" stroke="{self.stroke or "none"}" stroke-width="{self.width}"'
        return f'<path class="{self.name}" {style} d="{d}"/>'

    def paint(self, image):
        draw = ImageDraw.Draw(image, "RGBA")
        for part in self.parts:
            corners = [*map(tuple, ZOOM * np.asarray(part))]
            if self.fill:
                draw.polygon(corners, self.fill)
            if self.stroke:
                draw.line([*corners, *corners[: 2 * self.closed]], self.stroke, round(ZOOM * self.width))


class Text:
    """One line of text, its baseline at y; `anchor` is its "start", "middle" or "end", at x.

    Of size 0, it has no room and is left out.
    """

    def __init__(self, x, y, text="", size=SMALL, anchor="start", bold=False, upright=False):
        self.x, self.y, self.text, self.size = x, y, text, size
        self.anchor, self.bold, self.upright = anchor, bold, upright

    def svg(self):
        if not (self.text and self.size):
            return ""
        style = f'font-size="{self.size:.3g}" text-anchor="{self.anchor}" fill="currentColor"'
        style += ' font-weight="bold"' if self.bold else ""
        style += f' transform="rotate(-90 {self.x:.1f} {self.y:.1f})"' if self.upright else ""
        return f'<text x="{self.x:.1f}" y="{self.y:.1f}" {style}>{escape(self.text)}</text>'

    def paint(self, image):
        if self.text and self.size:
            font = ImageFont.truetype(FONTS[self.bold], ZOOM * self.size)
            at, anchor = (ZOOM * self.x, ZOOM * self.y), ANCHORS[self.anchor]
            if self.upright:
                _, top, right, _ = font.getbbox(self.text, anchor=anchor)
                font, anchor = ImageFont.TransposedFont(font, Image.Transpose.ROTATE_90), None
                at = at[0] + top, at[1] - right
            ImageDraw.Draw(image).text(at, self.text, INK, font, anchor)


class Pixels:
    """An image: `rgba` (rows, columns, 4), whole numbers to 255, stretched over a place."""

    def __init__(self, place, rgba):
        self.place, self.image = place, Image.fromarray(np.asarray(rgba, dtype=np.uint8))

    def svg(self):
        place = 'x="{}" y="{}" width="{}" height="{}" preserveAspectRatio="none"'.format(*self.place)
        return f'<image {place} href="data:image/png;base64,{base64.b64encode(png(self.image)).decode()}"/>'

    def paint(self, image):
        x, y, *size = (ZOOM * points for points in self.place)
        pixels = self.image.resize(size, Image.Resampling.BILINEAR)
        image.paste(pixels, (x, y), pixels)


class LivePicture:
    """What stays and what moves. `frame` is written anew at each move, the rest once."""

    def __init__(self):
        self.staying, self.moving = [], []

    def stay(self, *shapes):
        """These shapes stay where they are."""
        self.staying += shapes

    def move(self, *shapes):
        """These shapes move from now on; returns them."""
        self.moving += shapes
        return shapes

    def still(self):
        """The layer that stays, as SVG."""
        return svg(self.staying, 'aria-hidden="true"')

    def frame(self, description):
        """The layer that moves, as SVG; it carries the description for those who cannot see it."""
        return svg(self.moving, f'role="img" aria-label="{escape(description)}"')

    def png(self):
        """Both layers on white, for where no SVG is shown."""
        image = Image.new("RGB", (ZOOM * WIDTH, ZOOM * HEIGHT), "#ffffff")
        for shape in (*self.staying, *self.moving):
            shape.paint(image)
        return png(image.reduce(2))


def svg(shapes, attributes):
    body = "".join(shape.svg() for shape in shapes)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" {attributes}>{body}</svg>'


def png(image):
    out = io.BytesIO()
    image.save(out, "png")
    return out.getvalue()


class Axes:
    """A place in the picture (left, top, width, height) with limits, which put numbers on points."""

    def __init__(self, picture, place, xlim, ylim, title=""):
        self.picture, self.place, self.xlim, self.ylim = picture, place, xlim, ylim
        self.left, self.top, self.width, self.height = place
        self.right, self.bottom = self.left + self.width, self.top + self.height
        picture.stay(Text(self.left, self.top - 6, title))

    def x(self, values):
        """The numbers as points from the left."""
        return self.left + self.width * (np.asarray(values) - self.xlim[0]) / (self.xlim[1] - self.xlim[0])

    def y(self, values):
        """The numbers as points from the top."""
        return self.bottom - self.height * (np.asarray(values) - self.ylim[0]) / (self.ylim[1] - self.ylim[0])

    def line(self, x, y):
        """The corners of a line through these numbers, one or many each."""
        return np.stack(np.broadcast_arrays(self.x(x), self.y(y)), axis=-1)

    def boxes(self, left, right, bottom, top):
        """The corners of rectangles; each argument is a number, or one number a rectangle."""
        at = np.broadcast_arrays(self.x(left), self.x(right), self.y(bottom), self.y(top), [0])
        return np.stack([at[k] for k in (0, 2, 0, 3, 1, 3, 1, 2)], axis=-1).reshape(-1, 4, 2)

    def grid(self, levels, labels, base=None):
        """Lines across, each with a label at the left, and the axis, at the lower limit or at `base`."""
        across = [self.line(self.xlim, level) for level in levels]
        axis = self.line(self.xlim, self.ylim[0] if base is None else base)
        self.picture.stay(Outline(across, stroke=PALE, closed=False), Outline([axis], closed=False))
        for y, label in zip(self.y(levels), labels):
            self.picture.stay(Text(self.left - 4, y + 3.5, label, anchor="end"))

    def below(self, places, labels, title=""):
        """Labels below the axis, but for those that would be cut off, and below these what they are about."""
        for x, label in zip(self.x(places), labels):
            if x + SMALL * ems(label) / 2 < WIDTH - 2:
                self.picture.stay(Text(x, self.bottom + 14, label, anchor="middle"))
        self.picture.stay(Text((self.left + self.right) / 2, self.bottom + 29, title, anchor="middle"))

    @staticmethod
    def round_numbers(low, high, most):
        """Round numbers from low to high, at most so many: 1, 2 or 5 times a power of ten apart."""
        power = 10.0 ** np.floor(np.log10((high - low) / most))
        step = next(step for step in power * np.array([1, 2, 5, 10]) if (high - low) / step <= most)
        return step * np.arange(np.ceil(low / step), np.floor(high / step) + 1)

    def faces(self, places, names, shares, sample="0.00"):
        """The names of the faces below; the moving numbers in the row below them are returned.

        `shares` are those of the axis that each face has to itself. All names are level if an even share
        has the room, with numbers as wide as `sample`; else they are upright, without numbers. Each is
        as large as its share allows, and left out where that is too small to be read.
        """
        widest, stay = max(map(ems, names)), self.picture.stay
        room = 0.9 * self.width * np.broadcast_to(shares, len(names))
        if 0.9 * self.width / len(names) < SMALLEST * widest:
            size = min(SMALL, 46 / widest)
            for x, name, free in zip(self.x(places), names, room):
                if free >= size:
                    stay(Text(x + 0.36 * size, self.bottom + 5, name, size, "end", upright=True))
            return []
        numbers = []
        for x, name, free in zip(self.x(places), names, room):
            size = min(LARGE if max(map(len, names)) == 1 else SMALL, free / widest)
            if size >= SMALLEST:
                stay(Text(x, self.bottom + 4 + 0.76 * size, name, size, "middle"))
            size = min(SMALL, free / (1.1 * ems(sample)))
            size = size if size >= SMALLEST else 0
            numbers.append(Text(x, self.bottom + 43, "", size, "middle", bold=True))
        return self.picture.move(*numbers)


def ems(text):
    """How wide a text is, in font sizes: in most fonts a little less. A letter alone may be an m."""
    return max(0.8, sum(0.62 if ord(letter) < 0x1100 else 1 for letter in text))


def number(value, digits=3):
    """A number as a reader sees it: rounded, a real minus sign, ∞ for infinity, never -0.

    From 100,000 on it is whole.
    """
    style = ",.0f" if 1e5 <= abs(value) < np.inf else f".{digits}f"
    return f"{round(float(value), digits) + 0:{style}}".replace("inf", "∞").replace("-", "−")


class Meter:
    """The loss on a line that starts at the least possible, a trail of the last losses above it.

    The scale is the root of the excess over the least: wide where dice are good.
    """

    def __init__(self, picture, least, fair):
        self.least, self.most = least, least + 1.2 * fair + 3
        self.axes = axes = Axes(picture, METER, (0, 1), (0, 1))
        axes.grid([], [])
        labels = {least: (words.LEAST, number(least))} | {fair: (words.FAIR_DIE, number(fair))}
        labels |= {x: ("", f"{x:,.10g}") for x in axes.round_numbers(least, self.most, 6) if x > fair}
        end = -np.inf  # of the last label, in points
        for loss, lines in labels.items():
            x, half = axes.x(self.place(loss)), SMALL * max(map(ems, lines)) / 2
            middle = x if end > 0 else x + half
            # Any nearer, and two labels would touch; any further, and one would be cut off.
            if end + 8 < middle - half and middle + half < axes.right + 12:
                picture.stay(Outline([[(x, axes.bottom), (x, axes.bottom - 5)]], closed=False))
                anchor, end = "middle" if end > 0 else "start", middle + half
                picture.stay(*[Text(x, axes.bottom + 14 + 12 * k, lines[k], anchor=anchor) for k in (0, 1)])
        self.trail = deque(maxlen=16)
        line, mark = Outline(stroke=MODEL + "66", width=1.2, closed=False), Outline(**SOLID, name="mark")
        self.line, self.mark = picture.move(line, mark)

    def place(self, loss):
        """Where a loss stands on the line: 0 for the least, 1 for the most and all beyond."""
        return np.sqrt(np.clip((loss - self.least) / (self.most - self.least), 0, 1))

    def show(self, loss):
        x = self.place(loss)
        self.trail.appendleft(x)
        self.line.parts = [self.axes.line(self.trail, 0.28 + 0.045 * np.arange(len(self.trail)))]
        self.mark.parts = [self.axes.line([x, x - 0.008, x + 0.008], [0.02, 0.28, 0.28])]


class Bars:
    """Bars up and down from 0, a face each; a bar beyond the limits is cut, its number is not."""

    def __init__(self, picture, place, names, limits, title="", sample="0.00", kind="slopes"):
        self.x, self.limits = np.arange(len(names)), limits
        self.axes = Axes(picture, place, (-0.6, len(names) - 0.4), limits, title)
        (self.bars,) = picture.move(Outline(**SOLID, name=kind))
        self.labels = self.axes.faces(self.x, names, 1 / len(names), sample)

    def show(self, values, texts):
        self.bars.parts = self.axes.boxes(self.x - 0.24, self.x + 0.24, 0, np.clip(values, *self.limits))
        for label, text in zip(self.labels, texts):
            label.text = text


class DieBars(Bars):
    """The die's probabilities as solid bars inside frames for the data's frequencies."""

    def __init__(self, picture, names, f, data_label, model_label):
        super().__init__(picture, LEFT, names, (0, 1), kind="bars")
        axes = self.axes
        axes.grid([0.25, 0.5, 0.75, 1], ["0.25", "0.50", "0.75", "1.00"])
        for bottom, label, style in [(axes.top - 20, data_label, FRAMED), (axes.top - 6, model_label, SOLID)]:
            box = np.add([[0, 0], [0, -9], [12, -9], [12, 0]], [axes.left, bottom])
            picture.stay(Outline([box], **style), Text(axes.left + 18, bottom, label))
        picture.stay(Outline(axes.boxes(self.x - 0.4, self.x + 0.4, 0, f), **FRAMED, name="frames"))

    def show(self, y):
        super().show(y, [number(p, 2) for p in y])
