"""What a chapter shows: a die under sliders, its loss on the data, and a picture of both.

Only this file knows the sliders and the pictures. A move goes slider -> die -> picture and loss; nothing
comes back. Everything a reader can do here can be done from code as well:
`explorer.die.probabilities = [...]`, `explorer.die.locks[2].value = True`. The rolls are given when it is
made: `LossExplorer(rolls=[3, 1, 6, 2])`.
"""

import base64
import math
from html import escape
from numbers import Integral
from textwrap import shorten

import numpy as np
from ipywidgets import HTML, GridBox, HBox, Layout, Play, SelectionSlider, Text, ToggleButtons, VBox

from . import likelihood, panels, words
from .picture import GREY, MODEL, DieBars, LivePicture, Meter, number
from .sliders import SCRIPT, Die, Point, Scores, Stored, alone, button, in_one_order, slider_row

RATES = (0.1, 0.3, 1, 2, 4, 8, 12, 20)
PLAYING = "playing" if hasattr(Play, "playing") else "_playing"  # in ipywidgets 7, as on Colab
STYLE = f"""<style>
.loaded-die svg {{ display: block; width: 100%; }}
.loaded-die svg text {{ font-family: var(--jp-ui-font-family, sans-serif); }}
.loaded-die .loss-readout {{ font-size: 26px; line-height: 1.4; font-variant-numeric: tabular-nums; }}
.loaded-die .die-face {{ font-size: 24px; line-height: 1; display: inline-block; min-width: 1.2em; }}
.loaded-die .noUi-connect, .loaded-die .noUi-handle {{ background: {MODEL}; }}
.loaded-die .widget-toggle-buttons button {{ margin: 2px 0; }}
.loaded-die .widget-readout {{ min-width: 44px; font-variant-numeric: tabular-nums; }}
.loaded-die .loss-said {{ position: absolute; width: 1px; height: 1px; clip-path: inset(50%); }}
.loaded-die :focus-visible:focus-visible {{
    outline: 2px solid {MODEL} !important; outline-offset: 2px; }}
@media (prefers-reduced-motion: reduce) {{ .loaded-die * {{ transition: none !important; }} }}
</style>"""


def names_of(names):
    """The names of a die's faces, a tuple: 2 to 20 different words of up to 8 letters, without a space.

    `names` are these words, or how many faces there are: up to 6 are called ⚀ to ⚅, more of them 1 to K.
    """
    if isinstance(names, Integral) and 2 <= names <= 20:
        return words.FACES[:names] if names <= 6 else tuple(map(str, range(1, names + 1)))
    listed = np.array(names, dtype=object)
    if listed.ndim != 1 or not 2 <= len(listed) <= 20:
        rule = "it must be a list of 2 to 20 names, or their number"
        raise ValueError(f"names is {likelihood.shown(names)}: {rule}")
    for place, name in enumerate(listed, start=1):
        word = isinstance(name, str) and name.isprintable() and name.split() == [name] and len(name) <= 8
        if not word or name in listed[: place - 1]:
            rule = "a name is a word of up to 8 letters, and no other face has it"
            raise ValueError(f"name {place} is {likelihood.shown(name)}: {rule}")
    return tuple(map(str, listed))


def by_number(rolls, names):
    """The rolls with the number of its face, from 1 to K, in the place of each name; else as they are."""
    listed = np.array(rolls, dtype=object)
    if listed.ndim != 1:
        return rolls  # which `likelihood` refuses, as it does numbers that are no face
    faces = {name: face for face, name in enumerate(names, start=1)}
    for place, roll in enumerate(listed, start=1):
        if isinstance(roll, str) and roll not in faces:
            known = shorten(", ".join(names), 70, placeholder=" …")
            rule = f"this die has the faces {known}, or the numbers 1 to {len(names)}"
            raise ValueError(f"roll {place} is {likelihood.shown(roll)}: {rule}")
    return [faces[roll] if isinstance(roll, str) else roll for roll in listed]


class Explorer(Stored):
    """A die under sliders, its loss on the counts `t` of some rolls, and a picture of both.

    A chapter's own explorer names its hand and its panel.
    """

    Hand = Die  # what the reader moves; a Panel, beside the bars, is one of `panels`

    def __init__(self, t, names, extra=()):
        layer = dict(grid_area="1 / 1 / 2 / 2", margin="0", width="100%")
        self._readout, self._still, self._moving = HTML(), HTML(layout=layer), HTML(layout=layer)
        self.names, self.die = names, self.Hand(t, names)
        self.die.on_change(self._show)
        column = VBox([self.die, *extra], layout=Layout(flex="1 1 280px", max_width="380px"))
        picture = GridBox([self._still, self._moving], layout=Layout(flex="2 1 420px", max_width="900px"))
        below = HBox([column, picture], layout=Layout(flex_flow="row wrap"))
        super().__init__([self._readout, HTML(STYLE + SCRIPT, layout=dict(margin="0")), below])
        self.add_class("loaded-die")
        in_one_order(self)
        self._take(t)

    @alone
    def _take(self, t):
        """Take on counts, and build their picture."""
        self.die.aim(t)
        self.t, self.rolls, self.f = t, int(t.sum()), likelihood.frequencies(t)
        self.least, fair = self._bounds()
        self.picture = LivePicture()
        self._meter = Meter(self.picture, self.least, fair)
        self._bars = DieBars(self.picture, self.names, self.f, *self._words()[1:])
        self._panel = self.Panel(self.picture, t, self.names)
        self._still.value = self.picture.still()
        self._show()

    def _bounds(self):
        """The least possible loss, and that of the fair die."""
        return likelihood.cross_entropy(self.t, self.f), self.rolls * np.log(len(self.t))

    def _show(self):
        """One move: read the die, set the shapes, put the new layer and the loss on the page."""
        y = self.die.probabilities
        self.loss = loss = self._loss(y)
        self.loss_text = words.LOSS.format(number(loss)) if np.isfinite(loss) else words.LOSS_INFINITE
        self._meter.show(loss)
        self._bars.show(y)
        self._show_panel(y)
        self.description = self._describe()
        self._moving.value = self.picture.frame(self.description)
        self._readout.value = f'<div class="loss-readout">{self.loss_text}</div>'

    def _show_panel(self, y):
        self._panel.show(y)

    def _loss(self, y):
        return likelihood.cross_entropy(self.t, y)

    def _words(self):
        """What the data are called in a sentence and beside the frames, and the die beside its bars."""
        if self.rolls == 1:
            return words.ONE_FACE.format(self.t.argmax() + 1), words.THE_ROLL, words.YOUR_DIE
        return *(form.format(self.rolls) for form in (words.SOME_ROLLS, words.THE_ROLLS)), words.YOUR_DIE

    def _describe(self):
        """What the picture shows, in one line: `description`, anew at each move."""
        y = ", ".join(number(p, 2) for p in self.die.probabilities)
        return words.DESCRIPTION.format(y, self._words()[0], self.loss_text, number(self.least))

    @alone
    def stored(self):
        """A PNG and a line of text."""
        data = {"text/plain": self.description, "image/png": base64.b64encode(self.picture.png()).decode()}
        return data, {"image/png": {"width": 720, "alt": self.description}}


class RollsExplorer(Explorer):
    """An explorer of many `rolls`, each of them a face from 1 to K or one of the `names`: see `names_of`."""

    def __init__(self, rolls=likelihood.ROLLS, names=words.FACES, extra=()):
        names = names_of(names)
        super().__init__(likelihood.counts(by_number(rolls, names), len(names)), names, extra)


class RollExplorer(RollsExplorer):
    """Chapter 1: the die is rolled 10,000 times; the share of each face closes in on y."""

    def __init__(self, rng, **options):
        self._rng, self._luck = likelihood.check_rng(rng), np.empty(10_000)
        self.again = button(words.ROLL_AGAIN, self.roll_again, "refresh")
        super().__init__(extra=[HBox([self.again])], **options)

    def Panel(self, picture, t, names):
        self._rng.random(out=self._luck)  # the same for every die: the paths follow, they do not flicker
        return panels.Running(picture, names, self._luck)

    @alone
    def roll_again(self):
        """Roll the die another 10,000 times."""
        self._rng.random(out=self._luck)
        self._show()


class TermsExplorer(RollsExplorer):
    """Chapter 3: the log-likelihood of many rolls, term by term."""

    Panel = panels.Terms


class LossExplorer(RollsExplorer):
    """Chapter 4: what each roll costs, their sum as an area and their mean as a line."""

    Panel = panels.Costs


class FaceExplorer(Explorer):
    """An explorer of one roll, whose face (1 to K) the reader chooses in `face`."""

    def __init__(self, face, names, description):
        names, K = tuple(names), len(names)
        t = likelihood.counts([face], K)
        options = [(name, k) for k, name in enumerate(names, start=1)]
        self.face = choice(options, value=face, description=description)
        super().__init__(t, names, [self.face])
        self.face.observe(lambda change: self._take(likelihood.counts([change.new], K)), "value")


class OneRollExplorer(FaceExplorer):
    """Chapter 2: the picture of chapter 3 for one roll."""

    Panel = panels.Terms

    def __init__(self, face=1, names=words.FACES):
        super().__init__(face, names_of(names), words.ONE_ROLL)


class CostExplorer(OneRollExplorer):
    """Chapter 4: what one roll costs, as a point on the curve -log y."""

    Panel = panels.Curve


class MaximumExplorer(RollsExplorer):
    """Chapter 5: the slope of log L towards each face, t_k / y_k - N, which is 0 at the best die."""

    Panel = panels.Slopes

    def _describe(self):
        slopes = ", ".join(number(slope, 1) for slope in self._panel.slopes)
        return super()._describe() + words.SLOPES_ARE.format(slopes)


class EntropyExplorer(RollsExplorer):
    """Chapter 6: floor and gap add up to the loss, in the unit that three switches choose."""

    def __init__(self, rolls=likelihood.ROLLS, names=words.FACES):
        self.per = choice([words.SUM, words.MEAN_OF_ROLLS], words.SUM_OR_MEAN)
        self.unit = choice([words.NATS, words.BITS], words.NATS_OR_BITS)
        self.event = choice([words.SEQUENCE, words.COUNTS], words.SEQUENCE_OR_COUNTS)
        switches, apart = [self.per, self.unit, self.event], Layout(flex_flow="row wrap", grid_gap="0 8px")
        super().__init__(rolls, names, extra=[HBox(switches, layout=apart)])
        for switch in switches:
            switch.observe(lambda _: self._take(self.t), "value")

    def Panel(self, picture, t, names):
        mean, bits, n = self.per.value == words.MEAN_OF_ROLLS, self.unit.value == words.BITS, self.rolls
        scale = (1 / n if mean else 1) / (np.log(2) if bits else 1)
        log_orders = math.lgamma(n + 1) - sum(math.lgamma(t_k + 1) for t_k in t)  # log of N! / Π t_k!
        orders = scale * log_orders if self.event.value == words.COUNTS else None
        times = n if n < 10_000 else words.N
        factors = ("", words.SHARE.format(times)) if mean else (words.TIMES.format(times), "")
        title = (words.AXIS_MEAN if mean or n == 1 else words.AXIS_SUM).format(self.unit.value, n)
        return panels.Parts(picture, self.f, scale * n, orders, factors, title)

    def _describe(self):
        floor, gap, orders = self._panel.floor, self._panel.gap, self._panel.orders
        parts = words.ADDS_UP.format(self.unit.value, self.per.value, *map(number, (floor, gap, floor + gap)))
        if orders is not None:
            parts += words.LESS_ORDERS.format(number(orders), number(floor + gap - orders))
        return f"{super()._describe()}{parts}."


class UnseenExplorer(Explorer):
    """Chapter 6: what 20 new rolls of the fair die cost, for a die fitted to the first N of some `rolls`.

    `rng` rolls the new ones, 5,000 sets of them.
    """

    def __init__(self, rolls, rng, names=words.FACES):
        names = names_of(names)
        K = len(names)
        self._rolls, fair = likelihood.check_rolls(by_number(rolls, names), K), np.full(K, 1 / K)
        sets = likelihood.check_rng(rng).multinomial(20, fair, size=5000)
        self.Panel = lambda picture, t, names: panels.Unseen(picture, sets, fair)
        every = len(self._rolls)
        sizes = [*[n for n in (20, 50, 100, 200, 500, 1000, 2000) if n < every], every]
        self.fitted, fitted = grey_slider(words.FITTED_SIGN, words.FITTED, sizes)
        super().__init__(likelihood.counts(self._rolls[: sizes[0]], K), names, [fitted])
        self.fitted.observe(lambda _: self._fit(), "value")
        self._fit()

    @alone
    def _fit(self):
        self._take(likelihood.counts(self._rolls[: self.fitted.value], len(self.names)))
        self.die.probabilities = self.f

    def _describe(self):
        return super()._describe() + words.UNSEEN_ARE.format(*self._panel.found)


class DescentExplorer(RollsExplorer):
    """Chapter 7: any scores, and gradient descent on the mean loss, one step at a time or played."""

    STEPS = panels.Descent.STEPS
    Hand, Panel = Scores, panels.Descent

    def __init__(self, **options):
        self.rate, rate = grey_slider(words.RATE_SIGN, words.RATE, RATES, value=1)
        self.play = Play(min=0, max=self.STEPS, interval=100, show_repeat=False)
        self.one = button(words.STEP, self.step, "step-forward")
        self.again = button(words.START_AGAIN, self.start_again, "refresh")
        self._descending = False
        buttons = HBox([self.play, self.one, self.again], layout=Layout(flex_flow="row wrap"))
        super().__init__(extra=[rate, buttons], **options)
        self.play.observe(self._played, "value")

    @alone
    def step(self, n=1):
        """n steps of descent on the mean loss, each z <- z - rate · (y - f)."""
        likelihood.check_whole(n, "n", "the number of steps must be a whole number, 1 or more")
        z = self.die.scores
        for _ in range(n):
            z = z - self.rate.value * (likelihood.softmax(z) - self.f)
            if self.steps < self.STEPS:
                self.path.append(self._loss(None, z))
            self.steps += 1
        self._descending = True
        self.die.follow(z)

    @alone
    def start_again(self):
        """Stop, and go back to the scores from which the path began."""
        setattr(self.play, PLAYING, False)
        self.play.value = 0
        self.die.scores = self._start

    @alone
    def _played(self, change):
        # Not the stop button, which returns to 0, nor a tick that the page sent before it heard of a stop.
        if getattr(self.play, PLAYING) and change.new > change.old:
            self.step(change.new - change.old)

    def _loss(self, y, z=None):
        z = self.die.scores if z is None else z
        return 0 - (self.t * likelihood.log_softmax(z)).sum()  # finite where y itself underflows to 0

    def _show_panel(self, y):
        if not self._descending:  # moved by hand: a new path begins here
            self._start, self.path, self.steps = self.die.scores, [self.loss], 0
        self._descending = False
        self.one.disabled = self.play.disabled = full = self.steps >= self.STEPS
        if full:
            setattr(self.play, PLAYING, False)
        self._panel.show(y, self.path, self.steps)

    def _describe(self):
        z = ", ".join(number(score, 2) for score in self.die.scores)
        return super()._describe() + words.SCORES.format(self.steps, z)


class ClassifierExplorer(FaceExplorer):
    """Chapter 8: a point in the plane of two features, and the die that a classifier makes for it.

    `predict` turns points (N, 2) into dice (N, K); `points` are samples to show and `classes` their
    classes from 1 to K. The true class of the reader's point is chosen in `face`.
    """

    def __init__(self, predict, points, classes, names, features, face=1):
        points = likelihood.as_numbers(points, "points")
        if points.shape[1:] != (2,) or np.shape(features) != (2,):
            what = f"points has shape {points.shape}, features is {likelihood.shown(features)}"
            raise ValueError(f"{what}: two features are shown")
        classes = likelihood.check_rolls(classes, len(names))
        if len(classes) != len(points):
            raise ValueError(f"there are {len(classes)} classes: {len(points)} points need one each")
        # Ranges with all points in them, as wide as sliders can have them: see TENTH.
        width = 2.0 ** np.ceil(np.log2(np.ptp(points, axis=0) + 3))
        lows = np.floor((points.min(axis=0) + points.max(axis=0) - width) / 2)
        highs, middle = lows + width, points.mean(axis=0).round(1)
        self.Hand = lambda t, names: Point(predict, middle, lows, highs, features)
        samples = lows, highs, predict, points, classes
        self.Panel = lambda picture, t, names: panels.Plane(picture, *samples, names, features)
        super().__init__(face, names, words.TRUE_CLASS)

    def _words(self):
        return words.ONE_CLASS.format(self.names[self.t.argmax()]), words.THE_CLASS, words.DIE_HERE

    def _show_panel(self, y):
        self._panel.show(self.die.point)

    def _describe(self):
        point = ", ".join(number(x, 1) for x in self.die.point)
        return super()._describe() + words.POINT.format(point)


class TextExplorer(Explorer):
    """Chapter 9: what each letter of a sentence costs, and the die of the next letter at one place of it.

    `dice(alpha, tau)` makes the dice from a pseudo-count and a temperature, an array (K, K): row i is the die
    of the letter after letter i. `table` are the counts (K, K) of the text behind it. `letters` are K signs;
    the last of them stands for every other sign. The loss is that of the sentence after its first letter.
    """

    def __init__(self, dice, table, letters, sentence):
        self.table, self.letters = likelihood.check_counts(table, "table"), tuple(letters)
        K = len(self.letters)
        if self.table.shape != (K, K):
            raise ValueError(f"table has shape {self.table.shape}: {K} letters need {K} rows of {K} counts")
        self._dice, names = dice, ["_" if letter == " " else letter for letter in self.letters]
        self.text = Text(sentence, continuous_update=False)
        self.text.tooltip, self.text.layout.width = words.SENTENCE_FIELD, "auto"
        self._said, self.at = HTML(), self._read(sentence)
        self.place, place = grey_slider(words.PLACE_SIGN, words.PLACE, range(2, len(self.at) + 1))
        super().__init__(self.table[self._before], tuple(names), [place, self.text, self._said])
        self.text.observe(lambda _: self._typed(), "value")
        self.place.observe(lambda _: self._take(self.table[self._before]), "value")

    def Hand(self, t, names):
        features, ranges = [words.PSEUDO, words.TEMPERATURE], ([0, 0.1], [8, 8.1])  # see TENTH
        return Point(lambda points: self._table(*points[0])[[self._before]], [1, 1], *ranges, features)

    def _table(self, alpha, tau):
        return likelihood.check_probabilities(self._dice(alpha, tau), name="dice")

    def _read(self, sentence):
        """The sentence as places in `letters`, or a ValueError."""
        known, other = {letter: k for k, letter in enumerate(self.letters)}, len(self.letters) - 1
        signs, most = sentence.lower(), panels.Sentence.LONGEST
        at = [known.get(sign, other) for sign in signs[:most]]
        if not 2 <= len(signs) <= most or set(at) == {other}:
            rule = f"2 to {most} signs are needed, one of them a letter that the dice know"
            raise ValueError(f"the sentence is {likelihood.shown(sentence)}: {rule}")
        return np.array(at)

    @alone
    def _typed(self):
        try:
            self.at = self._read(self.text.value)
        except ValueError as error:
            self._said.value = f'<div role="status">{escape(words.SENTENCE_REFUSED.format(error))}</div>'
        else:
            self._said.value, self.place.options = "", range(2, len(self.at) + 1)
            self._take(self.table[self._before])

    @property
    def _before(self):
        return self.at[self.place.value - 2]

    def _bounds(self):
        before, after, K = self.at[:-1], self.at[1:], len(self.letters)
        pairs = [likelihood.counts(after[before == k] + 1, K) for k in np.unique(before)]
        least = likelihood.cross_entropy(pairs, likelihood.frequencies(pairs)).sum()  # of its own frequencies
        return least, len(after) * np.log(K)

    def _loss(self, y):
        rows = likelihood.one_hot(self.at[1:] + 1, len(self.letters))
        self.costs = likelihood.cross_entropy(rows, self._table(*self.die.point)[self.at[:-1]])
        return self.costs.sum()

    def _words(self):
        before = self.names[self._before]
        return "", words.FOLLOWED.format(before), words.NEXT_DIE.format(before)

    def Panel(self, picture, t, names):
        return panels.Sentence(picture, [names[k] for k in self.at], self.place.value - 1)

    def _show_panel(self, y):
        self._panel.show(self.costs)

    def _describe(self):
        def most(values, names):
            return ", ".join(f"{names[k]} {number(values[k], 2)}" for k in np.argsort(-values)[:3])

        dearest = most(self.costs, [self.names[k] for k in self.at[1:]])
        before, likeliest = self.names[self._before], most(self.die.probabilities, self.names)
        each = number(self.loss / len(self.costs))
        return words.TEXT.format(*self.die.point, self.loss_text, each, dearest, before, likeliest)


def grey_slider(sign, name, options, **more):
    """A slider that is not the die's, and its row."""
    slider = SelectionSlider(options=options, **more)
    slider.style.handle_color = GREY
    return slider, slider_row(len(sign), sign, name, slider)


def choice(options, meaning="", **more):
    """Buttons of which one is pressed; what they are about is said where the mouse rests on them."""
    style = dict(button_width="auto", description_width="auto")
    return ToggleButtons(options=options, tooltips=[meaning] * len(options), style=style, **more)
