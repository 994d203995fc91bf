"""A picture that follows the hand: a matplotlib figure, shown as two SVG layers.

The layer that stays is drawn once. At each move only the artists that move are drawn, into a second layer
over the first: matplotlib's blitting, with vectors. A move reads artists and sets no global state, since
JupyterLab runs moves on another thread than cells. Lengths are points, which are the units of the SVG.
"""

import base64
import io
from functools import cache
from html import escape

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D, Bbox

# Okabe and Ito's blue and vermilion: colour-blind readers tell them apart, on white and on black.
MODEL, DATA = "#0072b2", "#d55e00"
INK = "#2b2b2b"  # in a page the page's own text colour, so that a dark theme stays readable
GREY = "#808080"  # what is neither model nor data; seen on white and on black
PALE = "#80808038"
MODEL_BOX = {"facecolor": MODEL, "linewidth": 0}
DATA_BOX = {"facecolor": DATA + "38", "edgecolor": DATA, "linewidth": 1}
GREY_BOX = {"facecolor": GREY + "70", "edgecolor": GREY, "linewidth": 1}
WIDTH = 384  # of what a page shows; at 330 px its texts are still 9 px high
BESIDE = 240  # at its left, in a stored picture: the die's bars, which on a page are in the sliders
ABOVE = 30  # over both, in a stored picture: the loss
SMALL, LARGE = 11, 18  # text, and the die faces ⚀ to ⚅
OWN_TEXT = {"usetex": False, "parse_math": False, "fontfamily": "DejaVu Sans"}  # under any matplotlibrc


COMMANDS = {
    Path.MOVETO: "M%.1f %.1f",
    Path.LINETO: "L%.1f %.1f",
    Path.CURVE3: "Q%.1f %.1f %.1f %.1f",
    Path.CURVE4: "C%.1f %.1f %.1f %.1f %.1f %.1f",
    Path.CLOSEPOLY: "Z%.0s%.0s",  # what it closes at is known
}
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


class Svg(RendererBase):
    """Writes what matplotlib draws as plain SVG. The page sets the text, in its own font and ink."""

    def __init__(self, width, height):
        super().__init__()
        self.size = width, height
        self.to_page = Affine2D().scale(1, -1).translate(0, height)
        self.parts = []

    def get_canvas_width_height(self):
        return self.size

    def flipy(self):
        return False

    def get_text_width_height_descent(self, s, prop, ismath):
        size = prop.get_size_in_points()
        return size * ems(s), size, 0.2 * size  # near enough to place a line by, and no font is needed

    def draw_path(self, gc, path, transform, rgbFace=None):
        d = ""
        for points, code in path.iter_segments(transform + self.to_page, simplify=False):
            d += COMMANDS[code] % tuple(points)
        style = paint("fill", rgbFace and tuple(rgbFace))
        if gc.get_linewidth():
            style += f' {paint("stroke", tuple(gc.get_rgb()))} stroke-width="{gc.get_linewidth():g}"'
        _, dashes = gc.get_dashes()
        if dashes is not None:
            style += f' stroke-dasharray="{" ".join(f"{dash:.3g}" for dash in dashes)}"'
        self.parts.append(f'<path {style} d="{d}"/>')

    def draw_image(self, gc, x, y, im, transform=None):
        out = io.BytesIO()
        imsave(out, np.ascontiguousarray(im[::-1]), format="png")  # older ones of matplotlib want it so
        data = base64.b64encode(out.getvalue()).decode()
        height, width = im.shape[:2]
        where = f'x="{x:.1f}" y="{self.size[1] - y - height:.1f}" width="{width}" height="{height}"'
        self.parts.append(f'<image {where} href="data:image/png;base64,{data}"/>')

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        anchor = "left"
        if mtext is not None and not angle:  # set by its anchor: the page's font may be wider than ours
            anchor = mtext.get_ha()
            x, _ = mtext.get_transform().transform(mtext.get_position())
        self.write(s, x, y, prop, gc.get_rgb(), anchor, angle)

    def write(self, line, x, y, prop, colour, anchor, angle=0):
        y = self.size[1] - y
        style = f'font-size="{prop.get_size_in_points():.3g}" text-anchor="{ANCHORS[anchor]}"'
        if prop.get_weight() == "bold":
            style += ' font-weight="bold"'
        if angle:
            style += f' transform="rotate({-angle:g} {x:.1f} {y:.1f})"'
        style += f" {paint('fill', tuple(to_rgba(colour)))}"
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(line)}</text>')


@cache
def paint(what, rgba):
    """An SVG attribute for a colour of matplotlib's, None for none."""
    if rgba is None:
        return f'{what}="none"'
    *rgb, alpha = to_rgba(rgba)
    colour = to_hex(rgb)
    if colour == INK:
        colour = "currentColor"
    opacity = f' {what}-opacity="{alpha:.2g}"' if alpha < 1 else ""
    return f'{what}="{colour}"{opacity}'


class LivePicture:
    """A figure of which `frame` draws only the artists that move. `height` is that of what a page shows."""

    def __init__(self, height=290):
        self.height = height
        self.size = BESIDE + WIDTH, ABOVE + height
        inches = np.divide(self.size, 72)
        self.figure = Figure(inches, dpi=72, facecolor="none", edgecolor="none", layout="none")
        self.moving = []
        self._headline = None

    def axes(self, left, top, width, height, title="", grid=None, **settings):
        """Axes at a place in points, from the upper left of what a page shows; lines across for `grid`."""
        wide, high = self.size
        bottom = self.height - top - height
        ax = self.figure.add_axes([(BESIDE + left) / wide, bottom / high, width / wide, height / high])
        ax.set(facecolor="none", xticks=[], yticks=[], **settings)
        ax.grid(False)
        if grid:
            ax.grid(axis=grid, color=PALE, linewidth=1, linestyle="-")
        ax.set_axisbelow(True)
        ax.tick_params(length=0, pad=4, labelsize=SMALL, labelcolor=INK)
        ax.spines[:].set_visible(False)
        ax.spines["bottom"].set(visible=True, color=GREY, linewidth=1)
        write(ax, 0, height + 6, title, ha="left", in_points=True)
        return ax

    def add_moving(self, *artists):
        """These artists move from now on; returns them."""
        for artist in artists:
            artist.set_animated(True)  # Figure.draw passes over what is animated
        self.moving += artists
        return artists

    def still(self):
        """The layer that stays, as SVG."""
        for artist in self.figure.findobj(Artist):  # whatever a reader's matplotlibrc has made of it
            artist.set(sketch_params=None, path_effects=[])
        for text in self.figure.findobj(Text):
            text.set(**OWN_TEXT)
        return self._svg('aria-hidden="true"', self.figure.draw)

    def frame(self, description):
        """The layer that moves, as SVG; it carries the description for those who cannot see it."""
        return self._svg(f'role="img" aria-label="{escape(description)}"', *[a.draw for a in self.moving])

    def _svg(self, attributes, *draw):
        page = Svg(*self.size)
        for part in draw:
            part(page)
        shown = f"{BESIDE} {ABOVE} {WIDTH} {self.height}"
        return f'<svg viewBox="{shown}" {attributes}>{"".join(page.parts)}</svg>'

    def png(self, headline, whole):
        """Both layers on white under a headline, for where no SVG is shown, and its width and height.

        The `whole` has what is beside them, too.
        """
        left = 0 if whole else BESIDE
        wide, high = self.size
        if self._headline is None:
            self._headline = self.figure.text(0, 1 - 22 / high, "", fontsize=LARGE, color=INK)
        self._headline.set(text=headline, x=(left + 8) / wide, **OWN_TEXT)
        out = io.BytesIO()
        part = Bbox([[left / 72, 0], [wide / 72, high / 72]])
        self.figure.savefig(out, format="png", dpi=144, facecolor="white", bbox_inches=part)
        return out.getvalue(), wide - left, high


class Line(Text):
    """One line of text. In a page it needs no layout, which would take most of a move."""

    def draw(self, renderer):
        if not isinstance(renderer, Svg):
            super().draw(renderer)
        elif self.get_visible() and self.get_text():
            x, y = self.get_transform().transform(self.get_position())
            where = x, y, self.get_fontproperties(), self.get_color(), self.get_ha(), self.get_rotation()
            renderer.write(self.get_text(), *where)


def write(ax, x, y, text="", ha="center", in_points=False, **style):
    """A line of text, its baseline at y, in the units of the axes or in points from their lower left."""
    transform = ax.transData
    if in_points:
        transform = ax.transAxes
        x, y = x / ax.bbox.width, y / ax.bbox.height
    style = {"color": INK, "fontsize": SMALL, "clip_on": False, "rotation_mode": "anchor"} | style
    return ax.add_artist(Line(x, y, text, ha=ha, transform=transform, **style))


def legend(ax, artists, texts, corner, at, **style):
    """What the artists are; the `corner` of it lies `at` a place, as 0 to 1 of the axes."""
    style = {"frameon": False, "labelcolor": INK, "fontsize": SMALL, "labelspacing": 0.2} | style
    ax.legend(artists, texts, loc=corner, bbox_to_anchor=at, **style)


def boxes(ax, **style):
    """Rectangles as one artist, which is drawn in the time of one; none of them until `set_boxes`."""
    return ax.add_artist(PathPatch(Path(np.empty((0, 2))), clip_on=False, **style))


def set_boxes(patch, left, right, bottom, top):
    """The rectangles of `boxes`; each argument is a number, or one number a rectangle."""
    left, right, bottom, top, _ = np.broadcast_arrays(left, right, bottom, top, [0.0])
    corners = np.stack([left, bottom, left, top, right, top, right, bottom, left, bottom], axis=-1)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    patch.set_path(Path(corners.reshape(-1, 2), codes * len(left)))


def round_numbers(low, high, most):
    """Round numbers from low to high, about so many."""
    return [x for x in MaxNLocator(most).tick_values(low, high) if low <= x <= high]


def ems(text):
    """How wide a text is, in font sizes: in most fonts a little less."""
    return max(0.8, sum(0.62 if ord(letter) < 0x1100 else 1 for letter in text))


def rounded(value, digits=3):
    """A number as a reader sees it: rounded, a real minus sign, ∞ for infinity, never -0.

    From 100,000 on it is whole.
    """
    style = ",.0f" if 1e5 <= abs(value) < np.inf else f".{digits}f"
    return f"{round(float(value), digits) + 0:{style}}".replace("inf", "∞").replace("-", "−")
