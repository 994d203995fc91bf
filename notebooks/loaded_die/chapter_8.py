"""Chapter 8: a point in the plane of two features, and the die that a classifier makes for it."""

import numpy as np
from matplotlib.colors import to_rgb

from . import likelihood
from .explorer import FaceExplorer
from .hand import Hand
from .picture import INK, MODEL, WIDTH, legend, round_numbers, rounded, write

# Okabe and Ito's green, orange and purple, each with a sign of its own.
CLASSES = {"#009e73": "o", "#e69f00": "^", "#cc79a7": "s"}


class Point(Hand):
    """A point before a classifier: D features, each with its `name`.

    `predict` takes an array (N, D) of points and returns their dice, an array (N, K).
    """

    letter = "point"
    point = Hand.values

    def __init__(self, names, point, low, high, predict):
        self._predict = predict
        super().__init__(names, point, low, high)

    @property
    def probabilities(self):
        """The die y that the classifier makes for this point, shape (K,)."""
        return likelihood.check_probabilities(self._predict(self._values[np.newaxis])[0])

    def _check(self, point):
        point = super()._check(point)
        for x, low, high, name in zip(point, self.low, self.high, self.names):
            if not low <= x <= high:
                rule = f"{likelihood.shown(name)} goes from {low:g} to {high:g} here"
                raise ValueError(f"point contains {x:g}: {rule}")
        return point


class ClassifierExplorer(FaceExplorer):
    """The samples in the plane, coloured by the leading class, and a point that the reader moves.

    `predict` turns points (N, 2) into dice (N, K); `points` are samples to show and `classes` their
    classes from 1 to K. The true class of the reader's point is chosen in `face`.
    """

    height = 436
    bars_at = 30, 106, WIDTH - 60, 44

    def __init__(self, predict, points, classes, names, features, face=1):
        points = likelihood.as_numbers(points, "points")
        if points.shape[1:] != (2,) or np.shape(features) != (2,):
            what = f"points has shape {points.shape}, features is {likelihood.shown(features)}"
            raise ValueError(f"{what}: two features are shown")
        self.classes = likelihood.check_rolls(classes, len(names))
        if len(self.classes) != len(points):
            raise ValueError(f"there are {len(self.classes)} classes: {len(points)} points need one each")
        if len(names) > len(CLASSES):
            raise ValueError(f"there are {len(names)} classes: the plane can show {len(CLASSES)} at most")
        self._predict, self.points, self.features = predict, points, features
        low, high = np.floor(points.min(axis=0) - 1), np.ceil(points.max(axis=0) + 1)
        point = Point(features, points.mean(axis=0).round(1), low, high, predict)
        super().__init__(face, names, point, "True class")
        self.touchable = True

    def key(self):
        return [["model", "y: the die at this point"], ["data", "t: the true class"]]

    def say_data(self):
        return f"the true class is {self.names[self.face - 1]}"

    def touch(self, x, y):
        """Move the point to this place of the picture, or as near as the plane has it."""
        at = self.ax.transData.inverted().transform([x, self.picture.size[1] - y])
        self.die.become(np.clip(at, self.die.low, self.die.high), mover="point")

    def build(self):
        low, high = self.die.low, self.die.high
        extent = [low[0], high[0], low[1], high[1]]
        limits = {"xlim": extent[:2], "ylim": extent[2:], "aspect": "auto"}
        self.ax = ax = self.picture.axes(52, 226, WIDTH - 76, 170)
        xs, ys = np.linspace(low[0], high[0], 80), np.linspace(low[1], high[1], 80)
        grid = np.stack(np.meshgrid(xs, ys), axis=-1)
        dice = np.reshape(self._predict(grid.reshape(-1, 2)), (80, 80, -1))
        colours = np.array([to_rgb(colour) for colour in CLASSES])
        # The colour fades to nothing where no class leads.
        lead = (dice.max(axis=-1) - 1 / len(self.names)) / (1 - 1 / len(self.names))
        rgba = np.dstack([colours[dice.argmax(axis=-1)], 0.35 * lead])
        ax.imshow(rgba, extent=extent, origin="lower", interpolation="bilinear")
        signs = []
        for k, (colour, sign) in zip(range(1, len(self.names) + 1), CLASSES.items()):
            some = self.points[self.classes == k]
            signs.append(ax.scatter(*some.T, s=9, color=colour, marker=sign, linewidths=0))
        above = {"ncols": len(signs), "markerscale": 2, "handlelength": 1, "columnspacing": 0.6}
        legend(ax, signs, self.names, "lower left", (-0.04, 1), handletextpad=0.3, **above)
        for axis, ends in ((ax.xaxis, extent[:2]), (ax.yaxis, extent[2:])):
            ticks = round_numbers(*ends, 5)
            axis.set_ticks(ticks, [f"{x:g}" for x in ticks])
        write(ax, ax.bbox.width / 2, -32, self.features[0], in_points=True)
        write(ax, -40, ax.bbox.height / 2, self.features[1], rotation=90, in_points=True)
        ax.set(**limits)
        cross = ax.plot([], [], color=INK, linewidth=1)[0]
        point = ax.plot([], [], color=MODEL, marker="o", markersize=10, markeredgecolor="white")[0]
        self.cross, self.point = self.picture.add_moving(cross, point)

    def show(self, y, loss):
        (x, y), (low, bottom), (high, top) = self.die.point, self.die.low, self.die.high
        self.cross.set_data([low, high, np.nan, x, x], [y, y, np.nan, bottom, top])
        self.point.set_data([x], [y])

    def describe(self, y, loss):
        point = ", ".join(rounded(x, 1) for x in self.die.point)
        return f"{super().describe(y, loss)} The point is ({point})."
